"""File names in short, and what is understood of them in short: "train/cat*3" is three pictures, "train: cat 3" their class."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ssl_core.reading.account import Choice, Role
from ssl_core.reading.layout.understood import FolderLayout, laid_out
from ssl_core.reading.sources import SUFFIXES


def picture(name: str) -> bool:
    """Whether a name ends as a picture's does."""
    return name.lower().endswith(SUFFIXES)


def names_of(short: str) -> list[str]:
    """Names of "cat*2 dog/{a,b}.png x.csv"; "%" is a space in a name."""
    names: list[str] = []
    for each in short.split():
        folder, star, number = each.replace("%", " ").partition("*")
        head, brace, rest = folder.partition("{")
        middle, _, tail = rest.partition("}")
        if star:
            names += [f"{folder}/{k}.jpg" for k in range(int(number))]
        else:
            names += [head + word + tail for word in middle.split(",")] if brace else [folder]
    return names


def laid(short: str, **choice: Any) -> FolderLayout:
    """The layout of names in short."""
    return laid_out(names_of(short), Choice.read(choice), picture)


def seen(layout: FolderLayout) -> str:
    """Pictures by part and class, then other roles: "train: cat 3; test: cat 1; mask 2; left out 1"."""
    parts: dict[str, Counter[str]] = {}
    others: Counter[str] = Counter()
    for role in layout.roles.values():
        if role.kind == "picture":
            parts.setdefault(role.part or "all", Counter())[role.label or "-"] += 1
        else:
            others[_called(role)] += 1
    order = ("train", "validation", "test", "unlabelled", "all")
    lines = [f"{part}: " + ", ".join(f"{label} {n}" for label, n in sorted(parts[part].items())) for part in order if part in parts]
    return "; ".join([*lines, *(f"{kind} {n}" for kind, n in sorted(others.items()))])


def _called(role: Role) -> str:
    return "mask of none" if role.kind == "mask" and not role.of else role.kind
