"""Two networks compared without labels, on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.evaluation.similarity import request_similarity, similarity, similarity_status
from ssl_core.jobs import warm_worker
from ssl_core.models.targets import Target
from ssl_core.settings import SettingsError
from tests.help.comparing import said
from tests.help.evaluation import run_with_weights


def test_a_network_is_its_own_twin_and_another_one_isnt(capsys: pytest.CaptureFixture[str]) -> None:
    run = run_with_weights()
    layers = list(Target.parse(run).backbone().layers)
    status, own, _ = said(["similar", run], capsys)
    assert status == 0 and own["layers"] == [layers, layers] and own["neighbours"]["share"] == 1
    assert [own["cka"][i][i] for i in range(len(layers))] == pytest.approx([1] * len(layers), abs=1e-3)
    status, pair, _ = said(["similar", run, "pixels"], capsys)
    assert status == 0 and [len(row) for row in pair["cka"]] == [1] * len(layers) and pair["layers"][1] == ["pixels"]
    assert own["pictures"] / 10 > pair["neighbours"]["share"] > pair["neighbours"]["chance"] and own["a"] == pair["a"]
    assert 1 < own["a"]["rank"] <= own["a"]["most"] and own["a"]["alignment"] > 0 > own["a"]["uniformity"]
    assert "so the two may be compared" in own["notes"][1] and "Raw pixels may not be" in pair["notes"][1]


def test_nothing_is_started_until_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    run, started = run_with_weights(seed=5), list[Path]()
    monkeypatch.setattr(warm_worker, "hand_over", started.append)
    assert similarity(run, "pixels") is None and similarity_status(run, "pixels") is None and not started
    request_similarity(run, "pixels")
    status = similarity_status(run, "pixels")
    assert len(started) == 1 and status is not None and status.state == "queued"


def test_too_few_pictures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.evaluation.similarity.FEWEST", 10_000)
    with pytest.raises(SettingsError, match="on at least 10000 test pictures. 'digits' has"):
        similarity(run_with_weights(), "pixels")
