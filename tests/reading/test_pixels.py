"""Picture files of every format and mode: their pixels, and what is said of those that can't be read."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageOps

from ssl_core.reading.images import finished, modes, opening
from ssl_core.reading.images.pixels import square, whole_picture
from ssl_core.reading.images.unreadable import Unreadable
from tests.help.folders import BUSY, encoded

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow's own words on damaged files; the answer is `Unreadable`

RAMP_HW = np.linspace(0, 255, 16, dtype=np.uint8)[None].repeat(16, 0)


def tiff(values_HW: np.ndarray, **more: object) -> bytes:
    return encoded(Image.fromarray(values_HW), "TIFF", **more)


def bare_tiff(values: np.ndarray, photometric: int | None = None) -> bytes:
    """A TIFF of any numbers and channels, H W or H W C, written by its specification."""
    h, w, channels = (*values.shape, 1)[:3]
    data, kind = values.tobytes() + b"\0" * (values.nbytes % 2), {"u": 1, "i": 2, "f": 3}[values.dtype.kind]
    lists = b"".join(struct.pack("<H", each) * channels for each in (8 * values.dtype.itemsize, kind)) + bytes(2 * max(0, channels - 3))
    places = [8 + len(data) + 2 * channels * k for k in range(3)]
    many = channels > 2

    def tag(number: int, count: int, at: int, value: int) -> tuple[int, int, int, int]:
        return (number, 3, count, at if many else value * 0x10001 if count == 2 else value)

    tags = [(256, 3, 1, w), (257, 3, 1, h), tag(258, channels, places[0], 8 * values.dtype.itemsize), (259, 3, 1, 1)]
    tags += [(262, 3, 1, photometric or (2 if many else 1)), (273, 4, 1, 8), (277, 3, 1, channels), (278, 3, 1, h)]
    tags += [
        (279, 4, 1, values.nbytes),
        *([(338, 3, channels - 3, places[2])] if channels > 5 else []),
        tag(339, channels, places[1], kind),
    ]
    listed = b"".join(struct.pack("<HHII", *each) for each in tags)
    return b"II*\0" + struct.pack("<I", 8 + len(data) + len(lists)) + data + lists + struct.pack("<H", len(tags)) + listed + bytes(4)


# formats


@pytest.mark.parametrize("form", ["PNG", "WEBP", "BMP", "TIFF"])
def test_every_format_without_loss_gives_the_same_pixels(form: str) -> None:
    more = {"lossless": True} if form == "WEBP" else {}
    assert np.array_equal(square(encoded(BUSY, form, **more), 24), np.asarray(BUSY))


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_a_packed_tiff_gives_the_same_pixels(compression: str) -> None:
    assert np.array_equal(square(encoded(BUSY, "TIFF", compression=compression), 24), np.asarray(BUSY))


@pytest.mark.parametrize("form", ["GIF", "WEBP", "TIFF", "PNG", "MPO"])
def test_of_many_pictures_in_a_file_the_first_is_read(form: str) -> None:
    first, second = (Image.new("RGB", (16, 16), colour) for colour in ((250, 0, 0), (0, 0, 250)))
    image_HW3 = whole_picture(encoded(first, form, save_all=True, append_images=[second]), 16)
    assert image_HW3[8, 8].tolist() == pytest.approx([250, 0, 0], abs=4)


def test_the_ending_of_a_name_says_nothing() -> None:
    assert whole_picture(encoded(Image.new("RGB", (16, 16), (250, 0, 0)), "JPEG"), 16)[8, 8, 0] > 240  # whatever the file was called


# depths and modes


def test_floats_are_scaled_by_their_own_finite_range() -> None:
    values_HW = RAMP_HW / 255 * 7 - 3  # -3 to 4
    assert np.array_equal(whole_picture(tiff(values_HW.astype(np.float32)), 16)[:, :, 0], RAMP_HW)


def test_what_is_no_number_is_black_and_what_is_infinite_an_end() -> None:
    values_HW = RAMP_HW.astype(np.float32)
    values_HW[3, 5], values_HW[4, 5], values_HW[5, 5] = np.nan, np.inf, -np.inf
    found = whole_picture(tiff(values_HW), 16)[:, :, 1]
    assert (found[3, 5], found[4, 5], found[5, 5]) == (0, 255, 0) and np.array_equal(np.delete(found, 5, 1), np.delete(RAMP_HW, 5, 1))


def test_floats_without_a_number_are_refused() -> None:
    with pytest.raises(Unreadable, match="holds no finite number"):
        whole_picture(tiff(np.full((9, 9), np.nan, np.float32)), 16)


@pytest.mark.parametrize("value", [0.0, 0.5, -1e38])
def test_floats_of_one_value_are_black(value: float) -> None:
    assert whole_picture(tiff(np.full((9, 9), value, np.float32)), 9).max() == 0


def test_whole_numbers_of_32_bits_are_scaled_by_their_own_range() -> None:
    assert np.array_equal(whole_picture(tiff(RAMP_HW.astype(np.int32) * 1_000_000 - 50), 16)[:, :, 2], RAMP_HW)


@pytest.mark.parametrize(("kind", "step", "start"), [(np.int16, 100, -9_000), (np.uint32, 16_000_000, 0), (np.int32, 16_000_000, -(2**31))])
def test_signed_and_unsigned_numbers_are_told_apart(kind: type, step: int, start: int) -> None:
    assert np.array_equal(whole_picture(bare_tiff((RAMP_HW.astype(np.int64) * step + start).astype(kind)), 16)[:, :, 0], RAMP_HW)


def test_colours_of_16_bits_keep_their_upper_8() -> None:
    assert whole_picture(bare_tiff(np.full((9, 9, 3), 257 * 90, np.uint16)), 9)[4, 4].tolist() == [90, 90, 90]


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_16_bits_are_scaled_by_what_16_bits_hold(form: str) -> None:
    data = encoded(Image.fromarray(RAMP_HW.astype(np.uint16) * 64), form)  # dark, and it stays so
    assert np.array_equal(whole_picture(data, 16)[:, :, 0], RAMP_HW.astype(int) * 64 // 257)


@pytest.mark.parametrize("form", ["PNG", "TIFF"])
def test_12_bits_in_16_are_scaled_by_what_12_bits_hold(form: str) -> None:
    bright = encoded(Image.fromarray(RAMP_HW.astype(np.uint16) * 16), form)
    assert np.array_equal(whole_picture(bright, 16)[:, :, 0], RAMP_HW.astype(int) * 16 * 255 // 4095)
    just = np.full((9, 9), 4095, np.uint16)
    assert (
        whole_picture(encoded(Image.fromarray(just), form), 9).min() == 255
        and whole_picture(encoded(Image.fromarray(just + 1), form), 9).max() == 15
    )


def test_strips_join_without_a_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    data = tiff(np.random.default_rng(0).normal(size=(23, 17)).astype(np.float32))
    at_once = whole_picture(data, 23)
    monkeypatch.setattr(modes, "STRIP", 50)
    assert np.array_equal(whole_picture(data, 23), at_once)


@pytest.mark.parametrize("form", ["TIFF", "JPEG"])
def test_cmyk_becomes_rgb_inverted_or_not(form: str) -> None:
    data = encoded(Image.new("CMYK", (16, 16), (0, 255, 255, 0)), form)  # JPEG: Adobe's way, stored inverted
    assert (b"Adobe" in data) == (form == "JPEG")
    assert whole_picture(data, 16)[8, 8].tolist() == pytest.approx([254, 0, 0], abs=4)


@pytest.mark.parametrize(
    ("mode", "colour", "seen"),
    [
        ("1", 1, (255, 255, 255)),
        ("YCbCr", (76, 85, 255), (254, 0, 0)),
        ("RGBA", (0, 0, 0, 0), (128, 128, 128)),
        ("LA", (9, 255), (9, 9, 9)),
    ],
)
def test_modes_of_a_tiff(mode: str, colour: object, seen: tuple[int, ...]) -> None:
    more = {"compression": "jpeg"} if mode == "YCbCr" else {}
    assert whole_picture(encoded(Image.new(mode, (16, 16), colour), "TIFF", **more), 16)[8, 8].tolist() == pytest.approx(seen, abs=2)  # type: ignore[arg-type]


@pytest.mark.parametrize("form", ["GIF", "WEBP"])
def test_what_is_clear_lies_on_gray(form: str) -> None:
    assert whole_picture(encoded(Image.new("RGBA", (16, 16), (255, 0, 0, 0)), form, lossless=True), 16)[8, 8].tolist() == [128, 128, 128]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "TIFF", "WEBP", "PNG"])
def test_every_format_is_turned_upright_once(form: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[finished.ORIENTATION] = orientation
    corner = Image.new("RGB", (48, 32))
    corner.paste((255, 255, 255), (0, 0, 16, 16))
    data = encoded(corner, form, exif=exif)
    want = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(encoded(corner, "PNG", exif=exif)))))
    found = whole_picture(data, 48)
    assert found.shape == want.shape and np.abs(found.astype(int) - want).mean() < 6


# sizes


@pytest.mark.parametrize("size", [(8, 8), (20_000, 8), (8, 20_000)])
def test_the_smallest_and_the_longest_are_read(size: tuple[int, int]) -> None:
    assert square(encoded(Image.new("L", size, 77)), 16)[8, 8].tolist() == [77, 77, 77]


@pytest.mark.parametrize("size", [(7, 30), (30, 1), (20_001, 8)])
def test_smaller_and_longer_ones_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(Unreadable, match=f"is {size[0]} × {size[1]} pixels; sides of 8 to 20000 pixels are read"):
        square(encoded(Image.new("L", size)), 16)


# what can't be read


@pytest.mark.parametrize("channels", [5, 12])
def test_many_bands_are_read_alike_whatever_their_colours_are_said_to_be(channels: int) -> None:
    values = np.zeros((16, 16, channels), np.uint8)
    values[:, :, 0], values[:, :, 1] = RAMP_HW, RAMP_HW.T
    for photometric in (1, 2):
        found = whole_picture(bare_tiff(values, photometric), 16)
        assert np.array_equal(found, np.stack([RAMP_HW, RAMP_HW.T, np.zeros_like(RAMP_HW)], -1))


@pytest.mark.parametrize("kind", [np.float16, np.float64, np.uint64])
def test_numbers_of_16_and_64_bits_are_scaled_by_their_own_range(kind: type) -> None:
    assert np.array_equal(whole_picture(bare_tiff(RAMP_HW.astype(kind)), 16)[:, :, 1], RAMP_HW)


def test_heic_without_its_decoder_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "_reads_heic", lambda: False)
    with pytest.raises(
        Unreadable, match="is HEIC, which is read once pillow-heif is installed: .venv/bin/python -m pip install pillow-heif"
    ):
        whole_picture(b"\0\0\0\x18ftypheic" + bytes(40), 16)


def test_a_broken_heic_is_said_to_be_one_with_its_decoder_and_without() -> None:
    with pytest.raises(Unreadable, match="HEIC"):
        whole_picture(b"\0\0\0\x18ftypheic" + bytes(40), 16)


FILES = {
    "png": encoded(BUSY),
    "jpeg": encoded(BUSY, "JPEG"),
    "webp": encoded(BUSY, "WEBP"),
    "bmp": encoded(BUSY, "BMP"),
    "gif": encoded(BUSY, "GIF"),
    "tiff": encoded(BUSY, "TIFF"),
    "packed tiff": encoded(BUSY, "TIFF", compression="tiff_lzw"),
    "float tiff": encoded(BUSY.convert("F"), "TIFF"),
}


@pytest.mark.parametrize("form", FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_picture_cut_anywhere_is_read_or_unreadable(form: str, data: st.DataObject) -> None:
    whole_file = FILES[form]
    cut = whole_file[: data.draw(st.integers(0, len(whole_file) - 1))]
    try:
        assert whole_picture(cut, 24).shape == (24, 24, 3)
    except Unreadable as error:
        assert str(error).split()[0] in ("is", "ends", "has", "holds", "begins")


@pytest.mark.parametrize("form", FILES)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_picture_with_changed_bytes_is_read_or_unreadable(form: str, data: st.DataObject) -> None:
    broken = bytearray(FILES[form])
    for place, byte in data.draw(st.lists(st.tuples(st.integers(0, len(broken) - 1), st.integers(0, 255)), min_size=1, max_size=4)):
        broken[place] = byte
    try:
        assert whole_picture(bytes(broken), 24).ndim == 3
    except Unreadable as error:
        assert str(error)


@pytest.mark.parametrize("form", FILES)
def test_half_a_picture_says_that_it_ends_too_early(form: str) -> None:
    with pytest.raises(Unreadable, match="ends too early|begins like a .* but is cut short"):
        whole_picture(FILES[form][: len(FILES[form]) // 2], 24)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"RIFF....WEBPVP8 ", b"BM", b"GIF89a", b"II*\0", b"MM\0*"]),
)
def test_any_bytes_are_unreadable_at_worst(tail: bytes, head: bytes) -> None:
    with pytest.raises(Unreadable):
        whole_picture(head + tail, 16)
