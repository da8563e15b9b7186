#!/usr/bin/env python3
"""Make `models/face-shape.bin`: a compact shape of the face that photographs are fitted with.

    python3 models/shape/export_face_shape.py [--face-model ../shared/data] [--out FILE]

From the ICT face model: the average narrow face (from hairline to chin, from ear to ear), its first
identity modes, some expressions with both sides in one, triangles with eyes and mouth closed over,
and the vertex of each MediaPipe landmark with its error (`correspondence.json`).

Layout, little-endian, arrays one after another without gaps:

    bytes[8]               "FLSHAPE1"
    uint32[7]              V vertices, T triangles, I identity modes, E expressions, L landmarks,
                           vertex of the person's right pupil, vertex of the left one
    float32[1+I+E]         millimetres of one unit: of the mean, each mode, each expression
    bytes[16*E]            names of the expressions, ASCII, filled with zeros
    int16[V*3]             mean; x to the person's left, y up, z out of the face, origin between the
                           centres of the eyes
    int16[I*V*3]           identity modes, for weights of unit variance
    int16[E*V*3]           expressions, for weights 0 to 1
    uint16[T*3]            triangles, counter-clockwise seen from outside
    uint16[L], uint16[L]   landmark (0 to 467) and its vertex
    float32[L]             error of the landmark, in distances between the pupils

Same inputs: same bytes.
"""

import argparse
import json
import struct
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from render import face_model

MAGIC = b"FLSHAPE1"
IDENTITY_MODES = 24
NAME_BYTES = 16
# Name in the file, and the expressions of the model it is the sum of (both sides each).
EXPRESSIONS = (
    ("jawOpen", ("jawOpen",)),
    ("mouthSmile", ("mouthSmile",)),
    ("mouthFrown", ("mouthFrown",)),
    ("mouthPucker", ("mouthPucker",)),
    ("mouthFunnel", ("mouthFunnel",)),
    ("mouthUpperUp", ("mouthUpperUp",)),
    ("mouthLowerDown", ("mouthLowerDown",)),
    ("browUp", ("browInnerUp", "browOuterUp")),
    ("browDown", ("browDown",)),
    ("eyeBlink", ("eyeBlink",)),
)
CORRESPONDENCE = Path(__file__).with_name("correspondence.json")


def boundary_loops(triangles):
    """Loops of directed edges (a, b) that belong to one triangle only, each a list, longest first."""
    edges = {
        (int(a), int(b)) for t in triangles for a, b in ((t[0], t[1]), (t[1], t[2]), (t[2], t[0]))
    }
    following = {a: b for a, b in edges if (b, a) not in edges}
    loops = []
    while following:
        start = min(following)
        loop, at = [], start
        while at in following:
            after = following.pop(at)
            loop.append((at, after))
            at = after
        loops.append(loop)
    return sorted(loops, key=len, reverse=True)


def closed_face(model):
    """Vertices of the model that are kept [V] and triangles [T,3] over them, pupils (right, left).

    A depth camera sees eyes and teeth where the skin has holes: each hole is closed by a fan to the
    foremost vertex of the eyeball or the teeth behind it.
    """
    narrow = model.triangles[(model.triangles < face_model.NARROW_FACE.stop).all(1)]
    _, *holes = boundary_loops(narrow)
    assert len(holes) == 3, "the narrow face has two eyes and a mouth"
    neutral = model.neutral_mm

    def foremost(part):
        return part.start + int(neutral[part][:, 2].argmax())

    right, left = foremost(face_model.RIGHT_EYE), foremost(face_model.LEFT_EYE)
    kept = list(range(face_model.NARROW_FACE.stop))
    triangles, pupils = [narrow], {}
    for loop in holes:
        middle_x = neutral[[a for a, _ in loop], 0].mean()
        if abs(middle_x) < 10:
            behind = foremost(face_model.TEETH)
        else:
            behind = left if middle_x > 0 else right
            pupils[behind] = len(kept)
        triangles.append(np.array([(b, a, len(kept)) for a, b in loop], narrow.dtype))
        kept.append(behind)
    return np.array(kept), np.concatenate(triangles), (pupils[right], pupils[left])


def quantised(offsets):
    """int16 values and the millimetres of one unit."""
    unit = float(np.float32(np.abs(offsets).max() / 32767))
    return np.round(offsets / unit).astype("<i2"), unit


def expression_offsets(model, parts):
    """Sum [N,3] mm of expressions of the model, both sides each."""
    rest = np.zeros_like(model.neutral_mm)
    return model.express(rest, {part: 1.0 for part in parts})


def shape_bytes(model, correspondence):
    """The whole file. correspondence: [(landmark, vertex, error)]."""
    kept, triangles, pupils = closed_face(model)
    origin = face_model.eye_centres(model.neutral_mm).mean(0)
    layers = [model.neutral_mm[kept] - origin]
    layers += [mode[kept] for mode in model.identity_mm[:IDENTITY_MODES]]
    layers += [expression_offsets(model, parts)[kept] for _, parts in EXPRESSIONS]
    values, units = zip(*(quantised(layer) for layer in layers))
    counts = (len(kept), len(triangles), IDENTITY_MODES, len(EXPRESSIONS), len(correspondence))
    names = b"".join(name.encode().ljust(NAME_BYTES, b"\0") for name, _ in EXPRESSIONS)
    landmarks, vertices, errors = zip(*correspondence)
    return b"".join(
        [
            MAGIC,
            struct.pack("<7I", *counts, *pupils),
            np.array(units, "<f4").tobytes(),
            names,
            *(layer.tobytes() for layer in values),
            triangles.astype("<u2").tobytes(),
            np.array(landmarks, "<u2").tobytes(),
            np.array(vertices, "<u2").tobytes(),
            np.array(errors, "<f4").tobytes(),
        ]
    )


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--face-model", type=Path, default=face_model.DEFAULT_FILE)
    default_out = Path(__file__).resolve().parents[1] / "face-shape.bin"
    parser.add_argument("--out", type=Path, default=default_out)
    arguments = parser.parse_args()
    try:
        model = face_model.load(arguments.face_model)
    except OSError:
        sys.exit(f"{arguments.face_model} cannot be read: it should be the ICT face model.")
    content = shape_bytes(model, json.loads(CORRESPONDENCE.read_text()))
    arguments.out.write_bytes(content)
    print(f"{arguments.out}: {len(content)} bytes")


if __name__ == "__main__":
    main()
