"""A packed run taken up on this machine: checked before anything is kept, never in the place of another run. No torch"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from ssl_core.jobs.folder import job_name, newer
from ssl_core.jobs.kinds import KINDS
from ssl_core.reading.archives.unpacked import STAYS_FREE
from ssl_core.reading.archives.zips import BROKEN, open_zip, packing_fault, trick_of
from ssl_core.reading.sources import MOST_FILES, MOST_UNPACKED, safe, too_much
from ssl_core.records import runs
from ssl_core.records.homes import home_of
from ssl_core.records.pack import BESIDE, FORMAT, LIST, PIECE, RUN
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words, read_json, write_json
from ssl_core.system.roots import runs_root, typed

LONGEST_LIST = 64 * 2**20  # bytes of pack.json
NO_REQUEST = ("kind", "version", "created")  # keys of a job's spec.json that aren't part of its request
PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
NOTHING = "Nothing of it is used."


class UnpackedRun(NamedTuple):
    """A run that came from another machine."""

    run: str
    packed_as: str  # the run's name where it was packed
    jobs: int  # finished jobs that came along

    @property
    def words(self) -> str:
        """What happened, in a sentence."""
        other = f" It was '{self.packed_as}' where it was packed; that name is taken here." if self.run != self.packed_as else ""
        return f"The run is here as '{self.run}', with {self.jobs} finished {'job' if self.jobs == 1 else 'jobs'}.{other}"


@disk_in_words()
def unpack_run(file: str | Path) -> UnpackedRun:
    """Takes up a packed run under its name, or under another where that is taken.

    Raises:
        SettingsError: the file is no packed run, is damaged, was made by a newer version, or holds what a packed run doesn't.
    """
    path = typed(file)
    root = runs_root()
    root.mkdir(parents=True, exist_ok=True)
    with open_zip(path) as archive, tempfile.TemporaryDirectory(prefix=".unpacking-", dir=root) as folder:
        head, infos = _checked(archive, path)
        for name, info in infos.items():
            _extract(archive, info, Path(folder) / name, head["files"][name][1], path)
        spec = _spec_of(Path(folder) / RUN, path)
        name, packed_as = _settled(Path(folder) / RUN, head["run"], str(spec.get("task"))), head["run"]
        jobs = _renamed_jobs(root / name / "jobs", packed_as, name) + _kept_beside(Path(folder) / BESIDE, packed_as, name)
    return UnpackedRun(name, packed_as, jobs)


# Checked before anything is written


def _checked(archive: zipfile.ZipFile, path: Path) -> tuple[dict[str, Any], dict[str, zipfile.ZipInfo]]:
    """The list of a packed run, and its files by name: each is in the list with its size, and lies below run/ or beside/."""
    infos = {info.filename: info for info in archive.infolist() if info.filename != LIST}
    if len(infos) > MOST_FILES or len(infos) + 1 != len(archive.infolist()):
        raise SettingsError(
            f"'{path.name}' is no packed run, or is damaged: it has no {LIST}, or more than {MOST_FILES:,} files. {NOTHING}"
        )
    head = _head(archive, path)
    for name, info in infos.items():
        clean, bad = safe(name)
        fault = bad or trick_of(info) or packing_fault(info) or too_much(info.file_size, info.compress_size)
        fault = fault or ("" if info.compress_type in PACKED_BY else "is packed in another way than runs are")
        if fault or clean != name or name.split("/")[0] not in (RUN, BESIDE) or any(part.startswith(".") for part in name.split("/")):
            raise SettingsError(f"'{clean[:60]}' in '{path.name}' {fault or 'is no file of a run'}. {NOTHING}")
    whole = sum(info.file_size for info in infos.values())
    if bomb := too_much(whole, path.stat().st_size):
        raise SettingsError(f"'{path.name}' {bomb}. {NOTHING}")
    if whole > min(MOST_UNPACKED, shutil.disk_usage(runs_root()).free - STAYS_FREE):
        raise SettingsError(f"'{path.name}' unpacks to {whole / 2**20:,.0f} MB: more than there is room for. {NOTHING}")
    if {name: info.file_size for name, info in infos.items()} != {name: size for name, (size, _) in head["files"].items()}:
        raise SettingsError(f"'{path.name}' is damaged: its files aren't those of its list. Copy it again. {NOTHING}")
    return head, infos


def _head(archive: zipfile.ZipFile, path: Path) -> dict[str, Any]:
    """The list of a packed run: format, version, run, and of every file size and checksum."""
    try:
        with archive.open(LIST) as file:
            head = dict(json.loads(file.read(LONGEST_LIST)))
        form, named = int(head["format"]), str(head["run"])
        head["files"] = {str(name): (int(size), str(digest)) for name, (size, digest) in dict(head["files"]).items()}
    except (*BROKEN, RuntimeError, TypeError, AttributeError):  # RuntimeError: it is encrypted, or nested too deep
        form, named = 0, ""
    if form > FORMAT:
        raise SettingsError(
            f"'{path.name}' was packed by a newer version ({str(head.get('version'))[:20]}). Update Selfsight to unpack it."
        )
    if form != FORMAT or not runs.NAME.fullmatch(named):
        raise SettingsError(f"'{path.name}' is no packed run, or its {LIST} is damaged. 'runs --pack RUN' makes one. {NOTHING}")
    return head


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, digest: str, path: Path) -> None:
    """Writes one file, no longer than its list says; raises SettingsError where its checksum is another."""
    target.parent.mkdir(parents=True, exist_ok=True)
    sum_ = hashlib.sha256()
    try:
        with archive.open(info) as source, open(target, "wb") as out:
            while piece := source.read(PIECE):
                sum_.update(piece)
                out.write(piece)
    except BROKEN as error:
        if isinstance(error, OSError):
            raise  # of the disk, or of the drive that the file lies on
        raise SettingsError(f"'{path.name}' is damaged at '{info.filename}'. Copy it again. {NOTHING}") from None
    if sum_.hexdigest() != digest:
        raise SettingsError(f"'{path.name}' is damaged at '{info.filename}': its checksum is another. Copy it again. {NOTHING}")


def _spec_of(folder: Path, path: Path) -> dict[str, Any]:
    spec = read_json(folder / "spec.json")
    if not isinstance(spec, dict) or spec.get("kind") != "train":
        raise SettingsError(f"'{path.name}' is no packed run: its spec.json is missing or of no run. {NOTHING}")
    if reason := newer(spec, path.name):
        raise SettingsError(reason)
    return spec


# Kept


def _settled(made: Path, name: str, task: str) -> str:
    """Moves the run among the runs, under its name or, where that is taken, a new one; the name."""
    root = runs_root()
    taken = name == "sets" or any((place / name).exists() for place in (root, root / ".trash", runs.STARTER))
    if not taken:
        try:
            made.rename(root / name)
            return name
        except OSError:  # taken a moment ago
            pass
    home = runs.new_run_folder(task if re.fullmatch(r"\w{1,40}", task) else "run")
    home.rmdir()
    made.rename(home)
    return home.name


def _renamed_jobs(jobs: Path, old: str, new: str) -> int:
    """Gives jobs of a renamed run the folders that its new name asks for; how many jobs there are."""
    count = 0
    for file in sorted(jobs.glob("*/spec.json")):
        name = _readdressed(file.parent, old, new)
        if name and name != file.parent.name:
            file.parent.rename(jobs / name)
        count += bool(name)
    return count


def _kept_beside(beside: Path, old: str, new: str) -> int:
    """Moves jobs of baselines to their places in the cache, where nobody has asked the same here; how many came."""
    count = 0
    for file in sorted(beside.glob("*/spec.json")):
        name = _readdressed(file.parent, old, new)
        target = str(read_json(file).get("target", "")) if name else ""
        home = home_of(target) / "jobs"
        if (target == "pixels" or ":" in target) and not (home / name).exists():
            home.mkdir(parents=True, exist_ok=True)
            shutil.move(str(file.parent), str(home / name))
            count += 1
    return count


def _readdressed(folder: Path, old: str, new: str) -> str:
    """Puts the run's new name into the request of a job; the name that its folder must have, "" where it is no job of a known kind."""
    spec = read_json(folder / "spec.json")
    if not isinstance(spec, dict) or spec.get("kind") not in KINDS:
        return ""
    request = {key: value for key, value in spec.items() if key not in NO_REQUEST}
    if old != new and isinstance(target := request.get("target"), str):
        kind, colon, rest = target.rpartition(":")
        name, at, seed = rest.partition("@")
        if (name if kind else target) == old and kind in ("", "untrained"):
            request["target"] = f"{kind}{colon}{new}{at}{seed}" if kind else new
            write_json(folder / "spec.json", {**spec, **request})
            result = read_json(folder / "result.json")
            if isinstance(result, dict) and "target" in result:
                write_json(folder / "result.json", {**result, "target": request["target"]})
    return job_name(spec["kind"], request)
