"""Few labels on other data sets: what can't be shown is said, walls and rings are a set's own, names can be corrected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.screen import links
from tests.help.folders import fill, zipped
from tests.pages.conftest import button, open_page, router, words
from tests.pages.test_fewshot import on_the_wall

NEW = {"state": "interrupted", "step": 0, "steps": 60}

pytestmark = pytest.mark.usefixtures("no_starters")


def opened(**query: str) -> AppTest:
    app = router("fewshot.py", **query)
    assert not app.exception, app.exception
    return app


def said(app: AppTest) -> str:
    return words(app).replace("\\", "")


def own(place: Path, count: int, name: str = "mine", classes: Sequence[str] = ("cat", "dog")) -> str:
    """A set of one's own without classes but those that its namer gave it."""
    made = core.add_folder(name, fill(place / name, [f"train/{k:03}.png" for k in range(count)] + ["test/a.png"]))
    if classes:
        core.label_store(core.runs_root()).set_classes(made, classes)
    return made


def give(name: str, picture: str, dataset: str) -> None:
    core.label_store(core.runs_root()).act([core.Action(dataset, picture, name, f"00000000-0000-4000-8000-{hash(picture) % 10**12:012d}")])


# A set that can't be shown


def test_a_set_that_is_not_there_is_said_until_another_is_chosen() -> None:
    app = opened(dataset="cows")
    assert "There is no data set 'cows' in the list." in said(app) and "Shown is 'Scenes, our own drawings'." in said(app)
    assert "no data set" in said(app.run()) and app.query_params["dataset"] == "cows"
    app.selectbox(key=links.PICTURES).set_value("digits").run()
    assert "no data set" not in said(app) and app.query_params["dataset"] == "digits"


def test_a_set_of_too_few_pictures_is_said(own_folders: Path) -> None:
    own(own_folders, 3)
    assert "'mine' has 3 pictures to learn from, and naming needs at least 4." in said(opened(dataset="mine"))


def test_a_set_to_be_downloaded_or_unpacked_is_said(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "'CIFAR-10 photographs' is not on this machine yet. Download it on the screen “Pictures”, 170 MB." in said(
        opened(dataset="cifar10")
    )
    core.add_folder("packed", zipped(own_folders / "packed.zip", ["a.png", "b.png"]))
    monkeypatch.setattr("ssl_core.reading.files.waiting", lambda path: [path] if path.name == "packed.zip" else [])
    assert "'packed' can't be shown yet: 0 MB to be unpacked once, into the cache. Unpack it on the screen" in said(
        opened(dataset="packed")
    )


def test_a_run_whose_pictures_are_not_here_leaves_the_choice_which_says_what_it_learnt_from(make_run: Callable[..., str]) -> None:
    app = opened(run=make_run(dataset="cifar10"))
    assert app.selectbox(key=links.PICTURES).value == "scenes" and on_the_wall(app) == core.wall_page("scenes", 0, 24)
    assert "learnt from 'cifar10' and meets 'scenes' here" in said(app)


# Walls


def test_the_walls_of_a_small_set_go_round_without_an_empty_one(own_folders: Path) -> None:
    app = opened(dataset=own(own_folders, 40))
    first = on_the_wall(app)
    assert len(first) == 24
    assert len(on_the_wall(button(app, "Other pictures").click().run())) == 16
    assert on_the_wall(button(app, "Other pictures").click().run()) == first


def test_a_set_of_one_wall_has_no_other(own_folders: Path) -> None:
    assert button(opened(dataset=own(own_folders, 10)), "Other pictures").disabled


def test_each_set_has_its_own_wall() -> None:
    app = opened(dataset="digits")
    button(app, "Other pictures").click().run()
    assert on_the_wall(app) == core.wall_page("digits", 1, 24)
    app.selectbox(key=links.PICTURES).set_value("scenes").run()
    assert on_the_wall(app) == core.wall_page("scenes", 0, 24)
    app.selectbox(key=links.PICTURES).set_value("digits").run()
    assert on_the_wall(app) == core.wall_page("digits", 1, 24)


# The pictures that would help most


def helping(monkeypatch: pytest.MonkeyPatch, left_out: Sequence[str] = ()) -> list[str]:
    """Nothing is looked at; whom the most helpful pictures were asked for, and those targets that can't be had."""
    asked: list[str] = []

    def few_shot(dataset: str, targets: Sequence[str], labels: Any, classes: Any) -> core.FewShot:
        out = [(target, f"'{target}' has no weights yet.") for target in targets if target in left_out]
        return core.FewShot([], len(labels), core.classes_of(dataset), 100, True, 0.1, [], [], out, {}, len(labels))

    def best_next(dataset: str, target: str, *_: object) -> list[str]:
        asked.append(target)
        return ["train-5", "train-6"]

    monkeypatch.setattr("ssl_core.fewshot.curve.few_shot", few_shot)
    monkeypatch.setattr("ssl_core.fewshot.suggest.best_next", best_next)
    monkeypatch.setattr("streamlit.rerun", lambda scope="app": None)  # AppTest reruns the whole screen, where a fragment can't be asked for
    return asked


def test_the_ring_is_gone_when_the_run_is_another(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = helping(monkeypatch)
    make_run("rotation-1", data={"samples": 1000}, recipe={"image_size": 32})
    make_run("rotation-2", data={"samples": 1000}, recipe={"image_size": 32})
    give("3", "train-1", "digits")
    app = opened(dataset="digits", run="rotation-1")
    button(app, "Show me the picture").click().run()
    assert asked == ["rotation-1"] and on_the_wall(app.run()) == ["train-5", "train-6"]
    app.query_params["run"] = "rotation-2"
    assert on_the_wall(app.run()) == core.wall_page("digits", 0, 24)


def test_a_run_without_weights_leaves_the_most_helpful_to_another_network(
    make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = helping(monkeypatch, ["rotation-1"])
    give("3", "train-1", "digits")
    app = opened(dataset="digits", run=make_run(status={"state": "interrupted"}))
    button(app, "Show me the picture").click().run()
    assert asked == ["untrained:rotation-1"] and not app.exception


def test_where_no_network_can_be_asked_that_is_said(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    helping(monkeypatch, ["rotation-1", "untrained:rotation-1", "imagenet:mobilenet_v2"])
    give("3", "train-1", "digits")
    app = opened(dataset="digits", run=make_run())
    assert button(app, "Show me the picture").disabled and "No network can say which would help" in said(app)


def test_very_many_labels_are_said_to_be_drawn_from_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    few = core.FewShot([], 500, ("0", "1"), 100, True, 0.5, [], [], [], {}, 2000)
    monkeypatch.setattr("ssl_core.fewshot.curve.few_shot", lambda *_: few)
    text = said(opened(dataset="digits")).replace("\u00a0", " ")
    assert "Drawn from the first 500 of 2 000 labels, each class as often as it goes; the classifier to take home uses them all." in text


# Names


def test_names_are_corrected_extended_and_taken_away_with_their_labels(own_folders: Path) -> None:
    name = own(own_folders, 10, classes=("cat", "dgo", "rest"))
    give("dgo", "train-1", name)
    app = opened(dataset=name)
    assert [each.value for each in app.text_input] == ["cat", "dgo", "rest", ""]
    app.text_input[1].set_value("dog")
    app.text_input[2].set_value("")
    app.text_input[3].set_value("bird, cow")
    button(app, "Save the names").click().run()
    store = core.label_store(core.runs_root())
    assert not app.exception and store.classes(name) == ("cat", "dog", "bird", "cow") and store.labels(name) == {"train-1": "dog"}
    assert [each.value for each in app.text_input] == ["cat", "dog", "bird", "cow", ""]


def test_names_that_can_not_be_are_said_and_change_nothing(own_folders: Path) -> None:
    name = own(own_folders, 10)
    give("cat", "train-1", name)
    app = opened(dataset=name)
    app.text_input[0].set_value("")
    app.text_input[2].set_value("bird")
    button(app, "Save the names").click().run()
    assert "The class 'cat' still has labels." in said(app)
    assert core.label_store(core.runs_root()).classes(name) == ("cat", "dog")


def test_classes_of_a_set_itself_are_not_offered_to_be_changed() -> None:
    assert not any(each.label == "Save the names" for each in opened(dataset="digits").button)


def test_the_tenth_name_has_the_key_0_and_an_eleventh_is_refused(own_folders: Path) -> None:
    app = opened(dataset=own(own_folders, 10, classes=()))
    assert app.text_input[0].label == "What kinds of pictures are there? 2 to 10 names, with commas between them"
    app.text_input[0].set_value(",".join("abcdefghijk")).run()
    button(app, "Use these names").click().run()
    assert "Own classes must be 2 to 10 names. Got 11." in said(app)
    app.text_input[0].set_value(",".join("abcdefghij")).run()
    button(app, "Use these names").click().run()
    assert not app.exception and core.label_store(core.runs_root()).classes("mine") == tuple("abcdefghij")


def test_labels_that_sleep_with_another_set_are_said_before_names_are_asked_for(own_folders: Path) -> None:
    give("cat", "train-1", own(own_folders, 10))
    core.remove_set("mine")
    fill(own_folders / "other", [f"{k:03}.png" for k in range(9)])
    core.add_folder("mine", own_folders / "other")
    text = said(opened(dataset="mine"))
    assert "1 label belongs to a picture that 'mine' no longer holds." in text


@pytest.mark.parametrize(("status", "named", "words"), [(NEW, 2, "has learnt something"), (NEW, 1, "two classes first"), (None, 2, "")])
def test_a_classifier_is_taken_home_with_a_network_that_has_learnt(
    status: dict[str, object] | None, named: int, words: str, make_run: Callable[..., str]
) -> None:
    from pages._kit.fewshot.files import unready

    told = unready(make_run(status=status), named)
    assert (words in told) and bool(told) is bool(words)


def test_the_wall_turns_also_while_pictures_that_help_another_run_are_kept(make_run: Callable[..., str]) -> None:
    app = open_page("fewshot", run=make_run(), dataset="scenes")
    app.session_state["fewshot-helpful"] = "scenes", "another-run", ["train-1"]
    button(app, "Other pictures").click().run()
    assert app.session_state["fewshot-wall"]["scenes"] == 1
    assert app.session_state["fewshot-helpful"][1] == "another-run"


def test_back_brings_the_set_of_its_address(make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(run=make_run(), dataset="scenes", pictures="test-3,test-5")
    app.selectbox(key=links.PICTURES).set_value("digits").run()
    assert "pictures" not in app.query_params
    monkeypatch.setattr("pages._kit.screen.address.went_back", lambda: True)
    app.query_params.update({"dataset": "scenes", "pictures": "test-3,test-5"})
    app.run()
    assert (
        app.selectbox(key=links.PICTURES).value == "scenes"
        and app.query_params["pictures"] in ("test-3,test-5", ["test-3,test-5"])
        and on_the_wall(app) == ["test-3", "test-5"]
    )
