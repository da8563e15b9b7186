"""A room behind the person: a wall with a few things on it and before it, out of focus."""

from dataclasses import dataclass

import cv2
import numpy as np

from render.skin import to_linear


@dataclass(frozen=True)
class Room:
    """colour [H,W,3] linear reflectance seen by the camera, depth_mm [H,W]."""

    colour: np.ndarray
    depth_mm: np.ndarray


WALLS = (
    (206, 202, 192),
    (184, 196, 200),
    (200, 188, 170),
    (190, 200, 184),
    (214, 212, 210),
    (170, 170, 178),
)
BOOKS = (
    (120, 40, 36),
    (40, 70, 110),
    (200, 180, 120),
    (60, 90, 60),
    (210, 210, 205),
    (70, 60, 80),
    (160, 110, 60),
)


def room(seed, camera):
    """A room for a seed: wall 1.7 to 2.4 m away, a little askew, with a picture, shelf or door."""
    rng = np.random.default_rng([seed, 53])
    h, w = camera.height, camera.width
    distance = rng.uniform(1750, 2350)
    slope_x, slope_y = rng.uniform(-0.22, 0.22), rng.uniform(-0.02, 0.02)
    x = (np.arange(w, dtype=np.float32) - camera.cx) / camera.fx
    y = (np.arange(h, dtype=np.float32) - camera.cy) / camera.fy
    gx, gy = np.meshgrid(x, y)
    depth = distance / (1 - slope_x * gx - slope_y * gy)
    wall_x, wall_y = gx * depth, gy * depth  # mm on the wall

    base = to_linear(WALLS[int(rng.integers(len(WALLS)))]) * rng.uniform(0.55, 0.9)
    fall = (
        1
        - 0.18 * np.clip((wall_x * rng.choice([-1, 1]) + 600) / 1800, 0, 1)
        - 0.12 * (wall_y + 700) / 1400
    )
    colour = base * fall[..., None]
    grain = cv2.GaussianBlur(rng.normal(size=(h, w)).astype(np.float32), (0, 0), 25)
    colour *= 1 + 0.035 * (grain / grain.std())[..., None]

    def box(left, top, right, bottom, rgb, nearer=0.0, shadow=True):
        inside = (wall_x > left) & (wall_x < right) & (wall_y > top) & (wall_y < bottom)
        if shadow:
            shade = (
                (wall_x > left + 18)
                & (wall_x < right + 30)
                & (wall_y > top + 25)
                & (wall_y < bottom + 35)
            )
            colour[shade & ~inside] *= 0.72
        colour[inside] = to_linear(rgb) * fall[inside][:, None]
        depth[inside] -= nearer

    side = int(rng.choice([-1, 1]))
    kind = rng.random()
    if kind < 0.5:
        centre, top = side * rng.uniform(430, 620), rng.uniform(-520, -380)
        width, height = rng.uniform(300, 460), rng.uniform(260, 380)
        frame = to_linear((60, 44, 32)) if rng.random() < 0.5 else to_linear((225, 222, 215))
        box(centre - width / 2, top, centre + width / 2, top + height, frame * 255, 0)
        box(
            centre - width / 2 + 30,
            top + 30,
            centre + width / 2 - 30,
            top + height - 30,
            (222, 218, 206),
            0,
            False,
        )
        for _ in range(5):
            cx, cy = centre + rng.uniform(-0.25, 0.25) * width, top + height * rng.uniform(0.3, 0.7)
            sx, sy = rng.uniform(30, 70), rng.uniform(30, 60)
            box(cx - sx, cy - sy, cx + sx, cy + sy, BOOKS[int(rng.integers(len(BOOKS)))], 0, False)
    else:
        left = side * rng.uniform(520, 700) - 260
        box(left, -520, left + 520, 900, (112, 84, 58), 250)  # books stand flush with it
        for level in range(4):
            top = -500 + 330 * level
            box(left + 20, top, left + 500, top + 300, (46, 36, 28), 0, False)
            at = left + 26.0
            while at < left + 480:
                thick, tall = rng.uniform(18, 48), rng.uniform(180, 270)
                box(
                    at,
                    top + 300 - tall,
                    min(at + thick, left + 494),
                    top + 300,
                    BOOKS[int(rng.integers(len(BOOKS)))],
                    0,
                    False,
                )
                at += thick + 2
    if rng.random() < 0.6:
        other = -side * rng.uniform(560, 760)
        box(other - 380, -700, other + 380, 1500, (196, 190, 178), 0, False)
        box(
            other - 350,
            -670,
            other + 350,
            1500,
            (168, 150, 126) if rng.random() < 0.5 else (226, 224, 218),
            0,
            False,
        )
    colour = cv2.GaussianBlur(colour.astype(np.float32), (0, 0), 2.0)
    return Room(colour, depth.astype(np.float32))
