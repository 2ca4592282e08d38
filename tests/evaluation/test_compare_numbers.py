"""Comparisons by numbers that aren't right or wrong."""

from __future__ import annotations

import numpy as np
import pytest

from ssl_core.__main__ import main
from ssl_core.evaluation.compare import Comparison, comparison
from ssl_core.evaluation.probe import probe_asked
from ssl_core.functional.metrics.intervals import mean_interval
from ssl_core.jobs.worker import work
from ssl_core.models.targets import parse_all
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import Probe, ProbeTarget, Scores
from ssl_core.types import Measure
from tests.help.comparing import FLAGS, PLAIN, SMALL, said, score
from tests.help.evaluation import SIZE


class Apart(Probe):
    """How far a test picture lies from the nearest train picture."""

    name, title = "apart", "Nearest distance"
    measure = Measure("Distance to the nearest train picture", "dB", counted=False)

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        train, test = target.labelled("train").features_SD, target.labelled("test").features_SD
        far_SS = ((test[:, None] - train[None]) ** 2).mean(2)
        return Scores((10 * np.log10(far_SS.min(1) + 1e-9)).astype(np.float32), None, {"train": len(train)})


@pytest.fixture
def apart(run_name: str, monkeypatch: pytest.MonkeyPatch) -> Comparison:
    """A run and raw pixels, compared by a number that is no answer to a question."""
    monkeypatch.setitem(PROBES.parts, "apart", Apart)
    for text in (run_name, "pixels"):
        score(text, protocol=PLAIN._replace(probe="apart"))
    return comparison([run_name, "pixels"], "digits", "apart", image_size=SIZE, **SMALL)


def test_a_number_a_picture_is_averaged_with_the_interval_of_a_mean(apart: Comparison) -> None:
    for row in apart.rows:
        assert row[3:6] == pytest.approx(mean_interval(apart.values[row.target])) and row.measure == Apart.measure


def test_numbers_are_paired_picture_by_picture(apart: Comparison, run_name: str) -> None:
    (pair,) = apart.pairs
    mine_S, pixels_S = (apart.values[text].astype(float) for text in (run_name, "pixels"))
    assert pair[2:5] == pytest.approx(mean_interval(mine_S - pixels_S)) and pair.measure.unit == "dB"


def test_a_number_a_picture_names_no_class_and_nobody_is_right(apart: Comparison) -> None:
    assert (apart.guess, apart.right, apart.chance) == ({}, {}, 0.0)
    assert len(apart.label_S) == len(apart.ids) == 150


def test_the_command_line_says_the_unit(apart: Comparison, run_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", run_name, "--protocol", "apart", *FLAGS]) == 0
    told = capsys.readouterr().out
    assert (
        f"Distance to the nearest train picture: {apart.rows[0].accuracy:.1f} dB (95 % interval " in told
        and "%" not in told.split("95 %")[1]
    )
    assert main(["compare", run_name, "pixels", "--protocol", "apart", *FLAGS]) == 0
    told = capsys.readouterr().out
    assert f"{apart.pairs[0].difference:+.1f} dB" in told and "%" not in told and "chance" not in told


def test_the_same_keys_are_printed_for_every_kind_of_score(apart: Comparison, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer, _ = said(["probe", "pixels", "--protocol", "apart", *FLAGS], capsys)
    assert status == 0 and answer["accuracy"] == apart.rows[1].accuracy
    assert set(answer) == {"target", "protocol", "layer", "n_train", "n_test", "image_size", "accuracy", "ci95", "seconds", "notes"}


def test_a_score_without_finite_values_fails_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    class Endless(Apart):
        def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
            return Scores(np.full(len(target.labelled("test").label_S), np.inf, np.float32), None, {})

    monkeypatch.setitem(PROBES.parts, "endless", Endless)
    (target,) = parse_all(["pixels"], "digits", SIZE)
    status = work(probe_asked(target, PLAIN._replace(probe="endless")).ask())
    assert status.state == "failed" and "'Distance to the nearest train picture' is a finite number for fewer than 2" in status.reason
