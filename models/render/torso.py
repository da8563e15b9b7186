"""Shoulders in a plain shirt, so that a head stands on something."""

import numpy as np

# Height, half width, half depth and middle depth of the shirt's rings, mm, in the head's frame.
RINGS = np.array(
    [
        (-132, 64, 66, -28),
        (-135, 71, 73, -28),
        (-145, 90, 80, -28),
        (-160, 130, 88, -27),
        (-177, 166, 96, -25),
        (-200, 192, 104, -22),
        (-240, 208, 114, -18),
        (-320, 218, 122, -12),
        (-460, 222, 126, -8),
        (-620, 220, 128, -6),
    ],
    float,
)
COLLAR_TILT = 0.22


def shirt(build, columns=72):
    """Vertices [N,3] mm, triangles [M,3], uv [N,2] of a shirt; `build` scales its shoulders."""
    around = np.linspace(0, 2 * np.pi, columns + 1)
    fine = np.linspace(0, len(RINGS) - 1, 4 * len(RINGS) - 3)
    rings = np.stack([np.interp(fine, range(len(RINGS)), RINGS[:, k]) for k in range(4)], 1)
    wide = np.interp(rings[:, 0], [-160, -132], [build, 1.0])
    power = 2 / np.interp(rings[:, 0], [-240, -132], [2.6, 2.0])
    c, s = np.sin(around), np.cos(around)
    x = rings[:, 1:2] * wide[:, None] * np.sign(c) * np.abs(c) ** power[:, None]
    z = rings[:, 3:4] + rings[:, 2:3] * np.sign(s) * np.abs(s) ** power[:, None]
    tilt = COLLAR_TILT * np.interp(rings[:, 0], [-240, -170, -132], [0, 0.7, 1])
    y = rings[:, 0:1] - tilt[:, None] * (z + 28)
    vertices = np.stack([x, y, z], -1).astype(np.float32)
    grid = np.arange(vertices.shape[0] * (columns + 1)).reshape(vertices.shape[0], columns + 1)
    a, b, c, d = grid[:-1, :-1], grid[:-1, 1:], grid[1:, :-1], grid[1:, 1:]
    triangles = np.concatenate(
        [np.stack([a, c, b], -1).reshape(-1, 3), np.stack([b, c, d], -1).reshape(-1, 3)]
    )
    uv = np.stack(np.broadcast_arrays(around[None] / (2 * np.pi), -y / 600), -1)
    return vertices.reshape(-1, 3), triangles.astype(np.int32), uv.reshape(-1, 2).astype(np.float32)


def tuck(vertices_mm, mean_mm, build):
    """Head vertices [N,3] with neck and shoulders drawn in under the shirt.

    mean_mm [N,3]: the same vertices of the average head; what is below the collar there goes below.
    """
    own = vertices_mm[:, 1] + COLLAR_TILT * (vertices_mm[:, 2] + 28)
    mean = mean_mm[:, 1] + COLLAR_TILT * (mean_mm[:, 2] + 28)
    height = np.minimum(own, mean)
    order = np.argsort(RINGS[:, 0])
    width, depth, middle = (np.interp(height, RINGS[order, 0], RINGS[order, k]) for k in (1, 2, 3))
    width = width * np.interp(height, [-160, -132], [min(build, 1.0), 1.0])
    across, along = vertices_mm[:, 0], vertices_mm[:, 2] - middle
    reach = np.hypot(across / width, along / depth)
    inside = np.interp(height, [-145, -130, -118, -80], [0.78, 0.92, 1.0, 1.5])
    shrink = np.where(height < -80, np.minimum(1, inside / np.maximum(reach, 1e-6)), 1)
    result = vertices_mm.copy()
    result[:, 0] = across * shrink
    result[:, 2] = middle + along * shrink
    result[:, 1] -= np.maximum(0, own - height) * np.interp(mean, [-132, -110], [1, 0])
    return result
