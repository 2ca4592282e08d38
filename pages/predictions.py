"""Predictions: change a picture by hand and see the network's answer. Works for every task with a Play."""

from __future__ import annotations

import json
import math
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.components import hole, squares
from pages._kit.data import question
from pages._kit.figures import charts, choose, gallery
from pages._kit.predictions import beside, duel, groups
from pages._kit.run import eight, live, shortcut, stranger, ways
from pages._kit.screen import address, form, fragments, frame, links, readers, tour

QUESTION = "What does a network make of your picture?"
CALL = "You choose, it answers"
ROW, HEAD, LARGE = 28, 30, 400  # pixels of a bar, of the chart above the bars, and of the large picture


def part_of(run: core.Run) -> core.PartInfo | None:
    """A run's task as the menu has it; None where the task's file is gone."""
    return next((part for part in readers.menu("tasks") if part.name == run.task), None)


def screen(run: core.Run) -> None:
    """Header, then the picture and the network's answer, or the run's fixed pictures where none can be asked for."""
    part = part_of(run)
    if part is None or not part.play:
        frame.header(f"How “{frame.escape(run.title)}” answered")
        told = "This task has nothing to change by hand" if part else f"The task '{run.task}' isn't here any more"
        fixed(run, f"{told}: these pictures, which it never trained on, are what it can show.")
        return
    frame.header(f"{part.title} {CALL}")
    shortcut.say(run)
    if run.status.weights:
        ways.show(run, "predictions")
        playing(run.id, beside.rivals(run))
        st.divider()
        so_far(run.id)
    else:
        fixed(run, f"“{run.title}” can't be asked yet: it hasn't learnt long enough to keep any weights.")


def fixed(run: core.Run, sentence: str) -> None:
    """The run's fixed pictures with its answers."""
    frame.problem(sentence)
    so_far(run.id)
    groups.show(run, {})


@fragments.fragment
def so_far(run_id: str) -> None:
    """How the run came to answer as it does: its fixed pictures at any stored look, and its curve. The slider reruns this part alone."""
    run = core.run(run_id)
    left, right = st.columns([590, 346], gap="large")
    with left:
        eight.eight(run, ask=False)
    with right:
        live.learning(run)


@fragments.fragment
def playing(run_id: str, others: dict[str, str]) -> None:
    """Picture and controls at the left, answer at the right. A change reruns this part alone: `others` is listed once, outside."""
    run = core.run(run_id)
    part = part_of(run)
    assert part is not None
    try:
        board(run, part, others)
    except core.SettingsError as error:
        frame.problem(error)
        groups.show(run, {})


def board(run: core.Run, part: core.PartInfo, others: dict[str, str]) -> None:
    """The picture, its controls, the answer, and other pictures and networks to ask."""
    if address.went_back():  # Back and Forward change the picture, and a round is about one picture
        duel.end(run.id)
    picture, game = choose.current(run), duel.standing(run.id)
    left, right = st.columns(2, gap="large")
    with left:
        with st.container(key="asked-around"), st.container(key="asked"):
            st.empty()  # Streamlit draws no container without an element: this one keeps the picture's room
            place = st.container()
        values = settings(run, part, game)
        rival = beside.ask(run, others)
    answer = core.play(run.id, picture.image_HWC, values)
    with place:
        large(run, part, picture, answer, game)
    with right:
        say(run, picture, answer, game)
        if game is None or game.guess is not None:
            beside.show(run, rival, others[rival], picture.image_HWC, values)
        if duel.box(run, part, answer, game):
            fragments.again()
        if choose.thumbs(run, picture, "pictures"):
            duel.end(run.id)
            fragments.again()
    stranger.say_of_picture(run, picture.key)
    groups.show(run, values)
    tour.happened("turned", game is None and bool(form.changed(part.play, values)))
    guessed = game is not None and game.guess is not None
    tour.happened("guessed", guessed, "Well guessed." if game is not None and game.guess == game.secret else "")


def settings(run: core.Run, part: core.PartInfo, game: duel.Round | None) -> dict[str, Any]:
    """What a person chose in place of random values, which the address holds too; while a guess is awaited, the secret value."""
    drawn = by_hand(run, part)
    rest = [each for each in part.play if each.name not in drawn]
    scope = f"play-{part.name}"
    if game is not None:
        address.write(scope, dict.fromkeys((each.name for each in rest), ""))  # a link can't restore a round
    if game is not None and game.guess is None:
        duel.ask(run.id, part, game)
        return drawn | {game.name: game.secret}
    if game is not None:
        return drawn | form.ask(rest, f"{scope}-{game.number}", {game.name: game.secret}, part.title)
    if not rest:
        return drawn
    said = form.ask(rest, address.key(scope, [each.name for each in rest]), form.from_address(rest), part.title)
    chosen = form.changed(rest, said)
    address.write(scope, {each.name: spoken(chosen[each.name]) if each.name in chosen else "" for each in rest})
    return drawn | said


def spoken(value: Any) -> str:
    """A setting's value as text for the address."""
    return form.NOTHING if value is None else json.dumps(value) if isinstance(value, dict) else str(value)


def by_hand(run: core.Run, part: core.PartInfo) -> dict[str, Any]:
    """What a person drew on the picture itself: a rectangle or squares."""
    drawn: dict[str, Any] = {each.name: hole.chosen(box_key(run, each), hole.start(each)) for each in part.play if hole.is_box(each)}
    drawings = [each for each in part.play if squares.is_drawing(each)]
    first = core.opening(run.id) if drawings else {}
    for each in drawings:
        start = first[each.name]["hidden"]
        drawn[each.name] = {"hidden": squares.chosen(drawing_key(run, each, start), start)}
    return drawn


def drawing_key(run: core.Run, control: core.Control, start: str) -> str:
    """The key of a drawing: one for all runs of a task with the same number of squares."""
    return f"squares-{run.task}-{control.name}-{len(start)}"


def box_key(run: core.Run, control: core.Control) -> str:
    """The key of a rectangle: one for all runs of a task."""
    return f"hole-{run.task}-{control.name}"


def large(run: core.Run, part: core.PartInfo, picture: choose.Chosen, answer: core.Answer, game: duel.Round | None) -> None:
    """The large picture with the answer on it: the arrow, or what was painted into the rectangle or the squares."""
    panel = speaking(answer.panels)
    box = next((each for each in part.play if hole.is_box(each)), None)
    if box is not None:
        key = box_key(run, box)
        cells = int(answer.panels[0].image.shape[0])
        where = hole.chosen(key, hole.start(box))
        hole.hole(key, box, where, picture.source, gallery.source_of(panel.image), cells, picture.words)
        return
    drawing = next((each for each in part.play if squares.is_drawing(each)), None)
    if drawing is not None:
        start = core.opening(run.id)[drawing.name]["hidden"]
        key = drawing_key(run, drawing, start)
        inside = gallery.source_of(panel.image)
        squares.squares(key, drawing.label, start, squares.chosen(key, start), picture.source, inside, picture.words)
        return
    if game is not None and game.guess is None:
        panel = panel._replace(mark="", right=None, caption="a picture whose answer is hidden")
    if panel.turns is None:
        gallery.big(gallery.tile(panel), most=LARGE, edge=True)
    else:
        shown = whole(run, picture, game)
        gallery.big(shown._replace(caption=panel.caption, mark=panel.mark, right=panel.right, turns=panel.turns), most=LARGE, edge=True)


def whole(run: core.Run, picture: choose.Chosen, game: duel.Round | None) -> gallery.Tile:
    """The chosen picture, which a click opens large; not while a guess is awaited, since a whole picture gives the answer away."""
    secret = game is not None and game.guess is None
    return gallery.Tile(picture.source, picture.words) if secret else choose.tile(run, picture)


def speaking(panels: list[core.Panel]) -> core.Panel:
    """The panel that is the network's answer: the one with a verdict or an arrow, else the last that isn't a row of the data set."""
    own = [panel for panel in panels if not isinstance(panel.image, int)]
    return next((panel for panel in own if panel.right is not None or panel.mark), own[-1])


def say(run: core.Run, picture: choose.Chosen, answer: core.Answer, game: duel.Round | None) -> None:
    """The answer in words, its bars or numbers, and what the network got."""
    hidden, verdict = game is not None and game.guess is None, answer.verdict
    sentence = "Your guess first, then its answer" if hidden else verdict.sentence if verdict else answer.panels[-1].caption
    sentence = frame.escape(sentence.replace(" %", f"{frame.NBSP}%"))
    if len(answer.panels) == 1:
        words, seen = st.columns([332, 104], vertical_alignment="top", gap="small")
        words.header(sentence, anchor=False)
        with seen:
            size = answer.panels[0].image.shape[0]
            caption = f"all it gets: {size}{frame.NBSP}×{frame.NBSP}{size}{frame.NBSP}pixels"
            tile = whole(run, picture, game)._replace(source=gallery.source_of(answer.panels[0].image), caption=caption, hard=True)
            gallery.big(tile, caption=True, most=104, frame=64)
    else:
        st.header(sentence, anchor=False)
    if verdict is not None and verdict.bars:
        bars(verdict, hidden)
    if verdict is not None and verdict.numbers:
        numbers(verdict.numbers)
    if len(answer.panels) > 1:
        asked = whole(run, picture, game).picture_id
        tiles = [gallery.tile(each._replace(turns=None), run.dataset, asked, hard=True) for each in answer.panels]
        gallery.show(tiles, columns=across(len(tiles)), wrap=True)
    if answer.unlike and not hidden:
        st.caption(f":material/info: {frame.escape(answer.unlike)}")


def across(count: int) -> int:
    """Columns for so many panels: three from five panels on, so that captions have room."""
    return count if count <= 4 else 3


def bars(verdict: Any, hidden: bool) -> None:
    """The probability of each answer; before the guess a sentence of the same height, so that nothing jumps."""
    height = HEAD + ROW * len(verdict.bars)
    if hidden:
        with st.container(height=height, border=False):
            st.markdown(f"It has answered, sealed until you have. Blind guessing is right {frame.percent(verdict.chance)} of the time.")
        return
    alt = "The network's answer: " + ", ".join(f"{name} {frame.percent(share)}" for name, share in verdict.bars)
    charts.show(charts.probabilities(verdict.bars, verdict.chance, height), "probabilities", alt)


def numbers(rows: tuple[tuple[str, float, str], ...]) -> None:
    """Numbers side by side: the network's first, then those to compare it with."""
    for column, (name, value, unit) in zip(st.columns(len(rows)), rows, strict=True):
        column.metric(name[:1].upper() + name[1:], f"{value:.1f} {unit}" if math.isfinite(value) else "exact")


chosen = readers.chosen(links.current_run())
if chosen is None:
    frame.header(QUESTION)
    frame.empty("There is no run yet, so nobody can answer. Train one, it takes a minute.", "train")
elif not question.comes_first(chosen.dataset, QUESTION):
    screen(chosen)
