"""What another reading changes is counted: pictures, labels that move with their files, results that become stale."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

import ssl_core as core
from tests.help.folders import fill


@pytest.fixture
def coast(own_folders: Path) -> Iterator[Path]:
    """A set of two folders with three labels, a run and a finished look; the store of labels is closed at the end."""
    fill(own_folders / "data" / "Sea & Wood", [f"{kind}/{k}.png" for kind in ("sea", "wood") for k in range(10)])
    name = "sea-wood"
    for folder, kind in (("rotation-1", "train"), ("rotation-1/jobs/probe-1", "probe"), ("data/jobs/look-1", "look")):
        (own_folders / "runs" / folder).mkdir(parents=True)
        (own_folders / "runs" / folder / "spec.json").write_text(json.dumps({"kind": kind, "dataset": name}))
    core.label_store(core.runs_root()).act([core.Action(name, f"train-{k}", "mine", str(uuid.uuid4())) for k in range(3)])
    yield own_folders
    core.label_store(core.runs_root()).close()


def test_labels_and_results_are_counted_where_the_reading_changes(coast: Path) -> None:
    found = core.effect_of("Sea & Wood", core.Choice(classes="none"))
    assert (found.labels, found.results) == (3, 2)  # a look at the pixels is no result
    assert found.words().endswith("3 labels move with their files. 2 results become stale.")


def test_nothing_is_said_where_nothing_changes(coast: Path) -> None:
    assert core.effect_of("sea-wood", core.Choice(classes="folders")).words() == "No picture changes its side or class."


def test_only_the_pictures_of_a_merged_class_change(own_folders: Path) -> None:
    names = [f"{part}/{kind}/{k}.png" for part in ("train", "test") for kind in ("ant", "bee", "wood") for k in range(5)]
    fill(own_folders / "data" / "split", names)
    changed = core.change("split", core.Choice(merged={"ant": "bee"}))
    assert changed.moved == 10 and changed.classes_after == ("bee", "wood")  # wood has another number now, and is the same class
