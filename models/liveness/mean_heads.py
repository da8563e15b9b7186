#!/usr/bin/env python3
"""Write the mean of head networks of one line of training as one network.

    python3 models/liveness/mean_heads.py --weights BEFORE/head-liveness.pt AFTER/head-liveness.pt \
        --validation HEADS-OF-TUNE ... --out DIR

What a network learns by going on costs it some of what it knew; half way between, it mostly has both,
and does better on what neither was taught (Wortsman and others, Robust fine-tuning of zero-shot
models, CVPR 2022). Only weights that went on from one another may be mixed: others have no common
order. Writes what `train_head.py` writes and prints what it prints of the validation people.
"""

import argparse
import json
import pickle
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from liveness.head_network import HeadNetwork
from liveness.train_head import SHAPE, Heads, validated
from training import log_odds


def mean_of(states):
    """The mean of state dictionaries with the same entries; counts (whole numbers) are the first one's."""
    return {
        name: (
            torch.stack([state[name] for state in states]).mean(0)
            if value.is_floating_point()
            else value
        )
        for name, value in states[0].items()
    }


def state_of(path):
    """The state dictionary of a head network's .pt; whatever else is there ends the command in one sentence."""
    if not path.is_file():
        sys.exit(f"{path}: no such file; train_head.py writes head-liveness.pt.")
    try:
        state = torch.load(path, weights_only=True)
        HeadNetwork(dropout=0.2).load_state_dict(state)
    except (RuntimeError, TypeError, EOFError, pickle.UnpicklingError):
        sys.exit(f"{path} holds no weights of a head network.")
    return state


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, nargs="+", required=True)
    parser.add_argument("--validation", type=Path, nargs="+", default=[])
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    network = HeadNetwork(dropout=0.2)
    network.load_state_dict(mean_of([state_of(path) for path in arguments.weights]))
    if arguments.validation:
        print(json.dumps(validated(network, Heads(*arguments.validation))))
    log_odds.write(network.eval(), arguments.out, "head-liveness", SHAPE, "head")


if __name__ == "__main__":
    main()
