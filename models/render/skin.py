"""Painted skin: colour and shine of each texel of a person's head."""

import cv2
import numpy as np

# Skin from very light to very dark, sRGB: individual typology angles from about 60 to -50 degrees.
TONES = np.array(
    [
        (240, 208, 192),
        (228, 188, 166),
        (208, 162, 134),
        (176, 128, 98),
        (134, 92, 68),
        (96, 64, 48),
        (64, 43, 35),
    ],
    np.float32,
)


def to_linear(srgb):
    """sRGB 0 to 255 to linear light 0 to 1."""
    c = np.asarray(srgb, np.float32) / 255
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4).astype(np.float32)


def tone_rgb(tone):
    """Linear skin colour [3] of a tone 0 to 1."""
    at = np.clip(tone, 0, 1) * (len(TONES) - 1)
    return to_linear([np.interp(at, range(len(TONES)), TONES[:, c]) for c in range(3)])


def _noise(rng, shape, sigma):
    small = max(1.0, sigma / 2)
    size = (int(shape[1] / small) + 2, int(shape[0] / small) + 2)
    field = rng.normal(size=(size[1], size[0])).astype(np.float32)
    field = cv2.GaussianBlur(field, (0, 0), max(0.5, sigma / small))
    field = cv2.resize(field, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return field / (field.std() + 1e-6)


def _blob(place, x, y, sx, sy):
    return np.exp(-(((np.abs(place[..., 0]) - x) / sx) ** 2) - ((place[..., 1] - y) / sy) ** 2) * (
        place[..., 2] > 20
    )


def _drawn(tile, draw):
    """Mask [tile,tile] 0 to 1 of what `draw(canvas, zoom)` paints, antialiased."""
    zoom = 4
    canvas = np.zeros((tile * zoom, tile * zoom), np.uint8)
    draw(canvas, zoom)
    return cv2.resize(canvas, (tile, tile), interpolation=cv2.INTER_AREA).astype(np.float32) / 255


def _wide(mask):
    return np.concatenate([mask, np.zeros_like(mask)], 1)


def lips_mask(atlas):
    """Mask [tile,2*tile] of the lips' red."""
    outline = atlas.landmark_px[48:60]
    middle = outline.mean(0)
    outline = middle + (outline - middle) * [0.97, 1.06]

    def draw(canvas, zoom):
        cv2.fillPoly(canvas, [np.round(outline * zoom).astype(np.int32)], 255)

    return _wide(cv2.GaussianBlur(_drawn(atlas.tile, draw), (0, 0), atlas.tile / 340))


def brows_mask(atlas, person, rng):
    """Mask [tile,2*tile] of the brows: single hairs over a soft ground."""
    scale = atlas.tile / 512
    per_mm = 0.0050 * atlas.tile

    def draw(canvas, zoom):
        for side, chain in ((-1, [21, 20, 19, 18, 17]), (1, [22, 23, 24, 25, 26])):
            curve = atlas.landmark_px[chain].astype(np.float64)
            curve[:, 1] -= (person.brow_lift_mm - 3.5) * per_mm
            curve[:, 1] -= person.brow_arch_mm * per_mm * np.array([-0.8, 0, 0.7, 0.9, -0.4])
            curve[0] += [side * person.brow_gap_mm * per_mm, 1.2 * per_mm]
            curve[-1, 1] += 1.0 * per_mm
            t = np.linspace(0, 1, len(curve))
            for _ in range(int(70 + 260 * person.brow_weight)):
                at = rng.beta(1.1, 1.35)
                point = np.array([np.interp(at, t, curve[:, 0]), np.interp(at, t, curve[:, 1])])
                ahead = np.array(
                    [np.interp(at + 0.05, t, curve[:, 0]), np.interp(at + 0.05, t, curve[:, 1])]
                )
                along = (ahead - point) / (np.linalg.norm(ahead - point) + 1e-6)
                if at > 0.95:
                    along = np.array([side, 0.45])
                width = (1.0 + 2.5 * person.brow_weight) * per_mm * (1.0 - 0.72 * at**1.6)
                up = np.array([0, -1.0])
                lean = 1.1 * max(0, 0.45 - at) + rng.normal(0, 0.16)
                direction = along + up * lean + np.array([0, 1.0]) * 0.2 * (at > 0.5) * rng.random()
                direction /= np.linalg.norm(direction)
                start = point + np.array([0, 1]) * rng.uniform(-1, 1) * width
                length = per_mm * rng.uniform(3.5, 7.5) * (1 - 0.4 * at)
                ends = np.round(np.stack([start, start + direction * length]) * zoom).astype(int)
                cv2.line(canvas, ends[0].tolist(), ends[1].tolist(), 255, 2, cv2.LINE_AA)

    hairs = _drawn(atlas.tile, draw)
    ground = cv2.GaussianBlur(hairs, (0, 0), 3.0 * scale)
    return _wide(np.clip(0.8 * hairs + 0.5 * ground * person.brow_weight, 0, 1))


def lash_mask(atlas, model_edges):
    """Mask [tile,2*tile] of dark lid edges; model_edges are vertex chains along the upper lids."""

    def draw(canvas, zoom):
        for chain, weight in model_edges:
            points = np.round(atlas.vertex_px[chain] * zoom).astype(np.int32)
            cv2.polylines(
                canvas, [points], False, 255, max(1, int(weight * atlas.tile / 512 * zoom))
            )

    return _wide(cv2.GaussianBlur(_drawn(atlas.tile, draw), (0, 0), 0.5 * atlas.tile / 512))


def beard_mask(place):
    """Where a beard grows on the average face, 0 to 1, from places [...,3] mm."""
    x, y, z = np.abs(place[..., 0]), place[..., 1], place[..., 2]

    def ramp(value, low, high):
        return np.clip((value - low) / (high - low), 0, 1)

    cheek_line = np.interp(x, [0, 22, 32, 50, 68, 78], [-34, -34, -32, -26, 0, 24])
    jaw = ramp(cheek_line - y, -3, 14) * ramp(z, 12, 34)
    jaw *= 1 - ramp(-y, 84, 108)
    moustache = (
        ramp(-y, 12, 18) * ramp(y, -40, -32) * (1 - ramp(x, 24, 36)) * (0.6 + 0.4 * ramp(x, 0, 5))
    )
    beside = ramp(-y, 20, 32) * ramp(x, 25, 32) * (1 - ramp(x, 35, 48)) * (1 - ramp(-y, 52, 72))
    patch = 1 - 0.75 * np.exp(-((x - 15) ** 2) / 60) * (y > -53) * (y < -40)
    return np.clip(np.maximum(np.maximum(jaw * patch, moustache * 0.95), beside), 0, 1) * (z > 10)


def _lines_mask(atlas, rng, age):
    """Mask of wrinkles; nobody has none, the old have many."""
    lines = []

    def add(points, weight, width):
        points = np.asarray(points, float)
        for side in (-1, 1):
            lines.append((points * [side, 1] + rng.normal(0, 0.7, points.shape), weight, width))

    add([(17, 2), (24, -9), (30, -20), (34, -31)], 0.2 + 0.8 * age, 2.4)
    add([(17, 27), (24, 22.5), (33, 20.5), (42, 23)], 0.15 + 0.75 * age, 2.2)
    add([(32, -39), (35, -48), (36, -57)], 0.85 * age, 2.0)
    for end in ((64, 46), (67, 38), (65, 29)):
        add([(52, 37), end], 0.8 * age, 1.2)
    for y in (78, 87, 96):
        add([(0, y - 1), (14, y + rng.normal(0, 1)), (30, y + 2), (44, y - 1)], 0.75 * age, 1.4)
    add([(5, 58), (6, 68)], 0.7 * age, 1.4)

    total = np.zeros((atlas.tile, atlas.tile), np.float32)
    per_mm = 0.0050 * atlas.tile
    for points, weight, width in lines:
        dense = np.stack(
            [
                np.interp(np.linspace(0, 1, 24), np.linspace(0, 1, len(points)), points[:, i])
                for i in (0, 1)
            ],
            1,
        )
        texels = atlas.at(dense)
        texels = cv2.GaussianBlur(
            texels.astype(np.float32), (1, 9), 2, borderType=cv2.BORDER_REPLICATE
        )

        def draw(canvas, zoom, texels=texels, width=width):
            path = np.round(texels * zoom).astype(np.int32)
            cv2.polylines(canvas, [path], False, 255, max(1, int(width * per_mm * zoom * 0.6)))

        soft = cv2.GaussianBlur(_drawn(atlas.tile, draw), (0, 0), width * per_mm * 0.55)
        total = np.maximum(total, weight * soft)
    return _wide(total)


def paint(atlas, person, hair_cover, lid_edges, photographed=None):
    """Texture [tile,2*tile,4]: linear colour and shine.

    hair_cover [tile,2*tile] 0 to 1 is where scalp hair roots are; lid_edges as for `lash_mask`.
    photographed: a london.LondonSkin whose skin, brows and lips take the place of painted ones;
    freckles, moles, make-up, beard and hair roots are still painted.
    """
    rng = np.random.default_rng([person.seed, 23])
    place = atlas.place_mm
    shape = place.shape[:2]
    scale = atlas.tile / 512
    if photographed is None:
        dark = person.skin_tone
        base = tone_rgb(person.skin_tone)
        base = base * np.array(
            [1 - 0.03 * person.undertone, 1.0, 1 - 0.12 * person.undertone], np.float32
        )
        paintable = np.ones(shape, np.float32)
    else:
        dark, base = photographed.tone, photographed.base_rgb
        paintable = 1 - photographed.texture[..., 3]
    skin = np.broadcast_to(base, shape + (3,)).copy()

    blood = (
        0.55 * _blob(place, 44, -2, 24, 20)
        + 0.75 * _blob(place, 0, 6, 17, 12)
        + 0.35 * _blob(place, 0, -64, 20, 12)
        + 0.5 * np.clip((np.abs(place[..., 0]) - 74) / 8, 0, 1) * (place[..., 1] < 50)
        + 0.3 * _blob(place, 32, 42, 16, 8)
    )
    blotch = _noise(rng, shape, 26 * scale)
    blood = blood * (1 + 0.25 * blotch) + person.blotches * (
        0.14 * blotch
        + 0.12 * _noise(rng, shape, 9 * scale)
        + 0.05 * _noise(rng, shape, 3.5 * scale)
    )
    strength = 0.30 * (1 - 0.6 * dark)
    skin *= np.exp(-strength * blood[..., None] * np.array([0.12, 1.0, 0.85], np.float32))
    melanin = (
        0.10 * _noise(rng, shape, 40 * scale)
        + 0.06 * person.blotches * _noise(rng, shape, 6 * scale)
        + (0.28 + 0.2 * person.age) * _blob(place, 31, 24, 17, 8)
        + 0.18 * _blob(place, 31, 42, 15, 9)
        + 0.10 * np.clip((place[..., 1] - 60) / 40, 0, 1)
        + 0.16 * dark * _blob(place, 0, -33, 38, 16)
    )
    skin *= np.exp(-melanin[..., None] * np.array([0.35, 0.55, 0.7], np.float32))
    if photographed is not None:
        real = photographed.texture[..., :3]
        skin *= real / base
        skin = real + paintable[..., None] * (skin - real)
    if person.freckles > 0:
        spots = np.clip(_noise(rng, shape, 1.6 * scale) - 1.25, 0, 1.2) * np.clip(
            0.8 + 0.5 * _noise(rng, shape, 12 * scale), 0, 1.5
        )
        spots *= np.clip(_blob(place, 28, 10, 34, 26) + 0.25, 0, 1)
        skin *= np.exp(
            -1.0 * person.freckles * spots[..., None] * np.array([0.3, 0.6, 0.9], np.float32)
        )
    for _ in range(int(rng.integers(1, 5) + 6 * person.age)):
        x, y = rng.uniform(-62, 62), rng.uniform(-70, 95)
        radius = rng.uniform(0.9, 1.9)
        spot = np.exp(
            -((((place[..., 0] - x) / radius) ** 2 + ((place[..., 1] - y) / radius) ** 2) ** 2)
        )
        spot *= place[..., 2] > 20
        depth = rng.uniform(0.3, 1.1)
        skin *= np.exp(-depth * spot[..., None] * np.array([0.6, 0.9, 1.0], np.float32))
    pores = _noise(rng, shape, 0.8 * scale)
    skin *= np.exp((0.035 + 0.02 * person.age) * pores[..., None])

    lines = _lines_mask(atlas, rng, person.age) * paintable
    skin *= np.exp(-0.75 * lines[..., None] * np.array([0.7, 1.0, 1.05], np.float32))

    lips = lips_mask(atlas)
    natural = base * np.array([0.86, 0.60, 0.62], np.float32) * (1 + 0.1 * (dark < 0.5))
    painted = to_linear((168, 58, 66)) * (1 - 0.45 * dark)
    lip_colour = natural * (1 - 0.75 * person.makeup) + painted * 0.75 * person.makeup
    streaks = 1 + 0.07 * _noise(rng, shape, 1.2 * scale)
    if photographed is not None:
        # Make-up dyes the photographed lips and leaves them their light and dark.
        own = skin.mean(-1, keepdims=True) / natural.mean()
        dye = 0.6 * person.makeup * (1 - paintable)[..., None]
        lip_colour = lip_colour + (1 - paintable)[..., None] * (skin - lip_colour)
        lip_colour = lip_colour + dye * (painted * np.clip(own, 0.3, 1.8) - lip_colour)
    skin += (0.9 * lips)[..., None] * (lip_colour * streaks[..., None] - skin)

    beard_linear = to_linear(person.beard_rgb)
    growth = beard_mask(place) * (1 - np.clip(1.3 * lips, 0, 1))
    stubble = np.clip(0.55 + 0.45 * _noise(rng, shape, 0.9 * scale), 0, 1)
    cover = growth * np.clip(person.beard * (0.75 + 0.65 * stubble) * 1.05, 0, 0.95)
    skin += cover[..., None] * (beard_linear * (0.7 + 0.5 * stubble[..., None]) - skin)

    brow_linear = to_linear(person.brow_rgb)
    brow = 0.88 * brows_mask(atlas, person, rng) * paintable
    skin += brow[..., None] * (brow_linear - skin)
    lash = lash_mask(atlas, lid_edges) * (0.62 + 0.33 * person.makeup)
    skin += lash[..., None] * (to_linear((30, 21, 18)) - skin)

    hair_linear = to_linear(person.hair_rgb)
    roots = hair_cover * (0.8 + 0.2 * stubble)
    skin += roots[..., None] * (hair_linear * 0.8 - skin)

    shine = (
        0.6 + 0.35 * dark + 0.5 * _blob(place, 0, 90, 40, 25) + 0.5 * _blob(place, 0, 18, 10, 28)
    )
    shine = shine * (1 + 0.22 * pores) + 0.7 * lips
    shine *= (1 - 0.8 * cover) * (1 - 0.9 * roots) * (1 - 0.8 * brow)
    return np.concatenate([np.clip(skin, 0.002, 1), shine[..., None]], -1).astype(np.float32)
