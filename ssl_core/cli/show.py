"""Commands that list or export: parts, runs, export, film."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssl_core.cli.base import add, say
from ssl_core.controls import Control
from ssl_core.records.checkpoints import damage
from ssl_core.records.runs import Run, runs
from ssl_core.settings import Settings, SettingsError
from ssl_core.system.addresses import megabytes
from ssl_core.system.origin import COMMAND

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssl_core.cli.base import Commands
    from ssl_core.library.browse import SetRow
    from ssl_core.parts.menu import PartInfo


def add_commands(commands: Commands) -> None:
    """Adds parts, runs, export and film."""
    add(commands, "parts", "what there is, and what is broken and why", _parts)
    listed = add(commands, "runs", "list the runs; pack one for another machine, unpack one from there", _runs)
    listed.add_argument("--pack", metavar="RUN", help="write this run with its results into the file that --out names")
    listed.add_argument("--out", type=Path, metavar="FILE", help="the packed run, which ends in .zip")
    listed.add_argument(
        "--unpack", type=Path, metavar="FILE", help="take up a packed run; one of the same name that is here stays as it is"
    )
    export = add(commands, "export", "the network with a model card and a script that loads it", _export)
    export.add_argument("run_name", metavar="RUN")
    export.add_argument("--out", type=Path, help="the folder that the weights and load.py go into")
    export.add_argument("--tensorboard", type=Path, metavar="DIR", help="the folder that TensorBoard's event files go into, as DIR/RUN")
    export.add_argument("--onnx", action="store_true", help="beside it as backbone.onnx (needs the package onnx)")
    film = add(commands, "film", "a film of a run's eight pictures, or of its curve, as animated WebP or GIF", _film)
    film.add_argument("run_name", metavar="RUN")
    film.add_argument("--out", type=Path, required=True, help="the film's file, which ends in .webp or .gif")
    film.add_argument("--curve", action="store_true", help="the curve on test pictures as it grew, in place of the pictures")


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
    lines += [f"not here yet: {', '.join(away)}. '{COMMAND} fetch NAME' downloads one."] if away else []
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
    if arguments.pack is not None or arguments.unpack is not None or arguments.out is not None:
        return _packed(arguments)
    rows = [_row(run) for run in runs()]
    words = "\n".join(f"{row['run']}: {row['status']}, step {row['step']}, {row['dataset']}{_why(row)}" for row in rows)
    say(rows, arguments.json, words or "No runs yet.")
    return 0


def _packed(given: argparse.Namespace) -> int:
    from ssl_core.records.pack import pack_run
    from ssl_core.records.unpack import unpack_run

    if (given.pack is None) == (given.unpack is None) or (given.pack is None) != (given.out is None):
        raise SettingsError(f"Say '--pack RUN --out FILE' or '--unpack FILE'. See '{COMMAND} runs --help'.")
    if given.unpack is not None:
        taken = unpack_run(given.unpack)
        say(taken._asdict(), given.json, taken.words)
        return 0
    packed = pack_run(given.pack, given.out)
    answer = {"run": given.pack, "out": str(packed.path), "bytes": packed.bytes, "files": packed.files, "jobs": packed.jobs}
    say(answer, given.json, f"{given.pack} with {packed.jobs} finished jobs is {packed.path}: {packed.bytes / 1e6:.1f} MB.")
    return 0


def _row(run: Run) -> dict[str, object]:
    status = run.status
    said = {"run": run.id, "task": run.task, "dataset": run.dataset, "status": status.state, "step": status.step}
    return {**said, "seconds": status.seconds, "metrics": status.metrics, "reason": status.reason or damage(run.folder)}


def _why(row: Mapping[str, object]) -> str:
    return f". {row['reason']}" if row["reason"] else ""


def _export(arguments: argparse.Namespace) -> int:
    from ssl_core.models.export import export
    from ssl_core.training.events import write_events

    name, places = arguments.run_name, {}
    if arguments.out is None and arguments.tensorboard is None:
        raise SettingsError(f"The following arguments are required: --out or --tensorboard. See '{COMMAND} export --help'.")
    if arguments.onnx and arguments.out is None:
        raise SettingsError("'onnx' is written into the folder that --out names. Give --out too.")
    if arguments.tensorboard is not None:
        places["tensorboard"] = str(write_events(name, arguments.tensorboard))
    if arguments.out is not None:
        places["out"] = str(export(name, arguments.out, arguments.onnx))
    words = [f"{name} is in {places['out']}: see README.md there."] if "out" in places else []
    words += [f"Its metrics are in {places['tensorboard']}: tensorboard --logdir {arguments.tensorboard}"] if arguments.tensorboard else []
    say({"run": name, **places}, arguments.json, " ".join(words))
    return 0


def _film(arguments: argparse.Namespace) -> int:
    from ssl_core.predictions.film import write_film

    film = write_film(arguments.run_name, arguments.out, arguments.curve)
    said = {"run": arguments.run_name, "out": str(arguments.out), "bytes": len(film.data), "frames": film.frames, "seconds": film.seconds}
    words = f"The film of {arguments.run_name} is {arguments.out}: {film.seconds:.0f} s, {len(film.data) / 1e6:.1f} MB."
    say(said, arguments.json, words)
    return 0
