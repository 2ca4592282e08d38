"""Whether a browser can reach the app: who answers at a port, and what lies between."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ssl_core.system import reach
from tests.help.serving import held_port

Answering = Callable[[int, bytes], int]


@pytest.fixture
def answering() -> Iterator[Answering]:
    """Starts a server that gives one answer to everything; its port."""
    servers = []

    def start(status: int, body: bytes) -> int:
        class Page(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        servers.append(HTTPServer(("127.0.0.1", 0), Page))
        threading.Thread(target=servers[-1].serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return servers[-1].server_port

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_free_port_is_nobodys_and_a_page_arrives_there() -> None:
    with held_port() as port:
        found = reach.reach(port)
    assert (found.address, found.by, found.open) == (f"http://127.0.0.1:{port}", "nobody", True)


def test_a_selfsight_that_answers_is_found_with_its_version(answering: Answering) -> None:
    found = reach.reach(answering(200, json.dumps({"ready": True, "version": "1.2", "jobs": 0}).encode()))
    assert (found.by, found.version, found.open) == ("selfsight", "1.2", True)


def test_a_selfsight_that_asks_for_its_token_is_found_too(answering: Answering) -> None:
    found = reach.reach(answering(401, b"This Selfsight asks for its token: open the address that its terminal shows, token and all.\n"))
    assert (found.by, found.version) == ("selfsight", "")


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"{}"])
def test_a_page_of_another_program_is_not_taken_for_selfsight(body: bytes, answering: Answering) -> None:
    found = reach.reach(answering(200, body))
    assert (found.by, found.open) == ("another program", True)


def test_a_silent_port_belongs_to_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as holder:
        assert reach.reach(holder.getsockname()[1]).by == "another program"


def test_a_machine_that_lets_nothing_through_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(port: int, path: str) -> tuple[int, bytes]:
        raise ConnectionRefusedError

    monkeypatch.setattr(reach, "_get", refuse)
    with held_port() as port:
        assert not reach.reach(port).open


def test_a_session_by_ssh_is_told_how_to_bring_the_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "10.0.0.1 50000 10.0.0.2 22")
    (said,) = reach._remarks(8600)
    assert "ssh -L 8600:127.0.0.1:8600 " in said
