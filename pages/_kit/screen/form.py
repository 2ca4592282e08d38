"""Settings → widgets → values: forms, and values read from an address or a file.

A widget's value may lie outside the limits: `faults` says so in a sentence, and the core checks every value again.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.screen import scale, widgets

OPEN = 3  # controls at most outside the expander
NOTHING = "automatic"


def ask(
    controls: Sequence[core.Control],
    key: str,
    values: dict[str, Any] | None = None,
    owner: str = "",
    opened: int = OPEN,
    folded: str = "More settings",
    explain: bool = False,
    usual: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Widgets for settings. Returns the values of those that have a say, by name. `values` preset them; one that isn't allowed gives a
    warning and is ignored.

    explain: a setting's help stands below it, for screens with room, instead of behind a question mark. usual: as `widgets.widget`.
    """
    known, wrong = prefilled(controls, values or {}, owner, usual)
    for fault in wrong:
        st.warning(fault, icon=":material/info:")
    shown = read_now(controls, key, known)
    said = {}
    for control in shown[:opened]:
        said[control.name] = widgets.widget(control._replace(help="") if explain else control, key, known, usual)
        if explain and control.help:
            st.caption(control.help)
    if shown[opened:]:
        with st.expander(folded):
            said |= {control.name: widgets.widget(control, key, known, usual) for control in shown[opened:]}
    return said


def read_now(
    controls: Sequence[core.Control],
    key: str,
    known: Mapping[str, Any],
    abilities: Collection[str] | None = None,
    beside: Mapping[str, Any] | None = None,
) -> list[core.Control]:
    """The settings that have a say with the values as they are now; `beside` holds values that they depend on from outside the form."""
    now = dict(beside or {}) | {control.name: widgets.current(control, key, known) for control in controls}
    return [control for control in controls if control.is_read(now, abilities)]


def faults(controls: Sequence[core.Control], said: Mapping[str, Any]) -> list[str]:
    """A sentence for each value that isn't allowed, by the words that stand beside its widget."""
    found = []
    for control in controls:
        try:
            read(control, said.get(control.name, control.default))
        except core.SettingsError as error:
            given = said[control.name]
            shown = f"{given:g}" if isinstance(given, float) else said_value(given)
            found.append(f"{widgets.label(control)} must be {error}. Got {shown}.")
    return found


def said_value(value: Any) -> str:
    """A value that isn't allowed, inside a sentence: on one line, and short."""
    return "nothing" if value is None else " ".join(str(value).split())[:60] or "nothing"


def from_address(controls: Sequence[core.Control]) -> dict[str, Any]:
    """The settings that the address names, as text; `ask` checks them."""
    return {control.name: st.query_params[control.name] for control in controls if control.name in st.query_params}


def as_address(values: Mapping[str, Any]) -> dict[str, str]:
    """Settings as query parameters, which `from_address` reads."""
    return {name: json.dumps(value) if isinstance(value, dict) else str(value) for name, value in values.items()}


def changed(controls: Sequence[core.Control], said: dict[str, Any]) -> dict[str, Any]:
    """Only the values that differ from the defaults, which keeps requests and addresses short."""
    return {control.name: said[control.name] for control in controls if control.name in said and said[control.name] != control.default}


def prefilled(
    controls: Sequence[core.Control], values: dict[str, Any], owner: str = "", usual: Mapping[str, Any] | None = None
) -> tuple[dict[str, Any], list[str]]:
    """Values from an address or a file: those that are allowed, and a sentence for each other one.

    usual: what is shown in place of a value that isn't allowed, where that isn't the setting's default.
    """
    by_name = {control.name: control for control in controls}
    good, wrong = {}, []
    for name, value in values.items():
        if name not in by_name:
            wrong.append(f"{owner or 'This'} has no setting '{name[:60]}'. It has: {', '.join(by_name) or 'none'}.")
            continue
        try:
            good[name] = read(by_name[name], value)
        except core.SettingsError as error:
            of = f" of {owner}" if owner else ""
            shown = (usual or {}).get(name, by_name[name].default)
            wrong.append(f"'{name}'{of} must be {error}. Got {said_value(value)}. Shown is {widgets.word(shown)}.")
    return good, wrong


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
    whole = number.is_integer() if math.isfinite(number) else False
    if not math.isfinite(number) or not scale.allowed(control, number) or (control.kind == "int" and not whole):
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
