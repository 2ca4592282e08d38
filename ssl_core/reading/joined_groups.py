"""Which pictures belong together: by a table's column, by names of files, or by a level of folders. No torch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ssl_core.reading.account import Choice, Remark
from ssl_core.reading.both_sides import Likely
from ssl_core.reading.joined_classes import column_in_words
from ssl_core.reading.layout.name_fields import check_field, field_in
from ssl_core.reading.layout.related import grouped_by_names, offered_by_names, parts_of_one, related
from ssl_core.reading.layout.same_thing import Related
from ssl_core.reading.layout.splits import HELD_OUT
from ssl_core.reading.layout.understood import FolderLayout
from ssl_core.reading.layout.words import BEINGS, counted, phrase, words_in
from ssl_core.reading.tables.told import Told
from ssl_core.settings import SettingsError

MANY = 10  # folders below the classes from which these may each be one thing
KEEPS = "a split of Selfsight's own keeps the pictures of one together."
ASKS = "whether a split of Selfsight's own keeps the pictures of one together is for you to say; it does not."


class JoinedGroups(NamedTuple):
    """The groups of pictures, and what is to be said of them where Selfsight splits."""

    groups: dict[str, str]  # by picture
    assumed: str  # as a Choice says it, "" without groups
    where: str  # where groups come from, in words
    remarks: list[Remark]  # of a split of Selfsight's own
    given: list[Remark]  # where the set says its parts
    likely: tuple[Likely, ...] = ()  # groups that nobody has confirmed, the likelier first


def joined_groups(pictures: Sequence[str], label_of: Mapping[str, str], layout: FolderLayout, said: Told, choice: Choice) -> JoinedGroups:
    """The groups of a choice, else those of tables, else those that names of files are sure of. pictures: those to be split.

    Raises:
        SettingsError: the choice names a level that isn't there, or names that say nothing.
    """
    if choice.group == "none":
        return JoinedGroups({}, "none", "", [], [])
    given = choice.split != "none" and any(role.part in HELD_OUT and label_of.get(name) for name, role in layout.roles.items())
    every = [name for name, role in layout.roles.items() if role.kind == "picture" and role.part != "unlabelled"] if given else pictures
    if choice.group:
        pictures = every
    if choice.group == "names":
        return JoinedGroups(_by_names(pictures, label_of), "names", "names of files", [], [])
    if choice.group is not None and choice.group.startswith("names:"):
        return JoinedGroups(_by_field(pictures, choice.group), choice.group, "names of files", [], [])
    if choice.group is not None and choice.group.startswith("folders:"):
        return JoinedGroups(_by_level(pictures, layout, choice.group), choice.group, "names of folders", [], [])
    if said.groups:
        return JoinedGroups(said.groups, said.assumed.get("group", ""), column_in_words(said.assumed.get("group")), [], [])
    columns = tuple(Likely(values, column, f"groups in {column_in_words(column)}") for column, values in said.likely.items())
    if given:
        found = parts_of_one(pictures, label_of)
        likely = (*columns, *_by_likely_level(every, layout)[0], *_of_names(offered_by_names(every, label_of)))
        return JoinedGroups(found.group_of if found else {}, "names" if found else "", "names of files", [], _of_parts(found), likely)
    found = related(pictures, label_of)
    if found and found.choice != "names" and any(remark.other == {"classes": "names"} for remark in layout.remarks):
        found = None  # the words before a number are asked about as classes
    if found is None or found.sure in ("remarked", "offered"):
        likely, asked = _by_likely_level(pictures, layout)
        words = [] if asked and found and found.sure == "offered" else _in_words(found)
        return JoinedGroups({}, "", "", [*words, *asked], [], (*columns, *likely, *_of_names(found)))
    return JoinedGroups(found.group_of, "names", "names of files", _in_words(found), _of_parts(found))


def _of_names(found: Related | None) -> tuple[Likely, ...]:
    """Groups that names of files offer."""
    if found is None or found.sure != "offered":
        return ()
    field = found.choice.partition(":")[2]
    return (
        Likely(found.group_of, found.choice, f"values of field {field} of names of files" if field else "beginnings of names of files"),
    )


def _of_parts(found: Related | None) -> list[Remark]:
    """What is said of files that are parts of one picture, where the set gives its split."""
    return [Remark(f"{found.words}; each file is taken for a picture.")] if found and found.parts else []


def _in_words(found: Related | None) -> list[Remark]:
    if found is None:
        return []
    if found.sure == "remarked":
        words = f"{found.words}: where one name is one thing, choose that a split of Selfsight's own keeps the same names together."
        return [Remark(words, False, {"group": found.choice})]
    if found.sure == "offered":
        return [Remark(f"{found.words}: {ASKS}", True, {"group": found.choice})]
    words = f"One picture of each pair ends in `{found.ending}`: where these are masks, they are no pictures to learn from."
    masks = [Remark(words, False, {"masks": [found.ending]})] if found.ending else []
    return [Remark(f"{found.words}: {KEEPS}", found.sure == "asked", {"group": "none"}), *masks]


def _by_names(pictures: Sequence[str], label_of: Mapping[str, str]) -> dict[str, str]:
    groups = grouped_by_names(pictures, label_of)
    if not groups:
        raise SettingsError("'group' can be names where names of files repeat but for a number or an ending. Got 'names': none do.")
    return groups


def _by_field(pictures: Sequence[str], said: str) -> dict[str, str]:
    """Pictures by a field of their names. Raises SettingsError where it isn't there or tells each picture by itself."""
    check_field(said, "group")
    groups = {name: value for name in pictures if (value := field_in(name.rpartition("/")[2], said))}
    if not groups or len(set(groups.values())) == len(groups):
        raise SettingsError(f"'group' can be a field of the files' names that several share. Got '{said[:60]}': none do.")
    return groups


def _by_level(pictures: Sequence[str], layout: FolderLayout, said: str) -> dict[str, str]:
    deepest = max(map(len, layout.folders.values()), default=0)
    level = said.partition(":")[2]
    if not level.isdecimal() or not 1 <= int(level) <= deepest:
        raise SettingsError(f"'group' can be folders:1 to folders:{deepest}, a level of folders. Got '{said[:60]}'.")
    return {name: names[int(level) - 1] for name in pictures if len(names := _names_round(name, layout)) >= int(level)}


def _names_round(name: str, layout: FolderLayout) -> tuple[str, ...]:
    return layout.folders.get(tuple(name.split("/")[:-1]), ())


def _by_likely_level(pictures: Sequence[str], layout: FolderLayout) -> tuple[tuple[Likely, ...], list[Remark]]:
    """The level of folders that may hold several pictures of one thing each (patients, slides), and a question on the level."""
    called = str(layout.assumed["classes"]).partition(":")[2]
    classes = int(called) if called.isdecimal() else 0
    places = [_names_round(name, layout) for name in pictures]
    for k in range(max(map(len, places), default=0)):
        count = Counter(names[k] for names in places if len(names) > k)
        if k + 1 == classes or len(count) < 2 or 2 * count.total() < len(pictures) or count.total() < 2 * len(count):
            continue
        parents: dict[str, set[tuple[str, ...]]] = defaultdict(set)
        for names in places:
            if len(names) > k:
                parents[names[k]].add(names[:k])
        numbers = all(any(map(str.isdigit, name)) for name in count)
        lone = all(len(above) == 1 for above in parents.values())
        beings = all(BEINGS.intersection(words_in(name)) for name in count)
        if beings or (0 < classes <= k and len(count) >= MANY and numbers and lone):
            words = f"{counted(len(count), 'folder')} ({phrase(sorted(count), 3)}) may each hold pictures of one thing: {ASKS}"
            level = f"folders:{k + 1}"
            likely = Likely(_by_level(pictures, layout, level), level, "folders")
            return (likely,), [Remark(words, True, {"group": level})]
    return (), []
