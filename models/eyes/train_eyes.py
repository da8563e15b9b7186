#!/usr/bin/env python3
"""Train the network of shut eyes and write it as ONNX.

    python3 models/render/eyes_set.py --out DIR/teach --london LONDON
    python3 models/render/eyes_set.py --out DIR/tune --split tune --people 14
    node scripts/runtime.mjs models/eyes/describe_eyes.mts --pictures DIR/teach --out EYES    (and of DIR/tune)
    node scripts/runtime.mjs models/eyes/describe_eyes.mts --photographs LONDON/neutral_front \
        --photographs LONDON/smiling_front --out PHOTOGRAPHS
    python3 models/eyes/train_eyes.py --eyes EYES --photographs PHOTOGRAPHS \
        --validation EYES-OF-TUNE --out OUT

Binary cross-entropy; lids on the way count for either side as far as they are down. Of the
photographs (London set) only its training people are seen, half of the time with the upper lid
drawn down. Prints what the validation people come to after every round; the last round's averaged
weights are written as eyes-shut.onnx, whichever round was best, and beside it what PyTorch answers
to made-up inputs (references.json: kept in this folder). Seeded.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eyes import eye_chance
from eyes.eye_chance import HEIGHT, STORED_HEIGHT, STORED_WIDTH, WIDTH
from eyes.eyes_network import EyesNetwork
from render import london
from training import log_odds
from training.augment import Grain

SHUT_FROM, OPEN_TO = 0.85, 0.35  # of how far lids are down
PHOTOGRAPHED = 0.25  # share of a batch
BATCH = 128
SHAPE = (3, HEIGHT, WIDTH)


class Eyes:
    """Eyes of `describe_eyes.mts`: picture [N,48,64,3], blink [N], and what else is said of each."""

    def __init__(self, *folders):
        self.entries, pictures = [], []
        for folder in map(Path, folders):
            entries = json.loads((folder / "index.json").read_text())["eyes"]
            shape = (len(entries), STORED_HEIGHT, STORED_WIDTH, 3)
            pictures.append(np.fromfile(folder / "eyes.bin", np.uint8).reshape(shape))
            self.entries += entries
        self.picture = np.concatenate(pictures)
        self.blink = np.array([e["blink"] for e in self.entries], np.float32)
        self.person = np.array([e["person"] for e in self.entries])

    def rows_of(self, people):
        """Rows of those people."""
        return np.flatnonzero(np.isin(self.person, sorted(people)))


def shut_share(blink):
    """How far a lid counts as shut, 0 to 1, of how far it is down."""
    return np.clip((blink - OPEN_TO) / (SHUT_FROM - OPEN_TO), 0, 1)


def training_people(photographs):
    """The London set's people who may be learned from."""
    split = london.split_of(sorted(set(photographs.person)))
    return {person for person, name in split.items() if name == "train"}


def drawing(eyes, photographs, seed):
    """Makes batches, one with each call: inputs [B,3,32,48], how far each counts as shut [B]."""
    rng, grain = np.random.default_rng(seed), Grain(seed)
    real = photographs.rows_of(training_people(photographs))
    # Shut and open alike often; those on the way as often as they are.
    weight = np.where(eyes.blink >= SHUT_FROM, 1.2, 1.0)
    chance = weight / weight.sum()
    count = round(PHOTOGRAPHED * BATCH)

    def photographed(row):
        lids, picture = photographs.entries[row]["lids"], photographs.picture[row]
        is_shut = rng.random() < 0.5
        if is_shut:
            picture = eye_chance.shut_lid(picture, lids["upper"], lids["lower"], rng)
        # Their lashes are their own: none are drawn.
        return eye_chance.varied(picture, lids, False, rng, grain), float(is_shut)

    def rendered(row):
        lids, share = eyes.entries[row]["lids"], float(shut_share(eyes.blink[row]))
        is_shut = eyes.blink[row] >= SHUT_FROM
        return eye_chance.varied(eyes.picture[row], lids, is_shut, rng, grain), share

    def draw():
        drawn = [photographed(row) for row in rng.choice(real, count)]
        drawn += [rendered(row) for row in rng.choice(len(chance), BATCH - count, p=chance)]
        x, share = zip(*drawn)
        return torch.from_numpy(np.stack(x)), torch.tensor(share, dtype=torch.float32)

    return draw


def answers(network, pictures, size=512):
    """Log-odds [N] of stored pictures, without chance."""
    network.eval()
    with torch.no_grad():
        parts = [
            network(torch.from_numpy(eye_chance.plain(pictures[start : start + size]))).numpy()
            for start in range(0, len(pictures), size)
        ]
    return np.concatenate(parts)


def report(scores, blink, refused=0.01):
    """Share of shut eyes taken for open at the mark above which 1 % of open eyes lie."""
    mark = float(np.quantile(scores[blink <= OPEN_TO], 1 - refused))
    shut = scores[blink >= SHUT_FROM]
    return {"mark": round(mark, 2), "shut": len(shut), "taken": int((shut < mark).sum())}


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--eyes", type=Path, nargs="+", required=True)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    log_odds.add_arguments(parser, steps=2400, report=400, rate=3e-3)
    arguments = parser.parse_args()
    log_odds.begin(arguments)
    eyes, photographs = Eyes(*arguments.eyes), Eyes(arguments.photographs)
    validation = Eyes(arguments.validation)
    taught = training_people(photographs)
    unseen = photographs.rows_of(set(photographs.person) - taught)

    def validated(average):
        real = answers(average, photographs.picture[unseen])
        return {
            "validation": report(answers(average, validation.picture), validation.blink),
            "photographed open": [round(float(q), 2) for q in np.quantile(real, (0.5, 0.99))],
        }

    # Nobody is surer than one in a hundred: lids that hide in blur must not shout others down.
    draw, network = drawing(eyes, photographs, arguments.seed), EyesNetwork(dropout=0.3)
    average = log_odds.trained(network, draw, 0.01, arguments, validated)
    log_odds.write(average, arguments.out, "eyes-shut", SHAPE, "eyes")


if __name__ == "__main__":
    main()
