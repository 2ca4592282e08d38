"""What the words of a folder's name say: a part of the data, a wrapper round pictures, masks, a numbered heap."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sized
from functools import lru_cache

from ssl_core.reading.account import Part
from ssl_core.reading.naming import several_names
from ssl_core.reading.part_words import PARTS_ELSEWHERE
from ssl_core.reading.sources import shown


def word_set(words: str) -> frozenset[str]:
    """A set of words, written as one text."""
    return frozenset(words.split())


PARTS: dict[str, Part] = {
    **PARTS_ELSEWHERE,
    **dict.fromkeys(("train", "training", "trainset", "trainval", "trn", "learn", "learning"), "train"),
    **dict.fromkeys(("val", "vali", "valid", "validate", "validation", "valset", "dev"), "validation"),
    **dict.fromkeys(("test", "tst", "testing", "testset", "eval", "evaluation", "holdout", "heldout"), "test"),
    **dict.fromkeys(("unlabeled", "unlabelled", "unsup", "unsupervised", "unannotated", "pred", "extra"), "unlabelled"),
}
# words that say nothing about what the pictures show
PLAIN = word_set(
    """image images img imgs im pic pics picture pictures photo photos data dataset set sets split input inputs jpeg jpegs jpg jpgs
    png pngs bmp tif tiff jpegimages jpegimage rgb raw original originals origin final resized files file folder dir all full
    samples frames"""
)
WRAPPERS = PLAIN - word_set("set sets split final all full samples")
# words in names of files that cameras and screens write
CAMERA = word_set("img dsc dscn dscf dsci mvi pxl pano p wp image photo picture frame screenshot scan capture snapshot file untitled")
SAY_NOTHING = CAMERA | PLAIN | PARTS.keys()  # words in names of files that name no classes
# words of folders that hold several pictures of one thing
BEINGS = word_set(
    """patient patients pat subject subjects person participant individual animal lesion case donor specimen slide study session
    video clip seq sequence scene burst sample tree mouse well plate plot site biopsy"""
)
MEMORY = 2**18  # names whose words are kept: more than a set has folders
CUT = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+|[A-Z]")  # runs of one kind: ABC, Abc, abc, 123


def folded(name: str) -> str:
    """A name in Unicode's composed form (NFC) without spaces at its ends."""
    return (name if name.isascii() else unicodedata.normalize("NFC", name)).strip()


@lru_cache(maxsize=MEMORY)
def words_in(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, cut at signs, spaces, digits and inner capitals; digits are no words."""
    return tuple(word.lower() for word in CUT.findall(unicodedata.normalize("NFC", name)) if not word.isdigit())


@lru_cache(maxsize=MEMORY)
def part_named(name: str) -> Part | None:
    """The part of the data that a folder's name says, None where it says none or two ("train_val_images").

    "train_unlabelled" is unlabelled: the second word says more than the first.
    """
    said = {PARTS[word] for word in words_in(name) if word in PARTS}
    if "unlabelled" in said and len(said - {"train"}) == 1:
        return "unlabelled"
    return said.pop() if len(said) == 1 else None


@lru_cache(maxsize=MEMORY)
def rest_of(name: str) -> tuple[str, ...]:
    """The words of a name that say neither a part nor that pictures lie there: cars_train -> cars, train_images -> nothing."""
    return tuple(word for word in words_in(name) if word not in PARTS and word not in PLAIN)


def rest_shown(name: str) -> str:
    """The same as a person writes it: "A" of trainA."""
    said = CUT.findall(folded(name))
    return " ".join(word for word in said if not word.isdigit() and word.lower() not in PARTS and word.lower() not in PLAIN)


@lru_cache(maxsize=MEMORY)
def is_wrapper(name: str) -> bool:
    """Whether a name says only that pictures lie in the folder: images, img, JPEGImages, raw_data."""
    words = words_in(name)
    return name.lower() == "leftimg8bit" or (bool(words) and all(word in WRAPPERS for word in words))


def phrase(names: Iterable[str], most: int = 5) -> str:
    """Names in words: "`a`, `b` and `c`", "`a`, `b` and 7 more"."""
    every = [f"`{shown(name)}`" for name in names]
    return several_names(every, most if len(every) <= most else most - 1, " and ")


def is_are(names: Sized) -> str:
    """The verb for one name or several."""
    return "is" if len(names) == 1 else "are"


def counted(number: int, noun: str, plural: str = "") -> str:
    """A number with its noun: "1 picture", "2,400 pictures"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
