"""Writes tiny flatbuffers for the tests: a table is a dict {field number: value}.

A value is (struct code, number) for a scalar, bytes of 4-byte integers or of raw bytes as an
ndarray for a vector, str for text, dict for a table, list of dicts for a vector of tables.
"""

import struct

import numpy as np


def write(root, identifier=b"TFL3"):
    out = bytearray(8)
    out[4:8] = identifier
    struct.pack_into("<I", out, 0, _table(out, root))
    return bytes(out)


def _align(out):
    out.extend(bytes(-len(out) % 4))


def _table(out, fields):
    _align(out)
    count = max(fields, default=-1) + 1
    vtable = len(out)
    table = vtable + 4 + 2 * count + (-(4 + 2 * count) % 4)
    slots = {number: 4 + 4 * i for i, number in enumerate(sorted(fields))}
    out.extend(struct.pack("<HH", 4 + 2 * count, 4 + 4 * len(slots)))
    out.extend(b"".join(struct.pack("<H", slots.get(n, 0)) for n in range(count)))
    out.extend(bytes(table - len(out)))
    out.extend(struct.pack("<i", table - vtable))
    out.extend(bytes(4 * len(slots)))
    for number, value in fields.items():
        at = table + slots[number]
        if isinstance(value, tuple):
            struct.pack_into("<" + value[0], out, at, value[1])
        else:
            target = _child(out, value)
            struct.pack_into("<I", out, at, target - at)
    return table


def _child(out, value):
    if isinstance(value, dict):
        return _table(out, value)
    _align(out)
    start = len(out)
    if isinstance(value, list):
        out.extend(struct.pack("<I", len(value)) + bytes(4 * len(value)))
        for i, item in enumerate(value):
            at = start + 4 + 4 * i
            struct.pack_into("<I", out, at, _table(out, item) - at)
        return start
    array = np.frombuffer(value.encode(), np.uint8) if isinstance(value, str) else value
    out.extend(struct.pack("<I", array.size) + array.tobytes())
    return start
