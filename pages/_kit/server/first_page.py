"""The first page: Streamlit's, with scripts of ours that must run before Streamlit's own; each says in its file what it does."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import re
from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from streamlit import file_util

import ssl_core as core
from pages._kit.screen.links import PLACES
from pages._kit.server.prefix import FIRST


def with_script(html: str, script: str) -> str:
    """A page that runs a script before all others. Inline: where a proxy misleads addresses, no file of ours would arrive either."""
    assert "</script" not in script and html.count("<head>") == 1
    return html.replace("<head>", f"<head>\n<script>\n{script}</script>")


def filled(script: str, **values: object) -> str:
    """A script with values, as JSON, in place of the texts "{NAME}"."""
    for name, value in values.items():
        script = script.replace(f'"{{{name}}}"', json.dumps(value))
    return script


def hashes(html: str) -> str:
    """The hashes of a page's inline scripts, by which a Content-Security-Policy allows them."""
    digests = [hashlib.sha256(script.encode()).digest() for script in re.findall(r"<script>(.*?)</script>", html, re.S)]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


SCRIPTS = [_read(Path(__file__).parents[3] / "assets" / name) for name in ("unreached.js", "theme.js", "entries.js", "early.js")]
STREAMLITS = _read(Path(file_util.get_static_dir()) / "index.html")
PAGE = functools.reduce(with_script, (filled(script, START=core.START, SCREENS=sorted(PLACES)) for script in SCRIPTS), STREAMLITS)


def first_page(_: Request) -> Response:
    """The same page for every screen: Streamlit's script reads the address by itself."""
    return HTMLResponse(PAGE, headers={"Cache-Control": "no-cache"})


ROUTES = [Route(path, first_page) for path in sorted(FIRST)]
