"""A job's request with the folder that it names: asked for, waited for, found again. Nothing here loads torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ssl_core.jobs import start, warm_worker
from ssl_core.jobs.folder import ask, job_name
from ssl_core.jobs.kinds import KINDS
from ssl_core.jobs.status import Status, status_of
from ssl_core.records.homes import home_of, homes_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words, read_json


class Asked(NamedTuple):
    """What is asked of a target: the digest of `request` names the job's folder, so that equal requests share one."""

    target: str  # a run's name, a baseline's text; whatever else the folder `root` is for
    kind: str  # of the job: probe, embed, project, …
    request: Mapping[str, object]  # JSON; its keys and values make the folder's name
    root: Path | None = None  # where jobs are kept; None: the target's home

    @staticmethod
    def of(kind: str, request: Mapping[str, object]) -> Asked:
        """The request of a job whose target stands in it."""
        return Asked(str(request["target"]), kind, request)

    @property
    def folder(self) -> Path:
        """The job's folder: the one that is written, whether or not it exists."""
        return (self.root or home_of(self.target)) / "jobs" / job_name(self.kind, self.request)

    def folders(self) -> list[Path]:
        """Every folder where the finished job may lie: the one that is written, then those that came with the program."""
        homes = [self.root] if self.root else homes_of(self.target)
        return [home / "jobs" / job_name(self.kind, self.request) for home in homes]

    def finished(self) -> Path | None:
        """The first folder that holds all files of a finished job; None where no folder does."""
        return next((folder for folder in self.folders() if self._made(folder)), None)

    def result(self) -> dict[str, Any] | None:
        """result.json of the first finished job that can be read; None where there is none."""
        read = (read_json(folder / "result.json") for folder in self.folders() if self._made(folder))
        return next((found for found in read if isinstance(found, dict)), None)

    def status(self) -> Status | None:
        """How the job stands that is written here; None where nobody has asked for it."""
        return status_of(self.folder) if (self.folder / "spec.json").exists() else None

    def ask(self) -> Path:
        """Makes the job's folder where there is none yet; the folder. The job isn't started."""
        return ask(self.kind, self.request, self.root or home_of(self.target))

    @disk_in_words()
    def ask_again(self, lost: Callable[[], bool]) -> Path:
        """The same. lost(): whether what the job made was deleted since, so that a job that is done counts as not begun.

        `lost` is asked only of a job that is done, since one that ends meanwhile has lost nothing.
        """
        folder = self.ask()
        if status_of(folder).state == "done" and lost():
            (folder / "status.json").unlink()
        return folder

    def hand_over(self) -> Path:
        """Has the job worked by the warm worker; its folder."""
        folder = self.ask()
        warm_worker.hand_over(folder)
        return folder

    def withdraw(self) -> None:
        """Asks a job that the warm worker has, or will have, to end; nothing happens where none is queued or at work."""
        if (status := self.status()) is not None and status.active:
            warm_worker.stop_or_withdraw(self.folder)

    def stop(self) -> None:
        """Asks a job that has a process of its own to end; nothing happens where nobody asked for it."""
        if (self.folder / "spec.json").exists():
            start.stop(self.folder)

    def unchanged(self, digest: str) -> bool:
        """Whether `digest`, that of the target's weights now, is the one that the request was made for."""
        return bool(self.request["knows"] == digest)

    def check_unchanged(self, digest: str, title: str) -> None:
        """Raises SettingsError where the target, called `title` on screen, has other weights than when this was asked."""
        if not self.unchanged(digest):
            raise SettingsError(f"'{title}' has learnt on since this was asked. Ask again for its newest weights.")

    def measured_before(self) -> bool:
        """Whether an earlier version of the measure answered this for the target on the same set and labels: what it found isn't shown."""
        homes = [self.root] if self.root else homes_of(self.target)
        folders = (folder for home in homes for folder in (home / "jobs").glob(f"{self.kind}-*") if self._made(folder))
        return any(isinstance(told := read_json(folder / "spec.json"), dict) and self._older(told) for folder in folders)

    def _older(self, spec: Mapping[str, Any]) -> bool:
        now, same = self.request.get("measure", 1), ("dataset", "labels_per_class", "seeds")
        return all(spec.get(key) == self.request.get(key) for key in same) and isinstance(now, int) and spec.get("measure", 1) < now

    def _made(self, folder: Path) -> bool:
        return all((folder / name).exists() for name in KINDS[self.kind].made)


class Unfinished(NamedTuple):
    """Targets without a result, by what keeps them from one."""

    waiting: list[tuple[str, Status]]  # queued or at work
    missing: list[str]  # nobody has asked for the job yet
    left_out: list[tuple[str, str]]  # target, the reason in a sentence

    @staticmethod
    def empty() -> Unfinished:
        """Three empty lists."""
        return Unfinished([], [], [])

    def add(self, asked: Asked, doing: str, remedy: str, target: str = "") -> None:
        """Puts the target of an unfinished job into its list.

        doing: the job as the subject of a sentence, "Scoring it"; remedy: what a person can do where the job ended without a reason.
        target: under which the job counts, where it is about one of several networks of a target.
        """
        status, text = asked.status(), target or asked.target
        if status is None:
            self.missing.append(text)
        elif status.active:
            self.waiting.append((text, status))
        else:
            self.left_out.append((text, status.reason or f"{doing} was {status.state}. {remedy}"))

    def add_first(self, jobs: Sequence[Asked], doing: str, remedy: str, target: str) -> None:
        """Puts a target whose networks have a job each into the list of one: of one at work, else of one that is missing or ended."""
        standing = [job.status() for job in jobs]
        rank = [0 if status and status.active else 1 if status is None else 2 for status in standing]
        self.add(jobs[rank.index(min(rank))], doing, remedy, target)

    def leave_out(self, target: str, error: SettingsError) -> None:
        """Puts a target into `left_out` whose job can't even be asked for."""
        self.left_out.append((target, str(error)))
