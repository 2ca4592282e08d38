"""Training from pictures without a length: the same numbers after any interruption, steps in place of epochs, refusals in a sentence."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ssl_core.functional import distributed
from ssl_core.jobs.report import SilentReporter
from ssl_core.jobs.start import stop
from ssl_core.jobs.worker import work
from ssl_core.library.shuffled import shuffled
from ssl_core.models.build import build_task
from ssl_core.models.features import embedded
from ssl_core.models.targets import Target
from ssl_core.parts.catalogues import TASKS
from ssl_core.reading import files, sharded
from ssl_core.records.curve import curve
from ssl_core.records.runs import folder_of, run
from ssl_core.records.spec import RunSpec, spec_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json
from ssl_core.tasks.base import PretextTask
from ssl_core.training.batches import StreamBatches, steps_per_epoch
from ssl_core.training.request import expect, make_spec, new_run, prolong
from ssl_core.training.run import Training
from ssl_core.training.steps import rate_at
from tests.help.shards import is_aside, write_shards
from tests.help.small import small_values
from tests.help.streamed import WINDOW, Numbers, Unbounded, drawn, stream_values
from tests.help.streamed import unbounded as unbounded


def taken(position: int, count: int, seed: int = 0) -> list[str]:
    return [picture.name for picture in islice(shuffled(Numbers(8), seed, position), count)]


def test_the_shuffled_order_follows_from_seed_and_position_alone() -> None:
    whole = taken(0, 5 * WINDOW)
    assert all(taken(start, 5) == whole[start : start + 5] for start in range(4 * WINDOW))
    assert taken(0, 5 * WINDOW, seed=1) != whole


def test_every_picture_comes_once_and_within_its_block() -> None:
    numbers = [int(name.removesuffix(".png")) for name in taken(0, 3 * WINDOW)]
    blocks = [numbers[k * WINDOW : (k + 1) * WINDOW] for k in range(3)]
    assert all(sorted(block) == list(range(k * WINDOW, (k + 1) * WINDOW)) != block for k, block in enumerate(blocks))


def test_a_resume_reads_from_its_block_on() -> None:
    source = Numbers(8)
    next(shuffled(source, 0, 1000 * WINDOW + 3))
    assert source.opened == [1000 * WINDOW]


@pytest.mark.parametrize("end", [WINDOW - 1, WINDOW + 4])
def test_a_source_that_ends_is_refused_in_words(end: int) -> None:
    with pytest.raises(SettingsError, match=f"ended after {end}, and a stream has to go on"):
        list(shuffled(Numbers(8, end=end), 0, 0))


def spec_like(**more: Any) -> RunSpec:
    return make_spec(stream_values(recipe={"batch": 4}, **more))


@pytest.fixture
def opened() -> Iterator[list[StreamBatches]]:
    found: list[StreamBatches] = []
    yield found
    for batches in found:
        batches.close()


def test_processes_share_a_batch_without_a_length(
    unbounded: type[Unbounded], opened: list[StreamBatches], monkeypatch: pytest.MonkeyPatch
) -> None:
    spec, device = spec_like(), torch.device("cpu")
    opened += [StreamBatches(Numbers(32), spec, device, labelled=True) for _ in range(3)]
    alone = [opened[0].at(step) for step in range(4)]
    assert alone[0].label_B.tolist() == [int(name.removesuffix(".png")) % 3 for name in taken(0, 4)]
    assert set(alone[0].index_B.tolist()) == {-1}
    monkeypatch.setattr(distributed, "world", lambda: 2)
    for rank in (0, 1):
        monkeypatch.setattr(distributed, "rank", lambda rank=rank: rank)
        mine = [opened[1 + rank].at(step) for step in range(4)]
        opened[1 + rank].close()
        assert all(torch.equal(part.images_BCHW, whole.images_BCHW[rank::2]) for part, whole in zip(mine, alone, strict=True))


def test_a_picture_that_cannot_be_read_gives_its_row_to_another_and_is_named(
    unbounded: type[Unbounded], opened: list[StreamBatches]
) -> None:
    bad = int(taken(0, 4)[2].removesuffix(".png"))
    opened += [StreamBatches(Numbers(32, frozenset({bad})), spec_like(), torch.device("cpu"), labelled=True)]
    first, second = opened[0].at(0), opened[0].at(1)
    assert torch.equal(first.images_BCHW[2], first.images_BCHW[1]) and first.label_B[2] == first.label_B[1]
    expected = drawn(int(taken(4, 1)[0].removesuffix(".png")), 32)
    assert np.array_equal((second.images_BCHW[0] * 255).round().byte().numpy(), expected)  # the position counts it
    assert opened[0].warning == (
        f"1 picture of the stream couldn't be read, and others of the batch were taken twice: {bad}.png is damaged."
    )


def test_a_batch_of_which_nothing_can_be_read_ends_the_run(unbounded: type[Unbounded], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Unbounded, "bad", frozenset(range(10**4)))
    folder = folder_of(new_run(stream_values(steps=2)))
    status = work(folder)
    assert status.state == "failed" and "No picture of a whole batch of the stream 'unbounded' can be read" in status.reason


def losses(folder: Path) -> list[float | None]:
    return [line["train"]["loss"] for line in curve(folder) if line["train"]]


def test_a_run_over_a_stream_goes_on_to_the_same_bits(unbounded: type[Unbounded], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = folder_of(new_run(stream_values("moco", options={"queue": 64}, steps=9)))
    done = work(whole)
    assert done.state == "done" and done.step == done.steps == 9 and done.metrics["found"] is not None
    parted, one_step = folder_of(new_run(stream_values("moco", options={"queue": 64}, steps=9))), Training.one_step

    def then_stop(run: Training) -> None:
        one_step(run)
        if run.step == 5:
            stop(parted)

    monkeypatch.setattr(Training, "one_step", then_stop)
    assert work(parted).state == "stopped"
    monkeypatch.setattr(Training, "one_step", one_step)
    prolong(parted.name, None)
    again = work(parted)
    assert again.state == "done" and losses(parted) == losses(whole) and len(losses(whole)) == 9
    assert (again.weights, again.metrics) == (done.weights, done.metrics)
    with pytest.raises(SettingsError, match="is done. Say up to how many steps"):
        prolong(parted.name, None)
    with pytest.raises(SettingsError, match="'epochs' of the recipe can't be asked for"):
        prolong(parted.name, 2)
    prolong(parted.name, None, 11)
    assert spec_of(parted).steps == 11 and run(parted.name).planned_steps == 11


def test_held_out_pictures_and_features_come_from_what_has_a_length(unbounded: type[Unbounded]) -> None:
    folder = folder_of(new_run(stream_values("supervised", steps=1)))
    status = work(folder)
    assert status.facts["tested"] == 40 and (folder / "reference.npz").exists()
    target = Target.parse(folder.name)
    assert target.detail == "a stream, with labels" and (len(target.pictures("train")), len(target.pictures("test"))) == (40, 40)
    assert read_json(folder / "spec.json")["data"]["samples"] == 0 and spec_of(folder).data.streamed


@pytest.mark.parametrize("name", sorted(name for name, task in TASKS.items() if "index" not in task.needs and "captions" not in task.needs))
def test_a_task_that_needs_no_index_learns_from_a_stream(name: str, unbounded: type[Unbounded], tmp_path: Path) -> None:
    run = Training(tmp_path, make_spec(stream_values(name, options={}, steps=2)), SilentReporter())
    try:
        run.refresh()
        run.one_step()
        run.measure_directions()
        assert all(np.isfinite(value) for key, value in run.read_window().items() if key.endswith("loss") and value is not None)
    finally:
        run.close()


@pytest.mark.parametrize("name", sorted(TASKS))
def test_a_task_says_that_it_needs_an_index(name: str, unbounded: type[Unbounded]) -> None:
    """Who draws batches by itself, or holds something whose size is that of the set, can't learn from a stream."""
    task, spec = TASKS[name], make_spec(small_values(name, dataset="scenes"))
    shapes = []
    for samples in (1000, 1001):
        built = build_task(spec_with(spec, samples))
        shapes.append([tuple(value.shape) for value in built.state_dict().values()])
    indexes = shapes[0] != shapes[1] or task.draw is not PretextTask.draw
    assert ("index" in task.needs) == indexes
    if indexes:
        with pytest.raises(SettingsError, match=f"{name} has to find each picture again by its index, and 'unbounded' is a stream"):
            make_spec(stream_values(name, options={}))


def spec_with(spec: RunSpec, samples: int) -> RunSpec:
    return RunSpec.read({**spec.plain(), "data": {**spec.plain()["data"], "samples": samples}}, "made up")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"steps": None}, "'steps' of a run on 'unbounded' must be given, at least 1: it is a stream without a length"),
        ({"recipe": {"epochs": 3}}, "'epochs' of the recipe can't be asked for with 'unbounded'.* Got 3. Give 'steps'"),
        ({"task": "supervised", "labels_from": "store"}, "'labels_from' must be dataset for 'unbounded'.* Got store."),
        ({"task": "supervised", "recipe": {"labels_per_class": 4}}, "'labels_per_class' of the recipe must be empty.* Got 4."),
        ({"task": "clip"}, "clip needs pictures with captions"),
    ],
)
def test_what_only_a_length_can_give_is_refused_in_a_sentence(more: dict[str, Any], words: str, unbounded: type[Unbounded]) -> None:
    with pytest.raises(SettingsError, match=words):
        make_spec(stream_values(more.pop("task", "rotation"), **more))


def test_a_recipe_keeps_its_shape_over_the_steps_of_a_stream(unbounded: type[Unbounded], tmp_path: Path) -> None:
    """Warm-up and milestones in epochs are parts of the run: one epoch of 30 is a thirtieth of the steps."""
    spec = make_spec(stream_values("moco", options={}, preset="v1", steps=3000, recipe={"warmup": 3}))
    assert spec.recipe.epochs == 30 and spec.recipe.milestones == (18, 24) and steps_per_epoch(spec) == 100
    run = Training(tmp_path, spec, SilentReporter())
    rates = {}
    for run.step in (150, 300, 1799, 1800, 2400):
        rates[run.step] = round(rate_at(spec.recipe, run.clock) / spec.recipe.rate, 3)
    run.close()
    assert rates == {150: 0.5, 300: 1.0, 1799: 1.0, 1800: 0.1, 2400: 0.01}
    assert expect(stream_values(steps=50)) > 0


def test_a_folder_of_shards_trains_without_being_decoded(clean_folders: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharded, "TESTED", 6)
    monkeypatch.setattr(sharded, "SAMPLED", 9)
    folder, aside = write_shards(tmp_path / "pets"), [number for number in range(60) if is_aside(number)]
    made = folder_of(new_run({**small_values("supervised", steps=3), "dataset": str(folder), "dataset_options": {}}))
    status, spec = work(made), spec_of(made)
    assert (
        status.state == "done" and status.facts["tested"] == len(aside) > 1 and spec.dataset == "pets" and spec.data.classes == ("0", "1")
    )
    assert sorted(len(np.load(each, mmap_mode="r")) for each in (clean_folders / "cache").rglob("images.npy")) == sorted([len(aside), 9])
    found = embedded(Target.parse(made.name), "test", 100)
    assert found.label_S.tolist() == [number % 2 for number in aside]
    write_shards(folder, each=25)
    files.forget()
    prolong(made.name, None, 5)
    assert "have changed since this run began" in work(made).reason
