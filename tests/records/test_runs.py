"""Runs are listed, named, deleted and cleared without losing one."""

from __future__ import annotations

import errno
import json
import os
import time
from pathlib import Path

import pytest

from ssl_core.jobs.folder import ask
from ssl_core.jobs.start import stop
from ssl_core.jobs.status import Status, status_of, write_status
from ssl_core.records.bin import clear_caches, delete, deleted, rename, undelete
from ssl_core.records.curve import curve
from ssl_core.records.homes import home_of
from ssl_core.records.runs import folder_of, new_run_folder, reconcile, run, runs
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.system import roots
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.processes import me
from ssl_core.training.request import new_run
from tests.help.small import small_values, unstarted_run


@pytest.fixture
def folder(clean_folders: Path) -> Path:
    return unstarted_run()


@pytest.mark.parametrize("text", ["[]", "3", '{"a": 1}', '[1, null, "rotation-1"]', "{"])
def test_a_list_of_hidden_runs_by_another_hand_hides_no_run_of_yours(text: str, folder: Path) -> None:
    (roots.runs_root() / ".hidden.json").write_text(text)
    assert "rotation-1" in [each.id for each in runs()]


def test_lines_of_metrics_that_are_none_are_left_out(folder: Path) -> None:
    (folder / "metrics.jsonl").write_text('3\nnull\n"x"\n{"step": "a"}\n{"step": 1, "train": 5, "test": {"loss": 1.0}}\n')
    (line,) = curve(folder)
    assert (line["step"], line["train"], line["test"]) == (1, None, {"loss": 1.0})


def test_a_torn_last_line_of_metrics_is_left_out(folder: Path) -> None:
    (folder / "metrics.jsonl").write_text('{"step": 1}\n{"step": 2}\n{"ste')
    assert [line["step"] for line in curve(folder)] == [1, 2]


def test_run_numbers_are_never_used_twice(folder: Path) -> None:
    assert folder.name == "rotation-1"
    write_status(folder, Status(state="done"))
    delete("rotation-1")
    assert new_run_folder("rotation").name == "rotation-2"


def test_delete_and_undo_bring_everything_back(folder: Path) -> None:
    write_status(folder, Status(state="done", step=5))
    rename("rotation-1", "  My   turn ")
    delete("rotation-1")
    assert "rotation-1" not in [r.id for r in runs()]
    undelete("rotation-1")
    assert run("rotation-1").title == "My turn" and run("rotation-1").status.step == 5


def test_what_was_deleted_is_listed_with_its_title_the_last_one_first(folder: Path) -> None:
    other = new_run_folder("rotation")
    for name in (folder.name, other.name):
        write_json(roots.runs_root() / name / "spec.json", {"kind": "train", "version": 1, "task": "rotation"})
        write_status(roots.runs_root() / name, Status(state="done"))
    rename(folder.name, "My turn")
    began = time.time() - 1
    for name in (other.name, folder.name):
        delete(name)
    os.utime(roots.runs_root() / ".trash" / other.name, (1.0, 1.0))
    assert [(each.id, each.title) for each in deleted()] == [(folder.name, "My turn"), (other.name, other.name)]
    assert deleted()[0].when >= began
    undelete(folder.name)
    assert [each.id for each in deleted()] == [other.name]


def test_a_run_at_work_is_not_deleted(folder: Path) -> None:
    write_status(folder, Status(state="running", **me()))
    with pytest.raises(SettingsError, match="is at work. Stop it first"):
        delete("rotation-1")
    with pytest.raises(SettingsError, match="Something is at work"):
        clear_caches()


@pytest.mark.parametrize("name", ["", "../rotation-1", "/etc/passwd", ".trash", "no such run", "a" * 200, "rotation-1/../rotation-1", "\0"])
def test_names_never_leave_the_runs_folder(name: str, folder: Path) -> None:
    with pytest.raises(SettingsError, match="There is no run"):
        folder_of(name)


def test_an_empty_title_is_refused(folder: Path) -> None:
    with pytest.raises(SettingsError, match="at least one letter"):
        rename("rotation-1", "   ")


def test_an_unreadable_run_is_left_out_of_the_list(folder: Path) -> None:
    (folder / "spec.json").write_text("{")
    assert "rotation-1" not in [r.id for r in runs()]
    with pytest.raises(SettingsError, match="can't be read"):
        run("rotation-1")


def test_reconciling_writes_down_who_died(folder: Path) -> None:
    write_status(folder, Status(state="running", **{**me(), "born": 1.0}))
    assert (reconcile(), reconcile()) == (1, 0)
    assert read_json(folder / "status.json")["state"] == "interrupted"


def test_clearing_caches_keeps_runs(folder: Path) -> None:
    write_status(folder, Status(state="done"))
    home_of("random:convnet").mkdir(parents=True)
    (home_of("random:convnet") / "features.npz").write_bytes(b"x" * 1000)
    assert clear_caches() >= 1000
    assert run("rotation-1").id == "rotation-1" and not home_of("random:convnet").exists()


def test_clearing_caches_leaves_alone_what_is_somebody_elses(folder: Path) -> None:
    write_status(folder, Status(state="done"))
    theirs = [roots.cache_root() / name for name in ("pip/wheel", "data/cifar10/train.zip", "runs/rotation-9/spec.json", "fetch/notes")]
    for path in [*theirs, *(ours := [roots.cache_root() / f"{name}/0123456789abcdef/x" for name in ("data", "archives", "targets")])]:
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    (roots.runs_root() / ".trash" / "rotation-7").mkdir(parents=True)
    (roots.runs_root() / ".trash" / "rotation-7" / "spec.json").write_text("{}")
    clear_caches()
    assert all(path.exists() for path in theirs) and not any(path.exists() for path in ours)
    assert not (roots.runs_root() / ".trash" / "rotation-7").exists()


def test_nothing_is_cleared_while_somebody_measures_a_run(folder: Path) -> None:
    write_status(folder, Status(state="done"))
    write_status(ask("probe", {"target": "rotation-1"}, folder), Status(state="running", **me()))
    with pytest.raises(SettingsError, match="Something is at work"):
        clear_caches()


def test_a_number_is_not_used_again_after_the_caches_were_cleared(folder: Path) -> None:
    write_status(folder, Status(state="done"))
    delete("rotation-1")
    clear_caches()
    assert new_run_folder("rotation").name == "rotation-2"
    (roots.runs_root() / ".numbers.json").write_text("[1")
    assert new_run_folder("rotation").name == "rotation-3"


def test_runs_of_another_machine_are_left_for_it_to_reconcile(folder: Path) -> None:
    write_json(folder / "status.json", Status(state="running", host="elsewhere", pid=1, beat=time.time() - 100)._asdict())
    assert status_of(folder).state == "interrupted" and reconcile() == 0
    assert read_json(folder / "status.json")["state"] == "running"


def test_a_thousand_runs_are_listed_within_a_second(clean_folders: Path) -> None:
    root = roots.runs_root()
    for k in range(1000):
        (root / f"rotation-{k}").mkdir(parents=True)
        (root / f"rotation-{k}" / "spec.json").write_text(json.dumps({"kind": "train", "created": k}))
        (root / f"rotation-{k}" / "status.json").write_text(json.dumps({"state": "done"}))
    began = time.process_time()
    listed = runs(starters=False)
    assert len(listed) == 1000 and listed[0].id == "rotation-999"
    assert time.process_time() - began < 1.0


def test_where_nothing_can_be_written_every_change_is_refused_in_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_status(folder, Status(state="done"))

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(folder))

    for name in ("os.replace", "shutil.move", "pathlib.Path.touch"):
        monkeypatch.setattr(name, refuse)
    for change in (lambda: rename("rotation-1", "x"), lambda: delete("rotation-1"), lambda: stop(folder)):
        with pytest.raises(SettingsError, match="can't be written. Choose another folder with SSL_RUNS"):
            change()
    assert run("rotation-1").title == "rotation-1"


def test_a_run_says_the_fields_of_its_spec_by_name(clean_folders: Path) -> None:
    name = new_run(small_values("fixmatch", seed=3, recipe={"batch": 16, "epochs": 2.5}, steps=None))
    found, spec = run(name), spec_of(folder_of(name))
    assert (found.fixed, found.seed, found.image_size) == (list(spec.fixed), 3, spec.recipe.image_size)
    assert (found.also_plotted, found.headline, found.learning) == (spec.watched, spec.glance, spec.learning)
    assert found.planned_steps == 2.5 * (64 // 16) and run(new_run(small_values(steps=7))).planned_steps == 7


def test_a_run_whose_spec_says_little_has_defaults(folder: Path) -> None:
    found = run(folder.name)
    assert (found.fixed, found.seed, found.image_size, found.planned_steps) == ([], 0, None, 1)
    assert (found.also_plotted, found.headline, found.learning) == ({}, 1, "")


def test_no_screen_reads_the_json_of_a_spec(root: Path) -> None:
    assert [path.name for path in (root / "pages").rglob("*.py") if ".spec" in path.read_text(encoding="utf-8")] == []
