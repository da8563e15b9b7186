"""Mask of another person's shape with the owner's photograph on it."""

import numpy as np

from render.attacks import mask
from render.attacks.mask_show import show


def present(
    folder, studio, owner, photograph, other, wearer, light, seed, frames, turns_deg, wearing
):
    """Record one presentation; other: whose shape the mask has, wearing: glasses and hats over it."""
    rng = np.random.default_rng([seed, 179])
    shape = mask.smoothed(other.rest_mm, studio.model.triangles, int(rng.integers(0, 5)))
    triangles = mask.face_triangles(
        studio.model, seed % 2 == 0, rng.uniform(1.0, 3.5), seed % 4 < 2
    )
    look = (rng.uniform(0.4, 1.8), rng.uniform(0.6, 1.6))
    masked = mask.worn(
        studio, wearer, owner, shape, triangles, photograph, rng.uniform(2.5, 8), look, rng, wearing
    )
    show(folder, studio, masked, light, seed, frames, turns_deg, rng)
