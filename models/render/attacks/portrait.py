"""The owner's photograph that attackers print, show or paint: frontal, evenly lit, sharp."""

from dataclasses import dataclass

import numpy as np

from render import colour_noise, scene
from render import light as light_module
from render.camera import Intrinsics, Pose
from render.skin import to_linear

DISTANCE_MM = 900.0
# 1,900 px at 900 mm: about two pixels for each millimetre of the face.
CAMERA = Intrinsics(660, 760, 1900.0, 1900.0, 329.5, 360.0)
LIGHT = light_module.make(
    [((-0.5, -0.5, -1.0), (0.9, 0.88, 0.86)), ((0.5, -0.4, -1.0), (0.8, 0.8, 0.82))],
    (0.75, 0.75, 0.76),
    (0.55, 0.53, 0.5),
)
WALL = (0.55, 0.56, 0.58)


@dataclass(frozen=True)
class Portrait:
    """rgb [h,w,3] linear, the camera's exposure; eyes_px [2] the point between the eyes."""

    rgb: np.ndarray
    eyes_px: np.ndarray
    px_per_mm: float


def portrait(studio, sitter, yaw_deg=0.0, expression=None):
    """Photograph a sitter."""
    pose = Pose(yaw_deg=yaw_deg, distance_mm=DISTANCE_MM)
    drawing = scene.draw(studio, sitter, pose, expression or {}, LIGHT, CAMERA, sharpness=1)
    linear = drawing.colour + (1 - drawing.cover)[..., None] * np.array(WALL, np.float32)
    marks = drawing.landmarks_px
    gain = colour_noise.exposure_for(linear, LIGHT, (*marks.min(0), *marks.max(0)))
    rng = np.random.default_rng([sitter.person.seed, 139])
    picture = colour_noise.expose(linear, gain, LIGHT, rng)
    return Portrait(to_linear(picture), drawing.eyes_px.mean(0), CAMERA.fx / DISTANCE_MM)
