"""A comparison as a report: one HTML file that needs nothing else, and its rows as CSV."""

from __future__ import annotations

import base64
import csv
import io
import platform
import shlex
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import NamedTuple, Unpack

import numpy as np
from PIL import Image

from ssl_core.evaluation.compare import Comparison, PairRow, command, comparison
from ssl_core.evaluation.protocol import Protocol, ProtocolSettings
from ssl_core.evaluation.report_page import Barred, Figure, Wall, figure_file, page
from ssl_core.evaluation.rivals import PLAIN, main_rival
from ssl_core.evaluation.scored import ProbeRow
from ssl_core.library.accounts import reading_of
from ssl_core.library.browse import picture
from ssl_core.library.names import find
from ssl_core.models.targets import Target, parse_all
from ssl_core.settings import SettingsError
from ssl_core.system.origin import COMMAND
from ssl_core.system.version import __version__
from ssl_core.types import PictureId

SHOWN, SIDE = 12, 96  # pictures of a wall, and their longer side in pixels
PACKAGES = ("torch", "torchvision", "numpy", "scikit-learn")
INSIDE = {
    "imagenet": "ImageNet’s network",
    "untrained": "the same network untrained",
    "random": "an untrained network",
    "pixels": "raw pixels",
}
COLUMNS = ("target", "title", "value", "ci95_low", "ci95_high", "unit", "layer", "image_size", "n_train", "n_test", "weights")


class Report(NamedTuple):
    """A comparison for somebody who wasn't there."""

    title: str  # the conclusion in a sentence
    html: str
    csv: str
    svg: str  # the figure alone


def report_of(texts: Sequence[str], dataset: str | None = None, protocol: str = "linear", **settings: Unpack[ProtocolSettings]) -> Report:
    """The report of what is scored of a comparison; the first target is what it is about. `settings` as in Protocol.

    Raises:
        SettingsError: a text names no target, a setting isn't allowed, or nothing is scored yet.
    """
    found = comparison(texts, dataset, protocol, **settings)
    if not found.rows:
        reasons = " ".join(reason for _, reason in found.left_out)
        raise SettingsError(f"Nothing is scored yet that a report could be about. {reasons or 'Compare first.'}")
    how, targets = Protocol(protocol, **settings), parse_all(texts, dataset, settings.get("image_size"))
    title = conclusion(found, targets[0].dataset)
    repeats = [found.command, report_command([target.text for target in targets], targets[0].dataset, how)]
    parts = {
        "Protocol": [f"{found.protocol[:1].upper()}{found.protocol[1:]}, fitted on {found.n_train:,} training pictures.", *_limits(found)],
        "Beside the figures": [*found.notes, *(f"Left out: {text}. {reason}" for text, reason in found.left_out)],
        "How the pictures were read": assumed(targets[0].dataset),
        "Networks": [f"{_begun(_named(row))}: {row.target}; {row.detail}; layer {row.layer}; {row.sizes}" for row in found.rows],
        "Versions": [versions()],
    }
    when = datetime.now().astimezone().strftime("%Y-%m-%d %H:%M %Z")
    figure = Figure(found.measure.title, found.measure.unit, [_shown(found, row) for row in found.rows], *found.rates.reference)
    said = f"{found.measure.title} on {found.n_test:,} of {found.n_whole:,} test pictures of '{targets[0].dataset}', {when}"
    html = page(title, said, figure, _differences(found), _walls(found, targets[0].dataset), parts, repeats)
    return Report(title, html, _rows(found, targets), figure_file(figure))


def conclusion(found: Comparison, dataset: str) -> str:
    """What a comparison shows about its first scored target, in a sentence."""
    mine, on = found.rows[0], f"on {found.n_test:,} test pictures of '{dataset}'"
    pair, rival = _main_pair(found)
    if pair is None or rival is None:
        return f"{_begun(_named(mine))}: {found.measure.of(mine.accuracy, found.n_test)} {'right ' if found.measure.counted else ''}{on}"
    if pair.lo <= 0 <= pair.hi:
        return f"No difference between {_named(mine)} and {_named(rival)} that {found.n_test:,} test pictures of '{dataset}' can show"
    better = pair.difference < 0 if found.measure.lower_is_better else pair.difference > 0
    ahead, behind = (mine, rival) if better else (rival, mine)
    low, high = sorted((abs(pair.lo), abs(pair.hi)))
    verb = "are" if ahead.target == "pixels" else "is"
    size = f"{_points(found, abs(pair.difference))} (95 % interval {_points(found, low)} to {_points(found, high)})"
    return f"{_begun(_named(ahead))} {verb} ahead of {_named(behind)} by {size}, {on}"


def _points(found: Comparison, difference: float, sign: str = "") -> str:
    """A difference in the measure's unit; of shares in percentage points."""
    return f"{100 * difference:{sign}.1f} points" if found.measure.unit == "%" else found.measure.text(difference, sign)


def report_command(texts: Sequence[str], dataset: str, how: Protocol) -> str:
    """The command line that makes a report anew."""
    words = shlex.split(command(texts, dataset, how).removeprefix(COMMAND))[1:]
    flags, beside = words[len(texts) :], ["--compare", *texts[1:]] if texts[1:] else []
    return f"{COMMAND} report {shlex.join([texts[0], *beside, *flags, '--out', 'report.html'])}"


def assumed(dataset: str) -> list[str]:
    """How a data set was read, in sentences: what was understood of its files, and what was doubtful."""
    try:
        account = reading_of(dataset).account
    except SettingsError:  # it is drawn or built in, and has no folder
        account = None
    if account is None:
        return [f"'{dataset}' is read as its authors published it." if find(dataset).path else f"'{dataset}' comes with the program."]
    return [account.words, *(remark.words for remark in account.remarks)]


def versions() -> str:
    """The versions on which figures depend."""
    return ", ".join([f"Selfsight {__version__}", f"Python {platform.python_version()}", *filter(None, map(_version, PACKAGES))])


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return ""


# Parts of the page


def _named(row: ProbeRow) -> str:
    """A target inside a sentence."""
    kind = row.target.partition(":")[0]
    return INSIDE.get(kind) or f"“{row.title}”"


def _begun(words: str) -> str:
    """A sentence with its first letter large."""
    return words[:1].upper() + words[1:]


def _main_pair(found: Comparison) -> tuple[PairRow | None, ProbeRow | None]:
    """The difference of the first scored target from its main rival, and the rival; None where there is no other."""
    rows = {row.target: row for row in found.rows}
    mine, rival = next(iter(rows)), main_rival(list(rows))
    return next((pair for pair in found.pairs if (pair.a, pair.b) == (mine, rival)), None), rows.get(rival)


def _shown(found: Comparison, row: ProbeRow) -> Barred:
    kind = row.target.partition(":")[0] if ":" in row.target or row.target == "pixels" else "run"
    points = {str(point.at): (point.accuracy, point.lo, point.hi) for each in found.scored if each.row is row for point in each.points}
    return Barred(row.title, kind, row.accuracy, row.lo, row.hi, found.measure.of(row.accuracy, found.n_test), row.sizes, points)


def _differences(found: Comparison) -> list[str]:
    titles = {row.target: _named(row) for row in found.rows}
    return [
        f"{_begun(titles[pair.a])} minus {titles[pair.b]}: {_points(found, pair.difference, '+')} "
        f"({100 * pair.level:.4g} % interval {_points(found, pair.lo, '+')} to {_points(found, pair.hi, '+')})"
        for pair in found.pairs
    ]


def _limits(found: Comparison) -> list[str]:
    """What the intervals hold for."""
    said = ["Whiskers are 95 % intervals over test pictures, with these training pictures and labels. Differences are paired by picture."]
    if any(pair.level != PLAIN for pair in found.pairs):
        said += ["Of several rivals the main one has a 95 % interval; the others' levels are corrected for their number (Bonferroni)."]
    return said


def _walls(found: Comparison, dataset: str) -> list[Wall]:
    """The pictures that one of the two targets of the conclusion alone has right, each way round."""
    _, rival = _main_pair(found)
    mine = found.rows[0]
    if rival is None or not {mine.target, rival.target} <= set(found.guess) or not found.right:
        return []
    a, b = (np.asarray(found.right[row.target]) >= 0.5 for row in (mine, rival))
    return [_wall(found, dataset, a & ~b, mine, rival), _wall(found, dataset, b & ~a, rival, mine)]


def _wall(found: Comparison, dataset: str, only_S: np.ndarray, right: ProbeRow, wrong: ProbeRow) -> Wall:
    places = np.flatnonzero(only_S).tolist()
    guess_S, thumbs = found.guess[wrong.target], []
    for place in places[:SHOWN]:
        said = f"{found.classes[int(found.label_S[place])]}, not {found.classes[int(guess_S[place])]}"
        thumbs.append((thumb(dataset, found.ids[place]), said))
    shown = f"; the first {SHOWN} are shown" if len(places) > SHOWN else ""
    return Wall(
        f"{_begun(_named(right))} right, {_named(wrong)} wrong: {len(places):,} of {found.n_test:,}{shown}",
        [each for each in thumbs if each[0]],
    )


def thumb(dataset: str, picture_id: str) -> str:
    """A test picture as a data URI; "" where it can't be read."""
    asked, file = PictureId.parse(picture_id), io.BytesIO()
    try:
        Image.fromarray(picture(dataset, asked.split, asked.index, SIDE)).save(file, "WEBP", quality=80)
    except SettingsError:
        return ""
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def _rows(found: Comparison, targets: Iterable[Target]) -> str:
    digests = {target.text: target.digest for target in targets if target.text in {row.target for row in found.rows}}
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for row in found.rows:
        size = (row.layer, row.image_size, found.n_train, found.n_test, digests[row.target])
        writer.writerow([row.target, row.title, row.accuracy, row.lo, row.hi, found.measure.unit, *size])
    return file.getvalue()
