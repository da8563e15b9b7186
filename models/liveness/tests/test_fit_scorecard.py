"""What whoever trusts the scorecard relies on."""

import io
import json
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from unittest import mock

import numpy as np

from liveness import fit_scorecard


class ScorecardTest(unittest.TestCase):
    def setUp(self):
        rng = np.random.default_rng(1)
        # Living faces lie around 15; flat ones at 2, balloons at 30; the second cue says nothing.
        relief = np.concatenate(
            [rng.normal(15, 2, 200), rng.normal(2, 1, 60), rng.normal(30, 2, 60)]
        )
        self.values = np.stack([relief, rng.normal(0, 1, 320)], 1)
        self.alive = np.arange(320) < 200
        self.species = [None] * 200 + ["flat"] * 60 + ["balloon"] * 60
        self.scales = np.array([fit_scorecard.scale(self.values[:200, k]) for k in range(2)])
        x = fit_scorecard.features(self.values, self.scales)
        self.bias, self.weights = fit_scorecard.fit(
            x, self.alive, fit_scorecard.balanced(self.species), [True] * 4
        )

    def odds(self, values):
        x = fit_scorecard.features(np.atleast_2d(values), self.scales)
        return self.bias - x @ self.weights

    def test_it_tells_the_living_from_what_lies_on_either_side(self):
        self.assertGreater((self.odds(self.values[:200]) > 0).mean(), 0.95)
        self.assertLess((self.odds(self.values[200:]) > 0).max(), 0.5)

    def test_lying_farther_away_never_makes_a_face_more_alive(self):
        self.assertTrue((self.weights >= 0).all())
        for cue in range(2):
            away = np.tile(self.scales[:, 0], (40, 1))
            for direction in (-1, 1):
                away[:, cue] = self.scales[cue, 0] + direction * np.linspace(0, 40, 40)
                self.assertTrue((np.diff(self.odds(away)) <= 1e-9).all())

    def test_a_side_that_may_not_cost_does_not(self):
        x = fit_scorecard.features(self.values, self.scales)
        weight = fit_scorecard.balanced(self.species)
        _, weights = fit_scorecard.fit(x, self.alive, weight, [True, True, False, True])
        self.assertEqual(weights[2], 0)
        self.assertGreater(weights[0], 0)

    def test_what_was_not_measured_counts_for_neither_side(self):
        middle = self.odds(self.scales[:, 0])
        self.assertAlmostEqual(float(self.odds([np.nan, self.scales[1, 0]])), float(middle))

    def test_every_species_counts_alike_and_the_living_as_much_as_all(self):
        weight = fit_scorecard.balanced([None, None, "a", "a", "a", "b"])
        np.testing.assert_allclose(weight, [0.25, 0.25, 1 / 12, 1 / 12, 1 / 12, 0.25])

    def test_the_committed_card_is_read_as_it_was_written(self):
        names = ["reliefMm", "missingShare"]
        weights = np.array([0.5, 0.0, 0.0, 0.25])
        # Costs of the first begin below the median, as those of the head network do.
        scales = np.array([[15.0, 2.0, 18.0], [0.01, 0.02, 0.01]])
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "card.ts"
            path.write_text(fit_scorecard.written(names, scales, 3.0, weights, "made up"))
            read = fit_scorecard.card(path)
        self.assertEqual(read[0], 3.0)
        self.assertEqual(read[1]["reliefMm"], (15, 18, 2, 0.5, 0))
        self.assertEqual(read[1]["missingShare"], (0.01, 0.01, 0.02, 0, 0.25))
        odds = fit_scorecard.log_odds_of({"reliefMm": 11.0, "missingShare": np.nan}, read)
        self.assertAlmostEqual(odds, 3.0 - 2 * 0.5)

    def test_costs_begin_where_they_are_told_to_and_the_median_stays_the_median(self):
        living = np.concatenate([np.linspace(0, 100, 101), [np.nan]])
        self.assertEqual(fit_scorecard.scale(living), (50, 50 / 1.349, 50))
        begins, _, median = fit_scorecard.scale(living, 2)
        self.assertEqual((begins, median), (2, 50))
        free = fit_scorecard.features(np.array([[2.0], [30.0]]), np.array([[2, 50, 50]]))
        np.testing.assert_allclose(free, [[0, 0], [0, 28 / 50]])

    def test_answers_that_crowd_at_their_upper_end_do_not_make_a_fall_cost_more(self):
        normal = np.random.default_rng(5).normal(4, 0.5, 20_000)
        crowded = np.where(normal > 4, 4 + 0.05 * (normal - 4), normal)
        for living in (normal, crowded):
            self.assertAlmostEqual(fit_scorecard.scale(living, 8)[1], 0.5, delta=0.02)
        self.assertLess(fit_scorecard.scale(crowded)[1], 0.3)

    def test_a_cue_can_be_left_out_with_real_frames_there_and_nothing_is_written(self):
        rng = np.random.default_rng(2)

        def line(session, middle, **more):
            cues = [{"name": n, "value": rng.normal(middle, 1)} for n in fit_scorecard.SIDES]
            seen = {"kind": "face", "liveness": {"kind": "live", "cues": cues}, **more}
            return json.dumps({"session": session, "observations": [seen]})

        lines = [json.dumps({"observations": 1, "model": "sface"})]
        for n in range(20):
            lines.append(line(f"tune/owner-000/look-{n:02d}", 9))
            lines.append(line(f"attacks/dummy-head/{n:04d}", 3))
            lines.append(line(f"real/p{n:02d}/one", 8, embedding=[1]))
        card, printed = fit_scorecard.OUT.read_text(), io.StringIO()
        with tempfile.TemporaryDirectory() as folder, redirect_stdout(printed):
            path = Path(folder) / "seen.jsonl"
            path.write_text("\n".join(lines))
            arguments = ["--observations", str(path), "--without", "headLogOdds", "--dry"]
            with mock.patch("sys.argv", ["fit_scorecard.py", *arguments]):
                fit_scorecard.main()
        self.assertIn("dummy-head: 20 looks, 0 over it", printed.getvalue())
        self.assertIn("real frames: 20, ", printed.getvalue())
        self.assertNotIn("name: 'headLogOdds'", printed.getvalue())
        self.assertEqual(fit_scorecard.OUT.read_text(), card)

    def test_a_line_cut_off_is_passed_over_and_missing_cues_are_nan(self):
        face = {
            "kind": "face",
            "liveness": {"kind": "live", "cues": [{"name": "reliefMm", "value": None}]},
        }
        lines = [
            json.dumps({"observations": 1, "model": "sface"}),
            json.dumps({"session": "tune/owner-000/look-00", "observations": [face]}),
            json.dumps(
                {"session": "attacks/flat/0001", "observations": [face, {"kind": "no-face"}]}
            ),
            '{"session": "att',
        ]
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "seen.jsonl"
            path.write_text("\n".join(lines))
            frames = fit_scorecard.frames_of(fit_scorecard.read_sessions(path))
            both = fit_scorecard.frames_of(fit_scorecard.read_sessions(path, path))
        self.assertEqual([f[1] for f in frames], [None, "flat"])
        # Two sets have an attack of the same name each: these are two looks.
        self.assertEqual(len(fit_scorecard.look_means([f[0] for f in both], np.ones(4))), 4)
        self.assertTrue(np.isnan(frames[0][2]["reliefMm"]))


if __name__ == "__main__":
    unittest.main()
