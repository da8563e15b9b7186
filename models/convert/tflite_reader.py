"""Reads the part of a TFLite flatbuffer that the face networks use.

A flatbuffer table is found by following little-endian offsets: a table starts with a signed offset
back to its vtable, which lists for each field how far behind the table's start the value lies
(0: the field has its default). Field numbers below are those of TensorFlow's public `schema.fbs`.
"""

import struct
from dataclasses import dataclass, field

import numpy as np

# TensorType -> numpy; what the face networks hold.
TENSOR_TYPES = {0: np.float32, 1: np.float16, 2: np.int32, 4: np.int64}

# BuiltinOperator -> name; an operator that is not here is refused by number.
OPERATORS = {
    0: "ADD",
    2: "CONCATENATION",
    3: "CONV_2D",
    4: "DEPTHWISE_CONV_2D",
    6: "DEQUANTIZE",
    14: "LOGISTIC",
    17: "MAX_POOL_2D",
    18: "MUL",
    19: "RELU",
    22: "RESHAPE",
    34: "PAD",
    39: "TRANSPOSE",
    40: "MEAN",
    41: "SUB",
    42: "DIV",
    45: "STRIDED_SLICE",
    54: "PRELU",
    59: "NEG",
    74: "SUM",
    75: "SQRT",
    76: "RSQRT",
    99: "SQUARED_DIFFERENCE",
}

PADDINGS = {0: "SAME", 1: "VALID"}
ACTIVATIONS = {0: "NONE", 1: "RELU"}


class UnsupportedModel(Exception):
    """The file is not a TFLite model, or holds something this reader does not know."""


class _Table:
    """One flatbuffer table: `scalar`, `vector`, `table` and `tables` read a field by number."""

    def __init__(self, data, start):
        self.data = data
        self.start = start
        self.vtable = start - struct.unpack_from("<i", data, start)[0]
        self.vtable_bytes = struct.unpack_from("<H", data, self.vtable)[0]

    def _at(self, number):
        slot = 4 + 2 * number
        if slot >= self.vtable_bytes:
            return 0
        offset = struct.unpack_from("<H", self.data, self.vtable + slot)[0]
        return self.start + offset if offset else 0

    def _follow(self, number):
        at = self._at(number)
        return at + struct.unpack_from("<I", self.data, at)[0] if at else 0

    def scalar(self, number, code, default):
        at = self._at(number)
        return struct.unpack_from("<" + code, self.data, at)[0] if at else default

    def vector(self, number, dtype):
        at = self._follow(number)
        if not at:
            return np.zeros(0, dtype)
        count = struct.unpack_from("<I", self.data, at)[0]
        return np.frombuffer(self.data, np.dtype(dtype).newbyteorder("<"), count, at + 4)

    def text(self, number):
        return self.vector(number, np.uint8).tobytes().decode("utf-8")

    def table(self, number):
        at = self._follow(number)
        return _Table(self.data, at) if at else None

    def tables(self, number):
        at = self._follow(number)
        if not at:
            return []
        count = struct.unpack_from("<I", self.data, at)[0]
        starts = [at + 4 + 4 * i for i in range(count)]
        return [_Table(self.data, s + struct.unpack_from("<I", self.data, s)[0]) for s in starts]


@dataclass
class Tensor:
    """One tensor: `data` is None where the value is computed at run time."""

    name: str
    shape: tuple
    data: np.ndarray = None


@dataclass
class Operator:
    """One operator: tensor numbers in and out (-1: an optional input left out) and its options."""

    name: str
    inputs: list
    outputs: list
    options: dict = field(default_factory=dict)


@dataclass
class Graph:
    """The first subgraph of a model; `inputs` and `outputs` are tensor numbers."""

    tensors: list
    operators: list
    inputs: list
    outputs: list


def _activation(table, number):
    value = table.scalar(number, "b", 0)
    if value not in ACTIVATIONS:
        raise UnsupportedModel(f"the fused activation {value} is not supported")
    return ACTIVATIONS[value]


def _options(name, table):
    if table is None:
        return {}
    if name == "CONV_2D":
        return {
            "padding": PADDINGS[table.scalar(0, "b", 0)],
            "strides": (table.scalar(2, "i", 0), table.scalar(1, "i", 0)),
            "activation": _activation(table, 3),
            "dilations": (table.scalar(5, "i", 1), table.scalar(4, "i", 1)),
        }
    if name == "DEPTHWISE_CONV_2D":
        return {
            "padding": PADDINGS[table.scalar(0, "b", 0)],
            "strides": (table.scalar(2, "i", 0), table.scalar(1, "i", 0)),
            "activation": _activation(table, 4),
            "dilations": (table.scalar(6, "i", 1), table.scalar(5, "i", 1)),
        }
    if name == "MAX_POOL_2D":
        return {
            "padding": PADDINGS[table.scalar(0, "b", 0)],
            "strides": (table.scalar(2, "i", 0), table.scalar(1, "i", 0)),
            "kernel": (table.scalar(4, "i", 0), table.scalar(3, "i", 0)),
            "activation": _activation(table, 5),
        }
    if name == "CONCATENATION":
        return {
            "axis": table.scalar(0, "i", 0),
            "activation": _activation(table, 1),
        }
    if name in ("ADD", "MUL", "SUB", "DIV"):
        return {"activation": _activation(table, 0)}
    if name in ("MEAN", "SUM"):
        return {"keep_dims": bool(table.scalar(0, "b", 0))}
    if name == "STRIDED_SLICE":
        # Bit masks by axis: begin ignored, end ignored, ellipsis, new axis, axis dropped.
        return {"masks": tuple(table.scalar(i, "i", 0) for i in range(5))}
    return {}


def read_model(data):
    """Parses the bytes of a `.tflite` file into a Graph.

    Raises UnsupportedModel when the bytes are no whole TFLite model, or hold an operator or tensor
    type that is not in the tables above. Quantised (int8) and sparse tensors are not supported.
    """
    if data[4:8] != b"TFL3":
        raise UnsupportedModel("not a TFLite file (its identifier is not TFL3)")
    try:
        return _read(_Table(data, struct.unpack_from("<I", data, 0)[0]))
    except (struct.error, ValueError, IndexError) as error:
        raise UnsupportedModel(f"the file is damaged or cut short ({error})") from error


def _read(model):
    codes = []
    for code in model.tables(1):
        number = max(code.scalar(0, "b", 0), code.scalar(3, "i", 0))
        if number not in OPERATORS:
            raise UnsupportedModel(f"TFLite operator {number} is not supported")
        codes.append(OPERATORS[number])

    buffers = model.tables(4)
    subgraph = model.tables(2)[0]
    tensors = []
    for table in subgraph.tables(0):
        shape = tuple(int(n) for n in table.vector(0, np.int32))
        raw = buffers[table.scalar(2, "I", 0)].vector(0, np.uint8)
        value = None
        if raw.size:
            kind = table.scalar(1, "b", 0)
            if kind not in TENSOR_TYPES:
                raise UnsupportedModel(f"TFLite tensor type {kind} is not supported")
            value = np.frombuffer(raw.tobytes(), TENSOR_TYPES[kind]).reshape(shape)
        tensors.append(Tensor(table.text(3), shape, value))

    operators = []
    for table in subgraph.tables(3):
        name = codes[table.scalar(0, "I", 0)]
        operators.append(
            Operator(
                name,
                [int(i) for i in table.vector(1, np.int32)],
                [int(i) for i in table.vector(2, np.int32)],
                _options(name, table.table(4)),
            )
        )
    return Graph(
        tensors,
        operators,
        [int(i) for i in subgraph.vector(1, np.int32)],
        [int(i) for i in subgraph.vector(2, np.int32)],
    )
