"""The command `selfsight`: when it opens the app and when it is the command line, and with which flags."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ssl_core import __main__ as command_line

Started = list[list[str]]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Started:
    """The programs that took this process's place; none does."""
    found: Started = []
    monkeypatch.setattr(os, "execv", lambda program, argv: found.append(argv))
    return found


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ([], ["app"]),
        (["--port", "8600"], ["app", "--port", "8600"]),
        (["--version"], ["--version"]),
        (["-h"], ["-h"]),
        (["train", "rotation", "--steps", "3"], ["train", "rotation", "--steps", "3"]),
    ],
)
def test_without_a_command_it_opens_the_app(typed: list[str], meant: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []
    monkeypatch.setattr(sys, "argv", ["selfsight", *typed])
    monkeypatch.setattr(command_line, "main", lambda argv: asked.append(argv) or 0)
    assert command_line.selfsight() == 0 and asked == [meant]


def test_the_app_has_the_flags_of_start_py_and_no_code_of_the_working_folder(started: Started, root: Path) -> None:
    command_line.main(["app", "--port", "8600"])
    (argv,) = started
    assert argv[:6] == [sys.executable, "-P", "-m", "streamlit", "run", str(root / "app.py")] and argv[-2:] == ["--server.port", "8600"]


def test_a_wrong_flag_starts_nothing(started: Started, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        command_line.main(["app", "--port", "0"])
    assert "python -m ssl_core app: error: --port must be between 1 and 65535. Got 0." in capsys.readouterr().err and started == []
