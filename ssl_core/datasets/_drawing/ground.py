"""What lies under a scene: a sheet of printed paper in two tones. No direction on it is special.

Axes: N papers, H W pixels. All lengths are shares of the picture's side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, sin

import numpy as np

from ssl_core.datasets._drawing.palette import Colour

KINDS = ("plain", "faded", "striped", "dotted", "checked", "wavy")


@dataclass(frozen=True)
class Ground:
    """A sheet of paper: what is printed on it, in which tones, which way."""

    kind: str
    colour: str
    tones: tuple[Colour, Colour]
    angle: float
    pitch: float
    phase: float


def grid(size: int) -> tuple[np.ndarray, np.ndarray]:
    """x and y of the pixels' centres, from the picture's centre: 1×W and H×1."""
    line = ((np.arange(size, dtype=np.float32) + 0.5) / size - 0.5).astype(np.float32)
    return line[None, :], line[:, None]


def _edge(distance_NHW: np.ndarray, size: int) -> np.ndarray:
    """0 to 1 across a line, one pixel wide: a smooth edge at any size."""
    return (distance_NHW * size + 0.5).clip(0, 1)


def _cell(length_NHW: np.ndarray) -> np.ndarray:
    """The position of each point within its cell, in [0, 1); a cell is 1 long."""
    part_NHW: np.ndarray = length_NHW - np.floor(length_NHW)
    return part_NHW


def _share(kind: str, u: np.ndarray, v: np.ndarray, pitch: np.ndarray, phase: np.ndarray, size: int) -> np.ndarray:
    """The share of the second tone at each point u, v of papers of one kind: u across the pattern, v along it."""
    if kind == "plain":
        return 0.5 + 0.35 * u + 0.2 * v
    if kind == "faded":
        return 0.5 + 0.8 * u
    if kind == "wavy":
        u = u + 0.22 * pitch * np.sin(v * (4.2 / pitch) + 6.28 * phase)
        cell = 2 * _cell((u / (1.5 * pitch) + phase) / 2)
        band = _edge((0.5 - np.abs(cell - 0.5)) * 1.5 * pitch, size) + _edge((cell - 1.5 - 0.5) * 1.5 * pitch, size)
        share_NHW: np.ndarray = 0.1 + 0.55 * band + 0.2 * np.abs(cell - 1)
        return share_NHW
    if kind == "striped":
        return _edge((np.abs(_cell(u / pitch + phase) - 0.5) - 0.25) * pitch, size)
    row, column = (_cell(side / pitch + phase) - 0.5 for side in (u, v))
    if kind == "dotted":
        return _edge((0.24 - np.sqrt(row * row + column * column)) * pitch, size)
    edges = [2 * _edge((np.abs(side) - 0.25) * pitch, size) - 1 for side in (row, column)]
    checks_NHW: np.ndarray = 0.5 - 0.5 * edges[0] * edges[1]
    return checks_NHW


def fill_grounds(grounds: Sequence[Ground], size: int) -> np.ndarray:
    """The sheets alone: float N×3×H×W in 0..255."""
    x, y = grid(size)
    share_NHW = np.empty((len(grounds), size, size), np.float32)
    for kind in {ground.kind for ground in grounds}:
        which = [n for n, ground in enumerate(grounds) if ground.kind == kind]
        rows = [(cos(g.angle), sin(g.angle), g.pitch, g.phase) for g in (grounds[n] for n in which)]
        c, s, pitch, phase = np.array(rows, np.float32).T[..., None, None]
        share_NHW[which] = _share(kind, x * c + y * s, y * c - x * s, pitch, phase, size)
    first, second = np.array([ground.tones for ground in grounds], np.float32).swapaxes(0, 1)[..., None, None]
    mixed: np.ndarray = first + (second - first) * share_NHW.clip(0, 1)[:, None]
    return mixed
