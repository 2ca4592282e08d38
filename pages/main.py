"""The router: every address is resolved here. It keeps the chosen pictures and run, through page switches and reloads."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import ssl_core as core
from pages._kit.components.narrow import narrow
from pages._kit.large import opener
from pages._kit.screen import colours, frame, links, news, readers, tab, tour, work

HERE = Path(__file__).parent


def pages() -> dict[str, list[st.Page]]:
    """The screens by group, in the order of the menu."""
    groups: dict[str, list[st.Page]] = {}
    for place, (file, label, icon, group) in links.PLACES.items():
        if not (HERE / file).exists():
            continue
        page = st.Page(HERE / file, title=label, icon=icon, url_path=place, default=not place)
        groups.setdefault(group, []).append(page)
    return groups


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


def main() -> None:
    """Both choices, the sidebar, what stands above every screen, and the screen."""
    st.set_page_config(page_icon=str(readers.ASSETS / "icon.png"), layout="wide", initial_sidebar_state=232)
    st.html(f"<style>{colours.style()}{(readers.ASSETS / 'style.css').read_text(encoding='utf-8')}</style>")
    st.logo(readers.ASSETS / "logo.svg", size="medium")
    page = st.navigation(pages(), expanded=True)
    place = page.url_path
    runs, sets = {run.id: run for run in readers.runs()}, readers.sets() if place else None
    work.settle(runs, sets, shown=bool(place))
    run, pictures = runs.get(links.current_run()), work.titled(links.current_pictures(), sets)
    tab.name(place, run, pictures)  # after the address: the title belongs to the entry of the new one
    with st.sidebar:
        if place:
            work.pickers(runs, sets)
        opener.opener()
        narrow()
    news.show(place, runs, pictures)
    tour.strip(place)
    say_unknown(place)
    work.say_absent(place, sets)
    if place:
        say_damaged()
        work.say_other(place, run, sets)
    page.run()


main()
