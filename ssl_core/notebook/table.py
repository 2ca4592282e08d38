"""Tables that print with aligned columns, show as HTML in a notebook, and turn into pandas where it is installed."""

from __future__ import annotations

import html
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, overload

from ssl_core.settings import SettingsError

Row = Mapping[str, Any]  # field -> value: numbers, texts, tuples of these
MOST_ROWS = 40  # that are printed; of a longer table the first and the last of them
WIDEST = 60  # characters of a printed cell; HTML shows the whole text


class TableColumn(NamedTuple):
    """A column as it is shown: its heading, with the unit where there is one, and the text of a row's cell."""

    title: str
    text: Callable[[Row], str]
    number: bool = False  # set flush right


def text_of(value: Any) -> str:
    """A value as a cell shows it: four significant digits, "" for None and NaN, a list with commas."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        return ", ".join(map(text_of, value))
    return str(value)


def plain(field: str, title: str = "", number: bool = False) -> TableColumn:
    """The column of one field."""
    return TableColumn(title or field.replace("_", " "), lambda row: text_of(row.get(field)), number)


def measured(field: str, title: str, text: Callable[[float], str], value: Callable[[float], str] | None = None) -> TableColumn:
    """The column of a number with its interval, which stands in the fields `lo` and `hi`; set by `text`; the number by `value`."""
    return TableColumn(title, lambda row: f"{(value or text)(row[field])} ({text(row['lo'])} to {text(row['hi'])})", number=True)


class Table:
    """Rows of named fields. `len`, iteration and `table[3]` give rows as dicts, `table["accuracy"]` a field as a list.

    Printed or as the last line of a cell it is aligned, with units and intervals; `to_pandas()` gives a DataFrame of all fields.
    """

    def __init__(self, rows: Iterable[Row], columns: Sequence[TableColumn], title: str = "") -> None:
        self.rows: list[dict[str, Any]] = [dict(row) for row in rows]
        self.columns, self.title = tuple(columns), title

    @property
    def fields(self) -> list[str]:
        """Names of all fields, also of those that aren't shown, in order."""
        return list(dict.fromkeys(field for row in self.rows for field in row))

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    @overload
    def __getitem__(self, key: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, key: str) -> list[Any]: ...
    def __getitem__(self, key: int | str) -> dict[str, Any] | list[Any]:
        if isinstance(key, int):
            return self.rows[key]
        if self.rows and key not in self.fields:
            raise SettingsError(f"'field' of a table must be one of {', '.join(self.fields)}. Got {str(key)[:60]}.")
        return [row.get(key) for row in self.rows]

    def __repr__(self) -> str:
        heads = [column.title for column in self.columns]
        shown, cut = self._shown()
        cells = [heads, *([_short(column.text(row)) for column in self.columns] for row in shown)]
        widths = [max(len(row[k]) for row in cells) for k in range(len(heads))]
        lines = ["  ".join(map(self._aligned, row, widths, self.columns)).rstrip() for row in cells]
        if cut:
            lines.insert(1 + MOST_ROWS // 2, f"… {cut} more rows …")
        if not self.rows:
            lines.append("(no rows)")
        return "\n".join([*([self.title] if self.title else []), *lines])

    @staticmethod
    def _aligned(cell: str, width: int, column: TableColumn) -> str:
        return cell.rjust(width) if column.number else cell.ljust(width)

    def _shown(self) -> tuple[list[dict[str, Any]], int]:
        """The rows that are printed, and how many aren't."""
        if len(self.rows) <= MOST_ROWS:
            return self.rows, 0
        return [*self.rows[: MOST_ROWS // 2], *self.rows[-MOST_ROWS // 2 :]], len(self.rows) - MOST_ROWS

    def _repr_html_(self) -> str:
        """The table for a notebook; every text in it is escaped."""
        shown, cut = self._shown()
        body = [self._html_row("td", [column.text(row) for column in self.columns]) for row in shown]
        if cut:
            body.insert(MOST_ROWS // 2, f'<tr><td colspan="{len(self.columns)}">… {cut} more rows …</td></tr>')
        title = f"<caption>{html.escape(self.title)}</caption>" if self.title else ""
        return f"<table>{title}<thead>{self._html_row('th', [c.title for c in self.columns])}</thead><tbody>{''.join(body)}</tbody></table>"

    def _html_row(self, tag: str, cells: list[str]) -> str:
        sides = ["right" if column.number else "left" for column in self.columns]
        inner = (f'<{tag} style="text-align: {side}">{html.escape(cell)}</{tag}>' for cell, side in zip(cells, sides, strict=True))
        return f"<tr>{''.join(inner)}</tr>"

    def to_pandas(self) -> Any:
        """A pandas DataFrame of all fields, shares as numbers between 0 and 1.

        Raises:
            SettingsError: pandas isn't installed.
        """
        try:
            import pandas
        except ImportError:
            raise SettingsError("'to_pandas' needs pandas, which isn't installed. Run 'pip install pandas', or use '.rows'.") from None
        return pandas.DataFrame(self.rows, columns=self.fields)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= WIDEST else f"{text[: WIDEST - 1]}…"
