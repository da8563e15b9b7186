"""SFace in PyTorch, read from its ONNX file: the teacher, with the map its last layer reads.

SFace (Zhong and others, 2021; the OpenCV Zoo's file of December 2021) is a plain chain of
convolutions, normalisations and PReLU, then one linear layer over a [1024,7,7] map.
"""

from pathlib import Path

import numpy as np
import torch
from onnx import helper
from torch import nn
from torch.nn import functional

from training import aligned
from training.onnx_file import graph_of, weights_of

# Layers of the trunk up to the fourth of six blocks over 14x14 places.
MIDDLE = 2 * 19
FILE = Path(__file__).resolve().parents[1] / "sface.onnx"
CHANNELS, PLACES = 1024, 7


class Teacher(nn.Module):
    """Aligned faces [N,3,112,112], RGB 0 to 255, to unit vectors [N,128] and maps by name.

    Maps: middle [N,512,14,14], and last [N,1024,7,7], which the last layer reads.
    """

    def __init__(self, trunk, last, scale, offset):
        super().__init__()
        self.trunk, self.last = trunk, last
        self.scale, self.offset = scale, offset  # of the map [1024] before the last layer

    def forward(self, x):
        middle = self.trunk[:MIDDLE]((x - 127.5) / 128)
        x = self.trunk[MIDDLE:](middle).float()
        maps = x * self.scale[:, None, None] + self.offset[:, None, None]
        with torch.autocast("cpu", enabled=False):
            vectors = self.last(maps.flatten(1))
        return functional.normalize(vectors, dim=1), {"middle": middle.float(), "last": maps}


def _convolution(weight, node):
    """A convolution of an ONNX node; its bias is zeros until a normalisation gives it one."""
    options = {a.name: helper.get_attribute_value(a) for a in node.attribute}
    groups = options.get("group", 1)
    layer = nn.Conv2d(
        weight.shape[1] * groups,
        weight.shape[0],
        weight.shape[2:],
        stride=options["strides"],
        padding=options["pads"][0],
        groups=groups,
    )
    layer.weight.data, layer.bias.data = weight, torch.zeros(weight.shape[0])
    return layer


def opened(path=FILE):
    """The teacher in an SFace file; ValueError where the file is another network, OSError where it is missing."""
    graph = graph_of(path)
    values = weights_of(graph)
    layers, loose = [], []
    for node in graph.node:
        given = [values[name] for name in node.input if name in values]
        if node.op_type == "Conv":
            layers.append(_convolution(given[0], node))
        elif node.op_type == "PRelu":
            layers.append(nn.PReLU(given[0].numel()))
            layers[-1].weight.data = given[0].flatten()
        elif node.op_type == "BatchNormalization":
            factor, bias, mean, variance = given
            epsilon = next(a.f for a in node.attribute if a.name == "epsilon")
            scale = factor / torch.sqrt(variance + epsilon)
            offset = bias - mean * scale
            if isinstance(layers[-1], nn.Conv2d):
                layers[-1].weight.data *= scale[:, None, None, None]
                layers[-1].bias.data = layers[-1].bias.data * scale + offset
            else:
                loose.append((scale, offset))
        elif node.op_type == "Gemm":
            linear = given
    if len(loose) != 2 or loose[0][0].shape != (CHANNELS,):
        raise ValueError(f"{path} is not SFace")
    (map_scale, map_offset), (scale, offset) = loose
    last = nn.Linear(CHANNELS * PLACES**2, 128)
    last.weight.data = linear[0] * scale[:, None]
    last.bias.data = linear[1] * scale + offset
    trunk = nn.Sequential(*layers).to(memory_format=torch.channels_last)
    return Teacher(trunk, last, map_scale, map_offset).eval()


def read_by_last(teacher):
    """[1024,1024] root of how much the last layer makes of each direction of a place's channels."""
    weight = teacher.last.weight.detach().reshape(-1, CHANNELS, PLACES**2)
    made = torch.einsum("ocp,odp->cd", weight, weight)
    values, directions = torch.linalg.eigh(made)
    return directions * values.clamp(min=0).sqrt() @ directions.T


def projection(maps, kept, root=None):
    """(mean [C], projection [C,kept]) of the principal components of maps [N,C,H,W].

    root [C,C]: what is made of the channels before (`read_by_last`). Projected values have a mean
    square of 1, taken together.
    """
    x = maps.permute(0, 2, 3, 1).reshape(-1, maps.shape[1])
    mean = x.mean(0)
    root = torch.eye(len(mean)) if root is None else root
    weighed = (x - mean) @ root
    values, directions = torch.linalg.eigh(weighed.T @ weighed / len(weighed))
    return mean, root @ directions[:, -kept:] / values[-kept:].mean().sqrt()


def face(colour):
    """Teacher's input [N,3,112,112] of stored faces [N,128,128,3] uint8: the middle square."""
    cut = slice(aligned.MARGIN_PX, aligned.MARGIN_PX + aligned.SIDE_PX)
    x = torch.from_numpy(np.ascontiguousarray(colour[:, cut, cut])).permute(0, 3, 1, 2)
    return x.float().contiguous(memory_format=torch.channels_last)
