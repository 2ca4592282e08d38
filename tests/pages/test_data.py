"""Pictures: browse, open, bring one's own."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psutil
import pytest
from PIL import Image
from streamlit import config
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.reading import files
from tests.help.malice import GOOD, tar_of
from tests.help.photographs import photograph
from tests.pages.conftest import button, open_page, words


@pytest.fixture
def own_set(tmp_path: Path) -> Callable[[], str]:
    """A folder of two classes with a damaged picture in it, as a data set."""

    def made() -> str:
        for name, count in (("cats", 6), ("dogs", 4)):
            (tmp_path / "mine" / name).mkdir(parents=True)
            for place in range(count):
                image = np.full((40, 40, 3), 20 * place, np.uint8)
                Image.fromarray(image).save(tmp_path / "mine" / name / f"{place}.png")
        (tmp_path / "mine" / "cats" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nno more")
        return core.add_folder("mine", tmp_path / "mine")

    return made


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


def test_pictures_are_checked_when_asked_and_what_cannot_be_read_is_said_on_every_screen(
    own_set: Callable[[], str], make_run: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    name = own_set()
    started: list[Path] = []
    monkeypatch.setattr("ssl_core.jobs.start.start", started.append)
    monkeypatch.setattr("ssl_core.training.request.expect", lambda values: 41.0)
    app = open_page("data", dataset=name)
    assert "broken.png" not in words(app) and not started
    button(app, "Check all 11 pictures").click().run()
    assert len(started) == 1
    from ssl_core.jobs.worker import work

    work(started[0])
    app = open_page("data", dataset=name)
    assert "1 file could not be read and is left out" in [each.label for each in app.expander] and "broken.png" in words(app)
    assert not [each for each in app.button if each.label.startswith("Check all")]
    gone = {split: len(core.check(name).left_out[split]) for split in ("train", "test")}
    assert gone == {"train": 1, "test": 0}
    run = make_run(dataset=name, recipe={"image_size": 32})
    assert "(1 left out)" in words(open_page("train", dataset=name, new="1"))
    assert "1 file could not be read and is left out. The screen Pictures names them." in words(open_page("train", run=run))
    assert "on mine (1 left out)" in words(open_page("runs", run=run))


@pytest.fixture
def leaking_set(tmp_path: Path) -> str:
    """Pictures of which one for testing is a copy of one for training."""
    for part, seeds in (("train", (1, 2, 3)), ("test", (4, 5))):
        for kind in ("cats", "dogs"):
            (tmp_path / "leaking" / part / kind).mkdir(parents=True)
            for seed in seeds:
                photograph(seed + 10 * (kind == "dogs")).save(tmp_path / "leaking" / part / kind / f"{seed}.png")
    photograph(2).save(tmp_path / "leaking" / "test" / "cats" / "copy.jpg", quality=50)
    return core.add_folder("leaking", tmp_path / "leaking")


def test_a_look_names_the_test_pictures_that_are_in_training(leaking_set: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Path] = []
    monkeypatch.setattr("ssl_core.jobs.start.start", started.append)
    app = open_page("data", dataset=leaking_set)
    assert "near duplicate" not in words(app)
    button(app, "Look for duplicates").click().run()
    from ssl_core.jobs.worker import work

    work(started[0])
    app = open_page("data", dataset=leaking_set)
    assert not app.exception and "Of 5 test pictures 1 can be found in training: 1 as a near duplicate." in words(app)
    assert "Test pictures that are also in training: 1" in [each.label for each in app.expander]
    assert not [each for each in app.button if each.label == "Look for duplicates"]
    button(app, "Leave this 1 picture out of the test").click().run()
    assert not app.exception and len(core.open_set(leaking_set, "test")) == 4
    assert "1 test picture that can be found in training is left out of the test. 4 are left to measure with." in words(app)
    app.button(key="apart-undo").click().run()
    assert not app.exception and len(core.open_set(leaking_set, "test")) == 5 and button(app, "Leave this 1 picture")


def test_a_look_at_work_can_be_stopped_and_says_why_it_failed(leaking_set: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.jobs.start.start", lambda folder: None)
    folder = core.request_look(leaking_set)
    at_work = {"state": "running", "stage": "comparing pictures", "step": 4, "steps": 11}
    me = {"pid": os.getpid(), "born": psutil.Process().create_time()}
    core.write_json(folder / "status.json", at_work | me)
    app = open_page("data", dataset=leaking_set)
    assert "Comparing pictures: 4 of 11" in [each.proto.text for each in app.get("progress")]
    button(app, "Stop").click().run()
    assert (folder / "stop").exists()
    core.write_json(folder / "status.json", {"state": "failed", "reason": "The disk is full."})
    app = open_page("data", dataset=leaking_set)
    assert "The disk is full." in words(app) and button(app, "Look for duplicates")


def test_sets_that_come_along_are_not_looked_at() -> None:
    assert not [each for each in open_page("data", dataset="digits").button if each.label == "Look for duplicates"]


def test_a_check_at_work_shows_how_far_it_is_and_can_be_stopped(own_set: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    name = own_set()
    monkeypatch.setattr("ssl_core.jobs.start.start", lambda folder: None)
    folder = core.request_check(name)
    at_work = {"state": "running", "stage": "reading pictures", "step": 4, "steps": 11}
    me = {"pid": os.getpid(), "born": psutil.Process().create_time()}
    core.write_json(folder / "status.json", at_work | me)
    app = open_page("data", dataset=name)
    assert "Opening all pictures: 4 of 11" in [each.proto.text for each in app.get("progress")]
    button(app, "Stop").click().run()
    assert (folder / "stop").exists()
    core.write_json(folder / "status.json", {"state": "failed", "reason": "The disk is full."})
    app = open_page("data", dataset=name)
    assert "The disk is full." in words(app) and button(app, "Check all 11 pictures")


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


def bring() -> AppTest:
    """The form of the dialog: AppTest draws a dialog once only."""

    def page() -> None:
        from pages._kit.data import bring

        bring.form()

    return AppTest.from_function(page, default_timeout=180).run()


def flat(tmp_path: Path) -> Path:
    """A folder of four pictures without classes."""
    (tmp_path / "flat").mkdir()
    for place in range(4):
        Image.fromarray(np.full((20, 20, 3), 9 * place, np.uint8)).save(tmp_path / "flat" / f"{place}.png")
    return tmp_path / "flat"


def test_the_button_opens_the_form() -> None:
    app = open_page("data")
    app.button(key="own").click().run()
    assert "own-path" in [each.key for each in app.text_input]


def test_a_folder_becomes_a_set_by_its_path(tmp_path: Path) -> None:
    app = bring()
    app.text_input(key="own-path").set_value(str(flat(tmp_path))).run()
    app.button(key="own-go").click().run()
    assert "flat" in [row.name for row in core.list_sets()] and app.query_params["dataset"] == "flat"


def test_dropped_files_become_a_set(tmp_path: Path) -> None:
    app = bring()
    app.text_input(key="own-name").set_value("dropped").run()
    app.file_uploader(key="own-files").set_value([(path.name, path.read_bytes(), "image/png") for path in flat(tmp_path).iterdir()]).run()
    app.button(key="own-go").click().run()
    assert "dropped" in [row.name for row in core.list_sets()]


def test_a_dropped_folder_keeps_its_classes(tmp_path: Path) -> None:
    data = next(flat(tmp_path).iterdir()).read_bytes()
    app = bring()
    dropped = [(f"holiday/{place}/{k}.png", data, "image/png") for place in ("beach", "town") for k in range(3)]
    app.file_uploader(key="own-folder").set_value(dropped).run()
    app.button(key="own-go").click().run()
    assert core.class_counts("holiday", "train").keys() == {"beach", "town"}


def test_the_limit_of_an_upload_is_said() -> None:
    assert "Up to 300 MB in all; what is larger is read where it lies, by its path." in words(bring())


def test_more_than_the_limit_in_all_is_refused_and_given_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages._kit.data.bring.most", lambda: 1)
    app, half = bring(), bytes(600 * 1024)
    app.file_uploader(key="own-folder").set_value([(f"holiday/{k}.png", half, "image/png") for k in range(2)]).run()
    said = "Dropped files may have 1 MB in all. Got 2 MB in 2 files. Type the path of their folder instead."
    assert not app.exception and said in words(app) and app.button(key="own-go").disabled
    app.file_uploader(key="own-folder-1").set_value([("holiday/0.png", half, "image/png")]).run()
    assert said not in words(app) and not app.button(key="own-go").disabled


def test_a_file_of_a_folder_may_be_as_large_as_one_alone() -> None:
    app = bring()
    assert {app.file_uploader(key=key).proto.max_upload_size_mb for key in ("own-files", "own-folder")} == {300}


def test_a_refusal_is_forgotten_when_the_form_is_opened_anew() -> None:
    app = open_page("data")
    app.session_state["own-refused"] = "Dropped files may have 300 MB in all."
    button(app, "Use my own pictures").click().run()
    assert "Dropped files may have 300 MB in all." not in words(app) and not app.exception


def test_a_path_and_dropped_files_at_once_are_refused(tmp_path: Path) -> None:
    app = bring()
    app.text_input(key="own-path").set_value(str(tmp_path)).run()
    app.file_uploader(key="own-files").set_value([("a.png", b"", "image/png")]).run()
    app.button(key="own-go").click().run()
    assert "Either a path or dropped files become a data set, not both." in words(app)


def test_what_is_unpacked_is_named_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tar_of(tmp_path / "data" / "a_b_" / "train.tar.gz", GOOD)
    monkeypatch.setattr("ssl_core.reading.archives.unpacked.AT_ONCE", 10)
    assert button(open_page("data"), "Unpack a\\_b\\_, ")


def test_a_large_archive_is_unpacked_when_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tar_of(tmp_path / "data" / "pets" / "train.tar.gz", GOOD)
    monkeypatch.setattr("ssl_core.reading.archives.unpacked.AT_ONCE", 10)
    app = open_page("data")
    assert "pets" not in [row.name for row in core.list_sets() if row.ready]
    button(app, "Unpack pets").click().run()
    assert app.query_params["dataset"] == "pets" and "pets" in [row.name for row in core.list_sets() if row.ready]


def test_a_folder_that_is_not_there_is_said_in_a_sentence(tmp_path: Path) -> None:
    app = bring()
    app.text_input(key="own-path").set_value(str(tmp_path / "gone")).run()
    app.button(key="own-go").click().run()
    assert "gone" in words(app) and not app.exception and not app.query_params


def test_beyond_loopback_no_path_can_be_typed() -> None:
    before = config.get_option("server.address")
    config.set_option("server.address", "0.0.0.0")
    try:
        assert "own-path" not in [each.key for each in bring().text_input]
    finally:
        config.set_option("server.address", before)
