"""The first sheet of a spreadsheet (.xlsx), read by openpyxl where that is installed. No torch."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.tables.cells import MOST_CELLS, MOST_COLUMNS
from ssl_core.reading.tables.sheets import Names, Sheet, of_rows
from ssl_core.reading.tables.uses import Fault

REMEDY = "Save it as CSV, or install openpyxl (pip install 'selfsight[spreadsheets]')"


def spreadsheet(name: str, data: bytes, names: Names) -> Sheet:
    """The rows of the first sheet. Raises Unreadable."""
    try:
        import openpyxl
    except ImportError:
        raise Unreadable(f"is a spreadsheet, which isn't read without openpyxl. {REMEDY}") from None
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        if (sheet.max_column or 0) > MOST_COLUMNS or (sheet.max_row or 0) * (sheet.max_column or 0) > MOST_CELLS:
            raise Unreadable(f"has {sheet.max_row:,} rows of {sheet.max_column:,} columns; up to {MOST_CELLS:,} cells are read")
        rows = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    except Unreadable:
        raise
    except Exception:  # what a damaged archive or its XML raises is of many kinds
        raise Unreadable(f"can't be read as a spreadsheet. {REMEDY.partition(',')[0]}") from None
    kept = [(k, row) for k, row in enumerate(rows, 1) if any(map(str.strip, row))]
    sheet_read = of_rows(name, [row for _, row in kept], [k for k, _ in kept], names)
    more = len(book.worksheets) - 1
    return sheet_read._replace(faults=(*sheet_read.faults, Fault("more sheets", name, "part", more))) if more else sheet_read


def _text(cell: Any) -> str:
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)
