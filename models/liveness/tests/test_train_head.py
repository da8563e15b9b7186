import json
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

from liveness import folded, train_head
from liveness.head_network import HeadNetwork, Residual
from training.ahead import Ahead
from training.augment import Grain
from training.export import references, write_onnx


def store(folder, count=24):
    """Heads whose depth gives them away: the living are balls, prints are planes."""
    side, rng = train_head.STORED_PX, np.random.default_rng(1)
    rows, columns = np.mgrid[:side, :side] - side / 2
    round_mm = np.hypot(rows, columns) ** 2 / 40
    entries, colour, depth = [], [], []
    for n in range(count):
        alive = n % 2 == 0
        entries.append(
            dict(person=str(n), species=None if alive else "flat-print-matte", look=n // 2)
        )
        colour.append(rng.integers(0, 255, (side, side, 3)))
        depth.append(600 + (round_mm if alive else 0) + rng.normal(0, 2, (side, side)))
    np.array(colour, np.uint8).tofile(folder / "heads.bin")
    np.array(depth, np.uint16).tofile(folder / "depth-mm.bin")
    (folder / "index.json").write_text(json.dumps(dict(sidePx=side, heads=entries)))
    return train_head.Heads(folder)


class Heads(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.heads = store(Path(self.place.name))

    def tearDown(self):
        self.place.cleanup()

    def test_living_and_attacks_are_drawn_alike_often(self):
        shares = self.heads.shares()
        self.assertAlmostEqual(shares.sum(), 1)
        self.assertAlmostEqual(shares[self.heads.alive].sum(), 0.5)

    def test_masks_are_drawn_more_often_than_another_species(self):
        self.heads.species[1:6:2] = "dummy-head"
        shares = self.heads.shares()
        masks, prints = (
            shares[self.heads.species == kind].sum() for kind in ("dummy-head", "flat-print-matte")
        )
        self.assertAlmostEqual(masks, train_head.HARD_SHARE * prints)

    def test_a_real_picture_speaks_for_neither_side(self):
        folder = Path(self.place.name)
        heads = train_head.Heads(folder, photographed=[folder])
        heads.species[-3:] = "dummy-head"
        heads.alive = heads.species == "alive"
        shares = heads.shares()
        self.assertAlmostEqual(shares.sum(), 1)
        for some in (heads.photographed, ~heads.photographed):
            self.assertAlmostEqual(shares[some & heads.alive].sum(), shares[some].sum() / 2)

    def test_depth_is_seen_from_the_face_on(self):
        x = train_head.plain(self.heads, [0])[0]
        middle = train_head.SIDE_PX // 2
        self.assertGreater(x[3, middle, middle], x[3, 2, 2])
        self.assertEqual(x[3, 2, 2], -1)
        self.assertLessEqual(np.abs(x[:3]).max(), 1)

    def test_no_reading_is_zero(self):
        depth = np.zeros((train_head.SIDE_PX,) * 2, np.float32)
        self.assertTrue((train_head.encode(np.zeros((128, 128, 3)), depth)[3] == 0).all())

    def test_photographed_heads_get_another_relief_than_that_of_their_fit(self):
        rows, columns = np.mgrid[:128, :128] - 63.5
        fit = np.uint16(600 + np.hypot(rows, columns) ** 2 / 60)
        fit[:20] = 0
        changes = []
        for seed in range(20):
            rng = np.random.default_rng(seed)
            made = train_head._unlike_the_fit(fit, rng, Grain(seed)).astype(float)
            self.assertTrue((made[:20] == 0).all() and (made[20:] > 0).all())
            changes.append((made - fit)[20:])
        rms_mm = [change.std() for change in changes]
        self.assertGreater(np.median(rms_mm), 2)
        self.assertLess(max(rms_mm), 12)
        # Shapes, not grain: neighbours move together.
        steps_mm = [np.abs(np.diff(change, axis=1)).mean() for change in changes]
        self.assertLess(np.median(np.divide(steps_mm, rms_mm)), 0.5)

    def test_what_lies_behind_a_photographed_face_is_nearer_or_farther_and_the_face_stays_as_it_is(
        self,
    ):
        depth = np.full((train_head.SIDE_PX,) * 2, 1500, np.uint16)
        depth[:, 110:] = 0
        depth[10:120, 20:100] = 770  # neck, ears and hair, 70 mm behind
        face = (slice(20, 95), slice(30, 90))
        depth[face] = 700
        neck_mm = []
        for seed in range(60):
            made = train_head._otherwise_behind(depth, np.random.default_rng(seed)).astype(float)
            self.assertTrue((made[:, 110:] == 0).all() and (made[:, 100:110] == 1500).all())
            # Tilted, at most: opposite corners come to the middle.
            plane = made[20, 30] + made[94, 89] - 2 * made[57:58, 59:61].mean()
            self.assertLessEqual(abs(plane), 4)
            neck_mm.append(made[100:120, 50:70].mean() - made[face].mean())
        self.assertLess(min(neck_mm), 60)
        self.assertGreater(max(neck_mm), 110)
        self.assertGreater(np.mean(np.abs(np.array(neck_mm) - 70) < 15), 0.2)

    def test_a_batch_is_the_same_from_the_same_seed(self):
        first, second = (Ahead(train_head.drawing(self.heads, 7)).take()[0] for _ in range(2))
        self.assertTrue(torch.equal(first, second))
        self.assertFalse(torch.equal(first, Ahead(train_head.drawing(self.heads, 8)).take()[0]))

    def test_the_report_counts_looks_not_frames(self):
        scores = np.where(self.heads.alive, 4.0, -4.0)
        self.heads.look = np.arange(len(scores)) // 4
        self.heads.species = np.repeat(["alive", "flat-print-matte"] * 3, 4)
        scores = np.where(self.heads.species == "alive", 4.0, -4.0)
        line = train_head.report(scores, self.heads)
        self.assertEqual(line["living"], 3)
        self.assertEqual(line["apcer"], {f"{Path(self.place.name).name}/flat-print-matte": 0.0})

    def test_onnx_answers_as_pytorch(self):
        import onnx

        network = HeadNetwork().eval()
        path = Path(self.place.name) / "head.onnx"
        write_onnx(network, path, train_head.SHAPE, ("head", "logOdds"))
        onnx.checker.check_model(str(path))
        self.assertEqual(len(references(network, train_head.SHAPE)), 4)


class TakenUp(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "head-liveness.onnx"
        torch.manual_seed(3)
        self.shipped, self.x = HeadNetwork(), torch.randn(16, *train_head.SHAPE)
        for block in self.shipped.layers:
            if isinstance(block, Residual):
                torch.nn.init.uniform_(block.norm.weight, 0.2, 0.6)

    def tearDown(self):
        self.folder.cleanup()

    def write(self):
        self.shipped.train()
        for _ in range(3):
            self.shipped(self.x)
        write_onnx(self.shipped.eval(), self.path, train_head.SHAPE, ("head", "logOdds"))

    def taken_up(self):
        """A network that took up what `write` wrote, and what that one answers; both answer alike."""
        self.write()
        other = HeadNetwork()
        self.assertLess(folded.take_up(other, self.path, self.x), 1e-3)
        with torch.no_grad():
            answers = self.shipped(self.x)
            torch.testing.assert_close(other.eval()(self.x), answers, atol=1e-3, rtol=0)
        return other, answers

    def test_what_ships_goes_on_with_the_same_answers_and_can_be_trained_on(self):
        other, answers = self.taken_up()
        with torch.no_grad():
            # Heads like those it was unfolded on are normalised as before while training, too.
            torch.testing.assert_close(other.train()(self.x), answers, atol=2e-2, rtol=0)

    def test_a_file_without_residual_blocks_gives_the_same_answers_until_they_are_taught(self):
        plain = [layer for layer in self.shipped.layers if not isinstance(layer, Residual)]
        self.shipped.layers = torch.nn.Sequential(*plain)
        other, _ = self.taken_up()
        other.train()(self.x).sum().backward()
        blocks = [layer for layer in other.layers if isinstance(layer, Residual)]
        self.assertTrue(all(block.norm.weight.grad.abs().max() > 0 for block in blocks))

    def test_a_file_of_other_layers_is_refused(self):
        self.shipped.layers = self.shipped.layers[:2]
        self.shipped.head = torch.nn.Linear(64, 1)
        self.write()
        with self.assertRaises(ValueError):
            folded.take_up(HeadNetwork(), self.path, self.x)


if __name__ == "__main__":
    unittest.main()
