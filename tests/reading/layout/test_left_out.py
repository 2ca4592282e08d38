"""What systems leave beside pictures, thumbnails, and files of other endings are left out with a reason, or are tables and annotations."""

from __future__ import annotations

import pytest

from tests.help.named import laid, seen

CASES = {
    ".cats/1.jpg": "lies in a hidden folder",
    "cats/.1.jpg": "is a hidden file",
    "cats/._1.jpg": "is a hidden file",
    "cats/@eaDir/1.jpg/SYNOPHOTO_THUMB_M.jpg": "lies in `@eaDir`, thumbnails of a network drive",
    "#recycle/1.jpg": "lies in `#recycle`, a recycle bin",
    "$RECYCLE.BIN/1.jpg": "lies in `$RECYCLE.BIN`, a recycle bin",
    ".Trash-1000/1.jpg": "lies in a hidden folder",
    "__MACOSX/cats/1.jpg": "lies in `__MACOSX`, a system's own files",
    "lost+found/1.jpg": "lies in `lost+found`, a system's own files",
    ".ipynb_checkpoints/1.jpg": "lies in a hidden folder",
    "cats/Thumbs.db": "is a system's own file",
    "cats/thumbnails/1.jpg": "lies in `thumbnails`, thumbnails of pictures elsewhere",
    "previews/1.jpg": "lies in `previews`, previews of pictures elsewhere",
    "cache/1.jpg": "lies in `cache`, a cache of pictures elsewhere",
    "logo.svg": "is a .svg file, which isn't read",
    "paper.PDF": "is a .pdf file, which isn't read",
    "setid.mat": "is a .mat file, which isn't read",
    "LICENSE": "has no ending that is read",
    "README.txt": "is a document by its name",
    "more.zip": "is an archive in the folder (.zip), which isn't opened",
}
OTHERS = {
    "labels.csv": "table",
    "train.txt": "table",
    "metadata.jsonl": "table",
    "labels.xlsx": "table",
    "Annotations/9.xml": "annotations",
    "labels/1.txt": "annotations",
    "cats/1.json": "annotations",
}


@pytest.mark.parametrize(("name", "reason"), CASES.items(), ids=CASES)
def test_a_file_is_left_out_with_its_reason(name: str, reason: str) -> None:
    layout = laid(f"cats*3 dogs*3 {name}")
    assert layout.roles[name][:2] == ("left out", None) and layout.roles[name].reason == reason
    assert seen(layout) == "all: cats 3, dogs 3; left out 1"


@pytest.mark.parametrize(("name", "kind"), OTHERS.items(), ids=OTHERS)
def test_tables_and_annotations_are_told_apart_by_their_names(name: str, kind: str) -> None:
    assert laid(f"cats*3 dogs*3 {name}").roles[name].kind == kind


@pytest.mark.parametrize("name", ["cats/1 (1).jpg", "cats/1 - Copy.jpg", "cats/Copy of 1.jpg", "cats/1 copy 2.jpg"])
def test_copies_that_a_system_named_are_pictures(name: str) -> None:
    assert laid(f"cats*3 dogs*3 {name.replace(' ', '%')}").roles[name][:3] == ("picture", None, "cats")


def test_thumbnails_that_nothing_lies_beside_are_pictures() -> None:
    assert seen(laid("thumbs/cat*2 thumbs/dog*2")) == "all: cat 2, dog 2"


def test_a_folder_unpacked_into_itself_is_named_as_a_copy() -> None:
    (remark,) = laid("c/A*2 c/B*2 c/c/A*2 c/c/B*2").remarks
    assert remark.words == "`c/c` repeats the folders beside with the same names of pictures, and is a copy that is left out."
    assert seen(laid("c/A*2 c/B*2 c/c/A*2 c/c/B*5")) == "all: A 2, B 2, c 7"
