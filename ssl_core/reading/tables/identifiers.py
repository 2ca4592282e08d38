"""Columns that identify what several pictures show, as a being or an occasion: asked about as groups, no classes. No torch."""

from __future__ import annotations

import re
from collections.abc import Collection

from ssl_core.reading.account import Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.table import count_of

ENDS = re.compile(r"(?:^|[\W_])(?:id|ids|uuid|guid)$|(?<=[a-z])(?:ID|Id|UUID|Uuid)s?$", re.ASCII)
ALONE = frozenset({"capture", "event", "sequence", "series", "identity", "id", "ids", "uuid", "guid"})
BEINGS = re.compile(r"identit(?:y|ies)|persons?|people|subjects?|patients?|individuals?", re.I)  # in the name of a list
MOST = 0.9  # different values among pictures; where more differ they name the pictures
FEW = 2  # different values that identify nothing


def identifies(title: str) -> bool:
    """Whether a header says that its column identifies something: "capture_id", "CaptureID", "uuid"."""
    bare = words.bare_header(title)
    known = any(bare in each for each in words.CLASSES) or bare in words.SEQUENCE
    return not known and (bare in ALONE or bool(ENDS.search(title.strip())))


def identity_list(known: Bound) -> bool:
    """Whether a list without headers says by its name who is on each picture ("identity_CelebA.txt")."""
    last = re.sub(r"\.\w+$", "", known.sheet.name.rpartition("/")[2])
    said = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last))
    return not known.sheet.titled and any(map(BEINGS.fullmatch, said))


def identifiers_asked(known: Bound, taken: Collection[int]) -> tuple[Remark, ...]:
    """A question on the first column that identifies something which several pictures share. taken: columns that say something else."""
    sheet, listed = known.sheet, identity_list(known)
    for k, title in enumerate(sheet.titles):
        if k in taken or k == known.file or not (listed or (sheet.titled and identifies(title))):
            continue
        values = [text.strip() for text, p in zip(sheet.columns[k], known.pictures, strict=True) if p and not words.missing(text)]
        kinds = len(set(values))
        if not FEW < kinds <= MOST * len(values) or len(values) < MOST * known.told:
            continue
        text = f"`{sheet.name}` identifies {kinds:,} {'beings' if listed else 'things or occasions'} in its column `{title}` "
        text += f"for {count_of(known.told, 'picture')}: whether a split of Selfsight's own keeps the pictures of one together "
        return (Remark(f"{text}is for you to say; it does not.", True, {"group": f"{sheet.name}:{title}"}),)
    return ()
