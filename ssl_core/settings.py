"""What a person may set: type, range, default and help are said once here; form, flags, check, JSON and docs derive from it."""

from __future__ import annotations

import types
from typing import Any, Literal, NamedTuple, Self, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

BOUNDS = (annotated_types.Ge, annotated_types.Gt, annotated_types.Le, annotated_types.Lt)
LONGEST_ECHO = 60  # characters of a wrong value that an error repeats


class SettingsError(ValueError):
    """A request that can't be granted, said in one sentence: owner, allowed, given, remedy."""

    def __str__(self) -> str:
        """The sentence in one line; unprintable characters of a repeated value (control codes, right-to-left marks) are escaped."""
        return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in super().__str__())


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


class Settings(BaseModel):
    """Base of everything a person may set: frozen; unknown names, and numbers that aren't finite, are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=True)

    @classmethod
    def read(cls, values: dict[str, Any] | None = None, owner: str = "") -> Self:
        """Settings made from plain values.

        Raises:
            SettingsError: with the owner, what is allowed, what was given.
        """
        owner = owner or cls.__qualname__.removesuffix(".Options").removesuffix(".Play")
        if values is not None and not isinstance(values, dict):
            raise SettingsError(f"The settings of {owner} must be an object of names and values. Got {_echo(values)}.")
        try:
            return cls(**{str(name): value for name, value in (values or {}).items()})
        except ValidationError as error:
            raise SettingsError(_sentence(cls, owner, error)) from None

    @classmethod
    def controls(cls) -> list[Control]:
        """Every setting as a form or a flag sees it, in order."""
        return [_control(name, field) for name, field in cls.model_fields.items()]

    def plain(self) -> dict[str, Any]:
        """The settings as JSON-ready values."""
        return self.model_dump(mode="json")


def _control(name: str, field: FieldInfo) -> Control:
    kind, optional = _inner(field.annotation)
    bounds = {type(mark): float(_bound(mark)) for mark in field.metadata if isinstance(mark, BOUNDS)}
    low = bounds.get(annotated_types.Gt, bounds.get(annotated_types.Ge))
    high = bounds.get(annotated_types.Lt, bounds.get(annotated_types.Le))
    ends: dict[str, Any] = {"low": low, "high": high, "above": annotated_types.Gt in bounds, "below": annotated_types.Lt in bounds}
    label = field.title or name.replace("_", " ")
    default = field.get_default(call_default_factory=True)
    common = {"name": name, "label": label, "help": field.description or "", "default": default, "optional": optional}
    if get_origin(kind) is Literal:
        extra: dict[str, Any] = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        names = tuple(str(name) for name in extra.get("names") or get_args(kind))
        return Control(kind="choice", choices=get_args(kind), names=names, **common)
    if get_origin(kind) is tuple:
        return Control(kind="list", **common)
    if isinstance(kind, type) and issubclass(kind, Settings):
        return Control(kind="group", group=kind, **common)
    plain: dict[Any, Literal["bool", "int", "float", "text"]] = {bool: "bool", int: "int", float: "float", str: "text"}
    assert kind in plain, f"{name}: no control for {kind}"
    return Control(kind=plain[kind], **ends, **common)


def _inner(annotation: Any) -> tuple[Any, bool]:
    """The type inside `X | None`, and whether None was there."""
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return parts[0], len(parts) < len(get_args(annotation))
    return annotation, False


def _bound(mark: Any) -> float:
    return float(next(getattr(mark, key) for key in ("ge", "gt", "le", "lt") if hasattr(mark, key)))


def _sentence(cls: type[Settings], owner: str, error: ValidationError) -> str:
    """The first fault of a validation as one sentence."""
    fault = error.errors(include_url=False, include_context=False)[0]
    place = [str(part) for part in fault["loc"]] or [""]
    controls = {control.name: control for control in cls.controls()}
    if fault["type"] == "extra_forbidden" and len(place) == 1:
        return f"{owner} has no setting '{_echo(place[0])}'. It has: {', '.join(controls) or 'none'}."
    control = controls.get(place[0])
    if control is None or fault["type"] == "value_error":
        return f"'{'.'.join(place)}' of {owner}: {fault['msg'].removeprefix('Value error, ')}. Got {_echo(fault.get('input'))}."
    while control.group is not None and len(place) > 1:
        place = place[1:]
        inner = {c.name: c for c in control.group.controls()}
        owner = f"{control.name} of {owner}"
        if place[0] not in inner:
            return f"{owner} has no setting '{_echo(place[0])}'. It has: {', '.join(inner)}."
        control = inner[place[0]]
    return f"'{control.name}' of {owner} must be {control.allowed}. Got {_echo(fault.get('input'))}."


def _echo(value: Any) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_ECHO else text[:LONGEST_ECHO] + "…"


class Recipe(Settings):
    """How to train: network, picture size, batches, optimiser and schedule."""

    backbone: str | None = Field(
        None, title="network", description="The network that learns (backbone). Empty: the first that fits the task."
    )
    image_size: int = Field(32, ge=8, le=512, title="picture size", description="Pixels a side that the network gets.")
    room: float = Field(
        1,
        ge=1,
        le=4,
        title="room for crops",
        description="Pictures are kept so many times larger than the network gets them, so that a crop of a large file stays sharp. "
        "Memory and disk take the square of it: 2 takes four times. 1: crops come from pictures already shrunk.",
    )
    batch: int = Field(128, ge=2, le=16384, title="batch size", description="Pictures a step, over all processes.")
    accumulate: int = Field(
        1,
        ge=1,
        le=1024,
        title="parts of a batch",
        description="Each batch goes through the network in so many equal parts, and the weights move once for all: less memory. "
        "Batch norm sees one part at a time. 1: undivided.",
    )
    epochs: float = Field(10, gt=0, le=10000, description="Times through the training pictures.")
    optimiser: Literal["sgd", "adam", "adamw", "lars", "muon"] = Field(
        "adamw", description="How weights move along the gradient; muon: hidden layers by Muon, all others by AdamW."
    )
    rate: float = Field(1e-3, gt=0, le=1000, title="learning rate", description="Size of a step, for this batch size.")
    rate_end: float = Field(0, ge=0, le=1000, title="final learning rate", description="Where the cosine schedule ends.")
    schedule: Literal["cosine", "sixteenth", "steps", "constant"] = Field(
        "cosine", description="How the learning rate falls; sixteenth: by 7/16 of a cosine's half wave, to a fifth (FixMatch)."
    )
    milestones: tuple[float, ...] = Field((), description="Epochs at which 'steps' divides the learning rate.")
    drop: float = Field(10, gt=1, le=1000, title="divisor", description="What 'steps' divides the learning rate by at each milestone.")
    warmup_share: float = Field(
        0,
        ge=0,
        le=0.5,
        title="warm-up",
        description="Share of the run in which the learning rate rises from 0; from there on it falls by its schedule.",
    )
    warmup: float = Field(
        0,
        ge=0,
        le=10000,
        title="warm-up in epochs",
        description="In place of a share: epochs in which the learning rate rises from 0, while its schedule counts from the first step.",
    )
    decay: float = Field(0, ge=0, le=10, title="weight decay", description="Pull of the weights towards 0.")
    decay_end: float | None = Field(None, ge=0, le=10, title="final weight decay", description="Where weight decay ends. Empty: it stays.")
    betas: tuple[float, float] = Field((0.9, 0.999), description="Adam's two memories.")
    momentum: float = Field(0.9, ge=0, lt=1, description="SGD's and LARS's memory.")
    nesterov: bool = Field(True, title="Nesterov's momentum", description="SGD looks ahead along its momentum.")
    clip: float | None = Field(None, gt=0, le=1e6, title="gradient clipping", description="Longest gradient let through. Empty: any.")
    labels_per_class: int | None = Field(None, ge=1, le=10**7, title="labels per class", description="Labels a task may use. Empty: all.")

    @field_validator("warmup")
    @classmethod
    def _one_warmup(cls, warmup: float, info: ValidationInfo) -> float:
        if warmup and info.data.get("warmup_share"):
            raise ValueError(f"must be 0 where 'warmup_share' says the warm-up ({info.data['warmup_share']:g} of the run)")
        return warmup
