"""What a user of the renderer relies on; tests skip aloud without the face model."""

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from render import (
    background,
    colour_noise,
    depth_noise,
    face_model,
    light,
    people,
    photograph,
    scene,
)
from render.camera import Intrinsics, Pose, angles_deg, rotation
from render.make_simulated import circle, flat_photograph
from render.recording import Recording, png16

CAMERA = Intrinsics().crop(190, 110, 260, 260)
HAS_MODEL = Path(face_model.DEFAULT_FILE).is_file()
NEEDS_MODEL = unittest.skipUnless(HAS_MODEL, "skipped: no face model in ../shared/data")


class PoseTest(unittest.TestCase):
    def test_angles_come_back_from_the_rotation(self):
        for angles in ((0, 0, 0), (24, -17, 5), (-40, 20, -12)):
            np.testing.assert_allclose(angles_deg(rotation(*angles)), angles, atol=1e-4)

    def test_signs_follow_the_convention(self):
        ahead, up = np.array([0, 0, -1.0]), np.array([0, -1.0, 0])
        self.assertGreater((rotation(20, 0, 0) @ ahead)[0], 0.3)  # to the picture's right
        self.assertLess((rotation(0, 20, 0) @ ahead)[1], -0.3)  # upwards
        self.assertGreater((rotation(0, 0, 20) @ up)[0], 0.3)  # crown to the right: clockwise

    def test_enrolment_circle_goes_once_around_and_starts_and_ends_ahead(self):
        path = np.array([circle(n) for n in range(40)])
        self.assertTrue((path[:4] == 0).all())
        self.assertLess(np.abs(path[-1]).max(), 4)
        self.assertLess(np.abs(np.diff(path, axis=0)).max(), 9)
        outer = path[np.hypot(path[:, 0] / 24, path[:, 1] / 17) > 0.97]
        sectors = np.unique((np.arctan2(outer[:, 1] / 17, outer[:, 0] / 24) // (np.pi / 4)))
        self.assertEqual(len(sectors), 8)


class DepthNoiseTest(unittest.TestCase):
    def setUp(self):
        self.camera = Intrinsics()
        self.rng = np.random.default_rng(5)
        self.no_hair = np.zeros((480, 640), bool)

    def test_a_flat_wall_is_read_within_millimetres_and_almost_everywhere(self):
        wall = np.full((480, 640), 700, np.float32)
        read = depth_noise.sense(wall, self.no_hair, self.camera, self.rng)
        self.assertGreater((read > 0).mean(), 0.99)
        error = read[read > 0].astype(float) - 700
        self.assertLess(abs(error.mean()), 1)
        self.assertTrue(0.8 < error.std() < 3)
        self.assertTrue((read % depth_noise.NEAR_STEP_MM == 0).all())

    def test_edges_have_holes_and_flying_pixels_between_the_surfaces(self):
        scene_mm = np.full((480, 640), 1800, np.float32)
        scene_mm[:, :320] = 700
        read = depth_noise.sense(scene_mm, self.no_hair, self.camera, self.rng)
        at_edge = read[:, 316:324]
        self.assertGreater((at_edge == 0).mean(), 0.1)
        self.assertGreater(((at_edge > 760) & (at_edge < 1700)).mean(), 0.02)
        far_from_edge = read[:, :300]
        self.assertFalse(((far_from_edge > 760) & (far_from_edge < 1700)).any())

    def test_too_near_and_too_far_give_no_reading(self):
        for depth_mm in (300, 6000):
            flat = np.full((480, 640), depth_mm, np.float32)
            self.assertEqual(depth_noise.sense(flat, self.no_hair, self.camera, self.rng).max(), 0)

    def test_dark_hair_swallows_more_than_skin(self):
        flat = np.full((480, 640), 700, np.float32)
        skin = depth_noise.sense(flat, self.no_hair, self.camera, np.random.default_rng(1))
        hair = depth_noise.sense(
            flat, ~self.no_hair, self.camera, np.random.default_rng(1), None, 0.9
        )
        self.assertGreater((hair == 0).mean(), 10 * (skin == 0).mean() + 0.05)


class PhotographTest(unittest.TestCase):
    def test_the_sheet_is_planar_where_it_is_held(self):
        camera = Intrinsics()
        sheet = np.full((712, 504, 3), 0.5, np.float32)
        held = photograph.hold(
            sheet, camera, light.named("room"), (0, 0, 600), 9, -6, 3, (190, 150, 120), (60, 60, 70)
        )
        rows, columns = np.nonzero(held.sheet)
        z = held.depth_mm[held.sheet].astype(np.float64)
        x, y = (columns - camera.cx) * z / camera.fx, (rows - camera.cy) * z / camera.fy
        system = np.stack([x, y, np.ones_like(x)], 1)
        fit, *_ = np.linalg.lstsq(system, z, rcond=None)
        # Pixels are taken half a fine pixel off their middle: under a millimetre on a tilted sheet.
        self.assertLess(np.abs(system @ fit - z).max(), 1.0)
        self.assertGreater(np.ptp(z), 20)  # it is tilted
        self.assertTrue(550 < z.mean() < 650)


class RecordingTest(unittest.TestCase):
    def test_depth_survives_the_png(self):
        values = np.random.default_rng(0).integers(0, 65536, (48, 64)).astype(np.uint16)
        back = cv2.imdecode(np.frombuffer(png16(values), np.uint8), cv2.IMREAD_UNCHANGED)
        np.testing.assert_array_equal(back, values)

    def test_the_layout_is_tums(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            recording = Recording(folder, Intrinsics(), 1.0)
            for _ in range(2):
                recording.add(b"jpeg", np.zeros((480, 640), np.uint16), (1, 2, 3, 600))
            recording.close()
            lines = (folder / "rgb.txt").read_text().splitlines()
            self.assertEqual(lines[1:], ["1.000 rgb/1.000.jpg", "1.100 rgb/1.100.jpg"])
            self.assertEqual(
                (folder / "truth.txt").read_text().splitlines()[1], "1.000 1.00 2.00 3.00 600.00"
            )
            self.assertTrue((folder / "depth/1.100.png").is_file())


@NEEDS_MODEL
class SceneTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.studio = scene.open_studio()
        cls.person = people.person_from_seed(4, sex_like=1, hair_style="short")
        cls.sitter = scene.seat(cls.studio, cls.person)
        cls.light = light.named("room")

    def drawn(self, pose, **more):
        return scene.draw(
            self.studio, self.sitter, pose, more.pop("expression", {}), self.light, CAMERA, **more
        )

    def test_nose_moves_with_yaw_pitch_and_roll_as_the_convention_says(self):
        ahead = self.drawn(Pose(distance_mm=620))

        def nose_from_eyes(drawing):
            return drawing.landmarks_px[face_model.NOSE_TIP] - drawing.eyes_px.mean(0)

        self.assertGreater(
            nose_from_eyes(self.drawn(Pose(20, 0, 0)))[0], nose_from_eyes(ahead)[0] + 8
        )
        self.assertLess(nose_from_eyes(self.drawn(Pose(0, 15, 0)))[1], nose_from_eyes(ahead)[1] - 4)
        rolled = self.drawn(Pose(0, 0, 15)).eyes_px
        self.assertGreater((rolled[1] - rolled[0])[1], 8)  # the eye on the picture's right sinks

    def test_depth_is_a_head_before_the_camera(self):
        drawing = self.drawn(Pose(distance_mm=620))
        self.assertAlmostEqual(float(drawing.between_eyes_mm[2]), 620, delta=1)
        x, y = drawing.landmarks_px[face_model.NOSE_TIP].round().astype(int)
        nose = drawing.depth_mm[y, x]
        self.assertTrue(560 < nose < 610)
        cheek = drawing.depth_mm[y, x - 50]
        self.assertTrue(25 < cheek - nose < 110)
        self.assertGreater((drawing.depth_mm > 0).mean(), 0.25)

    def test_landmarks_lie_on_the_drawn_surface(self):
        drawing = self.drawn(Pose(distance_mm=620))
        for landmark in (*range(27, 31), 51, 57, 8):
            x, y = drawing.landmarks_px[landmark].round().astype(int)
            self.assertLess(abs(drawing.depth_mm[y, x] - drawing.landmarks_mm[landmark, 2]), 6)

    def test_eyes_show_white_iris_and_pupil(self):
        drawing = self.drawn(Pose(distance_mm=620), sharpness=3)
        x, y = drawing.eyes_px[1].round().astype(int)
        row = drawing.colour[y, x - 9 : x + 10].sum(1)
        self.assertLess(drawing.colour[y - 1 : y + 2, x - 1 : x + 2].sum(2).min(), 0.4 * row.max())

    def test_hair_covers_the_crown_and_not_the_face(self):
        drawing = self.drawn(Pose(distance_mm=620))
        brow = int(drawing.landmarks_px[19:25, 1].min())
        self.assertTrue(drawing.hair[: brow - 20].any())
        self.assertLess(drawing.hair[brow : brow + 60, 110:150].mean(), 0.02)

    def test_eyes_follow_what_they_look_at(self):
        at_camera = self.drawn(Pose(distance_mm=620)).eyes_px[0]
        aside = self.drawn(Pose(distance_mm=620), gaze_at_mm=(400, 0, 0)).eyes_px[0]
        self.assertGreater(aside[0], at_camera[0] + 2)

    def test_closing_the_eyes_hides_the_iris(self):
        iris = self.drawn(Pose(distance_mm=620))
        shut = self.drawn(Pose(distance_mm=620), expression={"eyeBlink": 1.0})
        x, y = iris.eyes_px[0].round().astype(int)
        patch = (slice(y - 2, y + 3), slice(x - 2, x + 3))
        self.assertGreater(shut.colour[patch].mean(), 2 * iris.colour[patch].mean())

    def test_shut_lids_hide_the_eyes_of_whoever_it_is(self):
        studio = scene.open_studio(tile=64)
        camera = Intrinsics().crop(230, 180, 180, 80)
        for seed in (31, 33, 35, 36, 50):
            sitter = scene.seat(studio, people.person_from_seed(seed))
            other = replace(sitter, person=replace(sitter.person, iris_rgb=(255, 0, 0)))
            for shut in (0.0, scene.shut_weight(sitter)):
                one, two = (
                    scene.draw(
                        studio, s, Pose(distance_mm=620), {"eyeBlink": shut}, self.light, camera
                    )
                    for s in (sitter, other)
                )
                self.assertEqual(np.array_equal(one.colour, two.colour), shut > 0, (seed, shut))

    def test_an_unknown_expression_is_refused_by_name(self):
        with self.assertRaisesRegex(ValueError, "eyebrowDance"):
            self.drawn(Pose(), expression={"eyebrowDance": 1.0})

    def test_same_seed_gives_same_bytes_and_another_seed_other_bytes(self):
        def picture(seed):
            sitter = scene.seat(self.studio, people.person_from_seed(seed))
            drawing = scene.draw(self.studio, sitter, Pose(5, 3), {}, self.light, CAMERA)
            rng = np.random.default_rng(seed)
            wall = background.room(seed, CAMERA).colour
            linear = drawing.colour + (1 - drawing.cover)[..., None] * wall
            return colour_noise.jpeg(colour_noise.expose(linear, 1.0, self.light, rng))

        self.assertEqual(picture(8), picture(8))
        self.assertNotEqual(picture(8), picture(9))

    def test_a_print_session_is_flat_and_names_its_target(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder)
            flat_photograph(self.studio, self.sitter, "someone", folder, 7, frames=1)
            self.assertEqual((folder / "target.txt").read_text(), "someone\n")
            depth = cv2.imread(str(folder / "depth/1.000.png"), cv2.IMREAD_UNCHANGED)
            points = np.array(
                (folder / "landmarks.txt").read_text().splitlines()[1].split()[1:], float
            )
            x, y = points.reshape(5, 2).mean(0).astype(int)
            patch = depth[y - 25 : y + 26, x - 25 : x + 26].astype(float)
            rows, columns = np.nonzero(patch)
            system = np.stack([columns, rows, np.ones(len(rows))], 1)
            z = patch[rows, columns]
            fit, *_ = np.linalg.lstsq(system, z, rcond=None)
            self.assertLess((system @ fit - z).std(), 4)


if __name__ == "__main__":
    unittest.main()
