"""The faces a training run reads: one folder of memory-mapped arrays.

colour.npy [N,128,128,3] uint8, depth.npy [N,128,128] uint16 mm, person.npy [N] int32,
teacher.npy [N,128] float32 (zeros: no teacher), kind.npy [N] uint8 index into `KINDS` or `NO_FACE`;
and once `teach.py` was there, `HINTS`: maps of the teacher, float16.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

KINDS = ("rendered", "photograph", "turned", "blended")
NO_FACE = 255
SIDE = 128
# Channels and places of the teacher's maps: half way, and what its last layer reads.
HINTS = {"middle": (64, 14, 14), "last": (128, 7, 7)}


@dataclass(frozen=True)
class Store:
    """Arrays of a store; see the module."""

    colour: np.ndarray
    depth: np.ndarray
    person: np.ndarray
    teacher: np.ndarray
    kind: np.ndarray


SHAPES = {
    "colour": (np.uint8, (SIDE, SIDE, 3)),
    "depth": (np.uint16, (SIDE, SIDE)),
    "person": (np.int32, ()),
    "teacher": (np.float32, (128,)),
    "kind": (np.uint8, ()),
}


def create(folder, count):
    """A new store of `count` faces, writable."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    arrays = {
        name: np.lib.format.open_memmap(
            folder / f"{name}.npy", mode="w+", dtype=kind, shape=(count, *shape)
        )
        for name, (kind, shape) in SHAPES.items()
    }
    return Store(**arrays)


def _hint(folder, name):
    return Path(folder) / f"hint-{name}.npy"


def create_hints(folder, count):
    """The hints of a store by name [count, ...], zeros, writable."""
    return {
        name: np.lib.format.open_memmap(
            _hint(folder, name), mode="w+", dtype=np.float16, shape=(count, *shape)
        )
        for name, shape in HINTS.items()
    }


def load_hints(folder):
    """The hints of a store by name, to read; OSError when nobody taught it."""
    return {name: np.load(_hint(folder, name), mmap_mode="r") for name in HINTS}


def load(folder):
    """Open a store to read; OSError where it is not there, ValueError by name where it is cut off or none."""
    arrays = {}
    for name in SHAPES:
        path = Path(folder) / f"{name}.npy"
        try:
            arrays[name] = np.load(path, mmap_mode="r")
        except (ValueError, EOFError) as problem:
            raise ValueError(f"{path} is no whole array: {problem}") from problem
    if len({len(array) for array in arrays.values()}) > 1:
        raise ValueError(f"{folder} is no whole store: its arrays are not of equally many faces")
    return Store(**arrays)
