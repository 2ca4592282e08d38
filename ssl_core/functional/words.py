"""Captions as words and as ids of a vocabulary."""

from __future__ import annotations

import re

import numpy as np

WORDS_PER_CAPTION = 32


def word_ids(caption: str, words: tuple[str, ...]) -> np.ndarray:
    """A caption as L = WORDS_PER_CAPTION int64 ids: 1 + index in the vocabulary, 0 = padding.

    Words outside the vocabulary are left out; known words beyond the first L are cut off.
    """
    place = {word: 1 + k for k, word in enumerate(words)}
    known = [place[word] for word in spoken(caption) if word in place][:WORDS_PER_CAPTION]
    return np.array(known + [0] * (WORDS_PER_CAPTION - len(known)), np.int64)


def spoken(caption: str) -> list[str]:
    """The words of a caption, in lower case, without punctuation."""
    return re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", caption.lower())
