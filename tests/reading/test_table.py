"""Tables beside pictures: which is read, how it is taken apart, which row is about which picture."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.tables import cells, table
from ssl_core.reading.tables.table import PictureTable, beside

PICTURES = ("cat/1.png", "cat/2.png", "dog/1.png", "dog/3.JPG")


def read(text: str | bytes, pictures: tuple[str, ...] = PICTURES) -> PictureTable:
    return table.read("about.csv", text.encode() if isinstance(text, str) else text, pictures)


# text to rows


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_columns_are_separated_by_commas_semicolons_or_tabs(mark: str) -> None:
    found = read(f"file{mark}label\ncat/1.png{mark}tabby\n")
    assert found.labels == {"cat/1.png": "tabby"}


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16"])
def test_letters_beyond_ascii_survive(code: str) -> None:
    assert read("file,label\ncat/1.png,Kätzchen\n".encode(code)).labels == {"cat/1.png": "Kätzchen"}


@pytest.mark.parametrize("name", ["file", "Filename", "file_name", "IMAGE", "path", " File Name "])
def test_one_column_names_the_file(name: str) -> None:
    assert read(f"n,{name},class\n1,cat/1.png,x\n").labels == {"cat/1.png": "x"}


def test_quoted_cells_may_hold_marks_and_lines() -> None:
    assert read('file,caption\ncat/1.png,"a cat, asleep\non a sofa"\n').captions == {"cat/1.png": "a cat, asleep on a sofa"}


def test_a_spreadsheets_first_line_and_empty_lines_are_passed_over() -> None:
    assert read("sep=;\r\nfile;label\r\n\r\ncat/1.png;x\r\n;;\r\n").labels == {"cat/1.png": "x"}


# rows to pictures


@pytest.mark.parametrize(
    ("text", "picture"),
    [
        ("cat/2.png", "cat/2.png"),
        ("2.png", "cat/2.png"),
        ("2", "cat/2.png"),
        ("./cat/2.png", "cat/2.png"),
        ("data\\pets\\cat\\2.png", "cat/2.png"),
        ("/home/me/pets/cat/2.png", "cat/2.png"),
        ("3.jpg", "dog/3.JPG"),
        ("DOG/3", "dog/3.JPG"),
    ],
)
def test_a_picture_is_found_by_the_ways_people_write_its_name(text: str, picture: str) -> None:
    assert read(f"file,label\n{text},x\n").labels == {picture: "x"}


@pytest.mark.parametrize("text", ["fox/1.png", "9.png", "at/1.png", "cat", "..", "", "cat/1.png/2.png"])
def test_a_name_of_nothing_is_told(text: str) -> None:
    found = read(f"file,label\n{text},x\n2.png,y\n")
    assert found.labels == {"cat/2.png": "y"}
    assert (found.name, f"has 1 row whose picture isn't there: {text or '(no name)'}") in found.faults


@pytest.mark.parametrize("row", ["data/{}/image.png", "{}/image", "IMAGE.png", "\\pets\\{}\\image.PNG"])
def test_thousands_of_pictures_of_one_name_are_soon_told_apart(row: str) -> None:
    pictures = tuple(f"p{k:05d}/image.png" for k in range(6_000))
    begun = time.process_time()
    found = read("file,label,split\n" + "".join(f"{row.format(f'p{k:05d}')},{k % 2},train\n" for k in range(6_000)), pictures)
    assert time.process_time() - begun < 3  # compared one by one: half a minute
    assert found.labels == ({} if row == "IMAGE.png" else {f"p{k:05d}/image.png": str(k % 2) for k in range(6_000)})


def test_the_longest_name_that_a_path_ends_with_is_meant() -> None:
    assert read("file,label\ndata/cat/1.png,x\n", ("1.png", "cat/1.png", "dog/1.png")).labels == {"cat/1.png": "x"}


names = st.lists(st.sampled_from("ab"), min_size=1, max_size=4).map("/".join)


@settings(max_examples=200, deadline=None)
@given(st.sets(names.map(lambda name: name + ".png"), min_size=1, max_size=6), names, st.booleans())
def test_a_row_means_what_comparing_one_by_one_says(pictures: set[str], path: str, ending: bool) -> None:
    text = path + ".png" * ending
    of = {picture: picture if ending else picture.removesuffix(".png") for picture in pictures}
    longer = {picture for picture, name in of.items() if f"/{name}".endswith(f"/{text}")}
    shorter = [picture for picture, name in of.items() if f"/{text}".endswith(f"/{name}")]
    meant = [text] if text in pictures else longer or {max(shorter, key=len)} if longer or shorter else set()
    assert set(table.Names(tuple(pictures)).of(text)) == set(meant)


def test_rows_that_come_twice_count_once_and_are_told() -> None:
    found = read("file,label\n2.png,first\ncat/2.png,second\n")
    assert found.labels == {"cat/2.png": "first"}
    assert ("about.csv", "has 1 row about a picture that had one already, and the first counts: cat/2.png") in found.faults


def test_a_name_of_two_pictures_counts_for_neither() -> None:
    found = read("file,label\n1.png,x\n")
    assert found.labels == {}
    assert found.faults[0][1] == "has 1 row that may mean more than one picture, so they don't count (write the folders too): 1.png"


def test_the_same_name_in_both_halves_is_told_apart_by_the_split() -> None:
    pictures = ("train/1.png", "test/1.png", "train/2.png")
    found = read("file,label,split\n1.png,a,test\n1.png,b,train\n2.png,c,train\n", pictures)
    assert found.labels == {"test/1.png": "a", "train/1.png": "b", "train/2.png": "c"} and found.faults == []


@pytest.mark.parametrize(("name", "half"), [("test.csv", "test"), ("train/labels.csv", "train"), ("pets/Val/labels.tsv", "test")])
def test_the_same_name_in_both_halves_is_told_apart_by_the_tables_own_name(name: str, half: str) -> None:
    found = table.read(name, b"file,label\n1,x\n", ("train/a/1.png", "test/a/1.png"))
    assert found.labels == {f"{half}/a/1.png": "x"} and found.faults == []


def test_nothing_in_a_table_reaches_a_terminal_as_a_command() -> None:
    found = read("file,label\n\x1b[2Jgone.png,a\ncat/1.png,\x1b[31mred\x07\n")
    assert "\x1b" not in repr(found.faults) and found.labels == {"cat/1.png": "[31mred"}


def test_pictures_without_a_row_are_counted_and_some_are_named() -> None:
    pictures = tuple(f"{k:03d}.png" for k in range(100))
    found = read("file,label\n000.png,x\n", pictures)
    ((name, words),) = table.nameless(found.name, found.factors, pictures)
    assert words.startswith("has no row for 99 pictures: 001.png, 002.png") and words.endswith("005.png and 94 more")


# cells


def test_other_columns_are_factors_numbers_where_all_are() -> None:
    found = read("file,age,colour,empty,age\ncat/1.png,3,red,,a\ncat/2.png,4.5,,,b\ndog/1.png,nan,blue,,c\n")
    assert found.columns == {"age": True, "colour": False, "age (2)": False}
    assert found.factors["cat/1.png"] == {"age": 3, "colour": "red", "age (2)": "a"}
    assert found.factors["cat/2.png"] == {"age": 4.5, "age (2)": "b"} and "age" not in found.factors["dog/1.png"]


def test_an_empty_column_is_told() -> None:
    assert ("about.csv", "has a column 'site' with nothing in it") in read("file,site,\ncat/1.png,,\n").faults
    assert len(read("file,site,\ncat/1.png,,\n").faults) == 1


def test_a_column_titled_class_is_told_apart_from_the_sets_own_class() -> None:
    found = read("file,label,class,Class (column)\ncat/1.png,tabby,soft,1\n")
    assert found.factors["cat/1.png"] == {"class (column)": "soft", "Class (column)": 1} and found.labels == {"cat/1.png": "tabby"}


def test_a_comma_in_a_number_is_one_where_semicolons_separate() -> None:
    assert read("file;size\ncat/1.png;3,5\n").factors["cat/1.png"] == {"size": 3.5}


def test_a_split_column_says_the_half() -> None:
    found = read("file,split\ncat/1.png,Train\ncat/2.png,val\ndog/1.png,?\n")
    assert found.halves == {"cat/1.png": "train", "cat/2.png": "test"} and found.labels is None


def test_too_many_labels_are_no_classes_but_a_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_CLASSES", 2)
    found = read("file,label\ncat/1.png,a\ncat/2.png,b\ndog/1.png,c\n")
    assert found.labels is None and found.factors["dog/1.png"] == {"label": "c"}
    assert found.faults[-1][1] == "has 3 different labels; up to 2 are classes, so they colour the map"


# what is refused


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "says nothing about pictures"),
        ("id,class\ntrain-1,cat\n", "says nothing about pictures: its first line has no column file, filename, image or path"),
        ("file," + ",".join(f"c{k}" for k in range(1000)) + "\n", "has 1,001 columns; up to 1,000 are read"),
        ('file,label\n"' + "x" * 140_000, "can't be read as a table"),
    ],
)
def test_what_is_no_table_of_pictures_says_why(text: str, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason):
        read(text)


def test_a_huge_table_is_refused_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_BYTES", 5)
    with pytest.raises(Unreadable, match="is larger than"):
        read("file,label\n")


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MOST_CELLS", 9)
    with pytest.raises(Unreadable, match="has 5 lines of 2 columns; up to 9 cells are read"):
        read("file,label\n" + "2.png,x\n" * 4)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"file,label\n", b"\xff\xfe", b'file;"a"\n', b"path\tsplit\tage\n"]))
def test_any_bytes_are_a_table_or_unreadable(tail: bytes, head: bytes) -> None:
    try:
        found = read(head + tail)
    except Unreadable as error:
        assert str(error)
    else:
        assert set(found.factors) <= set(PICTURES)


# which one


@pytest.mark.parametrize(
    ("tables", "pictures", "kept"),
    [
        (["a.csv"], ["1.png"], ["a.csv"]),
        (["pets/a.csv", "a.csv", "pets/cat/b.csv", "other/c.csv"], ["pets/cat/1.png", "pets/dog/1.png"], ["a.csv", "pets/a.csv"]),
        (["pets/cat/b.csv"], ["pets/cat/1.png", "pets/1.png"], []),
        (["a.csv"], [], ["a.csv"]),
    ],
)
def test_a_table_in_the_root_is_meant(tables: list[str], pictures: list[str], kept: list[str]) -> None:
    assert beside(tables, pictures) == kept
