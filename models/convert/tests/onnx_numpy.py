"""Runs the few ONNX operators that the converter writes, in plain numpy and in ONNX's own terms."""

import numpy as np
from onnx import helper, numpy_helper


def run(model, inputs):
    """{name: array} of a model's outputs for {name: array} of its inputs."""
    values = dict(inputs)
    for tensor in model.graph.initializer:
        values[tensor.name] = numpy_helper.to_array(tensor)
    for node in model.graph.node:
        attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
        arguments = [values[name] for name in node.input]
        values[node.output[0]] = _OPERATORS[node.op_type](arguments, attributes)
    return {output.name: values[output.name] for output in model.graph.output}


def _padded(array, pads, fill):
    before, after = pads[: len(pads) // 2], pads[len(pads) // 2 :]
    lead = array.ndim - len(before)
    widths = [(0, 0)] * lead + list(zip(before, after))
    return np.pad(array, widths, constant_values=fill)


def _windows(array, size, strides, dilations):
    """[N, C, H, W] as [N, C, out H, out W, size H, size W]."""
    spans = [(size[i] - 1) * dilations[i] + 1 for i in (0, 1)]
    views = np.lib.stride_tricks.sliding_window_view(array, spans, (2, 3))
    return views[:, :, :: strides[0], :: strides[1], :: dilations[0], :: dilations[1]]


def _conv(arguments, attributes):
    source, weights = arguments[:2]
    group = attributes.get("group", 1)
    source = _padded(source, attributes.get("pads", [0, 0, 0, 0]), 0)
    strides = attributes.get("strides", [1, 1])
    windows = _windows(source, weights.shape[2:], strides, attributes.get("dilations", [1, 1]))
    inputs = np.split(windows, group, 1)
    kernels = np.split(weights, group, 0)
    parts = [np.einsum("nchwij,ocij->nohw", i, k) for i, k in zip(inputs, kernels)]
    out = np.concatenate(parts, 1)
    return out + arguments[2].reshape(1, -1, 1, 1) if len(arguments) == 3 else out


def _max_pool(arguments, attributes):
    source = _padded(arguments[0], attributes["pads"], -np.inf)
    size = attributes["kernel_shape"]
    return _windows(source, size, attributes["strides"], [1, 1]).max((4, 5))


def _slice(arguments, _):
    source, starts, ends, axes = arguments
    places = [slice(None)] * source.ndim
    for start, end, axis in zip(starts, ends, axes):
        places[axis] = slice(start, end)
    return source[tuple(places)]


def _keep(attributes):
    return bool(attributes["keepdims"])


_OPERATORS = {
    "Add": lambda a, _: a[0] + a[1],
    "Cast": lambda a, _: a[0].astype(np.float32),
    "Concat": lambda a, t: np.concatenate(a, t["axis"]),
    "Conv": _conv,
    "Div": lambda a, _: a[0] / a[1],
    "MatMul": lambda a, _: a[0] @ a[1],
    "MaxPool": _max_pool,
    "Mul": lambda a, _: a[0] * a[1],
    "Neg": lambda a, _: -a[0],
    "Pad": lambda a, _: _padded(a[0], list(a[1]), 0),
    "Reciprocal": lambda a, _: 1 / a[0],
    "ReduceMean": lambda a, t: a[0].mean(tuple(t["axes"]), keepdims=_keep(t)),
    "ReduceSum": lambda a, t: a[0].sum(tuple(a[1]), keepdims=_keep(t)),
    "Relu": lambda a, _: np.maximum(a[0], 0),
    "Reshape": lambda a, _: a[0].reshape(a[1]),
    "Sigmoid": lambda a, _: 1 / (1 + np.exp(-a[0])),
    "Slice": _slice,
    "Sqrt": lambda a, _: np.sqrt(a[0]),
    "Sub": lambda a, _: a[0] - a[1],
    "Transpose": lambda a, t: a[0].transpose(t["perm"]),
}
