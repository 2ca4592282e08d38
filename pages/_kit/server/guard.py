"""The middleware of every request: security headers, a check of Host and Origin on our own routes, and a token beyond this machine."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import os
import re
import secrets
import socket
from urllib.parse import parse_qsl, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

import ssl_core as core
from pages._kit.server import prefix
from pages._kit.server.first_page import PAGE, hashes

LOCAL = ("127.0.0.1", "localhost", "[::1]")
HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\s\[\]:/@?#\\]+)(?::\d{1,5})?")  # of a Host header: a name or an IPv6 address, and a port
HEADERS = {
    "Content-Security-Policy": f"default-src 'self'; script-src 'self' blob: {hashes(PAGE)}; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
ASKS = "This Selfsight asks for its token: open the address that its terminal shows, token and all.\n"
FAULT = "Something went wrong here. The terminal has the details.\n"
BARRED = f"This Selfsight answers the machine it runs on. To let others in, start it with: {core.START} --host 0.0.0.0\n"
ELSEWHERE = (
    "This address answers Selfsight's own pages only. Behind a proxy, the browser's Host must be passed on "
    "(nginx: proxy_set_header Host $http_host;).\n"
)
UNNAMED = (
    "Selfsight does not know itself by the name {name}. Where a proxy leads here, start Selfsight with "
    "{start} --behind ADDRESS, the address that this browser shows.\n"
)


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
    """The token that a visitor must show: SSL_TOKEN, or a random one where others may come, also by a proxy; "" where none is needed."""
    if not os.environ.get("SSL_TOKEN") and not (is_local(listens_on()) and not names()):
        os.environ["SSL_TOKEN"] = secrets.token_urlsafe(16)
    return os.environ.get("SSL_TOKEN", "")


def names() -> list[str]:
    """The names that Streamlit was told to answer to (server.allowedHosts) and that others can reach: those of a proxy."""
    return [name for name in config.get_option("server.allowedHosts") or [] if not is_local(name.strip("[]"))]


def address() -> str:
    """The app's address for a browser, with the port in use and, where one is asked for, the token."""
    host = listens_on()
    if host in ("0.0.0.0", "::"):  # every address of this machine: others can use its host name
        host = socket.gethostname()
    return f"http://{_in_address(host)}:{config.get_option('server.port')}" + (f"/?token={token()}" if token() else "")


def welcome() -> str:
    """What the terminal says once the app can answer; behind a proxy its address has a prefix that only the browser knows."""
    way = (
        f"Through a proxy: add ?token={token()} to the proxy's address, once in each browser.\n"
        if names() and is_local(listens_on())
        else ""
    )
    return f"\nSelfsight is at {address()}\n{way}Ctrl+C ends it.\n"


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
        self.names = (
            () if token() else (*LOCAL, _in_address(listens_on()).lower())
        )  # with a token any name: who knows the token is no stranger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self.app(scope, receive, send)
        elif not same_origin(headers := Headers(scope=scope)):
            await PlainTextResponse(ELSEWHERE, 403)(scope, receive, send)
        elif self.names and (name := named(headers)) not in self.names:
            await PlainTextResponse(UNNAMED.format(name=name[:80] or "that its Host header has", start=core.START), 400)(
                scope, receive, send
            )
        else:
            await self.app(scope, receive, send)


def named(headers: Headers) -> str:
    """The name or IP address in a request's Host, in small letters; "" where there is none or it isn't well formed."""
    found = HOST.fullmatch(headers.get("host", ""))
    return found[1].lower() if found else ""


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
        answer = RedirectResponse(prefix.beside(connection.url.path, rest), 303)
        answer.set_cookie(self.cookie, self.token, httponly=True, samesite="lax")
        return answer


MIDDLEWARE = [Middleware(SafeHeaders), Middleware(prefix.Prefix), Middleware(Token), Middleware(OwnRoutes)]
