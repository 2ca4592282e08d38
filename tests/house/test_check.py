"""Ruff and its format, also where nobody has typed `make check`; `.ci/run` has the types checked by themselves, which takes longer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CHECKS = {"ruff": ["ruff", "check", "."], "format": ["ruff", "format", "--check", "."]}


@pytest.mark.parametrize("name", CHECKS)
def test_the_code_is_clean(name: str, root: Path) -> None:
    command = [sys.executable, "-m", *CHECKS[name]]
    checked = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=600)
    assert checked.returncode == 0, checked.stdout + checked.stderr
