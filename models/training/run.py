#!/usr/bin/env python3
"""Everything from the data to the network and its figures, in one command, on two cores.

    npm run train -- [--data ../shared/data] [--work DIR] [--until STAGE] [--only STAGE] [--trial]

Stages: describe, render, store, train, export, evaluate, article, compare, losses, figures. A stage
whose result exists is not run again, so a run that was cut off goes on; `--only` runs one again.
Up to `train` it takes under three hours. The shipped weights are made with the defaults; see
`models/rgbd-embedder.md`. Nothing of the work folder but the network itself and figures of rendered
people may enter the repository: it holds pictures of real people.

--trial goes through every stage with a handful of people and steps in some minutes and leaves
everything in the work folder (its own, unless `--work` says where).
"""

import argparse
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MODELS = ROOT / "models"
NODE = ("node", ROOT / "scripts" / "runtime.mjs")
CAPTION = "Rendered people, whom no network was trained on, before a rendered depth sensor."


@dataclass(frozen=True)
class Size:
    """How much of everything."""

    every: int  # photograph is described
    plain: int  # people; a third of them are drawn plain
    dressed: int  # people; two thirds of them are drawn dressed
    faces: int  # of each person to train on
    validation: tuple  # people and faces of each
    test: tuple
    recorded: tuple  # people and sessions of the figures
    steps: tuple  # arguments of the long training, of the article's and of each recipe's


FULL = Size(1, 3600, 2160, 12, (120, 8), (300, 10), (40, 8), ((), (), ()))
TRIAL = Size(
    25,
    36,
    36,
    4,
    (8, 4),
    (12, 4),
    (6, 4),
    (("--steps", 4, "--report", 2), ("--steps", 3, "--report", 2), ("--steps", 2)),
)


def unpacked(archive, folder):
    """Extract an archive once; the folder of its single top entry."""
    if not folder.is_dir():
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        shutil.unpack_archive(archive, part)
        part.rename(folder)
    return next(p for p in folder.iterdir() if p.is_dir())


def python(script, *arguments):
    """A script of this folder."""
    return (sys.executable, HERE / script, *arguments)


def node(script, *arguments):
    """A script on the runtime that the app uses."""
    return (*NODE, script, *arguments)


def stages(data, work, size, models):
    """(name, what exists afterwards, commands) of every stage, in order.

    models: where the network goes; figures go into the folder `figures` beside it.
    """
    lfw = unpacked(data / "lfw-dev.tar", work / "lfw")
    london = unpacked(data / "london.tar", work / "london")
    described = ("--described", work / "lfw-described")
    skins = ("--london", london, "--face-model", data)
    weights, articles = work / "run" / "embedder.pt", work / "article" / "article.pt"
    recordings, figures = work / "recordings-test", models / "figures"
    references = HERE if models == MODELS else models

    def rendered(split, people, faces, *more):
        many = ("--people", people, "--faces", faces)
        out = ("--out", work / f"rendered-{split}", "--split", split)
        return python("make_rendered.py", *out, *many, *skins, *more)

    def stored(name, split, *more):
        return python("make_store.py", "--out", work / f"store-{name}", "--split", split, *more)

    def drawn(split):
        return ("--rendered", work / f"rendered-{split}")

    def people(*names):
        """Arguments --NAME with the store of that name."""
        return [part for name in names for part in (f"--{name}", work / f"store-{name}")]

    train = ("--store", work / "store-train", "--validation", work / "store-validation")
    straight = (*described, "--turned", 0, "--blended", 0)
    draw = ("--det", figures / "rgbd-det.svg", "--map", figures / "rgbd-map.svg")
    return [
        (
            "describe",
            work / "lfw-described" / "index.json",
            [
                node(
                    HERE / "describe_photographs.mts",
                    *("--images", lfw, "--out", work / "lfw-described", "--every", size.every),
                )
            ],
        ),
        (
            "render",
            work / "render-done",
            [
                rendered("train", size.plain, size.faces, "--only", "plain"),
                rendered("train", size.dressed, size.faces, "--only", "dressed"),
                rendered("validation", *size.validation),
                rendered("test", *size.test),
            ],
        ),
        (
            "store",
            work / "store-done",
            [
                stored("train", "train", *drawn("train"), *described, "--turned", 2),
                stored("validation", "validation", *drawn("validation"), *straight),
                stored("test", "test", *drawn("test")),
                stored("photographs", "test", *straight),
                python("teach.py", "--store", work / "store-train"),
            ],
        ),
        (
            "train",
            weights,
            [python("train.py", *train, "--out", work / "run", *size.steps[0])],
        ),
        (
            "export",
            work / "export-done",
            [
                python(
                    "export.py",
                    *("--weights", weights, "--out", models / "rgbd-embedder.onnx"),
                    *("--references", references / "references.json"),
                )
            ],
        ),
        (
            "evaluate",
            work / "rendered-test.json",
            [
                python(
                    "evaluate.py",
                    *("--weights", weights, "--store", work / "store-test"),
                    *(*drawn("test"), "--json", work / "rendered-test.json"),
                )
            ],
        ),
        (
            "article",
            articles,
            [
                python(
                    "article.py",
                    *("--store", work / "store-train", "--out", work / "article"),
                    *size.steps[1],
                )
            ],
        ),
        (
            "compare",
            work / "article" / "comparison.json",
            [
                python(
                    "compare.py",
                    *("--weights", weights, "--article", articles, "--out", work / "article"),
                    *("--store", work / "store-test", *people("photographs")),
                )
            ],
        ),
        (
            "losses",
            work / "losses" / "losses.json",
            [
                python(
                    "compare_losses.py",
                    *(*train, *people("test", "photographs"), "--out", work / "losses"),
                    *size.steps[2],
                )
            ],
        ),
        (
            "figures",
            work / "figures-done",
            [
                python(
                    "make_recordings.py",
                    *("--out", recordings, "--split", "test", *skins),
                    *("--people", size.recorded[0], "--sessions", size.recorded[1]),
                ),
                node(
                    *("main/cli/main.ts", "evaluate", "recordings", recordings, "--gates", "off"),
                    *("--protocol", "all", "--model", "all", *draw, "--caption", CAPTION),
                ),
            ],
        ),
    ]


def run(name, commands):
    """Run one stage; exits with a sentence where it fails."""
    for command in commands:
        print(f"{name}: {' '.join(str(part) for part in command)}", flush=True)
        if subprocess.run([str(part) for part in command], cwd=ROOT).returncode != 0:
            sys.exit(f"The stage {name} failed; run the command again to go on from there.")


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT / ".." / "shared" / "data")
    parser.add_argument("--work", type=Path)
    parser.add_argument("--until", help="the last stage to run")
    parser.add_argument("--only", help="the one stage to run, done before or not")
    parser.add_argument("--trial", action="store_true", help="a handful of everything")
    arguments = parser.parse_args()
    work = arguments.work or HERE / "work" / ("trial" if arguments.trial else "")
    data, work = arguments.data.resolve(), work.resolve()
    for name in ("lfw-dev.tar", "london.tar", "ict_face_model.npz"):
        if not (data / name).is_file():
            sys.exit(f"{data / name} is missing: training needs it, see models/rgbd-embedder.md.")
    size, models = (TRIAL, work / "models") if arguments.trial else (FULL, MODELS)
    for folder in (work, models / "figures"):
        folder.mkdir(parents=True, exist_ok=True)
    every = stages(data, work, size, models)
    names = [name for name, _, _ in every]
    for wanted in (arguments.until, arguments.only):
        if wanted is not None and wanted not in names:
            sys.exit(f"There is no stage {wanted}: it is {', '.join(names)}.")
    for name, result, commands in every:
        if arguments.only not in (None, name):
            continue
        if result.exists() and arguments.only is None:
            print(f"{name}: done before", flush=True)
        else:
            run(name, commands)
            if result == work / f"{name}-done":
                result.touch()
            elif not result.exists():
                sys.exit(f"The stage {name} left no {result}.")
        if name == arguments.until:
            break


if __name__ == "__main__":
    main()
