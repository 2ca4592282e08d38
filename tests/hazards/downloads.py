"""Hazards made to happen: what is downloaded isn't here, breaks off, is another, or finds no room."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPResponse
from typing import Any

from ssl_core.system.addresses import PUBLISHED, File
from tests.hazards.hazard import SCREEN, TERMINAL
from tests.help.layouts import LAYOUTS
from tests.help.nearby import Nearby, nearby
from tests.help.staging import Stage, Told, same, scenes, seen, stage
from tests.pages.conftest import open_page

NAME = "cifar100"


@contextmanager
def served(here: Stage, wrong: bool = False) -> Iterator[Nearby]:
    """A small CIFAR-100 on a server of this machine that the table leads to; its downloads are worked here and now."""
    from ssl_core.jobs.worker import work
    from tests.library.test_fetch import packed

    here.patch.setattr("ssl_core.system.download.WAITS", (0.0, 0.0))
    here.patch.setattr("ssl_core.jobs.start.start", work)
    LAYOUTS[NAME](here.home / "origin", here.patch)
    source = PUBLISHED[NAME]
    with nearby() as server:
        file = server.file(source.files[0].name, packed(here.home / "origin", source.files[0], source.folder), wrong=wrong)
        lead(here, file)
        yield server


def lead(here: Stage, file: File) -> None:
    """The table leads to this file."""
    here.patch.setitem(PUBLISHED, NAME, PUBLISHED[NAME]._replace(files=(file,)))


def ask() -> str:
    """What the pictures screen says after its Download was pressed."""
    app = open_page("data")
    app.button(key=f"get-{NAME}").click().run()
    return seen(app)


@stage("a set that isn't here yet", TERMINAL)
def _(here: Stage) -> Told:
    return Told(here.command("train", "rotation", "--dataset", "stl10"), scenes(here))


@stage("a set that isn't here yet", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(open_page("data", dataset="stl10")))


@stage("a download that breaks off", TERMINAL)
def _(here: Stage) -> Told:
    with served(here) as server:
        server.breaks = [9000, 0, 0, 0]
        told = Told(here.command("fetch", NAME), here.command("fetch", NAME, "--json"))
        assert server.asked[-1][1] == "bytes=9000-"
        return told


@stage("a download that breaks off", SCREEN)
def _(here: Stage) -> Told:
    with served(here) as server:
        server.breaks = [9000, 0, 0, 0]
        return same(ask())


@stage("a network that goes in the middle of a download", TERMINAL)
def _(here: Stage) -> Told:
    read, came = HTTPResponse.read1, []

    def cut(answer: HTTPResponse, size: int) -> bytes:
        came.append(size)
        if len(came) > 2:
            raise OSError(errno.EHOSTUNREACH, "No route to host")
        return read(answer, size)

    with served(here) as server:
        here.patch.setattr("ssl_core.system.download.PIECE", 4000)
        here.patch.setattr(HTTPResponse, "read1", cut)
        said = here.command("fetch", NAME)
        here.patch.setattr(HTTPResponse, "read1", read)
        told = Told(said, here.command("fetch", NAME, "--json"))
        assert server.asked[-1][1] not in ("", "bytes=0-")
        return told


def left_of_it(here: Stage) -> str:
    parts = [path.name for path in (here.home / "data").rglob("*") if path.is_file() and path.suffix != ".lock"]
    return ", ".join(parts) or "nothing is left of it"


@stage("a download with a wrong checksum", TERMINAL)
def _(here: Stage) -> Told:
    with served(here, wrong=True):
        return Told(here.command("fetch", NAME), left_of_it(here))


@stage("a download with a wrong checksum", SCREEN)
def _(here: Stage) -> Told:
    with served(here, wrong=True):
        return same(ask())


def cut_off(here: Stage) -> None:
    lead(here, File("https://example.org/set.tar.gz", 1000, "md5:0"))


@stage("no network for a download", TERMINAL)
def _(here: Stage) -> Told:
    with served(here):
        cut_off(here)
        return Told(here.command("fetch", NAME), scenes(here))


@stage("no network for a download", SCREEN)
def _(here: Stage) -> Told:
    with served(here):
        cut_off(here)
        return same(ask())


def no_room(here: Stage) -> None:
    """The disk takes no more bytes of what is downloaded."""

    class Full:
        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: Any) -> None: ...

        def write(self, _: bytes) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(path: Any, mode: str) -> Any:
        return open(path, mode) if mode == "rb" else Full()

    here.patch.setattr("ssl_core.system.download.open", opened, raising=False)


@stage("a full disk while downloading", TERMINAL)
def _(here: Stage) -> Told:
    with served(here):
        no_room(here)
        said = here.command("fetch", NAME)
        here.patch.delattr("ssl_core.system.download.open")
        return Told(said, here.command("fetch", NAME, "--json"))


@stage("a full disk while downloading", SCREEN)
def _(here: Stage) -> Told:
    with served(here):
        no_room(here)
        return same(ask())
