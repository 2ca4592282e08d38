"""Whether a browser on this machine can reach the app at a port: asks as a browser does, over HTTP. Standard library only."""

from __future__ import annotations

import http.client
import json
import os
import threading
import urllib.request
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import NamedTuple

HOST, PORT = "127.0.0.1", 8501  # where the app listens if nothing else is asked for
PATIENCE = 3.0  # seconds for an answer
WORD = b"Selfsight was here"


class Reached(NamedTuple):
    """What came of asking an address: who answers there now, and remarks on the way from a browser to it."""

    address: str
    by: str  # "selfsight", "another program" or "nobody"
    version: str  # of the Selfsight that answers; "" where none does
    open: bool  # whether a page of this machine arrives
    remarks: list[str]  # sentences: a proxy in between, a machine without a browser


def reach(port: int = PORT) -> Reached:
    """Asks a port of this machine; where nobody listens there, listens for a moment and asks again."""
    version = _selfsight(port)
    if version is not None:
        return Reached(_address(port), "selfsight", version, True, _remarks(port))
    try:
        with _listening(port):
            return Reached(_address(port), "nobody", "", _answers(port), _remarks(port))
    except OSError:  # the port is taken: the app would use the next one that is free
        with _listening(0) as free:
            return Reached(_address(port), "another program", "", _answers(free), _remarks(port))


def _address(port: int) -> str:
    return f"http://{HOST}:{port}"


def _selfsight(port: int) -> str | None:
    """The version of the Selfsight that answers at a port, "" of one that asks for its token first; None where none answers."""
    try:
        status, body = _get(port, "/api/health")
        return "" if status == 401 and b"Selfsight" in body else str(json.loads(body)["version"])
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
        return None


def _answers(port: int) -> bool:
    try:
        return _get(port, "/") == (200, WORD)
    except (OSError, http.client.HTTPException):
        return False


def _get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body, past any proxy."""
    line = http.client.HTTPConnection(HOST, port, timeout=PATIENCE)
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.read(10_000)
    finally:
        line.close()


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(WORD)))
        self.end_headers()
        self.wfile.write(WORD)

    def log_message(self, *_: object) -> None:
        """Prints nothing."""


@contextmanager
def _listening(port: int) -> Iterator[int]:
    """A server at a port, 0 for any free one, as long as this is open; gives its port.

    Raises:
        OSError: another program listens there.
    """
    with HTTPServer((HOST, port), _Page) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()


def _remarks(port: int) -> list[str]:
    said = []
    if proxy := urllib.request.getproxies().get("http", "") if not urllib.request.proxy_bypass(HOST) else "":
        said.append(f"A browser that takes the proxy of http_proxy ({proxy}) asks it for {HOST}: set no_proxy={HOST},localhost.")
    if not _has_browser():
        way = f"ssh -L {port}:{HOST}:{port} {os.environ.get('USER', 'you')}@this-machine"
        said.append(f"This machine has no browser: from another one, open {_address(port)} there after '{way}'.")
    return said


def _has_browser() -> bool:
    """Whether this machine has a browser with a window; a session by ssh shows none."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    try:
        return bool(webbrowser.get())
    except webbrowser.Error:
        return False
