#!/usr/bin/env python3
"""Render the training, validation and test people as aligned RGB-D faces, in shards of 60 people.

    python3 models/training/make_rendered.py --out DIR --split train --people 3000 --faces 12 \
        [--london DIR] [--only plain|dressed]

Same arguments, same faces; a shard that exists is kept. Each shard-NNNN.npz holds colour
[N,128,128,3] uint8, depth [N,128,128] uint16 (eighths of a millimetre, true), swallows [N,128,128]
bool, person [N] and the columns of `ATTRIBUTES`.
"""

import argparse
import os
import sys
import time
from multiprocessing import Pool
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from render import face_model, london, scene
from training import rendered_faces

SHARD = 60
ATTRIBUTES = (
    "distance_mm",
    "focal_px",
    "yaw_deg",
    "pitch_deg",
    "glasses",
    "brightness",
    "skin_tone",
    "manly",
    "photographed",
)
UNITS_PER_MM = 8

_shared = {}


def opened():
    """The studio and the skins this process opened."""
    return _shared["studio"], _shared["skins"]


def open_shared(face_model_path, london_dir, split):
    """Open the studio and, where the London set is named, the skins of a split in this process."""
    _shared["studio"] = scene.open_studio(face_model_path, rendered_faces.TILE)
    _shared["skins"] = None
    if london_dir:
        cache = Path(london_dir) / f"skins-{rendered_faces.TILE}.npz"
        _shared["skins"] = london.open_skins(
            london_dir, _shared["studio"].atlas, cache=cache, split=split
        )


def _shard(job):
    path, split, numbers, faces, still = job
    colour, depth, swallows, person, rows = [], [], [], [], []
    for number in numbers:
        who = rendered_faces.subject(_shared["studio"], _shared["skins"], split, number)
        looks = who.sitter.person
        manly = float(looks.beard > 0)
        for k in range(faces):
            rng = np.random.default_rng([rendered_faces.FIRST_SEED[split] + number, 103, k])
            face = rendered_faces.face(_shared["studio"], who, rng, still)
            colour.append(face.colour)
            depth.append(np.clip(face.depth_mm * UNITS_PER_MM, 0, 65535).astype(np.uint16))
            swallows.append(face.swallows)
            person.append(number)
            seen = (face.distance_mm, face.focal_px, face.yaw_deg, face.pitch_deg)
            about = (face.glasses, face.brightness, looks.skin_tone, manly)
            rows.append((*seen, *about, who.skin == "photographed"))
    unfinished = path.with_suffix(".part.npz")
    np.savez(
        unfinished,
        colour=np.array(colour),
        depth=np.array(depth),
        swallows=np.array(swallows),
        person=np.array(person, np.int32),
        attributes=np.array(rows, np.float32),
    )
    os.replace(unfinished, path)
    return len(person)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=tuple(rendered_faces.FIRST_SEED), default="train")
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--faces", type=int, default=12)
    parser.add_argument("--still", action="store_true", help="calm looks, as when unlocking")
    parser.add_argument("--face-model", default=face_model.DEFAULT_FILE.parent)
    parser.add_argument("--london", help="folder of the London set; without it skins are painted")
    parser.add_argument("--only", choices=("plain", "dressed"))
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    wanted = {
        None: list(range(arguments.people)),
        "plain": list(range(0, arguments.people, 3)),
        "dressed": [n for n in range(arguments.people) if n % 3],
    }[arguments.only]
    jobs = []
    for start in range(0, len(wanted), SHARD):
        numbers = wanted[start : start + SHARD]
        name = f"{arguments.split}-{arguments.only or 'all'}-{start // SHARD:04}.npz"
        path = arguments.out / name
        if not path.exists():
            jobs.append((path, arguments.split, numbers, arguments.faces, arguments.still))
    started, done = time.time(), 0
    setup = (arguments.face_model, arguments.london, arguments.split)
    with Pool(arguments.processes, open_shared, setup) as pool:
        for n, count in enumerate(pool.imap_unordered(_shard, jobs), start=1):
            done += count
            rate = done / (time.time() - started)
            print(f"{n} of {len(jobs)} shards, {done} faces, {rate:.0f} a second", flush=True)


if __name__ == "__main__":
    main()
