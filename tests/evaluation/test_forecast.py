"""How long a comparison would take here: measured once, remembered, never in the way."""

from __future__ import annotations

import pytest

from ssl_core.evaluation.forecast import WAKING, expect_comparison
from ssl_core.maps.layout import expect_map
from tests.help.evaluation import SIZE, run_with_weights

SMALL = {"train": 60, "test": 30, "image_size": SIZE}


@pytest.fixture(scope="module")
def run_name() -> str:
    return run_with_weights(seed=8)


def test_more_pictures_take_longer(run_name: str) -> None:
    few = expect_comparison([run_name, "pixels"], **SMALL)
    many = expect_comparison([run_name, "pixels"], **{**SMALL, "train": 1000})
    assert 2 * WAKING < few < many


def test_it_is_measured_once(run_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first = expect_comparison([run_name], **SMALL)
    monkeypatch.setattr("ssl_core.evaluation.forecast._try", lambda *_: pytest.fail("measured again"))
    assert expect_comparison([run_name], **SMALL) == first


def test_what_cannot_be_had_costs_nothing(run_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def torn(*_: object) -> None:
        raise RuntimeError("weights that don't fit")

    monkeypatch.setattr("ssl_core.evaluation.forecast._pace", torn)
    assert expect_comparison([run_name], **SMALL) == 0


def test_before_the_first_map_nobody_knows(run_name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setenv("SSL_CACHE", str(tmp_path))
    assert expect_map(run_name, "umap") is None
