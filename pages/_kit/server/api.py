"""What our pages' own scripts ask for: pictures, labels, the scripts themselves. Names are looked up; none becomes part of a path."""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

import ssl_core as core

MOST_BYTES = 64 * 1024  # of a request: browsers still send this much while their page is closed
SCRIPTS = dict.fromkeys(
    ("wall.js", "hole.js", "squares.js", "large.js", "narrow.js", "turn.js", "mount.js"), "text/javascript; charset=utf-8"
)  # of assets/, for a browser
IMPORTED = re.compile(rb'from "\./([a-z]+\.js)"')  # an import of one script by another
PATIENCE = 20.0  # seconds in which a request must arrive completely
SIZES = (64, 96, 128, 192, 256, 384, 512)  # sides of a thumbnail in pixels: few, so that any cache holds few files
MOST_SEEN = 512  # pixels a side that a network gets at most
ASK = {"Cache-Control": "private, no-cache"}  # cached, but revalidated each time: the picture behind an id can change
FOR_EVER = {"Cache-Control": "private, max-age=31536000, immutable"}
FRESH = {"Cache-Control": "no-cache"}
NEVER = {"Cache-Control": "no-store"}


def thumb(request: Request) -> Response:
    """A data set's picture as PNG; `size` is rounded up to one of SIZES. An address with the mark of another reading names no picture."""
    asked = core.PictureId.find(request.path_params["id"])
    size = request.query_params.get("size", "128")
    if asked is None or not (size.isascii() and size.isdigit() and len(size) < 6):
        return _sorry(404, "There is no such picture.")
    fitting = next((each for each in SIZES if each >= int(size)), SIZES[-1])
    try:
        now = core.png_mark(request.path_params["dataset"], asked.split)
        if request.query_params.get("mark") not in (None, "", now):  # drawn for another reading, whose picture this id no longer names
            return _sorry(404, "These pictures have changed since the page was drawn.", NEVER)
        mark = f'"{now}-{request.path_params["id"]}-{fitting}"'
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers=ASK | {"ETag": mark})
        data = core.png(request.path_params["dataset"], asked.split, asked.index, fitting)
    except core.SettingsError as error:
        return _sorry(404, str(error))
    return Response(data, media_type="image/png", headers=ASK | {"ETag": mark})


def large(request: Request) -> Response:
    """A data set's picture whole, at most 1024 pixels a side; with `size`, the square that a network of that size gets."""
    dataset, picture, size = request.path_params["dataset"], request.path_params["id"], request.query_params.get("size", "")
    asked = core.PictureId.find(picture)
    if asked is None or (size and not (size.isascii() and size.isdigit() and 8 <= int(size[:6]) <= MOST_SEEN)):
        return _sorry(404, "There is no such picture.")
    try:
        mark = f'"{core.png_mark(dataset, asked.split)}-{picture}-large{size}"'
        if request.headers.get("if-none-match") == mark:
            return Response(status_code=304, headers=ASK | {"ETag": mark})
        data, kind = (core.seen_picture(dataset, picture, int(size)), "image/png") if size else core.large_picture(dataset, picture)
    except core.SettingsError as error:
        return _sorry(404, str(error))
    return Response(data, media_type=kind, headers=ASK | {"ETag": mark})


async def label(request: Request) -> Response:
    """Stores a list of actions and answers once they are on disk: {saved, count, seq, now, undone, undo}."""
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return _sorry(403, "Labels are taken from Selfsight's own pages only.")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return _sorry(415, "Labels must be sent as application/json.")
    try:
        body = await asyncio.wait_for(_body(request), PATIENCE)
    except TimeoutError:
        return _sorry(408, f"The request didn't come to its end within {PATIENCE:g} seconds. Send it again.")
    if body is None:
        return _sorry(413, f"A request may have {MOST_BYTES} bytes at most. Send fewer labels at a time.")
    try:
        actions = core.read_actions(json.loads(body))
    except (ValueError, RecursionError) as error:  # SettingsError is a ValueError too
        return _sorry(400, str(error) if isinstance(error, core.SettingsError) else "The request isn't JSON.")
    return await run_in_threadpool(_store, actions)


def _store(actions: list[core.Action]) -> Response:
    try:
        receipt = store().act(actions)
    except core.SettingsError as error:  # the disk is full, the file is read-only …: another try may succeed
        return _sorry(503, str(error))
    return JSONResponse(_plain(receipt) | {"saved": receipt.saved, "now": receipt.now, "undone": receipt.undone}, headers=FRESH)


def labels(request: Request) -> Response:
    """Everything on disk about a data set's labels: {labels, classes, count, seq, undo}."""
    name = request.query_params.get("set", "")
    if not name:
        return _sorry(400, "Say which data set: /api/labels?set=scenes")
    try:
        state, classes = store().state(name), store().classes(name)
    except core.SettingsError as error:
        return _sorry(503, str(error))
    return JSONResponse(_plain(state) | {"labels": state.now, "classes": classes}, headers=FRESH)


def asset(request: Request) -> Response:
    """One of our scripts. A browser may cache it for ever under the address with its digest, since another text has another address."""
    name = request.path_params["name"]
    if name not in SCRIPTS:
        return _sorry(404, "There is no such script.")
    text, mark = script(name)
    kept = FOR_EVER if request.query_params.get("v") == mark else FRESH
    return Response(text, media_type=SCRIPTS[name], headers=kept)


@cache
def script(name: str) -> tuple[bytes, str]:
    """A script's text and its digest. Imports get the digest of the imported script, so that both may be cached for ever."""
    assert name in SCRIPTS
    text = (Path(__file__).parents[3] / "assets" / name).read_bytes()
    text = IMPORTED.sub(lambda found: found[0][:-1] + f'?v={script(found[1].decode())[1]}"'.encode(), text)
    return text, hashlib.sha256(text).hexdigest()[:16]


def store() -> core.Store:
    """The store of labels in the folder of runs."""
    return core.label_store(core.runs_root())


def _plain(receipt: core.Receipt) -> dict[str, Any]:
    return {"count": receipt.total, "seq": receipt.seq, "undo": receipt.next_undo}


async def _body(request: Request) -> bytes | None:
    """The body, None where it has more than MOST_BYTES: it isn't read where Content-Length says so, else reading stops there."""
    said = request.headers.get("content-length", "0")
    if not (said.isascii() and said.isdigit()) or int(said[:12]) > MOST_BYTES:
        return None
    parts, length = [], 0
    try:
        async for part in request.stream():
            length += len(part)
            if length > MOST_BYTES:
                return None
            parts.append(part)
    except ClientDisconnect:
        return b""
    return b"".join(parts)


def _sorry(status: int, sentence: str, headers: dict[str, str] = FRESH) -> Response:
    return JSONResponse({"reason": sentence}, status, headers=headers)


ROUTES = [
    Route("/api/thumb/{dataset}/{id}.png", thumb),
    Route("/api/large/{dataset}/{id}", large),
    Route("/api/label", label, methods=["POST"]),
    Route("/api/labels", labels),
    Route("/api/asset/{name}", asset),
]
