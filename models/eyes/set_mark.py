#!/usr/bin/env python3
"""What the marks of the network of shut eyes do to people who are in no report.

    python3 models/eyes/set_mark.py --eyes EYES-OF-TUNE --weights OUT/eyes-shut.pt \
        [--photographs PHOTOGRAPHS] [--others PHOTOGRAPHS]

Prints, for the measures alone, the network alone at several marks and both together as
main/vision/attention.ts has them, how many faces with both eyes shut are taken for open and how
many with open eyes on the screen for shut. Photographs of the London set are of people whom the
network did not learn from; others are whoever is in them.
"""

import argparse
import json
import re
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eyes.eyes_network import EyesNetwork
from eyes.train_eyes import OPEN_TO, SHUT_FROM, Eyes, answers, training_people

ATTENTION = Path(__file__).resolve().parents[2] / "main" / "vision" / "attention.ts"


def constants(path=ATTENTION):
    """{name: number, or {name: number}} of the numbers that attention.ts decides by."""
    text = path.read_text()
    number = r"-?[\d.]+"
    found = {
        name: {key: float(n) for key, n in re.findall(rf"(\w+): ({number})", body)}
        for name, body in re.findall(r"const (measured|shut) = \{(.*?)\} as const;", text)
    }
    for name, n in re.findall(rf"const (closedOpening|closedBlink) = ({number});", text):
        found[name] = float(n)
    return found


# What decides by itself, the regression, the marks: as the app has them.
_APP = constants()
CLOSED_OPENING, CLOSED_BLINK = _APP["closedOpening"], _APP["closedBlink"]
MEASURED = _APP["measured"]
BIAS = MEASURED.pop("bias")
SURE, POSSIBLE, SAID = (_APP["shut"][name] for name in ("sure", "possible", "measured"))
MARKS = (-2.2, POSSIBLE, -1.0, 0.0, SURE)  # of the network alone, log-odds


def rows_of_faces(faces):
    """Rows of both eyes of each chosen face; eyes come in pairs."""
    return np.flatnonzero(np.repeat(faces, 2))


def by_themselves(eyes, rows):
    """Whether the rules beside the network call each eye shut."""
    measures = [eyes.entries[row]["measures"] for row in rows]
    return np.array([m["opening"] < CLOSED_OPENING or m["blink"] >= CLOSED_BLINK for m in measures])


def said(eyes, rows):
    """Log-odds of the regression over what is measured of each eye."""
    measures = [eyes.entries[row]["measures"] for row in rows]
    return np.array([BIAS + sum(w * m[name] for name, w in MEASURED.items()) for m in measures])


def rules(network, measured):
    """Which eyes are shut by each way to decide: {name: bool [2F]}."""
    ways = {"measures alone, from 0.1 on": measured >= np.log(0.1 / 0.9)}
    ways |= {f"network alone, from {mark} on": network >= mark for mark in MARKS}
    both = (network >= SURE) | ((network >= POSSIBLE) & (measured >= SAID))
    return {**ways, "both": both}


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--eyes", type=Path, required=True)
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--photographs", type=Path)
    parser.add_argument("--others", type=Path)
    arguments = parser.parse_args()
    network = EyesNetwork()
    network.load_state_dict(torch.load(arguments.weights))
    eyes = Eyes(arguments.eyes)
    blink = eyes.blink[::2]
    on_screen = np.array([e["gaze"] == "screen" for e in eyes.entries[::2]])
    groups = {
        "shut": (eyes, rows_of_faces(blink >= SHUT_FROM)),
        "open, on the screen": (eyes, rows_of_faces((blink <= OPEN_TO) & on_screen)),
        "open, elsewhere": (eyes, rows_of_faces((blink <= OPEN_TO) & ~on_screen)),
    }
    if arguments.photographs is not None:
        real = Eyes(arguments.photographs)
        unseen = set(real.person) - training_people(real)
        groups["photographed, open"] = (real, real.rows_of(unseen))
    if arguments.others is not None:
        others = Eyes(arguments.others)
        groups["others"] = (others, np.arange(len(others.blink)))
    lines = {}
    for name, (store, rows) in groups.items():
        alone = by_themselves(store, rows)
        ways = rules(answers(network, store.picture[rows]), said(store, rows))
        for way, shut in ways.items():
            faces = (shut | alone).reshape(-1, 2).all(1)
            lines.setdefault(way, {})[name] = f"{faces.sum()} of {len(faces)} called shut"
    for way, line in lines.items():
        print(json.dumps({"way": way, **line}))


if __name__ == "__main__":
    main()
