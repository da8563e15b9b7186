"""The measures find what was put into a picture, and say so when there is nobody."""

import unittest
import xml.etree.ElementTree as ElementTree

import cv2
import numpy as np

from noise import depth_statistics, registration
from noise.compare import compare
from noise.figure import figure

FOCAL_PX = 365.5


def person(rows=149, columns=119, distance_mm=1100):
    """Smooth depth [rows,columns] uint16 mm of a ball on shoulders before nothing."""
    y, x = np.indices((rows, columns)).astype(float)
    ball = 1 - ((x - 58) / 27) ** 2 - ((y - 62) / 36) ** 2
    depth = np.where(ball > 0, distance_mm - 90 * np.sqrt(np.clip(ball, 0, 1)), 0)
    shoulders = (y > 96) & (np.abs(x - 58) < (y - 84) * 3) & (ball <= 0)
    return np.where(shoulders, distance_mm + 20, depth).round().astype(np.uint16)


def measured(depth):
    """Statistics of a picture on the sensor's grid."""
    return depth_statistics.of_depth(depth, FOCAL_PX)


class DepthStatisticsTest(unittest.TestCase):
    def test_an_enlargement_with_a_frame_is_undone(self):
        small = person()
        large = np.pad(np.kron(small, np.ones((4, 4), np.uint16)), ((2, 2), (82, 82)))
        grid, factor = depth_statistics.sensor_grid(large)
        self.assertEqual(factor, 4)
        np.testing.assert_array_equal(grid[:149, 20:139], small)
        self.assertEqual(depth_statistics.sensor_grid(small)[1], 1)

    def test_a_picture_of_nobody_has_no_statistics(self):
        self.assertIsNone(measured(np.zeros((149, 119), np.uint16)))

    def test_the_step_is_found(self):
        depth = person()
        for step in (1, 4, 8):
            found = measured(depth // step * step)
            self.assertEqual(found["step_from_1024_mm"], step)

    def test_white_noise_is_measured_in_mm(self):
        noise = np.random.default_rng(1).normal(0, 6, (149, 119))
        depth = person()
        noisy = np.where(depth > 0, depth + noise, 0)
        self.assertAlmostEqual(measured(noisy)["residual_face_mm"], 6, delta=0.6)
        self.assertLess(measured(depth)["residual_face_mm"], 0.6)

    def test_rows_that_alternate_are_told_from_columns(self):
        depth = person().astype(float)
        striped = np.where(depth > 0, depth + np.where(np.arange(149) % 2, 2, -2)[:, None], 0)
        found = measured(striped)
        self.assertGreater(found["row_noise_mm"], 3)
        self.assertLess(found["column_noise_mm"], 0.5)

    def test_holes_and_flying_pixels_are_counted_where_they_are(self):
        depth = person()
        holed, flying = depth.copy(), depth.copy()
        holed[56:64:2, 52:64:2] = 0
        for row in range(40, 80, 3):
            flying[row, (depth[row] > 0).argmax() + 1] += 70
        clean = measured(depth)
        self.assertEqual(clean["holes_hair"], 0)
        self.assertGreater(measured(holed)["holes_face"], clean["holes_face"] + 0.01)
        self.assertGreater(measured(flying)["flying_share"], clean["flying_share"] + 0.02)

    def test_people_are_summed_up_without_those_who_lack_a_number(self):
        rows = [{"a": 1.0}, {"a": 3.0}, {"a": 2.0}, {"a": float("nan")}]
        row = depth_statistics.summary(rows)["a"]
        self.assertEqual((row["n"], row["median"], row["quartiles"]), (3, 2.0, [1.5, 2.5]))


class RegistrationTest(unittest.TestCase):
    def pair(self, distance_mm, right_px, scale_y=1.0):
        depth = person(distance_mm=distance_mm)
        place = np.float32([[1, 0, right_px], [0, scale_y, 74 * (1 - scale_y)]])
        shown = cv2.warpAffine((depth > 0).astype(np.uint8), place, (119, 149))
        colour = np.where(shown[..., None] > 0, (60, 80, 140), (190, 195, 200)).astype(np.uint8)
        return registration.silhouettes(colour, depth, FOCAL_PX)

    def test_an_offset_is_measured_in_sensor_pixels(self):
        found = registration.of_pairs([self.pair(1100, 6), self.pair(1100, 6)])
        self.assertAlmostEqual(found["right_px_as_stored"][1], 6, delta=0.6)
        self.assertAlmostEqual(found["right_px_mapped"][1], 0, delta=0.6)
        self.assertGreater(found["overlap_mapped"], found["overlap_as_stored"])

    def test_a_stretch_is_found(self):
        found = registration.of_pairs([self.pair(1100, 3, 1.2), self.pair(1300, 3, 1.2)])
        self.assertAlmostEqual(found["scale_y"], 1.2, delta=0.05)
        self.assertAlmostEqual(found["scale_x"], 1.0, delta=0.05)

    def test_a_wall_that_is_not_plain_is_left_out(self):
        depth = person()
        patterned = np.random.default_rng(2).integers(0, 255, (149, 119, 3)).astype(np.uint8)
        self.assertIsNone(registration.silhouettes(patterned, depth, FOCAL_PX))


class FigureTest(unittest.TestCase):
    def test_table_and_figure_show_both_medians(self):
        def side(value):
            quartiles = [value * 0.9, value * 1.1]
            return {"row_noise_mm": {"n": 5, "median": value, "quartiles": quartiles}}

        real, made = side(1.5), side(3.0)
        self.assertIn("2.00", compare(real, made)[1])
        drawn = figure(real, made, 70, 30)
        ElementTree.fromstring(drawn)
        for words in ("1.500", "3.000", "70 people", "30 people"):
            self.assertIn(words, drawn)


if __name__ == "__main__":
    unittest.main()
