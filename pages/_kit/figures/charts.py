"""Plain rows → Plotly figures: the only file that imports plotly.

Charts are drawn in the palette's light colours; `pages/_kit/screen/colours.py` turns them dark with the page, without a rerun. Heights
and ranges are fixed, so that nothing jumps while a run trains.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go
import streamlit as st

import ssl_core as core
from pages._kit.figures.anchors import anchors
from pages._kit.screen.frame import CHANCE, INK, LINE, MUTE, PAGE, QUIET, THIS_RUN, beyond, half_width, look_of

AXIS = {"size": 13, "color": QUIET}
WORDS = {"size": 15, "color": INK}
RIGHT = 118  # pixels at the right of a chart for the names of its lines
LETTER = 8  # pixels of a letter of a line's name
SCALE = [[place / 2, colour] for place, colour in enumerate(core.SHADES)]
ROW, FACE = 78, 24  # pixels of a bar with the words above it, and of the bar alone
REACH = 13  # pixels of the chance line above and below the middle of a bar: words begin at 14
TURNED_AT = 0.15  # chance below this share would be written beyond a chart's left edge if it stood above the middle of its line
NAME_GAP = 0.075  # least distance between two names, as a fraction of the chart's height


class Line(NamedTuple):
    """A curve; its name is written at its right end."""

    name: str
    points: Sequence[tuple[float, float, float | None, float | None]]  # x, y, lo, hi
    colour: str = THIS_RUN
    main: bool = True  # drawn thicker: the curve in question
    dash: str = "solid"
    of: int = 0  # pictures that the last value is a share of; 0: not said


class Bar(NamedTuple):
    """A bar with its interval as a whisker."""

    title: str
    value: float
    lo: float | None = None
    hi: float | None = None
    detail: str = ""
    colour: str = THIS_RUN
    soft: bool = False  # paler than another bar of the same colour
    pending: str = ""  # words in place of a value that isn't measured yet
    of: int = 0  # pictures that the value is a share of; 0: not said


class Shade(NamedTuple):
    """A number for each dot of a map, shown as its colour."""

    name: str
    value_S: np.ndarray  # NaN where unknown


def show(figure: go.Figure, key: str, alt: str, select: Sequence[str] = ()) -> Any:
    """Shows a figure without tool bar. A selection by `select` ("points", "lasso", "box") causes a rerun and is returned."""
    config = {"displayModeBar": False, "doubleClick": False, "scrollZoom": False}
    chosen: dict[str, Any] = {"on_select": "rerun", "selection_mode": tuple(select)} if select else {}
    return st.plotly_chart(figure, theme="streamlit", key=key, config=config, alt=alt, **chosen)


def curves(
    lines: Sequence[Line],
    chance: float | None = None,
    x_title: str = "step",
    x_end: float | None = None,
    x_start: float = 0,
    percent: bool = True,
    y_top: float | None = None,
    height: int = 320,
    unit: str = "",
    right: int = RIGHT,
    reference: str = "chance",
) -> go.Figure:
    """Curves over steps or labels: chance, or another `reference`, dashed, intervals as bands, names at the end. In [0, 1] if `percent`."""
    scale = 100 if percent else 1
    top = y_top if y_top is not None else 1 if percent else _ceiling(lines)
    end = x_end or max((line.points[-1][0] for line in lines if line.points), default=1)
    figure = _blank(height, right=right)
    for line in lines:
        _band(figure, line, scale)
    for line in lines:
        width = 3 if line.main else 2
        style = {"color": line.colour, "width": width, "dash": line.dash}
        x, y = [p[0] for p in line.points], [scale * p[1] for p in line.points]
        figure.add_scatter(x=x, y=y, mode="lines", line=style, name=line.name, hovertemplate=_hover(line.name, x_title, percent))
        if line.points:
            figure.add_scatter(x=x[-1:], y=y[-1:], mode="markers", marker={"size": 9, "color": line.colour}, hoverinfo="skip")
    ticks = {"dtick": 1} if end - x_start < 6 else {"nticks": 5}  # steps and labels are whole numbers
    figure.update_xaxes(range=[x_start, max(end, x_start + 1e-9)], tickangle=0, **ticks, **_titled(x_title), **_BARE)
    figure.update_yaxes(
        range=[-0.02 * top * scale, 1.04 * top * scale],
        tickvals=[0, top * scale / 2, top * scale],
        ticktext=[_tick(part * top, percent) for part in (0, 0.5, 1)],
        tickfont=AXIS,
        ticklabelstandoff=8,
        gridcolor=LINE,
        zeroline=False,
    )
    _name_ends(figure, lines, chance, scale, top, percent, unit, right // LETTER, reference)
    return figure


def matrix(values: Sequence[Sequence[float]], rows: Sequence[str], columns: Sequence[str], of_rows: str, of_columns: str) -> go.Figure:
    """A heat map of numbers between 0 and 1, the value written in each cell; the first row stands on top."""
    figure = _blank(92 + 34 * len(rows), left=16 + 8 * max(map(len, rows)), right=8, top=8, bottom=76)
    words = [[f"{value:.2f}" for value in row] for row in values]
    hover = f"{safe(of_rows)} %{{y}}, {safe(of_columns)} %{{x}}: %{{z:.2f}}<extra></extra>"
    text = {"text": words, "texttemplate": "%{text}", "textfont": {"size": 12}} if len(columns) <= MOST_WRITTEN else {}
    places = {"x": list(range(len(columns))), "y": list(range(len(rows)))}
    shades = {"zmin": 0, "zmax": 1, "colorscale": SCALE, "showscale": False, "xgap": 2, "ygap": 2}
    figure.add_heatmap(z=[list(row) for row in values], **places, **shades, **text, hovertemplate=hover)
    named = {"tickmode": "array", **({} if len(columns) <= MOST_WRITTEN else {"tickangle": -60})}  # of few Plotly turns those without room
    figure.update_xaxes(**named, tickvals=places["x"], ticktext=[safe(each) for each in columns], **_titled(of_columns), **_BARE)
    figure.update_yaxes(autorange="reversed", tickvals=places["y"], ticktext=[safe(each) for each in rows], tickfont=AXIS, **_BARE)
    return figure


MOST_WRITTEN = 12  # columns of a matrix whose cells have room for their value
SCORE = 1  # number of the first line's trace in `curves`, whose band is drawn before it


def at_steps(figure: go.Figure, steps: Sequence[int]) -> None:
    """Marks the points of curves over log2 of the step, and names the steps below: as many as don't run into each other."""
    figure.update_traces(mode="lines+markers", marker={"size": 9}, selector={"mode": "lines", "fill": None})
    named = list(steps)[::-1][:: 1 + len(steps) // 6][::-1]
    figure.update_xaxes(tickmode="array", tickvals=np.log2(named).tolist(), ticktext=[str(step) for step in named])


def bars(
    rows: Sequence[Bar],
    chance: float | None = None,
    x_title: str = "",
    height: int | None = None,
    end: float = 1.0,
    unit: str = "%",
    reference: str = "chance",
) -> go.Figure:
    """Horizontal bars with whiskers, words above each, values after the whisker, chance, or another `reference`, as a dashed line.

    Words above a bar leave it the whole width, on a phone too. Values in the unit "%" lie in [0, 1] and are shown as percentages; others
    are shown as they are, on an axis that holds 0.
    """
    scale = 100 if unit == "%" else 1
    places = list(range(len(rows)))[::-1]
    figure = _blank(height or 68 + ROW * len(rows), left=14, right=92, top=24)  # at the right room for a value behind a bar of 100 %
    whiskers = {
        "type": "data",
        "array": [scale * ((row.hi or row.value) - row.value) for row in rows],
        "arrayminus": [scale * (row.value - (row.lo if row.lo is not None else row.value)) for row in rows],
        "color": INK,
        "thickness": 2,
        "width": 7,
    }
    values = [scale * row.value for row in rows]
    text = [f"{safe(row.title)}: {row.pending or f'{value:.1f} {unit}'}" for row, value in zip(rows, values, strict=True)]
    figure.add_bar(
        x=values,
        y=places,
        orientation="h",
        width=FACE / ROW,
        marker={"color": [row.colour for row in rows], "opacity": [0.5 if row.soft else 1.0 for row in rows], "line": {"width": 0}},
        error_x=whiskers,
        hovertext=text,
        hoverinfo="text",
    )
    start, stop = (0.0, 100 * end) if unit == "%" else _ends(rows)
    for place, row in zip(places, rows, strict=True):
        words = f"<b>{safe(row.title)}</b>" + (f"  {safe(row.detail)}".replace("\n", "<br>") if row.detail else "")
        note = {"xanchor": "left", "yanchor": "bottom", "align": "left", "xshift": -2, "yshift": FACE / 2 + 2, "showarrow": False}
        figure.add_annotation(x=start, y=place, text=words, font={"size": 14, "color": INK}, **note)
        _say(figure, scale * (row.hi or row.value), place, _value(row, scale, unit), "left", shift=10, size=14 if row.pending else 16)
    _chance_upright(figure, chance, reference, places)
    ticks = [0, 50, 100] if end >= 0.6 else [0, 25, 50]
    named = [f"{tick} %" for tick in ticks]
    marked = {"tickvals": ticks, "ticktext": named} if unit == "%" else {"ticksuffix": f" {unit}".rstrip(), "nticks": 4}
    figure.update_xaxes(range=[start, start + 1.12 * (stop - start)], tickangle=0, **marked, **_titled(x_title), **_BARE)
    figure.update_yaxes(range=[-0.25, len(rows) - 0.25], visible=False)
    return figure


def probabilities(answers: Sequence[tuple[str, float]], chance: float | None = None, height: int | None = None) -> go.Figure:
    """One bar for each answer; the likeliest in blue, the others grey."""
    rows = list(answers)
    best = max(range(len(rows)), key=lambda place: rows[place][1]) if rows else 0
    longest = max((len(words) for words, _ in rows), default=0)  # letters, of about 8 pixels
    figure = _blank(height or 40 + 43 * len(rows), left=max(96, 16 + 9 * longest), right=70, top=24, bottom=8)
    places = list(range(len(rows)))[::-1]
    colours = [THIS_RUN if place == best else MUTE for place in range(len(rows))]
    values = [100 * share for _, share in rows]
    figure.add_bar(x=values, y=places, orientation="h", width=0.6, marker={"color": colours, "line": {"width": 0}}, hoverinfo="skip")
    for place, ((words, share), at) in enumerate(zip(rows, places, strict=True)):
        _say(figure, 0, at, safe(words), "right", shift=-9, size=16)
        figures = f"{100 * share:.0f} %"
        shown = f"<b>{figures}</b>" if place == best else figures
        _say(figure, 100 * share, at, shown, "left", shift=8, size=16, ground=PAGE)  # the line of chance ends before it
    _chance_upright(figure, chance)
    figure.update_xaxes(range=[0, 100], visible=False)
    figure.update_yaxes(range=[-0.6, len(rows) - 0.4], visible=False)
    return figure


def scatter(
    xy_S2: np.ndarray,
    label_S: np.ndarray,
    classes: Sequence[str],
    height: int = 540,
    lasso: bool = True,
    size: int = 7,
    only: int | None = None,
    shade: Shade | None = None,
) -> go.Figure:
    """A map: one trace for each class in its colour and shape, the class's name where it is densest, no axes.

    only: the class that keeps its colour and name; the others become grey and are drawn below it.
    shade: a number in place of classes, from dark to light with its scale beside the map; dots without a number are grey.

    Streamlit reports no click on a chart with a lasso, so a map takes one or the other.
    Drawn as SVG: Plotly's WebGL code compiles text at run time, which the Content-Security-Policy forbids; some browsers lack WebGL.
    A point's customdata is its row, so a selection's rows are `[point["customdata"] for point in selection.points]`.
    """
    figure = _blank(height, left=0, right=0, top=0, bottom=0)
    label_S = np.asarray(label_S)
    if shade is not None:
        label_S = np.where(np.isnan(shade.value_S), -1, -2)
    for label in sorted(set(label_S.tolist()), key=lambda label: (label == only, label)):
        rows = np.flatnonzero(label_S == label)
        figure.add_scatter(
            x=xy_S2[rows, 0].astype(np.float32),
            y=xy_S2[rows, 1].astype(np.float32),
            mode="markers",
            marker=_shaded(shade, rows, size) if shade is not None and label == -2 else _marker(label, size, only),
            name=safe(classes[label] if 0 <= label < len(classes) else shade.name if shade else "no class"),
            customdata=rows.astype(np.int32),
            hovertemplate="%{fullData.name}" + (" %{marker.color:.4~g}" if label == -2 else "") + "<extra></extra>",
        )
    named = [label for label in range(len(classes)) if only in (None, label)]
    for label, (x, y) in anchors(xy_S2, label_S, named).items():
        look = look_of(label)
        _plate(figure, x, y, f'<span style="color:{look.colour}">{look.shape}</span> {safe(classes[label])}')
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)
    figure.update_layout(dragmode="lasso" if lasso else "pan", newselection={"line": {"color": INK, "dash": "dot", "width": 2}})
    return figure


def _marker(label: int, size: int, only: int | None) -> dict[str, Any]:
    """The marker of a class; grey and faint where another class is the chosen one."""
    look = look_of(label) if label >= 0 else None
    aside = only is not None and label != only
    colour = MUTE if aside else look.colour if look else CHANCE
    return {"size": size, "opacity": 0.35 if aside else 0.8, "color": colour, "symbol": look.symbol if look else "circle"}


def _shaded(shade: Shade, rows: np.ndarray, size: int) -> dict[str, Any]:
    """The marker of dots coloured by a number, with the colour scale, readable in light, in dark and when colour-blind, beside the map."""
    bar = {"thickness": 12, "len": 0.5, "x": 1, "xanchor": "right", "y": 0.02, "yanchor": "bottom", "nticks": 4, "outlinewidth": 0}
    bar |= {"title": {"text": safe(shade.name), "font": AXIS}, "tickfont": AXIS, "bgcolor": PAGE}
    values = shade.value_S[rows].astype(np.float32)
    return {"size": size, "opacity": 0.85, "color": values, "colorscale": SCALE, "showscale": True, "colorbar": bar}


_BARE = {"showgrid": False, "zeroline": False, "showline": False, "ticks": ""}


def _titled(words: str) -> dict[str, Any]:
    return {"title_text": words, "title_font": AXIS, "tickfont": AXIS, "title_standoff": 6}


def _blank(height: int, left: int = 44, right: int = 8, top: int = 8, bottom: int = 44) -> go.Figure:
    figure = go.Figure()
    clear = "rgba(0,0,0,0)"
    margin = {"l": left, "r": right, "t": top, "b": bottom, "pad": 0}
    figure.update_layout(height=height, margin=margin, showlegend=False, paper_bgcolor=clear, plot_bgcolor=clear, hovermode="closest")
    figure.update_layout(uirevision="kept", dragmode=False, barcornerradius=3)
    figure.update_layout(hoverlabel={"bgcolor": PAGE, "bordercolor": MUTE, "font": {"color": INK}})
    return figure


def _band(figure: go.Figure, line: Line, scale: float) -> None:
    held = [(p[0], scale * p[2], scale * p[3]) for p in line.points if p[2] is not None and p[3] is not None]
    if len(held) < 2:
        return
    x = [p[0] for p in held] + [p[0] for p in held[::-1]]
    y = [p[2] for p in held] + [p[1] for p in held[::-1]]
    figure.add_scatter(x=x, y=y, mode="lines", fill="toself", fillcolor=line.colour, opacity=0.16, line={"width": 0}, hoverinfo="skip")


def _name_ends(
    figure: go.Figure,
    lines: Sequence[Line],
    chance: float | None,
    scale: float,
    top: float,
    percent: bool,
    unit: str,
    letters: int,
    named: str,
) -> None:
    """Names at the right end, wrapped at `letters`, moved apart where they would overlap each other or the word chance."""
    ends = [(line.points[-1][1], line.points[-1][0], line) for line in lines if line.points]
    ends.sort(key=lambda end: end[0])
    lowest, gap = -1.0, NAME_GAP * top
    if chance is not None and (len(ends) > 1 or (ends and abs(ends[0][0] - chance) < gap)):
        lowest = chance + gap
    for value, x, line in ends:
        name_lines = textwrap.wrap(line.name, letters)
        figures = core.in_counts(value, line.of) or f"{100 * value:.0f} %" if percent else f"{value:.3g} {unit}".strip()
        below = bool(name_lines) and len(name_lines[-1]) + 1 + len(figures) > letters
        at = max(value, lowest + gap * (max(1, len(name_lines) + below) - 1) / 2)
        lowest = at + gap * (max(1, len(name_lines) + below) + 1) / 2
        bold = f"<b>{'<br>'.join(map(safe, name_lines))}</b>{'<br>' if below else ' '}"
        name = f"{bold}{figures}" if line.name else f"<b>{figures}</b>"
        _say(figure, x, at * scale, name, "left", shift=10, size=14 if line.name else 18, colour=line.colour)
    if chance is not None:
        figure.add_hline(y=chance * scale, line={"color": CHANCE, "width": 1.5, "dash": "dash"})
        words = f"{named.replace(' ', '<br>')} {_tick(chance, percent)}"
        note = {"xref": "paper", "x": 1, "y": chance * scale, "xanchor": "left", "yanchor": "middle", "xshift": 8, "showarrow": False}
        figure.add_annotation(text=words, font=AXIS, **note)


def _chance_upright(figure: go.Figure, chance: float | None, named: str = "chance", places: Sequence[int] = ()) -> None:
    """Chance as a dashed line, named above it; with `places` only across the bar at each of them, since words stand between."""
    if chance is None:
        return
    dashed = {"color": CHANCE, "width": 1.5, "dash": "dash"}
    if not places:
        figure.add_vline(x=100 * chance, line=dashed)
    for place in places:
        across = {"type": "line", "x0": 100 * chance, "x1": 100 * chance, "y0": place - REACH / ROW, "y1": place + REACH / ROW}
        figure.add_shape(**across, line={"color": PAGE, "width": 4})  # seen on a bar of any colour
        figure.add_shape(**across, line=dashed)
    anchor = "center" if chance > TURNED_AT else "left"
    note = {"yref": "paper", "y": 1, "x": 100 * chance, "xanchor": anchor, "yanchor": "bottom", "yshift": 2, "showarrow": False}
    figure.add_annotation(text=f"{named} {100 * chance:.0f} %", font=AXIS, **note)


def _say(
    figure: go.Figure, x: float, y: float, text: str, anchor: str, shift: int, size: int, colour: str = INK, ground: str | None = None
) -> None:
    align = {"xanchor": anchor, "align": anchor, "yanchor": "middle", "xshift": shift, "showarrow": False, "bgcolor": ground}
    figure.add_annotation(x=x, y=y, text=text, font={"size": size, "color": colour}, **align)


def _plate(figure: go.Figure, x: float, y: float, text: str) -> None:
    plate = {"bgcolor": PAGE, "borderpad": 2, "opacity": 0.86}
    figure.add_annotation(x=x, y=y, text=f"<b>{text}</b>", showarrow=False, font=WORDS, **plate)


def _value(row: Bar, scale: int, unit: str) -> str:
    """A bar's value with ± half its interval; a share of fewer than ten pictures as a count."""
    if row.pending:
        return safe(row.pending)
    if counts := core.in_counts(row.value, row.of) if scale == 100 else "":
        return f"<b>{counts}</b>"
    if unit == "%" and (ends := beyond(row.value, row.lo, row.hi)):
        return f"<b>{ends[0]}</b> % ({ends[1].replace('at least', '≥').replace('at most', '≤')})"  # short: beside the longest bar
    half = half_width(row.value, row.lo, row.hi, scale) if row.lo is not None and row.hi is not None else ""
    digits = len(half.partition(".")[2])
    return f"<b>{scale * row.value:.{digits}f}</b>{f' ± {half}' if half else ''} {safe(unit)}"


def _ends(rows: Sequence[Bar]) -> tuple[float, float]:
    """The range of an axis that shows 0 and every whisker."""
    ends = [0.0, *(end for row in rows for end in (row.value, row.lo, row.hi) if end is not None)]
    return min(ends), max(*ends, min(ends) + 1e-6)


def _tick(value: float, percent: bool) -> str:
    return f"{100 * value:.0f} %" if percent else f"{value:.3g}"


def _hover(name: str, x_title: str, percent: bool) -> str:
    return f"{safe(name)} %{{y:.{1 if percent else 3}f}}{' %' if percent else ''}<br>{safe(x_title)} %{{x}}<extra></extra>"


def _ceiling(lines: Sequence[Line]) -> float:
    """A round number above all values, so that the axis seldom changes while a loss falls."""
    highest = max((point[1] for line in lines for point in line.points), default=1.0) or 1.0
    step = 10 ** np.floor(np.log10(highest))
    return float(np.ceil(highest / step * 2) / 2 * step)


def safe(text: str) -> str:
    """A text that Plotly shows as it is."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("%{", "% {")
