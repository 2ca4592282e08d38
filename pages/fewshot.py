"""Few labels: name a few pictures and see, label by label, what they are worth to each network."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

import ssl_core as core
from pages._kit import charts, fetching, frame, gallery, guarded, hung, links, loaders, served, tour
from pages._kit.wall import saved, wall

SIZE, WALLS = 24, 10  # pictures on a wall, walls one after the other
HEIGHT = 330
FEW = 4  # names of a kind from which a number is more than a hint
WALL = "fewshot-wall"  # session: which wall
FILE = "fewshot-file"  # session: the file of labels that was read last, and what became of it
BUSY = "fewshot-busy"  # session: whether test pictures are being looked at, so that the screen looks again
WARM = "fewshot-warm"  # session: data set and targets whose networks have answered before
NAMES = {"imagenet": "ImageNet", "random": "untrained"}


def choose_set(run: core.Run | None) -> str:
    """The data set whose pictures are named; the address says it too."""
    ready = {row.name: row.title for row in core.list_sets() if row.ready and row.samples_train >= 4}
    first = next((name for name in (links.asked(links.DATASET), run.dataset if run else "") if name in ready), "scenes")
    names, key = list(ready), f"fewshot-set-{run.id if run else ''}"
    chosen = st.selectbox("Pictures", names, names.index(first), lambda name: ready[name], key, label_visibility="collapsed", width=252)
    if chosen != st.query_params.get(links.DATASET, chosen):
        hung.take_down()  # they are another set's
    st.query_params[links.DATASET] = chosen
    return chosen


def ask_names(dataset: str) -> None:
    """A set without classes: its namer says which there are."""
    digest = core.open_set(dataset, "train").digest()
    gallery.show([gallery.picture(dataset, each, "") for each in _page(dataset, digest, 0)[:8]], columns=8, gap=8, captions=False)
    names = st.text_input("What kinds of pictures are there? 2 to 10 names, with commas between them", placeholder="cat, dog, neither")
    if st.button("Use these names", type="primary"):
        try:
            served.store().set_classes(dataset, [name for name in names.split(",") if name.strip()])
            st.rerun()
        except core.SettingsError as error:
            frame.problem(error)


# The wall


@st.cache_data(max_entries=16, show_spinner=False)
def _page(dataset: str, digest: str, number: int) -> list[str]:
    return core.wall_page(dataset, number, SIZE)


@st.cache_data(max_entries=16, show_spinner=False)
def _captions(dataset: str, digest: str, ids: tuple[str, ...]) -> dict[str, str]:
    return core.captions_of(dataset, ids)


def hang(dataset: str, classes: tuple[str, ...], state: core.Receipt) -> None:
    """The wall, and the way to the next one."""
    digest = core.open_set(dataset, "train").digest()
    if state.away:
        frame.quiet(asleep(dataset, state.away))
    chosen, helpful = st.session_state.get(hung.HELPFUL, ("", []))
    asked, (picked, fault) = chosen == dataset, hung.asked(dataset)
    ids = helpful if asked else picked or _page(dataset, digest, st.session_state.get(WALL, 0))
    if fault:
        frame.problem(fault)
    elif picked and not asked:
        frame.quiet(f"{_from_map(picked)} Once named, they are labels, and no network is tested on them any more.")
    wall(
        f"wall-{dataset}",
        dataset,
        ids,
        classes,
        state,
        _captions(dataset, digest, tuple(ids)),
        ids[0] if asked and ids else "",
        digest,
        served.store().files(dataset),
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("First pictures" if asked else "Other pictures", key="fewshot-turn", on_click=turn, icon=":material/refresh:")
        files(dataset, classes, state)


def asleep(dataset: str, away: int) -> str:
    """What became of labels whose files are gone."""
    labels = "1 label belongs to a picture" if away == 1 else f"{frame.count(away)} labels belong to pictures"
    back = "It comes back with its file." if away == 1 else "They come back with their files."
    return f"{labels} that '{frame.escape(dataset)}' no longer holds. {back}"


def _from_map(picked: Sequence[str]) -> str:
    return "The picture you picked on the map." if len(picked) == 1 else f"The {len(picked)} pictures you picked on the map."


def turn() -> None:
    """Another wall of pictures; from those that would help most, or that the address hung up, back to the one before."""
    if st.session_state.pop(hung.HELPFUL, None):
        st.session_state[WALL] = 0
    elif links.asked(hung.PICTURES):
        hung.take_down()
    else:
        st.session_state[WALL] = (st.session_state.get(WALL, 0) + 1) % WALLS


def help_most(dataset: str, target: str, classes: tuple[str, ...], labels: dict[str, str]) -> None:
    """Hangs up the pictures that a network can tell apart least."""
    with st.spinner("Looking at 240 pictures"):
        order = core.best_next(dataset, target, labels, classes)
    if order:
        st.session_state[hung.HELPFUL] = dataset, order[:SIZE]
    st.rerun(scope="fragment")


# Files


def files(dataset: str, classes: tuple[str, ...], state: core.Receipt) -> None:
    """Labels out and in, and the classifier to take home."""
    run_id, store = links.current_run(), served.store()
    with st.popover("Files", icon=":material/folder_open:"):
        st.download_button(
            "Labels as CSV", lambda: core.csv_out(store, dataset), f"{dataset}-labels.csv", "text/csv", icon=":material/download:"
        )
        pressed = st.file_uploader("Labels from CSV, with the columns id and class", ["csv"], key=f"fewshot-csv-{dataset}")
        if pressed is not None and st.session_state.get(FILE, ("",))[0] != pressed.file_id:
            st.session_state[FILE] = pressed.file_id, take_in(dataset, classes, pressed.getvalue())
            st.rerun(scope="fragment")
        if pressed is not None:
            st.markdown(st.session_state[FILE][1])
        few = len(set(state.now.values()) & set(classes)) < 2
        st.download_button(
            "Take the classifier home",
            lambda: core.classifier_zip(run_id, dataset, store.labels(dataset), classes),
            f"{dataset}-classifier.zip",
            "application/zip",
            disabled=few or not run_id,
            help="Name pictures of two classes first." if few else "The network, your classes, and a short script that names a file.",
            icon=":material/home:",
        )


def take_in(dataset: str, classes: tuple[str, ...], data: bytes) -> str:
    """Reads a file of labels; what became of it, in words."""
    try:
        sizes = {split: len(core.open_set(dataset, split)) for split in ("train", "test")}
        taken = core.csv_in(served.store(), dataset, data.decode("utf-8"), classes, sizes)
    except (core.SettingsError, UnicodeDecodeError) as error:
        return frame.escape(str(error) if isinstance(error, core.SettingsError) else "The file isn't text in UTF-8. Save it as such.")
    faults = "".join(f"\n- {frame.escape(fault)}" for fault in taken.faults)
    return f"{taken.added} added, {taken.changed} changed, {taken.same} as before." + (f" Left out:{faults}" if faults else "")


# The chart


def worth(dataset: str, targets: Sequence[str], classes: tuple[str, ...], labels: dict[str, str]) -> core.FewShot:
    """What the labels are worth; the first label has the hidden test pictures looked at."""
    few = core.few_shot(dataset, targets, labels, classes)
    if few.missing and few.labels:
        core.request_few_shot(dataset, few.missing)
        few = core.few_shot(dataset, targets, labels, classes)
    return few


def first_worth(dataset: str, targets: Sequence[str], classes: tuple[str, ...], labels: dict[str, str]) -> core.FewShot:
    """The same; the first time, while networks are fetched into memory, something moves."""
    asked = dataset, tuple(targets)
    if st.session_state.get(WARM) == asked or not labels:
        return worth(dataset, targets, classes, labels)
    with st.spinner("Looking at your pictures"):
        few = worth(dataset, targets, classes, labels)
    st.session_state[WARM] = asked
    return few


def draw(few: core.FewShot, dataset: str) -> None:
    """The curves, the sentence below them, and what is still missing."""
    frame.heading("Hidden pictures named correctly" if few.hidden else "Your labels, each named by the others", "prototype")
    lines = [line for line in few.lines if line.points]
    if lines:
        curves = [charts.Line(word(line.target), line.points, frame.colour_of(line.target), ":" not in line.target) for line in lines]
        end = max(2, *(line.points[-1].labels for line in lines))
        highest = max(point.hi for line in lines for point in line.points)
        top = next((top for top in (0.4, 0.6, 0.8) if highest < 0.95 * top), 1.0)  # few steps, so that the axis seldom jumps
        figure = charts.curves(curves, few.chance, "labels given", x_end=end, x_start=1, y_top=top, height=HEIGHT)
        charts.show(figure, "fewshot-curves", in_words(few, lines))
        st.markdown(in_words(few, lines, "**"))
    else:
        empty = charts.curves([], few.chance, "labels given", x_end=10, x_start=1, height=HEIGHT)
        said = f"Empty axes: pictures named correctly over labels given; chance is {frame.percent(few.chance)}."
        charts.show(empty, "fewshot-empty", said)
        st.markdown("The curves start in a moment." if few.labels else "Name a picture, and a curve for each network starts here.")
    for target, status in few.waiting:
        frame.quiet(f"{word(target)}: {status.stage}" + (f", {100 * status.step / status.steps:.0f} %" if status.steps else ""))
    for target, reason in few.left_out:
        frame.quiet(f"{word(target)} is left out. {frame.escape(reason)}")
    fetching.weights(target for target, _ in few.left_out)
    if few.left_out and few.hidden and st.button("Try again", key="fewshot-again"):
        core.request_few_shot(dataset, [target for target, _ in few.left_out])
        st.rerun(scope="fragment")


def protocol(few: core.FewShot) -> str:
    """How the numbers came about."""
    if few.hidden:
        return f"Nearest prototype on {frame.count(few.n_test)} hidden test pictures; ± is a 95 % interval over them."
    said = "No test pictures have names here: each label is left out once and named by the others (leave-one-out), ± 95 %."
    least = min(few.classes, key=lambda name: few.each.get(name, 0), default="")
    count = few.each.get(least, 0)
    if not few.labels or count >= FEW:
        return said
    alone = ", which nothing is left to name by" if count == 1 else ""
    return f"{said} Rough as yet: '{frame.escape(least)}' has {count}{alone}. Name {FEW} of each kind."


def word(target: str) -> str:
    """A target as it stands at the end of its line."""
    return NAMES.get(target.partition(":")[0], "this run")


def in_words(few: core.FewShot, lines: Sequence[core.FewLine], bold: str = "") -> str:
    """Where the curves stand, as a sentence."""
    ends = [(word(line.target), line.points[-1]) for line in lines]
    said = ", ".join(f"{name} {bold}{frame.percent(end.accuracy, end.lo, end.hi)}{bold}" for name, end in ends)
    return f"{few.labels} {'label' if few.labels == 1 else 'labels'}: {said}."


# The screen


def body(dataset: str, run_id: str, classes: tuple[str, ...]) -> None:
    """Wall and chart; each burst of names reruns it."""
    state, run = served.store().state(dataset), loaders.chosen(run_id)
    labels = {picture: name for picture, name in state.now.items() if name is not None}
    targets = core.few_shot_targets(run_id) if run else ["imagenet:mobilenet_v2", "random:convnet"]
    targets = targets[1:] if run and run.status.active else targets
    left, right = st.columns([629, 307], gap="large")
    with left:
        hang(dataset, classes, state)
    with right:
        few = first_worth(dataset, targets, classes, labels)
        draw(few, dataset)
        if st.button("Show me the picture that would help most", key="fewshot-help", type="primary", width="stretch", disabled=not labels):
            help_most(dataset, next((each for each in targets if "imagenet" not in each), targets[0]), classes, labels)
        if not labels:
            frame.quiet("One named picture unlocks this button.")
        frame.quiet(protocol(few) + (" This run is still learning; its curve comes when it is done." if run and run.status.active else ""))
    tour.count(len(labels))
    busy = bool(few.waiting)
    if busy != st.session_state.get(BUSY, False):
        st.session_state[BUSY] = busy
        st.rerun()


def main() -> None:
    """The header, then the wall and its chart."""
    run = loaders.chosen(links.current_run())
    with frame.header("Name a few pictures"):
        dataset = choose_set(run)
        state = served.store().state(dataset)
        saved("fewshot-saved", dataset, state)
    classes = core.classes_of(dataset) or served.store().classes(dataset)
    if not classes:
        ask_names(dataset)
        return
    guarded.fragment(body, run_every=1 if st.session_state.get(BUSY) else None)(dataset, run.id if run else "", classes)


try:
    main()
except core.SettingsError as error:
    frame.problem(error)
