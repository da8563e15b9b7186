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

    def test_files_that_are_no_weights_are_named_in_one_sentence(self):
        (self.folder / "text.pt").write_text("no weights")
        (self.folder / "empty.pt").write_bytes(b"")
        torch.save({"other": torch.zeros(3)}, self.folder / "other.pt")
        torch.save([1, 2], self.folder / "list.pt")
        for name in ("gone", "text", "empty", "other", "list"):
            done = self.run_on(self.folder / f"{name}.pt")
            self.assertEqual(done.returncode, 1, name)
            self.assertIn(f"{name}.pt", done.stderr)
            self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
            self.assertFalse((self.folder / "out").exists())


if __name__ == "__main__":
    unittest.main()
