"""Outlines of shapes as points: pure geometry, in whatever units the caller draws in.

A point is a complex number, x + iy: to turn is to multiply, to shift is to add. Axes: N points; x goes right, y goes down.
Angles are radians, clockwise on screen."""

from __future__ import annotations

from cmath import rect
from functools import lru_cache
from math import comb, pi

import numpy as np


def turned(points_N: np.ndarray, angle: float) -> np.ndarray:
    """Points turned about the origin, clockwise on screen, by an angle in radians."""
    return points_N * rect(1, angle)


def mirrored(points_N: np.ndarray) -> np.ndarray:
    """Points with left and right exchanged."""
    return -points_N.conj()


def symmetric(side_N: np.ndarray) -> np.ndarray:
    """The outline of which one side is given; the other side is its mirror image."""
    return np.concatenate([side_N, mirrored(side_N)[::-1]])


@lru_cache(maxsize=256)
def _arc(start: float, stop: float) -> np.ndarray:
    count = 8 + round(32 * (stop - start) / (2 * pi))
    points_N: np.ndarray = np.exp(1j * np.linspace(start, stop, count, endpoint=stop - start < 2 * pi))
    return points_N


def ellipse(
    x: float, y: float, rx: float, ry: float | None = None, angle: float = 0.0, start: float = 0.0, stop: float = 2 * pi
) -> np.ndarray:
    """Outline of an ellipse, or of a part of one from `start` to `stop` (0 is right, a quarter turn is down)."""
    arc_N = _arc(start, stop)
    flat_N = arc_N * rx if ry is None else arc_N.real * rx + arc_N.imag * (1j * ry)
    return flat_N * rect(1, angle) + complex(x, y)


def poly(*xy: float) -> np.ndarray:
    """Corners from x, y, x, y …"""
    return np.array(xy, float).view(complex)


def box(x0: float, y0: float, x1: float, y1: float, corner: float = 0.0) -> np.ndarray:
    """Outline of an upright rectangle, with round corners where asked for."""
    corners = poly(x0, y0, x1, y0, x1, y1, x0, y1)
    return soft(corners, corner) if corner else corners


@lru_cache(maxsize=64)
def _bernstein(degree: int, count: int) -> np.ndarray:
    t_N, k = np.linspace(0, 1, count)[:, None], np.arange(degree + 1)
    return np.array([comb(degree, j) for j in k]) * t_N**k * (1 - t_N) ** (degree - k) + 0j


def bezier(*xy: float, count: int = 14) -> np.ndarray:
    """Points along a Bézier curve of any degree."""
    points_N: np.ndarray = _bernstein(len(xy) // 2 - 1, count) @ poly(*xy)
    return points_N


def soft(points_N: np.ndarray, radius: float) -> np.ndarray:
    """A polygon with its corners rounded by curves that begin `radius` before the corner."""
    sides_2N = np.stack([_next(points_N, -1), _next(points_N, 1)]) - points_N
    before_N, after_N = points_N + sides_2N * np.minimum(radius / np.abs(sides_2N), 0.5)
    rounded_N: np.ndarray = (_bernstein(2, 7) @ np.stack([before_N, points_N, after_N])).T.ravel()
    return rounded_N


def _next(points_N: np.ndarray, step: int) -> np.ndarray:
    """The points of a closed outline, each replaced by the one `step` further on."""
    return points_N.take(np.arange(step, step + len(points_N)), mode="wrap")


def stroke(path_N: np.ndarray, width: float, end: float | None = None) -> np.ndarray:
    """Outline of a line with round ends; `end`: the width at its end, where the line tapers."""
    joint_N = path_N[1:] - path_N[:-1]
    along_N = np.concatenate([joint_N[:1], joint_N[1:] + joint_N[:-1], joint_N[-1:]])
    growth = (end or width) - width
    along_N *= (width + growth * np.arange(len(path_N)) / (len(path_N) - 1)) / (2 * np.abs(along_N))
    cap_N = _arc(-pi / 2, pi / 2)
    right_N, left_N = path_N + 1j * along_N, path_N - 1j * along_N
    return np.concatenate([left_N, path_N[-1] + cap_N * along_N[-1], right_N[::-1], path_N[0] - cap_N * along_N[0]])


@lru_cache(maxsize=4)
def _catmull_rom(count: int) -> np.ndarray:
    powers_N4 = (np.arange(count) / count)[:, None] ** np.arange(4)
    weights_N4: np.ndarray = powers_N4 @ np.array([[0, 2, 0, 0], [-1, 0, 1, 0], [2, -5, 4, -1], [-1, 3, -3, 1]]) / 2 + 0j
    return weights_N4


def blob(*xy: float, count: int = 6) -> np.ndarray:
    """A smooth closed outline through the given points (Catmull-Rom)."""
    points_N = poly(*xy)
    curve_N: np.ndarray = (_catmull_rom(count) @ np.stack([_next(points_N, k) for k in (-1, 0, 1, 2)])).T.ravel()
    return curve_N


def ring(x: float, y: float, outer: float, inner: float) -> np.ndarray:
    """Outline of a ring: the outer circle, then the inner circle backwards, joined along one seam."""
    a, b = ellipse(x, y, outer), ellipse(x, y, inner)
    return np.concatenate([a, a[:1], b[:1], b[::-1]])


def regular(x: float, y: float, radius: float, corners: int) -> np.ndarray:
    """Outline of a regular polygon."""
    corners_N: np.ndarray = complex(x, y) + radius * np.exp(2j * pi / corners * np.arange(corners))
    return corners_N


def star(x: float, y: float, radius: float, arms: int = 5, waist: float = 0.5) -> np.ndarray:
    """Outline of a star, one arm up."""
    outer_N = -1j * regular(0, 0, radius, arms)
    return complex(x, y) + np.stack([outer_N, turned(outer_N, pi / arms) * waist], 1).ravel()
