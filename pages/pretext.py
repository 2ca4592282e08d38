"""The game: change a task's options and see at once what the network will get, before any training."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.large import loose
from pages._kit.screen import address, form, frame, links, readers, work

ROWS = 4
MOST = 5  # panels beside the picture
ROLL = "roll"  # query parameter: how often other chance was asked for
TRIED = "pretext"  # the key of what the address holds of this screen
WRITTEN = "pretext_names"  # session: the names of the settings that it may hold
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
    name = game(tasks)
    st.caption(tasks[name].help)
    frame.broken(core.broken())
    controls = tasks[name].controls
    key = address.key(f"{TRIED}-{name}", [control.name for control in controls])
    options = form.ask(controls, key, form.from_address(controls), tasks[name].title, explain=True, usual={})
    values: dict[str, Any] = {"task": name, "dataset": dataset, "options": form.changed(controls, options)}
    values |= {"dataset_options": {links.LEAK: True}} if leaks(dataset) else {}
    remember(values, controls)
    return values, form.faults([control for control in controls if control.name in options], options)


def game(tasks: dict[str, core.PartInfo]) -> str:
    """The chosen task; at first the one that the address names."""
    names = sorted(tasks, key=lambda name: name != "rotation")
    key, asked = address.key(f"{TRIED}-task", [links.TASK]), links.asked(links.TASK)
    if key not in st.session_state:
        st.session_state[key] = asked if asked in tasks else names[0]
    return str(st.selectbox("Game", names, format_func=lambda name: tasks[name].title, key=key, help=frame.GLOSSARY["game"]))


def leaks(dataset: str) -> bool:
    """Whether the shortcut is let in; asked only of pictures that can have one."""
    album: list[core.Control] = next((part.controls for part in readers.menu("datasets") if part.name == dataset), [])
    if all(control.name != links.LEAK for control in album):
        return False
    key = address.key(f"{TRIED}-leak", [links.LEAK])
    if key not in st.session_state:
        st.session_state[key] = links.asked(links.LEAK).lower() in ("true", "1")
    leak = st.toggle("Let a shortcut in", key=key)
    st.caption("A strip of tape, always at the top of the picture, gives the answer away (leak).")
    return leak


def remember(values: dict[str, Any], controls: Sequence[core.Control]) -> None:
    """Writes game, settings that are allowed, and shortcut into the address, for a reload, a link and Back."""
    names, options = [control.name for control in controls], values["options"]
    said = form.as_address(
        {each.name: options[each.name] for each in controls if each.name in options and not form.faults([each], options)}
    )
    for name in st.session_state.get(WRITTEN, []):  # of another game
        if name not in names:
            st.query_params.pop(name, None)
    st.session_state[WRITTEN] = names
    address.write(f"{TRIED}-{values['task']}", {name: said.get(name, "") for name in names})
    address.write(f"{TRIED}-task", {links.TASK: values["task"]})
    address.write(f"{TRIED}-leak", {links.LEAK: "1" if "dataset_options" in values else ""})


def roll() -> int:
    """The button for other chance; how often it was pressed, which the address holds."""
    asked = links.asked(ROLL)
    times = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    if st.button("Roll again", key="roll", icon=":material/casino:", help="Same game, other chance."):
        times += 1
        st.query_params[ROLL] = str(times)
    return times


def rows(values: dict[str, Any], seed: int) -> None:
    """A few pictures, each with what the network gets of it beside it."""
    ids = tuple(core.PictureId.texts("test", core.fixed_ids(values["dataset"])[:ROWS]))
    shown = transformed(json.dumps(values, sort_keys=True), ids, seed)
    wide = min(1 + MOST, max(len(row) for row in shown.rows))
    table = opening(
        [
            [original(values, name), *(gallery.tile(panel, hard=True) for panel in row[1:wide])]
            for name, row in zip(ids, shown.rows, strict=True)
        ]
    )
    mirrored = "; half are mirrored first" if values["options"].get("mirror", mirrors(values["task"])) else ""
    frame.heading(f"Beside each picture what the network gets: {size(shown.rows[0][1:wide])}{mirrored}.")
    if all(len({tile.caption for tile in column}) == 1 for column in zip(*table, strict=True)):  # one caption a column: said once, above it
        gallery.show_beside(table, [tile.caption for tile in table[0]])
    else:
        gallery.show_beside(table[: ROWS - 1])


def opening(table: list[list[gallery.Tile]]) -> list[list[gallery.Tile]]:
    """The rows with every picture opening large: those of the data set as anywhere, what the network gets with its neighbours here."""
    made = [tile for row in table for tile in row if not tile.picture_id]
    loose.keep(made)
    ready = iter(loose.opening(made, 0))
    return [[tile if tile.picture_id else next(ready) for tile in row] for row in table]


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


def on_train(values: dict[str, Any]) -> dict[str, str]:
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
        seed = roll()
        if values.get("dataset_options"):
            st.markdown(SHORTCUT)
    try:
        if faults:
            raise core.SettingsError(faults[0])
        with middle:
            rows(values, seed)
    except core.SettingsError as error:
        middle.caption("No pictures for these settings.")
        frame.refused(right, error, "Train this", ":material/play_circle:")
        return
    if right.button("Train this", key="train", type="primary", icon=":material/play_circle:"):
        links.go("train", **on_train(values))


main()
