"""What a user of wear.py relies on; tests skip aloud without the face model."""

import unittest

import numpy as np

from render import depth_noise, face_model, light, people, scene, wear
from render.camera import Intrinsics, Pose
from render.tests.test_renderer import CAMERA, NEEDS_MODEL


class CatalogueTest(unittest.TestCase):
    def test_a_name_and_seed_mean_one_item(self):
        for name in wear.NAMES:
            self.assertEqual(wear.named(name, 5), wear.named(name, 5))
        colours = {wear.named("glasses-thick-square", seed).rgb for seed in range(12)}
        self.assertGreater(len(colours), 2)

    def test_an_unknown_name_is_refused(self):
        with self.assertRaisesRegex(ValueError, "monocle"):
            wear.named("monocle")

    def test_random_sets_hold_at_most_one_of_a_kind_and_follow_the_chances(self):
        rng = np.random.default_rng(2)
        sets = [wear.chosen_at_random(rng, glasses=0.5, hat=0.2) for _ in range(2000)]
        kinds = [[wear.named(n).kind for n in chosen] for chosen in sets]
        self.assertTrue(all(len(set(k)) == len(k) for k in kinds))
        self.assertAlmostEqual(np.mean(["glasses" in k for k in kinds]), 0.52, delta=0.04)
        hats = [("cap" in k) or ("beanie" in k) for k in kinds]
        self.assertAlmostEqual(np.mean(hats), 0.2, delta=0.03)


class GlassNoiseTest(unittest.TestCase):
    def test_lenses_swallow_readings_and_nothing_else_changes_much(self):
        flat = np.full((480, 640), 700, np.float32)
        hair = np.zeros((480, 640), bool)
        glass = hair.copy()
        glass[200:280, 200:440] = True
        read = depth_noise.sense(flat, hair, Intrinsics(), np.random.default_rng(1), glass=glass)
        self.assertTrue(0.15 < (read[glass] == 0).mean() < 0.6)
        self.assertLess((read[~glass] == 0).mean(), 0.01)

    def test_no_glass_reads_as_before(self):
        flat = np.full((480, 640), 700, np.float32)
        hair = np.zeros((480, 640), bool)
        bare = depth_noise.sense(flat, hair, Intrinsics(), np.random.default_rng(1))
        none = depth_noise.sense(flat, hair, Intrinsics(), np.random.default_rng(1), glass=hair)
        np.testing.assert_array_equal(bare, none)


@NEEDS_MODEL
class WearTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.studio = scene.open_studio()
        cls.bare = scene.seat(cls.studio, people.person_from_seed(34))
        cls.light = light.named("room")

    def drawn(self, wearing, pose=Pose(distance_mm=620), expression=None):
        sitter = scene.wear(self.studio, self.bare, wearing)
        return scene.draw(self.studio, sitter, pose, expression or {}, self.light, CAMERA)

    def test_undressing_gives_the_bare_picture_back(self):
        dressed = scene.wear(self.studio, self.bare, ("beanie", "glasses-round"))
        again = scene.wear(self.studio, dressed, ())
        self.assertIs(again, self.bare)
        self.assertIs(dressed.skin, self.bare.skin)  # not painted again
        picture = self.drawn(())
        self.assertFalse(picture.worn.any() or picture.glass.any())

    def test_two_of_a_kind_are_refused(self):
        with self.assertRaisesRegex(ValueError, "two of a kind"):
            scene.wear(self.studio, self.bare, ("cap", "beanie"))

    def test_lenses_lie_before_both_eyes_and_frames_near_the_face(self):
        bare = self.drawn(())
        for name in wear.GLASSES + wear.THICK:
            with self.subTest(name):
                drawing = self.drawn((name,))
                for x, y in drawing.eyes_px.round().astype(int):
                    self.assertTrue(drawing.glass[y, x])
                    self.assertEqual(drawing.depth_mm[y, x], bare.depth_mm[y, x])
                frame = drawing.worn & (bare.depth_mm > 0)
                ahead = (bare.depth_mm - drawing.depth_mm)[frame]
                self.assertGreater(np.median(ahead), 0.3)
                # Before the hollows beside nose and temples a frame stands off, elsewhere it is near.
                self.assertLess(np.quantile(ahead, 0.9), 45)

    def test_glasses_turn_with_the_head(self):
        for yaw in (-25, 25):
            drawing = self.drawn(("glasses-thick-square",), Pose(yaw, 5, 0, distance_mm=620))
            near = drawing.eyes_px[0 if yaw < 0 else 1].round().astype(int)
            far = drawing.eyes_px[1 if yaw < 0 else 0].round().astype(int)
            for x, y in (near, far):
                self.assertTrue(drawing.glass[y - 1 : y + 2, x - 1 : x + 2].any())

    def test_sunglasses_darken_the_eyes_and_clear_lenses_hardly_do(self):
        x, y = self.drawn(()).eyes_px[0].round().astype(int)
        patch = (slice(y - 5, y + 6), slice(x - 5, x + 6))
        bare = self.drawn(()).colour[patch].mean()
        clear = self.drawn(("glasses-square",)).colour[patch].mean()
        dark = self.drawn(("sunglasses-square",)).colour[patch].mean()
        self.assertTrue(0.75 < clear / bare < 1.3)
        self.assertLess(dark, 0.5 * bare)

    def test_a_mask_covers_nose_and_mouth_and_leaves_the_eyes(self):
        for expression in ({}, {"jawOpen": 0.6}, {"mouthSmile": 0.8}):
            drawing = self.drawn(("mask",), expression=expression)
            marks = drawing.landmarks_px.round().astype(int)
            for landmark in (30, 33, 48, 51, 54, 57, 62):
                self.assertTrue(drawing.worn[marks[landmark, 1], marks[landmark, 0]], landmark)
            for x, y in drawing.eyes_px.round().astype(int):
                self.assertFalse(drawing.worn[y - 3 : y + 4, x - 3 : x + 4].any())

    def test_a_hat_covers_the_crown_and_presses_the_hair(self):
        bare = self.drawn(())
        for name in ("cap", "beanie"):
            drawing = self.drawn((name,))
            top = np.nonzero(drawing.cover.max(1) > 0.5)[0].min()
            middle = CAMERA.width // 2
            self.assertTrue(drawing.worn[top + 4 : top + 14, middle - 20 : middle + 20].all())
            for x, y in drawing.eyes_px.round().astype(int):
                self.assertFalse(drawing.worn[y, x])
            self.assertLess(drawing.hair.sum(), bare.hair.sum())

    def test_a_scarf_hides_the_chin_when_it_is_high(self):
        item = wear.Item("scarf", (90, 90, 90), cover=0.9)
        drawing = self.drawn((item,))
        x, y = drawing.landmarks_px[8].round().astype(int)
        self.assertTrue(drawing.worn[y, x])
        x, y = drawing.landmarks_px[face_model.NOSE_TIP].round().astype(int)
        self.assertFalse(drawing.worn[y, x])


if __name__ == "__main__":
    unittest.main()
