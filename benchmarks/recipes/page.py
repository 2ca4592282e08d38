"""docs/recipes.csv and docs/recipes.md from the trials that are done."""

from __future__ import annotations


def write() -> None:
    """Writes the table and the page."""
    raise NotImplementedError
