"""Flat prints of the owner, matte and glossy, about life size, held before the camera."""

import numpy as np

from render.attacks import sheet as sheet_module
from render.attacks.stage import Stage

PAPERS_MM = ((210.0, 297.0), (297.0, 420.0), (150.0, 210.0))


def held(stage, sheet, frame, distance_mm, tilt, radius_mm=None, axis="upright"):
    """Where the camera meets a sheet that a hand holds: (fine camera, Met)."""
    s = stage.swaying(frame)
    fine = stage.camera.resized(stage.sharpness)
    centre = (5 * s[3], 4 * s[4], distance_mm + 7 * s[5])
    angles = (9 * tilt[0] + 2 * s[0], 8 * tilt[1] + 2 * s[1], 5 * tilt[2] + 1.5 * s[2])
    return sheet_module.meet(sheet, fine, centre, angles, radius_mm, axis)


def present(folder, photograph, light, seed, frames, glossy):
    """Record one presentation of a matte or glossy print."""
    rng = np.random.default_rng([seed, 151])
    distance = rng.uniform(530, 880)
    sheet = sheet_module.from_portrait(
        photograph,
        PAPERS_MM[int(rng.integers(len(PAPERS_MM)))],
        (rng.uniform(-8, 8), rng.uniform(-25, 5)),
        rng.uniform(0.85, 1.15),
        float(rng.choice([0, 5])),
    )
    sheet = sheet_module.printed(sheet, 0.012 if glossy else 0.035)
    stage = Stage(folder, distance, light, seed)
    tilt = rng.uniform(-1, 1, 3)
    gloss, exponent = (rng.uniform(0.2, 0.7), 220.0) if glossy else (0.05, 30.0)
    mirror_deg = rng.uniform(3, 9)
    for n in range(frames):
        met = held(stage, sheet, n, distance, tilt)
        colour = sheet_module.colour_of(sheet, met, light, gloss, exponent)
        speckle = lost = None
        if glossy:
            # Where coated paper mirrors the sensor's own light, readings saturate and drop out.
            peak = np.exp(-((sheet_module.facing_deg(met) / mirror_deg) ** 2))
            speckle, lost = 6.0 * peak, 0.92 * peak + 0.01
        stage.take(sheet_module.moment(colour, met, stage.camera, speckle, lost))
    stage.close()
