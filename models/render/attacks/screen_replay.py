"""The owner's picture on a telephone, tablet or monitor: light of its own behind glass."""

import numpy as np
from scipy.ndimage import gaussian_filter

from render.attacks import sheet as sheet_module
from render.attacks.flat_print import held
from render.attacks.stage import Stage

SCREENS_MM = ((158.0, 210.0), (180.0, 250.0), (345.0, 215.0), (530.0, 300.0))


def present(folder, photographs, light, seed, frames):
    """Record one presentation; photographs: pictures of the owner, one shown after another."""
    rng = np.random.default_rng([seed, 163])
    distance = rng.uniform(530, 880)
    size = SCREENS_MM[int(rng.integers(len(SCREENS_MM)))]
    scale = rng.uniform(0.85, 1.15)
    eyes = (rng.uniform(-8, 8), rng.uniform(-20, 0))
    shown = [sheet_module.from_portrait(p, size, eyes, scale) for p in photographs]
    stage = Stage(folder, distance, light, seed)
    tilt = rng.uniform(-1, 1, 3)
    # Displays swallow and mirror infrared: from a clean plane of glass to mostly holes.
    holes, speckle = 0.6 * rng.random() ** 2, rng.uniform(0, 14)
    brightness = rng.uniform(1.2, 2.6)
    samples = stage.camera.resized(stage.sharpness)
    patches = gaussian_filter(rng.normal(size=(samples.height, samples.width)), 7 * stage.sharpness)
    patches = 0.5 + 0.5 * np.tanh(patches / patches.std())
    for n in range(frames):
        sheet = shown[n % len(shown)]
        met = held(stage, sheet, n, distance, tilt)
        glow = sheet_module.Sheet(np.ones_like(sheet.albedo) * 0.012, sheet.solid)
        reflected = sheet_module.colour_of(glow, met, light, 0.12, 900.0)
        lit = sheet_module.colour_of(sheet, met, EVEN, 0.0)
        peak = np.exp(-((sheet_module.facing_deg(met) / 4.0) ** 2))
        lost = np.clip(holes * (0.4 + 1.2 * patches) + 0.9 * peak, 0, 0.97)
        stage.take(
            sheet_module.moment(
                brightness * lit + reflected, met, stage.camera, speckle + 6 * peak, lost
            )
        )
    stage.close()


class _Even:
    """Light that shows a texture as it is."""

    directions = np.zeros((0, 3), np.float32)
    colours = np.zeros((0, 3), np.float32)
    sky = np.ones(3, np.float32)
    ground = np.ones(3, np.float32)


EVEN = _Even()
