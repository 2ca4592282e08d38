"""What must hold of a folder whose reading changes, compared with what a terminal sees of it at this moment."""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.siege.folder import Files
from benchmarks.siege.hand import SPLITS
from benchmarks.siege.labels import Expected
from benchmarks.siege.terminal import Hand
from benchmarks.siege.worker import told

LOST, GHOSTS, HALVED, SUMS, STRANGE, ERRORS = KINDS = (
    "labels lost",
    "ghosts",
    "choices halved",
    "sums that don't hold",
    "results of another reading",
    "errors",
)


class Followed(NamedTuple):
    """What became of labels, choices and results."""

    actions: Counter[str]
    kills: Counter[str]
    clicks: int
    seen: Counter[str]  # finished results that were compared with the reading of the moment
    faults: Counter[str]
    told: list[str]  # the first faults in words

    @property
    def held(self) -> bool:
        return not self.faults

    def line(self) -> str:
        """As a line of the table."""
        did = ", ".join(f"{count} {name}" for name, count in sorted(self.actions.items()))
        blows = ", ".join(f"{count} of the {name}" for name, count in sorted(self.kills.items()))
        results = ", ".join(f"{count} times a {name}" for name, count in sorted(self.seen.items()))
        outcome = f"{self.clicks} clicks acknowledged, results checked {results}; " + ", ".join(
            f"{self.faults[kind]} {kind}" for kind in KINDS
        )
        more = f" ({'; '.join(self.told[:3])})" if self.told else ""
        return f"| readings of a folder: {did} | {sum(self.kills.values())}: {blows} | {outcome}{more} | {told(self.held)} |"


class Watch:
    """The folder, the labels that must be at its files, and every fault that was seen so far."""

    def __init__(self, chance: random.Random, folder: Path) -> None:
        self.chance, self.folder = chance, folder
        self.files = Files(folder / "mine", chance)
        self.hand, self.expected = Hand(), Expected()
        self.faults, self.told, self.seen, self.at = Counter[str](), list[str](), Counter[str](), 0
        self.wall: dict[str, str] = {}  # picture id -> file, as a browser shows it
        self.marks: dict[str, str] = {}  # picture id -> its file's mark
        self.tokens: dict[str, int] = {}  # file -> token, when the wall was drawn

    def asked(self, do: str, **arguments: Any) -> dict[str, Any]:
        """The answer to an order; an exception that is no SettingsError counts as a fault."""
        answer = self.hand.order(do, **arguments)
        if "fault" in answer or not answer:
            self.fault(ERRORS, f"{do}: {answer.get('fault', 'the process died')}")
            with open(self.folder / "faults.txt", "a") as file:
                file.write(answer.get("where", ""))
        return answer

    def kept(self) -> dict[str, Any]:
        """What is kept of the reading on disk."""
        found: dict[str, Any] = self.asked("kept")["done"]
        return found

    def fault(self, kind: str, words: str) -> None:
        """Counts a fault and prints it."""
        self.faults[kind] += 1
        self.told.append(f"{self.at}: {kind}: {words}"[:400])
        print(self.told[-1], file=sys.stderr, flush=True)

    def check(self) -> None:
        """Compares everything that is seen with what must be; a browser's wall is drawn anew now and then."""
        answer = self.asked("state")
        if "done" not in answer:
            self.fault(ERRORS, f"state: {answer.get('refused', '')}")
            return
        seen: dict[str, Any] = answer["done"]
        token_of = {picture: self.files.token_of.get(file) for picture, file in seen["file_of"].items()}
        self._check_labels(seen, token_of)
        if seen["rows"] not in (-1, self.files.count()):
            self.fault(SUMS, f"{seen['rows']} in the account, {self.files.count()} files")
        self._check_results(seen, token_of)
        if not self.wall or self.chance.random() < 0.5:
            self.wall, self.marks = seen["file_of"], seen["mark_of"]
            self.tokens = dict(self.files.token_of)

    def _check_labels(self, seen: dict[str, Any], token_of: dict[str, int | None]) -> None:
        labels = {token_of.get(picture): name for picture, name in seen["labels"].items()}
        here = {str(token) for token in token_of.values()}
        lost = [token for token, name in self.expected.now.items() if token in here and labels.get(int(token)) != name]
        ghosts = [token for token in labels if str(token) not in self.expected.now]
        away = sum(token not in here for token in self.expected.now)
        if lost:
            self.fault(LOST, f"of {lost[:5]}")
            self.expected.now = {token: name for token, name in self.expected.now.items() if token not in lost}  # each is counted once
        if ghosts:
            self.fault(GHOSTS, f"at {ghosts[:5]}")
        if not lost and not ghosts and seen["away"] != away:
            self.fault(LOST, f"{seen['away']} are kept of pictures that aren't read, {away} were given")

    def _check_results(self, seen: dict[str, Any], token_of: dict[str, int | None]) -> None:
        """A look and a comparison must be about the files, sides and classes of now."""
        side = {split: {token for each, token in token_of.items() if token and each.startswith(split)} for split in SPLITS}
        if (look := seen["look"]) is not None:
            self.seen["look"] += 1
            leaking = {token_of[each] for each in look["leaking"]}
            if leaking != self.files.twins(side["test"], side["train"]):
                self.fault(STRANGE, f"leaks {leaking}")
        compared = seen["compared"]
        if compared and "classes" in compared:
            self.seen["comparison"] += 1
            known = {each: name for each, name in seen["classes"].items() if name}
            tested = {each: name for each, name in known.items() if each.startswith("test")}
            if compared["classes"] != tested or compared["train"] != len(known) - len(tested):
                self.fault(STRANGE, "a comparison")
