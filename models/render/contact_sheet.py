#!/usr/bin/env python3
"""Put pictures of every recorded session on one sheet, colour above depth, to be looked at.

    python3 models/render/contact_sheet.py --out sheet.png [--recordings DIR] [--person NAME]
"""

import argparse
from pathlib import Path

import cv2
import numpy as np


def listed(folder, name):
    """Paths a TUM list names."""
    lines = (folder / f"{name}.txt").read_text().splitlines()
    return [folder / line.split()[1] for line in lines if line and line[0] != "#"]


def depth_picture(depth_mm):
    """Depth as colours, 450 mm (light) to 2600 mm (dark); no reading black."""
    scaled = np.clip((2600 - depth_mm.astype(np.float32)) / 2150, 0, 1) ** 2
    picture = cv2.applyColorMap((scaled * 255).astype(np.uint8), cv2.COLORMAP_VIRIDIS)
    picture[depth_mm == 0] = 0
    return picture


def strip(folder, count, width):
    """`count` moments of a session side by side."""
    colours, depths = listed(folder, "rgb"), listed(folder, "depth")
    moments = np.linspace(0, len(colours) - 1, count).round().astype(int)
    tiles = []
    for n in moments:
        colour = cv2.imread(str(colours[n]))
        depth = depth_picture(cv2.imread(str(depths[n]), cv2.IMREAD_UNCHANGED))
        both = np.vstack([colour, depth])
        tiles.append(cv2.resize(both, (width, width * 3 // 2), interpolation=cv2.INTER_AREA))
    picture = np.hstack(tiles)
    label = "/".join(folder.parts[-2:])
    cv2.putText(picture, label, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (255, 255, 255), 2)
    cv2.putText(picture, label, (4, 14), cv2.FONT_HERSHEY_SIMPLEX, 0.45, (0, 0, 0), 1)
    return picture


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument(
        "--recordings", type=Path, default=Path(__file__).resolve().parents[1] / "simulated"
    )
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--person", default="", help="only sessions whose path holds this")
    parser.add_argument("--moments", type=int, default=4)
    parser.add_argument("--width", type=int, default=240)
    arguments = parser.parse_args()
    sessions = sorted(
        p.parent for p in arguments.recordings.rglob("rgb.txt") if arguments.person in str(p)
    )
    if not sessions:
        raise SystemExit(f"No recording with '{arguments.person}' under {arguments.recordings}")
    cv2.imwrite(
        str(arguments.out),
        np.vstack([strip(s, arguments.moments, arguments.width) for s in sessions]),
    )


if __name__ == "__main__":
    main()
