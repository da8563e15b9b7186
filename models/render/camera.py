"""Pin-hole camera and head pose.

Camera frame: x right in the picture, y down, z away from the camera, millimetres.
yawDeg > 0 turns the face to the picture's right, pitchDeg > 0 lifts it, rollDeg > 0 tilts it
clockwise as seen in the picture; at 0, 0, 0 the face's normal is -z.
"""

from dataclasses import dataclass

import numpy as np

MODEL_TO_CAMERA = np.diag([1.0, -1.0, -1.0]).astype(np.float32)


@dataclass(frozen=True)
class Intrinsics:
    """Pin-hole intrinsics in pixels, pixel centres at whole numbers."""

    width: int = 640
    height: int = 480
    fx: float = 540.0
    fy: float = 540.0
    cx: float = 319.5
    cy: float = 239.5

    def crop(self, left, top, width, height):
        """Intrinsics of a cut-out whose corner is at (left, top)."""
        return Intrinsics(width, height, self.fx, self.fy, self.cx - left, self.cy - top)

    def resized(self, factor):
        """Intrinsics of the same view with `factor` times the pixels."""
        return Intrinsics(
            int(round(self.width * factor)),
            int(round(self.height * factor)),
            self.fx * factor,
            self.fy * factor,
            (self.cx + 0.5) * factor - 0.5,
            (self.cy + 0.5) * factor - 0.5,
        )

    def project(self, points_mm):
        """Camera points [...,3] mm to pixels [...,2]."""
        x, y, z = np.moveaxis(np.asarray(points_mm), -1, 0)
        return np.stack([x * self.fx / z + self.cx, y * self.fy / z + self.cy], -1)


@dataclass(frozen=True)
class Pose:
    """Head pose, and where the point between the eyes is when the head looks straight ahead."""

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    x_mm: float = 0.0
    y_mm: float = 0.0
    distance_mm: float = 650.0


def rotation(yaw_deg, pitch_deg, roll_deg):
    """Rotation [3,3] in the camera frame: yaw after pitch after roll."""
    y, p, r = np.deg2rad([yaw_deg, pitch_deg, roll_deg])
    turn = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]])
    nod = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    tilt = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return (turn @ nod @ tilt).astype(np.float32)


def angles_deg(matrix):
    """Yaw, pitch, roll in degrees of a rotation made by `rotation`."""
    normal = -matrix[:, 2]
    yaw = np.rad2deg(np.arctan2(normal[0], -normal[2]))
    pitch = np.rad2deg(np.arcsin(np.clip(-normal[1], -1, 1)))
    level = rotation(yaw, pitch, 0).T @ matrix
    return float(yaw), float(pitch), float(np.rad2deg(np.arctan2(level[1, 0], level[0, 0])))
