"""Groups that nobody has confirmed (writers, people, slides), and those on both sides of a split that the set gives. No torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ssl_core.reading.account import Part, Remark
from ssl_core.reading.layout.words import phrase

REMEDY = "Where that is so, choose them as groups: a look for duplicates then leaves these pictures out of the test."


class Likely(NamedTuple):
    """Pictures that may show one thing each group, which is for a person to say."""

    group_of: Mapping[str, str]  # by picture
    choice: str  # the group of a Choice that gives these groups
    noun: str  # what the groups are, in words: "folders", "values of field 2 of names of files"


def on_both_sides(likely: Likely, parts: Mapping[str, Part | None], measures: Part) -> Remark | None:
    """A remark with counts where pictures of one group are learnt from and measured with; None where none are."""
    tested = [name for name, part in parts.items() if part == measures and name in likely.group_of]
    learnt = {likely.group_of[name] for name, part in parts.items() if part == "train" and name in likely.group_of}
    kinds = {likely.group_of[name] for name in tested}
    leaking = kinds & learnt
    if not leaking:
        return None
    pictures = sum(likely.group_of[name] in leaking for name in tested)
    words = (
        f"Of {len(kinds):,} {likely.noun} with pictures to test, each of which may be of one thing, {len(leaking):,} are learnt from too "
    )
    words += f"({phrase(sorted(leaking), 3)}), with {pictures:,} of {len(tested):,} test pictures. {REMEDY}"
    return Remark(words, False, {"group": likely.choice})
