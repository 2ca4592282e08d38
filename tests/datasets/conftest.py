"""Data sets: every listing of files is fresh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ssl_core.reading import files


@pytest.fixture(autouse=True)
def listed_anew() -> Iterator[None]:
    files.forget()
    yield
    files.forget()
