"""Verification figures of vectors: every face against every other."""

import numpy as np
import torch

from training.augment import plain
from training.store import KINDS

FMR_POINTS = (1e-2, 1e-3, 1e-4)


# What each modality blanks of colour and depth.
MODALITIES = {"both": (), "colour": (3,), "depth": (0, 1, 2)}


def plain_input(colour, depth_mm):
    """Network input without chance of stored faces."""
    return torch.from_numpy(np.stack([plain(c, d) for c, d in zip(colour, depth_mm)]))


def showing(modality, to_input=plain_input):
    """An input rule that leaves of another one what `modality` (of MODALITIES) shows."""
    blank = list(MODALITIES[modality])

    def shown(colour, depth_mm):
        x = to_input(colour, depth_mm)
        x[:, blank] = 0
        return x

    return shown


def vectors_of(network, faces, to_input=plain_input, size=256):
    """Unit vectors [N,128] of a store's faces, `size` at a time.

    to_input: makes a network's input of stored colour [n,128,128,3] and depth [n,128,128] mm.
    """
    network.eval()
    out = []
    with torch.no_grad():
        for start in range(0, len(faces.person), size):
            part = slice(start, start + size)
            x = to_input(faces.colour[part], faces.depth[part])
            out.append(network(x).float().numpy())
    return np.concatenate(out)


def distances(vectors, person):
    """Genuine and impostor L2 distances of all pairs."""
    d = np.sqrt(np.clip(2 - 2 * vectors @ vectors.T, 0, None))
    above = np.triu_indices(len(person), 1)
    same = (person[:, None] == person[None])[above]
    return d[above][same], d[above][~same]


def rates(genuine, impostor):
    """Means, EER and FNMR at each FMR of two sets of distances."""
    g, i = np.sort(genuine), np.sort(impostor)
    at = np.concatenate([g, i])
    at.sort()
    at = at[:: max(1, len(at) // 20000)]
    fnmr = 1 - np.searchsorted(g, at, "right") / len(g)
    fmr = np.searchsorted(i, at, "right") / len(i)
    k = np.argmin(np.abs(fnmr - fmr))
    result = {
        "genuine": round(float(g.mean()), 4),
        "impostor": round(float(i.mean()), 4),
        "eer": round(float((fnmr[k] + fmr[k]) / 2), 5),
    }
    for point in FMR_POINTS:
        threshold = i[max(0, int(np.floor(point * len(i))) - 1)]
        result[f"fnmr@{point:g}"] = round(float((g > threshold).mean()), 5)
    return result


def figures(network, faces):
    """Rates of rendered people (both channels, colour alone, depth alone) and of photographs."""
    result = {}
    for name, kind, modality in (
        ("rendered", "rendered", "both"),
        ("renderedColour", "rendered", "colour"),
        ("renderedDepth", "rendered", "depth"),
        ("photographs", "photograph", "both"),
    ):
        part = of_kind(faces, kind)
        if len(part.person):
            genuine, impostor = distances(vectors_of(network, part, showing(modality)), part.person)
            # A few photographs may be of as many people.
            if len(genuine) and len(impostor):
                result[name] = rates(genuine, impostor)
    return result


def of_kind(faces, kind):
    """The faces of one of a store's KINDS, in memory."""
    return Rows(faces, np.flatnonzero(faces.kind == KINDS.index(kind)))


class Rows:
    """Some faces of a store, in memory."""

    def __init__(self, faces, rows):
        self.colour, self.depth = faces.colour[rows], faces.depth[rows]
        self.person, self.teacher = faces.person[rows], faces.teacher[rows]
