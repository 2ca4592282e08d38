"""A person's own pictures are kept until they are taken away or nobody looks at them any more."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ssl_core.records import own_pictures
from ssl_core.records.own_pictures import FOLDER, keep_own_picture, own_picture, take_own_picture_away
from ssl_core.records.runs import runs


@pytest.fixture(autouse=True)
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SSL_RUNS", str(tmp_path))
    return tmp_path / FOLDER


def test_a_picture_comes_back_as_it_was_kept() -> None:
    name = keep_own_picture(b"square", b"whole", {"run": "rotation-1"})
    assert own_picture(name) == (b"square", b"whole", {"run": "rotation-1"})


def test_a_picture_that_is_taken_away_is_gone_from_the_disk(root: Path) -> None:
    name, other = keep_own_picture(b"a", b"a"), keep_own_picture(b"b", b"b")
    take_own_picture_away(name)
    assert own_picture(name) is None and [path.name for path in root.iterdir()] == [other]


@pytest.mark.parametrize("name", ["", "..", "../rotation-1", "0" * 23, "G" * 24, "0" * 24])
def test_what_names_no_kept_picture_reads_and_deletes_nothing(name: str, root: Path) -> None:
    (root.parent / "rotation-1").mkdir()
    take_own_picture_away(name)
    assert own_picture(name) is None and (root.parent / "rotation-1").exists()


def test_names_cant_be_guessed_and_others_cant_read_the_folder(root: Path) -> None:
    names = {keep_own_picture(b"a", b"a") for _ in range(3)}
    assert len(names) == 3 and all(len(name) == 24 for name in names)
    assert root.stat().st_mode & 0o077 == 0


def test_pictures_not_shown_for_a_week_and_beyond_twenty_go(root: Path) -> None:
    old, seen = keep_own_picture(b"a", b"a"), keep_own_picture(b"b", b"b")
    past = time.time() - (own_pictures.DAYS + 0.1) * 86_400
    for name in (old, seen):
        os.utime(root / name, (past, past))
    assert own_picture(seen) is not None  # which counts as shown now
    keep_own_picture(b"c", b"c")
    assert own_picture(old) is None and own_picture(seen) is not None
    for _ in range(own_pictures.MOST + 2):
        keep_own_picture(b"d", b"d")
    assert len(list(root.iterdir())) == own_pictures.MOST


def test_kept_pictures_are_no_run() -> None:
    keep_own_picture(b"a", b"a")
    assert runs(starters=False) == []
