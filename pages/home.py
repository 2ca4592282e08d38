"""Home: what this is, a finished run's answers at once, three buttons. The pictures ship with the answers; nothing here loads torch."""

from __future__ import annotations

import base64
from pathlib import Path

import streamlit as st

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.run import live
from pages._kit.screen import frame, links, readers, tour

TITLE = "Watch a computer teach itself to see, from pictures alone"
WAYS = (
    ("**Play.** Turn a picture. Can you fool it?", "Turn a picture", "predictions", "primary"),
    ("**Train.** Watch one learn from nothing.", "Train one yourself", "train", "secondary"),
    ("**Label.** Name a few, keep a classifier.", "Label pictures", "fewshot", "secondary"),
)


@st.cache_data(max_entries=2, show_spinner=False)
def story(file: str, stamp: tuple[int, int]) -> tuple[str, str, list[gallery.Tile]]:
    """The run's name, the sentence above its pictures, and the pictures with its answers; all empty where no file ships."""
    told = core.read_json(Path(file), {})
    tiles = []
    for one in told.get("pictures", []):
        data = (Path(file).parent / one["file"]).read_bytes()
        source = f"data:image/{Path(one['file']).suffix[1:]};base64,{base64.b64encode(data).decode()}"
        tiles.append(gallery.Tile(source, one["caption"], one.get("mark", ""), one.get("right")))
    return told.get("run", ""), told.get("sentence", ""), tiles


def pictures() -> str:
    """Three answers of a finished run, or three pictures without answers. Returns the run's name, "" without answers."""
    told = readers.ASSETS / "starter" / "home" / "home.json"
    run, sentence, tiles = story(str(told), readers.stamp(told))
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(sentence or "No finished run is here yet. These are three of the pictures that a network can learn from.")
        tour.invitation()
    if not tiles:
        tiles = [gallery.picture("scenes", each, "", 512) for each in core.PictureId.texts("test", (0, 3, 8))]
    gallery.show(tiles, columns=3, edge=True, aspect=1.05)
    said = how_often(readers.chosen(run))
    if said:
        st.markdown(said)
    return run


def how_often(run: core.Run | None) -> str:
    """How often the run is right and what chance gives, both as the run measured them; "" where a number is missing."""
    number, chance = (live.score(run), run.status.chance.get("accuracy")) if run is not None else ("", None)
    if run is None or not number or chance is None:
        return ""
    tested = f"{frame.count(run.status.facts['tested'])} new pictures" if run.status.facts.get("tested") else "new pictures"
    return f"On {tested} of the kind it learnt from, it is right **{number}** of the time. Guessing would be right {frame.percent(chance)}."


def played_with(told: str) -> str:
    """The run whose picture is turned: the one whose answers are shown, another rotation run where that was deleted; "" for none."""
    runs = readers.runs()
    if any(run.id == told for run in runs):
        return told
    return next((run.id for run in runs if run.task == "rotation" and run.status.state == "done"), "")


def ways(run: str) -> None:
    """Three buttons, each to a screen."""
    for column, (words, button, place, kind) in zip(st.columns(3), WAYS, strict=True):
        with column.container(border=True):
            st.markdown(words)
            if st.button(button, key=f"go-{place}", type=kind, width="stretch"):  # type: ignore[arg-type]
                links.go(place, **({links.RUN: run} if run and place == "predictions" else {}))


frame.header(TITLE)
ways(played_with(pictures()))
frame.quiet("Everything stays on this computer. No picture leaves it.")
