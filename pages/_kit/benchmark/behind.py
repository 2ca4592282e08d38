"""The pictures behind a comparison's numbers: those on which two targets disagree, each way round, and all of them in dialogs."""

from __future__ import annotations

import numpy as np
import streamlit as st

import ssl_core as core
from pages._kit.benchmark import words as benchmark_words
from pages._kit.benchmark.words import Asked
from pages._kit.figures import gallery
from pages._kit.large import dialog
from pages._kit.screen import fragments, frame, readers

SHOWN = 8  # pictures on a wall
PAGE = 24  # pictures on a page of a wall's dialog
WORDS = {"imagenet": "ImageNet", "untrained": "untrained network", "random": "untrained network", "pixels": "raw pixels"}


def right(found: core.Comparison, target: str) -> np.ndarray:
    """Whether a target is right, for each test picture."""
    return np.asarray(found.right[target]) >= 0.5


def walls(asked: Asked, found: core.Comparison) -> None:
    """A wall of the test pictures that this run alone has right, and one of those that its rival alone has right."""
    rivals = [row.target for row in found.rows if row.target != asked.run.id and len(found.right[row.target]) == len(found.ids)]
    first = benchmark_words.main_rival(found, asked.run.id)
    if not first or not rivals:
        waiting(asked)
        return
    rival = first
    if len(asked.targets) > 4 or first.partition(":")[0] != "imagenet":
        rival = st.selectbox(
            "Beside", rivals, rivals.index(first), format_func=asked.name, key=f"beside-{asked.run.id}", label_visibility="collapsed"
        )
    mine, theirs = right(found, asked.run.id), right(found, rival)
    name = frame.escape(asked.name(rival))
    wall(asked, found, f"This run right, {name} not", np.flatnonzero(mine & ~theirs).tolist(), "mine", rival)
    wall(asked, found, f"{name} right, this run not", np.flatnonzero(theirs & ~mine).tolist(), "theirs", rival)


def waiting(asked: Asked) -> None:
    """Some test pictures, where no two targets can be compared picture by picture."""
    ids = core.fixed_ids(asked.run.dataset, 16)
    frame.heading(frame.part(len(ids), readers.how_many(asked.run.dataset), "test pictures"), "test pictures")
    gallery.show(
        [gallery.picture(asked.run.dataset, each, "", 128) for each in core.PictureId.texts("test", ids)], columns=4, gap=8, captions=False
    )


def wrong(asked: Asked, found: core.Comparison, target: str, words: str = "") -> None:
    """All test pictures that a target got wrong, with this run's answers; for this run, with its main rival's. words: the heading."""
    rival = benchmark_words.main_rival(found, target) if target == asked.run.id else target
    asked_S = np.isfinite(np.asarray(found.right[target], float))  # of episodes: it was a query
    places = np.flatnonzero(~right(found, target) & asked_S).tolist()
    open_wall(asked, found, words or f"{frame.escape(asked.name(target))} wrong", places, rival)


def wall(asked: Asked, found: core.Comparison, words: str, places: list[int], key: str, rival: str) -> None:
    """A heading with the count, SHOWN pictures, and the button for all of them; `words` is Markdown."""
    with st.container(gap="xsmall"):
        with st.container(
            horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", gap="xxsmall", key=f"behind-{key}"
        ):
            st.markdown(f"**{words}**" if len(places) > SHOWN else f"**{words}: {len(places)}**")
            if len(places) > SHOWN and st.button(f"See all {frame.count(len(places))}", key=f"all-{key}", type="tertiary"):
                open_wall(asked, found, words, places, rival)
        tiles = [verdict(asked, found, i, rival) for i in places[:SHOWN]]
        if not tiles:
            frame.quiet("No picture.")
        pressed = gallery.pick(tiles, f"{key}-{asked.run.id}", 4, captions=True) if tiles else None
    if pressed is not None:
        shown = places[:SHOWN]
        said = tuple(answers(asked, found, i) for i in shown)
        kinds = tuple(class_of(found, i) for i in shown)
        dialog.show(dialog.Wall(asked.run.dataset, tuple(found.ids[i] for i in shown), said, kinds), pressed)


def verdict(asked: Asked, found: core.Comparison, place: int, rival: str) -> gallery.Tile:
    """A test picture with its class, and the answer of the target that was wrong."""
    wrong = next((target for target in (asked.run.id, rival) if not right(found, target)[place]), "")
    said = f"✗ {found.classes[int(found.guess[wrong][place])]}" if wrong else ""
    return gallery.picture(asked.run.dataset, found.ids[place], class_of(found, place), 128)._replace(soft=said)


def class_of(found: core.Comparison, place: int) -> str:
    """The class of a test picture."""
    return found.classes[int(found.label_S[place])]


def answers(asked: Asked, found: core.Comparison, place: int) -> str:
    """The answer of each scored target to a test picture, a line each."""
    lines = []
    for row in found.rows:
        mark = "✓" if right(found, row.target)[place] else "✗"
        lines.append(f"{mark} {asked.name(row.target)}: {found.classes[int(found.guess[row.target][place])]}")
    return "\n".join(lines)


@fragments.dialog("The pictures behind the number", width="large")
def open_wall(asked: Asked, found: core.Comparison, words: str, places: list[int], rival: str) -> None:
    """All pictures of a wall, PAGE at a time, with the wrong answers of this run and the rival."""
    last = max(0, (len(places) - 1) // PAGE)
    head, turn = st.columns([5, 2], vertical_alignment="center")
    head.markdown(f"**{words}: {frame.count(len(places))}** of {frame.count(len(found.ids))}")
    page = turn.number_input("Page", 1, last + 1, 1, help=f"1 to {last + 1}", label_visibility="collapsed") - 1 if last else 0
    part = places[page * PAGE : (page + 1) * PAGE]
    tiles = [gallery.picture(asked.run.dataset, found.ids[i], caption(asked, found, i, rival), 192) for i in part]
    gallery.show(tiles, columns=6, gap=8, wrap=True)


def caption(asked: Asked, found: core.Comparison, place: int, rival: str) -> str:
    """A test picture's class and the wrong answers about it."""
    said = {asked.run.id: "this run", rival: WORDS.get(rival.partition(":")[0], "the other")}
    wrong = [
        f"{name} says {found.classes[int(found.guess[target][place])]}"
        for target, name in said.items()
        if target in found.right and not right(found, target)[place]  # a target may have no score
    ]
    return ", ".join([class_of(found, place), *wrong])
