"""Commands that list, read or export: parts, runs, data, export."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssl_core.cli.base import add, say, worked
from ssl_core.records.checkpoints import damage
from ssl_core.records.runs import Run, runs
from ssl_core.settings import Control, Settings, SettingsError
from ssl_core.system.addresses import megabytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssl_core.cli.base import Commands
    from ssl_core.library.browse import SetRow
    from ssl_core.parts.menu import PartInfo


def add_commands(commands: Commands) -> None:
    """Adds parts, runs, data and export."""
    add(commands, "parts", "what there is, and what is broken and why", _parts)
    add(commands, "runs", "list the runs", _runs)
    data = add(commands, "data", "what a data set holds; decodes it", _data)
    data.add_argument("name", metavar="NAME|FOLDER")
    data.add_argument("--image-size", type=int, default=32)
    data.add_argument(
        "--look", action="store_true", help="open every picture once: duplicates, sizes, colours, what leaks from test to training"
    )
    export = add(commands, "export", "weights as safetensors and a script that loads them", _export)
    export.add_argument("run_name", metavar="RUN")
    export.add_argument("--out", type=Path, help="the folder that the weights and load.py go into")
    export.add_argument("--tensorboard", type=Path, metavar="DIR", help="the folder that TensorBoard's event files go into, as DIR/RUN")


def _parts(arguments: argparse.Namespace) -> int:
    from ssl_core.library.browse import list_sets
    from ssl_core.parts.menu import broken, menu

    kinds = ("tasks", "backbones", "datasets", "probes", "explainers", "projectors")
    answer: dict[str, Any] = {kind: [_part(info) for info in menu(kind)] for kind in kinds}
    rows = {row.name: row for row in list_sets()}
    answer["datasets"] = [{**part, **_ready(rows.get(part["name"]))} for part in answer["datasets"]]
    answer["broken"] = [fault._asdict() for fault in broken()]
    lines = [f"{kind}: {', '.join(part['name'] for part in answer[kind])}" for kind in kinds]
    away = [f"{part['name']} ({megabytes(part['download'])})" for part in answer["datasets"] if part["download"]]
    lines += [f"not here yet: {', '.join(away)}. 'python -m ssl_core fetch NAME' downloads one."] if away else []
    lines += [f"broken: {fault['file']}: {fault['reason']}" for fault in answer["broken"]]
    say(answer, arguments.json, "\n".join(lines))
    return 0


def _part(info: PartInfo) -> dict[str, object]:
    options = [_option(control) for control in info.controls]
    return {"name": info.name, "title": info.title, "help": info.help, "options": options}


def _ready(row: SetRow | None) -> dict[str, object]:
    """Whether a data set is on this machine, else why not, and how many bytes its download has."""
    return {"ready": row is None or row.ready, "reason": row.reason if row else "", "download": row.download if row else 0}


def _option(control: Control) -> dict[str, object]:
    default = control.default.plain() if isinstance(control.default, Settings) else control.default
    return {"name": control.name, "kind": control.kind, "default": default, "allowed": control.allowed, "help": control.help}


def _runs(arguments: argparse.Namespace) -> int:
    rows = [_row(run) for run in runs()]
    words = "\n".join(f"{row['run']}: {row['status']}, step {row['step']}, {row['dataset']}{_why(row)}" for row in rows)
    say(rows, arguments.json, words or "No runs yet.")
    return 0


def _row(run: Run) -> dict[str, object]:
    status = run.status
    said = {"run": run.id, "task": run.task, "dataset": run.dataset, "status": status.state, "step": status.step}
    return {**said, "seconds": status.seconds, "metrics": status.metrics, "reason": status.reason or damage(run.folder)}


def _why(row: Mapping[str, object]) -> str:
    return f". {row['reason']}" if row["reason"] else ""


def _data(arguments: argparse.Namespace) -> int:
    from ssl_core.library.browse import remarks
    from ssl_core.library.sets import PictureSet

    answer: dict[str, Any] = {"name": arguments.name, "note": unpack_set_now(arguments.name)}
    for split in ("train", "test"):
        pictures = PictureSet(arguments.name, split, arguments.image_size)
        classes = pictures.open().info.classes
        decoded = pictures.decoded(_count)
        answer[split] = {"samples": len(decoded), "skipped": decoded.skipped}
        answer["classes"] = list(classes)
    answer["table"] = remarks(arguments.name)
    words = f"{arguments.name}: {answer['train']['samples']} + {answer['test']['samples']} pictures, {len(answer['classes'])} classes"
    words = f"{words}. {answer['note']}".removesuffix(". ")
    if arguments.look:
        answer["look"] = _looked(arguments.name)
        words = f"{words}. {answer['look']['words']}"
    amiss = [*answer["train"]["skipped"], *answer["test"]["skipped"], *answer["table"]]
    say(answer, arguments.json, "\n".join([words, *(f"  {file}: it {reason}" for file, reason in amiss)]))
    return 0


def _looked(name: str) -> dict[str, Any]:
    """What the pixels of a set tell, by a job worked in this process where it isn't done yet."""
    from ssl_core.library import look

    status = worked(look.ask_look(name))
    seen, leaks = look.look(name), look.leaks(name)
    if seen is None or leaks is None:
        raise SettingsError(status.reason or f"Looking at the pictures of '{name[:60]}' was {status.state}. Ask for it again.")
    leaking = {"words": leaks.words(), "tested": leaks.tested, "found": [leak._asdict() for leak in leaks.found]}
    return {**seen._asdict(), "words": f"{seen.words()} {leaks.words()}", "leaks": leaking}


def unpack_set_now(name: str) -> str:
    """Unpacks a set's archives that aren't unpacked yet, with progress on stderr; a note on the set, "" where there is none."""
    from ssl_core.library.browse import unpack_set

    told = -1

    def report(done: int, of: int) -> None:
        nonlocal told
        if of > 10**7 and 10 * done // of > told:
            told = 10 * done // of
            print(f"unpacking {done / 1e6:,.0f} of {of / 1e6:,.0f} MB", file=sys.stderr)

    return unpack_set(name, report)


def _count(done: int, of: int) -> None:
    print(f"reading pictures {done} of {of}", file=sys.stderr)


def _export(arguments: argparse.Namespace) -> int:
    from ssl_core.models.export import export
    from ssl_core.training.events import write_events

    name, places = arguments.run_name, {}
    if arguments.out is None and arguments.tensorboard is None:
        raise SettingsError("The following arguments are required: --out or --tensorboard. See 'python -m ssl_core export --help'.")
    if arguments.tensorboard is not None:
        places["tensorboard"] = str(write_events(name, arguments.tensorboard))
    if arguments.out is not None:
        places["out"] = str(export(name, arguments.out))
    words = [f"{name} is in {places['out']}: see load.py there."] if "out" in places else []
    words += [f"Its metrics are in {places['tensorboard']}: tensorboard --logdir {arguments.tensorboard}"] if arguments.tensorboard else []
    say({"run": name, **places}, arguments.json, " ".join(words))
    return 0
