"""Benchmark: bars with intervals, the conclusion in words, the pictures behind the numbers, what is missing."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import ssl_core as core
from pages._kit.benchmark import words as benchmark_words
from pages._kit.screen import background, frame
from ssl_core.evaluation.compare import pairs_of
from ssl_core.functional.metrics.intervals import mean_interval, wilson
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import RIGHT
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
IMAGENET, RANDOM, PIXELS = "imagenet:mobilenet_v2", "random:convnet", "pixels"
N = 200


def scored(run: str, shares: dict[str, float], **fields: Any) -> core.Comparison:
    """A comparison in which each target is right on the first so many pictures; a negative share counts from the end."""
    place_S = np.arange(N)
    right = {text: (place_S < N * share) if share >= 0 else (place_S >= N * (1 + share)) for text, share in shares.items()}
    label_S = place_S % 10
    scored = []
    for text, right_S in right.items():
        target = core.Target.parse(text, "scenes")
        score = wilson(int(right_S.sum()), N)
        row = core.ProbeRow(text, target.title, target.detail, *score, "stage4", 96 if "imagenet" in text else 32, 3.0)
        scored.append(core.Scored(row, 1000, N, place_S, right_S, np.where(right_S, label_S, (label_S + 1) % 10), label_S))
    classes = tuple(core.open_set("scenes", "test").info.classes)
    command = f"python -m ssl_core compare {' '.join(shares)}"
    found = core.Comparison("linear probe", RIGHT, classes, command, scored, pairs_of(right), [], [], [])
    return found._replace(**fields)


@pytest.fixture
def run(make_run: Callable[..., str]) -> str:
    return make_run(data={"samples": 1000}, recipe={"image_size": 32})


@pytest.fixture
def shows(monkeypatch: pytest.MonkeyPatch, run: str) -> Callable[..., Any]:
    """Opens the screen on a comparison that stands as given."""
    monkeypatch.setattr("ssl_core.evaluation.forecast.expect_comparison", lambda *_, **__: 25.0)

    def opened(shares: dict[str, float], query: dict[str, str] | None = None, **fields: Any) -> Any:
        found = scored(run, shares, **fields)
        monkeypatch.setattr("ssl_core.evaluation.compare.comparison", lambda *_, **__: found)
        app = open_page("benchmark", run=run, **(query or {}))
        assert not app.exception, app.exception
        return app

    return opened


def test_the_title_is_the_conclusion_with_its_interval(shows: Callable[..., Any], run: str) -> None:
    assert shows({run: 0.5, IMAGENET: 0.8, RANDOM: 0.3, PIXELS: 0.2}).title[0].value == "ImageNet’s features are ahead by 30 ± 7 points"
    assert shows({run: 0.8, IMAGENET: 0.5}).title[0].value == "This run’s features are ahead of ImageNet’s by 30 ± 7 points"
    assert shows({run: 0.8, RANDOM: 0.5}).title[0].value == "This run’s features are ahead of the untrained network’s by 30 ± 7 points"


def test_a_run_that_is_no_better_than_an_untrained_network_is_told_so_by_the_title(shows: Callable[..., Any], run: str) -> None:
    said = "For naming these classes it is no better than a network that never learnt"
    for own in (0.3, 0.32, 0.1):
        assert shows({run: own, IMAGENET: 0.8, RANDOM: 0.3}).title[0].value == said
    assert shows({run: 0.6, IMAGENET: 0.8, RANDOM: 0.3}).title[0].value.startswith("ImageNet’s features are ahead")


def test_the_rival_of_the_title_stays_at_95_and_the_others_are_corrected_and_that_is_said(shows: Callable[..., Any], run: str) -> None:
    app = shows({run: 0.5, IMAGENET: 0.8, RANDOM: 0.3, PIXELS: 0.46})  # eight pictures apart: 95 % excludes zero
    text = words(app).replace("\u00a0", " ")
    assert "The difference from ImageNet was asked about beforehand. The other differences have wider ranges" in text
    assert "(Bonferroni: 98.3 % each)" in text
    found = scored(run, {run: 0.5, PIXELS: 0.46})
    assert "4 ± 3 points fewer" in benchmark_words.sentence(found, run, {})
    wide = scored(run, {run: 0.5, IMAGENET: 0.8, RANDOM: 0.3, PIXELS: 0.47})
    assert wide.pairs[2].ci95[0] > 0 > wide.pairs[2].lo and "raw pixels about as many" in benchmark_words.sentence(wide, run, {})


def test_where_classes_are_uneven_the_line_is_the_largest_class_and_balanced_accuracy_stands_beside(
    shows: Callable[..., Any], run: str
) -> None:
    label_S = (np.arange(N) < 20).astype(np.int64)  # 180 to 20
    found = scored(run, {run: -0.9, PIXELS: -0.95})  # wrong on the first 20 of the small class: always names the larger
    each, other = (one._replace(label_S=label_S, guess_S=np.where(one.value_S, label_S, 1 - label_S)) for one in found.scored)
    app = shows({run: 0.5}, scored=[each._replace(score_RTS=(1.0 + label_S)[None, None]), other])
    said = [each["text"] for each in json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]["annotations"]]
    text = words(app).replace("\u00a0", " ")
    assert "largest class 90 %" in said and "correctly, largest class 90 %" in text
    assert "always naming the largest is right for 90 %. Balanced accuracy, the mean over classes, chance 50 %: This run 50 ±" in text
    assert "AUC 1.000 ±" in text or "AUC 1.00 ±" in text


def test_what_these_pictures_cannot_tell_is_said(shows: Callable[..., Any], run: str) -> None:
    assert shows({run: 0.5, IMAGENET: -0.5}).title[0].value == "No difference that 200 pictures could show"


def test_bars_carry_value_interval_and_chance(shows: Callable[..., Any], run: str) -> None:
    chart = json.loads(shows({run: 0.5, IMAGENET: 0.8, RANDOM: 0.3, PIXELS: 0.2}).get("plotly_chart")[0].proto.spec)
    said = [each["text"] for each in chart["layout"]["annotations"]]
    assert "<b>50</b> ± 7 %" in said and "<b>80</b> ± 6 %" in said and "chance 10 %" in said
    assert said[0].startswith("<b>ImageNet</b>") and said[2].startswith("<b>This run</b>")  # the best first


def test_sentence_protocol_and_command_are_there(shows: Callable[..., Any], run: str) -> None:
    app = shows({run: 0.5, IMAGENET: 0.8, RANDOM: 0.3, PIXELS: 0.2})
    text = words(app).replace("\u00a0", " ")
    assert "On these 200 pictures this run names 50 ± 7 % correctly, chance 10 %; ImageNet 30 ± 7 points more" in text
    assert (
        "95 % interval" in text
        and "1 000 training pictures. All name the same pictures; their size is 32 pixels a side, for ImageNet 96." in text
    )
    assert app.code[0].value.startswith(f"python -m ssl_core compare {run}")


def test_walls_hold_the_pictures_on_which_two_disagree(shows: Callable[..., Any], run: str) -> None:
    app = shows({run: 0.5, IMAGENET: -0.8})  # right on 0 to 99; right on 40 to 199
    text = words(app)
    assert "**This run right, ImageNet not**" in text and "**ImageNet right, this run not**" in text
    assert app.button(key="all-mine").label == "See all 40" and app.button(key="all-theirs").label == "See all 100"
    assert "scenes/test-0.png" in app.button(key=f"mine-{run}-0").label and "scenes/test-100.png" in app.button(key=f"theirs-{run}-0").label


def test_below_a_picture_stand_its_name_and_what_the_wrong_one_took_it_for(shows: Callable[..., Any], run: str) -> None:
    text = words(shows({run: 0.5, IMAGENET: -0.8}))
    classes = core.open_set("scenes", "test").info.classes
    assert text.count(f'{classes[3]}<span class="soft">✗ {classes[4]}</span>') == 2  # a picture of each wall


def test_a_picture_of_a_wall_opens_with_what_everybody_says(shows: Callable[..., Any], run: str) -> None:
    app = shows({run: 0.5, IMAGENET: -0.8})
    app.button(key=f"mine-{run}-1").click().run()
    classes = core.open_set("scenes", "test").info.classes
    text = words(app)
    assert f"It shows **{classes[1]}**." in text and f"✓ This run: {classes[1]}" in text and f"✗ ImageNet: {classes[2]}" in text


def test_all_pictures_of_a_wall_open_two_dozen_at_a_time(shows: Callable[..., Any], run: str) -> None:
    app = shows({run: 0.5, IMAGENET: -0.8})
    app.button(key="all-theirs").click().run()
    assert words(app).count("<figcaption") == 24 and "this run says" in words(app)
    assert (app.number_input[0].min, app.number_input[0].max) == (1, 5)


def test_all_pictures_are_captioned_with_what_the_chosen_rival_said(shows: Callable[..., Any], run: str) -> None:
    app = shows({run: 0.5, RANDOM: -0.8, PIXELS: 0.1})
    app.selectbox(key=f"beside-{run}").set_value(PIXELS).run()
    app.button(key="all-mine").click().run()
    assert "raw pixels says" in words(app) and "untrained network says" not in words(app)


def test_a_bar_that_is_pressed_opens_what_it_named_wrongly(shows: Callable[..., Any], run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pressed = SimpleNamespace(selection=SimpleNamespace(points=[{"point_index": 2}]))
    monkeypatch.setattr("pages._kit.figures.charts.show", lambda *given, **named: pressed)
    text = words(shows({run: 0.5, IMAGENET: 0.8, PIXELS: 0.2}))
    assert "**Raw pixels wrong: 160** of 200" in text and "raw pixels says" in text and "ImageNet says" not in text


def test_a_bar_is_opened_where_this_run_has_no_score(shows: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    pressed = SimpleNamespace(selection=SimpleNamespace(points=[{"point_index": 0}]))
    monkeypatch.setattr("pages._kit.figures.charts.show", lambda *given, **named: pressed)
    app = shows({IMAGENET: 0.8, PIXELS: 0.2})
    assert not app.exception and "**ImageNet wrong: 40** of 200" in words(app)


def test_the_title_of_a_rival_run_is_shown_as_it_is(shows: Callable[..., Any], run: str, make_run: Callable[..., str]) -> None:
    other = make_run("rotation-2", title="a_b_ *x*")
    app = shows({run: 0.5, other: 0.9}, {"with": other})
    assert app.title[0].value == "a\\_b\\_ \\*x\\*’s features are ahead by 40 ± 7 points"


def test_one_button_says_how_long_it_will_take_and_opening_starts_nothing(shows: Callable[..., Any], run: str, own_folders: Path) -> None:
    app = shows({}, missing=[run, IMAGENET, RANDOM, PIXELS])
    assert button(app, "Compare").label == "Compare, about 25 s" and button(app, "Compare").proto.type == "primary"
    assert [each.proto.type for each in app.button].count("primary") == 1
    assert not list(own_folders.rglob("probe-*"))


def test_the_screen_does_not_wait_for_the_expected_time(shows: Callable[..., Any], run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ready = threading.Event()
    monkeypatch.setattr(background, "WAIT", 0.0)
    monkeypatch.setattr("ssl_core.evaluation.forecast.expect_comparison", lambda *_, **__: 25.0 if ready.wait(300) else 0.0)
    app = shows({}, missing=[run])
    assert button(app, "Compare").label == "Compare"
    ready.set()
    for answer in list(background._answers.values()):
        answer.result(300)
    assert button(app.run(), "Compare").label == "Compare, about 25 s"


def test_compare_asks_for_what_is_missing(shows: Callable[..., Any], run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr("ssl_core.evaluation.compare.request_comparison", lambda *given: asked.append(given))
    button(shows({}, missing=[run]), "Compare").click().run()
    assert asked == [([run, IMAGENET, f"untrained:{run}", PIXELS], None, "linear")]


def test_a_figure_of_an_earlier_version_is_named_and_not_drawn(shows: Callable[..., Any], run: str) -> None:
    app = shows({run: 0.5}, missing=[IMAGENET], outdated=[IMAGENET])
    assert "ImageNet: an earlier version measured otherwise, and that figure isn’t shown. Compare again." in words(app)
    assert "measured otherwise before" in app.get("plotly_chart")[0].proto.spec


def test_bars_say_both_sizes_and_how_far_the_seeds_lie_apart() -> None:
    row = core.ProbeRow("imagenet:mobilenet_v2", "ImageNet", "", 0.9, 0.8, 1.0, "", 224, 1.0, run_size=32)
    assert benchmark_words.detail_of(row) == "1.28 million labelled photos\nrun 32 px, ImageNet 224 px"
    mean = row._replace(target="untrained:rotation-1", image_size=32, by_network=(0.34, 0.36, 0.35))
    assert benchmark_words.detail_of(mean) == "same network, never trained\nmean of 3 seeds, sd 1.0 points"


def test_work_in_progress_names_target_and_stage_and_can_be_stopped(
    shows: Callable[..., Any], run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[Any] = []
    monkeypatch.setattr("ssl_core.evaluation.compare.stop_comparison", lambda *given: stopped.append(given))
    at_work = core.Status(state="running", stage="looking at pictures", step=360, steps=1000)
    app = shows({run: 0.5}, waiting=[(IMAGENET, at_work), (RANDOM, core.Status(place=1))])
    spec = app.get("plotly_chart")[0].proto.spec
    assert "looking at pictures, 36 %" in spec and "number 1 in line" in spec
    button(app, "Stop").click().run()
    assert stopped and "ImageNet" in spec


def test_without_imagenet_the_rest_goes_on_and_the_sentence_says_what_to_do(shows: Callable[..., Any], run: str) -> None:
    reason = "ImageNet weights of mobilenet_v2 can't be had here. Put mobilenet_v2.pth into weights/."
    app = shows({run: 0.8, RANDOM: 0.5, PIXELS: 0.2}, left_out=[(IMAGENET, reason)])
    assert app.title[0].value.startswith("This run’s features are ahead of the untrained network’s")
    assert f"ImageNet is left out. {reason}" in words(app).replace("\\", "")
    assert button(app, "Try again")


def test_other_runs_of_the_address_stand_beside_this_one(shows: Callable[..., Any], run: str, make_run: Callable[..., str]) -> None:
    other = make_run("rotation-2", data={"samples": 1000}, recipe={"image_size": 32})
    app = shows({run: 0.5, other: 0.6, IMAGENET: 0.8}, {"with": f"{other},nobody,nobody"})
    assert "Title of rotation-2" in app.get("plotly_chart")[0].proto.spec
    assert words(app).replace("\\", "").count("There is no run 'nobody' to compare with.") == 1


def test_a_protocol_that_is_not_there_is_named(shows: Callable[..., Any], run: str) -> None:
    assert f"'protocol' must be one of {', '.join(PROBES)}. Got magic." in words(shows({run: 0.5}, {"protocol": "magic"}))


def test_a_set_without_labels_offers_to_label_twenty(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[list[str], str]] = []
    monkeypatch.setattr("ssl_core.fewshot.wall.classes_of", lambda name: ())
    monkeypatch.setattr("ssl_core.evaluation.labelfree.spreads", lambda texts, name: core.Spreads([], [], list(texts), []))
    monkeypatch.setattr("ssl_core.evaluation.labelfree.request_spreads", lambda texts, name: asked.append((list(texts), name)))
    app = open_page("benchmark", run=make_run("rotation-3"))
    assert app.title[0].value == "These pictures have no labels to compare by"
    assert button(app, "Label 20 to compare").proto.type == "primary"
    assert "Its own game, on test pictures. Right 79 % of the time, chance 25 %." in words(app) and not asked
    button(app, "Count the directions").click().run()
    assert asked == [(["rotation-3", IMAGENET, "untrained:rotation-3"], "scenes")]


def test_without_labels_the_directions_of_features_stand_beside_the_untrained_networks(
    make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = make_run("rotation-3")
    own, other = "convnet, 128 numbers", "torchvision, 1280 numbers"
    rows = [core.Spread(run, "R", 37.4, 128, 2000, own), core.Spread(f"untrained:{run}", "U", 6.4, 128, 2000, own, (5.4, 6.4, 7.4))]
    rows += [core.Spread("imagenet:resnet18", "ImageNet", 64.0, 1280, 2000, other)]
    reason = "Its weights can't be fetched."
    monkeypatch.setattr("ssl_core.fewshot.wall.classes_of", lambda name: ())
    monkeypatch.setattr("ssl_core.evaluation.labelfree.spreads", lambda texts, name: core.Spreads(rows, [], [], [(IMAGENET, reason)]))
    text = words(open_page("benchmark", run=run)).replace("\\", "")
    assert "This run: 29 %, 37 directions of at most 128; Untrained network: 5 %, 6 directions of at most 128, mean of 3 seeds" in text
    assert "This run uses 29 % of the directions that it could, the same network untrained 5 %." in text and "sd 1.0" in text
    assert f"ImageNet: 64 directions of at most 1\u00a0280 ({other}). Another architecture, so not compared." in text
    assert f"ImageNet is left out. {reason}" in text and "2\u00a0000 test pictures" in text


def test_a_run_at_work_is_not_compared(make_run: Callable[..., str]) -> None:
    run = make_run(status={"state": "queued"})
    assert "is still learning" in words(open_page("benchmark", run=run))


def test_without_a_run_the_way_on_is_shown() -> None:
    assert button(open_page("benchmark"), "Train one").proto.type == "primary"


ERROR = core.Measure("Error of the filling", "dB", counted=False, lower_is_better=True)


def errors(run: str, values: dict[str, float], measure: core.Measure = ERROR) -> dict[str, Any]:
    """Fields of a comparison in which each target has about this value on every picture."""
    places = np.arange(N)
    found = {text: value + 1.5 * (-1.0) ** (places // 2**k) for k, (text, value) in enumerate(values.items())}  # 1.5 to either side
    rows = [core.ProbeRow(text, text, "", *mean_interval(found[text]), "stage4", 32, 3.0, measure) for text in values]
    scored = [core.Scored(row, 1000, N, places, found[row.target], None, places % 10) for row in rows]
    return {"measure": measure, "scored": scored, "pairs": pairs_of(found, measure)}


def test_a_value_that_is_no_share_is_shown_with_its_unit(shows: Callable[..., Any], run: str) -> None:
    app = shows({run: 0.5}, **errors(run, {run: 12.0, IMAGENET: 15.0, RANDOM: 14.0}))
    assert app.title[0].value.replace("\u00a0", " ") == "This run’s features are ahead of ImageNet’s by 3.0 ± 0.3 dB"
    text = words(app).replace("\u00a0", " ")
    assert "Error of the filling, on these **200 test pictures**: less is better." in text
    assert "On these 200 pictures error of the filling is 12.00 ± 0.21 dB for this run; ImageNet 3.0 ± 0.3 dB more" in text
    levels = "(Bonferroni: 97.5 % each)"
    assert levels in text and " %" not in text.replace("95 % interval", "").replace(levels, "")
    assert "chance" not in text and "correctly" not in text
    chart = json.loads(app.get("plotly_chart")[0].proto.spec)
    said = [each["text"] for each in chart["layout"]["annotations"]]
    assert "<b>12.00</b> ± 0.21 dB" in said and said[0].startswith("<b>This run</b>")  # the smallest error first
    low, high = chart["layout"]["xaxis"]["range"]
    assert low == 0 and 15 < high < 20


def test_where_more_is_better_the_larger_value_is_ahead(shows: Callable[..., Any], run: str) -> None:
    likeness = ERROR._replace(title="Likeness", lower_is_better=False)
    app = shows({run: 0.5}, **errors(run, {run: -12.0, IMAGENET: -15.0}, likeness))
    assert app.title[0].value.replace("\u00a0", " ") == "This run’s features are ahead of ImageNet’s by 3.0 ± 0.3 dB"
    low, high = json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]["xaxis"]["range"]
    assert low < -15 and 0 < high < 3


def test_differences_are_seen_from_this_run(run: str) -> None:
    found = scored(run, {IMAGENET: 0.8, run: 0.5})
    pair = benchmark_words.pair_of(found, run, IMAGENET)
    assert pair is not None and pair.difference == pytest.approx(-0.3) and pair.lo < -0.3 < pair.hi


def test_class_by_class_counts_what_was_taken_for_what_and_a_cell_opens_its_pictures(
    shows: Callable[..., Any], run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, int]] = []
    monkeypatch.setattr(
        "pages._kit.benchmark.behind.open_wall", lambda asked, found, words, places, rival: opened.append((words, len(places)))
    )
    app = shows({run: 0.8, IMAGENET: 0.9})
    matrix, rows = (table.value for table in app.dataframe)
    assert matrix.to_numpy().sum() == N and np.trace(matrix.to_numpy()) == 0.8 * N
    assert rows["test pictures"].sum() == N and rows["right"].is_monotonic_increasing and opened == []
    first, second = matrix.index[:2]
    app.session_state[f"matrix-{run}"] = {"selection": {"rows": [], "columns": [], "cells": [(0, second)]}}
    app.run()
    assert opened == [(f"{frame.escape(first)}, taken for {frame.escape(second)}", matrix.loc[first, second])]


def test_beside_pairs_stands_mcnemars_exact_p_and_how_many_pictures_would_tell(shows: Callable[..., Any], run: str) -> None:
    """Right on 100 and 106 of 200, all six disagreements on one side: p = 2 / 2⁶; and 100 against 98, two of a kind: p = ½."""
    said = words(shows({run: 0.5, IMAGENET: 0.53, PIXELS: 0.49}))
    assert "McNemar’s exact p of no difference: ImageNet 0.031, raw pixels 0.500." in said
    assert "These pictures can’t tell this run from raw pixels; about " in said and "from ImageNet; about" not in said
