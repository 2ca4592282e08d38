"""docs/architecture.md tells the truth about the tree, the packages and the aliases."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FOLDERS = ("pages", "ssl_core", "benchmarks")


@pytest.fixture
def page(root: Path) -> str:
    """docs/architecture.md."""
    return (root / "docs" / "architecture.md").read_text(encoding="utf-8")


def tree(page: str) -> list[str]:
    """Paths of files that the tree names; a folder with a sentence beside it stands for its `__init__.py`."""
    block = page.split("<!-- tree: begin -->")[1].split("```")[1]
    above: list[str] = []
    found = []
    for line in block.strip().splitlines():
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        above = [*above[:depth], name.rstrip("/")]
        path = "/".join(above)
        found += [path] if not name.endswith("/") else [f"{path}/__init__.py"] if line.split()[1:] else []
    return found


def test_the_tree_names_every_file_and_no_other(root: Path, page: str) -> None:
    there = [path for folder in FOLDERS for path in (root / folder).rglob("*.py")]
    said = [path for path in there if path.name != "__init__.py" or path.read_text(encoding="utf-8").startswith('"""')]
    assert sorted(tree(page)) == sorted([*(str(path.relative_to(root)) for path in said), "start.py", "app.py", "setup.py"])


def test_what_lies_beside_the_tree_is_there(root: Path, page: str) -> None:
    rows = page.split("Beside the Python files:")[1].splitlines()
    named = [path for row in rows for path in re.findall(r"^\| `([^`]+)` \|", row)]
    assert len(named) > 5 and [path for path in named if not (root / path).exists()] == []


def test_every_package_of_the_app_has_its_reason(root: Path, page: str) -> None:
    rows = re.findall(r"^\| ([^|]+) \|", page.split("## What it stands on")[1].split("## ")[0], re.MULTILINE)
    told = {name for row in rows for name in re.split(r",\s*", row)} - {"package", "---"}
    asked = {re.split(r"[<>=]", line)[0] for line in (root / "requirements.txt").read_text().split()}
    assert {name for name in told if not set(name) <= {"-"}} == asked


def test_the_tests_own_packages_are_named_too(root: Path, page: str) -> None:
    said = page.split("Tests add ")[1].split("\n\n")[0]
    asked = {re.split(r"[<>=]", line)[0] for line in (root / "requirements-dev.txt").read_text().split()}
    assert {name for name in asked if name not in said} == set()


def test_the_aliases_are_those_that_the_page_tells(root: Path, page: str) -> None:
    targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE)
    assert f"aliases: {', '.join(targets)} |\n" in page
