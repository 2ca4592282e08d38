"""Scores without the test pictures that also stand in training."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.cli.scores import leak_figures
from ssl_core.evaluation import leaking as leaks
from ssl_core.evaluation.compare import Comparison
from ssl_core.functional.metrics.intervals import wilson
from ssl_core.library.looked import Leak

LEAK = Leak("a.png", "b.png", "the same file")


def test_scores_without_leaks_are_those_of_the_other_pictures(compared: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    first = compared.scored[0]
    right = first.id_S[first.value_S][:20]
    monkeypatch.setattr(leaks, "leaking_places", lambda _: {int(place): LEAK for place in (*right, 10**6)})
    said = leak_figures(compared)["leaks"]
    assert sorted(said["pictures"]) == sorted(f"test-{place}" for place in right) and len(said["without"]) == len(compared.scored)
    own = wilson(int(first.value_S.sum()) - 20, len(first.id_S) - 20)
    assert said["without"][first.row.target] == {"accuracy": own.value, "ci95": [own.lo, own.hi]}
    other = compared.scored[1]
    assert said["without"][other.row.target]["accuracy"] == pytest.approx(other.value_S[~np.isin(other.id_S, right)].mean())


def test_where_nobody_looked_or_all_leak_no_score_is_said(compared: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaks, "leaking_places", lambda _: None)
    assert leaks.leaking(compared) is None and leak_figures(compared) == {}
    monkeypatch.setattr(leaks, "leaking_places", lambda _: dict.fromkeys(range(10_000), LEAK))
    found = leaks.leaking(compared)
    assert found is not None and found.without == {} and len(found.ids) == compared.n_test
