"""Chance on the way into the network: place, light, sharpness, cover and a missing sensor.

All of it is drawn alike for every face, whoever it shows. Plain 8-bit arithmetic: on two cores it
must cost less than the network's own step.
"""

import cv2
import numpy as np
import torch
from torch.nn import functional

from render.local_mean import averaged
from training import aligned

SIDE = aligned.SIDE_PX
MIDDLE = (aligned.STORED_PX - 1) / 2
_RAMP = np.linspace(-1, 1, SIDE, dtype=np.float32)
_GREY = np.array([0.3, 0.59, 0.11], np.float32)
_LEVELS = np.linspace(0, 1, 256, dtype=np.float32)


class Grain:
    """Standard normal numbers to add noise from: drawn once, read from a new place each time."""

    def __init__(self, seed, count=3_000_000):
        self.numbers = np.random.default_rng(seed).standard_normal(count, np.float32)

    def take(self, rng, shape):
        """An array of `shape` that begins somewhere."""
        size = int(np.prod(shape))
        start = int(rng.integers(len(self.numbers) - size))
        return self.numbers[start : start + size].reshape(shape)


def _placed(colour, depth_mm, rng):
    """The 112 px square a little shifted, turned, scaled; mirrored half of the time.

    Depth lies up to 1.5 px beside colour, as where two lenses are calibrated badly. Returns colour,
    depth and the map [2,3] from colour's pixels to those of the stored face.
    """
    angle, scale = rng.uniform(-0.06, 0.06), rng.uniform(0.96, 1.05)
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    turn = np.array(
        [[np.cos(angle) * mirror, -np.sin(angle)], [np.sin(angle) * mirror, np.cos(angle)]]
    )
    to_source = np.empty((2, 3))
    to_source[:, :2] = turn / scale
    middle = np.full(2, (SIDE - 1) / 2)
    to_source[:, 2] = MIDDLE + rng.uniform(-3.5, 3.5, 2) - to_source[:, :2] @ middle
    beside = to_source.copy()
    beside[:, 2] += rng.uniform(-1.5, 1.5, 2)
    size, inverse = (SIDE, SIDE), cv2.WARP_INVERSE_MAP
    return (
        cv2.warpAffine(colour, to_source, size, flags=cv2.INTER_LINEAR | inverse),
        cv2.warpAffine(depth_mm, beside, size, flags=cv2.INTER_NEAREST | inverse),
        to_source,
    )


def _blurred(colour, rng):
    """Six in ten faces pass through a picture with fewer pixels, 28 to 112 across."""
    if rng.random() < 0.4:
        return colour
    side = int(28 * 4 ** rng.random())
    small = cv2.resize(colour, (side, side), interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)


def _lit(colour, rng, grain):
    """Exposure, contrast, colour cast, uneven light, grain; one in ten is grey."""
    gain = np.exp(rng.uniform(-0.5, 0.4)) * np.exp(rng.uniform(-0.15, 0.15, 3))
    curve = _LEVELS ** np.exp(rng.uniform(-0.35, 0.35))
    table = np.minimum(curve[:, None] * (255 * gain), 400).astype(np.float32)
    x = cv2.LUT(colour, table[None])
    if rng.random() < 0.1:
        x = np.repeat((x @ _GREY)[..., None], 3, 2)
    across, down = rng.uniform(-0.35, 0.35), rng.uniform(-0.25, 0.25)
    shade = np.outer(np.exp(down * _RAMP), np.exp(across * _RAMP)).astype(np.float32)
    x = x * shade[..., None]
    if rng.random() < 0.7:
        x += grain.take(rng, x.shape) * np.float32(rng.uniform(0, 11))
    return x


def _misread(depth_mm, rng, grain):
    """Depth [112,112] float32 mm as sensors differ beyond the noise that a store has.

    Relief too flat or too deep, errors that bend the face, each reading's own; half are smoothed.
    """
    z = depth_mm.astype(np.float32)
    seen = z > 0
    if rng.random() < 0.5:
        z = averaged(z, seen, rng.uniform(0.5, 2.2))
    reference = np.float32(aligned.reference_mm(depth_mm))
    z = reference + (z - reference) * np.float32(rng.uniform(0.93, 1.07))
    bend = cv2.resize(grain.take(rng, (5, 5)), (SIDE, SIDE), interpolation=cv2.INTER_CUBIC)
    z += bend * np.float32(rng.uniform(0, 2.5))
    z += grain.take(rng, z.shape) * np.float32(rng.uniform(0, 1.5))
    return np.where(seen, z, 0)


def _cover(x, rng):
    """One face in six has a patch of one colour over it, in both sensors alike."""
    if rng.random() > 0.16:
        return
    w, h = (int(SIDE * rng.uniform(0.15, 0.45)) for _ in range(2))
    left, top = int(rng.integers(SIDE - w)), int(rng.integers(SIDE - h))
    x[:3, top : top + h, left : left + w] = rng.uniform(-1, 1, (3, 1, 1))
    nearer = 0 if rng.random() < 0.5 else rng.uniform(-1, 1)
    x[3, top : top + h, left : left + w] = nearer


def augmented(colour, depth_mm, rng, grain, without_colour=0.1, without_depth=0.2):
    """Training input [4,112,112] of a stored face [128,128,3] uint8 and its depth [128,128] mm.

    without_colour, without_depth: chances to lose one of the two (never both). Also returns the map
    [2,3] from the input's pixels to the stored face's.
    """
    colour, depth_mm, to_source = _placed(colour, depth_mm, rng)
    shown = np.clip(_lit(_blurred(colour, rng), rng, grain), 0, 255)
    x = aligned.encode(shown, _misread(depth_mm, rng, grain))
    _cover(x, rng)
    chance = rng.random()
    if chance < without_depth:
        x[3] = 0
    elif chance > 1 - without_colour:
        x[:3] = 0
    return x, to_source


def moved(hint, to_source):
    """A hint [N,K,S,S] of stored faces as faces see it that were moved by maps [N,2,3].

    to_source: from pixels of the input to those of the stored face (`augmented`).
    """
    # grid_sample counts from -1 to 1 between the outer borders.
    half = aligned.SIDE_PX / 2
    turn, shift = to_source[:, :, :2], to_source[:, :, 2]
    middle = turn @ torch.full((2,), half - 0.5, dtype=turn.dtype) + shift
    middle = (middle - aligned.MARGIN_PX + 0.5 - half) / half
    theta = torch.cat([turn, middle[:, :, None]], 2).to(hint.dtype)
    grid = functional.affine_grid(theta, list(hint.shape), align_corners=False)
    return functional.grid_sample(hint, grid, padding_mode="border", align_corners=False)


def plain(colour, depth_mm):
    """Input without chance: the middle square."""
    cut = slice(aligned.MARGIN_PX, aligned.MARGIN_PX + SIDE)
    return aligned.encode(colour[cut, cut], depth_mm[cut, cut])
