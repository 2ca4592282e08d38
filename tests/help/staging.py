"""Where hazards are made to happen, and the table of the functions that do it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.__main__ import main
from tests.pages.conftest import words

SMALL = ["--backbone.width", "4", "--dataset.n-train", "24", "--dataset.n-test", "12", "--batch", "8", "--precision", "fp32"]
REFUSED: dict[str, Any] = {"task": "inpainting", "backbone": "convnet"}


class Told(NamedTuple):
    """What the program said, and what is left afterwards."""

    said: str
    left: str


class Stage:
    """What a hazard needs: its own folders, the command line, screens, and ordinary runs."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], run: Callable[..., str]) -> None:
        self.home, self.patch, self.capsys, self.run = home, patch, capsys, run

    def command(self, *argv: str) -> str:
        """What a command prints to stdout and stderr. Exit status 2 must come with one line; only status 1 may come with a traceback."""
        self.capsys.readouterr()
        code = main(list(argv))
        out, err = self.capsys.readouterr()
        assert code != 2 or len(err.strip().splitlines()) == 1, err
        assert code == 1 or "Traceback" not in out + err
        return out + err

    def full(self, when: Callable[[str], bool]) -> None:
        """From now on `os.replace` fails with ENOSPC for targets whose name fulfils `when`."""
        rename = os.replace

        def refuse(source: Any, target: Any, **rest: Any) -> None:
            if when(str(target)):
                raise OSError(errno.ENOSPC, "No space left on device", str(target))
            rename(source, target, **rest)

        self.patch.setattr(os, "replace", refuse)


def seen(app: AppTest) -> str:
    """A screen's text, buttons and title; fails on an exception."""
    assert not app.exception, app.exception
    return words(app).replace("\\", "") + "\n" + "\n".join(f"button: {each.label}" for each in app.button) + str(app.title[0].value)


def same(text: str) -> Told:
    return Told(text, text)


STAGES: dict[tuple[str, str], Callable[[Stage], Told]] = {}


def stage(name: str, place: str) -> Callable[[Callable[[Stage], Told]], Callable[[Stage], Told]]:
    """Decorator: registers the function that makes a hazard happen at a place."""

    def kept(function: Callable[[Stage], Told]) -> Callable[[Stage], Told]:
        STAGES[name, place] = function
        return function

    return kept


def scenes(here: Stage) -> str:
    """The counts of a data set that always exists, made small."""
    info = core.open_set("scenes", "train", options={"n_train": 24, "n_test": 12}).info
    return f"scenes: {info.samples} + {core.open_set('scenes', 'test', options={'n_train': 24, 'n_test': 12}).info.samples}"
