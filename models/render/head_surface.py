"""Where a head's surface is, asked by things that are put on it (model frame, mm)."""

import numpy as np
from scipy.ndimage import (
    distance_transform_edt,
    gaussian_filter,
    grey_closing,
    map_coordinates,
    maximum_filter,
)

from render import face_model
from render.rasterise import NO_STRANDS, rasterise


def ears(mean_mm):
    """Which vertices [N,3] of the average head are ear."""
    side = (np.abs(mean_mm[:, 0]) > 76) & (mean_mm[:, 2] < 30)
    return side & (mean_mm[:, 1] < 54) & (mean_mm[:, 1] > -30)


def _height(model, at, height, without_ears):
    """Map [H,W] of the greatest `height` of the head's triangles laid out at `at` [N,2]."""
    first = model.triangles.max(1) < face_model.HEAD.stop
    triangles = model.triangles[first]
    if without_ears:
        mean = model.neutral_mm[face_model.HEAD]
        triangles = triangles[~ears(mean)[triangles].any(1)]
    size = np.ceil(at.max(0)).astype(int) + 2
    free = np.zeros(len(triangles), bool)
    uv = np.zeros((len(triangles), 3, 2), np.float32)
    cut = np.full(len(at), -1, np.float32)
    far = 1000 - height
    tri, near, _, _ = rasterise(at, far, triangles, free, uv, cut, NO_STRANDS, size[0], size[1])
    seen = tri >= 0
    nearest = distance_transform_edt(~seen, return_distances=False, return_indices=True)
    return (1000 - 1 / np.maximum(near, 1e-6))[tuple(nearest)]


class HeadSurface:
    """Questions about one person's head at rest, vertices [N,3] mm."""

    def __init__(self, model, rest_mm):
        self.head = rest_mm[face_model.HEAD].astype(np.float32)
        self.landmarks = rest_mm[face_model.LANDMARKS]
        self.eyes = face_model.eye_centres(rest_mm)
        self.low = self.head.min(0)
        self.front = _height(model, self.head[:, :2] - self.low[:2], self.head[:, 2], False)
        flat = self.head[:, [2, 1]] - self.low[[2, 1]]
        self.left = _height(model, flat, self.head[:, 0], True)
        self.right = _height(model, flat, -self.head[:, 0], True)
        self.model = model

    def front_z(self, x, y):
        """Depth of the frontmost surface at points (x, y)."""
        return map_coordinates(
            self.front,
            [np.asarray(y) - self.low[1], np.asarray(x) - self.low[0]],
            order=1,
            mode="nearest",
        )

    def side_x(self, y, z, side):
        """Half width of the head without its ears at points (y, z); side +1 left, -1 right."""
        return map_coordinates(
            self.left if side > 0 else self.right,
            [np.asarray(y) - self.low[1], np.asarray(z) - self.low[2]],
            order=1,
            mode="nearest",
        )

    def wrapped(self, axis_z, reach_deg, closing_mm, without_ears=True):
        """Radius around the upright axis (0, ., axis_z), spanned over hollows as cloth does.

        Returns a function of (angle in degrees, 0 is ahead and positive the person's left; y).
        """
        x, z = self.head[:, 0], self.head[:, 2] - axis_z
        angle = np.rad2deg(np.arctan2(x, z))
        radius = np.hypot(x, z)
        inside = np.abs(angle) < reach_deg
        at = np.stack([angle + reach_deg, self.head[:, 1] - self.low[1]], 1)
        # Behind the axis the seam of angles would smear triangles across the map.
        height = np.where(inside, radius, 0).astype(np.float32)
        field = _height(self.model, np.clip(at, 0, None).astype(np.float32), height, without_ears)
        field = field[:, : int(2 * reach_deg)]
        smooth = gaussian_filter(grey_closing(field, size=(closing_mm, closing_mm)), 5)
        # What still sticks out lifts the cloth around it, so that no nose comes through.
        lift = maximum_filter(np.clip(field - smooth, 0, None), size=13)
        spanned = smooth + gaussian_filter(lift, 4)

        def ask(angle_deg, y):
            return map_coordinates(
                spanned, [y - self.low[1], angle_deg + reach_deg], order=1, mode="nearest"
            )

        return ask
