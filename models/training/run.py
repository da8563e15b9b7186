#!/usr/bin/env python3
"""Everything from the data to the network, in one command: under three hours on two cores.

    npm run train -- [--data ../shared/data] [--work DIR] [--until STAGE]

A stage whose result exists is not run again, so a run that was cut off goes on. The shipped
weights are made with the defaults; see `models/rgbd-embedder.md`. Nothing of the work folder but
the network itself may enter the repository: it holds pictures of real people.
"""

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
NODE = ("node", str(ROOT / "scripts" / "runtime.mjs"))
PYTHON = (sys.executable,)


def unpacked(archive, folder):
    """Extract an archive once; the folder of its single top entry."""
    if not folder.is_dir():
        shutil.unpack_archive(archive, folder)
    return next(p for p in folder.iterdir() if p.is_dir())


def stages(data, work):
    """(name, what exists afterwards, commands) of every stage, in order."""
    lfw = unpacked(data / "lfw-dev.tar", work / "lfw")
    london = unpacked(data / "london.tar", work / "london")

    def rendered(split, people, faces, *more):
        out = ("--out", work / f"rendered-{split}", "--split", split)
        size = ("--people", people, "--faces", faces, "--london", london)
        model = ("--face-model", data)
        return (*PYTHON, HERE / "make_rendered.py", *out, *size, *model, *more)

    def stored(split, *more):
        out = ("--out", work / f"store-{split}", "--split", split)
        return (
            *PYTHON,
            HERE / "make_store.py",
            *out,
            "--rendered",
            work / f"rendered-{split}",
            *more,
        )

    described = ("--described", work / "lfw-described")
    teach = (*NODE, HERE / "teach.mts", "--store", work / "store-train")
    weights = work / "run" / "embedder.pt"
    return [
        (
            "describe",
            work / "lfw-described" / "index.json",
            [
                (
                    *NODE,
                    HERE / "describe_photographs.mts",
                    "--images",
                    lfw,
                    "--out",
                    work / "lfw-described",
                )
            ],
        ),
        (
            "render",
            work / "rendered-done",
            [
                rendered("train", 3600, 12, "--only", "plain"),
                rendered("train", 2160, 12, "--only", "dressed"),
                rendered("validation", 120, 8),
                rendered("test", 300, 10),
            ],
        ),
        (
            "store",
            work / "store-done",
            [
                stored("train", *described, "--turned", 2, "--blended", 4),
                stored("validation", *described, "--turned", 0, "--blended", 0),
                stored("test"),
                teach,
            ],
        ),
        (
            "train",
            weights,
            [
                (
                    *(*PYTHON, HERE / "train.py", "--store", work / "store-train"),
                    *("--validation", work / "store-validation", "--out", work / "run"),
                )
            ],
        ),
        (
            "export",
            work / "exported",
            [
                (
                    *PYTHON,
                    HERE / "export.py",
                    "--weights",
                    weights,
                    "--out",
                    ROOT / "models" / "rgbd-embedder.onnx",
                )
            ],
        ),
        (
            "article",
            work / "article" / "article.pt",
            [
                (
                    *PYTHON,
                    HERE / "article.py",
                    "--store",
                    work / "store-train",
                    "--out",
                    work / "article",
                )
            ],
        ),
        (
            "evaluate",
            work / "rendered-test.json",
            [
                (
                    *(*PYTHON, HERE / "evaluate.py", "--weights", weights),
                    *("--store", work / "store-test", "--rendered", work / "rendered-test"),
                    *("--article", work / "article" / "article.pt"),
                    *("--json", work / "rendered-test.json"),
                )
            ],
        ),
    ]


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=ROOT / ".." / "shared" / "data")
    parser.add_argument("--work", type=Path, default=ROOT / "models" / "training" / "work")
    parser.add_argument("--until", help="the last stage to run")
    arguments = parser.parse_args()
    data, work = arguments.data.resolve(), arguments.work.resolve()
    for name in ("lfw-dev.tar", "london.tar", "ict_face_model.npz"):
        if not (data / name).is_file():
            sys.exit(f"{data / name} is missing: training needs it, see models/rgbd-embedder.md.")
    work.mkdir(parents=True, exist_ok=True)
    for name, result, commands in stages(data, work):
        if result.exists():
            print(f"{name}: done before", flush=True)
        else:
            for command in commands:
                print(f"{name}: {' '.join(str(part) for part in command)}", flush=True)
                if subprocess.run([str(part) for part in command], cwd=ROOT).returncode != 0:
                    sys.exit(f"The stage {name} failed; run the command again to go on from there.")
            if not result.exists():
                result.write_text("done\n")
        if name == arguments.until:
            break


if __name__ == "__main__":
    main()
