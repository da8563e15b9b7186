#!/usr/bin/env python3
"""Write what the input rule makes of a few made-up frames, for the other language to be held to.

    python3 models/training/input_references.py

Writes input-references.json: five points, the map to the aligned face, the reference distance and
every ninth pixel of the four planes. `test/unit/vision/rgbd-input-references.test.ts` makes the
same frames by the same formulas and holds `main/vision/rgbd-input.ts` to these numbers.
"""

import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training import aligned

FILE = Path(__file__).resolve().parent / "input-references.json"
WIDTH, HEIGHT = 200, 180
EVERY_PX = 9
# Where the template lies in the frame: pixels of the frame for one of the face, turn in degrees,
# its middle, and by how many pixels each point is off.
PLACES = {
    "pixel by pixel": (1.0, 0, (98.5, 88.5), 0),
    "a small face, enlarged": (0.6, 4, (103.2, 80.7), 1),
    "turned, its points a little off": (1.3, -17, (99.6, 91.3), 2),
    "shrunk": (1.7, 3, (100.3, 89.8), 1.5),
    "a fifth beyond the edge": (1.1, 0, (37.1, 88.4), 0),
}


def frame():
    """Colour [H,W,3] uint8 and depth [H,W] uint16 mm: a bump before a wall, every 37th pixel blind.

    Whole numbers throughout, so that every language makes the same.
    """
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    waves = [abs((a * x + b * y) % 512 - 256) * 3 // 4 + 30 for a, b in ((3, 1), (1, 4), (2, -3))]
    across, down = x - WIDTH // 2, y - HEIGHT // 2
    from_middle = across**2 + down**2
    depth = np.where(from_middle < 75**2, 560 + from_middle // 75, 1500)
    depth[(x + 5 * y) % 37 == 0] = 0
    return np.stack(waves, -1).astype(np.uint8), depth.astype(np.uint16)


def five_points(scale, turn_deg, middle, off_px):
    """The template's points [5,2] laid into the frame."""
    turn = np.deg2rad(turn_deg)
    turning = scale * np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    centred = aligned.ARC_FACE_POINTS.astype(np.float64) - (aligned.SIDE_PX - 1) / 2
    off = off_px * np.array([[1, 0], [0, -1], [-1, 1], [0, 1], [1, -1]])
    return np.round(centred @ turning.T + middle + off, 3)


def reference(colour, depth_mm, points):
    """One entry of the file."""
    mapping = aligned.similarity(points, aligned.ARC_FACE_POINTS)
    face, depth = aligned.cut(colour, depth_mm, mapping, side=aligned.SIDE_PX)
    planes = aligned.encode(face, depth)[:, ::EVERY_PX, ::EVERY_PX]
    return {
        "points": points.tolist(),
        "toAligned": [round(float(v), 6) for v in mapping.ravel()],
        "referenceMm": aligned.reference_mm(depth),
        "planes": [[round(float(v), 4) for v in plane.ravel()] for plane in planes],
    }


def references():
    """Everything the file holds."""
    colour, depth_mm = frame()
    return {name: reference(colour, depth_mm, five_points(*at)) for name, at in PLACES.items()}


if __name__ == "__main__":
    FILE.write_text(json.dumps(references(), indent=None) + "\n")
    print(f"{FILE.name}: {len(PLACES)} frames, {FILE.stat().st_size} bytes")
