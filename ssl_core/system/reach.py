"""Whether a browser on this machine can reach the app at a port: asks 127.0.0.1 as a browser does, and no other address."""

from __future__ import annotations

import json
import os
import socket
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import NamedTuple

HOST, PORT = "127.0.0.1", 8501  # where the app listens if nothing else is asked for
PATIENCE = 3.0  # seconds for an answer
WORD = b"Selfsight was here"
LONGEST = 10_000  # bytes of an answer that are read


class Reached(NamedTuple):
    """What came of asking an address: who answers there now, and remarks on the way from a browser to it."""

    address: str
    by: str  # "selfsight", "another program" or "nobody"
    version: str  # of the Selfsight that answers; "" where none does
    open: bool  # whether a page of this machine arrives
    remarks: list[str]  # sentences: a machine without a browser


def reach(port: int = PORT) -> Reached:
    """Asks a port of this machine; where nobody listens there, listens for a moment and asks again."""
    version = _selfsight(port)
    if version is not None:
        return Reached(_address(port), "selfsight", version, True, _remarks(port))
    for by, asked in (("nobody", port), ("another program", 0)):  # of a port that is taken the app would use the next one that is free
        with suppress(OSError), _listening(asked) as free:
            return Reached(_address(port), by, "", _answers(free), _remarks(port))
    return Reached(_address(port), "nobody", "", False, _remarks(port))


def _address(port: int) -> str:
    return f"http://{HOST}:{port}"


def _selfsight(port: int) -> str | None:
    """The version of the Selfsight that answers at a port, "" of one that asks for its token first; None where none answers."""
    try:
        status, body = _get(port, "/api/health")
        return "" if status == 401 and b"Selfsight" in body else str(json.loads(body)["version"])
    except (OSError, LookupError, ValueError, TypeError):
        return None


def _answers(port: int) -> bool:
    try:
        return _get(port, "/") == (200, WORD)
    except (OSError, LookupError, ValueError):
        return False


def _get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body.

    Raises:
        OSError: nobody answers there in time.
        ValueError, IndexError: what answers doesn't speak HTTP.
    """
    text = b""
    with socket.create_connection((HOST, port), PATIENCE) as line:
        line.sendall(f"GET {path} HTTP/1.0\r\nHost: {HOST}:{port}\r\n\r\n".encode())  # of 1.0, so that the answer ends with the connection
        while len(text) < LONGEST and (piece := line.recv(LONGEST)):
            text += piece
    head, _, body = text.partition(b"\r\n\r\n")
    return int(head.split()[1]), body


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
    if _has_browser():
        return []
    way = f"ssh -L {port}:{HOST}:{port} {os.environ.get('USER', 'you')}@this-machine"
    return [f"This machine has no browser: from another one, open {_address(port)} there after '{way}'."]


def _has_browser() -> bool:
    """Whether this machine has a browser with a window; a session by ssh shows none."""
    if os.environ.get("SSH_CONNECTION"):
        return False
    try:
        return bool(webbrowser.get())
    except webbrowser.Error:
        return False
