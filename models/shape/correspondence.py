#!/usr/bin/env python3
"""Which vertex of the face model each of the 478 landmarks stands for, measured on rendered people.

    python3 models/shape/correspondence.py render DIR [--people 60] [--first 0]
    node scripts/runtime.mjs models/shape/find_landmarks.mts DIR
    python3 models/shape/correspondence.py solve DIR [--out models/shape/correspondence.json]

`render` draws people whose every vertex is known, `find_landmarks.mts` lets the landmark network look
at them, `solve` gives each landmark the vertex that projects nearest to it over all pictures, and
the root mean square of what remains as its error. Landmarks on the outline slide along the face as
it turns; their error says so and a fit weighs them by it.
"""

import argparse
import json
import sys
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from render import face_model

LANDMARK_COUNT = 468  # the ten points of the irises lie on eyeballs, which the shape leaves out
NEAREST_PX_CLIP = 25.0  # one failed picture must not decide
LARGEST_ERROR = 0.08  # of the distance between the eyes: beyond it a landmark means no vertex


def posed_vertices(model, sitter, pose, expression):
    """Narrow face vertices [6706,3] mm in the camera frame, as scene.draw places them."""
    from render.camera import MODEL_TO_CAMERA, rotation
    from render.scene import PIVOT_MM

    turn = rotation(pose.yaw_deg, pose.pitch_deg, pose.roll_deg)
    middle = face_model.eye_centres(sitter.rest_mm).mean(0)
    place = np.array([pose.x_mm, pose.y_mm, pose.distance_mm], np.float32)
    pivot = place + MODEL_TO_CAMERA @ (PIVOT_MM - middle)
    vertices = model.express(sitter.rest_mm, expression)[face_model.NARROW_FACE]
    return pivot + (vertices - PIVOT_MM) @ MODEL_TO_CAMERA.T @ turn.T


def render(out, people, first):
    """Pictures of people of the model, from number `first` on, and where their vertices lie.

    `vertices_px.npy` [people,6706,2]; `vertices_mm.bin` float32 [people,6706,3] in the camera frame.
    """
    from render import background, colour_noise, scene
    from render import light as light_module
    from render.camera import Intrinsics, Pose
    from render.people import person_from_seed

    out.mkdir(parents=True, exist_ok=True)
    studio = scene.open_studio()
    camera = Intrinsics().crop(150, 70, 340, 340).resized(1.5)
    room = background.room(1, camera)
    placed = np.zeros((people, face_model.NARROW_FACE.stop, 3), np.float32)
    for n in range(people):
        rng = np.random.default_rng([first + n, 907])
        person = person_from_seed(9000 + first + n, beard=0.0, hair_style="buzz", brow_lift_mm=0.0)
        sitter = scene.seat(studio, person)
        pose = Pose(*rng.uniform((-28, -16, -8), (28, 16, 8)), 0, -30, rng.uniform(560, 800))
        expression = {"jawOpen": float(max(0, rng.uniform(-0.4, 0.5)))}
        light = light_module.named(("room", "window-left", "evening")[n % 3])
        drawing = scene.draw(studio, sitter, pose, expression, light, camera)
        level = (light.sky + light.ground) / 2 + 0.35 * light.colours.mean(0)
        linear = drawing.colour + (1 - drawing.cover)[..., None] * room.colour * level
        marks = drawing.landmarks_px
        gain = colour_noise.exposure_for(linear, light, (*marks.min(0), *marks.max(0)))
        picture = colour_noise.expose(linear, gain, light, rng)
        cv2.imwrite(str(out / f"{n:03d}.png"), picture[..., ::-1])
        placed[n] = posed_vertices(studio.model, sitter, pose, expression)
        print(f"\rrendered {n + 1}/{people}", end="", file=sys.stderr)
    np.save(out / "vertices_px.npy", camera.project(placed))
    placed.astype("<f4").tofile(out / "vertices_mm.bin")
    print(file=sys.stderr)


def solve(vertices_px, landmarks_px, candidates):
    """The vertex of each landmark: [(landmark, vertex, error in distances between the eyes)].

    vertices_px [P,V,2], landmarks_px [P,468,2] of P pictures (NaN where no face was found);
    candidates: vertices that may be chosen.
    """
    found = np.isfinite(landmarks_px).all((1, 2))
    vertices_px, landmarks_px = vertices_px[found][:, candidates], landmarks_px[found]
    outer = np.array([33, 263])
    eyes = landmarks_px[:, outer]
    # Outer corners of the eyes lie about 1.45 distances between the pupils apart.
    unit = np.linalg.norm(eyes[:, 0] - eyes[:, 1], axis=-1) / 1.45
    chosen = []
    for landmark in range(landmarks_px.shape[1]):
        off = vertices_px - landmarks_px[:, None, landmark]
        squares = np.minimum((off**2).sum(-1), NEAREST_PX_CLIP**2) / unit[:, None] ** 2
        mean = squares.mean(0)
        best = int(mean.argmin())
        chosen.append((landmark, int(candidates[best]), float(np.sqrt(mean[best]))))
    return chosen


def main():
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("step", choices=("render", "solve"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path(__file__).with_name("correspondence.json"))
    arguments = parser.parse_args()
    if arguments.step == "render":
        render(arguments.folder, arguments.people, arguments.first)
        return
    vertices_px = np.load(arguments.folder / "vertices_px.npy")
    read = json.loads((arguments.folder / "landmarks.json").read_text())
    landmarks = np.full((len(vertices_px), LANDMARK_COUNT, 2), np.nan, np.float32)
    for n, points in enumerate(read):
        if points is not None:
            landmarks[n] = np.array(points, np.float32)[:LANDMARK_COUNT]
    rows = solve(vertices_px, landmarks, np.arange(vertices_px.shape[1]))
    rows = [row for row in rows if row[2] <= LARGEST_ERROR]
    lines = ",\n".join(f"  [{l}, {v}, {e:.4f}]" for l, v, e in rows)
    arguments.out.write_text(f"[\n{lines}\n]\n")
    errors = np.array([row[2] for row in rows])
    print(
        f"{len(rows)} landmarks; error median {np.median(errors):.4f}, largest {errors.max():.4f}"
    )


if __name__ == "__main__":
    main()
