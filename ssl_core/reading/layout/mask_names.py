"""Names of masks, and the names that a mask and its picture have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from os.path import commonprefix

from ssl_core.reading.layout.tree import Folder
from ssl_core.reading.layout.words import MEMORY, PARTS, PLAIN, folded, is_wrapper, part_named, word_set, words_in

MASKS = word_set(
    """mask masks seg segs segmentation segmentations segm trimap trimaps truth truths groundtruth groundtruths gt gts label labels
    labelled labeled labelids annotation annotations annot annots annotated trainannot valannot testannot matte mattes manual
    labelmap"""
)
BESIDES = word_set(
    "class object ground fine coarse binary semantic instance instances color colour bw gray grey pixel level map maps st nd"
)
LAST = word_set("mask masks segmentation segmentations trimap trimaps")  # last words of folders of masks: "lung masks"
WORN = word_set("with without no not bare face faces wear wears wearing worn incorrect correct proper")  # words of masks on faces
CERTAIN = word_set("trimap trimaps groundtruth segmentationclass segmentationobject gtfine gtcoarse")  # never a class
SPEAK = re.compile(r"mask|\bno\b|\bnot\b|\bwith|\bwithout|\bbare\b", re.IGNORECASE)  # beside a folder `mask`: classes of faces
ENDING = re.compile(
    r"([ _.-])(masks?|seg|segm|segmentation|gt|gtfine|gtcoarse|groundtruth|ground_truth|labels?|labelids|labeltrainids|instanceids|"
    r"colou?r|parts|trimap|annotation|annot|manual|1st_?manual|1stho|2ndho)(?:[ _-]?\d+)?$",
    re.IGNORECASE,
)
GLUED = re.compile("^(train|val|test)annot$", re.IGNORECASE)  # a part and a word for masks in one
OF_PICTURE = re.compile(r"[ _.-](leftimg8bit|sat|image|img|rgb|input|raw|training|test|im)$", re.IGNORECASE)


@lru_cache(maxsize=MEMORY)
def mask_word(name: str) -> bool:
    """Whether a folder's name says masks, in words that can't be anything else: train_masks, SegmentationClass; not with_mask."""
    words = words_in(name)
    if certain(name):
        return True
    return bool(MASKS.intersection(words)) and all(w in MASKS or w in BESIDES or w in PARTS or w in PLAIN for w in words)


@lru_cache(maxsize=MEMORY)
def masks_of_something(name: str) -> bool:
    """Whether a folder's name says masks of one kind, which may be something else: lung masks, nuclei_segmentation; not face masks."""
    words = words_in(name)
    return len(words) > 1 and words[-1] in LAST and WORN.isdisjoint(words)


def certain(name: str) -> bool:
    """Whether a folder of this name holds masks even where no picture has the same name."""
    words = words_in(name)
    return not CERTAIN.isdisjoint((*words, *map("".join, pairwise(words))))


def stem_of_name(file: str) -> str:
    """A file's name without its ending, composed and in lower case."""
    return folded(file.rpartition(".")[0] or file).lower()


def mask_ending(file: str) -> str:
    """What a file's name ends in that says a mask, in lower case and without a number: "_mask" of x_mask_1.png."""
    found = ENDING.search(stem_of_name(file))
    return found[1] + found[2] if found else ""


def stems_of_picture(file: str) -> list[str]:
    """Stems under which a mask may name this picture."""
    whole = stem_of_name(file)
    return list(dict.fromkeys((whole, OF_PICTURE.sub("", whole))))


def shared_ending(files: Sequence[str]) -> str:
    """What the names of all files end in behind a sign, in lower case: "_l" of a_L.png and b_L.png; "" where they share nothing."""
    stems = [stem_of_name(file) for file in files]
    found = re.search(r"[ _.-][^\W_]{1,12}$", commonprefix([stem[::-1] for stem in stems])[::-1]) if len(stems) > 1 else None
    return found[0] if found else ""


def stems_of_mask(file: str, ending: str = "") -> list[str]:
    """Stems that the picture of this mask may have, the longest first. ending: that all masks beside it have."""
    stems = [stem_of_name(file)]
    while found := ENDING.search(stems[-1]):
        stems.append(stems[-1][: found.start()])
    if stems[-1].startswith("mask_"):
        stems.append(stems[-1][5:])
    return [*stems, stems[0].removesuffix(ending)] if ending else stems


@lru_cache(maxsize=MEMORY)
def canonical(folder: Folder, parts: bool = True) -> Folder:
    """A folder without words for masks and pictures, with a split's name in one form: where a mask and its picture meet."""
    names: list[str] = []
    for name in folder:
        part = part_named(GLUED.sub(r"\1", folded(name)))
        if part and parts:
            names.append(part)
        elif not part and not mask_word(name) and not masks_of_something(name) and not is_wrapper(name):
            names.append(folded(name).lower())
    return tuple(names)
