"""The aligned face, as `main/vision/align.ts` and `main/vision/rgbd-input.ts` cut it.

Pixel centres at whole numbers; a similarity is a 2x3 matrix. Stored faces have a margin around the
112 px square, so that training may shift, turn and scale them.
"""

import cv2
import numpy as np

SIDE_PX = 112
MARGIN_PX = 8
STORED_PX = SIDE_PX + 2 * MARGIN_PX
# Where ArcFace's training put the eyes, nose tip and mouth corners (Deng and others, 2019).
ARC_FACE_POINTS = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ],
    np.float32,
)
CORE_COLUMNS, CORE_ROWS = slice(28, 84), slice(36, 100)
DEPTH_SCALE_MM = 100.0


def similarity(points, target):
    """Least-squares similarity [2,3] from points [K,2] to target [K,2] (Umeyama, 1991)."""
    points, target = np.asarray(points, np.float64), np.asarray(target, np.float64)
    p, q = points - points.mean(0), target - target.mean(0)
    spread = (p**2).sum()
    if spread < 1e-9:
        raise ValueError("the points coincide")
    a = (p * q).sum() / spread
    b = (p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum() / spread
    turn = np.array([[a, -b], [b, a]])
    return np.concatenate([turn, (target.mean(0) - turn @ points.mean(0))[:, None]], 1)


def to_stored(five_points_px):
    """Map [2,3] from picture pixels to the stored face (the 112 px square and its margin)."""
    return similarity(five_points_px, ARC_FACE_POINTS + MARGIN_PX)


def cut(picture, depth_mm, mapping, side=STORED_PX, border=cv2.BORDER_CONSTANT):
    """Colour [side,side,3] (averaged where it shrinks) and depth [side,side] (nearest)."""
    shrink = 1 / np.hypot(mapping[0, 0], mapping[1, 0])
    soft = cv2.GaussianBlur(picture, (0, 0), 0.45 * shrink) if shrink > 1.3 else picture
    size = (side, side)
    colour = cv2.warpAffine(soft, mapping, size, flags=cv2.INTER_LINEAR, borderMode=border)
    depth = cv2.warpAffine(depth_mm, mapping, size, flags=cv2.INTER_NEAREST, borderMode=border)
    return colour, depth


def reference_mm(depth_mm):
    """Median reading of the core of an aligned depth [112,112]; 0 where there is none."""
    core = depth_mm[CORE_ROWS, CORE_COLUMNS]
    seen = core[core > 0]
    return float(np.median(seen)) if len(seen) else 0.0


def encode(colour, depth_mm):
    """Network input [4,112,112] float32 of colour [112,112,3] 0 to 255, depth [112,112] mm."""
    z = depth_mm.astype(np.float32)
    out = np.empty((4, SIDE_PX, SIDE_PX), np.float32)
    out[:3] = colour.transpose(2, 0, 1)
    out[:3] -= 127.5
    out[:3] /= 128
    relief = np.clip((np.float32(reference_mm(depth_mm)) - z) / np.float32(DEPTH_SCALE_MM), -1, 1)
    out[3] = np.where(z > 0, relief, 0)
    return out
