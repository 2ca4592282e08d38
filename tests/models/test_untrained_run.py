"""`untrained:RUN[@seed]`: the network that a run began with, built with the run's own options; measured as the mean of three seeds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.labelfree import spreads_of
from ssl_core.evaluation.probe import probe_asked, probe_request
from ssl_core.evaluation.protocol import Protocol
from ssl_core.evaluation.scored import ProbeRow
from ssl_core.evaluation.values import guess_of
from ssl_core.fewshot.curve import ask_few_shot, few_shot
from ssl_core.jobs.worker import work
from ssl_core.models.build import build_task
from ssl_core.models.features import embedded
from ssl_core.models.targets import SEEDS, Target, parse_all
from ssl_core.probes.base import Scores
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.system.disk import read_json
from ssl_core.tasks.base import PretextTask
from tests.help.evaluation import SIZE, run_with_weights

WIDE = {"backbone_options": {"width": 24}}


@pytest.fixture(scope="module")
def run_name() -> str:
    return run_with_weights(seed=5, **WIDE)


def weights(task: PretextTask) -> list[torch.Tensor]:
    return list(task.encoder.parameters())


def test_it_has_the_runs_own_options_and_seed(run_name: str) -> None:
    for text, seed in ((f"untrained:{run_name}", 5), (f"untrained:{run_name}@9", 9)):
        first = build_task(replace(spec_of(folder_of(run_name)), seed=seed))
        own = list(Target.parse(text).backbone().parameters())
        assert sum(each.numel() for each in own) == sum(each.numel() for each in weights(first))
        assert all(torch.equal(a, b) for a, b in zip(own, weights(first), strict=True))
    default = sum(each.numel() for each in Target.parse("random:convnet", "digits", None, SIZE).backbone().parameters())
    assert default != sum(each.numel() for each in weights(first))


def test_it_stands_on_the_runs_pictures_at_the_runs_size(run_name: str) -> None:
    target = Target.parse(f"untrained:{run_name}")
    assert (target.kind, target.dataset, target.image_size) == ("untrained", "digits", SIZE)
    (beside, pixels) = parse_all([f"untrained:{run_name}", "pixels"])
    assert (beside.image_size, pixels.image_size, pixels.dataset) == (SIZE, SIZE, "digits")


def test_another_seed_other_options_or_other_pictures_are_another_network(run_name: str) -> None:
    other = run_with_weights(seed=5)
    texts = (f"untrained:{run_name}", f"untrained:{run_name}@6", f"untrained:{other}")
    assert len({Target.parse(text).digest for text in texts}) == 3
    assert Target.parse(f"untrained:{run_name}@5").digest == Target.parse(f"untrained:{run_name}").digest


def scored(text: str) -> tuple[ProbeRow, np.ndarray]:
    (target,) = parse_all([text])
    folder = probe_asked(target, Protocol(train=200, test=100)).ask()
    assert work(folder).state == "done"
    found = comparison([text], train=200, test=100)
    return found.rows[0], found.values[text]


def test_its_score_is_the_mean_of_three_seeds_with_their_spread(run_name: str) -> None:
    row, value_S = scored(f"untrained:{run_name}")
    alone = [scored(f"untrained:{run_name}@{seed}") for seed in (5, 6, 7)]
    assert len(row.by_network) == SEEDS == 3
    assert row.by_network == pytest.approx([each.accuracy for each, _ in alone])
    np.testing.assert_allclose(value_S, np.mean([right_S for _, right_S in alone], 0), atol=1e-6)
    assert row.accuracy == pytest.approx(np.mean(row.by_network)) and row.spread == pytest.approx(np.std(row.by_network, ddof=1))
    assert row.spread > 0 and all(each.spread == 0 and each.by_network == () for each, _ in alone)


def test_its_request_says_how_many_networks_and_which_version(run_name: str) -> None:
    request = probe_request(Target.parse(f"untrained:{run_name}"), Protocol())
    assert (request["networks"], request["measure"], request["seen"]) == (3, 2, SIZE)
    assert "networks" not in probe_request(Target.parse(f"untrained:{run_name}@6"), Protocol())


def test_the_class_that_is_shown_agrees_with_right_and_wrong() -> None:
    label_S = np.array([1, 1, 1, 1])
    guesses = ([1, 1, 2, 0], [1, 2, 3, 1], [0, 1, 1, 1])
    found = guess_of([Scores(np.array(each) == label_S, np.array(each), {}) for each in guesses], label_S)
    assert found is not None and found.tolist() == [1, 1, 2, 1]


def test_its_rank_is_the_mean_of_three_seeds() -> None:
    target = Target.parse(f"untrained:{run_with_weights(seed=6, **WIDE)}")  # a run of its own: no other test has measured features of it
    assert spreads_of([target]).missing == [target.text]
    for network in target.networks[:2]:
        embedded(network, "test", 355)
    assert spreads_of([target]).missing == [target.text]
    embedded(target.networks[2], "test", 355)
    (row,) = spreads_of([target]).rows
    assert row.rank == pytest.approx(np.mean(row.by_network)) and len(set(row.by_network)) == 3
    assert row.share == row.rank / row.most and row.architecture.startswith("convnet, ")


def test_its_curve_is_the_mean_of_three_seeds(run_name: str) -> None:
    text = f"untrained:{run_name}"
    labels = {f"train-{i}": str(Target.parse(text).pictures("train").label(i)) for i in range(12)}
    texts = [text, *(f"{text}@{seed}" for seed in (5, 6, 7))]
    for folder in ask_few_shot("digits", texts):
        work(folder)
    mean, *alone = few_shot("digits", texts, labels).lines
    last = [line.points[-1].accuracy for line in alone]
    assert mean.points[-1].accuracy == pytest.approx(np.mean(last)) and mean.points[-1].spread == pytest.approx(np.std(last, ddof=1))


def test_the_mean_is_stored_beside_the_value_of_each(run_name: str, tmp_path: Path) -> None:
    scored(f"untrained:{run_name}")
    folder = probe_asked(Target.parse(f"untrained:{run_name}"), Protocol(train=200, test=100)).finished()
    assert folder is not None and len(read_json(folder / "result.json")["by_network"]) == 3
