#!/usr/bin/env python3
"""Put rendered faces and photographs together into the store that training reads.

    python3 models/training/make_store.py --out DIR --split train [--rendered DIR] \
        [--described DIR ...] [--turned 3] [--blended 10]

rendered: a folder of shards by `make_rendered.py`; each face passes through a sensor drawn anew.
described: folders by `describe_photographs.mts`; of each photograph of the split the picture itself
is taken, `turned` times turned in space, and `blended` times with another one's. Depth of
photographs is that of a fitted mesh; half of it stays as it is, half goes through a room and a
sensor as rendered faces do. A blended face has no teacher until `teach.py` gives it one.
"""

import argparse
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from noise import kinect_v2
from training import aligned, described, photographs, store
from training.make_rendered import UNITS_PER_MM
from training.rendered_faces import backdrop

# Photographs' people are numbered from here, so that no rendered person shares a number.
FIRST_PHOTOGRAPHED = 10_000_000
SENSOR_FOCAL_PX = (330.0, 600.0)


def sensed(depth_mm, swallows, focal_px, rng):
    """Depth [128,128] uint16 mm as some sensor of some resolution reads it."""
    parameters = kinect_v2.NoiseParameters.drawn(rng)
    ratio = focal_px / rng.uniform(*SENSOR_FOCAL_PX)
    return kinect_v2.sense(depth_mm, swallows, float(ratio), rng, parameters)


def in_a_room(depth_mm, rng):
    """Depth of a lone mesh with something behind it."""
    distance = float(np.median(depth_mm[depth_mm > 0])) if (depth_mm > 0).any() else 700.0
    _, behind = backdrop(rng, depth_mm.shape[0], distance)
    return np.where(depth_mm > 0, depth_mm, behind).astype(np.float32)


def _rendered(job):
    path, seed = job
    with np.load(path) as shard:
        colour, person = shard["colour"], shard["person"]
        depth = shard["depth"].astype(np.float32) / UNITS_PER_MM
        swallows, focal = shard["swallows"], shard["attributes"][:, 1]
    rng = np.random.default_rng([seed, 131])
    read = [sensed(d, s, f, rng) for d, s, f in zip(depth, swallows, focal)]
    return colour, np.array(read), person


def finished(depth_mm, rng):
    """Half of the fitted depths stay alone and exact, half get a room and a sensor."""
    if rng.random() < 0.5:
        return np.round(depth_mm).astype(np.uint16)
    # A face's pupils are some 35 px apart in the aligned face, and 63 mm.
    focal = rng.uniform(400, 1200) * 35 / photographs.PUPILS_MM
    return sensed(in_a_room(depth_mm, rng), np.zeros(depth_mm.shape, bool), focal, rng)


def blending(rng):
    """Shares of another one's shape and colours: half of the faces lie evenly between two, half are put together of both."""
    if rng.random() < 0.5:
        share = rng.uniform(0.25, 0.75)
        return share, share
    return rng.uniform(-0.25, 1.25), photographs.patchwork(rng)


_set = {}


def _photographed(number):
    """Every version of photograph `number`: colour, depth, teacher and kind of each."""
    faces, people = _set["faces"], _set["people"]
    rng = np.random.default_rng([number, 137])
    colour, depth, marks = faces.colour[number], faces.depth[number], faces.landmarks[number]
    teacher = faces.teacher[number]
    versions = [(*photographs.straight(colour, depth), teacher, 1)]
    for _ in range(_set["turned"]):
        yaw, pitch = np.clip(rng.normal(0, 11), -24, 24), np.clip(rng.normal(0, 7), -15, 15)
        versions.append((*photographs.turned(colour, depth, marks, yaw, pitch), teacher, 2))
    for _ in range(_set["blended"]):
        other = int(_set["numbers"][rng.integers(len(_set["numbers"]))])
        if people[other] == people[number]:
            continue
        second = (faces.colour[other], faces.depth[other], faces.landmarks[other])
        shares = blending(rng)
        mixed = photographs.blended((colour, depth, marks), second, *shares, _set["mesh"])
        versions.append((*mixed, np.zeros(128, np.float32), 3))
    return [(c, finished(d, rng), t, k) for c, d, t, k in versions]


def _fill(target, at, colour, depth, person, teacher, kind):
    n = len(colour)
    target.colour[at : at + n], target.depth[at : at + n] = colour, depth
    target.person[at : at + n], target.kind[at : at + n] = person, kind
    target.teacher[at : at + n] = teacher
    return at + n


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=("train", "validation", "test"), required=True)
    parser.add_argument("--rendered", type=Path)
    parser.add_argument("--described", type=Path, nargs="*", default=[])
    parser.add_argument("--turned", type=int, default=3)
    parser.add_argument("--blended", type=int, default=10)
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    shards = (
        sorted(arguments.rendered.glob(f"{arguments.split}-*.npz")) if arguments.rendered else []
    )
    shards = [s for s in shards if ".part" not in s.name]
    sizes = []
    for shard in shards:
        with np.load(shard) as data:
            sizes.append(len(data["person"]))
    sets = [described.load(folder, arguments.split) for folder in arguments.described]
    versions = 1 + arguments.turned + arguments.blended
    target = store.create(arguments.out, sum(sizes) + versions * sum(len(s.names) for s in sets))
    at = 0
    with Pool(arguments.processes) as pool:
        jobs = list(zip(shards, range(len(shards))))
        for colour, depth, person in pool.imap(_rendered, jobs):
            at = _fill(target, at, colour, depth, person, 0, 0)
            print(f"{at} rendered", flush=True)
    first = FIRST_PHOTOGRAPHED
    for faces in sets:
        _set.update(faces=faces, turned=arguments.turned, blended=arguments.blended)
        _set.update(people=faces.person, numbers=np.arange(len(faces.names)))
        _set["mesh"] = photographs.blend_mesh(
            np.median(faces.landmarks[:, :, :2], 0) + photographs.DESCRIBED_MARGIN_PX
        )
        with Pool(arguments.processes) as pool:
            every = pool.imap(_photographed, range(len(faces.names)), chunksize=16)
            for number, made in enumerate(every):
                colour, depth, teacher, kind = (np.array(x) for x in zip(*made))
                # A blended face is nobody's: its number is its place.
                place = -1 - at - np.arange(len(made))
                person = np.where(kind == 3, place, first + faces.person[number])
                at = _fill(target, at, colour, depth, person, teacher, kind)
        first += int(faces.person.max()) + 1
        print(f"{at} with photographs", flush=True)
    # Blends of a person with themselves were left out: the last rows have no face.
    target.kind[at:] = store.NO_FACE


if __name__ == "__main__":
    main()
