"""Smoothing that leaves out what is not there."""

import cv2
import numpy as np


def averaged(values, where, sigma):
    """Local mean [H,W] of values [H,W] over the pixels `where` [H,W] bool, 0 far from all of them; sigma in pixels."""
    weight = cv2.GaussianBlur(where.astype(np.float32), (0, 0), sigma)
    total = cv2.GaussianBlur(np.where(where, values, 0).astype(np.float32), (0, 0), sigma)
    return total / np.maximum(weight, 1e-3)
