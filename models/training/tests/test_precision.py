import tempfile
import unittest
from pathlib import Path
from unittest.mock import patch

import torch

from training import precision


class Precision(unittest.TestCase):
    def product_where(self, facts):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "cpuinfo"
            if facts is not None:
                path.write_text(facts)
            with patch.object(precision, "CPU_FACTS", path), precision.autocast():
                return torch.ones(2, 2) @ torch.ones(2, 2)

    def test_products_are_short_only_where_the_processor_takes_them_fast(self):
        self.assertEqual(self.product_where("flags : avx2 avx512bw\n").dtype, torch.bfloat16)
        self.assertEqual(self.product_where("flags : avx2\n").dtype, torch.float32)
        self.assertEqual(self.product_where(None).dtype, torch.float32)


if __name__ == "__main__":
    unittest.main()
