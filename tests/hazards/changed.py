"""Hazards made to happen: a folder whose pictures were named changes."""

from __future__ import annotations

import ssl_core as core
from ssl_core.reading import files
from tests.hazards.asked import photos
from tests.hazards.hazard import SCREEN
from tests.help.labelling import click
from tests.help.staging import Stage, Told, seen, stage
from tests.pages.conftest import open_page


@stage("named pictures in a folder that changes", SCREEN)
def _(here: Stage) -> Told:
    folder = photos(here)
    name = core.add_folder("mine", folder)
    store, data = core.label_store(core.runs_root()), core.open_set(name, "train")
    picked = [i for i in range(len(data)) if "broken" not in data.file(i)][:3]
    store.act([click(f"train-{i}", "cats", name) for i in picked])
    (folder / data.file(picked[0])).rename(here.home / "away.png")
    (here.home / "away.png").with_name("AAA.png").write_bytes((here.home / "away.png").read_bytes())
    (here.home / "AAA.png").rename(folder / "cats" / "AAA.png")
    files.forget()
    here.patch.setattr("ssl_core.jobs.warm_worker.hand_over", lambda folder: None)
    said = seen(open_page("fewshot", dataset=name))
    (here.home / "away.png").rename(folder / data.file(picked[0]))
    files.forget()
    return Told(said, f"{store.count(name)} labels")


@stage("named pictures that are sorted into other folders", SCREEN)
def _(here: Stage) -> Told:
    folder = photos(here)
    name = core.add_folder("mine", folder)
    store, data = core.label_store(core.runs_root()), core.open_set(name, "train")
    picked = next(i for i in range(len(data)) if "broken" not in data.file(i))
    store.act([click(f"train-{picked}", "cats", name)])
    (folder / "sorted").mkdir()
    (folder / data.file(picked)).rename(folder / "sorted" / "renamed.png")
    files.forget()
    here.patch.setattr("ssl_core.jobs.warm_worker.hand_over", lambda folder: None)
    said = seen(open_page("fewshot", dataset=name))
    return Told(said, " ".join(store.files(name)[picture] for picture in store.labels(name)))
