"""Which files are pictures, by their endings and by their first bytes; no picture is opened. No torch.

`sources.SUFFIXES` are the endings that sets have always been listed by; `ENDINGS` are all that are read now, `UNREAD` those of pictures
that aren't, with what they are called.
"""

from __future__ import annotations

import re

ENDINGS = (
    *(".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".jif", ".webp", ".bmp", ".dib", ".gif", ".tif", ".tiff", ".heic", ".heif"),
    *(".ppm", ".pgm", ".pbm", ".pnm", ".avif", ".jp2", ".j2k", ".j2c", ".jpc", ".jpf", ".jpx", ".ico", ".tga", ".mpo"),
)
CAMERAS = ".3fr .arw .cr2 .cr3 .dng .erf .iiq .kdc .mrw .nef .nrw .orf .pef .raf .rw2 .srw .x3f"
FILMS = ".avi .flv .m4v .mkv .mov .mp4 .mpeg .mpg .ogv .webm .wmv"
SLIDES = ".bif .czi .lif .mrxs .ndpi .nd2 .oib .oif .oir .scn .svs .vsi"  # of microscopes
DRAWINGS = ".ai .cdr .drawio .emf .eps .ps .svg .svgz .wmf"
LAYERS = ".afphoto .clip .kra .ora .psb .psd .procreate .xcf"  # of editors
VOLUMES = ".dcm .dicom .mha .mhd .mgz .nhdr .nii .nii.gz .nrrd"
OTHERS = ".bpg .cur .dds .djvu .exr .fit .fits .flif .fts .hdr .icns .jls .jxl .jxr .pam .pcx .pdf .pfm .pict .qoi"
OTHERS += " .ras .rgb .sgi .wdp .xbm .xpm"
UNREAD = {  # ending -> what such a file is, as the rest of a sentence about it
    **dict.fromkeys(CAMERAS.split(), "is a camera's raw file, which isn't read: save it as TIFF, PNG or JPEG"),
    **dict.fromkeys(FILMS.split(), "is a film, which isn't read: save its frames as pictures"),
    **dict.fromkeys(SLIDES.split(), "is a microscope's own format, which isn't read: save it as TIFF"),
    **dict.fromkeys(DRAWINGS.split(), "is a drawing of lines, which isn't read: save it as PNG"),
    **dict.fromkeys(LAYERS.split(), "is an editor's own format, which isn't read: save it as PNG"),
    **dict.fromkeys(VOLUMES.split(), "is a scan or a volume, which isn't read: save its slices as PNG or TIFF"),
    **dict.fromkeys(OTHERS.split(), "is a picture in a format that isn't read: save it as PNG"),
}
HEAD = 32  # bytes that `kind_of` looks at
HEIC = (b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1")  # brands of HEIC, in bytes 8 to 12 of the file
AVIF = (b"avif", b"avis")
JP2, CODESTREAM = b"\0\0\0\x0cjP  \r\n\x87\n", b"\xff\x4f\xff\x51"
FOOT = b"TRUEVISION-XFILE.\0"  # the end of a TGA of version 2; an earlier one can't be told from other bytes
BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)  # bytes
NETPBM = re.compile(rb"P[1-6](?:\s+(?:#[^\n\r]*[\n\r]\s*)*\d|\s+#)")
PLAIN = {
    b"\x89PNG\r\n\x1a\n": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"GIF87a": "GIF",
    b"GIF89a": "GIF",
    JP2: "JPEG 2000",
    CODESTREAM: "JPEG 2000",
}
TIFFS = (b"II*\0", b"MM\0*", b"MM*\0", b"II\0*", b"II+\0", b"MM\0+")


def ending_of(name: str) -> str:
    """The ending of a file's name in small letters, with its dot; ".nii.gz" is one; "" where there is none."""
    last = name.replace("\\", "/").rpartition("/")[2].lower()
    if last.endswith(".nii.gz"):
        return ".nii.gz"
    stem, dot, ending = last.rpartition(".")
    return dot + ending if stem.strip(".") else ""


def format_of(head: bytes) -> str:
    """The format that a file's first 32 bytes say, as a person calls it; "" where they aren't those of a picture that is read."""
    if found := next((kind for begins, kind in PLAIN.items() if head.startswith(begins)), ""):
        return found
    if head[4:8] == b"ftyp":
        return "HEIC" if head[8:12] in HEIC else "AVIF" if head[8:12] in AVIF else ""
    if head[:4] in TIFFS:
        return "TIFF"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in BMP_HEADERS:
        return "BMP"
    if is_icon(head):
        return "ICO"
    return "PPM" if NETPBM.match(head) else ""


def is_icon(head: bytes) -> bool:
    """Whether a file begins as an ICO: its directory, and a first entry that is possible."""
    return (
        head[:4] == b"\0\0\1\0"
        and 0 < int.from_bytes(head[4:6], "little") < 256
        and head[9:10] == b"\0"
        and head[10:12] in (b"\0\0", b"\1\0")
    )
