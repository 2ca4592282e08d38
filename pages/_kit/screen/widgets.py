"""One setting as a widget: the only table of types and widgets.

A widget's value stands in the session under the widget's key before the widget is drawn, so that a slider, a typed number and the button
back to the usual value change the same one. Typed numbers have no limits in the browser: it would keep the last allowed value, and the
server would never hear of the other. The session is written only where a value differs, since the browser takes what is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.screen import scale

OPEN, FOLDED = (5, 34), (3, 26)  # choices and letters at most of a segmented control, and of one in a fold; more get a select box
SLIDES = 100  # a range of whole numbers up to this size gets a slider
TYPED = 92  # pixels of a number beside its slider


def widget(control: core.Control, scope: str, known: Mapping[str, Any], usual: Mapping[str, Any] | None = None) -> Any:
    """Draws one setting and returns its value. With `usual` values by name, a slider's number can be typed too, and a value that isn't the
    usual one has a button back to it.
    """
    if usual is None:
        return _widget(control, scope, known, control.default, False)
    back = usual.get(control.name, control.default)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", wrap=False, key=f"setting-{scope}-{control.name}"):
        value = _widget(control, scope, known, back, True)
        if not same(value, back) and control.kind != "group":
            _button_back(control, scope, back)
    return value


def current(control: core.Control, scope: str, known: Mapping[str, Any]) -> Any:
    """A setting's value as its widget has it now, before it is drawn."""
    key = f"{scope}-{control.name}"
    if control.kind == "group" or key not in st.session_state:
        return known.get(control.name, control.default)
    value = st.session_state[key]
    return listed(value) if control.kind == "list" else value


def put(control: core.Control, scope: str, value: Any) -> None:
    """Gives a setting's widget a value, as the widget's type."""
    if isinstance(value, list | tuple):
        value = ", ".join(f"{item:g}" for item in value)
    st.session_state[f"{scope}-{control.name}"] = float(value) if control.kind == "float" and value is not None else value


def label(control: core.Control) -> str:
    """A setting's name beside its widget."""
    return control.label[:1].upper() + control.label[1:]


def way(control: core.Control) -> str:
    """How a person changes this setting, in words for its widget."""
    if control.kind in ("int", "float"):
        return "move the slider" if _slides(control) else "give another number"
    ways = {"bool": "flip the switch", "choice": "choose something else", "text": "type other words", "list": "type other numbers"}
    return ways.get(control.kind, "change the settings")


def word(value: Any, control: core.Control | None = None) -> str:
    """A value as a person reads it; with its control, None and choices in the control's words."""
    if value is None:
        return control.empty if control else "automatic"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return scale.digits(value)
    if isinstance(value, list | tuple):
        return ", ".join(word(item) for item in value) or "none"
    if control is not None and value in control.choices and control.names:
        return control.names[control.choices.index(value)].replace("_", " ")
    return str(value).replace("_", " ")


def same(value: Any, other: Any) -> bool:
    """Whether two settings are equal, a list and a tuple with equal items included."""
    return list(value) == list(other) if isinstance(value, list | tuple) and isinstance(other, list | tuple) else bool(value == other)


def listed(text: Any) -> Any:
    """Numbers typed with commas between them, as a list; what isn't that stays as it is, for the check to name."""
    if not isinstance(text, str):
        return text
    try:
        return json.loads(f"[{text.strip('[]() ')}]")
    except ValueError:
        return text


def _widget(control: core.Control, scope: str, known: Mapping[str, Any], usual: Any, typed: bool) -> Any:
    value = known.get(control.name, control.default)
    key, note = f"{scope}-{control.name}", control.help or None
    if control.kind == "group":
        return _group(control, value, key, note)
    if key not in st.session_state:
        put(control, scope, value)
    if control.kind == "bool":
        return st.toggle(label(control), key=key, help=note)
    if control.kind == "choice":
        return _choice(control, key, note, FOLDED if typed else OPEN)
    if control.kind in ("int", "float"):
        return _number(control, key, note, usual, typed)
    if control.kind == "list":
        return listed(st.text_input(label(control), key=key, help=note, placeholder="none"))
    text = st.text_input(label(control), key=key, help=note, placeholder=control.empty if control.optional else None)
    return (text or "").strip() or (None if control.optional else "")


def _button_back(control: core.Control, scope: str, value: Any) -> None:
    """The button back to the usual value. Its name is heard, and seen on hover; the style sheet leaves the arrow of it."""
    words, key = f"Back to {word(value, control)}", f"back-{scope}-{control.name}"
    st.button(words, key=key, icon=":material/undo:", type="tertiary", help=words, on_click=put, args=(control, scope, value))


def _choice(control: core.Control, key: str, note: str | None, most: tuple[int, int]) -> Any:
    choices = [*([None] if control.optional else []), *control.choices]
    words = {choice: word(choice, control) for choice in choices}
    if len(choices) <= most[0] and sum(len(words[choice]) for choice in choices) <= most[1]:
        return st.segmented_control(label(control), choices, format_func=words.__getitem__, key=key, help=note, required=True)
    return st.selectbox(label(control), choices, format_func=words.__getitem__, key=key, help=note)


def _slides(control: core.Control) -> bool:
    """Whether a slider can set this number: it has both ends, can't be None, and, if whole, not too many values."""
    if control.optional or control.low is None or control.high is None:
        return False
    return control.kind == "float" or control.high - control.low <= SLIDES


def _number(control: core.Control, key: str, note: str | None, usual: Any, typed: bool) -> Any:
    if not _slides(control):
        return _typed(control, key, note)
    assert control.low is not None and control.high is not None
    if control.kind == "int":
        return st.slider(label(control), int(control.low), int(control.high), step=1, key=key, help=note)
    if control.scale == "even" and not typed:
        return st.slider(label(control), control.low, control.high, step=scale.even_step(control), format="%.3g", key=key, help=note)
    return _slider_of_stops(control, key, note, usual, typed)


def _typed(control: core.Control, key: str, note: str | None) -> Any:
    value, whole = st.session_state[key], control.kind == "int"
    step: Any = scale.whole_step(control.default) if whole else scale.fine_step(value)
    empty: Any = None if control.optional else "min"  # "min" without a minimum: never empty, and the session has the value
    return st.number_input(
        label(control),
        value=empty,
        step=step,
        format=None if whole else "%g",
        key=key,
        help=note,
        placeholder=control.empty if control.optional else None,
    )


def _slider_of_stops(control: core.Control, key: str, note: str | None, usual: Any, typed: bool) -> Any:
    """A slider over the stops of the number's scale, and beside it, if `typed`, the number itself, which may be any."""
    value = st.session_state[key]
    stops = scale.stops(control, usual, control.default, value)
    if not typed:
        return st.select_slider(label(control), stops, format_func=scale.digits, key=key, help=note)
    at = f"{key}-at"
    if st.session_state.get(at) != (nearest := min(stops, key=lambda stop: abs(stop - (value or 0)))):
        st.session_state[at] = nearest
    with st.container(key=f"scale-{key}"):
        st.select_slider(label(control), stops, format_func=scale.digits, key=at, help=note, on_change=_follow, args=(key, at))
    name, step = f"{label(control)}, as a number", scale.fine_step(value)
    return st.number_input(name, step=step, format="%g", key=key, label_visibility="collapsed", width=TYPED)


def _follow(key: str, at: str) -> None:
    """The typed number takes the slider's."""
    st.session_state[key] = st.session_state[at]


def _group(control: core.Control, value: Any, key: str, note: str | None) -> Any:
    inside = control.group.controls() if control.group else []
    known = value.plain() if isinstance(value, core.Settings) else dict(value or {})
    if control.optional and not st.toggle(label(control), value=value is not None, key=f"{key}-on", help=note):
        return None
    if not control.optional:
        st.markdown(label(control), help=note)
    return {each.name: _widget(each, key, known, each.default, False) for each in inside}
