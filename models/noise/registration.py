"""How far depth lies from the colour it is stored with, by the silhouettes of people before walls.

A person's silhouette is cut from the colour by its difference from the wall and set against where
depth has readings. One map for the whole set is looked for,

    colour_x = scale_x * x + offset_x + parallax / z,   colour_y = scale_y * y + offset_y

in sensor pixels from the picture's middle (z mm, parallax px mm): what stays after it is a sample's
own misregistration.
"""

import cv2
import numpy as np
from scipy.optimize import minimize

from noise.depth_statistics import find_head, sensor_blocks

UNLIKE_WALL = 20.0  # CIE Lab distance
STRIP_PX = 8
SEARCHED = 50  # pairs the map is looked for in, evenly taken
PARALLAX_UNIT = 1e4  # keeps the numbers of the search alike in size


def silhouettes(colour_bgr, depth_mm, focal_px):
    """(depth mask, colour mask, distance mm) on the sensor's grid; None where the wall is not plain.

    colour_bgr [H,W,3] uint8 and depth_mm [H,W] as stored, of one size; focal_px as stored.
    """
    row, column, factor = sensor_blocks(depth_mm)
    high, wide = ((n - at) // factor for n, at in zip(depth_mm.shape, (row, column)))
    part = (slice(row, row + high * factor), slice(column, column + wide * factor))
    colour = cv2.resize(colour_bgr[part], (wide, high), interpolation=cv2.INTER_AREA)
    depth = depth_mm[part][factor // 2 :: factor, factor // 2 :: factor]
    shown = colour.max(2) > 16  # the black frame around a stored crop is no picture
    rows, columns = (np.flatnonzero(shown.mean(axis) > 0.3) for axis in (1, 0))
    if len(rows) < 40 or len(columns) < 40:
        return None
    part = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
    colour, depth = colour[part], depth[part]
    head = find_head(depth.astype(float), focal_px / factor)
    lab = cv2.cvtColor(colour, cv2.COLOR_BGR2LAB).astype(np.float32)
    border = [lab[2:10], lab[2:60, 2:STRIP_PX], lab[2:60, -STRIP_PX:-2]]
    wall = np.median(np.concatenate([strip.reshape(-1, 3) for strip in border]), 0)
    person = (np.linalg.norm(lab - wall, axis=2) > UNLIKE_WALL).astype(np.uint8)
    person = cv2.morphologyEx(person, cv2.MORPH_OPEN, np.ones((3, 3)))
    person = cv2.morphologyEx(person, cv2.MORPH_CLOSE, np.ones((7, 7)))
    border = (person[:6], person[:60, :STRIP_PX], person[:60, -STRIP_PX:])
    plain = all(strip.mean() < 0.05 for strip in border) and person.mean() > 0.1
    if head is None or not plain:
        return None
    return head["body"].astype(np.float32), person.astype(np.float32), head["distance_mm"]


def _moved(mask, distance_mm, where):
    """Depth mask where the map puts it in colour, and where colour shows a part of it at all."""
    scale_x, offset_x, parallax, scale_y, offset_y = where
    height, width = mask.shape
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    shift = offset_x + parallax * PARALLAX_UNIT / distance_mm
    to_x, to_y = middle_x + shift - scale_x * middle_x, middle_y + offset_y - scale_y * middle_y
    forward = np.array([[scale_x, 0, to_x], [0, scale_y, to_y]])
    first, last = np.round((to_x, to_x + scale_x * width)).astype(int)
    top, bottom = np.round((to_y, to_y + scale_y * height)).astype(int)
    known = (slice(max(0, top), max(0, bottom)), slice(max(0, first), max(0, last)))
    return cv2.warpAffine(mask, forward, (width, height), flags=cv2.INTER_LINEAR), known


def _overlap(pair, where):
    """Intersection over union of the two silhouettes."""
    moved, known = _moved(pair[0], pair[2], where)
    moved, colour = moved[known], pair[1][known]
    both = float(cv2.min(moved, colour).sum()) if moved.size else 0.0
    return both / max(float(moved.sum() + colour.sum()) - both, 1.0)


def _edge_offset_px(pair, where):
    """(right, down) offset in px of colour's head against depth's after the map: edges, crown."""
    moved, _ = _moved(pair[0], pair[2], where)
    masks = (moved > 0.5, pair[1] > 0.5)
    tops = [np.flatnonzero(mask.sum(1) >= 4)[0] for mask in masks]
    rows = slice(max(tops) + 10, max(tops) + 40)
    sides = []
    for mask in masks:
        lines = mask[rows][mask[rows].any(1)]
        left, right = lines.argmax(1), lines.shape[1] - 1 - lines[:, ::-1].argmax(1)
        sides.append(np.median(left + right) / 2)
    return sides[1] - sides[0], tops[1] - tops[0]


def of_pairs(pairs):
    """{name: number} of a set's registration; pairs from `silhouettes`, the wall plain in each."""
    searched = pairs[:: max(1, len(pairs) // SEARCHED)]
    start = np.array([1.0, 0.0, 0.5, 1.0, 0.0])
    search = minimize(
        lambda where: -np.mean([_overlap(pair, where) for pair in searched]),
        start,
        method="Nelder-Mead",
        options={
            "maxiter": 300,
            "xatol": 1e-3,
            "fatol": 1e-5,
            "initial_simplex": np.concatenate(
                [start[None], start + np.diag([-0.2, 5.0, 1.0, 0.2, 5.0])]
            ),
        },
    )
    scale_x, offset_x, parallax, scale_y, offset_y = (float(value) for value in search.x)
    stored = np.array([1.0, 0.0, 0.0, 1.0, 0.0])
    offsets = {
        name: np.array([_edge_offset_px(pair, where) for pair in pairs])
        for name, where in (("as_stored", stored), ("mapped", search.x))
    }

    def spread(values):
        return [round(float(value), 3) for value in np.percentile(values, (25, 50, 75))]

    return {
        "pictures": len(pairs),
        "overlap_as_stored": round(float(np.median([_overlap(p, stored) for p in pairs])), 4),
        "overlap_mapped": round(float(np.median([_overlap(p, search.x) for p in pairs])), 4),
        "scale_x": round(scale_x, 4),
        "scale_y": round(scale_y, 4),
        "offset_x_px": round(offset_x, 3),
        "offset_y_px": round(offset_y, 3),
        "parallax_px_mm": round(parallax * PARALLAX_UNIT, 1),
        "right_px_as_stored": spread(offsets["as_stored"][:, 0]),
        "down_px_as_stored": spread(offsets["as_stored"][:, 1]),
        "right_px_mapped": spread(offsets["mapped"][:, 0]),
        "down_px_mapped": spread(offsets["mapped"][:, 1]),
    }
