"""Colour of every drawn pixel: skin, eyes, teeth, hair, cloth and what is worn under a Light."""

import numpy as np
from numba import njit

SKIN, EYE, TEETH, GUMS, HAIR, CLOTH, WORN = range(7)  # WORN + n: piece n of wear.Worn.look


@njit(cache=True, fastmath=True)
def _power(x, n):
    return np.exp(n * np.log(x)) if x > 1e-6 else 0.0


@njit(cache=True, fastmath=True)
def _hash(a, b):
    h = np.uint32(a) * np.uint32(374761393) + np.uint32(b) * np.uint32(668265263)
    h = (h ^ (h >> np.uint32(13))) * np.uint32(1274126177)
    return np.float32((h ^ (h >> np.uint32(16))) & np.uint32(0xFFFF)) / np.float32(65535.0)


@njit(cache=True, fastmath=True)
def shade(
    tri,
    near,
    w1,
    w2,
    triangles,
    material,
    corner_uv,
    vertices,
    normals,
    occlusion,
    skin,
    strands,
    hair_rgb,
    hair_depth,
    cloth_rgb,
    eye_centres,
    gaze,
    iris_rgb,
    iris_mm,
    pupil_mm,
    light_dirs,
    light_rgb,
    sky,
    ground,
    shadow,
    shadow_axes,
    shadow_scale,
    softness,
    up,
    worn,
):
    """Linear colour [H,W,3] of the drawn pixels, 0 elsewhere; `scene.draw` is its caller."""
    height, width = tri.shape
    out = np.zeros((height, width, 3), np.float32)
    tile = skin.shape[0]
    sh, sw = shadow.shape
    tex_h, tex_w = strands.shape
    count = light_dirs.shape[0]
    albedo = np.zeros(3, np.float32)
    wrap = np.zeros(3, np.float32)
    for y in range(height):
        for x in range(width):
            t = tri[y, x]
            if t < 0:
                continue
            b, c = w1[y, x], w2[y, x]
            a = 1 - b - c
            i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
            px = a * vertices[i, 0] + b * vertices[j, 0] + c * vertices[k, 0]
            py = a * vertices[i, 1] + b * vertices[j, 1] + c * vertices[k, 1]
            pz = a * vertices[i, 2] + b * vertices[j, 2] + c * vertices[k, 2]
            nx = a * normals[i, 0] + b * normals[j, 0] + c * normals[k, 0]
            ny = a * normals[i, 1] + b * normals[j, 1] + c * normals[k, 1]
            nz = a * normals[i, 2] + b * normals[j, 2] + c * normals[k, 2]
            open_sky = a * occlusion[i] + b * occlusion[j] + c * occlusion[k]
            u = a * corner_uv[t, 0, 0] + b * corner_uv[t, 1, 0] + c * corner_uv[t, 2, 0]
            v = a * corner_uv[t, 0, 1] + b * corner_uv[t, 1, 1] + c * corner_uv[t, 2, 1]
            inv = 1 / np.sqrt(px * px + py * py + pz * pz)
            vx, vy, vz = -px * inv, -py * inv, -pz * inv
            kind = material[t]
            shine, gloss, f0 = 0.0, 20.0, 0.03
            lit_depth = 1.0

            if kind == SKIN:
                fx = u * tile - 0.5
                fy = (1 - v) * tile - 0.5
                x0 = min(skin.shape[1] - 2, max(0, int(fx)))
                y0 = min(tile - 2, max(0, int(fy)))
                ax, ay = fx - x0, fy - y0
                for ch in range(3):
                    albedo[ch] = (1 - ay) * (
                        (1 - ax) * skin[y0, x0, ch] + ax * skin[y0, x0 + 1, ch]
                    ) + ay * ((1 - ax) * skin[y0 + 1, x0, ch] + ax * skin[y0 + 1, x0 + 1, ch])
                shine = 0.32 * skin[y0, x0, 3]
                gloss = 16.0
                wrap[0], wrap[1], wrap[2] = 0.32, 0.16, 0.11
            elif kind == EYE:
                side = 0 if v > 1 else 1  # scene.seat marks the right eye in v
                qx = px - eye_centres[side, 0]
                qy = py - eye_centres[side, 1]
                qz = pz - eye_centres[side, 2]
                along = qx * gaze[side, 0] + qy * gaze[side, 1] + qz * gaze[side, 2]
                sx = qx - along * gaze[side, 0]
                sy = qy - along * gaze[side, 1]
                sz = qz - along * gaze[side, 2]
                radius = np.sqrt(sx * sx + sy * sy + sz * sz)
                open_sky = max(0.0, 1.25 * open_sky - 0.12)
                lit_depth = 0.35 + 0.65 * open_sky
                # The white, redder away from the iris.
                far = min(1.0, max(0.0, (radius - 6.0) / 8.0))
                albedo[0], albedo[1], albedo[2] = (
                    0.42 - 0.07 * far,
                    0.375 - 0.13 * far,
                    0.35 - 0.13 * far,
                )
                if along > 0 and radius < iris_mm + 0.5:
                    spoke = int((np.arctan2(sy, sx) + 3.15) * 14)
                    fibre = 0.75 + 0.5 * _hash(spoke, side + 7)
                    r = radius / iris_mm
                    ring = 1.0 - 0.7 * min(1.0, max(0.0, (r - 0.78) / 0.2))
                    inner = 1.25 - 0.5 * min(1.0, max(0.0, (r - 0.4) / 0.4))
                    edge = min(1.0, max(0.0, (iris_mm + 0.4 - radius) / 0.8))
                    hole = min(1.0, max(0.0, (radius - pupil_mm + 0.3) / 0.6))
                    for ch in range(3):
                        colour = iris_rgb[ch] * fibre * ring * inner * hole + 0.004 * (1 - hole)
                        albedo[ch] += edge * (colour - albedo[ch])
                    # The cornea bulges: its normal leans away from the gaze.
                    nx, ny, nz = nx + 0.03 * sx, ny + 0.03 * sy, nz + 0.03 * sz
                shine, gloss, f0 = 2.2, 420.0, 0.03
                wrap[0], wrap[1], wrap[2] = 0.35, 0.28, 0.26
            elif kind == TEETH:
                albedo[0], albedo[1], albedo[2] = 0.62, 0.57, 0.47
                shine, gloss = 0.5, 60.0
                wrap[0], wrap[1], wrap[2] = 0.2, 0.2, 0.15
                open_sky *= 0.75
            elif kind == GUMS:
                albedo[0], albedo[1], albedo[2] = 0.30, 0.09, 0.08
                shine, gloss = 0.3, 40.0
                wrap[0], wrap[1], wrap[2] = 0.2, 0.1, 0.1
                open_sky *= 0.45
            elif kind == HAIR:
                column = int((u * 0.61 + 0.23) * tex_w) % tex_w
                row = min(tex_h - 1, max(0, int(v * tex_h)))
                streak = strands[row, column]
                layer = a * hair_depth[i] + b * hair_depth[j] + c * hair_depth[k]
                tone = (0.40 + 1.0 * streak) * (0.45 + 0.55 * layer)
                for ch in range(3):
                    albedo[ch] = hair_rgb[ch] * tone
                shine, gloss, f0 = 0.0, 20.0, 0.05
                open_sky *= 0.55 + 0.45 * layer
                lit_depth = 0.55 + 0.45 * layer
                wrap[0], wrap[1], wrap[2] = 0.3, 0.3, 0.3
            elif kind >= WORN:
                piece = kind - WORN
                size = worn[piece, 6]
                weave = 1 + worn[piece, 5] * (_hash(int(u * size), int(v * size)) - 0.5)
                for ch in range(3):
                    albedo[ch] = worn[piece, ch] * weave
                shine, gloss, f0 = worn[piece, 3], worn[piece, 4], 0.05
                wrap[0], wrap[1], wrap[2] = 0.12, 0.12, 0.12
            else:
                weave = 0.93 + 0.14 * _hash(int(u * 2400), int(v * 1600))
                for ch in range(3):
                    albedo[ch] = cloth_rgb[ch] * weave
                wrap[0], wrap[1], wrap[2] = 0.15, 0.15, 0.15

            length = np.sqrt(nx * nx + ny * ny + nz * nz) + 1e-9
            nx, ny, nz = nx / length, ny / length, nz / length
            facing = nx * vx + ny * vy + nz * vz
            if facing < 0 and kind >= HAIR:
                nx, ny, nz, facing = -nx, -ny, -nz, -facing

            # Shadow of the first light: 3x3 taps in its picture.
            lx = px * shadow_axes[0, 0] + py * shadow_axes[0, 1] + pz * shadow_axes[0, 2]
            ly = px * shadow_axes[1, 0] + py * shadow_axes[1, 1] + pz * shadow_axes[1, 2]
            lz = px * shadow_axes[2, 0] + py * shadow_axes[2, 1] + pz * shadow_axes[2, 2]
            tx = (lx - shadow_scale[0]) * shadow_scale[2]
            ty = (ly - shadow_scale[1]) * shadow_scale[2]
            lz = lz - shadow_scale[3]
            lit = 0.0
            step = softness * shadow_scale[2]
            for dy in range(-1, 2):
                for dx in range(-1, 2):
                    qx = int(tx + dx * step + 0.5)
                    qy = int(ty + dy * step + 0.5)
                    if qx < 0 or qy < 0 or qx >= sw or qy >= sh:
                        lit += 1.0
                    else:
                        nearest = shadow[qy, qx]
                        gap = lz - (1.0 / nearest if nearest > 0 else 1e9)
                        bias = 5.0 + 0.55 * softness * max(abs(dx), abs(dy))
                        if kind == HAIR:
                            bias += 10.0
                        lit += 1.0 - min(1.0, max(0.0, (gap - bias) / 4.0))
            lit /= 9.0

            height_part = 0.5 + 0.5 * (nx * up[0] + ny * up[1] + nz * up[2])
            fresnel = f0 + (1 - f0) * _power(1 - min(1.0, max(0.0, facing)), 5.0) * 0.35
            for ch in range(3):
                ambient = (ground[ch] + (sky[ch] - ground[ch]) * height_part) * open_sky
                colour = albedo[ch] * ambient
                colour += ambient * fresnel * shine * 0.35
                out[y, x, ch] = colour
            for n in range(count):
                ndl = nx * light_dirs[n, 0] + ny * light_dirs[n, 1] + nz * light_dirs[n, 2]
                s = lit if n == 0 else 0.5 + 0.5 * open_sky
                hx, hy, hz = light_dirs[n, 0] + vx, light_dirs[n, 1] + vy, light_dirs[n, 2] + vz
                hl = np.sqrt(hx * hx + hy * hy + hz * hz) + 1e-9
                ndh = max(0.0, (nx * hx + ny * hy + nz * hz) / hl)
                spec = 0.0
                if shine > 0 and ndl > 0:
                    spec = (
                        fresnel
                        * shine
                        * (gloss + 8)
                        / 25.1
                        * _power(ndh, gloss)
                        * min(1.0, ndl * 3)
                    )
                if kind == HAIR:
                    # Kajiya and Kay: strands run downwards over the surface.
                    dot = nx * up[0] + ny * up[1] + nz * up[2]
                    kx, ky, kz = up[0] - dot * nx, up[1] - dot * ny, up[2] - dot * nz
                    kl = np.sqrt(kx * kx + ky * ky + kz * kz) + 0.15
                    along = (kx * hx + ky * hy + kz * hz) / (kl * hl) + 0.12
                    spec = 0.034 * _power(max(0.0, 1 - along * along), 28.0) * max(0.0, ndl + 0.1)
                    spec *= lit_depth
                for ch in range(3):
                    soft = max(0.0, (ndl + wrap[ch]) / (1 + wrap[ch]))
                    shadowed = s + (1 - s) * wrap[ch] * 0.35
                    out[y, x, ch] += light_rgb[n, ch] * (
                        albedo[ch] * soft * shadowed * lit_depth * 0.75 + spec * s
                    )
    return out
