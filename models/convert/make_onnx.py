"""Converts MediaPipe's face networks to ONNX.

    python3 models/convert/make_onnx.py --task face_landmarker.task --out models

The task file is a zip with the three TFLite networks. The files written are the same, byte for
byte, at every run. Needs numpy and onnx 1.12 or later (Debian: python3-numpy python3-onnx).
"""

import argparse
import hashlib
import io
import sys
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from convert.tflite_reader import UnsupportedModel, read_model
from convert.tflite_to_onnx import convert

TASK_SHA256 = "64184e229b263107bc2b804c6625db1341ff2bb731874b0bcc2fe6544e0bc9ff"

# file in the task, file written, layout, inputs, outputs (order of the TFLite graph)
NETWORKS = [
    (
        "face_detector.tflite",
        "face-detector.onnx",
        "image",
        ["image"],
        [("regressors", (1, 896, 16)), ("classificators", (1, 896, 1))],
    ),
    (
        "face_landmarks_detector.tflite",
        "face-landmarks.onnx",
        "image",
        ["image"],
        [("landmarks", (1, 478, 3)), ("presenceLogit", (1, 1)), ("tongueOut", (1, 1))],
    ),
    (
        "face_blendshapes.tflite",
        "face-blendshapes.onnx",
        "points",
        ["points"],
        [("blendshapes", (52,))],
    ),
]


def convert_task(task):
    """{file name: bytes} of the ONNX files for the bytes of a `face_landmarker.task`."""
    import io

    files = {}
    with zipfile.ZipFile(io.BytesIO(task)) as archive:
        for source, target, layout, inputs, outputs in NETWORKS:
            graph = read_model(archive.read(source))
            model = convert(graph, layout, inputs, outputs, target.removesuffix(".onnx"))
            files[target] = model.SerializeToString(deterministic=True)
    return files


def refuse(sentence):
    """Ends the program as for any bad input: one line, exit code 2."""
    print(sentence, file=sys.stderr)
    sys.exit(2)


def main():
    parser = argparse.ArgumentParser(description="MediaPipe's face networks as ONNX files.")
    parser.add_argument("--task", type=Path, required=True, help="face_landmarker.task")
    parser.add_argument("--out", type=Path, required=True, help="folder for the ONNX files")
    arguments = parser.parse_args()
    try:
        task = arguments.task.read_bytes()
    except OSError as error:
        refuse(f"{arguments.task} cannot be read: {error.strerror}")
    sha256 = hashlib.sha256(task).hexdigest()
    if sha256 != TASK_SHA256:
        refuse(f"{arguments.task} is not the expected file: its sha256 is {sha256}")
    try:
        files = convert_task(task)
    except UnsupportedModel as error:
        refuse(f"{arguments.task} cannot be converted: {error}")
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (arguments.out / name).write_bytes(content)
        print(f"{hashlib.sha256(content).hexdigest()}  {len(content):9,d}  {name}")


if __name__ == "__main__":
    main()
