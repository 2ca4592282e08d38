"""Selfsight installed from a wheel: what is in the wheel, and what a person meets who has no checkout."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from benchmarks.siege.visitor import Visitor
from pages._kit.screen.links import PLACES
from tests.help.serving import ask_server, held_port, serving

MOST = 20_000_000  # bytes
FOLDERS, FILES = ("ssl_core", "pages", "assets", ".streamlit"), ("start.py", "app.py", "setup.py", "requirements.txt", "LICENSE")
BUILD = "import sys; from setuptools.build_meta import build_wheel; build_wheel(sys.argv[1])"
SMALL = [
    "--batch",
    "8",
    "--backbone.width",
    "4",
    "--dataset.n-train",
    "64",
    "--dataset.n-test",
    "32",
    "--device",
    "cpu",
    "--precision",
    "fp32",
]
WORKER = """
import sys, time
from pathlib import Path
import ssl_core as core
core.write_json(Path(sys.argv[1]) / "spec.json", {"kind": "magic"})
core.start(Path(sys.argv[1]))
while core.status_of(Path(sys.argv[1])).active:
    time.sleep(0.02)
print(core.status_of(Path(sys.argv[1])).reason)
"""  # a process of its own looks at a job that is none
HIDDEN = {"ssl_core/__init__.py", "pages/__init__.py", "random.py", ".streamlit/config.toml"}  # a working folder with names of ours


@pytest.fixture(scope="module")
def wheels(root: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The wheel of this version, and that of a later one."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("wheels")
    for name in FOLDERS:
        shutil.copytree(root / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(root / name, tree / name)
    for begins in ('\nversion = "', '\nversion = "99.'):
        page = (root / "pyproject.toml").read_text(encoding="utf-8").replace('\nversion = "', begins)
        (tree / "pyproject.toml").write_text(page, encoding="utf-8")
        built = subprocess.run([sys.executable, "-c", BUILD, str(out)], cwd=tree, capture_output=True, text=True)
        assert built.returncode == 0, built.stderr[-3000:]
    later, now = sorted(out.glob("*.whl"), key=lambda path: "-99." not in path.name)
    return now, later


def test_a_wheel_holds_the_core_and_the_app_and_nothing_else(wheels: tuple[Path, Path], root: Path) -> None:
    """Every file of both is in it; tests, benchmarks, documents and compiled files aren't."""
    with zipfile.ZipFile(wheels[0]) as wheel:
        names = {name for name in wheel.namelist() if ".dist-info/" not in name}
    core = [*(root / "ssl_core").rglob("*.py"), root / "ssl_core" / "py.typed"]
    app = [root / "start.py", root / "app.py", root / ".streamlit" / "config.toml", *(root / "pages").rglob("*.py")]
    app += [path for path in (root / "assets").rglob("*") if path.is_file() and path.name != ".DS_Store"]
    assert len(app) > 150
    assert names == {f"{'' if path in core else 'selfsight/'}{path.relative_to(root)}" for path in [*core, *app]}


def test_a_wheel_is_small(wheels: tuple[Path, Path]) -> None:
    assert wheels[0].stat().st_size <= MOST


class Installed(NamedTuple):
    """An environment with Selfsight in it, of a person with an empty home who stands in a folder of their own."""

    env: Path
    home: Path
    folder: Path

    def install(self, wheel: Path) -> None:
        """Installs a wheel; what it needs is there already."""
        python = str(self.env / "bin" / "python")
        pip = [sys.executable, "-m", "pip", "--python", python, "install", "--no-compile", "--disable-pip-version-check"]
        if importlib.util.find_spec("pip") is None:  # uv makes environments without pip
            pip = ["uv", "pip", "install", "--python", python, "--offline"]
        done = subprocess.run([*pip, "--no-deps", "--no-index", str(wheel)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    def command(self, name: str, *argv: str) -> list[str]:
        """A command of the environment, without the variables of these tests."""
        unset = [word for variable in os.environ if variable.startswith(("SSL_", "XDG_", "PYTHON")) for word in ("-u", variable)]
        return ["env", *unset, f"HOME={self.home}", str(self.env / "bin" / name), *argv]

    def said(self, name: str, *argv: str) -> str:
        """What a command prints; a failing exit status fails the test."""
        done = subprocess.run(self.command(name, *argv), cwd=self.folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout.strip()

    def files(self) -> set[str]:
        """The files of the environment, but what Python compiles."""
        return {str(path) for path in self.env.rglob("*") if "__pycache__" not in path.parts}


@pytest.fixture(scope="module")
def here(wheels: tuple[Path, Path], root: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Selfsight installed into an empty environment that finds the packages of this one, but not this checkout."""
    made = Installed(*(tmp_path_factory.mktemp(name) for name in ("env", "home", "folder")))
    venv.create(made.env, symlinks=True)
    needed = [re.split(r"[<>=]", line)[0] for line in (root / "requirements.txt").read_text().split()]
    places = {str(importlib.metadata.distribution(name).locate_file("")) for name in needed}
    (library,) = made.env.glob("lib/python*/site-packages")
    (library / "shared.pth").write_text("\n".join(sorted(places)))
    made.install(wheels[0])
    for name in HIDDEN:
        path = made.folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("[server]\nallowedHosts = []\n" if path.suffix == ".toml" else "raise ImportError('another file of this name')\n")
    return made


@pytest.fixture(scope="module")
def used(here: Installed, wheels: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a person finds who trains a run, opens every screen, then installs a later version."""
    before, found = here.files(), dict[str, Any]()
    found["trained"] = json.loads(here.said("selfsight", "train", "rotation", "--steps", "3", *SMALL, "--json").splitlines()[-1])
    found["worker"] = here.said("python", "-P", "-c", WORKER, str(tmp_path_factory.mktemp("job")))
    with (
        held_port() as port,
        serving(["--port", str(port)], here.home, here.command("selfsight"), here.folder) as url,
        Visitor(url) as visitor,
    ):
        found["health"] = ask_server(f"{url}/api/health")
        for place in PLACES:
            visitor.open(place, "run=rotation-1")
        found["faults"], found["screens"] = visitor.faults, len(PLACES)
    found["written"] = here.files() - before
    here.install(wheels[1])
    found["version"], found["runs"] = here.said("selfsight", "--version"), json.loads(here.said("selfsight", "runs", "--json"))
    return found


def test_a_run_trains(used: dict[str, Any]) -> None:
    assert (used["trained"]["run"], used["trained"]["status"]) == ("rotation-1", "done")


def test_a_worker_takes_no_code_of_the_working_folder(used: dict[str, Any]) -> None:
    assert "holds no job" in used["worker"]


def test_ten_screens_answer(used: dict[str, Any]) -> None:
    assert used["health"][0] == 200 and used["screens"] == 10 and used["faults"] == []


def test_nothing_is_written_beside_the_program_or_into_the_working_folder(used: dict[str, Any], here: Installed) -> None:
    assert used["written"] == set()
    assert {str(path.relative_to(here.folder)) for path in here.folder.rglob("*") if path.is_file()} == HIDDEN


def test_an_upgrade_finds_the_run_again_and_the_runs_that_it_came_with(used: dict[str, Any]) -> None:
    assert used["version"].startswith("selfsight 99.")
    assert [(row["run"], row["status"]) for row in used["runs"][:2]] == [("rotation-1", "done"), ("rotation-starter", "done")]
