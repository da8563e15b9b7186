"""Pieces of mesh: tubes and sheets, as vertices [N,3] mm, triangles [M,3] and uv [N,2]."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Piece:
    """A mesh of its own: triangles count from its first vertex."""

    vertices_mm: np.ndarray
    triangles: np.ndarray
    uv: np.ndarray


def sheet(grid_mm, wraps=False):
    """Surface through a grid of points [R,C,3]; `wraps` joins the last column to the first."""
    rows, columns = grid_mm.shape[:2]
    here = np.arange(rows * columns).reshape(rows, columns)
    ahead = np.roll(here, -1, 1) if wraps else here[:, 1:]
    here = here if wraps else here[:, :-1]
    a, b, c, d = here[:-1], ahead[:-1], here[1:], ahead[1:]
    triangles = np.concatenate(
        [np.stack([a, c, b], -1).reshape(-1, 3), np.stack([b, c, d], -1).reshape(-1, 3)]
    )
    u, v = np.meshgrid(np.arange(columns) / columns, np.arange(rows) / max(rows - 1, 1))
    vertices = grid_mm.reshape(-1, 3).astype(np.float32)
    uv = np.stack([u, v], -1).reshape(-1, 2).astype(np.float32)
    return Piece(vertices, triangles.astype(np.int32), uv)


def tube(path_mm, half_across, half_along, axis, closed=False, sides=8):
    """Rod along points [N,3]; its cross-section is half_along mm along `axis`, half_across beside.

    half_across, half_along: numbers or one value a point. Ends are shut by shrinking to a point.
    """
    path = np.asarray(path_mm, float)
    across, along = (np.broadcast_to(v, len(path)).astype(float) for v in (half_across, half_along))
    if not closed:
        path = np.concatenate([path[:1], path, path[-1:]])
        across, along = (np.concatenate([[1e-3], v, [1e-3]]) for v in (across, along))
        tangent = np.gradient(path[1:-1], axis=0)
        tangent = np.concatenate([tangent[:1], tangent, tangent[-1:]])
    else:
        tangent = np.roll(path, -1, 0) - np.roll(path, 1, 0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    first = np.asarray(axis, float) - tangent * (tangent @ np.asarray(axis, float))[:, None]
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(tangent, first)
    around = 2 * np.pi * np.arange(sides) / sides
    ring = (
        path[:, None]
        + np.cos(around)[None, :, None] * (first * along[:, None])[:, None]
        + np.sin(around)[None, :, None] * (second * across[:, None])[:, None]
    )
    if closed:
        ring = np.concatenate([ring, ring[:1]])
    return sheet(ring, wraps=True)


def joined(pieces):
    """One piece of several."""
    pieces = list(pieces)
    starts = np.cumsum([0, *(len(p.vertices_mm) for p in pieces)])
    return Piece(
        np.concatenate([p.vertices_mm for p in pieces]),
        np.concatenate([p.triangles + n for p, n in zip(pieces, starts)]).astype(np.int32),
        np.concatenate([p.uv for p in pieces]),
    )
