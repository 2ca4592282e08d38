"""The door's names: still the same after every submodule was imported, without Streamlit, listed by help."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import ssl_core as core
from ssl_core.__main__ import main
from ssl_core.system.version import version_of

FUNCTIONS = ("train", "handle", "load", "embed", "probe", "compare", "project", "attend", "export", "tensorboard", "film", "fetch")
LISTS = ("tasks", "backbones", "datasets", "probes", "explainers", "projectors", "settings", "runs")
EVERYTHING = """
import importlib, json, pkgutil, pydoc, sys
import ssl_core as core
before = {name: id(getattr(core, name)) for name in core.__all__}
for found in pkgutil.walk_packages(core.__path__, "ssl_core."):
    importlib.import_module(found.name)
changed = [name for name in core.__all__ if id(getattr(core, name)) != before[name]]
modules = [name for name in core.__all__ if type(getattr(core, name)).__name__ == "module"]
page = pydoc.plain(pydoc.render_doc(core))
print(json.dumps({"changed": changed, "modules": modules, "streamlit": "streamlit" in sys.modules, "page": page}))
"""


@pytest.fixture(scope="module")
def fresh(root: Path) -> dict[str, Any]:
    """What a fresh interpreter finds that has imported every submodule."""
    command = [sys.executable, "-W", "ignore", "-c", EVERYTHING]
    told = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    answer: dict[str, Any] = json.loads(told.stdout.splitlines()[-1])
    return answer


def test_no_import_of_a_submodule_changes_a_door_name(fresh: dict[str, Any]) -> None:
    assert fresh["changed"] == [] and fresh["modules"] == []


def test_nothing_behind_the_door_loads_streamlit(fresh: dict[str, Any]) -> None:
    assert fresh["streamlit"] is False


def test_help_begins_with_an_example_and_lists_functions_with_their_signatures(fresh: dict[str, Any]) -> None:
    page = fresh["page"]
    assert 'run = core.train("simclr", dataset="scenes", steps=300)' in page.split("PACKAGE CONTENTS")[0]
    functions = page.split("\nFUNCTIONS\n")[1]
    for name in (*FUNCTIONS, *(f"list_{kind}" for kind in LISTS)):
        assert f"\n    {name}(" in f"\n{functions}", name
    assert "dataset: 'str | Path' = 'scenes'" in functions and "class Handle(" in page


def test_help_fits_on_a_few_screens(fresh: dict[str, Any]) -> None:
    assert len(fresh["page"].splitlines()) < 350


def test_every_listed_name_is_a_door_name_with_a_docstring() -> None:
    names = [name for name in dir(core) if not name.startswith("__")]
    assert set(names) <= set(core.__all__) and {*FUNCTIONS, "Handle", "Table"} <= set(names)
    assert [name for name in names if not getattr(core, name).__doc__] == []


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'trian'"):
        core.trian  # noqa: B018


@pytest.mark.parametrize("kind", [kind for kind in LISTS if kind != "settings"])
def test_lists_are_tables_of_named_rows(kind: str) -> None:
    table = getattr(core, f"list_{kind}")()
    assert isinstance(table, core.Table) and len(table) and all(row["name"] for row in table) and repr(table)


def test_settings_of_a_task_are_listed_with_owner_default_and_range() -> None:
    rows = {row["name"]: row for row in core.list_settings("simclr")}
    assert rows["temperature"]["of"] == "simclr" and rows["temperature"]["allowed"] == "above 0 and at most 10"
    assert rows["rate"]["of"] == "recipe" and rows["rate"]["default"] > 0
    with pytest.raises(core.SettingsError, match="'task' must be one of .*simclr.* Got magic."):
        core.list_settings("magic")


def test_the_version_is_said_in_pyproject_alone(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    version = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert core.__version__ == version
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0 and capsys.readouterr().out == f"selfsight {version}\n"


def test_another_project_s_pyproject_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "other"\nversion = "9.9"\n')
    assert version_of(tmp_path / "pyproject.toml") != "9.9"
