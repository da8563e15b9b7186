"""Colour of the owner's print, depth of somebody else alive: the channels of two scenes."""

import numpy as np
from dataclasses import replace

from render import scene
from render.attacks import sheet as sheet_module
from render.attacks.live_look import LIVE_MM, LiveLook
from render.attacks.stage import Moment


def present(folder, studio, photograph, other, light, seed, frames):
    """Record one presentation; other: the living head whose depth is used.

    The print is laid over the other's face as well as a hand can: eyes on eyes within millimetres.
    """
    rng = np.random.default_rng([seed, 193])
    distance = rng.uniform(*LIVE_MM)
    look = LiveLook(folder, studio, other, light, seed, distance)
    stage = look.stage
    sheet = sheet_module.printed(
        sheet_module.from_portrait(
            photograph, (297.0, 420.0), (0.0, -40.0), rng.uniform(0.93, 1.07)
        )
    )
    off = rng.normal(0, 4, 2)
    tilt = rng.uniform(-1, 1, 3)
    for n in range(frames):
        living, drawn = look.moment(n)
        s = np.roll(stage.swaying(n + 7), 2)
        eyes = drawn.between_eyes_mm
        centre = (
            eyes[0] + off[0] + 2 * s[3],
            eyes[1] + 40 + off[1] + 2 * s[4],
            eyes[2],
        )
        angles = (5 * tilt[0] + 1.5 * s[0], 4 * tilt[1] + 1.5 * s[1], 2 * tilt[2] + s[2])
        met = sheet_module.meet(sheet, stage.camera.resized(stage.sharpness), centre, angles)
        paper = sheet_module.moment(sheet_module.colour_of(sheet, met, light), met, stage.camera)
        stage.take(replace(living, colour=paper.colour, cover=paper.cover))
    stage.close()
