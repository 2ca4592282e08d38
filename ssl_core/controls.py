"""A setting as forms and flags see it, made from its field; what a field says for forms alone: subject, scale, what it depends on."""

from __future__ import annotations

import types
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Union, cast, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo

if TYPE_CHECKING:
    from ssl_core.settings import Settings

BOUNDS = (annotated_types.Ge, annotated_types.Gt, annotated_types.Le, annotated_types.Lt)
DECADES = 100  # high / low from which a number's scale is logarithmic; 10 where it may come near 0
# what a field's `json_schema_extra` may say for forms, beside the field's own words; `Control` says what each means
EXTRAS = frozenset(("names", "subject", "first", "scale", "reach", "empty", "needs", "when", "unless", "superseded"))
SUBJECTS = ("task", "augmentation", "labels", "network", "optimiser", "schedule", "batches", "pictures")  # in the order of a form


class Control(NamedTuple):
    """One setting as a form or a flag sees it."""

    name: str
    label: str
    help: str
    kind: Literal["bool", "int", "float", "choice", "text", "group", "list"]
    default: Any
    low: float | None = None
    high: float | None = None
    choices: tuple[Any, ...] = ()
    optional: bool = False
    group: type[Settings] | None = None  # for kind "group": the settings inside
    names: tuple[str, ...] = ()  # for kind "choice": each choice in words
    above: bool = False  # `low` itself is too low
    below: bool = False  # `high` itself is too high
    subject: str = ""  # one of SUBJECTS, under which a form folds it; "": that of its owner
    first: int = 0  # from 1 on: a person without code would change it, so a form shows it unfolded, in this order
    scale: Literal["even", "log", "near 1"] = "even"  # of a number: equal differences, equal ratios, or equal ratios of 1 - value
    reach: tuple[float, float] | None = None  # where a log scale begins and ends if the default can't tell
    empty: str = "automatic"  # what None means, in a word
    needs: str = ""  # what a task must have, else it never reads the setting: "labels", "crops", "parts" (of a batch)
    when: Mapping[str, tuple[Any, ...]] = MappingProxyType({})  # other setting -> its values with which this one is read
    unless: Mapping[str, tuple[Any, ...]] = MappingProxyType({})  # other setting -> its values with which this one is not read
    superseded: bool = False  # another setting says the same in a better way: this one is shown only where it isn't its default

    @property
    def allowed(self) -> str:
        """What may be given, in words."""
        if self.choices:
            return "one of " + ", ".join(str(choice) for choice in self.choices)
        if self.low is not None and self.high is not None and not (self.above or self.below):
            return f"between {self.low:g} and {self.high:g}"
        low = "" if self.low is None else f"{'above' if self.above else 'at least'} {self.low:g}"
        high = "" if self.high is None else f"{'below' if self.below else 'at most'} {self.high:g}"
        if low or high:
            return " and ".join(filter(None, (low, high)))
        words = {"bool": "true or false", "int": "a whole number", "float": "a number", "text": "a text", "list": "a list of numbers"}
        return words.get(self.kind, "a group of settings")

    def is_read(self, values: Mapping[str, Any], abilities: Collection[str] | None = None) -> bool:
        """Whether the setting has a say beside these values of other settings, for a task with these abilities (None: not asked).

        A setting that isn't among `values` bars nothing.
        """
        barred = any(values[name] not in allowed for name, allowed in self.when.items() if name in values)
        barred |= any(values[name] in refused for name, refused in self.unless.items() if name in values)
        barred |= bool(self.needs) and abilities is not None and self.needs not in abilities
        return not barred and not (self.superseded and values.get(self.name, self.default) == self.default)


def control_of(name: str, field: FieldInfo) -> Control:
    """The control of a field of settings."""
    kind, optional = _inner(field.annotation)
    bounds = {type(mark): float(_bound(mark)) for mark in field.metadata if isinstance(mark, BOUNDS)}
    low = bounds.get(annotated_types.Gt, bounds.get(annotated_types.Ge))
    high = bounds.get(annotated_types.Lt, bounds.get(annotated_types.Le))
    ends: dict[str, Any] = {"low": low, "high": high, "above": annotated_types.Gt in bounds, "below": annotated_types.Lt in bounds}
    label = field.title or name.replace("_", " ")
    default = field.get_default(call_default_factory=True)
    extra: dict[str, Any] = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    common = {"name": name, "label": label, "help": field.description or "", "default": default, "optional": optional}
    common |= _for_forms(name, extra)
    if get_origin(kind) is Literal:
        names = tuple(str(name) for name in extra.get("names") or get_args(kind))
        return Control(kind="choice", choices=get_args(kind), names=names, **common)
    if get_origin(kind) is tuple:
        return Control(kind="list", **common)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return Control(kind="group", group=cast("type[Settings]", kind), **common)
    plain: dict[Any, Literal["bool", "int", "float", "text"]] = {bool: "bool", int: "int", float: "float", str: "text"}
    assert kind in plain, f"{name}: no control for {kind}"
    if kind is float:
        common.setdefault("scale", "log" if _spans_decades(low, high) else "even")
    return Control(kind=plain[kind], **ends, **common)


def _for_forms(name: str, extra: Mapping[str, Any]) -> dict[str, Any]:
    """What a field says for forms, as fields of `Control`."""
    assert set(extra) <= EXTRAS, f"{name}: a field says {', '.join(sorted(EXTRAS))}, not {', '.join(sorted(set(extra) - EXTRAS))}"
    said = {key: value for key, value in extra.items() if key != "names"}
    assert said.get("subject", "task") in SUBJECTS, f"{name}: no subject '{said.get('subject')}'"
    for key in ("when", "unless"):
        if key in said:
            said[key] = {other: tuple(values) for other, values in said[key].items()}
    return said | ({"reach": tuple(said["reach"])} if "reach" in said else {})


def _spans_decades(low: float | None, high: float | None) -> bool:
    """Whether a positive number's range is so wide that equal differences can't show it."""
    if low is None or high is None or low < 0:
        return False
    return high >= DECADES * low if low else high >= DECADES / 10


def _inner(annotation: Any) -> tuple[Any, bool]:
    """The type inside `X | None`, and whether None was there."""
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return parts[0], len(parts) < len(get_args(annotation))
    return annotation, False


def _bound(mark: Any) -> float:
    return float(next(getattr(mark, key) for key in ("ge", "gt", "le", "lt") if hasattr(mark, key)))
