"""Budgets: minutes become steps once, by a trial that leaves no trace; a run until it is stopped; a finished run goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ssl_core.jobs.report import SilentReporter
from ssl_core.jobs.start import PROMISE, stop, stop_as_promised
from ssl_core.jobs.status import SLOW, Status, far
from ssl_core.jobs.worker import work
from ssl_core.reading import sharded
from ssl_core.records.budget import NEVER, length_in_words, stretches
from ssl_core.records.curve import curve
from ssl_core.records.encoders import kept_encoders, thinned
from ssl_core.records.runs import folder_of
from ssl_core.records.snapshots import snapshot_steps
from ssl_core.records.spec import RunSpec, spec_of
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system.disk import read_json
from ssl_core.training import device, engine, trial
from ssl_core.training.marks import Marks, doubling, interval
from ssl_core.training.onward import lengthen
from ssl_core.training.request import make_spec, new_run, prolong
from ssl_core.training.trial import TRIED, Costs, quiet_step, steady, steps_within
from tests.help.shards import write_shards
from tests.help.small import keep_scenes, small_run, small_values

TOTAL = 22  # steps that the trials of these tests find


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> list[Costs]:
    """The costs that each trial measured; the total that follows is TOTAL, however fast this machine is."""
    costs: list[Costs] = []
    monkeypatch.setattr(trial, "steps_within", lambda seconds, measured, round_steps: (costs.append(measured), TOTAL)[1])
    return costs


def asked(task: str = "rotation", **more: Any) -> Path:
    """The folder of a small run that isn't asked for in steps."""
    values = {**small_values(task, **more), "steps": None}
    keep_scenes(values)
    return folder_of(new_run(values))


def losses(folder: Path) -> dict[int, float]:
    return {line["step"]: line["train"] for line in curve(folder) if line["train"]}


OF_ALL_KINDS: list[tuple[str, dict[str, Any]]] = [
    ("rotation", {"accumulate": 2, "optimiser": "sgd"}),  # batch norm
    ("bigan", {}),  # several phases
    ("moco", {}),  # a queue and a teacher
    ("sela", {}),  # labels of its own making
]


@pytest.mark.parametrize(("name", "recipe"), OF_ALL_KINDS)
def test_a_trial_leaves_no_trace(name: str, recipe: dict[str, Any], found: list[Costs], clean_folders: Path) -> None:
    """Every metric of every step, and the weights, equal those of a run that was asked for as many steps."""
    minutes, plain = asked(name, recipe=recipe, minutes=0.2), small_run(name, steps=TOTAL, recipe=recipe)[0]
    status = work(minutes)
    assert status.state == "done", status.reason
    assert losses(minutes) == losses(plain) and len(losses(minutes)) == TOTAL
    assert status.weights == read_json(plain / "status.json")["weights"] and len(found) == 1
    assert (spec_of(minutes).steps, spec_of(minutes).minutes) == (TOTAL, 0.2)


def test_a_trial_reads_nothing_of_a_stream(
    found: list[Costs], clean_folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sharded, "TESTED", 6)
    monkeypatch.setattr(sharded, "SAMPLED", 9)
    values = {**small_values(), "dataset": str(write_shards(tmp_path / "pets")), "dataset_options": {}}
    lengths: list[dict[str, Any]] = [{"steps": None, "minutes": 0.2}, {"steps": TOTAL}]
    minutes, plain = (folder_of(new_run({**values, **length})) for length in lengths)
    assert work(minutes).weights == work(plain).weights and losses(minutes) == losses(plain) and len(found) == 1


def test_a_trial_leaves_generators_as_they_were(found: list[Costs], clean_folders: Path) -> None:
    folder = asked(minutes=0.2)
    run = engine.Training(folder, spec_of(folder), SilentReporter())
    before = (torch.get_rng_state(), {name: value.clone() for name, value in run.task.state_dict().items()})
    trial.fit_steps(run)
    assert torch.equal(torch.get_rng_state(), before[0])
    assert all(torch.equal(value, before[1][name]) for name, value in run.task.state_dict().items())
    assert run.step == 0 and run.window == {} and run.total == TOTAL and not (folder / "trial").exists()


def test_a_step_takes_what_it_takes_while_nothing_else_is_at_work() -> None:
    """A map drawn for the run before makes 12 of 20 steps three times as long; the first, which allocates memory, doesn't count."""
    times = [5.0, 5.0, *[0.3] * 12, *[0.1] * 6]
    assert quiet_step([0.0, *np.cumsum(times)]) == pytest.approx(0.1)
    assert quiet_step([0.0, *np.cumsum([0.2] * TRIED)]) == pytest.approx(0.2)
    assert quiet_step([0.0, *np.cumsum([5.0, 5.0, *[0.3] * 17, 0.1])]) == pytest.approx(0.3)  # one lucky step isn't the rule


def test_a_trial_ends_as_soon_as_a_step_is_known() -> None:
    """By the faster half of the steps that count: three that differ by a twentieth at most; a slow one beside them changes nothing."""

    def known(*times: float) -> bool:
        return steady([0.0, *np.cumsum([5.0, *times])])

    assert known(0.1, 0.1, 0.1) and known(0.1, 0.104, 0.9) and known(0.1, 0.103, 0.104, 0.3, 0.9)
    assert not known(0.1, 0.1) and not known(0.1, 0.11, 0.12) and not known(0.1, 0.11, 0.12, 0.13)


def test_the_trial_takes_the_look_before_the_first_step(found: list[Costs], clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that whoever waits sees the eight pictures; the run's curve begins with it, as without a trial."""
    folder = asked(minutes=0.2)
    seen, one_step = [], engine.Training.one_step

    def noted(run: engine.Training) -> None:
        seen.append(snapshot_steps(folder))
        one_step(run)

    monkeypatch.setattr(engine.Training, "one_step", noted)
    work(folder)
    assert len(seen) > TOTAL and seen[0] == [0]  # the first one is the trial's
    first = curve(folder)[0]
    assert first["step"] == 0 and first["test"]["accuracy"] is not None


def test_a_network_is_timed_once_on_a_machine(found: list[Costs], clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Precision and memory format are the network's affair: the first run of another task doesn't measure them again."""
    timed: list[int] = []
    monkeypatch.setattr(
        device, "_measure", lambda task, source, batch: (timed.append(batch), {"precision": "32-true", "channels_last": True})[1]
    )
    for task in ("rotation", "simclr"):
        folder = asked(task, minutes=0.2, precision="auto")
        assert engine.Training(folder, spec_of(folder), SilentReporter()).facts["channels_last"]
    assert len(timed) == 1


def test_minutes_are_measured_once(found: list[Costs], clean_folders: Path) -> None:
    """A run that is stopped and resumed keeps its total."""
    folder = asked(minutes=0.2)

    def at_once(status: Status) -> None:
        if status.stage == "learning":
            stop(folder)

    assert work(folder, at_once).state == "stopped" and spec_of(folder).steps == TOTAL
    prolong(folder.name, None)
    assert work(folder).step == TOTAL and len(found) == 1


def test_the_steps_fill_the_minutes() -> None:
    """n (step + round / steps of a round) + lines + looks + checkpoints: by hand."""
    assert steps_within(60, Costs(0.1), 10) == 600
    assert steps_within(60, Costs(0.1, round=1.0), 10) == 300
    assert steps_within(60, Costs(0.1, look=0.5), 10) == 485  # 1 + 22 looks
    assert steps_within(60, Costs(1.0, line=1.0), 10) == 30  # a line a step
    assert steps_within(60, Costs(0.1, line=0.1), 10) == 400  # 200 lines
    assert steps_within(1, Costs(5.0), 10) == 1
    assert steps_within(60, Costs(0.1, look=3.0), 10) == 420  # 1 + 5 looks, a quarter of the time: with all 22 there were no steps
    assert steps_within(60, Costs(0.1, look=20.0), 10) == 300  # half of the time at least
    assert Marks(100, looks=4).looks == {25, 50, 75, 100}


def test_pictures_change_soon_after_the_start_however_long_a_run_is() -> None:
    assert sorted(Marks(100_000).looks)[:4] == [3, 10, 30, 1000]
    assert sorted(Marks(400).looks)[:4] == [3, 4, 10, 20]
    assert min(Marks(100).looks) == 1 and min(Marks(100_000, looks=5).looks) == 20_000


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"minutes": 1, "steps": 5}, "'steps' and 'minutes' say the same thing. Give one of them. Got 5 and 1.0."),
        ({"minutes": 1, "steps": None, "recipe": {"epochs": 2}}, "'minutes' and 'epochs' say the same thing. Give one of them."),
        ({"minutes": 1, "steps": None, "until_stopped": True}, "'minutes' and 'until_stopped' say the same thing."),
        ({"minutes": 0, "steps": None}, "'minutes' must be above 0"),
        ({"minutes": "5", "steps": None}, "'minutes' must be above 0 and at most 525600. Got 5."),
        ({"until_stopped": "yes", "steps": None}, "'until_stopped' must be true or false. Got yes."),
        (
            {"until_stopped": True, "steps": None, "recipe": {"schedule": "cosine"}},
            "'schedule' must be constant for a run until it is stopped",
        ),
    ],
)
def test_a_run_has_one_length(values: dict[str, Any], sentence: str, clean_folders: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        make_spec({**small_values(), **values})
    assert sentence in str(refused.value)


def test_a_spec_says_only_what_was_asked(clean_folders: Path) -> None:
    """So that earlier programs of version 1 read a spec without minutes, and this one reads theirs."""
    plain = make_spec(small_values()).plain()
    assert not {"minutes", "until_stopped", "continued"} & set(plain)
    spec = make_spec({**small_values(), "steps": None, "minutes": 2})
    assert spec.plain()["minutes"] == 2.0 and RunSpec.read(spec.plain(), "x") == spec and RunSpec.read(plain, "x").minutes is None


# Until it is stopped


def test_a_run_until_it_is_stopped_is_done_when_it_is(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, one_step = asked(until_stopped=True, recipe={"rate": 0.001}), engine.Training.one_step

    def until_103(run: engine.Training) -> None:
        one_step(run)
        if run.step == 103:
            stop(folder)

    monkeypatch.setattr(engine.Training, "one_step", until_103)
    status = work(folder)
    assert (status.state, status.step, status.steps, status.left) == ("done", 103, 0, 0.0) and status.metrics
    assert list(kept_encoders(folder)) == [100] and {0, 100} <= set(snapshot_steps(folder))
    rates = {line["step"]: line["rate"] / spec_of(folder).recipe.rate for line in curve(folder) if line["train"]}
    assert rates[50] == pytest.approx(0.5) and rates[100] == rates[103] == 1.0
    lengthen(folder.name, steps=7)
    assert length_in_words(spec_of(folder).plain()) == "It goes on from step 103: the learning rate stays at 0.001."
    monkeypatch.setattr(engine.Training, "one_step", one_step)
    status = work(folder)
    assert (status.state, status.step, status.steps) == ("done", 110, 110) and curve(folder)[-1]["rate"] == 0.001


def test_marks_without_an_end_lie_on_doublings() -> None:
    marks = Marks(NEVER)
    assert [step for step in range(1, 2000) if doubling(step)] == [100, 200, 400, 800, 1600]
    assert [interval(step) for step in (1, 199, 200, 399, 400, 800)] == [1, 1, 2, 2, 4, 8]
    assert sum(marks.line(step) for step in range(1, 12801)) == 199 + 6 * 100 + 1
    assert thinned([100 * 2**k for k in range(10)]) == [100 * 2**k for k in range(10)]
    many = thinned([100 * 2**k for k in range(14)])
    assert len(many) == 10 and many[0] == 100 and many[-1] == 100 * 2**13


def test_progress_without_an_end_names_none() -> None:
    assert far(Status("running", "learning", 12, 0)) == "learning, step 12"
    assert far(Status("running", "learning", 12, 400)) == "learning 12 of 400"
    assert far(Status("running", "testing", 400, 400, done=256, of=2000)) == "testing 256 of 2000"


# The minutes that were promised


def test_a_slow_run_says_so_and_ends_at_the_minutes_that_were_promised(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial, "_measured", lambda run, seconds: (Costs(step=1e-4), 10**6))
    monkeypatch.setattr("ssl_core.training.pace.JUDGED", (5, 0.0))
    folder, slow = asked(minutes=0.02), []

    def note(status: Status) -> None:
        if status.stage == "learning" and status.slow:
            slow.append(status.slow)
            stop_as_promised(folder)

    status = work(folder, note)
    assert status.state == "stopped" and status.metrics and 5 <= status.step < 10**4
    assert slow and slow[-1] > SLOW and not (folder / PROMISE).exists()


# Going on


def test_a_finished_run_goes_on_with_a_rate_that_rises_and_falls_again(clean_folders: Path) -> None:
    folder = small_run(steps=20, recipe={"warmup_share": 0.0, "rate": 0.01})[0]
    before = losses(folder)
    lengthen(folder.name, steps=40)
    spec = spec_of(folder)
    assert (
        length_in_words(spec.plain()) == "It goes on from step 20: the learning rate rises again to 0.01 and falls anew."
        and spec.steps == 60
    )
    status = work(folder)
    assert (status.state, status.step, status.steps) == ("done", 60, 60)
    rates = {line["step"]: line["rate"] for line in curve(folder)}
    assert {step: losses(folder)[step] for step in before} == before
    assert rates[19] < 0.001 and rates[21] == pytest.approx(0.005) and rates[22] == pytest.approx(0.01) and rates[60] == pytest.approx(0.0)


def test_a_finished_run_goes_on_for_minutes_and_for_epochs(found: list[Costs], clean_folders: Path) -> None:
    folder = small_run(steps=4)[0]
    lengthen(folder.name, minutes=0.1)
    assert work(folder).step == 4 + TOTAL and spec_of(folder).continued[-1]["minutes"] == 0.1
    lengthen(folder.name, epochs=0.5)
    assert work(folder).step == 4 + TOTAL + 4 and len(found) == 1
    assert [each["start"] for each in spec_of(folder).continued] == [4, 4 + TOTAL]


def test_only_a_done_run_goes_on_for_one_length(clean_folders: Path) -> None:
    unstarted, folder = asked(minutes=1), small_run(steps=2, recipe={"rate": 0.001})[0]
    with pytest.raises(SettingsError, match="Give minutes, steps or epochs, or until_stopped. Got none."):
        lengthen(folder.name)
    with pytest.raises(SettingsError, match="'steps' and 'minutes' say the same thing"):
        lengthen(folder.name, steps=3, minutes=1)
    with pytest.raises(SettingsError, match="at work already"):
        lengthen(unstarted.name, minutes=1)
    lengthen(folder.name, until_stopped=True)
    assert spec_of(folder).until_stopped and spec_of(folder).steps == NEVER
    assert length_in_words(spec_of(folder).plain()) == "It goes on from step 2: the learning rate rises to 0.001 and stays there."


def test_stretches_follow_each_other() -> None:
    spec = RunSpec.read({**make_plain(), "steps": 60, "continued": [{"start": 20, "steps": 40, "schedule": "rewarmed"}]}, "x")
    one, two = stretches(spec, 60)
    assert (one.start, one.end, two.start, two.end) == (0, 20, 20, 60) and two.recipe.warmup_share == 0.05


def make_plain() -> dict[str, Any]:
    data = {"samples": 8, "classes": [], "image_size": 32, "colour": True}
    named = {"task": "rotation", "backbone": "convnet", "dataset": "scenes"}
    return {**named, "version": 1, "recipe": Recipe().plain(), "data": data, "mean": [0.5], "std": [0.5]}
