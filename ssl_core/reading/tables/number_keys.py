"""Numbers as keys: 0, 0.0 and 00 are one."""

from __future__ import annotations

from ssl_core.reading.tables import words


def number_key(text: str) -> str:
    """0, 0.0 and 00 as one text; other texts as they are."""
    value = words.number(text.strip())
    return text.strip() if value is None or value != int(value) else str(int(value))
