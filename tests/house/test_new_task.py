"""A pretext task is one new file: the example of CONTRIBUTING.md is dropped into a copy of the tree, and everything follows."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.help.copied import copy_tree, printed

NAME = "bright"
LONGEST = 30  # lines that say something
COMMANDS = """
import contextlib, io, json, sys
from ssl_core.__main__ import main

def said(*words):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main(list(words))
    return out.getvalue()

name = sys.argv[1]
small = "--backbone.width 4 --dataset.n-train 24 --dataset.n-test 12 --batch 8 --steps 3 --precision fp32 --reach 0.8 --json".split()
print(json.dumps({"parts": said("parts", "--json"), "help": said("train", name, "--help"), "train": said("train", name, *small)}))
"""
MENU = """
from streamlit.testing.v1 import AppTest
for place in ("train", "pretext"):
    app = AppTest.from_file(f"pages/{place}.py", default_timeout=180)
    app.query_params["task"] = "bright"
    app.run()
    assert not app.exception and not app.warning, (app.exception, app.warning)
    game = next(box for box in app.selectbox if box.label == "Game")
    assert "How bright was it?" in game.options and game.value == "bright", game.options
    assert any("have the network say by how much" in each.value for each in app.caption)
    (reach,) = (each for each in app.slider if each.label == "Reach")
    assert (reach.min, reach.max, reach.value) == (0.1, 1.0, 0.5)
"""


@pytest.fixture(scope="module")
def example(root: Path) -> str:
    """The task as CONTRIBUTING.md shows it."""
    (text,) = re.findall(r"^```python\n(.*?)^```", (root / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.S | re.M)
    return str(text)


@pytest.fixture(scope="module")
def tree(root: Path, example: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with one more file."""
    copy = copy_tree(root, tmp_path_factory.mktemp("tree"))
    (copy / "ssl_core" / "tasks" / f"{NAME}.py").write_text(example, encoding="utf-8")
    return copy


@pytest.fixture
def run(tree: Path, clean_folders: Path) -> Callable[..., str]:
    """Runs Python in the copy; what it prints."""
    return lambda *argv: printed(tree, *argv)


def test_the_example_is_thirty_lines(example: str) -> None:
    lines = [line for line in example.splitlines() if line.strip()]
    assert len(lines) <= LONGEST


@pytest.fixture(scope="module")
def told(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the command line prints about the task, by command, each asked in one process."""
    here = tmp_path_factory.mktemp("told")
    env = {**os.environ, "SSL_RUNS": str(here / "runs"), "SSL_CACHE": str(here / "cache")}
    said: dict[str, str] = json.loads(printed(tree, "-c", COMMANDS, NAME, env=env).splitlines()[-1])
    return said


def test_it_is_in_the_list_of_parts_with_its_options(told: dict[str, str]) -> None:
    parts = json.loads(told["parts"].splitlines()[-1])
    (task,) = (task for task in parts["tasks"] if task["name"] == NAME)
    assert task["title"] == "How bright was it?" and parts["broken"] == []
    assert [(option["name"], option["allowed"]) for option in task["options"]] == [("reach", "between 0.1 and 1")]


def test_the_command_line_helps_with_it(told: dict[str, str]) -> None:
    said = " ".join(told["help"].split())
    assert "have the network say by how much" in said and "--reach VALUE How far the light may change" in said


def test_it_is_trained_by_its_name(told: dict[str, str]) -> None:
    said = json.loads(told["train"].splitlines()[-1])
    assert said["status"] == "done" and said["run"] == f"{NAME}-1" and said["metrics"]["loss"] > 0


def test_its_controls_are_in_the_menus_of_the_screens(run: Callable[..., str]) -> None:
    run("-c", MENU)


def test_it_keeps_the_contract_of_every_task(run: Callable[..., str]) -> None:
    said = run("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/tasks/test_contract.py", "-k", NAME)
    assert re.search(r"\d\d passed", said) and "failed" not in said
