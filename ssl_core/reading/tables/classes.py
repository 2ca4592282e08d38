"""Which column of a table names classes, by its header and by its values. No torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ssl_core.reading.account import Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.cells import LONGEST
from ssl_core.reading.tables.matching import Bound, number_key
from ssl_core.reading.tables.table import MOST_CLASSES, count_of

FEW = 10  # different numbers that are classes however few pictures there are
MOST_LABELS = 200  # labels of cells with several that become columns
UNSURE = "which names its classes is for you to say"


class Classes(NamedTuple):
    """What a table says about classes."""

    column: str  # title; of one column a class, the first and the last title; "" where none names classes
    values: list[str]  # by row, "" where a row has no label
    used: frozenset[int] = frozenset()  # columns that are told by this
    remarks: tuple[Remark, ...] = ()
    several: tuple[int, list[tuple[str, ...]]] | None = None  # column of cells with several labels, and the labels of each row


class Kinds(NamedTuple):
    """The values of a column on rows that are about pictures."""

    values: list[str]  # by row, "" where a row is about no picture or has no label
    counts: Counter[str]
    numbers: bool
    empty: Counter[str]  # what stands for no label

    @property
    def quantity(self) -> bool:
        """Whether the numbers measure something: fractions, or nearly as many whole numbers as pictures."""
        if not self.numbers:
            return False
        whole = all(float(value).is_integer() for value in self.counts)
        return not whole or (len(self.counts) > FEW and 2 * len(self.counts) > self.counts.total())


def kinds_of(known: Bound, k: int) -> Kinds:
    """A column's labels: numbers without zeros that mean nothing, texts without spaces that mean nothing, none for what says none."""
    comma = known.sheet.comma
    raw = [text if picture else "" for text, picture in zip(known.sheet.columns[k], known.pictures, strict=True)]
    clean = {text: words.clean(text)[:LONGEST] for text in set(raw)}
    some = {text for text in clean.values() if not words.missing(text)}
    numbers = bool(some) and all(words.number(text, comma) is not None for text in some)
    as_one = {
        text: "" if words.missing(text) else number_key(text.replace(",", ".") if comma else text) if numbers else text for text in some
    }
    if numbers and "-1" in as_one.values() and set(as_one.values()) - {"-1", "1"}:
        as_one = {text: "" if value == "-1" else value for text, value in as_one.items()}
    by_raw = {text: as_one.get(value, "") for text, value in clean.items()}
    values = [by_raw[text] for text in raw]
    empty = Counter(text.strip() for text in raw if text.strip() and not by_raw[text])
    counts = Counter(values)
    del counts[""]
    return Kinds(values, counts, numbers, empty)


def class_rank(header: str) -> int | None:
    """How plainly a header says that a column names classes: 0 is the plainest; None where it does not."""
    text = words.bare_header(header)
    return next((k for k, known in enumerate(words.CLASSES) if text in known), None)


def class_column(known: Bound, taken: frozenset[int], chosen: str | None = None) -> Classes:
    """The classes that a table names. taken: columns that name files, parts, captions or groups. chosen: title that a person said."""
    sheet = known.sheet
    if chosen is not None and " to " in chosen and chosen not in sheet.titles:
        first, last = (sheet.titles.index(title) for title in chosen.split(" to ", 1))
        return _one_hot(known, [k for k in range(first, last + 1) if k not in taken]) or Classes("", [])
    if chosen is not None:
        k = sheet.titles.index(chosen)
        kinds = kinds_of(known, k)
        return Classes(chosen, kinds.values, frozenset((k,)), _no_label(known, chosen, kinds))
    ranked = {k: class_rank(title) for k, title in enumerate(sheet.titles) if k not in taken}
    named = sorted((rank, k) for k, rank in ranked.items() if rank is not None)
    looked_at = [k for k in ranked if ranked[k] is not None or _repeats(known, k)]
    all_kinds = {k: kinds_of(known, k) for k in looked_at}
    for _, k in named:
        if several := _several(known, k, all_kinds[k]):
            return several
    fits = [(rank, k) for rank, k in named if _classlike(all_kinds[k], True)]
    if fits:
        return _named(known, fits, all_kinds)
    if block := _one_hot(known, [k for k in all_kinds if k not in {each for _, each in named}]):
        return block
    return _by_content(known, all_kinds, [k for _, k in named])


def _repeats(known: Bound, k: int) -> bool:
    """Whether a column without a known header may name classes: its values repeat, or the table has no headers; row numbers don't."""
    if not known.sheet.titled:
        return True
    few = 2 * len(set(known.sheet.columns[k])) <= len(known.pictures) + 4
    return few and words.bare_header(known.sheet.titles[k]) not in words.SEQUENCE


def _classlike(kinds: Kinds, named: bool) -> bool:
    """Whether values are few, repeat, and cover the pictures; a column whose header says so may be of few pictures."""
    found, told = len(kinds.counts), kinds.counts.total()
    if not 1 <= found <= MOST_CLASSES or kinds.quantity:
        return False
    if named:
        return found < told or told <= 2 * FEW
    return 2 <= found <= told // 2 and 2 * told >= sum(map(bool, kinds.values)) + kinds.empty.total() and told >= 4


def _named(known: Bound, fits: list[tuple[int, int]], all_kinds: Mapping[int, Kinds]) -> Classes:
    """Of the columns whose headers say so the plainest; a name in place of a number where both part the pictures alike."""
    rank, first = next(((rank, k) for rank, k in fits if len(all_kinds[k].counts) > 1), fits[0])
    same = [k for k, kinds in all_kinds.items() if k != first and _same(all_kinds[first], kinds)]
    best = next((k for k in same if not all_kinds[k].numbers), first) if all_kinds[first].numbers else first
    sheet, kinds = known.sheet, all_kinds[best]
    remarks = list(_no_label(known, sheet.titles[best], kinds))
    others = [k for at, k in fits if at == rank and k not in (first, best) and k not in same and len(all_kinds[k].counts) > 1]
    for k in others[:1]:
        text = f"`{sheet.name}` names classes in its column `{sheet.titles[best]}`; "
        text += f"its column `{sheet.titles[k]}` parts the pictures otherwise."
        remarks.append(Remark(text, True, {"classes": f"{sheet.name}:{sheet.titles[k]}"}))
    used = frozenset((best, *(k for k in (first, *same) if all_kinds[k].numbers and class_rank(sheet.titles[k]) is not None)))
    return Classes(sheet.titles[best], kinds.values, used, tuple(remarks))


def _same(one: Kinds, other: Kinds) -> bool:
    """Whether two columns part the pictures alike."""
    if len(one.counts) != len(other.counts) or len(one.counts) < 2:
        return False
    return len(set(zip(one.values, other.values, strict=True)) - {("", "")}) == len(one.counts)


def _no_label(known: Bound, title: str, kinds: Kinds) -> tuple[Remark, ...]:
    if not kinds.empty:
        return ()
    said = words.quoted(kinds.empty)
    count = count_of(kinds.empty.total(), "picture")
    return (Remark(f"`{known.sheet.name}` says {said} of {count} in its column `{title}`, which is no label."),)


def one_class_each(known: Bound, classes: Classes) -> Classes:
    """The same; none where many pictures have rows of different classes, and a sentence where a few have."""
    title = classes.column
    if not known.again or title not in known.sheet.titles:
        return classes
    column = known.sheet.column(title) or ()
    first = dict(zip(known.pictures, classes.values, strict=True))
    unlike = {p for row, p in known.again if number_key(words.clean(column[row])) != first.get(p, "") and not words.missing(column[row])}
    if not unlike:
        return classes
    text = f"`{known.sheet.name}` has rows of different classes about {count_of(len(unlike), 'picture')} in its column `{title}`"
    if FEW * len(unlike) < known.told:
        return classes._replace(remarks=(*classes.remarks, Remark(f"{text}; the first row counts.")))
    question = Remark(f"{text}, so it names no class of a whole picture.", True, {"classes": f"{known.sheet.name}:{title}"})
    return Classes("", [], classes.used, (question,))


# one column a class


def _one_hot(known: Bound, candidates: Sequence[int]) -> Classes | None:
    """Classes by columns of 0 and 1, of which each row has a single 1; a question where rows have several."""
    binary = [k for k in candidates if _binary(known, k)]
    runs = [[k for k in binary if not _skipped(binary, start, k)] for start in binary if start - 1 not in binary]
    blocks = [block for block in ([binary, *runs] if len(runs) > 1 else runs) if len(block) > 1]
    for block in blocks:
        hot = _hot(known, block)
        sums = Counter(map(sum, hot))
        if sums[1] and sums[1] + sums[0] == len(hot) and sums[1] >= sums[0]:
            return _by_columns(known, block, hot)
    several = [block for block in blocks if len(block) > 2 and any(sum(row) > 1 for row in _hot(known, block))]
    if not several:
        return None
    names = words.quoted(known.sheet.titles[k] for k in several[0])
    text = f"`{known.sheet.name}` has several of its columns {names} at 1 for some pictures, so they name no classes; each colours the map."
    return Classes("", [], remarks=(Remark(text, True, {"classes": "none"}),))


def _by_columns(known: Bound, block: Sequence[int], hot: Sequence[Sequence[bool]]) -> Classes:
    """Classes by the titles of hot columns."""
    names, rows = [known.sheet.titles[k] for k in block], iter(hot)
    values = [next((name for name, is_hot in zip(names, next(rows), strict=True) if is_hot), "") if p else "" for p in known.pictures]
    text = f"`{known.sheet.name}` names {len(names):,} classes by a column each: {words.quoted(names)}."
    return Classes(f"{names[0]} to {names[-1]}", values, frozenset(block), (Remark(text),))


def _hot(known: Bound, block: Sequence[int]) -> list[list[bool]]:
    """Which columns are hot, of each row about a picture."""
    cold = {"", "0", "0.0", "0.00", "false"}
    return [[known.sheet.columns[k][row].strip().lower() not in cold for k in block] for row, p in enumerate(known.pictures) if p]


def _binary(known: Bound, k: int) -> bool:
    values = {text.strip().lower() for text in set(known.sheet.columns[k])}
    return values <= {"0", "1", "0.0", "1.0", "0.00", "1.00", "true", "false", ""} and bool(values - {""})


def _skipped(binary: Sequence[int], start: int, k: int) -> bool:
    return k < start or any(each not in binary for each in range(start, k))


# several labels in a cell


def _several(known: Bound, k: int, kinds: Kinds) -> Classes | None:
    """Cells that name several labels, known by labels that stand alone elsewhere; they name no classes."""
    for mark in ("|", ";", ",", " "):
        split = {value: tuple(part for text in value.split(mark) if (part := text.strip())) for value in kinds.counts}
        many = {value: parts for value, parts in split.items() if len(parts) > 1}
        part_column = Counter(part for parts in split.values() for part in set(parts))
        alone = {value for value, parts in split.items() if len(parts) == 1}
        if not many or len(part_column) > MOST_LABELS or not alone & {part for parts in many.values() for part in parts}:
            continue
        if any(all(part in alone or (mark != " " and part_column[part] > 1) for part in parts) for parts in many.values()):
            title = known.sheet.titles[k]
            rows = sum(kinds.counts[value] for value in many)
            text = (
                f"`{known.sheet.name}` names several labels of {count_of(rows, 'picture')} in its column `{title}` "
                f"({words.quoted(sorted(many), 3)}), so it names no classes; each of its {len(part_column):,} labels colours the map."
            )
            remark = Remark(text, True, {"classes": f"{known.sheet.name}:{title}"})
            return Classes("", [], frozenset((k,)), (remark,), (k, [split.get(value, ()) for value in kinds.values]))
    return None


# no header says it


def _by_content(known: Bound, all_kinds: Mapping[int, Kinds], refused: Sequence[int]) -> Classes:
    """Classes of a table whose headers say none: the only column of texts that repeat; else a sentence on which column might."""
    sheet = known.sheet
    if not sheet.titled:
        return _of_list(known, all_kinds)
    for k in refused:
        kinds = all_kinds[k]
        if kinds.quantity:
            text = f"`{sheet.name}` has {len(kinds.counts):,} different numbers in its column `{sheet.titles[k]}`: "
            text += "a quantity, which colours the map, and no classes."
            return Classes(
                "", [], remarks=(Remark(text, len(kinds.counts) <= MOST_CLASSES, {"classes": f"{sheet.name}:{sheet.titles[k]}"}),)
            )
        if kinds.counts:
            text = f"`{sheet.name}` has {len(kinds.counts):,} different values for {count_of(kinds.counts.total(), 'picture')} "
            text += f"in its column `{sheet.titles[k]}`, so they are no classes."
            return Classes("", [], remarks=(Remark(text),))
    texts = [k for k, kinds in all_kinds.items() if not kinds.numbers and _classlike(kinds, False)]
    numbers = [
        k
        for k, kinds in all_kinds.items()
        if kinds.numbers and _classlike(kinds, False) and words.bare_header(sheet.titles[k]) not in words.BOXES
    ]
    if len(texts) == 1:
        title = sheet.titles[texts[0]]
        text = f"`{sheet.name}` says in no header which column names classes; `{title}` is taken, whose values are few and repeat."
        kinds = all_kinds[texts[0]]
        more = _no_label(known, title, kinds)
        return Classes(title, kinds.values, frozenset(texts), (Remark(text, True, {"classes": "none"}), *more))
    if might := [sheet.titles[k] for k in (*texts, *numbers)]:
        text = f"No column of `{sheet.name}` says by its header that it names classes; {words.quoted(might)} might: {UNSURE}."
        return Classes("", [], remarks=(Remark(text, True, {"classes": f"{sheet.name}:{might[0]}"}),))
    return Classes("", [])


def _spaced(text: str) -> bool:
    return " " in text


def _of_list(known: Bound, all_kinds: Mapping[int, Kinds]) -> Classes:
    """Classes of a list without headers: its texts, else the first of its numbers, unless four of them are corners of boxes."""
    usable = [k for k, kinds in all_kinds.items() if _classlike(kinds, True)]
    texts = [k for k in usable if not all_kinds[k].numbers]
    numbers = [k for k in usable if all_kinds[k].numbers]
    boxes = sum(kinds.numbers for kinds in all_kinds.values()) >= 4
    fits = texts or ([] if boxes else numbers)
    if not fits or (len(kinds := all_kinds[fits[0]].counts) == kinds.total() > (3 if any(map(_spaced, kinds)) else FEW)):
        return Classes("", [])
    sheet, best = known.sheet, all_kinds[fits[0]]
    remarks = list(_no_label(known, sheet.titles[fits[0]], best))
    if len(fits) > 1:
        text = (
            f"`{sheet.name}` names no columns: its `{sheet.titles[fits[0]]}` is taken for classes ({len(best.counts):,}); "
            f"{words.quoted(sheet.titles[k] for k in fits[1:])} might be as well."
        )
        remarks.append(Remark(text, True, {"classes": f"{sheet.name}:{sheet.titles[fits[1]]}"}))
    return Classes(sheet.titles[fits[0]], best.values, frozenset(fits[:1]), tuple(remarks))
