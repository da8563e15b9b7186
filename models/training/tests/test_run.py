"""The one command from data to figures: it goes on where it was cut off, and a trial stays outside."""

import contextlib
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from training import run

WRITES = ("--out", "--det", "--map", "--json", "--references")


class Running(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory())).resolve()
        self.data, self.work = self.folder / "data", self.folder / "work"
        for name in ("lfw", "london"):
            (self.work / name / name).mkdir(parents=True)
        self.data.mkdir()
        for name in ("lfw-dev.tar", "london.tar", "ict_face_model.npz"):
            (self.data / name).touch()
        self.ran = []

    def started(self, *more, code=0):
        """Stages that run for these arguments, each of which ends with this exit code."""
        self.ran = []

        def record(command, **_):
            self.ran.append(command)
            return mock.Mock(returncode=code)

        arguments = ["run.py", "--data", str(self.data), "--work", str(self.work), "--trial", *more]
        out = io.StringIO()
        with mock.patch.object(run.subprocess, "run", record):
            with mock.patch.object(sys, "argv", arguments), contextlib.redirect_stdout(out):
                run.main()
        lines = (line.split(":") for line in out.getvalue().splitlines())
        return [name for name, rest, *_ in lines if rest != " done before"]

    def made(self, name):
        """Puts there what a stage leaves."""
        size, models = run.TRIAL, self.work / "models"
        result = {n: r for n, r, _ in run.stages(self.data, self.work, size, models)}[name]
        result.parent.mkdir(parents=True, exist_ok=True)
        result.touch()

    def all_made(self):
        for name, _, _ in run.stages(self.data, self.work, run.TRIAL, self.work / "models"):
            self.made(name)

    def test_it_goes_on_where_it_was_cut_off(self):
        for name in ("describe", "render", "store", "train"):
            self.made(name)
        self.assertEqual(set(self.started("--until", "export")), {"export"})
        self.all_made()
        self.assertEqual(self.started(), [])

    def test_one_stage_alone_runs_again(self):
        self.all_made()
        self.assertEqual(set(self.started("--only", "figures")), {"figures"})

    def test_what_fails_ends_it_by_name(self):
        with self.assertRaisesRegex(SystemExit, "describe"):
            self.started(code=1)
        self.assertEqual(len(self.ran), 1)

    def test_a_stage_that_leaves_nothing_ends_it_by_name(self):
        with self.assertRaisesRegex(SystemExit, "describe left no"):
            self.started()
        self.assertEqual(len(self.ran), 1)

    def test_bad_input_is_named(self):
        with self.assertRaisesRegex(SystemExit, "no stage polish"):
            self.started("--only", "polish")
        (self.data / "london.tar").unlink()
        with self.assertRaisesRegex(SystemExit, "london.tar is missing"):
            self.started()

    def test_every_stage_leaves_something_or_is_marked_as_done(self):
        for name, result, _ in run.stages(self.data, self.work, run.TRIAL, self.work / "models"):
            marked = result.name == f"{name}-done"
            self.assertTrue(marked or result.suffix in (".json", ".pt"), f"{name}: {result}")

    def test_every_command_is_there(self):
        for _, _, commands in run.stages(self.data, self.work, run.FULL, run.MODELS):
            for command in commands:
                script = command[len(run.NODE) if command[0] == "node" else 1]
                self.assertTrue((run.ROOT / script).is_file(), script)

    def test_a_trial_writes_into_its_work_folder_alone(self):
        def written(size, models):
            for _, result, commands in run.stages(self.data, self.work, size, models):
                yield result
                for command in commands:
                    yield from (b for a, b in zip(command, command[1:]) if a in WRITES)

        trial = list(written(run.TRIAL, self.work / "models"))
        self.assertGreater(len(trial), 20)
        self.assertTrue(all(self.work in Path(path).parents for path in trial))
        kept = [path for path in written(run.FULL, run.MODELS) if run.ROOT in Path(path).parents]
        self.assertEqual(
            sorted(str(path.relative_to(run.MODELS)) for path in kept),
            [
                "figures/rgbd-det.svg",
                "figures/rgbd-map.svg",
                "rgbd-embedder.onnx",
                "training/references.json",
            ],
        )


if __name__ == "__main__":
    unittest.main()
