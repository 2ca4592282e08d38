"""A process is known by its number and its start; the program, by its files."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psutil
import pytest

from ssl_core.system.processes import alive, me, program


def test_a_living_process_is_told_by_pid_and_start_time() -> None:
    born = psutil.Process().create_time()
    assert alive(os.getpid(), born)
    assert not alive(os.getpid(), born - 100)  # the pid was used again
    assert not alive(0, 0) and not alive(2**22 + 7, born)


def test_a_zombie_is_not_alive() -> None:
    child = subprocess.Popen([sys.executable, "-c", "pass"])
    born = psutil.Process(child.pid).create_time()
    deadline = time.monotonic() + 120
    while psutil.Process(child.pid).status() != psutil.STATUS_ZOMBIE and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not alive(child.pid, born)
    child.wait()


def test_a_clock_set_back_makes_no_living_process_look_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, began = me(), psutil.Process().create_time()
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: began - 3600)  # Linux reckons it from the clock as it is now
    assert alive(mine["pid"], mine["born"])
    assert not alive(mine["pid"], mine["born"] - 100)


def test_the_program_has_another_name_when_a_file_is_written_moved_added_or_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ssl_core.system.processes.PACKAGE", tmp_path)
    (tmp_path / "one.py").write_text("1")
    (tmp_path / "two.py").write_text("2")
    names = [program()]
    assert program() == names[0]
    os.utime(tmp_path / "one.py", ns=(1, 1))  # older than it was: git gives a file of before a time of its own
    names.append(program())
    (tmp_path / "room").mkdir()
    (tmp_path / "one.py").rename(tmp_path / "room" / "one.py")
    names.append(program())
    (tmp_path / "three.py").touch()
    names.append(program())
    (tmp_path / "two.py").unlink()
    names.append(program())
    assert len(set(names)) == 5


def test_the_program_has_a_name_while_its_folders_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An update replaces files one by one, and whoever is at work asks in the midst of it."""
    monkeypatch.setattr("ssl_core.system.processes.PACKAGE", tmp_path / "package")
    for name in ("reading", "tasks"):
        (tmp_path / "package" / name).mkdir(parents=True)
        (tmp_path / "package" / name / "base.py").touch()
    look, whole = os.scandir, program()

    def gone(path: Any) -> Any:
        if str(path).endswith("reading"):
            raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))
        return look(path)

    monkeypatch.setattr(os, "scandir", gone)
    assert program() != whole
    monkeypatch.setattr("ssl_core.system.processes.PACKAGE", tmp_path / "nowhere")
    assert program()
