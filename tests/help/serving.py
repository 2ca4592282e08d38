"""The app as its own process, for tests that need the real server."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STREAMLIT = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]


class ServerDied(RuntimeError):
    """The server ended before it printed its address; the text is what it printed."""


@contextmanager
def serving(flags: list[str], folder: Path, command: list[str] | None = None, cwd: Path = ROOT, patience: float = 120) -> Iterator[str]:
    """Starts the app, gives the address that it prints, and ends it afterwards. HOME is empty; runs and cache are in `folder`.

    The server takes a free port unless `flags` name one or the caller gives a `command`.
    """
    if command is None and "--server.port" not in flags:
        flags = [*flags, "--server.port", "0"]
    home, log = folder / "home", folder / "server.log"
    home.mkdir(exist_ok=True)
    environment = {**os.environ, "HOME": str(home)}
    for name in ("SSL_RUNS", "SSL_CACHE"):
        environment.setdefault(name, str(folder / name))
    with open(log, "wb") as file:
        server = subprocess.Popen(
            [*(command or STREAMLIT), *flags], cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=file, stderr=file
        )
    try:
        yield _address(server, log, time.monotonic() + patience)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


@contextmanager
def held_port() -> Iterator[int]:
    """A port for a server that is started more than once; no other program on this machine is given it meanwhile.

    Linux lets a server listen on a port that is bound with SO_REUSEADDR, and gives that port to no program that asks for any free one.
    """
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port = int(holder.getsockname()[1])
        if sys.platform != "linux":
            holder.close()
        yield port


def _address(server: subprocess.Popen[bytes], log: Path, deadline: float) -> str:
    while time.monotonic() < deadline:
        ended = server.poll() is not None
        printed = log.read_text(encoding="utf-8", errors="replace")
        if found := re.search(r"Selfsight is at (\S+)\n", printed):
            return found[1]
        if ended:
            raise ServerDied(printed)
        time.sleep(0.05)
    raise ServerDied("no address in time:\n" + log.read_text(encoding="utf-8", errors="replace"))


def ask_server(url: str, keep_cookies: bool = False) -> tuple[int, str]:
    """Status and body of a GET, past any proxy; redirects are followed."""
    handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
    if keep_cookies:
        handlers.append(urllib.request.HTTPCookieProcessor(CookieJar()))
    try:
        with urllib.request.build_opener(*handlers).open(url, timeout=60) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
