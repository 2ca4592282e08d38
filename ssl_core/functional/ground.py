"""What lies under a scene: a sheet of printed paper in two tones. No direction on it is special.

Axes: H W pixels. All lengths are shares of the picture's side."""

from dataclasses import dataclass

import numpy as np

from ssl_core.functional.palette import Colour

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


def _edge(distance_HW: np.ndarray, size: int) -> np.ndarray:
    """0 to 1 across a line, one pixel wide: a smooth edge at any size."""
    return np.clip(distance_HW * size + 0.5, 0, 1)


def _share(ground: Ground, size: int) -> np.ndarray:
    """How much of the second tone there is at each pixel."""
    x, y = grid(size)
    c, s, pitch = np.cos(ground.angle, dtype=np.float32), np.sin(ground.angle, dtype=np.float32), ground.pitch
    u, v = x * c + y * s, y * c - x * s
    if ground.kind == "plain":
        return 0.5 + 0.35 * u + 0.2 * v
    if ground.kind == "faded":
        return 0.5 + 0.8 * u
    if ground.kind == "wavy":
        u = u + 0.22 * pitch * np.sin(v * (4.2 / pitch) + 6.28 * ground.phase)
        cell = (u / (1.5 * pitch) + ground.phase + 8) % 2
        band = _edge((0.5 - np.abs(cell - 0.5)) * 1.5 * pitch, size) + _edge((cell - 1.5 - 0.5) * 1.5 * pitch, size)
        return 0.1 + 0.55 * band + 0.2 * np.abs(cell - 1)
    if ground.kind == "striped":
        return _edge((np.abs((u / pitch + ground.phase) % 1 - 0.5) - 0.25) * pitch, size)
    row, column = (u / pitch + ground.phase) % 1 - 0.5, (v / pitch + ground.phase) % 1 - 0.5
    if ground.kind == "dotted":
        return _edge((0.24 - np.hypot(row, column)) * pitch, size)
    edges = [2 * _edge((np.abs(side) - 0.25) * pitch, size) - 1 for side in (row, column)]
    return 0.5 - 0.5 * edges[0] * edges[1]


def spread(ground: Ground, size: int) -> np.ndarray:
    """The sheet alone: float H×W×3 in 0..255."""
    first, second = np.array(ground.tones, np.float32)
    levels = first + (second - first) * np.linspace(0, 1, 256, dtype=np.float32)[:, None]
    return levels[np.broadcast_to((_share(ground, size) * 255).clip(0, 255).astype(np.uint8), (size, size))]
