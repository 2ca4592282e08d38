"""What is said of features without labels: the directions they use."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ssl_core.evaluation.labelfree import request_spreads, spreads
from ssl_core.jobs import status, warm_worker
from ssl_core.jobs.worker import work
from ssl_core.models.features import Embedded
from ssl_core.records.runs import run
from ssl_core.system import disk
from tests.help.evaluation import SIZE, run_with_weights
from tests.help.folders import fill

UNTRAINED = "random:convnet"


def slowly(features_SD: np.ndarray) -> float:
    """exp of the entropy of the singular values' shares, by the eigenvalues of the smaller product."""
    values = np.sqrt(np.clip(np.linalg.eigvalsh(features_SD.astype(float) @ features_SD.T.astype(float)), 0, None))
    share = values / values.sum()
    return float(np.exp(-(share[share > 1e-9] * np.log(share[share > 1e-9])).sum()))


@pytest.mark.parametrize(("rank", "near"), [(1, 1.0), (5, 4.9)])
def test_the_rank_counts_the_directions(clean_folders: Path, monkeypatch: pytest.MonkeyPatch, rank: int, near: float) -> None:
    rng = np.random.default_rng(0)
    features_SD = (rng.normal(size=(60, rank)) @ np.linalg.qr(rng.normal(size=(32, rank)))[0].T).astype(np.float32)
    known = Embedded(features_SD, np.full(60, -1), np.arange(60))
    monkeypatch.setattr("ssl_core.evaluation.labelfree.cached_features", lambda *_: known)
    (row,) = spreads([UNTRAINED], "digits").rows
    assert row.rank == pytest.approx(slowly(features_SD), rel=0.02) and row.rank == pytest.approx(near, rel=0.05)
    assert (row.most, row.pictures) == (32, 60)


def test_nothing_is_started_until_it_is_asked_for(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Path] = []
    monkeypatch.setattr(warm_worker, "hand_over", started.append)
    root = fill(clean_folders / "flat", [f"{k}.png" for k in range(30)])
    found = spreads([UNTRAINED, "no-such-run"], str(root))
    assert found.missing == [UNTRAINED] and found.left_out[0][0] == "no-such-run" and not started
    request_spreads([UNTRAINED], str(root))
    assert len(started) == 1 and spreads([UNTRAINED], str(root)).waiting[0][0] == UNTRAINED
    work(started[0])
    (row,) = spreads([UNTRAINED], str(root)).rows
    assert 1 <= row.rank <= row.most and not spreads([UNTRAINED], str(root)).missing


def test_a_look_that_broke_off_is_taken_up_again_where_asked(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = fill(clean_folders / "flat", [f"{k}.png" for k in range(30)])
    full = status.Status(state="failed", reason="The disk is full.")
    monkeypatch.setattr(warm_worker, "hand_over", lambda folder: status.write_status(folder, full))
    request_spreads([UNTRAINED], str(root))
    assert spreads([UNTRAINED], str(root)).left_out == [(UNTRAINED, "The disk is full.")]
    monkeypatch.setattr(warm_worker, "hand_over", work)
    request_spreads([UNTRAINED, "no-such-run"], str(root))
    found = spreads([UNTRAINED], str(root))
    assert len(found.rows) == 1 and not found.left_out


def test_baselines_see_pictures_at_the_size_of_the_run(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = run_with_weights(dataset=str(fill(clean_folders / "flat", [f"{k}.png" for k in range(30)])))
    sizes: list[int] = []

    def hand_over(folder: Path) -> None:
        sizes.append(disk.read_json(folder / "spec.json")["image_size"])
        work(folder)

    monkeypatch.setattr(warm_worker, "hand_over", hand_over)
    texts, dataset = [mine, UNTRAINED, "nobody", "pixels"], run(mine).dataset
    request_spreads(texts, dataset)
    found = spreads(texts, dataset)
    assert sizes == [SIZE, SIZE] and [row.target for row in found.rows] == [mine, UNTRAINED, "pixels"]
    assert found.rows[2].most <= 3 * SIZE * SIZE and [text for text, _ in found.left_out] == ["nobody"]
