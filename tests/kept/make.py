"""Writes tests/kept/v1: runs, labels, own sets and caches as version 1 of the folder layout keeps them, a few hundred kilobytes.

`python -m tests.kept.make`, by hand, with the code whose folders are to be kept readable: once for each version of the layout. The
folder that an earlier version wrote is never written again; a new layout gets a folder of its own (v2) beside it, and both are tested.
Beside `runs` and `cache` lies seen.json: what that version answered about them, and where its stopped run would have come.

What belongs to the machine is taken out: the host's name, locks, lines of waiting processes, logs, measured speeds. States are final
(done, stopped), so that no process number in them is ever asked for. Of the two own sets one is an archive, which is told by checksums
and so keeps its measurements on every machine; one is loose files, whose times of change are new in every checkout, as after a copy.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import tempfile
import threading
import time
import uuid
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", SSL_NO_MAPS="1")

import numpy as np
from PIL import Image

import ssl_core as core
from tests.kept.seen import BASELINE, DONE, HIDDEN, LOOSE, PACKED, STOPPED, UNTRAINED, command, losses, machine, seen

HOME = Path(__file__).resolve().parent / "v1"
LIMIT = 500_000  # bytes; about 250 000 packed
SMALL = ["--dataset.n-train", "32", "--dataset.n-test", "16", "--image-size", "8", "--batch", "8", "--backbone.width", "4"]
FIXED = ["--device", "cpu", "--precision", "fp32"]
STEPS, STOP_AT = 60, 22  # of the run that is stopped: in the middle of an epoch of four steps
LEFT_BEHIND = (".awake", ".queue", "machine.json", "machine.json.lock", "log.txt", "started")
CLASSES = ("square", "stripe")


def main() -> None:
    """Trains, measures, labels; then keeps what a person's folders would hold."""
    assert not HOME.exists(), f"{HOME} is kept as it was written. A new layout gets another folder."
    with folders() as home:
        trained()
        own_sets()
        labelled()
        measured()
        tidy(home)
        with tempfile.TemporaryDirectory() as out:
            told = seen(Path(out))
        told["resumed"] = resumed(home)
        tidy(home)
        shutil.copytree(home, HOME)
    text = json.dumps(told, separators=(",", ":")) + "\n"
    assert str(home) not in text, "a path of this machine is in what was seen"
    (HOME / "seen.json").write_text(text, encoding="utf-8")
    size = sum(path.stat().st_size for path in HOME.rglob("*") if path.is_file())
    print(f"{HOME}: {size:,} bytes")
    assert size <= LIMIT, f"{size} bytes, more than {LIMIT}"


@contextmanager
def folders() -> Iterator[Path]:
    """Empty runs, cache and data for the time being."""
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "v1"
        home.mkdir()
        os.environ.update(SSL_RUNS=str(home / "runs"), SSL_CACHE=str(home / "cache"), SSL_DATA=str(home / "data"))
        yield home


def trained() -> None:
    """A finished run with another title; one that somebody stopped; a starter run taken out of the list."""
    command("train", "rotation", *SMALL, *FIXED, "--steps", "40")
    core.rename(DONE, "Kept from before")
    stopping = threading.Thread(target=stop_in_time)
    stopping.start()
    command("train", "moco", "--queue", "16", "--head", "linear", *SMALL, *FIXED, "--steps", str(STEPS))
    stopping.join()
    (stopped,) = (run for run in core.runs(starters=False) if run.id == STOPPED)
    assert stopped.status.state == "stopped" and STOP_AT <= stopped.status.step < STEPS, stopped.status
    core.delete(HIDDEN)


def stop_in_time() -> None:
    """Asks the run to end as soon as it has made so many steps."""
    folder = core.runs_root() / STOPPED
    while not any(line["step"] >= STOP_AT for line in core.curve(folder)):
        time.sleep(0.001)
    core.stop(folder)


def own_sets() -> None:
    """An archive with two halves, and a few loose pictures, in two classes."""
    rng, stream = np.random.default_rng(0), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for half, count in (("train", 6), ("test", 4)):
            for name in CLASSES:
                for k in range(count):
                    archive.writestr(zipfile.ZipInfo(f"{half}/{name}/{k}.png"), drawn(name, rng))
    assert core.add_files(PACKED, [("packed.zip", stream.getvalue())]) == PACKED
    assert core.add_files(LOOSE, [(f"{name}/{k}.png", drawn(name, rng)) for name in CLASSES for k in range(4)]) == LOOSE


def drawn(name: str, rng: np.random.Generator) -> bytes:
    """A square or a stripe of some colour, as a PNG file of 12 pixels a side."""
    image_HW3 = np.full((12, 12, 3), 235, np.uint8)
    left, wide = int(rng.integers(1, 5)), 6 if name == "square" else 2
    image_HW3[3 : 9 if name == "square" else 12, left : left + wide] = rng.integers(0, 200, 3)
    stream = io.BytesIO()
    Image.fromarray(image_HW3).save(stream, "PNG")
    return stream.getvalue()


def labelled() -> None:
    """Labels of three sets, one taken back; names for classes of one's own."""
    store = core.label_store(core.runs_root())
    store.set_classes("scenes", ["mine", "other"])
    for name, classes in (("scenes", ("mine", "other")), (PACKED, CLASSES), (LOOSE, CLASSES)):
        for i in range(4):
            store.act([core.Action(name, f"train-{i}", classes[i % 2] if name == "scenes" else classes[i // 2], str(uuid.uuid4()))])
        store.undo(name)
    store.act([core.Action(PACKED, "train-6", CLASSES[1], str(uuid.uuid4()))])
    store.close()


def measured() -> None:
    """A probe, a map, features of a layer and of an own set, of the run and of a baseline; shares of attention."""
    with tempfile.TemporaryDirectory() as out:
        command("compare", DONE, BASELINE)
        command("embed", DONE, "--layer", "stage2", "--out", f"{out}/features.npz")
        command("fewshot", DONE, BASELINE, "--dataset", PACKED)
    drawn = core.request_layout(DONE, None, "pca")
    assert drawn is not None
    for folder in [drawn, *core.request_shares([DONE, UNTRAINED + DONE], "scenes")]:
        while core.status_of(folder).active:
            time.sleep(0.1)
        assert core.status_of(folder).state == "done", core.status_of(folder)
    core.dismiss()


def resumed(home: Path) -> dict[str, object]:
    """Where the stopped run comes when it goes on, in a copy: the digest of its weights, its losses, and the machine that this holds on."""
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(home / "runs", Path(name) / "runs")
        os.environ["SSL_RUNS"] = f"{name}/runs"
        command("resume", STOPPED)
        (run,) = (run for run in core.runs(starters=False) if run.id == STOPPED)
        assert run.status.state == "done" and run.status.step == STEPS
        found = {"weights": run.status.weights, "losses": losses(run.folder), "machine": machine()}
    os.environ["SSL_RUNS"] = str(home / "runs")
    return found


def tidy(home: Path) -> None:
    """Takes out what belongs to this machine, and of many pictures and checkpoints all but the first and the last."""
    core.label_store(core.runs_root()).close()
    for path in sorted(home.rglob("*"), reverse=True):
        if path.name in LEFT_BEHIND or path.suffix == ".lock" or path.name == "lock":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        elif path.name == "status.json":
            status = json.loads(path.read_text(encoding="utf-8"))
            path.write_text(json.dumps({**status, "host": "the-machine-before"}, indent=1), encoding="utf-8")
    for run in core.runs(starters=False):
        for step in core.pictures(run.id).steps[1:-1]:
            for path in (run.folder / "pictures").glob(f"{step:08d}.*"):
                path.unlink()
        for path in sorted((run.folder / "checkpoints").iterdir())[:-1]:
            shutil.rmtree(path)
    text = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    assert str(home.parent).encode() not in text, "a path of this machine is in the folder"


if __name__ == "__main__":
    main()
