"""Measures of a whole set: the same however its pictures fall into batches."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import torch

from ssl_core.jobs.worker import work
from ssl_core.library.sets import open_set
from ssl_core.models.build import build_task
from ssl_core.parts.catalogues import TASKS
from ssl_core.records.chance import VERSION, chance_of
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import RunSpec
from ssl_core.settings import SettingsError
from ssl_core.training.held_out import evaluate
from ssl_core.training.request import make_spec, new_run
from ssl_core.training.source import BatchSource, open_source
from tests.help.madeup import Segment
from tests.help.small import small_values


@pytest.fixture
def segment(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> RunSpec:
    """The spec of a small run that segments."""
    monkeypatch.setitem(TASKS.parts, "segment", Segment)
    return make_spec(small_values("segment"))


def opened(spec: RunSpec) -> BatchSource:
    return open_source(spec, torch.device("cpu"), lambda done, of: None)


def measured(spec: RunSpec, batch_size: int) -> dict[str, float | None]:
    return evaluate(build_task(spec), opened(spec), torch.arange(32), 0, "main", batch_size).metrics


def test_a_measure_is_the_same_over_uneven_batches_as_over_all_at_once(segment: RunSpec) -> None:
    whole, parted = measured(segment, 32), measured(segment, 5)
    assert whole["miou"] is not None and whole["recall"] is not None and whole["pictures"] == 32
    assert {name: parted[name] for name in ("miou", "recall", "pictures")} == {name: whole[name] for name in ("miou", "recall", "pictures")}


def test_a_measure_is_that_of_the_masks_themselves(segment: RunSpec) -> None:
    task, samples = build_task(segment), opened(segment).test(torch.arange(32))
    with torch.no_grad():
        said_BHW = task(task.transform(samples, torch.Generator())).shown["said_BHW"]
    truth_BHW = samples.masks_BHW
    ious = [((said_BHW == k) & (truth_BHW == k)).sum() / ((said_BHW == k) | (truth_BHW == k)).sum() for k in (0, 1)]
    assert measured(segment, 5)["miou"] == pytest.approx(float(sum(ious) / 2))


def test_masks_and_boxes_are_those_of_the_set(segment: RunSpec) -> None:
    data, source = open_set("scenes", "train", 32, segment.dataset_options), opened(segment)
    samples = source.train(torch.tensor([5, 0, 5]))
    for row, i in enumerate((5, 0, 5)):
        mask = data.mask(int(source.place_S[i]))
        assert mask is not None and torch.equal(samples.masks_BHW[row].bool(), torch.from_numpy(mask)) and mask.any()
        assert samples.boxes_B4[row].tolist() == pytest.approx(list(data.box(int(source.place_S[i])) or ()))


def test_a_task_that_needs_masks_trains_on_a_set_that_has_them(segment: RunSpec) -> None:
    folder = folder_of(new_run(small_values("segment", steps=4)))
    status = work(folder)
    assert status.state == "done", status.reason
    assert status.metrics["miou"] is not None and 0 < status.metrics["miou"] < 1


def test_a_set_without_masks_is_refused(segment: RunSpec, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(open_set("scenes")), "targets", ())
    with pytest.raises(SettingsError, match="needs pictures with masks, and 'scenes' has none"):
        make_spec(small_values("segment"))


def test_an_accuracy_counts_the_pictures_whose_class_is_known(clean_folders: Path) -> None:
    spec = make_spec(small_values("supervised"))
    source = opened(spec)
    source.test_label_S[:13] = -1
    whole, parted = (evaluate(build_task(spec), source, torch.arange(32), 0, "main", size).metrics for size in (32, 5))
    assert whole["accuracy"] == parted["accuracy"] and whole["loss"] == pytest.approx(parted["loss"])
    assert evaluate(build_task(spec), source, torch.arange(32), 0, "main", 5).counts == {"accuracy": 19}
    source.test_label_S[:] = -1
    assert evaluate(build_task(spec), source, torch.arange(32), 0, "main", 5).metrics["accuracy"] is None


def test_the_part_of_the_colour_that_is_guessed_is_that_of_the_whole_set_however_it_falls_into_batches(clean_folders: Path) -> None:
    spec = make_spec(small_values("splitbrain"))
    source, task = opened(spec), build_task(spec)
    whole, parted, alone = (evaluate(task, source, torch.arange(32), 0, "main", size).metrics["gain"] for size in (32, 5, 1))
    assert whole is not None and whole == pytest.approx(parted, abs=1e-6) == pytest.approx(alone, abs=1e-6)


def test_chance_is_that_of_the_batches_that_were_measured(clean_folders: Path) -> None:
    """20 held-out pictures in batches of 8, 8 and 4: 15, 15 and 7 other copies; an earlier version's run is mended where it is read."""
    spec = make_spec(small_values("simclr"))
    found = evaluate(build_task(spec), opened(spec), torch.arange(20), 0, "main", 8)
    expected = {"found": (16 / 15 + 4 / 7) / 20, "loss": (16 * math.log(15) + 4 * math.log(7)) / 20}
    assert found.chance == pytest.approx(expected)
    plain = {"task": "simclr", "recipe": {"batch": 8}}
    assert chance_of(plain, {"found": 1 / 15, "loss": math.log(15)}, {"tested": 20}) == pytest.approx(expected)
    assert chance_of(plain, found.chance, {"tested": 20, "chance": VERSION}) == found.chance
    assert chance_of({"task": "simclr", "recipe": "lost"}, {"found": 0.1}, {"tested": 20}) == {"found": 0.1}


def test_sentences_that_are_equal_are_found_by_chance_as_often_as_they_stand_in_the_batch(clean_folders: Path) -> None:
    spec = make_spec(small_values("clip"))
    source, task = opened(spec), build_task(spec)
    found = evaluate(task, source, torch.arange(24), 0, "main", 16)
    assert source.test(torch.arange(24)).words_BL is not None
    words_SL = source.test(torch.arange(24)).words_BL
    share = [float((part[None] == part[:, None]).all(2).float().mean()) * len(part) for part in words_SL.split(16)]
    assert found.chance["found"] == pytest.approx(sum(share) / 24)
