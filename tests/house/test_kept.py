"""Folders that an earlier version wrote are found whole and written to: runs, labels, own sets, measurements, starter runs."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import ssl_core as core
from tests.kept.seen import BASELINE, DONE, HIDDEN, LOOSE, PACKED, STARTERS, STOPPED, command, losses, machine, seen

KEPT = sorted(path for path in (Path(__file__).resolve().parents[1] / "kept").glob("v*") if path.is_dir())
MADE = ("jobs/*", "arrays")  # what is measured or decoded once: a new one of these tells of work done twice


@pytest.fixture(params=KEPT, ids=lambda path: path.name)
def open_copy(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Makes a copy of the kept folder the one in use; gives what its own version saw in it."""

    def opened(name: str) -> dict[str, Any]:
        core.label_store(core.runs_root()).close()
        for part in ("runs", "cache"):
            shutil.copytree(request.param / part, tmp_path / name / part)
            monkeypatch.setenv(f"SSL_{part.upper()}", str(tmp_path / name / part))
        found: dict[str, Any] = json.loads((request.param / "seen.json").read_text(encoding="utf-8"))
        return found

    monkeypatch.setenv("SSL_DATA", str(tmp_path / "no data"))
    yield opened
    core.label_store(core.runs_root()).close()
    core.dismiss()  # nothing should have woken it


@pytest.fixture
def kept(open_copy: Callable[[str], dict[str, Any]]) -> dict[str, Any]:
    """A copy of the kept folder is in use; what its own version saw in it."""
    return open_copy("copy")


def made(*roots: Path) -> dict[str, list[int]]:
    """Every job and decoded set, with the times at which its files were written."""
    folders = [folder for root in roots for pattern in MADE for folder in root.rglob(pattern)]
    return {str(folder): sorted(path.stat().st_mtime_ns for path in folder.iterdir() if path.suffix != ".lock") for folder in folders}


def run(name: str) -> core.Run:
    (found,) = (each for each in core.runs(starters=False) if each.id == name)
    return found


def click(name: str, picture: str, label: str) -> core.Receipt:
    return core.label_store(core.runs_root()).act([core.Action(name, picture, label, str(uuid.uuid4()))])


def test_there_is_a_kept_folder() -> None:
    assert [path.name for path in KEPT] == ["v1"]


def test_everything_says_what_it_said_and_nothing_is_measured_anew(kept: dict[str, Any], tmp_path: Path) -> None:
    before = made(core.runs_root(), core.cache_root())
    assert len(before) > 10
    now = seen(tmp_path)
    del kept["resumed"]
    assert [now[question].pop("notes") for question in ("probe", "compare")] == [[], []]  # said beside every number since
    check_beside(kept, now)
    # measured otherwise since: the agreement of features has another interval, and attention lies where its cells look
    assert now["project"].pop("best") == pytest.approx(0.075) and now["project"].pop("agreement_features") is None
    assert kept["project"].pop("agreement_features") == pytest.approx(0.069, abs=1e-3)
    for question in ("shares", "starters' shares"):
        kept.pop(question)
        now.pop(question)
    for said in (kept, now):
        for row in said["runs"]:
            if row["run"].endswith("-starter"):  # trained anew by other presets since
                del row["step"], row["seconds"], row["metrics"]
        said["starters"], said["starters compared"] = (
            [row[:n] for row in said[key]] for key, n in (("starters", 2), ("starters compared", 1))
        )
        said["map"] = [*said["map"][:4], said["map"][4][0], *said["map"][6:11]]
        said["starters' maps"] = {name: count for name, (count, _) in said["starters' maps"].items()}  # drawn anew with the measure
    assert list(now) == list(kept)
    for question, answer in kept.items():
        assert now[question] == answer, question
    assert made(core.runs_root(), core.cache_root()) == before


def check_beside(kept: dict[str, Any], now: dict[str, Any]) -> None:
    """Takes out what stands beside scores since, each with its value: chance and majority, intervals at their level, notes."""
    for answer in (now["probe"], now["compare"], *now["compare"]["targets"]):
        assert (answer.pop("chance"), answer.pop("majority")) == (0.1, 0.125)  # ten classes, two pictures of 16 the most
    for pair in now["compare"]["pairs"]:
        assert (pair.pop("interval"), pair.pop("level")) == (pair["ci95"], 0.95)  # one rival: nothing is corrected
        assert pair.pop("mcnemar") == 1.0 and pair.pop("enough") > 16  # they disagree on one picture
    assert "no sample of the set" in now["few"].pop("notes")[-1]
    assert now["few"].pop("chance") <= now["few"].pop("majority") == kept["few"].pop("chance")  # the larger of the two was called chance


def test_asking_for_what_was_measured_starts_no_job(kept: dict[str, Any]) -> None:
    assert core.request_comparison([DONE, BASELINE]) == []
    assert core.request_layout(DONE, None, "pca") is None
    assert core.outdated_shares([DONE], "scenes") == [DONE] and len(core.request_shares([DONE], "scenes")) == 1  # measured otherwise since
    assert core.request_few_shot(PACKED, [DONE, BASELINE]) == []
    assert core.request_comparison(STARTERS) == []


def test_the_stopped_run_goes_on_as_its_own_version_would_have(kept: dict[str, Any]) -> None:
    assert command("resume", STOPPED)["status"] == "done"
    wanted, found = kept["resumed"], losses(run(STOPPED).folder)
    # Another processor or torch rounds otherwise, and that grows step by step; on the same two every bit is the same.
    assert found == pytest.approx(wanted["losses"], rel=1e-3)
    if machine() == wanted["machine"]:
        assert found == wanted["losses"]
        assert run(STOPPED).status.weights == wanted["weights"]


def test_a_checkpoint_written_anew_on_the_way_changes_no_bit(open_copy: Callable[[str], dict[str, Any]]) -> None:
    open_copy("in one go")
    command("resume", STOPPED)
    straight = run(STOPPED)
    open_copy("in two")
    core.stop(run(STOPPED).folder)  # heard before the first step: the run is read, and saved again where it stood
    assert command("resume", STOPPED)["status"] == "stopped"
    assert run(STOPPED).status.step < straight.status.step
    command("resume", STOPPED)
    assert run(STOPPED).status.weights == straight.status.weights
    assert losses(run(STOPPED).folder) == losses(straight.folder)


def test_weights_of_before_are_exported(kept: dict[str, Any], tmp_path: Path) -> None:
    from safetensors.numpy import load_file

    command("export", DONE, "--out", str(tmp_path / "out"))
    (file,) = (tmp_path / "out").rglob("*.safetensors")
    assert sum(value.size for value in load_file(file).values()) > 5000


def test_runs_are_renamed_deleted_and_brought_back(kept: dict[str, Any]) -> None:
    core.rename(STOPPED, "Another name")
    assert run(STOPPED).title == "Another name" and run(DONE).title == "Kept from before"
    core.delete(DONE)
    assert [each.id for each in core.runs(starters=False)] == [STOPPED]
    core.undelete(DONE)
    assert run(DONE).title == "Kept from before"
    assert HIDDEN not in [each.id for each in core.runs()]
    core.undelete(HIDDEN)
    assert HIDDEN in [each.id for each in core.runs()]


def test_a_number_that_a_run_had_is_not_given_again(kept: dict[str, Any]) -> None:
    core.delete(DONE)
    small = ["--dataset.n-train", "16", "--dataset.n-test", "10", "--image-size", "8", "--batch", "8", "--backbone.width", "4"]
    assert command("train", "rotation", *small, "--steps", "1", "--device", "cpu", "--precision", "fp32")["run"] == "rotation-2"


@pytest.mark.parametrize("name", ["scenes", PACKED, LOOSE])
def test_labels_are_added_and_an_undo_takes_back_the_last_one_of_before(name: str, kept: dict[str, Any]) -> None:
    labels, classes, next_undo = kept["labels"][name]
    store = core.label_store(core.runs_root())
    label = classes[0] if classes else "square"
    assert click(name, "train-5", label).total == len(labels) + 1
    assert store.undo(name).now == {"train-5": None}
    receipt = store.undo(name)
    (taken_back,) = set(labels) - set(store.labels(name))
    assert receipt.undone == next_undo and receipt.total == len(labels) - 1
    assert taken_back == list(labels)[-1]


def test_the_own_classes_get_another_name_with_their_labels(kept: dict[str, Any]) -> None:
    store = core.label_store(core.runs_root())
    store.set_classes("scenes", ["ours", "other"], {"mine": "ours"})
    assert store.classes("scenes") == ("ours", "other")
    assert list(store.labels("scenes").values()) == [{"mine": "ours"}.get(name, name) for name in kept["labels"]["scenes"][0].values()]


def test_own_sets_are_removed_and_brought_back_with_their_labels(kept: dict[str, Any]) -> None:
    store = core.label_store(core.runs_root())
    for name in (PACKED, LOOSE):
        core.remove_set(name)
        assert name not in [row.name for row in core.list_sets()]
        core.restore_set(name)
        assert store.labels(name) == kept["labels"][name][0]


def test_a_new_probe_of_an_old_run_reads_its_old_features(kept: dict[str, Any]) -> None:
    before = made(core.runs_root(), core.cache_root())
    answer = command("probe", DONE, "--protocol", "knn")
    after = made(core.runs_root(), core.cache_root())
    (new,) = set(after) - set(before)
    assert Path(new).name.startswith("probe-") and answer["n_test"] == 16
    assert {folder: after[folder] for folder in before} == before
