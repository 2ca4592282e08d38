"""Ids of pictures: "train-12" is picture 12 of the split `train`."""

from __future__ import annotations

import re

from ssl_core.settings import SettingsError


def picture_id(text: str) -> tuple[str, int]:
    """Split and place from an address's "train-123"."""
    match = re.fullmatch(r"(train|test)-(\d{1,9})", text)
    if not match:
        raise SettingsError(f"'id' must be 'train-' or 'test-' and a number. Got '{text[:60]}'.")
    return match[1], int(match[2])


PICTURE = re.compile(r"(train|test)-[0-9]{1,9}")
SPLITS = ("train", "test")


def index_of(picture: str) -> int:
    """The place of "train-12" in its split."""
    return int(picture.rpartition("-")[2])


def split_of(picture: str) -> str:
    """The split of "train-12"."""
    return picture.partition("-")[0]
