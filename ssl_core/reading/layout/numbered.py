"""Folders that differ by a number alone: classes, or the parts of one heap."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ssl_core.reading.layout.words import PLAIN, word_set, words_in

# words before or after a number that cut one heap into parts
CUTS = word_set(
    """part parts pt batch batches chunk shard volume vol disk disc archive folder dir fold page roll film scan session run trial
    take dump upload download export video clip seq sequence sequences frame patient patients pat case cases slide day week month
    date year round block bunch package zip section study studies series visit exam view acquisition"""
)
KINDS = word_set("class classes cls category cat type label level grade stage group id person subject user")  # of classes; so is one letter
CAMERA = re.compile(r"[1-9]\d\d[A-Z0-9_]{5}")  # 100CANON, as cameras name their folders
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
DATE = re.compile(  # 2021, 2021-05, 20210503, 3.5.2021
    r"(?:19|20)\d\d(?:[-_. ]?(?:0?[1-9]|1[0-2])(?:[-_. ]?(?:0?[1-9]|[12]\d|3[01]))?)?"  # 2021, 2021-05, 20210503
    r"|(?:0?[1-9]|[12]\d|3[01])[-_.][01]?\d[-_.](?:19|20)\d\d"  # 3.5.2021
)


class Numbered(NamedTuple):
    """What folders that differ by a number are."""

    heap: bool = False  # parts of one heap, no classes
    words: str = ""  # what they look like; "" where their names differ by more
    asks: bool = False


def numbered(names: Iterable[str]) -> Numbered:
    """What names that differ by a number say; digits alone are classes (0 to 9, 00000 to 00042), years are not."""
    every = sorted(names)
    if len(every) < 2:
        return Numbered()
    if all(map(CAMERA.fullmatch, every)):
        return Numbered(True, "a camera's folders", True)
    if all(map(DATE.fullmatch, every)):
        return Numbered(True, "dates", True)
    patterns = {re.sub(r"\d+", "#", name.lower()) for name in every}
    lettered = {re.sub(r"(?<=[\s_-])[a-z]$", "#", name.lower()) for name in every}
    alone = patterns if len(patterns) == 1 else lettered
    if len(alone) != 1 or "#" not in (pattern := next(iter(alone))):
        return Numbered()
    words = words_in(pattern)
    if pattern.count("#") == 1 and words and all(YEAR.search(name) for name in every):
        return Numbered(True, "years of one heap", True)
    if any(word in CUTS for word in words) or (words and all(word in PLAIN for word in words)):
        return Numbered(True, "numbered parts of one heap", True)
    return Numbered(False, "numbered", any(len(word) > 1 for word in words) and not set(words) & KINDS) if alone is patterns else Numbered()
