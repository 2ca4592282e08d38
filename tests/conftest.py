"""The environment of every test: its own folders, one thread, no network, and a browser where a test asks for one."""

from __future__ import annotations

import gc
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from tests.order import draw_seed, pytest_addoption, pytest_collection_modifyitems, pytest_configure_node, pytest_report_header

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_configure_node", "pytest_report_header"]

# set before torch is imported and before anything reads these variables; child processes inherit them
_OWN = Path(tempfile.mkdtemp(prefix="selfsight-tests-"))
os.environ.update(
    SSL_RUNS=str(_OWN / "runs"),
    SSL_CACHE=str(_OWN / "cache"),
    OMP_NUM_THREADS="1",
    MKL_NUM_THREADS="1",
    OPENBLAS_NUM_THREADS="1",
    NUMBA_NUM_THREADS="1",
    SSL_NO_SPARE="1",  # a server starts no interpreter that most tests have no training for
    SSL_NO_MAPS="1",  # only the tests of maps want a job for a map after training
)
os.environ.update(dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"))
os.environ.update(no_proxy="127.0.0.1,localhost", NO_PROXY="127.0.0.1,localhost")
os.environ.pop("SSL_TOKEN", None)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # otherwise each child process compiles the program anew,
sys.dont_write_bytecode = False  # and each run of the suite its tests

SHARING = (
    "tests/e2e/",
    "tests/evaluation/test_compare.py",
    "tests/house/test_layers.py",
    "tests/house/test_new_",
    "tests/house/test_updated_live.py",
    "tests/house/test_wheel.py",
    "tests/maps/",
    "tests/notebook/",
    "tests/records/test_checkpoints.py",
    "tests/tasks/test_two_processes.py",
)  # files whose tests share a server, processes, a trained run, a tree
COMPILED = "tests/projectors/"  # UMAP compiles once a process, for ten seconds: one worker draws all of its maps
LOOPBACK = ("127.", "::1", "localhost")
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]  # no screen draws by WebGL
_MAIN = sys.modules["__main__"]
_connect, _look_up = socket.socket.connect, socket.getaddrinfo


class NetworkForbidden(OSError):
    """A test tried to reach another machine."""


def _guarded_connect(self: socket.socket, address: Any) -> None:
    if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
        raise NetworkForbidden(f"tests stay on this machine; this one wanted {address}")
    _connect(self, address)


def _guarded_look_up(host: Any, *rest: Any, **named: Any) -> Any:
    if host not in (None, "", "0.0.0.0", socket.gethostname()) and not str(host).startswith(LOOPBACK):
        raise NetworkForbidden(f"tests stay on this machine; this one wanted {host}")
    return _look_up(host, *rest, **named)


settings.register_profile("selfsight", deadline=None)  # no deadline: an example may take long on a busy machine
settings.load_profile("selfsight")


def pytest_configure(config: pytest.Config) -> None:
    draw_seed(config)
    socket.socket.connect = _guarded_connect  # type: ignore[method-assign]
    socket.getaddrinfo = _guarded_look_up  # type: ignore[assignment]


def pytest_runtest_setup() -> None:
    """The main script is this process's own again: AppTest leaves a page in its place, which each helper process would run as it starts."""
    sys.modules["__main__"] = _MAIN


def pytest_collection_finish(session: pytest.Session) -> None:
    """What was imported for the tests stays: collections of garbage leave it out, since each would go through all of it."""
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    gc.unfreeze()  # otherwise extension modules report leaks at exit
    socket.socket.connect, socket.getaddrinfo = _connect, _look_up  # type: ignore[method-assign]
    shutil.rmtree(_OWN, ignore_errors=True)


class Together(LoadScopeScheduling):
    """Tests of a file in SHARING run on one worker, since their fixtures take long; all other tests run on any."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.split("::")[0]
        if path.startswith(COMPILED):
            return COMPILED
        return path if path.startswith(SHARING) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """The scheduler of pytest-xdist."""
    return Together(config, log)


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets, SSL_DATA; without it a test is skipped, in CI it fails."""
    named = os.environ.get("SSL_DATA", "")
    if named and Path(named).is_dir():
        return Path(named)
    reason = f"this test needs real data: SSL_DATA names {named or 'nothing'}"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def clean_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Empty SSL_RUNS and SSL_CACHE for one test. Returns the folder that holds `runs` and `cache`."""
    monkeypatch.setenv("SSL_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("SSL_CACHE", str(tmp_path / "cache"))
    return tmp_path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium. Without a browser the test fails: `python3 start.py test` finds or fetches one.

    One for each file: while Playwright is open its event loop runs in this thread, and `asyncio.run` of another file would fail.
    """
    from playwright.sync_api import expect, sync_playwright

    from tests.help.visiting import PATIENCE

    expect.set_options(timeout=PATIENCE)
    path = os.environ.get("SSL_CHROMIUM") or shutil.which("chromium")
    if not path:
        pytest.fail("no browser: install Chromium, or name one by SSL_CHROMIUM, or run `python3 start.py test`")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def opened() -> Iterator[Any]:
    """Opens label stores, and closes them when the test ends."""
    from ssl_core.labels.store import Store

    made: list[Store] = []

    def open_one(path: Path) -> Store:
        made.append(Store(path))
        return made[-1]

    yield open_one
    for one in made:
        one.close()


@pytest.fixture
def store(tmp_path: Path, opened: Any) -> Any:
    """An empty label store."""
    return opened(tmp_path / "runs" / "labels.sqlite")


@pytest.fixture
def own_folders(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Empty folders of runs, cache and data; no listing is cached."""
    from ssl_core.reading import files

    monkeypatch.setenv("SSL_DATA", str(clean_folders / "data"))
    monkeypatch.setattr(files, "FRESH", 0.0)
    files.forget()
    yield clean_folders
    files.forget()
