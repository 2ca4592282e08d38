"""What pictures cost while they are read: the memory of one, and of many threads together."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ssl_core.reading.images import modes, opening, pixels, tiffs
from ssl_core.reading.images import room as rooms
from ssl_core.reading.images import tiff_header as head
from ssl_core.reading.images.pixels import square
from ssl_core.reading.images.unreadable import Unreadable
from tests.help.everyfile import png16
from tests.help.folders import BUSY, encoded
from tests.help.picturefiles import heic, tifffile, written

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # Pillow's own words on damaged files
PEAK = """
import re, resource, sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from ssl_core.reading.images import pixels, room
from ssl_core.reading.images.ranges import Range

def peak():  # bytes; a child's ru_maxrss begins at its parent's on Linux
    if sys.platform == "linux":
        return 1024 * int(re.search("VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

data, threads, room.ROOM = Path(sys.argv[1]).read_bytes(), int(sys.argv[2]), room.Room(int(sys.argv[3]))
before = peak()
with ThreadPoolExecutor(threads) as hands:
    list(hands.map(lambda _: pixels.square(data, 64, eval(sys.argv[4])), range(threads)))
print(peak() - before)
"""


def peak(path: Path, threads: int = 1, room: int = 10**8, range_: str = "None") -> int:
    """Bytes of memory that reading a picture takes in a process of its own, in so many threads at once."""
    command = [sys.executable, "-c", PEAK, str(path), str(threads), str(room), range_]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def within_bound(path: Path, counted: int) -> bool:
    """Whether reading a picture takes no more than the stated bytes for so many pixels."""
    return peak(path) < pixels.BYTES_A_PIXEL * counted + path.stat().st_size + 10e6


@pytest.mark.parametrize(
    ("form", "mode", "side"), [("PNG", "RGBA", 5000), ("JPEG", "RGB", 5000), ("TIFF", "F", 2500), ("WEBP", "RGB", 2500)]
)
def test_reading_stays_within_the_stated_memory(tmp_path: Path, form: str, mode: str, side: int) -> None:
    more = {"PNG": {"compress_level": 1}, "WEBP": {"method": 0}, "JPEG": {"progressive": True}}.get(form, {})
    Image.linear_gradient("L").resize((side, side)).convert(mode).save(tmp_path / "large", form, **more)
    assert side**2 < peak(tmp_path / "large") < pixels.BYTES_A_PIXEL * side**2 + (tmp_path / "large").stat().st_size + 10e6


OTHERS: dict[str, tuple[str, str, tuple[int, int], dict[str, object]]] = {
    "gif": ("GIF", "RGB", (2500, 2500), {}),
    "bmp": ("BMP", "RGB", (2500, 2500), {}),
    "cmyk jpeg": ("JPEG", "CMYK", (2500, 2500), {"progressive": True}),
    "gray and clear": ("PNG", "LA", (2500, 2500), {"compress_level": 1}),
    "lzw in one strip": ("TIFF", "RGBA", (2500, 2500), {"compression": "tiff_lzw", "strip_size": 2**30}),
    "long and thin": ("PNG", "RGBA", (20_000, 300), {"compress_level": 1}),
    "high and thin": ("TIFF", "F", (300, 20_000), {}),
}


def interlaced(side: int) -> bytes:
    """A gray PNG in the seven passes of Adam7, written by its specification."""
    value_HW = (np.arange(side * side) % 251).reshape(side, side).astype(np.uint8)
    starts = ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1))
    passes = [value_HW[top::down, left::right] for top, left, down, right in starts]
    rows = b"".join(np.pad(part, ((0, 0), (1, 0))).tobytes() for part in passes)  # no filter in any row
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 1)), (b"IDAT", zlib.compress(rows, 1)), (b"IEND", b""))
    body = b"".join(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def in_one_tile(side: int, packing: str, tile: int) -> bytes:
    """A gray TIFF whose only tile is larger than itself."""
    if packing == "deflate":
        return written(np.full((side, side, 1), 7, np.uint8), tile=(tile, tile), compression="zlib")
    strip = encoded(Image.new("L", (tile, tile), 7), "TIFF", compression="tiff_lzw", strip_size=2**30)
    (start,), (size,) = (tifffile.TiffFile(io.BytesIO(strip)).pages[0].tags[tag].value for tag in (head.STRIPS, head.STRIP_SIZES))
    tags = {head.WIDTH: side, head.HEIGHT: side, head.BITS: 8, head.PACKING: 5, head.PHOTOMETRIC: 1, head.SAMPLES: 1}
    tags |= {head.TILE_WIDTH: tile, head.TILE_HEIGHT: tile}
    return tiffs.written([memoryview(strip)[start : start + size]], tags, {head.TILES: [8], head.TILE_SIZES: [size]})


@pytest.mark.parametrize("kind", OTHERS)
def test_other_formats_stay_within_the_stated_memory(tmp_path: Path, kind: str) -> None:
    form, mode, size, more = OTHERS[kind]
    Image.linear_gradient("L").resize(size).convert(mode).save(tmp_path / "large", form, **more)
    assert within_bound(tmp_path / "large", size[0] * size[1])


def test_an_interlaced_png_stays_within_the_stated_memory(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(interlaced(2500))
    assert within_bound(tmp_path / "large", 2500**2)


@pytest.mark.parametrize("packing", ["deflate", "lzw"])
def test_a_tiled_tiff_stays_within_the_stated_memory(tmp_path: Path, packing: str) -> None:
    (tmp_path / "large").write_bytes(in_one_tile(1024, packing, 2048))
    assert within_bound(tmp_path / "large", 1024**2 + 2048**2)


@pytest.mark.parametrize("more", [{}, {"compression": "zlib", "tile": (512, 512)}, {"planarconfig": "separate"}])
def test_many_bands_stay_within_the_stated_memory(tmp_path: Path, more: dict[str, object]) -> None:
    values_HWC = np.zeros((900, 1024, 13), np.uint16)
    values_HWC[::2] = 9
    (tmp_path / "large").write_bytes(written(values_HWC, **more))
    assert within_bound(tmp_path / "large", 900 * 1024 * (1 + 13 * 2 // 4))


def test_a_heic_stays_within_the_stated_memory(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(heic(Image.linear_gradient("L").resize((2000, 2000)).convert("RGB")))
    assert within_bound(tmp_path / "large", 2000**2)


@pytest.mark.parametrize(("form", "mode"), [("AVIF", "RGBA"), ("JPEG2000", "RGBA"), ("JPEG2000", "RGB"), ("PPM", "RGB")])
def test_newer_formats_stay_within_the_stated_memory(tmp_path: Path, form: str, mode: str) -> None:
    more = {"AVIF": {"speed": 10}}.get(form, {})
    Image.linear_gradient("L").resize((1500, 1500)).convert(mode).save(tmp_path / "large", form, **more)
    assert within_bound(tmp_path / "large", 1500**2 * (1 if form == "PPM" else opening.HEAVY))


@pytest.mark.parametrize("channels", [3, 4])
def test_colours_of_16_bits_stay_within_the_stated_memory(tmp_path: Path, channels: int) -> None:
    (tmp_path / "large").write_bytes(png16(np.full((1500, 1500, channels), 999, np.uint16)))
    assert peak(tmp_path / "large", range_="Range(12)") < pixels.BYTES_A_PIXEL * 1500**2 + 20e6


@pytest.mark.parametrize(("side", "most"), [(16, 1), (12, 2), (8, 6), (40, 1)])
def test_pictures_read_at_the_same_time_share_the_room(monkeypatch: pytest.MonkeyPatch, side: int, most: int) -> None:
    now, together, room, counting = [0], [0], rooms.Room(400), threading.Lock()
    monkeypatch.setattr(rooms, "ROOM", room)

    def slow(picture: Image.Image, scaled: Callable[[Image.Image], Image.Image] = modes._eight_bit) -> Image.Image:
        with counting:
            now[0] += 1
            together.append(now[0])
        time.sleep(0.02)
        with counting:
            now[0] -= 1
        return scaled(picture)

    monkeypatch.setattr(modes, "_eight_bit", slow)
    data = encoded(Image.new("L", (side, side), 77))
    with ThreadPoolExecutor(6) as hands:
        assert all(image_HW3[4, 4, 0] == 77 for image_HW3 in hands.map(lambda _: square(data, 8), range(6)))
    assert 1 <= max(together) <= most and room.free == 400


def test_many_threads_take_no_more_memory_than_the_room(tmp_path: Path) -> None:
    Image.new("RGB", (3000, 3000), "red").save(tmp_path / "large.png", compress_level=1)  # 36 MB in memory, and 2 fit
    assert peak(tmp_path / "large.png", 8, 20 * 10**6) < 140e6  # all eight: 290 MB


def test_a_large_picture_waits_for_room_and_its_turn_comes() -> None:
    room, order = rooms.Room(100), list[str]()

    def take(name: str, size: int) -> None:
        with room.taken(size):
            order.append(name)

    def waiting(name: str, size: int) -> threading.Thread:
        thread = threading.Thread(target=take, args=(name, size))
        thread.start()
        thread.join(0.05)
        return thread

    with room.taken(60):
        threads = [waiting("large", 100), waiting("small", 10)]  # there is room for the small one, but it came later
        assert order == []
    for thread in threads:
        thread.join(5)
    assert order == ["large", "small"] and room.free == 100


def test_a_picture_that_cannot_be_read_leaves_its_room() -> None:
    for data in (encoded(BUSY, "PNG")[:-400], encoded(BUSY, "JPEG")[:300], b"GIF89a"):
        with pytest.raises(Unreadable):
            square(data, 16)
    assert rooms.ROOM.free == rooms.ROOM.whole == 100 * 10**6


@pytest.mark.parametrize(("more", "share"), [({}, 64), ({"progressive": True}, 1)])
def test_a_jpeg_takes_room_for_what_is_decoded_of_it(monkeypatch: pytest.MonkeyPatch, more: dict[str, bool], share: int) -> None:
    room, asked = rooms.Room(10**6), list[int]()
    monkeypatch.setattr(rooms, "ROOM", room)
    monkeypatch.setattr(room, "taken", lambda size: asked.append(size) or nullcontext())
    square(encoded(Image.new("RGB", (800, 800)), "JPEG", **more), 32)
    assert asked == [800 * 800 // share]
