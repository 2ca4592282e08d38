"""Tables that name the classes of objects, or of few pictures, where pictures have several labels: offered, not taken. No torch."""

from __future__ import annotations

from collections.abc import Sequence

from ssl_core.reading.account import Remark
from ssl_core.reading.tables import words
from ssl_core.reading.tables.classes import Classes
from ssl_core.reading.tables.one_table import Said
from ssl_core.reading.tables.sheets import Sheet
from ssl_core.reading.tables.table import count_of

CORNERS = words.BOXES - {"area", "size", "filesize"} | {"x", "y", "cx", "cy", "xcenter", "ycenter"}
BOX = ("bbox", "boundingbox")  # in a header


def boxed(sheet: Sheet) -> bool:
    """Whether a table has columns of boxes: one that is called so, or four corners or sides."""
    headers = [words.bare_header(title) for title in sheet.titles] if sheet.titled else []
    return any(header in BOX for header in headers) or sum(each in CORNERS or BOX[0] in each for each in headers) >= 4


def without_objects(tables: Sequence[Said], pictures: int) -> list[Said]:
    """The same; classes of boxes on fewer than half of the pictures are offered, and so are those of few pictures beside several labels."""
    several = max((said.known.told for said in tables if said.classes.several), default=0)
    on_boxes = {picture for said in tables if said.labels and boxed(said.known.sheet) for picture in said.labels}
    found = []
    for said in tables:
        n, name, column = len(said.labels), said.known.sheet.name, said.classes.column
        other = {"classes": f"{name}:{column}"}
        if n and boxed(said.known.sheet) and (several or 2 * len(on_boxes) < pictures):
            text = (
                f"`{name}` names classes of boxes in its column `{column}`, on {n:,} of {pictures:,} pictures, and so of no whole picture."
            )
            said = said._replace(classes=Classes("", [], said.classes.used, (Remark(text, True, other),)))
        elif n and 2 * n < several:
            text = (
                f"`{name}` names one class of {count_of(n, 'picture')} in its column `{column}`, where another table names several labels: "
            )
            said = said._replace(classes=Classes("", [], said.classes.used, (Remark(f"{text}it isn't used.", True, other),)))
        found.append(said)
    return found
