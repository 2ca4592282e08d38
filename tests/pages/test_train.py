"""Train: one button; a run at work, done, stopped, interrupted, failed."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
import streamlit as st
from PIL import Image
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.scriptrunner import RerunData, get_script_run_ctx
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.figures import gallery
from pages._kit.run import budget, live, verdict
from ssl_core.functional.metrics.intervals import Z
from ssl_core.library.browse import known_as
from ssl_core.reading import files
from tests.help.shards import write_shards
from tests.pages.conftest import DONE, button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
A_MINUTE = core.Estimate(60.0, 80.0, 5.0, 2.0, 60.0, 1)


def at_work(**status: object) -> dict[str, object]:
    """A status whose worker lives: this process."""
    me = {"pid": os.getpid(), "born": psutil.Process().create_time(), "beat": time.time()}
    return {"state": "running", "stage": "learning", "step": 12, "steps": 400, "speed": 1840.0, "left": 16.0, **me, **status}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """Nothing is measured and nothing starts; what was asked for."""
    asked: list[dict[str, object]] = []
    monkeypatch.setattr("ssl_core.training.request.expect", lambda values: 41.0)
    monkeypatch.setattr("ssl_core.training.request.start_training", lambda values: asked.append(values) or "rotation-9")
    monkeypatch.setattr("ssl_core.system.load.wanting", lambda: 0.0)
    monkeypatch.setattr("ssl_core.training.estimate.seconds_of_reading", lambda spec: 0.0)
    return asked


def test_the_part_and_the_pixels_that_the_network_gets_stand_beside_the_form() -> None:
    text = words(open_page("train", new="1"))
    assert "A network gets all of it, at 32\u00a0×\u00a032 pixels" in text and 'class="part"' in text and "?size=32" in text


def test_one_button_says_how_long_it_will_take_here(quick: list[dict[str, object]]) -> None:
    app = open_page("train")
    assert not app.exception
    assert [each.label for each in app.button if each.label.startswith("Train")] == ["Train, about 63 to 80 s"]


def test_train_starts_the_defaults_without_a_touch(quick: list[dict[str, object]]) -> None:
    app = open_page("train")
    button(app, "Train").click().run()
    values = {"task": "rotation", "dataset": "scenes", "backbone": "convnet", "options": {}, "recipe": {}, "dataset_options": {}}
    assert quick == [{**values, "minutes": 1.0}]
    assert app.query_params["run"] == "rotation-9"


def test_a_stream_is_trained_in_minutes_or_steps(quick: list[dict[str, object]], clean_folders: Path, tmp_path: Path) -> None:
    name = known_as(str(write_shards(tmp_path / "pets")))
    app = open_page("train", dataset=name)
    assert "It trains on a stream of pictures" in words(app)
    assert not [each for each in app.number_input if each.label.lower() == "epochs"]
    app.number_input(key="train-steps").set_value(500).run()
    button(app, "Train").click().run()
    asked = quick[0]
    assert not app.exception and (asked["dataset"], asked["steps"], asked["recipe"]) == ("pets", 500, {}) and "minutes" not in asked


def test_a_budget_is_chosen_in_one_row(quick: list[dict[str, object]]) -> None:
    app = open_page("train", minutes="5")
    button(app, "Train").click().run()
    app = open_page("train", minutes="until stopped")
    assert [each.label for each in app.button if each.label.startswith("Train")] == ["Train until you stop it"]
    button(app, "Train").click().run()
    app = open_page("train", minutes="0.3")
    button(app, "Train").click().run()
    assert [{name: asked.get(name) for name in ("minutes", "until_stopped")} for asked in quick] == [
        {"minutes": 5.0, "until_stopped": None},
        {"minutes": None, "until_stopped": True},
        {"minutes": 0.3, "until_stopped": None},
    ]


def test_a_fold_asks_in_epochs_instead_and_two_lengths_are_refused(quick: list[dict[str, object]]) -> None:
    app = open_page("train")
    app.number_input(key="train-epochs").set_value(2.0).run()
    button(app, "Train").click().run()
    assert quick[0]["recipe"] == {"epochs": 2.0} and "minutes" not in quick[0]
    app = open_page("train")
    app.number_input(key="train-steps").set_value(300).run()
    app.number_input(key="train-minutes").set_value(3.0).run()
    assert "'steps' and 'minutes' say the same thing. Give one of them." in words(app) and len(quick) == 1


def test_a_slow_run_offers_to_stop_at_the_minutes_that_were_promised(make_run: Callable[..., str]) -> None:
    run = make_run(status=at_work(slow=1.8), steps=(0, 12), minutes=5.0)
    app = open_page("train", run=run)
    assert "Steps take 1.8 times as long as in the trial, so that 5 min become about 9 min" in words(app)
    button(app, "Stop at 5 min").click().run()
    assert (core.runs_root() / run / "stop_as_promised").exists() and not [each for each in app.button if each.label == "Stop at 5 min"]
    assert "It saves and ends after 5 min of learning." in words(app)
    app = open_page("train", run=run)
    assert "It saves and ends after 5 min of learning." in words(app) and not [each for each in app.button if each.key == "promise"]


@pytest.mark.parametrize(
    ("load", "left", "said"),
    [
        (4.0, None, "The machine is busy with other work: 60 s of learning may take longer."),
        (4.0, 100.0, "The machine is busy with other work: about 2 min in all."),
        (4.0, 40.0, ""),
        (0.5, 100.0, ""),
    ],
)
def test_a_run_beside_other_work_says_how_long_it_takes(
    load: float, left: float | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ssl_core.system.load.wanting", lambda: load)
    assert budget.longer_in_words(core.Status("running", "learning", wall=20.0, left=left), 60.0) == said


def test_a_run_without_an_end_names_none(make_run: Callable[..., str]) -> None:
    run = make_run(status=at_work(steps=0, left=None), steps=(0, 12), until_stopped=True)
    app = open_page("train", run=run)
    assert "Step 12, until you stop it" in words(app) and not app.get("progress")


def test_a_finished_run_goes_on_for_a_budget_whose_time_is_said(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[dict[str, object]] = []
    estimated: list[dict[str, object]] = []
    monkeypatch.setattr("ssl_core.training.onward.go_on", lambda name, **length: asked.append(length))
    monkeypatch.setattr("ssl_core.training.estimate.estimate_further", lambda name, **length: estimated.append(length) or A_MINUTE)
    run = make_run(steps=(0, 60))
    assert not estimated and "rises again" not in words(open_page("train", run=run))  # nothing is estimated before the menu is open
    app = onward(run)
    assert "Its learning rate rises again, and falls anew to the end." in words(app)
    assert app.button(key="further").label == "Go on, about 60 to 80 s" and "about 5 s of that before its first step" in words(app)
    app.button(key="further").click().run()
    assert asked == estimated == [{"minutes": 1.0}]


def onward(run: str) -> AppTest:
    """A finished run's screen with the menu Go on open."""
    app = open_page("train", run=run)
    app.session_state[f"onward-{run}"] = True
    return app.run()


@pytest.mark.parametrize(
    ("name", "value", "said"), [("minutes", -3.0, "'minutes' must be above 0"), ("steps", 0, "'steps' must be a whole number between 1")]
)
def test_a_length_that_is_not_allowed_stands_where_the_button_stood(
    name: str, value: float, said: str, quick: list[dict[str, object]], make_run: Callable[..., str]
) -> None:
    app = open_page("train")
    app.number_input(key=f"train-{name}").set_value(value).run()
    assert said in words(app).replace("\\", "") and app.button(key="refused-button").disabled
    run = make_run(steps=(0, 60))
    app = onward(run)
    app.number_input(key=f"further-{run}-{name}").set_value(value).run()
    assert said in words(app).replace("\\", "") and app.button(key="refused-button").disabled


def test_a_verdict_stands_beside_the_curve(make_run: Callable[..., str]) -> None:
    assert "It learnt: 79 % on test pictures, chance is 25 %." in words(open_page("train", run=make_run(steps=(0, 60)))).replace("\\", "")


def test_features_ahead_of_imagenets_are_said_once_compared(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    run = make_run(steps=(0, 60), status={**DONE, "facts": {"tested": 2000}})
    assert "ImageNet’s" not in words(open_page("train", run=run)) and "better than ImageNet" not in words(open_page("train", run=run))
    for ends, said, icon in (
        ((0.03, 0.09), "Its features are better than ImageNet's, by 3 to 9 points.", verdict.ICONS["better"]),
        ((-0.01, 0.05), "Its features are level with ImageNet's on these pictures.", verdict.ICONS["learnt"]),
        ((-0.2, -0.1), "Its features are behind ImageNet's, by 10 to 20 points.", verdict.ICONS["learnt"]),
    ):
        st.cache_data.clear()
        monkeypatch.setattr("ssl_core.evaluation.ahead.ahead_of_imagenet", lambda name, ends=ends: ends)
        told = words(open_page("train", run=run)).replace("\\", "")
        assert said in told and f"{icon} It learnt: 79 %" in told


def test_an_impatient_second_click_starts_no_second_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the first click is answered, the browser sends the second, with the address that it still has."""
    asked: list[dict[str, object]] = []

    def start_training(values: dict[str, object]) -> str:
        asked.append(values)
        if len(asked) == 1:
            context = get_script_run_ctx()
            assert context is not None and context.script_requests is not None
            clicked = WidgetState(id=app.button(key="train-0").id, trigger_value=True)
            again = RerunData(query_string="task=rotation", widget_states=WidgetStates(widgets=[clicked]))
            context.script_requests.request_rerun(again)
        return f"rotation-{len(asked)}"

    monkeypatch.setattr("ssl_core.training.request.expect", lambda values: 41.0)
    monkeypatch.setattr("ssl_core.training.request.start_training", start_training)
    app = open_page("train", task="rotation")
    button(app, "Train").click().run()
    assert len(asked) == 1 and dict(app.query_params) == {"run": "rotation-1"}


def test_the_form_that_is_opened_again_starts_another_run(quick: list[dict[str, object]]) -> None:
    app = open_page("train")
    for _ in range(2):
        button(app, "Train").click().run()
    assert len(quick) == 2


def test_the_game_is_shown_on_the_pictures_as_they_are_now(
    quick: list[dict[str, object]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(grey: int) -> None:
        for place in range(8):
            Image.fromarray(np.full((20, 20, 3), grey + place, np.uint8)).save(tmp_path / "mine" / f"{place}.png")
        files.forget()

    (tmp_path / "mine").mkdir()
    fill(20)
    drawn: list[float] = []
    panel_of = gallery.tile
    monkeypatch.setattr(gallery, "tile", lambda panel, *a, **n: (drawn.append(float(np.mean(panel.image))), panel_of(panel, *a, **n))[1])
    name = core.add_folder("mine", tmp_path / "mine")
    open_page("train", dataset=name)
    before = drawn[-1]
    fill(200)
    open_page("train", dataset=name)
    assert drawn[-1] > before + 100


def test_the_address_fills_the_form_and_a_wrong_value_is_named(quick: list[dict[str, object]]) -> None:
    app = open_page("train", task="inpainting", area="3", blocks="2")
    assert "'area' of What is behind the hole? must be between 0.05 and 0.6. Got 3. Shown is 0.25." in words(app)
    button(app, "Train").click().run()
    assert quick[0]["options"] == {"blocks": 2}
    assert dict(app.query_params) == {"run": "rotation-9"}


def test_the_form_opens_without_a_complaint(quick: list[dict[str, object]]) -> None:
    for task in ("rotation", "inpainting", "supervised"):
        assert not open_page("train", task=task).warning


def test_a_run_at_work_shows_stage_step_speed_and_stop(make_run: Callable[..., str]) -> None:
    run = make_run(status=at_work(), steps=(0, 12))
    app = open_page("train", run=run)
    assert app.title[0].value == "Learning which way is up"
    assert f"Step 12 of 400, {live.frame.count(1840)} pictures a second, 16 s left" in words(app)
    button(app, "Stop").click().run()
    assert (core.runs_root() / run / "stop").exists()


def test_pictures_change_with_the_step_in_arrow_caption_and_alt_text(make_run: Callable[..., str]) -> None:
    run = make_run(status=at_work(), steps=(0,))
    before = words(open_page("train", run=run))
    from tests.pages.conftest import picture

    picture(core.runs_root() / run, 12)
    after = words(open_page("train", run=run))
    assert "✗ Wrong, says 90°, 30 % sure" in before and "disc left wrong" in before
    assert "✓ Right, says 90°, 42 % sure" in after and "disc left wrong" not in after and "at first wrong, 30 %" in after


def test_a_finished_run_states_number_interval_and_chance(make_run: Callable[..., str]) -> None:
    run = make_run(
        steps=(0, 60),
        status={
            "state": "done",
            "step": 60,
            "steps": 60,
            "metrics": {"accuracy": 0.79},
            "chance": {"accuracy": 0.25},
            "facts": {"tested": 2000},
        },
    )
    app = open_page("train", run=run)
    assert app.title[0].value == "Right 79.0 ± 1.8 % of the time, chance 25 %"


def test_the_curve_of_a_finished_run_ends_where_its_number_says(make_run: Callable[..., str]) -> None:
    ended = {"state": "done", "step": 60, "steps": 60, "metrics": {"accuracy": 0.79}, "chance": {"accuracy": 0.25}}
    run = make_run(steps=(0, 60), status={**ended, "facts": {"tested": 2000}})
    *_, (step, value, low, high) = live.points_of(core.run(run))
    assert (step, value) == (60, 0.79) and low == pytest.approx(0.772, abs=0.002) and high == pytest.approx(0.807, abs=0.002)
    steps = [point[0] for point in live.points_of(core.run(run))]
    assert len(steps) == len(set(steps))


def test_an_interrupted_run_says_where_and_offers_resume(make_run: Callable[..., str]) -> None:
    run = make_run(status={"state": "running", "step": 37, "steps": 100, "pid": 2**22 - 3, "born": 1.0}, steps=(0,))
    app = open_page("train", run=run)
    assert app.title[0].value == "Interrupted at step 37. Resume?" and button(app, "Resume").proto.type == "primary"


def test_a_failed_run_says_why(make_run: Callable[..., str]) -> None:
    run = make_run(status={"state": "failed", "reason": "'loss' is not finite (nan) at step 12. Try a smaller learning rate."}, steps=(0,))
    app = open_page("train", run=run)
    assert app.title[0].value == "It failed" and "Try a smaller learning rate" in words(app).replace("\\", "")


def test_a_refused_resume_is_one_sentence(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def resume(name: str) -> str:
        raise core.SettingsError(f"No checkpoint of '{name}' can be read. Start a new run.")

    monkeypatch.setattr("ssl_core.training.request.resume", resume)
    run = make_run(status={"state": "failed", "reason": "The disk was full."}, steps=(0,))
    app = open_page("train", run=run)
    button(app, "Resume").click().run()
    assert not app.exception
    said = [each.value.replace("\\", "") for each in app.markdown if each.value.startswith(":material/info:")]
    sentences = [f"No checkpoint of '{run}' can be read. Start a new run.", "The disk was full."]
    assert said == [f":material/info: {sentence}" for sentence in sentences]


def test_there_is_one_primary_button(make_run: Callable[..., str], quick: list[dict[str, object]]) -> None:
    for state in ("done", "stopped", "failed", "interrupted"):
        run = make_run(f"rotation-{state}", status={"state": state, "step": 3}, steps=(0,))
        app = open_page("train", run=run)
        assert [each.proto.type for each in app.button].count("primary") == 1, state


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ({"state": "queued", "place": 3}, "Waiting: number 3 in line"),
        ({"state": "running", "stage": "reading pictures", "step": 500, "steps": 2000}, "Reading pictures. Picture 500 of 2 000"),
        ({"state": "running", "stage": "measuring"}, "Measuring this machine"),
    ],
)
def test_stages_are_said_in_words(status: dict[str, object], said: str) -> None:
    assert live.where(core.Status(**status)).replace("\u00a0", " ") == said  # type: ignore[arg-type]


@pytest.mark.parametrize(("share", "count"), [(0.0, 20), (0.25, 256), (0.79, 2000), (1.0, 50)])
def test_intervals_are_wilsons(share: float, count: int) -> None:
    low, high = live.interval(share, count)
    for end in (low, high):  # the ends are where a test of that true share would just not be refused
        assert abs(share - end) == pytest.approx(Z * (end * (1 - end) / count) ** 0.5, abs=1e-9)


def test_what_else_is_to_be_watched_has_curves_below(make_run: Callable[..., str]) -> None:
    name = make_run(task="fixmatch", watched={"kept": "sure", "kept_right": "right"}, steps=(0, 60))
    rows = ({"step": step, "test": {"kept": step / 100, "kept_right": None if step < 30 else 0.9}, "tested": 200} for step in (10, 30, 60))
    (core.runs_root() / name / "metrics.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    app = open_page("train", run=name)
    assert not app.exception and "Its guesses on test pictures" in words(app)
    (spec,) = (each.proto.spec for each in app.get("plotly_chart") if "sure" in each.proto.spec)
    assert "right" in spec


def test_a_game_that_names_nothing_to_watch_has_no_such_curves(make_run: Callable[..., str]) -> None:
    assert "Its guesses on test pictures" not in words(open_page("train", run=make_run(steps=(0, 60))))
