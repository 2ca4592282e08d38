"""Values as classes: numbers, quantities, what stands for no label, and capitals."""

from __future__ import annotations

from collections import Counter

import pytest

from ssl_core.reading.account import Remark
from ssl_core.reading.capitals import asked_capitals
from tests.help.animals import MANY, questions, said
from tests.help.telling import by_class, sentence


@pytest.mark.parametrize(
    "values", [["polar bear", "brown bear"], ["black cat", "dog"], ["tench, Tinca tinca", "goldfish"], ["a b", "c d"], ["new york", "york"]]
)
def test_names_of_several_words_are_one_label(values: list[str]) -> None:
    found = said([f'"{each}"' for each in values * 4])
    assert set(found.labels.values()) == set(values) and not questions(found)


@pytest.mark.parametrize(
    ("values", "count"),
    [
        ([20 + 1.37 * k for k in range(24)], 24),
        (range(24), 24),
        ([0.5, 1.5] * 12, 2),
        ([f"{k % 15}.25" for k in range(24)], 15),
        ([k * 3 % 20 for k in range(24)], 20),
    ],
)
def test_numbers_of_many_values_or_fractions_are_a_quantity(values: list[float], count: int) -> None:
    found = said(list(values), pictures=MANY)
    assert found.labels == {} and found.columns == {"label": True}
    assert questions(found) == [
        (
            f"`a.csv` has {count} different numbers in its column `label`: a quantity, which colours the map, and no classes.",
            {"classes": "a.csv:label"},
        )
    ]


@pytest.mark.parametrize("nothing", ["NA", "nan", "n/a", "None", "null", "", "?", "unknown", "Unlabeled", "-"])
def test_what_stands_for_no_label_is_none(nothing: str) -> None:
    found = said(["cat", "dog", nothing, "dog", "cat", "dog", nothing, "dog"])
    assert by_class(found) == {"cat": "000 004", "dog": "001 003 005 007"}
    text = f"`a.csv` says '{nothing}' of 2 pictures in its column `label`, which is no label."
    assert [remark.words for remark in found.remarks] == ([text] if nothing else [])
    if nothing:
        kept = said(["cat", "dog", nothing, "dog", "cat", "dog", nothing, "dog"], **found.remarks[0].other)
        assert by_class(kept) == {"cat": "000 004", "dog": "001 003 005 007", nothing: "002 006"} and not kept.remarks


def test_a_number_that_stands_for_no_label_is_kept_where_a_person_says_so() -> None:
    values = [-1, 0, 1, 2] * 2
    (remark,) = said(values).remarks
    assert remark.words == "`a.csv` says '-1' of 2 pictures in its column `label`, which is no label."
    assert by_class(said(values, **remark.other))["-1"] == "000 004"


@pytest.mark.parametrize(
    ("values", "labels"),
    [
        ([-1, 0, 1, 2] * 2, {"0": "001 005", "1": "002 006", "2": "003 007"}),
        ([-1, 1] * 4, {"-1": "000 002 004 006", "1": "001 003 005 007"}),
        ([-1, 0, 0, 1] * 2, {"0": "001 002 005 006", "1": "003 007"}),
        (["-1.0", "0.0", "1.0", "0.0"] * 2, {"0": "001 003 005 007", "1": "002 006"}),
        (["0", "0.0", "00", "1"] * 2, {"0": "000 001 002 004 005 006", "1": "003 007"}),
        (["1", "01", "2", "2.0"] * 2, {"1": "000 001 004 005", "2": "002 003 006 007"}),
    ],
)
def test_numbers_as_labels(values: list[object], labels: dict[str, str]) -> None:
    assert by_class(said(values)) == labels


@pytest.mark.parametrize(
    ("values", "text", "merged"),
    [
        (["Cat", "cat", "dog", "cat"], "'cat' (4) and 'Cat' (2)", {"Cat": "cat"}),
        (["Dog", "cat", "dog", "dog"], "'dog' (4) and 'Dog' (2)", {"Dog": "dog"}),
        (["CAT", "Cat", "Cat", "x"], "'Cat' (4) and 'CAT' (2)", {"CAT": "Cat"}),
        (["É", "é", "é", "x"], "'é' (4) and 'É' (2)", {"É": "é"}),
        (["Big cat", "big cat", "big cat", "x"], "'big cat' (4) and 'Big cat' (2)", {"Big cat": "big cat"}),
    ],
)
def test_classes_that_differ_in_capitals_are_asked_about(values: list[str], text: str, merged: dict[str, str]) -> None:
    found = said(values * 2)
    assert len(by_class(found)) == len(set(values))
    words = f"Classes differ in capitals alone: {text}. They stay apart until you say that they are one."
    assert asked_capitals(Counter(found.labels.values())) == [Remark(words, True, {"merged": merged})]
    assert asked_capitals(Counter(found.labels.values()), asked=merged) == []


def test_a_single_class_is_none() -> None:
    found = said(["cat"] * 8)
    assert found.labels == {} and sentence(found, "a.csv") == (
        "`a.csv` is not used: its column `label` says 'cat' of every picture, which tells no pictures apart."
    )
