"""The texture atlas of the head: for each texel, where on the average head it lies."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import distance_transform_edt
from scipy.spatial import cKDTree

from render import face_model
from render.rasterise import NO_STRANDS, rasterise


@dataclass(frozen=True)
class Atlas:
    """Two square tiles side by side, face then head; `tile` pixels each."""

    tile: int
    place_mm: np.ndarray  # [tile,2*tile,3] point of the average head under each texel
    landmark_px: np.ndarray  # [68,2] column, row of the landmarks
    vertex_px: np.ndarray  # [N,2] column, row of each vertex (one of its places on a seam)
    front: cKDTree  # (x, y) mm of texels that look forward
    front_px: np.ndarray  # [M,2] column, row of those texels

    def at(self, xy_mm):
        """Texels [K,2] (column, row) under points (x, y) mm of the average face, from ahead."""
        return self.front_px[self.front.query(np.asarray(xy_mm, float))[1]]


def to_texels(uv, tile):
    """Texture places [...,2] to column, row."""
    return np.stack([uv[..., 0] * tile - 0.5, (1 - uv[..., 1]) * tile - 0.5], -1)


def corners_of_texels(model, tile):
    """What lies under each texel: vertices [tile,2*tile,3] of its triangle, their weights
    [tile,2*tile,3], and where the atlas is filled [tile,2*tile] bool; gutters take the nearest.
    """
    keep = (model.triangles < face_model.HEAD.stop).all(1)
    corners = to_texels(model.corner_uv[keep], tile).reshape(-1, 2)
    count = len(corners) // 3
    separate = np.arange(3 * count, dtype=np.int32).reshape(-1, 3)
    tri, _, w1, w2 = rasterise(
        corners,
        np.full(3 * count, 100.0, np.float32),
        separate,
        np.zeros(count, bool),
        np.zeros((count, 3, 2), np.float32),
        np.full(3 * count, -1, np.float32),
        NO_STRANDS,
        2 * tile,
        tile,
    )
    nearest = distance_transform_edt(tri < 0, return_distances=False, return_indices=True)
    filled = tri >= 0
    tri, w1, w2 = (a[tuple(nearest)] for a in (tri, w1, w2))
    return model.triangles[keep][tri], np.stack([1 - w1 - w2, w1, w2], -1), filled


def build(model, tile=512):
    """Atlas of the average head, `tile` texels a side; gutters take the nearest place."""
    vertices, weights, filled = corners_of_texels(model, tile)
    place = (model.neutral_mm[vertices] * weights[..., None]).sum(2).astype(np.float32)

    keep = (model.triangles < face_model.HEAD.stop).all(1)
    vertex_px = np.zeros((len(model.neutral_mm), 2), np.float32)
    vertex_px[model.triangles[keep]] = to_texels(model.corner_uv[keep], tile)
    front = np.argwhere(filled & (place[..., 2] > 45))
    front = front[front[:, 1] < tile]
    return Atlas(
        tile,
        place,
        vertex_px[face_model.LANDMARKS],
        vertex_px,
        cKDTree(place[front[:, 0], front[:, 1], :2]),
        front[:, ::-1].astype(np.float32),
    )
