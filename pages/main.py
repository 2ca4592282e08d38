"""The router: every address is resolved here. It keeps the chosen run in the address, through page switches and reloads."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import ssl_core as core
from pages._kit.components.narrow import narrow
from pages._kit.large import opener
from pages._kit.screen import colours, frame, links, readers, tour

HERE = Path(__file__).parent
LONGEST = 22  # letters of a run's title that the picker has room for


def pages() -> dict[str, list[st.Page]]:
    """The screens by group, in the order of the menu."""
    groups: dict[str, list[st.Page]] = {}
    for place, (file, label, icon, group) in links.PLACES.items():
        if not (HERE / file).exists():
            continue
        page = st.Page(HERE / file, title=label, icon=icon, url_path=place, default=not place)
        groups.setdefault(group, []).append(page)
    return groups


def pick_run(shown: bool = True) -> None:
    """The sidebar's run picker. An address that names a run wins over the last choice; the choice is written back.

    shown: False on a screen about no run: the choice is kept, and no picker is drawn.
    """
    titles = {run.id: _short(run.title) + (" ●" if run.status.active else "") for run in readers.runs()}
    asked = links.asked(links.RUN)
    gone = asked not in titles and asked != st.session_state.get(links.DELETED)  # another tab deleted the run while its screen was open
    if asked != st.session_state.get(links.WRITTEN, "") or (asked and gone):
        st.session_state[links.UNKNOWN] = "" if asked in titles else asked
        if asked in titles:
            st.session_state[links.PICKER] = asked
    if st.session_state.get(links.PICKER) not in titles:
        st.session_state.pop(links.PICKER, None)
    if not titles:
        if shown:
            st.caption("No run yet. Train one.")
        return
    if shown:
        chosen = _drawn(titles)
    else:  # Streamlit forgets the value of a widget that isn't drawn: it is written as plain state
        chosen = st.session_state[links.PICKER] = st.session_state.get(links.PICKER, next(iter(titles)))
    st.query_params[links.RUN] = st.session_state[links.WRITTEN] = chosen


def _drawn(titles: dict[str, str]) -> str:
    return st.selectbox("Run", list(titles), format_func=lambda name: titles.get(name, name), key=links.PICKER, help=frame.GLOSSARY["run"])


def _short(title: str) -> str:
    return title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"


def say_unknown(place: str) -> None:
    """A sentence about a run that the address names and that doesn't exist, until another screen or run is chosen."""
    unknown, here = st.session_state.get(links.UNKNOWN, ""), (place, links.current_run())
    if unknown and st.session_state.setdefault(links.UNKNOWN_AT, here) != here:
        unknown = st.session_state[links.UNKNOWN] = ""
    if not unknown:
        st.session_state.pop(links.UNKNOWN_AT, None)
    else:
        frame.problem(f"There is no run '{unknown[:60]}' here. Shown is '{links.current_run() or 'none'}'.")


def say_damaged() -> None:
    """A sentence about checkpoints of the chosen run that can't be read any more."""
    run = readers.chosen(links.current_run())
    if run is not None and (told := core.damage(run.folder)):
        frame.problem(told)


st.set_page_config(page_title="Selfsight", page_icon=str(readers.ASSETS / "icon.png"), layout="wide", initial_sidebar_state=232)
st.html(f"<style>{colours.style()}{(readers.ASSETS / 'style.css').read_text(encoding='utf-8')}</style>")
st.logo(readers.ASSETS / "logo.svg", size="medium")
page = st.navigation(pages(), expanded=True)
with st.sidebar:
    pick_run(shown=bool(page.url_path))
    opener.opener()
    narrow()
tour.strip(page.url_path)
say_unknown(page.url_path)
if page.url_path:
    say_damaged()
page.run()
