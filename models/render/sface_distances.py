#!/usr/bin/env python3
"""Distances SFace sees between the recorded people, with the face model's own five landmarks.

    python3 models/render/sface_distances.py --sface models/sface.onnx [--recordings DIR]

Prints, for each person enrolled, the nearest distance of every look of every person (mean, smallest
and largest over the look's frames); last the summary. L2 distance of unit vectors.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np


def vectors(network, session):
    """Unit vectors [F,128] of a session's frames."""
    found = []
    pictures = [
        line.split() for line in (session / "rgb.txt").read_text().splitlines() if line[0] != "#"
    ]
    marks = [
        line.split()
        for line in (session / "landmarks.txt").read_text().splitlines()
        if line[0] != "#"
    ]
    for (_, name), mark in zip(pictures, marks):
        points = np.array(mark[1:], np.float32)
        face = np.concatenate([[0, 0, 1, 1], points, [1]]).astype(np.float32)[None]
        aligned = network.alignCrop(cv2.imread(str(session / name)), face)
        vector = network.feature(aligned)[0].astype(np.float64)
        found.append(vector / np.linalg.norm(vector))
    return np.array(found)


def nearest(probes, gallery):
    """Distance [F] of each probe to its nearest gallery vector."""
    return np.sqrt(np.clip(2 - 2 * probes @ gallery.T, 0, None)).min(1)


def spread(distances):
    """Mean, smallest and largest, as text."""
    return f"{distances.mean():.3f} {distances.min():.3f} {distances.max():.3f}"


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sface", required=True)
    parser.add_argument(
        "--recordings", type=Path, default=Path(__file__).resolve().parents[1] / "simulated"
    )
    arguments = parser.parse_args()
    network = cv2.FaceRecognizerSF.create(arguments.sface, "")
    people = sorted(p for p in (arguments.recordings / "people").iterdir() if p.name != "attacks")
    embedded = {p.name: {s.name: vectors(network, s) for s in sorted(p.iterdir())} for p in people}
    genuine, impostor = [], []
    for owner, sessions in embedded.items():
        gallery = sessions["enrol-circle"]
        for probe, others in embedded.items():
            for session, probes in others.items():
                if session.startswith("enrol") and probe == owner:
                    continue
                d = nearest(probes, gallery)
                (genuine if probe == owner else impostor).append(d)
                kind = "genuine " if probe == owner else "impostor"
                print(f"{owner:8} {kind} {probe:8} {session:13} {spread(d)}")
    attacks = arguments.recordings / "people" / "attacks" / "flat-photograph"
    for folder in sorted(attacks.iterdir()) if attacks.is_dir() else []:
        owner = (folder / "target.txt").read_text().strip()
        d = nearest(vectors(network, folder), embedded[owner]["enrol-circle"])
        print(f"{owner:8} attack   photograph            {spread(d)}")
    genuine, impostor = np.concatenate(genuine), np.concatenate(impostor)
    print(f"genuine  (mean, smallest, largest) {spread(genuine)}, {len(genuine)} frames")
    print(f"impostor (mean, smallest, largest) {spread(impostor)}, {len(impostor)} frames")


if __name__ == "__main__":
    main()
