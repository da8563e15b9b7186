"""Kinect v2-like depth: coarse pixels, axial and lateral noise, flying pixels, holes, steps.

Axial noise grows with distance and slant as it does for time-of-flight cameras (about 1.5 mm at
0.7 m); the sensor has two pixels for three of the colour picture (360 px focal for 540), on which
its readings are then laid. Steps are as coarse as in recordings of the real sensor near by, and
coarser than the sensor's far away, smoothed: what lies behind the person costs few bytes.
"""

import numpy as np
from scipy.ndimage import gaussian_filter, maximum_filter, median_filter, minimum_filter

COLOUR_PER_SENSOR_PX = 1.5
FAR_MM = 1000.0
NEAR_STEP_MM, FAR_STEP_MM = 3.0, 24.0
NEAREST_MM, FARTHEST_MM = 500.0, 4500.0
EDGE_MM = 35.0


def axial_sigma_mm(depth_mm):
    """Standard deviation of one reading of a surface that faces the sensor."""
    return 0.9 + 0.9 * (depth_mm / 1000) ** 1.5


def fixed_pattern_mm(seed, shape):
    """Smooth error [H,W] mm that stays through a session (multipath, calibration)."""
    rng = np.random.default_rng([seed, 61])
    field = gaussian_filter(rng.normal(size=shape), 18)
    return (1.2 * field / field.std()).astype(np.float32)


def sensor_shape(camera):
    """Rows and columns the sensor spends on the colour camera's view."""
    return (
        int(np.ceil(camera.height / COLOUR_PER_SENSOR_PX)),
        int(np.ceil(camera.width / COLOUR_PER_SENSOR_PX)),
    )


def sense(depth_mm, hair, camera, rng, pattern_mm=None, hair_darkness=0.7, glass=None):
    """Noisy depth [H,W] uint16 mm (0 = no reading) of true depth [H,W] mm.

    hair [H,W] bool: strands, which scatter and swallow the infrared (more when dark).
    pattern_mm: from `fixed_pattern_mm` with `sensor_shape`.
    glass [H,W] bool: seen through a lens, which mirrors some of the infrared away and bends the
    rest: patches without a reading, and readings a little too far.
    """
    rows, columns = sensor_shape(camera)
    ratio = COLOUR_PER_SENSOR_PX
    focal = camera.fx / ratio
    jitter = rng.normal(0, 0.3, (2, rows, columns))
    at_y = np.clip((np.arange(rows)[:, None] + 0.5 + jitter[0]) * ratio, 0, camera.height - 1)
    at_x = np.clip((np.arange(columns)[None] + 0.5 + jitter[1]) * ratio, 0, camera.width - 1)
    at = (at_y.astype(np.intp), at_x.astype(np.intp))
    true, strands = depth_mm[at], hair[at]

    low, high = minimum_filter(true, 3), maximum_filter(true, 3)
    edge = high - low > EDGE_MM
    slant = np.clip((high - low) / (2 * true * 1.42 / focal), 0, 4)
    noise = gaussian_filter(rng.normal(size=true.shape), 1.0)
    noise /= noise.std()
    reading = true + noise * axial_sigma_mm(true) * (1 + 0.5 * slant)
    if pattern_mm is not None:
        reading += pattern_mm
    scatter = gaussian_filter(rng.normal(size=true.shape), 1.0)
    reading += strands * (scatter / scatter.std() * 4.5 + 3.0)

    chance = rng.random(true.shape)
    flying = edge & (chance < 0.30)
    mix = rng.beta(0.7, 0.7, true.shape)
    reading = np.where(flying, low + mix * (high - low), reading)
    patches = gaussian_filter(rng.normal(size=true.shape), 1.6)
    patches /= patches.std()
    hole = edge & (chance > 0.62)
    hole |= strands & (patches > 1.9 - 1.0 * hair_darkness)
    hole |= rng.random(true.shape) < 0.0002
    if glass is not None and glass.any():
        reading = reading + glass[at] * (2.5 + 3.0 * rng.normal(size=true.shape))
        blind = gaussian_filter(rng.normal(size=true.shape), 2.2)
        hole |= glass[at] & (blind > 0.4 * blind.std())
    far = reading > FAR_MM
    reading = np.where(far, median_filter(reading, 5), reading)
    step = np.where(far, FAR_STEP_MM, NEAR_STEP_MM)
    reading = np.round(reading / step) * step
    reading[hole | (reading < NEAREST_MM) | (reading > FARTHEST_MM)] = 0
    back_y = np.minimum((np.arange(camera.height) / ratio).astype(int), rows - 1)
    back_x = np.minimum((np.arange(camera.width) / ratio).astype(int), columns - 1)
    return reading.astype(np.uint16)[back_y[:, None], back_x[None]]
