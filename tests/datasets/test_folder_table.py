"""A table beside the pictures of a folder or archive: what it says counts more than what folders say."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

import pytest
import torch

from ssl_core.backbones.base import Build
from ssl_core.datasets._drawing.caption import WORDS
from ssl_core.datasets.folder import Folder
from ssl_core.functional.words import word_ids
from ssl_core.library import browse, sets
from ssl_core.library.arrays import decode
from ssl_core.parts.catalogues import TASKS
from ssl_core.parts.fit import build_backbone
from ssl_core.reading import files
from ssl_core.reading.first import first_reading
from ssl_core.reading.tables import table
from ssl_core.types import Samples
from tests.help.folders import fill, names, opened, plain

FLAT = [f"{k:02d}.png" for k in range(10)]
ROW = "{name},{kind},{half},A {kind}; asleep.,{k},{coat}"
ROWS = [
    ROW.format(name=name, kind="cat" if k % 2 else "dog", half="test" if k > 6 else "train", k=k, coat="red" if k < 5 else "")
    for k, name in enumerate(FLAT)
]
SAYS = "\n".join(["file,label,split,caption,age,coat", *ROWS, ""])


def noted(root: Path, text: str, pictures: list[str] = FLAT, name: str = "about.csv") -> Path:
    fill(root, pictures)
    (root / name).parent.mkdir(parents=True, exist_ok=True)
    (root / name).write_text(text)
    files.forget()
    return root


def both(root: Path) -> dict[str, int]:
    """Each picture's label, whichever half it is in."""
    return {data.file(i): data.label(i) for data in (opened(root), opened(root, "test")) for i in range(len(data))}


def test_a_table_gives_classes_halves_captions_and_factors(tmp_path: Path) -> None:
    train, test = opened(noted(tmp_path, SAYS)), opened(tmp_path, "test")
    assert train.info.classes == ("cat", "dog") and names(test) == FLAT[7:] and names(train) == FLAT[:7]
    assert [train.label(i) for i in range(3)] == [1, 0, 1]
    assert train.caption(1) == "A cat; asleep." and train.factors(1) == {"age": 1, "coat": "red"}
    assert train.info.words == test.info.words == ("a", "asleep", "dog", "cat")
    assert train.remarks() == [("about.csv", "says nothing of a test picture in its column 'coat', so no map is coloured by it")]


def test_the_table_counts_more_than_folders(tmp_path: Path) -> None:
    noted(tmp_path, "image;class\nx/1.png;good\ny/2.png;bad\nx/3.png;bad\n", ["x/1.png", "y/2.png", "x/3.png", "y/4.png"])
    assert opened(tmp_path).info.classes == ("bad", "good")
    assert both(tmp_path) == {"x/1.png": 1, "y/2.png": 0, "x/3.png": 0, "y/4.png": -1}
    assert first_reading(tmp_path).remarks == [("about.csv", "has no row for 1 picture: y/4.png")]


def test_without_a_label_column_folders_stay_classes(tmp_path: Path) -> None:
    noted(tmp_path, "file,age\nx/1.png,3\n", ["x/1.png", "y/2.png", "x/3.png"])
    assert opened(tmp_path).info.classes == ("x", "y") and both(tmp_path)["y/2.png"] == 1


@pytest.mark.parametrize("rows", ["x/1.png,\ny/2.png,\n", "x/1.png,x\nx/3.png,x\n"])
def test_a_table_that_names_no_two_classes_leaves_those_of_the_folders(tmp_path: Path, rows: str) -> None:
    noted(tmp_path, f"file,label\n{rows}", ["x/1.png", "y/2.png", "x/3.png"])
    assert opened(tmp_path).info.classes == ("x", "y") and both(tmp_path) == {"x/1.png": 0, "y/2.png": 1, "x/3.png": 0}
    assert opened(tmp_path).remarks()[-1] == ("about.csv", "names fewer than two classes, so they stay those of the folders")
    assert "Classes come from" not in files.index(tmp_path).note


def test_a_table_about_other_pictures_is_left_aside_and_the_next_one_read(tmp_path: Path) -> None:
    noted(tmp_path, "file,label\ntable.png,oak\nchair.png,pine\n", ["x/1.png", "y/2.png", "x/3.png"])
    assert opened(tmp_path).info.classes == ("x", "y")
    assert first_reading(tmp_path).remarks == [
        ("about.csv", "has 2 rows whose picture isn't there: table.png, chair.png"),
        ("about.csv", "is about none of these pictures; it is left aside"),
    ]
    noted(tmp_path, "file,label\n1.png,a\n2.png,b\n", [], "pets.csv")
    assert opened(tmp_path).info.classes == ("a", "b") and opened(tmp_path).remarks()[-1][0] == "about.csv"


def test_digits_as_labels_come_in_their_order(tmp_path: Path) -> None:
    noted(tmp_path, "file,label\n" + "".join(f"{name},{12 - k}\n" for k, name in enumerate(FLAT)))
    assert opened(tmp_path).info.classes == tuple(str(k) for k in range(3, 13))


def test_a_table_beside_named_halves_is_read(tmp_path: Path) -> None:
    noted(tmp_path, "path,label\ntrain/1.png,a\n2.png,b\ntest/3.png,b\n", ["train/1.png", "train/2.png", "test/3.png"])
    assert both(tmp_path) == {"train/1.png": 0, "train/2.png": 1, "test/3.png": 1}


@pytest.mark.parametrize("kind", ["zip", "tar", "tar.gz"])
def test_a_table_in_an_archive_is_read(tmp_path: Path, kind: str) -> None:
    contents = {"pets/about.csv": SAYS.encode(), **{f"pets/{name}": plain(k) for k, name in enumerate(FLAT)}}
    path = tmp_path / f"pets.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in contents.items():
                archive.writestr(name, data)
    else:
        with tarfile.open(path, "w:gz" if kind == "tar.gz" else "w") as tar:
            for name, data in contents.items():
                info = tarfile.TarInfo(name)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    assert opened(path).info.classes == ("cat", "dog") and names(opened(path, "test")) == FLAT[7:]


def test_wrong_names_are_told_and_the_pictures_stay(tmp_path: Path) -> None:
    noted(tmp_path, "file,label\n00.png,a\n01.png,b\nnobody.png,a\n00.png,b\n")
    assert len(both(tmp_path)) == 10
    said = [reason.split(":")[0] for _, reason in opened(tmp_path).remarks()]
    assert said[1:] == ["has 1 row whose picture isn't there", "has 1 row about a picture that had one already, and the first counts"]
    assert [reason.split(":")[0] for _, reason in first_reading(tmp_path).remarks] == [
        "has 1 row whose picture isn't there",
        "has 1 row about a picture that had one already, and the first counts",
        "has no row for 8 pictures",
    ]


def test_a_table_about_something_else_is_left_aside(tmp_path: Path) -> None:
    noted(tmp_path, "day,rain\nMonday,3\n")
    (tmp_path / "zoo.csv").write_text(SAYS)
    (tmp_path / "zzz.csv").write_text(SAYS)
    files.forget()
    assert opened(tmp_path).info.classes == ("cat", "dog")
    assert opened(tmp_path).remarks() == [
        ("about.csv", "says nothing about pictures: its first line has no column file, filename, image or path; it is left aside"),
        ("zzz.csv", "is left aside: one table is read, and that is 'zoo.csv'"),
        ("zoo.csv", "says nothing of a test picture in its column 'coat', so no map is coloured by it"),
    ]


def test_a_table_too_large_is_left_aside_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table, "MOST_BYTES", 20)
    noted(tmp_path, SAYS)
    assert opened(tmp_path).info.classes == () and any("is larger than" in reason for _, reason in opened(tmp_path).remarks())


def test_a_split_that_leaves_nothing_to_measure_with_does_not_count(tmp_path: Path) -> None:
    noted(tmp_path, "file,split\n" + "".join(f"{name},train\n" for name in FLAT))
    assert len(opened(tmp_path, "test")) == 2 and not files.index(tmp_path).given
    assert "its column split does not count" in first_reading(tmp_path).remarks[0][1]


def test_a_changed_table_is_another_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FRESH", 0.0)
    before = opened(noted(tmp_path, SAYS)).digest()
    assert opened(tmp_path).digest() == before
    (tmp_path / "about.csv").write_text(SAYS.replace("cat", "emu"))
    assert opened(tmp_path).digest() != before and opened(tmp_path).info.classes == ("dog", "emu")


def test_captions_are_decoded_as_words(tmp_path: Path) -> None:
    train = opened(noted(tmp_path / "set", SAYS))
    arrays = decode(train, tmp_path / "cache")
    words = arrays.column("words")
    assert words is not None
    assert [train.info.words[word - 1] for word in words[[1]][0] if word] == ["a", "cat", "asleep"]


@pytest.mark.parametrize("said", ["", "label"])
def test_clip_learns_from_the_captions_with_classes_and_without(tmp_path: Path, said: str) -> None:
    """Class names that no sentence holds are nobody's, and padding isn't one of them."""
    rows = "".join(
        f"{name},a {'tall' if k % 2 else 'small'} thing,{('n01' if k % 2 else 'n02') if said else k}\n" for k, name in enumerate(FLAT)
    )
    train = opened(noted(tmp_path, f"file,caption,{said or 'age'}\n{rows}"))
    task = TASKS["clip"](TASKS["clip"].Options(), lambda **_: build_backbone("convnet", {"width": 4}, Build(16)), train.info)
    words_BL = torch.stack([torch.from_numpy(word_ids(train.caption(i) or "", train.info.words)) for i in range(len(train))])
    images_BCHW = torch.stack([train[i][0] for i in range(len(train))]) / 255
    samples = Samples(images_BCHW, torch.arange(len(train)), torch.full((len(train),), -1), words_BL)
    output = task.forward(task.transform(samples, torch.Generator()))
    assert torch.isfinite(output.loss) and (output.shown["thing_B"] == -1).all()
    assert output.shown["said_BK"].shape == (len(train), 2 if said else 0)


def test_the_words_of_scenes_are_heard_as_before() -> None:
    sentence = "a small " + ", ".join(WORDS[:20])
    assert [WORDS[k - 1] for k in word_ids(sentence, WORDS) if k] == ["a", "small", *WORDS[:20]]


def test_the_library_hands_the_remarks_on(tmp_path: Path, own_folders: Path) -> None:
    name = browse.add_folder("noted", noted(tmp_path, "file,label\n00.png,a\n01.png,b\n"))
    assert browse.remarks("digits") == []
    row = next(row for row in browse.list_sets() if row.name == name)
    assert "2 classes from column 'label' of 'about.csv'" in row.help and isinstance(sets.open_set(name), Folder)


def test_a_table_dropped_with_pictures_is_about_them(own_folders: Path) -> None:
    dropped = [*((f"Tom & Jerry {k}.png", plain(k)) for k in range(4))]
    told = "file,label\n" + "".join(f"{name},{'ab'[k % 2]}\n" for k, (name, _) in enumerate(dropped))
    name = browse.add_files("dropped", [*dropped, ("about.csv", told.encode())])
    assert sets.open_set(name).info.classes == ("a", "b") and browse.remarks(name) == []
