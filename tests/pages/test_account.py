"""The Pictures screen says what was understood of a folder; a button takes the other reading, and another one the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.reading import files
from tests.pages.conftest import open_page, words


def folder(root: Path, names: list[str]) -> Path:
    for k, name in enumerate(names):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((12, 12, 3), 3 * k % 255, np.uint8)).save(root / name)
    return root


def keys(app: AppTest) -> list[str]:
    return [str(each.key) for each in app.button]


def button(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception, app.exception


@pytest.fixture
def parts(tmp_path: Path, own_folders: Path) -> str:
    """A set of two folders that may be numbered parts of one heap, or classes."""
    names = [f"scans_part_{1 + k % 2}/{k:03d}.png" for k in range(20)]
    return core.add_folder("scans", folder(tmp_path / "scans", names))


def test_the_account_and_its_rows_are_there(parts: str) -> None:
    app = open_page("data", dataset=parts)
    assert "16 pictures to learn from, no classes; 4 to test, a fifth" in words(app)
    table = app.table[0].value
    assert list(table["Files"]) == ["16", "4"] and list(table["Part"]) == ["to learn from", "test pictures"]
    assert "20 files in all: each is in one row." in words(app)


def test_a_question_is_answered_by_the_other_way_undone_and_forgotten(parts: str) -> None:
    app = open_page("data", dataset=parts)
    assert core.open_set(parts).info.classes == () and "The other way: 20 pictures change side or class" in words(app)
    button(app, "other-way")
    assert core.open_set(parts).info.classes == ("scans_part_1", "scans_part_2") and "as-it-is" not in keys(app)
    button(app, "undo-reading")
    assert core.open_set(parts).info.classes == () and "as-it-is" in keys(app)
    button(app, "other-way")
    button(app, "as-files-say")
    assert core.open_set(parts).info.classes == () and core.reading_of(parts).choice.plain() == {}


def test_as_it_is_changes_nothing_and_is_kept(parts: str) -> None:
    app, before = open_page("data", dataset=parts), core.open_set(parts).digest()
    button(app, "as-it-is")
    assert "as-it-is" not in keys(app) and core.open_set(parts).digest() == before
    assert "as-it-is" not in keys(open_page("data", dataset=parts)) and "look like numbered parts" in words(app)
    button(app, "as-files-say")
    assert "as-it-is" in keys(app)


def test_a_choice_and_an_answer_are_undone_after_a_restart(parts: str) -> None:
    button(open_page("data", dataset=parts), "other-way")
    files.forget()
    app = open_page("data", dataset=parts)
    assert core.open_set(parts).info.classes
    button(app, "undo-reading")
    assert core.open_set(parts).info.classes == () and not {"undo-reading", "as-files-say"} & {*keys(app)}
    button(app, "as-it-is")
    button(open_page("data", dataset=parts), "undo-reading")
    assert "as-it-is" in keys(open_page("data", dataset=parts))


@pytest.mark.parametrize("where", ["yours", "data folder"])
def test_a_choice_that_no_longer_fits_is_taken_back_on_the_screen(own_folders: Path, tmp_path: Path, where: str) -> None:
    root = folder(
        (tmp_path if where == "yours" else own_folders / "data") / "coast", [f"{p}/{k}.png" for p in ("one", "two") for k in range(6)]
    )
    name = core.add_folder("coast", root) if where == "yours" else "coast"
    core.choose(name, core.Choice(train=("one",), test=("two",)))
    (root / "two").rename(root / "three")
    files.forget()
    app = open_page("data")
    assert "two" in words(app) and not app.exception
    button(app, "read-anew-coast")
    assert core.reading_of(name).choice == core.Choice() and "read-anew-coast" not in keys(app)


def test_nothing_is_trained_measured_or_drawn_before_the_answer(parts: str, make_run: Callable[..., str]) -> None:
    run = make_run(dataset=parts, recipe={"image_size": 32})
    measuring = ("benchmark", "map", "attention", "predictions")
    screens = [open_page("train", dataset=parts, new="1"), open_page("fewshot", dataset=parts), *(open_page(s, run=run) for s in measuring)]
    assert all("as-it-is" in keys(app) and not app.exception for app in screens)
    assert not [each for each in screens[0].button if each.label.startswith("Train")]
    button(screens[0], "other-way")
    assert [each for each in open_page("train", dataset=parts, new="1").button if each.label.startswith("Train")]
    assert not [screen for screen in measuring if "as-it-is" in keys(open_page(screen, run=run))]


def test_a_name_with_markup_is_shown_as_it_is(tmp_path: Path, own_folders: Path) -> None:
    name = core.add_folder("odd", folder(tmp_path / "odd", [f"{kind}/{k}.png" for kind in ("*a*", "[b](c)") for k in range(5)]))
    app = open_page("data", dataset=name)
    button(app, "differently")
    said = "\n".join(each.value for each in (*app.markdown, *app.caption))
    assert "[b](c)" not in said and "\\[b\\](c)" in said and "*a*" not in said.replace("**", "")


@pytest.mark.parametrize("title", ["My pictures", "Dogs & Cats", "100% #1", "[a](b) *c*", "???"])
def test_a_folder_of_the_data_folder_with_any_name_is_listed_and_open(own_folders: Path, title: str) -> None:
    folder(own_folders / "data" / title, [f"{kind}/{k}.png" for kind in ("cats", "dogs") for k in range(6)])
    row = next(row for row in core.list_sets() if row.title == title)
    assert row.ready and row.classes == ("cats", "dogs") and row.name.replace("-", "").isalnum()
    app = open_page("data", dataset=row.name)
    pictures = [each.label for each in app.button if each.label.startswith("![")]
    assert not app.exception and len(pictures) == row.samples_train and all(f"/{row.name}/" in label for label in pictures)


def test_classes_that_never_meet_and_classes_in_one_part_are_said(tmp_path: Path, own_folders: Path) -> None:
    apart = [f"{part}/{kind}/{k}.png" for part, kind in (("train", "sea"), ("train", "wood"), ("test", "snow")) for k in range(4)]
    app = open_page("data", dataset=core.add_folder("apart", folder(tmp_path / "apart", apart)))
    assert "as-it-is" in keys(app) and "No folder is both in training" in words(app)
    some = [f"{part}/{kind}/{k}.png" for part, kind in (("train", "sea"), ("train", "wood"), ("test", "sea")) for k in range(4)]
    app = open_page("data", dataset=core.add_folder("some", folder(tmp_path / "some", some)))
    assert ":material/warning: 'wood' is in train only: never measured with." in words(app).replace("\\", "")


def test_changed_files_are_said_until_they_are_read_again(parts: str, tmp_path: Path) -> None:
    app = open_page("data", dataset=parts)
    assert "read-again" not in keys(app)
    folder(tmp_path / "scans", [f"scans_part_1/new{k}.png" for k in range(3)])
    files.forget()
    app.run()
    assert "Files have changed since this set was first shown (20 pictures then, 23 now)." in words(app)
    button(app, "read-again")
    assert "read-again" not in keys(app)


def test_a_set_used_before_takes_the_new_account_and_goes_back(own_folders: Path, tmp_path: Path, make_run: Callable[..., str]) -> None:
    name = core.add_folder("coast", folder(tmp_path / "coast", [f"seg_{half}/{k}.png" for half in ("train", "test") for k in range(12)]))
    make_run(dataset=name)
    core.keep_first(name)
    app = open_page("data", dataset=name)
    assert "1 result becomes stale." in words(app) and "differently" not in keys(app)
    button(app, "accept-reading")
    assert core.reading_of(name).account is not None and "accept-reading" not in keys(app)
    button(app, "undo-reading")
    assert core.reading_of(name).account is None


# Reading differently


@pytest.fixture
def coast(tmp_path: Path, own_folders: Path) -> str:
    """Three folders of pictures in class folders, none of them a part by its name."""
    names = [f"{place}/{kind}/{k}.png" for place in ("north", "south", "west") for kind in ("sea", "Sea", "wood") for k in range(4)]
    return core.add_folder("coast", folder(tmp_path / "coast", names))


def differently(name: str) -> AppTest:
    """What the dialog holds, as a page of its own: without a browser a dialog is closed by the next run."""
    return AppTest.from_string(f"from pages._kit.data import otherwise\notherwise.form({name!r})", default_timeout=60).run()


def test_folders_that_are_said_change_the_preview_and_then_the_set(coast: str) -> None:
    app = differently(coast)
    assert app.button(key="read-like-this").disabled
    app.multiselect(key="otherwise-train").set_value(["north", "west"]).run()
    app.multiselect(key="otherwise-test").set_value(["south"]).run()
    assert not app.exception and "24 pictures to learn from, 3 classes from folders under 'north' and 'west'; 12 to test" in words(app)
    assert core.reading_of(coast).choice.plain() == {}
    button(app, "read-like-this")
    assert core.reading_of(coast).choice.plain() == {"train": ["north", "west"], "test": ["south"]}
    assert (len(core.open_set(coast)), len(core.open_set(coast, "test"))) == (24, 12)
    app = open_page("data", dataset=coast)
    button(app, "as-files-say")
    assert core.reading_of(coast).choice.plain() == {}


def test_a_folder_is_in_one_part_only(coast: str) -> None:
    app = differently(coast)
    app.multiselect(key="otherwise-train").set_value(["north", "west"]).run()
    app.multiselect(key="otherwise-test").set_value(["west"]).run()
    assert app.multiselect(key="otherwise-train").value == ["north"]


def test_classes_are_merged_renamed_and_given_back(coast: str) -> None:
    app = differently(coast)
    app.selectbox(key="otherwise-classes").set_value("folders:2").run()
    app.multiselect(key="otherwise-several").set_value(["Sea", "sea"]).run()
    app.text_input(key="otherwise-name").set_value("water").run()
    button(app, "merge")
    assert "**water**" in words(app) and "Sea → water" in words(app)
    button(app, "unmerge-Sea")
    app.multiselect(key="otherwise-several").set_value(["wood"]).run()
    button(app, "merge")
    button(app, "read-like-this")
    assert core.reading_of(coast).choice.merged == {"sea": "water", "wood": ""}
    assert core.open_set(coast).info.classes == ("Sea", "water")


def test_the_preview_shows_four_pictures_a_class_of_this_set_alone(coast: str) -> None:
    then = core.preview_of(coast, core.Choice(train=("north",), test=("south",), classes="folders:1"))
    assert [(each.name, each.train, each.test, len(each.pictures)) for each in then.classes] == [
        ("Sea", 4, 4, 4),
        ("sea", 4, 4, 4),
        ("wood", 4, 4, 4),
    ]
    sets = {split: core.open_set(coast, split) for split in ("train", "test")}
    for each in then.classes:
        for picture in each.pictures:
            at = core.PictureId.parse(picture.id)
            assert sets[at.split].file(at.index).endswith(picture.file) and f"/{each.name}/" in picture.file


def test_a_choice_that_cannot_be_taken_is_one_sentence(coast: str) -> None:
    app = differently(coast)
    app.selectbox(key="otherwise-classes").set_value("folders:2").run()
    app.multiselect(key="otherwise-masks").set_value(["north", "south", "west"]).run()
    assert not app.exception and "There are no levels of folders that could name classes" in words(app).replace("\\", "")
    assert "read-like-this" not in keys(app) and core.reading_of(coast).choice.plain() == {}


def test_a_table_that_is_not_used_is_said_where_the_set_has_no_classes(tmp_path: Path, own_folders: Path) -> None:
    root = folder(tmp_path / "loose", [f"{k}.png" for k in range(10)])
    rows = "".join(f"{k}.png,Felis catus, {('wild', 'tame')[k % 2]},{k}\n" for k in range(10))  # a comma without quotation marks
    (root / "labels.csv").write_text(f"file,label,age\n{rows}")
    text = words(open_page("data", dataset=core.add_folder("loose", root)))
    assert "labels.csv has 10 rows with more cells than its first line, which are left out" in text
