"""What an ONNX file holds."""

import onnx
import torch
from google.protobuf.message import DecodeError
from onnx import numpy_helper


def graph_of(path):
    """The graph; OSError where there is no file, ValueError where it is none of ONNX."""
    try:
        return onnx.load(str(path)).graph
    except DecodeError as problem:
        raise ValueError(f"{path} is no ONNX file") from problem


def weights_of(graph):
    """{name: float tensor} of a graph."""
    return {
        each.name: torch.tensor(numpy_helper.to_array(each)).float() for each in graph.initializer
    }
