"""How the suite finds its browser and what its exit status says."""

from __future__ import annotations

import random
import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests import order, suite
from tests.help.serving import held_port


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any browser; the folder is its whole PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("SSL_CHROMIUM", raising=False)
    monkeypatch.setattr(suite, "MAC_CHROME", str(tmp_path / "none"))
    monkeypatch.setattr(suite, "playwrights_own", lambda: str(tmp_path / "playwrights"))
    return tmp_path


def program(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_a_browser_on_the_path_is_taken(bare: Path) -> None:
    found = program(bare / "google-chrome", "echo Chrome 140")
    assert suite.find_browser() == str(found)


def test_a_stub_that_only_says_where_to_get_one_is_passed_over(bare: Path) -> None:
    program(bare / "chromium-browser", "echo install it elsewhere >&2; exit 1")
    real = program(bare / "playwrights", "echo Chromium 140")
    assert suite.find_browser() == str(real)


def test_a_named_browser_comes_first(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "chromium", "echo Chromium 140")
    named = program(bare / "mine", "echo Chromium 141")
    monkeypatch.setenv("SSL_CHROMIUM", str(named))
    assert suite.find_browser() == str(named)


def test_apt_is_brought_up_to_date_before_it_installs(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suite.os, "geteuid", lambda: 0)
    program(bare / "apt-get", f'[ "$1" = update ] && : > {bare}/updated\n[ "$1" = install ] && [ -e {bare}/updated ] || exit 0\n'
            f'echo "#!/bin/sh" > {bare}/chromium; /bin/chmod 755 {bare}/chromium')  # fmt: skip
    monkeypatch.setattr(suite.sys, "executable", str(program(bare / "python", "exit 1")))  # Playwright's download fails
    assert suite.find_browser() == str(bare / "chromium")


def test_who_is_not_root_is_spared_apt(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(bare / "apt-get", "exit 0")
    monkeypatch.setattr(suite.os, "geteuid", lambda: 1000)
    assert [way[0][0] for way in suite.ways()] == [suite.sys.executable]


def test_no_browser_is_a_failure_that_says_what_to_install(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "ways", list)
    assert suite.main([]) == 1
    assert "Install Chromium (on Debian: apt install chromium)" in capsys.readouterr().err


def test_tests_that_measure_time_come_last_and_alone() -> None:
    main, timed = suite.parts(["tests/house/test_start.py"])
    assert main[-3:] == ["-m", "not timed and not survey", "tests/house/test_start.py"] and main[main.index("-n") + 1] == "2"
    assert timed[-3:] == ["tests/house/test_start.py", "-m", "timed"] and timed[timed.index("-n") + 1] == "0"


def test_a_choice_of_the_callers_own_is_kept() -> None:
    (only,) = suite.parts(["-m", "browser"])
    assert only[-2:] == ["-m", "browser"]


@pytest.mark.parametrize(("codes", "status"), [([0, 0], 0), ([0, 5], 0), ([5, 0], 0), ([5, 5], 5), ([1, 0], 1), ([0, 1], 1), ([2, 5], 2)])
def test_one_failing_part_fails_the_whole(codes: list[int], status: int) -> None:
    assert suite.verdict(codes) == status


def test_a_held_port_takes_one_server_and_is_given_to_nobody_who_asks_for_any() -> None:
    with held_port() as port:
        for _ in range(2):  # started, ended, started again
            with socket.create_server(("127.0.0.1", port)), pytest.raises(OSError, match="in use"), socket.socket() as second:
                second.bind(("127.0.0.1", port))
        others = [socket.create_server(("127.0.0.1", 0)) for _ in range(50)]
        assert port not in [other.getsockname()[1] for other in others]
        for other in others:
            other.close()


NAMES = [f"tests/test_{file}.py::test_{fact}" for file in "abcdef" for fact in "uvwxyz"]


def test_an_order_follows_from_its_seed_and_keeps_the_tests_of_a_file_together() -> None:
    found = order.shuffled(NAMES, "7")
    assert found == order.shuffled(random.sample(NAMES, len(NAMES)), "7") != order.shuffled(NAMES, "8")
    assert sorted(found) == NAMES != found
    files = [name.partition("::")[0] for name in found]
    assert sum(one != two for one, two in zip(files, files[1:], strict=False)) == 5
    assert len({tuple(name[-1] for name in found[k : k + 6]) for k in range(0, 36, 6)}) > 1  # each file has an order of its own


def test_a_drawn_order_says_its_seed_and_is_the_same_on_every_worker(root: Path, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text("from tests.order import *\nfrom tests.order import draw_seed as pytest_configure\n")
    for file in "abc":
        (tmp_path / f"test_{file}.py").write_text("".join(f"def test_{fact}(): pass\n" for fact in "uvwxyz"))
    command = [sys.executable, "-m", "pytest", str(tmp_path), "--rootdir", str(tmp_path), "-n", "2", "--shuffle"]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True).stdout
    assert re.search(r"^order: repeat it by --seed \d+$", said, re.M), said
    assert "18 passed" in said, said  # workers that don't agree on the order end with "Different tests were collected"
