"""Pictures: hazards of tests/hazards/table.py."""

from __future__ import annotations

from ssl_core.reading.images.opening import READ
from tests.hazards.hazard import SCREEN, TERMINAL, Hazard

NO_PICTURE = f"is no picture in a format that is read here ({READ})"
NO_HEIC = "is HEIC, which is read once pillow-heif is installed: .venv/bin/python -m pip install pillow-heif, then start again"
NO_TABLE = "weather.csv: it is not used: no column names pictures (its columns: day, rain)"
TILE = "has tiles of 151 megapixels; up to 100 are read, the picture counted too"
AGAIN = "`more.csv` says another class than `about.csv` of 1 picture; `about.csv` counts."

PICTURES = (
    Hazard(
        "a corrupt picture among good ones",
        TERMINAL,
        '"skipped": [["cats/broken.png", "begins like a PNG but is cut short or damaged"]]',
        '"classes": ["cats", "dogs"]',
    ),
    Hazard(
        "a corrupt picture among good ones",
        SCREEN,
        "cats/broken.png: it begins like a PNG but is cut short or damaged",
        "api/thumb/mine/train-0.png",
    ),
    Hazard(
        "an upload that isn't a picture",
        SCREEN,
        f"This picture can't be read: it {NO_PICTURE}. Choose another one.",
        "button: Guess before it does",
    ),
    Hazard(
        "dropped files that aren't pictures",
        SCREEN,
        f"No picture in the dropped files can be read: notes.jpg {NO_PICTURE}.",
        "button: Make it a data set",
    ),
    Hazard("a picture cut short", TERMINAL, "cats/cut.webp: it ends too early (truncated)", '"status": "done"'),
    Hazard("a picture cut short", SCREEN, "cats/cut.webp: it ends too early (truncated)", "api/thumb/mine/train-0.png"),
    Hazard("a picture too large to unpack", TERMINAL, "cats/huge.png: it has 3600 megapixels; up to 100 are read", '"status": "done"'),
    Hazard(
        "a picture too large to unpack",
        SCREEN,
        "This picture can't be read: it has 3600 megapixels; up to 100 are read. Choose another one.",
        "button: Guess before it does",
    ),
    Hazard("HEIC without its decoder", TERMINAL, f"cats/phone.heic: it {NO_HEIC}", '"status": "done"'),
    Hazard("HEIC without its decoder", SCREEN, f"cats/phone.heic: it {NO_HEIC}", "api/thumb/mine/train-0.png"),
    Hazard("a tile much larger than its picture", TERMINAL, f"cats/tile.tif: it {TILE}", '"status": "done"'),
    Hazard("a tile much larger than its picture", SCREEN, f"cats/tile.tif: it {TILE}", "api/thumb/mine/train-0.png"),
    Hazard("two tables about one picture", TERMINAL, AGAIN, '"status": "done"'),
    Hazard("two tables about one picture", SCREEN, AGAIN.replace("`", "'"), "api/thumb/mine/train-0.png"),
    Hazard("a table with wrong file names", TERMINAL, "about.csv: it has 1 row whose picture isn't there: nobody.png", '"status": "done"'),
    Hazard(
        "a table with wrong file names",
        SCREEN,
        "about.csv: it has 1 row that may mean more than one picture, so they don't count (write the folders too): 0.png",
        "of them without one)",
    ),
    Hazard("a table about something else", TERMINAL, NO_TABLE, '"status": "done"'),
    Hazard("a table about something else", SCREEN, NO_TABLE, "button: ![dogs]"),
    Hazard(
        "pictures without labels",
        TERMINAL,
        "'mine' has no labels to compare by: the directions that features use on 1 test pictures",
        '"status": "done"',
    ),
    Hazard("pictures without labels", SCREEN, "These pictures have no labels to compare by", "button: Label 20 to compare"),
    Hazard("a folder without pictures", TERMINAL, "There is no picture in '<folder>'", "scenes: 24 + 12"),
)
