"""A run's eight pictures as they were answered at any stored look: a slider over the steps, and links to films of pictures and curve."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.run import live
from pages._kit.screen import frame, readers
from pages._kit.server import exports

HELD = "look_held"  # session, by run: the step that the slider was put to; absent while the last look is shown
LOW = 100  # pixels of the slider's row, kept free while there is only one look


def eight(run: core.Run, ask: bool = True) -> None:
    """The pictures with the answers of the chosen look, beside those before the first step; below, the slider and the films.

    ask: where no look before the first step is stored, the untrained network answers now, which needs torch.
    """
    last = readers.latest_look(run)
    steps = last.steps if last else []
    first = readers.first_look(run) if ask else readers.stored_first(run)
    shown = readers.latest_look(run, chosen(run, steps)) or first
    frame.heading(f"The same eight test pictures{_of(run)}.{_legend(run, shown)}", "test pictures")
    draw(run, first, shown)
    with st.container(height=LOW, border=False), st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        slide(run, steps)
        if last is not None:
            films(run)


def _of(run: core.Run) -> str:
    """Of how many pictures the number of a finished run is, where that isn't of these eight; "" before its end."""
    tested = live.counted(run.status.facts, *live.metric_of(run)) if run.status.state == "done" else 0
    return f"; the number is of {frame.count(tested)}" if tested > len(run.fixed) else ""


def chosen(run: core.Run, steps: Sequence[int]) -> int | None:
    """The step that a person put the slider to, None for the last look: a slider that nobody moved stays at the end.

    Read before the slider is drawn, since the pictures stand above it: drawn after it they would push it down.
    """
    held = st.session_state.get(f"{HELD}-{run.id}")
    return held if held in steps[:-1] else None


def slide(run: core.Run, steps: Sequence[int]) -> None:
    """The slider over the looks, at the one that is shown.

    Each look that is added brings a slider of its own (key): a browser that answers late for the one before would else seem to have
    moved this one back.
    """
    if len(steps) < 2:
        frame.quiet("A slider over what it answered when begins with the second look." if steps else "")
        return
    key, start = f"look-{run.id}-{steps[-1]}", chosen(run, steps)
    whose = (run.id, key, steps[-1])
    st.select_slider(
        "Its answers at step", steps, steps[-1] if start is None else start, format_func=frame.count, key=key, on_change=_hold, args=whose
    )


def _hold(run_id: str, key: str, last: int) -> None:
    """Remembers the step that a person put the slider to; the last one means: whichever is the last.

    Of a slider that another look has replaced nothing is remembered.
    """
    if key in st.session_state:
        step = st.session_state[key]
        st.session_state[f"{HELD}-{run_id}"] = None if step == last else step


def films(run: core.Run) -> None:
    """Links to the films of a run's pictures and of its curve, in a menu."""
    with st.popover("Films", icon=":material/movie:"):
        film_links(run)


def film_links(run: core.Run) -> None:
    """A link for each film of a run."""
    exports.link("The eight pictures (WebP)", "film.webp", width="stretch", run=run.id)
    exports.link("The eight pictures (GIF)", "film.gif", width="stretch", run=run.id)
    exports.link("The curve as it grew (WebP)", "curve.webp", width="stretch", run=run.id)
    exports.link("The curve as it grew (GIF)", "curve.gif", width="stretch", run=run.id)


def draw(run: core.Run, first: core.Shown | None, shown: core.Shown | None) -> None:
    """The pictures of a look. first: the answers before the first step, which captions quote."""
    if shown is None:
        gallery.show(
            [gallery.picture(run.dataset, each, "not answered yet") for each in core.PictureId.texts("test", run.fixed)]
            if core.pictures_stay(run.id)
            else [],
            columns=4,
            captions=False,
        )
        return
    before = first.rows if first is not None else shown.rows
    rows = [_row(shown, place, row, before[place]) for place, row in enumerate(shown.rows[: len(shown.ids)])]
    if shown.glance == 1:
        gallery.show([tile for row in rows for tile in row], columns=4)
    else:
        gallery.show_groups(rows, [speaker(row) for row in rows])


def _legend(run: core.Run, shown: core.Shown | None) -> str:
    """What the marks on the pictures mean."""
    panels = [panel for row in shown.rows for panel in row] if shown else []
    if any(panel.mark for panel in panels):
        return " The arrow is where it says the top is."
    rivals = list(run.rivals.values())
    return f" ✓ where it beats {rivals[-1]}." if rivals and panels else ""


def _row(shown: core.Shown, place: int, row: list[core.Panel], before: list[core.Panel]) -> list[gallery.Tile]:
    picture, glance = shown.ids[place], row[: shown.glance]
    return [
        gallery.tile(panel, shown.dataset, picture, size=256, soft=_at_first(panel, old) if shown.step else "before its first step")
        for panel, old in zip(glance, before, strict=False)
    ]


def speaker(row: Sequence[gallery.Tile | core.Panel]) -> int:
    """The index of the picture in a row that holds the answer."""
    return next((place for place, one in enumerate(row) if one.right is not None), len(row) - 1)


def _at_first(panel: core.Panel, old: core.Panel) -> str:
    """The answer before the first step, without the leading words that it shares with the latest answer."""
    if panel.right is None:
        return ""
    if panel.mark:
        return f"at first {'right' if old.right else 'wrong'}, {gallery.brief(old.caption).removesuffix(' sure')}"
    now, then = panel.caption.split(), old.caption.split()
    again = next((place for place, (a, b) in enumerate(zip(now, then, strict=False)) if a != b), 0)
    return f"at first {' '.join(then[again:])}"
