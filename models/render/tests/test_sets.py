"""What the sets of gaze and of a year rely on; tests skip aloud without the face model."""

import json
import tempfile
import unittest
from collections import Counter
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import numpy as np
from scipy.stats import ks_2samp

from render import eyes_set, face_model, gaze_set, light, make_attacks, scene, year
from render.attacks import live_look
from render.attacks.mask_show import show
from render.camera import rotation
from render.people import person_from_seed
from render.tests.test_renderer import NEEDS_MODEL


class GazePlanTest(unittest.TestCase):
    def test_away_means_away_by_a_known_angle_and_attentive_means_the_screen(self):
        for seed in range(300):
            rng = np.random.default_rng(seed)
            target, _, _, _, place = gaze_set.planned("away", rng)
            angle = gaze_set.angle_deg(target - place, -place)
            self.assertTrue(19.9 < angle < 62.1)
            target, _, blink, _, _ = gaze_set.planned("attentive", rng)
            self.assertEqual(blink, 0)
            self.assertEqual(target[2], 0)
            self.assertTrue(abs(target[0]) <= 177 and 30 <= target[1] <= 255)

    def test_eyes_never_turn_farther_than_eyes_do(self):
        for kind in gaze_set.COUNTS:
            for seed in range(200):
                target, _, _, angles, place = gaze_set.planned(kind, np.random.default_rng(seed))
                in_head = rotation(*angles).T @ gaze_set.unit(target - place)
                aside = np.rad2deg(np.arctan2(in_head[0], -in_head[2]))
                self.assertLess(abs(aside), 45, (kind, seed))

    def test_the_splits_share_nobody(self):
        tune, report = gaze_set.FIRST_SEED["tune"], gaze_set.FIRST_SEED["report"]
        self.assertGreaterEqual(abs(report - tune), 10_000)
        self.assertGreaterEqual(abs(year.FIRST_SEED - report), 10_000)
        for seed in (tune, report, year.FIRST_SEED):
            self.assertGreaterEqual(abs(eyes_set.FIRST_SEED["teach"] - seed), 10_000)


class EyesPlanTest(unittest.TestCase):
    def test_lids_are_as_named_and_eyes_on_the_desk_look_down(self):
        for seed in range(200):
            rng = np.random.default_rng(seed)
            target, expression, blink, _, place = eyes_set.eyes_planned("shut", "down", rng)
            self.assertGreaterEqual(blink, 0.95)
            self.assertEqual(expression["eyeBlink"], blink)
            self.assertGreater(target[1], place[1] + 150)
            self.assertLessEqual(eyes_set.eyes_planned("open", "away", rng)[2], 0.15)

    def test_a_picture_shows_the_head_wherever_it_is(self):
        for place in ((0, 0, 450), (-50, -120, 700), (60, 90, 1000)):
            camera, (left, top) = eyes_set.window_of(np.array(place, float))
            u, v = camera.project(np.array(place, float))
            self.assertTrue(0.3 < u / camera.width < 0.7 and 0.3 < v / camera.height < 0.7, place)
            self.assertTrue(left >= 0 and left + camera.width <= eyes_set.CAMERA.width)
            self.assertTrue(top >= 0 and top + camera.height <= eyes_set.CAMERA.height)


class AttackPlanTest(unittest.TestCase):
    def people(self, plan):
        """Seeds of everybody in a set: owners, others, wearers and makers of masks."""
        helpers = plan.seed + make_attacks.HELPER_SEEDS
        return (
            {plan.seed + n for n in range(plan.owners)}
            | {plan.seed + 5_000 + n for n in range(plan.others)}
            | {helpers + n for n in range(3 * plan.owners)}
        )

    def test_whom_networks_are_taught_on_the_score_is_not_tuned_on_and_neither_is_tested(self):
        uses = {use: set() for use in ("teach", "tune", "test")}
        for name, plan in make_attacks.SETS.items():
            uses[name.split("-")[0]] |= self.people(plan)
        self.assertFalse(uses["teach"] & uses["tune"])
        self.assertFalse(uses["test"] & (uses["teach"] | uses["tune"]))

    def test_masks_wear_glasses_and_hats_as_the_living_do(self):
        self.assertEqual({any(worn) for worn in make_attacks.DRESSED}, {True})
        self.assertEqual({glasses for glasses, _ in make_attacks.DRESSED}, {True, False})
        dressed = sum(any(worn) for worn in make_attacks.WEARING) / len(make_attacks.WEARING)
        for name in ("teach-alike", "teach-hard"):
            self.assertAlmostEqual(make_attacks.SETS[name].worn, dressed)
        for name in ("teach-worn", "tune-worn", "test-worn"):
            self.assertEqual(make_attacks.SETS[name].worn, 1)

    def test_few_looks_of_many_people_are_dressed_like_many_looks_of_few(self):
        plan = make_attacks.SETS["teach-hard"]
        self.assertLess(plan.owner_looks, len(make_attacks.WEARING))
        seen = Counter(
            make_attacks.worn_in(plan, plan.seed + person, n)
            for person in range(plan.owners)
            for n in range(plan.owner_looks)
        )
        turns = Counter(make_attacks.WEARING)
        each = plan.owners * plan.owner_looks / len(make_attacks.WEARING)
        self.assertEqual(seen, {worn: count * each for worn, count in turns.items()})

    def test_masks_are_placed_and_turned_before_the_camera_as_the_living_are(self):
        for turns_deg in (live_look.LOOKING_DEG, make_attacks.TURNED_DEG):
            living = np.array([seen_of_a_look(seed, turns_deg) for seed in range(80)])
            masked = np.array([seen_of_a_mask(seed, turns_deg) for seed in range(80)])
            for k, what in enumerate(SEEN):
                chance = ks_2samp(living[:, k], masked[:, k]).pvalue
                self.assertGreater(chance, 1e-3, f"{what} at {turns_deg}")


SEEN = ("yaw", "pitch", "roll", "x", "y", "distance", "window's left", "window's top")
BALD = SimpleNamespace(person=SimpleNamespace(hair_rgb=np.full(3, 60.0)))


def seen_of_a_look(seed, turns_deg):
    """SEEN of a living look's first frame."""
    distance = float(np.random.default_rng([seed, 7]).uniform(*live_look.LIVE_MM))
    room = light.named("room")
    return seen(
        lambda folder: live_look.LiveLook(folder, None, BALD, room, seed, distance, turns_deg).take(
            0
        )
    )


def seen_of_a_mask(seed, turns_deg):
    """SEEN of the first frame of a mask, a bust or a made-up head."""
    rng, room = np.random.default_rng([seed, 9]), light.named("room")
    return seen(lambda folder: show(folder, None, BALD, room, seed + 999, 1, turns_deg, rng))


class Drawn(Exception):
    """Raised in place of drawing: what would be drawn is known by then."""


def seen(record):
    """SEEN of the first frame that `record(folder)` would draw."""
    with (
        mock.patch.object(scene, "draw", side_effect=Drawn) as draw,
        tempfile.TemporaryDirectory() as folder,
        suppress(Drawn),
    ):
        record(Path(folder))
    pose, camera = draw.call_args.args[2], draw.call_args.args[5]
    return (*astuple(pose), camera.cx, camera.cy)


class YearPlanTest(unittest.TestCase):
    def plan(self, **wanted):
        for number in range(400):
            plan = year.plan_of(number, None)
            if all(getattr(plan, name) == value for name, value in wanted.items()):
                return plan
        self.fail(f"nobody has {wanted}")

    def test_a_beard_grows_and_stays(self):
        plan = self.plan(beard="grown")
        beards = [year.person_in(plan, month, np.zeros(100)).beard for month in range(13)]
        self.assertLess(beards[0], 0.3)
        self.assertGreater(beards[-1], 0.6)

    def test_glasses_begin_and_stay(self):
        plan = self.plan(glasses="begun")
        rng = np.random.default_rng(1)
        worn = [any("glasses" in i for i in year.worn_in(plan, m, rng)) for m in range(13)]
        self.assertEqual(worn, [m >= plan.change_month for m in range(13)])

    def test_day_one_is_the_person_themselves(self):
        plan = year.plan_of(3, None)
        first = year.person_in(plan, 0, np.ones(100))
        np.testing.assert_array_equal(first.identity, plan.person.identity)
        last = year.person_in(plan, 12, np.ones(100))
        np.testing.assert_allclose(last.identity - first.identity, plan.cheek_mm)
        self.assertGreater(last.age, first.age)


@NEEDS_MODEL
class WeightTest(unittest.TestCase):
    def test_weight_widens_cheeks_and_leaves_eyes_and_nose(self):
        model = face_model.load()
        widening = 6 * year.weight_direction(model)
        moved = (model.identity(widening) - model.neutral_mm)[face_model.LANDMARKS]
        for n in (2, 3, 4, 5):
            self.assertAlmostEqual(moved[16 - n, 0] - moved[n, 0], 6, delta=0.2)
        self.assertLess(abs(moved[45, 0] - moved[36, 0]), 0.2)
        self.assertLess(abs(moved[35, 0] - moved[31, 0]), 0.2)
        self.assertLess(np.abs(widening).max(), 2.5)  # still somebody the scans know


@NEEDS_MODEL
class GazeSessionTest(unittest.TestCase):
    def test_a_look_says_what_the_eyes_did(self):
        studio = scene.open_studio(tile=64)
        sitter = scene.seat(studio, person_from_seed(33))
        with tempfile.TemporaryDirectory() as folder:
            folder = Path(folder) / "closed-00"
            gaze_set.take(studio, sitter, folder, "closed", 5, {"glasses": False, "skinTone": 0.1})
            facts = json.loads((folder / "attention.json").read_text())
            self.assertEqual((facts["kind"], facts["blink"]), ("closed", 1.0))
            lines = (folder / "rgb.txt").read_text().splitlines()
            self.assertEqual(len(lines), 1 + gaze_set.FRAMES)


if __name__ == "__main__":
    unittest.main()
