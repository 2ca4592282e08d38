"""The page of a report: HTML with its style, figures as SVG and pictures in it. It asks no address for anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from ssl_core.palette import COLOURS

ROLES = ("paper", "raised", "ink", "quiet", "line", "run", "imagenet", "random", "pixels", "mute")
FILLS = {"run": "run", "weights": "run", "imagenet": "imagenet", "untrained": "random", "random": "random", "pixels": "pixels"}
NAMES, WIDE, VALUES, HIGH, BAR = 210, 480, 150, 44, 18  # pixels: names, bars and values side by side; a row, a bar
ALLOWED = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"


class Barred(NamedTuple):
    """A target as a bar."""

    title: str
    kind: str  # of target: its colour
    value: float
    lo: float
    hi: float
    words: str  # the value with its unit
    size: str  # of the pictures that it saw
    points: Mapping[str, tuple[float, float, float]] = {}  # of a protocol with a series: value and interval by place


class Figure(NamedTuple):
    """Bars of one measure."""

    title: str
    unit: str
    bars: Sequence[Barred]
    line: float = 0.0  # reference drawn across: chance; 0 for none
    line_name: str = ""


class Wall(NamedTuple):
    """Pictures with captions."""

    title: str
    pictures: Sequence[tuple[str, str]]  # data URI, caption


def page(
    title: str,
    said: str,
    figure: Figure,
    differences: Sequence[str],
    walls: Sequence[Wall],
    parts: Mapping[str, Sequence[str]],
    commands: Sequence[str],
) -> str:
    """The whole file. parts: sentences by heading."""
    body = [f"<h1>{escape(title)}</h1>", f"<p class='quiet'>{escape(said)}</p>", f"<figure>{bars(figure)}</figure>", _series(figure)]
    body += [_list("Differences on the same pictures", differences), *map(_wall, walls)]
    body += [_list(heading, sentences) for heading, sentences in parts.items()]
    body += ["<h2>Commands that repeat this</h2>", *(f"<pre>{escape(each)}</pre>" for each in commands)]
    head = f"<meta charset='utf-8'><meta http-equiv='Content-Security-Policy' content=\"{ALLOWED}\">"
    head += f"<meta name='viewport' content='width=device-width'><title>{escape(title)}</title><style>{_style()}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body><main>{''.join(body)}</main></body></html>\n"


def bars(figure: Figure) -> str:
    """The figure as SVG: a bar a target with its 95 % interval and its value; the reference as a dashed line."""
    top = 1.0 if figure.unit == "%" else max([*(bar.hi for bar in figure.bars), 1e-12]) * 1.05
    rows = [_bar(bar, HIGH * k, top) for k, bar in enumerate(figure.bars)]
    high = HIGH * len(figure.bars)
    if figure.line:
        at = NAMES + WIDE * figure.line / top
        rows += [f"<line class='reference' x1='{at:.1f}' x2='{at:.1f}' y1='0' y2='{high + 4}'/>"]
        rows += [f"<text class='quiet' x='{at:.1f}' y='{high + 18}'>{escape(figure.line_name)}</text>"]
    words = escape(f"{figure.title}: {'; '.join(f'{bar.title} {bar.words}' for bar in figure.bars)}", quote=True)
    size = f"viewBox='0 0 {NAMES + WIDE + VALUES} {high + 26}'"
    return f"<svg {size} role='img' aria-label='{words}'>{''.join(rows)}</svg>"


def figure_file(figure: Figure) -> str:
    """The figure as an SVG file of its own, light or dark as the reader has it."""
    start, end = bars(figure).split(">", 1)
    return f"{start} xmlns='http://www.w3.org/2000/svg' font-family='sans-serif'><style>{_colours()}{_drawn()}</style>{end}\n"


def _bar(bar: Barred, y: float, top: float) -> str:
    def x(value: float) -> float:
        return NAMES + WIDE * max(0.0, min(value, top)) / top

    middle, name = y + HIGH / 2, bar.title if len(bar.title) <= 26 else f"{bar.title[:25]}…"
    whisker = f"M{x(bar.lo):.1f} {middle}H{x(bar.hi):.1f}M{x(bar.lo):.1f} {middle - 5}v10M{x(bar.hi):.1f} {middle - 5}v10"
    width = x(bar.value) - NAMES
    return (
        f"<text x='{NAMES - 10}' y='{middle - 2}' text-anchor='end'>{escape(name)}</text>"
        f"<text class='quiet' x='{NAMES - 10}' y='{middle + 13}' text-anchor='end'>{escape(bar.size)}</text>"
        f"<rect class='{FILLS.get(bar.kind, 'run')}' x='{NAMES}' y='{middle - BAR / 2}' width='{width:.1f}' height='{BAR}'/>"
        f"<path class='whisker' d='{whisker}'/>"
        f"<text class='value' x='{x(bar.hi) + 10:.1f}' y='{middle + 5}'>{escape(bar.words)}</text>"
    )


def _series(figure: Figure) -> str:
    """A table of the points of a protocol with a series, a row a target; "" without any."""
    places = list(dict.fromkeys(place for bar in figure.bars for place in bar.points))
    if not places:
        return ""
    scale, unit = (100, " %") if figure.unit == "%" else (1, f" {figure.unit}")
    rows = ["<tr><th></th>" + "".join(f"<th>{escape(place)}</th>" for place in places) + "</tr>"]
    for bar in (bar for bar in figure.bars if bar.points):
        cells = (bar.points.get(place) for place in places)
        said = "".join(f"<td>{_point(cell, scale)}</td>" for cell in cells)
        rows.append(f"<tr><th>{escape(bar.title)}</th>{said}</tr>")
    return f"<h2>By place{escape(f', in{unit}') if unit.strip() else ''}</h2><div class='wide'><table>{''.join(rows)}</table></div>"


def _point(cell: tuple[float, float, float] | None, scale: float) -> str:
    return "" if cell is None else f"{scale * cell[0]:.1f} <span class='quiet'>({scale * cell[1]:.1f} to {scale * cell[2]:.1f})</span>"


def _wall(wall: Wall) -> str:
    shown = "".join(
        f"<figure><img src='{uri}' alt='{escape(said, quote=True)}'><figcaption>{escape(said)}</figcaption></figure>"
        for uri, said in wall.pictures
    )
    return f"<h2>{escape(wall.title)}</h2><div class='wall'>{shown or '<p>No picture.</p>'}</div>"


def _list(heading: str, sentences: Sequence[str]) -> str:
    if not sentences:
        return ""
    return f"<h2>{escape(heading)}</h2><ul>{''.join(f'<li>{escape(each)}</li>' for each in sentences)}</ul>"


def _colours() -> str:
    light, dark = ("".join(f"--{role}:{getattr(COLOURS[role], mode)};" for role in ROLES) for mode in ("light", "dark"))
    return f":root{{color-scheme:light dark;{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}"


def _drawn() -> str:
    """The style of what is in the figure."""
    fills = "".join(f"rect.{name}{{fill:var(--{name})}}" for name in sorted(set(FILLS.values())))
    return (
        "text{font-size:14px;fill:var(--ink)}text.quiet{font-size:12px;fill:var(--quiet)}text.value{font-weight:600}"
        ".whisker{stroke:var(--ink);stroke-width:1.5;fill:none}"
        f".reference{{stroke:var(--quiet);stroke-width:1.5;stroke-dasharray:4 3}}{fills}"
    )


def _style() -> str:
    return (
        f"{_colours()}{_drawn()}"
        "body{background:var(--paper);color:var(--ink);font:16px/1.5 'Source Sans 3','Source Sans Pro',system-ui,sans-serif;margin:0}"
        "main{max-width:880px;margin:0 auto;padding:32px 24px 64px}"
        "h1{font:600 30px/1.25 'Source Serif 4',Georgia,serif;margin:0 0 8px}h2{font-size:17px;margin:32px 0 8px}"
        "p{margin:0 0 16px}ul{margin:0;padding-left:20px}figure{margin:0}svg{width:100%;height:auto;margin-top:16px}"
        ".quiet{color:var(--quiet)}"
        ".wall{display:grid;grid-template-columns:repeat(auto-fill,minmax(96px,1fr));gap:12px}"
        ".wall img{width:100%;aspect-ratio:1;object-fit:cover;border-radius:6px}figcaption{font-size:13px;color:var(--quiet)}"
        ".wide{overflow-x:auto}table{border-collapse:collapse}"
        "th,td{padding:4px 12px 4px 0;text-align:left;border-top:1px solid var(--line)}"
        "pre{background:var(--raised);padding:12px;border-radius:8px;white-space:pre-wrap;overflow-wrap:anywhere}"
    )
