"""What tables settle of folders' doubts: splits without classes, numbers that folders call by words, questions with one answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ssl_core.reading.account import Choice, Remark
from ssl_core.reading.layout.understood import FolderLayout
from ssl_core.reading.layout.words import phrase
from ssl_core.reading.tables.told import Told

PARTS = {"train", "validation", "test", "unlabelled"}
FEWEST_IDS = 3  # folders from which those that are called as ids are asked about
LABELLED = 0.9  # share of the pictures beside a folder without classes that tables must name classes of


def split_without_classes(layout: FolderLayout, said: Told, choice: Choice) -> tuple[Choice, Remark] | None:
    """The choice of a folder that sounds like a split, where tables name classes of the pictures beside it and of none in it; a remark."""
    if choice.classes or choice.split or said.parts or any(getattr(choice, part) is not None for part in PARTS):
        return None
    doubts = [each for each in layout.remarks if each.other.get("train") and each.other.keys() <= PARTS - {"unlabelled"}]
    remark = doubts[0] if doubts else None
    held_out = [folder for part in ("validation", "test") for folder in (remark.other.get(part, []) if remark else [])]
    if remark is None or not held_out:
        return None
    pictures = [name for name, role in layout.roles.items() if role.kind == "picture"]
    beside = [name for name in pictures if not any(name.startswith(f"{folder}/") for folder in held_out)]
    if any(name in said.labels for name in set(pictures) - set(beside)):
        return None
    if not beside or sum(name in said.labels for name in beside) < LABELLED * len(beside):
        return None
    words = f"{phrase(held_out)} {'sounds' if len(held_out) == 1 else 'sound'} like a split, and tables name no class of a picture there"
    other: dict[str, list[str]] = {part: [] for part in sorted(PARTS)}
    parts = {part: tuple(remark.other.get(part, ())) for part in ("train", "validation", "test")}
    return choice.with_(**parts), Remark(f"{words}: these pictures are for that part.", False, other)


def called_as_folders(labels: Mapping[str, str], layout: FolderLayout) -> dict[str, str]:
    """What folders call classes that tables number, where a level of folders parts the pictures exactly alike; {} where none does."""
    kinds = set(labels.values())
    if not kinds or not all(map(str.isdigit, kinds)):
        return {}
    places = {name: layout.folders.get(tuple(name.split("/")[:-1]), ()) for name in labels}
    for k in range(max(map(len, places.values()), default=0)):
        pairs = {(labels[name], names[k]) for name, names in places.items() if len(names) > k}
        called = dict(pairs)
        spoken = set(called.values())
        if len(pairs) == len(called) == len(spoken) > 1 and called.keys() == kinds and any(map(str.isalpha, "".join(spoken))):
            return called
    return {}


def folders_of_ids(layout: FolderLayout, said: Told, choice: Choice) -> list[Remark]:
    """A question where folders that name classes are called as the values of a table's column of ids, which name beings or things."""
    kinds = {role.label for role in layout.roles.values() if role.kind == "picture" and role.label}
    if choice.classes or said.labels or len(kinds) < FEWEST_IDS:
        return []
    for column, values in sorted(said.ids.items()):
        known = len(kinds & {text.strip() for text in values})
        others = sum(len(kinds & each) for other, each in said.ids.items() if _title(other) == _title(column))
        if known and others >= LABELLED * len(kinds):
            table, title = column.rpartition(":")[::2]
            words = f"Folders are called as the ids in the column `{title}` of `{table}` ({phrase(sorted(kinds), 3)}): "
            return [Remark(words + "they are taken for classes, and may each hold pictures of one thing.", True, {"classes": "none"})]
    return []


def _title(column: str) -> str:
    return column.rpartition(":")[2]


def named_alike(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two namings of classes put the same pictures together, of those that both name."""
    pairs = {(label, other[name]) for name, label in one.items() if other.get(name)}
    return len(pairs) > 1 and len(pairs) == len({a for a, _ in pairs}) == len({b for _, b in pairs})


def settled(remarks: Sequence[Remark], label_of: Mapping[str, str], said: Told, split: bool) -> list[Remark]:
    """The remarks; those whose other reading gives the present classes ask nothing. split: tables say the part of every picture."""
    kept = []
    for each in remarks:
        column = str(each.other.get("classes", "")).partition(":")[2] if each.other.keys() == {"classes"} else ""
        same = (column in said.columns and _says(column, label_of, said)) or _offers_the_same(each, label_of, said)
        same = same or (each.other.keys() == {"classes"} and each.other["classes"] in said.ids and any(label_of.values()))
        moot = split and bool(each.other) and each.other.keys() <= PARTS
        kept.append(each._replace(asks=False) if same or moot else each)
    return kept


def without_answered(remarks: Sequence[Remark], choice: Choice) -> list[Remark]:
    """The remarks; those whose other reading is what a person chose already ask nothing."""
    chosen = choice.plain()

    def answered(key: str, value: object) -> bool:
        said = chosen.get(key)
        return said.items() >= value.items() if isinstance(said, dict) and isinstance(value, dict) else said == value

    return [
        each._replace(asks=False) if each.other and all(answered(key, value) for key, value in each.other.items()) else each
        for each in remarks
    ]


def _offers_the_same(remark: Remark, label_of: Mapping[str, str], said: Told) -> bool:
    """Whether classes that a question offers are those that pictures have, and of no picture that has none."""
    offered = said.offered.get(str(remark.other.get("classes", "")), {}) if remark.other.keys() == {"classes"} else {}
    return bool(offered) and all(label_of.get(name) == label for name, label in offered.items())


def without_equal(remarks: Sequence[Remark], assumed: Mapping[str, Any]) -> list[Remark]:
    """The remarks; those whose other reading of classes is the present one ask nothing. assumed: a Choice as JSON, whole."""
    return [each._replace(asks=False) if each.other and each.other == {"classes": assumed.get("classes")} else each for each in remarks]


def one_about_classes(remarks: Sequence[Remark], assumed: Mapping[str, Any]) -> list[Remark]:
    """The remarks; of the questions on what names classes the first asks, where nothing names any the first about a table's column."""
    asked = [each for each in remarks if each.asks and each.other.keys() == {"classes"}]
    tables = [each for each in asked if str(each.other["classes"]).partition(":")[0] not in ("folders", "names", "none")]
    first = next(iter([*tables, *asked] if assumed.get("classes") == "none" else asked), None)
    return [each._replace(asks=False) if each.other.keys() == {"classes"} and each is not first else each for each in remarks]


def _says(column: str, label_of: Mapping[str, str], said: Told) -> bool:
    """Whether a column says of every picture the class that it has."""
    labelled = {name: label for name, label in label_of.items() if label}
    return bool(labelled) and all(str(said.factors.get(name, {}).get(column)) == label for name, label in labelled.items())
