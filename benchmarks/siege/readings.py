"""Readings of a folder changed again and again, by a terminal that is killed, while labels are clicked, files move and runs train.

After every step: each label is at its file, none is lost and none invented; a choice is kept whole or not at all; the account's rows add up
to the files; every finished result is one of the reading of now; no screen shows an exception.
"""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from benchmarks.siege.folder import random_choice
from benchmarks.siege.hand import SET
from benchmarks.siege.labels import BROKEN, Server, under_a_blow
from benchmarks.siege.terminal import kill_worker, processes_of
from benchmarks.siege.visitor import Visitor
from benchmarks.siege.watch import ERRORS, HALVED, STRANGE, Followed, Watch

NAMES = ("far", "near", "unsure")  # the person's own classes
ACTIONS = {  # action -> how often it is chosen
    "click": 30,
    "undo": 4,
    "file": 18,
    "screen": 4,
    "choose": 16,
    "choose_two": 4,
    "accept": 4,
    "first": 4,
    "back": 5,
    "answer": 3,
    "look": 5,
    "stop_look": 2,
    "compare": 5,
    "train": 1,
    "resume": 2,
}
STRUCK = ("click", "choose", "accept", "first", "back", "answer")  # actions that a kill of the server or the terminal may fall into
WORKED = ("look", "compare", "train")  # actions that start a worker, which a kill may fall into
PATIENCE = 120.0  # seconds for an answer
SCREENS = ("data", "fewshot", "train", "benchmark", "runs")
BEGUN = 4.0  # seconds within which a kill falls into a worker's beginning
WAITED = 0.5  # share of the jobs whose end is awaited
KILLED = 0.05  # seconds within which a kill falls into an order


class Siege:
    """All that is done to one folder: actions, and blows."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self.chance, self.folder, self.server, self.watch = chance, folder, Server(folder), Watch(chance, folder)
        self.actions, self.kills, self.clicks = Counter[str](), Counter[str](), 0
        self.before: dict[str, Any] = {}
        self.runs: list[str] = []
        self.strike = False  # whether the next action falls under a blow

    def run(self, steps: int, kills: int) -> Followed:
        """Does `steps` random actions, `kills` of them under a blow, and looks after each."""
        self.server.start()
        self.watch.hand.order("add", path=str(self.watch.files.root))
        try:
            self.watch.check()
            marked = set(self.chance.sample(range(steps), min(kills, steps)))
            for at in range(steps):
                self.watch.at, self.strike = at, at in marked
                name = self.chance.choices(list(ACTIONS), list(ACTIONS.values()))[0]
                name = self.chance.choice(STRUCK if self.chance.random() < 0.7 else WORKED) if self.strike else name
                self.actions[name] += 1
                getattr(self, f"_{name}")()
                if self.strike:
                    self._strike_down()
                self.watch.check()
            self._everything_back()
        finally:
            self._end()
        return Followed(self.actions, self.kills, self.clicks, self.watch.seen, self.watch.faults, self.watch.told)

    # actions

    def _click(self) -> None:
        size = self.chance.randint(1, 5)
        pictures = self.chance.sample(sorted(self.watch.wall), min(size, len(self.watch.wall)))
        seen = [{"id": picture, "file": self.watch.wall[picture], "mark": self.watch.marks.get(picture, "")} for picture in pictures]
        self._send([self._action(**each, **{"class": self._class()}) for each in seen])

    def _class(self) -> str | None:
        return None if self.chance.random() < 0.1 else self.chance.choice(NAMES)

    def _undo(self) -> None:
        self._send([self._action(undo=True)])

    def _action(self, **more: Any) -> dict[str, Any]:
        return {"set": SET, "action": str(uuid.UUID(int=self.chance.getrandbits(128), version=4)), **more}

    def _send(self, actions: list[dict[str, Any]]) -> None:
        if not actions:
            return
        if self.strike and self.chance.random() < 0.5:
            self.kills["server"] += 1
            self.strike = False
            if not under_a_blow(self.server, actions, self.chance.uniform(0, 0.03)):
                self._until_stored(actions)
        else:
            self._until_stored(actions)
        self.clicks += len(actions)
        for action in actions:
            named = {**action, "id": str(self.watch.tokens[action["file"]])} if "file" in action else action
            self.watch.expected.take(named)

    def _until_stored(self, actions: list[dict[str, Any]]) -> None:
        """Sends actions as a browser does: again and again until the server has answered that they are stored."""
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.server.ask("/api/label", actions)
                return
            except BROKEN:
                self.actions["sent again"] += 1
                if time.monotonic() > end:
                    raise

    def _choose(self) -> None:
        self._read("choose", random_choice(self.chance))

    def _choose_two(self) -> None:
        choices = [random_choice(self.chance), random_choice(self.chance)]
        before, answer = self.watch.kept(), self.watch.hand.order("choose_two", choices=choices)
        for fault in [each for each in answer.get("done", []) if each != "refused"]:
            self.watch.fault(ERRORS, f"two choices at once: {fault}")
        now = self.watch.kept()
        if (now["version"], now["choice"]) not in [(2, each) for each in choices] and now != before:
            self.watch.fault(HALVED, f"two choices at once: {now}")

    def _accept(self) -> None:
        self._read("accept", self.watch.kept()["choice"])

    def _first(self) -> None:
        self._read("first", {}, version=1)

    def _back(self) -> None:
        self._read("choose", self.before)

    def _answer(self) -> None:
        self._read("answer", self.watch.kept()["choice"])

    def _read(self, do: str, choice: dict[str, Any], version: int = 2) -> None:
        """An order that changes the reading: it is kept whole where it was acknowledged, whole or not at all where a kill fell into it."""
        before = self.watch.kept()
        arguments = {"choice": choice} if do == "choose" else {}
        struck = self.strike
        if struck:
            self.kills["terminal"] += 1
            self.strike = False
            answer = self.watch.hand.struck(self.chance.uniform(0, KILLED), do, **arguments)
        else:
            answer = self.watch.asked(do, **arguments)
        now = self.watch.kept()
        whole = now["choice"] == choice and now["version"] == version
        if do == "answer" and "done" in answer:
            whole = answer["done"] in now["answered"] and whole if answer["done"] else now == before
        if not (whole if "done" in answer else now == before or (whole and not answer)):
            self.watch.fault(HALVED, f"{do} {choice}: {answer or 'killed'}: {before} became {now}")
        if "done" in answer and do == "choose":
            self.before = answer["done"]

    def _file(self) -> None:
        for _ in range(self.chance.randint(1, 3)):
            self.watch.files.change()

    def _look(self) -> None:
        self.watch.asked("look")
        self._wait("looking")

    def _stop_look(self) -> None:
        self.watch.asked("stop_look")

    def _compare(self) -> None:
        self.watch.asked("compare")
        self._wait("comparing")

    def _wait(self, busy: str) -> None:
        """Lets half of the jobs end before anything else happens; the others are overtaken by the next changes."""
        end = time.monotonic() + (PATIENCE if self.chance.random() < WAITED and not self.strike else 0)
        while time.monotonic() < end and self.watch.asked(busy).get("done"):
            time.sleep(0.3)

    def _train(self) -> None:
        answer = self.watch.asked("train")
        if "done" in answer:
            self.runs.append(answer["done"])

    def _resume(self) -> None:
        """A run goes on only on the pictures that it began with."""
        if not self.runs:
            return
        name = self.chance.choice(self.runs)
        before = self._ended(name)
        answer = self.watch.asked("resume", name=name)
        if "done" not in answer:
            return
        after = self._ended(name)
        if not before["same"] and after["step"] > before["step"]:
            self.watch.fault(STRANGE, f"{name} went on from step {before['step']} to {after['step']}")
        if before["same"] and after["state"] == "failed":
            self.watch.fault(ERRORS, f"{name}: {after['reason']}")

    def _ended(self, name: str) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found: dict[str, Any] = self.watch.asked("run", name=name)["done"]
            if found["state"] not in ("queued", "running"):
                return found
            time.sleep(0.3)
        raise TimeoutError(f"{name} didn't end")

    def _screen(self) -> None:
        with Visitor(self.server.address) as visitor:
            visitor.open(self.chance.choice(SCREENS), f"dataset={SET}")
            for fault in visitor.faults:
                self.watch.fault(ERRORS, fault)

    # blows

    def _strike_down(self) -> None:
        """Kills a worker of the folder's, where one is at work; else the server."""
        time.sleep(self.chance.uniform(0, BEGUN))
        if struck := kill_worker(self.folder):
            self.kills[struck] += 1
            return
        self.kills["server"] += 1
        self.server.kill()
        self.server.start()

    def _everything_back(self) -> None:
        """At the end all files are in the folder and all are read: every label must be at its file."""
        while self.watch.files.gone:
            self.watch.files.restore()
        self.watch.files.table()
        self.watch.asked("choose", choice={"train": ["train"], "test": ["test"]})
        self.watch.check()

    def _end(self) -> None:
        with suppress(*BROKEN):
            self.server.kill()
        self.watch.hand.kill()
        for process in processes_of(self.folder):
            with suppress(psutil.Error):
                process.kill()


def besiege_readings(changes: int, kills: int, chance: random.Random, folder: Path) -> Followed:
    """Does `changes` random actions to one folder, `kills` of them under a blow."""
    return Siege(chance, folder).run(changes, kills)
