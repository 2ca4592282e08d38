"""Reads pickles of plain data: numpy arrays, bytes, texts, numbers, lists, dictionaries. No code named in a file is run. No torch."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
from numpy._core.multiarray import _reconstruct


def _encoded(text: str, coding: str) -> bytes:
    """Stands in for `_codecs.encode`, by which Python 3 writes bytes into pickles of protocols 0 to 2."""
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
    """The value in a pickle file; texts written by Python 2 are read as Latin-1.

    Raises:
        pickle.UnpicklingError: the file is no pickle, or names a class or function outside `ALLOWED`.
    """
    with open(path, "rb") as file:
        return _Plain(file, encoding="latin1").load()
