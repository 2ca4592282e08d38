"""Two processes that `torchrun` starts learn what one learns, and hold the same; only the first one writes."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from ssl_core.jobs.status import status_of
from ssl_core.jobs.worker import work
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.curve import curve
from ssl_core.system.disk import read_json
from ssl_core.training.request import prolong
from tests.help.beside import CASES, DEFAULTS, STEPS, learn

COMMAND = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "tests.help.beside")
NEAR = 1e-5


class Pair(NamedTuple):
    """What two processes left, and what one found meanwhile."""

    folder: Path
    said: list[str]  # on standard output
    alone: dict[str, dict[str, Tensor]]

    def found(self, case: str) -> list[dict[str, Tensor]]:
        return [torch.load(self.folder / f"{case}-{rank}.pt") for rank in range(2)]


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Pair]:
    """All cases and a run, by one start of two processes; this one learns the cases while they do."""
    folder = tmp_path_factory.mktemp("pair")
    homes = {"SSL_RUNS": str(folder / "runs"), "SSL_CACHE": str(folder / "cache")}
    command = [sys.executable, *COMMAND, str(folder)]
    with pytest.MonkeyPatch.context() as patch, open(folder / "log", "w+") as log:
        for name, value in homes.items():
            patch.setenv(name, value)
        started = subprocess.Popen(command, cwd=root, env=dict(os.environ), stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            alone = {name: learn(case) for name, case in CASES.items()}
            said, _ = started.communicate(timeout=300)
        finally:
            started.kill()
        assert started.returncode == 0, (folder / "log").read_text()
        yield Pair(folder, said.splitlines(), alone)


def apart(one: Tensor, two: Tensor) -> float:
    return float((one.double() - two.double()).abs().max()) if one.numel() else 0.0


@pytest.mark.parametrize("name", CASES)
def test_the_losses_of_two_processes_are_those_of_one(name: str, pair: Pair) -> None:
    (one, two), alone = pair.found(name), pair.alone[name]
    losses = [key for key in alone if key.endswith(" loss")]
    assert len(losses) == STEPS and all(math.isfinite(float(alone[key])) for key in losses)
    assert max(apart((one[key] + two[key]) / 2, alone[key]) for key in losses) < NEAR


@pytest.mark.parametrize("name", CASES)
def test_weights_and_buffers_of_two_processes_are_those_of_one_after_every_step(name: str, pair: Pair) -> None:
    (one, _), alone = pair.found(name), pair.alone[name]
    held = [key for key in alone if not key.endswith(" loss")]
    assert held and max(apart(one[key], alone[key]) for key in held) < NEAR
    first, last = (alone[f"{at} backbone.stage4.0.weight"] for at in (0, STEPS - 1))
    assert apart(first, last) > 10 * NEAR  # they did learn


@pytest.mark.parametrize("name", CASES | DEFAULTS)
def test_two_processes_hold_the_same_after_every_step(name: str, pair: Pair) -> None:
    one, two = pair.found(name)
    assert one.keys() == two.keys()
    assert [key for key in one if not key.endswith(" loss") and not torch.equal(one[key], two[key])] == []


def test_queues_are_full_and_in_use_and_labels_sorted_again_in_what_is_compared(pair: Pair) -> None:
    last = STEPS - 1
    assert int(pair.alone["moco"][f"{last} place"]) == 6 * 16 > 32
    assert int(pair.alone["swav"]["2 queued"]) > 32 and int(pair.alone["sela"][f"{last} sortings"]) == 3
    bins = [pair.alone["swav"][f"{at} bins.weight"] for at in range(STEPS)]
    assert apart(bins[0], bins[1]) < 1e-6 < apart(bins[1], bins[2])  # they stand still for an epoch
    labels = [pair.alone["sela"][f"{at} label_TS"] for at in range(STEPS)]
    assert torch.equal(labels[0], labels[1]) and not torch.equal(labels[1], labels[2])


def test_a_run_of_two_processes_is_written_once_stops_for_both_and_goes_on_with_one(pair: Pair) -> None:
    answers = [json.loads(line) for line in pair.said if line.startswith("{")]
    (folder,) = [path for path in (pair.folder / "runs").iterdir() if (path / "spec.json").exists()]
    assert [(answer["run"], answer["status"]) for answer in answers] == [(folder.name, "stopped")]
    assert [line["step"] for line in curve(folder) if line["train"]] == list(range(1, STEPS + 1))
    assert latest_checkpoint(folder).name == f"{STEPS:08d}" and not (folder / "stop").exists()
    prolong(folder.name, None)
    status = work(folder)
    assert (status.state, status.step) == ("done", 10), status.reason
    lines = [line for line in curve(folder) if line["train"]]
    assert [line["step"] for line in lines] == list(range(1, 11))
    assert all(math.isfinite(line["train"]["loss"]) for line in lines)
    assert read_json(folder / "status.json")["metrics"] == status_of(folder).metrics
