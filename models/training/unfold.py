"""A shipped network taken up again: its normalisation is folded into its convolutions."""

import sys

import torch
from torch.nn import functional

from training.network import Fire
from training.onnx_file import graph_of, weights_of


def measure(norm, maps):
    """Give `norm` the statistics of maps like these [N,C,H,W], which it then has in training too; (variance, mean) [C]."""
    variance, mean = torch.var_mean(maps, (0, 2, 3), unbiased=False)
    norm.running_mean.copy_(mean)
    norm.running_var.copy_(variance)
    return variance, mean


def unfold(norm, maps, bias):
    """Let `norm` add `bias` to maps like these [N,C,H,W] and change nothing else, so that it can be trained on; the maps with it."""
    variance, mean = measure(norm, maps)
    norm.weight.copy_((variance + norm.eps).sqrt())
    norm.bias.copy_(bias + mean)
    return maps + bias[:, None, None]


def go_on(take_up, network, path, x):
    """`take_up` for a command: prints how close it came, ends in one sentence where the file holds no weights of this network."""
    try:
        away = take_up(network, path, x)
    except (OSError, ValueError, KeyError, RuntimeError) as problem:
        sys.exit(f"{path} holds no weights of this network: {problem}")
    print(f"taken up to within {away:.1e}", flush=True)


def _fire(fire, stored, maps):
    """A Fire module's weights; further squeezed channels than were stored begin by chance and unread."""
    known = len(stored["squeeze.bias"])
    fire.squeeze.weight[:known] = stored["squeeze.weight"]
    bias = torch.zeros(fire.squeeze.out_channels)
    bias[:known] = stored["squeeze.bias"]
    squeezed = functional.relu(unfold(fire.squeeze_norm, fire.squeeze(maps), bias))
    for name in ("narrow", "wide"):
        weight = getattr(fire, name).weight
        weight.zero_()
        weight[:, :known] = stored[f"{name}.weight"]
    y = torch.cat([fire.narrow(squeezed), fire.wide(squeezed)], 1)
    y = unfold(fire.norm, y, torch.cat([stored["narrow.bias"], stored["wide.bias"]]))
    return functional.relu(maps + y if fire.short_cut else y)


def take_up(network, path, x):
    """Give an `RgbdEmbedder` the weights of a rgbd-embedder.onnx, whose Fire modules may squeeze to fewer channels.

    x [N,4,112,112]: some faces; nothing changes of what comes out for faces like these. Returns the
    largest difference that this makes. `graph_of`'s errors; KeyError or RuntimeError where the file is
    another network.
    """
    stored = weights_of(graph_of(path))
    network.eval()
    with torch.no_grad():
        convolution, norm, act = network.stem
        convolution.weight.copy_(stored["stem.0.weight"])
        maps = act(unfold(norm, convolution(x), stored["stem.0.bias"]))
        for number, layer in enumerate(network.trunk):
            start = f"trunk.{number}."
            part = {n.removeprefix(start): w for n, w in stored.items() if n.startswith(start)}
            maps = _fire(layer, part, maps) if isinstance(layer, Fire) else layer(maps)
        network.place.weight.copy_(stored["place.weight"])
        pooled = unfold(network.place_norm, network.place(maps), stored["place.bias"])
        network.head.weight.copy_(stored["head.weight"])
        network.head.bias.copy_(stored["head.bias"])
        before = functional.normalize(network.head(pooled.flatten(1)), dim=1)
        return float((before - network.one_side(x)).abs().max())
