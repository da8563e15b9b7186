#!/usr/bin/env python3
"""Train the network of shut eyes and write it as ONNX.

    python3 models/render/eyes_set.py --out DIR/teach --london LONDON
    python3 models/render/eyes_set.py --out DIR/tune --split tune --people 14
    node scripts/runtime.mjs models/eyes/describe_eyes.mts --pictures DIR/teach --out EYES    (and of DIR/tune)
    node scripts/runtime.mjs models/eyes/describe_eyes.mts --photographs LONDON/neutral_front \
        --photographs LONDON/smiling_front --out PHOTOGRAPHS
    python3 models/eyes/train_eyes.py --eyes EYES --photographs PHOTOGRAPHS \
        --validation EYES-OF-TUNE --out OUT

Binary cross-entropy; lids on the way count for either side as far as they are down. Of the
photographs (London set) only its training people are seen, half of the time with the upper lid
drawn down. Prints what the validation people come to after every round; the last round's averaged
weights are written as eyes-shut.onnx, whichever round was best, and beside it what PyTorch answers
to made-up inputs (references.json: kept in this folder). Seeded.
"""

import argparse
import copy
import hashlib
import json
import math
import sys
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from eyes import eye_chance
from eyes.eye_chance import HEIGHT, STORED_HEIGHT, STORED_WIDTH, WIDTH
from eyes.eyes_network import EyesNetwork
from render import london
from training.ahead import Ahead
from training.augment import Grain
from training.train import averaged

SHUT_FROM, OPEN_TO = 0.85, 0.35  # of how far lids are down
PHOTOGRAPHED = 0.25  # share of a batch
BATCH = 128
AVERAGE = 0.995
OPSET = 13


class Eyes:
    """Eyes of `describe_eyes.mts`: picture [N,48,64,3], blink [N], and what else is said of each."""

    def __init__(self, *folders):
        self.entries, pictures = [], []
        for folder in map(Path, folders):
            entries = json.loads((folder / "index.json").read_text())["eyes"]
            shape = (len(entries), STORED_HEIGHT, STORED_WIDTH, 3)
            pictures.append(np.fromfile(folder / "eyes.bin", np.uint8).reshape(shape))
            self.entries += entries
        self.picture = np.concatenate(pictures)
        self.blink = np.array([e["blink"] for e in self.entries], np.float32)
        self.person = np.array([e["person"] for e in self.entries])

    def rows_of(self, people):
        """Rows of those people."""
        return np.flatnonzero(np.isin(self.person, sorted(people)))


def shut_share(blink):
    """How far a lid counts as shut, 0 to 1, of how far it is down."""
    return np.clip((blink - OPEN_TO) / (SHUT_FROM - OPEN_TO), 0, 1)


def training_people(photographs):
    """The London set's people who may be learned from."""
    split = london.split_of(sorted(set(photographs.person)))
    return {person for person, name in split.items() if name == "train"}


def drawing(eyes, photographs, seed):
    """Makes batches, one with each call: inputs [B,3,32,48], how far each counts as shut [B]."""
    rng, grain = np.random.default_rng(seed), Grain(seed)
    real = photographs.rows_of(training_people(photographs))
    # Shut and open alike often; those on the way as often as they are.
    weight = np.where(eyes.blink >= SHUT_FROM, 1.2, 1.0)
    chance = weight / weight.sum()
    count = round(PHOTOGRAPHED * BATCH)

    def photographed(row):
        lids, picture = photographs.entries[row]["lids"], photographs.picture[row]
        is_shut = rng.random() < 0.5
        if is_shut:
            picture = eye_chance.shut_lid(picture, lids["upper"], lids["lower"], rng)
        # Their lashes are their own: none are drawn.
        return eye_chance.varied(picture, lids, False, rng, grain), float(is_shut)

    def rendered(row):
        lids, share = eyes.entries[row]["lids"], float(shut_share(eyes.blink[row]))
        is_shut = eyes.blink[row] >= SHUT_FROM
        return eye_chance.varied(eyes.picture[row], lids, is_shut, rng, grain), share

    def draw():
        drawn = [photographed(row) for row in rng.choice(real, count)]
        drawn += [rendered(row) for row in rng.choice(len(chance), BATCH - count, p=chance)]
        x, share = zip(*drawn)
        return torch.from_numpy(np.stack(x)), torch.tensor(share, dtype=torch.float32)

    return draw


def log_odds(network, pictures, size=512):
    """Log-odds [N] of stored pictures, without chance."""
    network.eval()
    with torch.no_grad():
        parts = [
            network(torch.from_numpy(eye_chance.plain(pictures[start : start + size]))).numpy()
            for start in range(0, len(pictures), size)
        ]
    return np.concatenate(parts)


def report(scores, blink, refused=0.01):
    """Share of shut eyes taken for open at the mark above which 1 % of open eyes lie."""
    mark = float(np.quantile(scores[blink <= OPEN_TO], 1 - refused))
    shut = scores[blink >= SHUT_FROM]
    return {"mark": round(mark, 2), "shut": len(shut), "taken": int((shut < mark).sum())}


def write_onnx(network, path):
    """Write the network; the sha256 of the file."""
    torch.onnx.export(
        network,
        torch.zeros(1, 3, HEIGHT, WIDTH),
        str(path),
        opset_version=OPSET,
        input_names=["eyes"],
        output_names=["logOdds"],
        dynamic_axes={"eyes": {0: "N"}, "logOdds": {0: "N"}},
    )
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def made_up(number):
    """Input [3,32,48] number `number`: waves, the same in any language."""
    c, y, x = np.meshgrid(np.arange(3), np.arange(HEIGHT), np.arange(WIDTH), indexing="ij")
    return np.sin(0.15 * (c + 1) * x + 0.11 * (number + 1) * y + c).astype(np.float32)


def references(network, count=4):
    """PyTorch's answers [count] to the made-up inputs."""
    with torch.no_grad():
        return network.eval()(
            torch.from_numpy(np.stack([made_up(n) for n in range(count)]))
        ).numpy()


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--eyes", type=Path, nargs="+", required=True)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=2400)
    parser.add_argument("--report", type=int, default=400)
    parser.add_argument("--rate", type=float, default=3e-3)
    # Batches are drawn beside it: a second thread for the network gains nothing.
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    eyes, photographs = Eyes(*arguments.eyes), Eyes(arguments.photographs)
    validation = Eyes(arguments.validation)
    taught = training_people(photographs)
    unseen = photographs.rows_of(set(photographs.person) - taught)
    ahead = Ahead(drawing(eyes, photographs, arguments.seed))
    network = EyesNetwork(dropout=0.3).to(memory_format=torch.channels_last)
    average = copy.deepcopy(network)
    optimiser = torch.optim.AdamW(network.parameters(), lr=arguments.rate, weight_decay=1e-2)
    total = 0.0
    for step in range(arguments.steps):
        warm = min(1.0, (step + 1) / 100)
        rate = arguments.rate * warm * 0.5 * (1 + math.cos(math.pi * step / arguments.steps))
        for group in optimiser.param_groups:
            group["lr"] = rate
        network.train()
        x, share = ahead.take()
        with torch.autocast("cpu", torch.bfloat16):
            out = network(x.contiguous(memory_format=torch.channels_last))
        # Nobody is surer than one in a hundred: lids that hide in blur must not shout others down.
        loss = functional.binary_cross_entropy_with_logits(out.float(), share * 0.98 + 0.01)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        averaged(average, network, step, AVERAGE)
        total += float(loss.detach())
        if (step + 1) % arguments.report == 0 or step + 1 == arguments.steps:
            line = {"step": step + 1, "loss": round(total / arguments.report, 4)}
            line["validation"] = report(log_odds(average, validation.picture), validation.blink)
            real = log_odds(average, photographs.picture[unseen])
            line["photographed open"] = [round(float(q), 2) for q in np.quantile(real, (0.5, 0.99))]
            print(json.dumps(line), flush=True)
            total = 0.0
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(average.state_dict(), arguments.out / "eyes-shut.pt")
    path = arguments.out / "eyes-shut.onnx"
    digest = write_onnx(average.eval(), path)
    answers = [round(float(value), 6) for value in references(average)]
    text = json.dumps({"sha256": digest, "logOdds": answers})
    (arguments.out / "references.json").write_text(text + "\n")
    parameters = sum(p.numel() for p in average.parameters())
    print(f"{path}: {path.stat().st_size} bytes, {parameters} parameters, {digest}")


if __name__ == "__main__":
    main()
