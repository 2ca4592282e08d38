"""Classes whose names differ in capitals alone: whether they are one is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ssl_core.reading.account import Remark
from ssl_core.reading.naming import several_names


def asked_capitals(kinds: Mapping[str, int], asked: Collection[str] = ()) -> list[Remark]:
    """A question on such classes, of which the one with most pictures is offered for all. kinds: pictures of each class.

    asked: names of classes that another question is about.
    """
    alike: dict[str, list[str]] = {}
    for name in sorted(kinds, key=lambda name: -kinds[name]):
        alike.setdefault(name.casefold(), []).append(name)
    pairs = [names for names in alike.values() if len(names) > 1 and not set(names) & set(asked)]
    if not pairs:
        return []
    said = several_names((" and ".join(f"'{name}' ({kinds[name]:,})" for name in names) for names in pairs), joint="; ")
    merged = {name: names[0] for names in pairs for name in names[1:]}
    return [Remark(f"Classes differ in capitals alone: {said}. They stay apart until you say that they are one.", True, {"merged": merged})]
