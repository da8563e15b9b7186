"""What training relies on in the noise: repeatable, bounded, in the sensor's steps, fair."""

import inspect
import unittest
from dataclasses import replace

import numpy as np

from noise.kinect_v2 import NoiseParameters, multipath_field, sense

FITTED = NoiseParameters.fitted()
QUIET = replace(FITTED, multipath_mm=0.0)


def bust(size=112, distance_mm=1100.0):
    """A round head before nothing [size,size] mm, its top third hair."""
    y, x = np.indices((size, size)).astype(np.float32) - size / 2
    radius = np.sqrt(x * x + y * y) / (0.4 * size)
    depth = np.where(
        radius < 1, distance_mm + 90 * (1 - np.sqrt(np.clip(1 - radius**2, 0, 1))), 0
    )
    return depth.astype(np.float32), (radius < 1) & (y < -0.12 * size)


def wall(size=112, distance_mm=900.0):
    """A wall that faces the sensor, no hair."""
    return np.full((size, size), distance_mm, np.float32), np.zeros((size, size), bool)


def seen(scene, seed=1, parameters=FITTED, ratio=1.0, **more):
    """Readings of a scene."""
    return sense(*scene, ratio, np.random.default_rng(seed), parameters, **more)


class SenseTest(unittest.TestCase):
    def test_one_seed_gives_one_reading_and_another_seed_another(self):
        np.testing.assert_array_equal(seen(bust(), 3), seen(bust(), 3))
        self.assertTrue((seen(bust(), 3) != seen(bust(), 4)).any())

    def test_true_depth_is_left_as_it_was(self):
        depth, hair = bust()
        before = depth.copy()
        sense(depth, hair, 1.0, np.random.default_rng(1), FITTED)
        np.testing.assert_array_equal(depth, before)

    def test_nothing_reads_as_nothing(self):
        nothing = (np.zeros((112, 112), np.float32), np.zeros((112, 112), bool))
        self.assertFalse(seen(nothing).any())
        readings = seen(bust())
        self.assertFalse(readings[:6].any())  # well clear of the silhouette

    def test_every_ratio_shape_and_roll_gives_readings_within_the_sensors_range(self):
        for size in (40, 112, 160):
            for ratio in (0.6, 1.0, 2.7):
                for roll in (0.0, 17.0, -90.0):
                    scene = bust(size)
                    readings = seen(scene, 2, ratio=ratio, roll_deg=roll)
                    self.assertEqual((readings.dtype, readings.shape), (np.uint16, (size, size)))
                    read = readings[readings > 0]
                    self.assertGreater(len(read), 0.4 * (scene[0] > 0).sum())
                    self.assertTrue((read > 1000).all() and (read < 1400).all())

    def test_readings_stay_where_the_surface_is(self):
        depth, _ = scene = bust()
        for ratio in (0.6, 1.0, 2.0):
            readings = seen(scene, 5, QUIET, ratio, roll_deg=8.0).astype(float)
            inner = np.hypot(*(np.indices(depth.shape) - 56)) < 32
            error = (readings - depth)[inner & (readings > 0)]
            self.assertLess(abs(np.median(error)), 4)

    def test_steps_are_those_asked_for_on_either_side_of_the_change(self):
        fine = replace(FITTED, near_step_mm=1.0, far_step_mm=1.0)
        for distance, step in ((900.0, 4), (1300.0, 8)):
            values = seen(wall(distance_mm=distance))
            self.assertTrue((values % step == 0).all())
            self.assertTrue((values % (2 * step) != 0).any())
            self.assertTrue((seen(wall(distance_mm=distance), parameters=fine) % 2 == 1).any())

    def test_a_sensor_pixel_repeats_over_the_crop_pixels_it_spans(self):
        readings = seen(wall(), parameters=replace(FITTED, near_step_mm=1.0), ratio=2.0)
        changes = (np.diff(readings.astype(int), axis=1) != 0).any(0)
        self.assertFalse(changes[:-1][changes[1:]].any())  # never two columns in a row

    def test_noise_grows_with_distance_and_with_slant(self):
        fine = replace(QUIET, near_step_mm=1.0, far_step_mm=1.0, alternating_mm=0.0, row_mm=0.0)

        def spread(scene):
            readings = seen(scene, 6, fine).astype(float)
            return (readings - scene[0])[readings > 0][500:-500].std()

        near, far = wall(distance_mm=600.0), wall(distance_mm=2000.0)
        self.assertGreater(spread(far), 1.8 * spread(near))
        slanted = near[0] + 2.5 * (600 / 365.5) * np.arange(112, dtype=np.float32)
        self.assertGreater(spread((slanted, near[1])), 1.5 * spread(near))

    def test_hair_is_read_less_often_than_skin(self):
        depth, none = wall()
        swallowing = replace(FITTED, hair_holes=0.2)
        on_skin = (seen((depth, none), parameters=swallowing) == 0).mean()
        on_hair = (seen((depth, ~none), parameters=swallowing) == 0).mean()
        self.assertLess(on_skin, 0.005)
        self.assertAlmostEqual(on_hair, 0.2, delta=0.07)

    def test_edges_fly_and_faces_do_not(self):
        depth, hair = wall()
        depth[:, 56:] = 1500
        readings = seen((depth, hair), parameters=QUIET)
        between = (readings > 960) & (readings < 1440)
        self.assertGreater(between[:, 53:59].sum(), 10)
        self.assertEqual(between[:, :50].sum() + between[:, 62:].sum(), 0)

    def test_registering_casts_a_shadow_on_one_side_of_what_is_near(self):
        depth, hair = wall(distance_mm=1500.0)
        depth[40:72, 40:72] = 800
        for side in (1, -1):
            shadow = replace(QUIET, shadow=0.9, shadow_side=side, edge_holes=0.0, dropout=0.0)
            holes = seen((depth, hair), parameters=shadow)[44:68] == 0
            right, left = holes[:, 74:82].mean(), holes[:, 30:38].mean()
            self.assertGreater(right if side > 0 else left, 0.6)
            self.assertLess(left if side > 0 else right, 0.05)

    def test_a_shift_moves_depth_by_sensor_pixels(self):
        depth, hair = wall()
        depth[:, :56] = 0
        sharp = replace(QUIET, edge_flying=0.0, outside_flying=0.0, edge_holes=0.0, lateral_px=0.0)
        edges = [
            (seen((depth, hair), parameters=replace(sharp, shift_px=(by, 0.0)), ratio=2.0) > 0)
            .argmax(1)
            .mean()
            for by in (0.0, 3.0)
        ]
        self.assertAlmostEqual(edges[1] - edges[0], 6, delta=2)

    def test_a_session_keeps_its_multipath(self):
        field = multipath_field(np.random.default_rng(9), (112, 112), FITTED)
        self.assertTrue(np.isfinite(field).all() and field.std() > 0.5)
        fine = replace(FITTED, near_step_mm=1.0, alternating_mm=0.0, dropout=0.0)
        two = [seen(wall(), n, fine, multipath_mm=field).astype(float) for n in (1, 2)]
        self.assertGreater(np.corrcoef(two[0].ravel(), two[1].ravel())[0, 1], 0.8)

    def test_wrong_shapes_and_ratios_are_refused(self):
        depth, hair = bust()
        for bad in ((depth, hair[:-1], 1.0), (depth, hair, 0.0), (depth, hair, float("nan"))):
            with self.assertRaises(ValueError):
                sense(*bad, np.random.default_rng(1), FITTED)

    def test_the_noise_of_a_face_does_not_depend_on_whose_it_is_or_what_came_before(self):
        names = set(inspect.signature(sense).parameters)
        self.assertFalse(names & {"person", "identity", "label", "genuine"})
        first = seen(bust(), 11)
        seen(wall(), 12)
        np.testing.assert_array_equal(first, seen(bust(), 11))

    def test_drawn_sensors_differ_and_stay_sane(self):
        drawn = [NoiseParameters.drawn(np.random.default_rng(n)) for n in range(60)]
        self.assertEqual(drawn[7], NoiseParameters.drawn(np.random.default_rng(7)))
        self.assertEqual({p.far_step_mm for p in drawn}, {1.0, 4.0, 8.0})
        self.assertEqual({p.shadow_side for p in drawn}, {-1, 1})
        self.assertLessEqual(max(abs(v) for p in drawn for v in p.shift_px), 1.2)
        depth, _ = bust()
        inner = np.hypot(*(np.indices(depth.shape) - 56)) < 30
        for number, parameters in enumerate(drawn):
            readings = seen(bust(), number, parameters)
            self.assertGreater((readings[inner] > 0).mean(), 0.6)


if __name__ == "__main__":
    unittest.main()
