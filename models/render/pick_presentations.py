#!/usr/bin/env python3
"""Copy the attacks that came nearest to passing for alive, and did not, into test/attacks.

    python3 models/render/pick_presentations.py --recordings DIR/tune --observations FILE [--species NAME ...] [--suffix=-worn]

FILE is what `facelatch experiment attacks --observations FILE` wrote for DIR/tune. Of each species
(or those that are named), the refused presentations with the highest score whose files are small
enough; what was kept of it before goes. They are kept under the species' name and the suffix: those
of DIR/tune-worn beside those of DIR/tune.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from liveness import fit_scorecard
from render.make_attacks import SPECIES

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "test" / "attacks" / "presentations"
LOOK = ROOT / "main" / "identity" / "look-liveness.ts"
# A look ends as soon as the mean of its frames so far passes, so single ones may lie so far above it.
MARGIN = 1.0
LARGEST_BYTES = 110_000  # of one presentation
KEPT = ("calibration.json", "rgb.txt", "depth.txt")


def mark():
    """Mean log-odds that a look must reach, as the lock has it."""
    return float(re.search(r"leastMeanLogOdds = ([-\d.]+);", LOOK.read_text())[1])


def refused(path):
    """{(species, number): mean log-odds} of an observation file, of what the score or a bound refuses."""
    scorecard = fit_scorecard.card()
    sums, outside, least = {}, set(), mark()
    sessions = fit_scorecard.read_sessions(path)
    for (_, session), species, cues, within in fit_scorecard.frames_of(sessions):
        if species is None:
            continue
        key = (species, session.split("/")[2])
        sums.setdefault(key, []).append(fit_scorecard.log_odds_of(cues, scorecard))
        if not within:
            outside.add(key)
    means = {key: float(np.mean(values)) for key, values in sums.items()}
    return {key: mean for key, mean in means.items() if mean < least - MARGIN or key in outside}


def copied(source, target):
    """Copy a recording with its depth packed tighter; returns its bytes."""
    shutil.rmtree(target, ignore_errors=True)
    for part in ("rgb", "depth"):
        (target / part).mkdir(parents=True)
    for name in KEPT:
        shutil.copyfile(source / name, target / name)
    for picture in sorted((source / "rgb").iterdir()):
        shutil.copyfile(picture, target / "rgb" / picture.name)
    for picture in sorted((source / "depth").iterdir()):
        values = cv2.imread(str(picture), cv2.IMREAD_UNCHANGED)
        cv2.imwrite(str(target / "depth" / picture.name), values, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    return sum(p.stat().st_size for p in target.rglob("*") if p.is_file())


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--recordings", type=Path, required=True)
    parser.add_argument("--observations", required=True)
    parser.add_argument("--each", type=int, default=2)
    parser.add_argument("--species", nargs="+", choices=SPECIES, default=SPECIES)
    parser.add_argument("--suffix", default="")
    arguments = parser.parse_args()
    scored = refused(arguments.observations)
    for species in arguments.species:
        ranked = sorted((n for s, n in scored if s == species), key=lambda n: -scored[(species, n)])
        place = OUT / (species + arguments.suffix)
        shutil.rmtree(place, ignore_errors=True)
        kept = 0
        for number in ranked:
            if kept == arguments.each:
                break
            source = arguments.recordings / "attacks" / species / number
            size = copied(source, place / number)
            if size > LARGEST_BYTES:
                shutil.rmtree(place / number)
                continue
            kept += 1
            print(f"{species} {number}: log-odds {scored[(species, number)]:.2f}, {size} bytes")


if __name__ == "__main__":
    main()
