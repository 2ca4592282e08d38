"""One small picture file of every kind that is read, by name."""

from __future__ import annotations

import io
import struct
import zlib

import numpy as np
from PIL import Image

from tests.help.picturefiles import written

SIDE = (40, 28)  # no square: cropping and turning show
CAMERA = 4095  # the largest number of the pictures of 16 bits: 12 of them are filled


def coloured() -> np.ndarray:
    """Smooth colours, brighter at the upper left, uint8 H W 3."""
    high, wide = np.mgrid[0 : SIDE[1], 0 : SIDE[0]]
    return np.stack([250 - 4 * high, 240 - 5 * wide, 60 + 2 * high + wide], -1).astype(np.uint8)


def chunk(kind: bytes, data: bytes, wrong: int = 0) -> bytes:
    """A chunk of a PNG, its checksum off by `wrong`."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data) ^ wrong)


def png16(values_HWC: np.ndarray, interlace: bool = False) -> bytes:
    """A PNG of 16 bits with 2 (gray, alpha), 3 or 4 channels, its rows filtered by the differences to the left."""
    h, w, channels = values_HWC.shape
    head = struct.pack(">IIBBBBB", w, h, 16, {1: 0, 2: 4, 3: 2, 4: 6}[channels], 0, 0, int(interlace))
    starts = (
        ((0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)) if interlace else ((0, 0, 1, 1),)
    )
    rows = b""
    for top, left, down, right in starts:
        for row_WC in values_HWC[top::down, left::right]:
            bytes_ = np.frombuffer(row_WC.astype(">u2").tobytes(), np.uint8)
            before = np.concatenate([np.zeros(2 * channels, np.uint8), bytes_[: -2 * channels]])
            rows += b"\1" + (bytes_ - before).tobytes()
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def saved(image: Image.Image, form: str, **more: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, form, **more)
    return stream.getvalue()


def every_file() -> dict[str, bytes]:
    """Kind -> file."""
    rgb_HW3 = coloured()
    rgb = Image.fromarray(rgb_HW3)
    gray, deep_HW3 = rgb.convert("L"), (rgb_HW3.astype(np.uint32) * CAMERA // 255).astype(np.uint16)
    clear = rgb.convert("RGBA")
    clear.putalpha(gray)
    deep_HW = deep_HW3[:, :, 0]
    alpha_HW1 = np.full((*deep_HW.shape, 1), 40_000, np.uint16)
    found = {f"jpeg turned {k}": saved(rgb, "JPEG", exif=_turned(k), quality=95) for k in range(1, 9)}
    found |= {f"png {mode}": saved(rgb.convert(mode), "PNG") for mode in ("1", "L", "P", "RGB")}
    found |= {
        "png RGBA": saved(clear, "PNG"),
        "png LA": saved(clear.convert("LA"), "PNG"),
        "png turned": saved(rgb, "PNG", exif=_turned(6)),
    }
    found |= {"png clear colour": saved(rgb.convert("P"), "PNG", transparency=3)}
    found |= {"png 16 gray": saved(Image.fromarray(deep_HW), "PNG"), "png 16 colours": png16(deep_HW3)}
    found |= {"png 16 woven": png16(deep_HW3, interlace=True), "png 16 LA": png16(np.concatenate([deep_HW[:, :, None], alpha_HW1], 2))}
    found |= {"png 16 RGBA": png16(np.concatenate([deep_HW3, alpha_HW1], 2))}
    found |= {"jpeg": saved(rgb, "JPEG"), "jpeg gray": saved(gray, "JPEG"), "jpeg inks": saved(rgb.convert("CMYK"), "JPEG")}
    found |= {"jpeg progressive": saved(rgb, "JPEG", progressive=True)}
    found |= {
        "webp": saved(rgb, "WEBP"),
        "webp clear": saved(clear, "WEBP", lossless=True),
        "webp turned": saved(rgb, "WEBP", exif=_turned(8)),
    }
    found |= {"bmp": saved(rgb, "BMP"), "gif": saved(rgb, "GIF"), "gif clear": saved(clear, "GIF"), "ico": saved(clear, "ICO")}
    found |= {
        "tiff": saved(rgb, "TIFF"),
        "tiff turned": saved(rgb, "TIFF", exif=_turned(5)),
        "tiff lzw": saved(rgb, "TIFF", compression="tiff_lzw"),
    }
    found |= {"tiff 16": saved(Image.fromarray(deep_HW), "TIFF"), "tiff 32": saved(Image.fromarray(deep_HW.astype(np.int32)), "TIFF")}
    found |= {"tiff floats": saved(Image.fromarray(deep_HW.astype(np.float32)), "TIFF")}
    found |= {
        "tiff 16 colours": written(deep_HW3, photometric="rgb"),
        "tiff 16 packed": written(deep_HW3, photometric="rgb", compression="zlib"),
    }
    found |= {"tiff bands": written(np.concatenate([deep_HW3, deep_HW3], 2)), "tiff inks": saved(rgb.convert("CMYK"), "TIFF")}
    found |= {"ppm": saved(rgb, "PPM"), "pgm": saved(gray, "PPM"), "pbm": saved(rgb.convert("1"), "PPM")}
    found |= {
        "pgm 16": b"P5\n%d %d\n65535\n" % SIDE + deep_HW.astype(">u2").tobytes(),
        "pgm 12": b"P5 %d %d 4095 " % SIDE + deep_HW.astype(">u2").tobytes(),
    }
    found |= {"ppm 16": b"P6\n%d %d\n65535\n" % SIDE + deep_HW3.astype(">u2").tobytes()}
    found |= {"ppm text": b"P3\n# a remark\n%d %d\n255\n" % SIDE + " ".join(map(str, rgb_HW3.ravel())).encode()}
    found |= {
        "jp2": saved(rgb, "JPEG2000"),
        "j2k": saved(gray, "JPEG2000", no_jp2=True),
        "jp2 16": saved(Image.fromarray(deep_HW), "JPEG2000"),
    }
    return found | {"avif": saved(rgb, "AVIF"), "tga": saved(rgb, "TGA"), "mpo": saved(rgb, "MPO", save_all=True, append_images=[rgb])}


def _turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif
