"""Selfsight's own split: a fifth of every class is kept for testing, groups stay together, and a hash of the names decides. No torch."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

SHARE = 5  # one of so many pictures of a class is for testing


def held_out(names: Sequence[str], label_of: Mapping[str, str], group_of: Mapping[str, str]) -> set[str]:
    """The pictures for testing: of each class, and of those without one, round(n / 5), at least one where there are two.

    Those with the smallest hash are taken; of all pictures together where no class has two. A group is on one side as a whole, counted
    with its most frequent class; a picture without a group is one of its own. Where files are added the others keep their side, but for
    as many as the share of a class grows by.
    """
    members: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name in names:
        group = group_of.get(name)
        members[("picture", name) if group is None else ("group", group)].append(name)
    of_class: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for unit, inside in members.items():
        counts = Counter(label_of.get(name, "") for name in inside)
        of_class[min(counts, key=lambda label: (-counts[label], label))].append(unit)
    chosen: set[str] = set()
    for units in of_class.values():
        chosen.update(_share([members[unit] for unit in sorted(units, key=_rank)]))
    return chosen or set(_share([members[unit] for unit in sorted(members, key=_rank)]))


def _rank(unit: tuple[str, str]) -> str:
    return hashlib.sha256("\0".join(unit).encode("utf-8", "surrogateescape")).hexdigest()


def _share(units: list[list[str]]) -> list[str]:
    """Units, in their order, until a fifth of the pictures is reached; never all units."""
    wanted = max(1, round(sum(map(len, units)) / SHARE))
    taken: list[str] = []
    for unit in units[:-1]:
        if len(taken) >= wanted or (taken and len(taken) + len(unit) - wanted > wanted - len(taken)):
            break
        taken += unit
    return taken
