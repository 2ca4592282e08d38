"""Few labels: name a few pictures and see, label by label, what they are worth to each network."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import ssl_core as core
from pages._kit.components.wall import saved, wall
from pages._kit.data import question
from pages._kit.fewshot import files, names, pictures, worth_of
from pages._kit.figures import charts
from pages._kit.run import stranger
from pages._kit.screen import downloads, fragments, frame, links, readers, tour, work
from pages._kit.server import api

LEAST = 4  # training pictures at least of a data set whose pictures can be named
HEIGHT = 330
ROW = 6  # pictures in a row of the wall where there is room, as in wall.css
FEW = 4  # labels of each class from which on a number is more than a rough one
BUSY = "fewshot-busy"  # session: whether a job computes features of test pictures, so that the screen is refreshed
WARM = "fewshot-warm"  # session: data set and targets for which networks were loaded and have answered before
NAMES = {"imagenet": "ImageNet", "untrained": "untrained", "random": "untrained"}


def chosen_set() -> tuple[str, str]:
    """The data set whose pictures are named: the chosen one, or another where it has none to name, with a sentence that says why."""
    rows = {row.name: row for row in core.list_sets()}
    ready = {name: row.title for name, row in rows.items() if row.ready and row.samples_train >= LEAST}
    wanted = links.asked_pictures() or work.FIRST
    if wanted in ready:
        return wanted, ""
    other = next(name for name in (links.current_pictures(), work.FIRST) if name in ready)
    return other, f"{absent(wanted, rows.get(wanted))} Shown is '{ready[other]}'."


def absent(name: str, row: core.SetRow | None) -> str:
    """Why the pictures of a data set can't be named here, and what to do."""
    place = links.PLACES["data"][1]
    if row is None:
        return f"There is no data set '{name[:60]}' in the list. The screen “{place}” has those that there are, and takes yours."
    if row.ready:
        return (
            f"'{row.title}' has {row.samples_train} pictures to learn from, and naming needs at least {LEAST}. Add some, or choose another."
        )
    if row.download:
        return f"'{row.title}' is not on this machine yet. Download it on the screen “{place}”, {core.megabytes(row.download)}."
    return f"'{row.title}' can't be shown yet: {row.reason}" + (f" Unpack it on the screen “{place}”." if row.packed else "")


# The wall


@st.cache_data(max_entries=16, show_spinner=False)
def _page(dataset: str, digest: str, number: int) -> list[str]:
    return core.wall_page(dataset, number, pictures.SIZE)


@st.cache_data(max_entries=16, show_spinner=False)
def _captions(dataset: str, digest: str, ids: tuple[str, ...]) -> dict[str, str]:
    return core.captions_of(dataset, ids)


def wall_of(dataset: str, run_id: str, classes: tuple[str, ...], state: core.Receipt) -> None:
    """The wall of pictures to name, and the button for the next one."""
    digest, number = core.open_set(dataset, "train").digest(), pictures.page(dataset)
    if state.away:
        frame.quiet(asleep(dataset, state.away))
    helpful = pictures.helpful(dataset, run_id)
    picked, fault = pictures.asked(dataset)
    ids = helpful or picked or _page(dataset, digest, number)
    if fault:
        frame.problem(fault)
    elif picked and not helpful:
        frame.quiet(f"{_from_map(picked)} Once named, they are labels, and no network is tested on them any more.")
    with st.container(key="wall-around"), st.container(key=f"wall-room-{-(-len(ids) // ROW)}"):  # as high as the wall, see style.css
        wall(
            f"wall-{dataset}",
            dataset,
            ids,
            classes,
            state,
            _captions(dataset, digest, tuple(ids)),
            helpful[0] if helpful else "",
            digest,
            api.store().files(dataset),
            api.store().marks(dataset),
        )
    with st.container(horizontal=True, vertical_alignment="center"):
        count = core.walls(dataset, pictures.SIZE)
        all_shown = count < 2 and not helpful and not links.asked(pictures.ADDRESS)
        st.button(
            "First pictures" if helpful else "Other pictures",
            key="fewshot-turn",
            on_click=pictures.turn,
            args=(dataset, run_id, (number + 1) % max(1, count)),
            disabled=all_shown,
            help="These are all there are." if all_shown else None,
            icon=":material/refresh:",
        )
        files.menu(dataset, classes, state)
        if not core.classes_of(dataset):
            names.change(dataset, classes)


def asleep(dataset: str, away: int) -> str:
    """A sentence on labels of pictures that the data set no longer holds."""
    labels = "1 label belongs to a picture" if away == 1 else f"{frame.count(away)} labels belong to pictures"
    back = "It comes back with its file." if away == 1 else "They come back with their files."
    return f"{labels} that '{frame.escape(dataset)}' no longer holds. {back}"


def _from_map(picked: Sequence[str]) -> str:
    return "The picture you picked on the map." if len(picked) == 1 else f"The {len(picked)} pictures you picked on the map."


def help_most(dataset: str, run_id: str, target: str, classes: tuple[str, ...], labels: dict[str, str]) -> None:
    """Shows on the wall the pictures of which a network is least certain."""
    with st.spinner("Looking at 240 pictures"):
        order = core.best_next(dataset, target, labels, classes)
    if order:
        pictures.show_helpful(dataset, run_id, order)
    fragments.again()


def helped(targets: Sequence[str], few: core.FewShot) -> str:
    """The target that the most helpful picture is chosen for: this run where it has features, else another that has, "" for none."""
    able = [target for target in targets if target not in dict(few.left_out)]
    return next((target for target in able if "imagenet" not in target), next(iter(able), ""))


# The chart


def worth(dataset: str, targets: Sequence[str], classes: tuple[str, ...], labels: dict[str, str]) -> core.FewShot:
    """The few-shot curves of the labels so far; the first label starts the jobs that compute features of the test pictures."""
    few = core.few_shot(dataset, targets, labels, classes)
    if few.missing and few.labels:
        core.request_few_shot(dataset, few.missing)
        few = core.few_shot(dataset, targets, labels, classes)
    return few


def first_worth(dataset: str, targets: Sequence[str], classes: tuple[str, ...], labels: dict[str, str]) -> core.FewShot:
    """As `worth`, with a spinner the first time, while networks are loaded into memory."""
    asked = dataset, tuple(targets)
    if st.session_state.get(WARM) == asked or not labels:
        return worth(dataset, targets, classes, labels)
    with st.spinner("Looking at your pictures"):
        few = worth(dataset, targets, classes, labels)
    st.session_state[WARM] = asked
    return few


def draw(few: core.FewShot, dataset: str) -> None:
    """The curves, the sentence below them, and the targets that are at work or left out."""
    frame.heading("Hidden pictures named correctly" if few.hidden else "Your labels, each named by the others", "prototype")
    lines, (line, named) = [each for each in few.lines if each.points], few.rates.reference
    if lines:
        looks = [(colour(each.target), word(each.target) == "this run") for each in lines]
        curves = [charts.Line(word(each.target), each.points, *look, of=few.n_test) for each, look in zip(lines, looks, strict=True)]
        end = max(2, *(each.points[-1].labels for each in lines))
        highest = max(line, *(point.hi for each in lines for point in each.points))
        top = next((top for top in (0.4, 0.6, 0.8) if highest < 0.95 * top), 1.0)  # one of four heights, so that the axis seldom changes
        figure = charts.curves(curves, line, "labels given", x_end=end, x_start=1, y_top=top, height=HEIGHT, reference=named)
        charts.show(figure, "fewshot-curves", in_words(few, lines))
        st.markdown(in_words(few, lines, "**"))
    else:
        empty = charts.curves([], line, "labels given", x_end=10, x_start=1, height=HEIGHT, reference=named)
        said = f"Empty axes: pictures named correctly over labels given; {named} is {frame.percent(line)}."
        charts.show(empty, "fewshot-empty", said)
        st.markdown("The curves start in a moment." if few.labels else "Name a picture, and a curve for each network starts here.")
    for target, status in few.waiting:
        frame.quiet(f"{word(target)}: {status.stage}" + (f", {100 * status.step / status.steps:.0f} %" if status.steps else ""))
    for target, reason in few.left_out:
        frame.quiet(f"{word(target)} is left out. {frame.escape(reason)}")
    downloads.weights(target for target, _ in few.left_out)
    if few.left_out and few.hidden and st.button("Try again", key="fewshot-again"):
        core.request_few_shot(dataset, [target for target, _ in few.left_out])
        fragments.again()


def protocol(few: core.FewShot, whole: int) -> str:
    """How the numbers were measured. whole: pictures of the test split."""
    if few.hidden:
        tested = frame.part(few.n_test, whole, "test pictures")
        hidden = f"Nearest prototype on {tested}; ± is a 95 % interval over them, with these labels."
        return f"{hidden}{_beside(few)}{_seeds(few)}{_part(few)}"
    how = (
        "No test pictures have names here: each label is left out once and named by the others (leave-one-out), ± 95 %, with these labels."
    )
    said = f"{how}{_beside(few)}{_seeds(few)}{_part(few)}"
    least = min(few.classes, key=lambda name: few.each.get(name, 0), default="")
    count = few.each.get(least, 0)
    if not few.labels or count >= FEW:
        return said
    alone = ", which nothing is left to name by" if count == 1 else ""
    return f"{said} Rough as yet: '{frame.escape(least)}' has {count}{alone}. Name {FEW} of each kind."


def _beside(few: core.FewShot) -> str:
    """Balanced accuracy where classes are uneven; and that labels which the program chose are no sample."""
    ends = [(line, line.balanced) for line in few.lines if line.balanced is not None]
    area = {line.target: f", AUC {frame.number(*line.auc)}" for line in few.lines if line.auc is not None}
    said = "; ".join(f"{word(line.target)} {frame.percent(*balanced)}{area.get(line.target, '')}" for line, balanced in ends)
    balanced = (
        f" Classes are uneven; balanced accuracy, the mean over classes (chance {frame.percent(few.chance)}): {said}." if said else ""
    )
    return f"{balanced} {core.chosen_in_words(few.hidden)}" if few.labels else balanced


def _seeds(few: core.FewShot) -> str:
    """Of how many networks a curve is the mean, and how far they lie apart at its end."""
    means = [line for line in few.lines if line.networks > 1 and line.points]
    said = [f"{word(line.target)} is the mean of {line.networks} seeds, sd {100 * line.points[-1].spread:.1f} points" for line in means]
    return f" The curve {'; '.join(said)}." if said else ""


def _part(few: core.FewShot) -> str:
    """Which labels a curve is drawn from, where more were given."""
    if few.given <= few.labels:
        return ""
    first = f" Drawn from the first {frame.count(few.labels)} of {frame.count(few.given)} labels, each class as often as it goes"
    return f"{first}; the classifier to take home uses them all."


def word(target: str) -> str:
    """A target's name at the end of its line."""
    if _stands_in(target):
        return "supervised"
    return NAMES.get(target.partition(":")[0], "this run")


def colour(target: str) -> str:
    """A target's colour: that of ImageNet also for the run that stands in for it."""
    return frame.IMAGENET if _stands_in(target) else frame.colour_of(target)


def _stands_in(target: str) -> bool:
    return target == tour.TAUGHT != links.current_run()


def in_words(few: core.FewShot, lines: Sequence[core.FewLine], bold: str = "") -> str:
    """The last point of each curve, as a sentence."""
    ends = [(word(line.target), line.points[-1]) for line in lines]
    said = ", ".join(f"{name} {bold}{frame.percent(end.accuracy, end.lo, end.hi, of=few.n_test)}{bold}" for name, end in ends)
    return f"{few.labels} {'label' if few.labels == 1 else 'labels'}: {said}."


# The screen


def body(dataset: str, run_id: str) -> None:
    """Wall and chart; drawn again after each burst of labels."""
    state, run, classes = api.store().state(dataset), readers.chosen(run_id), kinds(dataset)
    if not classes:
        st.rerun()
    labels = {picture: name for picture, name in state.now.items() if name is not None}
    targets = core.few_shot_targets(run_id) if run else ["imagenet:mobilenet_v2", "random:convnet"]
    targets = targets[1:] if run and run.status.active else targets
    targets = [*targets, *tour.beside(run_id)]
    left, right = st.columns([629, 307], gap="large")
    with left:
        wall_of(dataset, run_id, classes, state)
    with right:
        few = first_worth(dataset, targets, classes, labels)
        draw(few, dataset)
        target, call = helped(targets, few), "Show me the picture that would help most"
        if st.button(call, key="fewshot-help", type="primary", width="stretch", disabled=not labels or not target):
            help_most(dataset, run_id, target, classes, labels)
        if not labels:
            frame.quiet("One named picture unlocks this button.")
        elif not target:
            frame.quiet("No network can say which would help: the reasons stand above.")
        stranger.notes(dataset, targets)
        if run:
            stranger.say(run.id, dataset)
        frame.quiet(
            protocol(few, readers.how_many(dataset))
            + (" This run is still learning; its curve comes when it is done." if run and run.status.active else "")
        )
    tour.count(len(labels), worth_of.in_words(few, st.session_state.get(tour.MINE, "")))
    busy = bool(few.waiting)
    if busy != st.session_state.get(BUSY, False):
        st.session_state[BUSY] = busy
        st.rerun()


def kinds(dataset: str) -> tuple[str, ...]:
    """The classes of a data set, else those that a person gave it."""
    return core.classes_of(dataset) or api.store().classes(dataset)


def main() -> None:
    """The header, then the wall and its chart."""
    run = readers.chosen(links.current_run())
    with frame.header("Name a few pictures"):
        dataset, fault = chosen_set()
        state = api.store().state(dataset)
        saved("fewshot-saved", dataset, state)
    if fault:
        frame.problem(fault)
    if question.ask(dataset):
        return
    if not kinds(dataset):
        if state.away:
            frame.quiet(asleep(dataset, state.away))
        names.ask(dataset, _page(dataset, core.open_set(dataset, "train").digest(), 0))
        return
    fragments.fragment(body, run_every=1 if st.session_state.get(BUSY) else None)(dataset, run.id if run else "")


try:
    main()
except core.SettingsError as error:
    frame.problem(error)
