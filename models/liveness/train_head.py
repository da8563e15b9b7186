#!/usr/bin/env python3
"""Train the head network of liveness and write it as ONNX.

    python3 models/render/make_attacks.py --out DIR --set teach      (and the other sets to teach by, and tune)
    node scripts/runtime.mjs models/liveness/describe_heads.mts --recordings DIR/teach --out HEADS
    python3 models/liveness/photographed_heads.py --described DESCRIBED --out PHOTOGRAPHED
    python3 models/liveness/train_head.py --heads HEADS ... --photographed PHOTOGRAPHED \
        --validation HEADS-OF-TUNE --out DIR

Binary cross-entropy; the living weigh as much as all attacks, those that are hard to tell (masks,
dummies, swapped depth) four times as much as other species, among rendered heads and among photographed
ones alike: that a picture is real must not speak for either. Prints what the validation people come to after every round; the last round's
averaged weights are written as head-liveness.onnx, whichever round was best, and beside it what
PyTorch answers to made-up inputs (references.json: kept in this folder). Seeded.
"""

import argparse
import sys
from pathlib import Path

import cv2
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from liveness import folded, stored_heads
from liveness.head_network import HeadNetwork
from liveness.stored_heads import STORED_PX
from training import log_odds
from training.augment import Grain
from training.unfold import go_on

SIDE_PX = 128
SHAPE = (4, SIDE_PX, SIDE_PX)
PX_PER_ALIGNED = 1 / 1.5
# Columns and rows of the aligned face's core (28..83, 36..99) in a window of SIDE_PX around (56, 44).
CORE = tuple(
    slice(
        round((a - m) * PX_PER_ALIGNED + (SIDE_PX - 1) / 2),
        round((b - m) * PX_PER_ALIGNED + (SIDE_PX - 1) / 2) + 1,
    )
    for a, b, m in ((36, 99, 44), (28, 83, 56))
)
DEPTH_RANGE_MM = 150.0
HARD = ("own-shape-mask", "other-shape-mask", "dummy-head", "swapped-depth")
BEHIND_MM = 180.0  # farther behind the face's core is no more of the head
PIXELS = np.mgrid[0:SIDE_PX, 0:SIDE_PX][::-1].astype(np.float32)  # columns, rows
BATCH = 64
HARD_SHARE = 4  # how often a hard species is drawn, to another one's once
PHOTOGRAPHED = 0.5  # share of a batch, where there are any
UNFOLDED_ON = 256  # heads


class Heads:
    """Heads of `describe_heads.mts`: colour [N,144,144,3], depth [N,144,144] mm, alive [N], species, look.

    photographed: folders of `photographed_heads.py`; heads of theirs are marked as such.
    """

    def __init__(self, *folders, photographed=()):
        colour, depth, species, look, real, place = [], [], [], [], [], []
        for folder in map(Path, (*folders, *photographed)):
            entries, pictures, readings = stored_heads.read(folder)
            colour.append(pictures)
            depth.append(readings)
            species += [e["species"] or "alive" for e in entries]
            # A number for a look of three frames, whatever folder it is in.
            looks_before = max(look, default=-1) + 1
            look += [looks_before + e["look"] for e in entries]
            real += [len(colour) > len(folders)] * len(entries)
            place += [folder.name] * len(entries)
        self.colour, self.depth = np.concatenate(colour), np.concatenate(depth)
        self.species, self.look, self.place = map(np.array, (species, look, place))
        self.alive, self.photographed = self.species == "alive", np.array(real)

    def shares(self):
        """Chance [N] of each head to be drawn: half for the living, hard attacks more often than others."""
        photographed = PHOTOGRAPHED if self.photographed.any() else 0
        rendered = (1 - photographed) * self._shares_of(~self.photographed)
        return rendered + photographed * self._shares_of(self.photographed)

    def _shares_of(self, chosen):
        chance = np.zeros(len(self.alive))
        kinds = sorted(set(self.species[chosen]) - {"alive"})
        total = sum(HARD_SHARE if k in HARD else 1 for k in kinds)
        for kind in kinds:
            members = (self.species == kind) & chosen
            chance[members] = 0.5 * (HARD_SHARE if kind in HARD else 1) / total / members.sum()
        living = self.alive & chosen
        chance[living] = 0.5 / max(1, living.sum())
        return chance


def _reference_mm(depth_mm):
    """The face's distance: the median reading of its core; None where nothing is read there."""
    core = depth_mm[CORE]
    read = core[core > 0]
    return np.median(read) if len(read) else None


def _readings(z, depth):
    """Depth z in whole millimetres [128,128] uint16, where `depth` has a reading."""
    return np.where(depth > 0, np.clip(np.round(z), 1, 65535), 0).astype(np.uint16)


def encode(colour, depth_mm):
    """Network input [4,128,128] of colour [128,128,3] (0 to 255) and depth [128,128] mm."""
    x = np.zeros((4, SIDE_PX, SIDE_PX), np.float32)
    x[:3] = (np.asarray(colour, np.float32).transpose(2, 0, 1) - 127.5) / 128
    reference = _reference_mm(depth_mm)
    if reference is not None:
        near = np.clip((reference - depth_mm) / DEPTH_RANGE_MM, -1, 1)
        x[3] = np.where(depth_mm > 0, near, 0)
    return x


def plain(heads, rows):
    """Inputs [n,4,128,128] without chance: the middle of the stored heads."""
    cut = slice((STORED_PX - SIDE_PX) // 2, (STORED_PX + SIDE_PX) // 2)
    return np.stack(
        [
            encode(heads.colour[i, cut, cut], heads.depth[i, cut, cut].astype(np.float32))
            for i in rows
        ]
    )


def _placed(colour, depth_mm, rng):
    """A window moved, turned, scaled and mirrored; depth up to 12 mm beside colour and a little larger or smaller, mostly."""
    angle, scale = rng.uniform(-0.08, 0.08), rng.uniform(0.94, 1.06)
    mirror = -1.0 if rng.random() < 0.5 else 1.0
    c, s = np.cos(angle) / scale, np.sin(angle) / scale
    to_source = np.array([[c * mirror, -s, 0], [s * mirror, c, 0]])
    middle = np.full(2, (SIDE_PX - 1) / 2)
    to_source[:, 2] = (STORED_PX - 1) / 2 + rng.uniform(-4, 4, 2) - to_source[:, :2] @ middle
    size, inverse = (SIDE_PX, SIDE_PX), cv2.WARP_INVERSE_MAP
    colour = cv2.warpAffine(colour, to_source, size, flags=cv2.INTER_LINEAR | inverse)
    if rng.random() < 0.7:
        beside, grown = rng.uniform(-4, 4, 2), rng.uniform(0.97, 1.03)
        to_source[:, 2] += beside + (1 - grown) * to_source[:, :2] @ middle
        to_source[:, :2] *= grown
    depth = cv2.warpAffine(depth_mm, to_source, size, flags=cv2.INTER_NEAREST | inverse)
    return colour, depth


def _elsewhere(colour, depth, other, rng):
    """Another room: what lies behind the head loses its depth or its picture, or gets other ones."""
    reference = _reference_mm(depth)
    if reference is None:
        return colour, depth
    behind = (depth == 0) | (depth > reference + BEHIND_MM)
    if rng.random() < 0.5:
        wall = 0 if rng.random() < 0.7 else reference + rng.uniform(250, 2000)
        depth = np.where(behind, np.uint16(wall), depth)
    if rng.random() < 0.5:
        if rng.random() < 0.5:
            room = np.broadcast_to(rng.integers(0, 256, 3), colour.shape).astype(np.uint8)
        else:
            room = np.roll(other[:SIDE_PX, :SIDE_PX], int(rng.integers(SIDE_PX)), 1)
        soft = cv2.GaussianBlur(behind.astype(np.float32), (0, 0), 1.0)[..., None]
        colour = (colour + soft * (room.astype(np.float32) - colour)).astype(np.uint8)
    return colour, depth


def _cropped(colour, depth, rng):
    """The picture's edge: black without depth from somewhere below the chin, or beside the head."""
    for side, share, nearest, farthest in (
        (0, 0.35, 104, 128),
        (1, 0.15, 100, 128),
        (2, 0.15, 0, 28),
    ):
        if rng.random() > share:
            continue
        at = int(rng.integers(nearest, farthest))
        part = (slice(at, None), slice(None)) if side == 0 else (slice(None), slice(at, None))
        if side == 2:
            part = (slice(None), slice(0, at))
        colour, depth = colour.copy(), depth.copy()
        colour[part], depth[part] = 0, 0
    return colour, depth


def _lit(colour, rng, grain):
    """Sharpness, exposure, contrast, cast, grain."""
    if rng.random() < 0.6:
        side = int(24 * (SIDE_PX / 24) ** rng.random())
        small = cv2.resize(colour, (side, side), interpolation=cv2.INTER_AREA)
        colour = cv2.resize(small, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_LINEAR)
    gain = np.exp(rng.uniform(-0.6, 0.5)) * np.exp(rng.uniform(-0.15, 0.15, 3))
    table = 255 * (np.arange(256) / 255.0) ** np.exp(rng.uniform(-0.4, 0.4))
    lit = table.astype(np.float32)[colour] * gain.astype(np.float32)
    mixing = np.eye(3) + rng.normal(0, 0.08, (3, 3))
    if rng.random() < 0.2:
        mixing = np.repeat([[0.3], [0.59], [0.11]], 3, 1)
    lit = lit @ mixing.astype(np.float32)
    lit += np.float32(rng.uniform(0, 8)) * grain.take(rng, lit.shape)
    return np.clip(lit, 0, 255)


def _sensed(depth, rng, grain):
    """A sensor of fewer pixels, coarser steps, more noise, a smoother reading, or one that light's detours bend."""
    if rng.random() < 0.5:
        side = int(rng.integers(44, SIDE_PX))
        small = cv2.resize(depth, (side, side), interpolation=cv2.INTER_NEAREST)
        depth = cv2.resize(small, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_NEAREST)
    if rng.random() < 0.25:
        depth = cv2.medianBlur(np.ascontiguousarray(depth), 3)
    z = depth.astype(np.float32)
    noisy = z + np.float32(rng.uniform(0, 2.5)) * grain.take(rng, z.shape)
    if rng.random() < 0.5:
        bent = rng.normal(0, rng.uniform(0, 4), (5, 5)).astype(np.float32)
        noisy += cv2.resize(bent, (SIDE_PX, SIDE_PX), interpolation=cv2.INTER_CUBIC)
    if rng.random() < 0.4:
        step = float(rng.choice([2, 4, 8]))
        noisy = np.round(noisy / step) * step
    return np.where(z > 0, noisy, 0)


def _unlike_the_fit(depth, rng, grain):
    """Depth of a photographed head, its relief other than the fitted shape has it: real faces differ from any fit.

    Without this whatever a picture of a real face has for depth, but for the fit itself, is taken for a mask.
    """
    z = depth.astype(np.float32)
    for _ in range(2):
        sigma = float(np.exp(rng.uniform(np.log(1.5), np.log(9.0))))
        field = cv2.GaussianBlur(grain.take(rng, z.shape), (0, 0), sigma)
        z += np.float32(rng.uniform(0, 6) / float(field.std())) * field
    return _readings(z, depth)


def _otherwise_behind(depth, rng):
    """Depth of a photographed head, what lies behind its face (jaw's sides, ears, neck, hair) nearer or farther, the whole tilted a little.

    A mask's rim stands before its wearer, and how far a neck is behind a chin differs more among people than in a made-up
    relief: a deep step under a real picture must not stand for a mask.
    """
    reference = _reference_mm(depth)
    if reference is None:
        return depth
    z = depth.astype(np.float32)
    over = z - reference
    head = (depth > 0) & (over < BEHIND_MM)
    if rng.random() < 0.6:
        begins = rng.uniform(15, 50)
        grown = np.float32(np.exp(rng.uniform(np.log(0.7), np.log(2.6))) - 1)
        z = np.where(head & (over > begins), z + grown * (over - begins), z)
    if rng.random() < 0.4:
        x, y = rng.uniform(-0.6, 0.6, 2)
        columns, rows = PIXELS - (SIDE_PX - 1) / 2
        z = np.where(head, z + x * columns + y * rows, z)
    return _readings(z, depth)


def varied(colour, depth_mm, rng, grain, other, photographed):
    """Input [4,128,128] of a stored head by chance that is alike for all, whoever or whatever it shows.

    other [144,144,3]: some other stored picture, for another room behind the head. What rendered
    looks have in common (their rooms, their sharpness, their framing) must not stand for life.
    photographed: its depth is that of a fitted shape.
    """
    colour, depth = _placed(colour, depth_mm, rng)
    if photographed:
        depth = _otherwise_behind(_unlike_the_fit(depth, rng, grain), rng)
    colour, depth = _cropped(*_elsewhere(colour, depth, other, rng), rng)
    return encode(_lit(colour, rng, grain), _sensed(depth, rng, grain))


def drawing(heads, seed):
    """Makes batches of `heads`, one with each call: inputs [B,4,128,128], whether each is alive [B]."""
    rng, grain, chance = np.random.default_rng(seed), Grain(seed), heads.shares()

    def draw():
        rows = rng.choice(len(chance), BATCH, p=chance)
        rooms = rng.permutation(rows)
        x = [
            varied(
                heads.colour[i], heads.depth[i], rng, grain, heads.colour[j], heads.photographed[i]
            )
            for i, j in zip(rows, rooms)
        ]
        alive = heads.alive[rows].astype(np.float32)
        return torch.from_numpy(np.stack(x)), torch.from_numpy(alive)

    return draw


def answers(network, heads, size=256):
    """Log-odds [N] of all heads."""
    network.eval()
    out = []
    with torch.no_grad():
        for start in range(0, len(heads.alive), size):
            rows = range(start, min(start + size, len(heads.alive)))
            out.append(network(torch.from_numpy(plain(heads, rows))).numpy())
    return np.concatenate(out)


def report(scores, heads, refused=0.02):
    """APCER of each species of each folder at the threshold that refuses this share of all living looks; means over a look's frames."""
    looks, first = np.unique(heads.look, return_index=True)
    means = np.array([scores[heads.look == look].mean() for look in looks])
    species, place = heads.species[first], heads.place[first]
    least = float(np.quantile(means[species == "alive"], refused))
    passed = {
        f"{where}/{kind}": round(float((means[there] >= least).mean()), 3)
        for where in sorted(set(place))
        for kind in sorted(set(species[place == where]) - {"alive"})
        for there in [(species == kind) & (place == where)]
    }
    return {"least": round(least, 2), "living": int((species == "alive").sum()), "apcer": passed}


def validated(network, validation):
    """What training and mixing print of the validation people: {"validation": `report`}."""
    return {"validation": report(answers(network, validation), validation)}


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--heads", type=Path, nargs="+", required=True)
    parser.add_argument("--photographed", type=Path, nargs="+", default=[])
    parser.add_argument("--validation", type=Path, nargs="+", required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument(
        "--from", dest="earlier", type=Path, help="a head-liveness.onnx to go on from"
    )
    log_odds.add_arguments(parser, steps=8000, report=1000, rate=2e-3)
    arguments = parser.parse_args()
    log_odds.begin(arguments)
    heads = Heads(*arguments.heads, photographed=arguments.photographed)
    validation = Heads(*arguments.validation)

    # Nobody is surer than one in fifty: prints and heads seen before must not shout others down.
    draw, network = drawing(heads, arguments.seed), HeadNetwork(dropout=0.2)
    if arguments.earlier is not None:
        some = torch.cat([draw()[0] for _ in range(UNFOLDED_ON // BATCH)])
        go_on(folded.take_up, network, arguments.earlier, some)
    average = log_odds.trained(
        network, draw, 0.02, arguments, lambda average: validated(average, validation)
    )
    log_odds.write(average, arguments.out, "head-liveness", SHAPE, "head")


if __name__ == "__main__":
    main()
