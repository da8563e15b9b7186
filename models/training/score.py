"""Verification figures of vectors: every face against every other."""

from functools import partial

import numpy as np
import torch

from training.augment import plain

FMR_POINTS = (1e-2, 1e-3, 1e-4)


def plain_input(colour, depth_mm, blank=()):
    """Network input without chance of stored faces; blank: channels set to zero, e.g. (3,) for depth."""
    x = torch.from_numpy(np.stack([plain(c, d) for c, d in zip(colour, depth_mm)]))
    if blank:
        x[:, list(blank)] = 0
    return x


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
    rendered, photographs = np.flatnonzero(faces.kind == 0), np.flatnonzero(faces.kind == 1)
    for name, rows, blank in (
        ("rendered", rendered, ()),
        ("renderedColour", rendered, (3,)),
        ("renderedDepth", rendered, (0, 1, 2)),
        ("photographs", photographs, ()),
    ):
        if len(rows):
            part = Rows(faces, rows)
            vectors = vectors_of(network, part, partial(plain_input, blank=blank))
            genuine, impostor = distances(vectors, part.person)
            # A few photographs may be of as many people.
            if len(genuine) and len(impostor):
                result[name] = rates(genuine, impostor)
    return result


class Rows:
    """Some faces of a store, in memory."""

    def __init__(self, faces, rows):
        self.colour, self.depth = faces.colour[rows], faces.depth[rows]
        self.person = faces.person[rows]
