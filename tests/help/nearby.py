"""An HTTP server on this machine with the faults that a test sets."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ssl_core.system.addresses import File

SLICE = 2000


class Nearby:
    """The server's files, its faults, and the requests that it got."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.files: dict[str, bytes] = {}
        self.ranges = True  # whether Range requests are answered by a part
        self.breaks: list[int] = []  # bytes after which each of the next answers ends early
        self.pause = 0.0  # seconds of pause after each slice
        self.codes: list[int] = []  # statuses of the next answers, in place of a file
        self.leads: dict[str, str] = {}  # redirects, by path
        self.asked: list[tuple[str, str]] = []  # path and Range header of each request

    def file(self, name: str, data: bytes, into: str = "", wrong: bool = False) -> File:
        """Adds a file. Returns its entry in the table of downloads, with a wrong checksum if `wrong`."""
        self.files[f"/{name}"] = data
        return File(f"{self.address}/{name}", len(data), "md5:0123" if wrong else f"md5:{hashlib.md5(data).hexdigest()}", into)


@contextmanager
def nearby() -> Iterator[Nearby]:
    """Runs a server for the time of a test."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        server.told = Nearby(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield server.told  # type: ignore[attr-defined]
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        told: Nearby = self.server.told  # type: ignore[attr-defined]
        path = self.path.partition("?")[0]
        told.asked.append((path, self.headers.get("Range", "")))
        if told.codes:
            self.send_error(told.codes.pop(0))
        elif path in told.leads:
            self.send_response(302)
            self.send_header("Location", told.leads[path])
            self.end_headers()
        elif path not in told.files:
            self.send_error(404)
        else:
            self._send(told, told.files[path])

    def _send(self, told: Nearby, data: bytes) -> None:
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if told.ranges else None
        start = int(found[1]) if found else 0
        if found and start >= len(data):
            self.send_error(416)
            return
        self.send_response(206 if found else 200)
        if found:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        end = start + told.breaks.pop(0) if told.breaks else len(data)
        with suppress(ConnectionError):  # the client may disconnect
            for at in range(start, min(end, len(data)), SLICE):
                self.wfile.write(data[at : min(at + SLICE, end)])
                time.sleep(told.pause)

    def log_message(self, *_: Any) -> None:
        """Silences the log."""
