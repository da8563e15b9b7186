#!/usr/bin/env python3
"""Give every face of a training store what its teacher, SFace, makes of its colours.

    python3 models/training/teach.py --store DIR

A face without a teacher's vector gets one; every face gets hints: the teacher's map half way, by its
principal components, and its last map, by what the last layer reads most (`teacher.projection`).
Writes teacher.npy in place and the files of `store.HINTS` beside it.
"""

import argparse
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training import precision
from training import store as store_module
from training import teacher as teacher_module

SAMPLE, SIZE = 1024, 64


def taught(teacher, colour):
    """Vectors [N,128] and maps by name of stored colour."""
    with torch.no_grad(), precision.autocast():
        return teacher(teacher_module.face(colour))


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    try:
        faces = store_module.load(arguments.store)
        teacher = teacher_module.opened()
    except (OSError, ValueError) as problem:
        sys.exit(f"There is nothing to teach or nobody who teaches: {problem}")
    rows = np.flatnonzero(faces.kind != store_module.NO_FACE)
    sample = rows[:: max(1, len(rows) // SAMPLE)]
    parts = [
        taught(teacher, faces.colour[sample[start : start + SIZE]])[1]
        for start in range(0, len(sample), SIZE)
    ]
    roots = {"last": teacher_module.read_by_last(teacher)}
    projections = {
        name: teacher_module.projection(torch.cat([p[name] for p in parts]), kept, roots.get(name))
        for name, (kept, _, _) in store_module.HINTS.items()
    }
    vectors = np.load(arguments.store / "teacher.npy", mmap_mode="r+")
    hints = store_module.create_hints(arguments.store, len(faces.kind))
    started = time.time()
    for start in range(0, len(rows), SIZE):
        part = rows[start : start + SIZE]
        vector, maps = taught(teacher, faces.colour[part])
        missing = np.abs(vectors[part]).sum(1) == 0
        vectors[part[missing]] = vector.numpy()[missing]
        for name, (mean, project) in projections.items():
            x = maps[name].permute(0, 2, 3, 1) - mean
            hints[name][part] = (x @ project).permute(0, 3, 1, 2).numpy().astype(np.float16)
        if start // SIZE % 100 == 99:
            pace = (start + SIZE) / (time.time() - started)
            print(f"{start + SIZE} of {len(rows)}, {pace:.0f} a second", flush=True)
    print(f"{len(rows)} faces taught")


if __name__ == "__main__":
    main()
