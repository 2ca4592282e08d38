"""Pictures: bringing one's own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit import config
from streamlit.testing.v1 import AppTest

import ssl_core as core
from tests.help.malice import GOOD, tar_of
from tests.pages.conftest import button, open_page, words


def bring() -> AppTest:
    """The form of the dialog: AppTest draws a dialog once only."""

    def page() -> None:
        from pages._kit.data import bring

        bring.form()

    return AppTest.from_function(page, default_timeout=180).run()


def flat(tmp_path: Path) -> Path:
    """A folder of four pictures without classes."""
    (tmp_path / "flat").mkdir()
    for place in range(4):
        Image.fromarray(np.full((20, 20, 3), 9 * place, np.uint8)).save(tmp_path / "flat" / f"{place}.png")
    return tmp_path / "flat"


def test_the_button_opens_the_form() -> None:
    app = open_page("data")
    app.button(key="own").click().run()
    assert "own-path" in [each.key for each in app.text_input]


def test_a_folder_becomes_a_set_by_its_path(tmp_path: Path) -> None:
    app = bring()
    app.text_input(key="own-path").set_value(str(flat(tmp_path))).run()
    app.button(key="own-go").click().run()
    assert "flat" in [row.name for row in core.list_sets()] and app.query_params["dataset"] == "flat"


def test_dropped_files_become_a_set(tmp_path: Path) -> None:
    app = bring()
    app.text_input(key="own-name").set_value("dropped").run()
    app.file_uploader(key="own-files").set_value([(path.name, path.read_bytes(), "image/png") for path in flat(tmp_path).iterdir()]).run()
    app.button(key="own-go").click().run()
    assert "dropped" in [row.name for row in core.list_sets()]


def test_a_dropped_folder_keeps_its_classes(tmp_path: Path) -> None:
    data = next(flat(tmp_path).iterdir()).read_bytes()
    app = bring()
    dropped = [(f"holiday/{place}/{k}.png", data, "image/png") for place in ("beach", "town") for k in range(3)]
    app.file_uploader(key="own-folder").set_value(dropped).run()
    app.button(key="own-go").click().run()
    assert core.class_counts("holiday", "train").keys() == {"beach", "town"}


def test_what_was_dropped_and_is_no_picture_is_counted_and_named(tmp_path: Path) -> None:
    data = next(flat(tmp_path).iterdir()).read_bytes()
    app = bring()
    assert ".txt" in app.file_uploader(key="own-folder").proto.type
    dropped = [(f"holiday/{place}/{k}.png", data, "image/png") for place in ("beach", "town") for k in range(3)]
    app.file_uploader(key="own-folder").set_value([*dropped, ("holiday/notes.txt", b"words", "text/plain")]).run()
    app.button(key="own-go").click().run()
    assert core.not_kept("holiday") == (1, ("notes.txt",))
    said = "7 files were dropped. 1 was no picture and wasn’t kept: notes.txt. Each of the others is in one row."
    assert said in words(open_page("data", dataset="holiday")).replace("\\", "")


def test_the_limit_of_an_upload_is_said() -> None:
    assert "Up to 300 MB in all; what is larger is read where it lies, by its path." in words(bring())


def test_more_than_the_limit_in_all_is_refused_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages._kit.data.bring.most", lambda: 1)
    app, half = bring(), bytes(600 * 1024)
    app.file_uploader(key="own-folder").set_value([(f"holiday/{k}.png", half, "image/png") for k in range(2)]).run()
    said = "Dropped files may have 1 MB in all. Got 2 MB in 2 files. Type the path of their folder instead."
    assert not app.exception and said in words(app) and app.button(key="own-go").disabled
    app.file_uploader(key="own-folder-1").set_value([("holiday/0.png", half, "image/png")]).run()
    assert said not in words(app) and not app.button(key="own-go").disabled


def test_a_file_of_a_folder_may_be_as_large_as_one_alone() -> None:
    app = bring()
    assert {app.file_uploader(key=key).proto.max_upload_size_mb for key in ("own-files", "own-folder")} == {300}


def test_a_refusal_is_forgotten_when_the_form_is_opened_anew() -> None:
    app = open_page("data")
    app.session_state["own-refused"] = "Dropped files may have 300 MB in all."
    button(app, "Use my own pictures").click().run()
    assert "Dropped files may have 300 MB in all." not in words(app) and not app.exception


def test_a_path_and_dropped_files_at_once_are_refused(tmp_path: Path) -> None:
    app = bring()
    app.text_input(key="own-path").set_value(str(tmp_path)).run()
    app.file_uploader(key="own-files").set_value([("a.png", b"", "image/png")]).run()
    app.button(key="own-go").click().run()
    assert "Either a path or dropped files become a data set, not both." in words(app)


def test_what_is_unpacked_is_named_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tar_of(tmp_path / "data" / "a_b_" / "train.tar.gz", GOOD)
    monkeypatch.setattr("ssl_core.reading.archives.unpacked.AT_ONCE", 10)
    assert button(open_page("data"), "Unpack a\\_b\\_, ")


def test_a_large_archive_is_unpacked_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tar_of(tmp_path / "data" / "pets" / "train.tar.gz", GOOD)
    monkeypatch.setattr("ssl_core.reading.archives.unpacked.AT_ONCE", 10)
    app = open_page("data")
    assert "pets" not in [row.name for row in core.list_sets() if row.ready]
    button(app, "Unpack pets").click().run()
    assert app.query_params["dataset"] == "pets" and "pets" in [row.name for row in core.list_sets() if row.ready]


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    app = bring()
    app.text_input(key="own-path").set_value(str(tmp_path / "gone")).run()
    app.button(key="own-go").click().run()
    assert "gone" in words(app) and not app.exception and not app.query_params


def test_beyond_loopback_no_path_can_be_typed() -> None:
    before = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    try:
        assert "own-path" not in [each.key for each in bring().text_input]
    finally:
        config.set_option("server.address", before)
