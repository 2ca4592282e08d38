"""Hazards made to happen: names, settings and files that somebody chose to do harm, or by mistake."""

from __future__ import annotations

import pickle
import tarfile
from pathlib import Path

import ssl_core as core
from tests.hazards.archives import asked, in_part
from tests.hazards.archives import refused as refused_archive
from tests.hazards.asked import refused
from tests.hazards.hazard import SCREEN, TERMINAL, VALUES
from tests.hazards.outside import compared_with_imagenet, seen_beside_imagenet
from tests.help.folders import fill, plain
from tests.help.malice import GOOD, bomb, odd, tar_of, zip_of
from tests.help.staging import REFUSED, SMALL, Stage, Told, same, scenes, seen, stage
from tests.pages.conftest import open_page, words

TAG = "<img src=x onerror=alert(1)>"


def device(here: Stage) -> Path:
    return tar_of(here.home / "a.tar", GOOD, odd("cat/device.png", tarfile.CHRTYPE))


@stage("a device in an archive", TERMINAL)
def _(here: Stage) -> Told:
    return asked(here, device(here))


@stage("a device in an archive", SCREEN)
def _(here: Stage) -> Told:
    return in_part(device(here))


def rooted(here: Stage) -> Path:
    return zip_of(here.home / "a.zip", {**GOOD, "/etc/evil.png": plain(9)})


@stage("a path from the root in an archive", TERMINAL)
def _(here: Stage) -> Told:
    return asked(here, rooted(here))


@stage("a path from the root in an archive", SCREEN)
def _(here: Stage) -> Told:
    return in_part(rooted(here))


def foreign(here: Stage) -> Path:
    """A name in Latin-1, and one that comes twice."""
    members = {**GOOD, "cat/caf\udce9.png": plain(9)}
    return tar_of(here.home / "a.tar", members, form=tarfile.GNU_FORMAT)


@stage("a name in an archive that is no UTF-8", TERMINAL)
def _(here: Stage) -> Told:
    return same(here.command("data", str(foreign(here)), "--json"))


@stage("a name in an archive that is no UTF-8", SCREEN)
def _(here: Stage) -> Told:
    return in_part(foreign(here))


def crowded(here: Stage) -> Path:
    here.patch.setattr("ssl_core.reading.sources.MOST_FILES", 8)
    return zip_of(here.home / "crowd.zip", GOOD)


@stage("an archive of too many files", TERMINAL)
def _(here: Stage) -> Told:
    return Told(here.command("data", str(crowded(here)), "--json"), scenes(here))


@stage("an archive of too many files", SCREEN)
def _(here: Stage) -> Told:
    return refused_archive(here, crowded(here))


@stage("a dropped file whose name leads elsewhere", VALUES)
def _(here: Stage) -> Told:
    before = set(here.home.parent.rglob("evil*"))  # of other tests
    name = core.add_files("mine", [(f"../../cat/../../../evil{k}.png", plain(20 * k)) for k in range(8)])
    outside = [path for path in here.home.parent.rglob("evil*") if here.home / "runs" not in path.parents and path not in before]
    assert not outside, outside
    data = core.open_set(name, "train")
    return Told(data.file(0), seen(open_page("data", dataset=name)))


def tagged(here: Stage) -> str:
    return core.add_folder(
        "mine", fill(here.home / "photos", [f"{name}/{k}.png" for name in (TAG.replace("/", ""), "dog") for k in range(5)])
    )


@stage("HTML in the name of a class", TERMINAL)
def _(here: Stage) -> Told:
    return same(here.command("data", tagged(here), "--json"))


@stage("HTML in the name of a class", SCREEN)
def _(here: Stage) -> Told:
    app = open_page("data", dataset=tagged(here))
    assert TAG not in words(app)  # as Markdown and HTML see it
    return same(seen(app))


NAN = ["train", "rotation", *SMALL, "--steps", "1", "--json", "--rate"]


@stage("a setting that is no number", TERMINAL)
def _(here: Stage) -> Told:
    return Told(here.command(*NAN, "nan"), here.command(*NAN, "0.01"))


@stage("a setting that is no number", VALUES)
def _(here: Stage) -> Told:
    return refused({**REFUSED, "options": {"area": float("nan")}})


@stage("a setting that is no number", SCREEN)
def _(here: Stage) -> Told:
    return same(seen(open_page("train", task="inpainting", area="nan")))


@stage("a name of ten thousand letters", TERMINAL)
def _(here: Stage) -> Told:
    told = here.command("train", "rotation", "--dataset", "x" * 10_000)
    assert len(told) < 1000
    return Told(told, scenes(here))


@stage("a name of ten thousand letters", SCREEN)
def _(here: Stage) -> Told:
    told = seen(open_page("data", dataset="x" * 10_000))
    assert "x" * 100 not in told
    return same(told)


class Harm:
    """What a pickle runs where somebody opens it."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return print, ("harm was done",)


def poisoned(here: Stage) -> None:
    home = here.home / "data" / "weights"
    home.mkdir(parents=True)
    (home / "mobilenet_v2-7ebf99e0.pth").write_bytes(pickle.dumps(Harm(), 2))


@stage("weights that are a program", TERMINAL)
def _(here: Stage) -> Told:
    poisoned(here)
    told = compared_with_imagenet(here)
    assert "harm was done" not in told.said
    return told


@stage("weights that are a program", SCREEN)
def _(here: Stage) -> Told:
    poisoned(here)
    return seen_beside_imagenet(here)


def unnamed(here: Stage) -> str:
    return core.add_folder("mine", fill(here.home / "photos", [f"{k}.png" for k in range(12)]))


@stage("labels for pictures without classes", SCREEN)
def _(here: Stage) -> Told:
    here.patch.setattr("ssl_core.jobs.warm_worker.hand_over", lambda folder: None)
    name = unnamed(here)
    asked_first = seen(open_page("fewshot", dataset=name))
    core.label_store(core.runs_root()).set_classes(name, ["cat", "dog"])
    return Told(asked_first, seen(open_page("fewshot", dataset=name)))


@stage("a bomb among good pictures", SCREEN)
def _(here: Stage) -> Told:
    return in_part(bomb(here.home / "boom.zip"))
