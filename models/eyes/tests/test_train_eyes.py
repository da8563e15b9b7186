import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from eyes import eye_chance, set_mark, train_eyes
from eyes.eyes_network import EyesNetwork
from training.ahead import Ahead
from training.augment import Grain
from training.export import made_up, write_onnx

HEIGHT, WIDTH = eye_chance.STORED_HEIGHT, eye_chance.STORED_WIDTH
COLUMNS = np.linspace(20, 43, 9)
LIDS = {
    "upper": np.stack([COLUMNS, 24 - 5 * np.sin(np.linspace(0, np.pi, 9))], 1).tolist(),
    "lower": np.stack([COLUMNS, 24 + 3 * np.sin(np.linspace(0, np.pi, 9))], 1).tolist(),
}


def open_eye():
    """Skin of 180 with a white eye between the lids, a dark iris in it and dark lashes over it."""
    picture = np.full((HEIGHT, WIDTH, 3), 180, np.uint8)
    upper, lower = (np.array(LIDS[name]) for name in ("upper", "lower"))
    for u in range(21, 43):
        top, bottom = (int(round(np.interp(u, *line.T))) for line in (upper, lower))
        picture[top:bottom, u] = 40 if abs(u - 31.5) < 5 else 230
        picture[top - 1 : top, u] = 60
    return picture


def store(folder, people, blinks):
    """Eyes as `describe_eyes.mts` writes them: two of each person, lids as far down as `blinks`."""
    entries = [
        {"person": person, "blink": blink, "gaze": "screen", "glasses": False, "lids": LIDS}
        for person in people
        for blink in blinks
    ]
    np.stack([open_eye() for _ in entries]).tofile(folder / "eyes.bin")
    (folder / "index.json").write_text(json.dumps({"width": 64, "height": 48, "eyes": entries}))
    return train_eyes.Eyes(folder)


class Chance(unittest.TestCase):
    def test_a_lid_drawn_down_hides_the_eye_and_keeps_its_lashes_and_the_brow(self):
        before = open_eye()
        after = eye_chance.shut_lid(before, LIDS["upper"], LIDS["lower"], np.random.default_rng(1))
        inside = after[20:24, 27:37]
        self.assertTrue((before[20:24, 27:37] < 50).all())
        self.assertTrue((inside > 150).all(), "skin where the iris was")
        self.assertTrue((after[25:30, 27:37].min((0, 2)) < 120).all(), "lashes at the lower lid")
        np.testing.assert_array_equal(after[:10], before[:10])

    def test_lashes_darken_a_line_and_leave_the_rest(self):
        skin = np.full((HEIGHT, WIDTH, 3), 180, np.float32)
        shown = eye_chance.lashes(skin, LIDS, np.random.default_rng(2))
        self.assertLess(shown.min(), 150)
        np.testing.assert_allclose(shown[:15], 180, atol=1e-3)

    def test_chance_gives_inputs_of_the_network_in_range(self):
        grain = Grain(1)
        for seed in range(60):
            x = eye_chance.varied(
                open_eye(), LIDS, seed % 2 == 0, np.random.default_rng(seed), grain
            )
            self.assertEqual(x.shape, (3, 32, 48))
            self.assertLessEqual(np.abs(x).max(), 1)


class Training(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        folder = Path(self.place.name)
        for name in ("eyes", "photographs"):
            (folder / name).mkdir()
        self.eyes = store(folder / "eyes", ["a", "b"], [0.0, 0.6, 1.0])
        ids = [f"{n:03d}" for n in range(1, 103)]
        self.photographs = store(folder / "photographs", ids, [0.0])

    def tearDown(self):
        self.place.cleanup()

    def test_lids_on_the_way_count_for_either_side(self):
        np.testing.assert_allclose(
            train_eyes.shut_share(np.array([0, 0.35, 0.6, 0.85, 1])), [0, 0, 0.5, 1, 1], atol=1e-6
        )

    def test_only_the_training_people_of_the_london_set_are_seen(self):
        taught = train_eyes.training_people(self.photographs)
        self.assertLess(len(taught), 102)
        self.assertGreater(len(taught), 50)
        for row in self.photographs.rows_of(set(self.photographs.person) - taught):
            self.photographs.entries[row] = None  # would raise when drawn
        draw = train_eyes.drawing(self.eyes, self.photographs, 1)
        for _ in range(5):
            draw()

    def test_a_batch_is_the_same_from_the_same_seed(self):
        first, second, other = (
            Ahead(train_eyes.drawing(self.eyes, self.photographs, seed)).take()[0]
            for seed in (7, 7, 8)
        )
        self.assertTrue(torch.equal(first, second))
        self.assertFalse(torch.equal(first, other))

    def test_the_report_counts_shut_eyes_below_the_mark_of_open_ones(self):
        scores = np.array([-5.0, -4, -3, 1, 2, -6], np.float32)
        blink = np.array([0, 0, 0.1, 1, 1, 0.9], np.float32)
        line = train_eyes.report(scores, blink)
        self.assertEqual((line["shut"], line["taken"]), (3, 1))

    def test_the_network_is_small_and_knows_nothing_of_brightness(self):
        network = EyesNetwork().eval()
        self.assertLess(sum(p.numel() for p in network.parameters()), 60_000)
        x = torch.from_numpy(made_up(0, train_eyes.SHAPE))[None]
        with torch.no_grad():
            self.assertAlmostEqual(float(network(x)), float(network(x + 0.3)), places=3)

    def test_onnx_is_a_valid_file(self):
        import onnx

        path = Path(self.place.name) / "eyes.onnx"
        digest = write_onnx(EyesNetwork().eval(), path, train_eyes.SHAPE, ("eyes", "logOdds"))
        onnx.checker.check_model(str(path))
        self.assertEqual(len(digest), 64)


class Marks(unittest.TestCase):
    def test_an_eye_is_shut_by_a_sure_network_or_by_a_doubtful_one_that_the_measures_do_not_deny(
        self,
    ):
        network = np.array([set_mark.SURE, set_mark.POSSIBLE, set_mark.POSSIBLE, -9.0])
        measured = np.array([-9.0, set_mark.SAID, set_mark.SAID - 1, 9.0])
        shut = set_mark.rules(network, measured)["both"]
        np.testing.assert_array_equal(shut, [True, True, False, False])


if __name__ == "__main__":
    unittest.main()
