"""Small siblings of the benchmarks: a twentieth of the size, three times the limit; and what is not a matter of time."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from benchmarks import LeftOut, answers, loop, reread, solver, views, votes
from benchmarks import __main__ as bench

SLACK, PART = 3.0, 1 / 20


@pytest.mark.timed
@pytest.mark.parametrize("task", ["rotation", "simclr"])
def test_the_loop_costs_little_beside_its_steps(task: str, clean_folders: Path) -> None:
    assert bench.ROWS[task].holds(loop.share(task, PART), SLACK)


@pytest.mark.timed
def test_scenes_are_drawn_in_no_time(clean_folders: Path) -> None:
    assert bench.ROWS["scenes"].holds(answers.scenes_drawn(PART), SLACK)


@pytest.mark.timed
@pytest.mark.parametrize("library", ["lightly", "kornia"])
def test_two_copies_are_edited_faster_than_by_others(library: str) -> None:
    assert bench.ROWS[library].holds(views.times_faster(library, 1 / 4), SLACK)


@pytest.mark.timed
def test_a_folder_is_read_differently_at_once(clean_folders: Path) -> None:
    assert reread.slowest_in_the_dialog(PART) <= bench.ROWS["reread"].limit * PART * SLACK


@pytest.mark.timed
def test_penalties_are_swept_faster_than_by_scikit_learn(clean_folders: Path) -> None:
    assert bench.ROWS["sweep"].holds(solver.sweep_faster(PART), SLACK)


@pytest.mark.timed
def test_neighbours_vote_as_fast_as_scikit_learns() -> None:
    assert bench.ROWS["knn"].holds(votes.votes_faster(PART), SLACK)


@pytest.mark.timed
def test_an_answer_is_there_at_once(clean_folders: Path) -> None:
    assert bench.ROWS["play"].holds(answers.played(PART), SLACK)


def test_a_limit_is_kept_from_its_own_side() -> None:
    assert bench.ROWS["rotation"].holds(0.86) and not bench.ROWS["rotation"].holds(0.84)
    assert bench.ROWS["first"].holds(2.9) and not bench.ROWS["first"].holds(3.1)
    assert bench.ROWS["first"].holds(8.9, SLACK) and bench.ROWS["rotation"].holds(0.3, SLACK)


def test_the_share_of_the_bare_step_is_a_median_over_pieces() -> None:
    pairs = [(1.0, 2.0)] * 70 + [(1.0, 100.0)] * 30
    assert loop.median_share(pairs) == pytest.approx(statistics.median([0.5] * 7 + [0.01] * 3))


def test_a_log_of_the_suite_tells_its_time() -> None:
    log = "==== 310 passed, 2 skipped in 401.50s (0:06:41) ====\n\x1b[32m=== \x1b[1m6 passed\x1b[0m in 21.25s ===\x1b[0m\n"
    assert bench.suite_seconds(log) == pytest.approx(422.75)
    with pytest.raises(LeftOut):
        bench.suite_seconds("no end")


def test_a_row_measured_again_takes_its_old_lines_place_and_the_others_stay() -> None:
    before = "# Figures\n\n| row | what | figure |\n|---|---|---|\n| start | s | 2 s |\n| rotation | r | 0.8 |\n| gone | g | 1 |\n"
    assert bench.merged(before, ["| start | s | 1 s |", "| play | p | 3 ms |"]) == [
        "| rotation | r | 0.8 |",
        "| start | s | 1 s |",
        "| play | p | 3 ms |",
    ]


def test_an_unknown_row_is_told_which_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        bench.main(["speed"])
    assert ended.value.code == 2 and "ROW must be one of rotation, inpainting" in capsys.readouterr().err
