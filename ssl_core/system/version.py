"""The version of this program, said once: in pyproject.toml; pip's metadata repeats it for a program installed without its tree."""

from __future__ import annotations

import tomllib
from importlib import metadata
from pathlib import Path

NAME = "selfsight"
PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def version_of(pyproject: Path) -> str:
    """The version in a pyproject.toml of ours, else that of the installed distribution, else "unknown"."""
    try:
        project = tomllib.loads(pyproject.read_text(encoding="utf-8"))["project"]
        if project["name"] == NAME:
            return str(project["version"])
    except (OSError, ValueError, KeyError):
        pass
    try:
        return metadata.version(NAME)
    except metadata.PackageNotFoundError:
        return "unknown"


__version__ = version_of(PYPROJECT)
