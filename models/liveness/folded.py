"""A head network taken up again from what ships."""

import torch
from torch.nn import functional

from liveness.head_network import Residual
from training.onnx_file import graph_of, weights_of
from training.unfold import measure, unfold


def take_up(network, path, x):
    """Give `network` the weights of a head-liveness.onnx, whose normalisation is folded into its convolutions.

    x [N,4,128,128]: some heads; the normalisation is unfolded so that it changes nothing of what comes
    out for heads like these, and can be trained on. Residual blocks that a file of plain layers alone
    does not hold go on adding nothing. Returns the largest difference that this makes.
    """
    graph = graph_of(path)
    stored = weights_of(graph)
    folded = [
        [stored[name] for name in node.input[1:]] for node in graph.node if node.op_type == "Conv"
    ]
    blocks = [layer for layer in network.layers if isinstance(layer, Residual)]
    plain = len(network.layers) - len(blocks)
    if len(folded) not in (plain, plain + 2 * len(blocks)):
        raise ValueError(f"{len(folded)} convolutions")
    network.eval()
    with torch.no_grad():
        maps, convolutions = x, iter(folded)
        for layer in network.layers:
            if not isinstance(layer, Residual):
                maps = _plain(layer, next(convolutions), maps)
            elif len(folded) > plain:
                maps = _residual(layer, next(convolutions), next(convolutions), maps)
            else:
                _at_rest(layer, maps)
        network.head.weight.copy_(stored["head.weight"])
        network.head.bias.copy_(stored["head.bias"])
        return float((network.answer(maps) - network(x)).abs().max())


def _plain(layer, weights, maps):
    convolution, norm, act = layer
    weight, bias = weights
    convolution.weight.copy_(weight)
    return act(unfold(norm, convolution(maps), bias))


def _residual(block, first, second, maps):
    inner = _plain(block.first, first, maps)
    weight, bias = second
    block.second.weight.copy_(weight)
    return functional.relu(maps + unfold(block.norm, block.second(inner), bias))


def _at_rest(block, maps):
    """Statistics of these maps for a block that adds nothing, so that training finds them right."""
    convolution, norm, act = block.first
    inner = convolution(maps)
    measure(norm, inner)
    measure(block.norm, block.second(act(norm(inner))))
