#!/usr/bin/env python3
"""Write rendered people as recordings of one frame each, for `facelatch evaluate recordings`.

    python3 models/training/make_recordings.py --out DIR --split test --people 300 --sessions 10 \
        --london DIR

Other moments of the same people as `make_rendered.py` draws: the whole pipeline has to find the
face and its landmarks by itself. DIR/pNNNN/look-NN in the layout the command line reads.
"""

import argparse
import sys
from multiprocessing import Pool
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from noise import kinect_v2
from render import colour_noise, face_model
from render.recording import Recording
from training import make_rendered, rendered_faces

SIDE_PX, SIDE_MM = 360, 460.0
JPEG_QUALITY = 90


def _person(job):
    folder, split, number, sessions, still = job
    studio, skins = make_rendered.opened()
    who = rendered_faces.subject(studio, skins, split, number)
    for k in range(sessions):
        session = folder / f"p{number:04}" / f"look-{k:02}"
        if (session / "rgb.txt").exists():
            continue
        rng = np.random.default_rng([rendered_faces.FIRST_SEED[split] + number, 107, k])
        seen = rendered_faces.moment(studio, who, rng, still, SIDE_PX, SIDE_MM)
        ratio = seen.camera.fx / kinect_v2.SENSOR_FOCAL_PX
        parameters = kinect_v2.NoiseParameters.drawn(rng)
        depth = kinect_v2.sense(seen.depth_mm, seen.swallows, ratio, rng, parameters)
        recording = Recording(session, seen.camera, 1.0, compression=1)
        recording.add(colour_noise.jpeg(seen.picture, JPEG_QUALITY), depth)
        recording.close()
    return number


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--split", choices=("validation", "test"), default="test")
    parser.add_argument("--people", type=int, default=300)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--still", action="store_true", help="calm looks, as when unlocking")
    parser.add_argument("--face-model", default=face_model.DEFAULT_FILE.parent)
    parser.add_argument("--london", help="folder of the London set; without it skins are painted")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    setup = (arguments.face_model, arguments.london, arguments.split)
    jobs = [
        (arguments.out, arguments.split, n, arguments.sessions, arguments.still)
        for n in range(arguments.people)
    ]
    with Pool(arguments.processes, make_rendered.open_shared, setup) as pool:
        for done, _ in enumerate(pool.imap_unordered(_person, jobs), start=1):
            if done % 20 == 0:
                print(f"{done} of {len(jobs)} people", flush=True)


if __name__ == "__main__":
    main()
