"""A head network taken up again from what ships."""

import onnx
import torch
from onnx import numpy_helper


def take_up(network, path, x):
    """Give `network` the weights of a head-liveness.onnx, whose normalisation is folded into its convolutions.

    x [N,4,128,128]: some heads; the normalisation is unfolded so that it changes nothing of what comes
    out for heads like these, and can be trained on. Returns the largest difference that this makes.
    """
    graph = onnx.load(path).graph
    stored = {each.name: torch.tensor(numpy_helper.to_array(each)) for each in graph.initializer}
    folded = [
        [stored[name] for name in node.input[1:]] for node in graph.node if node.op_type == "Conv"
    ]
    network.eval()
    with torch.no_grad():
        maps = x
        for (convolution, norm, act), (weight, bias) in zip(network.layers, folded, strict=True):
            convolution.weight.copy_(weight)
            maps = convolution(maps)
            variance, mean = torch.var_mean(maps, (0, 2, 3), unbiased=False)
            norm.running_mean.copy_(mean)
            norm.running_var.copy_(variance)
            norm.weight.copy_((variance + norm.eps).sqrt())
            norm.bias.copy_(bias + mean)
            maps = act(maps + bias[:, None, None])
        network.head.weight.copy_(stored["head.weight"])
        network.head.bias.copy_(stored["head.bias"])
        return float((network.answer(maps) - network(x)).abs().max())
