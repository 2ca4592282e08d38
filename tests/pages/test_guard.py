"""The guard before every request, driven without a server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from streamlit import config

from pages._kit.server import guard

TOKEN = "a-token-of-some-length"


def hello(_: Request) -> PlainTextResponse:
    return PlainTextResponse("hello")


async def talk(socket: WebSocket) -> None:
    await socket.accept()
    await socket.close()


def fail(_: Request) -> PlainTextResponse:
    raise RuntimeError("a secret of the program's insides")


ROUTES = [
    Route("/", hello),
    Route("/api/fails", fail),
    Route("/api/label", hello, methods=["GET", "POST"]),
    WebSocketRoute("/stream", talk),
]


def ask(path: str, method: str = "GET", host: str = "127.0.0.1:8501", **headers: str) -> httpx.Response:
    """One request through the guard, no redirect followed."""

    async def go() -> httpx.Response:
        app = httpx.ASGITransport(Starlette(routes=ROUTES, middleware=guard.MIDDLEWARE), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=app, base_url=f"http://{host}") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(go())


def connect(**headers: str) -> str:
    """What a websocket gets first: websocket.accept or websocket.close."""
    sent: list[dict[str, Any]] = []
    raw = [(name.encode(), value.encode()) for name, value in {"host": "127.0.0.1:8501", **headers}.items()]
    scope = {"type": "websocket", "path": "/stream", "raw_path": b"/stream", "query_string": b"", "headers": raw, "subprotocols": []}

    async def receive() -> dict[str, Any]:
        return {"type": "websocket.connect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    asyncio.run(Starlette(routes=ROUTES, middleware=guard.MIDDLEWARE)(scope, receive, send))  # type: ignore[arg-type]
    return str(sent[0]["type"])


@pytest.fixture
def with_token(monkeypatch: pytest.MonkeyPatch) -> str:
    """The app beyond this machine; gives the cookie that opens it."""
    monkeypatch.setenv("SSL_TOKEN", TOKEN)
    return ask(f"/?token={TOKEN}").headers["set-cookie"].split(";")[0]


@pytest.mark.parametrize("path", ["/", "/api/label"])
def test_every_answer_carries_the_safe_headers(path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 200
    assert {name: answer.headers[name] for name in guard.HEADERS} == guard.HEADERS
    assert "default-src 'self'" in answer.headers["content-security-policy"]


REFUSALS = [  # status, path, method, host, headers
    (400, "/api/label", "GET", "rebound.example", {}),
    (403, "/api/label", "POST", "127.0.0.1:8501", {"origin": "http://elsewhere.example"}),
    (404, "/api/nothing", "GET", "127.0.0.1:8501", {}),
    (405, "/api/label", "PUT", "127.0.0.1:8501", {}),
    (500, "/api/fails", "GET", "127.0.0.1:8501", {}),
]


@pytest.mark.parametrize(("status", "path", "method", "host", "headers"), REFUSALS)
def test_a_refusal_carries_the_safe_headers_too_and_no_insides(
    status: int, path: str, method: str, host: str, headers: dict[str, str]
) -> None:
    answer = ask(path, method, host, **headers)
    assert answer.status_code == status
    assert {name: answer.headers[name] for name in guard.HEADERS} == guard.HEADERS
    assert "secret" not in answer.text and "Traceback" not in answer.text


@pytest.mark.parametrize("origin", ["null", "http://127.0.0.1:8501.elsewhere.example", "https://127.0.0.1:8500", "file://", "http://[", ""])
def test_an_origin_that_only_looks_like_ours_is_refused(origin: str) -> None:
    assert ask("/api/label", "POST", origin=origin).status_code == 403


def test_a_foreign_name_for_this_machine_is_refused_on_our_routes() -> None:
    assert ask("/api/label", host="rebound.example").status_code == 400


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:8600", "[::1]:8501"])
def test_this_machines_own_names_are_answered(host: str) -> None:
    assert ask("/api/label", host=host).status_code == 200


def test_another_sites_page_cannot_post_labels() -> None:
    assert ask("/api/label", "POST", origin="http://elsewhere.example").status_code == 403
    assert ask("/api/label", "POST", origin="http://127.0.0.1:9999").status_code == 403
    assert ask("/api/label", "POST", origin="http://127.0.0.1:8501").status_code == 200


def test_without_a_token_nobody_is_asked_for_one() -> None:
    assert ask("/").status_code == 200
    assert connect() == "websocket.accept"


@pytest.mark.parametrize("path", ["/", "/api/label", "/?token=wrong", "/?token=", "/?token=%C3%A9"])
def test_without_the_right_token_the_door_stays_shut(with_token: str, path: str) -> None:
    answer = ask(path)
    assert answer.status_code == 401 and "token" in answer.text and TOKEN not in answer.text


def test_the_token_becomes_a_cookie_and_leaves_the_address(with_token: str) -> None:
    answer = ask(f"/?run=r1&token={TOKEN}")
    assert (answer.status_code, answer.headers["location"]) == (303, "./?run=r1")
    assert "httponly" in answer.headers["set-cookie"].lower()


def test_the_way_in_leads_to_no_other_site(with_token: str) -> None:
    asked = "http://127.0.0.1:8501//elsewhere.example/"
    location = ask(f"{asked}?token={TOKEN}").headers["location"]
    assert location == "./" and urljoin(asked, location).startswith("http://127.0.0.1:8501/")


def test_the_cookie_opens_pages_routes_and_the_websocket(with_token: str) -> None:
    assert ask("/", cookie=with_token).status_code == 200
    assert ask("/api/label", host="lab7:8501", cookie=with_token).status_code == 200
    assert connect(cookie=with_token) == "websocket.accept"


def test_a_websocket_without_the_cookie_is_closed(with_token: str) -> None:
    assert connect() == "websocket.close"
    assert connect(cookie=with_token[:-1]) == "websocket.close"


@pytest.mark.parametrize(
    ("host", "token", "shown"),
    [
        ("127.0.0.1", "", "http://127.0.0.1:8501"),
        ("::1", "", "http://[::1]:8501"),
        ("10.0.0.7", "abc", "http://10.0.0.7:8501/?token=abc"),
        ("0.0.0.0", "abc", "http://this-machine:8501/?token=abc"),
    ],
)
def test_the_address_shows_host_port_and_token(host: str, token: str, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options: dict[str, Any] = {"server.address": host, "server.port": 8501, "server.allowedHosts": []}
    look_up: Callable[[str], Any] = options.__getitem__
    monkeypatch.setattr(config, "get_option", look_up)
    monkeypatch.setattr(guard.socket, "gethostname", lambda: "this-machine")
    monkeypatch.setenv("SSL_TOKEN", token)
    assert guard.address() == shown


@pytest.mark.parametrize(("address", "made"), [("0.0.0.0", True), ("192.0.2.7", True), (None, True), ("127.0.0.1", False), ("::1", False)])
def test_whoever_starts_it_beyond_this_machine_gets_a_token(address: str | None, made: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where start.py, which makes one too, has no part in it."""
    monkeypatch.setenv("SSL_TOKEN", "")
    usual = config.get_option("server.address")
    config.set_option("server.address", address)
    try:
        assert (len(guard.token()) >= 20) is made and guard.token() == guard.token()
        assert ("token=" in guard.address()) is made
    finally:
        config.set_option("server.address", usual)


@pytest.mark.parametrize(("server", "answered"), [("127.0.0.1", True), ("::1", True), ("/run/socket", True), ("192.0.2.7", False)])
def test_without_a_token_only_this_machine_is_answered_whichever_server_runs_the_app(server: str, answered: bool) -> None:
    async def go() -> list[Any]:
        sent: list[Any] = []
        scope = {
            "type": "http",
            "method": "GET",
            "path": "/",
            "query_string": b"",
            "headers": [(b"host", b"localhost")],
            "server": (server, 80),
        }

        async def send(message: Any) -> None:
            sent.append(message)

        await Starlette(routes=ROUTES, middleware=guard.MIDDLEWARE)(scope, lambda: asyncio.sleep(0), send)  # type: ignore[arg-type]
        return sent

    first = asyncio.run(go())[0]
    assert (first["status"] == 200) is answered and first["status"] in (200, 403)
