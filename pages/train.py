"""Train: one button, then the same eight pictures while a network learns."""

from __future__ import annotations

import json
import threading
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.data import question, unreadable
from pages._kit.figures import gallery, seen
from pages._kit.run import begins, budget, eight, fair, health, live, subjects, verdict, ways
from pages._kit.screen import form, fragments, frame, links, readers, stopping, tour, work

ASKED = 4  # panels at most that show what the network gets
AGAIN = {"stopped": "Stopped", "interrupted": "Interrupted"}
PICTURES = "train-dataset"  # session: the form's picker of pictures
FORM = "train_form"  # session: the number of the form on the screen
STOPPING = "Stopping: it finishes its step and saves."
STARTING = "train_starting"  # session: a lock, held while a click starts a run
STARTED = "train_started"  # session: the run that each form started, by the form's number


# Before: what to train


def set_up() -> None:
    """The choices, all with defaults, and the Train button; what stands in its way is said in its place."""
    core.renew_spare()
    begun = begins.expected()
    right = frame.header("Teach a network further" if begun else "Teach a network from nothing").empty()
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="lead"):
        blind = "It starts blind, and learns from the pictures themselves."
        st.markdown("It goes on from what another network has learnt." if begun else blind, width="content")
        told = st.container(width="content")
    form_below = st.container(key="train-form")
    with form_below:
        options, pictures = st.columns([307, 629], gap="large")
    with options:
        values, said = choices()
    with told:
        subjects.say_changes(said)
    with pictures:
        asked = question.ask(values["dataset"])
        frame.heading(f"{trains_on(values)}. These eight test pictures show how well it does.", "test pictures")
        waiting(values["dataset"])
        questions(values)
        of_each(values)
    if asked:
        return
    try:
        if said.faults:
            raise core.SettingsError(said.faults[0])
        with form_below:  # not below it: the run's screen replaces the form at once, and would else push these words about
            launch(right, values)
    except core.SettingsError as error:
        frame.refused(right, error, "Train", ":material/play_circle:")


def choices() -> tuple[dict[str, Any], subjects.Said]:
    """Task, data set and network, then the settings; the request, and what the settings say."""
    tasks = {part.name: part for part in readers.menu("tasks")}
    sets = {row.name: row for row in core.list_sets() if row.ready}
    task = tasks[one_of("Game", list(tasks), links.TASK, lambda name: tasks[name].title, "rotation", "game")]
    st.caption(task.help)
    frame.broken(core.broken())
    ahead = st.container()
    dataset = which_pictures(sets)
    matter = st.container()
    fitting = [name for name, reason in task.fits.items() if not reason]
    networks = {part.name: part for part in readers.menu("backbones")}
    with ahead if task.name in begins.HEAD_START else st.container():
        source = begins.choose(task)
    if source:
        backbone = core.backbone_named(source)
        st.caption(f"Network: {networks[backbone].title}, as there.")
    else:
        backbone = one_of("Network", fitting, links.BACKBONE, lambda name: networks[name].title, "convnet", refusals(task.fits))
    usual = core.default_preset(task.name)
    preset = way(task, usual)
    labels = whose_labels(task, sets[dataset].classes)
    streamed = core.open_set(dataset, "train").info.streamed
    with matter:
        length = budget.choose(streamed)
    parts = owners(task, preset, networks[backbone], sets[dataset], chosen=not source)
    said = subjects.ask(parts, task.abilities, {"labels_from": labels}, matter, subjects.UNFOLDED - 1)  # the first is how long it learns
    network = said.values.pop("backbone_options")
    values = {
        **({"preset": preset} if preset != usual else {}),
        **({"labels_from": labels} if labels != "dataset" else {}),
        **({"backbone_options": network} if network else {}),
        "task": task.name,
        "dataset": dataset,
        **({"from": source} if source else {"backbone": backbone}),
        **said.values,
    }
    return budget.applied(values, length), said


def owners(task: core.PartInfo, preset: str, network: core.PartInfo, album: core.SetRow, chosen: bool) -> list[subjects.Owner]:
    """The settings of recipe (all but its length), task, network and data set, with the values that the preset gives them.

    chosen: whether the network is a choice of this form; else it is that of the run whose weights this one begins with, settings and all.
    """
    base = task.presets.get(preset, {"options": {}, "recipe": {}, "backbone_options": {}})
    learning = [each for each in core.recipe_controls() if each.name not in {links.BACKBONE, "epochs"}]
    own = base["backbone_options"] if base["recipe"].get("backbone") in (None, network.name) else {}
    data: list[core.Control] = next((part.controls for part in readers.menu("datasets") if part.name == album.name), [])
    asked, inner = form.from_address, network.controls if chosen else []
    return [
        subjects.Owner("recipe", "the recipe", learning, f"recipe-{task.name}-{preset}", base["recipe"], {}, ""),
        subjects.Owner("options", task.title, task.controls, f"train-{task.name}-{preset}", base["options"], asked(task.controls), "task"),
        subjects.Owner("backbone_options", network.title, inner, f"network-{preset}-{network.name}", own, {}, "network"),
        subjects.Owner("dataset_options", album.title, data, f"data-{album.name}", {}, asked(data), "pictures"),
    ]


def way(task: core.PartInfo, usual: str) -> str:
    """A preset of the task by name, where the task has more than its default to compare with."""
    offered = {name: preset["words"] for name, preset in task.presets.items() if preset["words"]}
    if not offered:
        return usual
    words = {usual: "the usual way"} | offered
    return one_of("How", list(words), links.PRESET, words.__getitem__, usual, scope=f"-{task.name}")


def whose_labels(task: core.PartInfo, classes: tuple[str, ...]) -> str:
    """Where a task with labels takes them from: "dataset", or "store" for those given on the screen Few labels."""
    if "labels" not in task.needs:
        return "dataset"
    words = {"dataset": "the set’s own", "store": "those I gave (Few labels)"}
    return one_of("Labels", list(words) if classes else ["store"], "labels_from", words.__getitem__)


def one_of(label: str, names: list[str], parameter: str, words: Any, first: str = "", note: str = "", scope: str = "") -> str:
    """A choice that the address may preselect; an unknown name there gives a warning."""
    asked = links.asked(parameter)
    if asked and asked not in names:
        st.warning(f"'{parameter}' must be one of {', '.join(names)}. Got {asked[:60]}.", icon=":material/info:")
    start = asked if asked in names else first if first in names else names[0]
    return st.selectbox(
        label,
        names,
        index=names.index(start),
        format_func=words,
        key=f"train-{parameter}{scope}",
        help=frame.GLOSSARY.get(note, note) or None,
    )


def which_pictures(sets: dict[str, core.SetRow]) -> str:
    """The pictures to learn from: the ones chosen in the sidebar, which a choice here changes too."""
    asked, shown = links.asked_pictures(), work.chosen_set(sets)
    if asked and asked not in sets:
        st.warning(f"'{links.DATASET}' must be one of {', '.join(sets)}. Got {asked[:60]}.", icon=":material/info:")
    if st.session_state.get(PICTURES) != shown:
        st.session_state[PICTURES] = shown
    st.selectbox(
        "Pictures", list(sets), format_func=lambda name: sets[name].title, key=PICTURES, on_change=links.take_pictures, args=(PICTURES,)
    )
    return shown


def refusals(fits: dict[str, str]) -> str:
    """Why some networks can't be chosen with this task, in words."""
    return " ".join(reason for reason in fits.values() if reason) or frame.GLOSSARY["network"]


def waiting(dataset: str) -> None:
    """The eight fixed pictures, without answers."""
    ids = core.fixed_ids(dataset)
    gallery.show(
        [gallery.picture(dataset, each, "a new picture, not answered yet") for each in core.PictureId.texts("test", ids)],
        columns=4,
        captions=False,
    )


def trains_on(values: dict[str, Any]) -> str:
    """A sentence on how many pictures the run trains on, less those that are known to be unreadable."""
    try:
        found = core.open_set(values["dataset"], "train", options=values["dataset_options"])
        gone = len(core.check(values["dataset"]).left_out["train"])
    except core.SettingsError:  # the form shows the error beside the settings
        return "It trains on other pictures"
    if found.info.streamed:
        return "It trains on a stream of pictures"
    opened = gone - len(found.left_out())  # pictures refused without being opened don't count in len(found)
    return f"It trains on {frame.count(len(found) - opened)} pictures" + (f" ({frame.count(gone)} left out)" if gone else "")


@st.cache_data(max_entries=16, show_spinner=False)
def asked_about(request: str, picture_id: str, mark: str) -> list[core.Panel]:
    """What a task makes of one picture, cached by the request, the picture and the data set's mark."""
    return core.transformed(json.loads(request), [picture_id], 0).rows[0]


def questions(values: dict[str, Any]) -> None:
    """What the network gets of the first of the eight pictures; nothing where a setting is refused, since the form says that."""
    kept = {name: values[name] for name in ("task", "options", "dataset", "dataset_options")}
    try:
        first = core.PictureId.texts("test", core.fixed_ids(values["dataset"]))[0]
        panels = asked_about(json.dumps(kept, sort_keys=True), first, readers.mark(values["dataset"]))
    except (core.SettingsError, IndexError):
        return
    frame.heading("What it gets in the game, made from the first picture")
    gallery.show([gallery.tile(panel, hard=True) for panel in panels[1 : 1 + ASKED]], columns=ASKED + 1, gap=8, folds=False, wrap=True)


def of_each(values: dict[str, Any]) -> None:
    """The part and the pixels that the network gets of the first of the eight pictures, by the chosen picture size."""
    try:
        first = core.PictureId.texts("test", core.fixed_ids(values["dataset"]))[0]
        facts = core.about_picture(values["dataset"], first)
    except (core.SettingsError, IndexError):  # the form shows the error beside the settings
        return
    frame.heading("Picture size", "Pixels a side that the network gets of each picture, as chosen beside.")
    left, right = st.columns([240, 373], vertical_alignment="center", gap="medium")
    with left:
        seen.whole(values["dataset"], first, facts)
    with right:
        seen.square(values["dataset"], first, facts, size_of(values))


def size_of(values: dict[str, Any]) -> int:
    """The chosen picture size, else that of the preset."""
    task = next(part for part in readers.menu("tasks") if part.name == values["task"])
    preset = task.presets.get(values.get("preset") or core.default_preset(task.name), {"recipe": {}})
    return int(values["recipe"].get("image_size") or preset["recipe"].get("image_size") or core.Recipe().image_size)


def launch(right: Any, values: dict[str, Any]) -> None:
    """The Train button, with the expected time on this machine once that is measured."""
    request, mark = json.dumps(values, sort_keys=True), readers.mark(values["dataset"], "train")
    known, form_number = st.session_state.setdefault("expected", {}), st.session_state.setdefault(FORM, 0)
    started: dict[int, str] = st.session_state.setdefault(STARTED, {})
    found = known.get((request, mark))
    words = budget.train_words(found) if found is not None else "Train"
    if found is not None:
        frame.quiet(budget.around(found))
    if right.button(words, key=f"train-{form_number}", type="primary", icon=":material/play_circle:"):
        with st.session_state.setdefault(STARTING, threading.Lock()):
            if form_number not in started:  # a second click, sent before the first was answered, gets the run of the first
                started[form_number] = core.start_training(values)
                known.clear()  # the next estimate knows what this run took
        st.query_params.from_dict({links.RUN: started[form_number]})  # drops the parameters that filled the form: the run has them now
        st.rerun()
    if form_number in started:  # the browser returned to a form that has started its run: a new form can start another
        st.session_state[FORM] = form_number + 1
        st.rerun()
    if found is None:
        known[request, mark] = readers.expected(request, mark)
        st.rerun()


# While and after: the run's state


def watch(run: core.Run) -> None:
    """A run at work or ended: header with its button, and pictures and numbers below."""
    status = run.status
    right = frame.header(live.title(run))
    if status.active:
        stopping.button(right, "Stop and keep it", "stop", status.stopping, lambda: core.stop(run.folder), STOPPING, "primary")
    else:
        after(right, run)
    body = st.container()
    st.empty()  # takes the place of the form, which would else stand below the pictures, and be pushed down by them, until all is drawn
    with body:
        if status.state == "failed":
            frame.problem(status.reason or "The run failed without a word. Its log has the details.")
        elif status.state == "interrupted" and status.reason:
            frame.quiet(frame.escape(status.reason))
        if status.state == "done":
            fair_rival(run)
        fragments.fragment(follow, run_every=1 if status.active else None)(run.id, status.active, status.stopping)
    tour.follow(run, live.beside_chance(run) == "over" and not core.shortcut_of(run))


def fair_rival(run: core.Run) -> None:
    """The comparison that says what the method itself adds, where it hasn't been trained yet, and the button that sets it up."""
    words, rival = fair.lacking(run)
    if not words:
        return
    frame.quiet(f"Chance flatters this number: much of it may come from what the run does besides. The fair comparison is {words}.")
    if st.button("Set up the fair comparison", key="fair", icon=":material/balance:"):
        minutes = {links.MINUTES: f"{run.promised_minutes:g}"} if run.promised_minutes else {}
        links.go("train", **{links.NEW: "1", links.TASK: run.task, links.DATASET: run.dataset, **rival, **minutes})


def after(right: Any, run: core.Run) -> None:
    """The buttons of a run that isn't at work."""
    state = run.status.state
    if right.button("Set up another", key="another", icon=":material/add:", type="primary" if state == "failed" else "secondary"):
        st.query_params[links.NEW] = "1"
        st.rerun()
    kind = "primary" if state in AGAIN else "secondary"
    if state in (*AGAIN, "failed") and right.button("Resume", key="resume", type=kind, icon=":material/play_circle:"):
        try:
            core.resume(run.id)
            st.rerun()
        except core.SettingsError as error:
            frame.problem(error)
    if state == "done" and right.button(ways.PLAY.words, key="play", type="primary", icon=ways.PLAY.icon):
        links.go("predictions")


def follow(run_id: str, active: bool, asked: bool) -> None:
    """The part that is drawn again each second while the run is at work. asked: whether the header says that it stops."""
    run = readers.chosen(run_id)
    if run is None or run.status.active != active or (run.status.stopping and not asked):
        st.rerun()  # the run ended, was deleted or asked to stop: title and buttons change too
    live.stage(run.status, lambda: ways.show(run, "train", (ways.PLAY,) if run.status.state == "done" else ()))
    budget.slow(run)
    if told := unreadable.left_out(core.left_out_of(run)):
        frame.quiet(f"{told}. The screen Pictures names them.")
    if run.status.warning:
        frame.problem(run.status.warning)
    left, right = st.columns([590, 346], gap="large")
    with left:
        eight.eight(run)
    with right:
        verdict.show(run)
        budget.go_on(run)
        live.learning(run)
        live.watching(run)
        live.numbers(run)
        health.show(run)
        begins.show(run)


chosen = readers.chosen(links.current_run())
if chosen is None or work.sets_up(chosen):
    set_up()
else:
    watch(chosen)
