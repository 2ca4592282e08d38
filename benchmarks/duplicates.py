"""How many near duplicates are found, and how many pairs are false: `python -m benchmarks.duplicates [SET …] [--sheets FOLDER]`.

Of each set, COPIES pictures are changed in each way of CHANGES, and the copies are looked for among all pictures of the set: the share that
is found is the recall. Then the pairs within the set itself are counted. Which of these are false, two different photographs, only an eye
can tell: `--sheets` writes all of them, the least alike first, side by side into PNG files. SSL_DATA names the folder of the sets.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from ssl_core.functional.duplicates.hashing import SIDE
from ssl_core.functional.duplicates.search import near_duplicates
from ssl_core.functional.duplicates.verification import likeness
from ssl_core.library.names import SPLITS
from ssl_core.library.sets import open_set
from ssl_core.reading.images.facts import picture_facts

SETS = ("flowers12", "cifar10")
COPIES = 1000  # of a set, spread evenly
CUT = 0.05  # of the side
ACROSS, DOWN, ZOOM = 12, 14, 3  # pairs of a sheet, and how many times larger they are drawn

Change = Callable[[Image.Image, np.random.Generator], Image.Image]


def recompressed(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """As a JPEG of quality 30 to 90."""
    stream = io.BytesIO()
    picture.save(stream, "JPEG", quality=int(rng.integers(30, 91)))
    return Image.open(stream)


def resized(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """To 0.5 to 2 times the side."""
    times = 2 ** rng.uniform(-1, 1)
    w, h = (max(8, round(side * times)) for side in picture.size)
    return picture.resize((w, h), rng.choice([Image.Resampling.BILINEAR, Image.Resampling.BICUBIC, Image.Resampling.LANCZOS]))


def cut(picture: Image.Image, sides: np.ndarray) -> Image.Image:
    """CUT of the side off at each of left, top, right, bottom that is 1 in `sides`."""
    w, h = picture.size
    left, top, right, bottom = np.rint(sides * np.array([w, h, w, h]) * CUT).astype(int)
    return picture.crop((left, top, w - right, h - bottom))


def cut_once(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """At one side."""
    return cut(picture, np.eye(4)[rng.integers(4)])


def cut_anywhere(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """At one to four sides."""
    sides = rng.integers(0, 2, 4)
    return cut(picture, sides if sides.any() else np.ones(4))


def cut_around(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """At all four sides."""
    return cut(picture, np.ones(4))


def all_three(picture: Image.Image, rng: np.random.Generator) -> Image.Image:
    """Cut at one side, resized, then recompressed."""
    return recompressed(resized(cut_once(picture, rng), rng), rng)


CHANGES: dict[str, Change] = {
    "recompressed, JPEG quality 30 to 90": recompressed,
    "resized, 0.5 to 2 times the side": resized,
    "cut by 5 % of the side at one side": cut_once,
    "cut by 5 % of the side at one to four sides": cut_anywhere,
    "cut by 5 % of the side all around": cut_around,
    "cut at one side, resized and recompressed": all_three,
}


def small(file: bytes) -> np.ndarray:
    """A file's picture as the job that looks for duplicates sees it."""
    return picture_facts(file, SIDE).thumb_HW3


def copied(file: bytes, change: Change, rng: np.random.Generator) -> np.ndarray:
    """The same of a changed copy; nothing but the change is lost, since the copy is kept as a PNG."""
    with Image.open(io.BytesIO(file)) as picture:
        stream = io.BytesIO()
        change(picture.convert("RGB"), rng).save(stream, "PNG")
    return small(stream.getvalue())


def files_of(name: str) -> list[bytes]:
    """Every file of a set, that of the same bytes once."""
    sets = [open_set(name, split) for split in SPLITS]
    files = [data.file_bytes(i) for data in sets for i in range(len(data))]
    return list(dict.fromkeys(file for file in files if file is not None))


def recall(thumb_NHWC: np.ndarray, copy_MHWC: np.ndarray, row_M: np.ndarray) -> float:
    """The share of copies that are paired with their original, whose rows are `row_M`."""
    found = near_duplicates(np.concatenate([thumb_NHWC, copy_MHWC]))
    pairs = set(map(tuple, found.pair_P2.tolist()))
    return float(np.mean([(row, len(thumb_NHWC) + k) in pairs for k, row in enumerate(row_M.tolist())]))


def sheets(thumb_NHWC: np.ndarray, pair_P2: np.ndarray, start: Path) -> None:
    """All pairs side by side, the least alike first, as PNG files whose names begin with `start`."""
    alike_P = np.concatenate([likeness(*(thumb_NHWC[some[:, k]] for k in (0, 1))).correlation for some in _parts(pair_P2)])
    sorted_P2, alike_P = pair_P2[np.argsort(alike_P)], np.sort(alike_P)
    side, page = SIDE * ZOOM, ACROSS * DOWN
    for first in range(0, len(sorted_P2), page):
        some = sorted_P2[first : first + page]
        sheet = Image.new("RGB", (ACROSS * (2 * side + 10), -(-len(some) // ACROSS) * (side + 16)), "white")
        for k, pair in enumerate(some):
            x, y = k % ACROSS * (2 * side + 10), k // ACROSS * (side + 16)
            ImageDraw.Draw(sheet).text((x, y), f"{first + k}: {alike_P[first + k]:.3f}", fill="black")
            for place, row in enumerate(pair):
                sheet.paste(Image.fromarray(thumb_NHWC[row]).resize((side, side)), (x + place * (side + 2), y + 14))
        sheet.save(f"{start}-{first // page + 1}.png")


def _parts(pair_P2: np.ndarray) -> list[np.ndarray]:
    return np.array_split(pair_P2, max(1, len(pair_P2) // 256))


def measure(name: str, folder: Path | None) -> None:
    """Prints the figures of one set."""
    files, rng = files_of(name), np.random.default_rng(0)
    thumb_NHWC = np.stack([small(file) for file in files])
    row_M = np.unique(np.linspace(0, len(files) - 1, COPIES).astype(int))
    began = time.perf_counter()
    found = near_duplicates(thumb_NHWC)
    took, memory = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    print(
        f"{name}: {len(files):,} different files, {len(found.pair_P2):,} pairs of near duplicates, {took:.1f} s; {memory:,.0f} MB at most"
    )
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        sheets(thumb_NHWC, found.pair_P2, folder / name)
    for words, change in CHANGES.items():
        copy_MHWC = np.stack([copied(files[row], change, rng) for row in row_M])
        print(f"  {words}: {100 * recall(thumb_NHWC, copy_MHWC, row_M):.1f} % of {len(row_M):,} copies found", flush=True)


def main(argv: list[str] | None = None) -> int:
    """Measures the sets that were asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.duplicates", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sets", nargs="*", metavar="SET", default=list(SETS))
    parser.add_argument("--sheets", type=Path, metavar="FOLDER", help="write all pairs side by side into PNG files")
    asked = parser.parse_args(argv)
    for name in asked.sets:
        measure(name, asked.sheets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
