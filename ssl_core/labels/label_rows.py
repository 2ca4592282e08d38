"""The rows of a file of labels: this program's own, one that a spreadsheet saved, or a labelling tool's export. No torch."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import bound
from ssl_core.reading.tables.class_column import class_column, class_rank
from ssl_core.reading.tables.formats import sheet_of
from ssl_core.reading.tables.matching import Matcher
from ssl_core.reading.tables.object_files import Objects
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.settings import SettingsError

MOST_ROWS = 100_000  # a file
NAMED_FILE = words.FILES - {"id", "name"}  # headers that mean a file and nothing else

LabelRow = tuple[int, str, str, str]  # line, id, class, file; "" where it isn't said


def label_rows(data: bytes | str, called: str, files: Sequence[str]) -> Iterator[LabelRow]:
    """Line number, id, class and file of each row; files as the set calls them where they are found among them.

    Raises:
        SettingsError: the file is no table, has too many rows, or no columns that name pictures and classes.
    """
    sheet = _sheet(data.encode() if isinstance(data, str) else data, called)
    if len(sheet.lines) > MOST_ROWS:
        raise SettingsError(f"A file of labels may have {MOST_ROWS} rows at most. Split it.")
    matcher = Matcher(files)
    ids, names, by_file = _by_headers(sheet)
    if names is None or (ids is None and by_file is None):
        ids, names, by_file = _by_content(sheet, matcher)
    for row, line in enumerate(sheet.lines):
        text = by_file[row].strip() if by_file else ""
        meant = matcher.of(text) if text and files else []
        yield line, ids[row].strip() if ids else "", names[row].strip(), meant[0] if len(meant) == 1 else text


def _sheet(data: bytes, called: str) -> Sheet:
    ending = called.rpartition(".")[2].lower()
    json = data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in (b"[", b"{") and ending not in ("csv", "jsonl", "ndjson")
    try:
        found = sheet_of(
            "labels.json" if json else f"labels.{ending if ending in ('tsv', 'jsonl', 'ndjson', 'xlsx') else 'csv'}", data, _names
        )
    except Unreadable as error:
        raise SettingsError(f"The file isn't a table of labels: it {error}.") from None
    if isinstance(found, Objects):
        raise SettingsError(f"The file holds objects on pictures ({found.kind}), which name no class of a whole picture.")
    return found


def _names(text: str) -> bool:
    """Whether a text names a picture: none does, so that a first line always names the columns."""
    return False


Columns = tuple[Sequence[str] | None, Sequence[str] | None, Sequence[str] | None]  # id, class, file


def _by_headers(sheet: Sheet) -> Columns:
    """The columns that are called so."""
    plain = [words.bare_header(title) for title in sheet.titles]
    ranked = sorted((title != "class", rank, k) for k, title in enumerate(plain) if (rank := class_rank(title)) is not None)
    files = sorted((title != "file", k) for k, title in enumerate(plain) if title in NAMED_FILE)
    named = sheet.columns[ranked[0][2]] if ranked and ranked[0][1] < 2 else None
    return sheet.columns[plain.index("id")] if "id" in plain else None, named, sheet.columns[files[0][1]] if files else None


def _by_content(sheet: Sheet, matcher: Matcher) -> tuple[Sequence[str] | None, Sequence[str], Sequence[str] | None]:
    """The columns whose values name the set's files and classes. Raises SettingsError."""
    known = bound(sheet, matcher) if matcher.pictures else None
    classes = class_column(known, frozenset({known.file})) if known else None
    if known is None or classes is None or not classes.column:
        got = ",".join(sheet.titles)[:60]
        raise SettingsError(f"The file's first line must name the columns 'id' and 'class', or 'file' and 'label'. Got {got!r}.")
    return None, classes.values, sheet.columns[known.file]
