"""New faces from photographs: turned in space by their fitted depth, and blended two by two.

A described photograph (see `describe_photographs.mts`) is a square with a margin of 24 px around
the aligned 112 px face: colour, depth of the fitted mesh in mm (0 where the mesh is not) and the
478 landmarks in pixels of the aligned face.
"""

from functools import lru_cache

import cv2
import numpy as np
from scipy.spatial import Delaunay

from render.rasterise import NO_STRANDS, rasterise
from training import aligned

DESCRIBED_PX, DESCRIBED_MARGIN_PX = 160, 24
# The same five of the 478 points as `main/vision/align.ts`: irises, nose tip, mouth corners.
FIVE = (468, 473, 1, 61, 291)
PUPILS_MM = 63.0  # mean distance of adult pupils (Dodgson, 2004)
GRID_PX = 2


def nearest(values, known):
    """Every pixel's value at its nearest known pixel [H,W] float32, and how far that is, px. `known` [H,W] bool, somewhere."""
    away_px, labels = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    table = np.zeros(labels.max() + 1, np.float32)
    table[labels[known]] = values[known]
    return table[labels], away_px


def filled(depth_mm):
    """Depth without holes: every pixel without one takes the nearest pixel's, smoothed."""
    known = depth_mm > 0
    if not known.any():
        return np.zeros_like(depth_mm, np.float32)
    full, _ = nearest(depth_mm, known)
    return np.where(known, full, cv2.GaussianBlur(full, (0, 0), 6))


def drawn(vertices_xy, nearness, triangles, sources, side=aligned.STORED_PX):
    """Where each output pixel comes from: source places [K][side,side,2], nearness, mask."""
    count = len(triangles)
    tri, near, w1, w2 = rasterise(
        vertices_xy.astype(np.float32),
        (1 / nearness).astype(np.float32),
        triangles,
        np.zeros(count, bool),
        np.zeros((count, 3, 2), np.float32),
        np.full(len(vertices_xy), -1, np.float32),
        NO_STRANDS,
        side,
        side,
    )
    corner = triangles[np.maximum(tri, 0)]
    weights = np.stack([1 - w1 - w2, w1, w2], -1)[..., None]
    places = [(s[corner] * weights).sum(2).astype(np.float32) for s in sources]
    return places, tri >= 0


def taken(picture, place, interpolation=cv2.INTER_LINEAR):
    """A picture read at the source places [side,side,2] of `drawn`."""
    return cv2.remap(
        picture, place[..., 0], place[..., 1], interpolation, borderMode=cv2.BORDER_REPLICATE
    )


@lru_cache(maxsize=1)
def _grid():
    at = np.arange(0, DESCRIBED_PX + 1, GRID_PX)
    columns, rows = np.meshgrid(at, at)
    n = len(at)
    index = np.arange(n * n).reshape(n, n)
    a, b, c, d = index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]
    triangles = np.concatenate(
        [np.stack([a, c, b], -1).reshape(-1, 3), np.stack([b, c, d], -1).reshape(-1, 3)]
    ).astype(np.int32)
    places = np.minimum(np.stack([columns, rows], -1).reshape(-1, 2), DESCRIBED_PX - 1)
    return places.astype(np.float32), triangles


def five_points(landmarks):
    """The five points [5,2] in described pixels of landmarks [478,3] in aligned pixels."""
    return landmarks[list(FIVE), :2] + DESCRIBED_MARGIN_PX


def turned(colour, depth_mm, landmarks, yaw_deg, pitch_deg):
    """The face turned in space by its fitted depth and aligned again.

    Returns colour [128,128,3] uint8 and depth [128,128] float32 mm, 0 off the mesh. What the camera
    never saw is stretched from its neighbours; beyond some 25 degrees that shows.
    """
    places, triangles = _grid()
    full = filled(depth_mm.astype(np.float32))
    mm_per_px = PUPILS_MM / max(np.linalg.norm(landmarks[468, :2] - landmarks[473, :2]), 8)
    rows, columns = places[:, 1].astype(int), places[:, 0].astype(int)
    middle = np.float32([DESCRIBED_PX / 2, DESCRIBED_PX / 2])
    reference = np.median(full[60:130, 55:105])
    pivot_mm = reference + 80

    y, p = np.deg2rad([yaw_deg, pitch_deg])
    turn = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]]) @ np.array(
        [[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]]
    )

    def moved(xy, z_mm):
        local = np.column_stack([(xy - middle) * mm_per_px, z_mm - pivot_mm]) @ turn.T
        return local[:, :2] / mm_per_px + middle, local[:, 2] + pivot_mm

    xy, z = moved(places, full[rows, columns])
    five = five_points(landmarks)
    at = np.clip(np.round(five), 0, DESCRIBED_PX - 1).astype(int)
    new_five, _ = moved(five, full[at[:, 1], at[:, 0]])
    mapping = aligned.to_stored(new_five)
    xy = xy @ mapping[:, :2].T + mapping[:, 2]
    # A wide plane of equal nearness would be a tie: depth decides which of two layers is seen.
    (place, new_z), seen = drawn(xy, 1 / np.maximum(z, 50), triangles, [places, z[:, None]])
    result = taken(colour, place)
    on_mesh = taken((depth_mm > 0).astype(np.uint8), place, cv2.INTER_NEAREST) > 0
    return result, np.where(seen & on_mesh, new_z[..., 0], 0).astype(np.float32)


def straight(colour, depth_mm):
    """The photograph as it is: stored colour and depth."""
    cut = slice(DESCRIBED_MARGIN_PX - aligned.MARGIN_PX, DESCRIBED_PX - 16)
    return colour[cut, cut], depth_mm[cut, cut].astype(np.float32)


_BORDER = np.array(
    [(x, y) for x in (-1, 80, 161) for y in (-1, 80, 161) if (x, y) != (80, 80)], np.float32
)


def blend_mesh(mean_landmarks):
    """Triangles [T,3] over the 478 landmarks [478,2] (described pixels) and the border."""
    return Delaunay(np.concatenate([mean_landmarks, _BORDER])).simplices.astype(np.int32)


def blended(first, second, shape_share, colour_share, triangles):
    """A face between two: each is (colour, depth_mm, landmarks).

    shape_share: how much of the second's shape and depth, beyond 0 to 1 an exaggeration;
    colour_share: 0 to 1 of its colours, one number or [128,128]. Returns stored colour and depth
    as `turned` does; depth is there where both have one.
    """
    at = [
        np.concatenate([landmarks[:, :2] + DESCRIBED_MARGIN_PX, _BORDER])
        for _, _, landmarks in (first, second)
    ]
    between = (1 - shape_share) * at[0] + shape_share * at[1]
    mapping = aligned.to_stored(between[list(FIVE)])
    xy = between @ mapping[:, :2].T + mapping[:, 2]
    flat = np.full(len(xy), 0.01, np.float32)
    places, _ = drawn(xy, flat, triangles, at)
    colours = [taken(f[0], p).astype(np.float32) for f, p in zip((first, second), places)]
    depths = [
        taken(f[1].astype(np.float32), p, cv2.INTER_NEAREST)
        for f, p in zip((first, second), places)
    ]
    reference = [aligned.reference_mm(d[8:120, 8:120]) for d in depths]
    share = np.broadcast_to(np.float32(colour_share), colours[0].shape[:2])[..., None]
    colour = (1 - share) * colours[0] + share * colours[1]
    relief = (1 - shape_share) * (depths[0] - reference[0]) + shape_share * (
        depths[1] - reference[1]
    )
    both = (depths[0] > 0) & (depths[1] > 0)
    depth = np.where(both, relief + reference[0], 0)
    return np.clip(colour, 0, 255).astype(np.uint8), depth.astype(np.float32)


def patchwork(rng):
    """Shares [128,128] that change over the face: one person's eyes above another one's mouth."""
    places = int(rng.integers(2, 5))
    coarse = rng.normal(0, 1.5, (places, places)).astype(np.float32)
    side = aligned.STORED_PX
    return 1 / (1 + np.exp(-2 * cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC)))
