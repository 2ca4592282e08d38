"""Labels as they come and go: a CSV file, a browser's request."""

import pytest

from ssl_core.labels.exchange import FAULTS_SHOWN, csv_in, csv_out, read_actions
from ssl_core.labels.label_rows import MOST_ROWS
from ssl_core.labels.log import Action
from ssl_core.settings import SettingsError
from tests.help.labelling import click


def test_csv_out_and_in_is_the_same_set(store):
    store.act([click("train-9", "bird"), click("test-1", 'sea "lion", old')])
    taken = csv_in(store, "copy", csv_out(store, "scenes"))
    assert (taken.added, taken.changed, taken.same, taken.faults) == (2, 0, 0, [])
    assert list(store.labels("copy").items()) == list(store.labels("scenes").items())


def test_csv_in_names_what_it_left_out(store):
    store.act([click("train-1", "bird"), click("train-2", "bird")])
    rows = ["\ufeffclass,note,id", "bird,,train-1", "cup,,train-2", "cup,,train-3", "cup,,test-30", "cow,,train-5", "cup,,train-3"]
    text = "\r\n".join([*rows, ",,train-6", "cup,,../x", "", "cup,,train-70", ""])
    taken = csv_in(store, "scenes", text, classes=("bird", "cup"), sizes={"train": 50, "test": 30})
    assert (taken.added, taken.changed, taken.same) == (1, 1, 1)
    assert [fault.split(":")[0] for fault in taken.faults] == [f"Line {n}" for n in (5, 6, 7, 8, 9, 11)]
    assert store.undo("scenes").undone == "2 labels"
    assert store.labels("scenes") == {"train-1": "bird", "train-2": "bird"}


def test_a_thousand_faults_are_counted_not_listed(store):
    faults = csv_in(store, "scenes", "id,class\n" + "x,bird\n" * 1000).faults
    assert len(faults) == 21 and faults[-1] == "And 980 more."


def test_a_file_without_the_columns_is_refused(store):
    with pytest.raises(SettingsError, match="'id' and 'class'"):
        csv_in(store, "scenes", "name;label\n1;2\n")


OWN = "id;class\r\ntrain-1;bird\r\ntrain-2;cup\r\n"


@pytest.mark.parametrize(
    ("data", "called"),
    [
        (OWN.encode(), "labels.csv"),
        (OWN.replace(";", "\t").encode("utf-16"), "labels.csv"),
        (OWN.replace(";", "\t").encode("utf-16"), "labels.txt"),
        (OWN.replace(";", ",").encode("utf-8-sig"), "labels.csv"),
        (("sep=;\r\n" + OWN).encode("latin-1"), "labels.csv"),
        (OWN.replace(";", ",").replace("class", "label"), "labels.csv"),
        (b'[{"id": "train-1", "class": "bird"}, {"id": "train-2", "class": "cup"}]', "labels.json"),
        (b'{"id": "train-1", "label": "bird"}\n{"id": "train-2", "label": "cup"}\n', "labels.jsonl"),
    ],
)
def test_a_file_of_labels_is_read_as_spreadsheets_and_tools_save_it(store, data, called):
    taken = csv_in(store, "scenes", data, ("bird", "cup"), {"train": 5, "test": 5}, called)
    assert taken.added == 2 and taken.faults == [] and store.labels("scenes") == {"train-1": "bird", "train-2": "cup"}


def test_letters_beyond_ascii_survive_in_latin_1(store):
    assert csv_in(store, "scenes", "id;class\ntrain-1;Kätzchen\n".encode("latin-1")).added == 1
    assert store.labels("scenes") == {"train-1": "Kätzchen"}


def studio(picture, choice):
    return f'{{"image": "/data/upload/1/0a1b2c3d-{picture}", "choice": "{choice}", "id": 4}}'


@pytest.mark.parametrize(
    ("data", "called"),
    [
        ("file,label\ncats/0.png,bird\ndogs/1.png,cup\n", "labels.csv"),
        ("image;label\n/home/me/cats/0.png;bird\n/home/me/dogs/1.png;cup\n", "labels.csv"),
        (f"[{studio('0.png', 'bird')}, {studio('1.png', 'cup')}]", "project-1.json"),
        ("annotation_id,choice,id,image\n1,bird,7,/data/upload/1/0a1b2c3d-0.png\n2,cup,8,/data/upload/1/0a1b2c3d-1.png\n", "project.csv"),
        ("filename, bird, cup\n0.png, 1, 0\n1.png, 0, 1\n", "_classes.csv"),
        ("what,target\n0.png,bird\n1.png,cup\n", "table.csv"),
    ],
)
def test_files_are_found_by_their_names_in_tables_of_other_tools(store, monkeypatch, data, called):
    monkeypatch.setattr(type(store), "files", lambda self, name: {"train-0": "cats/0.png", "test-1": "dogs/1.png"})
    taken = csv_in(store, "own", data.encode(), ("bird", "cup"), {"train": 5, "test": 5}, called)
    assert taken.added == 2 and store.labels("own") == {"train-0": "bird", "test-1": "cup"}


@pytest.mark.parametrize(
    ("data", "called", "words"),
    [
        (b"name;label\n1;2\n", "labels.csv", "Got 'name,label'"),
        (b"", "labels.csv", "it holds nothing"),
        (b'{"images": [], "annotations": [], "categories": []}', "coco.json", "holds objects on pictures"),
        (b"[1, 2", "labels.json", "can't be read as JSON"),
        (b"file\na.png\n", "labels.csv", "'file' and 'label'"),
    ],
)
def test_what_is_no_table_of_labels_is_refused_in_words(store, data, called, words):
    with pytest.raises(SettingsError, match=words):
        csv_in(store, "scenes", data, called=called)


GOOD = {"set": "scenes", "id": "train-1", "class": "bird", "action": "12345678-1234-4234-8234-123456789abc"}


def test_a_request_reads_as_actions():
    undo = {"set": "scenes", "action": GOOD["action"], "undo": True}
    assert read_actions([{**GOOD, "file": "a.png", "mark": "852 17"}])[0][-2:] == ("a.png", "852 17")
    assert read_actions([GOOD, undo]) == [
        Action("scenes", "train-1", "bird", GOOD["action"]),
        Action("scenes", None, None, GOOD["action"], undo=True),
    ]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({}, "list of 1 to 200"),
        ([], "list of 1 to 200"),
        ([GOOD] * 201, "Got 201"),
        ([GOOD, 3], "Action 2"),
        ([{**GOOD, "colour": 1}], "Action 1 must be an object"),
        ([{**GOOD, "id": "../../etc"}], "'id' of action 1"),
        ([{**GOOD, "id": None}], "'id' of action 1"),
        ([{**GOOD, "class": 3}], "class name"),
        ([{key: GOOD[key] for key in ("set", "id", "action")}], "needs a 'class'"),
        ([{**GOOD, "set": "a\nb"}], "'set' of action 1"),
        ([{**GOOD, "undo": 1}], "'undo' of action 1"),
        ([{**GOOD, "action": "7"}], "UUID"),
        ([{**GOOD, "action": 7}], "UUID"),
        ([{**GOOD, "file": 7}], "'file' of action 1"),
        ([{**GOOD, "mark": "7" * 101}], "'mark' of action 1"),
    ],
)
def test_a_malformed_request_is_refused_by_name(value, words):
    with pytest.raises(SettingsError, match=words):
        read_actions(value)


def test_a_hundred_thousand_rows_are_taken_at_once_and_one_more_is_refused(store):
    rows = [f"train-{i},{'cat' if i % 2 else 'dog'}" for i in range(MOST_ROWS - 1)]
    taken = csv_in(store, "own", "\n".join(["id,class", *rows, "train-7,cat"]), ["cat", "dog"])
    assert (taken.added, taken.faults) == (MOST_ROWS - 1, [f"Line {MOST_ROWS + 1}: train-7 is there twice."])
    taken = csv_in(store, "own", "\n".join(["id,class", *rows]), ["cat", "bird"])
    assert taken.same == len(rows) // 2 and len(taken.faults) == FAULTS_SHOWN + 1
    assert (
        taken.faults[0] == "Line 2: there is no class 'dog'." and taken.faults[-1] == f"And {len(rows) - taken.same - FAULTS_SHOWN} more."
    )
    with pytest.raises(SettingsError, match=f"may have {MOST_ROWS} rows at most. Split it."):
        csv_in(store, "other", "\n".join(["id,class", *rows, "train-7,cat", "train-8,cat"]))
    assert store.labels("other") == {} and store.undo("own").undone == f"{len(rows)} labels" and store.count("own") == 0
