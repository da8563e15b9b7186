"""What users of the face shape rely on; tests skip aloud without the face model."""

import hashlib
import json
import struct
import unittest
from pathlib import Path

import numpy as np

from render import face_model
from shape import correspondence, export_face_shape

MODELS = Path(__file__).resolve().parents[2]
HAS_MODEL = Path(face_model.DEFAULT_FILE).is_file()
NEEDS_MODEL = unittest.skipUnless(HAS_MODEL, "skipped: no face model in ../shared/data")

# Places that MediaPipe and Multi-PIE both mark: landmark of the 478, landmark of the 68.
SAME_PLACE = (
    (4, 30),
    (33, 36),
    (133, 39),
    (362, 42),
    (263, 45),
    (61, 48),
    (291, 54),
    (0, 51),
    (17, 57),
)


def rows():
    return json.loads(export_face_shape.CORRESPONDENCE.read_text())


class CorrespondenceTest(unittest.TestCase):
    def test_each_landmark_once_and_each_vertex_on_the_narrow_face(self):
        landmarks, vertices, errors = map(np.array, zip(*rows()))
        self.assertEqual(len(set(landmarks)), len(landmarks))
        self.assertGreater(len(landmarks), 440)
        self.assertLess(vertices.max(), face_model.NARROW_FACE.stop)
        self.assertTrue(((errors > 0) & (errors <= correspondence.LARGEST_ERROR)).all())

    @NEEDS_MODEL
    def test_agrees_with_the_multi_pie_landmarks_where_both_mark_the_same_place(self):
        neutral = face_model.load().neutral_mm
        vertex = {landmark: v for landmark, v, _ in rows()}
        for mediapipe, multi_pie in SAME_PLACE:
            apart = neutral[vertex[mediapipe]] - neutral[face_model.LANDMARKS[multi_pie]]
            self.assertLess(np.linalg.norm(apart), 3, f"landmark {mediapipe}")

    def test_finds_the_vertices_that_landmarks_were_made_from(self):
        rng = np.random.default_rng(4)
        vertices = rng.uniform(0, 300, (12, 80, 2))
        made_from = rng.permutation(80)
        landmarks = np.full((12, correspondence.LANDMARK_COUNT, 2), 1e4)
        landmarks[:, :80] = vertices[:, made_from] + rng.normal(scale=0.5, size=(12, 80, 2))
        landmarks[:, 33], landmarks[:, 263] = (100, 100), (200, 100)
        vertices[:, made_from[33]] = (100, 100)
        landmarks[3] = np.nan  # no face was found there
        found = correspondence.solve(vertices, landmarks, np.arange(80))
        self.assertEqual([v for _, v, _ in found[:80]], list(made_from))


class ExportTest(unittest.TestCase):
    def test_boundary_loops_are_found_longest_first(self):
        # A strip of squares around a square hole: the outer edge has 12 vertices, the hole 4.
        grid = np.arange(16).reshape(4, 4)
        triangles = []
        for r in range(3):
            for c in range(3):
                if (r, c) != (1, 1):
                    a, b, d, e = grid[r, c], grid[r, c + 1], grid[r + 1, c], grid[r + 1, c + 1]
                    triangles += [(a, b, e), (a, e, d)]
        loops = export_face_shape.boundary_loops(np.array(triangles))
        self.assertEqual([len(loop) for loop in loops], [12, 4])
        self.assertEqual({a for a, _ in loops[1]}, {5, 6, 9, 10})

    @NEEDS_MODEL
    def test_the_face_has_no_hole_left_but_its_outer_edge(self):
        _, triangles, pupils = export_face_shape.closed_face(face_model.load())
        self.assertEqual(len(export_face_shape.boundary_loops(triangles)), 1)
        self.assertEqual(len(set(pupils)), 2)

    @NEEDS_MODEL
    def test_the_file_in_the_repository_is_what_the_export_makes(self):
        content = export_face_shape.shape_bytes(face_model.load(), rows())
        self.assertEqual(content, (MODELS / "face-shape.bin").read_bytes())
        manifest = json.loads((MODELS / "manifest.json").read_text())
        row = next(r for r in manifest["models"] if r["file"] == "face-shape.bin")
        self.assertEqual(hashlib.sha256(content).hexdigest(), row["sha256"])

    @NEEDS_MODEL
    def test_quantisation_costs_less_than_a_hundredth_of_a_millimetre(self):
        model = face_model.load()
        content = export_face_shape.shape_bytes(model, rows())
        count, _, identity, expressions = struct.unpack_from("<4I", content, 8)
        layers = 1 + identity + expressions
        units = np.frombuffer(content, "<f4", layers, 36)
        at = 36 + 4 * layers + export_face_shape.NAME_BYTES * expressions
        mean = np.frombuffer(content, "<i2", 3 * count, at).reshape(count, 3) * units[0]
        origin = face_model.eye_centres(model.neutral_mm).mean(0)
        narrow = model.neutral_mm[face_model.NARROW_FACE] - origin
        self.assertLess(np.abs(mean[: len(narrow)] - narrow).max(), 0.01)


if __name__ == "__main__":
    unittest.main()
