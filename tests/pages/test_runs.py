"""Runs: list, compare, rename, delete with undo, export."""

from __future__ import annotations

import os
import shutil
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.run import row
from pages._kit.screen import frame
from pages._kit.server import exports
from tests.pages.conftest import DONE, button, open_page, words

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


def test_a_deletion_can_be_undone_after_a_reload_and_later_from_a_list(make_run: Callable[..., str]) -> None:
    run = make_run()
    app = open_page("runs")
    app.button(key=f"delete-{run}").click().run()
    again = open_page("runs")
    assert button(again, "Undo").label == f"Undo: bring '{run}' back"
    os.utime(core.runs_root() / ".trash" / run, (1.0, 1.0))
    later = open_page("runs")
    assert not [each for each in later.button if each.label.startswith("Undo")]
    later.button(key=f"bring-back-{run}").click().run()
    assert [each.id for each in core.runs(starters=False)] == [run] and not core.deleted()


def test_a_new_name_is_kept(make_run: Callable[..., str]) -> None:
    run = make_run()
    app = open_page("runs")
    title_of(app, run).set_value("My best").run()
    assert core.run(run).title == "My best"


def title_of(app: AppTest, run: str) -> Any:
    """The field that holds a run's name."""
    return next(each for each in app.text_input if str(each.key).startswith(f"title-{run}"))


def test_a_name_with_room_around_it_is_kept_once_without_it(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    run, kept = make_run(), core.rename
    asked: list[str] = []
    monkeypatch.setattr(sys.modules["ssl_core.records.bin"], "rename", lambda name, title: (asked.append(title), kept(name, title)))
    app = open_page("runs")
    for text in (" My  best ", "My best "):
        title_of(app, run).set_value(text).run()
        assert core.run(run).title == title_of(app, run).value.strip() == "My best"
    assert asked == [" My  best "]


def test_a_name_that_another_tab_gave_is_not_taken_back(make_run: Callable[..., str]) -> None:
    run = make_run()
    app = open_page("runs")
    title_of(app, run).set_value("Mine").run()
    core.rename(run, "Theirs")
    app.run()
    assert core.run(run).title == title_of(app, run).value == "Theirs"


def test_ticked_runs_are_compared_with_the_chosen_one_which_stays_chosen(
    make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    gone: list[dict[str, str]] = []
    monkeypatch.setattr("pages._kit.screen.links.go", lambda place, **query: gone.append(query))
    for k in (1, 2, 3):
        make_run(f"rotation-{k}", created=float(k))
    app = open_page("runs", run="rotation-3")
    app.checkbox(key="tick-rotation-3").uncheck()
    app.checkbox(key="tick-rotation-2").check()
    app.checkbox(key="tick-rotation-1").check().run()
    assert button(app, "Compare").label == "Compare with 2 runs"
    button(app, "Compare").click().run()
    app.checkbox(key="tick-rotation-3").check().run()
    assert button(app, "Compare").label == "Compare 3 runs"
    button(app, "Compare").click().run()
    assert gone == [{"with": "rotation-2,rotation-1"}] * 2


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """The screen reads its runs first as given, then as they are: they change between the drawing of the button and of the list."""

    def earlier(change: Callable[[list[core.Run]], list[core.Run]]) -> None:
        read = [0]

        def runs(starters: bool = True) -> list[core.Run]:
            read[0] += 1
            return change(core.runs()) if read[0] == 1 else core.runs()

        monkeypatch.setattr("pages._kit.screen.readers.runs", runs)

    return earlier


def test_a_tick_in_the_list_reaches_the_button(make_run: Callable[..., str], seen: Callable[..., None]) -> None:
    make_run("rotation-1")
    make_run("rotation-2")
    seen(lambda runs: [run for run in runs if run.id != "rotation-2"])
    compare = button(open_page("runs", run="rotation-2"), "Compare")
    assert compare.label == "Compare with ImageNet" and not compare.disabled


def test_the_list_rests_when_the_last_run_has_ended(
    make_run: Callable[..., str], seen: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    make_run()
    every: list[float | None] = []
    monkeypatch.setattr("pages._kit.screen.fragments.fragment", lambda draw, run_every=None: (every.append(run_every), draw)[1])
    seen(lambda runs: [run._replace(status=core.Status(state="running")) for run in runs])
    open_page("runs")
    assert every == [2, None]


def test_measures_of_different_games_do_not_share_an_axis(make_run: Callable[..., str]) -> None:
    make_run("rotation-1")
    make_run("supervised-1", {**DONE, "chance": {"accuracy": 0.1}}, task="supervised")
    app = open_page("runs", run="rotation-1")
    app.checkbox(key="tick-supervised-1").check().run()
    charts = [each.proto.spec for each in app.get("plotly_chart")]
    assert len(charts) == 2 and all(("Title of rotation-1" in spec) != ("Title of supervised-1" in spec) for spec in charts)
    assert ["chance 25" in spec for spec in charts] == ["chance 10" not in spec for spec in charts]
    assert "**Right answers on test pictures (rotation)**" in words(app) and "(supervised)**" in words(app)


def test_chances_that_differ_in_one_chart_are_said(make_run: Callable[..., str]) -> None:
    make_run("supervised-1", {**DONE, "chance": {"accuracy": 0.5}}, task="supervised")
    make_run("supervised-2", {**DONE, "chance": {"accuracy": 0.1}}, task="supervised")
    app = open_page("runs", run="supervised-1")
    app.checkbox(key="tick-supervised-2").check().run()
    assert len(app.get("plotly_chart")) == 1
    assert "Chance is not the same for all:" in words(app)
    assert "Title of supervised-1 50 %" in words(app) and "Title of supervised-2 10 %" in words(app)


def test_a_name_with_signs_is_shown_as_it_is(make_run: Callable[..., str]) -> None:
    run = make_run(title="a_b_ *x*")
    app = open_page("runs", run=run)
    assert app.checkbox(key=f"tick-{run}").label == "Compare a\\_b\\_ \\*x\\*"


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

    monkeypatch.setattr("ssl_core.models.export.export", export)
    run = make_run()
    names = zipfile.ZipFile(exports.packed(run)).namelist()
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


def test_the_name_of_a_run_opens_it(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[tuple[str, dict[str, str]]] = []
    monkeypatch.setattr("pages._kit.screen.links.go", lambda place, **query: gone.append((place, query)))
    make_run("rotation-1")
    app = open_page("runs")
    app.button(key="open-rotation-1").click().run()
    assert gone == [("train", {"run": "rotation-1"})]


def test_numbers_that_cannot_be_ranked_stand_under_headings_of_their_own(make_run: Callable[..., str]) -> None:
    closeness = {"title": "How close the filling comes", "unit": "dB", "counted": False, "top": 30, "help": ""}
    done = {"state": "done", "step": 60, "steps": 60, "metrics": {"psnr": 17.4}}
    make_run("rotation-1", created=1.0)
    make_run("inpainting-1", done, task="inpainting", metric="psnr", measure=closeness, created=2.0)
    make_run("rotation-2", created=3.0)
    text = words(open_page("runs"))
    places = [
        text.index(words) for words in ("**Rotation: right answers on test pictures**", "**Inpainting: how close the filling comes**")
    ]
    assert places == sorted(places) and text.count("right answers on test pictures") == 1


NOW = 1_700_000_000.0  # 14 November 2023, 22:13 in UTC


@pytest.mark.parametrize(
    ("ago", "zone", "said"),
    [
        (0, "UTC", "today 22:13"),
        (86_400, "UTC", "yesterday 22:13"),
        (3 * 86_400, "UTC", "11\u00a0Nov 22:13"),
        (0, "Asia/Tokyo", "today 7:13"),
    ]
    + [(400 * 86_400, "UTC", "10\u00a0Oct 2022"), (NOW, "UTC", "")],
)
def test_a_run_says_when_it_was(ago: float, zone: str, said: str) -> None:
    assert row.moment(NOW - ago, NOW, zone) == said


def test_a_run_says_when_it_was_and_how_long_it_took(make_run: Callable[..., str]) -> None:
    make_run(created=time.time())
    text = words(open_page("runs"))
    assert "today " in text and "took 40 s" in text
