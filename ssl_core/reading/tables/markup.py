"""Cells that hold a label within markup: boxes behind a word, and lists or objects of one text. No torch."""

from __future__ import annotations

import ast
import json
from collections.abc import Sequence

from ssl_core.reading.tables import words

LOOKED_AT = 100  # cells by which a column is understood
MOST = 0.9  # share of these that have the markup
LONGEST = 2_000  # letters of a cell that is read as markup
CORNERS = 4  # numbers of one box


def unmarked(column: Sequence[str]) -> Sequence[str]:
    """A column's labels without their markup, several of one cell between bars; columns without markup as they are."""
    some = [text for text in column[: 10 * LOOKED_AT] if text.strip()][:LOOKED_AT]
    for read in (_listed, _boxed):
        if some and sum(read(text) is not None for text in some) >= MOST * len(some):
            known = {text: read(text) for text in set(column)}
            return [text if (label := known[text]) is None else label for text in column]
    return column


def _listed(text: str) -> str | None:
    """The texts of a list or an object as JSON or Python writes them: "['N']", '{"kind": "crack"}'; None where it holds other things."""
    bare = text.strip()
    if len(bare) > LONGEST or bare[:1] + bare[-1:] not in ("[]", "{}"):
        return None
    try:
        value = json.loads(bare)
    except (ValueError, RecursionError):
        try:
            value = ast.literal_eval(bare)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None
    held = list(value.values()) if isinstance(value, dict) and len(value) < 2 else value
    if not isinstance(held, list) or not all(isinstance(each, str) for each in held):
        return None
    return "|".join(dict.fromkeys(each.strip() for each in held))


def _boxed(text: str) -> str | None:
    """The words before groups of four numbers, as in "n01440764 1 2 20 21"; None where a text is otherwise."""
    pieces = text.split() if len(text) <= LONGEST else []
    found: dict[str, None] = {}
    while pieces:
        word, k = pieces[0], 1
        while k < len(pieces) and words.number(pieces[k]) is not None:
            k += 1
        if words.number(word) is not None or k == 1 or (k - 1) % CORNERS:
            return None
        found[word], pieces = None, pieces[k:]
    return "|".join(found) if found else None
