"""A proxy before the app, as a laboratory's machines have them: below a path that it keeps or takes off, with or without websockets."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal, NamedTuple

Sockets = Literal["pass", "refuse", "swallow"]  # what becomes of a request for a websocket
NOT_HERE = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
NO_SOCKETS = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Way(NamedTuple):
    """How a proxy leads to the app at `port`."""

    port: int
    path: str  # in front of every address, as "/lab/proxy/8501"
    keeps: bool = False  # whether the app sees the path too
    sockets: Sockets = "pass"
    host: str = ""  # the Host that the app sees; "": the browser's own


@contextmanager
def proxied(way: Way) -> Iterator[str]:
    """Opens the proxy. Gives the app's address through it, with a slash at the end."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        threading.Thread(target=_answer, args=(door, way), daemon=True).start()
        yield f"http://127.0.0.1:{door.getsockname()[1]}{way.path}/"
        with suppress(OSError):
            door.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for a visitor


def _answer(door: socket.socket, way: Way) -> None:
    while True:
        try:
            visitor, _ = door.accept()
        except OSError:  # closed
            return
        threading.Thread(target=_serve, args=(visitor, way), daemon=True).start()


def _serve(visitor: socket.socket, way: Way) -> None:
    with visitor, suppress(OSError):
        head = b""
        while b"\r\n\r\n" not in head:
            if not (part := visitor.recv(65536)):
                return
            head += part
        lines, rest = head.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n"), head.partition(b"\r\n\r\n")[2]
        upgrade = any(line.lower().startswith("upgrade:") for line in lines)
        if not lines[0].split(" ")[1].startswith(f"{way.path}/"):
            visitor.sendall(NOT_HERE)
        elif upgrade and way.sockets == "refuse":
            visitor.sendall(NO_SOCKETS)
        elif upgrade and way.sockets == "swallow":
            visitor.recv(1)  # until the browser gives up
        else:
            _pass_on(visitor, way, "\r\n".join(_told(lines, way, upgrade)).encode("latin-1") + b"\r\n\r\n" + rest)


def _told(lines: list[str], way: Way, upgrade: bool) -> list[str]:
    """The head of a request as the app sees it: one request a connection, except for websockets."""
    method, path, version = lines[0].split(" ")
    dropped = ("connection:" if not upgrade else "", "host:" if way.host else "")
    kept = [line for line in lines[1:] if not line.lower().startswith(tuple(filter(None, dropped)))] if any(dropped) else lines[1:]
    more = ([] if upgrade else ["Connection: close"]) + ([f"Host: {way.host}"] if way.host else [])
    return [f"{method} {path if way.keeps else path[len(way.path) :]} {version}", *more, *kept]


def _pass_on(visitor: socket.socket, way: Way, request: bytes) -> None:
    with socket.create_connection(("127.0.0.1", way.port)) as app:
        app.sendall(request)
        threading.Thread(target=_pump, args=(visitor, app), daemon=True).start()
        _pump(app, visitor)


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for end in (source, sink):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
