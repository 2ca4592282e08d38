"""Which pictures of a data set can't be read: what is known of it, and a job that opens them all. No torch at import."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ssl_core.jobs import start as jobs_start
from ssl_core.jobs.status import Status
from ssl_core.library.names import SPLITS
from ssl_core.library.sets import PictureSet
from ssl_core.records.asked import Asked
from ssl_core.records.runs import Run, runs
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words

SIZE = 32  # pixels a side that pictures are decoded at where nobody trained on them yet


class Check(NamedTuple):
    """What is known of a data set's pictures as they are now."""

    left_out: dict[str, list[tuple[str, str]]]  # by part: file, and the reason as the rest of a sentence
    whole: bool  # every picture was opened; otherwise only those stand here that were refused unopened
    status: Status | None  # of the job that opens them all, None where nobody asked for it


def check(name: str) -> Check:
    """Which pictures are left out, at whichever size somebody decoded them; nothing is opened.

    Raises:
        SettingsError: there is no such set, or it can't be opened.
    """
    sizes = [SIZE, *_sizes(name)]
    seen = {split: next((size for size in sizes if PictureSet(name, split, size).is_decoded()), None) for split in SPLITS}
    found = {split: PictureSet(name, split, size or SIZE).skipped() or [] for split, size in seen.items()}
    return Check(found, None not in seen.values(), _asked(name).status())


def request_check(name: str) -> Path:
    """Has every picture opened by a process of its own; the job's folder. What is read is kept, and training takes it from there."""
    with disk_in_words():
        folder = _asked(name).ask_again(lost=not check(name).whole)  # a cleared cache takes what was read with it
        jobs_start.start(folder)
    return folder


def stop_check(name: str) -> None:
    """Asks the job to end."""
    _asked(name).stop()


def left_out_of(run: Run) -> int:
    """How many pictures a run couldn't train on because they can't be read; 0 where nobody knows any more."""
    try:
        return len(PictureSet(run.dataset, "train", _size(run), run.spec.get("dataset_options")).skipped() or [])
    except SettingsError:  # its pictures aren't here any more
        return 0


def _sizes(name: str) -> list[int]:
    return sorted({_size(run) for run in runs(False) if run.dataset == name})


def _size(run: Run) -> int:
    return int(run.spec.get("recipe", {}).get("image_size", SIZE))


def _asked(name: str) -> Asked:
    request = {"dataset": name, "image_size": SIZE, "data": [PictureSet(name, split, SIZE).digest() for split in SPLITS]}
    return Asked(f"data:{name}", "data", request)
