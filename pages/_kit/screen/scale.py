"""Scales of numbers in forms: where a slider stops, how a number is written, by how much − and + change it. Plain functions, no widgets."""

from __future__ import annotations

import math

import ssl_core as core

DIGITS = 3  # significant, of a number as it is written
PER_DECADE = (1, 1.5, 2, 3, 5, 7)  # stops of a logarithmic slider
NEAR_ONE = (0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.997, 0.998, 0.999, 0.9995, 0.9999)
AROUND = 100  # a logarithmic slider reaches so many times below and above the default
DOUBLES = 16  # a whole number that is a power of two from here on goes up by a quarter of itself


def digits(value: float) -> str:
    """A number with three significant digits, without an exponent from a millionth on: "0.001", "0.0625", "1500".

    Just below 1, three digits of what it lacks: "0.9995".
    """
    if not value or not math.isfinite(value):
        return f"{value:g}"
    rounded = float(f"{value:.{DIGITS}g}")
    if not 1e-6 <= abs(rounded) < 1e9:
        return f"{rounded:g}"
    counted = 1 - value if 0.95 < value < 1 else abs(rounded)
    text = f"{value if counted < rounded else rounded:.{max(0, DIGITS - 1 - math.floor(math.log10(counted)))}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def allowed(control: core.Control, value: float) -> bool:
    """Whether a number lies inside a setting's limits."""
    low, high = control.low, control.high
    over = low is None or (value > low if control.above else value >= low)
    return over and (high is None or (value < high if control.below else value <= high))


def stops(control: core.Control, *kept: float | None) -> list[float]:
    """Where the slider of a real number stops, in order; the numbers in `kept` (the default, the current value) are among them."""
    own = [value for value in kept if value is not None and allowed(control, value)]
    ways = {"log": _log, "near 1": lambda *_: list(NEAR_ONE), "even": _even}
    found = (float(f"{value:.12g}") for value in ways[control.scale](control, own))
    return sorted({*(value for value in found if allowed(control, value)), *own})


def _log(control: core.Control, kept: list[float]) -> list[float]:
    positive = [value for value in kept if value > 0]
    high = control.high or math.inf
    first, last = control.reach or (min([*positive, high]) / AROUND, AROUND * max([*positive, high if not positive else 0]))
    first, last = max(min([first, *positive]), control.low or 0), min(max([last, *positive]), high)
    decades = range(math.floor(math.log10(first)), math.ceil(math.log10(last)) + 1)
    found = [stop * 10.0**decade for decade in decades for stop in PER_DECADE]
    return [0.0, *(value for value in found if first * (1 - 1e-9) <= value <= last * (1 + 1e-9))]


def _even(control: core.Control, kept: list[float]) -> list[float]:
    assert control.low is not None and control.high is not None, f"{control.name}: an even scale needs both ends"
    step = even_step(control)
    count = round((control.high - control.low) / step)
    return [control.low + place * step for place in range(count + 1)]


def even_step(control: core.Control) -> float:
    """The step of an even scale: a power of ten near a hundredth of the range; a tenth of that where the default isn't a multiple of it."""
    span = (1.0 if control.high is None else control.high) - (control.low or 0.0)
    step = float(10 ** math.floor(math.log10(span / 20)))
    return step if not control.default or abs(control.default / step - round(control.default / step)) < 1e-6 else step / 10


def fine_step(value: float | None) -> float:
    """By how much − and + change a real number that is typed: a tenth to a half of it, so that it never falls to 0."""
    return float(10 ** math.floor(math.log10(abs(value) / 2))) if value else 0.1


def whole_step(default: int | None) -> int:
    """By how much − and + change a whole number: a quarter of a power of two, else the power of ten two digits in; 1 for small ones."""
    if not default or default < DOUBLES:
        return 1
    if default & (default - 1) == 0:
        return default // 4
    return int(max(1, 10 ** (math.floor(math.log10(default)) - 1)))
