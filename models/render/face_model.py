"""The ICT face model (light version): identity and expression weights to vertices.

Model frame: x to the person's left, y up, z out of the face, millimetres.
Source: Li et al., "Learning Formation of Physically-Based Face Attributes", CVPR 2020 (MIT).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

DEFAULT_FILE = Path(__file__).resolve().parents[2] / ".." / "shared" / "data" / "ict_face_model.npz"

# Vertex ranges of the light model, from its public description.
NARROW_FACE = slice(0, 6706)
FACE = slice(0, 9409)
HEAD = slice(0, 11248)
GUMS = slice(14062, 17039)
TEETH = slice(17039, 21451)
LEFT_EYE = slice(21451, 22221)
RIGHT_EYE = slice(23021, 23791)

# The 68 Multi-PIE landmark vertices, from the model's public description.
LANDMARKS = np.array(
    "1225 1888 1052 367 1719 1722 2199 1447 966 3661 4390 3927 3924 2608 3272 4088 3443 268 "
    "493 1914 2044 1401 3615 4240 4114 2734 2509 978 4527 4942 4857 1140 2075 1147 4269 3360 "
    "1507 1542 1537 1528 1518 1511 3742 3751 3756 3721 3725 3732 5708 5695 2081 0 4275 6200 "
    "6213 6346 6461 5518 5957 5841 5702 5711 5533 6216 6207 6470 5517 5966 ".split(),
    dtype=np.int32,
)
NOSE_TIP = 30
MOUTH_CORNERS = (48, 54)


@dataclass(frozen=True)
class FaceModel:
    """Arrays of the model: N=24591 vertices, T triangles."""

    neutral_mm: np.ndarray  # [N,3] float32
    identity_mm: np.ndarray  # [100,N,3] float32, for weights of unit variance
    expression_mm: np.ndarray  # [53,N,3] float32, for weights 0 to 1
    expression_names: tuple
    triangles: np.ndarray  # [T,3] int32, vertices
    corner_uv: np.ndarray  # [T,3,2] float32, place in the texture, u 0 to 1 face, 1 to 2 head

    def identity(self, weights):
        """Vertices [N,3] mm of a person at rest from up to 100 identity weights."""
        weights = np.asarray(weights, np.float32)
        return self.neutral_mm + np.tensordot(weights, self.identity_mm[: len(weights)], axes=1)

    def express(self, vertices_mm, expression):
        """Add an expression {ARKit name: weight}; a name without _L or _R means both sides."""
        result = vertices_mm
        for name, weight in expression.items():
            found = [
                i
                for i, n in enumerate(self.expression_names)
                if n in (name, name + "_L", name + "_R")
            ]
            if not found:
                raise ValueError(f"the face model has no expression called {name}")
            for i in found:
                if weight:
                    result = result + np.float32(weight) * self.expression_mm[i]
        return result


def load(path=DEFAULT_FILE):
    """Read `ict_face_model.npz` (the file, or its folder); OSError when it is absent."""
    path = Path(path)
    if path.is_dir():
        path = path / "ict_face_model.npz"
    with np.load(path, allow_pickle=False) as data:
        triangles = data["triangles"].astype(np.int32)
        return FaceModel(
            neutral_mm=data["neutral_cm"].astype(np.float32) * 10,
            identity_mm=data["identity_cm"].astype(np.float32) * 10,
            expression_mm=data["expression_cm"].astype(np.float32) * 10,
            expression_names=tuple(str(n) for n in data["expression_names"]),
            triangles=triangles,
            corner_uv=data["uvs"].astype(np.float32)[data["triangle_uvs"]],
        )


def sex_direction(model):
    """Identity weights [100], unit length, that lead from woman-like to man-like shape.

    Man-like here: wider jaw, longer chin, bigger nose, heavier brow, smaller eyes, thinner lips,
    brows nearer the eyes (the known averages; each measure counts in its own standard deviations).
    """

    def measures(offsets):
        at = offsets[:, LANDMARKS]
        return np.stack(
            [
                at[:, 12, 0] - at[:, 4, 0],
                at[:, 57, 1] - at[:, 8, 1],
                at[:, 35, 0] - at[:, 31, 0],
                at[:, 27, 1] - at[:, 33, 1],
                at[:, [19, 24], 2].mean(1) - at[:, [36, 45], 2].mean(1),
                (at[:, [41, 46], 1] - at[:, [37, 44], 1]).mean(1),
                at[:, 57, 1] - at[:, 51, 1],
                at[:, [36, 45], 1].mean(1) - at[:, [19, 24], 1].mean(1),
            ],
            1,
        )

    slopes = measures(model.identity_mm)
    direction = (slopes / np.linalg.norm(slopes, axis=0)).sum(1)
    return direction / np.linalg.norm(direction)


def eye_centres(vertices_mm):
    """Centres [2,3] mm of the person's right and left eyeball: middle of the outer sphere's box."""
    balls = [vertices_mm[RIGHT_EYE], vertices_mm[LEFT_EYE]]
    return np.stack([(b.min(0) + b.max(0)) / 2 for b in balls])
