"""A sheet before the camera, flat or bent over a cylinder: where each pixel meets it."""

from dataclasses import dataclass

import cv2
import numpy as np

from render.attacks.stage import Moment
from render.camera import rotation

PX_PER_MM = 2.4


@dataclass(frozen=True)
class Sheet:
    """albedo [h,w,3] linear, solid [h,w] 1 where there is material and 0 in a hole or beside it.

    The texture's middle is the sheet's middle, `PX_PER_MM` texels for each millimetre.
    """

    albedo: np.ndarray
    solid: np.ndarray


@dataclass(frozen=True)
class Met:
    """Where pixels meet the sheet: hit [H,W] bool, depth_mm, texture maps and the normal."""

    hit: np.ndarray
    depth_mm: np.ndarray
    map_x: np.ndarray
    map_y: np.ndarray
    normal: np.ndarray
    ray: np.ndarray


def from_portrait(portrait, size_mm, eyes_at_mm=(0.0, 0.0), scale=1.0, margin_mm=0.0):
    """Cut a sheet of size_mm (width, height) from a photograph.

    eyes_at_mm: where the point between the eyes lies, right of and below the sheet's middle; scale
    1 shows the face life size; margin_mm stays white.
    """
    width, height = (int(round(side * PX_PER_MM)) for side in size_mm)
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    x = (columns + 0.5) / PX_PER_MM - size_mm[0] / 2
    y = (rows + 0.5) / PX_PER_MM - size_mm[1] / 2
    per_mm = portrait.px_per_mm / scale
    map_x = (portrait.eyes_px[0] + (x - eyes_at_mm[0]) * per_mm).astype(np.float32)
    map_y = (portrait.eyes_px[1] + (y - eyes_at_mm[1]) * per_mm).astype(np.float32)
    albedo = cv2.remap(
        portrait.rgb, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    inside = (np.abs(x) < size_mm[0] / 2 - margin_mm) & (np.abs(y) < size_mm[1] / 2 - margin_mm)
    white = np.full_like(albedo, 0.98)
    albedo = np.where(inside[..., None], albedo, white).astype(np.float32)
    return Sheet(albedo, np.ones(albedo.shape[:2], np.float32))


def meet(sheet, camera, centre_mm, angles_deg, radius_mm=None, axis="upright"):
    """Where the rays of `camera` meet the sheet.

    centre_mm: the sheet's middle; angles_deg: yaw, pitch, roll as in camera.rotation. radius_mm:
    bent over a cylinder of that radius, its middle nearest to the camera; axis `upright` bends it
    to the sides, `level` up and down. None: flat.
    """
    turn = rotation(*angles_deg)
    columns, rows = np.meshgrid(np.arange(camera.width), np.arange(camera.height))
    ray = np.stack(
        [
            (columns - camera.cx) / camera.fx,
            (rows - camera.cy) / camera.fy,
            np.ones(columns.shape),
        ],
        -1,
    ).astype(np.float32)
    d = ray @ turn  # in the sheet's own frame: across, down, backwards
    c = np.asarray(centre_mm, np.float32) @ turn
    if radius_mm is None:
        depth = c[2] / d[..., 2]
        u, v = d[..., 0] * depth - c[0], d[..., 1] * depth - c[1]
        normal = np.broadcast_to(-turn[:, 2], ray.shape)
        reached = depth > 0
    else:
        side = 0 if axis == "upright" else 1
        other = 1 - side
        # Circle around the cylinder's axis, which lies radius_mm behind the sheet's middle.
        back = c[2] + radius_mm
        a = d[..., side] ** 2 + d[..., 2] ** 2
        b = d[..., side] * c[side] + d[..., 2] * back
        e = c[side] ** 2 + back**2 - radius_mm**2
        root = b * b - a * e
        reached = root > 0
        depth = (b - np.sqrt(np.maximum(root, 0))) / a
        bent = d[..., side] * depth - c[side]
        behind = d[..., 2] * depth - back
        arc = radius_mm * np.arctan2(bent, -behind)
        straight = d[..., other] * depth - c[other]
        u, v = (arc, straight) if side == 0 else (straight, arc)
        local = np.zeros(ray.shape, np.float32)
        local[..., side], local[..., 2] = bent / radius_mm, behind / radius_mm
        normal = local @ turn.T
    height, width = sheet.solid.shape
    map_x = (u * PX_PER_MM + width / 2 - 0.5).astype(np.float32)
    map_y = (v * PX_PER_MM + height / 2 - 0.5).astype(np.float32)
    hit = reached & (map_x > -0.5) & (map_y > -0.5) & (map_x < width - 0.5) & (map_y < height - 0.5)
    solid = cv2.remap(sheet.solid, map_x, map_y, cv2.INTER_NEAREST)
    hit &= solid > 0.5
    return Met(hit, depth.astype(np.float32), map_x, map_y, normal.astype(np.float32), ray)


def printed(sheet, ink_floor=0.035):
    """The sheet as ink on paper: paper is no perfect white, ink no perfect black."""
    return Sheet(ink_floor + 0.80 * sheet.albedo, sheet.solid)


def colour_of(sheet, met, light, gloss=0.05, exponent=30.0):
    """Light [H,W,3] from a printed sheet; gloss is how much it mirrors the lamps."""
    albedo = cv2.remap(
        sheet.albedo, met.map_x, met.map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    total = light.ground + (light.sky - light.ground) * (0.5 - 0.5 * met.normal[..., 1:2])
    view = -met.ray / np.linalg.norm(met.ray, axis=-1, keepdims=True)
    mirrored = np.zeros(met.ray.shape, np.float32)
    for direction, rgb in zip(light.directions, light.colours):
        total = total + rgb * np.clip(met.normal @ direction, 0, 1)[..., None] * 0.75
        half = direction + view
        half /= np.linalg.norm(half, axis=-1, keepdims=True)
        peak = np.clip((half * met.normal).sum(-1), 0, 1) ** exponent
        mirrored += gloss * rgb * peak[..., None]
    return albedo * total + mirrored


def facing_deg(met):
    """Angle [H,W] between the surface's normal and the way to the camera: 0 mirrors its infrared."""
    view = -met.ray / np.linalg.norm(met.ray, axis=-1, keepdims=True)
    return np.rad2deg(np.arccos(np.clip((met.normal * view).sum(-1), -1, 1)))


def shrink(values, camera, sharpness):
    """Mean over the samples of each pixel."""
    blocks = (camera.height, sharpness, camera.width, sharpness) + values.shape[2:]
    return values.reshape(blocks).mean((1, 3), dtype=np.float32)


def moment(colour, met, camera, speckle_mm=None, lost=None):
    """A Moment of `camera` from what was met at one or more samples a pixel."""
    s = colour.shape[0] // camera.height
    at = (slice(s // 2, None, s), slice(s // 2, None, s))
    hit = met.hit[at]
    return Moment(
        shrink(colour * met.hit[..., None], camera, s),
        shrink(met.hit.astype(np.float32), camera, s),
        np.where(hit, met.depth_mm[at], 0).astype(np.float32),
        np.zeros(hit.shape, bool),
        0.0,
        None,
        None if speckle_mm is None else np.where(hit, speckle_mm[at], 0),
        None if lost is None else np.where(hit, lost[at], 0),
    )
