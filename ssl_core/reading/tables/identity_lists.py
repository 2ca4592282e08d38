"""Lists that say by their names who is on each picture, as identity_CelebA.txt: asked about as groups and as classes. No torch."""

from __future__ import annotations

import re

from ssl_core.reading.account import Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.table import count_of

BEINGS = re.compile(r"identit(?:y|ies)|persons?|people|subjects?|patients?|individuals?", re.I)  # words of a list's name
MOST = 0.9  # different values among pictures; where more differ they name the pictures
FEW = 2  # different values that identify nobody


def identity_list(known: Bound) -> bool:
    """Whether a list without headers says by its name who is on each picture."""
    last = re.sub(r"\.\w+$", "", known.sheet.name.rpartition("/")[2])
    said = re.findall(r"[^\W\d_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", last))
    return not known.sheet.titled and len(known.sheet.columns) == 2 and known.file >= 0 and any(map(BEINGS.fullmatch, said))


def identities_asked(known: Bound) -> tuple[Remark, ...]:
    """A question on the groups that a list of identities names."""
    if not identity_list(known):
        return ()
    sheet, k = known.sheet, 1 - known.file
    values = [text.strip() for text, p in zip(sheet.columns[k], known.pictures, strict=True) if p and not words.missing(text)]
    kinds = len(set(values))
    if not FEW < kinds <= MOST * len(values):
        return ()
    text = f"`{sheet.name}` identifies {kinds:,} beings in its column `{sheet.titles[k]}` for {count_of(known.told, 'picture')}: "
    text += "whether a split of Selfsight's own keeps the pictures of one together is for you to say; by this column it does not."
    return (Remark(text, True, {"group": f"{sheet.name}:{sheet.titles[k]}"}),)
