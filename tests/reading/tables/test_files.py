"""Which kinds of files about pictures are read, and what is wrong with one."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssl_core.reading.tables.beside import Candidate
from ssl_core.reading.tables.formats import READ
from ssl_core.reading.tables.told import told
from tests.help.animals import ANIMALS, EVEN, ROWS
from tests.help.telling import PICTURES, by_class, sentence, table, tell

CSV = table("file,label", PICTURES, ANIMALS)
OBJECTS = [{"file_name": picture, "label": animal} for picture, animal in ROWS]


def studio(picture: str, animal: str) -> dict[str, object]:
    return {
        "id": 7,
        "data": {"image": f"/data/upload/1/0a1b2c3d-{picture}"},
        "annotations": [{"result": [{"value": {"choices": [animal]}, "type": "choices"}]}],
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("labels.csv", CSV),
        ("labels.csv", CSV.replace(",", ";")),
        ("labels.csv", CSV.replace(",", "\t")),
        ("labels.csv", CSV.replace(",", "|")),
        ("labels.csv", CSV.replace(",", ", ")),
        ("labels.tsv", CSV.replace(",", "\t")),
        ("labels.csv", CSV.encode("utf-16")),
        ("labels.csv", CSV.replace(",", "\t").encode("utf-16-le")),
        ("labels.csv", CSV.encode("utf-16-be")),
        ("labels.csv", CSV.encode("utf-8-sig")),
        ("labels.csv", "sep=;\r\n" + CSV.replace(",", ";").replace("\n", "\r\n")),
        ("labels.csv", CSV.partition("\n")[2]),  # no first line
        ("labels.txt", CSV.partition("\n")[2].replace(",", " ")),
        ("labels.txt", CSV.partition("\n")[2].replace(",", "\t")),
        ("labels.txt", CSV.partition("\n")[2]),
        ("labels.txt", CSV.replace(",", " ")),
        ("labels.txt", "# two animals\n" + CSV.replace(",", "   ")),
        ("labels.txt", CSV.partition("\n")[2].replace(".png,", " ")),  # names without endings
        ("metadata.jsonl", "\n".join(map(json.dumps, OBJECTS))),
        ("labels.json", json.dumps(OBJECTS)),
        ("labels.json", json.dumps(dict(ROWS))),
        ("labels.json", json.dumps({"labels": dict(ROWS)})),
        ("dataset.json", json.dumps({"labels": ROWS})),
        ("labels.json", json.dumps({"file": PICTURES, "label": ANIMALS})),
        ("labels.json", json.dumps({"file": dict(enumerate(PICTURES)), "label": dict(enumerate(ANIMALS))})),
        ("labels.json", json.dumps({animal: [p for p, each in ROWS if each == animal] for animal in ("cat", "dog")})),
        ("labels.json", json.dumps({picture: {"label": animal, "age": 3} for picture, animal in ROWS})),
        ("project.json", json.dumps([studio(*row) for row in ROWS])),
        ("project-min.json", json.dumps([{"image": f"/data/upload/1/0a1b2c3d-{p}", "choice": animal} for p, animal in ROWS])),
    ],
)
def test_each_kind_of_file_names_the_same_classes(name: str, text: str | bytes) -> None:
    assert by_class(tell({name: text})) == EVEN and name.endswith(READ)


def test_latin_letters_are_read_and_two_ways_of_writing_an_accent_are_one() -> None:
    assert by_class(tell({"a.csv": table("file,label", PICTURES, ["Kätzchen", "Hund"] * 4).encode("latin-1")})) == {
        "Kätzchen": "000 002 004 006",
        "Hund": "001 003 005 007",
    }
    assert by_class(tell({"a.csv": table("file,label", PICTURES, ["Ka\u0308tzchen", "K\u00e4tzchen ", "Hund", "Hund"] * 2)})) == {
        "Kätzchen": "000 001 004 005",
        "Hund": "002 003 006 007",
    }


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (
            "file,label\n000.png,Felis catus, wild\n001.png,dog\n002.png,dog\n003.png,cat\n",
            "`a.csv` names classes in its column `label`: 3 rows about 3 pictures. "
            "It has 1 row with more cells than its first line, which are left out: line 2.",
        ),
        (
            "file,label,age\n" + "".join(f"{p},Felis catus, wild,3\n" for p in PICTURES),
            "`a.csv` has 8 rows with more cells than its first line, which are left out: lines 2, 3, 4, 5, 6 and 3 more. "
            "A comma inside a cell needs quotation marks around the cell. It is not used.",
        ),
        ("a,b\n1,2\n", "`a.csv` is not used: no column names pictures (its columns: a, b)."),
        ("", "`a.csv` holds nothing. It is not used."),
        ('file,label\n"000.png,cat\n', "`a.csv` is not used: no column names pictures (its columns: file, label)."),
        ("file,note\n000.png,\n", "`a.csv` is not used: no column names classes (its columns: file, note)."),
    ],
)
def test_what_is_wrong_with_a_table_is_said(text: str, role: str) -> None:
    assert sentence(tell({"a.csv": text}), "a.csv") == role


@pytest.mark.parametrize(
    "text",
    [
        '"file","label"\n' + "".join(f'"{8 - k}","{p}","{a}"\n' for k, (p, a) in enumerate(ROWS)),
        '"label"\n' + "".join(f'"{p}","{a}"\n' for p, a in ROWS),
        "label file\n".replace(" ", ",") + "".join(f"{k + 1},{a},{p}\n" for k, (p, a) in enumerate(ROWS)),
    ],
)
def test_row_names_as_r_writes_them_shift_the_first_line(text: str) -> None:
    found = tell({"a.csv": text})
    assert by_class(found) == EVEN and "row names before its first column" in sentence(found, "a.csv")


def test_a_spreadsheet_is_read_where_openpyxl_is_installed_else_named(tmp_path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [("file", "label"), *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert by_class(tell({"a.xlsx": (tmp_path / "a.xlsx").read_bytes()})) == EVEN


def test_a_spreadsheet_without_openpyxl_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert sentence(tell({"a.xlsx": b"PK"}), "a.xlsx") == (
        "`a.xlsx` is a spreadsheet, which isn't read without openpyxl. "
        "Save it as CSV, or install openpyxl (pip install 'selfsight[spreadsheets]'). It is not used."
    )


SCRAPS = st.one_of(
    st.binary(max_size=60),
    st.lists(
        st.sampled_from(
            ["file", "label", ",", ";", "\t", "\n", "000.png", "001.png", "-1", "0", '"', "{", "}", "[", "]", ":", " ", "split"]
        ),
        max_size=40,
    ).map(lambda parts: "".join(parts).encode()),
    st.recursive(
        st.none() | st.integers(-2, 2) | st.sampled_from(["file", "000.png", "cat", ""]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["file", "images", "annotations", "shapes", "001.png"]), inner, max_size=3)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
)


@given(data=SCRAPS, name=st.sampled_from([f"a{ending}" for ending in READ] + ["000.txt", "000.json", "000.xml"]))
@settings(max_examples=300, deadline=None)
def test_whatever_a_file_holds_it_is_read_or_named(data: bytes, name: str) -> None:
    found = tell({name: data})
    assert set(found.uses) == {name} and set(found.labels) <= set(PICTURES)


@pytest.mark.parametrize(("name", "remedy"), [("a.csv", "split it"), ("coco.json", "save the names and classes of its pictures as CSV")])
def test_a_file_that_is_too_large_is_named_with_the_remedy_and_takes_no_room_from_others(name: str, remedy: str) -> None:
    large = Candidate(name, 300 * 2**20, bytes)  # more than all tables of a set together may have
    found = told([large, Candidate("labels.csv", len(CSV), CSV.encode)], PICTURES)
    assert sentence(found, name) == f"`{name}` is larger than 64 MB, the most that is read of a table: {remedy}. It is not used."
    assert by_class(found) == EVEN


def test_faults_of_rows_say_their_lines_and_faults_of_files_what_of_them_does_not_count() -> None:
    rows = "x.png,cat\n000.png,cat\n000.png,cat\n001.png,cat,dog\n"
    found = tell({"a.csv": "file,label\n" + rows + table("", PICTURES[2:], ANIMALS[2:]).lstrip("\n"), "b.csv": "word,sense\nx,y\nz,y\n"})
    faults = [(fault.what, fault.table, fault.weight, fault.rows) for use in found.uses.values() for fault in use.faults]
    assert faults == [
        ("no pictures", "b.csv", "file", ()),
        ("long rows", "a.csv", "part", (5,)),
        ("absent", "a.csv", "part", (2,)),
        ("again", "a.csv", "part", (4,)),
    ]
