"""Scalp hair: shells of strands, laid out on the average head, carried by the person's.

Strands run from a pole (the whorl or the start of the parting) to the hairline, and long hair
on down from there.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter
from scipy.spatial import cKDTree

from render import face_model

CENTRE_MM = np.array([0.0, 45.0, 10.0])  # inside the skull; the scalp is star-shaped around it

# The hairline of the average head, half of it, from the forehead to the nape, mm.
HAIRLINE = np.array(
    [
        (0, 112, 82),
        (35, 111, 77),
        (56, 99, 64),
        (68, 76, 52),
        (75, 50, 46),
        (77, 24, 33),
        (78, 46, 8),
        (74, 22, -22),
        (66, -18, -34),
        (40, -46, -54),
        (0, -50, -60),
    ],
    float,
)


@dataclass(frozen=True)
class Style:
    """A haircut: lengths in mm; `pole` is a direction from the skull's middle."""

    pole: tuple
    thickness: float
    layers: int
    front_rise: float = 0.0  # hairline at the forehead moved up (bare) or down (fringe)
    temple_rise: float = 0.0
    edge_thickness: float = 0.0  # hair that lies over the hairline keeps this thickness there
    covers_ears: bool = False
    hang_to: float = 0.0  # y mm the hair hangs down to; 0: it does not hang
    curly: bool = False
    sides: float = 0.3  # thickness at the sides against the top
    density: float = 1.0


STYLES = {
    "buzz": Style((0, 0.9, -0.4), 3.5, 3),
    "receding": Style((0, 0.9, -0.4), 6.0, 3, front_rise=16, temple_rise=24, density=0.8),
    "short": Style((0.15, 0.85, -0.45), 17, 7, front_rise=-2, edge_thickness=3),
    "sidepart": Style((0.30, 0.9, 0.50), 22, 7, front_rise=-2),
    "fringe": Style((0.0, 0.9, -0.35), 18, 7, front_rise=-40, temple_rise=-14, edge_thickness=6),
    "curly": Style(
        (0, 1.0, -0.1), 42, 12, front_rise=-2, edge_thickness=12, curly=True, sides=0.65
    ),
    "tied": Style((0, 0.55, -0.85), 8, 5),
    "long": Style(
        (0.08, 0.9, 0.52), 26, 8, covers_ears=True, hang_to=-215, edge_thickness=4, sides=0.6
    ),
    "bob": Style(
        (0, 0.9, -0.1),
        20,
        7,
        front_rise=-38,
        temple_rise=-10,
        covers_ears=True,
        hang_to=-62,
        edge_thickness=7,
        sides=0.6,
    ),
}


def strand_texture(seed, curly, width=1024, height=128):
    """Rank texture [height,width], 0 to 1, even; strands run down it; it wraps around in u."""
    rng = np.random.default_rng([seed, 31])
    if curly:
        field = gaussian_filter(rng.normal(size=(height, width)), (2.0, 3.2), mode="wrap")
        field /= field.std()
        fine = gaussian_filter(rng.normal(size=(height, width)), (0.7, 1.0), mode="wrap")
        field += 0.6 * fine / fine.std()
    else:
        field = np.zeros((height, width))
        for sigma, weight in ((0.7, 1.0), (2.0, 0.8), (7.0, 0.9)):
            part = gaussian_filter(rng.normal(size=(height, width)), (14, sigma), mode="wrap")
            field += weight * part / part.std()
    rank = np.empty(field.size, np.float32)
    rank[np.argsort(field, axis=None)] = np.linspace(0, 1, field.size, dtype=np.float32)
    return rank.reshape(field.shape)


def _frame(pole):
    axis = np.asarray(pole, float) / np.linalg.norm(pole)
    front = np.array([0, 0, 1.0]) - axis * axis[2]
    front /= np.linalg.norm(front)
    return axis, front, np.cross(axis, front)


def _hairline(style):
    half = HAIRLINE.copy()
    half[:2, 1] += style.front_rise
    half[:2, 2] -= 0.75 * style.front_rise
    half[2, 1] += style.temple_rise
    half[2, 2] -= 0.7 * style.temple_rise
    half[3] += np.array([0.0, 0.6, -0.5]) * style.temple_rise
    if style.covers_ears:
        half[5:8] = [(78, 24, 22), (80, 6, 0), (76, 2, -24)]
    return np.concatenate([half, half[-2:0:-1] * [-1, 1, 1]])


class Limit:
    """Angle from the pole to a line around the head, for each direction around the pole."""

    def __init__(self, pole, line_mm):
        self.axis, self.front, self.side = _frame(pole)
        around, angle = self.angles(line_mm - CENTRE_MM)
        order = np.argsort(around)
        self.around, self.angle = around[order], angle[order]

    def angles(self, offsets):
        """Offsets [...,3] from the skull's middle to angles (around, from) the pole."""
        unit = offsets / np.linalg.norm(offsets, axis=-1, keepdims=True)
        around = np.arctan2(unit @ self.side, unit @ self.front)
        return around, np.arccos(np.clip(unit @ self.axis, -1, 1))

    def at(self, around):
        """The line's angle from the pole at each angle around it."""
        return np.interp(around, self.around, self.angle, period=2 * np.pi)


def hairline_limit(style):
    """Limit of the scalp's hair."""
    return Limit(style.pole, _hairline(style))


def cover(style_name, place_mm, rng):
    """Where hair roots are on the skin, 0 to 1, for points [...,3] mm of the average head."""
    limit = hairline_limit(STYLES[style_name])
    around, angle = limit.angles(place_mm - CENTRE_MM)
    ragged = 0.045 * gaussian_filter(rng.normal(size=angle.shape), 1.5) * 4
    inside = np.clip((limit.at(around) * 0.985 - angle + ragged) / 0.10, 0, 1)
    return (inside * STYLES[style_name].density).astype(np.float32)


def carried(model, directions):
    """Vertices and weights [...,6] of the scalp that carry each direction's point."""
    points = model.neutral_mm[face_model.HEAD].copy()
    ears = (np.abs(points[:, 0]) > 76) & (points[:, 1] < 44) & (points[:, 1] > -28)
    lobe_or_throat = ears | (points[:, 1] < -75)
    inner = np.linalg.norm(points - CENTRE_MM, axis=1) < 55
    usable = np.flatnonzero(~(lobe_or_throat | inner))
    offsets = points[usable] - CENTRE_MM
    tree = cKDTree(offsets / np.linalg.norm(offsets, axis=1, keepdims=True))
    distance, index = tree.query(directions, k=6)
    weight = 1 / (distance**2 + 4e-4)
    return usable[index], weight / weight.sum(-1, keepdims=True)


@dataclass(frozen=True)
class Hair:
    """A mesh: vertices mm (head frame), triangles, uv and cutoff per vertex, texture."""

    vertices_mm: np.ndarray
    triangles: np.ndarray
    uv: np.ndarray
    cutoff: np.ndarray
    depth: np.ndarray  # 0 at the roots to 1 at the outer shell, per vertex
    strands: np.ndarray


def grow(model, person, rest_mm, columns=120, rows=22, hang_rows=14):
    """Hair of a person over their head at rest, vertices [N,3] mm."""
    style = STYLES[person.hair_style]
    limit = hairline_limit(style)
    around = np.linspace(-np.pi, np.pi, columns + 1)
    rng = np.random.default_rng([person.seed, 37])
    ragged = gaussian_filter(rng.normal(size=columns), 1.2, mode="wrap")
    end = limit.at(around) + 0.022 * np.append(ragged, ragged[0]) / ragged.std()
    s = np.linspace(0.02, 1, rows)
    angle = s[:, None] * end[None, :]
    directions = (
        np.cos(angle)[..., None] * limit.axis
        + np.sin(angle)[..., None]
        * (np.cos(around)[:, None] * limit.front + np.sin(around)[:, None] * limit.side)[None]
    )
    index, weight = carried(model, directions)
    head = rest_mm[face_model.HEAD]
    scalp = (head[index] * weight[..., None]).sum(-2)
    radius = scalp - CENTRE_MM
    outward = radius / np.linalg.norm(radius, axis=-1, keepdims=True)

    volume = style.thickness * (0.6 + 0.8 * person.hair_volume)
    clump = (1.3, 2.6) if style.curly else (5, 2.2)
    locks = gaussian_filter(rng.normal(size=(rows, columns)), clump, mode=("nearest", "wrap"))
    locks = np.concatenate([locks, locks[:, :1]], 1) / locks.std()
    uneven = (0.15 if style.curly else 0.10) * np.clip(s / 0.3, 0, 1)[:, None]
    profile = (1 - s ** (7 if style.curly else 3))[:, None] * (1 + uneven * locks)
    low = np.clip((scalp[..., 1] - 30) / 85, style.sides, 1)
    thick = volume * profile * low + style.edge_thickness * (s**3)[:, None]
    if style.hang_to:
        thick = np.maximum(thick, volume * 0.75 * (s[:, None] > 0.6) * (scalp[..., 2] < 62))

    uv_rows = s * 0.75
    begin = 0.93 if style.curly else 0.86
    fray = np.clip((s - begin) / (1 - begin), 0, 1) ** 1.5
    fray = fray[:, None] * np.ones_like(angle)
    hang = None
    if style.hang_to:
        edge = scalp[-1] + outward[-1] * thick[-1][:, None]
        hangs = np.clip((64 - edge[:, 2]) / 14, 0, 1)
        t = np.linspace(0, 1, hang_rows + 1)[1:]
        wave = gaussian_filter(
            rng.normal(size=(hang_rows, columns)), (3, 2), mode=("nearest", "wrap")
        )
        wave = np.concatenate([wave, wave[:, :1]], 1) / wave.std()
        bottom = style.hang_to + 9 * np.cos(3 * around)
        hang = np.repeat(edge[None], hang_rows, 0)
        hang[..., 1] = (
            edge[:, 1] + t[:, None] * (np.minimum(bottom, edge[:, 1]) - edge[:, 1]) * hangs
        )
        flat = edge * [1, 0, 1] - np.array([0, 0, -5.0])
        flat /= np.linalg.norm(flat, axis=1, keepdims=True)
        swell = (13 * np.sin(np.pi * t * 0.8)[:, None] + 2.2 * wave) * hangs
        hang += flat[None] * swell[..., None]
        front = np.clip((edge[:, 2] - 5) / 40, 0, 1) * hangs
        hang[..., 2] -= 20 * t[:, None] * front
        fray = np.where(hangs[None] > 0.5, 0, fray)
        uv_rows = s * 0.45

    vertices, triangles, uv, cutoff, depth = [], [], [], [], []
    for layer in range(style.layers):
        level = (layer + 1) / style.layers
        body = scalp + outward * (thick * level + 0.6)[..., None]
        airy = 0.85 if style.curly else 0.25 + 0.75 * person.hair_volume
        grid_cut = np.maximum(fray, 0.9 * airy * layer / style.layers)
        rows_here = np.repeat(uv_rows[:, None], columns + 1, 1)
        if hang is not None:
            inner = flat[None] * (volume * 0.5 * (level - 1))
            body = np.concatenate([body, hang + inner])
            tip = np.clip((t[:, None] - 0.75) / 0.25, 0, 1) ** 2 * np.ones((1, columns + 1))
            tip = np.maximum(tip, np.where(hangs > 0.5, 0.0, 1.01)[None])
            grid_cut = np.concatenate([grid_cut, np.maximum(tip, grid_cut[-1:].min() * 0.8)])
            rows_here = np.concatenate(
                [rows_here, np.repeat((0.45 + 0.55 * t)[:, None], columns + 1, 1)]
            )
        if layer == 0 and style.density >= 1:
            grid_cut = np.where(grid_cut < 0.05, -0.5, grid_cut)
        height = body.shape[0]
        offset = sum(len(v) for v in vertices)
        here = offset + np.arange(height * (columns + 1)).reshape(height, columns + 1)
        a, b, c, d = here[:-1, :-1], here[:-1, 1:], here[1:, :-1], here[1:, 1:]
        triangles += [
            np.stack([a, c, b], -1).reshape(-1, 3),
            np.stack([b, c, d], -1).reshape(-1, 3),
        ]
        vertices.append(body.reshape(-1, 3))
        columns_u = np.repeat((np.arange(columns + 1) / columns + 0.137 * layer)[None], height, 0)
        uv.append(np.stack([columns_u, rows_here], -1).reshape(-1, 2))
        cutoff.append(np.clip(grid_cut, -0.5, 1.01).reshape(-1))
        depth.append(np.full(height * (columns + 1), level))
    return Hair(
        np.concatenate(vertices).astype(np.float32),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate(uv).astype(np.float32),
        np.concatenate(cutoff).astype(np.float32),
        np.concatenate(depth).astype(np.float32),
        strand_texture(person.seed, style.curly),
    )
