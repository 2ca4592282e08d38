"""The README tells the truth about the tree, the packages and the aliases."""

from __future__ import annotations

import re
from pathlib import Path

FOLDERS = ("pages", "ssl_core", "benchmarks")


def tree(readme: str) -> list[str]:
    """Paths of files that the README's tree names."""
    block = readme.split("## The tree")[1].split("```")[1]
    above: list[str] = []
    found = []
    for line in block.strip().splitlines():
        depth, name = (len(line) - len(line.lstrip())) // 2, line.split()[0]
        above = [*above[:depth], name.rstrip("/")]
        found += [] if name.endswith("/") else ["/".join(above)]
    return found


def test_the_tree_names_every_file_and_no_other(root: Path) -> None:
    named = [path for path in tree((root / "README.md").read_text()) if path.startswith(FOLDERS)]
    there = [str(path.relative_to(root)) for folder in FOLDERS for path in (root / folder).rglob("*.py")]
    assert sorted(named) == sorted(there)


def test_what_else_the_tree_names_is_there(root: Path) -> None:
    assert [path for path in tree((root / "README.md").read_text()) if not (root / path).exists()] == []


def test_every_package_of_the_app_has_its_reason(root: Path) -> None:
    rows = re.findall(r"^\| ([^|]+) \|", (root / "README.md").read_text().split("## What it stands on")[1], re.MULTILINE)
    told = {name for row in rows for name in re.split(r",\s*", row)} - {"package", "---"}
    asked = {re.split(r"[<>=]", line)[0] for line in (root / "requirements.txt").read_text().split()}
    assert {name for name in told if not set(name) <= {"-"}} == asked


def test_the_aliases_are_those_that_the_tree_tells(root: Path) -> None:
    targets = re.findall(r"^([a-z]+):", (root / "Makefile").read_text(), re.MULTILINE)
    assert f"aliases: {', '.join(targets)}\n" in (root / "README.md").read_text()
