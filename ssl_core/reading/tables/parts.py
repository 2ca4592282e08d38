"""Which column of a table says what a picture is for (train, validation, test), and which says what belongs together. No torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.naming import quoted, several_names
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.number_keys import number_key
from ssl_core.reading.tables.table import count_of

MOST_FOLDS = 20
MOST_PARTS = 4  # different values of a column that may name parts although its header doesn't say so
MOST_VALUES = 200  # different values of a column that names parts


class Parts(NamedTuple):
    """What a table says about parts."""

    column: str  # "" where no column does
    values: list[Part | None]  # by row
    used: frozenset[int] = frozenset()
    aside: dict[str, str] = {}  # pictures whose value isn't understood: the value
    remarks: tuple[Remark, ...] = ()


def part_column(known: Bound, chosen: str | None = None) -> Parts:
    """The parts that a table names. chosen: title that a person said."""
    sheet = known.sheet
    if chosen is not None:
        k = sheet.titles.index(chosen)
        return _told(known, k, _meaning(known, k, chosen=True)) or Parts("", [])
    ranked = sorted(range(len(sheet.titles)), key=lambda k: (words.bare_header(sheet.titles[k]) not in words.SPLITS, k))
    remarks: tuple[Remark, ...] = ()
    used: frozenset[int] = frozenset()
    for k in ranked:
        if k == known.file or len(set(sheet.columns[k])) > MOST_VALUES:
            continue
        if found := _told(known, k, _meaning(known, k)):
            return found._replace(remarks=(*found.remarks, *remarks), used=found.used | used)
        if asked := _asked(known, k):
            remarks, used = (*remarks, asked), used | {k}
    return Parts("", [], used, remarks=remarks)


def _counts(known: Bound, k: int) -> Counter[str]:
    return Counter(text.strip() for text, picture in zip(known.sheet.columns[k], known.pictures, strict=True) if picture)


def _meaning(known: Bound, k: int, chosen: bool = False) -> dict[str, Part | None]:
    """What each value of a column means; {} where the column names no parts."""
    counts, header = _counts(known, k), words.bare_header(known.sheet.titles[k])
    yes_no = words.YES_MEANS.get(header)
    lowered = {text: number_key(text.lower()) for text in counts}
    if yes_no and set(lowered.values()) <= words.TRUE | words.FALSE:
        return {text: yes_no[0] if value in words.TRUE else yes_no[1] for text, value in lowered.items()}
    by_words = {text: words.named_part(text) for text in counts}
    some = sum(count for text, count in counts.items() if by_words[text])
    if some and (header in words.SPLITS or chosen or 10 * some >= 9 * counts.total()):
        return by_words
    numbers = set(lowered.values()) - {""}
    if header in words.SPLITS - words.FOLDS and numbers == {"0", "1", "2"} and max(counts, key=lambda text: counts[text]) in ("0", "0.0"):
        return {text: {"0": "train", "1": "validation", "2": "test"}.get(value) for text, value in lowered.items()}  # type: ignore[misc]
    if chosen and len(numbers) == 2 and header not in words.FOLDS:
        most = lowered[max(counts, key=lambda text: counts[text])]
        return {text: "train" if value == most else "test" for text, value in lowered.items()}
    if chosen and 2 <= len(numbers) <= MOST_FOLDS:
        last = max(numbers, key=lambda value: (words.number(value) or 0, value))
        return {text: "test" if value == last else "train" for text, value in lowered.items()}
    return {}


def _told(known: Bound, k: int, meaning: Mapping[str, Part | None]) -> Parts | None:
    """The parts of rows, and a sentence on values that aren't understood."""
    if not meaning:
        return None
    sheet, title, counts = known.sheet, known.sheet.titles[k], _counts(known, k)
    values = [meaning.get(text.strip()) if picture else None for text, picture in zip(sheet.columns[k], known.pictures, strict=True)]
    empty = {text for text in counts if words.missing(text)}
    strange = {text: count for text, count in counts.items() if not meaning[text] and text not in empty}
    aside = {p: text.strip() for text, p in zip(sheet.columns[k], known.pictures, strict=True) if p and text.strip() in strange}
    remarks = []
    if strange:
        said = several_names(f"'{text[:80]}' of {count_of(count, 'picture')}" for text, count in sorted(strange.items()))
        text = f"`{sheet.name}` says {said} in its column `{title}`, which isn't understood as a part: "
        text += "they are neither learnt from nor measured with."
        remarks.append(Remark(text, True, {"split": "none"}))
    if set(map(number_key, counts)) == {"0", "1", "2"}:
        text = f"`{sheet.name}` has 0, 1 and 2 in its column `{title}`: they are read as train, validation and test."
        remarks.append(Remark(text, True, {"split": "none"}))
    return Parts(title, values, frozenset((k,)), aside, tuple(remarks))


def _asked(known: Bound, k: int) -> Remark | None:
    """A question on a column that is called as a split, and whose numbers don't say what they mean."""
    sheet, header = known.sheet, words.bare_header(known.sheet.titles[k])
    counts = Counter[str]()
    for text, count in _counts(known, k).items():
        counts[number_key(text)] += count
    title, other = sheet.titles[k], {"split": f"{sheet.name}:{sheet.titles[k]}"}
    if header not in words.SPLITS and 2 <= len(counts) <= MOST_PARTS and sheet.titled and header not in words.CLASSES[0]:
        said = [text for text in counts if words.named_part(text) in ("train", "test")]  # "valid" beside "invalid" is none
        text = f"`{sheet.name}` says {quoted(sorted(counts))} in its column `{title}`, and {quoted(said)} may name a part: "
        return Remark(f"{text}the column isn't used.", True, other) if said else None
    if header not in words.SPLITS or not 2 <= len(counts) <= MOST_FOLDS:
        return None
    if header not in words.FOLDS and len(counts) == 2 and set(counts) <= words.TRUE | words.FALSE:
        most, least = (value for value, _ in counts.most_common())
        text = (
            f"`{sheet.name}` says {most} of {counts[most]:,} pictures and {least} of {counts[least]:,} in its column `{title}`: "
            f"which of them test isn't said, so the column isn't used. If it is, the {counts[least]:,} test."
        )
        return Remark(text, True, other)
    numbers = [words.number(value) for value in counts]
    if header in words.FOLDS or all(value is not None for value in numbers):
        last = max(counts, key=lambda value: (words.number(value) or 0, value))
        text = (
            f"`{sheet.name}` names {len(counts):,} folds in its column `{title}`, which isn't used. "
            f"If it is, fold {last} tests ({count_of(counts[last], 'picture')}) and the others train."
        )
        return Remark(text, True, other)
    return None


class GroupColumn(NamedTuple):
    """What a table says about pictures that belong together."""

    column: str  # "" where no column does
    values: list[str]  # by row, of a column that is only offered too
    used: frozenset[int] = frozenset()
    remarks: tuple[Remark, ...] = ()
    offered: str = ""  # a column that may say so


def group_column(known: Bound, taken: frozenset[int], chosen: str | None = None) -> GroupColumn:
    """The column that names a being or thing seen in several pictures; a column that names an occasion or place is offered."""
    sheet = known.sheet
    if chosen is not None:
        k = sheet.titles.index(chosen)
        return GroupColumn(chosen, _grouped(known, k), frozenset((k,)))
    found: list[tuple[int, int, int]] = []  # kind, different values, column
    for k, title in enumerate(sheet.titles):
        kind = words.group_kind(title)
        values = {value for value in _grouped(known, k) if value} if kind is not None and k not in taken and k != known.file else set()
        if kind is not None and 2 <= len(values) < known.told and (kind != words.SOME_ID or len(values) in _small_groups(known.told)):
            found.append((kind, len(values), k))
    if not found:
        return GroupColumn("", [])
    kind, kinds, k = min(found)
    title = sheet.titles[k]
    text = f"`{sheet.name}` names {kinds:,} groups in its column `{title}` for {count_of(known.told, 'picture')}: "
    if kind == 0:
        text += "a split of Selfsight's own keeps the pictures of a group together."
        return GroupColumn(title, _grouped(known, k), frozenset((k,)), (Remark(text, True, {"group": "none"}),))
    text += "whether a split of Selfsight's own keeps them together is for you to say; by this column it does not."
    return GroupColumn("", _grouped(known, k), remarks=(Remark(text, True, {"group": f"{sheet.name}:{title}"}),), offered=title)


def _small_groups(pictures: int) -> range:
    """How many values a column that is only called an id has where each is of a few pictures: more would be rows, fewer kinds."""
    return range(pictures // 10 + 1, int(0.9 * pictures) + 1)


def _grouped(known: Bound, k: int) -> list[str]:
    pairs = zip(known.sheet.columns[k], known.pictures, strict=True)
    return [words.clean(text) if picture and not words.missing(text) else "" for text, picture in pairs]
