"""A copy of the program's tree, into which a test drops files, and Python run in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

COPIED = ("ssl_core", "pages", "tests", "assets", "pyproject.toml")


def copy_tree(root: Path, copy: Path) -> Path:
    """The program's files under `copy`, without the starter runs, with compiled files, so that no process compiles them; gives `copy`."""
    for name in COPIED:
        source, ignored = root / name, shutil.ignore_patterns("starter")
        shutil.copytree(source, copy / name, ignore=ignored) if source.is_dir() else shutil.copy(source, copy / name)
    return copy


def printed(tree: Path, *argv: str, env: dict[str, str] | None = None) -> str:
    """What Python prints in a copy of the tree; a failing exit status fails the test with the end of what was said."""
    done = subprocess.run([sys.executable, *argv], cwd=tree, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout
