"""Specs of other versions and by other hands: read with what is missing filled in, or refused in a sentence; always listed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ssl_core.records.bin import delete, rename, undelete
from ssl_core.records.runs import STARTER, run, runs
from ssl_core.records.spec import RunSpec, fault_of, spec_of
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system.disk import read_json, write_json

WHOLE: dict[str, Any] = {"kind": "train", "task": "rotation", "backbone": "convnet", "dataset": "scenes", "recipe": {}}
WHOLE |= {"data": {"samples": 8, "classes": [], "image_size": 32, "colour": True}, "mean": [0.5] * 3, "std": [0.2] * 3}


def made(folder: Path, **spec: Any) -> Path:
    """A run's folder with such a spec."""
    home = folder / "runs" / "rotation-1"
    home.mkdir(parents=True)
    write_json(home / "spec.json", spec)
    write_json(home / "status.json", {"state": "done", "step": 60})
    return home


def test_what_an_older_version_did_not_say_is_filled_in(clean_folders: Path) -> None:
    spec = spec_of(made(clean_folders, **WHOLE))
    assert spec.recipe == Recipe()
    assert (spec.seed, spec.steps, spec.fixed, spec.labels_from) == (0, None, (), "dataset")


@pytest.mark.parametrize("field", ["task", "data", "mean", "recipe"])
def test_what_nothing_can_stand_for_is_named(field: str, clean_folders: Path) -> None:
    folder = made(clean_folders, **{name: value for name, value in WHOLE.items() if name != field})
    with pytest.raises(SettingsError, match=f"lacks '{field}': an older version made it, or it is damaged. Train it anew, or delete it."):
        spec_of(folder)
    assert run("rotation-1").status.state == "done"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"version": 2, "measure": {"kind": "new"}, "recipe": [1]}, "was made by a newer version (2) than this one (1). Update Selfsight"),
        ({"version": "1.5"}, "was made by a newer version (1.5)"),
        ({"recipe": "fast"}, "'recipe' must be an object. Got fast."),
        ({"data": [1]}, "'data' must be an object. Got [1]."),
        ({"glance": "all"}, "'glance' must be a number. Got all."),
    ],
)
def test_another_versions_run_is_listed_with_the_reason_and_can_be_renamed_and_deleted(
    change: dict[str, Any], words: str, clean_folders: Path
) -> None:
    folder = made(clean_folders, **WHOLE | change)
    (listed,) = runs(starters=False)
    assert (listed.id, listed.status.state) == ("rotation-1", "failed") and words in listed.status.reason
    with pytest.raises(SettingsError) as refused:
        spec_of(folder)
    assert words in str(refused.value)
    rename("rotation-1", "From the future")
    delete("rotation-1")
    assert not runs(starters=False)
    undelete("rotation-1")
    assert run("rotation-1").title == "From the future"


def test_a_measure_of_an_earlier_version_says_test_pictures(clean_folders: Path) -> None:
    said = {"title": "Right answers on new pictures", "unit": "%", "counted": True, "top": None, "help": "Of new pictures."}
    made(clean_folders, **WHOLE, measure=said)
    found = run("rotation-1").measure
    assert found is not None and (found.title, found.help) == ("Right answers on test pictures", "Of test pictures.")


def test_a_measure_that_lacks_words_counts_as_not_said(clean_folders: Path) -> None:
    made(clean_folders, **WHOLE, measure={"title": "x"})
    assert run("rotation-1").spec["measure"] is None


@pytest.mark.parametrize("name", sorted(path.parent.name for path in STARTER.glob("*/spec.json")))
def test_a_shipped_spec_is_written_as_it_was_read(name: str) -> None:
    plain = read_json(STARTER / name / "spec.json")
    written = spec_of(STARTER / name).plain()
    assert written == {
        "watched": {},
        **plain,
    }  # the recipe too: a setting that is newer than the file is written where it isn't the default
    assert [key for key in written if key in plain] == list(plain)


def test_a_key_of_another_program_is_written_back() -> None:
    assert RunSpec.read(WHOLE | {"note": ["mine"]}, "rotation-1").plain()["note"] == ["mine"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"steps": "many"}, "'steps' must be a number. Got many."),
        ({"data": WHOLE["data"] | {"classes": "cat"}}, "'data: classes' must be a list. Got cat."),
        ({"recipe": {"rate": -1}}, "'rate' of the recipe must be above 0 and at most 1000. Got -1."),
    ],
)
def test_a_value_that_no_version_wrote_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        RunSpec.read(WHOLE | change, "rotation-1")
    assert words in str(refused.value)


def test_a_newer_setting_of_the_recipe_is_written_where_it_is_not_the_default() -> None:
    plain = {"task": "rotation", "backbone": "convnet", "dataset": "scenes", "mean": [0.5] * 3, "std": [0.2] * 3, "recipe": {}}
    plain |= {"data": {"samples": 8, "classes": [], "image_size": 8, "colour": True}}
    assert "accumulate" not in RunSpec.read(plain, "one").plain()["recipe"]
    parted = RunSpec.read({**plain, "recipe": {"accumulate": 4}}, "one")
    assert parted.plain()["recipe"]["accumulate"] == 4 and RunSpec.read(parted.plain(), "one") == parted


@pytest.mark.parametrize("listed", ["twice", [1], [{"start": 5}], [{"start": 5, "steps": 3, "schedule": "square"}]])
def test_a_damaged_list_of_stretches_is_refused_by_name(listed: object) -> None:
    whole = {"start": 5, "steps": None, "minutes": 1.0, "schedule": "rewarmed"}
    assert fault_of({"version": 1, "continued": [whole]}, "x") == ""
    assert fault_of({"version": 1, "continued": listed}, "x").startswith("The spec.json of 'x' is damaged: 'continued' must be a list.")
