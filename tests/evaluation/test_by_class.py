"""A score class by class: the confusion matrix, each class with its interval, on the command line too."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.evaluation.by_class import by_class
from ssl_core.evaluation.scored import ProbeRow, Scored
from ssl_core.functional.metrics.intervals import wilson
from tests.help.comparing import FLAGS, said

NAMES = ("ant", "bee", "cat", "dog")


def scored(label_S: np.ndarray, guess_S: np.ndarray | None, value_S: np.ndarray | None = None) -> Scored:
    row = ProbeRow("run", "Run", "", 0.5, 0.4, 0.6, "stage4", 32, 1.0)
    value_S = label_S == guess_S if value_S is None else value_S
    return Scored(row, 10, len(label_S), np.arange(len(label_S)), value_S, guess_S, label_S)


def test_the_matrix_is_scikit_learns_and_each_class_has_wilsons_interval() -> None:
    from sklearn.metrics import confusion_matrix

    rng = np.random.default_rng(0)
    label_S, guess_S = rng.integers(0, 4, 300), rng.integers(0, 4, 300)
    table = by_class(scored(label_S, guess_S), NAMES)
    assert table is not None
    assert np.array_equal(table.count_KK, confusion_matrix(label_S, guess_S))
    for label, row in enumerate(table.rows):
        right, n = int((guess_S[label_S == label] == label).sum()), int((label_S == label).sum())
        assert (row.name, row.n, row.right) == (NAMES[label], n, wilson(right, n))
        wrong = np.bincount(guess_S[(label_S == label) & (guess_S != label)], minlength=4)
        assert (row.taken_for, row.taken) == (NAMES[int(wrong.argmax())], int(wrong.max()))


def test_a_class_without_test_pictures_is_a_column_and_no_row() -> None:
    table = by_class(scored(np.array([0, 0, 3]), np.array([0, 2, 3])), NAMES)
    assert table is not None
    assert table.classes == ("ant", "cat", "dog") and [row.name for row in table.rows] == ["ant", "dog"]
    assert table.count_KK.tolist() == [[1, 1, 0], [0, 0, 0], [0, 0, 1]]
    assert (table.rows[1].taken_for, table.rows[1].taken) == ("", 0)


def test_shares_of_several_draws_are_averaged_within_the_class() -> None:
    label_S, guess_S = np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0])
    table = by_class(scored(label_S, guess_S, np.array([1, 0.5, 1, 0], np.float32)), NAMES)
    assert table is not None and [row.right.value for row in table.rows] == [0.75, 0.5]


def test_a_probe_that_names_no_class_has_no_table() -> None:
    assert by_class(scored(np.array([0, 1]), None, np.array([0.1, 0.2])), NAMES) is None


def test_probe_says_each_class_where_asked(run_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer, _ = said(["probe", run_name, "--protocol", "knn", "--by-class", *FLAGS], capsys)
    assert status == 0
    count_KK = np.array(answer["confusion"])
    assert len(answer["classes"]) == len(count_KK) and count_KK.sum() == answer["n_test"]
    assert np.trace(count_KK) / count_KK.sum() == pytest.approx(answer["accuracy"])
    assert sum(row["n"] for row in answer["per_class"]) == answer["n_test"]
