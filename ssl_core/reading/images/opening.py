"""A picture file opened by its header, within the bounds of size, and what is said of one that can't be. No torch."""

from __future__ import annotations

import io
import sys
from functools import cache
from pathlib import Path

from PIL import Image, TiffImagePlugin, UnidentifiedImageError, features

from ssl_core.reading.images import jpeg2000, mended, tiff_header
from ssl_core.reading.images.formats import AVIF, CODESTREAM, FOOT, HEIC, JP2, is_icon
from ssl_core.reading.images.room import MEGAPIXELS
from ssl_core.reading.images.unreadable import Unreadable

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF")
READ = "PNG, JPEG, WebP, BMP, TIFF, GIF, HEIC, AVIF, JPEG 2000, PPM, PGM, PBM, ICO, TGA"  # as a person calls them
BEGINNINGS = {b"\x89PNG": "a PNG", b"\xff\xd8\xff": "a JPEG", b"GIF8": "a GIF", b"RIFF": "a WebP"}
BEGINNINGS |= {JP2: "a JPEG 2000", CODESTREAM: "a JPEG 2000", b"\0\0\1\0": "an ICO"}
HEAVY = 2  # a pixel of a JPEG 2000 or AVIF counts as so many: their decoders hold more than the picture
# start.py makes .venv beside a checkout; a program installed from a wheel, and a copy of this file beside an export, name their own Python
PYTHON = ".venv/bin/python" if (Path(__file__).resolve().parent / "../../../pyproject.toml").exists() else sys.executable
LEAST, MOST = 8, 20_000  # pixels a side
Image.core.set_block_size(64 * 2**20)  # pieces above 32 MB go back to the system at once, smaller ones stay with the thread that had them
Image.MAX_IMAGE_PIXELS = None  # `check_size` refuses by the header, with a sentence, instead of Pillow's warning


def opened(data: bytes) -> Image.Image:
    """The picture opened by its header, not decoded yet; without profile and notes where these keep it from being opened.

    Raises Unreadable, or what Pillow raises of a damaged file.
    """
    if not data:
        raise Unreadable("is empty")
    faults: list[Exception] = []
    for tried in dict.fromkeys((data, mended.bare(data), mended.bare(data, orientation=False))):
        try:
            picture = Image.open(io.BytesIO(tried), formats=_formats(data))
        except Exception as error:  # UnidentifiedImageError, or what the parser of a note raises
            faults.append(error)
            continue
        check_size(*picture.size)
        return picture
    if isinstance(faults[0], UnidentifiedImageError):
        raise Unreadable(_unknown(data))
    raise faults[0]


def _formats(data: bytes) -> tuple[str, ...]:
    """Pillow's formats that these bytes may be; newer ones only where their own beginning, or a TGA's end, is there."""
    if _is_heic(data):
        return (*FORMATS, "HEIF") if _reads_heic() else FORMATS
    if _is_avif(data):
        return (*FORMATS, "AVIF") if _reads_avif() else FORMATS
    more = "JPEG2000" if jpeg2000.is_jpeg2000(data) else "ICO" if is_icon(data[:32]) else "TGA" if data.endswith(FOOT) else ""
    return (*FORMATS, more) if more else FORMATS


def check_size(w: int, h: int) -> None:
    """Refuses what is too large or too small. Raises Unreadable."""
    if w * h > MEGAPIXELS * 10**6:
        raise Unreadable(f"has {w * h / 1e6:.0f} megapixels; up to {MEGAPIXELS} are read")
    if min(w, h) < LEAST or max(w, h) > MOST:
        raise Unreadable(f"is {w} × {h} pixels; sides of {LEAST} to {MOST} pixels are read")


def extra_pixels(picture: Image.Image, data: bytes) -> int:
    """Pixels that are unpacked beside the picture's own: a tile of a TIFF, a decoder's own of JPEG 2000 or AVIF. Raises Unreadable."""
    pixels = picture.size[0] * picture.size[1]
    if picture.format == "JPEG2000":
        found = jpeg2000.codestream(data)
        if found is None or found.size != picture.size or found.bands > jpeg2000.MOST_BANDS:
            raise Unreadable("begins like a JPEG 2000 but is cut short or damaged")
    if picture.format in ("JPEG2000", "AVIF"):
        if HEAVY * pixels > MEGAPIXELS * 10**6:
            raise Unreadable(f"has {pixels / 1e6:.0f} megapixels; up to {MEGAPIXELS // HEAVY} are read of JPEG 2000 and AVIF")
        return (HEAVY - 1) * pixels
    tile = tiff_header.tile_pixels(data) if picture.format == "TIFF" else 0
    if tile + pixels > MEGAPIXELS * 10**6:
        raise Unreadable(f"has tiles of {tile / 1e6:.0f} megapixels; up to {MEGAPIXELS} are read, the picture counted too")
    return tile


def verify(picture: Image.Image, data: bytes) -> None:
    """Checks the checksums of a PNG's pixels, which decoding alone ignores. Raises what Pillow raises."""
    if picture.format == "PNG":
        Image.open(io.BytesIO(mended.bare(data, orientation=False)), formats=("PNG",)).verify()


def reason(error: Exception, data: bytes) -> str:
    """What a decoder's error means, as the rest of a sentence."""
    text = " ".join(str(error).split())[:120]
    lost = data[:4] == b"RIFF" and int.from_bytes(data[4:8], "little") > len(data)  # a WebP says its length
    short = lost or any(word in text.lower() for word in ("truncated", "only got", "larger than file", "not enough"))
    return "ends too early (truncated)" if short else f"is damaged ({text or type(error).__name__})"


def _unknown(data: bytes) -> str:
    """Why a file can't be opened, as the rest of a sentence."""
    if _is_heic(data) and not _reads_heic():
        return f"is HEIC, which is read once pillow-heif is installed: {PYTHON} -m pip install pillow-heif, then start again"
    if _is_avif(data) and not _reads_avif():
        return f"is AVIF, which is read by Pillow 11.3 and later: {PYTHON} -m pip install -U pillow, then start again"
    like = next((name for head, name in BEGINNINGS.items() if data.startswith(head)), "")
    like = like or ("a HEIC" if _is_heic(data) else "an AVIF" if _is_avif(data) else "")
    like = like or ("a TIFF" if data[:4] in TiffImagePlugin.PREFIXES else "")
    if like:
        return f"begins like {like} but is cut short or damaged"
    return f"is no picture in a format that is read here ({READ})"


def _is_heic(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in HEIC


def _is_avif(data: bytes) -> bool:
    return data[4:8] == b"ftyp" and data[8:12] in AVIF


@cache
def _reads_avif() -> bool:
    """Whether Pillow brings a decoder for AVIF."""
    return "avif" in features.modules and bool(features.check_module("avif"))


@cache
def _reads_heic() -> bool:
    """Whether the decoder for HEIC is installed."""
    try:
        import pillow_heif
    except ImportError:
        return False
    pillow_heif.register_heif_opener()
    return True
