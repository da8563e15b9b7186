#!/usr/bin/env python3
"""The article's own network, reproduced from its notebook to stand in the same table as ours.

    python3 models/training/article.py --store DIR --out DIR

Trunk 253,952 parameters, 32,039,552 in all (Keras counts the four numbers of each normalised
channel). Contrastive loss with margin 1, Adam 1e-3, 16 pairs a step, 30 steps x 50 epochs, half of
the pairs genuine, people drawn alike. Its fixed crop, which moved colour against depth in genuine
pairs alone and so told the label, is replaced by the aligned face, the same for every pair. It
sees the people ours sees: the rendered ones, and those of the photographs, straight and turned.
Writes article.pt.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training import precision
from training import store as store_module

SIDE_PX = 200
STEPS, PAIRS, MARGIN = 30 * 50, 16, 1.0
TRUNK_PARAMETERS, PARAMETERS = 253_952, 32_039_552
FARTHEST_MM = 1200


class ArticleFire(nn.Module):
    """The notebook's `fire`: no normalisation, no short cut."""

    def __init__(self, incoming, squeeze, expand):
        super().__init__()
        self.squeeze = nn.Conv2d(incoming, squeeze, 1)
        self.left = nn.Conv2d(squeeze, expand, 1)
        self.right = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x):
        x = functional.relu(self.squeeze(x))
        return torch.cat([functional.relu(self.left(x)), functional.relu(self.right(x))], 1)


class ArticleNetwork(nn.Module):
    """[N,4,200,200] to unit vectors [N,128]."""

    def __init__(self):
        super().__init__()
        pool = lambda: nn.MaxPool2d(3, 2)
        self.trunk = nn.Sequential(
            nn.Conv2d(4, 64, 5, stride=2),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            pool(),
            ArticleFire(64, 16, 16),
            ArticleFire(32, 16, 16),
            pool(),
            ArticleFire(32, 32, 32),
            ArticleFire(64, 32, 32),
            pool(),
            ArticleFire(64, 48, 48),
            ArticleFire(96, 48, 48),
            ArticleFire(96, 64, 64),
            ArticleFire(128, 64, 64),
            nn.Dropout(0.2),
            nn.Conv2d(128, 512, 1),
            nn.ReLU(),
        )
        self.head = nn.Sequential(
            nn.Flatten(), nn.Linear(512 * 121, 512), nn.ReLU(), nn.Dropout(0.2)
        )
        self.last = nn.Linear(512, 128)
        # Keras's beginning. PyTorch's own lets the signal die in so many layers without
        # normalisation, and every face comes out the same.
        for module in self.modules():
            if isinstance(module, (nn.Conv2d, nn.Linear)):
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)

    def forward(self, x):
        return functional.normalize(self.last(self.head(self.trunk(x))).float(), dim=1)


def parameters(module):
    """Parameters as Keras counts them: running means and variances too."""
    count = sum(p.numel() for p in module.parameters())
    return count + sum(b.numel() for b in module.buffers() if b.dtype.is_floating_point)


def article_input(colour, depth_mm):
    """The notebook's preprocessing of stored faces [N,128,128,3] uint8 and [N,128,128] mm.

    Colour stays at 0 to 255. Depth beyond 1.2 m and missing depth become 1.2 m; then it loses its
    mean and is divided by the maximum it had.
    """
    depth = torch.from_numpy(depth_mm.astype(np.float32))[:, None]
    depth = torch.where(depth > 0, depth, FARTHEST_MM).clamp(max=FARTHEST_MM)
    depth = (depth - depth.mean((1, 2, 3), keepdim=True)) / depth.amax((1, 2, 3), keepdim=True)
    x = torch.cat([torch.from_numpy(colour.astype(np.float32)).permute(0, 3, 1, 2), depth], 1)
    return functional.interpolate(x, size=(SIDE_PX, SIDE_PX), mode="bilinear", align_corners=False)


def by_person(faces):
    """Rows of each person of whom a store has two faces or more; blended faces are nobody's."""
    shown = np.flatnonzero(faces.kind < store_module.KINDS.index("blended"))
    people, label = np.unique(faces.person[shown], return_inverse=True)
    parts = np.split(shown[np.argsort(label, kind="stable")], np.cumsum(np.bincount(label))[:-1])
    return [rows for rows in parts if len(rows) > 1]


def pairs(people, rng):
    """Rows [2*PAIRS] of pairs (first half against second half) and whether each is genuine."""
    genuine = np.arange(PAIRS) % 2 == 0
    rows = np.empty((2, PAIRS), int)
    for n in range(PAIRS):
        one, other = rng.choice(len(people), 2, replace=False)
        if genuine[n]:
            rows[:, n] = rng.choice(people[one], 2, replace=False)
        else:
            rows[:, n] = rng.choice(people[one]), rng.choice(people[other])
    return rows.ravel(), torch.from_numpy(genuine)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--report", type=int, default=100)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    arguments.out.mkdir(parents=True, exist_ok=True)
    faces = store_module.load(arguments.store)
    people = by_person(faces)
    rng = np.random.default_rng(arguments.seed)
    network = ArticleNetwork().train()
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    print(f"{len(people)} people", flush=True)
    started, total = time.time(), 0.0
    for step in range(arguments.steps):
        rows, genuine = pairs(people, rng)
        colour, depth = (np.stack([a[r] for r in rows]) for a in (faces.colour, faces.depth))
        with precision.autocast():
            out = network(article_input(colour, depth))
        distance = ((out[:PAIRS] - out[PAIRS:]) ** 2).sum(1).clamp(min=1e-9).sqrt()
        far = (MARGIN - distance).clamp(min=0)
        loss = torch.where(genuine, distance**2, far**2).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        total += float(loss.detach())
        if (step + 1) % arguments.report == 0:
            seconds = round(time.time() - started)
            mean = round(total / arguments.report, 4)
            print(json.dumps({"step": step + 1, "loss": mean, "seconds": seconds}), flush=True)
            total = 0.0
            torch.save(network.state_dict(), arguments.out / "article.part")
    torch.save(network.state_dict(), arguments.out / "article.part")
    os.replace(arguments.out / "article.part", arguments.out / "article.pt")


if __name__ == "__main__":
    main()
