"""A folder of 100,000 files is listed with its account in 5 s."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ssl_core.reading.files import fresh_index
from tests.help.trees import planted, table

SECONDS = 5


@pytest.mark.timed
@pytest.mark.slow
def test_a_hundred_thousand_files_have_an_account_in_seconds(tmp_path: Path) -> None:
    root = planted(tmp_path / "set", "{train,test}/c{0-99}/0.png", {"labels.csv": table("file,age", "train/c0/{0-899}.png,3")})
    for split, count in (("train", 900), ("test", 100)):
        for k in range(100):
            folder = root / split / f"c{k}"
            for n in range(1, count):
                os.link(folder / "0.png", folder / f"{n}.png")
    begun = time.perf_counter()
    found = fresh_index(root)
    took = time.perf_counter() - begun
    assert found.account is not None and sum(row.files for row in found.account.rows) == 100_001
    assert (len(found.train), len(found.test), len(found.classes)) == (90_000, 10_000, 100) and took <= SECONDS, took
