"""The frame of every screen: header, sentences, numbers with their interval, words and colours."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import ssl_core as core
from pages._kit.screen import links

NBSP = "\u00a0"
EXACT = 2.45  # half widths of intervals below this, in points of 100, show a decimal

GLOSSARY = {  # one word for each concept; the field's term in brackets
    "accuracy": "How many of the test pictures were answered correctly.",
    "attention": "Which parts of the picture the answer depends on, or where the network's features are strongest.",
    "chance": "What blind guessing scores.",
    "features": "The list of numbers a network turns a picture into (embedding).",
    "game": "A puzzle made from pictures alone; nobody has to label anything (pretext task).",
    "imagenet": "A network trained on 1.2 million labelled photographs, the usual yardstick.",
    "itself": "The same network, with the same options and seed, before its first step.",
    "interval": "Ranges made this way hold the true value 95 times in 100.",
    "linear probe": "A straight-line classifier on frozen features: it can only use what is already there.",
    "loss": "How far the answers are from right; training makes it smaller.",
    "map": "Pictures whose features are alike lie close to each other (projection).",
    "network": "The part that learns and is kept afterwards (backbone).",
    "pictures": "What the screens show and a new run learns from (data set). A chosen run takes its own along.",
    "pixels": "No network at all: the picture's raw colours.",
    "prototype": "The average of a class's labelled pictures, as features.",
    "random": "A network of this kind, never trained.",
    "test pictures": "Pictures kept apart: the network never trained on them, and every number is measured on them (held-out test set).",
    "untrained": "The same network, with the same options, never trained; scores are the mean of three seeds.",
    "run": "One training, with everything it made.",
    "step": "One look at a small batch of pictures and one small correction.",
}

THIS_RUN, IMAGENET, RANDOM, PIXELS, INK, QUIET, LINE, MUTE, PAGE = map(
    core.light, ("run", "imagenet", "random", "pixels", "ink", "quiet", "line", "mute", "paper")
)
CHANCE = RANDOM  # grey: what knows nothing


class Look(NamedTuple):
    """A class's look on every screen: colour, shape in text, shape in charts."""

    colour: str
    shape: str
    symbol: str


SHAPES = (
    ("●", "circle"),
    ("■", "square"),
    ("◆", "diamond"),
    ("▲", "triangle-up"),
    ("✚", "cross"),
    ("✖\ufe0e", "x"),
    ("★", "star"),
    ("▼", "triangle-down"),
    ("⬟", "pentagon"),
    ("✶", "hexagram"),
)
CLASS_LOOKS = tuple(Look(colour, *shape) for colour, shape in zip(core.CLASS_COLOURS, SHAPES, strict=True))


def look_of(label: int) -> Look:
    """The look of a class by its index. Of a hundred no two have both colour and shape in common; further ones carry their number."""
    many = len(CLASS_LOOKS)
    own, shaped = CLASS_LOOKS[label % many], CLASS_LOOKS[(label + label // many) % many]  # each round of colours moves the shapes on by one
    return Look(own.colour, shaped.shape if label < many * many else str(label + 1), shaped.symbol)


def colour_of(target: str) -> str:
    """The chart colour of a target: blue for runs, grey for targets that learnt nothing."""
    kind = target.partition(":")[0]
    return {"imagenet": IMAGENET, "untrained": RANDOM, "random": RANDOM, "pixels": PIXELS}.get(kind, THIS_RUN)


def header(title: str, lead: str = "") -> DeltaGenerator:
    """Title at the left. Returns the container at its right, for a state or a button."""
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="header", wrap=False):
        st.title(title, anchor=False)
        right = st.container(
            horizontal=True, horizontal_alignment="right", vertical_alignment="center", width="content", key="header-right"
        )
    if lead:
        st.markdown(lead)
    return right


def heading(text: str, note: str = "") -> None:
    """A block's heading; `note` is a word of the glossary or a sentence, shown on hover."""
    st.markdown(f"**{text}**", help=GLOSSARY.get(note, note) or None)


def quiet(text: str) -> None:
    """A sentence in small type, such as the protocol, the source or what is left out."""
    st.caption(text)


def empty(sentence: str, place: str | None = None, button: str = "") -> None:
    """A sentence where there is nothing to show yet, and a button to the screen that changes this."""
    with st.container(border=True, key="empty"):
        st.markdown(sentence)
        if place is not None and st.button(button or links.PLACES[place][1], type="primary", key="empty-go"):
            links.go(place)


def absent(title: str, run_title: str, reason: str) -> bool:
    """Where a run's pictures aren't on this machine (`reason`, "" where they are): header and reason. Returns whether that is so."""
    if reason:
        header(title)
        problem(f"The pictures of “{run_title}” aren’t on this machine. {reason} Or choose another run.")
    return bool(reason)


def problem(error: object) -> None:
    """An error as one sentence with its remedy, in a frame."""
    with st.container(border=True):
        st.markdown(f":material/info: {escape(str(error))}")


def refused(place: DeltaGenerator, error: object, words: str, icon: str) -> None:
    """Why a screen's button can't be pressed, where it stood, and the button greyed out."""
    with place.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", key="refused", wrap=False):
        st.markdown(f":material/info: {escape(str(error))}")
        st.button(words, key="refused-button", disabled=True, icon=icon)


def broken(faults: Iterable[Any]) -> None:
    """A warning for each file of a part that can't be loaded, with its reason."""
    for fault in faults:
        st.warning(f"'{fault.file}' can't be used: {escape(fault.reason)}", icon=":material/info:")


def escape(text: str) -> str:
    """A text of unknown origin, safe inside Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|$:~" else letter for letter in text)


def plain_html(text: str) -> str:
    """A text of unknown origin, safe inside HTML."""
    return html.escape(text, quote=True)


def set_title(row: core.SetRow) -> str:
    """A data set's title; "(folder)" follows where a folder has no title but its name."""
    bare = row.source == "data folder" and row.title == row.name
    return f"{row.title[:1].upper()}{row.title[1:].replace('_', ' ')} (folder)" if bare else row.title


def count(number: float) -> str:
    """A whole number with spaces between thousands: "10 000"."""
    return f"{number:,.0f}".replace(",", NBSP)


def part(shown: float, whole: float, what: str) -> str:
    """How many are shown, and of how many where these aren't all: "2 000 of 60 000 test pictures", "63 test pictures"."""
    return f"{count(shown)} of {count(whole)} {what}" if shown < whole else f"{count(shown)} {what}"


def percent(value: float | None, lo: float | None = None, hi: float | None = None, bold: bool = False, of: float = 0) -> str:
    """A proportion as "79 ± 2 %"; ± is the longer side of the interval. Of fewer than ten pictures (`of`, 0: not said) as "3 of 4".

    Where ± would reach above 100 % or below 0 the ends are said: "100 % (at least 99.8 %)".
    """
    counts = "" if value is None else core.in_counts(value, of)
    if counts:
        return f"**{counts}**" if bold else counts
    ends = beyond(value, lo, hi)
    if ends:
        return f"{f'**{ends[0]}**' if bold else ends[0]} % ({ends[1]} %)"
    return _number(value, lo, hi, 100, "%", bold)


def beyond(value: float | None, lo: float | None, hi: float | None) -> tuple[str, str] | None:
    """A proportion whose ± would reach beyond 0 or 100, and its interval: ("100", "at least 99.8"), ("99.7", "99.3 to 99.9"); else None.

    Both are in points of 100. Ends are rounded outwards, so that the range shown holds the interval.
    """
    if value is None or lo is None or hi is None or not 0 <= value <= 1 or not (half := half_width(value, lo, hi)):
        return None
    if float(half) <= 100 * value <= 100 - float(half):
        return None
    whole, digits = 10 ** (places := max(0, math.ceil(-math.log10(float(half))))), len(half.partition(".")[2])
    low, high = math.floor(100 * lo * whole) / whole, math.ceil(100 * hi * whole) / whole
    shown = f"{100 * value:.0f}" if value in (0, 1) else f"{100 * value:.{digits}f}"
    if low > 0 and high < 100:
        return shown, f"{low:.{places}f} to {high:.{places}f}"
    return shown, f"at least {low:.{places}f}" if low > 0 else f"at most {high:.{places}f}"


def points(value: float | None, lo: float | None = None, hi: float | None = None, sign: bool = True) -> str:
    """A difference of two proportions as "+9 ± 2 points"."""
    plus = "+" if sign and value is not None and value > 0 else ""
    return plus + _number(value, lo, hi, 100, "points", False)


def number(value: float | None, lo: float | None = None, hi: float | None = None, unit: str = "", bold: bool = False) -> str:
    """A number with its interval and unit: "21.3 ± 0.4 dB"."""
    return _number(value, lo, hi, 1, unit, bold)


def half_width(value: float, lo: float, hi: float, scale: float = 100) -> str:
    """The longer side of an interval as text: "2.1"; "" where it is empty, or too small to show: ± 0 would claim what can't be known."""
    half = scale * max(value - lo, hi - value)
    text = f"{half:.{_digits(half)}f}"
    return text if float(text) and math.isfinite(half) else ""


def _digits(reach: float) -> int:
    """Decimals: half an interval shows one significant digit, two where it is small, so that shown differences come out right."""
    return 0 if reach >= EXACT else 1 if reach >= EXACT / 10 else 2 if reach >= EXACT / 100 else 3


def _number(value: float | None, lo: float | None, hi: float | None, scale: float, unit: str, bold: bool) -> str:
    if value is None or math.isnan(value):
        return "not measured"
    half = half_width(value, lo, hi, scale) if lo is not None and hi is not None else ""
    small = scale == 100 and 0 < abs(value) < 0.0095  # a proportion of 0.2 % must not be shown as 0 %
    reach = max(EXACT * 54 * abs(value), EXACT / 100) if small else EXACT if scale == 100 else abs(value) / 40
    digits = len(half.partition(".")[2]) if half else _digits(reach)
    text = f"{scale * value:z.{digits}f}"
    text = f"**{text}**" if bold else text
    return text + (f" ± {half}" if half else "") + (f" {unit}" if unit else "")


def duration(seconds: float | None) -> str:
    """A time in words: "40 s", "3 min", "2 h"."""
    if seconds is None:
        return "a while"
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


def size(count_of_bytes: float) -> str:
    """Bytes in words: "3.4 MB"."""
    if count_of_bytes < 1e6:
        return f"{count_of_bytes / 1e3:.0f} kB"
    return f"{count_of_bytes / 1e6:.1f} MB" if count_of_bytes < 1e9 else f"{count_of_bytes / 1e9:.1f} GB"
