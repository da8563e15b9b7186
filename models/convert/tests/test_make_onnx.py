"""The whole conversion: its bytes are those in the manifest, at every run."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

try:
    from convert.make_onnx import NETWORKS, convert_task
except ModuleNotFoundError as error:
    raise unittest.SkipTest(f"needs python3-onnx ({error})") from error

MODELS = Path(__file__).resolve().parents[2]
# `node scripts/weights.mjs --manifest models/convert/references.json` brings it here.
TASK = Path(
    os.environ.get("FACE_LANDMARKER_TASK", MODELS.parent / ".cache/references/face_landmarker.task")
)


def run(*arguments):
    command = [sys.executable, str(MODELS / "convert" / "make_onnx.py"), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


class ConversionTest(unittest.TestCase):
    def test_bytes_are_those_of_the_manifest(self):
        if not TASK.exists():
            self.skipTest(f"{TASK} is not here")
        manifest = json.loads((MODELS / "manifest.json").read_text())
        expected = {row["file"]: row["sha256"] for row in manifest["models"]}
        files = convert_task(TASK.read_bytes())
        self.assertEqual(set(files), {target for _, target, *_ in NETWORKS})
        for name, content in files.items():
            with self.subTest(name):
                self.assertEqual(hashlib.sha256(content).hexdigest(), expected[name])

    def test_a_wrong_file_is_refused_in_one_line_and_nothing_is_written(self):
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "out"
            wrong = Path(folder) / "wrong.task"
            wrong.write_bytes(b"not the task")
            for task in (wrong, Path(folder) / "nowhere.task"):
                result = run("--task", task, "--out", out)
                self.assertEqual(result.returncode, 2)
                self.assertEqual(len(result.stderr.strip().splitlines()), 1)
                self.assertIn(task.name, result.stderr)
            self.assertFalse(out.exists())


if __name__ == "__main__":
    unittest.main()
