"""Downloads that a person asked for: published data sets into SSL_DATA, ImageNet's weights into SSL_DATA/weights. No torch at import.

Names are those of data sets, and `imagenet:MODEL`. A download begins by a button or a command, never by itself.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from ssl_core.jobs import start as jobs_start
from ssl_core.jobs.report import Reporter
from ssl_core.jobs.status import Status
from ssl_core.reading import files
from ssl_core.records.asked import Asked
from ssl_core.records.requests import FetchRequest
from ssl_core.settings import SettingsError
from ssl_core.system.addresses import PUBLISHED, File, megabytes, root_of
from ssl_core.system.disk import SHUT, disk_in_words, write_json
from ssl_core.system.download import Tell, download
from ssl_core.system.roots import cache_root, data_root
from ssl_core.system.unpack import extract, settle

WEIGHTS = "imagenet:"
HOME = ".fetch"  # below the data folder: unfinished downloads


class Offer(NamedTuple):
    """Something that can be downloaded."""

    name: str
    title: str
    size: int  # bytes
    here: bool


def offer(name: str) -> Offer:
    """What a name stands for, and whether its files are in the data folder. Opens no connection.

    Raises:
        SettingsError: nothing of this name can be downloaded.
    """
    if name in PUBLISHED:
        return Offer(name, PUBLISHED[name].title, PUBLISHED[name].size, root_of(name, data_root()) is not None)
    if name.startswith(WEIGHTS):
        from ssl_core.backbones.torchvision import Torchvision, weights_file, weights_here

        model = name.removeprefix(WEIGHTS)
        Torchvision.Options.read({"model": model}, name[:60])  # raises SettingsError with the names that exist
        return Offer(name, f"ImageNet's weights of {model}", weights_file(model).size, weights_here(model) is not None)
    names = f"{', '.join(PUBLISHED)}; and {WEIGHTS}MODEL for a network's weights"
    raise SettingsError(f"'{name[:60]}' is nothing to download. There are: {names}.")


def asked(what: Offer) -> Path:
    """The folder of the job that downloads something; it isn't started."""
    return _asked(what.name).ask_again(lost=lambda: not offer(what.name).here)


def request_fetch(name: str) -> Path:
    """Has something downloaded by a process of its own, or goes on where it was stopped; the job's folder."""
    folder = asked(offer(name))
    with disk_in_words():
        jobs_start.start(folder)
    return folder


def fetch_status(name: str) -> Status | None:
    """The status of a download: `step` of `steps` bytes, `left` seconds; None where nobody has asked for it."""
    return _asked(name).status()


def stop_fetch(name: str) -> None:
    """Asks a download to end; the bytes that arrived are kept, and the next try goes on from there."""
    _asked(name).stop()


def work_fetch(folder: Path, spec: FetchRequest, report: Reporter) -> None:
    """Works a job of kind `fetch`: the files into the data folder, the folder's path into result.json."""
    where = bring(spec["name"], _timed(report))
    write_json(folder / "result.json", {"name": spec["name"], "folder": str(where)})
    files.forget()


def bring(name: str, tell: Tell) -> Path:
    """Downloads, checks and unpacks; the data folder. Files that are there already stay as they are.

    Raises:
        SettingsError: a file can't be downloaded or written; the sentence gives the reason.
    """
    what = offer(name)
    wanted, root = _files(name), data_root()
    if what.here:
        return root
    try:
        _bring(what, wanted, root, tell)
    except SettingsError as error:
        if not name.startswith(WEIGHTS):
            raise
        raise SettingsError(f"{error} Or put '{wanted[0].name}' into '{root / 'weights'}' by hand.") from None
    return root


def _bring(what: Offer, wanted: Sequence[File], root: Path, tell: Tell) -> None:
    with _alone(what, root) as home:
        kept, before = [], 0
        for file in wanted:
            kept.append(download(file, home, _shifted(tell, before, what.size)))
            before += file.size
        made = home / "unpacked"
        try:
            for file, path in zip(wanted, kept, strict=True):
                _unpack(path, made / file.into, tell)
            settle(made, root)
        finally:
            shutil.rmtree(made, ignore_errors=True)  # also after a full disk or a stop
        shutil.rmtree(home)


def _unpack(path: Path, into: Path, tell: Tell) -> None:
    try:
        extract(path, into, lambda done, of: tell("unpacking", done, of))
    except SettingsError:  # a damaged archive: the next try must download it anew
        path.unlink()
        raise


def _asked(name: str) -> Asked:
    return Asked(name, "fetch", {"name": name, "data": str(data_root().absolute())}, cache_root() / "fetch")


def _files(name: str) -> Sequence[File]:
    if name in PUBLISHED:
        return PUBLISHED[name].files
    from ssl_core.backbones.torchvision import weights_file

    return (weights_file(name.removeprefix(WEIGHTS)),)


@contextmanager
def _alone(what: Offer, root: Path) -> Iterator[Path]:
    """The folder for unfinished downloads, locked for one writer.

    Raises:
        SettingsError: another process downloads this, or the data folder can't be written.
    """
    home = root / HOME / what.name.replace(":", "-")
    try:
        home.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{home}.lock", timeout=0):
            yield home
    except Timeout:
        raise SettingsError(f"{what.title}: a download is at work already. Wait for its end, or stop it.") from None
    except OSError as error:
        if error.errno not in SHUT:
            raise
        raise SettingsError(f"'{root}' can't be written. Choose another folder with SSL_DATA.") from None


def _shifted(tell: Tell, before: int, total: int) -> Tell:
    """Reports a file's bytes as bytes of all `total`, `before` of which were downloaded earlier."""
    return lambda stage, done, of: tell(stage, min(before + done, total), total)


def _timed(report: Reporter) -> Tell:
    """Reports with speed and the seconds left, from the mean bytes a second of this stage; None in its first second."""
    began: dict[str, tuple[float, int]] = {}

    def tell(stage: str, done: int, of: int) -> None:
        start, first = began.setdefault(stage, (time.monotonic(), done))
        passed = time.monotonic() - start
        speed = (done - first) / passed if passed > 1 else 0.0
        report(speed=speed, left=(of - done) / speed if speed else None)
        report.progress(stage, done, of)

    return tell


def in_words(status: Status) -> str:
    """Where a download stands: "downloading 12 MB of 170 MB"."""
    return f"{status.stage} {megabytes(status.step)} of {megabytes(status.steps)}" if status.steps else status.stage
