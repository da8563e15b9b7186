"""From linear light to the camera's picture: exposure, blur, noise, tone curve, JPEG."""

import cv2
import numpy as np


LUMINANCE = np.array([0.2, 0.7, 0.1], np.float32)


def exposure_for(linear, light, face_box=None):
    """Gain of automatic exposure: it weighs the middle of the picture and, if known, the face.

    face_box: (left, top, right, bottom) px.
    """
    h, w = linear.shape[:2]
    levels, weights = [linear[h // 8 : -h // 8, w // 4 : -w // 4].mean((0, 1)) @ LUMINANCE], [0.7]
    if face_box is not None:
        left, top, right, bottom = (int(v) for v in face_box)
        levels.append(linear[max(0, top) : bottom, max(0, left) : right].mean((0, 1)) @ LUMINANCE)
        weights.append(0.3)
    return float(
        0.26 * light.exposure / max(np.exp(np.average(np.log(levels), weights=weights)), 1e-3)
    )


def expose(linear, gain, light, rng, white=(1.0, 1.0, 1.0)):
    """Camera picture [H,W,3] uint8 RGB of linear light [H,W,3].

    Shot and read noise grow with light.gain and are smoothed as an image processor does.
    """
    x = cv2.GaussianBlur(linear * np.float32(gain), (0, 0), 0.6) * np.asarray(white, np.float32)
    h, w = x.shape[:2]
    yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
    radius = ((xx / w - 0.5) ** 2 + (yy / h - 0.5) ** 2) * 2
    x *= (1 - 0.16 * radius)[..., None]
    noise = rng.standard_normal(x.shape, dtype=np.float32)
    noise = cv2.GaussianBlur(noise, (0, 0), 0.8)
    x += noise * np.sqrt(np.clip(x, 0, 2) * 0.00030 + 0.000012) * np.float32(light.gain)
    # A soft shoulder keeps highlights from clipping.
    x = np.where(x > 0.55, 0.55 + 0.45 * (1 - np.exp(-(x - 0.55) / 0.45)), np.maximum(x, 0))
    srgb = np.where(
        x <= 0.0031308, x * 12.92, 1.055 * np.power(np.maximum(x, 1e-6), 1 / 2.4) - 0.055
    )
    return np.clip(srgb * 255 + 0.5, 0, 255).astype(np.uint8)


def jpeg(picture_rgb, quality=88):
    """JPEG bytes of an RGB picture."""
    ok, data = cv2.imencode(".jpg", picture_rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not ok:
        raise OSError("the picture could not be written as JPEG")
    return data.tobytes()
