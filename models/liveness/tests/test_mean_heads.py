import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import torch

from liveness import mean_heads
from liveness.head_network import HeadNetwork

COMMAND = Path(mean_heads.__file__)


class MeanHeads(unittest.TestCase):
    def setUp(self):
        self.place = tempfile.TemporaryDirectory()
        self.folder = Path(self.place.name)

    def tearDown(self):
        self.place.cleanup()

    def run_on(self, *weights):
        return subprocess.run(
            [sys.executable, COMMAND, "--weights", *weights, "--out", self.folder / "out"],
            capture_output=True,
            text=True,
        )

    def test_every_weight_lies_half_way_and_counts_stay(self):
        torch.manual_seed(1)
        before, after = (HeadNetwork(dropout=0.2).state_dict() for _ in range(2))
        mean = mean_heads.mean_of([before, after])
        self.assertEqual(mean.keys(), before.keys())
        for name, value in mean.items():
            if value.is_floating_point():
                self.assertTrue(torch.allclose(value, (before[name] + after[name]) / 2))
            else:
                self.assertTrue(torch.equal(value, before[name]))

    def test_the_mean_of_a_network_with_itself_answers_as_it_does(self):
        torch.manual_seed(1)
        network = HeadNetwork(dropout=0.2).eval()
        torch.save(network.state_dict(), self.folder / "a.pt")
        done = self.run_on(self.folder / "a.pt", self.folder / "a.pt")
        self.assertEqual(done.returncode, 0, done.stderr)
        written = torch.load(self.folder / "out" / "head-liveness.pt", weights_only=True)
        for name, value in network.state_dict().items():
            self.assertTrue(torch.allclose(written[name], value), name)

    def test_weights_that_are_not_there_are_named_in_one_sentence(self):
        done = self.run_on(self.folder / "gone.pt")
        self.assertEqual(done.returncode, 1)
        self.assertIn("gone.pt: no such file", done.stderr)
        self.assertNotIn("Traceback", done.stderr)


if __name__ == "__main__":
    unittest.main()
