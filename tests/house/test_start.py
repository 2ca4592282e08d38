"""start.py on fresh, old, bare and busy machines."""

from __future__ import annotations

import ast
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

import start
from tests.help.serving import STREAMLIT, ServerDied, ask_server, serving

SOURCE = Path(start.__file__).read_text(encoding="utf-8")


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty copy of the project on a machine without ensurepip, uv and virtualenv; `bin` is its whole PATH."""
    for name in (*start.DEV, "constraints.txt"):
        (tmp_path / name).write_text("some-package\n")
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(start, "ROOT", tmp_path)
    monkeypatch.setattr(start, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(start, "PYTHON", str(tmp_path / ".venv" / "bin" / "python"))
    monkeypatch.setattr(start.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return tmp_path


def stand_in(folder: Path, name: str) -> None:
    """A program that makes an environment without pip, as uv does, from its last word."""
    program = folder / "bin" / name
    program.write_text(f"#!{sys.executable}\nimport sys, venv\nvenv.create(sys.argv[-1], symlinks=True)\n")
    program.chmod(0o755)


def test_it_parses_on_python_3_8_and_needs_the_standard_library_alone() -> None:
    tree = ast.parse(SOURCE, feature_version=(3, 8))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert names and {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def test_it_stays_below_150_lines() -> None:
    assert len(SOURCE.splitlines()) < 150


@pytest.mark.parametrize("version", [(3, 8, 18), (3, 10, 13), (3, 14, 0)])
def test_another_python_is_told_what_is_needed_and_what_was_found(version: tuple[int, ...], bare: Path) -> None:
    said = start.refusal(version, "linux")
    assert "needs Python 3.11, 3.12 or 3.13" in said
    assert f"Found {'.'.join(map(str, version))} ({sys.executable})" in said


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9)])
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_python_3_11_to_3_13_will_do(version: tuple[int, ...], platform: str) -> None:
    assert start.refusal(version, platform) == ""


def test_a_python_that_will_do_is_pointed_at(bare: Path) -> None:
    (bare / "bin" / "python3.12").write_text("#!/bin/sh\necho Python 3.12.1\n")
    (bare / "bin" / "python3.13").write_text("#!/bin/sh\nexit 127\n")  # a name that leads nowhere
    for name in ("python3.12", "python3.13"):
        (bare / "bin" / name).chmod(0o755)
    assert "Try: python3.12 " in start.refusal((3, 8, 18), "linux")


def test_windows_is_sent_to_wsl() -> None:
    assert "use WSL" in start.refusal((3, 12, 1), "win32")


def test_without_ensurepip_uv_and_virtualenv_the_package_to_install_is_named(bare: Path) -> None:
    with pytest.raises(SystemExit, match=rf"install python{start.HERE}-venv \(Debian, Ubuntu\), or uv, or virtualenv"):
        start.make_environment()


@pytest.mark.parametrize("program", ["uv", "virtualenv"])
def test_without_ensurepip_another_program_makes_the_environment(bare: Path, program: str) -> None:
    stand_in(bare, program)
    start.make_environment()
    assert start.healthy() == ".".join(map(str, sys.version_info[:3]))


def test_a_half_made_environment_is_not_healthy(bare: Path) -> None:
    assert start.healthy() == ""
    stand_in(bare, "uv")
    start.make_environment()
    (bare / ".venv" / "lib" / f"python{start.HERE}" / "site-packages").rmdir()
    assert start.healthy() == ""


@pytest.fixture
def installs(bare: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The installations that `set_up` asks for; none is carried out."""
    stand_in(bare, "uv")
    asked: list[tuple[str, ...]] = []
    monkeypatch.setattr(start, "install", asked.append)
    return asked


def test_a_second_start_installs_nothing(installs: list[tuple[str, ...]]) -> None:
    start.set_up(start.APP)
    start.set_up(start.APP)
    assert installs == [start.APP]


def test_the_tests_set_holds_the_apps(installs: list[tuple[str, ...]]) -> None:
    start.set_up(start.DEV)
    start.set_up(start.APP)
    assert installs == [start.DEV]


@pytest.mark.parametrize("name", ["requirements.txt", "constraints.txt"])
def test_a_changed_list_installs_again(installs: list[tuple[str, ...]], bare: Path, name: str) -> None:
    start.set_up(start.APP)
    (bare / name).write_text("another-package\n")
    start.set_up(start.APP)
    assert installs == [start.APP, start.APP]


def test_an_installation_that_ended_early_is_taken_up_again(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(bare, "uv")
    monkeypatch.setattr(start, "wants_cpu_build", lambda: False)
    start.make_environment()
    (bare / "bin" / "uv").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(SystemExit, match="Start again to go on where it stopped"):
        start.set_up(start.APP)
    assert not list((bare / ".venv").glob("*.stamp"))


@pytest.fixture
def commands(bare: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What `install` would run, each as one line; the first fails."""
    stand_in(bare, "uv")
    run: list[str] = []

    def record(*command: str) -> bool:
        run.append(" ".join(command))
        return len(run) > 1

    monkeypatch.setattr(start, "ran", record)
    return run


def test_without_a_driver_the_cpu_build_is_tried_then_the_usual_one(commands: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "wants_cpu_build", lambda: True)
    start.install(start.APP)
    assert commands[0].endswith(f"-c constraints.txt --index-url {start.CPU_INDEX} torch torchvision")
    assert commands[1].endswith("-c constraints.txt -r requirements.txt")


def test_a_download_is_announced_with_size_and_place(
    commands: list[str], bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(start, "wants_cpu_build", lambda: True)
    start.install(start.APP)
    said = capsys.readouterr().out
    assert "about 3 GB to download, 6.5 GB on disk" in said and str(bare / ".venv") in said


class Index(BaseHTTPRequestHandler):
    """Stands for PyTorch's index."""

    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/torch/" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def index(monkeypatch: pytest.MonkeyPatch) -> Iterator[HTTPServer]:
    """A local index, on a Linux machine without NVIDIA's driver."""
    monkeypatch.setattr(start.sys, "platform", "linux")
    monkeypatch.setattr(start.shutil, "which", lambda name: None)
    monkeypatch.setattr(start.os.path, "exists", lambda path: False)
    server = HTTPServer(("127.0.0.1", 0), Index)
    monkeypatch.setattr(start, "CPU_INDEX", f"http://127.0.0.1:{server.server_port}")
    yield server
    server.server_close()


def test_an_index_that_answers_is_used(index: HTTPServer) -> None:
    threading.Thread(target=index.handle_request, daemon=True).start()
    assert start.wants_cpu_build()


def test_a_silent_index_is_given_up_after_5_seconds(index: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    run, allowed = subprocess.run, []

    def shorter(command: list[str], timeout: float, **more: Any) -> Any:
        allowed.append(timeout)
        return run(command, timeout=timeout / 5, **more)

    monkeypatch.setattr(start.subprocess, "run", shorter)
    assert not start.wants_cpu_build() and allowed == [5]  # it listens, and nobody answers


def test_an_nvidia_driver_keeps_the_usual_build(index: HTTPServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start.shutil, "which", lambda name: "/usr/bin/nvidia-smi")
    assert not start.wants_cpu_build()


@pytest.mark.parametrize(("host", "local"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("lab7", False)])
def test_only_loopback_counts_as_this_machine(host: str, local: bool) -> None:
    assert start.is_local(host) is local


def test_the_port_is_left_open_unless_given() -> None:
    usual = ["--server.address", "127.0.0.1", *("--server.allowedHosts", "127.0.0.1"), *("--server.allowedHosts", "localhost")]
    assert start.app_flags([]) == usual
    assert start.app_flags(["--port", "8600"]) == [*usual, "--server.port", "8600"]


def test_beyond_this_machine_every_name_of_it_is_allowed() -> None:
    """A token guards there: pages/_kit/server/guard.py makes one."""
    assert start.app_flags(["--host", "0.0.0.0"]) == ["--server.address", "0.0.0.0", "--server.allowedHosts", "*"]


def test_a_proxys_address_gives_a_name_and_a_path() -> None:
    flags = start.app_flags(["--behind", "https://hub.example.org:8000/user/x/proxy/8501/"])
    assert flags[:2] == ["--server.address", "127.0.0.1"] and flags[-2:] == ["--server.baseUrlPath", "user/x/proxy/8501"]
    assert flags[flags.index("hub.example.org") - 1] == "--server.allowedHosts"


def test_a_proxys_name_alone_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        start.app_flags(["--behind", "hub.example.org"])
    assert "--behind must be the whole address" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["0", "65536", "many"])
def test_a_port_out_of_range_is_refused(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        start.app_flags(["--port", port])
    assert "--port" in capsys.readouterr().err


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that another program listens on for the whole test."""
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        yield holder.getsockname()[1]


USUAL = """
from streamlit import config
from streamlit.web.cli import main
config._config_options_template["server.port"].set_value({port}, "<streamlit>")  # the port that is used where none was asked for
main()
"""


def test_a_taken_port_moves_on_and_the_real_one_is_printed(taken: int, tmp_path: Path) -> None:
    """The usual port is one that this test holds: 8501 may be taken and let go by any program meanwhile."""
    command = [sys.executable, "-c", USUAL.format(port=taken), *STREAMLIT[STREAMLIT.index("run") :]]
    with serving(start.app_flags([]), tmp_path, command) as url:
        assert not url.endswith(f":{taken}")
        status, body = ask_server(f"{url}/api/health")
        assert status == 200 and '"version"' in body


def test_a_taken_port_that_was_asked_for_is_an_error(taken: int, tmp_path: Path) -> None:
    with pytest.raises(ServerDied, match=f"Port {taken} is not available"), serving(start.app_flags(["--port", str(taken)]), tmp_path):
        pass


@pytest.mark.parametrize("host", ["127.0.0.2", "::1"])
def test_another_address_of_this_machine_is_one_that_pages_can_connect_to(host: str, tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        try:
            probe.bind((host, 0))
        except OSError:
            pytest.skip(f"this machine has no {host}")
    with serving(start.app_flags(["--host", host]), tmp_path) as url:
        for origin in (url, url.replace(f"[{host}]" if ":" in host else host, "elsewhere.example")):
            knock = (
                f"GET /_stcore/stream HTTP/1.1\r\nHost: {origin[7:]}\r\nOrigin: {origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            )
            with socket.create_connection((host, int(url.rpartition(":")[2]))) as visitor:
                visitor.sendall(f"{knock}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {'A' * 22}==\r\n\r\n".encode())
                assert (b" 101 " in visitor.recv(100)) is (origin == url)
        assert ask_server(f"{url}/api/health")[0] == 200


def test_beyond_this_machine_the_printed_token_opens_the_door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_TOKEN", "")
    with serving(start.app_flags(["--host", "0.0.0.0"]), tmp_path) as printed:
        token = printed.partition("/?token=")[2]
        assert len(token) >= 20 and socket.gethostname() in printed
        port = printed.split(":")[2].split("/")[0]
        for path in ("/", "/api/health", "/_stcore/health", "/?token=wrong"):
            assert ask_server(f"http://127.0.0.1:{port}{path}")[0] == 401
        assert ask_server(f"http://127.0.0.1:{port}/api/health?token={token}", keep_cookies=True)[0] == 200


def installed() -> bool:
    stamp = start.VENV / f"{start.APP[-1]}.stamp"
    return stamp.exists() and stamp.read_text() == start.stamp_of(start.APP, start.healthy())


@pytest.mark.timed
def test_a_later_start_prints_its_address_within_5_seconds(tmp_path: Path) -> None:
    """From any folder, with an empty HOME and no terminal; the limit is three times that of the benchmark."""
    if not installed():
        pytest.skip("this environment was not made by start.py")
    began = time.monotonic()
    with serving([], tmp_path, command=[sys.executable, start.__file__], cwd=tmp_path) as url:
        seconds = time.monotonic() - began
        assert ask_server(f"{url}/api/health")[0] == 200
    assert seconds < 3 * 5, f"{seconds:.1f} s"


def test_an_old_python_stops_with_that_sentence(tmp_path: Path) -> None:
    old = f"import runpy, sys; sys.version_info = (3, 8, 18); runpy.run_path({start.__file__!r}, run_name='__main__')"
    environment = {**os.environ, "PATH": str(tmp_path)}
    asked = subprocess.run([sys.executable, "-c", old], capture_output=True, text=True, cwd=tmp_path, env=environment)
    assert asked.returncode == 1 and "needs Python 3.11, 3.12 or 3.13. Found 3.8.18" in asked.stderr
