"""The Pictures screen says what was understood of a folder; a button takes the other reading, and another one the way back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import ssl_core as core
from tests.pages.conftest import open_page, words


def folder(root: Path, names: list[str]) -> Path:
    for k, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((12, 12, 3), 3 * k % 255, np.uint8)).save(root / name)
    return root


def button(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception, app.exception


@pytest.fixture
def parts(tmp_path: Path, own_folders: Path) -> str:
    """A set of two folders that may be numbered parts of one heap, or classes."""
    names = [f"scans_part_{1 + k % 2}/{k:03d}.png" for k in range(20)]
    return core.add_folder("scans", folder(tmp_path / "scans", names))


def test_the_account_and_its_rows_are_there(parts: str) -> None:
    text = words(open_page("data", dataset=parts))
    assert "16 pictures to learn from, no classes; 4 to test, a fifth" in text


def test_the_other_reading_is_taken_undone_and_forgotten(parts: str) -> None:
    app = open_page("data", dataset=parts)
    assert core.open_set(parts).info.classes == ()
    button(app, "other-0")
    assert core.open_set(parts).info.classes == ("scans_part_1", "scans_part_2")
    button(app, "undo-reading")
    assert core.open_set(parts).info.classes == ()
    button(app, "other-0")
    button(app, "as-files-say")
    assert core.open_set(parts).info.classes == () and core.reading_of(parts).choice.plain() == {}


def test_a_name_with_markup_is_shown_as_it_is(tmp_path: Path, own_folders: Path) -> None:
    name = core.add_folder("odd", folder(tmp_path / "odd", [f"{kind}/{k}.png" for kind in ("*a*", "[b](c)") for k in range(5)]))
    app = open_page("data", dataset=name)
    assert not app.exception and "[b](c)" not in words(app)
