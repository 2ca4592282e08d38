"""All scores at once: what was measured alike stands together, of this machine's runs and of the methods of docs/results.csv."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.evaluation.every import Every, every_run, unlike_measured
from ssl_core.evaluation.probe import MEASURE
from ssl_core.evaluation.protocol import Protocol
from ssl_core.records.runs import folder_of, run
from ssl_core.system.origin import RESULTS
from ssl_core.training.request import make_spec
from tests.help.comparing import said, score
from tests.help.evaluation import SIZE, learn_on, run_with_weights

COLUMNS = "method,dataset,steps,seconds,held_out,linear,linear_lo,linear_hi,knn,random,pictures,measure,image_size,asked"
HOW = Protocol("linear", train=300, test=150)


def on_digits(table: Path) -> list[Every]:
    return [group for group in every_run(table) if group.dataset == "digits"]


def shipped(folder: Path, pictures: str = "300+150", measure: int = MEASURE) -> Path:
    asked = '"{""task"": ""rotation"", ""dataset"": ""digits""}"'
    row = f"rotation,digits,90,60,0.7,0.5,0.42,0.58,0.4,0.3,{pictures},{measure},{SIZE},{asked}"
    (folder / "results.csv").write_text(f"{COLUMNS}\n{row}\n")
    return folder / "results.csv"


def test_a_run_stands_beside_a_method_that_was_measured_alike(tmp_path: Path, clean_folders: Path) -> None:
    name, other = run_with_weights(), run_with_weights(seed=1)
    score(name, protocol=HOW)
    linear, near = on_digits(shipped(tmp_path))
    assert {row.run for row in linear.rows} == {name, ""} and linear.protocol == "linear" and len(near.rows) == 1
    ours = next(row for row in linear.rows if not row.own)
    assert (ours.accuracy, ours.lo, ours.hi, ours.asked["task"]) == (0.5, 0.42, 0.58, "rotation") and ours.columns["random"] == 0.3
    assert near.rows[0].lo is None and [each.id for each in unlike_measured(linear)] == [other]


@pytest.mark.parametrize("more", [{"pictures": "300+151"}, {"measure": MEASURE + 1}])
def test_what_was_measured_otherwise_stands_apart_or_nowhere(tmp_path: Path, clean_folders: Path, more: dict[str, str]) -> None:
    name = run_with_weights()
    score(name, protocol=HOW)
    own = [group for group in on_digits(shipped(tmp_path, **more)) if any(row.own for row in group.rows)]
    assert [len(group.rows) for group in own] == [1]
    learn_on(folder_of(name), step=9, seed=3)
    assert not any(row.own for group in on_digits(shipped(tmp_path, **more)) for row in group.rows)  # its weights are others now


def test_the_table_of_the_program_says_with_what_the_same_run_starts() -> None:
    rows = [row for group in every_run() for row in group.rows if not row.own]
    assert RESULTS.exists() and len(rows) >= 20 and all({"task", "dataset", "steps"} <= row.asked.keys() for row in rows)
    assert make_spec({**rows[0].asked, "dataset": "digits"}).steps == rows[0].steps


def test_the_command_lists_groups(clean_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = run_with_weights()
    score(name, protocol=HOW)
    status, answer, _ = said(["every"], capsys)
    mine = [row for group in answer["groups"] for row in group["rows"] if row["own"]]
    assert status == 0 and [row["name"] for row in mine if row["run"] == name] == [run(name).title]
