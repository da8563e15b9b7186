"""What a Kinect v2 reads of a true depth crop: fitted to `kinect-v2.json`, drawn around that fit.

    parameters = NoiseParameters.drawn(rng)          # one sensor and session
    readings = sense(depth_mm, hair, colour_px_per_sensor_px, rng, parameters)

    depth_mm                 [H,W] float32 mm of an aligned face, 0 where nothing is (any size)
    hair                     [H,W] bool: hair or glasses, which scatter and swallow infrared
    colour_px_per_sensor_px  crop pixels a sensor pixel spans: 70 px of face in the crop over the
                             face's width on the sensor (36 to 110 px), so 2.0 to 0.6
    returns                  [H,W] uint16 mm, 0 = no reading, each sensor pixel repeated

`sense` never learns whose face it is: a genuine and an impostor pair meet the same noise. Give both
frames of one session the same parameters and the same `multipath_mm` (`multipath_field`).
`NoiseParameters.fitted()` is the sensor of `kinect-v2.json`.
"""

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numba import njit

SENSOR_FOCAL_PX = 365.5  # Kinect v2's depth camera
BASELINE_MM = 52.0  # between its infrared and its colour camera
FARTHEST_MM = 4500.0
MULTIPATH_CELLS = 5
FILLED_FROM = 6  # a gap with this many of its eight neighbours read is read too
NOTHING_MM = 120.0  # how far behind an edge a flying pixel may lie where nothing is known behind it


@dataclass(frozen=True)
class NoiseParameters:
    """Strengths. mm are along the ray, px are sensor pixels, shares are probabilities."""

    axial_mm: float = 0.75  # standard deviation at 1 m, facing the sensor; grows with distance^1.5
    slant_gain: float = 0.2  # by tan(slant)^2
    lateral_px: float = 0.2
    correlation_px: float = 0.6  # blur of the white noise
    row_mm: float = 0.3  # each row's own error
    alternating_mm: float = 0.73  # even rows nearer, odd rows farther
    multipath_mm: float = 2.5  # smooth error that stays through a session
    edge_mm: float = 35.0  # more than this between neighbours is an edge
    edge_holes: float = 0.01
    edge_flying: float = 0.18
    outside_flying: float = 0.02  # readings just outside a silhouette
    hair_holes: float = 0.004
    hair_edge_holes: float = 0.01
    hair_scatter_mm: float = 0.8
    hair_sink_mm: float = 3.0  # hair reads farther, its light having wandered
    slant_holes: float = 0.02  # at tan(slant) of 4, none at 2
    dropout: float = 0.00005
    shift_px: tuple = (0.0, 0.0)  # colour against depth: right, down
    shadow: float = 0.0  # share kept of the parallax shadow that registering to colour casts
    shadow_side: int = 1  # 1: to the right of what is near, -1: to its left
    near_step_mm: float = 4.0
    far_step_mm: float = 8.0
    far_from_mm: float = 1024.0
    nearest_mm: float = 350.0

    @classmethod
    def fitted(cls):
        """The sensor of `kinect-v2.json`: its rendered twin has its statistics (`compare.py`)."""
        return cls()

    @classmethod
    def drawn(cls, rng):
        """A sensor like the fitted one, or better, or a bit worse; with registering to colour.

        A third each read in steps of 1 mm, of 4 and 8 mm, and of 2 and 4 mm. Holes spread most: dark
        hair swallows far more light than the average head of the fit.
        """
        fit = cls.fitted()

        def around(value, low=0.4, high=1.6):
            return float(value * np.exp(rng.uniform(np.log(low), np.log(high))))

        kind = rng.integers(0, 3)
        near, far = ((1.0, 1.0), (fit.near_step_mm, fit.far_step_mm), (2.0, 4.0))[kind]
        better = rng.uniform(0.25, 1.0)
        return replace(
            fit,
            axial_mm=around(fit.axial_mm, 0.6, 1.8) * better,
            slant_gain=around(fit.slant_gain),
            lateral_px=around(fit.lateral_px),
            correlation_px=float(rng.uniform(0.3, 1.0)),
            row_mm=around(fit.row_mm) * better,
            alternating_mm=fit.alternating_mm * float(rng.choice([0.0, 0.5, 1.0])) * better,
            multipath_mm=around(fit.multipath_mm, 0.3, 1.8),
            edge_holes=around(fit.edge_holes, 0.3, 10.0),
            edge_flying=around(fit.edge_flying, 0.3, 2.0),
            outside_flying=around(fit.outside_flying, 0.3, 2.0),
            hair_holes=around(fit.hair_holes, 0.3, 30.0),
            hair_edge_holes=around(fit.hair_edge_holes, 0.3, 20.0),
            hair_scatter_mm=around(fit.hair_scatter_mm),
            hair_sink_mm=around(fit.hair_sink_mm),
            slant_holes=around(fit.slant_holes),
            dropout=around(fit.dropout, 0.2, 8.0),
            shift_px=tuple(float(v) for v in np.clip(rng.normal(0, 0.45, 2), -1.2, 1.2)),
            shadow=float(rng.choice([0.0, 0.9])),
            shadow_side=int(rng.choice([-1, 1])),
            near_step_mm=near,
            far_step_mm=far,
        )


def multipath_field(rng, shape, parameters):
    """Smooth error [H,W] float32 mm of one session (multipath, calibration)."""
    coarse = rng.standard_normal((MULTIPATH_CELLS, MULTIPATH_CELLS), np.float32)
    field = cv2.resize(coarse, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.float32(parameters.multipath_mm) * (field - field.mean())


def sense(
    depth_mm, hair, colour_px_per_sensor_px, rng, parameters, multipath_mm=None, roll_deg=0.0
):
    """Readings [H,W] uint16 mm (0 none) of true depth [H,W] float32 mm (0 nothing there).

    See the module for the arguments. rng: numpy Generator, of which as many numbers are drawn for
    every face of this size. multipath_mm: [H,W] from `multipath_field`; drawn anew where None.
    roll_deg: the crop's turn against the sensor's rows. ValueError for a ratio that is not above
    zero or a shape that does not match.
    """
    if depth_mm.shape != hair.shape or not colour_px_per_sensor_px > 0:
        raise ValueError("depth and hair need one shape, and the ratio must be above zero")
    height, width = depth_mm.shape
    ratio = float(colour_px_per_sensor_px)
    turn = np.deg2rad(roll_deg)
    cos, sin = np.cos(turn), np.sin(turn)
    rows = int(np.ceil((abs(cos) * height + abs(sin) * width) / ratio)) + 3
    columns = int(np.ceil((abs(cos) * width + abs(sin) * height) / ratio)) + 3
    if multipath_mm is None:
        multipath_mm = multipath_field(rng, depth_mm.shape, parameters)
    phase_y, phase_x, parity = rng.random(3)
    # Crop pixel of sensor pixel (row, column): origin + row * down + column * across.
    across = np.array([cos, sin]) * ratio
    down = np.array([-sin, cos]) * ratio
    middle = np.array([width - 1, height - 1]) / 2
    origin = middle - across * (columns / 2 - phase_x) - down * (rows / 2 - phase_y)
    frame = np.array([*origin, *across, *down], np.float32)

    # Even numbers in -1 to 1 times sqrt(3) have unit variance, cost a quarter of normal ones and, once
    # blurred, are as good.
    white = (rng.random((5, rows, columns), np.float32) * 2 - 1) * np.float32(np.sqrt(3))
    chance = rng.random((2, rows, columns), np.float32)
    jitter = white[:2] * np.float32(parameters.lateral_px)
    axial, axial_std = _blurred(white[2], parameters.correlation_px)
    scatter, scatter_std = _blurred(white[3], 0.8)
    patches, patches_std = _blurred(white[4], 1.2)
    lines = rng.standard_normal(rows, np.float32) * np.float32(parameters.row_mm)
    even = (np.arange(rows) + (parity < 0.5)) % 2
    lines += np.where(even, 1, -1).astype(np.float32) * np.float32(parameters.alternating_mm)

    p = parameters
    shift = (np.array(p.shift_px) @ np.stack([across, down])).astype(np.float32)
    strengths = np.array(
        [
            p.axial_mm / axial_std,
            p.slant_gain,
            p.edge_mm,
            _normal_threshold(p.edge_holes) * patches_std,
            _normal_threshold(p.edge_flying) * patches_std,
            _normal_threshold(p.outside_flying) * patches_std,
            _normal_threshold(p.hair_holes) * patches_std,
            _normal_threshold(p.hair_edge_holes) * patches_std,
            p.hair_scatter_mm / scatter_std,
            p.hair_sink_mm,
            p.slant_holes,
            p.dropout,
            p.near_step_mm,
            p.far_step_mm,
            p.far_from_mm,
            p.nearest_mm,
        ],
        np.float32,
    )
    true, strands, field = _sample(
        np.ascontiguousarray(depth_mm, np.float32),
        np.ascontiguousarray(hair),
        np.ascontiguousarray(multipath_mm, np.float32),
        frame,
        shift,
        jitter,
        np.float32(p.edge_mm),
    )
    if p.shadow > 0:
        _cast_shadow(true, BASELINE_MM * SENSOR_FOCAL_PX, p.shadow_side, p.shadow)
    square = np.ones((3, 3), np.uint8)
    lowest = cv2.erode(np.where(true > 0, true, np.float32(FARTHEST_MM * 2)), square)
    highest = cv2.dilate(true, square)
    covered = cv2.boxFilter((true > 0).view(np.uint8), cv2.CV_8U, (3, 3), normalize=False)
    around = (lowest, highest, covered)
    reading = _read(true, around, strands, field, axial, scatter, patches, chance, lines, strengths)
    return _enlarge(reading, frame, height, width)


def _blurred(white, sigma_px):
    """White noise blurred, and the standard deviation that leaves."""
    size = 2 * int(np.ceil(3 * sigma_px)) + 1
    kernel = cv2.getGaussianKernel(size, sigma_px, cv2.CV_32F)
    return cv2.sepFilter2D(white, cv2.CV_32F, kernel, kernel), float((kernel**2).sum())


def _normal_threshold(share):
    """What a standard normal number exceeds with probability `share` (Winitzki's inverse erf)."""
    x = 1 - 2 * min(max(share, 1e-6), 1 - 1e-6)
    log = np.log(1 - x * x)
    half = 2 / (np.pi * 0.147) + log / 2
    return np.sqrt(2) * np.sign(x) * np.sqrt(np.sqrt(half**2 - log / 0.147) - half)


@njit(cache=True, fastmath=True)
def _sample(depth, hair, multipath, frame, shift, jitter, edge_mm):
    """True depth, hair and multipath at the sensor's pixels, 0 outside the crop or where nothing is."""
    height, width = depth.shape
    rows, columns = jitter.shape[1:]
    true = np.zeros((rows, columns), np.float32)
    strands = np.zeros((rows, columns), np.bool_)
    field = np.zeros((rows, columns), np.float32)
    for i in range(rows):
        for j in range(columns):
            column, row = j + jitter[0, i, j], i + jitter[1, i, j]
            x = frame[0] + column * frame[2] + row * frame[4] - shift[0]
            y = frame[1] + column * frame[3] + row * frame[5] - shift[1]
            x = min(max(x, 0.0), width - 1.0)
            y = min(max(y, 0.0), height - 1.0)
            near_x, near_y = int(x + 0.5), int(y + 0.5)
            z = depth[near_y, near_x]
            strands[i, j] = hair[near_y, near_x]
            field[i, j] = multipath[near_y, near_x]
            x0, y0 = min(int(x), width - 2), min(int(y), height - 2)
            a, b = depth[y0, x0], depth[y0, x0 + 1]
            c, d = depth[y0 + 1, x0], depth[y0 + 1, x0 + 1]
            low, high = min(a, b, c, d), max(a, b, c, d)
            if low > 0 and high - low < edge_mm:
                u, v = x - x0, y - y0
                z = (a * (1 - u) + b * u) * (1 - v) + (c * (1 - u) + d * u) * v
            true[i, j] = z
    return true, strands, field


@njit(cache=True, fastmath=True)
def _cast_shadow(true, disparity_px_mm, side, share):
    """Clear what the colour camera sees past a nearer edge and the depth camera does not.

    Along each row, from the side the shadow falls away from, a pixel is hidden when a nearer one
    passed before it lands beyond it after both are moved by their disparity.
    """
    rows, columns = true.shape
    for i in range(rows):
        beyond = -1e9
        for k in range(columns):
            j = k if side > 0 else columns - 1 - k
            z = true[i, j]
            if z <= 0:
                continue
            place = k + disparity_px_mm / z
            if place < beyond - 0.5 / share:
                true[i, j] = 0
            else:
                beyond = max(beyond, place)


@njit(cache=True, fastmath=True)
def _mix(even):
    """Share of the farther surface in a flying pixel: most are close to one of the two."""
    return even * even * (3 - 2 * even)


@njit(cache=True, fastmath=True)
def _read(true, around, strands, field, axial, scatter, patches, chance, lines, strengths):
    """Readings [rows,columns] uint16 of true depth at the sensor's pixels."""
    axial_mm, slant_gain, edge_mm, edge_limit, flying_limit, outside_limit = strengths[:6]
    hair_limit, hair_edge_limit, scatter_mm, sink_mm, slant_holes, dropout = strengths[6:12]
    near_step, far_step, far_from, nearest = strengths[12:16]
    lowest, highest, covered = around
    rows, columns = true.shape
    out = np.zeros((rows, columns), np.uint16)
    for i in range(rows):
        for j in range(columns):
            z = true[i, j]
            low, high, nothing = lowest[i, j], highest[i, j], covered[i, j] < 9
            if high == 0:
                continue
            lot = chance[0, i, j]
            edge = nothing or high - low > edge_mm
            if nothing:
                high = low + NOTHING_MM
            if z <= 0:
                if covered[i, j] < FILLED_FROM and -patches[i, j] < outside_limit:
                    continue
                reading = low + _mix(chance[1, i, j]) * (high - low)
            elif edge and -patches[i, j] > flying_limit:
                reading = low + _mix(chance[1, i, j]) * (high - low)
            else:
                if edge and patches[i, j] > edge_limit:
                    continue
                left, right = max(0, j - 1), min(columns - 1, j + 1)
                above, below = max(0, i - 1), min(rows - 1, i + 1)
                tan_squared = 0.0
                if not nothing:
                    dx = (true[i, right] - true[i, left]) / max(1, right - left)
                    dy = (true[below, j] - true[above, j]) / max(1, below - above)
                    per_px = z / 365.5
                    tan_squared = min((dx * dx + dy * dy) / (per_px * per_px), 25.0)
                if tan_squared > 4 and lot > 1 - slant_holes * (np.sqrt(tan_squared) - 2) / 2:
                    continue
                if strands[i, j] and patches[i, j] > (hair_edge_limit if edge else hair_limit):
                    continue
                if lot > 1 - dropout:
                    continue
                sigma = axial_mm * (z / 1000) ** 1.5 * (1 + slant_gain * tan_squared)
                reading = z + sigma * axial[i, j] + field[i, j] + lines[i]
                if strands[i, j]:
                    reading += scatter_mm * scatter[i, j] + sink_mm
            step = far_step if reading >= far_from else near_step
            reading = np.floor(reading / step + 0.5) * step
            if nearest <= reading <= FARTHEST_MM:
                out[i, j] = np.uint16(reading)
    return out


@njit(cache=True, fastmath=True)
def _enlarge(reading, frame, height, width):
    """Each crop pixel's nearest sensor pixel [height,width]."""
    rows, columns = reading.shape
    square = frame[2] * frame[2] + frame[3] * frame[3]
    out = np.empty((height, width), np.uint16)
    for y in range(height):
        for x in range(width):
            u, v = x - frame[0], y - frame[1]
            j = int((u * frame[2] + v * frame[3]) / square + 0.5)
            i = int((u * frame[4] + v * frame[5]) / square + 0.5)
            out[y, x] = reading[min(max(i, 0), rows - 1), min(max(j, 0), columns - 1)]
    return out
