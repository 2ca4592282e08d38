"""Tables whose rows are about folders of pictures: the slices of a patient, the frames of a video. No torch."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ssl_core.reading.account import Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.number_keys import number_key
from ssl_core.reading.tables.parts import GroupColumn
from ssl_core.reading.tables.sheets import Column, Sheet

VIDEO = re.compile(r"\.(?:avi|mp4|mov|mkv|webm|mpe?g|wmv|m4v)$", re.IGNORECASE)
FOLDERS = frozenset({"folder", "foldername", "directory", "dirname"})
KNOWN = 0.9  # share of the rows, or of the pictures, that must be met
OWN = 0.9  # share of the rows that have a folder of their own
NOT_TOGETHER = {"group": "none"}


def by_folders(sheet: Sheet, pictures: Sequence[str]) -> Bound | None:
    """A table with a row for each folder as a table with a row for each picture, the folders first; None where it isn't one."""
    for key in range(len(sheet.titles)):
        texts = [_path(text) for text in sheet.columns[key]]
        if not _about_things(sheet, key) or len(set(texts)) < OWN * len(texts):
            continue
        inside = _pictures_of(texts, pictures)
        met = {text: inside[text] for text in dict.fromkeys(texts) if text in inside}
        told = {picture for found in met.values() for picture in found}
        enough = len(met) >= KNOWN * len(texts) or len(told) >= KNOWN * len(pictures)
        if len(met) > 1 and enough and len(told) == sum(map(len, met.values())) > len(met):
            return _of_each_picture(sheet, key, texts, met)
    return None


def things_of(known: Bound) -> GroupColumn:
    """The folders that a table's rows are about, as groups of pictures."""
    remark = Remark(
        "Tables have rows about folders of pictures: a split of Selfsight's own keeps those of one together.", False, NOT_TOGETHER
    )
    return GroupColumn(known.sheet.titles[0], list(known.sheet.columns[0]), frozenset((0,)), (remark,))


def _path(text: str) -> str:
    """A folder's path as a table writes it, without the ending of a video."""
    return VIDEO.sub("", text.strip().replace("\\", "/")).strip("/")


def _about_things(sheet: Sheet, key: int) -> bool:
    """Whether a column may name folders: called as beings, things or folders, or paths and videos without such a word."""
    kind, header = words.group_kind(sheet.titles[key]), words.bare_header(sheet.titles[key])
    if sheet.titled and ((kind is not None and kind < words.SOME_ID) or header in FOLDERS):
        return True
    texts = [text for text in sheet.columns[key] if text.strip()]
    if sheet.titled and header not in words.FILES:
        return False
    videos = all(map(VIDEO.search, texts))
    return videos or (words.part_in_name(sheet.name) is not None and all("/" in text for text in texts))


def _pictures_of(texts: Sequence[str], pictures: Sequence[str]) -> Mapping[str, list[str]]:
    """The pictures below the folders that texts name: by the last name, of several folders those whose paths end alike."""
    asked = {number_key(text.rpartition("/")[2]) for text in texts if text}
    folders: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for picture in pictures:
        names = picture.split("/")[:-1]
        for k, name in enumerate(names):
            if (key := number_key(name)) in asked:
                folders[key]["/".join(names[: k + 1])].append(picture)
    found: dict[str, list[str]] = {}
    for text in filter(None, texts):
        same = folders.get(number_key(text.rpartition("/")[2]), {})
        near = [path for path in same if f"/{path}".endswith(f"/{text}")] or list(same)
        if inside := [picture for path in near for picture in same[path]]:
            found[text] = inside
    return found


def _of_each_picture(sheet: Sheet, key: int, texts: Sequence[str], met: Mapping[str, list[str]]) -> Bound:
    """The table with its rows repeated for each picture that they are about, the folders first."""
    rows = [(row, picture) for text, found in met.items() for row in (texts.index(text),) for picture in found]
    order = [key, *(k for k in range(len(sheet.titles)) if k != key)]
    columns: list[Column] = [[sheet.columns[k][row] for row, _ in rows] for k in order]
    again = sheet._replace(titles=[sheet.titles[k] for k in order], columns=columns, lines=[sheet.lines[row] for row, _ in rows])
    return Bound(again, -1, [picture for _, picture in rows], words.part_in_name(sheet.name), sheet.faults, folders=True)
