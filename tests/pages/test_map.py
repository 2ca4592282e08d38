"""Map: dots by class, a lasso that opens its pictures, a way by keyboard, neighbours side by side, numbers with their references."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import ssl_core as core
from pages._kit.figures.anchors import PLATE, anchors
from pages._kit.map import shares
from pages._kit.screen import frame
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.maps.neighbours import Alike, class_shares
from ssl_core.system.processes import me
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
CLASSES = ("house", "tree", "car", "boat")
N = 200


def laid_out(projector: str = "pca") -> core.Layout:
    """Four heaps of fifty dots each."""
    rng, label_S = np.random.default_rng(0), np.arange(N) % 4
    xy_S2 = (rng.normal(size=(N, 2)) * 0.1 + np.stack([label_S % 2, label_S // 2], 1)).astype(np.float32)
    ids = [f"test-{place}" for place in range(N)]
    return core.Layout(xy_S2, ids, label_S, CLASSES, Interval(0.71, 0.69, 0.73), Interval(0.78, 0.77, 0.79), 0.25, projector, N)


@pytest.fixture
def run(make_run: Callable[..., str]) -> str:
    return make_run(data={"samples": 1000}, recipe={"image_size": 32})


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Which maps there are, and how the job of the finer one stands."""

    def said(*projectors: str, status: core.Status | None = None, seconds: float | None = None) -> None:
        found = {name: laid_out(name) for name in projectors}
        monkeypatch.setattr("ssl_core.maps.layout.layout", lambda text, projector="pca": found.get(projector))
        monkeypatch.setattr("ssl_core.maps.layout.layout_status", lambda text, projector="umap": status)
        monkeypatch.setattr("ssl_core.maps.layout.expect_map", lambda text, projector="umap": seconds)

    said("pca")
    return said


def opened(run: str) -> Any:
    app = open_page("map", run=run)
    assert not app.exception, app.exception
    return app


def test_the_title_counts_the_pictures(run: str, there: Callable[..., None]) -> None:
    assert opened(run).title[0].value.replace("\u00a0", " ") == "200 of 2 000 pictures, arranged by likeness"


def test_each_class_has_its_colour_shape_and_name_and_each_dot_its_row(run: str, there: Callable[..., None]) -> None:
    chart = json.loads(opened(run).get("plotly_chart")[0].proto.spec)
    assert [trace["name"] for trace in chart["data"]] == list(CLASSES)
    assert len({(trace["marker"]["color"], trace["marker"]["symbol"]) for trace in chart["data"]}) == 4
    assert {trace["type"] for trace in chart["data"]} == {"scatter"}  # WebGL's drawer is forbidden by our own headers
    assert all(name in " ".join(note["text"] for note in chart["layout"]["annotations"]) for name in CLASSES)


def test_the_map_can_be_coloured_by_kinds_and_by_numbers(run: str, there: Callable[..., None]) -> None:
    app = opened(run)
    picker = app.selectbox(key=f"map-by-{run}")
    picker.set_value("size").run()
    chart = json.loads(app.get("plotly_chart")[0].proto.spec)
    assert {trace["name"] for trace in chart["data"]} == {"large", "medium", "small"}
    assert app.metric[0].label == "Ten nearest, same size" and app.metric[0].delta.startswith("chance ")
    app.selectbox(key=f"map-by-{run}").set_value("tilt").run()
    (dots,) = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    tilts = [(core.open_set("scenes", "test").factors(place) or {})["tilt"] for place in range(3)]
    assert dots["marker"]["showscale"] and dots["name"] == "tilt" and "half of them below" in words(app)
    assert core.coloured(laid_out(), core.Factor("tilt", True, [*tilts, *[None] * (N - 3)])).value_S[:3].tolist() == pytest.approx(tilts)


def test_agreement_stands_beside_features_and_chance_with_intervals(run: str, there: Callable[..., None]) -> None:
    shown = opened(run).metric[0]
    assert (shown.value, shown.delta) == ("71.0 ± 2.0 %", "before flattening 78.0 ± 1.0 %, chance 25 %")


def test_a_class_chosen_by_keyboard_opens_exactly_its_pictures(run: str, there: Callable[..., None]) -> None:
    app = opened(run)
    app.selectbox(key="map-class-0").set_value("car").run()
    assert "**car: 50 pictures**" in words(app)
    shown = [each.label for each in app.button if each.key and each.key.startswith("map-50-")]
    assert len(shown) == 16 and all(f"scenes/test-{2 + 4 * place}.png" in label for place, label in enumerate(shown))


def test_the_mouse_draws_around_dots_or_clicks_one(run: str, there: Callable[..., None]) -> None:
    app = opened(run)  # beside a lasso Streamlit hears no click, so it is one or the other
    assert json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]["dragmode"] == "lasso"
    app.get("button_group")[0].set_value(False).run()
    assert json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]["dragmode"] == "pan"
    assert len(app.get("plotly_chart")[0].proto.selection_mode) == 1


def test_a_selection_is_turned_page_by_page(run: str, there: Callable[..., None]) -> None:
    app = opened(run)
    app.selectbox(key="map-class-0").set_value("car").run()
    assert app.button(key="map-Before").disabled
    app.button(key="map-Next").click().run()
    assert "scenes/test-66.png" in app.button(key="map-50-0").label


def test_a_picture_of_the_wall_opens_with_neighbours_of_each_network(
    run: str, there: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = "ImageNet weights of mobilenet_v2 can't be had here. Put the file into weights/."
    found = [
        Alike(run, "Rotation", [f"test-{i}" for i in range(12)], ["car"] * 9 + ["boat"] * 3, [0.9] * 12, None, ""),
        Alike("imagenet:mobilenet_v2", "ImageNet", [], [], [], None, reason),
        Alike("pixels", "Raw pixels", [f"test-{i}" for i in range(20, 32)], ["car"] * 2 + ["tree"] * 10, [0.5] * 12, None, ""),
    ]
    monkeypatch.setattr("ssl_core.maps.neighbours.alike", lambda targets, picture: found if picture == "test-6" else [])
    app = opened(run)
    app.selectbox(key="map-class-0").set_value("car").run()
    app.button(key="map-50-1").click().run()
    text = words(app).replace("\\", "")
    assert "**9 of 12** are of its kind" in text and "**2 of 12** are of its kind" in text and f"Left out. {reason}" in text


def test_the_map_can_be_read_as_a_table(run: str, there: Callable[..., None]) -> None:
    assert "| ● house | 50 |" in words(opened(run))


@pytest.mark.parametrize(
    ("pictures", "share", "said"),
    [(4, 0.25, ("10 of 40 neighbours", "12 of 40")), (10, 0.5, ("50 ± 10 %", "90 %")), (300, 0.5, ("50 ± 10 %", "100 %"))],
)
def test_a_class_of_few_pictures_is_counted_and_stands_beside_the_best_there_can_be(pictures: int, share: float, said: object) -> None:
    label_S = np.repeat([0, 1], [pictures, 20])
    xy_S2 = np.random.default_rng(0).random((len(label_S), 2)).astype(np.float32)
    rows = class_shares(laid_out()._replace(label_S=label_S, xy_S2=xy_S2))
    row = next(each for each in rows if each.name == "house")._replace(share=Interval(share, share - 0.1, share + 0.1))
    assert shares.share(row) == said


def test_without_the_finer_map_it_is_offered_quietly(run: str, there: Callable[..., None]) -> None:
    there("pca", seconds=31.0)
    app = opened(run)
    assert button(app, "Draw the UMAP").label == "Draw the UMAP, about 31 s" and button(app, "Draw the UMAP").proto.type == "secondary"
    assert [each.proto.type for each in app.button].count("primary") == 1


def test_while_the_finer_map_is_drawn_its_stage_is_said_and_the_quick_one_is_shown(run: str, there: Callable[..., None]) -> None:
    there("pca", status=core.Status(state="running", stage="looking at pictures", step=500, steps=2000))
    app = opened(run)
    assert "The map is being drawn. Looking at pictures, 25 %." in words(app) and app.get("plotly_chart")


def test_a_map_that_failed_says_why_and_is_offered_again(run: str, there: Callable[..., None]) -> None:
    there("pca", status=core.Status(state="failed", reason="The disk is full."))
    app = opened(run)
    assert "The map could not be drawn. The disk is full." in words(app) and button(app, "Draw the UMAP")


def test_the_finer_map_comes_first_once_it_is_there(run: str, there: Callable[..., None]) -> None:
    there("pca", "umap")
    app = opened(run)
    assert [each.proto.default for each in app.get("button_group")] == [[0], [1]] and "by UMAP" in app.get("plotly_chart")[0].proto.alt


def test_without_features_opening_starts_nothing_and_one_button_draws(
    run: str, there: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    there()
    monkeypatch.setattr("ssl_core.maps.layout.request_layout", lambda text, projector: asked.append((text, projector)))
    app = opened(run)
    assert not asked and button(app, "Draw the map").proto.type == "primary"
    button(app, "Draw the map").click().run()
    assert asked == [(run, "umap")]


def test_a_run_at_work_has_no_map_yet(make_run: Callable[..., str]) -> None:
    at_work = {"state": "running", "step": 3, "steps": 60, "left": 40.0, "weights": "d"}
    app = open_page("map", run=make_run(status={**at_work, **me()}))
    assert "still learning" in words(app) and "drawn when it is done, in about 40 s. It appears here by itself." in words(app)
    assert [each.label for each in app.button if each.label in ("Watch it learn", "Play with it")] == ["Watch it learn", "Play with it"]


def test_classes_that_stay_together_come_first() -> None:
    layout = laid_out()
    mixed = layout.xy_S2.copy()
    mixed[layout.label_S >= 2, 1] = 5  # the last two heaps on top of each other
    mixed[layout.label_S >= 2, 0] = np.random.default_rng(1).normal(size=(layout.label_S >= 2).sum())
    rows = class_shares(layout._replace(xy_S2=mixed))
    assert {row.name for row in rows[:2]} == {"house", "tree"} and rows[0].share.value > 0.9 > 0.7 > rows[-1].share.value


def test_a_chosen_class_keeps_its_colour_and_name_and_the_rest_turns_grey(run: str, there: Callable[..., None]) -> None:
    app = opened(run)
    app.selectbox(key="map-class-0").set_value("car").run()
    chart = json.loads(app.get("plotly_chart")[0].proto.spec)
    colours = {trace["name"]: trace["marker"]["color"] for trace in chart["data"]}
    assert colours["car"] == frame.look_of(2).colour and {colours[name] for name in CLASSES if name != "car"} == {frame.MUTE}
    assert [note["text"].split("</span> ")[1] for note in chart["layout"]["annotations"]] == ["car</b>"]
    assert chart["data"][-1]["name"] == "car"  # drawn above the others


def test_a_class_is_named_where_it_lies_densest_and_not_in_the_empty_middle() -> None:
    rng = np.random.default_rng(0)
    ring = np.stack([np.cos(np.linspace(0, 6, 30)), np.sin(np.linspace(0, 6, 30))], 1)
    heap = np.array([0.9, -0.3]) + 0.02 * rng.normal(size=(40, 2))
    xy_S2, label_S = np.concatenate([ring, heap]).astype(np.float32), np.zeros(70, int)
    (x, y) = anchors(xy_S2, label_S, [0])[0]
    assert np.hypot(x - 0.9, y + 0.3) < 0.1


def test_two_names_never_cover_each_other() -> None:
    rng = np.random.default_rng(0)
    xy_S2 = rng.normal(size=(400, 2)).astype(np.float32)  # two classes in the same heap
    placed = anchors(xy_S2, np.arange(400) % 2, [0, 1])
    apart_2 = np.abs(np.subtract(placed[0], placed[1])) / np.ptp(xy_S2, axis=0)
    assert (apart_2 > PLATE - 1e-6).any()


@pytest.mark.parametrize("screen", ["map", "benchmark"])
def test_a_run_whose_pictures_are_not_here_gets_a_title_and_the_way_to_get_them(screen: str, make_run: Callable[..., str]) -> None:
    app = open_page(screen, run=make_run(dataset="cifar10"))
    text = words(app).replace("\\", "")
    assert not app.exception and len(app.title) == 1
    assert "aren’t on this machine. CIFAR-10 is not in" in text and "cifar-10-batches-py" in text


def test_few_labels_open_on_other_pictures_where_those_of_the_run_are_not_here(make_run: Callable[..., str]) -> None:
    app = open_page("fewshot", run=make_run(dataset="cifar10", data={"samples": 1000}, recipe={"image_size": 32}))
    assert not app.exception and app.title[0].value == "Name a few pictures"
