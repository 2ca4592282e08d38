"""A server, killed again and again while labels come in."""

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
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.siege.worker import told
from ssl_core.labels import Store

ROOT = Path(__file__).resolve().parents[2]
SET, CLASSES = "scenes", ("house", "tree", "car")
PATIENCE = 120.0  # seconds for a server to answer
BROKEN = (OSError, http.client.HTTPException)  # what a client sees of a server that dies; urllib's errors are among them


class Kept(NamedTuple):
    """How the labels stood it."""

    acknowledged: int
    lost: int
    twice: int
    kills: int
    again: int

    @property
    def held(self) -> bool:
        return not self.lost and not self.twice

    def line(self) -> str:
        """As a line of the table."""
        outcome = f"{self.acknowledged} labels acknowledged, {self.lost} lost, {self.twice} stored twice, {self.again} sent again"
        return f"| labels, SIGKILL of the server | {self.kills} | {outcome} | {told(self.held)} |"


class Server:
    """The app at one address, through any number of deaths."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.runs = folder, folder / "runs"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}"

    def start(self) -> None:
        """Starts it; comes back when it answers."""
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
        """SIGKILL."""
        self.process.kill()
        self.process.wait()

    def ask(self, path: str, body: Any = None) -> Any:
        """A GET, or a POST of JSON; the answer's value."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.address + path, data, {"Content-Type": "application/json"})
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=10) as answer:
            return json.loads(answer.read())


def besiege_labels(count: int, kills: int, chance: random.Random, folder: Path) -> Kept:
    """Sends labels one by one, each until it is acknowledged, and kills the server in the middle of some."""
    server = Server(folder)
    server.start()
    marked = set(chance.sample(range(count), min(kills, count)))
    sent, again = [], 0
    try:
        for place in range(count):
            action = {"set": SET, "id": f"train-{place}", "class": CLASSES[place % len(CLASSES)], "action": str(uuid.uuid4())}
            if place not in marked:
                server.ask("/api/label", [action])
            elif not under_a_blow(server, action, chance.uniform(0, 0.02)):
                server.ask("/api/label", [action])  # as a browser does that never saw the answer
                again += 1
            sent.append(action)
    finally:
        server.kill()
    return counted(server, sent, len(marked), again)


def under_a_blow(server: Server, action: dict[str, Any], later: float) -> bool:
    """Sends an action to a server that is killed `later` seconds on, before, while or after it stores; whether it was acknowledged."""
    blow = threading.Timer(later, server.kill)
    blow.start()
    try:
        server.ask("/api/label", [action])
        return True
    except BROKEN:
        return False
    finally:
        blow.join()
        server.start()


def counted(server: Server, sent: list[dict[str, Any]], kills: int, again: int) -> Kept:
    """What is on disk of what was acknowledged."""
    store = Store(server.runs / "labels.sqlite")
    stored, times = store.labels(SET), Counter(past.id for past in store.history(SET))
    store.close()
    lost = sum(stored.get(action["id"]) != action["class"] for action in sent)
    return Kept(len(sent), lost, sum(n > 1 for n in times.values()), kills, again)
