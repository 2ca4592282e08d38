"""Addresses below a path prefix: pages name our routes relative to themselves, requests arrive with the prefix or without it."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlencode

from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit import config

from pages._kit.screen.links import PLACES

FIRST = frozenset(f"/{place}" for place in PLACES)  # the addresses of the screens, each answered with the first page


def base() -> str:
    """The path in front of every address that Streamlit was told of (server.baseUrlPath), as "/lab/selfsight"; "" where there is none."""
    path = str(config.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{path}" if path else ""


def beside(path: str, asked: Sequence[tuple[str, str]]) -> str:
    """A relative address of the page at `path` as its own visitor sees it: a redirect there keeps whatever prefix a proxy took off.

    "./" comes first, so that no segment with a colon is read as a scheme and no "//name" as another site.
    """
    return "./" + quote(path.rpartition("/")[2]) + ("?" + urlencode(asked) if asked else "")


class Prefix:
    """Takes requests with and without server.baseUrlPath: a proxy keeps it or takes it off. Later checks see /api without it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app, self.base = app, base()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path = str(scope["path"])
        route = path[len(self.base) :] if self.base and f"{path}/".startswith(f"{self.base}/") else path
        if scope["type"] == "http" and (there := _moved(scope, path, route)):
            await RedirectResponse(there, 301, {"Cache-Control": "no-cache"})(scope, receive, send)
            return
        ours = route.startswith("/api/") or route in FIRST
        asked = route if ours else self.base + route
        moved = {} if asked == path else {"path": asked, "raw_path": quote(asked).encode()}
        await self.app({**scope, **moved}, receive, send)


def _moved(scope: Scope, path: str, route: str) -> str:
    """Where a page stands that was asked for with a slash too many, or without the prefix's own; "" where it stands here.

    Streamlit would answer the first with an address from the root, which leads out of the prefix that a proxy took off.
    """
    query = f"?{scope['query_string'].decode('latin-1')}" if scope.get("query_string") else ""
    if scope["method"] not in ("GET", "HEAD") or path.startswith("//"):
        return ""
    if not route:
        return f"./{quote(path.rpartition('/')[2])}/{query}"
    kept = route.rstrip("/")
    return "../" * (len(route) - len(kept)) + quote(kept.rpartition("/")[2]) + query if kept and kept != route else ""
