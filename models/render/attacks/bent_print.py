"""A print bent over a cylinder, upright or level, from the width of a head to hardly bent."""

import numpy as np

from render.attacks import sheet as sheet_module
from render.attacks.flat_print import PAPERS_MM, held
from render.attacks.stage import Stage

RADII_MM = (60.0, 75.0, 90.0, 120.0, 180.0, 300.0)


def present(folder, photograph, light, seed, frames):
    """Record one presentation."""
    rng = np.random.default_rng([seed, 157])
    radius = RADII_MM[seed % len(RADII_MM)]
    axis = "upright" if (seed // len(RADII_MM)) % 2 == 0 else "level"
    distance = rng.uniform(530, 880)
    # What is bent away looks narrower from ahead; attackers print it wider to make up for it.
    sheet = sheet_module.from_portrait(
        photograph,
        PAPERS_MM[int(rng.integers(len(PAPERS_MM)))],
        (0.0, rng.uniform(-20, 0)),
        rng.uniform(0.9, 1.2),
    )
    sheet = sheet_module.printed(sheet)
    stage = Stage(folder, distance, light, seed)
    tilt = rng.uniform(-1, 1, 3)
    for n in range(frames):
        met = held(stage, sheet, n, distance, tilt, radius, axis)
        stage.take(
            sheet_module.moment(sheet_module.colour_of(sheet, met, light), met, stage.camera)
        )
    stage.close()
