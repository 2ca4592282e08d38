"""Addresses below a path prefix, without a server: what pages write, what requests become, and that nothing is let in by it."""

from __future__ import annotations

import asyncio
import functools
import json
import re
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import config

import ssl_core as core
from pages._kit.screen import links
from pages._kit.server import first_page, guard

TOKEN = "a-token-of-some-length"
ABSOLUTE = re.compile(r"""["'`(=]/(api|app|media)/|location\.origin""")


def told(request: Request) -> PlainTextResponse:
    return PlainTextResponse(request.url.path)


def ask(path: str, method: str = "GET", **headers: str) -> httpx.Response:
    """One request through the guard to an app that answers with the path that it saw; no redirect is followed."""
    routes = [Route("/{path:path}", told, methods=["GET", "POST"])]

    async def go() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=routes, middleware=guard.MIDDLEWARE))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8501") as client:
            return await client.request(method, path, headers=headers)

    return asyncio.run(go())


@pytest.fixture
def below(monkeypatch: pytest.MonkeyPatch) -> None:
    """As started with --server.baseUrlPath lab/x."""
    told_before = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: "lab/x" if name == "server.baseUrlPath" else told_before(name))


@pytest.mark.parametrize("page", ["/", "/data", "/lab/proxy/8501/", "/lab/proxy/8501/fewshot"])
def test_an_address_of_ours_is_completed_by_the_folder_of_its_page(page: str) -> None:
    at = urljoin(f"https://hub.example.org{page}?run=r", links.own("thumb", "a/b", "train-1.png", size=96))
    assert at == f"https://hub.example.org{page.rpartition('/')[0]}/api/thumb/a%2Fb/train-1.png?size=96"


def test_no_page_and_no_script_names_an_address_from_the_root(root: Path) -> None:
    files = [path for folder in ("pages", "assets") for ending in ("*.py", "*.js", "*.css") for path in (root / folder).rglob(ending)]
    lines = [(path.name, line) for path in files for line in path.read_text(encoding="utf-8").splitlines() if ABSOLUTE.search(line)]
    assert len(files) > 40 and [each for each in lines if not re.search(r"Route\(|startswith\(", each[1])] == []


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        ("/lab/x/api/health", "/api/health"),
        ("/api/health", "/api/health"),
        ("/lab/x/data", "/data"),
        ("/lab/x/_stcore/health", "/lab/x/_stcore/health"),
        ("/_stcore/health", "/lab/x/_stcore/health"),
        ("/lab/xy/api/health", "/lab/x/lab/xy/api/health"),
    ],
)
def test_a_request_is_the_same_with_the_prefix_and_without(below: None, asked: str, seen: str) -> None:
    assert ask(asked).text == seen


@pytest.mark.parametrize(
    ("asked", "to"),
    [("/data/?run=r", "/data?run=r"), ("/a/b/", "/a/b"), ("/lab/x", "/lab/x/"), ("/lab/x/data/", "/lab/x/data")],
)
def test_a_slash_too_many_or_too_few_is_mended_without_leaving_a_prefix_taken_off(below: None, asked: str, to: str) -> None:
    answer = ask(asked)
    assert answer.status_code == 301 and not answer.headers["location"].startswith("/")
    assert urljoin(f"https://hub.example.org/proxy{asked}", answer.headers["location"]) == f"https://hub.example.org/proxy{to}"


def test_the_way_in_by_token_keeps_a_prefix_taken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_TOKEN", TOKEN)
    location = ask(f"/data?run=r&token={TOKEN}").headers["location"]
    assert urljoin("https://hub.example.org/proxy/8501/data", location) == "https://hub.example.org/proxy/8501/data?run=r"


def test_below_a_prefix_the_guard_stands_as_before(below: None) -> None:
    for path in ("/lab/x/api/label", "/api/label"):
        assert ask(path, "POST", origin="http://elsewhere.example").status_code == 403
        refused = ask(path, host="hub.example.org:8000")
        assert refused.status_code == 400 and "hub.example.org" in refused.text and "--behind" in refused.text


def test_a_proxys_name_makes_the_app_ask_for_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_TOKEN", "")
    usual = config.get_option("server.allowedHosts")
    config.set_option("server.allowedHosts", ["127.0.0.1", "localhost", "hub.example.org"])
    try:
        assert len(guard.token()) >= 20 and guard.token() in guard.welcome() and ask("/data").status_code == 401
    finally:
        config.set_option("server.allowedHosts", usual)


def test_the_first_page_is_streamlits_with_our_scripts_allowed_by_their_hashes() -> None:
    ours = re.findall(r"<script>.*?</script>", first_page.PAGE, re.S)[: len(first_page.SCRIPTS)]
    assert functools.reduce(lambda page, script: page.replace(script, ""), ours, first_page.PAGE).split() == first_page.STREAMLITS.split()
    assert all(each in guard.HEADERS["Content-Security-Policy"] for each in first_page.hashes(first_page.PAGE).split())


def test_the_first_page_knows_its_screens_and_how_this_copy_is_started() -> None:
    assert f'const START = "{core.START}";' in first_page.PAGE
    assert f"const SCREENS = {json.dumps(sorted(links.PLACES))};" in first_page.PAGE
