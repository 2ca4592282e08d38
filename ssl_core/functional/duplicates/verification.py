"""Whether two pictures are one photograph: laid over each other, they are compared pixel by pixel. numpy alone.

The second is laid over the first by a shift and a stretch of each axis (Gauss-Newton on the gray levels, as Lucas and Kanade do), as far
as cutting off a twelfth of a side would move them. Then three figures decide: the correlation of the gray levels; the worst 8 × 8 part,
since two photographs of one place differ in one spot; and the distance of the colours. All three are of blurred pictures, since a picture
of half the size has no finer detail. Where the pictures of a set share a layout, as X-rays of chests do, two patients correlate highly by
what all have in common: the correlation that is asked for rises with the share of a picture that the mean picture of its set explains.
The limits were set by looking at pairs of CIFAR-10 (`python -m benchmarks.duplicates --sheets DIR`).

B pairs; H = W = SIDE.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ssl_core.functional.duplicates.hashing import SIDE, stretched

LUMA = np.array([0.299, 0.587, 0.114], np.float32)
STEPS = 4  # of Gauss-Newton
FARTHEST = 2.4  # pixels of SIDE that a shift or a stretch moves a picture at its edge
LEAST_CORRELATION = 0.98
FARTHEST_OWN = (
    0.025  # 1 - correlation, over the share of the variance that is a picture's own; 0.02 of pictures that have all for themselves
)
LEAST_OWN = 0.2  # a share below counts as this: where most of a set is one photograph, its mean explains that photograph
WORST_PART = 0.3  # root mean square difference in an 8 × 8 part, both pictures scaled to standard deviation 1
FARTHEST_COLOUR = 14.0  # root mean square difference of red, green and blue, each less the gray level; of 255
LEAST_CONTRAST = 4.0  # standard deviation of the gray levels: below, a picture is nearly one colour, and all such pictures are alike
PLACE = np.arange(SIDE, dtype=np.float32)
OUT = np.linspace(-1, 1, SIDE, dtype=np.float32)  # from the middle outward


class Likeness(NamedTuple):
    """How alike the pictures of pairs are, B each, once laid over each other."""

    correlation: np.ndarray
    worst_part: np.ndarray
    colour: np.ndarray
    contrast: np.ndarray
    moved: np.ndarray  # pixels

    def same(self, own_B: np.ndarray | float = 1.0) -> np.ndarray:
        """B: whether the two are one photograph. own_B: the share of their variance that the mean picture of their set doesn't explain."""
        limit_B = np.minimum(1 - LEAST_CORRELATION, FARTHEST_OWN * np.maximum(own_B, LEAST_OWN))
        alike = (1 - self.correlation <= limit_B) & (self.worst_part <= WORST_PART) & (self.colour <= FARTHEST_COLOUR)
        return alike & (self.contrast >= LEAST_CONTRAST) & (self.moved <= FARTHEST)


def likeness(one_BHWC: np.ndarray, two_BHWC: np.ndarray) -> Likeness:
    """The likeness of pairs of RGB pictures, uint8: of both ways to lay one over the other, the one that fits better."""
    there, back = _laid_over(one_BHWC, two_BHWC), _laid_over(two_BHWC, one_BHWC)
    better_B = there.correlation >= back.correlation
    return Likeness(*(np.where(better_B, x, y) for x, y in zip(there, back, strict=True)))


def _laid_over(one_BHWC: np.ndarray, two_BHWC: np.ndarray) -> Likeness:
    one, two = one_BHWC.astype(np.float32), two_BHWC.astype(np.float32)
    gray_BHW, onto_BHW = one @ LUMA, two @ LUMA
    move_B4 = _registered(gray_BHW, onto_BHW)
    seen_BHW = _overlap(move_B4)
    a, b = _scaled(_blurred(_blurred(_moved(gray_BHW, move_B4))), seen_BHW), _scaled(_blurred(_blurred(onto_BHW)), seen_BHW)
    count_B = seen_BHW.sum((1, 2)) + 1e-6
    correlation_B = (a.values * b.values).sum((1, 2)) / count_B
    apart_BHW = (a.values - b.values) ** 2
    return Likeness(
        correlation_B, _worst_part(apart_BHW), _colours_apart(one, two, move_B4, seen_BHW), (a.spread + b.spread) / 2, _far(move_B4)
    )


class _Scaled(NamedTuple):
    """Pictures less their mean, over their standard deviation; 0 outside the overlap."""

    values: np.ndarray
    spread: np.ndarray


def _scaled(image_BHW: np.ndarray, seen_BHW: np.ndarray) -> _Scaled:
    count_B = seen_BHW.sum((1, 2)) + 1e-6
    mean_B = (image_BHW * seen_BHW).sum((1, 2)) / count_B
    less_BHW = (image_BHW - mean_B[:, None, None]) * seen_BHW
    spread_B = np.sqrt((less_BHW**2).sum((1, 2)) / count_B)
    return _Scaled(less_BHW / (spread_B + 1e-3)[:, None, None], spread_B)


def _worst_part(apart_BHW: np.ndarray) -> np.ndarray:
    """The largest root mean square over 8 × 8 parts, one every 4 pixels."""
    sums = np.pad(apart_BHW.cumsum(1).cumsum(2), ((0, 0), (1, 0), (1, 0)))
    part = sums[:, 8::4, 8::4] - sums[:, :-8:4, 8::4] - sums[:, 8::4, :-8:4] + sums[:, :-8:4, :-8:4]
    return np.asarray(np.sqrt(np.maximum(part, 0).max((1, 2)) / 64))


def _colours_apart(one: np.ndarray, two: np.ndarray, move_B4: np.ndarray, seen_BHW: np.ndarray) -> np.ndarray:
    squares_B = np.zeros(len(one), np.float32)
    for channel in range(3):
        moved = _blurred(_blurred(_moved(one[..., channel] - one @ LUMA, move_B4)))
        fixed = _blurred(_blurred(two[..., channel] - two @ LUMA))
        squares_B += ((moved - fixed) ** 2 * seen_BHW).sum((1, 2))
    return np.asarray(np.sqrt(squares_B / (3 * seen_BHW.sum((1, 2)) + 1e-6)))


def _far(move_B4: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(move_B4).max(1))


def _blurred(image_BHW: np.ndarray) -> np.ndarray:
    """Each pixel the mean of its 3 × 3 neighbourhood with weights 1 2 1 each way."""
    edge = np.pad(image_BHW, ((0, 0), (1, 1), (1, 1)), mode="edge")
    across = edge[:, :, :-2] + 2 * edge[:, :, 1:-1] + edge[:, :, 2:]
    return np.asarray((across[:, :-2] + 2 * across[:, 1:-1] + across[:, 2:]) / 16)


def _places(shift_B: np.ndarray, stretch_B: np.ndarray) -> np.ndarray:
    """B SIDE: where along a row each pixel of a moved picture is read."""
    return np.asarray(PLACE + shift_B[:, None] + stretch_B[:, None] * OUT)


def _moved(image_BHW: np.ndarray, move_B4: np.ndarray) -> np.ndarray:
    """Pictures moved by a shift and a stretch across (0, 1) and down (2, 3)."""
    across, down = stretched(_places(move_B4[:, 0], move_B4[:, 1])), stretched(_places(move_B4[:, 2], move_B4[:, 3]))
    return np.asarray(down @ image_BHW @ across.transpose(0, 2, 1))


def _overlap(move_B4: np.ndarray) -> np.ndarray:
    """B H W: 1 where a moved picture lies over the other, without the outermost pixels, else 0."""
    sides = []
    for k in (2, 0):
        place = _places(move_B4[:, k], move_B4[:, k + 1])
        inside = (place >= 0) & (place <= SIDE - 1)
        inside[:, [0, -1]] = False
        sides.append(inside)
    return (sides[0][:, :, None] & sides[1][:, None, :]).astype(np.float32)


def _registered(gray_BHW: np.ndarray, onto_BHW: np.ndarray) -> np.ndarray:
    """B 4: the move that lays the first over the second, up to a gain and an offset of the gray levels."""
    image, fixed = _blurred(gray_BHW), _blurred(onto_BHW)
    move_B4 = np.zeros((len(gray_BHW), 4), np.float32)
    for _ in range(STEPS):
        now = _moved(image, move_B4)
        down, across = np.gradient(now, axis=(1, 2))
        columns = (across, across * OUT, down, down * OUT[:, None], now, np.ones_like(now))
        slopes = np.stack(columns, axis=-1) * _overlap(move_B4)[..., None]
        slopes_BP6 = slopes.reshape(len(now), -1, 6)
        normal = slopes_BP6.transpose(0, 2, 1) @ slopes_BP6
        normal[:, range(4), range(4)] *= 1.02  # damped: a flat picture doesn't jump
        right = slopes_BP6.transpose(0, 2, 1) @ fixed.reshape(len(now), -1, 1)
        found_B6 = np.linalg.solve(normal + 0.01 * np.eye(6, dtype=np.float32), right)[..., 0]
        gain_B = np.where(np.abs(found_B6[:, 4]) < 0.3, 1, found_B6[:, 4])
        step_B4 = np.clip(found_B6[:, :4] / gain_B[:, None], -1, 1)
        move_B4 = np.clip(move_B4 + step_B4, -FARTHEST - 0.1, FARTHEST + 0.1)
    return move_B4
