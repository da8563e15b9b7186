#!/usr/bin/env python3
"""Render people, read them through the noise, and set their statistics beside the real sensor's.

    /usr/bin/python3 models/noise/compare.py [--people 16] [--svg models/noise/kinect-noise.svg]

Real numbers come from kinect-v2.json (medians and quartiles over people), so that the recordings
are not needed.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from noise import depth_statistics
from noise.figure import figure
from noise.kinect_v2 import SENSOR_FOCAL_PX, NoiseParameters, multipath_field, sense
from noise.measure import median_of
from render import face_model, light, people, scene
from render.camera import Intrinsics, Pose
from render.command_line import studio_or_exit

REAL = Path(__file__).resolve().parent / "kinect-v2.json"
SHARPNESS = 2  # drawn pixels per sensor pixel
SENSOR = Intrinsics(119, 149, SENSOR_FOCAL_PX, SENSOR_FOCAL_PX, 59.0, 74.0)
# Yaw and pitch of the recordings: ahead, to both sides, up, down, ahead in hard light.
POSES = ((0, 0), (32, 0), (-32, 0), (0, 22), (0, -22), (0, 0))


def rendered(studio, seed):
    """True depth [H,W] mm and hair [H,W] bool of a rendered person in every pose."""
    rng = np.random.default_rng([seed, 97])
    sitter = scene.seat(studio, people.person_from_seed(seed))
    views = []
    for yaw, pitch in POSES:
        pose = Pose(
            yaw + rng.normal(0, 4),
            pitch + rng.normal(0, 4),
            rng.normal(0, 3),
            rng.uniform(-20, 20),
            rng.uniform(-40, 10),
            rng.uniform(1000, 1300),
        )
        camera = SENSOR.resized(SHARPNESS)
        drawing = scene.draw(studio, sitter, pose, {}, light.named("room"), camera, sharpness=1)
        views.append((drawing.depth_mm, drawing.hair))
    return views


def read(views, seed, parameters):
    """Statistics of each of a person's views through the sensor."""
    rng = np.random.default_rng([seed, 101])
    rows = []
    for depth, hair in views:
        field = multipath_field(rng, depth.shape, parameters)
        readings = sense(depth, hair, SHARPNESS, rng, parameters, field)
        small, factor = depth_statistics.sensor_grid(readings)
        row = depth_statistics.of_depth(small, SENSOR_FOCAL_PX * SHARPNESS / factor)
        if row is not None:
            rows.append(row)
    return rows


def compare(real, made):
    """Lines of a table: statistic, real and rendered median (quartiles), ratio of the medians."""
    lines = [f"{'':24s}{'real':>30s}{'rendered':>30s}{'ratio':>8s}"]
    for name, row in real.items():
        other = made.get(name)
        if other is None:
            continue
        cells = [
            f"{r['median']:.3f} ({r['quartiles'][0]:.3f} to {r['quartiles'][1]:.3f})"
            for r in (row, other)
        ]
        ratio = f"{other['median'] / row['median']:8.2f}" if row["median"] else f"{'-':>8s}"
        lines.append(f"{name:24s}{cells[0]:>30s}{cells[1]:>30s}{ratio}")
    return lines


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--people", type=int, default=16)
    parser.add_argument("--first-seed", type=int, default=5000)
    parser.add_argument("--face-model", default=face_model.DEFAULT_FILE.parent)
    parser.add_argument("--svg", type=Path, help="draw the figure into this file")
    arguments = parser.parse_args()
    studio = studio_or_exit(arguments.face_model)
    real = json.loads(REAL.read_text())
    persons = []
    for seed in range(arguments.first_seed, arguments.first_seed + arguments.people):
        rows = read(rendered(studio, seed), seed, NoiseParameters.fitted())
        if rows:
            persons.append(median_of(rows))
    made = depth_statistics.summary(persons)
    print(
        f"real: {real['people']} people; rendered: {len(persons)} people, {len(POSES)} poses each"
    )
    print("\n".join(compare(real["statistics"], made)))
    if arguments.svg:
        arguments.svg.write_text(figure(real["statistics"], made, real["people"], len(persons)))


if __name__ == "__main__":
    main()
