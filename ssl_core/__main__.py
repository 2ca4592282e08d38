"""The command line: `python -m ssl_core --help`. Flags come from the parts' own settings."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from ssl_core import downloads, jobs
from ssl_core.addresses import megabytes
from ssl_core.runs import Run, folder_of, runs
from ssl_core.saved import damage
from ssl_core.settings import Control, Settings, SettingsError

RECIPE_FLAGS = ("epochs", "batch", "rate", "image_size", "labels_per_class", "optimiser", "schedule", "decay", "warmup", "clip")
PLAIN_FLAGS = ("task", "preset", "backbone", "dataset", "steps", "seed", "device", "precision", "labels_from")
POLITE = 10  # niceness of a training worker
EVALUATION = "ssl_core.commands"  # probe, compare, embed, project


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and ends with 2."""

    def error(self, message: str) -> NoReturn:
        message = re.sub(r"(\S{60})\S+", r"\1…", message)  # a word that was given whole would bury the sentence
        raise SettingsError(f"{message[:1].upper()}{message[1:]}. See '{self.prog} --help'.")


def main(argv: list[str] | None = None) -> int:
    """Exit status 0 done, 1 failed, 2 the request was wrong (one sentence on stderr)."""
    argv = sys.argv[1:] if argv is None else argv
    try:
        for word in argv:
            if word.startswith("--") and word.endswith("=--"):  # argparse would make an empty list of it
                raise SettingsError(f"'{word[:-3][:60]}' needs a value. Got '--'.")
        if argv[:1] == ["train"]:
            return _train(argv[1:])
        arguments = _parser().parse_args(argv)
        with jobs.disk_in_words():
            return int(arguments.run(arguments))
    except SettingsError as error:
        if jobs.leads():
            print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1


def _parser() -> Parser:
    parser = Parser(prog="python -m ssl_core", description="Selfsight's core: train pretext tasks, look, compare.")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser, metavar="COMMAND")
    _add(commands, "parts", "what there is, and what is broken and why", _parts)
    _add(commands, "train", "train a pretext task: 'train TASK --help' lists its settings", lambda a: 2)
    resume = _add(commands, "resume", "go on with a stopped or interrupted run", _resume)
    resume.add_argument("run_name", metavar="RUN")
    resume.add_argument("--epochs", type=float)
    work = _add(commands, "work", "work a job folder", _work)
    work.add_argument("folder", type=Path)
    stop = _add(commands, "stop", "ask a run to save and end", _stop)
    stop.add_argument("run_name", metavar="RUN")
    _add(commands, "runs", "list the runs", _runs)
    data = _add(commands, "data", "what a data set holds; decodes it", _data)
    data.add_argument("name", metavar="NAME|FOLDER")
    data.add_argument("--image-size", type=int, default=32)
    export = _add(commands, "export", "weights as safetensors and a script that loads them", _export)
    export.add_argument("run_name", metavar="RUN")
    export.add_argument("--out", type=Path, required=True)
    downloads.add_command(commands)
    if importlib.util.find_spec(EVALUATION):
        importlib.import_module(EVALUATION).add_commands(commands)
    return parser


def _add(commands: Any, name: str, help_text: str, function: Callable[[Any], int]) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=function)
    return parser


# train: its flags depend on the task


def _train(argv: list[str]) -> int:
    from ssl_core.parts import TASKS
    from ssl_core.request import new_run

    named = bool(argv) and not argv[0].startswith("-")
    parser = _train_parser(TASKS[argv[0]] if named else None)
    arguments = parser.parse_args(argv)
    _unpack(arguments.dataset or "scenes")
    return _work_run(_by_first(lambda: new_run(_asked(arguments))), arguments.json)


def _by_first(make: Callable[[], str]) -> str:
    """A run's name, from the first of those processes that `torchrun` started."""
    from ssl_core.functional import together

    together.join()
    return together.first_finds(make)


def _train_parser(task: Any) -> Parser:
    from ssl_core.parts import BACKBONES, DATASETS, TASKS
    from ssl_core.settings import Recipe

    name = task.name if task else "TASK"
    parser = Parser(prog=f"python -m ssl_core train {name}", description=task.__doc__ if task else f"TASK is one of {', '.join(TASKS)}.")
    parser.add_argument("task", metavar="TASK", choices=list(TASKS))
    parser.add_argument("--preset", help=f"one of {', '.join(task.presets)}" if task else None)
    parser.add_argument("--backbone", help=f"one of {', '.join(BACKBONES)}")
    parser.add_argument("--dataset", help="a data set's name or a folder (default: scenes)")
    parser.add_argument("--steps", type=int, help="instead of --epochs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument("--precision", default="auto", help="auto, fp32 or bf16")
    parser.add_argument("--labels-from", default="dataset", help="dataset or store (labels clicked by hand)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    recipe = {control.name: control for control in Recipe.controls()}
    _flags(parser, "", [recipe[flag] for flag in RECIPE_FLAGS], "recipe/")
    if task:
        _flags(parser, "", task.Options.controls(), "options/")
    for prefix, parts in (("backbone", BACKBONES), ("dataset", DATASETS)):
        for control in _every_control(parts.values()):
            _flags(parser, f"{prefix}.", [control], f"{prefix}_options/")
    return parser


def _every_control(parts: Any) -> list[Control]:
    by_name: dict[str, Control] = {}
    for part in parts:
        options: type[Settings] = part.Options
        by_name.update({control.name: control for control in options.controls()})
    return list(by_name.values())


def _flags(parser: argparse.ArgumentParser, prefix: str, controls: list[Control], place: str) -> None:
    for control in controls:
        flags = dict.fromkeys((f"--{prefix}{control.name.replace('_', '-')}", f"--{prefix}{control.name}"))
        default = "" if control.default is None else f" (default: {control.default})"
        words = f"{control.help} {control.allowed}{default}".replace("%", "%%")
        parser.add_argument(*flags, dest=place + control.name, metavar="VALUE", help=words, default=argparse.SUPPRESS)


def _asked(arguments: argparse.Namespace) -> dict[str, Any]:
    """Flags as `request.make_spec` takes them; texts become numbers where they look like it, the settings check the rest."""
    given = vars(arguments)
    values: dict[str, Any] = {
        name: given[name] for name in ("task", "preset", "backbone", "dataset", "steps", "seed", "device", "precision")
    }
    values["labels_from"] = given["labels_from"]
    for name, value in given.items():
        group, slash, setting = name.partition("/")
        if slash:
            values.setdefault(group, {})[setting] = _plain(setting, value)
    return values


def _plain(name: str, text: str) -> Any:
    if name == "labels_per_class" and text == "all":
        return None
    try:
        return json.loads(text)
    except ValueError:
        return text


def _work_run(name: str, as_json: bool) -> int:
    from ssl_core.work import work

    status = work(folder_of(name), _echo)
    if status.warning and jobs.leads():
        print(status.warning, file=sys.stderr)
    if status.state == "failed":
        print(status.reason, file=sys.stderr)
    answer = {
        "run": name,
        "status": status.state,
        "seconds": round(status.seconds, 3),
        "wall": round(status.wall, 3),
        "metrics": status.metrics,
        "chance": status.chance,
    }
    numbers = ", ".join(f"{key} {value:.3f}" for key, value in status.metrics.items() if value is not None)
    say(answer, as_json, f"{name}: {status.state}. {numbers}")
    return 1 if status.state == "failed" else 0


def _echo(status: jobs.Status) -> None:
    speed = f", {status.speed:.0f} pictures a second" if status.speed else ""
    print(f"{status.state}: {status.stage} {status.step} of {status.steps}{speed}", file=sys.stderr)


def say(answer: Any, as_json: bool, words: str) -> None:
    """The answer as the last line: JSON for programs, words for people."""
    if jobs.leads():
        print(json.dumps(answer) if as_json else words, flush=True)


def _parts(arguments: Any) -> int:
    from ssl_core import library
    from ssl_core.request import broken, menu

    kinds = ("tasks", "backbones", "datasets", "probes", "explainers", "projectors")
    answer: dict[str, Any] = {kind: [_part(info) for info in menu(kind)] for kind in kinds}
    rows = {row.name: row for row in library.list_sets()}
    answer["datasets"] = [{**part, **_ready(rows.get(part["name"]))} for part in answer["datasets"]]
    answer["broken"] = [fault._asdict() for fault in broken()]
    lines = [f"{kind}: {', '.join(part['name'] for part in answer[kind])}" for kind in kinds]
    away = [f"{part['name']} ({megabytes(part['download'])})" for part in answer["datasets"] if part["download"]]
    lines += [f"not here yet: {', '.join(away)}. 'python -m ssl_core fetch NAME' downloads one."] if away else []
    lines += [f"broken: {fault['file']}: {fault['reason']}" for fault in answer["broken"]]
    say(answer, arguments.json, "\n".join(lines))
    return 0


def _part(info: Any) -> dict[str, Any]:
    options = [_option(control) for control in info.controls]
    return {"name": info.name, "title": info.title, "help": info.help, "options": options}


def _ready(row: Any) -> dict[str, Any]:
    """Whether a data set is on this machine, else why not, and how many bytes its download has."""
    return {"ready": row is None or row.ready, "reason": row.reason if row else "", "download": row.download if row else 0}


def _option(control: Control) -> dict[str, Any]:
    default = control.default.plain() if isinstance(control.default, Settings) else control.default
    return {"name": control.name, "kind": control.kind, "default": default, "allowed": control.allowed, "help": control.help}


def _resume(arguments: Any) -> int:
    from ssl_core.request import prolong

    def make() -> str:
        prolong(arguments.run_name, arguments.epochs)
        return str(arguments.run_name)

    return _work_run(_by_first(make), arguments.json)


def _work(arguments: Any) -> int:
    from ssl_core.work import work

    if not (arguments.folder / "spec.json").is_file():
        raise SettingsError(f"'{str(arguments.folder)[:200]}' holds no job: there is no spec.json in it.")
    if _trains(arguments.folder):
        os.nice(POLITE - min(POLITE, os.nice(0)))  # what takes minutes lets those go first who wait for an answer
    status = work(arguments.folder)
    if status.state == "done" and jobs.leads():
        _queue_map(arguments.folder)
    say({**status._asdict()}, arguments.json, f"{arguments.folder.name}: {status.state} {status.reason}")
    return 1 if status.state == "failed" else 0


def _trains(folder: Path) -> bool:
    spec = jobs.read_json(folder / "spec.json")
    return isinstance(spec, dict) and spec.get("kind") == "train"


def _queue_map(folder: Path) -> None:
    """A finished run gets its map by the process that stays warm for maps; SSL_NO_MAPS=1 switches that off."""
    if not _trains(folder) or os.environ.get("SSL_NO_MAPS"):
        return
    from ssl_core.mapping import request_layout

    with contextlib.suppress(SettingsError):
        request_layout(folder.name)


def _stop(arguments: Any) -> int:
    folder = folder_of(arguments.run_name)
    if not jobs.status_of(folder).active:
        raise SettingsError(f"The run '{arguments.run_name}' is not at work, so there is nothing to stop.")
    jobs.stop(folder)
    say({"run": arguments.run_name, "asked": True}, arguments.json, f"{arguments.run_name} was asked to save and end.")
    return 0


def _runs(arguments: Any) -> int:
    rows = [_row(run) for run in runs()]
    words = "\n".join(f"{row['run']}: {row['status']}, step {row['step']}, {row['dataset']}{_why(row)}" for row in rows)
    say(rows, arguments.json, words or "No runs yet.")
    return 0


def _row(run: Run) -> dict[str, Any]:
    status = run.status
    said = {"run": run.id, "task": run.task, "dataset": run.dataset, "status": status.state, "step": status.step}
    return {**said, "seconds": status.seconds, "metrics": status.metrics, "reason": status.reason or damage(run.folder)}


def _why(row: dict[str, Any]) -> str:
    return f". {row['reason']}" if row["reason"] else ""


def _data(arguments: Any) -> int:
    from ssl_core import library

    answer: dict[str, Any] = {"name": arguments.name, "note": _unpack(arguments.name)}
    for split in ("train", "test"):
        info = library.open_set(arguments.name, split, arguments.image_size).info
        decoded = library.decoded(arguments.name, split, arguments.image_size, report=lambda done, of: _count(done, of))
        answer[split] = {"samples": len(decoded.label_N), "skipped": decoded.skipped}
        answer["classes"] = list(info.classes)
    answer["table"] = library.remarks(arguments.name)
    words = f"{arguments.name}: {answer['train']['samples']} + {answer['test']['samples']} pictures, {len(answer['classes'])} classes"
    words = f"{words}. {answer['note']}".removesuffix(". ")
    amiss = [*answer["train"]["skipped"], *answer["test"]["skipped"], *answer["table"]]
    say(answer, arguments.json, "\n".join([words, *(f"  {file}: it {reason}" for file, reason in amiss)]))
    return 0


def _unpack(name: str) -> str:
    """Unpacks a set's archives where that has to be done first; what else is to be known of the set."""
    from ssl_core import library

    told = -1

    def report(done: int, of: int) -> None:
        nonlocal told
        if of > 10**7 and 10 * done // of > told:
            told = 10 * done // of
            print(f"unpacking {done / 1e6:,.0f} of {of / 1e6:,.0f} MB", file=sys.stderr)

    return library.unpack_set(name, report)


def _count(done: int, of: int) -> None:
    print(f"reading pictures {done} of {of}", file=sys.stderr)


def _export(arguments: Any) -> int:
    from ssl_core.exports import export

    folder = export(arguments.run_name, arguments.out)
    say({"run": arguments.run_name, "out": str(folder)}, arguments.json, f"{arguments.run_name} is in {folder}: see load.py there.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
