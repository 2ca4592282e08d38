"""The loop: same numbers after any interruption, a rate that follows its schedule, no weight that isn't finite."""

from __future__ import annotations

import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ssl_core.functional.modules.lars import Lars
from ssl_core.functional.rng import generator, key
from ssl_core.jobs.start import stop
from ssl_core.jobs.status import status_of
from ssl_core.jobs.worker import work
from ssl_core.models.build import load_task
from ssl_core.models.weights import plain_weights, weights_digest
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.curve import curve
from ssl_core.records.runs import folder_of
from ssl_core.records.snapshots import load_snapshot, pictures, snapshot_steps
from ssl_core.records.spec import spec_of
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system.disk import read_json, write_json
from ssl_core.training import engine
from ssl_core.training.held_out import evaluate
from ssl_core.training.request import new_run, prolong
from ssl_core.training.steps import as_group, make_optimiser, rate_at, set_rates
from ssl_core.types import Clock, ParamGroup
from tests import golden
from tests.help.small import small_run, small_values

KILLED_AT_37 = """
import os, signal, sys
from pathlib import Path
from ssl_core.training import engine
from ssl_core.jobs.worker import work
one_step = engine.Training.one_step
def until_37(run):
    if run.step == 37:
        os.kill(os.getpid(), signal.SIGKILL)
    one_step(run)
engine.Training.one_step = until_37
work(Path(sys.argv[1]))
"""


def losses(folder: Path) -> dict[int, float]:
    return {line["step"]: line["train"]["loss"] for line in curve(folder) if line["train"]}


def test_a_run_killed_at_step_37_goes_on_to_the_same_numbers(clean_folders: Path, root: Path) -> None:
    whole, _ = small_run(steps=100)
    broken = folder_of(new_run(small_values(steps=100)))
    died = subprocess.run([sys.executable, "-c", KILLED_AT_37, str(broken)], cwd=root, capture_output=True)
    assert died.returncode == -9 and status_of(broken).state == "interrupted"
    assert latest_checkpoint(broken).name == "00000032"  # the end of the fourth epoch
    prolong(broken.name, None)
    assert work(broken).state == "done"
    assert losses(broken) == losses(whole)
    assert list(losses(broken)) == list(range(1, 101))
    one, two = (load_task(folder).state_dict() for folder in (whole, broken))
    assert weights_digest(plain_weights(one)) == weights_digest(plain_weights(two)) == status_of(whole).weights
    assert status_of(whole).metrics == status_of(broken).metrics


def test_stopping_saves_and_going_on_reaches_the_same_end(clean_folders: Path) -> None:
    whole, _ = small_run()
    parted = folder_of(new_run(small_values()))

    def at_five(status: Any) -> None:
        if status.state == "running" and status.stage == "learning":
            stop(parted)

    assert work(parted, at_five).state == "stopped"
    assert 0 < status_of(parted).step < 20 or status_of(parted).step == 0
    prolong(parted.name, None)
    assert work(parted).state == "done"
    assert losses(parted) == losses(whole)


GOES_ON = [*((name, {}) for name in sorted(set(TASKS) - {"rotation"})), ("rotation", {"optimiser": "muon", "clip": 1.0})]


@pytest.mark.parametrize(("name", "recipe"), GOES_ON)
def test_every_method_goes_on_in_the_middle_of_an_epoch_as_if_nothing_had_happened(
    name: str, recipe: dict[str, Any], clean_folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its queues, banks, teachers, labels of its own making, and both optimisers where there are two."""
    whole, _ = small_run(name, steps=12, recipe=recipe)
    parted = folder_of(new_run(small_values(name, steps=12, recipe=recipe)))
    one_step = engine.Training.one_step

    def then_stop(run: engine.Training) -> None:
        one_step(run)
        if run.step == 10:
            stop(parted)

    monkeypatch.setattr(engine.Training, "one_step", then_stop)
    assert work(parted).state == "stopped" and status_of(parted).step == 10
    monkeypatch.setattr(engine.Training, "one_step", one_step)
    prolong(parted.name, None)
    assert work(parted).state == "done"
    assert losses(parted) == losses(whole)
    assert status_of(whole).weights == status_of(parted).weights and status_of(whole).metrics == status_of(parted).metrics


@pytest.mark.parametrize("name", sorted(TASKS))
def test_the_first_ten_losses_are_the_stored_ones(name: str, clean_folders: Path) -> None:
    """A change here needs its own sentence in the commit; `python -m tests.golden` writes them anew."""
    folder, status = small_run(name, steps=golden.STEPS, **golden.asked(name))
    assert status.state == "done", status.reason
    assert list(losses(folder).values()) == pytest.approx(golden.losses(name), rel=2e-3)


def test_a_run_leaves_what_pages_read(clean_folders: Path) -> None:
    folder, status = small_run()
    assert (status.state, status.step, status.steps) == ("done", 20, 20)
    assert set(status.metrics) == {"loss", "accuracy"} and status.chance["accuracy"] == 0.25
    lines = curve(folder)
    assert lines[0]["step"] == 0 and lines[0]["train"] is None and lines[0]["test"]["accuracy"] is not None
    assert lines[-1]["step"] == 20 and lines[-1]["test"] and 0 <= lines[-1]["wait"] < 1
    assert snapshot_steps(folder)[0] == 0 and snapshot_steps(folder)[-1] == 20
    rows = load_snapshot(folder, 20)
    assert len(rows) == 8 and rows[0][0].image.shape == (32, 32, 3) and "sure" in rows[0][0].caption
    shown = pictures(folder.name)
    assert shown.step == 20 and len(shown.ids) == 8 and all(name.startswith("test-") for name in shown.ids)
    with np.load(folder / "reference.npz") as reference:
        assert reference["rows_SD"].shape[0] == 64 and 0 < float(reference["limit"]) < 1


def test_pictures_change_with_the_step_in_caption(clean_folders: Path) -> None:
    folder, _ = small_run()
    first, last = (load_snapshot(folder, step) for step in (0, 20))
    assert [row[0].caption for row in first] != [row[0].caption for row in last]
    assert all(np.array_equal(a[0].image, b[0].image) for a, b in zip(first, last, strict=True))


def test_a_loss_that_is_not_finite_ends_the_run_with_name_and_step(clean_folders: Path) -> None:
    folder, status = small_run("inpainting", recipe={"rate": 1000.0, "optimiser": "sgd", "warmup": 0})
    assert (
        status.state == "failed"
        and "not finite" in status.reason
        and "at step" in status.reason
        and "smaller learning rate" in status.reason
    )


def test_a_finished_run_can_be_prolonged(clean_folders: Path) -> None:
    folder, _ = small_run(steps=None, recipe={"epochs": 1})
    prolong(folder.name, 2)
    status = work(folder)
    assert (status.state, status.step) == ("done", 16)
    assert [line["step"] for line in curve(folder) if line["train"]] == list(range(1, 17))


def test_a_run_is_not_resumed_on_changed_data(clean_folders: Path) -> None:
    folder = folder_of(new_run(small_values()))
    write_json(folder / "spec.json", {**read_json(folder / "spec.json"), "digest": "another"})
    status = work(folder)
    assert status.state == "failed" and "have changed since this run began" in status.reason


def test_labels_are_hidden_from_a_task_that_needs_none(clean_folders: Path) -> None:
    from ssl_core.training.run import Training

    for name, known in (("rotation", 0), ("supervised", 64)):
        folder = folder_of(new_run(small_values(name)))
        run = Training(folder, spec_of(folder), lambda **_: None)
        assert int((run.source.label_S >= 0).sum()) == known


def test_few_labels_are_few(clean_folders: Path) -> None:
    from ssl_core.training.run import Training

    folder = folder_of(new_run(small_values("supervised", recipe={"labels_per_class": 2})))
    label_S = Training(folder, spec_of(folder), lambda **_: None).source.label_S
    assert label_S[label_S >= 0].bincount().tolist() == [2] * 10


def test_held_out_metrics_do_not_depend_on_the_batch_they_come_in(clean_folders: Path) -> None:
    from ssl_core.training.run import Training

    folder = folder_of(new_run(small_values("supervised")))
    run = Training(folder, spec_of(folder), lambda **_: None)
    one, two = (evaluate(run.task, run.source, run.test_rows, 0, "main", size).metrics for size in (7, 32))
    assert one["accuracy"] == pytest.approx(two["accuracy"], abs=1e-6) and one["loss"] == pytest.approx(two["loss"], rel=1e-5)


def test_a_few_rows_to_measure_by_come_from_the_whole_set() -> None:
    """Folders lie class by class: the first rows would be of one class."""
    from ssl_core.training.run import Training

    folder = folder_of(new_run(small_values("supervised")))
    run = Training(folder, spec_of(folder), lambda **_: None)
    asked: list[int] = []
    images = run.source.images
    run.source.images = lambda rows_B: asked.extend(rows_B.tolist()) or images(rows_B)  # type: ignore[method-assign,func-returns-value]
    S = len(run.source.label_S)
    run.embed(lambda images_BCHW: images_BCHW.mean((1, 2, 3))[:, None], 6)
    assert asked == [k * S // 6 for k in range(6)]
    asked.clear()
    run.embed(lambda images_BCHW: images_BCHW.mean((1, 2, 3))[:, None])
    assert asked == list(range(S))


def test_rotation_of_the_paper_ends_at_its_last_rate() -> None:
    recipe = TASKS["rotation"].presets["paper"].recipe
    rates = [rate_at(recipe, Clock(0, epoch, 0.0)) for epoch in (0, 60, 120, 160)]
    assert rates == pytest.approx([0.1, 0.02, 0.004, 0.0008])


def test_nesterov_is_a_setting() -> None:
    groups = [ParamGroup([torch.nn.Parameter(torch.zeros(2))])]
    found = [make_optimiser(groups, Recipe(optimiser="sgd", nesterov=ahead)).param_groups[0]["nesterov"] for ahead in (True, False)]
    assert found == [True, False]


def test_groups_keep_their_factor_their_freedom_from_decay_and_their_frozen_epochs() -> None:
    one, two = (torch.nn.Parameter(torch.ones(2, 2)) for _ in range(2))
    groups = [{"params": [one], "rate": 0.1, "frozen_epochs": 1}, {"params": [two], "decay": False}]
    recipe = Recipe(rate=1.0, schedule="constant", decay=0.2, decay_end=0.4)
    optimiser = make_optimiser(groups, recipe)
    set_rates(optimiser, recipe, Clock(0, 0.5, 0.0))
    assert [group["lr"] for group in optimiser.param_groups] == [0.0, 1.0]
    set_rates(optimiser, recipe, Clock(9, 2.0, 1.0))
    assert [group["lr"] for group in optimiser.param_groups] == [0.1, 1.0]
    assert [group["weight_decay"] for group in optimiser.param_groups] == pytest.approx([0.4, 0.0])


def test_a_group_may_be_a_plain_dict_of_the_same_fields() -> None:
    weight = torch.nn.Parameter(torch.ones(2, 2))
    group = as_group({"params": iter([weight]), "frozen_epochs": 2})
    assert dict(group) == {
        "params": [weight],
        "rate": 1.0,
        "schedule": True,
        "decay": True,
        "frozen_epochs": 2,
        "frozen_share": 0,
        "hidden": (),
    }
    assert as_group(group) is group and as_group({**group, "rate": 0.5}).rate == 0.5


@pytest.mark.parametrize(("group", "words"), [({"params": [], "lr": 1}, "Got 'lr'"), ({"rate": 1.0}, "'params' is missing")])
def test_a_group_with_a_wrong_field_is_refused_by_name(group: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=f"may have params, rate, schedule, decay, frozen_epochs, frozen_share, hidden. {words}"):
        as_group(group)


def test_lars_moves_a_weight_by_its_own_length() -> None:
    weight = torch.nn.Parameter(torch.full((2, 2), 3.0))
    optimiser = Lars([weight], lr=1.0, momentum=0.0)
    weight.grad = torch.full((2, 2), 1e6)
    optimiser.step()
    assert float((weight.detach() - 3).norm()) == pytest.approx(1e-3 * 6.0, rel=1e-4)


def test_keys_depend_on_every_word() -> None:
    keys = {key(0, 1, "draw"), key(0, 1, "refresh"), key(0, 2, "draw"), key(1, 1, "draw")}
    assert len(keys) == 4 and all(0 <= k < 2**63 for k in keys)
    assert torch.equal(torch.rand(3, generator=generator(4, "a")), torch.rand(3, generator=generator(4, "a")))


def test_checkpoints_keep_the_one_before(clean_folders: Path) -> None:
    folder, _ = small_run(steps=30)
    kept = sorted(path.name for path in (folder / "checkpoints").iterdir())
    assert kept == ["00000024", "00000030"]
    assert all(math.isfinite(float(value.float().sum())) for value in load_task(folder).state_dict().values())


def test_weights_of_another_network_are_refused_in_words(clean_folders: Path) -> None:
    folder, _ = small_run(steps=2)
    write_json(folder / "spec.json", {**read_json(folder / "spec.json"), "backbone_options": {"width": 8}})
    with pytest.raises(SettingsError, match="don't fit this version's network. Train it anew."):
        load_task(folder)
