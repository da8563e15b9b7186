#!/usr/bin/env python3
"""Copy recordings of single frames with their colour moved onto their depth.

    python3 models/liveness/mend_registration.py --recordings ../shared/data/kinect-dev --out DIR

The Kinect v2 set stores depth some sensor pixels beside the colour it belongs to, and in another
shape of pixel, which a calibrated camera does not (`facelatch calibrate`). One map for the whole set
is found by the people's silhouettes (`noise.registration`), then every picture is moved by it. The
copy stays outside the repository: it is of real people.
"""

import argparse
import json
import shutil
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from noise import registration
from noise.depth_statistics import sensor_blocks


def read(session):
    """(colour BGR, depth mm, focal px) of a recording's first frame."""
    colour = cv2.imread(str(next((session / "rgb").iterdir())))
    depth = cv2.imread(str(next((session / "depth").iterdir())), cv2.IMREAD_UNCHANGED)
    focal = json.loads((session / "calibration.json").read_text())["color"]["fx"]
    return colour, depth, focal


def moved(colour, depth, found):
    """Colour [H,W,3] moved onto depth, whose pixels keep their places in space.

    found: what `registration.of_pairs` found; its map is undone for the distance of the head.
    """
    _, _, factor = sensor_blocks(depth)
    near = depth[depth > 0]
    distance = float(np.percentile(near, 20)) if near.size else 1000.0
    height, width = depth.shape
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    shift_x = factor * (found["offset_x_px"] + found["parallax_px_mm"] / distance)
    shift_y = factor * found["offset_y_px"]
    columns = found["scale_x"] * (np.arange(width) - middle_x) + middle_x + shift_x
    rows = found["scale_y"] * (np.arange(height) - middle_y) + middle_y + shift_y
    map_x, map_y = np.meshgrid(columns.astype(np.float32), rows.astype(np.float32))
    return cv2.remap(colour, map_x, map_y, cv2.INTER_CUBIC)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    sessions = sorted(p.parent for p in arguments.recordings.glob("*/*/calibration.json"))
    # Plain walls show silhouettes; every fifth picture is enough for five numbers.
    found = [registration.silhouettes(*read(session)) for session in sessions[::5]]
    pairs = [pair for pair in found if pair is not None]
    if len(pairs) < 10:
        sys.exit(f"{arguments.recordings} holds too few people before plain walls.")
    where = registration.of_pairs(pairs)
    print(json.dumps(where, indent=2))
    for session in sessions:
        target = arguments.out / session.relative_to(arguments.recordings)
        shutil.copytree(session, target, dirs_exist_ok=True)
        colour, depth, _ = read(session)
        name = next((target / "rgb").iterdir())
        cv2.imwrite(str(name), moved(colour, depth, where), [cv2.IMWRITE_JPEG_QUALITY, 95])


if __name__ == "__main__":
    main()
