#!/usr/bin/env python3
"""Who of a set of photographs trains, validates and tests: by a hash of the name, for ever the same.

    python3 models/training/split.py --images DIR --split test     # one name a line
"""

import argparse
import hashlib
from pathlib import Path

TEST_BELOW, VALIDATION_BELOW = 64, 80  # of 256: a quarter tests, a sixteenth validates


def split_of(name):
    """`train`, `validation` or `test` of a person's name."""
    first = hashlib.sha256(f"facelatch {name}".encode()).digest()[0]
    if first < TEST_BELOW:
        return "test"
    return "validation" if first < VALIDATION_BELOW else "train"


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--images", type=Path, required=True, help="a folder with one per person")
    parser.add_argument("--split", choices=("train", "validation", "test"), required=True)
    arguments = parser.parse_args()
    for name in sorted(p.name for p in arguments.images.iterdir() if p.is_dir()):
        if split_of(name) == arguments.split:
            print(name)


if __name__ == "__main__":
    main()
