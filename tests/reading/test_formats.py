"""Which files are pictures, by ending and first bytes; formats beside the usual ones; damage that loses no picture."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from PIL import Image

from ssl_core.reading.images.formats import ENDINGS, HEAD, UNREAD, ending_of, format_of
from ssl_core.reading.images.pixels import square
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.sources import SUFFIXES
from tests.help.everyfile import chunk, coloured, every_file
from tests.help.folders import encoded

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")
FILES = every_file()
IMAGE = Image.fromarray(coloured())


def test_what_was_read_is_read_and_no_ending_is_on_both_sides() -> None:
    assert set(SUFFIXES) <= set(ENDINGS) and not set(ENDINGS) & set(UNREAD)


@pytest.mark.parametrize(("name", "ending"), [("a/b.PNG", ".png"), ("x.nii.gz", ".nii.gz"), ("a.b/c", ""), (".hidden", ""), ("7", "")])
def test_the_ending_of_a_name(name: str, ending: str) -> None:
    assert ending_of(name) == ending


@pytest.mark.parametrize("kind", [kind for kind in FILES if kind != "tga"])
def test_the_first_bytes_of_a_picture_say_so(kind: str) -> None:
    assert format_of(FILES[kind][:HEAD])


@pytest.mark.parametrize(
    "head", [b"", b"BMW is a car, and not a picture file", b"P1 of the sheet", b"RIFF....WAVEfmt ", b"PK\3\4", b"%PDF-1.4", bytes(32)]
)
def test_the_first_bytes_of_other_files_say_nothing(head: bytes) -> None:
    assert not format_of(head)


ALIKE = {"ppm": "RGB", "pgm": "L", "pbm": "1", "ppm text": "RGB", "jp2": "RGB", "tga": "RGB", "ico": "RGBA"}


@pytest.mark.parametrize(("kind", "like"), [(kind, f"png {mode}") for kind, mode in ALIKE.items()])
def test_formats_without_loss_give_the_same_pixels(kind: str, like: str) -> None:
    assert np.abs(square(FILES[kind], 24).astype(int) - square(FILES[like], 24)).max() <= (4 if kind == "ico" else 0)


@pytest.mark.parametrize("data", [b"P1\n8 8\n" + b"10101010" * 8, b"P1 8 8 " + b"1 0 " * 32])
def test_ink_of_a_bitmap_as_text_is_black(data: bytes) -> None:
    assert square(data, 8)[0, :2, 0].tolist() == [0, 255]


@pytest.mark.parametrize("kind", ["ppm", "pgm 16", "ppm text", "jp2", "avif", "ico", "tga"])
def test_one_cut_short_is_named(kind: str) -> None:
    with pytest.raises(Unreadable, match="ends too early|cut short|is damaged|is no picture"):
        square(FILES[kind][: len(FILES[kind]) // 2], 16)


def test_a_picture_inside_an_icon_is_bounded_by_its_own_size() -> None:
    png = encoded(Image.new("L", (20_001, 8)))
    with pytest.raises(Unreadable, match="is 20001 × 8 pixels"):
        square(struct.pack("<HHHBBBBHHII", 0, 1, 1, 16, 16, 0, 0, 1, 32, len(png), 22) + png, 16)


def png_with(kind: bytes, data: bytes, wrong: int) -> bytes:
    whole = encoded(IMAGE)
    return whole[:33] + chunk(kind, data, wrong) + whole[33:]


NOTES = [
    (b"iCCP", b"icc\0\0x"),
    (b"tEXt", b"Title\0x"),
    (b"zTXt", b"a\0\0x"),
    (b"eXIf", b"MM\0*\0\0\0\x08\0\x09"),
    (b"gAMA", b"\0"),
    (b"iTXt", b"x"),
]


@pytest.mark.parametrize("wrong", [0, 0xFF])
@pytest.mark.parametrize(("kind", "data"), NOTES)
def test_a_damaged_note_loses_no_png(kind: bytes, data: bytes, wrong: int) -> None:
    assert np.array_equal(square(png_with(kind, data, wrong), 24), square(encoded(IMAGE), 24))


def test_pixels_whose_checksum_is_wrong_are_named() -> None:
    data = bytearray(encoded(IMAGE))
    data[data.find(b"IDAT") + 30] ^= 1
    with pytest.raises(Unreadable, match="is damaged|ends too early"):
        square(bytes(data), 24)


@pytest.mark.parametrize(
    "note", [b"Exif\0\0MM\0*\0\0\0\x08\0\x40", b"ICC_PROFILE\0\1\1x", b"MPF\0MM\0*\0\0\0\x08\0\x05", b"http://ns.adobe.com/xap/1.0/\0<x"]
)
def test_a_damaged_note_loses_no_jpeg(note: bytes) -> None:
    whole = encoded(IMAGE, "JPEG")
    marker = b"\xff\xe2" if note[:3] in (b"ICC", b"MPF") else b"\xff\xe1"
    damaged = whole[:20] + marker + struct.pack(">H", len(note) + 2) + note + whole[20:]
    assert np.array_equal(square(damaged, 24), square(whole, 24))
