"""The same run with other seeds: a group that is one target, with means and pairs over seeds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ttest_rel

from ssl_core.evaluation.protocol import Protocol
from ssl_core.evaluation.seeds import seeds_found
from ssl_core.records.runs import folder_of, run
from ssl_core.records.seeds import with_its_seeds
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json
from ssl_core.training.request import new_run
from ssl_core.training.seeds import more_seeds
from tests.help.comparing import FLAGS, said, score
from tests.help.evaluation import learn_on, run_with_weights
from tests.help.small import small_values


def test_other_seeds_differ_in_the_seed_alone_and_name_the_first(clean_folders: Path) -> None:
    name = new_run(small_values())
    assert "group" not in spec_of(folder_of(name)).plain()
    second, third = more_seeds(name)
    assert [each.id for each in with_its_seeds(third)] == [name, second, third] and [run(n).seed for n in (second, third)] == [1, 2]
    own = ("seed", "created", "title", "group", "facts")
    plain = [{key: value for key, value in spec_of(folder_of(n)).plain().items() if key not in own} for n in (name, second, third)]
    assert plain[0] == plain[1] == plain[2] and {spec_of(folder_of(n)).group for n in (name, second, third)} == {name}
    (fourth,) = more_seeds(third, 1)
    assert run(fourth).seed == 3 and len(with_its_seeds(name)) == 4


def test_a_run_without_a_fixed_length_has_no_equals(clean_folders: Path) -> None:
    endless = new_run({**small_values(), "steps": None, "until_stopped": True})
    with pytest.raises(SettingsError, match="no fixed length"):
        more_seeds(endless)
    with pytest.raises(SettingsError, match="at most 20 runs"):
        more_seeds(new_run(small_values()), 20)


def test_groups_are_compared_over_seeds_with_students_t(clean_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = run_with_weights()
    for k, name in enumerate(more_seeds(first), 1):
        learn_on(folder_of(name), step=0, seed=k)
    status, answer, _ = said(["compare-seeds", first, "pixels", "--protocol", "knn", *FLAGS], capsys)
    group, pixels = answer["targets"]
    assert status == 0 and len(group["members"]) == 3 and group["mean"] == pytest.approx(np.mean(group["scores"]))
    assert pixels["ci95"] is None and pixels["sd"] is None and group["sd"] == pytest.approx(np.std(group["scores"], ddof=1))
    test = ttest_rel(group["scores"], [pixels["mean"]] * 3).confidence_interval()
    assert answer["pairs"][0]["ci95"] == pytest.approx([test.low, test.high], abs=1e-6) and answer["pairs"][0]["n"] == 3


def test_a_run_that_was_repeated_says_its_mean_over_seeds_once_they_are_scored(clean_folders: Path) -> None:
    first = run_with_weights()
    assert seeds_found(first, "knn") is None
    (second,) = more_seeds(first, 1)
    learn_on(folder_of(second), step=0, seed=1)
    found = seeds_found(second, "knn")
    assert found is not None and found.over is None and found.unscored == [first, second]
    whole = Protocol("knn")
    scores = [read_json(score(name, protocol=whole) / "result.json")["accuracy"] for name in (first, second)]
    found = seeds_found(first, "knn")
    assert found is not None and found.over is not None and found.over.scores == scores and not found.unscored
