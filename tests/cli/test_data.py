"""The command data and its twins in Python: the account of a folder, another reading of it, and the way back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import ssl_core as core
from ssl_core.__main__ import main
from ssl_core.cli.data import flags_of
from ssl_core.system.roots import runs_root


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, Any, str]:
    """Exit status, the JSON of the last line, stderr."""
    capsys.readouterr()
    code = main([*argv, "--json"])
    out, err = capsys.readouterr()
    return code, json.loads(out.splitlines()[-1]) if out.strip() else None, err


@pytest.fixture
def mine(clean_folders: Path) -> Path:
    """Six pictures to learn from and four to test, of two classes, beside a text that is no picture."""
    folder = clean_folders / "mine"
    for i, place in enumerate(("train/cat",) * 3 + ("train/dog",) * 3 + ("holdout/cat",) * 2 + ("holdout/dog",) * 2):
        (folder / place).mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((16, 16, 3), 20 * i, np.uint8)).save(folder / place / f"{i}.png")
    (folder / "readme.pdf").write_text("no picture")
    return folder


def test_the_account_comes_before_any_picture_is_decoded(mine: Path, capsys: Any) -> None:
    code, answer, _ = said(capsys, "data", str(mine), "--account")
    assert code == 0 and not list((mine.parent / "cache").rglob("*.npy"))
    assert set(answer) == {"name", "note", "choice", "reading", "account", "words", "understood", "remarks"}
    assert answer["words"].startswith("6 pictures to learn from") and "4 to test" in answer["words"]
    assert sum(row["files"] for row in answer["account"]) == 11
    assert {"kind", "part", "reason", "files", "examples"} == set(answer["account"][0])
    code, whole, err = said(capsys, "data", str(mine), "--image-size", "8")
    assert code == 0 and answer["words"] in err and err.index(answer["words"]) < err.index("reading pictures")
    assert answer.items() <= whole.items() and whole["train"]["samples"] == 6 and whole["test"]["samples"] == 4
    assert whole["classes"] == ["cat", "dog"] and whole["table"] == []


def test_flags_choose_another_reading_that_is_kept_and_can_be_forgotten(mine: Path, capsys: Any) -> None:
    before = sorted(mine.rglob("*"))
    code, answer, err = said(capsys, "data", str(mine), "--account", "--train", "holdout", "--test", "train", "--merge", "dog=hound")
    assert code == 0 and "10 pictures change side or class" in err
    assert answer["choice"] == {"train": ["holdout"], "test": ["train"], "merged": {"dog": "hound"}}
    assert answer["words"].startswith("4 pictures to learn from") and "6 to test" in answer["words"]
    again = said(capsys, "data", str(mine), "--account")[1]
    assert again["choice"] == answer["choice"] and again["words"] == answer["words"]
    assert len(list((runs_root() / "sets" / ".readings").glob("mine-*.json"))) == 1 and sorted(mine.rglob("*")) == before
    code, answer, _ = said(capsys, "data", str(mine), "--account", "--forget")
    assert code == 0 and answer["choice"] == {} and answer["words"].startswith("6 pictures to learn from")
    assert said(capsys, "data", str(mine), "--account", "--undo")[1]["choice"] == again["choice"]
    assert said(capsys, "data", str(mine), "--account", "--undo")[1]["choice"] == again["choice"]  # one step


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["digits", "--train", "a"], "'digits' is built in: only folders and archives can be read in another way."),
        (["MINE", "--merge", "cat"], "'--merge' must be OLD=NEW, two names of classes. Got 'cat'."),
        (["MINE", "--first", "--classes", "none"], "'--first' must be the only flag on how"),
        (["MINE", "--undo", "--forget"], "'--undo' must be the only flag on how"),
        (["MINE", "--first", "--accept"], "Got --accept too: leave one out."),
        (["MINE", "--train", "nowhere"], "nowhere"),
    ],
)
def test_a_choice_that_cannot_be_kept_is_one_sentence(argv: list[str], sentence: str, mine: Path, capsys: Any) -> None:
    code, answer, err = said(capsys, "data", *(str(mine) if word == "MINE" else word for word in argv), "--account")
    assert code == 2 and answer is None and sentence in err and len(err.strip().splitlines()) == 1
    assert core.reading_of(str(mine)).choice == core.Choice()


def test_first_goes_back_and_accept_says_what_changes(mine: Path, capsys: Any) -> None:
    code, answer, _ = said(capsys, "data", str(mine), "--account", "--first")
    assert code == 0 and answer["reading"] == 1 and answer["words"].startswith("6 pictures to learn from")
    code, answer, err = said(capsys, "data", str(mine), "--account", "--accept")
    assert code == 0 and answer["reading"] == 2 and "change side or class" in err


def test_a_folder_that_fits_two_readings_is_said_in_one_line_by_other_commands(mine: Path, capsys: Any) -> None:
    (mine / "train" / "Cat").mkdir()
    (mine / "train" / "cat" / "0.png").rename(mine / "train" / "Cat" / "0.png")
    asks = [remark["words"] for remark in said(capsys, "data", str(mine), "--account")[1]["remarks"] if remark["asks"]]
    assert len(asks) == 1
    small = ("--train-images", "5", "--test-images", "4", "--image-size", "8", "--dataset", str(mine))
    err = said(capsys, "probe", "pixels", "--protocol", "knn", *small)[2]
    assert len([line for line in err.splitlines() if asks[0] in line]) == 1


def test_flags_of_another_reading_can_be_pasted_into_a_shell() -> None:
    other = {"train": ["a b", "it's"], "classes": "none", "apart": True, "merged": {"Cat": "cat"}}
    assert flags_of(other) == """ Otherwise: --train 'a b,it'"'"'s' --classes none --apart --merge Cat=cat"""
    assert flags_of({}) == ""


def test_python_says_and_chooses_the_same(mine: Path) -> None:
    name = core.add_folder("mine", mine)
    assert core.account(name).words.startswith("6 pictures to learn from")
    assert next(row["account"] for row in core.list_datasets() if row["name"] == name) == core.account(name).words
    changed = core.choose_reading(name, train=["holdout"], test=["train"])
    assert (changed.moved, changed.train, changed.test) == (10, 4, 6) and core.account(name).words.startswith("4 pictures to learn from")
    with pytest.raises(core.SettingsError, match="A choice of how a folder is read has .*train.* Got 'trian'"):
        core.choose_reading(name, trian=["holdout"])
    core.forget_reading(name)
    assert core.account(name).words.startswith("6 pictures to learn from")
    core.keep_first(name)
    assert core.reading_of(name).account is None and core.accept_reading(name).train == 6


def test_one_picture_gets_another_class_which_can_be_undone_and_no_file_is_touched(mine: Path, capsys: Any) -> None:
    before = {path: path.stat().st_mtime_ns for path in mine.rglob("*")}
    code, answer, _ = said(capsys, "data", str(mine), "--account", "--fix", "train/cat/0.png=dog", "--fix", "train/cat/1.png=")
    assert code == 0 and answer["choice"] == {"fixed": {"train/cat/0.png": "dog", "train/cat/1.png": ""}}
    train = core.open_set(str(mine), "train", 8)
    labels = {train.file(i): train.label(i) for i in range(6)}
    assert [labels[f"train/cat/{k}.png"] for k in range(3)] == [1, -1, 0] and train.info.classes == ("cat", "dog")
    assert {path: path.stat().st_mtime_ns for path in mine.rglob("*")} == before
    assert said(capsys, "data", str(mine), "--account", "--undo")[1]["choice"] == {}
    assert [core.open_set(str(mine), "train", 8).label(k) for k in range(3)] == [0, 0, 0]
    assert said(capsys, "data", str(mine), "--fix", "cat")[0] == 2
