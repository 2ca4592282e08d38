"""The settings of a run to be trained: three that matter, the rest folded by subject; settings that nothing reads aren't shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

import ssl_core as core
from pages._kit.screen import form, frame, widgets

UNFOLDED = 3
HEADINGS = {
    "task": "The game",
    "augmentation": "Random edits (augmentation)",
    "labels": "Labels",
    "network": "The network",
    "optimiser": "Steps of learning (optimiser)",
    "schedule": "Pace over the run (schedule)",
    "batches": "Batches",
    "pictures": "The pictures",
}


class Owner(NamedTuple):
    """The settings of one field of a request."""

    field: str  # "recipe", "options", "backbone_options", "dataset_options"
    title: str
    controls: list[core.Control]
    scope: str  # the start of its widgets' keys
    usual: dict[str, Any]  # values by name that are trained with where nothing is asked for; the setting's default for others
    asked: dict[str, Any]  # values that the address asks for, as text
    subject: str  # of settings that name none


class Change(NamedTuple):
    """A setting whose value isn't the usual one."""

    scope: str
    control: core.Control
    value: Any
    usual: Any

    @property
    def words(self) -> str:
        """The setting and its value: "learning rate 0.002"."""
        return f"{self.control.label} {widgets.word(self.value, self.control)}"


class Said(NamedTuple):
    """What a form of settings says."""

    values: dict[str, dict[str, Any]]  # by field of the request, only what differs from the usual
    faults: list[str]
    changes: list[Change]


def ask(
    owners: Sequence[Owner], abilities: Collection[str], beside: Mapping[str, Any], place: DeltaGenerator, unfolded: int = UNFOLDED
) -> Said:
    """Draws the settings that have a say: those that matter most at `place`, the others here, folded by subject.

    abilities: of the task. beside: values that settings depend on from outside the form.
    """
    known = {owner.field: _known(owner) for owner in owners}
    shown = [
        (owner, control)
        for owner in owners
        for control in form.read_now(owner.controls, owner.scope, known[owner.field], abilities, beside)
    ]
    matter = sorted((each for each in shown if each[1].first), key=lambda each: each[1].first)[:unfolded]
    said: dict[str, dict[str, Any]] = {owner.field: {} for owner in owners}

    def draw(some: list[tuple[Owner, core.Control]]) -> None:
        for owner, control in some:
            said[owner.field][control.name] = widgets.widget(control, owner.scope, known[owner.field], owner.usual)

    with place:
        draw(matter)
    with st.container(gap="xsmall", key="subjects"):
        for subject, some in folded([each for each in shown if each not in matter]).items():
            with st.expander(HEADINGS[subject], key=f"subject-{subject}"):
                draw(some)
    return _said(owners, said)


def folded(settings: list[tuple[Owner, core.Control]]) -> dict[str, list[tuple[Owner, core.Control]]]:
    """Settings by subject, in the order of a form, those that depend on another last; a subject without settings is left out."""
    found: dict[str, list[tuple[Owner, core.Control]]] = {subject: [] for subject in core.SUBJECTS}
    for owner, control in sorted(settings, key=lambda each: bool(each[1].when or each[1].unless)):
        found[control.subject or owner.subject].append((owner, control))
    return {subject: some for subject, some in found.items() if some}


def say_changes(said: Said) -> None:
    """A line that names every value which isn't the usual one, folded or not, and the button that takes all of them back."""
    if not said.changes:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="changes"):
        frame.quiet(f"Not as usual: {frame.escape(', '.join(change.words for change in said.changes))}.")
        st.button("Back to the usual", key="usual", icon=":material/undo:", type="tertiary", on_click=_put_back, args=(said.changes,))


def _put_back(changes: list[Change]) -> None:
    for change in changes:
        widgets.put(change.control, change.scope, change.usual)


def _known(owner: Owner) -> dict[str, Any]:
    """The values that a form starts with: the usual ones, and over them what the address asks for and is allowed."""
    good, wrong = form.prefilled(owner.controls, owner.asked, owner.title, owner.usual)
    for fault in wrong:
        st.warning(fault, icon=":material/info:")
    return owner.usual | good


def _said(owners: Sequence[Owner], said: dict[str, dict[str, Any]]) -> Said:
    """A setting that isn't shown has no say, and takes its own default, so that no earlier value of it is refused or acts."""
    values: dict[str, dict[str, Any]] = {owner.field: {} for owner in owners}
    faults, changes = [], []
    for owner in owners:
        drawn = said[owner.field]
        faults += form.faults([control for control in owner.controls if control.name in drawn], drawn)
        for control in owner.controls:
            usual, value = owner.usual.get(control.name, control.default), drawn.get(control.name, control.default)
            if widgets.same(value, usual):
                continue
            values[owner.field][control.name] = value
            if control.name in drawn:
                changes.append(Change(owner.scope, control, value, usual))
    return Said(values, faults, changes)
