"""Pickles of numbers and words alone: numpy arrays, bytes, texts, lists, dictionaries. Nothing in one is ever run. No torch."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
from numpy._core.multiarray import _reconstruct


def _encoded(text: str, coding: str) -> bytes:
    """How Python 3 writes bytes into old pickles."""
    if coding not in ("latin1", "latin-1"):
        raise pickle.UnpicklingError(f"bytes written as {coding}")
    return text.encode("latin1")


ALLOWED: dict[tuple[str, str], Any] = {
    ("numpy.core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy._core.multiarray", "_reconstruct"): _reconstruct,
    ("numpy", "ndarray"): np.ndarray,
    ("numpy", "dtype"): np.dtype,
    ("_codecs", "encode"): _encoded,
}


class _Plain(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(f"it wants {module}.{name}, which isn't let in")
        return ALLOWED[module, name]


def unpickled(path: Path) -> Any:
    """The value in a pickle file, Python 2's among them (its texts read as Latin-1).

    Raises:
        pickle.UnpicklingError: it is none, or holds anything else.
    """
    with open(path, "rb") as file:
        return _Plain(file, encoding="latin1").load()
