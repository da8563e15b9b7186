"""Real skin for rendered people, from the photographs of the Face Research Lab London Set.

    skins = open_skins(london_dir, atlas, cache=path, split="train")  # list of LondonSkin
    texture = varied(skins, rng)                                      # a new LondonSkin
    sitter = scene.seat(studio, person, skin_texture=texture)

The face model is fitted to a photograph's landmarks, the photograph is laid on the model's atlas,
its light is divided out. `varied` makes endless new skins from those of one split. `gender` and
`tone` tell which hair and beard suit a skin; the seat takes brows, lips and lids from it.

The set: DeBruine and Jones, "Face Research Lab London Set", 2017, doi 10.6084/m9.figshare.5047666,
CC-BY 4.0: 102 adults. No picture of it and no texture made of it belongs in this repository; keep
the cache outside.
"""

import csv
import os
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from scipy.interpolate import RBFInterpolator
from scipy.ndimage import binary_fill_holes, distance_transform_edt
from scipy.optimize import least_squares

from render import atlas as atlas_module
from render import face_model, skin
from render.camera import MODEL_TO_CAMERA
from render.local_mean import averaged
from render.rasterise import NO_STRANDS, rasterise, vertex_normals

SPLIT_SIZES = {"train": 70, "validation": 12, "test": 20}
SPLIT_SEED = 2017
CACHE_VERSION = 2  # one more whenever `project` gives another texture
MODES = 40  # identity weights fitted
EXPRESSIONS = ("browDown", "browOuterUp", "eyeBlink", "eyeWide", "mouthFrown", "mouthSmile")
CAMERA_MM = 2000.0  # from camera to face in the photographs, roughly; it bends the far parts
BACKDROP_SRGB = 210.0  # grey of the set's backdrop, the median over its photographs
BROW_RISE = 0.06  # the model's brow landmarks lie above the brows, in distances between the eyes

# The model's landmarks (Multi-PIE numbers) and the set's points that show the same place.
# Several points mean their middle.
SAME_PLACE = {
    **{17 + n: (71 + n,) for n in range(5)},
    **{26 - n: (82 - n,) for n in range(4)},
    22: (78,),
    27: (51, 57),
    30: (54, 60),
    31: (63, 64),
    33: (55,),
    35: (68, 69),
    36: (18,),
    39: (22,),
    42: (23,),
    45: (27,),
    **dict(zip(range(48, 55), ((87,), (88,), (89,), (90,), (91,), (92,), (93,)))),
    **dict(zip(range(55, 60), ((108,), (107,), (106,), (105,), (104,)))),
    **dict(zip((61, 62, 63), ((95,), (96,), (97,)))),
    **dict(zip((65, 66, 67), ((102,), (101,), (100,)))),
}
# Landmarks on a lid: how far from the outer to the inner corner, and the set's points along it.
LID_PLACES = {
    37: (0.23, (18, 19, 20, 21, 22)),
    38: (0.64, (18, 19, 20, 21, 22)),
    41: (0.23, (18, 28, 29, 30, 22)),
    40: (0.66, (18, 28, 29, 30, 22)),
    44: (0.23, (27, 26, 25, 24, 23)),
    43: (0.64, (27, 26, 25, 24, 23)),
    46: (0.23, (27, 33, 32, 31, 23)),
    47: (0.66, (27, 33, 32, 31, 23)),
}
JAW = (109, 110, 111, 125, 126, 127, 128, 129, 130, 131, 132, 133, 114, 113, 112)
HAIRLINE = (144, 143, 142, 141, 140, 139, 138, 137, 136, 135, 134)
HIDDEN_FOREHEAD = 0.7  # share of the forehead under hair from which brows are better painted
LOOSE = {27: 0.3, 30: 0.3, **{n: 0.5 for n in range(17, 27)}}  # weights of vague landmarks


@dataclass(frozen=True)
class Landmarks:
    """Points of a photograph, px: the model's 68 (NaN where unknown; the first 17, the jaw, are
    not points but `jaw`), the jaw's line [J,2] and the outline [K,2] of the bare face."""

    points: np.ndarray
    jaw: np.ndarray
    outline: np.ndarray


@dataclass(frozen=True)
class LondonSkin:
    """A skin on the atlas, and whose it is."""

    id: str
    age: float
    gender: str  # "female" or "male"
    ethnic_group: str
    texture: np.ndarray  # [tile,2*tile,4] linear albedo, and how much it counts (1: no paint)
    base_rgb: np.ndarray  # [3] linear, the plain skin's colour
    tone: float  # Person.skin_tone of the nearest painted skin
    identity: np.ndarray  # [MODES] identity weights
    place_mm: np.ndarray  # the atlas's, shared by all skins


def landmarks_of(points):
    """Landmarks from the set's 189 points [189,2] px."""
    found = np.full((68, 2), np.nan)
    for landmark, places in SAME_PLACE.items():
        found[landmark] = points[list(places)].mean(0)
    for landmark, (share, chain) in LID_PLACES.items():
        line = points[list(chain)]
        axis = (line[-1] - line[0]) / np.sum((line[-1] - line[0]) ** 2)
        along = (line - line[0]) @ axis
        found[landmark] = [np.interp(share, along, line[:, i]) for i in (0, 1)]
    between = np.linalg.norm(points[0] - points[1])
    down = points[129] - points[[0, 1]].mean(0)
    found[17:27] -= BROW_RISE * between * down / np.linalg.norm(down)
    outline = np.concatenate([points[list(JAW)], points[list(HAIRLINE)]])
    return Landmarks(found, points[list(JAW)], outline)


@dataclass(frozen=True)
class Fit:
    """The face model laid on a photograph."""

    vertices_mm: np.ndarray  # [N,3] in the model's frame
    turned_mm: np.ndarray  # [N,3] camera axes
    px: np.ndarray  # [N,2]
    identity: np.ndarray  # [MODES]


def _project(points_mm, turn, scale, shift):
    """Pixels [K,2] and turned points [K,3] mm of model points, seen from CAMERA_MM."""
    turned = points_mm @ MODEL_TO_CAMERA.T @ cv2.Rodrigues(turn)[0].T
    near = CAMERA_MM / (CAMERA_MM + turned[:, 2:])
    return scale * turned[:, :2] * near + shift, turned


def _nearest_on(line, points):
    """The nearest places [K,2] of a polyline [J,2] to points [K,2]."""
    start, step = line[:-1], np.diff(line, axis=0)
    share = np.einsum("kjc,jc->kj", points[:, None] - start, step) / (step**2).sum(1)
    places = start + np.clip(share, 0, 1)[..., None] * step
    best = ((places - points[:, None]) ** 2).sum(-1).argmin(1)
    return places[np.arange(len(points)), best]


def fit(model, landmarks):
    """Least-squares pose, identity and a few expressions for a photograph's landmarks."""
    names = [
        i
        for i, n in enumerate(model.expression_names)
        if n.removesuffix("_L").removesuffix("_R") in EXPRESSIONS
    ]
    known = np.flatnonzero(np.isfinite(landmarks.points[:, 0]) & (np.arange(68) >= 17))
    chosen = np.concatenate([np.arange(1, 16), known])
    at = face_model.LANDMARKS[chosen]
    corners = model.neutral_mm[face_model.LANDMARKS[[36, 45]]]
    middle = corners.mean(0)
    mean = model.neutral_mm[at] - middle
    shapes = np.concatenate([model.identity_mm[:MODES, at], model.expression_mm[names][:, at]])
    weights = np.array([LOOSE.get(n, 1.0) if n >= 17 else 0.7 for n in chosen])[:, None]
    eyes = landmarks.points[[36, 45]]
    scale = np.linalg.norm(eyes[1] - eyes[0]) / np.linalg.norm(corners[1] - corners[0])
    count = len(shapes)
    ridge = np.concatenate([np.full(MODES, 1.2), np.full(len(names), 2.5)])

    def residuals(values):
        points = mean + np.tensordot(values[:count], shapes, 1)
        px, _ = _project(points, values[count : count + 3], values[-1] * scale, values[-3:-1])
        target = np.concatenate([_nearest_on(landmarks.jaw, px[:15]), landmarks.points[known]])
        away = weights * (px - target) / scale
        return np.concatenate([away.ravel(), ridge * values[:count]])

    start = np.concatenate([np.zeros(count + 3), eyes.mean(0), [1.0]])
    found = least_squares(
        residuals, start, x_scale=np.r_[np.ones(count), 0.1 * np.ones(3), 5, 5, 0.1], max_nfev=25
    ).x
    whole = model.identity(found[:MODES]) + np.tensordot(
        found[MODES:count].astype(np.float32), model.expression_mm[names], 1
    )
    px, turned = _project(whole - middle, found[count : count + 3], found[-1] * scale, found[-3:-1])
    return Fit(whole, turned, px, found[:MODES])


def _drawn_to(landmarks, fitted):
    """The fit's pixels, bent so that every landmark lies where the photograph shows it."""
    known = np.flatnonzero(np.isfinite(landmarks.points[:, 0]) & (np.arange(68) >= 17))
    at = fitted.px[face_model.LANDMARKS]
    held = np.concatenate([at[1:16], at[known]])
    goal = np.concatenate([_nearest_on(landmarks.jaw, at[1:16]), landmarks.points[known]])
    size = np.ptp(landmarks.jaw[:, 0])
    held_all = np.concatenate(
        [
            held,
            held.mean(0)
            + size * 1.2 * np.array([(0, -1), (1, -1), (-1, -1), (0, 1), (1, 1), (-1, 1.0)]),
        ]
    )
    bend = RBFInterpolator(
        held_all,
        np.concatenate([goal - held, np.zeros((6, 2))]),
        kernel="thin_plate_spline",
        smoothing=2.0,
    )
    head = fitted.px[face_model.HEAD]
    px = fitted.px.copy()
    px[face_model.HEAD] = head + np.clip(bend(head), -0.1 * size, 0.1 * size)
    return px


@dataclass(frozen=True)
class Ground:
    """What projecting onto an atlas needs, the same for all photographs."""

    model: face_model.FaceModel
    atlas: atlas_module.Atlas
    vertices: np.ndarray
    weights: np.ndarray
    filled: np.ndarray


def ground(model, atlas):
    """Prepare projecting onto an atlas."""
    return Ground(model, atlas, *atlas_module.corners_of_texels(model, atlas.tile))


def _pulled(values, weights, levels=8):
    """Fill a picture [H,W,C] where its weights [H,W] are 0 from what is near (pull and push)."""
    sums, counts = [values * weights[..., None]], [weights]
    for _ in range(levels):
        if min(counts[-1].shape) < 2:
            break
        sums.append(cv2.resize(sums[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
        counts.append(cv2.resize(counts[-1], None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    filled = sums[-1] / np.maximum(counts[-1], 1e-6)[..., None]
    for total, count in zip(sums[-2::-1], counts[-2::-1]):
        coarse = cv2.resize(filled, count.shape[::-1], interpolation=cv2.INTER_LINEAR)
        share = np.clip(count, 0, 1)[..., None]
        filled = share * total / np.maximum(count, 1e-6)[..., None] + (1 - share) * coarse
    return filled


def _harmonics(n):
    """Real spherical harmonics up to the second order of unit normals [...,3], constant left out."""
    x, y, z = np.moveaxis(n, -1, 0)
    return np.stack([x, y, z, x * y, y * z, x * z, x * x - y * y, 3 * z * z - 1], -1)


def _smooth(values, low, high):
    t = np.clip((values - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def luminance(rgb):
    """Relative luminance of linear sRGB [...,3]."""
    return np.asarray(rgb) @ np.array([0.2126, 0.7152, 0.0722], np.float32)


def tone_of(rgb):
    """Person.skin_tone, 0 to 1, of the painted skin that is as bright as a linear colour."""
    tones = np.linspace(0, 1, 201)
    painted = np.log([luminance(skin.tone_rgb(t)) for t in tones])
    return float(tones[np.abs(painted - np.log(luminance(rgb))).argmin()])


def project(place, landmarks, linear):
    """Lay a photograph [H,W,3], linear light, on the atlas.

    Returns (texture as in LondonSkin, base_rgb, Fit). ValueError when hardly any skin is seen.
    """
    model, atlas = place.model, place.atlas
    fitted = fit(model, landmarks)
    px = _drawn_to(landmarks, fitted)
    height, width = linear.shape[:2]

    def on_texels(values):
        return (values[place.vertices] * place.weights[..., None]).sum(2).astype(np.float32)

    keep = (model.triangles < face_model.HEAD.stop).all(1)
    triangles = model.triangles[keep]
    depth = (fitted.turned_mm[:, 2] + CAMERA_MM).astype(np.float32)
    _, near, _, _ = rasterise(
        px,
        depth,
        triangles,
        np.zeros(len(triangles), bool),
        np.zeros((len(triangles), 3, 2), np.float32),
        np.full(len(px), -1, np.float32),
        NO_STRANDS,
        width,
        height,
    )
    normals = vertex_normals(fitted.turned_mm.astype(np.float32), triangles)
    normal = on_texels(normals)
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-9
    # The camera frame mirrors y and z together, so triangles keep their sense; ahead is -z.
    facing = -normal[..., 2]
    texel_px = on_texels(px)
    columns, rows = np.moveaxis(texel_px, -1, 0)
    inside = (columns > 1) & (columns < width - 2) & (rows > 1) & (rows < height - 2)
    at = (
        np.clip(np.round(rows).astype(int), 0, height - 1),
        np.clip(np.round(columns).astype(int), 0, width - 1),
    )
    seen = inside & (on_texels(depth[:, None])[..., 0] < 1 / np.maximum(near[at], 1e-6) + 4)
    seen &= (facing > 0.28) & place.filled

    bare = np.zeros((height, width), np.uint8)
    cv2.fillPoly(bare, [np.round(landmarks.outline).astype(np.int32)], 255)
    margin = 0.035 * np.ptp(landmarks.jaw[:, 0])
    inner = distance_transform_edt(bare > 0) > margin
    seen &= inner[at]
    open_eyes = np.zeros((height, width), np.uint8)
    for chain in (range(36, 42), range(42, 48)):
        eye = landmarks.points[list(chain)]
        cv2.fillPoly(open_eyes, [np.round(eye).astype(np.int32)], 255)
    seen &= open_eyes[at] == 0
    seen[:, atlas.tile :] = False
    if seen.sum() < 0.05 * atlas.tile**2:
        raise ValueError("The photograph shows too little of the face.")

    blurred = cv2.GaussianBlur(linear, (0, 0), 0.4)
    albedo = cv2.remap(blurred, columns, rows, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    albedo = np.maximum(albedo, 0.002)
    x, y = np.abs(atlas.place_mm[..., 0]), atlas.place_mm[..., 1]
    features = (
        ((x > 6) & (x < 62) & (y > 22) & (y < 70))
        | ((x < 24) & (y < -4) & (y > -20))
        | ((x < 30) & (y < -20) & (y > -48))
    )
    plain = seen & ~features & (facing > 0.35)

    cheeks = plain & (x > 18) & (x < 50) & (y > -20) & (y < 18)
    beard = skin.beard_mask(atlas.place_mm) > 0.05
    per_mm = atlas.tile / 200
    # Only the head's broad shape is lit as the harmonics say; a nose's sides are not as dark.
    broad = cv2.GaussianBlur(normal, (0, 0), 5 * per_mm)
    broad /= np.linalg.norm(broad, axis=-1, keepdims=True) + 1e-9
    logarithm = np.log(luminance(albedo))
    light, away = _light(logarithm, broad, plain, float(np.median(logarithm[cheeks & ~beard])))
    albedo = albedo / np.exp(light)[..., None]
    # Strands of hair over the forehead and temples are filled from the skin beside them, and
    # the shadow of the hair is lifted.
    edge = np.maximum(_smooth(y, 60, 68), _smooth(x, 50, 58)) * (y > -15)
    strands = plain & ~beard & (edge > 0.5) & (away < -0.4)
    size = 2 * int(round(3 * per_mm)) + 1
    seen &= ~((cv2.dilate(strands.astype(np.uint8), np.ones((size, size))) > 0) & ~features)
    shadow = np.clip(-0.05 - averaged(away, seen & ~features, 5 * per_mm), 0, 0.5)
    albedo = albedo * np.exp(shadow * edge)[..., None]
    forehead = (x < 38) & (y > 68) & (y < 86) & (atlas.place_mm[..., 2] > 45)
    hidden = float((~seen)[forehead].mean())

    base = np.median(albedo[seen & cheeks & ~beard], 0)
    albedo = _dulled(albedo, seen, 10 * per_mm)
    face = seen.copy()
    face[:, : atlas.tile] = binary_fill_holes(
        cv2.morphologyEx(seen[:, : atlas.tile].astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5)))
    )
    cover = _smooth(distance_transform_edt(face) / per_mm, 0.5, 10)
    cover = cv2.GaussianBlur(cover.astype(np.float32), (0, 0), 1.5 * per_mm) * face
    filled = _pulled(albedo, seen.astype(np.float32))
    if hidden > HIDDEN_FOREHEAD:
        fringe = _smooth(y, 42, 50)[..., None]
        cover *= 1 - fringe[..., 0]
        filled += fringe * (base - filled)
    soft = cv2.GaussianBlur(face.astype(np.float32), (0, 0), 14 * per_mm)
    wide = cv2.GaussianBlur(filled * face[..., None], (0, 0), 14 * per_mm)
    beyond = (wide + 0.06 * base) / (soft + 0.06)[..., None]
    beyond[:, atlas.tile :] = base
    reach = 1 - _smooth(np.abs(atlas.place_mm[..., 0]), 66, 76)
    beyond = base + reach[..., None] * (beyond - base)
    texture = beyond + cover[..., None] * (filled - beyond)
    texture = np.concatenate([np.clip(texture, 0.002, 1), cover[..., None]], -1)
    return texture.astype(np.float32), base.astype(np.float32), fitted


def _light(log_luminance, normal, plain, cheek):
    """Logarithm of the light [H,W], 0 where the face is turned to the camera, and how far each
    texel lies from what that light explains. Fitted robustly to plain skin; cheek is the
    logarithm of the cheeks' brightness, which tells skin from hair at the start.
    """
    terms = _harmonics(normal) - _harmonics(np.array([0.0, 0.0, -1.0]))
    rows = np.concatenate([np.ones((plain.sum(), 1)), terms[plain]], 1)
    goal = log_luminance[plain]
    weight = (np.abs(goal - cheek) < 0.45).astype(float)
    ridge = np.diag(np.r_[0, np.full(3, 0.004), np.full(5, 0.01)]) * len(goal)
    for _ in range(8):
        found = np.linalg.solve((rows * weight[:, None]).T @ rows + ridge, rows.T @ (weight * goal))
        away = goal - rows @ found
        spread = min(0.12, max(0.03, 1.48 * np.median(np.abs(away))))
        weight = 1 / (1 + (away / (1.5 * spread)) ** 2) ** 2
    light = terms @ found[1:]
    return np.clip(light, -0.9, 0.35), log_luminance - found[0] - light


def _dulled(albedo, seen, sigma):
    """Albedo without most of the sheen: what is brighter than its surroundings, taken as white."""
    bright = luminance(albedo)
    sheen = 0.75 * np.clip(bright - 1.08 * averaged(bright, seen, sigma), 0, None)
    return np.maximum(albedo - sheen[..., None], 0.4 * albedo)


def split_of(ids):
    """{id: "train", "validation" or "test"} of all the set's ids: a seeded shuffle."""
    order = np.random.default_rng(SPLIT_SEED).permutation(sorted(ids))
    names = [name for name, size in SPLIT_SIZES.items() for _ in range(size)]
    return dict(zip((str(i) for i in order), names))


def skins_of(skins, split):
    """Those of all 102 skins that belong to a split."""
    if split not in SPLIT_SIZES:
        raise ValueError(f"no split is called {split}")
    where = split_of([s.id for s in skins])
    return [s for s in skins if where[s.id] == split]


def photographed(folder, place, face):
    """The LondonSkin of one row of london_info.csv."""
    path = Path(folder) / "neutral_front" / f"{face['face_id']}_03.jpg"
    picture = cv2.imread(str(path))
    if picture is None:
        raise OSError(f"cannot read {path}")
    points = np.loadtxt(path.with_suffix(".txt"))
    linear = skin.to_linear(picture[..., ::-1])
    backdrop = np.median(linear[200:300, 10:60].reshape(-1, 3), 0)
    texture, base, fitted = project(
        place, landmarks_of(points), linear * skin.to_linear(BACKDROP_SRGB) / backdrop
    )
    return LondonSkin(
        face["face_id"],
        float(face["face_age"].replace("NA", "nan")),
        face["face_gender"],
        face["face_eth"],
        texture,
        base,
        tone_of(base),
        fitted.identity,
        place.atlas.place_mm,
    )


def open_skins(folder, atlas, cache=None, split=None, model=None):
    """All skins of the set, or those of a split, for an atlas.

    folder holds london_info.csv and neutral_front/. cache: an .npz outside the repository, made on
    the first call and read on the next ones with the same tile. OSError when the set is absent.
    """
    if cache is not None and Path(cache).is_file():
        skins = read_cache(cache, atlas)
    else:
        skins = None
    if skins is None:
        with open(Path(folder) / "london_info.csv", newline="", encoding="utf-8") as file:
            faces = list(csv.DictReader(file))
        place = ground(face_model.load() if model is None else model, atlas)
        skins = [photographed(folder, place, face) for face in faces]
        if cache is not None:
            write_cache(cache, skins)
    return skins if split is None else skins_of(skins, split)


def write_cache(path, skins):
    """Textures keep their left tile only: the right one, the back of the head, is plain."""
    tile = skins[0].texture.shape[0]
    whole = Path(path)
    started = whole.with_name(f"{whole.name}.{os.getpid()}.npz")  # nobody reads half a file
    np.savez(
        started,
        version=CACHE_VERSION,
        textures=np.stack([s.texture[:, :tile] for s in skins]).astype(np.float16),
        base_rgb=np.stack([s.base_rgb for s in skins]),
        identity=np.stack([s.identity for s in skins]),
        **{name: [getattr(s, name) for s in skins] for name in PLAIN_FIELDS},
    )
    started.replace(whole)


PLAIN_FIELDS = ("id", "age", "gender", "ethnic_group", "tone")


def read_cache(path, atlas):
    """The skins of a cache, None when it was made for another tile or by another `project`."""
    with np.load(path, allow_pickle=False) as data:
        if "version" not in data or data["version"] != CACHE_VERSION:
            return None
        textures = data["textures"].astype(np.float32)
        if textures.shape[1] != atlas.tile:
            return None
        plain = zip(*(data[name].tolist() for name in PLAIN_FIELDS))
        return [
            LondonSkin(
                i, age, gender, group, _with_back(t, base), base, tone, identity, atlas.place_mm
            )
            for (i, age, gender, group, tone), t, base, identity in zip(
                plain, textures, data["base_rgb"], data["identity"]
            )
        ]


def _with_back(face, base):
    back = np.zeros_like(face)
    back[..., :3] = base
    return np.concatenate([face, back], 1)


# Parts of the face that one skin gives whole: (x, y) mm on the average face and half widths.
PARTS = (
    ((33, 57), (32, 13)),  # brows
    ((31, 34), (22, 12)),  # eyes
    ((0, -34), (34, 17)),  # lips
    ((0, 8), (22, 26)),  # nose
)


def _field(rng, tile, cells):
    """A smooth random field [tile,tile], mean 0 and variance 1 at its `cells`+3 knots."""
    knots = rng.normal(size=(cells + 3, cells + 3)).astype(np.float32)
    return cv2.resize(knots, (tile, tile), interpolation=cv2.INTER_CUBIC)


def varied(skins, rng):
    """A new skin from two of `skins` (of one split), of the same gender and a like tone.

    Parts of the face come from the one or the other, and tone, hue, places of features and
    slow colour changes are drawn anew.
    """
    first = skins[rng.integers(len(skins))]
    like = [s for s in skins if s.gender == first.gender and abs(s.tone - first.tone) < 0.18]
    second = like[rng.integers(len(like))]
    tile = first.texture.shape[0]
    place = first.place_mm[:, :tile]
    base = np.exp(rng.random() * np.log(second.base_rgb / first.base_rgb) + np.log(first.base_rgb))
    base = base * np.exp(rng.normal(0, 0.10) + rng.normal(0, [0.02, 0.015, 0.05]))
    base = base.astype(np.float32)

    share = _smooth(_field(rng, tile, 3) + rng.normal(0, 0.7), -0.35, 0.35)
    for (x, y), (wide, high) in PARTS:
        away = ((np.abs(place[..., 0]) - x) / wide) ** 2 + ((place[..., 1] - y) / high) ** 2
        part = (1 - _smooth(away, 0.8, 1.5)) * (place[..., 2] > 20)
        share = share + part * (float(rng.integers(2)) - share)
    share = share[..., None].astype(np.float32)
    faces = []
    for one in (first, second):
        face = one.texture[:, :tile]
        face = face[:, ::-1] if rng.random() < 0.5 else face
        faces.append(np.concatenate([face[..., :3] * (base / one.base_rgb), face[..., 3:]], -1))
    face = faces[0] + share * (faces[1] - faces[0])

    per_mm = tile / 200
    move = np.stack([0.7 * _field(rng, tile, 6), 0.9 * _field(rng, tile, 6)], -1)
    brows = np.exp(-(((place[..., 1] - 57) / 16) ** 2)) * (place[..., 2] > 20)
    move[..., 1] += brows * rng.normal(0, 1.8)
    grid = np.stack(np.meshgrid(np.arange(tile), np.arange(tile)), -1)
    where = (grid + move * per_mm).astype(np.float32)
    face = cv2.remap(face, where, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    slow = np.stack([_field(rng, tile, 5) for _ in range(3)], -1) * [0.015, 0.02, 0.025]
    slow = slow + 0.03 * _field(rng, tile, 4)[..., None]
    fade = 1 - _smooth(np.abs(place[..., 0]), 60, 74)
    contrast = rng.uniform(0.9, 1.15)
    colour = base * np.exp(
        contrast * np.log(np.maximum(face[..., :3], 0.002) / base) + slow * fade[..., None]
    )
    face = np.concatenate([np.clip(colour, 0.002, 1), face[..., 3:]], -1).astype(np.float32)
    mixed = float(share.mean())
    return replace(
        first,
        id=f"{first.id}+{second.id}",
        age=first.age + mixed * (second.age - first.age),
        texture=_with_back(face, base),
        base_rgb=base,
        tone=tone_of(base),
        identity=first.identity + mixed * (second.identity - first.identity),
    )


def varied_near(skins, tone, rng, count):
    """The one of `count` skins made by `varied` whose tone is nearest to `tone`."""
    drawn = [varied(skins, rng) for _ in range(count)]
    return min(drawn, key=lambda one: abs(one.tone - tone))
