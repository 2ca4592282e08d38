"""An update replaces the program's files while workers of the version before are at work: they end in order, and nothing is lost."""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import ssl_core as core
from tests.kept.seen import DONE, command

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "tests" / "kept" / "v1"
SMALL = ["--dataset.n-train", "64", "--dataset.n-test", "32", "--image-size", "8", "--batch", "8", "--backbone.width", "4"]
FIXED = ["--device", "cpu", "--precision", "fp32"]
LONG, SHORT = ["--steps", "80"], ["--steps", "30"]
HOLDING = """
import os, signal, sys
from ssl_core.__main__ import main
from ssl_core.training.engine import Training

def one_step(run, go=Training.one_step):
    go(run)
    if run.step == 16:
        os.kill(os.getpid(), signal.SIGSTOP)

Training.one_step = one_step
sys.exit(main(sys.argv[1:]))
"""  # the command line, which stops its own clock in the midst of its steps; SIGCONT lets it go on
UPDATED = "The program was updated while this ran. Resume it to go on."
PATIENCE = 120.0  # seconds
pytestmark = pytest.mark.slow


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout that may be replaced; runs and caches lie beside it. Its compiled files come along, so that no start compiles them."""
    shutil.copytree(ROOT / "ssl_core", tmp_path / "tree" / "ssl_core")
    for name in ("runs", "cache", "data"):
        monkeypatch.setenv(f"SSL_{name.upper()}", str(tmp_path / name))
    return tmp_path / "tree"


@pytest.fixture
def begun(tree: Path) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts Python in that checkout; what it prints lies in <tree>/<number>.log. Ended at the latest with the test."""
    children: list[subprocess.Popen[bytes]] = []

    def begin(*argv: str) -> subprocess.Popen[bytes]:
        with open(tree / f"{len(children)}.log", "wb") as log:
            environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
            children.append(subprocess.Popen([sys.executable, *argv], cwd=tree, env=environment, stdout=log, stderr=log))
        return children[-1]

    yield begin
    for child in children:
        child.kill()
        child.wait()


def moved(tree: Path) -> None:
    """Every module lies elsewhere now: whoever imports it by its old name finds nothing."""
    (tree / "ssl_core").rename(tree / "before")
    shutil.copytree(tree / "before", tree / "ssl_core" / "rooms")
    (tree / "ssl_core" / "__init__.py").write_text('"""Another layout."""\n')


def emptied(tree: Path) -> None:
    """Every module is where it was, and nothing in it has the name that it had."""
    for path in (tree / "ssl_core").rglob("*.py"):
        path.write_text('"""Other names."""\n')


def until(happened: Callable[[], Any], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < deadline, what
        time.sleep(0.01)


def run(name: str) -> core.Run:
    (found,) = (each for each in core.runs(starters=False) if each.id == name)
    return found


def held(worker: subprocess.Popen[bytes], name: str) -> None:
    """Waits until a worker that began as HOLDING has stopped its clock."""
    until(lambda: psutil.Process(worker.pid).status() == psutil.STATUS_STOPPED, f"{name} never learnt")
    assert run(name).status.state == "running"


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., str]:
    """Gives the weights' digest of a run that this program made without a break, each made once."""

    @functools.cache
    def made(*argv: str) -> str:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("SSL_RUNS", str(tmp_path_factory.mktemp("straight")))
            name = command("train", *argv)["run"]
            assert run(name).status.state == "done"
            return run(name).status.weights

    return made


def test_a_run_at_work_ends_as_if_nothing_had_happened(
    tree: Path, begun: Callable[..., subprocess.Popen[bytes]], straight: Callable[..., str]
) -> None:
    asked = ["rotation", *SMALL, *FIXED, *LONG]
    worker = begun("-c", HOLDING, "train", *asked)
    held(worker, "rotation-1")
    moved(tree)
    worker.send_signal(signal.SIGCONT)
    assert worker.wait(PATIENCE) == 0
    assert "Traceback" not in (tree / "0.log").read_text()
    assert run("rotation-1").status.state == "done"
    assert run("rotation-1").status.weights == straight(*asked)


@pytest.mark.parametrize("update", [moved, emptied])
def test_a_run_that_waited_is_interrupted_and_both_go_on_to_the_same_weights(
    update: Callable[[Path], None],
    tree: Path,
    begun: Callable[..., subprocess.Popen[bytes]],
    straight: Callable[..., str],
) -> None:
    at_work, waiting = ["moco", "--queue", "16", *SMALL, *FIXED, *LONG], ["rotation", *SMALL, *FIXED, *SHORT]
    first = begun("-c", HOLDING, "train", *at_work)
    held(first, "moco-1")
    second = begun("-m", "ssl_core", "train", *waiting)
    until(lambda: (runs := core.runs(starters=False)) and runs[0].status.place == 1, "the second worker doesn't wait in line")
    update(tree)
    core.stop(run("moco-1").folder)
    first.send_signal(signal.SIGCONT)
    assert first.wait(PATIENCE) == 0 and run("moco-1").status.state == "stopped"

    assert second.wait(PATIENCE) == 1
    status = run("rotation-1").status
    assert (status.state, status.reason) == ("interrupted", UPDATED)
    assert (tree / "1.log").read_text().splitlines().count(UPDATED) == 1

    for name, asked in (("moco-1", at_work), ("rotation-1", waiting)):
        assert command("resume", name)["status"] == "done"
        assert run(name).status.weights == straight(*asked)


def test_a_warm_worker_leaves_and_the_next_job_gets_a_fresh_one(
    tree: Path, begun: Callable[..., subprocess.Popen[bytes]], tmp_path: Path
) -> None:
    for part in ("runs", "cache"):
        shutil.copytree(KEPT / part, tmp_path / part)
    asked = f"core.request_comparison(['{DONE}'], None, 'knn', labels_per_class=1)[0]"
    assert begun("-c", f"import ssl_core as core; print({asked})").wait(PATIENCE) == 0
    folder = Path((tree / "0.log").read_text().strip())
    until(lambda: not core.status_of(folder).active, "the first job never ended")
    assert core.status_of(folder).state == "done", core.status_of(folder)
    was = server(tmp_path)
    try:
        moved(tree)
        until(lambda: ended(was), "the warm worker stayed")
        assert "Traceback" not in (folder / "log.txt").read_text()

        (folder,) = core.request_comparison([DONE], None, "knn", labels_per_class=2)
        until(lambda: not core.status_of(folder).active, "the second job never ended")
        assert core.status_of(folder).state == "done", core.status_of(folder)
        assert server(tmp_path)["pid"] != was["pid"]
    finally:
        last = server(tmp_path)
        until(lambda: core.dismiss() or ended(last), "nobody sent it home")  # it hears of it once its last job is out of its hands
        core.reap()


def server(home: Path) -> dict[str, Any]:
    """The process that stays awake, as it names itself."""
    (file,) = home.glob("cache/.awake/*/server.json")
    found: dict[str, Any] = core.read_json(file)
    return found


def ended(process: dict[str, Any]) -> bool:
    """Whether a process is gone, or a zombie that nobody waits for."""
    try:
        return psutil.Process(process["pid"]).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
