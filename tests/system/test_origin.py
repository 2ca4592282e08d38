"""Where a checkout and an installed program keep what is theirs, and how each finds itself again in a child."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.system import origin, roots

ROOTS = {"SSL_RUNS": roots.runs_root, "SSL_CACHE": roots.cache_root, "SSL_DATA": roots.data_root}


@pytest.fixture
def unnamed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """No variable names a folder; the home."""
    for name in (*ROOTS, "XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_a_checkout_keeps_its_folders_where_one_stands(unnamed: Path, root: Path) -> None:
    assert origin.CHECKOUT and root == origin.TREE
    assert [read() for read in ROOTS.values()] == [Path("runs"), Path("cache"), Path("data")]


def test_an_installed_program_keeps_them_in_the_persons_own(unnamed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots, "CHECKOUT", False)
    runs, cache, data = (read() for read in ROOTS.values())
    assert (runs.name, data.name) == ("runs", "data") and runs.parent == data.parent != cache
    assert all(path.is_relative_to(unnamed) and "selfsight" in path.parts for path in (runs, cache, data))


@pytest.mark.parametrize("checkout", [True, False])
def test_a_variable_goes_first(checkout: bool, unnamed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(roots, "CHECKOUT", checkout)
    for name in ROOTS:
        monkeypatch.setenv(name, "~/mine")
    assert {read() for read in ROOTS.values()} == {unnamed / "mine"}


def test_a_child_is_led_to_a_checkout(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    assert origin.python_path() == {"PYTHONPATH": f"{root}:/elsewhere"}


def test_a_child_finds_what_is_installed_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Site-packages in PYTHONPATH would go before Python's own library."""
    monkeypatch.setattr(origin.sysconfig, "get_path", lambda kind: str(origin.BESIDE) if kind == "purelib" else "")
    assert origin.python_path() == {}
