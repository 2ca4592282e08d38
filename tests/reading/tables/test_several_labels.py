"""Several labels of one picture: one column a class, and cells that name several."""

from __future__ import annotations

import pytest

from tests.help.animals import EVEN, questions, said
from tests.help.telling import by_class


@pytest.mark.parametrize(
    ("header", "columns"),
    [
        ("cat,dog", ([1, 0] * 4, [0, 1] * 4)),
        (" cat, dog", ([" 1", " 0"] * 4, [" 0", " 1"] * 4)),
        ("cat,dog,owl", (["1.0", "0.0"] * 4, ["0.0", "1.0"] * 4, ["0.0"] * 8)),
        ("cat,age,dog", ([1, 0] * 4, range(8), [0, 1] * 4)),
        ("male,age,cat,dog", ([1, 1, 0, 0] * 2, range(8), [1, 0] * 4, [0, 1] * 4)),
        ("cat,dog,age", (["True", "False"] * 4, ["False", "True"] * 4, range(8))),
        ("is_test,cat,dog", ([0] * 6 + [1] * 2, [1, 0] * 4, [0, 1] * 4)),
    ],
)
def test_one_column_a_class_of_which_one_is_hot(header: str, columns: tuple[list[object], ...]) -> None:
    found = said(*columns, header=header)
    assert by_class(found) == EVEN
    last = "owl" if "owl" in header else "dog"
    assert found.assumed["classes"] == f"a.csv:cat to {last}"
    assert by_class(said(*columns, header=header, classes=found.assumed["classes"])) == EVEN


def test_a_row_without_a_hot_column_has_no_label_and_several_hot_columns_name_no_classes() -> None:
    assert by_class(said([1, 0, 0, 0] * 2, [0, 1, 0, 1] * 2, header="cat,dog")) == {"cat": "000 004", "dog": "001 003 005 007"}
    found = said([1, 0] * 4, [1, 1] * 4, [0, 1] * 4, header="cat,dog,owl")
    assert found.labels == {} and found.columns == {"cat": True, "dog": True, "owl": True}
    assert [text for text, _ in questions(found)] == [
        "`a.csv` has several of its columns 'cat', 'dog', 'owl' at 1 for some pictures, so they name no classes; each colours the map."
    ]


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        (["scab", "rust", "scab rust", "healthy"] * 2, ["healthy", "rust", "scab"]),
        (["a", "b", '"a,b"', "c"] * 2, ["a", "b", "c"]),
        (["a", "b", "a|b", "b|c"] * 2, ["a", "b", "c"]),
        (["a", "b", "a;b", "b"] * 2, ["a", "b"]),
        (["black", "cat", "black cat", "dog"] * 2, ["black", "cat", "dog"]),
    ],
)
def test_cells_with_several_labels_name_no_classes_and_each_label_is_a_column(values: list[str], labels: list[str]) -> None:
    found = said(values)
    assert found.labels == {} and sorted(found.columns) == labels and all(found.columns.values())
    assert found.factors["002.png"] == {
        label: int(label in values[2].strip('"').replace(",", " ").replace("|", " ").replace(";", " ").split()) for label in labels
    }
    ((text, other),) = questions(found)
    assert text.endswith(f"so it names no classes; each of its {len(labels)} labels colours the map.") and other == {
        "classes": "a.csv:label"
    }
    assert len(by_class(said(values, classes="a.csv:label"))) == len(set(values))
