"""Malformed files and settings, each given to what reads it: a sentence or a result, never a traceback, and nothing written outside."""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import shutil
import tarfile
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

import ssl_core as core
from benchmarks.siege.worker import told
from ssl_core.labels.exchange import csv_in, read_actions
from ssl_core.labels.store import Store
from ssl_core.models.build import load_task
from ssl_core.parts import catalogues
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system.roots import cache_root, runs_root
from ssl_core.training.request import ASKED, make_spec
from tests.help.small import small_run

HOSTILE = (
    "../../outside/x.png",
    "/tmp/../outside.png",
    "..\\..\\outside.png",
    "a/../../../outside/b.png",
    "<img src=x onerror=alert(1)>.png",
    "\u202e.png",
)
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    0,
    1e308,
    float("nan"),
    float("inf"),
    10**400,
    "",
    "x" * 10_000,
    "\u202e",
    "../../outside",
    [],
    [[]],
    {},
    {"a": []},
)


class Refused(NamedTuple):
    """What became of the malformed files: tracebacks, and bytes written outside."""

    kinds: dict[str, int]
    tracebacks: list[str]
    outside: int  # bytes written outside of runs and caches

    @property
    def held(self) -> bool:
        return not self.tracebacks and not self.outside

    def line(self) -> str:
        """As a line of the table."""
        what = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        outcome = f"{what}: {len(self.tracebacks)} tracebacks, {self.outside} bytes outside"
        named = "; ".join(dict.fromkeys(self.tracebacks[:3]))
        return (
            f"| malformed files and settings | {sum(self.kinds.values())} | {outcome}{f' ({named})' if named else ''} | {told(self.held)} |"
        )


def besiege_readers(count: int, chance: random.Random, folder: Path) -> Refused:
    """Gives each reader its share of `count` malformed things."""
    small_run(steps=2)
    before, kinds, tracebacks = lying(folder), Counter[str](), list[str]()
    for k in range(count):
        name = list(READERS)[k % len(READERS)]
        kinds[name] += 1
        try:
            READERS[name](chance)
        except SettingsError:
            pass
        except Exception as error:
            tracebacks.append(f"{name}: {type(error).__name__}: {str(error)[:80]}".replace("|", "/"))
    return Refused(dict(kinds), tracebacks, sum((lying(folder) - before).values()))


def lying(folder: Path) -> Counter[str]:
    """Size + 1 of every file below a folder, without runs and caches, and 1 for each name in the working folder."""
    own = (runs_root().resolve(), cache_root().resolve())
    files = [path for path in folder.rglob("*") if path.is_file() and not any(path.resolve().is_relative_to(each) for each in own)]
    return Counter({str(path): path.stat().st_size + 1 for path in files} | dict.fromkeys(os.listdir(), 1))


# Malformed things


def harmed(data: bytes, chance: random.Random) -> bytes:
    """Cut short, overwritten, with holes, doubled, or nothing at all."""
    at, end = sorted((chance.randrange(len(data)), chance.randrange(len(data))))
    ways = (
        data[:at],
        data[:at] + chance.randbytes(end - at) + data[end:],
        data[:at] + bytes(end - at) + data[end:],
        data[:end] + data[at:],
        data[:at] + chance.randbytes(1) + data[at + 1 :],
        chance.randbytes(len(data)),
        b"",
    )
    return chance.choice(ways)


def picture(chance: random.Random) -> bytes:
    """A small picture in some format, whole."""
    held = io.BytesIO()
    pixels = np.frombuffer(chance.randbytes(20 * 24 * 3), np.uint8).reshape(20, 24, 3)
    Image.fromarray(pixels).save(held, chance.choice(("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")))
    return held.getvalue()


def archive(chance: random.Random) -> bytes:
    """A zip or tar of pictures, some of whose names lead elsewhere."""
    held = io.BytesIO()
    names = [chance.choice(HOSTILE) if chance.random() < 0.4 else f"class{k % 2}/{k}.png" for k in range(6)]
    if chance.random() < 0.5:
        with zipfile.ZipFile(held, "w") as packed:
            for name in dict.fromkeys(names):
                packed.writestr(name, picture(chance))
    else:
        with tarfile.open(fileobj=held, mode=chance.choice(("w", "w:gz", "w:xz"))) as tape:
            for name in names:
                entry, data = tarfile.TarInfo(name), picture(chance)
                entry.size, entry.type = (
                    len(data),
                    chance.choice((tarfile.REGTYPE,) * 4 + (tarfile.SYMTYPE, tarfile.CHRTYPE, tarfile.LNKTYPE)),
                )
                entry.linkname = "../../outside"
                tape.addfile(entry, io.BytesIO(data))
    return held.getvalue()


def value(chance: random.Random) -> Any:
    """A setting's value that is out of place: an odd type or text, or any number."""
    return chance.choice(ODD) if chance.random() < 0.7 else chance.uniform(-1e9, 1e9)


# Readers


def read_pictures(chance: random.Random) -> None:
    dropped = [(chance.choice((*HOSTILE, "a/1.png", "b/2.jpg")), harmed(picture(chance), chance)) for _ in range(3)]
    _look_at(core.add_files("siege", [*dropped, ("a/good.png", picture(chance)), ("b/good.png", picture(chance))]))


def read_archive(chance: random.Random) -> None:
    data = archive(chance)
    name = chance.choice(("siege.zip", "siege.tar", "siege.tar.gz", "siege.tar.xz"))
    _look_at(core.add_files("siege", [(name, data if chance.random() < 0.5 else harmed(data, chance))]))


def _look_at(name: str) -> None:
    from ssl_core.library.sets import PictureSet

    try:
        for split in ("train", "test"):
            PictureSet(name, split, 8).decoded()
    finally:
        core.remove_set(name)


def read_run(chance: random.Random) -> None:
    """A run of which some file is damaged: listed, opened, its weights and pictures read."""
    good = next(run.folder for run in core.runs(starters=False) if run.id == "rotation-1")
    bad = good.with_name("rotation-2")
    shutil.copytree(good, bad)
    try:
        for path in chance.sample(sorted(path for path in bad.rglob("*") if path.is_file() and path.stat().st_size), 3):
            path.write_bytes(harmed(path.read_bytes(), chance))
        spec = core.read_json(bad / "spec.json")
        if isinstance(spec, dict) and chance.random() < 0.6:
            (bad / "spec.json").write_text(json.dumps({**spec, chance.choice(sorted(spec)): value(chance)}))
        assert core.runs(starters=False)
        core.curve(bad)
        for look in (lambda: core.pictures("rotation-2"), lambda: load_task(bad), lambda: core.run("rotation-2")):
            _in_words(look)
    finally:
        shutil.rmtree(bad)


def _in_words(look: Callable[[], Any]) -> None:
    with contextlib.suppress(SettingsError):
        look()


def read_labels(chance: random.Random) -> None:
    """A damaged store of labels: read and written."""
    store = Store(runs_root() / "siege" / "labels.sqlite")
    try:
        store.act([core.Action("scenes", f"train-{k}", "bird", str(k)) for k in range(30)])
        store.close()
        store.path.write_bytes(harmed(store.path.read_bytes(), chance))
        _in_words(lambda: store.labels("scenes"))
        _in_words(lambda: store.undo("scenes"))
    finally:
        store.close()
        shutil.rmtree(store.path.parent)


def read_settings(chance: random.Random) -> None:
    task = chance.choice(sorted(catalogues.TASKS))
    names = [control.name for control in catalogues.TASKS[task].Options.controls()]
    options = {chance.choice([*names, "more"]): value(chance)}
    recipe = {chance.choice(sorted(Recipe.model_fields)): value(chance)}
    make_spec({"task": task, "options": options, "recipe": recipe, chance.choice(sorted(ASKED)): value(chance)})


def read_request(chance: random.Random) -> None:
    keys = ("set", "id", "class", "action", "undo")
    body = json.dumps([{key: chance.choice((value(chance), "train-1", "scenes")) for key in keys if chance.random() < 0.9}]).encode()
    try:
        said = json.loads(body if chance.random() < 0.5 else harmed(body, chance))
    except (ValueError, RecursionError):
        return  # the address answers 400
    read_actions(said)


def read_table(chance: random.Random) -> None:
    text = "id,class\ntrain-1,bird\ntrain-2,cup\n" * 20
    store = Store(runs_root() / "siege-csv" / "labels.sqlite")
    try:
        csv_in(store, "scenes", harmed(text.encode(), chance).decode("utf-8", "replace"), ["bird", "cup"], None)
    finally:
        store.close()
        shutil.rmtree(store.path.parent, ignore_errors=True)


READERS: dict[str, Callable[[random.Random], None]] = {
    "pictures": read_pictures,
    "archives": read_archive,
    "runs": read_run,
    "stores of labels": read_labels,
    "settings": read_settings,
    "requests": read_request,
    "tables of labels": read_table,
}
