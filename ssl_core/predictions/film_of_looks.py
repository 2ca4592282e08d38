"""The film of a run's eight pictures: how each was answered at each stored look. No torch, except to read a data set's pictures."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from PIL import Image

from ssl_core.library import browse
from ssl_core.predictions.film_sheet import QUIET, FilmSheet, Frame
from ssl_core.records.runs import Run
from ssl_core.records.snapshots import Shown, pictures, snapshot_steps
from ssl_core.settings import SettingsError
from ssl_core.types import Panel, PictureId

MOST = 48  # looks of a film: of more, so many at even distances
FEW = 12  # looks; between so few the film fades from one to the next
FADES, FADE = 6, 60  # frames of a fade, and milliseconds of each
HOLD, ENDS = 1400, 2600  # milliseconds of a look among FEW, and of the first and last look
QUICK = 260  # milliseconds of a look among more than FEW
MARGIN, HEAD, GAP, CAPTION = 20, 96, 16, 28  # pixels
SIDES = {1: 160, 2: 144}  # pixels of a picture, by how many an answer has


class _Tile(NamedTuple):
    """One panel, ready to be drawn."""

    image: Image.Image
    mark: str
    right: bool | None


class _Answer(NamedTuple):
    """What a run made of one picture."""

    tiles: list[_Tile]
    words: str
    right: bool | None


def frames_of_looks(run: Run) -> list[Frame]:
    """A frame for each look, with fades between few of them; the step stands in each.

    Raises:
        SettingsError: the run has drawn no pictures yet.
    """
    steps = spread(snapshot_steps(run.folder), MOST)
    found = {look.step: look for look in (pictures(run.id, step) for step in steps or [0])}  # in place of a damaged look comes another
    looks = [found[step] for step in sorted(found)]
    end = max(run.status.step, looks[-1].step, 1)
    finer = _Finer(run)
    sheets = [_drawn(run, look, finer) for look in looks]
    shares = [look.step / end for look in looks]
    return list(_moving(run, looks, sheets, shares, end))


def spread(steps: Sequence[int], most: int) -> list[int]:
    """At most so many of the steps, at even distances, the first and the last among them."""
    if len(steps) <= most:
        return list(steps)
    return [steps[round(k * (len(steps) - 1) / (most - 1))] for k in range(most)]


def _moving(run: Run, looks: Sequence[Shown], sheets: Sequence[Image.Image], shares: Sequence[float], end: int) -> Iterator[Frame]:
    """The sheets one after the other, each below the step that it is of."""
    few = len(looks) <= FEW
    for place, (look, sheet) in enumerate(zip(looks, sheets, strict=True)):
        edge = place in (0, len(looks) - 1)
        yield Frame(_headed(run, look, sheet, shares[place], shares, end), ENDS if edge else HOLD if few else QUICK)
        for k in range(1, FADES + 1) if few and place + 1 < len(looks) else ():
            part = k / (FADES + 1)
            share = shares[place] + part * (shares[place + 1] - shares[place])
            mixed = Image.blend(sheet, sheets[place + 1], part)
            yield Frame(_headed(run, looks[place + (part > 0.5)], mixed, share, shares, end), FADE)


def _headed(run: Run, look: Shown, sheet: Image.Image, share: float, marks: Sequence[float], end: int) -> Image.Image:
    """A sheet of answers with the run's title, the step, the count of right answers, and the track above it."""
    head = FilmSheet(sheet.width, HEAD)
    step = f"step {look.step:,} of {end:,}".replace(",", " ")
    taken = head.words(step, sheet.width - MARGIN, 18, 20, right=True)
    head.words(run.title, MARGIN, 18, 20, most=sheet.width - 3 * MARGIN - taken)
    head.words(_counted(run, look), MARGIN, 46, 15, QUIET, most=sheet.width - 2 * MARGIN)
    head.track(share, marks, 80, MARGIN)
    whole = sheet.copy()
    whole.paste(head.done(), (0, 0))
    return whole


def _counted(run: Run, look: Shown) -> str:
    """How many answers are right, in words; before the first step that nothing is learnt yet."""
    verdicts = [panel.right for panel in (speaker(row[: look.glance]) for row in look.rows) if panel.right is not None]
    rival = next(iter(reversed(run.rivals.values())), "")
    ahead = f"better than {rival}" if rival else "right"
    told = f"{sum(verdicts)} of {len(verdicts)} {ahead}" if verdicts else f"{len(look.rows)} test pictures"
    return f"{told}, before its first step" if look.step == 0 else told


def speaker(row: Sequence[Panel]) -> Panel:
    """The panel of a row that holds the answer: the one with a verdict, else the last."""
    return next((panel for panel in row if panel.right is not None), row[-1])


def _drawn(run: Run, look: Shown, finer: _Finer) -> Image.Image:
    """All answers of a look, below room for the head."""
    answers = [_answer(row[: look.glance], picture, finer) for row, picture in zip(look.rows, look.ids, strict=False)]
    columns, side = 4 if look.glance == 1 else 2, SIDES.get(look.glance, 112)
    wide = look.glance * side + 6 * (look.glance - 1)
    lines = -(-len(answers) // columns)
    sheet = FilmSheet(2 * MARGIN + columns * wide + GAP * (columns - 1), HEAD + lines * (side + CAPTION + 8) + MARGIN // 2)
    for place, answer in enumerate(answers):
        left, top = MARGIN + place % columns * (wide + GAP), HEAD + place // columns * (side + CAPTION + 8)
        for k, tile in enumerate(answer.tiles):
            sheet.picture(tile.image, left + k * (side + 6), top, side)
            if tile.mark:
                sheet.arrow(tile.mark, tile.right, left + k * (side + 6), top, side)
        indent = 0 if answer.right is None else 18
        if answer.right is not None:
            sheet.verdict(answer.right, left, top + side + 8, 12)
        sheet.words(answer.words, left + indent, top + side + 6, 14, most=wide - indent)
    return sheet.done()


def _answer(row: list[Panel], picture: str, finer: _Finer) -> _Answer:
    panel = speaker(row)
    words = panel.caption.partition(", ")[2] or panel.caption if panel.mark else panel.caption  # the arrow says the rest
    tiles = [_Tile(image, each.mark, each.right) for each in row if (image := finer.image(each, picture)) is not None]
    return _Answer(tiles, words, panel.right)


class _Finer:
    """The pictures of panels: the data set's own, where they are here as they were, else the pixels that the network got."""

    def __init__(self, run: Run) -> None:
        self._dataset, self._options = run.dataset, run.spec.get("dataset_options")
        self._here = {split: browse.pictures_stay(run.id, split) for split in ("test", "train")}
        self._seen: dict[str, Image.Image | None] = {}

    def image(self, panel: Panel, picture: str) -> Image.Image | None:
        """A panel as a square picture; None for a training picture that isn't here any more."""
        if isinstance(panel.image, int | np.integer):
            return self._own(str(PictureId("train", int(panel.image))))
        own = self._own(picture) if panel.turns is not None else None
        if own is None:
            return Image.fromarray(np.ascontiguousarray(panel.image))
        return own.rotate(90 * (panel.turns or 0))

    def _own(self, picture: str) -> Image.Image | None:
        if picture not in self._seen:
            self._seen[picture] = self._read(PictureId.parse(picture))
        return self._seen[picture]

    def _read(self, asked: PictureId) -> Image.Image | None:
        if not self._here[asked.split]:
            return None
        try:
            image = Image.fromarray(browse.picture(self._dataset, asked.split, asked.index, 384, self._options))
        except SettingsError:
            return None
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        return image.crop((left, top, left + side, top + side))
