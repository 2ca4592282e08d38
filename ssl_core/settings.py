"""What a person may set: type, range, default and help are said once here; form, flags, check, JSON and docs derive from it."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from ssl_core.controls import Control, control_of

LONGEST_ECHO = 60  # characters of a wrong value that an error repeats


class SettingsError(ValueError):
    """A request that can't be granted, said in one sentence: owner, allowed, given, remedy."""

    def __str__(self) -> str:
        """The sentence in one line; unprintable characters of a repeated value (control codes, right-to-left marks) are escaped."""
        return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in super().__str__())


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
        return [control_of(name, field) for name, field in cls.model_fields.items()]

    def plain(self) -> dict[str, Any]:
        """The settings as JSON-ready values."""
        return self.model_dump(mode="json")


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
        None,
        title="network",
        description="The network that learns (backbone). Empty: the first that fits the task.",
        json_schema_extra={"subject": "network"},
    )
    image_size: int = Field(
        32,
        ge=8,
        le=512,
        title="picture size",
        description="Pixels a side that the network gets.",
        json_schema_extra={"subject": "pictures", "first": 3},
    )
    room: float = Field(
        1,
        ge=1,
        le=4,
        title="room for crops",
        description="Pictures are kept so many times larger than the network gets them, so that a crop of a large file stays sharp. "
        "Memory and disk take the square of it: 2 takes four times. 1: crops come from pictures already shrunk.",
        json_schema_extra={"subject": "pictures", "needs": "crops"},
    )
    batch: int = Field(
        128,
        ge=2,
        le=16384,
        title="batch size",
        description="Pictures a step, over all processes.",
        json_schema_extra={"subject": "batches"},
    )
    accumulate: int = Field(
        1,
        ge=1,
        le=1024,
        title="parts of a batch",
        description="Each batch goes through the network in so many equal parts, and the weights move once for all: less memory. "
        "Batch norm sees one part at a time. 1: undivided.",
        json_schema_extra={"subject": "batches", "needs": "parts"},
    )
    epochs: float = Field(
        10, gt=0, le=10000, description="Times through the training pictures.", json_schema_extra={"subject": "schedule", "first": 1}
    )
    optimiser: Literal["sgd", "adam", "adamw", "lars", "muon"] = Field(
        "adamw",
        description="How weights move along the gradient; muon: hidden layers by Muon, all others by AdamW.",
        json_schema_extra={"subject": "optimiser"},
    )
    rate: float = Field(
        1e-3,
        gt=0,
        le=1000,
        title="learning rate",
        description="Size of a step, for this batch size.",
        json_schema_extra={"subject": "optimiser"},
    )
    rate_end: float = Field(
        0,
        ge=0,
        le=1000,
        title="final learning rate",
        description="Where the cosine schedule ends.",
        json_schema_extra={"subject": "schedule", "reach": [1e-6, 0.1], "when": {"schedule": ["cosine"]}},
    )
    schedule: Literal["cosine", "sixteenth", "steps", "constant"] = Field(
        "cosine",
        description="How the learning rate falls; sixteenth: by 7/16 of a cosine's half wave, to a fifth (FixMatch).",
        json_schema_extra={"subject": "schedule"},
    )
    milestones: tuple[float, ...] = Field(
        (),
        description="Epochs at which 'steps' divides the learning rate.",
        json_schema_extra={"subject": "schedule", "when": {"schedule": ["steps"]}},
    )
    drop: float = Field(
        10,
        gt=1,
        le=1000,
        title="divisor",
        description="What 'steps' divides the learning rate by at each milestone.",
        json_schema_extra={"subject": "schedule", "when": {"schedule": ["steps"]}},
    )
    warmup_share: float = Field(
        0,
        ge=0,
        le=0.5,
        title="warm-up",
        description="Share of the run in which the learning rate rises from 0; from there on it falls by its schedule.",
        json_schema_extra={"subject": "schedule"},
    )
    warmup: float = Field(
        0,
        ge=0,
        le=10000,
        title="warm-up in epochs",
        description="In place of a share: epochs in which the learning rate rises from 0, while its schedule counts from the first step.",
        json_schema_extra={"subject": "schedule", "superseded": True},
    )
    decay: float = Field(
        0,
        ge=0,
        le=10,
        title="weight decay",
        description="Pull of the weights towards 0.",
        json_schema_extra={"subject": "optimiser", "reach": [1e-6, 1]},
    )
    decay_end: float | None = Field(
        None,
        ge=0,
        le=10,
        title="final weight decay",
        description="Where weight decay ends. Empty: it stays.",
        json_schema_extra={"subject": "optimiser", "reach": [1e-6, 1], "empty": "as it is"},
    )
    betas: tuple[float, float] = Field(
        (0.9, 0.999),
        description="Adam's two memories.",
        json_schema_extra={"subject": "optimiser", "when": {"optimiser": ["adam", "adamw", "muon"]}},
    )
    momentum: float = Field(
        0.9,
        ge=0,
        lt=1,
        description="SGD's and LARS's memory.",
        json_schema_extra={"subject": "optimiser", "scale": "near 1", "when": {"optimiser": ["sgd", "lars"]}},
    )
    nesterov: bool = Field(
        True,
        title="Nesterov's momentum",
        description="SGD looks ahead along its momentum.",
        json_schema_extra={"subject": "optimiser", "when": {"optimiser": ["sgd"]}, "unless": {"momentum": [0]}},
    )
    clip: float | None = Field(
        None,
        gt=0,
        le=1e6,
        title="gradient clipping",
        description="Longest gradient let through. Empty: any.",
        json_schema_extra={"subject": "optimiser", "empty": "none"},
    )
    labels_per_class: int | None = Field(
        None,
        ge=1,
        le=10**7,
        title="labels per class",
        description="Labels a task may use. Empty: all.",
        json_schema_extra={"subject": "labels", "first": 2, "empty": "all", "needs": "labels", "when": {"labels_from": ["dataset"]}},
    )

    @field_validator("warmup")
    @classmethod
    def _one_warmup(cls, warmup: float, info: ValidationInfo) -> float:
        if warmup and info.data.get("warmup_share"):
            raise ValueError(f"must be 0 where 'warmup_share' says the warm-up ({info.data['warmup_share']:g} of the run)")
        return warmup
