"""Hazards made to happen: archives that are none, that are traps, or that end too early."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

import ssl_core as core
from tests.hazards.hazard import SCREEN, TERMINAL
from tests.help.malice import GOOD, bomb, cut, encrypted, linked, tar_of, zip_of
from tests.help.staging import Stage, Told, same, scenes, seen, stage
from tests.pages.conftest import open_page


def form() -> None:
    import streamlit as st

    from pages._kit.data import bring

    st.title("form")
    bring.form()


def dropped(path: Path) -> str:
    """What the form says to an archive that is dropped into it."""
    app = AppTest.from_function(form, default_timeout=180).run()
    app.file_uploader(key="own-files").set_value([(path.name, path.read_bytes(), "application/octet-stream")]).run()
    app.button(key="own-go").click().run()
    return seen(app)


def refused(here: Stage, path: Path) -> Told:
    """An archive that is refused whole leaves nothing in our folders."""
    said = dropped(path)
    kept = [
        each for each in (*(here.home / "runs").rglob("*"), *(here.home / "cache").rglob("*")) if each.is_file() and each.name != "lock"
    ]
    assert not kept, kept
    return same(said)


def in_part(path: Path) -> Told:
    """An archive that is read in part becomes a set; what is left out of it stands below its wall."""
    name = core.add_files("mine", [(path.name, path.read_bytes())])
    return same(seen(open_page("data", dataset=name)))


def asked(here: Stage, path: Path) -> Told:
    """What the command line says to an archive, and to a good one afterwards."""
    return Told(here.command("data", str(path), "--json"), here.command("data", str(zip_of(here.home / "good.zip", GOOD)), "--json"))


@stage("an archive that is a bomb", TERMINAL)
def _(here: Stage) -> Told:
    return asked(here, bomb(here.home / "boom.tar.gz"))


@stage("an archive that is a bomb", SCREEN)
def _(here: Stage) -> Told:
    return refused(here, bomb(here.home / "boom.tar.gz"))


@stage("a bomb among good pictures", TERMINAL)
def _(here: Stage) -> Told:
    return same(here.command("data", str(bomb(here.home / "boom.zip")), "--json"))


@stage("an archive that leads out of its folder", TERMINAL)
def _(here: Stage) -> Told:
    return same(here.command("data", str(tar_of(here.home / "a.tar.gz", {**GOOD, "../../evil.png": b"evil"})), "--json"))


@stage("an archive that leads out of its folder", SCREEN)
def _(here: Stage) -> Told:
    before = set(here.home.parent.rglob("evil*"))  # of other tests
    told = in_part(tar_of(here.home / "a.tar.gz", {**GOOD, "../../evil.png": b"evil"}))
    assert set(here.home.parent.rglob("evil*")) == before
    return told


@stage("an archive with links", TERMINAL)
def _(here: Stage) -> Told:
    return same(here.command("data", str(linked(here.home / "a.tar")), "--json"))


@stage("an archive with links", SCREEN)
def _(here: Stage) -> Told:
    return in_part(linked(here.home / "a.zip"))


@stage("an encrypted archive", TERMINAL)
def _(here: Stage) -> Told:
    return asked(here, encrypted(here.home / "secret.zip"))


@stage("an encrypted archive", SCREEN)
def _(here: Stage) -> Told:
    return refused(here, encrypted(here.home / "secret.zip"))


@stage("an archive that ends too early", TERMINAL)
def _(here: Stage) -> Told:
    return asked(here, cut(tar_of(here.home / "half.tar.xz", GOOD)))


@stage("an archive that ends too early", SCREEN)
def _(here: Stage) -> Told:
    return refused(here, cut(zip_of(here.home / "half.zip", GOOD)))


@stage("an archive without pictures", TERMINAL)
def _(here: Stage) -> Told:
    return Told(here.command("train", "rotation", "--dataset", str(zip_of(here.home / "empty.zip", {}))), scenes(here))


@stage("an archive without pictures", SCREEN)
def _(here: Stage) -> Told:
    return refused(here, tar_of(here.home / "empty.tar", {"notes.txt": b"words"}))
