"""Lights of a room: a few directions with colour, and what comes from everywhere."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Light:
    """directions [L,3] unit vectors from the head to each light (camera frame), colours [L,3]
    linear; sky and ground [3] the light from above and below; the first light casts shadows of
    softness `softness_mm`; exposure is what the camera aims a face at, gain its noise.
    """

    directions: np.ndarray
    colours: np.ndarray
    sky: np.ndarray
    ground: np.ndarray
    softness_mm: float = 9.0
    exposure: float = 1.0
    gain: float = 1.0


def _unit(vectors):
    vectors = np.asarray(vectors, np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def make(lamps, sky, ground, **more):
    """A Light from lamps [(direction xyz, colour rgb), ...]."""
    return Light(
        _unit([d for d, _ in lamps]),
        np.array([c for _, c in lamps], np.float32),
        np.array(sky, np.float32),
        np.array(ground, np.float32),
        **more,
    )


def named(name):
    """Lights by name: `room`, `window-left`, `window-right`, `evening`, `overhead`."""
    if name == "room":
        return make(
            [((-0.45, -0.75, -0.9), (1.55, 1.48, 1.38)), ((0.7, -0.3, -0.8), (0.50, 0.52, 0.56))],
            (0.62, 0.62, 0.64),
            (0.36, 0.33, 0.30),
        )
    if name in ("window-left", "window-right"):
        side = -1 if name == "window-left" else 1
        return make(
            [
                ((0.85 * side, -0.4, -0.72), (1.75, 1.82, 1.95)),
                ((-0.7 * side, -0.3, -0.8), (0.30, 0.28, 0.25)),
            ],
            (0.52, 0.53, 0.56),
            (0.34, 0.31, 0.28),
            softness_mm=16.0,
        )
    if name == "evening":
        return make(
            [((0.5, -0.8, -0.6), (1.35, 1.12, 0.84)), ((-0.2, 0.1, -1.0), (0.42, 0.46, 0.54))],
            (0.46, 0.42, 0.36),
            (0.26, 0.22, 0.19),
            exposure=0.62,
            gain=1.6,
        )
    if name == "overhead":
        return make(
            [((0.1, -1.0, -0.55), (1.6, 1.6, 1.55)), ((-0.5, -0.2, -0.9), (0.45, 0.46, 0.5))],
            (0.66, 0.67, 0.68),
            (0.40, 0.38, 0.35),
        )
    raise ValueError(f"no light is called {name}")


def varied(seed):
    """A random room light, for sets of many pictures."""
    rng = np.random.default_rng([seed, 41])
    angle = rng.uniform(-1.3, 1.3)
    height = rng.uniform(-1.2, 0.1)
    warm = rng.uniform(-0.2, 0.2)
    tint = np.array([1 + warm, 1, 1 - warm])
    level = rng.uniform(0.5, 2.0)
    fill = rng.uniform(0.1, 0.7)
    ambient = rng.uniform(0.25, 0.7)
    return make(
        [
            ((np.sin(angle), height, -np.cos(angle)), level * tint),
            ((-0.8 * np.sign(angle), rng.uniform(-0.6, 0.2), -0.8), fill / tint),
        ],
        ambient * (1 + 0.5 * (tint - 1)),
        ambient * rng.uniform(0.4, 0.8) * np.array([1.05, 1, 0.95]),
        softness_mm=float(rng.uniform(6, 18)),
        exposure=float(rng.uniform(0.6, 1.15)),
        gain=float(rng.uniform(0.8, 2.5)),
    )
