"""Head windows as `head-windows.mts` and `photographed_heads.py` write them."""

import json
from pathlib import Path

import numpy as np

STORED_PX = 144  # side: what the head network sees, and a margin to move it in


def read(folder):
    """(entries, colour [N,144,144,3] uint8, depth [N,144,144] uint16 mm, 0 none) of a folder; OSError when absent."""
    folder = Path(folder)
    entries = json.loads((folder / "index.json").read_text())["heads"]
    shape = (len(entries), STORED_PX, STORED_PX)
    colour = np.fromfile(folder / "heads.bin", np.uint8).reshape(*shape, 3)
    return entries, colour, np.fromfile(folder / "depth-mm.bin", np.uint16).reshape(shape)
