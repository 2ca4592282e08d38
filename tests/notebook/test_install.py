"""`pip install -e .` makes the package usable from any folder, without network; docs/notebook.py is walked there with few steps."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path
from typing import Any

import pytest

SAY = "import importlib.metadata as m, json, ssl_core as core; d = m.distribution('selfsight'); "
SAY += "print(json.dumps([core.__file__, core.__version__, d.version, d.metadata.get_all('Provides-Extra'), len(core.list_runs())]))"

FEW = {"SELFSIGHT_STEPS": "8", "SELFSIGHT_TRAIN": "64", "SELFSIGHT_TEST": "32"}
WALK = """
import asyncio, json, pathlib
names = {}
async def notebook():
    for cell in json.loads(pathlib.Path("cells.json").read_text()):
        exec(compile(cell, "docs/notebook.py", "exec"), names)
asyncio.run(notebook())
names["core"].dismiss()
scores, found = names["scores"], {"status": names["run"].status.state, "width": names["network"].width, "maps": len(names["look"].maps)}
found |= {"targets": scores.table["target"], "pairs": len(scores.pairs)}
print(json.dumps({**found, "features": names["found"].features_SD.shape, "xy": names["flat"].xy_S2.shape}))
"""


@pytest.fixture(scope="module")
def python(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A throw-away environment that sees this one's packages, with a copy of the tree installed into it; its python, the copy."""
    home = tmp_path_factory.mktemp("install")
    tree, own = home / "tree", home / "venv"
    for name in ("ssl_core", "assets"):
        shutil.copytree(root / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "checkpoints"))
    for name in ("pyproject.toml", "requirements.txt"):
        shutil.copy(root / name, tree / name)
    venv.create(own, with_pip=False, symlinks=True)
    packages = own / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}" / "site-packages"
    (packages / "beside.pth").write_text(sysconfig.get_paths()["purelib"])
    command = [sys.executable, "-m", "pip", "--python", str(own / "bin" / "python"), "install", "-e", str(tree)]
    command += ["--no-deps", "--no-build-isolation", "--no-index", "--disable-pip-version-check", "-q"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert told.returncode == 0, told.stderr
    return own / "bin" / "python", tree


def ask(python: Path, where: Path, code: str, **more: str) -> Any:
    """The JSON of the last line that a program prints in a folder of its own, runs and caches being kept there."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "SSL_RUNS", "SSL_CACHE")}
    command = [str(python), "-W", "ignore", "-c", code]
    told = subprocess.run(command, cwd=where, env={**env, **more}, capture_output=True, text=True, timeout=180)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout.splitlines()[-1])


def cells(path: Path) -> list[str]:
    """The cells of a file in the percent format, text cells left out."""
    found = re.split(r"^# %%(.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return [code for title, code in zip(found[::2], found[1::2], strict=True) if "[markdown]" not in title]


def test_an_editable_install_is_found_from_any_folder(python: tuple[Path, Path], tmp_path: Path) -> None:
    path, version, installed, extras, runs = ask(python[0], tmp_path, SAY)
    assert Path(path) == python[1] / "ssl_core" / "__init__.py" and version == installed
    assert sorted(extras) == ["heic", "onnx", "spreadsheets", "tensorboard"] and runs > 0  # the runs that came with the program


def test_the_cells_of_the_walk_run_from_any_folder_in_a_running_event_loop(python: tuple[Path, Path], root: Path, tmp_path: Path) -> None:
    (tmp_path / "cells.json").write_text(json.dumps(cells(root / "docs" / "notebook.py")))
    found = ask(python[0], tmp_path, WALK, **FEW)
    assert found["status"] == "done" and found["targets"] == ["simclr-1", "random:convnet", "pixels"] and found["pairs"] == 3
    assert found["features"] == [32, found["width"]] and found["xy"] == [32, 2] and found["maps"] > 0
    assert (tmp_path / "runs" / "simclr-1" / "metrics.jsonl").exists() and (tmp_path / "out" / "simclr-1" / "load.py").exists()
