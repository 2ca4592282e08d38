"""Runs: the folders of training jobs as a list a person keeps. Nothing here loads torch."""

from __future__ import annotations

import os
import platform
import re
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from filelock import FileLock

from ssl_core.jobs.start import reap
from ssl_core.jobs.status import Status, status_of
from ssl_core.records.budget import length_in_words
from ssl_core.records.chance import chance_of
from ssl_core.records.spec import listed_spec, read_measure
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json, write_json
from ssl_core.system.origin import STARTER as STARTER
from ssl_core.system.roots import runs_root
from ssl_core.types import Measure

# of a spec: what runs have in common that differ in their task's options alone
SAME = ("task", "dataset", "dataset_options", "backbone", "backbone_options", "recipe", "steps", "seed", "labels_from", "digest", "began")
EARLIER = ("new pictures", "test pictures")  # what earlier versions called them in a measure, and what every screen says
NAME = re.compile(r"[A-Za-z0-9][\w.() +-]{0,99}")  # of a run's folder; a copied one may be called "rotation-1 (copy)"


class Run(NamedTuple):
    """A training run as lists and pages see it."""

    id: str
    folder: Path
    title: str
    spec: dict[str, Any]  # the JSON of spec.json, for what copies it as a whole; single fields are the properties below
    status: Status
    starter: bool

    @property
    def created(self) -> float:
        """When the run was asked for, in seconds since 1970; 0 where the spec doesn't say."""
        created = self.spec.get("created")
        return float(created) if isinstance(created, int | float) else 0.0

    @property
    def task(self) -> str:
        return str(self.spec.get("task", ""))

    @property
    def dataset(self) -> str:
        return str(self.spec.get("dataset", ""))

    @property
    def dataset_options(self) -> dict[str, Any]:
        """Options of the data set that differ from its defaults."""
        return dict(self.spec.get("dataset_options") or {})

    @property
    def held_out(self) -> str:
        """Digest of the held-out pictures, "" where nobody noted it."""
        return str(self.spec.get("held_out") or "")

    @property
    def backbone(self) -> str:
        return str(self.spec.get("backbone", ""))

    @property
    def began(self) -> str:
        """The title of what the run's weights began as, "" where they were random."""
        began = self.spec.get("began")
        return str(began.get("title") or began.get("from") or "") if isinstance(began, dict) else ""

    @property
    def range_test(self) -> dict[str, Any]:
        """How its learning rate was found: `rates`, `losses`, `suggested`, `taken`; {} where it wasn't looked for."""
        facts = self.spec.get("facts")
        found = facts.get("range") if isinstance(facts, dict) else None
        return found if isinstance(found, dict) and len(found.get("rates", ())) > 1 else {}

    @property
    def metric(self) -> str:
        """The held-out metric that the run is judged by."""
        return str(self.spec.get("metric", "loss"))

    @property
    def measure(self) -> Measure | None:
        """That metric in words, None where a version wrote the spec that didn't say them."""
        said = read_measure(self.spec.get("measure"))
        return said and said._replace(title=said.title.replace(*EARLIER), help=said.help.replace(*EARLIER))

    @property
    def options(self) -> dict[str, Any]:
        """The task's options."""
        return dict(self.spec.get("options") or {})

    def like(self, other: Run) -> bool:
        """Whether two runs differ in the task's options alone; of runs with the same minutes, in the steps that fitted too."""
        minutes = self.promised_minutes is not None and self.promised_minutes == other.promised_minutes
        return all(self.spec.get(name) == other.spec.get(name) for name in SAME if name != "steps" or not minutes)

    @property
    def rivals(self) -> dict[str, str]:
        """Metrics that are simple rivals of that metric, with their names in words."""
        return dict(self.spec.get("reference") or {})

    @property
    def also_plotted(self) -> dict[str, str]:
        """Other held-out metrics whose curves are drawn, with their names in a word."""
        return dict(self.spec.get("watched") or {})

    @property
    def headline(self) -> int:
        """Panels at the start of a row of pictures that are enough for a summary."""
        return int(self.spec.get("glance", 1))

    @property
    def learning(self) -> str:
        """The title while the run trains; "" where a version wrote the spec that didn't say it."""
        return str(self.spec.get("learning") or "")

    @property
    def seed(self) -> int:
        return int(self.spec.get("seed", 0))

    @property
    def fixed(self) -> list[int]:
        """Held-out pictures that are drawn again and again, by their index in the test split."""
        return [int(index) for index in self.spec.get("fixed", [])]

    @property
    def image_size(self) -> int | None:
        """Pixels a side that the network gets; None where the spec can't be read."""
        size = self.spec.get("recipe", {}).get("image_size")
        return None if size is None else int(size)

    @property
    def until_stopped(self) -> bool:
        """Whether the run has no end."""
        return bool(self.spec.get("until_stopped"))

    @property
    def streamed(self) -> bool:
        """Whether it learns from a stream, which has no epochs."""
        return bool((self.spec.get("data") or {}).get("streamed"))

    @property
    def promised_minutes(self) -> float | None:
        """The minutes that its latest stretch was asked to take, None where it was asked for otherwise."""
        latest = (self.spec.get("continued") or [self.spec])[-1]
        minutes = latest.get("minutes")
        return float(minutes) if isinstance(minutes, int | float) else None

    @property
    def continued_words(self) -> str:
        """What the learning rate does in the latest stretch of a run that went on; "" where it didn't."""
        return length_in_words(self.spec)

    @property
    def constant(self) -> bool:
        """Whether its learning rate stays the same after its warm-up."""
        return bool((self.spec.get("recipe") or {}).get("schedule") == "constant")

    @property
    def planned_steps(self) -> float:
        """The step at which the run ends by its settings: `steps`, else epochs × ⌊training pictures / batch⌋, at least 1."""
        recipe, samples = self.spec.get("recipe", {}), self.spec.get("data", {}).get("samples", 0)
        if not self.spec.get("steps") and self.promised_minutes:
            return 1.0  # until the worker has measured how many fit
        return float(self.spec.get("steps") or max(1.0, recipe.get("epochs", 1) * (samples // recipe.get("batch", 1))))


def run_folders(starters: bool = False) -> list[Path]:
    """Folders of all runs, the newest first; starter runs after them."""
    own = [path.parent for path in runs_root().glob("*/spec.json") if NAME.fullmatch(path.parent.name) and path.parent.name != "sets"]
    own.sort(key=_created, reverse=True)
    taken_out = hidden()
    shipped = [path.parent for path in sorted(STARTER.glob("*/spec.json")) if path.parent.name not in taken_out]
    order = read_json(STARTER / "order.json", [])
    shipped.sort(key=lambda f: order.index(f.name) if f.name in order else len(order))
    return own + (shipped if starters else [])


def _created(folder: Path) -> float:
    created = _spec(folder).get("created")
    return float(created) if isinstance(created, int | float) else 0.0


def _spec(folder: Path) -> dict[str, Any]:
    """The JSON of spec.json, {} where it can't be read. Cached by the file's time and size: every page lists all runs."""
    try:
        facts = os.stat(f"{folder}/spec.json")
    except OSError:
        return {}
    return dict(_parsed(f"{folder}/spec.json", facts.st_mtime_ns, facts.st_size, facts.st_ino))


@lru_cache(maxsize=4096)
def _parsed(path: str, changed: int, size: int, inode: int) -> dict[str, Any]:
    spec = read_json(Path(path))
    return spec if isinstance(spec, dict) else {}


def hidden() -> set[str]:
    """Names of the starter runs that a person deleted."""
    names = read_json(runs_root() / ".hidden.json", [])
    return {name for name in names if isinstance(name, str)} if isinstance(names, list) else set()


def runs(starters: bool = True) -> list[Run]:
    """All runs, the newest first, starter runs last; a folder that can't be read is left out."""
    reap()
    return [run for run in (_run(folder) for folder in run_folders(starters)) if run is not None]


def run(name: str) -> Run:
    """One run by its name.

    Raises:
        SettingsError: where there is no such run.
    """
    found = _run(folder_of(name))
    if found is None:
        raise SettingsError(f"The run '{name[:60]}' can't be read: its spec.json is missing or broken.")
    return found


def folder_of(name: str) -> Path:
    """The folder of a run by its name; names never leave the runs' folder."""
    if NAME.fullmatch(name):
        for folder in (runs_root() / name, STARTER / name):
            if (folder / "spec.json").exists():
                return folder
    known = ", ".join(folder.name for folder in run_folders(starters=True)[:8])
    raise SettingsError(f"There is no run '{name[:60]}'. There are: {known or 'none yet'}.")


def _run(folder: Path) -> Run | None:
    spec = _spec(folder)
    if spec.get("kind") != "train":
        return None
    said, fault = listed_spec(spec, folder.name)
    title = read_json(folder / "title.json")
    title = title if isinstance(title, str) and title else said.get("title") or folder.name
    status = status_of(folder)
    status = status._replace(chance=chance_of(spec, status.chance, status.facts))
    if fault and not status.active:
        status = Status(state="failed", reason=fault)
    return Run(folder.name, folder, title, said, status, folder.parent == STARTER)


def new_run_folder(task: str) -> Path:
    """A new folder `task-1`, `task-2`, …: a number is never given twice, also not after a run was deleted."""
    root = runs_root()
    root.mkdir(parents=True, exist_ok=True)
    with FileLock(root / ".numbers.lock"):
        last = _numbers(root)
        taken = [path.name for path in (*root.iterdir(), *(root / ".trash").glob("*"))]
        found = [int(m[1]) for m in (re.fullmatch(rf"{re.escape(task)}-(\d+)", name) for name in taken) if m]
        number = 1 + max([*found, last.get(task, 0)])
        write_json(root / ".numbers.json", {**last, task: number})
        (root / f"{task}-{number}").mkdir()
    return root / f"{task}-{number}"


def _numbers(root: Path) -> dict[str, int]:
    """The last number given, by task: results kept under a deleted run's name must not count as a later run's."""
    read = read_json(root / ".numbers.json")
    return {task: number for task, number in read.items() if isinstance(number, int)} if isinstance(read, dict) else {}


def reconcile() -> int:
    """Writes "interrupted" into the status of every run whose worker died on this machine; how many there were."""
    reap()
    gone = 0
    for folder in run_folders():
        status = status_of(folder)
        if status.state == "interrupted" and status.host in ("", platform.node()) and os.access(folder, os.W_OK):
            raw = read_json(folder / "status.json", {})
            if not isinstance(raw, dict) or raw.get("state") != "interrupted":
                write_json(folder / "status.json", status._asdict())
                gone += 1
    return gone
