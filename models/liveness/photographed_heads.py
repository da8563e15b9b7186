#!/usr/bin/env python3
"""Make living heads and attacks of photographs of real people, for training the head network.

    node scripts/runtime.mjs models/liveness/describe_photographed.mts --images DIR --out DESCRIBED
    python3 models/liveness/photographed_heads.py --described DESCRIBED --out HEADS

Rendered heads teach what rendered skin, hair and rooms look like; these teach that real ones are no
attack. The face's depth is that of a morphable shape fitted to the photograph; hair, neck and
shoulders get a made-up relief inside the outline that GrabCut finds (Rother and others, 2004), and
all of it goes through the noise of `noise/kinect_v2.py`. Attacks are made of the same photographs: masks of one
person's picture on another's head, busts and prints. Writes the layout of
`describe_heads.mts`. Only people for training (`training/split.py`) are used. Seeded.
"""

import argparse
import json
import sys
from dataclasses import dataclass, replace
from multiprocessing import Pool
from pathlib import Path

import cv2
import numpy as np
from scipy.spatial import Delaunay

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from liveness import stored_heads
from liveness.stored_heads import STORED_PX as SIDE_PX
from training import make_store
from training.photographs import PUPILS_MM, drawn, nearest, taken
from training.split import split_of

MM_PER_PX = (
    PUPILS_MM / 35.2 * 1.5
)  # pupils 35.2 px of the aligned face apart; a window's pixel is 1.5
FITTED_MM = 700.0  # where `main/vision/photograph-depth.ts` puts the point between the eyes
DISTANCE_MM = (450.0, 1300.0)
CANDIDATES = 8  # photographs to choose the one of like pose from
# What is made of a photograph beside the living head and the mask, in turns. Borrowed depth is left
# out: beside a made-up outline it cannot be told from the living, and was not learnt.
THIRD = (None, "dummy-head", None, "flat-print-matte", "dummy-head", "bent-print")
# MediaPipe's 478 points: the face's outline and the eyes' openings.
OVAL = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
EYES = (
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466),
)
CHIN = 152
BORDER = np.array(
    [(x, y) for x in (-40, 72, 184) for y in (-40, 72, 184) if (x, y) != (72, 72)], np.float32
)


@dataclass(frozen=True)
class Photograph:
    """A head's window: colour [144,144,3] uint8, face_mm [144,144] (0 off the face), marks [478,2] px."""

    colour: np.ndarray
    face_mm: np.ndarray
    marks: np.ndarray


@dataclass(frozen=True)
class Head:
    """What both sensors would see: colour, depth_mm [144,144] (0 nothing), hair [144,144] bool."""

    colour: np.ndarray
    depth_mm: np.ndarray
    hair: np.ndarray


def smooth(rng, sigma_px, shape=(SIDE_PX, SIDE_PX)):
    """Standard normal field [H,W] blurred by sigma_px and brought back to unit variance."""
    field = cv2.GaussianBlur(rng.standard_normal(shape).astype(np.float32), (0, 0), sigma_px)
    return field / max(float(field.std()), 1e-6)


def outline(photograph):
    """Where the person is [144,144] bool: the face by its mesh, hair and shoulders by GrabCut."""
    face = (photograph.face_mm > 0).astype(np.uint8)
    oval = photograph.marks[list(OVAL)]
    middle, chin = oval.mean(0), photograph.marks[CHIN]
    guess = np.full((SIDE_PX, SIDE_PX), cv2.GC_PR_BGD, np.uint8)
    wide = np.zeros_like(guess)
    cv2.ellipse(wide, tuple(int(v) for v in middle), (66, 76), 0, 0, 360, 1, -1)
    above = np.arange(SIDE_PX)[:, None] < chin[1]
    guess[(wide == 0) & above] = cv2.GC_BGD
    cv2.ellipse(guess, (int(middle[0]), int(middle[1]) - 6), (36, 46), 0, 0, 360, cv2.GC_PR_FGD, -1)
    down = int(chin[1])
    shoulders = np.array(
        [
            (middle[0] - 20, down - 4),
            (middle[0] + 20, down - 4),
            (SIDE_PX + 20, SIDE_PX),
            (-20, SIDE_PX),
        ]
    )
    cv2.fillPoly(guess, [shoulders.astype(np.int32)], cv2.GC_PR_FGD)
    guess[cv2.erode(face, np.ones((5, 5), np.uint8)) > 0] = cv2.GC_FGD
    guess[photograph.colour.max(2) == 0] = cv2.GC_BGD
    cv2.grabCut(
        photograph.colour,
        guess,
        None,
        np.zeros((1, 65)),
        np.zeros((1, 65)),
        3,
        cv2.GC_INIT_WITH_MASK,
    )
    person = ((guess == cv2.GC_FGD) | (guess == cv2.GC_PR_FGD) | (face > 0)).astype(np.uint8)
    person = cv2.morphologyEx(person, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    person = cv2.morphologyEx(person, cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    _, parts = cv2.connectedComponents(np.maximum(person, face))
    return parts == parts[int(middle[1]), int(middle[0])]


def _bulge(inside, radius_mm):
    """0 at the outline to 1 from radius_mm inwards, round as a cylinder."""
    away = cv2.distanceTransform(inside.astype(np.uint8), cv2.DIST_L2, 3) * MM_PER_PX
    share = np.clip(away / radius_mm, 0, 1)
    return np.sqrt(1 - (1 - share) ** 2)


def relief(face_mm, marks, person, rng):
    """Depth [144,144] of the whole person, 0 beyond, and where hair is: made up around the face."""
    face = face_mm > 0
    rows, columns = np.mgrid[0:SIDE_PX, 0:SIDE_PX]
    oval = marks[list(OVAL)]
    lower = oval[oval[:, 1] > oval[:, 1].mean()]
    order = np.argsort(lower[:, 0])
    jaw_row = np.interp(np.arange(SIDE_PX), lower[order, 0], lower[order, 1])
    torso = person & ~face & (rows > jaw_row[None])
    middle = np.median(face_mm[face])
    around = (
        middle + rng.uniform(60, 105) - rng.uniform(55, 95) * _bulge(person, rng.uniform(55, 85))
    )
    # The made-up head meets the face where the face ends.
    gap, away_px = nearest((face_mm - around).astype(np.float32), face)
    gap = cv2.GaussianBlur(gap, (0, 0), 2)
    around = around + gap * np.exp(-away_px * MM_PER_PX / rng.uniform(12, 35))
    hair = person & ~face & ~torso
    locks = rng.uniform(0, 7) * smooth(rng, 4) + rng.uniform(0, 4) * smooth(rng, 1)
    around = np.where(hair, around + locks, around)
    chin_mm = np.median(face_mm[face & (rows > np.quantile(rows[face], 0.9))])
    below = np.maximum(rows - jaw_row[None], 0) * MM_PER_PX
    chest = chin_mm + rng.uniform(25, 75) - rng.uniform(-0.1, 0.35) * below
    chest = chest + rng.uniform(30, 80) * (1 - _bulge(person, rng.uniform(30, 60)))
    share = cv2.GaussianBlur(torso.astype(np.float32), (0, 0), rng.uniform(1.5, 5))
    depth = np.where(face, face_mm, share * chest + (1 - share) * around)
    return np.where(person, depth, 0).astype(np.float32), hair


def living(photograph, rng):
    """The person as they are."""
    person = outline(photograph)
    depth, hair = relief(photograph.face_mm, photograph.marks, person, rng)
    dark = photograph.colour.mean(2) < rng.uniform(20, 90)
    return Head(photograph.colour, depth, hair & dark)


def behind(head, rng):
    """Something behind the person, in four of ten: a wall, turned a little."""
    if rng.random() > 0.4:
        return head
    columns = np.arange(SIDE_PX, dtype=np.float32)[None] - SIDE_PX / 2
    far = np.median(head.depth_mm[head.depth_mm > 0]) + rng.uniform(200, 2500)
    wall = far + rng.uniform(-0.4, 0.4) * columns * MM_PER_PX + np.zeros((SIDE_PX, 1), np.float32)
    return replace(
        head, depth_mm=np.where(head.depth_mm > 0, head.depth_mm, wall).astype(np.float32)
    )


def sensed(head, rng):
    """Readings [144,144] uint16 mm of a head somewhere before a sensor drawn anew."""
    distance = rng.uniform(*DISTANCE_MM)
    depth = np.where(head.depth_mm > 0, head.depth_mm + distance - FITTED_MM, 0)
    return make_store.sensed(depth.astype(np.float32), head.hair, distance / MM_PER_PX, rng)


def moved(photograph, marks, mesh):
    """Colour and face_mm of a photograph with its landmarks drawn to `marks` [478,2]."""
    (place,), _ = drawn(
        np.concatenate([marks, BORDER]),
        np.full(len(marks) + len(BORDER), 0.01, np.float32),
        mesh,
        [np.concatenate([photograph.marks, BORDER])],
        SIDE_PX,
    )
    depth = taken(photograph.face_mm, place, cv2.INTER_NEAREST)
    return taken(photograph.colour, place).astype(np.float32), depth


def _painted(colour, under, region, rng):
    """A picture as paint under the light that falls on `under`: float colours [144,144,3]."""
    weight = region.astype(np.float32)
    mean = [(c * weight[..., None]).sum((0, 1)) / weight.sum() for c in (colour, under)]
    gain = (np.maximum(mean[1], 4) / np.maximum(mean[0], 4)) ** rng.uniform(0.2, 1.0)
    paint = colour * gain * np.exp(rng.normal(0, 0.06, 3))
    grey = paint.mean(2, keepdims=True)
    paint = grey + rng.uniform(0.65, 1.15) * (paint - grey)
    level = paint[region].mean()
    paint = level + rng.uniform(0.65, 1.1) * (paint - level)
    # Light of the place over the light of the picture, as far as soft shading goes.
    paint = np.maximum(paint, 0)
    soft = [cv2.GaussianBlur(c.mean(2).astype(np.float32), (0, 0), 9) + 8 for c in (under, paint)]
    paint = paint * (soft[0] / soft[1])[..., None] ** rng.uniform(0, 0.8)
    paint = cv2.GaussianBlur(paint.astype(np.float32), (0, 0), rng.uniform(0.2, 0.9))
    if rng.random() < 0.35:
        gloss = np.clip(smooth(rng, rng.uniform(3, 9)) - 1.3, 0, 1)[..., None]
        paint = paint + rng.uniform(20, 120) * gloss
    return paint


def _soft(polygon, grown_px=0.0):
    """Share [144,144] of each pixel inside a polygon [K,2], its border moved outwards by grown_px."""
    fine = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    cv2.fillPoly(fine, [np.round(polygon * 16).astype(np.int32)], 255, shift=4)
    if grown_px:
        size = 2 * int(np.ceil(grown_px)) + 1
        fine = cv2.dilate(fine, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    return cv2.GaussianBlur(fine.astype(np.float32) / 255, (0, 0), 0.6)


def mask(wearer, owner, own_shape, mesh, rng):
    """The owner's picture on a stiff shape before the wearer's face; own_shape: it is the owner's, else another's."""
    head = living(wearer, rng)
    likeness = rng.uniform(0.45, 0.95) if own_shape else rng.uniform(0.0, 0.35)
    marks = wearer.marks + likeness * (owner.marks - wearer.marks)
    colour, owner_mm = moved(owner, marks, mesh)
    oval = marks[list(OVAL)]
    middle = oval.mean(0)
    share = _soft(middle + rng.uniform(0.84, 1.1) * (oval - middle))
    if rng.random() < 0.5:
        for eye in EYES:
            share = share * (1 - _soft(marks[list(eye)], rng.uniform(0, 1.6)))
    region = share > 0.5
    both = (owner_mm > 0) & (wearer.face_mm > 0)
    level = np.median((owner_mm - wearer.face_mm)[both]) if both.any() else 0.0
    shape = np.where(
        both, likeness * (owner_mm - level) + (1 - likeness) * head.depth_mm, head.depth_mm
    )
    known = (head.depth_mm > 0).astype(np.float32)
    sigma = rng.uniform(0.6, 2.5)
    shape = cv2.GaussianBlur(shape * known, (0, 0), sigma)
    shape = shape / np.maximum(cv2.GaussianBlur(known, (0, 0), sigma), 1e-3)
    shape = np.minimum(shape, np.where(known > 0, head.depth_mm, np.inf)) - rng.uniform(2.5, 9)
    paint = _painted(colour, head.colour, region, rng)
    if rng.random() < 0.3:
        rim = cv2.GaussianBlur(share, (0, 0), 1.2)
        paint = paint * (1 - rng.uniform(0.05, 0.4) * np.clip(4 * rim * (1 - rim), 0, 1))[..., None]
    mixed = head.colour + share[..., None] * (paint - head.colour)
    return Head(
        np.clip(mixed, 0, 255).astype(np.uint8),
        np.where(region, shape, head.depth_mm).astype(np.float32),
        head.hair & ~region,
    )


def dummy(owner, room, rng):
    """The owner's picture on a bald head of one paint, before another photograph's room."""
    oval = owner.marks[list(OVAL)]
    middle = oval.mean(0)
    person = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    size = (int(rng.uniform(27, 32)), int(rng.uniform(38, 45)))
    cv2.ellipse(person, (int(middle[0]), int(middle[1]) - 8), size, 0, 0, 360, 1, -1)
    neck = rng.uniform(13, 22)
    foot = rng.uniform(13, 60)
    corners = [(-neck, 20), (neck, 20), (foot, SIDE_PX), (-foot, SIDE_PX)]
    cv2.fillPoly(
        person, [np.array([(middle[0] + x, middle[1] + y) for x, y in corners], np.int32)], 1
    )
    person = (person > 0) | (owner.face_mm > 0)
    depth, _ = relief(owner.face_mm, owner.marks, person, rng)
    filled = cv2.GaussianBlur(np.where(depth > 0, depth, depth.max()), (0, 0), 1.5)
    slope = np.stack([cv2.Sobel(filled, cv2.CV_32F, *d, scale=1 / 8) for d in ((1, 0), (0, 1))], -1)
    lamp = rng.normal(0, 0.4, 2)
    shade = 1 / np.sqrt(1 + ((slope / MM_PER_PX - lamp) ** 2).sum(-1))
    tone = (
        owner.colour[owner.face_mm > 0].mean(0) if rng.random() < 0.5 else rng.uniform(40, 230, 3)
    )
    body = np.clip(tone * (shade / shade[person].mean())[..., None], 0, 255)
    share = _soft(middle + rng.uniform(0.8, 1.05) * (oval - middle))[..., None]
    paint = _painted(owner.colour.astype(np.float32), body, share[..., 0] > 0.5, rng)
    body = body + share * (paint - body)
    edge = cv2.GaussianBlur(person.astype(np.float32), (0, 0), 0.7)[..., None]
    colour = room.colour + edge * (body - room.colour)
    return Head(np.clip(colour, 0, 255).astype(np.uint8), depth, np.zeros_like(person))


def sheet(owner, room, bent, rng):
    """The owner's print held up, flat or over a cylinder, before another photograph's room."""
    rows, columns = (np.mgrid[0:SIDE_PX, 0:SIDE_PX] - SIDE_PX / 2) * MM_PER_PX
    depth = FITTED_MM + rng.uniform(-0.36, 0.36) * columns + rng.uniform(-0.3, 0.3) * rows
    if bent:
        across = columns if rng.random() < 0.7 else rows
        radius = rng.uniform(60, 300)
        depth = depth + radius - np.sqrt(np.maximum(radius**2 - across**2, (0.2 * radius) ** 2))
    oval = owner.marks[list(OVAL)]
    low, high = oval.min(0), oval.max(0)
    left, top = low - np.abs(rng.normal(0, 40, 2))
    right, bottom = high + np.abs(rng.normal(0, 40, 2))
    paper = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    corners = np.array([(left, top), (right, top), (right, bottom), (left, bottom)])
    if rng.random() < 0.3:  # cut out along the face
        corners = oval.mean(0) + rng.uniform(1.0, 1.25) * (oval - oval.mean(0))
    cv2.fillPoly(paper, [corners.astype(np.int32)], 1)
    ink = owner.colour.astype(np.float32) * rng.uniform(0.7, 1.1)
    ink = cv2.GaussianBlur(ink, (0, 0), rng.uniform(0.2, 0.9)) + rng.uniform(0, 12)
    colour = np.where(paper[..., None] > 0, ink, room.colour)
    nothing = np.zeros((SIDE_PX, SIDE_PX), bool)
    return Head(
        np.clip(colour, 0, 255).astype(np.uint8),
        np.where(paper > 0, depth, 0).astype(np.float32),
        nothing,
    )


_set = {}


def _photograph(number):
    return Photograph(
        _set["colour"][number], _set["depth"][number].astype(np.float32), _set["marks"][number]
    )


def _like(number, rng, count=CANDIDATES):
    """Another person's photograph whose landmarks lie most like this one's, of a few drawn."""
    others = rng.choice(np.flatnonzero(_set["people"] != _set["people"][number]), count)
    apart = [np.abs(_set["marks"][n] - _set["marks"][number]).mean() for n in others]
    return _photograph(int(others[int(np.argmin(apart))]))


def made(number):
    """[(species or None, colour [144,144,3], readings [144,144])] of a photograph."""
    rng = np.random.default_rng([number, 251])
    own = _photograph(number)
    heads = [(None, behind(living(own, rng), rng))]
    kind = ("own-shape-mask", "other-shape-mask")[number % 2]
    masked = mask(_like(number, rng), own, kind == "own-shape-mask", _set["mesh"], rng)
    heads.append((kind, behind(masked, rng)))
    kind = THIRD[number % len(THIRD)]
    if kind is not None:
        another = _like(number, rng, 4)
        made_up = (
            dummy(own, another, rng)
            if kind == "dummy-head"
            else sheet(own, another, kind == "bent-print", rng)
        )
        heads.append((kind, behind(made_up, rng)))
    return [(name, head.colour, sensed(head, rng)) for name, head in heads]


def load(described, split):
    """Photographs of the people of a split, as `made` wants them."""
    entries, colour, depth = stored_heads.read(described)
    chosen = [k for k, entry in enumerate(entries) if split_of(entry["person"]) == split]
    marks = np.fromfile(described / "landmarks.bin", np.float32).reshape(len(entries), -1, 2)
    colour, depth, marks = colour[chosen], depth[chosen], marks[chosen]
    # A face that fills less than this was fitted to something else.
    kept = (depth > 0).sum((1, 2)) > 1000
    people = np.array([entries[k]["person"] for k in chosen])[kept]
    mean = np.median(marks[kept], 0)
    mesh = Delaunay(np.concatenate([mean, BORDER])).simplices.astype(np.int32)
    _set.update(colour=colour[kept], depth=depth[kept], marks=marks[kept], people=people, mesh=mesh)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--described", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=("train", "validation"), default="train")
    parser.add_argument("--photographs", type=int, help="so many only")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    if not (arguments.described / "index.json").is_file():
        sys.exit(
            f"{arguments.described} holds nothing that describe_photographed.mts has finished."
        )
    load(arguments.described, arguments.split)
    count = min(len(_set["people"]), arguments.photographs or len(_set["people"]))
    arguments.out.mkdir(parents=True, exist_ok=True)
    cv2.setNumThreads(1)
    entries = []
    with (
        open(arguments.out / "heads.bin", "wb") as heads,
        open(arguments.out / "depth-mm.bin", "wb") as depths,
        Pool(arguments.processes) as pool,
    ):
        for number, some in enumerate(pool.imap(made, range(count), chunksize=16)):
            for species, colour, readings in some:
                heads.write(colour.tobytes())
                depths.write(readings.tobytes())
                person = str(_set["people"][number])
                entries.append({"person": person, "species": species, "look": len(entries)})
            if (number + 1) % 500 == 0:
                print(f"{number + 1} of {count}", flush=True)
    index = {"sidePx": SIDE_PX, "heads": entries}
    (arguments.out / "index.json").write_text(json.dumps(index) + "\n")
    print(f"{len(entries)} heads of {count} photographs")


if __name__ == "__main__":
    main()
