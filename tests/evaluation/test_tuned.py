"""Fine-tuning as a protocol: a run teaches a copy of the network, and its answers are compared like any others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import ssl_core as core
from ssl_core.evaluation import tuned
from ssl_core.evaluation.probe import read_arrays, read_result
from ssl_core.evaluation.protocol import Protocol
from ssl_core.models.networks import checkpoint_digest
from ssl_core.records.runs import folder_of, run, runs
from tests.help.comparing import SMALL, score
from tests.help.small import small_run


@pytest.fixture
def source(clean_folders: Path) -> str:
    return small_run("rotation", steps=4)[0].name


QUICK = Protocol("finetune", {"minutes": 0.05}, train=SMALL["train"], test=SMALL["test"])


def test_the_taught_copy_is_a_run_whose_answers_are_scored_picture_by_picture(source: str) -> None:
    before = checkpoint_digest(folder_of(source))
    folder = score(source, "digits", QUICK)
    assert checkpoint_digest(folder_of(source)) == before
    result, arrays = read_result(folder), read_arrays(folder)
    taught = run(result["facts"][0]["run"])
    assert result["n_train"] == len(core.open_set("digits", "train")) > SMALL["train"]  # the run learns from the whole split
    assert taught.task == "finetune" and taught.spec["began"]["from"] == source and taught.status.state == "done"
    assert result["accuracy"] == pytest.approx(arrays["right"].mean()) and result["accuracy"] > 0.2
    assert np.array_equal(arrays["right"], arrays["guess"] == arrays["labels"]) and len(arrays["right"]) == SMALL["test"]


def test_without_a_network_there_is_nothing_to_teach(source: str) -> None:
    with pytest.raises(AssertionError, match="has no network that can be fine-tuned"):
        score("pixels", "digits", QUICK)


def test_a_run_that_fails_is_said_with_its_reason(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuned, "_flags", lambda *_: ["--from", "nobody-1"])
    with pytest.raises(AssertionError, match="Fine-tuning it failed: .*nobody-1"):
        score(source, "digits", QUICK)
    assert [each.id for each in runs(starters=False)] == [source]
