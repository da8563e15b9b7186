"""What training must hold: the input rule, the splits, chance that tells nothing, shapes."""

import json
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from training import aligned, article, augment, compare, evaluate, export, input_references
from training import photographs, score, store, train
from training.losses import Proxies, contrastive, distilled
from training.network import RgbdEmbedder
from training.split import split_of


def unit(rng, *shape):
    vectors = rng.normal(size=shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def bump(side=128):
    """Depth of a smooth nose-like bump on a plane, mm."""
    y, x = np.mgrid[:side, :side] - side / 2
    return (700 - 40 * np.exp(-(x**2 + y**2) / 400)).astype(np.float32)


class Aligning(unittest.TestCase):
    def test_similarity_is_recovered(self):
        angle, scale = 0.3, 1.7
        turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        points = np.random.default_rng(1).normal(size=(5, 2)) * 30
        mapping = aligned.similarity(points, points @ turn.T + [4, -9])
        np.testing.assert_allclose(mapping, np.column_stack([turn, [4, -9]]), atol=1e-6)

    def test_coinciding_points_are_refused(self):
        with self.assertRaises(ValueError):
            aligned.similarity(np.zeros((5, 2)), aligned.ARC_FACE_POINTS)

    def test_the_five_points_land_where_the_template_has_them(self):
        placed = aligned.ARC_FACE_POINTS * 3 + [100, 40]
        mapping = aligned.to_stored(placed)
        landed = placed @ mapping[:, :2].T + mapping[:, 2] - aligned.MARGIN_PX
        np.testing.assert_allclose(landed, aligned.ARC_FACE_POINTS, atol=1e-4)


class Encoding(unittest.TestCase):
    def test_nearer_is_positive_holes_and_clamps(self):
        depth = np.full((112, 112), 700, np.float32)
        depth[60, 60], depth[0, 0], depth[1, 1], depth[2, 2] = 680, 0, 2000, 400
        relief = aligned.encode(np.full((112, 112, 3), 255, np.uint8), depth)[3]
        self.assertAlmostEqual(relief[60, 60], 0.2, places=5)
        self.assertEqual((relief[0, 0], relief[1, 1], relief[2, 2]), (0, -1, 1))

    def test_depth_of_nothing_is_zeros(self):
        relief = aligned.encode(np.zeros((112, 112, 3), np.uint8), np.zeros((112, 112)))[3]
        self.assertFalse(relief.any())


class InputReferences(unittest.TestCase):
    """The numbers that the test of `rgbd-input.ts` is held to."""

    def test_the_file_is_what_the_rule_gives(self):
        written = json.loads(input_references.FILE.read_text())
        made = input_references.references()
        self.assertEqual(list(written), list(made))
        for name, entry in made.items():
            for key in ("points", "toAligned", "referenceMm", "planes"):
                np.testing.assert_allclose(written[name][key], entry[key], atol=1e-3, err_msg=name)


class Splitting(unittest.TestCase):
    def test_everybody_is_somewhere_for_ever(self):
        self.assertEqual(split_of("Jane_Doe"), split_of("Jane_Doe"))
        shares = [split_of(f"person {n}") for n in range(4000)]
        self.assertAlmostEqual(shares.count("test") / 4000, 0.25, delta=0.03)
        self.assertAlmostEqual(shares.count("validation") / 4000, 0.0625, delta=0.02)


class Chance(unittest.TestCase):
    def setUp(self):
        self.grain = augment.Grain(1)
        self.colour = np.random.default_rng(7).integers(60, 200, (128, 128, 3), np.uint8)
        self.depth = bump().astype(np.uint16)

    def drawn(self, seed, depth=None, **chances):
        depth = self.depth if depth is None else depth
        rng = np.random.default_rng(seed)
        return augment.augmented(self.colour, depth, rng, self.grain, **chances)

    def test_same_seed_same_input(self):
        np.testing.assert_array_equal(self.drawn(5), self.drawn(5))
        self.assertTrue(np.isfinite(self.drawn(5)).all())
        self.assertLessEqual(np.abs(self.drawn(6)).max(), 1)

    def test_depth_without_readings_stays_zero(self):
        nothing = [self.drawn(n, self.depth * 0, without_colour=0) for n in range(40)]
        # But for the patches that cover both sensors.
        self.assertGreater(np.mean([(x[3] == 0).all() for x in nothing]), 0.8)

    def test_never_both_sensors_lost(self):
        faces = [self.drawn(n, without_colour=0.4, without_depth=0.4) for n in range(300)]
        blind = np.array([(x[:3] == 0).all() for x in faces])
        flat = np.array([(x[3] == 0).all() for x in faces])
        self.assertGreater(blind.sum(), 60)
        self.assertGreater(flat.sum(), 60)
        self.assertFalse((blind & flat).any())

    def test_plain_is_the_middle(self):
        x = augment.plain(self.colour, self.depth)
        np.testing.assert_allclose(
            x[:3, 0, 0] * 128 + 127.5, self.colour[8, 8].astype(np.float32), atol=1e-3
        )


class Turning(unittest.TestCase):
    def setUp(self):
        side = photographs.DESCRIBED_PX
        rng = np.random.default_rng(4)
        self.colour = cv2.GaussianBlur(rng.integers(0, 256, (side, side, 3), np.uint8), (0, 0), 3)
        self.depth = bump(side)
        self.marks = np.zeros((478, 3), np.float32)
        self.marks[:, :2] = rng.uniform(20, 92, (478, 2))
        self.marks[list(photographs.FIVE), :2] = aligned.ARC_FACE_POINTS

    def test_no_turn_is_the_photograph(self):
        colour, depth = photographs.turned(self.colour, self.depth, self.marks, 0, 0)
        straight, flat = photographs.straight(self.colour, self.depth)
        inner = (slice(8, 120), slice(8, 120))
        self.assertLess(np.abs(colour[inner].astype(int) - straight[inner]).mean(), 4)
        self.assertLess(np.abs(depth[inner] - flat[inner]).mean(), 1.5)

    def test_a_turn_brings_one_side_nearer(self):
        _, depth = photographs.turned(self.colour, self.depth, self.marks, 20, 0)
        left, right = depth[40:90, 20], depth[40:90, 108]
        seen = (left > 0) & (right > 0)
        self.assertGreater(abs(float((left - right)[seen].mean())), 20)

    def test_blend_of_a_face_with_itself_is_that_face(self):
        triangles = photographs.blend_mesh(self.marks[:, :2] + 24)
        face = (self.colour, self.depth, self.marks)
        colour, _ = photographs.blended(face, face, 0.4, triangles)
        straight, _ = photographs.straight(self.colour, self.depth)
        self.assertLess(np.abs(colour.astype(int) - straight)[16:112, 16:112].mean(), 4)


class Learning(unittest.TestCase):
    def test_contrastive_prefers_near_genuine_and_far_impostors(self):
        person = torch.tensor([0, 0, 1, 1])
        good = torch.tensor([[1.0, 0], [1, 0], [-1, 0], [-1, 0]])
        bad = torch.tensor([[1.0, 0], [-1, 0], [1, 0], [-1, 0]])
        self.assertLess(float(contrastive(good, person)), 1e-6)
        self.assertGreater(float(contrastive(bad, person)), 1)

    def test_teacher_is_matched_only_by_itself(self):
        rng = np.random.default_rng(3)
        teacher = torch.from_numpy(unit(rng, 6, 128))
        self.assertLess(float(distilled(teacher, teacher)), 1e-5)
        other = torch.from_numpy(unit(rng, 6, 128))
        self.assertGreater(float(distilled(other, teacher)), 1)
        # Turned all alike, every vector is wrong and every similarity right.
        turned = teacher.roll(1, dims=1)
        direct = float(distilled(turned, teacher, relational=False))
        self.assertAlmostEqual(float(distilled(turned, teacher)), direct, places=5)
        self.assertGreater(
            float(distilled(other, teacher)), float(distilled(other, teacher, False))
        )

    def test_each_recipe_adds_a_loss(self):
        rng = np.random.default_rng(5)
        out = torch.from_numpy(unit(rng, 8, 128))
        labels, proxies = torch.tensor([0, 0, 1, 1]), Proxies(2)
        taught = torch.from_numpy(unit(rng, 4, 128))
        sums = {}
        for recipe in train.RECIPES:
            teacher = taught if recipe in ("pointwise", "full") else taught[:0]
            rows = out[: len(labels) + len(teacher)]
            total, parts = train.loss_of(recipe, rows, labels, teacher, proxies, 0.5)
            self.assertAlmostEqual(float(total), sum(parts.values()), places=4)
            sums[recipe] = float(total)
        self.assertEqual(sorted(sums.values()), [sums[recipe] for recipe in train.RECIPES])

    def test_margin_makes_it_harder(self):
        proxies = Proxies(5)
        vectors, person = torch.from_numpy(unit(np.random.default_rng(8), 4, 128)), torch.arange(4)
        self.assertGreater(float(proxies(vectors, person, 0.3)), float(proxies(vectors, person, 0)))


class Scoring(unittest.TestCase):
    def test_known_distances(self):
        genuine, impostor = np.full(1000, 0.4), np.linspace(0.5, 1.5, 10000)
        got = score.rates(genuine, impostor)
        self.assertEqual((got["eer"], got["fnmr@0.01"]), (0, 0))
        worse = score.rates(np.full(1000, 0.6), impostor)
        self.assertEqual(worse["fnmr@0.001"], 1.0)
        self.assertAlmostEqual(worse["fnmr@0.01"], 1.0)

    def test_every_pair_counts_once(self):
        vectors = unit(np.random.default_rng(5), 6, 128)
        genuine, impostor = score.distances(vectors, np.array([0, 0, 0, 1, 1, 2]))
        self.assertEqual((len(genuine), len(impostor)), (4, 11))


class Networks(unittest.TestCase):
    def test_size_and_unit_length(self):
        network = RgbdEmbedder().eval()
        self.assertLessEqual(sum(p.numel() for p in network.parameters()), 1_500_000)
        out = network(torch.randn(2, 4, 112, 112))
        self.assertEqual(out.shape, (2, 128))
        np.testing.assert_allclose(out.norm(dim=1).detach().numpy(), 1, atol=1e-5)

    def test_folding_keeps_every_number(self):
        torch.manual_seed(2)
        network = RgbdEmbedder()
        network.train()(torch.randn(8, 4, 112, 112))
        x = torch.randn(3, 4, 112, 112)
        with torch.no_grad():
            difference = network.eval()(x) - export.folded(network)(x)
        self.assertLess(float(difference.abs().max()), 1e-5)

    def test_the_articles_network_has_its_published_size(self):
        network = article.ArticleNetwork()
        self.assertEqual(article.parameters(network.trunk), article.TRUNK_PARAMETERS)
        self.assertEqual(article.parameters(network), article.PARAMETERS)

    def test_the_articles_input_has_the_published_range(self):
        colour = np.full((2, 128, 128, 3), 200, np.uint8)
        depth = np.stack([bump(), bump() * 0]).astype(np.uint16)
        depth[0, :9], depth[0, 9:20] = 0, 4000
        x = article.article_input(colour, depth).numpy()
        self.assertEqual(x.shape, (2, 4, article.SIDE_PX, article.SIDE_PX))
        self.assertTrue((x[:, :3] == 200).all())
        # A hole and a far wall are the same to it, and nearer is smaller.
        self.assertEqual(x[0, 3, 0, 0], x[0, 3, 25, 100])
        self.assertLess(x[0, 3, 100, 100], x[0, 3, 0, 0])
        self.assertLess(np.abs(x[0, 3]).max(), 0.5)
        self.assertFalse(x[1, 3].any())

    def test_the_articles_pairs_are_half_genuine_and_of_people(self):
        kind, person = np.array([0, 0, 0, 0, 1, 2, 3, 3]), np.array([5, 5, 6, 6, 9, 9, -7, -8])
        people = article.by_person(SimpleNamespace(kind=kind, person=person))
        self.assertEqual(sorted(map(tuple, map(sorted, people))), [(0, 1), (2, 3), (4, 5)])
        rows, genuine = article.pairs(people, np.random.default_rng(1))
        one, other = rows[: article.PAIRS], rows[article.PAIRS :]
        self.assertFalse((one == other).any())
        np.testing.assert_array_equal(person[one] == person[other], genuine.numpy())
        self.assertEqual(int(genuine.sum()), article.PAIRS // 2)


class Comparing(unittest.TestCase):
    def test_the_table_holds_what_was_measured(self):
        person = np.repeat(np.arange(20), 5)
        rng = np.random.default_rng(2)
        vectors = unit(rng, 20, 128)[person] + 0.05 * rng.normal(size=(100, 128))
        figures = evaluate.described(vectors / np.linalg.norm(vectors, axis=1)[:, None], person)
        size = {"parameters": 1234567, "bytes": 5000000, "processorMs": 3.25}
        faces = {"ours": {"both": figures}, "article": {"both": figures, "depth": figures}}
        text = compare.table({"sizes": {"ours": size}, "faces": {"rendered": faces}})
        self.assertIn("| ours | 1,234,567 | 5,000,000 bytes | 3.25 ms |", text)
        self.assertIn("rendered: 20 people, 100 faces,\n200 genuine, 4750 impostor pairs", text)
        lines = [line for line in text.splitlines() if line.startswith(("| ours,", "| article,"))]
        self.assertEqual(len(lines), 3)
        self.assertTrue(all(line.count("|") == compare.HEAD.count("|") for line in lines))
        self.assertIn(f"{figures['impostor']:.3f}", lines[0])

    def test_a_blanked_channel_is_blank(self):
        colour, depth = np.full((1, 128, 128, 3), 90, np.uint8), bump()[None].astype(np.uint16)
        for modality, blank in score.MODALITIES.items():
            x = score.showing(modality, article.article_input)(colour, depth).numpy()
            self.assertEqual([not plane.any() for plane in x[0]], [c in blank for c in range(4)])


class Storing(unittest.TestCase):
    def test_what_is_written_is_read(self):
        with tempfile.TemporaryDirectory() as folder:
            made = store.create(folder, 3)
            made.person[:] = [4, 5, 6]
            made.colour[1] = 77
            for array in (made.person, made.colour):
                array.flush()
            read = store.load(folder)
            self.assertEqual(list(read.person), [4, 5, 6])
            self.assertTrue((read.colour[1] == 77).all() and not read.colour[0].any())


if __name__ == "__main__":
    unittest.main()
