"""A print with holes for eyes, nose or mouth, bent over somebody else's face."""

import cv2
import numpy as np

from render import scene
from render.attacks import sheet as sheet_module
from render.attacks.stage import Moment, Stage
from render.camera import Pose
from render.face_model import NOSE_TIP
from render.skin import to_linear

HOLES = (("eyes",), ("eyes", "nose"), ("nose",), ("eyes", "nose", "mouth"))


def cut(sheet, eyes_at_mm, scale, holes, rng):
    """The sheet with holes cut where the printed eyes, nose and mouth are."""
    solid = sheet.solid.copy()
    height, width = solid.shape

    def hole(x, y, half_width, half_height):
        centre = (
            int(round((x * scale + eyes_at_mm[0]) * sheet_module.PX_PER_MM + width / 2)),
            int(round((y * scale + eyes_at_mm[1]) * sheet_module.PX_PER_MM + height / 2)),
        )
        axes = tuple(int(r * scale * sheet_module.PX_PER_MM) for r in (half_width, half_height))
        cv2.ellipse(solid, centre, axes, 0, 0, 360, 0.0, -1)

    grow = rng.uniform(0.9, 1.25)
    if "eyes" in holes:
        for side in (-31.5, 31.5):
            hole(side, 1, 16 * grow, 9 * grow)
    if "nose" in holes:
        hole(0, 36, 17 * grow, 20 * grow)
    if "mouth" in holes:
        hole(0, 68, 26 * grow, 10 * grow)
    return sheet_module.Sheet(sheet.albedo, solid)


def present(folder, studio, photograph, wearer, light, seed, frames):
    """Record one presentation; wearer: the seated attacker behind the print."""
    rng = np.random.default_rng([seed, 167])
    distance = rng.uniform(545, 880)
    scale = rng.uniform(0.92, 1.1)
    eyes = (0.0, -25.0)
    size = (rng.uniform(165, 210), rng.uniform(215, 280))
    sheet = sheet_module.from_portrait(photograph, size, eyes, scale)
    sheet = cut(sheet_module.printed(sheet), eyes, scale, HOLES[seed % len(HOLES)], rng)
    radius = float(rng.choice([75.0, 90.0, 110.0, 150.0]))
    lift_mm = rng.uniform(1, 6)
    stage = Stage(folder, distance, light, seed)
    lean = rng.uniform(-1, 1, 3)
    for n in range(frames):
        s = stage.swaying(n)
        angles = (6 * lean[0] + 2 * s[0], 5 * lean[1] + 2 * s[1], 3 * lean[2] + s[2])
        pose = Pose(*angles, 4 * s[3], 4 * s[4], distance + 7 * s[5])
        drawn = scene.draw(studio, wearer, pose, {}, light, stage.camera, sharpness=stage.sharpness)
        middle = drawn.landmarks_mm[27]  # the bridge of the nose carries the sheet
        nose = drawn.landmarks_mm[NOSE_TIP]
        ahead = (
            middle
            if "nose" in HOLES[seed % len(HOLES)]
            else np.array([middle[0], middle[1], nose[2]])
        )
        turn_down = -eyes[1]
        centre = np.array([middle[0], drawn.between_eyes_mm[1] + turn_down, ahead[2] - lift_mm])
        fine = stage.camera.resized(stage.sharpness)
        met = sheet_module.meet(sheet, fine, centre, angles, radius, "upright")
        paper = sheet_module.moment(sheet_module.colour_of(sheet, met, light), met, stage.camera)
        stage.take(_over(paper, drawn, wearer))
    stage.close()


def _over(paper, drawn, wearer):
    """The paper before the wearer, where it is nearer."""
    front = (paper.depth_mm > 0) & ((drawn.depth_mm == 0) | (paper.depth_mm < drawn.depth_mm + 0.5))
    share = np.where(front | (drawn.depth_mm == 0), paper.cover, 0)[..., None]
    whole = np.maximum(paper.cover, 1e-6)[..., None]
    colour = paper.colour / whole * share + drawn.colour * (1 - share)
    cover = share[..., 0] + drawn.cover * (1 - share[..., 0])
    darkness = 1 - float(to_linear(wearer.person.hair_rgb).mean()) ** 0.5
    depth = np.where(front, paper.depth_mm, drawn.depth_mm)
    return Moment(colour, cover, depth, drawn.hair & ~front, darkness)
