"""A masked or made-up head before the camera: rigid, its painted eyes staring ahead."""

import numpy as np

from render import scene
from render.attacks.stage import Moment, Stage
from render.camera import Pose
from render.skin import to_linear

HELD_DEG = (6.0, 5.0)  # yaw and pitch of who means to be let in, before the sway


def show(folder, studio, sitter, light, seed, frames, turns_deg, rng):
    """Record a few frames of a sitter who keeps the face still, turned up to turns_deg (yaw, pitch)."""
    distance = rng.uniform(545, 880)
    stage = Stage(folder, distance, light, seed)
    lean = rng.uniform(-1, 1, 3)
    darkness = 1 - float(to_linear(sitter.person.hair_rgb).mean()) ** 0.5
    for n in range(frames):
        s = stage.swaying(n)
        pose = Pose(
            turns_deg[0] * lean[0] + 2.5 * s[0],
            turns_deg[1] * lean[1] + 2 * s[1],
            3 * lean[2] + 1.5 * s[2],
            5 * s[3],
            4 * s[4],
            distance + 8 * s[5],
        )
        drawn = scene.draw(studio, sitter, pose, {}, light, stage.camera, sharpness=stage.sharpness)
        stage.take(
            Moment(drawn.colour, drawn.cover, drawn.depth_mm, drawn.hair, darkness),
            (*drawn.landmarks_px.min(0), *drawn.landmarks_px.max(0)),
        )
    stage.close()
