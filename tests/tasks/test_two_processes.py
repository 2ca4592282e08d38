"""Two processes that `torchrun` starts learn what one learns, and hold the same; only the first one writes."""

from __future__ import annotations

import functools
import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import torch
from torch import Tensor

from ssl_core.jobs.status import status_of
from ssl_core.jobs.worker import work
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.curve import curve
from ssl_core.records.spec import spec_of
from ssl_core.system.disk import read_json
from ssl_core.system.roots import runs_root
from ssl_core.training.request import prolong
from tests.help.beside import A_RUN, AT_ONCE, CASES, DEFAULTS, STEPS, groups, learn

COMMAND = ("-m", "torch.distributed.run", "--standalone", "--nproc_per_node", "2", "-m", "tests.help.beside")
NEAR = 1e-5
LIMIT = 40  # seconds for each case of a group: ten times what one takes on a machine left alone


class Pair(NamedTuple):
    """What two processes left, and what one found meanwhile."""

    folder: Path
    said: list[str]  # on standard output
    alone: dict[str, dict[str, Tensor]]

    def found(self, case: str) -> list[dict[str, Tensor]]:
        return [torch.load(self.folder / f"{case}-{rank}.pt") for rank in range(2)]


class Start:
    """Two processes that learn groups one after the other; the file of a case is there once it is learnt."""

    def __init__(self, folder: Path, root: Path, groups: list[list[str]]) -> None:
        self.folder, self.groups = folder, groups
        command = [sys.executable, *COMMAND, str(folder), *(name for group in groups for name in group)]
        with open(folder / "out.txt", "w") as out, open(folder / "log.txt", "w") as log:
            self.process = subprocess.Popen(command, cwd=root, env=dict(os.environ), stdout=out, stderr=log)

    def learnt(self, group: list[str]) -> bool:
        """Whether all of a group is learnt; the group of A_RUN is once both processes have ended."""
        if A_RUN in group:
            return self.process.poll() == 0
        return all((self.folder / f"{name}-{rank}.pt").exists() for name in group for rank in range(2))

    def wait(self, group: list[str]) -> None:
        """Waits for a group, for LIMIT a case of it and of those before it that aren't learnt yet."""
        ahead = self.groups[: self.groups.index(group) + 1]
        deadline = time.monotonic() + LIMIT * sum(len(each) for each in ahead if not self.learnt(each))
        while not self.learnt(group):
            assert self.process.poll() in (None, 0), (self.folder / "log.txt").read_text()
            assert time.monotonic() < deadline, f"two processes took too long for {', '.join(group)}"
            time.sleep(0.05)

    def end(self) -> None:
        self.process.terminate()  # torchrun ends its processes too
        try:
            self.process.wait(30)
        finally:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def pair_of(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Callable[[str], Pair]]:
    """Gives the pair that learnt a case. The first who asks for one starts two processes for its group and those not learnt yet."""
    starts: list[Start] = []

    def begun(group: list[str]) -> Start:
        if not starts or group not in starts[-1].groups or starts[-1].process.poll() not in (None, 0):
            more = [other for other in groups() if other != group and not any(each.learnt(other) for each in starts)]
            order = [group, *(more if A_RUN not in group else [])]  # the run comes last
            starts.append(Start(tmp_path_factory.mktemp("pair"), root, order))
        return starts[-1]

    @functools.cache
    def learnt(place: int) -> Pair:
        group = groups()[place]
        start = next((each for each in starts if group in each.groups and each.learnt(group)), None) or begun(group)
        alone = {name: learn(CASES[name]) for name in group if name in CASES}  # meanwhile
        start.wait(group)
        return Pair(start.folder, (start.folder / "out.txt").read_text().splitlines(), alone)

    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("folders")
        for name in ("RUNS", "CACHE"):
            patch.setenv(f"SSL_{name}", str(folder / name.lower()))
        place_of = {name: place for place, group in enumerate(groups()) for name in group}
        yield lambda name: learnt(place_of[name])
        for start in starts:
            start.end()


def test_a_group_has_eight_cases_at_most_and_each_case_is_in_one() -> None:
    assert max(map(len, groups())) <= AT_ONCE
    assert groups()[-1][-1] == A_RUN  # the run ends the two processes
    assert sorted(name for group in groups() for name in group) == sorted([*CASES, *DEFAULTS, A_RUN])


def apart(one: Tensor, two: Tensor) -> float:
    return float((one.double() - two.double()).abs().max()) if one.numel() else 0.0


@pytest.mark.parametrize("name", CASES)
def test_the_losses_of_two_processes_are_those_of_one(name: str, pair_of: Callable[[str], Pair]) -> None:
    pair = pair_of(name)
    (one, two), alone = pair.found(name), pair.alone[name]
    losses = [key for key in alone if key.endswith(" loss")]
    assert len(losses) == STEPS and all(math.isfinite(float(alone[key])) for key in losses)
    assert max(apart((one[key] + two[key]) / 2, alone[key]) for key in losses) < NEAR


@pytest.mark.parametrize("name", CASES)
def test_weights_and_buffers_of_two_processes_are_those_of_one_after_every_step(name: str, pair_of: Callable[[str], Pair]) -> None:
    pair = pair_of(name)
    (one, _), alone = pair.found(name), pair.alone[name]
    held = [key for key in alone if not key.endswith(" loss")]
    assert held and max(apart(one[key], alone[key]) for key in held) < NEAR
    first, last = (alone[f"{at} backbone.stage4.0.weight"] for at in (0, STEPS - 1))
    assert apart(first, last) > 10 * NEAR  # they did learn


@pytest.mark.parametrize("name", CASES | DEFAULTS)
def test_two_processes_hold_the_same_after_every_step(name: str, pair_of: Callable[[str], Pair]) -> None:
    one, two = pair_of(name).found(name)
    assert one.keys() == two.keys()
    assert [key for key in one if not key.endswith(" loss") and not torch.equal(one[key], two[key])] == []


def test_queues_are_full_and_in_use_and_labels_sorted_again_in_what_is_compared(pair_of: Callable[[str], Pair]) -> None:
    last, (moco, swav, sela) = STEPS - 1, (pair_of(name).alone[name] for name in ("moco", "swav", "sela"))
    assert int(moco[f"{last} place"]) == 6 * 16 > 32
    assert int(swav["2 queued"]) > 32 and int(sela[f"{last} sortings"]) == 3
    bins = [swav[f"{at} bins.weight"] for at in range(STEPS)]
    assert apart(bins[0], bins[1]) < 1e-6 < apart(bins[1], bins[2])  # they stand still for an epoch
    labels = [sela[f"{at} label_TS"] for at in range(STEPS)]
    assert torch.equal(labels[0], labels[1]) and not torch.equal(labels[1], labels[2])


def test_a_run_of_two_processes_is_written_once_stops_for_both_and_goes_on_with_one(pair_of: Callable[[str], Pair]) -> None:
    pair = pair_of(A_RUN)
    answers = [json.loads(line) for line in pair.said if line.startswith("{")]
    (folder,) = [path for path in runs_root().iterdir() if (path / "spec.json").exists()]
    assert [(answer["run"], answer["status"]) for answer in answers] == [(folder.name, "stopped")]
    assert [line["step"] for line in curve(folder) if line["train"]] == list(range(1, STEPS + 1))
    assert latest_checkpoint(folder).name == f"{STEPS:08d}" and not (folder / "stop").exists()
    assert spec_of(folder).steps == 10 and spec_of(folder).minutes == 0.1
    prolong(folder.name, None)
    status = work(folder)
    assert (status.state, status.step) == ("done", 10), status.reason
    lines = [line for line in curve(folder) if line["train"]]
    assert [line["step"] for line in lines] == list(range(1, 11))
    assert all(math.isfinite(line["train"]["loss"]) for line in lines)
    assert read_json(folder / "status.json")["metrics"] == status_of(folder).metrics
