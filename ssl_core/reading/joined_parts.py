"""What each picture is for: parts by tables before those by folders, and a split of Selfsight's own where none can measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple

from ssl_core.reading.account import Choice, Part, Remark, Role
from ssl_core.reading.both_sides import on_both_sides
from ssl_core.reading.joined_groups import JoinedGroups
from ssl_core.reading.stratified import held_out
from ssl_core.reading.tables.told import Told

Roles = dict[str, Role]  # by file
LEARNT_TOO = "that are measured with are learnt from too."  # of groups, unless a person leaves their test pictures out
PartOf = dict[str, Part | None]  # by picture


class JoinedParts(NamedTuple):
    """How the pictures were split."""

    measured: Part | Literal[""]  # the part that measures, "" with a split of Selfsight's own
    own_split: bool
    remarks: list[Remark]


def take_parts(roles: Roles, label_of: Mapping[str, str], said: Told, choice: Choice, groups: JoinedGroups) -> JoinedParts:
    """Gives every picture the part that it is for: tables say it before folders; what measures is decided by labels."""
    parts: PartOf = {name: role.part for name, role in sorted(roles.items()) if role.kind == "picture"}
    if choice.split == "none":
        parts = {name: "train" if part != "unlabelled" else part for name, part in parts.items()}
    else:
        parts |= said.parts
    for name, why in said.aside.items():
        _leave_out(name, why, parts, roles)
    measures = _measuring(parts, label_of)
    if measures is None:
        return _split_anew(parts, roles, label_of, groups)
    _take_named_parts(parts, measures, roles)
    remarks = [] if "train" in parts.values() else [Remark("Nothing says which pictures are to learn from.", True)]
    return JoinedParts(measures, False, [*remarks, *_of_groups(parts, measures, groups), *groups.given])


def _measuring(parts: PartOf, label_of: Mapping[str, str]) -> Part | None:
    """The part that measures: of test and validation the first with labels; None where there is none to trust."""
    apart: tuple[Part, ...] = ("test", "validation")
    there = [part for part in apart if part in parts.values()]
    labelled = {part for name, part in parts.items() if part and label_of.get(name)}
    if not labelled:
        return there[0] if there else None
    return next((part for part in there if part in labelled), None)


def _split_anew(parts: PartOf, roles: Roles, label_of: Mapping[str, str], groups: JoinedGroups) -> JoinedParts:
    """Selfsight's own split of what is there to learn from; a part without labels stays aside where the others have some."""
    for name in [name for name, part in parts.items() if part in ("test", "validation")]:
        _leave_out(name, f"is for {parts[name]}, but no picture there has a class to measure with", parts, roles)
    heap = [name for name, part in parts.items() if part in (None, "train")]
    learnt, remarks = sum(part == "train" for part in parts.values()), []
    if 0 < learnt < len(heap):
        words = f"{learnt:,} of {len(heap):,} pictures are said to be for training and nothing is said of the others: all are split anew."
        remarks.append(Remark(words, True))
    tested = held_out(heap, label_of, groups.groups)
    for name, part in parts.items():
        roles[name] = Role("picture", part if part == "unlabelled" else "test" if name in tested else "train")
    return JoinedParts("", bool(heap), [*groups.remarks, *remarks])


def _take_named_parts(parts: PartOf, measures: Part, roles: Roles) -> None:
    for name, part in parts.items():
        if part is None:
            roles[name] = Role("left out", reason="is in no part that the set names")
        elif part == measures:
            roles[name] = Role("picture", "test")
        elif part == "test":  # validation measures
            roles[name] = Role("left out", reason="is for test, but no picture there has a class to measure with")
        else:
            roles[name] = Role("picture", part)


def _of_groups(parts: PartOf, measures: Part, joined: JoinedGroups) -> list[Remark]:
    """A remark where the same group is learnt from and measured with."""
    tested = {joined.groups[name] for name, part in parts.items() if part == measures and name in joined.groups}
    leaking = tested & {joined.groups[name] for name, part in parts.items() if part == "train" and name in joined.groups}
    if leaking:
        return [Remark(f"{len(leaking):,} of {len(tested):,} groups ({joined.where}) {LEARNT_TOO}")]
    return [remark for each in joined.likely if (remark := on_both_sides(each, parts, measures))][:1]


def without_groups(remarks: Iterable[Remark], said: Iterable[Remark]) -> list[Remark]:
    """The same for a set that names its parts: whether a split of Selfsight's own keeps groups together is no question there.

    said: remarks on groups on both sides, which say more of a column than that it is offered.
    """
    counted = [remark.other for remark in said if remark.other.keys() == {"group"}]
    kept = [remark for remark in remarks if remark.other != {"group": "none"} and remark.other not in counted]
    return [remark._replace(asks=False) if remark.other.keys() == {"group"} else remark for remark in kept]


def _leave_out(name: str, why: str, parts: PartOf, roles: Roles) -> None:
    roles[name] = Role("left out", reason=why)
    parts.pop(name, None)
