"""The film of a run's curve on held-out pictures, as it grew, beside chance or the simple rivals. No torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ssl_core.predictions.film_sheet import INK, LINE, QUIET, RIVAL, RUN, FilmSheet, Frame
from ssl_core.records.curve import curve
from ssl_core.records.runs import Run
from ssl_core.settings import SettingsError
from ssl_core.types import Measure

if TYPE_CHECKING:
    from PIL import Image

WIDE, HIGH = 728, 440  # pixels of a frame
LEFT, RIGHT, TOP, BOTTOM, MARGIN = 70, 178, 92, 48, 20  # pixels around the axes, and of the frame's edge
MOVES = 48  # frames in which the curve grows
MOVE, END = 70, 3000  # milliseconds of a frame, and of the last
Points = list[tuple[float, float]]


class _Axes(NamedTuple):
    """The chart's ranges, as pixels of the frame."""

    end: float
    low: float
    high: float

    def at(self, step: float, value: float) -> tuple[float, float]:
        """Where a value at a step lies on the frame."""
        across, down = WIDE - LEFT - RIGHT, HIGH - TOP - BOTTOM
        part = (value - self.low) / (self.high - self.low)
        return LEFT + across * step / self.end, TOP + down * (1 - min(1.0, max(0.0, part)))


def frames_of_curve(run: Run) -> list[Frame]:
    """Frames in which the curve of the run's metric grows from its first measured step to its last.

    Raises:
        SettingsError: nothing was measured on held-out pictures yet.
    """
    measure = run.measure or Measure(f"{run.metric} on test pictures".capitalize(), "%" if run.metric == "accuracy" else "", counted=False)
    own = points_of(run, run.metric)
    if not own:
        raise SettingsError(f"The run '{run.id}' has no curve yet: nothing was measured on test pictures.")
    rivals = {title: points for name, title in run.rivals.items() if (points := points_of(run, name))}
    chance = run.status.chance.get(run.metric)
    axes = _axes(own, rivals, chance, measure)
    ends = [own[0][0] + (own[-1][0] - own[0][0]) * k / MOVES for k in range(1, MOVES + 1)]
    frames = [Frame(_drawn(run, measure, axes, own, rivals, chance, end), MOVE) for end in ends]
    return [*frames[:-1], frames[-1]._replace(milliseconds=END)]


def points_of(run: Run, metric: str) -> Points:
    """(step, value) of a held-out metric; at the end of a finished run the test on all held-out pictures replaces that on a few."""
    found = [(float(row["step"]), (row["test"] or {}).get(metric)) for row in curve(run.folder)]
    if run.status.state == "done" and metric in run.status.metrics:
        found = [each for each in found if each[0] != run.status.step] + [(float(run.status.step), run.status.metrics[metric])]
    return [(step, float(value)) for step, value in found if value is not None]


def until(points: Points, end: float) -> Points:
    """A curve up to a step, its last point on the line between its neighbours."""
    kept = [point for point in points if point[0] <= end]
    after = next((point for point in points if point[0] > end), None)
    if after is None or not kept:
        return kept
    (x, y), (to_x, to_y) = kept[-1], after
    return [*kept, (end, y + (to_y - y) * (end - x) / (to_x - x))]


def _axes(own: Points, rivals: dict[str, Points], chance: float | None, measure: Measure) -> _Axes:
    values = [value for points in (own, *rivals.values()) for _, value in points] + ([] if chance is None else [chance])
    if measure.unit == "%":
        return _Axes(max(own[-1][0], 1.0), 0.0, 1.0)
    room = 0.15 * (max(values) - min(values)) or 1.0
    return _Axes(max(own[-1][0], 1.0), min(values) - room, max(values) + room)


def _drawn(
    run: Run, measure: Measure, axes: _Axes, own: Points, rivals: dict[str, Points], chance: float | None, end: float
) -> Image.Image:
    sheet = FilmSheet(WIDE, HIGH)
    _frame(sheet, run, measure, axes, end)
    names: list[tuple[float, str, str]] = []
    if chance is not None and measure.unit == "%":
        y = axes.at(0, chance)[1]
        sheet.dashes(LEFT, WIDE - RIGHT, y, QUIET)
        names.append((y, f"chance {said(chance, measure)}", QUIET))
    for title, points in rivals.items():
        names += _line(sheet, axes, until(points, end), RIVAL, 2, f"{title} {{}}", measure)
    names += _line(sheet, axes, until(own, end), RUN, 3, "{}", measure)
    for y, name, colour in _apart(names):
        sheet.words(name, WIDE - RIGHT + 12, y - 9, 15, colour, most=RIGHT - 18)
    return sheet.done()


def _frame(sheet: FilmSheet, run: Run, measure: Measure, axes: _Axes, end: float) -> None:
    """Title, step, grid and the words of the axes."""
    step = f"step {end:,.0f} of {axes.end:,.0f}".replace(",", " ")
    taken = sheet.words(step, WIDE - MARGIN, 18, 20, right=True)
    sheet.words(run.title, MARGIN, 18, 20, most=WIDE - 3 * MARGIN - taken)
    sheet.words(measure.title, MARGIN, 46, 15, QUIET, most=WIDE - 2 * MARGIN)
    for part in (0, 0.5, 1):
        value = axes.low + part * (axes.high - axes.low)
        y = axes.at(0, value)[1]
        sheet.line([(LEFT, y), (WIDE - RIGHT, y)], LINE, 1)
        sheet.words(said(value, measure), LEFT - 10, y - 8, 13, QUIET, right=True)
    sheet.words("step", LEFT, HIGH - BOTTOM + 12, 13, QUIET)
    sheet.words(f"{axes.end:,.0f}".replace(",", " "), WIDE - RIGHT, HIGH - BOTTOM + 12, 13, QUIET, right=True)


def _line(
    sheet: FilmSheet, axes: _Axes, points: Points, colour: str, width: int, name: str, measure: Measure
) -> list[tuple[float, str, str]]:
    """A curve with a dot at its end; its name, with the place where that stands."""
    if not points:
        return []
    places = [axes.at(*point) for point in points]
    if len(places) > 1:
        sheet.line(places, colour, width)
    sheet.dot(places[-1], 2 + width, colour)
    return [(places[-1][1], name.format(said(points[-1][1], measure)), INK if width > 2 else colour)]


def _apart(names: Sequence[tuple[float, str, str]], least: float = 19) -> list[tuple[float, str, str]]:
    """Names from top to bottom, each at least so far below the one above; the last ones are moved up where room ends."""
    placed: list[tuple[float, str, str]] = []
    for y, name, colour in sorted(names):
        placed.append((max(y, placed[-1][0] + least) if placed else y, name, colour))
    over = max(0.0, placed[-1][0] - (HIGH - BOTTOM)) if placed else 0.0
    return [(y - over, name, colour) for y, name, colour in placed]


def said(value: float, measure: Measure) -> str:
    """A value as the screens say it: "61 %", "17.9 dB"."""
    return f"{100 * value:.0f} %" if measure.unit == "%" else f"{value:.1f} {measure.unit}".rstrip()
