"""Photographs as `describe_photographs.mts` wrote them."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from training.split import split_of


@dataclass(frozen=True)
class Described:
    """Faces of one split; see `photographs.py` for the squares."""

    names: list  # of the pictures
    person: np.ndarray  # [N] int32, index into the people of the whole folder
    colour: np.ndarray  # [N,160,160,3] uint8
    depth: np.ndarray  # [N,160,160] int16 mm of the fitted mesh, 0 none
    landmarks: np.ndarray  # [N,478,3] float32, pixels of the aligned face
    teacher: np.ndarray  # [N,128] SFace's unit vectors


def load(folder, split=None):
    """The described photographs of the people of a split, or of all; OSError when absent."""
    folder = Path(folder)
    index = json.loads((folder / "index.json").read_text())
    people = index["people"]
    chosen = [
        n
        for n, picture in enumerate(index["pictures"])
        if split is None or split_of(people[picture["person"]]) == split
    ]

    def array(name):
        layout = index["arrays"][name]
        shape = (index["count"], *layout["shape"])
        return np.memmap(folder / layout["file"], layout["dtype"], "r", shape=shape)[chosen]

    pictures = [index["pictures"][n] for n in chosen]
    return Described(
        [p["file"] for p in pictures],
        np.array([p["person"] for p in pictures], np.int32),
        array("face"),
        array("depth"),
        array("landmarks"),
        array("sface"),
    )
