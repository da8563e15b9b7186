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

from convert.tflite_reader import UnsupportedModel

OPSET = 13
IR_VERSION = 8


def convert(graph, layout, inputs, outputs, producer):
    """An ONNX ModelProto (opset 13) that computes what the TFLite graph computes.

    graph: tflite_reader.Graph; layout: "image" or "points" (see above).
    inputs: the names of the model's inputs in order; an "image" input is float32 [1, C, H, W].
    outputs: (name, shape) in the order of the TFLite graph's outputs; the shape may regroup the
    numbers, whose order stays that of TFLite. producer: written into the file.
    Raises UnsupportedModel for an operator or option that is not handled in that layout.
    """
    converter = {"image": ImageConverter, "points": PointsConverter}[layout](graph)
    for op in graph.operators:
        converter.convert(op)
    for number, (name, shape) in zip(graph.outputs, outputs):
        target = converter.int_constant(shape)
        converter.emit("Reshape", [converter.in_tflite_order(number), target], name)
    renamed = {converter.name(n): name for n, name in zip(graph.inputs, inputs)}
    for node in converter.nodes:
        for place, source in enumerate(node.input):
            node.input[place] = renamed.get(source, source)

    infos = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, converter.shape_in_onnx(number))
        for number, name in zip(graph.inputs, inputs)
    ]
    results = [helper.make_tensor_value_info(n, TensorProto.FLOAT, s) for n, s in outputs]
    onnx_graph = helper.make_graph(
        converter.nodes, producer, infos, results, converter.initializers
    )
    model = helper.make_model(
        onnx_graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name=producer
    )
    model.ir_version = IR_VERSION
    onnx.checker.check_model(model)
    return model


def same_padding(size, kernel, stride, dilation):
    """TensorFlow's SAME padding along one axis in pixels, as (before, after).

    The output has ceil(size / stride) places; what is odd goes behind.
    """
    out = -(-size // stride)
    total = max((out - 1) * stride + (kernel - 1) * dilation + 1 - size, 0)
    return total // 2, total - total // 2


class Converter:
    """Collects the nodes and initialisers of one ONNX graph while it walks a TFLite graph.

    A method named like a TFLite operator, in small letters, converts it; what has no method in a
    layout is refused. Tensor number n of the TFLite graph is called "t<n>".
    """

    def __init__(self, graph):
        self.graph = graph
        self.nodes = []
        self.initializers = []
        self.constants = {n: t.data for n, t in enumerate(graph.tensors) if t.data is not None}
        self.written = set()
        self.fresh = 0

    def convert(self, op):
        handler = getattr(self, op.name.lower(), None)
        if handler is None:
            raise UnsupportedModel(f"the operator {op.name} is not supported here")
        handler(op, self.name(op.outputs[0]))

    # Names, shapes and constants

    def name(self, number):
        return f"t{number}"

    def shape(self, number):
        return self.graph.tensors[number].shape

    def emit(self, kind, inputs, output=None, **attributes):
        """Adds a node and returns the name of its output, a fresh one where none is given."""
        if output is None:
            self.fresh += 1
            output = f"x{self.fresh}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def emit_activated(self, kind, inputs, output, activation, **attributes):
        if activation == "RELU":
            self.emit("Relu", [self.emit(kind, inputs, **attributes)], output)
        else:
            self.emit(kind, inputs, output, **attributes)

    def constant(self, array, name):
        """Puts `array` into the file under `name` (once); returns the name of its float32 value."""
        if name in self.written:
            return name
        self.written.add(name)
        array = np.ascontiguousarray(array)
        if array.dtype == np.float16:
            self.initializers.append(numpy_helper.from_array(array, name + "h"))
            return self.emit("Cast", [name + "h"], name, to=TensorProto.FLOAT)
        self.initializers.append(numpy_helper.from_array(array, name))
        return name

    def int_constant(self, values):
        name = "i" + "_".join(str(v) for v in values)
        return self.constant(np.array(values, np.int64), name)

    def value(self, number):
        """The name of a tensor of the TFLite graph, put into the file first if it is a constant."""
        if number not in self.constants:
            return self.name(number)
        return self.constant(self.array_in_onnx(self.constants[number]), self.name(number))

    def integers(self, number):
        if number not in self.constants:
            raise UnsupportedModel("axes, shapes and paddings must be constants")
        return [int(i) for i in np.ravel(self.constants[number])]

    def weights(self, op):
        """Source tensor, kernel array, kernel's name and bias's name of a convolution."""
        if len(op.inputs) != 3 or op.inputs[2] < 0 or op.inputs[1] not in self.constants:
            raise UnsupportedModel("a convolution must have constant weights and a bias")
        source, kernel, bias = op.inputs
        return source, self.constants[kernel], self.name(kernel), self.value(bias)

    # Operators that are the same in both layouts

    def dequantize(self, op, _):
        # Only float16 weights come through here; the cast is written where they are used.
        self.constants[op.outputs[0]] = self.constants[op.inputs[0]]

    def add(self, op, out):
        inputs = [self.value(i) for i in op.inputs]
        self.emit_activated("Add", inputs, out, op.options["activation"])

    def logistic(self, op, out):
        self.emit("Sigmoid", [self.value(op.inputs[0])], out)

    def reshape(self, op, out):
        shape = self.shape(op.outputs[0])
        if len(self.shape_in_onnx(op.outputs[0])) == 4 and self.in_onnx_differs(shape):
            raise UnsupportedModel("a reshape into a picture is not supported")
        self.emit("Reshape", [self.in_tflite_order(op.inputs[0]), self.int_constant(shape)], out)

    def concatenation(self, op, out):
        rank = len(self.shape(op.outputs[0]))
        axis = self.axis_in_onnx(op.options["axis"] % rank, rank)
        inputs = [self.value(i) for i in op.inputs]
        self.emit_activated("Concat", inputs, out, op.options["activation"], axis=axis)


class ImageConverter(Converter):
    """[1, H, W, C] becomes [1, C, H, W]."""

    def axis_in_onnx(self, axis, rank):
        return (0, 2, 3, 1)[axis] if rank == 4 else axis

    def shape_in_onnx(self, number):
        shape = self.shape(number)
        return (shape[0], shape[3], shape[1], shape[2]) if len(shape) == 4 else shape

    def array_in_onnx(self, array):
        return np.moveaxis(array, 3, 1) if array.ndim == 4 else array

    def in_onnx_differs(self, shape):
        return shape[1:3] != (1, 1)

    def in_tflite_order(self, number):
        """The tensor with its numbers in the order in which TFLite counts them."""
        shape = self.shape(number)
        if len(shape) == 4 and self.in_onnx_differs(shape):
            return self.emit("Transpose", [self.value(number)], perm=[0, 2, 3, 1])
        return self.value(number)

    def conv_2d(self, op, out):
        source, kernel, name, bias = self.weights(op)
        self.convolution(source, np.moveaxis(kernel, 3, 1), name, bias, op.options, 1, out)

    def depthwise_conv_2d(self, op, out):
        source, kernel, name, bias = self.weights(op)
        channels = kernel.shape[3]
        if channels != self.shape(source)[3]:
            raise UnsupportedModel("a depth multiplier other than 1 is not supported")
        kernel = np.transpose(kernel, (3, 0, 1, 2))  # [1, H, W, C] -> [C, 1, H, W]
        self.convolution(source, kernel, name, bias, op.options, channels, out)

    def convolution(self, source, kernel, name, bias, options, group, out):
        size = kernel.shape[2:]
        self.emit_activated(
            "Conv",
            [self.value(source), self.constant(kernel, name), bias],
            out,
            options["activation"],
            kernel_shape=list(size),
            strides=list(options["strides"]),
            dilations=list(options["dilations"]),
            pads=self.pads(source, size, options, options["dilations"]),
            group=group,
        )

    def max_pool_2d(self, op, out):
        size = op.options["kernel"]
        self.emit_activated(
            "MaxPool",
            [self.value(op.inputs[0])],
            out,
            op.options["activation"],
            kernel_shape=list(size),
            strides=list(op.options["strides"]),
            pads=self.pads(op.inputs[0], size, op.options, (1, 1)),
        )

    def pads(self, source, kernel, options, dilations):
        if options["padding"] == "VALID":
            return [0, 0, 0, 0]
        size = self.shape(source)[1:3]
        rows, columns = (
            same_padding(size[i], kernel[i], options["strides"][i], dilations[i]) for i in (0, 1)
        )
        return [rows[0], columns[0], rows[1], columns[1]]

    def relu(self, op, out):
        self.emit("Relu", [self.value(op.inputs[0])], out)

    def prelu(self, op, out):
        """slope * x + (1 - slope) * relu(x), as two 1x1 depthwise convolutions and a sum.

        ONNX Runtime has no fast PRelu, and would leave its blocked layout for each one and come
        back, which is most of what the landmark network would spend outside its convolutions.
        """
        source, slopes = self.value(op.inputs[0]), self.constants[op.inputs[1]]
        channels = self.shape(op.inputs[0])[3]
        if slopes.size != channels:
            raise UnsupportedModel("a PRELU must have one slope for each channel")
        name = self.name(op.inputs[1])
        slopes = slopes.reshape(channels, 1, 1, 1)
        below = self.constant(slopes, name)
        above = self.constant(np.float32(1) - slopes.astype(np.float32), name + "c")
        attributes = {"kernel_shape": [1, 1], "group": channels}
        self.emit(
            "Add",
            [
                self.emit("Conv", [source, below], **attributes),
                self.emit("Conv", [self.emit("Relu", [source]), above], **attributes),
            ],
            out,
        )

    def pad(self, op, out):
        pairs = np.reshape(self.integers(op.inputs[1]), (-1, 2))
        if len(pairs) == 4:
            pairs = pairs[[0, 3, 1, 2]]
        pads = self.int_constant([int(p) for p in pairs.T.ravel()])
        self.emit("Pad", [self.value(op.inputs[0]), pads], out)


class PointsConverter(Converter):
    """Tensors keep the shape they have in TFLite."""

    def axis_in_onnx(self, axis, _):
        return axis

    def shape_in_onnx(self, number):
        return self.shape(number)

    def array_in_onnx(self, array):
        return array

    def in_onnx_differs(self, _):
        return False

    def in_tflite_order(self, number):
        return self.value(number)

    def conv_2d(self, op, out):
        source, kernel, name, bias = self.weights(op)
        if kernel.shape[1:3] != (1, 1) or op.options["strides"] != (1, 1):
            raise UnsupportedModel("among points only a 1x1 convolution is supported")
        matrix = self.constant(kernel[:, 0, 0, :].T, name)
        product = self.emit("MatMul", [self.value(source), matrix])
        self.emit_activated("Add", [product, bias], out, op.options["activation"])

    def arithmetic(self, kind, op, out):
        inputs = [self.value(i) for i in op.inputs]
        self.emit_activated(kind, inputs, out, op.options["activation"])

    def mul(self, op, out):
        self.arithmetic("Mul", op, out)

    def sub(self, op, out):
        self.arithmetic("Sub", op, out)

    def div(self, op, out):
        self.arithmetic("Div", op, out)

    def neg(self, op, out):
        self.emit("Neg", [self.value(op.inputs[0])], out)

    def sqrt(self, op, out):
        self.emit("Sqrt", [self.value(op.inputs[0])], out)

    def rsqrt(self, op, out):
        self.emit("Reciprocal", [self.emit("Sqrt", [self.value(op.inputs[0])])], out)

    def squared_difference(self, op, out):
        difference = self.emit("Sub", [self.value(i) for i in op.inputs])
        self.emit("Mul", [difference, difference], out)

    def transpose(self, op, out):
        order = self.integers(op.inputs[1])
        self.emit("Transpose", [self.value(op.inputs[0])], out, perm=order)

    def mean(self, op, out):
        axes, keep = self.integers(op.inputs[1]), int(op.options["keep_dims"])
        self.emit("ReduceMean", [self.value(op.inputs[0])], out, axes=axes, keepdims=keep)

    def sum(self, op, out):
        axes, keep = self.int_constant(self.integers(op.inputs[1])), int(op.options["keep_dims"])
        self.emit("ReduceSum", [self.value(op.inputs[0]), axes], out, keepdims=keep)

    def strided_slice(self, op, out):
        source, begin, end, strides = op.inputs
        begin_mask, end_mask, ellipsis, new_axis, shrink_mask = op.options["masks"]
        if ellipsis or new_axis or any(step != 1 for step in self.integers(strides)):
            raise UnsupportedModel("only slices in steps of 1 without new axes are supported")
        size = self.shape(source)
        first = [0 if begin_mask >> i & 1 else b for i, b in enumerate(self.integers(begin))]
        last = [size[i] if end_mask >> i & 1 else e for i, e in enumerate(self.integers(end))]
        # An axis that is dropped keeps the one place where the slice begins, whatever its end says.
        last = [first[i] + 1 if shrink_mask >> i & 1 else e for i, e in enumerate(last)]
        axes = self.int_constant(range(len(first)))
        bounds = [self.int_constant(first), self.int_constant(last)]
        value = self.emit("Slice", [self.value(source), *bounds, axes])
        self.emit("Reshape", [value, self.int_constant(self.shape(op.outputs[0]))], out)
