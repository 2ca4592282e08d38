"""A person's folder that changes while it is worked with, and what is to be expected of it: files by name, each with a token that stays."""

from __future__ import annotations

import csv
import io
import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

SIDE = 16  # pixels
PARTS, KINDS = ("train", "test"), ("cat", "dog", "bird")
FIRST = 60  # pictures at the beginning
LEAST, MOST = 40, 90  # between them the number of pictures stays
TWINS = 0.3  # share of test pictures that repeat the bytes of another
BEGAN = 1_600_000_000  # seconds since 1970: each file has a second of its own, as photographs have
TABLE = "labels.csv"
PLAIN: list[dict[str, Any]] = [
    {},
    {"classes": "folders"},
    {"classes": "none"},
    {"classes": "labels.csv:kind"},
    {"train": ["train"], "test": ["test"]},
    {"train": ["test"], "test": ["train"]},
    {"split": "none"},
    {"split": "labels.csv:part"},
]
MERGED: list[dict[str, str]] = [{}, {}, {"bird": "dog"}, {"cat": ""}, {"bird": "dog", "cat": "dog"}]
LEAKING = 0.2  # share of choices that leave out test pictures which leak
OTHERS = {"notes.txt": "seen in May", "train/cat/drawing.svg": "<svg/>", "test/Thumbs.db": "x"}  # files that are left out


class Files:
    """The folder. A token names a file whatever it is called and wherever it lies; `gone` holds those that were taken away."""

    def __init__(self, root: Path, chance: random.Random) -> None:
        self.root, self.away, self.chance = root, root.with_name(f"{root.name} away"), chance
        self.token_of: dict[str, int] = {}  # name below the root -> token
        self.content: dict[int, bytes] = {}
        self.gone: set[int] = set()
        self.made = 0
        self.away.mkdir(parents=True)
        for _ in range(FIRST):
            self.add()
        for name, text in OTHERS.items():
            (root / name).write_text(text)
        self.table()

    def change(self) -> str:
        """One random change; what it was."""
        ways: list[Callable[[], str]] = [self.add, self.remove, self.rename, self.move, self.rename_folder, self.table]
        if len(self.token_of) <= LEAST or len(self.token_of) >= MOST:
            ways = [self.add] if len(self.token_of) <= LEAST else [self.remove]
        return self.chance.choice([*ways, self.restore] if self.gone else ways)()

    def add(self) -> str:
        """A new picture, some with the bytes of another."""
        known = [self.content[token] for token in self.token_of.values()]
        data = self.chance.choice(known) if known and self.chance.random() < TWINS else self._noise()
        self.made += 1
        self.content[self.made] = data
        self._put(self._fresh(), self.made, data)
        return "added"

    def remove(self) -> str:
        """A picture is taken out of the folder; it can come back."""
        name = self._any()
        token = self.token_of.pop(name)
        os.replace(self.root / name, self.away / str(token))
        self.gone.add(token)
        return "removed"

    def restore(self) -> str:
        """A picture comes back, under another name and perhaps in another folder."""
        token = self.chance.choice(sorted(self.gone))
        self.gone.discard(token)
        self._take(self.away / str(token), self._fresh(), token)
        return "restored"

    def rename(self) -> str:
        """A picture gets another name in its folder."""
        name = self._any()
        self._take(self.root / name, f"{name.rpartition('/')[0]}/{self._called()}.png", self.token_of.pop(name))
        return "renamed"

    def move(self) -> str:
        """A picture goes into another folder."""
        name = self._any()
        self._take(self.root / name, self._fresh(), self.token_of.pop(name))
        return "moved"

    def rename_folder(self) -> str:
        """The folder of a class gets another name, or its usual one again."""
        folder = self._any().rpartition("/")[0]
        part, _, kind = folder.rpartition("/")
        other = kind.removesuffix("s") if kind.endswith("s") else f"{kind}s"
        if not (self.root / part / other).exists():
            os.rename(self.root / folder, self.root / part / other)
            self.token_of = {self._inside(name, folder, f"{part}/{other}"): token for name, token in self.token_of.items()}
        return "folder renamed"

    def table(self) -> str:
        """The table is written anew: a kind and a part for each picture."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["file", "kind", "part"])
        writer.writerows([name, f"kind {token % 4}", PARTS[token % 5 == 0]] for name, token in sorted(self.token_of.items()))
        (self.root / TABLE).write_text(text.getvalue())
        return "table written"

    def count(self) -> int:
        """Files of any kind below the folder."""
        return sum(len(names) for _, _, names in os.walk(self.root))

    def twins(self, one: set[int], other: set[int]) -> set[int]:
        """Those of `one` that have the bytes of any of `other`."""
        there = Counter(self.content[token] for token in other)
        return {token for token in one if there[self.content[token]]}

    def _take(self, path: Path, name: str, token: int) -> None:
        (self.root / name).parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, self.root / name)
        self.token_of[name] = token

    def _put(self, name: str, token: int, data: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        os.utime(path, (BEGAN + token, BEGAN + token))
        self.token_of[name] = token

    def _any(self) -> str:
        return self.chance.choice(sorted(self.token_of))

    def _fresh(self) -> str:
        return f"{self.chance.choice(PARTS)}/{self.chance.choice(KINDS)}/{self._called()}.png"

    def _called(self) -> str:
        """A name that no file ever had: where a name comes back, another picture of that name counts as the same, edited."""
        return f"{self.chance.choice('abcdefgh')}{self.chance.getrandbits(48):012x}"

    def _noise(self) -> bytes:
        stream, rng = io.BytesIO(), np.random.default_rng(self.chance.getrandbits(32))
        Image.fromarray(rng.integers(0, 256, (SIDE, SIDE, 3), np.uint8)).save(stream, "PNG")
        return stream.getvalue()

    @staticmethod
    def _inside(name: str, folder: str, other: str) -> str:
        return f"{other}/{name.rpartition('/')[2]}" if name.rpartition("/")[0] == folder else name


def random_choice(chance: random.Random) -> dict[str, Any]:
    """Another way to read the folder, as JSON."""
    merged, leaking = chance.choice(MERGED), chance.random() < LEAKING
    return {**chance.choice(PLAIN), **({"merged": merged} if merged else {}), **({"apart": True} if leaking else {})}
