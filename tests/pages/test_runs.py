"""Runs: list, compare, rename, delete with undo, export."""

from __future__ import annotations

import io
import shutil
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import ssl_core as core
from pages._kit import frame, loaders
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")


def test_without_runs_the_way_on_is_shown() -> None:
    app = open_page("runs")
    assert app.title[0].value == "No run of yours yet" and button(app, "Set one up").proto.type == "primary"


def test_each_run_shows_state_number_reference_and_disk_use(make_run: Callable[..., str]) -> None:
    make_run(steps=(0, 60))
    text = words(open_page("runs"))
    assert "**79 %**" in text and "chance 25 %" in text and "kB" in text


def test_one_ticked_run_is_compared_with_imagenet(make_run: Callable[..., str]) -> None:
    make_run()
    assert button(open_page("runs", run="rotation-1"), "Compare").label == "Compare with ImageNet"


def test_decibels_say_that_more_is_better_and_who_is_ahead(make_run: Callable[..., str]) -> None:
    done = {"state": "done", "step": 60, "steps": 60, "metrics": {"psnr": 17.4, "border": 17.6}}
    make_run(status=done, metric="psnr", reference={"border": "border fill"})
    assert "Behind border fill 17.6 dB; more is better" in words(open_page("runs"))


def test_deleting_is_undone_by_one_button(make_run: Callable[..., str]) -> None:
    run = make_run()
    app = open_page("runs")
    app.button(key=f"delete-{run}").click().run()
    assert not core.runs(starters=False)
    button(app, "Undo").click().run()
    assert [each.id for each in core.runs(starters=False)] == [run]


def test_a_new_name_is_kept(make_run: Callable[..., str]) -> None:
    run = make_run()
    app = open_page("runs")
    app.text_input(key=f"title-{run}").set_value("My best").run()
    assert core.run(run).title == "My best"


def test_ticked_runs_are_compared_and_drawn(make_run: Callable[..., str]) -> None:
    make_run("rotation-1")
    make_run("rotation-2")
    app = open_page("runs", run="rotation-1")
    app.checkbox(key="tick-rotation-2").check().run()
    assert button(app, "Compare").label == "Compare 2 runs"
    chart = app.get("plotly_chart")[0].proto
    assert "Title of rotation-1" in chart.spec and "Title of rotation-2" in chart.spec


def test_a_failed_run_shows_its_reason(make_run: Callable[..., str]) -> None:
    make_run(status={"state": "failed", "reason": "The disk is full."})
    assert "The disk is full." in words(open_page("runs")).replace("\\", "")


def test_an_export_holds_weights_and_a_script(monkeypatch: pytest.MonkeyPatch, make_run: Callable[..., str]) -> None:
    def export(name: str, folder: Path) -> Path:
        folder.mkdir()
        (folder / "weights.safetensors").write_bytes(b"w")
        (folder / "load.py").write_text("print()")
        return folder

    monkeypatch.setattr("ssl_core.exports.export", export)
    run = make_run()
    names = zipfile.ZipFile(io.BytesIO(loaders.packed(run))).namelist()
    assert names == [f"{run}/load.py", f"{run}/weights.safetensors"]


def test_of_a_thousand_runs_twenty_are_drawn_at_once_and_any_is_found(make_run: Callable[..., str]) -> None:
    folder = core.run(make_run("rotation-1", created=1.0)).folder
    for k in range(2, 1001):
        shutil.copytree(folder, folder.with_name(f"rotation-{k}"))
        said = (folder / "spec.json").read_text().replace("of rotation-1", f"of rotation-{k}").replace('"created": 1.0', f'"created": {k}')
        (folder.with_name(f"rotation-{k}") / "spec.json").write_text(said)
    began = time.process_time()
    app = open_page("runs")
    seconds = time.process_time() - began
    assert len(app.checkbox) == 20 and app.title[0].value == f"1{frame.NBSP}000 runs of yours"
    button(app, "Show 20 more of 980").click().run()
    assert len(app.checkbox) == 40
    app.text_input(key="runs_find").set_value("Title ROTATION-77 rotation-77").run()
    assert {each.label for each in app.checkbox} == {f"Compare Title of rotation-77{digit}" for digit in ["", *range(10)]}
    assert seconds < 3  # a second on a machine left alone; drawn whole it took more than twenty


def test_the_chosen_run_is_drawn_however_old_it_is(make_run: Callable[..., str]) -> None:
    for k in range(1, 31):
        make_run(f"rotation-{k}", created=float(k))
    assert "Compare Title of rotation-1" in [each.label for each in open_page("runs", run="rotation-1").checkbox]
