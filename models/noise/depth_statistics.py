"""Statistics of one depth picture of a head before a removed background, in sensor pixels.

Nothing needs landmarks: the head is found by the topmost readings, and measured in millimetres
from there. The same functions measure real recordings and rendered ones.
"""

import numpy as np
from scipy.ndimage import (
    binary_closing,
    binary_dilation,
    binary_erosion,
    binary_fill_holes,
    correlate,
    gaussian_filter1d,
    label,
    maximum_filter,
    median_filter,
    minimum_filter,
)

HEAD_HEIGHT_MM = 220.0  # crown to chin, hair left out
CROWN_MM = 45.0  # what lies this close to the top is hair on most heads
CORE_MM = (75.0, 190.0)  # from the top: forehead to mouth
CORE_HALF_WIDTH_MM = 42.0
SMOOTH_RANGE_MM = 45.0  # a 5x5 patch with more depth than this holds an edge, not a surface
FLYING_MM = 25.0
LARGEST_ENLARGEMENT = 8


def sensor_blocks(depth_mm):
    """(first row, first column, enlargement) of a depth picture [H,W] enlarged by repetition.

    There may be an empty frame around. The enlargement is the largest for which every change
    between neighbours falls on one grid in both directions.
    """
    across = np.flatnonzero((np.diff(depth_mm.astype(np.int32), axis=1) != 0).any(0)) + 1
    down = np.flatnonzero((np.diff(depth_mm.astype(np.int32), axis=0) != 0).any(1)) + 1
    if len(across) == 0 or len(down) == 0:
        return 0, 0, 1
    for factor in range(LARGEST_ENLARGEMENT, 1, -1):
        column, row = int(across[0] % factor), int(down[0] % factor)
        if (across % factor == column).all() and (down % factor == row).all():
            return row, column, factor
    return 0, 0, 1


def sensor_grid(depth_mm):
    """Undo an enlargement by repetition: (depth on the sensor's grid, enlargement)."""
    row, column, factor = sensor_blocks(depth_mm)
    return depth_mm[row + factor // 2 :: factor, column + factor // 2 :: factor], factor


def find_head(depth_mm, focal_px):
    """Where the head is: masks [H,W] body, head, core, crown, band, and distance_mm; None: nobody.

    depth_mm [H,W] on the sensor's grid, 0 no reading; focal_px in its pixels. `body` is the
    silhouette with its holes filled, `band` its outermost two pixels around the head.
    """
    seen = depth_mm > 0
    if not seen.any():
        return None
    parts, _ = label(seen)
    sizes = np.bincount(parts.ravel())
    sizes[0] = 0
    largest = parts == sizes.argmax()
    rows = np.flatnonzero(largest.sum(1) >= 4)
    if len(rows) < 20:
        return None
    top = rows[0]
    near_top = depth_mm[top : top + 40][largest[top : top + 40]]
    px_per_mm = focal_px / np.median(near_top)
    bottom = int(top + HEAD_HEIGHT_MM * px_per_mm)
    core_rows = slice(int(top + CORE_MM[0] * px_per_mm), int(top + CORE_MM[1] * px_per_mm))
    if core_rows.stop > depth_mm.shape[0]:
        return None
    body = binary_fill_holes(binary_closing(np.pad(largest, 8), np.ones((3, 3)), iterations=4))
    body = body[8:-8, 8:-8] | largest
    columns = np.flatnonzero(body[core_rows].mean(0) > 0.5)
    if len(columns) < 12:
        return None
    middle = (columns[0] + columns[-1]) / 2
    y, x = np.indices(depth_mm.shape)
    half = CORE_HALF_WIDTH_MM * px_per_mm
    core = (np.abs(x - middle) < half) & (y >= core_rows.start) & (y < core_rows.stop)
    head = body & (y < bottom)
    inner = binary_erosion(np.pad(body, 1, mode="edge"), np.ones((3, 3)), iterations=2)[1:-1, 1:-1]
    return {
        "body": body,
        "head": head,
        "core": core & body,
        "crown": head & (y < top + CROWN_MM * px_per_mm),
        "band": head & ~inner,
        "distance_mm": float(np.median(depth_mm[core & seen])) if (core & seen).any() else 0.0,
    }


def _quadratic_kernel():
    """Weights [5,5] of the value at the middle of a quadratic fitted to a 5x5 patch."""
    y, x = np.indices((5, 5)) - 2.0
    system = np.stack([np.ones(25), *(t.ravel() for t in (x, y, x * x, x * y, y * y))], 1)
    return np.linalg.pinv(system)[0].reshape(5, 5)


QUADRATIC = _quadratic_kernel()
# Share of white noise's standard deviation that is left after taking the fit away.
LEFT_OF_WHITE = float(np.sqrt(1 - QUADRATIC[2, 2]))


def residual_mm(depth_mm):
    """(residual [H,W] mm of a quadratic over 5x5, mask [H,W] where it is of a whole surface)."""
    depth = depth_mm.astype(np.float64)
    seen = depth > 0
    whole = minimum_filter(seen, 5, mode="constant", cval=0) > 0
    span = maximum_filter(depth, 5) - minimum_filter(depth, 5)
    residual = depth - correlate(depth, QUADRATIC, mode="nearest")
    return residual, whole & (span < SMOOTH_RANGE_MM)


def _rms(values):
    return float(np.sqrt(np.mean(np.square(values)))) if len(values) else float("nan")


def _correlation(residual, mask, dy, dx):
    """Correlation of a residual with itself dy rows and dx columns on, inside the mask."""
    h, w = residual.shape
    a = (slice(0, h - dy), slice(0, w - dx))
    b = (slice(dy, h), slice(dx, w))
    both = mask[a] & mask[b]
    first, second = residual[a][both], residual[b][both]
    scale = np.sqrt(np.mean(first**2) * np.mean(second**2)) if both.any() else 0
    return float(np.mean(first * second) / scale) if scale > 0 else float("nan")


def _line_noise_mm(depth, mask, axis):
    """RMS over lines of the mean, along the line, of its difference from its two neighbours."""
    d = depth if axis == 0 else depth.T
    m = mask if axis == 0 else mask.T
    second = d[1:-1] - (d[:-2] + d[2:]) / 2
    good = m[1:-1] & m[:-2] & m[2:]
    count = good.sum(1)
    lines = count >= 12
    means = (second * good).sum(1)[lines] / count[lines]
    return _rms(means - np.mean(means)) if lines.sum() >= 5 else float("nan")


def quantisation_step_mm(values_mm):
    """Largest of 16, 8, 4, 2, 1 mm that 98 % of the readings are whole multiples of; nan: none."""
    if len(values_mm) < 50:
        return float("nan")
    whole = values_mm.astype(np.int64)
    return float(next(step for step in (16, 8, 4, 2, 1) if (whole % step == 0).mean() >= 0.98))


def _flying(depth_mm, head):
    """Readings by the head's edge that lie with nothing around them: (share of band, mean size)."""
    seen = depth_mm > 0
    around = binary_dilation(head["band"], np.ones((3, 3)), iterations=2)
    place = median_filter(np.where(seen, depth_mm, 0).astype(np.float32), 3)
    lonely = seen & around & (place > 0) & (np.abs(depth_mm - place) > FLYING_MM)
    lonely |= seen & around & (place == 0)
    groups, count = label(lonely, np.ones((3, 3)))
    return lonely.sum() / max(1, head["band"].sum()), lonely.sum() / count if count else 0.0


def _roughness(head):
    """Length of the head's outline against that of the same outline smoothed, left and right."""
    lengths = []
    for side in (0, 1):
        mask = head["head"][:, ::-1] if side else head["head"]
        rows = np.flatnonzero(mask.any(1))[3:]
        edge = mask[rows].argmax(1).astype(float)
        smooth = gaussian_filter1d(edge, 2.5)
        lengths.append(np.abs(np.diff(edge - smooth)).mean())
    return float(np.mean(lengths))


def of_depth(depth_mm, focal_px):
    """{name: number} of a depth picture on the sensor's grid; None where no head is found.

    depth_mm [H,W] mm, 0 no reading; focal_px of the sensor's grid. A number that the picture
    cannot give is nan.
    """
    depth = np.asarray(depth_mm, np.float64)
    head = find_head(depth, focal_px)
    if head is None:
        return None
    seen = depth > 0
    residual, whole = residual_mm(depth)
    face, hair = whole & head["core"], whole & head["crown"]
    if face.sum() < 100:
        return None
    flying_share, flying_px = _flying(depth, head)

    def holes(mask):
        return float(1 - seen[mask].mean()) if mask.any() else float("nan")

    inner_face = head["core"] & ~head["band"]
    readings = depth[head["head"] & seen]
    row_mm, column_mm = (_line_noise_mm(depth, face, axis) for axis in (0, 1))
    return {
        "distance_mm": head["distance_mm"],
        "holes_face": holes(inner_face),
        "holes_edge": holes(head["band"]),
        "holes_hair": holes(head["crown"]),
        "step_below_1024_mm": quantisation_step_mm(readings[readings < 1024]),
        "step_from_1024_mm": quantisation_step_mm(readings[readings >= 1024]),
        "residual_face_mm": _rms(residual[face]) / LEFT_OF_WHITE,
        "residual_hair_mm": _rms(residual[hair]) / LEFT_OF_WHITE,
        "correlation_1_column": _correlation(residual, face, 0, 1),
        "correlation_1_row": _correlation(residual, face, 1, 0),
        "correlation_2_columns": _correlation(residual, face, 0, 2),
        "correlation_2_rows": _correlation(residual, face, 2, 0),
        "row_noise_mm": row_mm,
        "column_noise_mm": column_mm,
        "flying_share": float(flying_share),
        "flying_px": float(flying_px),
        "outline_roughness_px": _roughness(head),
    }


def summary(rows):
    """{name: {n, median, quartiles}} of per-person numbers: rows is a list of {name: number}."""
    table = {}
    for name in rows[0]:
        values = np.array([row[name] for row in rows], float)
        values = values[np.isfinite(values)]
        if len(values) == 0:
            continue
        low, middle, high = (round(float(v), 4) for v in np.percentile(values, (25, 50, 75)))
        table[name] = {"n": len(values), "median": middle, "quartiles": [low, high]}
    return table
