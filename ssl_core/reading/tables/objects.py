"""JSON about pictures as rows: objects, a name and its class, columns, names by class or part, exports of labelling tools. No torch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.tables import words
from ssl_core.reading.tables.cells import MOST_CELLS, MOST_COLUMNS
from ssl_core.reading.tables.sheets import HEADERS, Column, Names, Sheet, decoded_text, unique_titles

Scalar = (str, int, float, bool)


def lines_of_json(name: str, data: bytes) -> Sheet:
    """A JSON object a line. Raises Unreadable."""
    found: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(decoded_text(data).split("\n"), 1):
        if line.strip():
            value = _parsed(line, f" in line {number:,}")
            if not isinstance(value, dict):
                raise Unreadable(f"holds no object in line {number:,}")
            found.append((number, value))
    return _of_objects(name, [value for _, value in found], [number for number, _ in found])


def parsed(data: bytes) -> Any:
    """JSON's value. Raises Unreadable."""
    return _parsed(decoded_text(data), "")


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(f"can't be read as JSON{where}") from None


def of_json(name: str, value: Any, names: Names) -> Sheet:
    """The rows of a JSON value, whatever shape says them. Raises Unreadable."""
    if isinstance(value, dict) and len(value) == 1 and isinstance(inner := next(iter(value.values())), (dict, list)):
        only = next(iter(value))
        value = inner if not words.named_part(only) and inner else value  # {"labels": …} wraps
    if isinstance(value, list):
        return _of_list(name, value)
    if not isinstance(value, dict) or not value:
        raise Unreadable("holds nothing about pictures")
    return _of_dict(name, value, names)


def _of_list(name: str, value: Sequence[Any]) -> Sheet:
    if not value:
        raise Unreadable("holds nothing")
    if all(isinstance(each, dict) for each in value):
        return _of_objects(name, value)
    if all(isinstance(each, Scalar) for each in value):
        return _sheet(name, ["column 1"], [[each] for each in value], titled=False)
    if all(isinstance(each, list) for each in value):
        return _sheet(name, [], value, titled=False)
    raise Unreadable("holds nothing about pictures")


def _of_dict(name: str, value: Mapping[str, Any], names: Names) -> Sheet:
    items = list(value.values())
    lists = [each for each in items if isinstance(each, list)]
    if lists and len(lists) == len(items):
        known = sum(words.bare_header(key) in HEADERS for key in value)
        if known and len({len(each) for each in lists}) == 1 and not all(map(words.named_part, value)):
            return _sheet(name, list(value), list(zip(*lists, strict=True)), titled=True)  # columns
        if not any(map(names, list(value)[:100])):  # names by class or part
            rows = [[*(each if isinstance(each, list) else [each]), key] for key, heap in value.items() for each in heap]
            header = "split" if all(map(words.named_part, value)) else "label"
            simple = all(len(row) == 2 for row in rows)
            return _sheet(
                name, ["file", header] if simple else [*(f"column {k + 1}" for k in range(len(rows[0]) - 1)), header], rows, simple
            )
    if all(isinstance(each, dict) for each in items):
        if sum(words.bare_header(key) in HEADERS for key in value) and len({tuple(each) for each in items}) == 1:  # columns, by row
            return _sheet(name, list(value), list(zip(*(each.values() for each in items), strict=True)), titled=True)
        return _of_objects(name, [{"key": key, **each} for key, each in value.items()])
    if all(each is None or isinstance(each, (*Scalar, list)) for each in items):
        return _sheet(name, ["key", "label"], [[key, each] for key, each in value.items()], titled=True)
    raise Unreadable("holds nothing about pictures")


def _of_objects(name: str, objects: Sequence[Mapping[str, Any]], lines: Sequence[int] | None = None) -> Sheet:
    """Objects as rows; what lies one level deeper is named by its own key."""
    rows = [_flat(each) for each in objects]
    header = list(dict.fromkeys(key for row in rows for key in row))
    return _sheet(name, header, [[row.get(key, "") for key in header] for row in rows], True, lines)


def _flat(each: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in each.items():
        if isinstance(value, dict):
            found |= {deep: below for deep, below in value.items() if isinstance(below, Scalar) and deep not in each}
        elif key in ("annotations", "completions"):
            found["choice"] = "|".join(_choices(value))
        elif not isinstance(value, list) or all(isinstance(part, Scalar) for part in value):
            found[key] = value
    return found


def _choices(value: Any) -> list[str]:
    """What people chose in a labelling tool: the first annotation's results, each of which has a value with `choices`."""
    first = next((each for each in value if isinstance(each, dict)), {}) if isinstance(value, list) else {}
    results = first.get("result")
    values = [each.get("value") for each in results if isinstance(each, dict)] if isinstance(results, list) else []
    chosen = [each["choices"] for each in values if isinstance(each, dict) and isinstance(each.get("choices"), list)]
    return [str(choice) for choices in chosen for choice in choices]


def _sheet(name: str, header: list[str], rows: Iterable[Sequence[Any]], titled: bool, lines: Sequence[int] | None = None) -> Sheet:
    texts = [[_text(cell) for cell in row] for row in rows]
    width = max(len(header), max(map(len, texts), default=0))
    header = [*header, *(f"column {k + 1}" for k in range(len(header), width))]
    if width > MOST_COLUMNS or width * len(texts) > MOST_CELLS:
        raise Unreadable(f"has {len(texts):,} rows of {width:,} columns; up to {MOST_CELLS:,} cells are read")
    even = [row if len(row) == width else [*row, *[""] * (width - len(row))] for row in texts]
    columns: list[Column] = list(zip(*even, strict=True)) if even else [()] * width
    return Sheet(name, unique_titles(header), columns, lines or range(1, len(texts) + 1), titled)


def _text(cell: Any) -> str:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, list):
        return "|".join(str(part) for part in cell)
    return "" if cell is None else str(cell)
