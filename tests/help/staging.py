"""A place where hazards are made to happen, and the list of those that are."""

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
    """What was said, and what is there afterwards."""

    said: str
    left: str


class Stage:
    """A place for hazards: folders of its own, a command line, screens, and runs that stand as they should."""

    def __init__(self, home: Path, patch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], run: Callable[..., str]) -> None:
        self.home, self.patch, self.capsys, self.run = home, patch, capsys, run

    def command(self, *argv: str) -> str:
        """What the command line says on both its ways out; a mistake of the person's ends with 2 and one line."""
        self.capsys.readouterr()
        code = main(list(argv))
        out, err = self.capsys.readouterr()
        assert code != 2 or len(err.strip().splitlines()) == 1, err
        assert code == 1 or "Traceback" not in out + err
        return out + err

    def full(self, when: Callable[[str], bool]) -> None:
        """From now on the disk has no room for files whose name is such."""
        rename = os.replace

        def refuse(source: Any, target: Any, **rest: Any) -> None:
            if when(str(target)):
                raise OSError(errno.ENOSPC, "No space left on device", str(target))
            rename(source, target, **rest)

        self.patch.setattr(os, "replace", refuse)


def seen(app: AppTest) -> str:
    """What a screen says, and its buttons."""
    assert not app.exception, app.exception
    return words(app).replace("\\", "") + "\n" + "\n".join(f"button: {each.label}" for each in app.button) + str(app.title[0].value)


def same(text: str) -> Told:
    return Told(text, text)


STAGES: dict[tuple[str, str], Callable[[Stage], Told]] = {}


def stage(name: str, place: str) -> Callable[[Callable[[Stage], Told]], Callable[[Stage], Told]]:
    """This function makes the hazard happen."""

    def kept(function: Callable[[Stage], Told]) -> Callable[[Stage], Told]:
        STAGES[name, place] = function
        return function

    return kept


def scenes(here: Stage) -> str:
    """A set that is always there, made small."""
    info = core.open_set("scenes", "train", options={"n_train": 24, "n_test": 12}).info
    return f"scenes: {info.samples} + {core.open_set('scenes', 'test', options={'n_train': 24, 'n_test': 12}).info.samples}"
