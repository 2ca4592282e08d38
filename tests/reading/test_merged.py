"""Several tables beside the pictures of one set, as the first reading merges them: all that name pictures are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.reading.first import first_reading
from ssl_core.reading.index import Index
from ssl_core.reading.tables import beside, merged, table
from tests.help.folders import fill, plain
from tests.help.malice import archive

HALVED = [f"{half}/{k:04d}.jpg" for half in ("train", "test") for k in range(4)]
LABELLED = "image,label\n" + "".join(f"{k:04d},{'ab'[k % 2]}\n" for k in range(4))


def set_of(root: Path, tables: dict[str, str], pictures: list[str] = HALVED) -> Index:
    fill(root, pictures)
    for name, text in tables.items():
        (root / name).write_text(text)
    return first_reading(root)


def said(index: Index) -> dict[str, str]:
    return {name: index.classes[label] if label >= 0 else "" for name, label in index.labels.items()}


def test_a_table_without_labels_for_testing_takes_nothing_from_the_one_for_training(tmp_path: Path) -> None:
    index = set_of(tmp_path, {"train.csv": LABELLED, "test.csv": "image\n0000\n0001\n0002\n0003\n"})
    assert index.classes == ("a", "b") and index.remarks == []
    assert said(index) == {name: "ab"[int(name[-5]) % 2] if name.startswith("train") else "" for name in HALVED}
    assert index.note == "Classes come from 'train.csv and test.csv'. "


@pytest.mark.parametrize("kind", ["folder", "pets.zip", "pets.tar.gz"])
def test_a_table_in_each_half_is_read(tmp_path: Path, kind: str) -> None:
    tables = {
        f"pets/{half}/labels.csv": f"{LABELLED.replace('label', 'label,side')}".replace("a\n", f"a,{half}\n").replace("b\n", "b,both\n")
        for half in ("train", "test")
    }
    content = {**{f"pets/{name}": plain(k) for k, name in enumerate(HALVED)}, **{name: text.encode() for name, text in tables.items()}}
    if kind == "folder":
        index = set_of(tmp_path, {name.removeprefix("pets/"): text for name, text in tables.items()})
    else:
        index = first_reading(archive(tmp_path / kind, content))
    assert said(index) == {name: "ab"[int(name[-5]) % 2] for name in HALVED} and index.remarks == []
    assert index.table is not None and index.table.factors["test/0002.jpg"] == {"side": "test"}


def test_a_table_with_labels_comes_before_one_without(tmp_path: Path) -> None:
    boxes = "file,left\n" + "".join(f"{name},{k}\n" for k, name in enumerate(HALVED))
    labels = "file,label\n" + "".join(f"{name},{'ab'[k % 2]}\n" for k, name in enumerate(HALVED))
    index = set_of(tmp_path, {"boxes.csv": boxes, "labels.csv": labels})
    assert index.classes == ("a", "b")
    assert index.remarks == [("boxes.csv", "is left aside: one table is read, and that is 'labels.csv'")]


def test_of_a_picture_in_two_tables_the_first_counts_and_it_is_said(tmp_path: Path) -> None:
    pictures = [f"{k}.png" for k in range(5)]
    tables = {"a.csv": "file,label,age\n0.png,x,1\n1.png,y,2\n", "b.csv": "file,label,age\n1.png,x,old\n2.png,x,old\n"}
    index = set_of(tmp_path, {**tables, "c.csv": "file,label\n1.png,y\n2.png,y\n"}, pictures)
    assert said(index) == {"0.png": "x", "1.png": "y", "2.png": "x", "3.png": "", "4.png": ""}
    assert index.table is not None and index.table.columns == {"age": False}
    assert index.remarks == [
        ("b.csv", "has 1 row about pictures that 'a.csv' tells of, and the first counts: 1.png"),
        ("a.csv", "has no row for 2 pictures, nor has 'b.csv': 3.png, 4.png"),
        ("c.csv", "is left aside: its pictures have rows in 'a.csv and b.csv'"),
    ]


def test_up_to_so_many_tables_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(beside, "MOST", 2)
    index = set_of(tmp_path, {f"{k}.csv": f"file,label\n{k}.png,{'ab'[k % 2]}\n" for k in range(3)}, [f"{k}.png" for k in range(3)])
    assert index.classes == ("a", "b") and index.remarks[-1] == ("2.csv", "is left aside: up to 2 tables are read")


def test_labels_of_several_tables_that_are_too_many_for_classes_are_a_column(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (table, merged):
        monkeypatch.setattr(module, "MOST_CLASSES", 3)
    tables = {f"{k}.csv": f"file,label\n{k}.png,a{k}\n{k + 1}.png,b{k}\n" for k in (0, 2)}
    index = set_of(tmp_path, tables, [f"{k}.png" for k in range(4)])
    assert index.classes == () and index.table is not None and index.table.factors["3.png"] == {"label": "b2"}
    assert index.remarks == [("0.csv and 2.csv", "has 4 different labels; up to 3 are classes, so they colour the map")]


def test_a_change_of_any_table_is_another_set(tmp_path: Path) -> None:
    before = set_of(tmp_path, {"train.csv": LABELLED, "test.csv": "image,age\n0000,1\n"}).digests["test"]
    assert set_of(tmp_path, {"test.csv": "image,age\n0000,2\n"}).digests["test"] != before
