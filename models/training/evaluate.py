#!/usr/bin/env python3
"""Figures of the RGB-D network on rendered people it was not trained on.

    python3 models/training/evaluate.py --weights embedder.pt --store DIR --rendered DIR \
        [--json FILE]

--store by `make_store.py --split test`, --rendered the shards it was made from (for skin tone and
the like). Every face against every other; 95 % bounds by drawing people anew 200 times. The rows
`colour alone` and `depth alone` blank the other channels of the same network.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training import score
from training import store as store_module
from training.make_rendered import ATTRIBUTES
from training.network import RgbdEmbedder

DRAWS = 200


def attributes_of(folder, split):
    """Columns {name: [N]} of the shards, in the store's order."""
    rows = []
    for path in sorted(folder.glob(f"{split}-*.npz")):
        with np.load(path) as shard:
            rows.append(shard["attributes"])
    return dict(zip(ATTRIBUTES, np.concatenate(rows).T))


def bounds(vectors, person, threshold, rng):
    """95 % bounds of FNMR and FMR at a threshold, people drawn anew."""
    d = np.sqrt(np.clip(2 - 2 * vectors @ vectors.T, 0, None))
    np.fill_diagonal(d, 0)
    people, label = np.unique(person, return_inverse=True)
    n = len(people)
    member = np.eye(n)[label]
    near = (d <= threshold).astype(np.float64)
    hits = member.T @ near @ member
    counts = member.sum(0)
    impostor = np.outer(counts, counts)
    genuine = counts * (counts - 1)
    misses = genuine - (np.diag(hits) - counts)
    fnmr, fmr = [], []
    for _ in range(DRAWS):
        w = np.bincount(rng.integers(n, size=n), minlength=n).astype(np.float64)
        if not w @ genuine:  # nobody drawn has two faces
            continue
        fnmr.append((w @ misses) / (w @ genuine))
        both = np.outer(w, w)
        np.fill_diagonal(both, 0)
        fmr.append((both * hits).sum() / (both * impostor).sum())
    return [[float(np.percentile(x, q)) for q in (2.5, 97.5)] for x in (fnmr, fmr)]


def described(vectors, person):
    """Rates, counts and bounds of one set of vectors."""
    genuine, impostor = score.distances(vectors, person)
    result = {"people": len(np.unique(person)), "faces": len(person)}
    result.update(genuinePairs=len(genuine), impostorPairs=len(impostor))
    result.update(score.rates(genuine, impostor))
    at = np.sort(impostor)[max(0, int(len(impostor) * 1e-3) - 1)]
    fnmr, _ = bounds(vectors, person, at, np.random.default_rng(1))
    result["threshold@0.001"] = round(float(at), 4)
    result["fnmr@0.001 bounds"] = [round(v, 5) for v in fnmr]
    return result


def groups(columns, vectors, person, threshold):
    """FNMR and FMR at one threshold within each kind of people or circumstances."""
    d = np.sqrt(np.clip(2 - 2 * vectors @ vectors.T, 0, None))
    same = person[:, None] == person[None]
    off = ~np.eye(len(person), dtype=bool)
    tone, manly, glasses = columns["skin_tone"], columns["manly"], columns["glasses"]
    kinds = {
        "skin tone: lightest third": tone < 1 / 3,
        "skin tone: middle third": (tone >= 1 / 3) & (tone < 2 / 3),
        "skin tone: darkest third": tone >= 2 / 3,
        "woman-like": manly == 0,
        "man-like": manly == 1,
        "glasses": glasses == 1,
        "no glasses": glasses == 0,
        "dark picture (darkest quarter)": columns["brightness"]
        < np.quantile(columns["brightness"], 0.25),
        "turned by more than 20 degrees": np.abs(columns["yaw_deg"]) > 20,
        "photographed skin": columns["photographed"] == 1,
        "painted skin": columns["photographed"] == 0,
    }
    result = {}
    for name, chosen in kinds.items():
        # Genuine: one of the two is of this kind. Impostor: both are.
        genuine = same & off & chosen[:, None]
        impostor = ~same & chosen[:, None] & chosen[None]
        result[name] = {
            "faces": int(chosen.sum()),
            "people": len(np.unique(person[chosen])),
            "fnmr": round(float((d[genuine] > threshold).mean()), 5) if genuine.any() else None,
            "fmr": round(float((d[impostor] <= threshold).mean()), 6) if impostor.any() else None,
        }
    return result


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--rendered", type=Path, required=True)
    parser.add_argument("--split", default="test")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(2)
    faces = store_module.load(arguments.store)
    columns = attributes_of(arguments.rendered, arguments.split)
    person = np.array(faces.person)
    if len(person) != len(columns["glasses"]):
        sys.exit(f"{arguments.store} was not made of the shards in {arguments.rendered} alone.")
    network = RgbdEmbedder()
    network.load_state_dict(torch.load(arguments.weights))
    result = {}
    for modality in score.MODALITIES:
        name = modality if modality == "both" else f"{modality} alone"
        vectors = score.vectors_of(network, faces, score.showing(modality))
        result[name] = described(vectors, person)
        print(name, json.dumps(result[name]), flush=True)
        if name == "both":
            at = result[name]["threshold@0.001"]
            result["groups"] = groups(columns, vectors, person, at)
    print(f"Within groups, at the distance where the whole set has FMR 0.001 ({at}):")
    for name, row in result["groups"].items():
        print(f"  {name:32} {json.dumps(row)}")
    if arguments.json:
        arguments.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
