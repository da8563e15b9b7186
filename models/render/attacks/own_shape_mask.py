"""Resin mask of the owner's own shape, smoothed and drawn towards the average, with their picture.

Half of them have painted eyes, half holes for the wearer's eyes.
"""

import numpy as np

from render.attacks import mask
from render.attacks.mask_show import show


def present(folder, studio, owner, photograph, wearer, light, seed, frames, turns_deg, wearing):
    """Record one presentation; wearing: glasses and hats over it."""
    rng = np.random.default_rng([seed, 173])
    likeness = rng.uniform(0.35, 0.95)
    mean = studio.model.neutral_mm
    shape = mean + likeness * (owner.rest_mm - mean)
    shape = mask.smoothed(shape, studio.model.triangles, int(rng.integers(1, 8)))
    triangles = mask.face_triangles(
        studio.model, seed % 2 == 0, rng.uniform(1.0, 3.5), seed % 4 < 2
    )
    look = (rng.uniform(0.4, 1.8), rng.uniform(0.6, 1.6))
    masked = mask.worn(
        studio, wearer, owner, shape, triangles, photograph, rng.uniform(2.5, 8), look, rng, wearing
    )
    show(folder, studio, masked, light, seed, frames, turns_deg, rng)
