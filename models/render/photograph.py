"""A flat print of a face, held by a hand before the camera."""

from dataclasses import dataclass

import cv2
import numpy as np

from render.camera import rotation
from render.skin import to_linear

A4_MM = (210.0, 297.0)
PRINT_PX_PER_MM = 2.4

# Arm and thumb in the sheet's frame (mm right of and below its middle): from, to, radius, height
# over the sheet, whether it is in a sleeve.
ARM = (
    ((-270, 560), (-205, 262), 46.0, -64.0, True),
    ((-214, 290), (-166, 118), 29.0, -46.0, False),
    ((-166, 122), (-140, 62), 33.0, -44.0, False),
    ((-150, 60), (-118, 22), 11.0, -8.0, False),
    ((-118, 24), (-84, 20), 9.0, -1.5, False),
)


@dataclass(frozen=True)
class Held:
    """colour [H,W,3] linear, premultiplied; cover [H,W]; depth_mm [H,W], 0 nothing; sheet bool."""

    colour: np.ndarray
    cover: np.ndarray
    depth_mm: np.ndarray
    sheet: np.ndarray


def print_of(picture_rgb, camera, face_px, face_depth_mm):
    """A4 sheet [h,w,3] linear reflectance on which the face is life size.

    picture_rgb: picture by `camera`; face_px: point of the picture that comes to lie a bit above
    the sheet's middle; face_depth_mm: how far the face was, which fixes the scale.
    """
    width, height = (int(round(side * PRINT_PX_PER_MM)) for side in A4_MM)
    px_per_mm = camera.fx / face_depth_mm
    columns, rows = np.meshgrid(np.arange(width), np.arange(height))
    x = (columns + 0.5) / PRINT_PX_PER_MM - A4_MM[0] / 2
    y = (rows + 0.5) / PRINT_PX_PER_MM - A4_MM[1] * 0.40
    map_x = (face_px[0] + x * px_per_mm).astype(np.float32)
    map_y = (face_px[1] + y * px_per_mm).astype(np.float32)
    picture = cv2.remap(picture_rgb, map_x, map_y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    ink = 0.035 + 0.80 * to_linear(picture)  # paper is no perfect white, ink no perfect black
    margin = int(5 * PRINT_PX_PER_MM)
    sheet = np.full((height, width, 3), 0.80, np.float32)
    inner = (slice(margin, -margin), slice(margin, -margin))
    sheet[inner] = ink[inner]
    return sheet


def hold(
    sheet, camera, light, centre_mm, yaw_deg, pitch_deg, roll_deg, hand_rgb, sleeve_rgb, sharpness=2
):
    """Draw a sheet whose middle is at centre_mm, turned by the angles of camera.rotation."""
    fine = camera.resized(sharpness)
    turn = rotation(yaw_deg, pitch_deg, roll_deg)
    across, down, back = turn[:, 0], turn[:, 1], turn[:, 2]
    columns, rows = np.meshgrid(np.arange(fine.width), np.arange(fine.height))
    ray = np.stack(
        [(columns - fine.cx) / fine.fx, (rows - fine.cy) / fine.fy, np.ones(columns.shape)], -1
    ).astype(np.float32)
    centre = np.asarray(centre_mm, np.float32)
    depth = (centre @ back) / (ray @ back)
    offset = ray * depth[..., None] - centre
    u, v = offset @ across, offset @ down
    on_sheet = (np.abs(u) < A4_MM[0] / 2) & (np.abs(v) < A4_MM[1] / 2)
    map_x = ((u + A4_MM[0] / 2) * PRINT_PX_PER_MM - 0.5).astype(np.float32)
    map_y = ((v + A4_MM[1] / 2) * PRINT_PX_PER_MM - 0.5).astype(np.float32)
    albedo = cv2.remap(sheet, map_x, map_y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)

    def lit(normal):
        total = light.ground + (light.sky - light.ground) * (0.5 - 0.5 * normal[..., 1:2])
        for direction, rgb in zip(light.directions, light.colours):
            total = total + rgb * np.clip(normal @ direction, 0, 1)[..., None] * 0.75
        return total

    paper = -back
    colour = albedo * lit(paper[None, None])
    half = light.directions[0] - ray / np.linalg.norm(ray, axis=-1, keepdims=True)
    half /= np.linalg.norm(half, axis=-1, keepdims=True)
    colour += 0.05 * light.colours[0] * (np.clip(half @ paper, 0, 1) ** 30)[..., None]
    colour *= on_sheet[..., None]
    surface = np.where(on_sheet, depth, 0).astype(np.float32)
    drawn = on_sheet.copy()

    skin, sleeve = to_linear(hand_rgb), to_linear(sleeve_rgb)
    for start, end, radius, height, sleeved in ARM:
        start, end = np.array(start, float), np.array(end, float)
        along = end - start
        t = np.clip(((u - start[0]) * along[0] + (v - start[1]) * along[1]) / (along @ along), 0, 1)
        du, dv = u - start[0] - t * along[0], v - start[1] - t * along[1]
        bulge = np.sqrt(np.clip(radius**2 - du**2 - dv**2, 0, None))
        above = height + bulge
        visible = (bulge > 0) & ((above > 0) | ~on_sheet)
        normal = (du / radius)[..., None] * across + (dv / radius)[..., None] * down
        normal = normal - (bulge / radius)[..., None] * back
        colour[visible] = ((sleeve if sleeved else skin) * lit(normal))[visible]
        surface[visible] = (depth - above)[visible]
        drawn |= visible
    s = sharpness
    blocks = (camera.height, s, camera.width, s)
    centre_of = (slice(s // 2, None, s), slice(s // 2, None, s))
    return Held(
        colour.reshape(blocks + (3,)).mean((1, 3), dtype=np.float32),
        drawn.reshape(blocks).mean((1, 3), dtype=np.float32),
        surface[centre_of],
        on_sheet[centre_of] & (surface[centre_of] == depth.astype(np.float32)[centre_of]),
    )
