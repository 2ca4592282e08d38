"""The middleware of every request: security headers, a check of Host and Origin on our own routes, and a token beyond this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import os
import re
import secrets
import socket
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config, file_util

LOCAL = ("127.0.0.1", "localhost", "[::1]")


def inline_scripts(html: str) -> str:
    """The hashes of a page's inline scripts, by which a Content-Security-Policy allows them."""
    digests = [hashlib.sha256(script.encode()).digest() for script in re.findall(r"<script>(.*?)</script>", html, re.S)]
    return " ".join(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


STREAMLITS = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
HEADERS = {
    "Content-Security-Policy": f"default-src 'self'; script-src 'self' blob: {inline_scripts(STREAMLITS)}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
ASKS = "This Selfsight asks for its token: open the address that its terminal shows, token and all.\n"
FAULT = "Something went wrong here. The terminal has the details.\n"
BARRED = "This Selfsight answers the machine it runs on. To let others in, start it with: python3 start.py --host 0.0.0.0\n"
ELSEWHERE = "This address answers Selfsight's own pages only.\n"


def is_local(host: str) -> bool:
    """Whether an address can be reached from this machine alone; a name other than localhost counts as one that others can reach."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def listens_on() -> str:
    """The address that Streamlit was told to listen on; without one Streamlit listens on all addresses."""
    return config.get_option("server.address") or "0.0.0.0"


def token() -> str:
    """The token that a visitor must show: SSL_TOKEN, or a random one where the app listens beyond this machine; "" where there is none."""
    if not os.environ.get("SSL_TOKEN") and not is_local(listens_on()):
        os.environ["SSL_TOKEN"] = secrets.token_urlsafe(16)
    return os.environ.get("SSL_TOKEN", "")


def address() -> str:
    """The app's address for a browser, with the port in use and, where one is asked for, the token."""
    host = listens_on()
    if host in ("0.0.0.0", "::"):  # every address of this machine: others can use its host name
        host = socket.gethostname()
    return f"http://{_in_address(host)}:{config.get_option('server.port')}" + (f"/?token={token()}" if token() else "")


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host


class SafeHeaders:
    """Adds the security headers that Streamlit lacks to every answer. An exception is answered by one sentence, with these headers."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def with_headers(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        try:
            await self.app(scope, receive, with_headers if scope["type"] == "http" else send)
        except Exception:
            if scope["type"] == "http" and not begun:
                await PlainTextResponse(FAULT, 500)(scope, receive, with_headers)
            raise  # the server logs it


class OwnRoutes:
    """Keeps other sites' pages from /api: neither Streamlit's list of allowed hosts nor its cookies cover our routes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.named = TrustedHostMiddleware(app, ["*"] if token() else [*LOCAL, _in_address(listens_on())], www_redirect=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
        elif not same_origin(Headers(scope=scope)):
            await PlainTextResponse(ELSEWHERE, 403)(scope, receive, send)
        else:
            await self.named(scope, receive, send)


def same_origin(headers: Headers) -> bool:
    """Whether a request comes from our own page, or from no page: a request by a script outside a browser has no Origin."""
    origin = headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == headers.get("host")
    except ValueError:  # no address, such as "http://["
        return False


def _from_outside(scope: Scope) -> bool:
    """Whether a request came in by a non-loopback address, whatever Streamlit was told: another server may run the app."""
    try:
        return not ipaddress.ip_address((scope.get("server") or ("", 0))[0]).is_loopback
    except ValueError:  # a socket without an IP address
        return False


class Token:
    """Asks for the token where there is one: once in the address, then in a cookie, for websockets too. Without one, loopback only."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.token = token()
        # the cookie's name depends on the token, since two servers on one machine share cookies
        self.cookie = "selfsight-" + hashlib.sha256(self.token.encode()).hexdigest()[:8]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or not (self.token or _from_outside(scope)):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        if self.token and self._fits(connection.cookies.get(self.cookie)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        elif not self.token:
            await PlainTextResponse(BARRED, 403)(scope, receive, send)
        else:
            await self._log_in(connection)(scope, receive, send)

    def _fits(self, given: str | None) -> bool:
        return given is not None and hmac.compare_digest(given.encode(), self.token.encode())

    def _log_in(self, connection: HTTPConnection) -> Response:
        if not self._fits(connection.query_params.get("token")):
            return PlainTextResponse(ASKS, 401)
        rest = [pair for pair in parse_qsl(connection.url.query) if pair[0] != "token"]
        path = "/" + connection.url.path.lstrip("/")  # a redirect to "//other" would lead to another site
        answer = RedirectResponse(path + ("?" + urlencode(rest) if rest else ""), 303)
        answer.set_cookie(self.cookie, self.token, httponly=True, samesite="lax")
        return answer


MIDDLEWARE = [Middleware(SafeHeaders), Middleware(Token), Middleware(OwnRoutes)]
