"""A person before the camera: mesh, pose, light -> colour, depth and landmarks."""

from dataclasses import dataclass

import numpy as np

from render import atlas as atlas_module
from render import face_model, hair, shading, skin, torso, wear as wear_module
from render.camera import MODEL_TO_CAMERA, rotation
from render.rasterise import NO_STRANDS, rasterise, vertex_normals

PIVOT_MM = np.array([0.0, -62.0, -8.0], np.float32)  # where the head turns on the neck
IRIS_MM = 6.0
# Lids of many people close through the eyeball of the model instead of over it: it gives way.
SHUT_EYE_BACK_MM = 5.0
BLINK_SHUTS_MM = 7.4  # how wide an eye the model's own blink closes wholly
SHADOW_SIZE = 320
NOTHING_WORN = np.zeros((1, 7), np.float32)
# Upper lids from corner to corner, then lower lids, by landmark: the lashes' places and weights.
LIDS = (
    ((36, 37, 38, 39), 3.4),
    ((42, 43, 44, 45), 3.4),
    ((36, 41, 40, 39), 1.3),
    ((42, 47, 46, 45), 1.3),
)


@dataclass(frozen=True)
class Studio:
    """What all people share: the model, its atlas, the light that reaches each vertex."""

    model: face_model.FaceModel
    atlas: atlas_module.Atlas
    occlusion: np.ndarray
    kept: np.ndarray  # which triangles of the model are drawn
    material: np.ndarray  # material of each triangle of the model


def open_studio(model_path=face_model.DEFAULT_FILE, tile=512):
    """Load the face model and prepare what is shared; about two seconds."""
    model = face_model.load(model_path)
    first = model.triangles.min(1)
    material = np.full(len(first), shading.GUMS, np.int8)
    material[first < face_model.HEAD.stop] = shading.SKIN
    material[(first >= 13294) & (first < 14062)] = shading.SKIN
    material[(first >= face_model.TEETH.start) & (first < face_model.TEETH.stop)] = shading.TEETH
    for eye in (face_model.LEFT_EYE, face_model.RIGHT_EYE):
        material[(first >= eye.start) & (first < eye.stop)] = shading.EYE
    inner_eye = ((first >= 22221) & (first < 23021)) | (first >= 23791)
    return Studio(
        model,
        atlas_module.build(model, tile),
        _occlusion(model, ~inner_eye),
        ~inner_eye,
        material,
    )


def _occlusion(model, kept, directions=72, size=256):
    """Share of the sky each vertex of the average head sees, cosine-weighted, 0 to 1."""
    rng = np.random.default_rng(3)
    vertices = model.neutral_mm
    triangles = model.triangles[kept]
    normals = vertex_normals(vertices, triangles)
    seen = np.zeros(len(vertices))
    total = np.full(len(vertices), 1e-6)
    no_uv = np.zeros((len(triangles), 3, 2), np.float32)
    no_cut = np.full(len(vertices), -1, np.float32)
    golden = np.pi * (3 - np.sqrt(5))
    for n in range(directions):
        z = 1 - 2 * (n + 0.5) / directions
        turn = golden * n + 0.1 * rng.random()
        to_light = np.array(
            [np.sqrt(1 - z * z) * np.cos(turn), z, np.sqrt(1 - z * z) * np.sin(turn)]
        )
        xy, depth, _, _ = _light_view(vertices, to_light, size)
        _, near, _, _ = rasterise(
            xy,
            depth,
            triangles,
            np.zeros(len(triangles), bool),
            no_uv,
            no_cut,
            NO_STRANDS,
            size,
            size,
        )
        at = np.clip(np.round(xy).astype(int), 0, size - 1)
        nearest = 1 / np.maximum(near[at[:, 1], at[:, 0]], 1e-6)
        cosine = np.clip(normals @ to_light, 0, 1)
        seen += cosine * (depth - nearest < 4.5)
        total += cosine
    return np.clip(1.15 * seen / total, 0, 1).astype(np.float32)


def _light_view(points, to_light, size):
    """View along a light: pixels [N,2], depth [N], axes [3,3], (left, top, scale, nearest)."""
    forward = -np.asarray(to_light, np.float32)
    helper = (
        np.array([0, 1, 0], np.float32)
        if abs(forward[1]) < 0.9
        else np.array([1, 0, 0], np.float32)
    )
    right = np.cross(helper, forward)
    right /= np.linalg.norm(right)
    axes = np.stack([right, np.cross(forward, right), forward]).astype(np.float32)
    local = points @ axes.T
    low, high = local.min(0), local.max(0)
    scale = (size - 3) / max(high[0] - low[0], high[1] - low[1])
    origin = np.array([low[0] - 1 / scale, low[1] - 1 / scale, scale, low[2] - 10], np.float32)
    xy = (local[:, :2] - origin[:2]) * scale
    return xy.astype(np.float32), local[:, 2] - origin[3], axes, origin


@dataclass(frozen=True)
class Sitter:
    """A person prepared for drawing: mesh of head, hair and shirt with all that does not move."""

    person: object
    rest_mm: np.ndarray  # model vertices at rest
    beard_mm: np.ndarray  # offsets of model vertices by the beard
    triangles: np.ndarray
    material: np.ndarray
    cull: np.ndarray
    corner_uv: np.ndarray
    cutoff: np.ndarray
    occlusion: np.ndarray
    hair_depth: np.ndarray
    still_mm: np.ndarray  # hair and shirt vertices at rest
    follows: np.ndarray  # [N] how much each vertex follows the head (1) or the body (0)
    skin: np.ndarray
    strands: np.ndarray
    hair_count: int = 0
    worn: wear_module.Worn | None = None
    bare: object = None  # the sitter without what is worn; None: this is it


def seat(studio, person, skin_texture=None, wearing=()):
    """Prepare a person: paint the skin, grow the hair, put on the shirt.

    skin_texture: a london.LondonSkin for the studio's atlas that takes the painted skin's place
    where it is photographed; tone and brows are then its own, not the person's.
    """
    model = studio.model
    rest = model.identity(person.identity)
    rest = model.express(rest, dict(person.rest))
    if hair.STYLES[person.hair_style].covers_ears:
        ears = slice(0, face_model.HEAD.stop)
        mean = model.neutral_mm[ears]
        side = (np.abs(mean[:, 0]) > 77) & (mean[:, 1] < 50) & (mean[:, 1] > -30)
        limit = np.abs(rest[face_model.LANDMARKS[0], 0]) + 1
        rest[ears][side, 0] = np.clip(rest[ears][side, 0], -limit, limit)

    rest[face_model.HEAD] = torso.tuck(
        rest[face_model.HEAD], model.neutral_mm[face_model.HEAD], person.build
    )
    normals = vertex_normals(rest, model.triangles[studio.kept])
    growth = skin.beard_mask(model.neutral_mm[face_model.HEAD])
    beard = np.zeros_like(rest)
    rng = np.random.default_rng([person.seed, 43])
    length = max(0.0, person.beard - 0.45) * 17
    if length:
        mean = model.neutral_mm[face_model.HEAD]
        longer = length * (0.55 + 0.6 * np.clip((-mean[:, 1] - 44) / 40, 0, 1)) * growth**1.5
        longer *= 1 - 0.75 * np.exp(-((mean[:, 1] + 32) ** 2) / 200) * (np.abs(mean[:, 0]) < 30)
        beard[face_model.HEAD] = (
            normals[face_model.HEAD] * (longer * rng.uniform(0.75, 1.15, len(longer)))[:, None]
        )

    grown = hair.grow(model, person, rest)
    shirt_mm, shirt_triangles, shirt_uv = torso.shirt(person.build)

    keep = studio.kept
    n_model, n_hair = len(rest), len(grown.vertices_mm)
    hair_triangles = grown.triangles + n_model
    shirt_triangles = shirt_triangles + n_model + n_hair
    triangles = np.concatenate([model.triangles[keep], hair_triangles, shirt_triangles]).astype(
        np.int32
    )
    material = np.concatenate(
        [
            studio.material[keep],
            np.full(len(hair_triangles), shading.HAIR, np.int8),
            np.full(len(shirt_triangles), shading.CLOTH, np.int8),
        ]
    )
    model_uv = model.corner_uv.copy()
    right = model.triangles.min(1) >= face_model.RIGHT_EYE.start
    model_uv[right, :, 1] += 2  # tells the right eye from the left
    loose_uv = np.concatenate([grown.uv, shirt_uv])
    corner_uv = np.concatenate(
        [model_uv[keep], loose_uv[triangles[keep.sum() :] - n_model]]
    ).astype(np.float32)
    still = np.concatenate([grown.vertices_mm, shirt_mm])
    everything = np.concatenate([rest, still])
    follows = np.clip((everything[:, 1] + 175) / 85, 0, 1)
    follows = follows * follows * (3 - 2 * follows)
    follows[n_model + n_hair :] = 0
    sky = np.concatenate([studio.occlusion, np.ones(n_hair), np.full(len(shirt_mm), 0.9)])
    # Hair and chin keep light from the neck and the collar.
    sky[n_model + n_hair :] *= np.clip(1.6 - 0.0075 * (shirt_mm[:, 1] + 220), 0.55, 1)
    scalp_cover = hair.cover(person.hair_style, model.neutral_mm[face_model.HEAD], rng)
    sky[face_model.HEAD] *= 1 - 0.35 * scalp_cover
    if hair.STYLES[person.hair_style].hang_to < -100:
        neck = model.neutral_mm[face_model.HEAD][:, 1] < -70
        sky[face_model.HEAD][neck] *= 0.7

    hair_depth = np.zeros(len(everything), np.float32)
    hair_depth[n_model : n_model + n_hair] = grown.depth
    cutoff = np.full(len(everything), -1, np.float32)
    cutoff[n_model : n_model + n_hair] = grown.cutoff
    lids = [(face_model.LANDMARKS[list(chain)], weight) for chain, weight in LIDS]
    texture = skin.paint(
        studio.atlas,
        person,
        hair.cover(person.hair_style, studio.atlas.place_mm, rng),
        lids,
        skin_texture,
    )
    sitter = Sitter(
        person,
        rest,
        beard,
        triangles,
        material,
        material < shading.HAIR,
        corner_uv,
        cutoff,
        sky.astype(np.float32),
        hair_depth,
        still.astype(np.float32),
        follows.astype(np.float32),
        texture,
        grown.strands,
        n_hair,
    )
    return wear(studio, sitter, wearing) if wearing else sitter


def wear(studio, sitter, wearing, over_mm=None):
    """The sitter with what is named put on and nothing else; skin and hair are not made again.

    wearing: names of wear.NAMES or wear.Items, see wear.py; () undresses. over_mm [N,3]: the head that it has to fit, where that is not the sitter's own.
    """
    bare = wear_module.undressed(sitter)
    if not wearing:
        return bare
    head_mm = bare.rest_mm if over_mm is None else over_mm
    worn = wear_module.put_on(studio.model, bare.person, head_mm, wearing)
    still = bare.still_mm
    if worn.hat is not None:
        still = still.copy()
        still[: bare.hair_count] = worn.hat.pressed(still[: bare.hair_count])
    n, more = len(bare.rest_mm) + len(still), len(worn.vertices_mm)
    follows = np.clip((worn.vertices_mm[:, 1] + 175) / 85, 0, 1)

    def longer(values, added):
        return np.concatenate([values, np.full(more, added, values.dtype)])

    return wear_module.dressed(
        bare,
        triangles=np.concatenate([bare.triangles, worn.triangles + n]).astype(np.int32),
        material=np.concatenate([bare.material, (shading.WORN + worn.piece).astype(np.int8)]),
        cull=np.concatenate([bare.cull, np.zeros(len(worn.triangles), bool)]),
        corner_uv=np.concatenate([bare.corner_uv, worn.uv[worn.triangles]]).astype(np.float32),
        cutoff=longer(bare.cutoff, -1),
        occlusion=longer(bare.occlusion, 0.95),
        hair_depth=longer(bare.hair_depth, 0),
        still_mm=np.concatenate([still, worn.vertices_mm]),
        follows=np.concatenate([bare.follows, follows * follows * (3 - 2 * follows)]).astype(
            np.float32
        ),
        worn=worn,
    )


@dataclass(frozen=True)
class Drawing:
    """What one moment looks like to a perfect camera."""

    colour: np.ndarray  # [H,W,3] linear light, 0 where nobody is
    cover: np.ndarray  # [H,W] share of each pixel the person covers
    depth_mm: np.ndarray  # [H,W] nearest surface, 0 where nobody is
    hair: np.ndarray  # [H,W] bool: the nearest surface is hair
    worn: np.ndarray  # [H,W] bool: the nearest surface is a thing put on
    glass: np.ndarray  # [H,W] bool: seen through a lens; depth_mm is that of what is behind it
    landmarks_px: np.ndarray  # [68,2]
    landmarks_mm: np.ndarray  # [68,3] camera frame
    eyes_px: np.ndarray  # [2,2] the irises' middles: the person's right, then left
    between_eyes_mm: np.ndarray  # [3]


def five_points(drawing):
    """The five points of face alignment [5,2] px: right eye, left eye, nose tip, mouth corners."""
    return np.concatenate(
        [
            drawing.eyes_px,
            drawing.landmarks_px[[face_model.NOSE_TIP, *face_model.MOUTH_CORNERS]],
        ]
    ).astype(np.float32)


def draw(
    studio, sitter, pose, expression, light, camera, gaze_at_mm=(0, 0, 0), pupil_mm=2.1, sharpness=2
):
    """Draw a sitter.

    pose: camera.Pose. expression: {ARKit name: weight} on top of the person's rest. gaze_at_mm: the
    point both eyes look at (the camera by default). sharpness: samples across a pixel.
    """
    person = sitter.person
    turn = rotation(pose.yaw_deg, pose.pitch_deg, pose.roll_deg)
    eyes_rest = face_model.eye_centres(sitter.rest_mm)
    head_frame = studio.model.express(sitter.rest_mm, expression)

    # Place the body so that the eyes' middle is where the pose says when the head looks ahead.
    middle = eyes_rest.mean(0)
    place = np.array([pose.x_mm, pose.y_mm, pose.distance_mm], np.float32)
    pivot = place + MODEL_TO_CAMERA @ (PIVOT_MM - middle)

    eyes = pivot + (eyes_rest - PIVOT_MM) @ MODEL_TO_CAMERA.T @ turn.T
    gaze = np.asarray(gaze_at_mm, np.float32) - eyes
    gaze /= np.linalg.norm(gaze, axis=1, keepdims=True)
    head_frame = studio.model.express(head_frame, _lids_follow((gaze @ turn).mean(0)))

    head_frame = _behind_lids(head_frame, expression)

    still = sitter.still_mm
    if sitter.worn is not None:
        moved = (head_frame - sitter.rest_mm)[sitter.worn.carriers]
        still = still.copy()
        still[-len(moved) :] += (moved * sitter.worn.carrier_weights[..., None]).sum(1)
    vertices = np.concatenate([head_frame + sitter.beard_mm, still])
    relative = (vertices - PIVOT_MM) @ MODEL_TO_CAMERA.T
    follows = sitter.follows[:, None]
    vertices = (pivot + relative + follows * (relative @ turn.T - relative)).astype(np.float32)
    normals = vertex_normals(vertices, sitter.triangles)

    fine = camera.resized(sharpness)
    xy = fine.project(vertices).astype(np.float32)
    tri, near, w1, w2 = rasterise(
        xy,
        vertices[:, 2],
        sitter.triangles,
        sitter.cull,
        sitter.corner_uv,
        sitter.cutoff,
        sitter.strands,
        fine.width,
        fine.height,
    )
    key_xy, key_depth, key_axes, key_origin = _light_view(
        vertices, light.directions[0], SHADOW_SIZE
    )
    _, shadow, _, _ = rasterise(
        key_xy,
        key_depth,
        sitter.triangles,
        np.zeros(len(sitter.triangles), bool),
        sitter.corner_uv,
        sitter.cutoff,
        sitter.strands,
        SHADOW_SIZE,
        SHADOW_SIZE,
    )
    colour = shading.shade(
        tri,
        near,
        w1,
        w2,
        sitter.triangles,
        sitter.material,
        sitter.corner_uv,
        vertices,
        normals,
        sitter.occlusion,
        sitter.skin,
        sitter.strands,
        skin.to_linear(person.hair_rgb),
        sitter.hair_depth,
        skin.to_linear(person.shirt_rgb),
        eyes.astype(np.float32),
        gaze.astype(np.float32),
        skin.to_linear(person.iris_rgb) * 1.15,
        np.float32(IRIS_MM),
        np.float32(pupil_mm),
        light.directions,
        light.colours,
        light.sky,
        light.ground,
        shadow,
        key_axes,
        key_origin,
        np.float32(light.softness_mm),
        np.array([0, -1, 0], np.float32),
        NOTHING_WORN if sitter.worn is None else sitter.worn.look,
    )
    glass = np.zeros(tri.shape, bool)
    if sitter.worn is not None and len(sitter.worn.lens_mm):
        lens = ((sitter.worn.lens_mm - PIVOT_MM) @ MODEL_TO_CAMERA.T @ turn.T + pivot).astype(
            np.float32
        )
        glass = _look_through(sitter.worn, lens, near, colour, light, fine)
    s = sharpness
    blocks = (camera.height, s, camera.width, s)
    cover = (tri >= 0).reshape(blocks).mean((1, 3), dtype=np.float32)
    centre = (slice(s // 2, None, s), slice(s // 2, None, s))
    seen = tri[centre]
    depth = np.where(seen >= 0, 1 / np.maximum(near[centre], 1e-6), 0).astype(np.float32)
    landmarks = vertices[face_model.LANDMARKS]
    return Drawing(
        colour.reshape(blocks + (3,)).mean((1, 3), dtype=np.float32),
        cover,
        depth,
        (seen >= 0) & (sitter.material[seen] == shading.HAIR),
        (seen >= 0) & (sitter.material[seen] >= shading.WORN),
        glass[centre] & (seen >= 0),
        camera.project(landmarks),
        landmarks,
        camera.project(eyes + 14.0 * gaze),
        eyes.mean(0),
    )


def shut_weight(sitter):
    """Weight of eyeBlink at which this person's eyes are shut: wide eyes have farther to go."""
    at = sitter.rest_mm[face_model.LANDMARKS, 1]
    widest = max(at[upper] - at[lower] for upper, lower in ((37, 41), (38, 40), (43, 47), (44, 46)))
    return max(1.0, float(widest) / BLINK_SHUTS_MM)


def _behind_lids(vertices_mm, expression):
    """Vertices [N,3] of the model with each eyeball moved back as far as its lid is shut."""
    for side, eye in (("_R", face_model.RIGHT_EYE), ("_L", face_model.LEFT_EYE)):
        shut = expression.get("eyeBlink", 0) + expression.get("eyeBlink" + side, 0)
        if shut > 0:
            vertices_mm = vertices_mm.copy()
            vertices_mm[eye, 2] -= SHUT_EYE_BACK_MM * min(1.0, shut)
    return vertices_mm


def _look_through(worn, lens_mm, near, colour, light, camera):
    """Lay lenses, vertices [L,3] mm in the camera's frame, over what is drawn; returns where."""
    triangles = worn.lens_triangles
    xy = camera.project(lens_mm).astype(np.float32)
    tri, lens_near, w1, w2 = rasterise(
        xy,
        lens_mm[:, 2],
        triangles,
        np.zeros(len(triangles), bool),
        np.zeros((len(triangles), 3, 2), np.float32),
        np.full(len(lens_mm), -1, np.float32),
        NO_STRANDS,
        camera.width,
        camera.height,
    )
    glass = (tri >= 0) & (lens_near > near)
    corners = triangles[tri[glass]]
    b, c = w1[glass][:, None], w2[glass][:, None]
    weights = (1 - b - c, b, c)
    normals = vertex_normals(lens_mm, triangles)
    normal = sum(w * normals[corners[:, n]] for n, w in enumerate(weights))
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    at = sum(w * lens_mm[corners[:, n]] for n, w in enumerate(weights))
    view = at / np.linalg.norm(at, axis=1, keepdims=True)
    colour[glass] = wear_module.through_lenses(colour[glass], normal, view, worn.lens_rgb, light)
    return glass


def _lids_follow(gaze_in_head):
    """Lid and eye expressions of a gaze direction (camera axes, head's own frame: ahead is -z)."""
    up = np.rad2deg(np.arcsin(np.clip(-gaze_in_head[1], -1, 1)))
    aside = np.rad2deg(np.arctan2(gaze_in_head[0], -gaze_in_head[2]))
    across = min(1.0, abs(aside) / 35)
    toward_left = aside > 0
    return {
        "eyeLookUp": max(0.0, min(1.0, up / 30)),
        "eyeLookDown": max(0.0, min(1.0, -up / 30)),
        ("eyeLookOut_L" if toward_left else "eyeLookIn_L"): across,
        ("eyeLookIn_R" if toward_left else "eyeLookOut_R"): across,
    }
