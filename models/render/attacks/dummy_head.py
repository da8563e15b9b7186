"""The owner's photograph on a head-shaped dummy of average shape."""

import numpy as np

from render import scene
from render.attacks import mask
from render.attacks.mask_show import show


def present(folder, studio, owner, photograph, plain, light, seed, frames, turns_deg, wearing, wig):
    """Record one presentation; plain: a sitter whose shirt is left away, and hair without `wig`.

    wearing: glasses and hats on it.
    """
    rng = np.random.default_rng([seed, 181])
    grey = rng.uniform(0.2, 0.75)
    reflectance = np.clip(grey * rng.uniform(0.9, 1.1, 3), 0, 0.9)
    if rng.random() < 0.5:
        reflectance = mask.tone_of(owner)
    look = (rng.uniform(0.3, 1.5), rng.uniform(0.6, 1.6))
    head = mask.on_stand(
        studio, plain, owner, studio.model.neutral_mm, photograph, reflectance, look, rng, wig
    )
    head = scene.wear(studio, head, wearing)
    show(folder, studio, head, light, seed, frames, turns_deg, rng)
