"""The pictures of a data set that can't be read: those found so far, and a job that opens every picture. No torch at import."""

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

SIZE = 32  # pixels a side that the job decodes at


class Check(NamedTuple):
    """The unreadable pictures of a data set as its files are now."""

    left_out: dict[str, list[tuple[str, str]]]  # split -> file, and the reason as the rest of a sentence
    whole: bool  # True: every picture was opened; False: `left_out` holds only files that were refused without being opened
    status: Status | None  # of the job that opens every picture, None where nobody has asked for it


def check(name: str) -> Check:
    """The unreadable pictures, from the splits as they were decoded at any size; no picture is opened.

    Raises:
        SettingsError: there is no such set, or it can't be opened.
    """
    sizes = [SIZE, *_sizes(name)]
    seen = {split: next((size for size in sizes if PictureSet(name, split, size).is_decoded()), None) for split in SPLITS}
    found = {split: PictureSet(name, split, size or SIZE).skipped() or [] for split, size in seen.items()}
    return Check(found, None not in seen.values(), _asked(name).status())


def request_check(name: str) -> Path:
    """Starts a process that opens every picture; the job's folder. Decoded pictures stay in the cache, where training finds them."""
    with disk_in_words():
        folder = _asked(name).ask_again(lost=lambda: not check(name).whole)  # clearing the cache deletes what the job decoded
        jobs_start.start(folder)
    return folder


def stop_check(name: str) -> None:
    """Asks the job to end."""
    _asked(name).stop()


def left_out_of(run: Run) -> int:
    """How many unreadable pictures a run was trained without; 0 where its data set or its decoded pictures are gone."""
    try:
        return len(PictureSet(run.dataset, "train", _size(run), run.spec.get("dataset_options")).skipped() or [])
    except SettingsError:  # the data set is gone
        return 0


def _sizes(name: str) -> list[int]:
    return sorted({_size(run) for run in runs(False) if run.dataset == name})


def _size(run: Run) -> int:
    return int(run.spec.get("recipe", {}).get("image_size", SIZE))


def _asked(name: str) -> Asked:
    request = {"dataset": name, "image_size": SIZE, "data": [PictureSet(name, split, SIZE).digest() for split in SPLITS]}
    return Asked(f"data:{name}", "data", request)
