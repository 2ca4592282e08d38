"""The version of this program, said once: in pyproject.toml; pip's metadata repeats it for a program installed without its tree."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

NAME = "selfsight"
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


@cache
def said_in(pyproject: Path) -> str:
    """The version that a pyproject.toml of ours says; "" where there is none, or another project's."""
    try:
        project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
        return str(project["version"]) if project["name"] == NAME else ""
    except (OSError, ValueError, KeyError):
        return ""


def version_of(pyproject: Path) -> str:
    """The version in a pyproject.toml of ours, else that of the installed distribution, else "unknown"."""
    try:
        return said_in(pyproject) or metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return "unknown"


__version__ = version_of(PYPROJECT)
