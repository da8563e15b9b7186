"""Turns a TFLite graph (see tflite_reader) into an ONNX model.

Two layouts, chosen per network:

- "image": every rank-4 tensor [1, H, W, C] of the TFLite graph becomes [1, C, H, W], the layout that
  ONNX Runtime computes in, so no transpose is left between two convolutions.
- "points": tensors keep their shape; a 1x1 convolution is a matrix product over the last axis.

Float16 weights stay float16 in the file and are cast to float32, which ONNX Runtime does once while
it loads: the file is half as large and every number computed is that of the float32 graph.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tflite_reader import UnsupportedModel

OPSET = 13
IR_VERSION = 8


def same_padding(size, kernel, stride, dilation):
    """TensorFlow's SAME padding along one axis in pixels, as (before, after).

    The output has ceil(size / stride) places; what is odd goes behind.
    """
    out = -(-size // stride)
    total = max((out - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


def to_channels_first(array):
    """[1, H, W, C] or a per-channel [1, 1, C] array as [1, C, H, W] or [C, 1, 1]."""
    return np.ascontiguousarray(np.moveaxis(array, -1, array.ndim - 3))


class _Converter:
    """Collects the nodes and initialisers of one ONNX graph while it walks a TFLite graph."""

    def __init__(self, graph, layout):
        self.graph = graph
        self.layout = layout
        self.nodes = []
        self.initializers = []
        self.constants = {}
        self.written = set()
        self.fresh = 0
        for number, tensor in enumerate(graph.tensors):
            if tensor.data is not None:
                self.constants[number] = tensor.data

    # Names and constants

    def name(self, number):
        return f"t{number}"

    def emit(self, kind, inputs, output=None, **attributes):
        if output is None:
            self.fresh += 1
            output = f"x{self.fresh}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def constant(self, array, name):
        """Puts `array` into the file under `name` (once) and returns the name of its float32 value."""
        if name in self.written:
            return name
        self.written.add(name)
        if array.dtype == np.float16:
            self.initializers.append(numpy_helper.from_array(array, name + "h"))
            return self.emit("Cast", [name + "h"], name, to=TensorProto.FLOAT)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def value(self, number):
        """The name of a tensor of the TFLite graph, put into the file first if it is a constant."""
        if number not in self.constants:
            return self.name(number)
        array = self.constants[number]
        if self.layout == "image" and array.ndim in (3, 4):
            array = to_channels_first(array)
        return self.constant(np.ascontiguousarray(array), self.name(number))

    def integers(self, number):
        if number not in self.constants:
            raise UnsupportedModel("axes, shapes and paddings must be constants")
        return [int(i) for i in np.ravel(self.constants[number])]

    def shape(self, number):
        return self.graph.tensors[number].shape

    def int_constant(self, values):
        name = "i" + "_".join(str(v) for v in values)
        return self.constant(np.array(values, np.int64), name)

    # Layout

    def axis(self, axis, rank):
        axis = axis % rank
        if self.layout == "image" and rank == 4:
            return (0, 2, 3, 1)[axis]
        return axis

    def as_tflite(self, number):
        """The tensor in the order in which TFLite counts its numbers, for a reshape."""
        shape = self.shape(number)
        if self.layout == "image" and len(shape) == 4 and shape[1:3] != (1, 1):
            return self.emit("Transpose", [self.value(number)], perm=[0, 2, 3, 1])
        return self.value(number)

    def activated(self, kind, inputs, output, activation, **attributes):
        if activation == "NONE":
            return self.emit(kind, inputs, output, **attributes)
        if activation == "RELU":
            return self.emit("Relu", [self.emit(kind, inputs, **attributes)], output)
        raise UnsupportedModel(f"the fused activation {activation} is not supported")

    # Operators

    def convolution(self, op, depthwise):
        source, kernel, bias = op.inputs
        out, options = self.name(op.outputs[0]), op.options
        weights = self.constants[kernel]
        name = self.name(kernel)
        if self.layout == "points":
            if weights.shape[1:3] != (1, 1) or options["strides"] != (1, 1) or depthwise:
                raise UnsupportedModel("among points only a 1x1 convolution is supported")
            matrix = np.ascontiguousarray(weights[:, 0, 0, :].T)
            product = self.emit("MatMul", [self.value(source), self.constant(matrix, name)])
            self.activated("Add", [product, self.value(bias)], out, options["activation"])
            return
        if depthwise:
            if weights.shape[3] != self.shape(source)[3]:
                raise UnsupportedModel("a depth multiplier other than 1 is not supported")
            weights = np.transpose(weights, (3, 0, 1, 2))  # [1, H, W, C] -> [C, 1, H, W]
        else:
            weights = np.transpose(weights, (0, 3, 1, 2))  # [O, H, W, I] -> [O, I, H, W]
        size = weights.shape[2:]
        self.activated(
            "Conv",
            [
                self.value(source),
                self.constant(np.ascontiguousarray(weights), name),
                self.value(bias),
            ],
            out,
            options["activation"],
            kernel_shape=list(size),
            strides=list(options["strides"]),
            dilations=list(options["dilations"]),
            pads=self.pads(source, size, options, options["dilations"]),
            group=weights.shape[0] if depthwise else 1,
        )

    def pads(self, source, kernel, options, dilations):
        if options["padding"] == "VALID":
            return [0, 0, 0, 0]
        size = self.shape(source)[1:3]
        rows, columns = (
            same_padding(size[i], kernel[i], options["strides"][i], dilations[i]) for i in (0, 1)
        )
        return [rows[0], columns[0], rows[1], columns[1]]

    def convert(self, op):
        kind = op.name
        out = self.name(op.outputs[0])
        if kind == "DEQUANTIZE":
            # Only float16 weights come through here; the cast is written where they are used.
            self.constants[op.outputs[0]] = self.constants[op.inputs[0]]
        elif kind in ("CONV_2D", "DEPTHWISE_CONV_2D"):
            self.convolution(op, kind == "DEPTHWISE_CONV_2D")
        elif kind in ("ADD", "SUB", "MUL", "DIV"):
            inputs = [self.value(i) for i in op.inputs]
            self.activated(kind.title(), inputs, out, op.options["activation"])
        elif kind in ("RELU", "PRELU", "LOGISTIC", "SQRT", "NEG"):
            onnx_kind = {
                "RELU": "Relu",
                "PRELU": "PRelu",
                "LOGISTIC": "Sigmoid",
                "SQRT": "Sqrt",
                "NEG": "Neg",
            }[kind]
            self.emit(onnx_kind, [self.value(i) for i in op.inputs], out)
        elif kind == "RSQRT":
            self.emit("Reciprocal", [self.emit("Sqrt", [self.value(op.inputs[0])])], out)
        elif kind == "SQUARED_DIFFERENCE":
            difference = self.emit("Sub", [self.value(i) for i in op.inputs])
            self.emit("Mul", [difference, difference], out)
        elif kind == "MAX_POOL_2D":
            size = op.options["kernel"]
            pads = self.pads(op.inputs[0], size, op.options, (1, 1))
            self.activated(
                "MaxPool",
                [self.value(op.inputs[0])],
                out,
                op.options["activation"],
                kernel_shape=list(size),
                strides=list(op.options["strides"]),
                pads=pads,
            )
        elif kind == "PAD":
            pairs = np.reshape(self.integers(op.inputs[1]), (-1, 2))
            if self.layout == "image" and len(pairs) == 4:
                pairs = pairs[[0, 3, 1, 2]]
            pads = self.int_constant([int(p) for p in np.concatenate([pairs[:, 0], pairs[:, 1]])])
            self.emit("Pad", [self.value(op.inputs[0]), pads], out)
        elif kind == "CONCATENATION":
            rank = len(self.shape(op.outputs[0]))
            axis = self.axis(op.options["axis"], rank)
            inputs = [self.value(i) for i in op.inputs]
            self.activated("Concat", inputs, out, op.options["activation"], axis=axis)
        elif kind == "RESHAPE":
            if self.layout == "image" and len(self.shape(op.outputs[0])) == 4:
                raise UnsupportedModel("a reshape into four axes is not supported among images")
            shape = self.int_constant(self.shape(op.outputs[0]))
            self.emit("Reshape", [self.as_tflite(op.inputs[0]), shape], out)
        elif kind == "TRANSPOSE":
            if self.layout == "image":
                raise UnsupportedModel("a transpose is not supported among images")
            self.emit(
                "Transpose", [self.value(op.inputs[0])], out, perm=self.integers(op.inputs[1])
            )
        elif kind in ("MEAN", "SUM"):
            rank = len(self.shape(op.inputs[0]))
            axes = [self.axis(a, rank) for a in self.integers(op.inputs[1])]
            keep = int(op.options["keep_dims"])
            source = self.value(op.inputs[0])
            if kind == "MEAN":
                self.emit("ReduceMean", [source], out, axes=axes, keepdims=keep)
            else:
                self.emit("ReduceSum", [source, self.int_constant(axes)], out, keepdims=keep)
        elif kind == "STRIDED_SLICE":
            self.slice(op, out)
        else:
            raise UnsupportedModel(f"the operator {kind} is not supported")

    def slice(self, op, out):
        source, begin, end, strides = op.inputs
        begin_mask, end_mask, ellipsis, new_axis, shrink = op.options["masks"]
        if ellipsis or new_axis or any(s != 1 for s in self.integers(strides)):
            raise UnsupportedModel("only slices of whole steps without new axes are supported")
        if self.layout == "image":
            raise UnsupportedModel("a slice is not supported among images")
        starts, ends, axes = [], [], []
        for i, (first, last) in enumerate(zip(self.integers(begin), self.integers(end))):
            size = self.shape(source)[i]
            first = 0 if begin_mask >> i & 1 else first
            last = size if end_mask >> i & 1 else last
            if (first, last) != (0, size):
                starts, ends, axes = starts + [first], ends + [last], axes + [i]
        value = self.value(source)
        if axes:
            value = self.emit(
                "Slice", [value] + [self.int_constant(v) for v in (starts, ends, axes)]
            )
        if shrink:
            shape = self.int_constant(self.shape(op.outputs[0]))
            self.emit("Reshape", [value, shape], out)
        else:
            self.emit("Identity", [value], out)


def convert(graph, layout, inputs, outputs, producer):
    """An ONNX ModelProto (opset 13) that computes what the TFLite graph computes.

    graph: tflite_reader.Graph; layout: "image" or "points" (see above).
    inputs: the names of the model's inputs in order; an "image" input is float32 [1, C, H, W].
    outputs: (name, shape) in the order of the TFLite graph's outputs; the shape may regroup the
    numbers, whose order stays that of TFLite. producer: written into the file.
    Raises UnsupportedModel for an operator or option that is not handled above.
    """
    converter = _Converter(graph, layout)
    for op in graph.operators:
        converter.convert(op)

    renamed = {converter.name(n): name for n, name in zip(graph.inputs, inputs)}
    for number, (name, shape) in zip(graph.outputs, outputs):
        if tuple(shape) == graph.tensors[number].shape and len(shape) != 4:
            renamed[converter.name(number)] = name
        else:
            target = converter.int_constant(shape)
            converter.emit("Reshape", [converter.as_tflite(number), target], name)
    nodes = _renamed(_without_identities(converter.nodes), renamed)

    infos = []
    for number, name in zip(graph.inputs, inputs):
        shape = graph.tensors[number].shape
        if layout == "image":
            shape = (shape[0], shape[3], shape[1], shape[2])
        infos.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, shape))
    results = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs]
    onnx_graph = helper.make_graph(nodes, producer, infos, results, converter.initializers)
    model = helper.make_model(
        onnx_graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name=producer
    )
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def _without_identities(nodes):
    """The nodes without Identity, whose readers read its source instead."""
    source = {}
    kept = []
    for node in nodes:
        inputs = [source.get(i, i) for i in node.input]
        if node.op_type == "Identity":
            source[node.output[0]] = inputs[0]
            continue
        del node.input[:]
        node.input.extend(inputs)
        kept.append(node)
    return kept


def _renamed(nodes, names):
    for node in nodes:
        inputs, outputs = list(node.input), list(node.output)
        del node.input[:], node.output[:]
        node.input.extend(names.get(i, i) for i in inputs)
        node.output.extend(names.get(o, o) for o in outputs)
    return nodes
