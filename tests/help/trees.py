"""Folders written from short texts: "train/{cats,dogs}/{0-7}.png" stands for 16 pictures."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

from PIL import Image

_made = io.BytesIO()
Image.new("RGB", (2, 2)).save(_made, "PNG")
PNG = _made.getvalue()


class Case(NamedTuple):
    """A folder and its account."""

    pictures: str  # as `expanded` reads them
    tables: dict[str, tuple[str, ...]]  # lines by file
    learnt: int
    tested: int
    words: str
    remarks: tuple[str, ...] = ()  # "? " before one that asks
    choice: Mapping[str, Any] = {}  # that a person made


def expanded(text: str) -> list[str]:
    """Names with every choice in braces: {a,b}, and {0-7} for numbers."""
    pieces = re.split(r"\{([^}]*)\}", text)
    choices = [[piece] if k % 2 == 0 else _choices(piece) for k, piece in enumerate(pieces)]
    return ["".join(each) for each in product(*choices)]


def _choices(text: str) -> list[str]:
    if found := re.fullmatch(r"(\d+)-(\d+)", text):
        return [str(n) for n in range(int(found[1]), int(found[2]) + 1)]
    return text.split(",")


def planted(root: Path, pictures: str, texts: Mapping[str, str | bytes] = {}) -> Path:
    """A folder with these pictures (texts as above, between spaces) and these other files."""
    files = {name: PNG for text in pictures.split() for name in expanded(text)}
    for name, content in {**files, **texts}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def table(header: str, *rows: str) -> str:
    """A table's text; `{0-7}` in a row stands for eight rows."""
    return "\n".join([header, *(line for row in rows for line in expanded(row))]) + "\n"
