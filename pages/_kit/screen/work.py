"""The work: which pictures and which run the screens are about, one visible choice of each in the sidebar and in every address."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TypeAlias

import streamlit as st

import ssl_core as core
from pages._kit.screen import fragments, frame, links, readers

FIRST = "scenes"  # the pictures where nothing was chosen, no run brings its own, and this set can be shown
LONGEST = 22  # letters of a title that a picker has room for
WRITTEN = "work_written"  # session: run and data set as last written into the address
FORMER = "work_former"  # session: run and data set as the last script run left them
ABOUT_RUN = ("predictions", "attention", "map", "benchmark")  # screens that show the run's own pictures, whatever is chosen

Runs: TypeAlias = Mapping[str, core.Run]  # by name
Sets: TypeAlias = Mapping[str, core.SetRow] | None  # by name; None: not known yet, and any name is believed


def settle(runs: Runs, sets: Sets, shown: bool) -> None:
    """Settles both choices before the screen is drawn, and writes them into the address.

    A picker that was just used wins, then what a changed address names, then the last choice. A run that is newly chosen takes its pictures
    along, unless the address names others; chosen pictures never change the run. shown: whether pickers are drawn.
    """
    state, told = st.session_state, (links.asked(links.RUN), links.asked(links.DATASET))
    former = state.get(FORMER, ("", ""))
    held = state.get(links.PICKER) or former[0], state.get(links.PICTURES) or former[1]  # st.switch_page forgets what widgets held
    picked = any(former) and held != former  # may come with the address of before: the browser hasn't got the new one when it sends a click
    moved = told != state.get(WRITTEN) and not picked
    run = runs.get(_run(told[0], moved, runs, (held[0], former[0])))
    newly = run is not None and run.id != former[0] and (not former[0] or former[0] in runs)  # not where the last one was deleted
    pictures, absent = _pictures(told[1] if moved else "", moved, sets, ((run.dataset if run else ""), held[1]), newly)
    absent = absent if moved or pictures == former[1] else ""
    _keep(links.PICKER, run.id if run else "", shown)
    _keep(links.PICTURES, pictures, shown)
    state[links.ABSENT], state[FORMER] = absent, (run.id if run else "", pictures)
    if former[1] and pictures != former[1] and not moved:
        links.forget_of_pictures()
    state[WRITTEN] = written = (run.id if run else told[0], absent or pictures)
    if written != told:  # in one step: two would be two entries in the browser's history
        st.query_params.update({name: value for name, value in zip((links.RUN, links.DATASET), written, strict=True) if value})


def _run(told: str, moved: bool, runs: Runs, last: tuple[str, str]) -> str:
    """The chosen run, "" where there is none. last: the runs chosen last, the latest first."""
    state = st.session_state
    gone = told not in runs and told != state.get(links.DELETED)  # another tab deleted the run while its screen was open
    if moved or (told and gone):
        state[links.UNKNOWN] = "" if told in runs else told
    if moved and told in runs:
        return told
    return next((name for name in (*last, *runs) if name in runs), "")


def _pictures(told: str, moved: bool, sets: Sets, known: tuple[str, str], newly: bool) -> tuple[str, str]:
    """The chosen data set, and the one that was asked for and can't be shown, "" for none.

    told: the set that a changed address names. known: the run's set and the one chosen last. newly: whether the run is newly chosen.
    """

    def here(name: str) -> bool:
        return bool(name) and (sets is None or name in sets)

    absent = told if moved else st.session_state.get(links.ABSENT, "")
    if here(absent):  # the address names a set that can be shown, or one that was downloaded or unpacked since
        return absent, ""
    options = known if newly else known[::-1]
    return next((name for name in (*options, FIRST, *(sets or {})) if here(name)), FIRST), absent


def _keep(key: str, value: str, shown: bool) -> None:
    """Gives a picker its value: always where it isn't drawn, since Streamlit forgets the value of a widget that isn't.

    That of a drawn picker is left alone where it is right: to set it would undo a click under way.
    """
    if not value:
        st.session_state.pop(key, None)
    elif not shown or st.session_state.get(key) != value:
        st.session_state[key] = value


# What a person sees


def pickers(runs: Runs, sets: Sets) -> None:
    """The two pickers of the sidebar."""
    chosen = links.current_pictures()
    titles = {chosen: chosen} if sets is None else {name: frame.set_title(row) for name, row in sets.items()}
    _picker("Pictures", links.PICTURES, titles, frame.GLOSSARY["pictures"])
    if sets is None:
        fragments.fragment(_wait, run_every=1)()
    if not runs:
        st.caption("No run yet. Train one.")
        return
    names = {run.id: shortened(run.title) + (" ●" if run.status.active else "") for run in runs.values()}
    _picker("Run", links.PICKER, names, frame.GLOSSARY["run"])


def _picker(label: str, key: str, words: dict[str, str], note: str) -> None:
    """A picker. Streamlit knows what is chosen by its words: where these have changed, the picker is told the choice anew.

    The choice is its default too: a browser that draws the picker afresh, and leaves before it was told, would send the first option back.
    """
    if st.session_state.get(f"{key}_words") != words:
        st.session_state[f"{key}_words"], st.session_state[key] = words, st.session_state[key]
    names = list(words)
    place = names.index(st.session_state[key]) if st.session_state[key] in words else 0
    st.selectbox(label, names, place, format_func=lambda name: words.get(name, name), key=key, help=note)


def _wait() -> None:
    """Draws the screen again once the list of data sets is there."""
    if readers.sets() is not None:
        st.rerun()


def shortened(title: str) -> str:
    """A title that fits into a picker."""
    return title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"


def sets_up(run: core.Run | None) -> bool:
    """Whether the screen Train shows the form of a new run, not the chosen run."""
    return run is None or run.starter or bool(links.asked(links.NEW) or links.asked(links.TASK))


def say_other(place: str, run: core.Run | None, sets: Sets) -> None:
    """A line on a screen that shows a run, where the run learnt from other pictures than the chosen ones."""
    chosen = links.current_pictures()
    if run is None or run.dataset == chosen or not (place in ABOUT_RUN or (place == "train" and not sets_up(run))):
        return
    learnt, others = (frame.escape(titled(name, sets)) for name in (run.dataset, chosen))
    frame.quiet(f":material/info: “{frame.escape(run.title)}” learnt from “{learnt}”. This screen shows those, not “{others}”.")


def say_absent(place: str, sets: Sets) -> None:
    """A sentence about pictures that the address names and that can't be shown; three screens say it themselves, with what to do."""
    absent = st.session_state.get(links.ABSENT, "")
    if absent and place and place not in ("data", "fewshot", "train"):
        frame.problem(f"There are no pictures '{absent[:60]}' here. Chosen are '{titled(links.current_pictures(), sets)}'.")


def titled(name: str, sets: Sets) -> str:
    """The title of a data set; its name where it isn't listed."""
    return frame.set_title(sets[name]) if sets and name in sets else name


def chosen_set(sets: Collection[str]) -> str:
    """The chosen data set, else the first that can be shown."""
    return next(name for name in (links.current_pictures(), FIRST, *sets) if name in sets)
