"""Pictures to look at again, on Pictures: a wall a kind, and a class that is changed or kept by one click and undone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import ssl_core as core
from tests.help.folders import fill
from tests.pages.conftest import button, open_page, words

pytestmark = pytest.mark.usefixtures("no_starters")
NAMES = [f"{part}/{kind}/{k}.png" for part in ("train", "test") for kind in ("cat", "dog") for k in range(3)]


def test_a_doubtful_label_is_changed_or_kept_and_undone(clean_folders: Path, make_run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    name, run = core.add_folder("mine", fill(clean_folders / "mine", NAMES)), make_run()
    doubts = [core.Suspect(f"train-{k}", "label", "cat", "dog", 0.2, ["train-4", "test-1"]) for k in range(2)]
    twins = [core.Suspect("train-3", "twin", "dog", "test-4", None, ["test-4"])]
    found = core.Cleaned(run, name, 12, doubts, twins, [])
    monkeypatch.setattr("ssl_core.evaluation.clean.cleaned", lambda *_: found)
    monkeypatch.setattr("ssl_core.evaluation.clean.clean_status", lambda *_: None)
    monkeypatch.setattr("ssl_core.evaluation.clean.request_clean", lambda *_: None)
    app = open_page("data", dataset=name, run=run)
    button(app, "Find pictures to look at again").click().run()
    said = words(app)
    assert not app.exception and "2 labels that neighbours contradict, 1 pair of near duplicates" in said
    app.button(key="fix-train-0").click().run()
    assert core.reading_of(name).choice.fixed == {"train/cat/0.png": "dog"} and core.class_counts(name, "train") == {"cat": 2, "dog": 4}
    assert "fix-train-0" not in [each.key for each in app.button]
    app.button(key="keep-train-1").click().run()
    assert core.reading_of(name).choice.fixed == {"train/cat/0.png": "dog", "train/cat/1.png": "cat"}
    core.undo_choice(name)
    assert core.reading_of(name).choice.fixed == {"train/cat/0.png": "dog"}
