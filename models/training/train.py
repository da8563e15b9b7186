#!/usr/bin/env python3
"""Train the RGB-D identity network.

    python3 models/training/train.py --store DIR --validation DIR --out DIR [--steps 6000] \
        [--from rgbd-embedder.onnx]

--store and --validation are folders by `make_store.py` (splits train and validation). Writes
checkpoint.pt while it runs and embedder.pt (averaged weights) at the end, and a line of figures
every `--report` steps. A run that was cut off goes on from its checkpoint. Seeded: the same
arguments on the same machine give the same weights.

--recipe: contrastive (pairs of rendered people alone, as in the article), proxies (contrastive and
proxies), pointwise (and SFace's vectors of photographs), full (and their similarities), hinted (and
what SFace's last layer reads, and its vectors of rendered faces).
"""

import argparse
import copy
import json
import math
import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from training import precision
from training import store as store_module
from training.ahead import Ahead
from training.aligned import SIDE_PX
from training.augment import Grain, augmented, moved
from training.losses import Hints, Proxies, contrastive, distilled
from training.network import MAP_CHANNELS, RgbdEmbedder
from training.score import Rows, figures, vectors_of
from training.unfold import go_on, take_up

PEOPLE_PER_BATCH, FACES_PER_PERSON = 16, 4
PHOTOGRAPHS_PER_BATCH = 72
AVERAGE = 0.999
RECIPES = ("contrastive", "proxies", "pointwise", "full", "hinted")  # each with all before it


def includes(recipe, part):
    """Whether a recipe has what another one added."""
    return RECIPES.index(recipe) >= RECIPES.index(part)


class Batches:
    """Draws batches: some people with some faces each, and photographs with their teacher."""

    def __init__(self, faces, seed, with_photographs, hints):
        self.faces, self.hints = faces, hints
        self.rng = np.random.default_rng(seed)
        rendered = np.flatnonzero(faces.kind == 0)
        numbers, self.label = np.unique(faces.person[rendered], return_inverse=True)
        order = np.argsort(self.label, kind="stable")
        self.by_person = np.split(rendered[order], np.cumsum(np.bincount(self.label))[:-1])
        self.people = len(numbers)
        taught = (
            (faces.kind < len(store_module.KINDS))
            & (faces.kind > 0)
            & (np.abs(faces.teacher).sum(1) > 0)
        )
        self.photographs = np.flatnonzero(taught) if with_photographs else np.zeros(0, int)

    def draw(self):
        """Row numbers [B], labels [rendered part], how many rows are rendered."""
        people = self.rng.choice(self.people, PEOPLE_PER_BATCH, replace=False)
        rows = np.concatenate(
            [self.rng.choice(self.by_person[p], FACES_PER_PERSON, replace=False) for p in people]
        )
        labels = np.repeat(people, FACES_PER_PERSON)
        if len(self.photographs):
            more = self.rng.choice(self.photographs, PHOTOGRAPHS_PER_BATCH, replace=False)
            rows = np.concatenate([rows, more])
        return rows, labels


def taken(array, rows):
    """Rows of a memory-mapped array, read in the order of the disk."""
    order = np.argsort(rows)
    out = np.empty((len(rows), *array.shape[1:]), array.dtype)
    out[order] = array[rows[order]]
    return out


@dataclass(frozen=True)
class Batch:
    """One step's faces: rendered ones first, then photographs."""

    face: torch.Tensor  # [B,4,112,112]
    person: torch.Tensor  # [rendered] labels
    teacher: torch.Tensor  # [B,128]
    hints: dict  # the teacher's maps by name [B,...], as the face was moved; none without hints
    coloured: torch.Tensor  # [B] bool: whether it kept its colour


def batch(batches, grain):
    """A batch drawn, augmented."""
    rows, labels = batches.draw()
    faces, rng, n = batches.faces, batches.rng, len(labels)
    colour, depth = taken(faces.colour, rows), taken(faces.depth, rows)
    x = np.empty((len(rows), SIDE_PX, SIDE_PX, 4), np.float32)  # as the network lays it out
    to_source = np.empty((len(rows), 2, 3))
    for i in range(len(rows)):
        # Nothing teaches a face of a photograph without its colour.
        lost = (0.35, 0.05) if i < n else (0.0, 0.3)
        shown, to_source[i] = augmented(colour[i], depth[i], rng, grain, *lost)
        x[i] = shown.transpose(1, 2, 0)
    places = torch.from_numpy(to_source)
    return Batch(
        torch.from_numpy(x).permute(0, 3, 1, 2),
        torch.from_numpy(labels),
        torch.from_numpy(taken(faces.teacher, rows)),
        {
            name: moved(torch.from_numpy(taken(hint, rows)).float(), places)
            for name, hint in batches.hints.items()
        },
        torch.from_numpy(x[..., :3].any((1, 2, 3))),
    )


def hints_of_maps():
    """What foretells the teacher's maps from ours."""
    return Hints(MAP_CHANNELS, {name: shape[0] for name, shape in store_module.HINTS.items()})


def begin_at_people(proxies, network, batches):
    """Let each person's proxy begin at the mean vector of some of their faces: chance would unteach what was learnt."""
    rows = np.concatenate([faces[:FACES_PER_PERSON] for faces in batches.by_person])
    vectors = vectors_of(network, Rows(batches.faces, rows))
    means = vectors.reshape(batches.people, FACES_PER_PERSON, -1).mean(1)
    with torch.no_grad():
        proxies.directions.copy_(torch.from_numpy(means))


def learning_rate(step, steps, highest):
    """A short rise, then half a cosine to nothing."""
    warm = min(300, steps // 10)
    if step < warm:
        return highest * (step + 1) / warm
    return highest * 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))


def averaged(average, network, step, keep_most=AVERAGE):
    """Moving average of weights and batch statistics, over the last 1 / (1 - keep_most) steps or a tenth."""
    keep = min(keep_most, (1 + step) / (10 + step))
    with torch.no_grad():
        for kept, new in zip(average.state_dict().values(), network.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.mul_(keep).add_(new, alpha=1 - keep)
            else:
                kept.copy_(new)


def losses_of(recipe, vectors, maps, drawn, proxies, hints, progress):
    """The recipe's losses by name, weighted, of a batch's vectors [B,128] and maps."""
    n = len(drawn.person)
    parts = {"contrastive": contrastive(vectors[:n], drawn.person)}
    if includes(recipe, "proxies"):
        margin = 0.35 * min(1.0, progress / 0.3)
        parts["proxies"] = 0.25 * proxies(vectors[:n], drawn.person, margin)
    if len(vectors) > n:
        relational = includes(recipe, "full")
        parts["distilled"] = 3.0 * distilled(vectors[n:], drawn.teacher[n:], relational)
    if includes(recipe, "hinted"):
        seen = drawn.coloured
        with precision.autocast():
            parts["hints"] = hints(
                {name: m[seen] for name, m in maps.items()},
                {name: h[seen] for name, h in drawn.hints.items()},
            )
        rendered = seen[:n].nonzero()[:, 0]
        parts["rendered"] = distilled(vectors[rendered], drawn.teacher[rendered], False)
    return parts


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument(
        "--from", dest="earlier", type=Path, help="a rgbd-embedder.onnx to go on from"
    )
    parser.add_argument("--recipe", choices=RECIPES, default="hinted")
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--report", type=int, default=500)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(1)  # chance is drawn beside the network's step: more would be in its way
    torch.manual_seed(arguments.seed)
    grain = Grain(arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    batches = Batches(
        store_module.load(arguments.store),
        arguments.seed,
        includes(arguments.recipe, "pointwise"),
        store_module.load_hints(arguments.store) if includes(arguments.recipe, "hinted") else {},
    )
    validation = store_module.load(arguments.validation)
    network = RgbdEmbedder(dropout=0.1).to(memory_format=torch.channels_last)
    proxies, hints = Proxies(batches.people), hints_of_maps()
    first, checkpoint = 0, arguments.out / "checkpoint.pt"
    if arguments.earlier is not None and not checkpoint.is_file():
        some = [batch(batches, grain).face for _ in range(4)]
        go_on(take_up, network, arguments.earlier, torch.cat(some))
        begin_at_people(proxies, network, batches)
    average = copy.deepcopy(network).eval()
    optimiser = torch.optim.AdamW(
        [
            {"params": [*network.parameters(), *hints.parameters()], "weight_decay": 5e-3},
            {"params": proxies.parameters(), "weight_decay": 0.0},
        ],
        lr=arguments.rate,
    )
    if checkpoint.is_file():
        saved = torch.load(checkpoint)
        network.load_state_dict(saved["network"])
        average.load_state_dict(saved["average"])
        proxies.load_state_dict(saved["proxies"])
        hints.load_state_dict(saved["hints"])
        optimiser.load_state_dict(saved["optimiser"])
        torch.set_rng_state(saved["torch"])
        batches.rng.bit_generator.state = saved["rng"]
        first = saved["step"]
    print(f"{batches.people} people, {len(batches.photographs)} photographs with a teacher")
    started, seen, sums, since = time.time(), 0, {}, 0
    # With the state of chance after it: where a run that is cut off goes on.
    ahead = Ahead(lambda: (batch(batches, grain), batches.rng.bit_generator.state))
    for step in range(first, arguments.steps):
        for group in optimiser.param_groups:
            group["lr"] = learning_rate(step, arguments.steps, arguments.rate)
        network.train()
        drawn, chance = ahead.take()
        with precision.autocast():
            maps = network.maps(drawn.face)
            vectors = network.pooled(maps["last"])
        parts = losses_of(
            arguments.recipe, vectors, maps, drawn, proxies, hints, step / arguments.steps
        )
        loss = sum(parts.values())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
        averaged(average, network, step)
        seen += len(drawn.face)
        since += 1
        for name, value in parts.items():
            sums[name] = sums.get(name, 0.0) + float(value.detach())
        if (step + 1) % arguments.report == 0 or step + 1 == arguments.steps:
            report = {"step": step + 1, "facesPerSecond": round(seen / (time.time() - started))}
            report["loss"] = {k: round(v / since, 4) for k, v in sums.items()}
            report["validation"] = figures(average, validation)
            print(json.dumps(report), flush=True)
            sums, since = {}, 0
            state = {
                "network": network.state_dict(),
                "average": average.state_dict(),
                "proxies": proxies.state_dict(),
                "hints": hints.state_dict(),
                "optimiser": optimiser.state_dict(),
                "torch": torch.get_rng_state(),
                "rng": chance,
                "step": step + 1,
            }
            torch.save(state, checkpoint.with_suffix(".part"))
            os.replace(checkpoint.with_suffix(".part"), checkpoint)
    torch.save(average.state_dict(), arguments.out / "embedder.pt")


if __name__ == "__main__":
    main()
