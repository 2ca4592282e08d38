"""Files to keep: made of what is stored at the time of the click, for our own pages only, by links that no rerun touches."""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

import ssl_core as core
from pages._kit.server import exports
from tests.help.labelling import click
from tests.pages.conftest import PAGES, open_page, words


def fetched(address: str, **headers: str) -> httpx.Response:
    """The answer to a click on a link."""

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=exports.ROUTES))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            return await client.get(address, headers=headers)

    return asyncio.run(ask())


def named(*pictures: str) -> None:
    core.label_store(core.runs_root()).act([click(picture, "bird", "scenes") for picture in pictures])


def test_labels_are_those_of_the_moment_of_the_click() -> None:
    assert fetched("/api/file/labels.csv?dataset=scenes").text == "id,class\n"
    named("train-3", "train-1")
    answer = fetched("/api/file/labels.csv?dataset=scenes", **{"sec-fetch-site": "same-origin"})
    assert answer.text == "id,class\ntrain-3,bird\ntrain-1,bird\n" and answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''scenes-labels.csv"
    assert answer.headers["cache-control"] == "no-store"


def test_the_classifier_is_made_of_stored_labels_and_the_classes_of_the_set(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("ssl_core.fewshot.classifier.classifier_zip", lambda *given: asked.append(given) or b"packed")
    named("train-3")
    answer = fetched("/api/file/classifier.zip?run=rotation-1&dataset=scenes")
    assert answer.content == b"packed" and "scenes-classifier.zip" in answer.headers["content-disposition"]
    assert asked == [("rotation-1", "scenes", {"train-3": "bird"}, core.classes_of("scenes"))]


def test_the_weights_of_a_run_come_under_its_name(monkeypatch: pytest.MonkeyPatch, make_run: Callable[..., str]) -> None:
    def export(name: str, folder: Path) -> Path:
        folder.mkdir()
        (folder / "load.py").write_text("print()")
        return folder

    monkeypatch.setattr("ssl_core.models.export.export", export)
    answer = fetched(f"/api/file/weights.zip?run={make_run()}")
    assert zipfile.ZipFile(io.BytesIO(answer.content)).namelist() == ["rotation-1/load.py"]
    assert "rotation-1.zip" in answer.headers["content-disposition"]


def test_a_film_comes_as_a_picture_under_its_runs_name() -> None:
    answer = fetched("/api/file/curve.webp?run=rotation-starter")
    assert answer.headers["content-type"] == "image/webp" and answer.content[8:12] == b"WEBP"
    assert "rotation-starter-curve.webp" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("labels.csv", "Say which data set"),
        ("weights.zip?run=../../etc", "There is no run '../../etc'."),
        ("classifier.zip?run=none&dataset=no-such", "no-such"),
        (
            "passwords",
            "There is no such file. There are: labels.csv, classifier.zip, weights.zip, onnx.zip, run.zip, film.webp, film.gif, "
            "curve.webp, curve.gif, report.html, report.csv, report.svg.",
        ),
    ],
)
def test_what_can_not_be_made_is_refused_in_words(address: str, sentence: str) -> None:
    answer = fetched(f"/api/file/{address}")
    assert answer.status_code == 404 and sentence in answer.text


def test_a_click_on_another_sites_page_gets_nothing() -> None:
    assert fetched("/api/file/labels.csv?dataset=scenes", **{"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_link_stays_the_same_from_rerun_to_rerun(make_run: Callable[..., str]) -> None:
    """Streamlit's own button names another file after each rerun, and a click on the name of before is lost."""
    app = open_page("runs", run=make_run())
    links = [line for line in words(app).splitlines() if 'class="download"' in line]
    assert any('href="api/file/weights.zip?run=rotation-1" download' in line for line in links)
    assert [line for line in words(app.run()).splitlines() if 'class="download"' in line] == links
    assert [path.name for path in PAGES.rglob("*.py") if "st.download_button" in path.read_text(encoding="utf-8")] == []


@pytest.mark.parametrize("file", ["labels.csv", "classifier.zip"])
def test_no_address_of_a_file_reads_any_folder_of_the_disk(file: str, tmp_path: Path) -> None:
    with pytest.raises(core.SettingsError, match="Only named data sets have addresses"):
        exports.FILES[file]("any", str(tmp_path))
