"""What the small networks that answer yes or no by log-odds share: their training and their files."""

import copy
import json
import math

import torch
from torch.nn import functional

from training import precision
from training.ahead import Ahead
from training.export import references, write_onnx
from training.train import averaged

AVERAGE = 0.995


def add_arguments(parser, steps, report, rate):
    """How long and how fast to train, with these defaults."""
    parser.add_argument("--steps", type=int, default=steps)
    parser.add_argument("--report", type=int, default=report)
    parser.add_argument("--rate", type=float, default=rate)
    # Batches are drawn beside it: a second thread for the network gains nothing.
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)


def begin(arguments):
    """Threads and seed, before a network is made."""
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)


def trained(network, draw, doubt, arguments, validated):
    """Averaged weights of `network` after `--steps` batches, by binary cross-entropy.

    draw: makes a batch with each call: inputs [B,C,H,W] and shares of yes [B], 0 to 1. doubt: how far
    from 0 and 1 the shares are kept. validated: what a report says of the averaged weights so far,
    {name: value}.
    """
    network = network.to(memory_format=torch.channels_last)
    average = copy.deepcopy(network)
    ahead = Ahead(draw)
    optimiser = torch.optim.AdamW(network.parameters(), lr=arguments.rate, weight_decay=1e-2)
    total = 0.0
    for step in range(arguments.steps):
        warm = min(1.0, (step + 1) / 100)
        rate = arguments.rate * warm * 0.5 * (1 + math.cos(math.pi * step / arguments.steps))
        for group in optimiser.param_groups:
            group["lr"] = rate
        network.train()
        x, share = ahead.take()
        with precision.autocast():
            out = network(x.contiguous(memory_format=torch.channels_last))
        wanted = share * (1 - 2 * doubt) + doubt
        loss = functional.binary_cross_entropy_with_logits(out.float(), wanted)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        averaged(average, network, step, AVERAGE)
        total += float(loss.detach())
        if (step + 1) % arguments.report == 0 or step + 1 == arguments.steps:
            line = {"step": step + 1, "loss": round(total / arguments.report, 4)}
            print(json.dumps({**line, **validated(average)}), flush=True)
            total = 0.0
    return average.eval()


def write(network, folder, name, shape, input_name):
    """Write NAME.pt, NAME.onnx and what PyTorch answers to made-up inputs of `shape` (references.json)."""
    folder.mkdir(parents=True, exist_ok=True)
    torch.save(network.state_dict(), folder / f"{name}.pt")
    path = folder / f"{name}.onnx"
    digest = write_onnx(network, path, shape, (input_name, "logOdds"))
    answers = [round(float(value), 6) for value in references(network, shape)]
    text = json.dumps({"sha256": digest, "logOdds": answers})
    (folder / "references.json").write_text(text + "\n")
    parameters = sum(p.numel() for p in network.parameters())
    print(f"{path}: {path.stat().st_size} bytes, {parameters} parameters, {digest}")
