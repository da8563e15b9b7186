"""Rigid masks: a shape, the owner's picture projected on it, over a wearer's face or on a stand.

The picture lies on the mask vertex by vertex (each vertex takes the texel under the same vertex of
the owner in the photograph), so that the features fit the shape as well as a careful maker can.
"""

from dataclasses import replace

import cv2
import numpy as np

from render import face_model, hair, scene, shading
from render.attacks import portrait as portrait_module
from render.camera import MODEL_TO_CAMERA
from render.rasterise import vertex_normals
from render.scene import PIVOT_MM

EYE_MARKS = ((36, 37, 38, 39, 40, 41), (42, 43, 44, 45, 46, 47))


def face_triangles(model, painted_eyes, eye_hole_mm, to_ears):
    """Triangles of the model that make a mask.

    painted_eyes: the front of the eyeballs belongs to it; otherwise holes reach eye_hole_mm
    beyond the lids. to_ears: up to ears and under the jaw, not the narrow face alone.
    """
    n = model.neutral_mm
    last = face_model.FACE.stop if to_ears else face_model.NARROW_FACE.stop
    kept = (model.triangles < last).all(1)
    if to_ears:
        inside = (n[:, 2] > 5) & (n[:, 1] > -95) & (n[:, 1] < 112)
        kept &= inside[model.triangles].all(1)
    if painted_eyes:
        for eye in (face_model.LEFT_EYE, face_model.RIGHT_EYE):
            ball = n[eye]
            front = np.zeros(len(n), bool)
            front[eye] = ball[:, 2] > (ball[:, 2].min() + ball[:, 2].max()) / 2 + 2
            kept |= front[model.triangles].all(1)
    else:
        near = np.zeros(len(n), bool)
        for marks in EYE_MARKS:
            ring = n[face_model.LANDMARKS[list(marks)]]
            fine = np.concatenate(
                [np.linspace(a, b, 6) for a, b in zip(ring, np.roll(ring, -1, 0))]
            )
            gap = np.linalg.norm(n[:, None, :2] - fine[None, :, :2], axis=-1).min(1)
            near |= (gap < eye_hole_mm) & (n[:, 2] > 40)
        kept &= ~near[model.triangles].any(1)
    return model.triangles[kept]


def smoothed(vertices, triangles, rounds):
    """Vertices after `rounds` of moving each halfway to the mean of its neighbours."""
    result = vertices.astype(np.float32).copy()
    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    edges = np.concatenate([edges, edges[:, ::-1]])
    count = np.bincount(edges[:, 0], minlength=len(result)).astype(np.float32)
    touched = count > 0
    for _ in range(rounds):
        total = np.zeros_like(result)
        for axis in range(3):
            total[:, axis] = np.bincount(
                edges[:, 0], weights=result[edges[:, 1], axis], minlength=len(result)
            )
        mean = total[touched] / count[touched][:, None]
        result[touched] += 0.5 * (mean - result[touched])
    return result


def picture_uv(owner_rest_mm, photograph, tile):
    """Texture places [N,2] of the owner's vertices in a third tile that holds the photograph."""
    middle = face_model.eye_centres(owner_rest_mm).mean(0)
    in_camera = (owner_rest_mm - middle) @ MODEL_TO_CAMERA.T
    in_camera[:, 2] += portrait_module.DISTANCE_MM
    at = portrait_module.CAMERA.project(in_camera)
    scale = tile / PICTURE_PX
    place = (at - photograph.eyes_px) * scale + [tile / 2, tile * 0.45]
    place = np.clip(place, 2, tile - 3)
    return np.stack([2 + (place[:, 0] + 0.5) / tile, 1 - (place[:, 1] + 0.5) / tile], -1)


PICTURE_PX = 560  # how much of the photograph the third tile shows


def picture_tile(photograph, tile, reflectance, shine, blur_px, rng):
    """The photograph as paint: [tile,tile,4], its middle tone brought to `reflectance` [3]."""
    scale = PICTURE_PX / tile
    columns, rows = np.meshgrid(np.arange(tile), np.arange(tile))
    map_x = (photograph.eyes_px[0] + (columns - tile / 2) * scale).astype(np.float32)
    map_y = (photograph.eyes_px[1] + (rows - tile * 0.45) * scale).astype(np.float32)
    picture = cv2.remap(
        photograph.rgb, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    cheeks = picture[int(tile * 0.5) : int(tile * 0.62), int(tile * 0.38) : int(tile * 0.62)]
    picture = picture * (reflectance / np.maximum(np.median(cheeks, (0, 1)), 1e-3))
    picture = cv2.GaussianBlur(picture.astype(np.float32), (0, 0), blur_px)
    picture *= 1 + 0.015 * rng.standard_normal(picture.shape[:2]).astype(np.float32)[..., None]
    ink = np.clip(0.015 + 0.97 * picture, 0, 0.9)
    return np.concatenate([ink, np.full(ink.shape[:2] + (1,), shine)], -1).astype(np.float32)


def tone_of(sitter):
    """Middle reflectance [3] of a sitter's cheeks."""
    tile = sitter.skin.shape[0]
    return np.median(
        sitter.skin[int(tile * 0.35) : int(tile * 0.65), int(tile * 0.3) : int(tile * 0.7), :3],
        (0, 1),
    )


def worn(
    studio, wearer, owner, shape_mm, triangles, photograph, thickness_mm, look, rng, wearing=()
):
    """The wearer as a sitter with the mask on, and what is named in `wearing` over it.

    shape_mm [N,3]: the mask's model vertices. look: (shine, blur_px) of its paint.
    """
    rest = wearer.rest_mm.copy()
    used = np.unique(triangles)
    skin_part = used[used < face_model.FACE.stop]
    mask = shape_mm.copy()
    eyes_apart = face_model.eye_centres(rest).mean(0) - face_model.eye_centres(mask).mean(0)
    mask += [eyes_apart[0], eyes_apart[1], 0]
    ahead = np.percentile(rest[skin_part, 2] - mask[skin_part, 2], 60)
    mask[:, 2] += ahead + thickness_mm
    # Soft skin gives way where the mask presses on it.
    rest[skin_part, 2] = np.minimum(rest[skin_part, 2], mask[skin_part, 2] - 0.5 * thickness_mm)
    masked = _with_mask(
        studio, replace(wearer, rest_mm=rest), owner, mask, triangles, photograph, look, rng
    )
    over = rest.copy()
    over[skin_part] = mask[skin_part]
    return scene.wear(studio, masked, wearing, over)


def _with_mask(studio, wearer, owner, mask, triangles, photograph, look, rng):
    tile = wearer.skin.shape[0]
    uv = picture_uv(owner.rest_mm, photograph, tile)
    used, compact = np.unique(triangles, return_inverse=True)
    compact = compact.reshape(triangles.shape)
    first = len(wearer.rest_mm) + len(wearer.still_mm)
    count = len(used)
    paint = picture_tile(photograph, tile, tone_of(owner), look[0], look[1], rng)
    return replace(
        wearer,
        triangles=np.concatenate([wearer.triangles, compact + first]).astype(np.int32),
        material=np.concatenate([wearer.material, np.full(len(compact), shading.SKIN, np.int8)]),
        cull=np.concatenate([wearer.cull, np.ones(len(compact), bool)]),
        corner_uv=np.concatenate([wearer.corner_uv, uv[triangles]]).astype(np.float32),
        cutoff=np.concatenate([wearer.cutoff, np.full(count, -1)]).astype(np.float32),
        occlusion=np.concatenate([wearer.occlusion, studio.occlusion[used]]).astype(np.float32),
        hair_depth=np.concatenate([wearer.hair_depth, np.zeros(count)]).astype(np.float32),
        still_mm=np.concatenate([wearer.still_mm, mask[used]]).astype(np.float32),
        follows=np.concatenate([wearer.follows, np.ones(count)]).astype(np.float32),
        skin=np.concatenate([wearer.skin, paint], 1),
    )


def on_stand(studio, plain, owner, shape_mm, photograph, reflectance, look, rng, wig=False):
    """A head of shape_mm [N,3] with the photograph on its face; `plain`: a shaven sitter.

    reflectance [3]: the dummy's own material; the wearer's eyes are painted over. wig: plain's hair stays on.
    """
    triangles = face_triangles(studio.model, True, 0, False)
    skin = plain.skin.copy()
    skin[..., :3], skin[..., 3] = reflectance, look[0]
    kept = np.arange(len(plain.triangles)) < int(studio.kept.sum())
    if wig:
        kept |= plain.material == shading.HAIR
    bare = replace(
        plain,
        rest_mm=shape_mm.astype(np.float32),
        beard_mm=np.zeros_like(plain.beard_mm),
        skin=skin,
        triangles=plain.triangles[kept],
        material=plain.material[kept],
        cull=plain.cull[kept],
        corner_uv=plain.corner_uv[kept],
    )
    normals = vertex_normals(bare.rest_mm, studio.model.triangles[studio.kept])
    return _with_mask(
        studio, bare, owner, bare.rest_mm + 0.6 * normals, triangles, photograph, look, rng
    )
