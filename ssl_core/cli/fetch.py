"""Downloads on the command line: fetch, and the weights that a command names."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ssl_core.cli.base import add, say
from ssl_core.jobs.status import Status
from ssl_core.library.fetch import WEIGHTS, asked, in_words, offer
from ssl_core.settings import SettingsError
from ssl_core.system.addresses import PUBLISHED, megabytes

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands


def add_commands(commands: Commands) -> None:
    """Adds fetch."""
    parser = add(commands, "fetch", "download a data set or ImageNet's weights; a download that broke off goes on", _fetch)
    parser.add_argument("name", metavar="NAME", help=f"one of {', '.join(PUBLISHED)}; or {WEIGHTS}MODEL")


def _fetch(given: argparse.Namespace) -> int:
    what = offer(given.name)
    status = Status("done") if what.here else _worked(given.name)
    if status.state == "failed":
        print(status.reason, file=sys.stderr)
    ends = {"done": "is here", "stopped": "stopped. What came is kept: the same command goes on from there"}
    answer = {"name": what.name, "status": status.state, "size": what.size, "seconds": round(status.wall, 3), "reason": status.reason}
    say(answer, given.json, f"{what.title}: {ends.get(status.state, status.state)}.")
    return 0 if status.state == "done" else 1


def _worked(name: str) -> Status:
    """Downloads in this process, with size and progress on stderr; the status at the end."""
    from ssl_core.jobs.worker import work

    what = offer(name)
    print(f"{what.title}: {megabytes(what.size)} to download", file=sys.stderr)
    status = work(asked(what), lambda status: print(in_words(status), file=sys.stderr) if status.steps and status.stage else None)
    if status.active:
        raise SettingsError(f"{what.title}: a download is at work already. Wait for its end, or stop it.")
    return status


def weights_of(targets: Iterable[str]) -> dict[str, str]:
    """Downloads the ImageNet weights that a command names; target -> reason for the weights that can't be had."""
    reasons = {}
    for text in dict.fromkeys(targets):
        if text.startswith(WEIGHTS) and not offer(text).here:
            status = _worked(text)
            if status.state != "done":
                reasons[text] = status.reason or f"Its download was {status.state}."
    return reasons
