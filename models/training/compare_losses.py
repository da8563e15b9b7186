#!/usr/bin/env python3
"""What each loss adds: short runs that differ in nothing but their recipe, on the same test people.

    python3 models/training/compare_losses.py --store DIR --validation DIR --test DIR \
        --photographs DIR --out DIR [--steps 200]

--store, --validation, --test, --photographs as for train.py and compare.py. Same seed, same number
of steps. A recipe that was run before with as many is not run again. Prints the table and writes
losses.json.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training import compare, score
from training import store as store_module
from training.evaluate import described
from training.network import RgbdEmbedder
from training.train import RECIPES

HERE = Path(__file__).resolve().parent


def trained(recipe, arguments):
    """Weights of a short run of one recipe."""
    out = arguments.out / f"{recipe}-{arguments.steps}"
    if not (out / "embedder.pt").is_file():
        command = [sys.executable, HERE / "train.py", "--recipe", recipe, "--out", out]
        command += ["--store", arguments.store, "--validation", arguments.validation]
        command += ["--steps", arguments.steps, "--report", arguments.steps]
        command += ["--threads", arguments.threads]
        subprocess.run([str(part) for part in command], check=True)
    return torch.load(out / "embedder.pt")


def table(result):
    """Markdown: a line for each kind of faces and recipe."""
    lines = []
    for kind in next(iter(result.values())):
        counts = next(iter(result.values()))[kind]
        lines += ["", f"{kind}: {counts['people']} people, {counts['faces']} faces", ""]
        lines += [compare.HEAD, compare.RULE]
        lines += [compare.row(recipe, figures[kind]) for recipe, figures in result.items()]
    return "\n".join(lines)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name in ("store", "validation", "test", "photographs", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=200)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    parts = {
        "rendered": score.of_kind(store_module.load(arguments.test), "rendered"),
        "photographs": score.of_kind(store_module.load(arguments.photographs), "photograph"),
    }
    result = {}
    for recipe in RECIPES:
        network = RgbdEmbedder()
        network.load_state_dict(trained(recipe, arguments))
        result[recipe] = {
            kind: described(score.vectors_of(network, part), part.person)
            for kind, part in parts.items()
        }
    (arguments.out / "losses.json").write_text(json.dumps(result, indent=1) + "\n")
    print(f"{arguments.steps} steps each{table(result)}")


if __name__ == "__main__":
    main()
