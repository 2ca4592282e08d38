"""Columns that a person said, and the time that a large table takes."""

from __future__ import annotations

import time

import pytest

from ssl_core.settings import SettingsError
from tests.help.animals import ANIMALS, said
from tests.help.telling import by_part, table, tell


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            {"classes": "b.csv:label"},
            r"'classes' must be TABLE:COLUMN, the column that names classes. Tables that are read here: 'a.csv'. Got 'b.csv:label'.",
        ),
        ({"classes": "a.csv:kind"}, r"'classes' must be a column of 'a.csv': 'file', 'label'. Got 'kind'."),
        ({"file": "a.csv:x"}, r"'file' must be a column of 'a.csv': 'file', 'label'. Got 'x'."),
        (
            {"split": "label"},
            r"'split' must be TABLE:COLUMN, the column that names splits. Tables that are read here: 'a.csv'. Got 'label'.",
        ),
        ({"group": "a.csv:"}, r"'group' must be a column of 'a.csv': 'file', 'label'. Got ''."),
    ],
)
def test_a_column_that_is_not_there_is_refused_in_words(choice: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        said(ANIMALS, **choice)
    assert str(refused.value) == message


TWO = {
    "a.csv": "file,label,patient,age,site\n" + "".join(f"{k:03d}.png,{'ab'[k % 2]},p{k // 2},{k},x\n" for k in range(8)),
    "b.csv": "key,kind\nx,1\ny,2\n",
}


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        (
            {"file": "b.csv:key"},
            "'file' must be a column whose texts name pictures. The columns of 'b.csv': 'key', 'kind'. "
            "Got 'b.csv:key', which names no picture that is there.",
        ),
        (
            {"classes": "b.csv:kind"},
            "'classes' must be a column of a table whose rows are about pictures. If one of the columns of 'b.csv' names pictures "
            "('key', 'kind'), choose it by 'file' first. Got 'b.csv:kind', which names no picture that is there.",
        ),
        (
            {"classes": "a.csv:label to age"},
            "'classes' must be a column with labels, or the first and the last of columns of which one is the largest in each row. "
            "Got 'a.csv:label to age'.",
        ),
        (
            {"split": "a.csv:site"},
            "'split' must be a column that says train, validation or test, numbers folds, or has two values. Got 'a.csv:site'.",
        ),
        (
            {"group": "a.csv:age"},
            "'group' must be a column of several values that pictures share; it has 8 for 8 pictures. Got 'a.csv:age'.",
        ),
        ({"group": "a.csv:label"}, "'group' must be another column than the one that names classes. Got 'a.csv:label'."),
    ],
)
def test_a_column_that_would_change_nothing_is_refused_in_words(choice: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError) as refused:
        tell(TWO, **choice)
    assert str(refused.value) == message


@pytest.mark.parametrize("classes", ["none", "folders", "folders:2", "names"])
def test_classes_that_no_table_names_leave_the_tables_without(classes: str) -> None:
    assert said(ANIMALS, classes=classes).labels == {}


def test_what_was_assumed_reads_the_same_again_and_the_digest_follows_bytes_and_choice() -> None:
    columns = (ANIMALS, ["train"] * 6 + ["test"] * 2, [f"p{k // 2}" for k in range(8)])
    header = "dx,split,patient"
    first = said(*columns, header=header)
    again = said(*columns, header=header, **first.assumed)
    assert again._replace(remarks=[]) == first._replace(remarks=[]) and again.digest
    assert len({first.digest, said(*columns, header=header, split="none").digest, said(*columns, header="label,split,patient").digest}) == 3


@pytest.mark.timed
def test_a_hundred_thousand_rows_are_read_in_seconds() -> None:
    pictures = [f"images/{k // 1000:03d}/{k:06d}.jpg" for k in range(100_000)]
    text = table(
        "image_id,label,split,age,patient_id",
        [f"{k:06d}" for k in range(100_000)],
        [f"class {k % 100}" for k in range(100_000)],
        ["test" if k % 5 == 0 else "train" for k in range(100_000)],
        range(100_000),
        [k // 3 for k in range(100_000)],
    )
    begun = time.process_time()
    found = tell({"labels.csv": text}, pictures)
    assert time.process_time() - begun < 8  # about 2 s on an idle processor
    assert len(found.labels) == 100_000 and by_part(found) == {"test": 20_000, "train": 80_000}
