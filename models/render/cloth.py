"""Hats, a scarf and a face mask fitted to a head, model frame, mm."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates
from scipy.spatial import cKDTree

from render import face_model, hair
from render.head_surface import ears
from render.mesh import Piece, joined, sheet, tube

# A hat's edge on the average head, half of it, from the forehead to the nape: directions count.
CAP_LINE = np.array(
    [
        (0, 93, 96),
        (35, 90, 90),
        (58, 82, 70),
        (72, 70, 50),
        (80, 60, 28),
        (82, 55, 8),
        (80, 46, -18),
        (72, 30, -46),
        (45, 12, -70),
        (0, 6, -80),
    ],
    float,
)
BEANIE_LINE = np.array(
    [
        (0, 86, 98),
        (35, 83, 92),
        (58, 75, 72),
        (72, 62, 52),
        (80, 47, 30),
        (82, 38, 8),
        (80, 30, -18),
        (72, 14, -46),
        (45, -2, -70),
        (0, -8, -80),
    ],
    float,
)
POLE = (0, 0.98, -0.2)
HAIR_UNDER_HAT_MM = 7.0


@dataclass(frozen=True)
class Hat:
    """A hat on a head; `pressed` lays hair under it."""

    piece: Piece
    limit: hair.Limit
    radius: np.ndarray  # [rows,columns] mm from hair.CENTRE_MM, rows from the pole to the edge

    def pressed(self, vertices_mm):
        """Hair vertices [N,3] laid under the hat; what is well below its edge stays."""
        offset = vertices_mm - hair.CENTRE_MM
        distance = np.linalg.norm(offset, axis=1)
        around, angle = self.limit.angles(offset)
        edge = self.limit.at(around)
        rows, columns = self.radius.shape
        at_row = np.clip(angle / edge, 0, 1) * (rows - 1)
        at_column = (around + np.pi) / (2 * np.pi) * columns
        inner = map_coordinates(self.radius, [at_row, at_column], order=1, mode="grid-wrap")
        inner = np.where(at_row > rows - 2, self.radius[-1][at_column.astype(int) % columns], inner)
        free = np.clip(angle - edge, 0, None) * 95  # springs back below the edge
        most = inner - 2.5 + free
        return (hair.CENTRE_MM + offset * np.minimum(1, most / distance)[:, None]).astype(
            np.float32
        )


def _dome(model, rest_mm, half_line, slack_mm, columns=120, rows=26):
    """Limit, directions [rows,columns,3] and radius of a hat's crown; slack_mm by row 0 to 1."""
    line = np.concatenate([half_line, half_line[-2:0:-1] * [-1, 1, 1]])
    limit = hair.Limit(POLE, line)
    around = -np.pi + 2 * np.pi * np.arange(columns) / columns
    share = np.linspace(0.0, 1, rows)
    angle = share[:, None] * limit.at(around)[None]
    directions = (
        np.cos(angle)[..., None] * limit.axis
        + np.sin(angle)[..., None]
        * (np.cos(around)[:, None] * limit.front + np.sin(around)[:, None] * limit.side)[None]
    )
    index, weight = hair.carried(model, directions)
    scalp = (rest_mm[face_model.HEAD][index] * weight[..., None]).sum(-2)
    radius = np.linalg.norm(scalp - hair.CENTRE_MM, axis=-1)
    radius = gaussian_filter(radius, 1.5, mode=("nearest", "wrap"))
    radius[0] = radius[0].mean()
    radius += HAIR_UNDER_HAT_MM * (1 - share**4)[:, None] + 2.5 + slack_mm(share)[:, None]
    return limit, directions, radius


def _shell(directions, radius):
    """Crown with its edge folded inwards, so that nobody looks into it."""
    outside = hair.CENTRE_MM + directions * radius[..., None]
    inside = hair.CENTRE_MM + directions[-1:] * (radius[-1:] - 6)[..., None]
    return sheet(np.concatenate([outside, inside]), wraps=True)


def beanie(model, rest_mm, seed):
    """Knitted hat with a turned-up edge."""
    rng = np.random.default_rng([seed, 101])
    slack = rng.uniform(3, 16)

    def loose(share):
        fold = 4.0 / (1 + np.exp(-(share - 0.74) * 70))
        return slack * (1 - share**2) ** 2 + fold

    limit, directions, radius = _dome(model, rest_mm, BEANIE_LINE, loose)
    bumps = gaussian_filter(rng.normal(size=radius.shape), 3, mode=("nearest", "wrap"))
    radius = radius + 1.2 * bumps / bumps.std() * np.linspace(1, 0.3, len(radius))[:, None]
    radius[0] = radius[0].mean()
    return Hat(_shell(directions, radius), limit, radius)


def cap(model, rest_mm, seed):
    """Baseball cap with its visor ahead."""
    rng = np.random.default_rng([seed, 103])
    limit, directions, radius = _dome(
        model, rest_mm, CAP_LINE, lambda share: 9 * (1 - share**3) * np.ones_like(share)
    )
    crown = _shell(directions, radius)
    edge = hair.CENTRE_MM + directions[-1] * radius[-1][:, None]
    columns = len(edge)
    around = -180 + 360 * np.arange(columns) / columns
    front = np.flatnonzero(np.abs(around) <= 63)
    root = edge[front]
    reach = np.clip(np.cos(np.deg2rad(around[front]) * 90 / 66), 0, 1)
    length = rng.uniform(62, 74) * reach**0.55
    droop = rng.uniform(0.12, 0.32)
    out = np.linspace(0, 1, 10)[:, None]
    grid = np.repeat(root[None], len(out), 0)
    grid[..., 2] += out * length - 1.5
    grid[..., 1] -= droop * out * length + 0.0030 * out * root[:, 0] ** 2
    below = grid[::-1] - [0, 2.4, 0]
    visor = sheet(np.concatenate([grid, below]))
    return Hat(joined([crown, visor]), limit, radius)


def scarf(surface, seed, cover=0.5, columns=90, rows=26):
    """Scarf around the neck; cover 0 leaves the chin free, 1 reaches the lower lip."""
    rng = np.random.default_rng([seed, 107])
    lip, chin = surface.landmarks[57, 1], surface.landmarks[8, 1]
    front_top = chin - 22 + cover * (lip - 5 - (chin - 22))
    angle = -180 + 360 * np.arange(columns) / columns
    ahead = np.clip(np.cos(np.deg2rad(angle)), 0, 1) ** 1.3
    top = (chin - 14) + (front_top - (chin - 14)) * ahead
    bottom = np.full(columns, -178.0)
    t = np.linspace(0, 1, rows)[:, None]
    y = top[None] + (bottom - top)[None] * t
    radius = np.empty_like(y)
    x0, z0 = surface.head[:, 0], surface.head[:, 2] + 20
    own = np.rad2deg(np.arctan2(x0, z0))
    reach = np.hypot(x0, z0)
    for i in range(rows):
        for j in range(columns):
            turn = np.abs((own - angle[j] + 180) % 360 - 180)
            near = (turn < 7) & (np.abs(surface.head[:, 1] - y[i, j]) < 9)
            radius[i, j] = reach[near].max() if near.any() else 62
    radius = np.maximum(radius, gaussian_filter(radius, (4, 3), mode=("nearest", "wrap")))
    radius = gaussian_filter(radius, (2, 1.5), mode=("nearest", "wrap"))
    folds = np.sin(np.deg2rad(angle)[None] * 2 + y / 7.5 + rng.uniform(0, 6))
    bumps = gaussian_filter(rng.normal(size=radius.shape), (2, 4), mode=("nearest", "wrap"))
    loose = np.clip(t / 0.3, 0.25, 1)
    radius += 4 + loose * (3.2 * folds + 2.5 * bumps / bumps.std()) + 50 * t**2
    lip_in = radius[:1] - 14
    radius, y = np.concatenate([lip_in, radius]), np.concatenate([y[:1] - 3, y])
    rad = np.deg2rad(angle)[None]
    grid = np.stack([np.sin(rad) * radius, y, np.cos(rad) * radius - 20], -1)
    return sheet(grid, wraps=True)


def face_mask(surface, seed, columns=61, rows=30):
    """Mask over nose and mouth with loops around the ears: the cloth, and how the face moves it.

    Returns the piece, then vertices [N,8] of the head that carry each of its vertices and their
    weights [N,8], which are 0 where it does not move with the mouth.
    """
    rng = np.random.default_rng([seed, 109])
    axis_z = -5.0
    ask = surface.wrapped(axis_z, 100.0, 37)
    reach = 62.0
    angle = np.linspace(-reach, reach, columns)
    aside = np.abs(angle) / reach
    bridge = surface.landmarks[28, 1] - rng.uniform(-1, 5)
    eye_low = min(surface.landmarks[i, 1] for i in (40, 41, 46, 47))
    cheek = min(bridge - 9, eye_low - 12)
    top = np.interp(aside, [0, 0.10, 0.35, 1], [bridge, bridge - 3, cheek, cheek - 10])
    chin = surface.landmarks[8, 1] - 9
    jaw = surface.landmarks[3, 1]
    bottom = np.interp(aside, [0, 0.35, 1], [chin, chin + 3, max(jaw - 6, chin + 12)])
    top, bottom = (gaussian_filter(v, 2.0, mode="nearest") for v in (top, bottom))
    t = np.linspace(0, 1, rows)[:, None]
    y = top + (bottom - top) * t
    turn = np.repeat(angle[None], rows, 0)
    radius = ask(turn.ravel(), y.ravel()).reshape(y.shape)
    radius = np.maximum(radius, gaussian_filter(radius, 2.0, mode="nearest")) + 1.8
    # Cloth stands off between nose and chin, and is pleated.
    middle = np.sin(np.pi * t) * (1 - aside**2)
    radius += middle * rng.uniform(1.5, 5) + 0.8 * np.sin(t * 6 * np.pi) * (1 - aside)
    inner = radius[[0, -1]] - 4
    radius = np.concatenate([inner[:1], radius, inner[1:]])
    y = np.concatenate([y[:1], y, y[-1:]])
    rad = np.deg2rad(angle)[None]
    cloth = sheet(np.stack([np.sin(rad) * radius, y, np.cos(rad) * radius + axis_z], -1))

    loops = []
    is_ear = ears(surface.model.neutral_mm[: len(surface.head)])
    for side in (-1, 1):
        ear = surface.head[is_ear & (np.sign(surface.head[:, 0]) == side)]
        back = float(np.median(ear[:, 2])) - 8
        edge = cloth.vertices_mm.reshape(rows + 2, columns, 3)[:, -1 if side > 0 else 0]
        for start, ear_y in (
            (edge[2], float(np.quantile(ear[:, 1], 0.95))),
            (edge[-3], float(np.quantile(ear[:, 1], 0.08))),
        ):
            path = np.linspace(start, [start[0], ear_y, back], 14)
            skin = surface.side_x(path[:, 1], path[:, 2], side) + 1.0
            path[1:, 0] = side * skin[1:]
            loops.append(tube(path, 0.9, 0.9, (0, 1, 0)))
    piece = joined([cloth, *loops])

    mean_z = surface.model.neutral_mm[: len(surface.head), 2]
    usable = np.flatnonzero(mean_z > 20)
    _, near = cKDTree(surface.head[usable]).query(piece.vertices_mm, k=8)
    weight = np.full(near.shape, 1 / 8, np.float32)
    weight[len(cloth.vertices_mm) :] = 0
    return piece, usable[near].astype(np.int32), weight
