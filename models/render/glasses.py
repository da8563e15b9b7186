"""Glasses fitted to a head: rims, bridge, temples and lenses."""

from dataclasses import dataclass, replace

import numpy as np

from render.head_surface import ears
from render.mesh import joined, sheet, tube

BOW_RADIUS_MM = 170.0  # the front is bowed around the face
TILT = 0.13  # and leans: the rims' lower edge is nearer the cheek
CLEARANCE_MM = 1.6
VERTEX_DISTANCE_MM = 12.0  # from the eyeball's front to the lens, as opticians fit it


@dataclass(frozen=True)
class Shape:
    """Outline of a rim around its lens' middle, mm; power 2 is an ellipse, more is squarer."""

    half_wide: float
    half_high: float
    power: float = 2.0
    lift: float = 0.0  # outer upper corner pulled up and out
    teardrop: float = 0.0  # lower outside fuller than the upper inside
    rim: str = "full"  # full, upper (the lower half is a thread), none
    middle_down: float = 2.0  # lens' middle below the eye


SHAPES = {
    "round": Shape(22.5, 21.5),
    "oval": Shape(24.0, 16.5, 2.2),
    "rectangle": Shape(26.0, 15.5, 5.0),
    "square": Shape(26.0, 21.0, 3.6),
    "aviator": Shape(25.5, 22.0, 2.5, teardrop=0.22, middle_down=4.5),
    "cateye": Shape(25.5, 18.5, 2.6, lift=5.0),
    "browline": Shape(25.0, 19.0, 2.8, rim="upper"),
    "rimless": Shape(25.0, 16.5, 3.0, rim="none"),
}


@dataclass(frozen=True)
class Frame:
    """Opaque parts and lenses of glasses on a head, model frame, mm."""

    frame: object  # mesh.Piece
    lenses: object  # mesh.Piece


def _outline(shape, points=44):
    """Rim [points,2] mm of the left lens: u outwards, v upwards, from its middle."""
    t = 2 * np.pi * np.arange(points) / points
    c, s = np.cos(t), np.sin(t)
    u = np.sign(c) * np.abs(c) ** (2 / shape.power) * shape.half_wide
    v = np.sign(s) * np.abs(s) ** (2 / shape.power) * shape.half_high
    corner = np.clip(u / shape.half_wide, 0, 1) * np.clip(v / shape.half_high, 0, 1)
    u, v = u + 0.6 * shape.lift * corner, v + shape.lift * corner
    lower = np.clip(-v / shape.half_high, 0, 1)
    return np.stack([u + shape.teardrop * lower * (-u * 0.9 - 0.12 * shape.half_wide), v], 1)


def _on_front(middle_z, eye_y, x, y):
    """Depth of the glasses' front at (x, y)."""
    return middle_z - x * x / (2 * BOW_RADIUS_MM) + TILT * (y - eye_y)


def fit(shape_name, thick, surface):
    """Glasses of a shape on a HeadSurface; `thick` frames are acetate, the others wire."""
    eye_x = float(np.abs(surface.eyes[:, 0]).mean())
    size = np.clip(eye_x / 31, 0.92, 1.1)  # frames come in sizes
    shape = SHAPES[shape_name]
    shape = replace(shape, half_wide=shape.half_wide * size, half_high=shape.half_high * size)
    outline = _outline(shape)
    eye_y = float(surface.eyes[:, 1].mean())
    middle_y = eye_y - shape.middle_down
    across, along = (2.1, 1.7) if thick else (0.75, 0.75)
    half_bridge = 9.0 if thick else 9.5
    middle_x = max(eye_x + 0.8, half_bridge + shape.half_wide)
    bridge_y = middle_y + (0.25 if thick else 0.35) * shape.half_high

    # As far back as lids, nose and cheeks allow, and not nearer than an optician would.
    x = np.concatenate([middle_x + outline[:, 0], [0.0]])
    y = np.concatenate([middle_y + outline[:, 1], [bridge_y]])
    skin = np.maximum(surface.front_z(x, y), surface.front_z(-x, y))
    need = skin + CLEARANCE_MM + along - _on_front(0, eye_y, x, y)
    cornea = surface.eyes[:, 2].max() + 12.2
    at_eye = cornea + VERTEX_DISTANCE_MM - _on_front(0, eye_y, eye_x, eye_y)
    front = max(float(need[:-1].max()), min(float(need[-1]), at_eye + 4), at_eye)
    x_hinge = max(
        middle_x + outline[:, 0].max() + across + 0.5,
        max(surface.side_x([eye_y], [surface.eyes[0, 2] - 6], side)[0] for side in (-1, 1)) - 1,
    )

    def place(x, y):
        return np.stack([x, y, _on_front(front, eye_y, x, y)], -1)

    parts, lenses = [], []
    for side in (-1, 1):
        rim = place(side * (middle_x + outline[:, 0]), middle_y + outline[:, 1])
        if shape.rim == "full":
            parts.append(tube(rim, across, along, (0, 0, 1), closed=True))
        elif shape.rim == "upper":
            upper = np.roll(outline[:, 1] > -1.5, 0)
            start = int(np.flatnonzero(~upper)[-1]) + 1
            chain = np.roll(rim, -start, 0)[: upper.sum()]
            swell = 1 + 0.6 * np.sin(np.linspace(0.3, np.pi - 0.1, len(chain)))
            parts.append(tube(chain, (across + 0.5) * swell, along + 0.3, (0, 0, 1)))
            parts.append(tube(rim, 0.4, 0.4, (0, 0, 1), closed=True))
        rings = np.linspace(1.0, 0.0, 9)[:, None]
        grid = place(
            side * (middle_x + rings * outline[None, :, 0]), middle_y + rings * outline[None, :, 1]
        )
        # A meniscus of its own: reflections move over it as over a real lens.
        grid[..., 2] += 1.6 * (1 - rings**2)
        lenses.append(sheet(grid if side > 0 else grid[:, ::-1], wraps=True))
        parts += _temple(side, x_hinge, middle_x, outline, middle_y, place, thick, surface)
        if not thick:
            parts.append(_nose_pad(side, middle_y, front, eye_y, surface))

    inner_x = middle_x - shape.half_wide
    t = np.linspace(-1, 1, 13)
    rise = (2.2 if thick else 3.0) * (1 - t * t)
    bridge = place(t * (inner_x + 0.6), bridge_y + rise)
    nose = surface.front_z(bridge[:, 0], bridge[:, 1]) + CLEARANCE_MM * 0.6 + along
    bridge[:, 2] = np.maximum(bridge[:, 2], nose)
    parts.append(tube(bridge, across * 0.95, along, (0, 0, 1)))
    if shape_name == "aviator":
        t = np.linspace(-1, 1, 9)
        bar = place(t * (inner_x + 5), np.full(9, middle_y + 0.86 * shape.half_high))
        parts.append(tube(bar, across * 0.8, along, (0, 0, 1)))
    return Frame(joined(parts), joined(lenses))


def _temple(side, x_hinge, middle_x, outline, middle_y, place, thick, surface):
    """End piece from rim to hinge, and the arm over the ear, bent down behind it."""
    outer = outline[np.argmax(outline[:, 0] + 0.9 * np.clip(outline[:, 1], 0, 9))]
    start = place(np.array(side * (middle_x + outer[0])), np.array(middle_y + outer[1]))
    end = place(np.array(side * x_hinge), np.array(middle_y + max(outer[1], 4.0)))
    end[2] -= 2.5
    wide, high = (1.3, 2.5) if thick else (0.75, 1.0)
    piece = tube(np.linspace(start, end, 4), high, max(wide, 1.0), (0, 0, 1))

    ear = surface.head[ears(surface.model.neutral_mm[: len(surface.head)])]
    ear = ear[np.sign(ear[:, 0]) == side]
    top = ear[np.argsort(ear[:, 1])[-12:]]
    ear_y, ear_z = float(top[:, 1].mean()) - 4.0, float(np.median(top[:, 2])) + 3
    t = np.linspace(0, 1, 16)
    y = end[1] + (ear_y - end[1]) * t
    z = end[2] + (ear_z - end[2]) * t
    skull = surface.side_x(y, z, side) + wide + 0.4
    straight = abs(end[0]) + (skull[-1] - abs(end[0])) * t
    arm = np.stack([side * np.maximum(straight, skull), y, z], 1)
    arm[0] = end
    drop = np.linspace(0, 1, 8)[1:]
    y = ear_y - 26 * drop**1.5
    z = ear_z - 24 * drop
    behind = np.stack([side * (surface.side_x(y, z, side) + wide + 0.4), y, z], 1)
    return [piece, tube(np.concatenate([arm, behind]), wide, high, (0, 1, 0))]


def _nose_pad(side, middle_y, front, eye_y, surface):
    """A small pad on the nose's side on its wire."""
    y = middle_y - 3.0
    x = 8.5 * side
    skin = float(surface.front_z(np.array([x]), np.array([y]))[0])
    pad = np.array([[x, y + 4, skin], [x, y, skin + 0.8], [x, y - 4, skin + 1.0]])
    wire_end = [14.0 * side, y + 3, _on_front(front, eye_y, 14.0, y + 3)]
    wire = np.linspace(wire_end, pad[1], 4)
    return joined([tube(pad, 0.8, 1.8, (0, 0, 1)), tube(wire, 0.4, 0.4, (0, 1, 0))])
