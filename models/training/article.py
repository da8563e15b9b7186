#!/usr/bin/env python3
"""The article's own network, reproduced from its notebook to stand in the same table as ours.

    python3 models/training/article.py --store DIR --out DIR

Trunk 253,952 parameters, 32,039,552 in all (Keras counts the four numbers of each normalised
channel). Contrastive loss with margin 1, Adam 1e-3, 16 pairs a step, 30 steps x 50 epochs, half of
the pairs genuine. Its fixed crop, which moved colour against depth in genuine pairs alone and so
told the label, is replaced by the aligned face, the same for every pair.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training import store as store_module

SIDE_PX = 200
STEPS, PAIRS, MARGIN = 30 * 50, 16, 1.0
TRUNK_PARAMETERS, PARAMETERS = 253_952, 32_039_552


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
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(512 * 121, 512), nn.ReLU())
        self.last = nn.Linear(512, 128)

    def forward(self, x):
        return functional.normalize(self.last(self.head(self.trunk(x))).float(), dim=1)


def parameters(module):
    """Parameters as Keras counts them: running means and variances too."""
    count = sum(p.numel() for p in module.parameters())
    return count + sum(b.numel() for b in module.buffers() if b.dtype.is_floating_point)


def article_input(colour, depth_mm):
    """The notebook's preprocessing of stored faces [N,128,128,3] uint8 and [N,128,128] mm.

    Colour stays at 0 to 255; depth loses its mean and is divided by its maximum.
    """
    depth = torch.from_numpy(depth_mm.astype(np.float32))[:, None]
    depth = depth - depth.mean((1, 2, 3), keepdim=True)
    depth = depth / depth.abs().amax((1, 2, 3), keepdim=True).clamp(min=1)
    x = torch.cat([torch.from_numpy(colour.astype(np.float32)).permute(0, 3, 1, 2), depth], 1)
    return functional.interpolate(x, size=(SIDE_PX, SIDE_PX), mode="bilinear", align_corners=False)


def pairs(person, rng):
    """Rows [2*PAIRS] of pairs (first half against second half) and whether each is genuine."""
    genuine = np.arange(PAIRS) % 2 == 0
    first = rng.choice(len(person), PAIRS)
    second = np.empty(PAIRS, int)
    for n, row in enumerate(first):
        same = person == person[row]
        same[row] = False
        second[n] = rng.choice(np.flatnonzero(same if genuine[n] else person != person[row]))
    return np.concatenate([first, second]), torch.from_numpy(genuine)


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(2)
    faces = store_module.load(arguments.store)
    rows_of_rendered = np.flatnonzero(faces.kind == 0)
    person = faces.person[rows_of_rendered]
    rng = np.random.default_rng(arguments.seed)
    network = ArticleNetwork()
    optimiser = torch.optim.Adam(network.parameters(), 1e-3)
    started, total = time.time(), 0.0
    for step in range(STEPS):
        network.train()
        rows, genuine = pairs(person, rng)
        rows = rows_of_rendered[rows]
        colour, depth = (np.stack([a[r] for r in rows]) for a in (faces.colour, faces.depth))
        with torch.autocast("cpu", torch.bfloat16):
            out = network(article_input(colour, depth))
        distance = ((out[:PAIRS] - out[PAIRS:]) ** 2).sum(1).clamp(min=1e-9).sqrt()
        far = (MARGIN - distance).clamp(min=0)
        loss = torch.where(genuine, distance**2, far**2).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        total += float(loss.detach())
        if (step + 1) % 150 == 0:
            seconds = round(time.time() - started)
            print(
                json.dumps({"step": step + 1, "loss": total / 150, "seconds": seconds}), flush=True
            )
            total = 0.0
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), arguments.out / "article.pt")


if __name__ == "__main__":
    main()
