"""How targets are scored: one protocol for all that are compared."""

from __future__ import annotations

from typing import Any, NamedTuple, TypedDict

from ssl_core.parts.catalogues import PROBES
from ssl_core.settings import SettingsError

MOST_SEEDS = 20  # draws of the labels that one job averages


class Protocol(NamedTuple):
    """How targets are scored; one protocol for all that are compared, so that only the features differ."""

    probe: str = "linear"
    options: dict[str, Any] = {}
    layer: str | None = None  # None: the deepest pooled one
    labels_per_class: int | None = None  # None: all
    seeds: int = 1  # draws of the labels; each picture's value is their mean
    train: int | None = None  # pictures; None: 10 000 without an accelerator, else all
    test: int | None = None  # pictures; None: 2 000 without an accelerator, else all
    image_size: int | None = None  # pixels a side; None: each run's own, for baselines the first run's


class ProtocolSettings(TypedDict, total=False):
    """The fields of a Protocol beside its probe, as keywords."""

    options: dict[str, Any]
    layer: str | None
    labels_per_class: int | None
    seeds: int
    train: int | None
    test: int | None
    image_size: int | None


def check_protocol(protocol: Protocol) -> dict[str, Any]:
    """All options of the probe, defaults included. Raises SettingsError where there is no such probe or a value isn't allowed."""
    probe = PROBES[protocol.probe]
    if probe.draws_labels and protocol.labels_per_class is not None:
        raise SettingsError(
            f"'labels-per-class' has no say in the protocol {protocol.probe}, which draws few labels itself. Leave it out: "
            f"its own settings are {', '.join(control.name for control in probe.Options.controls())}."
        )
    for name, value, most in (("labels-per-class", protocol.labels_per_class, 10**7), ("seeds", protocol.seeds, MOST_SEEDS)):
        if value is not None and not 1 <= value <= most:
            raise SettingsError(f"'{name}' must be between 1 and {most}. Got {value}.")
    return probe.Options.read(protocol.options, protocol.probe).plain()
