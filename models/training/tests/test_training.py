"""What training must hold: the input rule, the splits, chance that tells nothing, shapes."""

import contextlib
import io
import json
import sys
import tempfile
import unittest
from pathlib import Path
from types import SimpleNamespace
from unittest import mock

import cv2
import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from training import aligned, article, augment, compare, evaluate, export, input_references
from training import photographs, score, store, teach, teacher, train, unfold
from training.losses import Hints, Proxies, contrastive, distilled
from training.network import Fire, RgbdEmbedder
from training.split import split_of


def unit(rng, *shape):
    vectors = rng.normal(size=shape).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def bump(side=128):
    """Depth of a smooth nose-like bump on a plane, mm."""
    y, x = np.mgrid[:side, :side] - side / 2
    return (700 - 40 * np.exp(-(x**2 + y**2) / 400)).astype(np.float32)


def taught_by_command(folder):
    """Run `teach.py` on a store."""
    arguments = ["teach.py", "--store", str(folder), "--threads", "1"]
    with mock.patch.object(sys, "argv", arguments), contextlib.redirect_stdout(io.StringIO()):
        teach.main()


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
        return augment.augmented(self.colour, depth, rng, self.grain, **chances)[0]

    def test_same_seed_same_input(self):
        np.testing.assert_array_equal(self.drawn(5), self.drawn(5))
        self.assertTrue(np.isfinite(self.drawn(5)).all())
        self.assertLessEqual(np.abs(self.drawn(6)).max(), 1)

    def test_depth_without_readings_stays_zero(self):
        nothing = [self.drawn(n, self.depth * 0, without_colour=0) for n in range(40)]
        # But for the patches that cover both sensors.
        self.assertGreater(np.mean([(x[3] == 0).all() for x in nothing]), 0.8)

    def test_what_is_misread_has_the_holes_it_had_and_about_its_relief(self):
        rng = np.random.default_rng(12)
        depth = np.where(self.depth > 0, self.depth, 0)[8:120, 8:120].copy()
        depth[20:24, 30:60] = 0
        for _ in range(20):
            got = augment._misread(depth, rng, self.grain)
            self.assertTrue(((got > 0) == (depth > 0)).all())
            inner = depth[40:90, 30:80].astype(np.float32)
            self.assertLess(float(np.abs(got[40:90, 30:80] - inner).mean()), 12)

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
        straight, _ = photographs.straight(self.colour, self.depth)
        patches = photographs.patchwork(np.random.default_rng(5))
        for shares in ((0.4, 0.4), (1.2, patches)):
            colour, _ = photographs.blended(face, face, *shares, triangles)
            self.assertLess(np.abs(colour.astype(int) - straight)[16:112, 16:112].mean(), 4)

    def test_a_patchwork_shows_each_face_where_its_share_says(self):
        triangles = photographs.blend_mesh(self.marks[:, :2] + 24)
        dark, bright = ((np.full_like(self.colour, v), self.depth, self.marks) for v in (40, 200))
        share = np.zeros((128, 128))
        share[64:] = 1
        colour, _ = photographs.blended(dark, bright, 0.0, share, triangles)
        self.assertEqual({*colour[20:60, 20:108].ravel()}, {40})
        self.assertEqual({*colour[68:108, 20:108].ravel()}, {200})

    def test_patchworks_reach_from_one_face_to_the_other(self):
        rng = np.random.default_rng(6)
        shares = np.stack([photographs.patchwork(rng) for _ in range(20)])
        self.assertTrue(0 <= shares.min() < 0.05 and 0.95 < shares.max() <= 1)
        self.assertGreater(float(np.ptp(shares, axis=(1, 2)).mean()), 0.4)


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
        out, taught = (torch.from_numpy(unit(rng, 8, 128)) for _ in range(2))
        labels, proxies = torch.tensor([0, 0, 1, 1]), Proxies(2)
        maps, hints = {"last": torch.zeros(8, 6, 7, 7)}, {"last": torch.ones(8, 3, 7, 7)}
        foretelling = Hints({"last": 6}, {"last": 3})
        sums = {}
        for recipe in train.RECIPES:
            shown = slice(0, 8 if recipe in ("pointwise", "full", "hinted") else 4)
            drawn = train.Batch(None, labels, taught[shown], hints, torch.arange(8) % 2 == 0)
            parts = train.losses_of(recipe, out[shown], maps, drawn, proxies, foretelling, 0.5)
            sums[recipe] = float(sum(parts.values()))
        self.assertEqual(sorted(sums.values()), [sums[recipe] for recipe in train.RECIPES])

    def test_a_face_without_colour_is_given_no_hint(self):
        rng = np.random.default_rng(6)
        out, taught = (torch.from_numpy(unit(rng, 8, 128)) for _ in range(2))
        proxies, foretelling = Proxies(2), Hints({"last": 6}, {"last": 3})
        maps, coloured = {"last": torch.zeros(8, 6, 7, 7)}, torch.arange(8) > 0

        def losses(hint, vector):
            hints, teachers = {"last": torch.ones(8, 3, 7, 7)}, taught.clone()
            hints["last"][0], teachers[0] = hint, vector
            drawn = train.Batch(None, torch.tensor([0, 0, 1, 1]), teachers, hints, coloured)
            parts = train.losses_of("hinted", out, maps, drawn, proxies, foretelling, 0.5)
            return {name: float(value) for name, value in parts.items()}

        self.assertEqual(losses(1.0, taught[5]), losses(9.0, taught[6]))

    def test_hints_move_with_the_face(self):
        # A hint that names its own place: after the move it must name where that part came from.
        rng = np.random.default_rng(9)
        cells = (np.arange(14) + 0.5) * 8 - 0.5
        across, down = np.meshgrid(cells, cells)
        stored, _, to_source = augment._placed(
            np.zeros((128, 128, 3), np.uint8), np.zeros((128, 128), np.uint16), rng
        )
        self.assertEqual(stored.shape[0], aligned.SIDE_PX)
        hint = torch.from_numpy(np.stack([across, down])[None])
        got = augment.moved(hint, torch.from_numpy(to_source)[None])[0].numpy()
        places = np.stack([across, down], -1) @ to_source[:, :2].T + to_source[:, 2]
        wanted = (places - aligned.MARGIN_PX).transpose(2, 0, 1)
        inside = (slice(None), slice(2, 12), slice(2, 12))
        np.testing.assert_allclose(got[inside], wanted[inside], atol=0.01)

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

    def test_a_face_and_its_mirror_image_have_one_vector(self):
        network = RgbdEmbedder()
        # Weights of its own for each place: it can tell left from right.
        torch.nn.init.normal_(network.place.weight)
        network.train()(torch.randn(8, 4, 112, 112))
        network.eval()
        x = torch.randn(3, 4, 112, 112)
        with torch.no_grad():
            vectors, of_mirrored, single = network(x), network(x.flip(3)), network(x[1:2])
            sides = network.one_side(x), network.one_side(x.flip(3))
        np.testing.assert_allclose(vectors, of_mirrored, atol=1e-6)
        np.testing.assert_allclose(vectors[1:2], single, atol=1e-5)
        self.assertGreater(float((sides[0] - sides[1]).abs().max()), 1e-5)
        np.testing.assert_allclose(
            (vectors * sides[0]).sum(1), (vectors * sides[1]).sum(1), atol=1e-5
        )

    def test_folding_keeps_every_number(self):
        torch.manual_seed(2)
        network = RgbdEmbedder()
        network.train()(torch.randn(8, 4, 112, 112))
        x = torch.randn(3, 4, 112, 112)
        with torch.no_grad():
            difference = network.eval()(x) - export.folded(network)(x)
        self.assertLess(float(difference.abs().max()), 1e-5)

    def test_what_ships_is_taken_up_again_unchanged(self):
        torch.manual_seed(4)
        x = torch.from_numpy(np.stack([export.made_up(n) for n in range(6)]))
        earlier, network = RgbdEmbedder(), RgbdEmbedder()
        earlier.train()(torch.randn(8, 4, 112, 112))
        earlier.eval()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "earlier.onnx"
            export.write(earlier, path)
            self.assertLess(unfold.take_up(network, path, x), 1e-4)
        with torch.no_grad():
            np.testing.assert_allclose(network.eval()(x), earlier(x), atol=1e-4)

    def test_what_is_no_network_of_ours_is_not_taken_up(self):
        x = torch.zeros(1, 4, 112, 112)
        with self.assertRaises(KeyError):
            unfold.take_up(RgbdEmbedder(), teacher.FILE, x)
        with self.assertRaisesRegex(ValueError, "is no ONNX file"):
            unfold.take_up(RgbdEmbedder(), Path(__file__), x)
        with self.assertRaisesRegex(SystemExit, "sface.onnx holds no weights of this network"):
            unfold.go_on(unfold.take_up, RgbdEmbedder(), teacher.FILE, x)

    def test_a_narrower_network_is_taken_up_too(self):
        # One that squeezes to fewer channels, as the first that shipped did.
        torch.manual_seed(5)
        fire, wider = Fire(8, 4, 4), Fire(8, 6, 4)
        folded = export.FoldedFire(fire.eval())
        maps = torch.randn(5, 8, 9, 9)
        stored = {name: value.detach() for name, value in folded.named_parameters()}
        with torch.no_grad():
            unfold._fire(wider, stored, maps)
            np.testing.assert_allclose(wider.eval()(maps), fire(maps), atol=1e-4)

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


class Teaching(unittest.TestCase):
    def test_the_teacher_is_the_file_that_ships(self):
        # OpenCV runs the same file by code of its own.
        colour = np.random.default_rng(2).integers(0, 255, (1, 128, 128, 3)).astype(np.uint8)
        x = teacher.face(colour)
        reference = cv2.dnn.readNetFromONNX(str(teacher.FILE))
        reference.setInput(x.numpy())
        wanted = reference.forward()
        with torch.no_grad():
            vectors, maps = teacher.opened()(x)
        np.testing.assert_allclose(vectors[0], wanted[0] / np.linalg.norm(wanted[0]), atol=1e-4)
        self.assertEqual(maps["middle"].shape, (1, 512, 14, 14))
        self.assertEqual(maps["last"].shape, (1, 1024, 7, 7))

    def test_another_network_is_no_teacher(self):
        with self.assertRaisesRegex(ValueError, "face-blendshapes.onnx is not SFace"):
            teacher.opened(teacher.FILE.with_name("face-blendshapes.onnx"))

    def test_a_projection_keeps_what_varies_most(self):
        torch.manual_seed(3)
        maps = torch.randn(40, 5, 7, 7) * torch.tensor([3.0, 0.1, 2.0, 0.1, 0.1])[:, None, None] + 4
        mean, project = teacher.projection(maps, 2)
        projected = (maps.permute(0, 2, 3, 1) - mean) @ project
        self.assertAlmostEqual(float((projected**2).mean()), 1, places=3)
        self.assertLess(float(project[[1, 3, 4]].abs().max()), 0.05)

    def test_every_face_gets_a_vector_and_hints(self):
        with tempfile.TemporaryDirectory() as folder:
            made = store.create(folder, 4)
            rng = np.random.default_rng(6)
            made.colour[:] = rng.integers(0, 255, made.colour.shape)
            made.kind[:] = [0, 1, 3, store.NO_FACE]
            made.teacher[1] = unit(rng, 128)
            known = made.teacher[1].copy()
            for array in (made.colour, made.kind, made.teacher):
                array.flush()
            taught_by_command(folder)
            read, hints = store.load(folder), store.load_hints(folder)
            lengths = np.linalg.norm(read.teacher, axis=1)
            np.testing.assert_allclose(lengths, [1, 1, 1, 0], atol=1e-3)
            np.testing.assert_array_equal(read.teacher[1], known)
            for name, shape in store.HINTS.items():
                self.assertEqual(hints[name].shape, (4, *shape))
                self.assertTrue(hints[name][:3].any((1, 2, 3)).all() and not hints[name][3].any())

    def test_without_a_store_nobody_is_taught(self):
        with tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesRegex(SystemExit, "nothing to teach.*none"):
                taught_by_command(Path(folder) / "none")

    def test_a_store_that_is_cut_off_is_refused_by_name(self):
        for name, length, named in (
            ("colour", 100_000, "colour.npy is no whole array"),
            ("teacher", 4, "teacher.npy is no whole array"),
            ("teacher", 0, "teacher.npy is no whole array"),
        ):
            with self.subTest(name, length=length), tempfile.TemporaryDirectory() as folder:
                store.create(folder, 3)
                with open(Path(folder) / f"{name}.npy", "r+b") as file:
                    file.truncate(length)
                with self.assertRaisesRegex(SystemExit, named):
                    taught_by_command(folder)

    def test_a_store_of_unequal_arrays_is_refused(self):
        with tempfile.TemporaryDirectory() as folder:
            store.create(folder, 3)
            np.save(Path(folder) / "teacher.npy", np.zeros((2, 128), np.float32))
            with self.assertRaisesRegex(SystemExit, "not of equally many faces"):
                taught_by_command(folder)


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
