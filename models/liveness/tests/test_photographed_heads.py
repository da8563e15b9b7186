import unittest

import numpy as np
from scipy.spatial import Delaunay

from liveness import photographed_heads as photographed

SIDE = photographed.SIDE_PX


def photograph(seed):
    """A bright head with a darker, round face before a grey wall; its landmarks lie all over the face."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32)
    x, y = (columns - 72) / 27, (rows - 76) / 36
    face, head = x**2 + y**2 < 1, (x / 1.2) ** 2 + ((y + 0.1) / 1.25) ** 2 < 1
    colour = np.full((SIDE, SIDE, 3), 90, np.float32)
    colour[head], colour[face] = (200, 180, 60), (150, 110, 90)
    colour += rng.normal(0, 6, colour.shape)
    relief = 700 + 60 * (x**2 + y**2) - 20 * np.exp(-20 * (x**2 + (y - 0.1) ** 2))
    angle, radius = rng.uniform(0, 2 * np.pi, 478), np.sqrt(rng.random(478))
    marks = np.stack([72 + 26 * radius * np.cos(angle), 76 + 35 * radius * np.sin(angle)], 1)
    around = 2 * np.pi * np.arange(len(photographed.OVAL)) / len(photographed.OVAL)
    marks[list(photographed.OVAL)] = np.stack(
        [72 + 26 * np.sin(around), 76 - 35 * np.cos(around)], 1
    )
    for eye, middle in zip(photographed.EYES, (60, 84)):
        turn = 2 * np.pi * np.arange(len(eye)) / len(eye)
        marks[list(eye)] = np.stack([middle + 5 * np.cos(turn), 68 + 2 * np.sin(turn)], 1)
    return photographed.Photograph(
        np.clip(colour, 0, 255).astype(np.uint8),
        np.where(face, relief, 0).astype(np.float32),
        marks.astype(np.float32),
    )


def mesh():
    marks = np.concatenate([photograph(1).marks, photographed.BORDER])
    return Delaunay(marks).simplices.astype(np.int32)


class PhotographedHeads(unittest.TestCase):
    def setUp(self):
        self.one, self.other = photograph(1), photograph(2)
        self.face = self.one.face_mm > 0

    def test_the_living_keep_their_picture_and_the_relief_of_their_face(self):
        head = photographed.living(self.one, np.random.default_rng(3))
        np.testing.assert_array_equal(head.colour, self.one.colour)
        np.testing.assert_allclose(head.depth_mm[self.face], self.one.face_mm[self.face])

    def test_a_head_reaches_beyond_the_face_and_lies_behind_it(self):
        head = photographed.living(self.one, np.random.default_rng(3))
        hair = (head.depth_mm > 0) & ~self.face
        self.assertGreater(hair.sum(), 300)
        self.assertGreater(np.median(head.depth_mm[hair]), np.median(self.one.face_mm[self.face]))

    def test_a_mask_lies_before_the_wearer_and_only_on_the_face(self):
        head = photographed.living(self.other, np.random.default_rng(3))
        worn = photographed.mask(self.other, self.one, True, mesh(), np.random.default_rng(3))
        changed = worn.depth_mm != head.depth_mm
        self.assertGreater(changed.sum(), 1500)
        self.assertGreaterEqual(float((head.depth_mm - worn.depth_mm)[changed].min()), 2.4)
        self.assertFalse(changed[: SIDE // 5].any())

    def test_a_bust_has_no_hair_and_one_paint(self):
        bust = photographed.dummy(self.one, self.other, np.random.default_rng(4))
        crown = bust.colour[38:42, 68:76].astype(float)
        self.assertFalse(bust.hair.any())
        self.assertLess((crown / crown.mean((0, 1))).std(), 0.2)

    def test_a_flat_print_is_a_plane(self):
        print_ = photographed.sheet(self.one, self.other, False, np.random.default_rng(5))
        rows, columns = np.nonzero(print_.depth_mm)
        plane = np.stack([rows, columns, np.ones(len(rows))], 1).astype(float)
        depth = print_.depth_mm[rows, columns]
        left = depth - plane @ np.linalg.lstsq(plane, depth, rcond=None)[0]
        self.assertLess(np.abs(left).max(), 0.1)

    def test_readings_are_a_sensors_whole_millimetres_at_its_distance(self):
        head = photographed.living(self.one, np.random.default_rng(3))
        readings = photographed.sensed(head, np.random.default_rng(7))
        self.assertEqual(readings.dtype, np.uint16)
        seen = readings[self.face]
        self.assertGreater((seen > 0).mean(), 0.9)
        low, high = photographed.DISTANCE_MM
        self.assertTrue(low - 100 < np.median(seen[seen > 0]) < high + 100)


if __name__ == "__main__":
    unittest.main()
