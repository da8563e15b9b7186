"""Photographed skin, tested on drawn photographs: none of a real person is needed."""

import tempfile
import unittest
from dataclasses import replace
from pathlib import Path

import numpy as np

from render import face_model, light, london, people, scene, skin
from render.camera import Intrinsics, Pose

TILE = 128
CAMERA = Intrinsics(420, 420, 2600.0, 2600.0, 209.5, 209.5)
NEEDS_MODEL = unittest.skipUnless(
    Path(face_model.DEFAULT_FILE).is_file(), "skipped: no face model in ../shared/data"
)


def opposed(texture):
    """Red against blue, which neither light nor sheen changes."""
    return np.log(texture[..., 0] / texture[..., 2])


def one_skin(number, gender, rgb, place_mm):
    """A skin of one colour, photographed down to the chin."""
    tile = place_mm.shape[0]
    texture = np.zeros((tile, 2 * tile, 4), np.float32)
    texture[..., :3] = rgb
    texture[: tile // 2, tile // 4 : 3 * tile // 4, 3] = 1
    base = np.array(rgb, np.float32)
    tone = london.tone_of(base)
    return london.LondonSkin(
        f"{number:03}", 30.0, gender, "", texture, base, tone, np.zeros(london.MODES), place_mm
    )


class SplitTest(unittest.TestCase):
    def test_every_person_is_in_one_split_and_stays_there(self):
        ids = [f"{n:03}" for n in range(102)]
        first, again = london.split_of(ids), london.split_of(ids[::-1])
        self.assertEqual(first, again)
        counts = {name: list(first.values()).count(name) for name in london.SPLIT_SIZES}
        self.assertEqual(counts, {"train": 70, "validation": 12, "test": 20})


@NEEDS_MODEL
class LondonTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.studio = scene.open_studio(tile=TILE)
        cls.person = people.person_from_seed(
            7, sex_like=1.0, spread=0.7, hair_style="receding", beard=0.0, skin_tone=0.3
        )
        cls.place = cls.studio.atlas.place_mm

    def photograph(self):
        """A drawn photograph of a head with coloured checks, lit from the picture's left."""
        base = skin.tone_rgb(0.3)
        wave = 0.25 * np.sin(self.place[..., 0] / 6) * np.sin(self.place[..., 1] / 6)
        painted = np.zeros(self.place.shape[:2] + (4,), np.float32)
        painted[..., :3] = base * np.exp(wave[..., None] * np.array([1, -0.2, -1]))
        sitter = replace(scene.seat(self.studio, self.person), skin=painted)
        side = light.make([((-0.8, -0.2, -0.6), (0.9, 0.9, 0.9))], [0.5] * 3, [0.5] * 3)
        drawing = scene.draw(
            self.studio, sitter, Pose(4, -3, 2, 0, 0, 2000), {}, side, CAMERA, sharpness=1
        )
        points = drawing.landmarks_px.astype(float)
        up = 0.6 * (points[27] - points[33])
        outline = np.concatenate([points[:17], points[26:16:-1] + up])
        marks = london.Landmarks(points, points[:17], outline)
        return painted, drawing.colour, marks

    def test_a_drawn_photograph_gives_its_texture_back_without_its_light(self):
        painted, colour, marks = self.photograph()
        ground = london.ground(self.studio.model, self.studio.atlas)
        texture, base, fitted = london.project(ground, marks, colour)
        real = texture[..., 3] > 0.95
        self.assertGreater(real.sum(), 0.1 * TILE**2)
        x, y = self.place[..., 0], self.place[..., 1]
        cheeks = real & (np.abs(x) > 22) & (np.abs(x) < 48) & (y > -25) & (y < 18)
        away = opposed(texture)[cheeks] - opposed(painted)[cheeks]
        self.assertLess(np.abs(away - np.median(away)).mean(), 0.06)
        self.assertGreater(opposed(painted)[cheeks].std(), 0.15)

        at = marks.points.round().astype(int)
        seen = london.luminance(colour)

        def cheek(corner, nose):
            column, row = (at[corner] + at[nose]) // 2
            return seen[row - 4 : row + 5, column - 4 : column + 5].mean()

        self.assertGreater(cheek(2, 31) / cheek(14, 35), 1.25)
        flat = london.luminance(texture[..., :3])
        ratio = np.median(flat[cheeks & (x < 0)]) / np.median(flat[cheeks & (x > 0)])
        self.assertLess(abs(np.log(ratio)), 0.15)
        self.assertEqual(fitted.identity.shape, (london.MODES,))

    def test_a_photograph_without_a_face_in_it_is_refused(self):
        _, colour, marks = self.photograph()
        ground = london.ground(self.studio.model, self.studio.atlas)
        beside = replace(
            marks,
            points=marks.points + 5000,
            jaw=marks.jaw + 5000,
            outline=marks.outline + 5000,
        )
        with self.assertRaisesRegex(ValueError, "too little of the face"):
            london.project(ground, beside, colour)

    def test_a_seat_shows_the_photographed_skin_and_no_painted_brows_over_it(self):
        rgb = (0.2, 0.4, 0.1)
        photographed = one_skin(1, "male", rgb, self.place)
        bare = replace(self.person, blotches=0.0, freckles=0.0, age=0.0)
        shown = scene.seat(self.studio, bare, skin_texture=photographed).skin
        brows = self.studio.atlas.at([(x, y) for x in (-30, -20, 20, 30) for y in (54, 58, 62)])
        columns, rows = brows.round().astype(int).T
        self.assertTrue((photographed.texture[rows, columns, 3] == 1).all())
        np.testing.assert_allclose(np.median(shown[rows, columns, :3], 0), rgb, rtol=0.15)
        self.assertLess(np.ptp(np.log(shown[rows, columns, 1])), 0.6)
        # The neck is painted in the photographed colour.
        neck = shown[-8:, TILE // 2 - 8 : TILE // 2 + 8, :3].mean((0, 1))
        np.testing.assert_allclose(neck, rgb, rtol=0.2)

    def test_varied_skins_differ_and_mix_only_one_gender(self):
        skins = [
            one_skin(1, "female", (0.6, 0.4, 0.3), self.place),
            one_skin(2, "female", (0.55, 0.38, 0.3), self.place),
            one_skin(3, "male", (0.58, 0.4, 0.3), self.place),
        ]
        rng = np.random.default_rng(4)
        made = [london.varied(skins, rng) for _ in range(12)]
        for one in made:
            genders = {skins[int(i) - 1].gender for i in one.id.split("+")}
            self.assertEqual(genders, {one.gender})
            self.assertEqual(one.texture.shape, (TILE, 2 * TILE, 4))
            self.assertTrue((one.texture[..., :3] > 0).all())
        bases = np.array([one.base_rgb for one in made])
        self.assertEqual(len(np.unique(bases.round(5), axis=0)), len(made))
        same = london.varied(skins, np.random.default_rng(4))
        np.testing.assert_array_equal(same.texture, made[0].texture)

    def test_a_cache_gives_back_what_it_keeps_and_an_outdated_one_is_made_again(self):
        skins = [one_skin(n, "male", (0.5, 0.4 - 0.001 * n, 0.3), self.place) for n in range(102)]
        with tempfile.TemporaryDirectory() as folder:
            cache = Path(folder) / "skins.npz"
            london.write_cache(cache, skins)
            self.assertEqual([p.name for p in Path(folder).iterdir()], ["skins.npz"])
            back = london.open_skins(folder, self.studio.atlas, cache, "test")
            self.assertEqual(len(back), 20)
            for one in back:
                kept = skins[int(one.id)]
                np.testing.assert_allclose(one.texture, kept.texture, atol=1e-3)
            with np.load(cache) as data:
                old = {**data, "version": london.CACHE_VERSION - 1}
            np.savez(cache, **old)
            with self.assertRaises(OSError):  # there is no photograph to make it from
                london.open_skins(folder, self.studio.atlas, cache, "test")


if __name__ == "__main__":
    unittest.main()
