"""Z-buffer rasteriser: which triangle is seen at each pixel, and where inside it."""

import numpy as np
from numba import njit


@njit(cache=True, fastmath=True)
def _fill(xy, inverse_depth, triangles, cull, corner_uv, cutoff, strand, tri, near, w1, w2):
    height, width = tri.shape
    tex_h, tex_w = strand.shape
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ia, ib, ic = inverse_depth[a], inverse_depth[b], inverse_depth[c]
        if ia <= 0 or ib <= 0 or ic <= 0:
            continue
        ax, ay, bx, by, cx, cy = xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1], xy[c, 0], xy[c, 1]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area == 0 or (cull[t] and area > 0):
            continue
        x0 = max(0, int(np.ceil(min(ax, bx, cx))))
        x1 = min(width - 1, int(np.floor(max(ax, bx, cx))))
        y0 = max(0, int(np.ceil(min(ay, by, cy))))
        y1 = min(height - 1, int(np.floor(max(ay, by, cy))))
        cut = cutoff[a] > -1 or cutoff[b] > -1 or cutoff[c] > -1
        inverse_area = 1.0 / area
        for y in range(y0, y1 + 1):
            for x in range(x0, x1 + 1):
                sb = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) * inverse_area
                sc = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) * inverse_area
                sa = 1.0 - sb - sc
                if sa < 0 or sb < 0 or sc < 0:
                    continue
                inv = sa * ia + sb * ib + sc * ic
                if inv <= near[y, x]:
                    continue
                pb = sb * ib / inv
                pc = sc * ic / inv
                if cut:
                    pa = 1.0 - pb - pc
                    u = pa * corner_uv[t, 0, 0] + pb * corner_uv[t, 1, 0] + pc * corner_uv[t, 2, 0]
                    v = pa * corner_uv[t, 0, 1] + pb * corner_uv[t, 1, 1] + pc * corner_uv[t, 2, 1]
                    limit = pa * cutoff[a] + pb * cutoff[b] + pc * cutoff[c]
                    column = int(u * tex_w) % tex_w
                    row = min(tex_h - 1, max(0, int(v * tex_h)))
                    if strand[row, column] < limit:
                        continue
                near[y, x] = inv
                tri[y, x] = t
                w1[y, x] = pb
                w2[y, x] = pc


@njit(cache=True, fastmath=True)
def vertex_normals(vertices, triangles):
    """Area-weighted unit normals [N,3] of a mesh with outward counter-clockwise triangles."""
    normals = np.zeros_like(vertices)
    for t in range(triangles.shape[0]):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ux, uy, uz = (
            vertices[b, 0] - vertices[a, 0],
            vertices[b, 1] - vertices[a, 1],
            vertices[b, 2] - vertices[a, 2],
        )
        vx, vy, vz = (
            vertices[c, 0] - vertices[a, 0],
            vertices[c, 1] - vertices[a, 1],
            vertices[c, 2] - vertices[a, 2],
        )
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for i in (a, b, c):
            normals[i, 0] += nx
            normals[i, 1] += ny
            normals[i, 2] += nz
    for i in range(normals.shape[0]):
        length = np.sqrt(normals[i, 0] ** 2 + normals[i, 1] ** 2 + normals[i, 2] ** 2)
        if length > 0:
            normals[i] /= length
    return normals


NO_STRANDS = np.ones((1, 1), np.float32)


def rasterise(xy, depth, triangles, cull, corner_uv, cutoff, strand, width, height):
    """Draw triangles seen by a camera.

    xy [N,2] pixels, depth [N] mm (0 or less: behind the camera), triangles [T,3], cull [T] bool
    (drop what faces away), corner_uv [T,3,2], cutoff [N] (a pixel is kept where the strand texture
    at its uv reaches it; -1 keeps all). Returns triangle [H,W] (-1 none), inverse depth [H,W] and
    the perspective-correct weights [H,W] of the second and third corner.
    """
    tri = np.full((height, width), -1, np.int32)
    near = np.zeros((height, width), np.float32)
    w1 = np.zeros((height, width), np.float32)
    w2 = np.zeros((height, width), np.float32)
    inverse = np.where(depth > 1, 1 / np.maximum(depth, 1), -1).astype(np.float32)
    xy = np.ascontiguousarray(xy, np.float32)
    _fill(xy, inverse, triangles, cull, corner_uv, cutoff, strand, tri, near, w1, w2)
    return tri, near, w1, w2
