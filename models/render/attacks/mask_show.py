"""A masked or made-up head before the camera: rigid, its painted eyes staring ahead."""

import numpy as np

from render import scene
from render.attacks.live_look import LIVE_MM, MIDDLE_MM, leaning
from render.attacks.stage import Moment, Stage
from render.skin import to_linear


def show(folder, studio, sitter, light, seed, frames, turns_deg, rng):
    """Record a few frames of a sitter who keeps the face still, turned up to turns_deg (yaw, pitch)."""
    distance = rng.uniform(*LIVE_MM)
    # Framed and held as a living look is: only what is alive may tell them apart.
    stage = Stage(folder, distance, light, seed, MIDDLE_MM)
    lean = rng.uniform(-1, 1, 5)
    darkness = 1 - float(to_linear(sitter.person.hair_rgb).mean()) ** 0.5
    for n in range(frames):
        pose = leaning(lean, turns_deg, distance, stage.swaying(n))
        drawn = scene.draw(studio, sitter, pose, {}, light, stage.camera, sharpness=stage.sharpness)
        stage.take(
            Moment(drawn.colour, drawn.cover, drawn.depth_mm, drawn.hair, darkness),
            (*drawn.landmarks_px.min(0), *drawn.landmarks_px.max(0)),
        )
    stage.close()
