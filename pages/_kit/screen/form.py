"""Settings → widgets → values: the only table of types and widgets.

A widget's limits hold in the browser only; the core checks every value again, and its error says what is allowed.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import streamlit as st

import ssl_core as core

OPEN = 3  # controls at most outside the expander
SHORT = 5  # choices at most of a segmented control; more get a select box
WORDY = 34  # letters at most of all choices of a segmented control
WIDE = 200  # high / low from which a slider is too coarse
NOTHING = "automatic"


def ask(
    controls: Sequence[core.Control],
    key: str,
    values: dict[str, Any] | None = None,
    owner: str = "",
    opened: int = OPEN,
    folded: str = "More settings",
    explain: bool = False,
) -> dict[str, Any]:
    """Widgets for settings. Returns their values by name. `values` preset them; one that isn't allowed gives a warning and is ignored.

    explain: a setting's help stands below it, for screens with room, instead of behind a question mark.
    """
    known, faults = prefilled(controls, values or {}, owner)
    for fault in faults:
        st.warning(fault, icon=":material/info:")
    said = {}
    for control in controls[:opened]:
        said[control.name] = _widget(control._replace(help="") if explain else control, key, known)
        if explain and control.help:
            st.caption(control.help)
    if controls[opened:]:
        with st.expander(folded):
            said |= {control.name: _widget(control, key, known) for control in controls[opened:]}
    return said


def from_address(controls: Sequence[core.Control]) -> dict[str, Any]:
    """The settings that the address names, as text; `ask` checks them."""
    return {control.name: st.query_params[control.name] for control in controls if control.name in st.query_params}


def changed(controls: Sequence[core.Control], said: dict[str, Any]) -> dict[str, Any]:
    """Only the values that differ from the defaults, which keeps requests and addresses short."""
    return {control.name: said[control.name] for control in controls if control.name in said and said[control.name] != control.default}


def prefilled(controls: Sequence[core.Control], values: dict[str, Any], owner: str = "") -> tuple[dict[str, Any], list[str]]:
    """Values from an address or a file: those that are allowed, and a sentence for each other one."""
    by_name = {control.name: control for control in controls}
    good, faults = {}, []
    for name, value in values.items():
        if name not in by_name:
            faults.append(f"{owner or 'This'} has no setting '{name[:60]}'. It has: {', '.join(by_name) or 'none'}.")
            continue
        try:
            good[name] = read(by_name[name], value)
        except core.SettingsError as error:
            of = f" of {owner}" if owner else ""
            shown = by_name[name].default
            faults.append(f"'{name}'{of} must be {error}. Got {str(value)[:60]}. Shown is {_word(shown)}.")
    return good, faults


def read(control: core.Control, value: Any) -> Any:
    """A value from text or JSON as the control's type, inside its limits.

    Raises:
        SettingsError: its text says what is allowed, and no more.
    """
    if control.optional and value in (None, "", NOTHING):
        return None
    if control.kind == "choice":
        return _read_choice(control, value)
    if control.kind == "bool":
        return _read_bool(control, value)
    if control.kind in ("int", "float"):
        return _read_number(control, value)
    if control.kind in ("group", "list") and isinstance(value, str):
        return _read_json(control, value)
    return str(value) if control.kind == "text" else value


def _read_choice(control: core.Control, value: Any) -> Any:
    for choice in control.choices:
        if value == choice or str(value) == str(choice):
            return choice
    raise core.SettingsError(control.allowed)


def _read_bool(control: core.Control, value: Any) -> bool:
    word = str(value).lower()
    if word not in ("true", "1", "yes", "on", "false", "0", "no", "off"):
        raise core.SettingsError(control.allowed)
    return word in ("true", "1", "yes", "on")


def _read_number(control: core.Control, value: Any) -> int | float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise core.SettingsError(control.allowed) from None
    low = control.low if control.low is not None else -math.inf
    high = control.high if control.high is not None else math.inf
    whole = number.is_integer() if math.isfinite(number) else False
    if not math.isfinite(number) or not low <= number <= high or (control.kind == "int" and not whole):
        raise core.SettingsError(control.allowed)
    return int(number) if control.kind == "int" else number


def _read_json(control: core.Control, text: str) -> Any:
    try:
        value = json.loads(text if control.kind == "group" else f"[{text.strip('[]() ')}]")
    except ValueError:
        raise core.SettingsError(control.allowed) from None
    if control.kind == "list" and not all(isinstance(item, int | float) for item in value):
        raise core.SettingsError(control.allowed)
    return value


def way(control: core.Control) -> str:
    """How a person changes this setting, in words for its widget."""
    if control.kind in ("int", "float"):
        return "give another number" if _coarse(control) else "move the slider"
    ways = {"bool": "flip the switch", "choice": "choose something else", "text": "type other words", "list": "type other numbers"}
    return ways.get(control.kind, "change the settings")


def _widget(control: core.Control, scope: str, known: dict[str, Any]) -> Any:
    """One setting as a widget: the table of types."""
    value = known.get(control.name, control.default)
    key, label, note = (f"{scope}-{control.name}", control.label[:1].upper() + control.label[1:], control.help or None)
    if control.kind == "bool":
        return st.toggle(label, value=bool(value), key=key, help=note)
    if control.kind == "choice":
        return _choice(control, label, value, key, note)
    if control.kind in ("int", "float"):
        return _number(control, label, value, key, note)
    if control.kind == "group":
        return _group(control, label, value, key, note)
    if control.kind == "list":
        return _list(control, label, value, key, note)
    text = st.text_input(label, value=value or "", key=key, help=note, placeholder=NOTHING if control.optional else None)
    return text.strip() or (None if control.optional else "")


def _choice(control: core.Control, label: str, value: Any, key: str, note: str | None) -> Any:
    choices = [*([None] if control.optional else []), *control.choices]
    words = {choice: _word(name) for choice, name in zip(control.choices, control.names or control.choices, strict=True)} | {None: NOTHING}
    if len(choices) <= SHORT and sum(len(words[choice]) for choice in choices) <= WORDY:
        return st.segmented_control(label, choices, default=value, format_func=words.__getitem__, key=key, help=note, required=True)
    return st.selectbox(label, choices, index=choices.index(value), format_func=words.__getitem__, key=key, help=note)


def _number(control: core.Control, label: str, value: Any, key: str, note: str | None) -> Any:
    kind: Any = int if control.kind == "int" else float
    low, high = (None if end is None else kind(end) for end in (control.low, control.high))
    start = None if value is None else kind(value)
    if _coarse(control):
        step = 1 if kind is int else _fine(value)
        empty = NOTHING if control.optional else None
        form = None if kind is int else "%g"
        return st.number_input(
            label, min_value=low, max_value=high, value=start, step=step, format=form, key=key, help=note, placeholder=empty
        )
    step = 1 if kind is int else _step(control)
    return st.slider(label, low, high, start, step, key=key, help=note)


def _coarse(control: core.Control) -> bool:
    """Whether a slider can't set this number: it may be None, has an open end, or too many steps between its ends."""
    low, high = control.low, control.high
    if control.optional or low is None or high is None:
        return True
    return high - low > (100 if control.kind == "int" else 1000) or (low > 0 and high / low > WIDE)


def _group(control: core.Control, label: str, value: Any, key: str, note: str | None) -> Any:
    inside = control.group.controls() if control.group else []
    known = value.plain() if isinstance(value, core.Settings) else dict(value or {})
    if control.optional and not st.toggle(label, value=value is not None, key=f"{key}-on", help=note):
        return None
    if not control.optional:
        st.markdown(label, help=note)
    return {each.name: _widget(each, key, known) for each in inside}


def _list(control: core.Control, label: str, value: Any, key: str, note: str | None) -> Any:
    text = st.text_input(label, value=", ".join(f"{item:g}" for item in value or ()), key=key, help=note, placeholder="none")
    try:
        return _read_json(control, text)
    except core.SettingsError as error:
        st.warning(f"'{control.name}' must be {error}. Got {text[:60]}.", icon=":material/info:")
        return control.default


def _step(control: core.Control) -> float:
    """A slider's step: a power of ten near a hundredth of the range; a tenth of that where the default isn't a multiple of it."""
    span = (control.high or 1.0) - (control.low or 0.0)
    step = float(10 ** math.floor(math.log10(span / 20)))
    return step if not control.default or abs(control.default / step - round(control.default / step)) < 1e-6 else step / 10


def _fine(value: Any) -> float:
    return float(10 ** math.floor(math.log10(abs(value)))) if value else 0.1


def _word(choice: Any) -> str:
    """A choice as a person reads it."""
    if choice is None:
        return NOTHING
    if isinstance(choice, bool):
        return "on" if choice else "off"
    return str(choice).replace("_", " ")
