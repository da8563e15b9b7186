"""A head network taken up again from what ships."""

import torch

from training.onnx_file import graph_of, weights_of
from training.unfold import unfold


def take_up(network, path, x):
    """Give `network` the weights of a head-liveness.onnx, whose normalisation is folded into its convolutions.

    x [N,4,128,128]: some heads; the normalisation is unfolded so that it changes nothing of what comes
    out for heads like these, and can be trained on. Returns the largest difference that this makes.
    """
    graph = graph_of(path)
    stored = weights_of(graph)
    folded = [
        [stored[name] for name in node.input[1:]] for node in graph.node if node.op_type == "Conv"
    ]
    network.eval()
    with torch.no_grad():
        maps = x
        for (convolution, norm, act), (weight, bias) in zip(network.layers, folded, strict=True):
            convolution.weight.copy_(weight)
            maps = act(unfold(norm, convolution(maps), bias))
        network.head.weight.copy_(stored["head.weight"])
        network.head.bias.copy_(stored["head.bias"])
        return float((network.answer(maps) - network(x)).abs().max())
