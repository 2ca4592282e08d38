"""Benchmark: are this run's features better than ImageNet's, an untrained network's, raw pixels? With intervals, and the pictures."""

from __future__ import annotations

import functools
import json
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.benchmark import behind, confusion, figure, overtime, own, seeds, similar, take, unlabelled
from pages._kit.benchmark import words as benchmark_words
from pages._kit.benchmark.words import Asked
from pages._kit.data import question
from pages._kit.figures import gallery
from pages._kit.run import ways
from pages._kit.screen import background, downloads, form, fragments, frame, links, readers, stopping

QUESTION = "Are features learnt without labels any good?"
STOPPING = "Stopping: it finishes what it has in hand."
PROTOCOL = "protocol"  # query parameter: how features are scored
SETTINGS = "settings"  # query parameter: the protocol's settings that aren't the usual ones, as a JSON object
DRAWN = "benchmark_drawn"  # session: `how_far` of the comparison for which the title was drawn
KNOWN = "benchmark_expected"  # session: seconds that comparisons would take, by `request_of`


def read_address(run: core.Run) -> Asked:
    """The run, the runs to compare it with and the protocol, as the address names them; an unknown name gives a sentence on screen."""
    titles = {each.id: each.title for each in readers.runs()}
    others = [name for name in dict.fromkeys(links.asked(links.WITH).split(",")) if name and name != run.id]
    for name in others:
        if name not in titles:
            frame.problem(f"There is no run '{name[:60]}' to compare with. It is left out.")
    protocols, asked = [part.name for part in readers.menu("probes")], links.asked(PROTOCOL)
    if asked and asked not in protocols:
        frame.problem(f"'protocol' must be one of {', '.join(protocols)}. Got {asked[:60]}. Shown is linear.")
    mine, *baselines = core.targets_for(run.id)
    targets = [mine, *(name for name in others if name in titles), *own.asked(), *baselines]
    protocol = asked if asked in protocols else "linear"
    return Asked(run, targets, protocol, titles, read_settings(protocol))


def read_settings(protocol: str) -> dict[str, Any]:
    """The protocol's settings as the address has them; what isn't allowed gives a sentence on screen and stays the usual."""
    text, part = links.asked(SETTINGS), benchmark_words.probe_of(protocol)
    try:
        values = json.loads(text) if text else {}
    except ValueError:
        values = None
    if not isinstance(values, dict):
        frame.problem(f"'settings' must be an object of names and values, as {{\"C\": 1}}. Got {text[:60]}. Shown are the usual ones.")
        return {}
    good, wrong = form.prefilled(part.controls, values, part.title)
    for fault in wrong:
        frame.problem(fault)
    return form.changed(part.controls, good)


# What is compared


@fragments.dialog("What to compare", width="medium")
def choose(asked: Asked) -> None:
    """A checkbox for each other run, and the protocol by which features are scored."""
    others = [run for run in readers.runs() if run.id != asked.run.id and not run.status.active]
    st.markdown("ImageNet, an untrained network and raw pixels always stand beside this run." if others else "There is no other run yet.")
    ticked = [run.id for run in others if st.checkbox(frame.escape(run.title), run.id in asked.targets, key=f"with-{run.id}")]
    parts = {part.name: part for part in readers.menu("probes")}
    with st.expander("How features are scored", expanded=asked.protocol != "linear"):
        names = list(parts)
        place = names.index(asked.protocol)
        how = st.radio("Protocol", names, place, format_func=lambda name: parts[name].title, captions=[parts[n].help for n in names])
        controls, known = parts[how].controls, asked.settings if how == asked.protocol else {}
        values = form.ask(controls, f"protocol-{how}", known, parts[how].title, opened=len(controls))
    weights = own.field()
    if st.button("Use these", type="primary") and own.take(weights):
        if faults := form.faults(controls, values):
            frame.problem(" ".join(faults))
            return
        changed = form.changed(controls, values)
        st.query_params[links.WITH] = ",".join(ticked)
        st.query_params[PROTOCOL] = how
        st.query_params.pop(SETTINGS, None)
        st.query_params.update({SETTINGS: json.dumps(changed)} if changed else {})
        st.rerun()


def act(asked: Asked, found: core.Comparison) -> None:
    """The one button: compare, stop, or choose what else to compare."""
    if found.waiting:
        already = any(status.stopping for _, status in found.waiting)
        stop = functools.partial(core.stop_comparison, asked.targets, None, asked.protocol, **asked.how)
        stopping.button(st.container(), "Stop", "stop", already, stop, STOPPING, "primary", "What is scored already stays.")
    elif found.missing:
        # its key stays when its words change: a click on the button without the time is one on the button with it
        if st.button(f"Compare{about(asked)}", key="compare", type="primary", icon=":material/bar_chart:"):
            ask_for(asked)
            st.rerun()
    elif st.button("Compare something else", type="primary", icon=":material/bar_chart:"):
        choose(asked)
    if not found.waiting and found.missing and st.button("", key="choose", icon=":material/tune:", help="Other runs, another protocol"):
        choose(asked)


def ask_for(asked: Asked) -> None:
    """Asks for the scores that are missing."""
    core.request_comparison(asked.targets, None, asked.protocol, **asked.how)


def request_of(asked: Asked) -> str:
    """What the expected time depends on, as a key: targets, protocol with its settings, weights."""
    return json.dumps([asked.targets, asked.protocol, asked.settings, asked.run.status.weights])


def about(asked: Asked) -> str:
    """The expected time on this machine, as words for the button; "" before it was measured."""
    seconds = st.session_state.get(KNOWN, {}).get(request_of(asked))
    return f", about {frame.duration(seconds)}" if seconds else ""


def measure(asked: Asked, found: core.Comparison) -> None:
    """Has measured how long the comparison would take, where it was never measured on this machine; the screen doesn't wait for that."""
    if found.missing and not found.waiting and request_of(asked) not in st.session_state.setdefault(KNOWN, {}):
        fragments.fragment(learn, run_every=background.POLL)(asked)


def learn(asked: Asked) -> None:
    """Draws the screen again, with the expected time in its button, once that is known."""
    request = request_of(asked)
    answer = background.ask("times", request, lambda: core.expect_comparison(asked.targets, None, asked.protocol, **asked.how))
    if answer.done():
        st.session_state[KNOWN][request] = answer.result()
        st.rerun()


# What is shown


def left_out(asked: Asked, found: core.Comparison) -> None:
    """Each target that couldn't be scored, with its reason; the others are compared all the same."""
    for target, reason in found.left_out:
        frame.problem(f"{asked.name(target)} is left out. {reason}")
    downloads.weights(target for target, _ in found.left_out)
    if found.left_out and not found.waiting and not found.missing and st.button("Try again", key="again"):
        ask_for(asked)
        st.rerun()


def leaks(asked: Asked, found: core.Comparison) -> None:
    """How many test pictures also stand in training, and the scores without them; nothing where none is known."""
    known = core.leaking(found)
    if known is None or not known.ids:
        return
    scores = "; ".join(f"{frame.escape(asked.name(text))} {frame.percent(*each)}" for text, each in known.without.items())
    with st.expander(f"{frame.part(len(known.ids), found.n_test, 'test pictures')} also stand in training", expanded=True):
        st.markdown(f"The same file, the same pixels, a near duplicate or the same group. Without them: {scores}.")
        gallery.show([gallery.picture(asked.run.dataset, each, "", 128) for each in known.ids[:8]], columns=8, gap=8)
        frame.quiet("They can be left out of the test on Pictures.")


# The screen


def how_far(found: core.Comparison) -> list[Any]:
    """What the title and the refresh rate of `body` depend on."""
    return [len(found.rows), [target for target, _ in found.left_out], bool(found.waiting), len(found.missing)]


def body(asked: Asked) -> None:
    """Bars, protocol, and the pictures behind the numbers; refreshed while jobs run."""
    found = asked.found()
    if how_far(found) != st.session_state.get(DRAWN):
        st.rerun()
    chart, pictures = st.columns([629, 307], gap="large")
    with chart:
        figure.show(asked, found)
        left_out(asked, found)
        frame.quiet(benchmark_words.protocol_line(found, asked.protocol, asked.settings))
        for say in (benchmark_words.levels, benchmark_words.tested, benchmark_words.uneven):
            if said := say(found, asked):
                frame.quiet(said)
        if found.outdated:
            names = ", ".join(asked.name(target) for target in found.outdated)
            frame.quiet(f"{frame.escape(names)}: an earlier version measured otherwise, and that figure isn’t shown. Compare again.")
        seeds.show(asked)
        leaks(asked, found)
        for note in found.notes:
            frame.quiet(frame.escape(note))
        confusion.show(asked, found)
        take.show(asked, found)
        with st.expander("The command that repeats this"):
            st.code(found.command, language=None, wrap_lines=True)
            st.markdown(benchmark_words.sentence(found, asked.run.id, asked.titles))
    with pictures:
        if found.right:
            behind.walls(asked, found)
        else:  # this measure doesn't say of a picture that a network is right or wrong
            behind.waiting(asked)


def show(run: core.Run) -> None:
    """The comparison of a run that has weights."""
    asked = read_address(run)
    found = asked.found()
    st.session_state[DRAWN] = how_far(found)
    with frame.header(benchmark_words.title(found, run.id, asked.titles), benchmark_words.question(found, asked.protocol, asked.settings)):
        act(asked, found)
    fragments.fragment(body, run_every=1 if found.waiting else None)(asked)
    overtime.show(asked)
    similar.show(run, asked.targets[1:], asked.titles)
    ways.show(run, "benchmark")
    measure(asked, found)


def main() -> None:
    """The comparison of the chosen run, or why there is none: no run, a run at work, no pictures here, no labels."""
    run = readers.chosen(links.current_run())
    if run is None:
        frame.header(QUESTION)
        frame.empty("There is no run to compare yet. One takes about a minute.", "train", "Train one")
    elif run.status.active:
        frame.header(QUESTION)
        frame.empty(f"'{frame.escape(run.title)}' is still learning. It can be compared when it is done.", "train", "Watch it learn")
    elif frame.absent(QUESTION, run.title, readers.missing(run.dataset)) or question.comes_first(run.dataset, QUESTION):
        return
    elif not core.classes_of(run.dataset):
        unlabelled.show(run)
    elif reason := core.unmet_classes(run.dataset):
        frame.header(QUESTION)
        frame.empty(frame.escape(reason), "data", "See how its pictures are read")
    else:
        show(run)


try:
    main()
except core.SettingsError as error:
    frame.problem(error)
