"""Which attacks are kept for the test suite."""

import json
import tempfile
import unittest
from pathlib import Path

from liveness import fit_scorecard
from render import pick_presentations


def line(number, cues, kind="live"):
    """One presentation of one frame in an observation file."""
    liveness = {"kind": kind, "cues": [{"name": n, "value": v} for n, v in cues.items()]}
    observations = [{"kind": "face", "liveness": liveness}]
    return json.dumps({"session": f"attacks/dummy-head/{number}", "observations": observations})


class RefusedTest(unittest.TestCase):
    def setUp(self):
        _, rows = fit_scorecard.card()
        self.alive = {name: row[0] for name, row in rows.items()}

    def refused(self, *lines):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "seen.jsonl"
            path.write_text("\n".join([json.dumps({"observations": 1}), *lines]))
            return {number for _, number in pick_presentations.refused(path)}

    def test_what_passes_for_alive_is_not_among_the_refused(self):
        masked = {**self.alive, "headLogOdds": -4.0}
        self.assertEqual(self.refused(line("0001", self.alive), line("0002", masked)), {"0002"})

    def test_what_a_bound_refuses_is_refused_whatever_its_score(self):
        self.assertEqual(self.refused(line("0003", self.alive, "not-live")), {"0003"})

    def test_the_mark_is_the_one_that_a_look_is_held_to(self):
        text = pick_presentations.LOOK.read_text()
        self.assertIn(f"leastMeanLogOdds = {pick_presentations.mark():g};", text)


if __name__ == "__main__":
    unittest.main()
