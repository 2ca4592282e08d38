"""The game: change a task's options and see at once what the network will get, before any training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.screen import form, frame, links, readers, work

ROWS = 4
MOST = 5  # panels beside the picture
SEED = "pretext_seed"
SHORTCUT = (
    "**A shortcut.** Every picture now has a strip of tape at its top. A network can win by finding the tape and never look at the thing. "
    "It will score well and have learnt little: a good game leaves no such way out."
)


@st.cache_data(max_entries=32, show_spinner=False)
def transformed(request: str, ids: tuple[str, ...], seed: int) -> core.Shown:
    """What a task makes of pictures, cached by request, pictures and seed."""
    return core.transformed(json.loads(request), list(ids), seed)


def choices(dataset: str) -> tuple[dict[str, Any], list[str]]:
    """A task and its options, three of them open; then the switch for the leak, where the pictures can have one.

    Returns the request, and a sentence for each value that isn't allowed.
    """
    tasks = {part.name: part for part in readers.menu("tasks")}
    names = sorted(tasks, key=lambda name: name != "rotation")
    start = links.asked(links.TASK) if links.asked(links.TASK) in tasks else names[0]
    name = st.selectbox("Game", names, names.index(start), lambda name: tasks[name].title, key="pretext-task", help=frame.GLOSSARY["game"])
    st.caption(tasks[name].help)
    frame.broken(core.broken())
    controls = tasks[name].controls
    options = form.ask(controls, f"pretext-{name}", form.from_address(controls), tasks[name].title, explain=True, usual={})
    values: dict[str, Any] = {"task": name, "dataset": dataset, "options": form.changed(controls, options)}
    album: list[core.Control] = next((part.controls for part in readers.menu("datasets") if part.name == dataset), [])
    if any(control.name == links.LEAK for control in album):
        asked = links.asked(links.LEAK).lower() in ("true", "1")
        leak = st.toggle("Let a shortcut in", value=asked, key="pretext-leak")
        st.caption("A strip of tape, always at the top of the picture, gives the answer away (leak).")
        values |= {"dataset_options": {links.LEAK: True}} if leak else {}
    return values, form.faults([control for control in controls if control.name in options], options)


def rows(values: dict[str, Any], seed: int) -> None:
    """A few pictures, each with what the network gets of it beside it."""
    ids = tuple(core.PictureId.texts("test", core.fixed_ids(values["dataset"])[:ROWS]))
    shown = transformed(json.dumps(values, sort_keys=True), ids, seed)
    wide = min(1 + MOST, max(len(row) for row in shown.rows))
    table = [
        [original(values, name), *(gallery.tile(panel, hard=True) for panel in row[1:wide])]
        for name, row in zip(ids, shown.rows, strict=True)
    ]
    mirrored = "; half are mirrored first" if values["options"].get("mirror", mirrors(values["task"])) else ""
    frame.heading(f"Beside each picture what the network gets: {size(shown.rows[0][1:wide])}{mirrored}.")
    if all(len({tile.caption for tile in column}) == 1 for column in zip(*table, strict=True)):  # one caption a column: said once, above it
        gallery.show_beside(table, [tile.caption for tile in table[0]])
    else:
        gallery.show_beside(table[: ROWS - 1])


def size(panels: Sequence[core.Panel]) -> str:
    """The side of the pictures that a network gets, in pixels."""
    sides = {max(panel.image.shape[:2]) for panel in panels if isinstance(panel.image, np.ndarray)}
    return f"{'' if len(sides) == 1 else 'at most '}{max(sides, default=32)} pixels a side"


def mirrors(task: str) -> bool:
    """Whether a task mirrors pictures at random by default."""
    controls = next(part.controls for part in readers.menu("tasks") if part.name == task)
    return any(control.name == "mirror" and control.default is True for control in controls)


def original(values: dict[str, Any], picture_id: str) -> gallery.Tile:
    """The picture as a person sees it; from its address, or, with options of the data set, as pixels."""
    dataset, options = values["dataset"], values.get("dataset_options")
    if not options:
        return gallery.picture(dataset, picture_id, "the picture")
    asked = core.PictureId.parse(picture_id)
    return gallery.Tile(gallery.source_of(core.picture(dataset, asked.split, asked.index, 192, options)), "the picture")


def address(values: dict[str, Any]) -> dict[str, str]:
    """The choices as query parameters of the train screen."""
    said = values["options"] | values.get("dataset_options", {})
    return {links.TASK: values["task"], links.DATASET: values["dataset"], **form.as_address(said)}


def lead(task: str) -> str:
    """A sentence: is the game made from pictures alone, or does it need labels or captions?"""
    needs = next(part.needs for part in readers.menu("tasks") if part.name == task)
    if "labels" in needs:
        return "This game is not made from pictures alone: somebody named some of them first (labels)."
    if "captions" in needs:
        return "This game is not made from pictures alone: each comes with a sentence (caption)."
    return "The game is made from pictures alone. Nobody names or sorts them."


def main() -> None:
    """Options at the left, pictures at the right."""
    right = frame.header("What will it have to find out?").empty()
    said = st.empty()
    left, middle = st.columns([330, 606], gap="large")
    with left:
        values, faults = choices(links.current_pictures() or work.FIRST)
        said.markdown(lead(values["task"]))
        if st.button("Roll again", key="roll", icon=":material/casino:", help="Same game, other chance."):
            st.session_state[SEED] = st.session_state.get(SEED, 0) + 1
        if values.get("dataset_options"):
            st.markdown(SHORTCUT)
    try:
        if faults:
            raise core.SettingsError(faults[0])
        with middle:
            rows(values, st.session_state.get(SEED, 0))
    except core.SettingsError as error:
        middle.caption("No pictures for these settings.")
        frame.refused(right, error, "Train this", ":material/play_circle:")
        return
    if right.button("Train this", key="train", type="primary", icon=":material/play_circle:"):
        links.go("train", **address(values))


main()
