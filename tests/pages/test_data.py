"""Pictures: browse, open, bring one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ssl_core as core
from ssl_core.reading import files
from tests.pages.conftest import button, open_page, words
from tests.pages.test_data_brought import flat


def test_the_wall_shows_thirty_two_pictures_with_their_class_as_words() -> None:
    app = open_page("data")
    assert not app.exception
    pictures = [each.label for each in app.button if each.label.startswith("![")]
    assert len(pictures) == 32 and all("](api/thumb/scenes/train-" in label for label in pictures)
    assert pictures[0].split("]")[0].removeprefix("![") in core.class_counts("scenes")


def test_a_class_alone_fills_the_wall(own_set: Callable[[], str]) -> None:
    name = own_set()
    app = open_page("data", dataset=name)
    app.button_group(key=f"class-{name}-train").select("dogs").run()
    pictures = [each.label for each in app.button if each.label.startswith("![")]
    assert 0 < len(pictures) <= 4 and all(label.startswith("![dogs]") for label in pictures)


def test_a_class_folder_that_is_renamed_is_shown_by_its_new_name(own_set: Callable[[], str], tmp_path: Path) -> None:
    app = open_page("data", dataset=own_set())
    app.button_group(key="class-mine-train").select("dogs").run()
    (tmp_path / "mine" / "dogs").rename(tmp_path / "mine" / "wolves")
    files.forget()
    app.run()
    assert not app.exception, app.exception
    assert [option.split()[1] for option in app.button_group(key="class-mine-train").options] == ["cats", "wolves"]


def test_classes_carry_their_counts(own_set: Callable[[], str]) -> None:
    name = own_set()
    counts = core.class_counts(name, "train")
    options = list(open_page("data", dataset=name).button_group(key=f"class-{name}-train").options)
    assert options == [f"● cats {counts['cats']}", f"■ dogs {counts['dogs']}"]


def test_pictures_left_out_are_named(own_set: Callable[[], str]) -> None:
    name = own_set()
    from ssl_core.library.sets import PictureSet

    for split in ("train", "test"):
        PictureSet(name, split).decoded()
    text = words(open_page("data", dataset=name)).replace("\\", "")
    assert "broken.png" in text


def test_a_place_is_kept_for_each_part_and_class() -> None:
    app = open_page("data")
    app.button(key="Next").click().run()
    assert "33 to 64 of" in words(app)
    first = list(core.class_counts("scenes"))[0]
    app.button_group(key="class-scenes-train").select(first).run()
    assert "1 to 32 of" in words(app)
    app.button_group(key="class-scenes-train").unselect(first).run()
    assert "33 to 64 of" in words(app)


def test_the_address_says_part_and_class_and_brings_them_back(own_set: Callable[[], str]) -> None:
    app = open_page("data", dataset=own_set())
    app.button_group(key="split-mine").set_value("test").run()
    app.button_group(key="class-mine-test").select("dogs").run()
    assert dict(app.query_params) == {"dataset": "mine", "part": "test", "class": "dogs"}
    again = open_page("data", **dict(app.query_params))
    assert again.button_group(key="split-mine").value == "test" and again.button_group(key="class-mine-test").value == "dogs"
    pictures = [each.label for each in again.button if each.label.startswith("![")]
    assert pictures and all(label.startswith("![dogs]") and "mine/test-" in label for label in pictures)


def test_a_class_nobody_has_is_named_and_all_are_shown(own_set: Callable[[], str]) -> None:
    app = open_page("data", **{"dataset": own_set(), "class": "wolves"})
    assert "There is no class 'wolves' in 'mine'. Shown are all." in words(app).replace("\\", "") and "class" not in app.query_params


def refused(name: str) -> None:
    raise core.SettingsError(f"Another tab was first with {name}.")


def test_a_set_that_another_tab_took_or_brought_back_is_a_sentence(own_set: Callable[[], str]) -> None:
    name = own_set()
    app = open_page("data", dataset=name)
    for step, start in (("remove_set", "Take"), ("restore_set", "Undo")):
        with pytest.MonkeyPatch.context() as elsewhere:
            elsewhere.setattr(f"ssl_core.library.browse.{step}", refused)
            button(app, start).click().run()
            assert not app.exception and "Another tab was first with mine." in words(app)
        button(app, start).click().run()
    assert name in [row.name for row in core.list_sets()] and "undo-remove" not in [each.key for each in app.button]


def test_a_set_that_another_tab_brought_back_is_not_offered_again(own_set: Callable[[], str]) -> None:
    name = own_set()
    app = open_page("data", dataset=name)
    button(app, "Take").click().run()
    core.restore_set(name)
    app.run()
    assert "undo-remove" not in [each.key for each in app.button]


def test_the_title_of_a_set_is_shown_as_it_is(tmp_path: Path) -> None:
    app = open_page("data", dataset=core.add_folder("a_b_ *x*", flat(tmp_path)))
    shown = "a\\_b\\_ \\*x\\*"
    assert shown in app.get("button_group")[0].options and app.button(key="remove").label == f"Take '{shown}' off the list"


def test_what_a_table_says_of_a_picture_and_what_is_amiss_in_it_are_shown(tmp_path: Path) -> None:
    (tmp_path / "noted").mkdir()
    for place in range(6):
        Image.fromarray(np.full((20, 20, 3), 9 * place, np.uint8)).save(tmp_path / "noted" / f"{place}.png")
    rows = "".join(f"{place}.png,{'ab'[place % 2]},train,{place / 2},<b>coat</b>\n" for place in range(4))
    (tmp_path / "noted" / "about.csv").write_text(f"file,class,split,age,it is\n{rows}5.png,b,test,9,\n7.png,b,test,1,\n")
    app = open_page("data", dataset=core.add_folder("noted", tmp_path / "noted"))
    text = words(app).replace("\\", "")
    assert "about.csv: it has 1 row whose picture isn't there: 7.png" in text and "1 picture is in no part that the set names" in text
    next(each for each in app.button if "train-1.png" in each.label).click().run()
    assert "- age: 0.5" in words(app) and "\\<b\\>coat" in words(app) and not app.exception


def test_a_set_nobody_has_is_named_and_scenes_shown() -> None:
    app = open_page("data", dataset="nothing")
    assert "There is no data set 'nothing' here. Shown is 'scenes'." in words(app).replace("\\", "")


def test_a_set_taken_off_the_list_comes_back(own_set: Callable[[], str]) -> None:
    name = own_set()
    app = open_page("data", dataset=name)
    app.button(key="remove").click().run()
    assert name not in [row.name for row in core.list_sets()]
    button(app, "Undo").click().run()
    assert name in [row.name for row in core.list_sets()]


def test_a_set_taken_off_the_list_is_offered_after_a_restart(own_set: Callable[[], str]) -> None:
    name = own_set()
    core.remove_set(name)
    app = open_page("data")
    assert "Taken off the list: 1" in [each.label for each in app.expander]
    app.button(key=f"bring-back-{name}").click().run()
    assert not app.exception and name in [row.name for row in core.list_sets()] and f"bring-back-{name}" not in [b.key for b in app.button]
