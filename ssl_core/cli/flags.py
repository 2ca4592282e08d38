"""Flags from the settings of parts: one for each setting, and their texts as values."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Mapping
from typing import Any

from ssl_core.controls import Control
from ssl_core.settings import Settings


def every_control(options: Iterable[type[Settings]]) -> list[Control]:
    """The settings of all parts of a family, one a name."""
    by_name: dict[str, Control] = {}
    for each in options:
        by_name.update({control.name: control for control in each.controls()})
    return list(by_name.values())


def add_flags(parser: argparse.ArgumentParser, prefix: str, controls: list[Control], place: str) -> None:
    """A flag for each setting, "--" + prefix + its name; `grouped` finds its text under `place` ("options/")."""
    for control in controls:
        flags = dict.fromkeys((f"--{prefix}{control.name.replace('_', '-')}", f"--{prefix}{control.name}"))
        default = "" if control.default is None else f" (default: {control.default})"
        words = f"{control.help} {control.allowed}{default}".replace("%", "%%")
        parser.add_argument(*flags, dest=place + control.name, metavar="VALUE", help=words, default=argparse.SUPPRESS)


def grouped(given: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The flags of `add_flags` that were given, by place and setting. A text that is valid JSON is parsed; the settings check it."""
    values: dict[str, dict[str, Any]] = {}
    for name, text in given.items():
        group, slash, setting = name.partition("/")
        if slash:
            values.setdefault(group, {})[setting] = _plain(setting, text)
    return values


def _plain(name: str, text: str) -> Any:
    if name == "labels_per_class" and text == "all":
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text
