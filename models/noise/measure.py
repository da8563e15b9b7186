#!/usr/bin/env python3
"""Measure how a depth camera's readings of faces are, over the people of a folder of recordings.

    /usr/bin/python3 models/noise/measure.py --recordings ../shared/data/kinect-dev \\
        [--json models/noise/kinect-v2.json]

--recordings: PERSON/SESSION/ folders with calibration.json, depth.txt, rgb.txt and their pictures.
Prints medians and quartiles over people (each person's number is the median of their pictures'), and
how far depth lies from colour (`registration.py`) where the wall behind people is plain.
"""

import argparse
import json
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from noise import depth_statistics, registration


def pictures(session, kind):
    """Pictures [H,W] or [H,W,3] of a session: kind "depth" or "rgb", as listed in KIND.txt."""
    lines = (session / f"{kind}.txt").read_text().splitlines()
    names = [line.split()[1] for line in lines if line and line[0] != "#"]
    return [cv2.imread(str(session / name), cv2.IMREAD_UNCHANGED) for name in names]


def focal_px(session):
    """Focal length of a session's depth pictures as they are stored."""
    return json.loads((session / "calibration.json").read_text())["depth"]["fx"]


def of_session(session):
    """Statistics of every picture of a session in which a head is found, and how many it has."""
    depths, focal = pictures(session, "depth"), focal_px(session)
    measured = []
    for enlarged in depths:
        depth, factor = depth_statistics.sensor_grid(enlarged)
        measured.append(depth_statistics.of_depth(depth, focal / factor))
    return [row for row in measured if row is not None], len(depths)


def silhouettes_of(recordings):
    """(pairs for `registration.of_pairs`, people among them) of PERSON/SESSION folders."""
    pairs, people = [], set()
    for calibration in sorted(recordings.glob("*/*/calibration.json")):
        session = calibration.parent
        for colour, depth in zip(pictures(session, "rgb"), pictures(session, "depth")):
            if colour.shape[:2] != depth.shape:
                continue
            pair = registration.silhouettes(colour, depth, focal_px(session))
            if pair is not None:
                pairs.append(pair)
                people.add(session.parent.name)
    return pairs, len(people)


def median_of(rows):
    """{name: median over rows}, nan where no row has it."""
    values = {name: np.array([row[name] for row in rows], float) for name in rows[0]}
    return {
        name: float(np.nanmedian(column)) if np.isfinite(column).any() else float("nan")
        for name, column in values.items()
    }


def of_people(recordings):
    """(per-person rows, pictures measured, pictures seen) of PERSON/SESSION folders."""
    people, measured, seen = [], 0, 0
    for person in sorted(path for path in recordings.iterdir() if path.is_dir()):
        rows = []
        for calibration in sorted(person.glob("*/calibration.json")):
            found, count = of_session(calibration.parent)
            rows += found
            seen += count
        measured += len(rows)
        if rows:
            people.append(median_of(rows))
    return people, measured, seen


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    arguments = parser.parse_args()
    if not arguments.recordings.is_dir():
        sys.exit(f"There is no folder {arguments.recordings}.")
    people, measured, seen = of_people(arguments.recordings)
    if not people:
        sys.exit(f"No depth picture under {arguments.recordings} shows a head.")
    table = depth_statistics.summary(people)
    print(f"{len(people)} people, {measured} of {seen} pictures; medians and quartiles over people")
    for name, row in table.items():
        low, high = row["quartiles"]
        print(f"{name:24s} {row['median']:10.4f}  {low:10.4f} {high:10.4f}  n={row['n']}")
    pairs, among = silhouettes_of(arguments.recordings)
    placed = {"people": among, **registration.of_pairs(pairs)} if pairs else None
    if placed:
        print(f"registration: {json.dumps(placed)}")
    if arguments.json:
        report = {
            "command": "/usr/bin/python3 models/noise/measure.py --recordings "
            f"../shared/data/kinect-dev --json {arguments.json}",
            "people": len(people),
            "pictures": measured,
            "statistics": table,
            "registration": placed,
        }
        arguments.json.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
