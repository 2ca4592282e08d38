"""Makes assets/starter: finished runs that come with the program, so that no screen is ever empty.

`SSL_DATA=<folder with cifar10 and weights> python -m benchmarks.starter`: under 15 minutes on two cores, below 6 MB.
What is done already is kept: delete cache/starter to begin anew.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "cache" / "starter"
os.environ.update(SSL_RUNS=str(BUILD / "runs"), SSL_CACHE=str(BUILD / "cache"), SSL_NO_MAPS="1")  # before the core looks

from safetensors.torch import load_file, save_file  # noqa: E402

from benchmarks.home import pictures_for_home  # noqa: E402
from ssl_core.evaluation.compare import comparison  # noqa: E402
from ssl_core.evaluation.probe import probe_asked  # noqa: E402
from ssl_core.evaluation.protocol import Protocol  # noqa: E402
from ssl_core.explanations.attention import companions  # noqa: E402
from ssl_core.explanations.shares import share_set, shares_asked  # noqa: E402
from ssl_core.jobs import status as jobs_status  # noqa: E402
from ssl_core.jobs.worker import work  # noqa: E402
from ssl_core.maps.layout import map_asked  # noqa: E402
from ssl_core.models.targets import Target, parse_all  # noqa: E402
from ssl_core.models.untrained import UNTRAINED  # noqa: E402
from ssl_core.records.checkpoints import DIGESTS, latest_checkpoint, note_digests  # noqa: E402
from ssl_core.records.homes import home_of  # noqa: E402
from ssl_core.records.runs import folder_of  # noqa: E402
from ssl_core.records.snapshots import snapshot_steps  # noqa: E402
from ssl_core.system import disk, roots  # noqa: E402
from ssl_core.system.origin import STARTER  # noqa: E402
from ssl_core.training.request import new_run  # noqa: E402

LIMIT = 6_000_000  # bytes, all together
KEPT = 256  # reference rows a run
BASELINES = ("imagenet:mobilenet_v2", "random:convnet", "pixels")  # beside each run its own network untrained


class Starter(NamedTuple):
    """A run that comes with the program."""

    name: str
    title: str
    values: dict[str, Any]
    measured: bool = True  # with map and scores; else weights only


SHIPPED = {"rate": 4e-3}  # of the rotation runs that come along: half of the preset's, which is chosen for a short run
PHOTOS = {"task": "rotation", "dataset": "cifar10", "recipe": {"epochs": 2, **SHIPPED}}
SLIM = {"width": 96, "depth": 3, "heads": 3}
TRANSFORMER = {"task": "rotation", "backbone": "vit", "backbone_options": SLIM, "steps": 900, "recipe": {"rate": 4e-3}}
STARTERS = (
    Starter("rotation-starter", "Rotation, starter", {"task": "rotation", "recipe": {"epochs": 5, **SHIPPED}}),
    Starter("photos-starter", "Rotation on photographs, starter", PHOTOS, False),
    Starter("inpainting-starter", "Inpainting, starter", {"task": "inpainting"}),
    Starter("transformer-starter", "Small transformer, starter", TRANSFORMER),
    Starter("supervised-starter", "Supervised, starter", {"task": "supervised"}),
)


def trained(starter: Starter) -> Path:
    """The starter's run, trained now if it isn't yet."""
    home = roots.runs_root() / starter.name
    if not home.exists():
        made = folder_of(new_run({**starter.values, "title": starter.title, "device": "cpu"}))
        made.rename(home)
    if jobs_status.status_of(home).state != "done":
        print(f"{starter.name}: training", flush=True)
        status = work(home)
        assert status.state == "done", f"{starter.name}: {status.reason}"
        halve(home)
    status = jobs_status.status_of(home)
    print(f"{starter.name}: {status.seconds:.0f} s in the loop, held out {status.metrics}", flush=True)
    return home


def halve(home: Path) -> None:
    """Weights in half precision, fewer reference rows, three snapshots, and nothing that only resuming needs."""
    last = latest_checkpoint(home)
    assert last is not None
    for other in (home / "checkpoints").iterdir():
        if other != last:
            shutil.rmtree(other)
    for name in ("rest.pt", DIGESTS):
        (last / name).unlink()
    weights = {
        name: value.half() if value.is_floating_point() else value for name, value in load_file(last / "weights.safetensors").items()
    }
    save_file(weights, last / "weights.safetensors")
    note_digests(last)
    with np.load(home / "reference.npz") as known:
        np.savez_compressed(home / "reference.npz", rows_SD=known["rows_SD"][:KEPT], limit=known["limit"])
    steps = snapshot_steps(home)
    for step in set(steps) - {steps[0], steps[len(steps) // 3], steps[-1]}:
        for path in (home / "pictures").glob(f"{step:08d}.*"):
            path.unlink()


def scored(names: list[str]) -> None:
    """Linear probes of runs and baselines on scenes, each in this process, one after the other."""
    targets = [*names, *(UNTRAINED + name for name in names), *BASELINES]
    for target in parse_all(targets):
        asked = probe_asked(target, Protocol())
        if asked.finished() is None:
            print(f"{target.text}: probing", flush=True)
            status = work(asked.ask())
            assert status.state == "done", status.reason
    for row in comparison(targets).rows:
        seeds = f", mean of {len(row.by_network)} seeds, sd {row.spread:.3f}" if row.by_network else ""
        print(f"{row.target}: {row.accuracy:.3f} [{row.lo:.3f}, {row.hi:.3f}]{seeds}, {row.sizes}", flush=True)


def drawn(name: str) -> None:
    """PCA and UMAP of a run's test pictures."""
    for projector in ("pca", "umap"):
        status = work(map_asked(Target.parse(name), projector).ask())
        assert status.state == "done", status.reason


def looked(name: str) -> None:
    """How much of its attention, of its untrained twin's and of ImageNet's falls on the object, where it isn't measured yet."""
    dataset = share_set(name)
    for text in companions(name):
        folder = shares_asked(text, dataset).ask()
        if jobs_status.status_of(folder).state != "done":
            status = work(folder)
            assert status.state == "done", f"{text}: {status.reason}"


def shipped(starter: Starter, source: Path) -> None:
    """Copies what a reader needs into assets/starter."""
    goal = STARTER / starter.name
    goal.mkdir(parents=True)
    for name in ("spec.json", "metrics.jsonl", "reference.npz"):
        shutil.copy(source / name, goal / name)
    for name in ("checkpoints", "pictures"):
        shutil.copytree(source / name, goal / name)
    status = json.loads((source / "status.json").read_text())
    disk.write_json(goal / "status.json", {**status, "pid": 0, "born": 0.0, "host": ""})
    for folder in (source / "jobs").glob("*") if starter.measured else ():
        copy_job(folder, goal / "jobs" / folder.name)


def copy_job(folder: Path, goal: Path) -> None:
    """The results of a finished job; features are left behind, they are large and quickly made."""
    if (folder / "result.json").exists():
        goal.mkdir(parents=True)
        for name in ("spec.json", "result.json", "result.npz"):
            if (folder / name).exists():
                shutil.copy(folder / name, goal / name)


def main() -> int:
    """Trains, measures, copies; the size of it all."""
    only = set(sys.argv[1:])
    homes = {starter.name: trained(starter) for starter in STARTERS if not only or starter.name in only}
    if only:
        return 0
    measured = [starter.name for starter in STARTERS if starter.measured]
    shutil.rmtree(STARTER, ignore_errors=True)  # before anything is measured: results found there would not be copied
    scored(measured)
    for name in measured:
        drawn(name)
        looked(name)
    for starter in STARTERS:
        shipped(starter, homes[starter.name])
    for text in (*BASELINES, *(UNTRAINED + name for name in measured)):
        home = home_of(text)
        for folder in (home / "jobs").glob("*"):
            copy_job(folder, STARTER / "baselines" / home.name / "jobs" / folder.name)
    disk.write_json(STARTER / "order.json", [starter.name for starter in STARTERS])
    pictures_for_home()
    size = disk.disk_use(STARTER)
    print(f"assets/starter: {size / 1e6:.2f} MB")
    assert size <= LIMIT, f"{size} bytes, more than {LIMIT}"
    return 0


if __name__ == "__main__":
    sys.exit(main())
