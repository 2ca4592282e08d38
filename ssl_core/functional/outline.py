"""Outlines of shapes as points: pure geometry, in whatever units the caller draws in.

Axes: N points, then x to the right and y down. Angles are radians, clockwise on screen."""

from functools import lru_cache
from math import comb

import numpy as np


def turned(points_N2: np.ndarray, angle: float) -> np.ndarray:
    """Points turned about the origin, clockwise on screen, by an angle in radians."""
    c, s = np.cos(angle), np.sin(angle)
    return points_N2 @ np.array([[c, s], [-s, c]])


@lru_cache(maxsize=256)
def _arc(start: float, stop: float) -> np.ndarray:
    count = 8 + round(32 * (stop - start) / (2 * np.pi))
    t_N = np.linspace(start, stop, count, endpoint=stop - start < 2 * np.pi)
    return np.stack([np.cos(t_N), np.sin(t_N)], 1)


def ellipse(
    x: float, y: float, rx: float, ry: float | None = None, angle: float = 0.0, start: float = 0.0, stop: float = 2 * np.pi
) -> np.ndarray:
    """Outline of an ellipse, or of a part of one from `start` to `stop` (0 is right, a quarter turn is down)."""
    flat_N2 = _arc(start, stop) * (rx, rx if ry is None else ry)
    return (turned(flat_N2, angle) if angle else flat_N2) + (x, y)


def poly(*xy: float) -> np.ndarray:
    """Corners from x, y, x, y …"""
    return np.array(xy, float).reshape(-1, 2)


def box(x0: float, y0: float, x1: float, y1: float, corner: float = 0.0) -> np.ndarray:
    """Outline of an upright rectangle, with round corners where asked for."""
    corners = poly(x0, y0, x1, y0, x1, y1, x0, y1)
    return soft(corners, corner) if corner else corners


@lru_cache(maxsize=64)
def _bernstein(degree: int, count: int) -> np.ndarray:
    t_N, k = np.linspace(0, 1, count)[:, None], np.arange(degree + 1)
    return np.array([comb(degree, j) for j in k]) * t_N**k * (1 - t_N) ** (degree - k)


def curve(*xy: float, count: int = 14) -> np.ndarray:
    """Points along a Bézier curve of any degree."""
    return _bernstein(len(xy) // 2 - 1, count) @ poly(*xy)


def soft(points_N2: np.ndarray, radius: float) -> np.ndarray:
    """A polygon with its corners rounded by curves that begin `radius` before the corner."""
    sides_2N2 = np.stack([_next(points_N2, -1), _next(points_N2, 1)]) - points_N2
    length_2N1 = np.sqrt((sides_2N2**2).sum(-1, keepdims=True))
    a_N2, b_N2 = points_N2 + sides_2N2 * np.minimum(radius / length_2N1, 0.5)
    return np.einsum("tk,knd->ntd", _bernstein(2, 7), np.stack([a_N2, points_N2, b_N2])).reshape(-1, 2)


def _next(points_N2: np.ndarray, step: int) -> np.ndarray:
    """The points of a closed outline, each replaced by the one `step` further on."""
    return points_N2.take(np.arange(step, step + len(points_N2)), 0, mode="wrap")


def stroke(path_N2: np.ndarray, width: float, end: float | None = None) -> np.ndarray:
    """Outline of a line with round ends; `end`: its width there, where it tapers."""
    joint_N2 = path_N2[1:] - path_N2[:-1]
    step_N2 = np.concatenate([joint_N2[:1], joint_N2[1:] + joint_N2[:-1], joint_N2[-1:]])
    normal_N2 = step_N2[:, ::-1] * (-1, 1) / np.hypot(*step_N2.T)[:, None]
    half_N1 = width / 2 + ((width if end is None else end) - width) / 2 * np.arange(len(path_N2))[:, None] / (len(path_N2) - 1)
    side_N2 = half_N1 * normal_N2
    caps = [
        turned(_arc(-np.pi / 2, np.pi / 2) * half_N1[k], np.arctan2(*(sign * step_N2[k, ::-1]))) + path_N2[k]
        for k, sign in ((-1, 1), (0, -1))
    ]
    return np.concatenate([path_N2 - side_N2, caps[0], (path_N2 + side_N2)[::-1], caps[1]])


def blob(*xy: float, count: int = 6) -> np.ndarray:
    """A smooth closed outline through the given points (Catmull-Rom)."""
    p = poly(*xy)
    t = (np.arange(count) / count)[None, :, None]
    a, b, c, d = (_next(p, k)[:, None] for k in (-1, 0, 1, 2))
    return (0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3)).reshape(-1, 2)


def ring(x: float, y: float, outer: float, inner: float) -> np.ndarray:
    """Outline of a ring: out round, in round, back along the same seam."""
    a, b = ellipse(x, y, outer), ellipse(x, y, inner)
    return np.concatenate([a, a[:1], b[:1], b[::-1]])


def star(x: float, y: float, radius: float, arms: int = 5, waist: float = 0.5) -> np.ndarray:
    """Outline of a star."""
    t_N = np.arange(2 * arms) * np.pi / arms - np.pi / 2
    r_N = np.where(np.arange(2 * arms) % 2, waist * radius, radius)
    return np.stack([x + r_N * np.cos(t_N), y + r_N * np.sin(t_N)], 1)


def regular(x: float, y: float, radius: float, corners: int) -> np.ndarray:
    """Outline of a regular polygon."""
    t_N = np.arange(corners) * 2 * np.pi / corners
    return np.stack([x + radius * np.cos(t_N), y + radius * np.sin(t_N)], 1)
