"""Pictures to look at again: labels put wrong on purpose, copies and strangers are found; a fixed label isn't named again."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from ssl_core.evaluation import clean as cleaning
from ssl_core.functional.metrics import suspects
from tests.help.comparing import said
from tests.help.evaluation import run_with_weights


def clouds(S: int = 300, classes: int = 3, width: int = 16) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    label_S = np.arange(S) % classes
    return (3 * rng.normal(size=(classes, width))[label_S] + rng.normal(size=(S, width))).astype(np.float32), label_S


def slow_confidence(features_SD: np.ndarray, label_S: np.ndarray) -> np.ndarray:
    """P(own label) by a loop: the 20 nearest others vote with exp(cosine / 0.1)."""
    unit = features_SD / np.linalg.norm(features_SD, axis=1, keepdims=True)
    found = []
    for s in range(len(unit)):
        cosine = sorted(((float(unit[s] @ unit[j]), j) for j in range(len(unit)) if j != s), reverse=True)[:20]
        votes = [(np.exp(c / 0.1), label_S[j]) for c, j in cosine]
        found.append(sum(w for w, c in votes if c == label_S[s]) / sum(w for w, _ in votes))
    return np.array(found)


def test_labels_put_wrong_are_doubted_and_the_right_class_is_named() -> None:
    features_SD, truth_S = clouds()
    wrong = [4, 100, 250]
    label_S = truth_S.copy()
    label_S[wrong] = (label_S[wrong] + 1) % 3
    found = suspects.doubts(*suspects.neighbours(features_SD), label_S)
    assert set(wrong) <= set(np.flatnonzero(found.doubted_S)) and found.doubted_S.sum() <= 6
    assert found.other_S[wrong].tolist() == truth_S[wrong].tolist()
    assert found.confidence_S == pytest.approx(slow_confidence(features_SD, label_S), abs=1e-4)


def test_pictures_without_a_label_are_never_doubted_and_dont_vote() -> None:
    features_SD, label_S = clouds()
    found = suspects.doubts(*suspects.neighbours(features_SD), np.where(np.arange(300) < 150, -1, label_S))
    assert not found.doubted_S[:150].any() and np.isnan(found.confidence_S[:150]).all()
    assert not suspects.doubts(*suspects.neighbours(features_SD), np.full(300, -1)).doubted_S.any()


def test_copies_are_twins_and_a_stranger_is_odd() -> None:
    features_SD, _ = clouds()
    features_SD[7] = 2 * features_SD[42] + 1e-4
    near_SL, distance_SL = suspects.neighbours(features_SD)
    assert suspects.near_twins(near_SL, distance_SL)[0] == (7, 42)
    unit = features_SD / np.linalg.norm(features_SD, axis=1, keepdims=True)
    limit = 0.1 * np.median([min(1 - unit[s] @ unit[t] for t in range(300) if t != s) for s in range(300)])
    slow = {(a, b) for a, b in itertools.combinations(range(300), 2) if 1 - unit[a] @ unit[b] < limit}
    assert set(suspects.near_twins(near_SL, distance_SL)) == slow
    features_SD[11] = -features_SD.sum(0)
    assert suspects.odd(suspects.neighbours(features_SD)[1])[0] == 11


def test_the_command_names_pictures_with_their_neighbours(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    run = run_with_weights()
    status, answer, _ = said(["clean", run], capsys)
    assert status == 0 and answer["dataset"] == "digits" and answer["pictures"] > 1000
    for each in answer["labels"]:
        assert each["label"] != each["other"] and each["id"] not in each["near"] and 0 <= each["confidence"] < 0.5
    first = answer["labels"][0]["id"]
    monkeypatch.setattr(cleaning, "_settled", lambda _: {"fixed"})
    monkeypatch.setattr(cleaning, "file_of", lambda _, picture: "fixed" if picture == first else "")
    found = cleaning.cleaned(run)
    assert found is not None and [each.id for each in found.labels] == [each["id"] for each in answer["labels"][1:]]
