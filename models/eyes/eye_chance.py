"""Chance on the way into the network of shut eyes: lashes, rims, glints, place, sharpness, light.

Rendered lids have next to no lashes and no crease; photographed people have theirs, and never shut
their eyes: `shut_lid` draws a photographed upper lid down over the eye, lashes and all.
"""

import cv2
import numpy as np

WIDTH, HEIGHT = 48, 32
STORED_WIDTH, STORED_HEIGHT = 64, 48
MIDDLE = np.array([(STORED_WIDTH - 1) / 2, (STORED_HEIGHT - 1) / 2])
CREASE_PX = 7.0  # skin so far above the upper lid is stretched when the lid comes down
LASHES_PX = 1.5
FINE = 4  # strokes are drawn on a canvas so much finer
_GREY = np.array([0.3, 0.59, 0.11], np.float32)


def shut_lid(picture, upper, lower, rng):
    """The eye [48,64,3] with its upper lid drawn down to the lower one.

    upper, lower [9,2]: the open lids from corner to corner, pixels of the picture.
    """
    upper, lower = (np.asarray(line, np.float64) for line in (upper, lower))
    columns = np.arange(STORED_WIDTH, dtype=np.float64)

    def along(line):
        order = np.argsort(line[:, 0])
        return np.interp(columns, line[order, 0], line[order, 1])

    lash = along(upper) + rng.uniform(-0.4, 0.4)
    closed = along(upper) + rng.uniform(0.92, 1.1) * (along(lower) - along(upper))
    closed = np.maximum(closed, lash) + rng.uniform(0, 0.8)
    rows = np.repeat(np.arange(STORED_HEIGHT, dtype=np.float64)[:, None], STORED_WIDTH, 1)
    # The lashes move as they are, the skin above them up to the crease is stretched.
    crease, skin_end = lash - CREASE_PX, lash - LASHES_PX
    share = (skin_end - crease) / (closed - LASHES_PX - crease)
    lid = np.where(
        rows <= closed - LASHES_PX, crease + (rows - crease) * share, rows - closed + lash
    )
    # Below the line the skin under the eye follows at once, and soon keeps its place.
    under = np.maximum(along(lower) + 0.8, closed)
    below = np.where(rows - closed < 6, under + rows - closed, np.maximum(rows, under + 6))
    source = np.where(rows <= crease, rows, np.where(rows <= closed, lid, below))
    across = np.repeat(columns[None], STORED_HEIGHT, 0)
    return cv2.remap(
        picture,
        across.astype(np.float32),
        np.minimum(source, STORED_HEIGHT - 1).astype(np.float32),
        cv2.INTER_LINEAR,
    )


def _strokes(picture, lines, rgb, strength, thickness):
    """Lines (each [K,2] px) laid over a picture in one colour, `thickness` in its pixels."""
    canvas = np.zeros((STORED_HEIGHT * FINE, STORED_WIDTH * FINE), np.uint8)
    for line in lines:
        points = np.round((np.asarray(line) + 0.5) * FINE).astype(np.int32)
        width = max(1, int(round(thickness * FINE)))
        cv2.polylines(canvas, [points[:, None]], False, 255, width, cv2.LINE_AA)
    size = (STORED_WIDTH, STORED_HEIGHT)
    cover = strength * cv2.resize(canvas, size, interpolation=cv2.INTER_AREA) / 255.0
    return picture + cover[..., None] * (np.asarray(rgb, np.float32) - picture)


def _bow(lids, sag, shift):
    """A parabola over the eye's corners: [13,2] px, `sag` px below their line in its middle."""
    (x0, y0), (x1, y1) = lids["upper"][0], lids["upper"][-1]
    t = np.linspace(0, 1, 13)
    return np.stack([x0 + t * (x1 - x0), y0 + t * (y1 - y0) + shift + sag * 4 * t * (1 - t)], 1)


def lashes(picture, lids, rng):
    """The line of lashes of a shut eye, with lashes that hang from it, and sometimes a crease."""
    skin = np.median(picture.reshape(-1, 3), 0)
    dark = skin * rng.uniform(0.1, 0.6)
    sag = rng.uniform(0.5, 4.5)
    line = _bow(lids, sag, rng.uniform(0, 2.5))
    shown = _strokes(picture, [line], dark, rng.uniform(0.3, 0.95), rng.uniform(0.5, 1.8))
    if rng.random() < 0.6:
        hairs = []
        for x, y in line[2:-2].repeat(2, 0) + rng.uniform(-0.8, 0.8, (18, 2)):
            lean = (x - MIDDLE[0]) * rng.uniform(0.0, 0.12)
            hairs.append([[x, y], [x + lean, y + rng.uniform(0.8, 3.5)]])
        shown = _strokes(shown, hairs, dark, rng.uniform(0.2, 0.8), 0.4)
    return shown


def crease(picture, lids, rng):
    """A fold above the lid, of open eyes as of shut ones."""
    skin = np.median(picture.reshape(-1, 3), 0)
    line = _bow(lids, -rng.uniform(1, 4), -rng.uniform(1, 4))
    return _strokes(
        picture, [line], skin * rng.uniform(0.4, 0.8), rng.uniform(0.2, 0.7), rng.uniform(0.5, 1.2)
    )


def rim(picture, rng):
    """The rim of a lens around or across the eye."""
    middle = MIDDLE + rng.normal(0, (5, 5))
    half = rng.uniform((15, 10), (27, 20))
    power = rng.uniform(2, 5)  # from an ellipse to nearly a rectangle
    t = np.linspace(0, 2 * np.pi, 49)
    c, s = np.cos(t), np.sin(t)
    ring = np.stack([np.sign(c) * np.abs(c) ** (2 / power), np.sign(s) * np.abs(s) ** (2 / power)])
    rgb = rng.uniform(0, 255) * np.exp(rng.normal(0, 0.25, 3))
    return _strokes(
        picture,
        [middle + ring.T * half],
        np.minimum(rgb, 255),
        rng.uniform(0.5, 1),
        rng.uniform(0.7, 4),
    )


def glint(picture, rng):
    """Something bright that a lens mirrors."""
    size = np.round(rng.uniform((1, 1), (14, 8)) * FINE).astype(int)
    at = np.round((MIDDLE + rng.normal(0, (10, 7))) * FINE).astype(int)
    canvas = np.zeros((STORED_HEIGHT * FINE, STORED_WIDTH * FINE), np.uint8)
    box = (tuple(map(int, at)), tuple(map(int, size)), float(rng.uniform(0, 180)))
    if rng.random() < 0.5:
        cv2.ellipse(canvas, box, 255, -1, cv2.LINE_AA)
    else:
        cv2.fillPoly(canvas, [cv2.boxPoints(box).astype(np.int32)], 255, cv2.LINE_AA)
    cover = cv2.resize(canvas, (STORED_WIDTH, STORED_HEIGHT), interpolation=cv2.INTER_AREA)
    share = (rng.uniform(0.15, 0.9) / 255.0 * cover)[..., None]
    return picture + share * (rng.uniform(160, 255, 3) - picture)


def _placed(picture, rng):
    """The window a little shifted, turned, scaled and stretched."""
    angle, scale = rng.normal(0, 0.06), np.exp(rng.uniform(-0.14, 0.14))
    stretch = np.diag(scale * np.exp(rng.uniform(-0.06, 0.06) * np.array([1, -1])))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ stretch
    to_source = np.empty((2, 3))
    to_source[:, :2] = turn
    shift = np.clip(rng.normal(0, 1.6, 2), -4, 4)
    to_source[:, 2] = MIDDLE + shift - turn @ np.array([(WIDTH - 1) / 2, (HEIGHT - 1) / 2])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(
        picture, to_source, (WIDTH, HEIGHT), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )


def _blurred(picture, rng):
    """Three in four windows pass through one with fewer pixels, down to a face 36 px wide."""
    if rng.random() < 0.25:
        return picture
    share = 0.3 ** rng.random()
    size = (max(8, round(WIDTH * share)), max(6, round(HEIGHT * share)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return cv2.resize(small, (WIDTH, HEIGHT), interpolation=cv2.INTER_LINEAR)


def _lit(picture, rng, grain):
    """Exposure, contrast, cast, uneven light, grain; one in five is grey."""
    gain = np.exp(rng.uniform(-0.7, 0.4)) * np.exp(rng.uniform(-0.15, 0.15, 3))
    x = 255 * (np.clip(picture, 0, 255) / 255) ** np.exp(rng.uniform(-0.4, 0.4)) * gain
    if rng.random() < 0.2:
        x = np.repeat((x @ _GREY)[..., None], 3, 2)
    across, down = rng.uniform(-0.4, 0.4), rng.uniform(-0.3, 0.3)
    ramp_x, ramp_y = np.linspace(-1, 1, WIDTH), np.linspace(-1, 1, HEIGHT)
    x = x * np.outer(np.exp(down * ramp_y), np.exp(across * ramp_x))[..., None]
    x = x.astype(np.float32) + grain.take(rng, x.shape) * np.float32(rng.uniform(0, 9))
    return np.clip(x, 0, 255)


def encode(picture):
    """Network input [3,32,48] of a window [32,48,3], 0 to 255."""
    return (np.asarray(picture, np.float32).transpose(2, 0, 1) - 127.5) / 128


def plain(stored):
    """Inputs [N,3,32,48] without chance: the middle of each stored picture [N,48,64,3]."""
    left, top = (STORED_WIDTH - WIDTH) // 2, (STORED_HEIGHT - HEIGHT) // 2
    return np.stack([encode(p[top : top + HEIGHT, left : left + WIDTH]) for p in stored])


def varied(picture, lids, is_shut, rng, grain):
    """Input [3,32,48] by chance. lids: {"upper", "lower"} [9,2] px; lashes are drawn over shut lids alone."""
    shown = picture.astype(np.float32)
    if is_shut and rng.random() < 0.6:
        shown = lashes(shown, lids, rng)
    if rng.random() < 0.3:
        shown = crease(shown, lids, rng)
    if rng.random() < 0.25:
        shown = rim(shown, rng)
    if rng.random() < 0.2:
        shown = glint(shown, rng)
    shown = _lit(_blurred(_placed(shown, rng), rng), rng, grain)
    if rng.random() < 0.3:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 92))]
        shown = cv2.imdecode(cv2.imencode(".jpg", shown.astype(np.uint8), quality)[1], 1)
    return encode(shown)
