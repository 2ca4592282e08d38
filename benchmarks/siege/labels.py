"""Labels sent to a server that is killed again and again: none may be lost, invented or stored twice."""

from __future__ import annotations

import http.client
import json
import os
import random
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.siege.worker import told
from ssl_core.labels.store import Store

ROOT = Path(__file__).resolve().parents[2]
SET, CLASSES = "scenes", ("house", "tree", "car")
UNDOS, CLEARED = 0.04, 0.05  # shares of the clicks
UNDONE = 100  # actions taken back at the end, one by one
PATIENCE = 120.0  # seconds for a server to answer
BROKEN = (OSError, http.client.HTTPException)  # what a client sees of a server that dies; urllib's errors are among them


class Kept(NamedTuple):
    """What is on disk after all kills, beside what was acknowledged."""

    acknowledged: int
    lost: int  # labels that were acknowledged and are missing or of another class
    ghosts: int  # labels that are stored and were never sent
    twice: int  # actions that don't stand in the log exactly once
    wrong_undos: int
    undos: int
    kills: int
    again: int

    @property
    def held(self) -> bool:
        return not (self.lost or self.ghosts or self.twice or self.wrong_undos)

    def line(self) -> str:
        """As a line of the table."""
        kept = f"{self.acknowledged} clicks acknowledged, {self.lost} lost, {self.ghosts} ghosts, {self.twice} not stored once"
        outcome = f"{kept}, {self.again} batches sent again; {self.wrong_undos} of {self.undos} undos wrong afterwards"
        return f"| labels, SIGKILL of the server | {self.kills} | {outcome} | {told(self.held)} |"


class Expected:
    """What must be stored after some clicks, computed without the store: a click changes one picture, an undo the last click."""

    def __init__(self) -> None:
        self.now: dict[str, str] = {}
        self.past: list[tuple[str, str | None]] = []  # picture, and its class before

    def take(self, action: dict[str, Any]) -> None:
        """A click, or an undo."""
        if action.get("undo"):
            self._put(*self.past.pop()) if self.past else None
            return
        before = self.now.get(action["id"])
        if before != action["class"]:  # what changed nothing isn't undone
            self.past.append((action["id"], before))
            self._put(action["id"], action["class"])

    def _put(self, picture: str, name: str | None) -> None:
        if name is None:
            self.now.pop(picture, None)
        else:
            self.now[picture] = name


class Server:
    """The app's server at one address, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.runs = folder, folder / "runs"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"

    def start(self) -> None:
        """Starts the server; returns when it answers."""
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", self.address.rpartition(":")[2]]
        with open(self.folder / "server.log", "ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                self.ask("/api/health")
                return
            except BROKEN:
                time.sleep(0.1)
        raise TimeoutError((self.folder / "server.log").read_text())

    def kill(self) -> None:
        """Ends the server by SIGKILL."""
        self.process.kill()
        self.process.wait()

    def ask(self, path: str, body: Any = None) -> Any:
        """A GET, or a POST of JSON; the value of the JSON answer."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return json.loads(answer.read())


def besiege_labels(count: int, kills: int, chance: random.Random, folder: Path, batch: int = 20) -> Kept:
    """Sends clicks, some at a time, each batch until it is acknowledged, and kills the server in the middle of some."""
    server, expected = Server(folder), Expected()
    server.start()
    batches = [min(batch, count - at) for at in range(0, count, batch)]
    marked = set(chance.sample(range(len(batches)), min(kills, len(batches))))
    sent = again = 0
    try:
        for place, size in enumerate(batches):
            actions = [click(chance, count) for _ in range(size)]
            if place not in marked:
                server.ask("/api/label", actions)
            elif not under_a_blow(server, actions, chance.uniform(0, 0.03)):
                server.ask("/api/label", actions)  # as a browser does that never saw the answer
                again += 1
            for action in actions:
                expected.take(action)
            sent += size
    finally:
        server.kill()
    return counted(server, expected, sent, len(marked), again)


def click(chance: random.Random, pictures: int) -> dict[str, Any]:
    """A random action: a label for a picture, another one, none any more, or an undo."""
    action = {"set": SET, "action": str(uuid.UUID(int=chance.getrandbits(128), version=4))}
    if chance.random() < UNDOS:
        return {**action, "undo": True}
    name = None if chance.random() < CLEARED else chance.choice(CLASSES)
    return {**action, "id": f"train-{chance.randrange(max(1, pictures // 4))}", "class": name}


def under_a_blow(server: Server, actions: list[dict[str, Any]], later: float) -> bool:
    """Sends actions to a server that is killed `later` seconds on, before, while or after it stores; whether they were acknowledged."""
    blow = threading.Timer(later, server.kill)
    blow.start()
    try:
        server.ask("/api/label", actions)
        return True
    except BROKEN:
        return False
    finally:
        blow.join()
        server.start()


def counted(server: Server, expected: Expected, sent: int, kills: int, again: int) -> Kept:
    """Counts what of the acknowledged actions is on disk, then undoes UNDONE of them and checks the labels after each."""
    store = Store(server.runs / "labels.sqlite")
    stored, times = store.labels(SET), len(store.history(SET))
    lost = sum(stored.get(picture) != name for picture, name in expected.now.items())
    ghosts = sum(picture not in expected.now for picture in stored)
    undos, wrong = min(UNDONE, len(expected.past)), 0
    for _ in range(undos):
        store.undo(SET)
        expected.take({"undo": True})
        wrong += store.labels(SET) != expected.now
    store.close()
    return Kept(sent, lost, ghosts, abs(times - sent), wrong, undos, kills, again)
