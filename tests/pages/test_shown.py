"""What a screen shows or measures is said beside how many there are, with a way to all of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import ssl_core as core
from pages._kit.benchmark import words as benchmark_words
from pages._kit.figures import shown
from pages._kit.predictions import groups
from pages._kit.screen import frame
from tests.pages.conftest import open_page, words

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("some", "whole", "said"), [(2000, 60000, "2 000 of 60 000 pictures"), (63, 63, "63 pictures"), (63, 0, "63 pictures")]
)
def test_a_part_is_said_with_the_whole(some: int, whole: int, said: str) -> None:
    assert frame.part(some, whole, "pictures").replace(SPACE, " ") == said


def test_a_map_says_what_it_leaves_out_and_which_command_draws_all() -> None:
    said, command = shown.on_the_map(2000, 60000, 0, "moco-1")
    assert said.replace(SPACE, " ").startswith("On the map are 2 000 of 60 000 test pictures, as many of each class.")
    assert command == "python -m ssl_core project moco-1 --projector umap --pictures 60000 --out map.npz"
    said, command = shown.on_the_map(63, 63, 244, "moco-1")
    assert said == "On the map are 63 test pictures; the other 244 of the set are for learning." and not command
    assert shown.on_the_map(63, 63, 0, "moco-1") == ("", "")


def test_a_comparison_says_how_many_test_pictures_it_scored_and_how_many_there_are() -> None:
    found = core.comparison(["pixels"], "digits")._replace(scored=[], n_whole=10000)
    assert "**test pictures**" not in benchmark_words.question(found, "linear")  # nothing is scored yet
    row = core.ProbeRow("pixels", "Raw pixels", "", 0.5, 0.48, 0.52, "", 32, 1.0)
    scored = core.Scored(row, 5000, 2000, *[None] * 4)  # type: ignore[list-item]
    said = benchmark_words.question(found._replace(scored=[scored]), "linear")
    assert "**2 000 of 10 000 test pictures**" in said.replace(SPACE, " ")


def test_a_held_out_picture_that_is_not_offered_can_be_taken_by_its_number(make_run: Callable[..., str]) -> None:
    name = make_run(fixed=[0, 1])
    app = open_page("attention", run=name)
    field = next(each for each in app.number_input if "test pictures" in each.label)
    assert field.label.replace(SPACE, " ") == "2 of 2 000 test pictures. Any other by its number:"
    field.set_value(1234).run()
    assert "test-1234" in app.query_params["picture"] and not app.exception


@pytest.mark.parametrize(
    ("count", "share", "said"), [(4, 0.75, "3 of 4 are “cat”"), (31, 20 / 31, "65 % of 31 are “cat”"), (12, 0.0, "12 pictures")]
)
def test_a_group_says_how_many_it_holds(count: int, share: float, said: str) -> None:
    each = core.Together("bin 3", tuple(f"test-{k}" for k in range(count)), "cat" if share else "", share)
    assert groups.in_words(each) == f"**Bin 3**  \n{said}" and len(groups.pictures_of("scenes", each, groups.A_ROW)) == min(count, 9)


def test_a_map_of_all_is_another_request_and_fewer_than_three_are_refused() -> None:
    from ssl_core.maps.layout import map_request

    target = core.Target.parse("pixels", "digits")
    assert [map_request(target, "pca", pictures=n)["pictures"] for n in (10, 355, 60000)] == [10, 355, 355]
    with pytest.raises(core.SettingsError, match="'pictures' of a map must be at least 3. Got 2."):
        map_request(target, "pca", pictures=2)


def test_the_map_screen_names_what_it_leaves_out(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.pages.test_map import laid_out

    monkeypatch.setattr("ssl_core.maps.layout.layout", lambda text, projector="pca": laid_out() if projector == "pca" else None)
    monkeypatch.setattr("ssl_core.maps.layout.layout_status", lambda text, projector="umap": None)
    monkeypatch.setattr("ssl_core.maps.layout.expect_map", lambda text, projector="umap": None)
    app = open_page("map", run=make_run(recipe={"image_size": 32}))
    said = words(app).replace(SPACE, " ")
    assert "On the map are 200 of 2 000 test pictures, as many of each class; the other 10 000 of the set" in said
    assert "--pictures 2000" in app.code[0].value and "See all pictures" in [each.label for each in app.button]
