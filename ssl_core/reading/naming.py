"""Several names in a sentence: the first few, and how many more there are. No torch."""

from __future__ import annotations

from collections.abc import Iterable

MOST = 5  # names that a sentence says
LONGEST = 80  # letters of a name


def several_names(names: Iterable[str], most: int = MOST, last: str = "", joint: str = ", ") -> str:
    """ "a, b, c", of many "a, b, c, d, e and 7 more". last: what stands before the last name where all are said, `joint` in place of ""."""
    every = list(names)
    if len(every) > most:
        return f"{joint.join(every[:most])} and {len(every) - most:,} more"
    return (last or joint).join(filter(None, (joint.join(every[:-1]), every[-1]))) if every else ""


def quoted(names: Iterable[str], most: int = MOST) -> str:
    """Names between quotation marks, as `several_names` says them."""
    return several_names((f"'{name[:LONGEST]}'" for name in names), most)


def distinct(names: Iterable[str], most: int = MOST) -> str:
    """Names, each once, as `several_names` says them."""
    return several_names(dict.fromkeys(name[:LONGEST] for name in names), most)
