"""Hazards made to happen: files that are pictures only in part, tables that say something else, pictures that nobody named."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

import ssl_core as core
from tests.hazards.hazard import SCREEN, TERMINAL
from tests.help.folders import encoded, plain
from tests.help.picturefiles import written
from tests.help.staging import SMALL, Stage, Told, same, seen, stage
from tests.pages.conftest import open_page

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64)
KINDS = ("cats", "dogs")


def photos(here: Stage, extra: dict[str, bytes] | None = None, kinds: tuple[str, ...] = KINDS) -> Path:
    """Six good pictures of each kind, and other files beside them."""
    good = {f"{kind}/{place}.png": plain(20 * place, (20, 20)) for kind in kinds for place in range(6)}
    for name, data in {**good, **(extra or {})}.items():
        path = here.home / "mine" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return here.home / "mine"


def counted(here: Stage, extra: dict[str, bytes]) -> Told:
    """What `data` says of a folder, and whether a network can still learn from it."""
    folder = str(photos(here, extra))
    learn = ["--steps", "1", "--batch", "4", "--backbone.width", "4", "--precision", "fp32", "--json"]
    return Told(here.command("data", folder), here.command("train", "rotation", "--dataset", folder, *learn))


def looked_at(here: Stage, extra: dict[str, bytes]) -> Told:
    """What the screen of pictures says once somebody decoded them."""
    from ssl_core.library.sets import PictureSet

    name = core.add_folder("mine", photos(here, extra))
    for split in ("train", "test"):
        PictureSet(name, split).decoded()
    return same(seen(open_page("data", dataset=name)))


def cut() -> bytes:
    whole = encoded(Image.linear_gradient("L"), "WEBP")
    return whole[: len(whole) // 2]


def huge() -> bytes:
    """The header of a picture of 60 000 × 60 000 pixels."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + head
        + struct.pack(">I", zlib.crc32(head))
        + struct.pack(">I", 0)
        + b"IDAT"
        + bytes(4)
    )


# Files


@stage("a picture cut short", TERMINAL)
def _(here: Stage) -> Told:
    return counted(here, {"cats/cut.webp": cut()})


@stage("a picture cut short", SCREEN)
def _(here: Stage) -> Told:
    return looked_at(here, {"cats/cut.webp": cut()})


@stage("a picture too large to unpack", TERMINAL)
def _(here: Stage) -> Told:
    return counted(here, {"cats/huge.png": huge()})


@stage("a picture too large to unpack", SCREEN)
def _(here: Stage) -> Told:
    from tests.help.evaluation import run_with_weights

    app = open_page("predictions", run=run_with_weights())
    app.get("file_uploader")[0].set_value(("mine.png", huge(), "image/png")).run()
    return same(seen(app))


@stage("HEIC without its decoder", TERMINAL)
def _(here: Stage) -> Told:
    here.patch.setattr("ssl_core.reading.images.opening._reads_heic", lambda: False)
    return counted(here, {"cats/phone.heic": HEIC})


@stage("HEIC without its decoder", SCREEN)
def _(here: Stage) -> Told:
    here.patch.setattr("ssl_core.reading.images.opening._reads_heic", lambda: False)
    return looked_at(here, {"cats/phone.heic": HEIC})


# Tables

WRONG = {"about.csv": b"file,label,age\n0.png,a,3\ncats/1.png,soft,2\nnobody.png,soft,4\ndogs/1.png,hard,9\n"}
ELSEWHERE = {"weather.csv": b"day,rain\nMonday,3\n"}


@stage("a table with wrong file names", TERMINAL)
def _(here: Stage) -> Told:
    return counted(here, WRONG)


@stage("a table with wrong file names", SCREEN)
def _(here: Stage) -> Told:
    return looked_at(here, WRONG)


@stage("a table about something else", TERMINAL)
def _(here: Stage) -> Told:
    return counted(here, ELSEWHERE)


@stage("a table about something else", SCREEN)
def _(here: Stage) -> Told:
    return looked_at(here, ELSEWHERE)


# Nobody named them


@stage("pictures without labels", TERMINAL)
def _(here: Stage) -> Told:
    folder = str(photos(here, kinds=("heap",)))
    return Told(here.command("compare", "pixels", "--dataset", folder), here.command("train", "rotation", *SMALL, "--steps", "1", "--json"))


@stage("pictures without labels", SCREEN)
def _(here: Stage) -> Told:
    name = core.add_folder("mine", photos(here, kinds=("heap",)))
    return same(seen(open_page("benchmark", run=here.run(dataset=name))))


def tile() -> bytes:
    """A TIFF of 16 × 16 pixels whose only tile says that it has 12 288 × 12 288."""
    data = bytearray(written(np.zeros((16, 16, 1), np.uint8), tile=(16, 16)))
    for tag in (322, 323):
        place = max(data.find(struct.pack("<HHI", tag, kind, 1)) for kind in (3, 4))
        struct.pack_into("<H", data, place + 8, 12_288)
    return bytes(data)


@stage("a tile much larger than its picture", TERMINAL)
def _(here: Stage) -> Told:
    return counted(here, {"cats/tile.tif": tile()})


@stage("a tile much larger than its picture", SCREEN)
def _(here: Stage) -> Told:
    return looked_at(here, {"cats/tile.tif": tile()})


TWICE = {
    "about.csv": b"file,label\ncats/0.png,soft\ndogs/0.png,hard\n",
    "more.csv": b"file,label\ncats/0.png,hard\ncats/1.png,hard\n",
}


@stage("two tables about one picture", TERMINAL)
def _(here: Stage) -> Told:
    return counted(here, TWICE)


@stage("two tables about one picture", SCREEN)
def _(here: Stage) -> Told:
    return looked_at(here, TWICE)
