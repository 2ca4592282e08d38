"""Hazards made to happen: labels that can't be kept, and requests that nobody of ours sends."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import uuid

import httpx
from starlette.applications import Starlette

import ssl_core as core
from pages._kit.server import api, guard
from ssl_core.labels import log
from ssl_core.system.roots import runs_root
from tests.hazards.hazard import SCREEN, VALUES
from tests.help.labelling import click
from tests.help.staging import Stage, Told, same, seen, stage
from tests.pages.conftest import open_page


def answered(method: str, path: str, host: str = "127.0.0.1:8501", body: bytes | None = None, **headers: str) -> str:
    """Status and words of what one of our own addresses answers, through the guard."""

    async def ask() -> httpx.Response:
        app = httpx.ASGITransport(Starlette(routes=api.ROUTES, middleware=guard.MIDDLEWARE))
        async with httpx.AsyncClient(transport=app, base_url=f"http://{host}") as client:
            return await client.request(method, path, content=body, headers=headers)

    answer = asyncio.run(ask())
    text = answer.text if "image" not in answer.headers.get("content-type", "") else "a picture"
    return f"{answer.status_code} {text}\n"


def posted(picture: str = "train-1", body: bytes | None = None, **headers: str) -> str:
    """What is answered to a label."""
    said = [{"set": "scenes", "id": picture, "class": "bird", "action": str(uuid.uuid4())}]
    body = json.dumps(said).encode() if body is None else body
    return answered("POST", "/api/label", body=body, **{"Content-Type": "application/json", **headers})


@stage("labels of a newer version", SCREEN)
def _(here: Stage) -> Told:
    runs_root().mkdir(parents=True)
    db = sqlite3.connect(runs_root() / "labels.sqlite")
    db.executescript(f"PRAGMA application_id = {0x53454C46}; PRAGMA user_version = 99; CREATE TABLE labels (more)")
    db.close()
    return same(seen(open_page("fewshot")) + posted())


@stage("labels on a full disk", VALUES)
def _(here: Stage) -> Told:
    posted()
    store = core.label_store(runs_root())
    assert store._connection is not None
    store._connection.execute("PRAGMA max_page_count = 1")
    told = "".join(posted(f"train-{k}") for k in range(2, 60))
    store.close()  # there is room again
    return Told(told, posted("train-60"))


@stage("a label from another site's page", VALUES)
def _(here: Stage) -> Told:
    return Told(posted(origin="http://elsewhere.example"), posted())


@stage("a request of 50 MB", VALUES)
def _(here: Stage) -> Told:
    return Told(posted(body=b" " * 50 * 2**20), posted())


def earlier() -> None:
    """A file of labels as the first version wrote it, with one label."""
    runs_root().mkdir(parents=True)
    db = sqlite3.connect(runs_root() / "labels.sqlite")
    db.executescript(log.MIGRATIONS[0])
    db.executescript(f"PRAGMA application_id = {log.APPLICATION}; PRAGMA user_version = 1")
    db.execute("INSERT INTO labels VALUES ('scenes', 'train-1', 'bird', 1)")
    db.commit()
    db.close()


def copies() -> str:
    """What stands beside the labels."""
    return " ".join(sorted(path.name for path in runs_root().glob("*.sqlite")))


@stage("labels of an older version", VALUES)
def _(here: Stage) -> Told:
    earlier()
    return Told(posted("train-2"), copies())


@stage("labels of an older version", SCREEN)
def _(here: Stage) -> Told:
    earlier()
    here.patch.setattr("ssl_core.jobs.warm_worker.hand_over", lambda folder: None)
    return Told(seen(open_page("fewshot", dataset="scenes")), copies())


@stage("labels in a file that can't be written", VALUES)
def _(here: Stage) -> Told:
    posted()
    store = core.label_store(runs_root())
    assert store._connection is not None
    store._connection.execute("PRAGMA query_only = 1")
    told = posted("train-2")
    store.close()  # it can be written again
    return Told(told, posted("train-3"))


@stage("another program's file where labels are kept", SCREEN)
def _(here: Stage) -> Told:
    runs_root().mkdir(parents=True)
    db = sqlite3.connect(runs_root() / "labels.sqlite")
    db.execute("CREATE TABLE recipes (cake TEXT)")
    db.close()
    told = seen(open_page("fewshot")) + posted()
    db = sqlite3.connect(runs_root() / "labels.sqlite")
    tables = db.execute("SELECT name FROM sqlite_master").fetchall()
    db.close()
    return Told(told, str(tables))


@stage("two tabs that name one picture", VALUES)
def _(here: Stage) -> Told:
    store = core.label_store(runs_root())
    store.act([click("train-1", "bird")])
    store.act([click("train-1", "fish")])
    receipt = store.undo("scenes")
    return Told(f"undone: {receipt.undone}", str(store.labels("scenes")))


@stage("a path in the name of a picture", VALUES)
def _(here: Stage) -> Told:
    paths = (
        "..%2f..%2fetc%2fpasswd/train-0.png",
        "%2e%2e/passwd.png",
        "scenes/..%2f..%2ftrain-0.png",
        "scenes/train-1e3.png",
        "%2fetc/train-0.png",
    )
    told = "".join(answered("GET", f"/api/thumb/{path}") for path in paths)
    assert told.count("404 ") == len(paths), told
    return Told(told, answered("GET", "/api/thumb/scenes/train-0.png"))


@stage("another name for this machine", VALUES)
def _(here: Stage) -> Told:
    return Told(answered("GET", "/api/thumb/scenes/train-0.png", host="rebound.example"), answered("GET", "/api/thumb/scenes/train-0.png"))
