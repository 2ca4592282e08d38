"""Tables of which no column names pictures: words for classes, pairs, a line for each picture, a split that can't be used. No torch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.file_column import MOST, SAMPLE, columns_of_pairs
from ssl_core.reading.tables.matching import Matcher
from ssl_core.reading.tables.number_keys import number_key
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.reading.tables.table import count_of
from ssl_core.reading.tables.uses import Fault, TableUse

FEWEST = 4  # lines of a list from which it may hold one for each picture


def without_pictures(sheet: Sheet, classes: Collection[str], used: Collection[str], matcher: Matcher) -> TableUse:
    """What a table that names no pictures is used for."""
    if sheet.name in used:
        return TableUse(sheet.name, names="words")
    if pairs := columns_of_pairs(sheet, matcher):
        return TableUse(sheet.name, faults=(Fault("pairs", sheet.name, "file", named=tuple(pairs)),))
    if any(len(sheet.lines) >= len(classes) > 1 and {number_key(text) for text in column} >= set(classes) for column in sheet.columns):
        return TableUse(sheet.name, names="list")
    if several := _several_files(sheet, matcher):
        return TableUse(sheet.name, faults=(several,))
    return TableUse(sheet.name, faults=(Fault("no pictures", sheet.name, "file", named=tuple(sheet.titles)),))


def _several_files(sheet: Sheet, matcher: Matcher) -> Fault | None:
    """The fault of a table whose rows are about several files each, as those of an Id are about a file a channel."""
    for title, column in zip(sheet.titles, sheet.columns, strict=True):
        texts = [text.strip() for text in column[:SAMPLE]]
        if len(set(texts)) < len(texts) or words.bare_header(title) not in words.FILES:
            continue
        meant = [matcher.beginning_with(text) for text in texts]
        if sum(len(found) > 1 for found in meant) >= MOST * len(texts) > 0:
            number = Counter(map(len, meant)).most_common(1)[0][0]
            text, found = next((text, found) for text, found in zip(texts, meant, strict=True) if len(found) == number)
            return Fault("several files", sheet.name, "file", number, (title, text, *sorted(found)[:2]))
    return None


def unused_remarks(unused: Sequence[Sheet], uses: Mapping[str, TableUse], matcher: Matcher, split: bool) -> list[Remark]:
    """Sentences on tables that name no pictures and may matter. split: whether another table says the parts of pictures."""
    remarks = []
    for sheet in unused:
        if uses[sheet.name].names:
            continue
        if not split and (title := _split_column(sheet)):
            text = f"`{sheet.name}` sounds like the set's own split (its column `{title}`), and no column of it names pictures: "
            remarks.append(Remark(text + "it is not used.", True, {"split": "none"}))
        elif heap := _as_many_pictures(sheet, matcher):
            text = f"`{sheet.name}` holds as many values as {heap} ({count_of(len(sheet.lines), 'picture')}) and names none of them: "
            remarks.append(Remark(text + "which value is about which picture isn't said, so it is not used."))
    return remarks


def _split_column(sheet: Sheet) -> str:
    """The column by which a table is about a split: called as one, or in a list whose name says so; "" where there is none."""
    for title, column in zip(sheet.titles, sheet.columns, strict=True):
        header, values = words.bare_header(title), {number_key(text.lower()) for text in column}
        named = header in words.SPLITS or header in words.YES_MEANS
        if named and 2 <= len(values) <= 4 and (any(map(words.named_part, values)) or values <= words.TRUE | words.FALSE | {"2"}):
            return title
    return ""


def _as_many_pictures(sheet: Sheet, matcher: Matcher) -> str:
    """Of which pictures a list of single values holds as many lines, in words: all, or those of a folder; "" where of none."""
    if len(sheet.columns) != 1 or sheet.titled or len(sheet.lines) < FEWEST or len(set(sheet.columns[0])) == len(sheet.lines):
        return ""
    counts: Counter[str] = Counter()
    for picture in matcher.pictures:
        folders = picture.split("/")[:-1]
        counts.update("/".join(folders[: k + 1]) for k in range(len(folders)))
    if len(matcher.pictures) == len(sheet.lines):
        return "there are pictures"
    part: Part | None = words.part_in_name(sheet.name)
    fits = sorted((words.part_in_name(f"{name}.") != part, name.count("/"), name) for name, n in counts.items() if n == len(sheet.lines))
    return f"`{fits[0][2]}` has pictures" if fits else ""
