"""Commands that start, continue or stop a job: train, resume, go-on, work, stop. The flags of train come from the parts' own settings."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssl_core.cli.base import Parser, add, say, say_doubts
from ssl_core.cli.data import unpack_set_now
from ssl_core.cli.flags import add_flags, every_control, grouped
from ssl_core.jobs import start
from ssl_core.jobs.kinds import kind_of
from ssl_core.jobs.spare import become_worker, wait_for_job
from ssl_core.jobs.status import Status, far, slow_in_words, status_of
from ssl_core.records.budget import only_one
from ssl_core.records.runs import folder_of, run
from ssl_core.records.verdict import CurveVerdict, verdict_of
from ssl_core.settings import SettingsError
from ssl_core.system.origin import COMMAND
from ssl_core.system.processes import is_main

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands
    from ssl_core.tasks.base import PretextTask

RECIPE_FLAGS = (
    *("epochs", "batch", "accumulate", "rate", "image_size", "labels_per_class"),
    *("optimiser", "schedule", "decay", "warmup_share", "warmup", "clip"),
)
SPARE = "-"  # in place of a folder: the process loads what a training needs and reads the folder from stdin
PLAIN_FLAGS = (
    *("task", "from", "preset", "backbone", "dataset", "steps", "minutes", "until_stopped"),
    *("seed", "device", "precision", "labels_from", "title"),
)


def add_commands(commands: Commands) -> None:
    """Adds train, resume, go-on, work and stop."""
    add(commands, "train", "train a pretext task: 'train TASK --help' lists its settings", lambda a: 2)
    resume = add(commands, "resume", "go on with a stopped or interrupted run", _resume)
    resume.add_argument("run_name", metavar="RUN")
    resume.add_argument("--epochs", type=float, help="a new end, in epochs")
    resume.add_argument("--steps", type=int, help="a new end, in steps")
    further = add(commands, "go-on", "let a finished run learn for longer", _go_on)
    further.add_argument("run_name", metavar="RUN")
    further.add_argument("--minutes", type=float, help="more minutes")
    further.add_argument("--epochs", type=float, help="more epochs")
    further.add_argument("--steps", type=int, help="more steps")
    further.add_argument("--until-stopped", action="store_true", help="at a constant rate until 'stop RUN'")
    work = add(commands, "work", "work a job folder", _work)
    work.add_argument("folder", type=Path)
    stop = add(commands, "stop", "ask a run to save and end", _stop)
    stop.add_argument("run_name", metavar="RUN")
    stop.add_argument("--as-promised", action="store_true", help="once the minutes that it was asked for are over")


# train: its flags depend on the task


def train_command(argv: list[str]) -> int:
    """Makes a run from the flags of train and works it; the exit status."""
    from ssl_core.parts.catalogues import TASKS
    from ssl_core.training.request import new_run

    named = bool(argv) and not argv[0].startswith("-")
    parser = _train_parser(TASKS[argv[0]] if named else None)
    arguments = parser.parse_args(argv)
    unpack_set_now(arguments.dataset or "scenes")
    say_doubts(arguments.dataset or "scenes")
    name = _by_first(lambda: new_run(_asked(arguments)))
    return _work_seeds(name, arguments.seeds, arguments.json) if arguments.seeds > 1 else _work_run(name, arguments.json)


def _work_seeds(name: str, count: int, as_json: bool) -> int:
    """Works a run, then the same with other seeds, each with its line; the exit status of the last that failed, else 0."""
    from ssl_core.training.seeds import more_seeds

    failed = _work_run(name, as_json)
    made = list(map(str, _by_first(lambda: ",".join(more_seeds(name, count - 1))).split(",")))
    return max([failed, *(_work_run(each, as_json) for each in made)])


def _by_first(make: Callable[[], str]) -> str:
    """The run's name that `make` returns, called by rank 0 alone and broadcast to the other processes that `torchrun` started."""
    from ssl_core.functional import distributed

    distributed.join()
    return distributed.once(make)


def _train_parser(task: type[PretextTask] | None) -> Parser:
    from ssl_core.parts.catalogues import BACKBONES, DATASETS, TASKS
    from ssl_core.settings import Recipe

    name = task.name if task else "TASK"
    parser = Parser(prog=f"{COMMAND} train {name}", description=task.__doc__ if task else f"TASK is one of {', '.join(TASKS)}.")
    parser.add_argument("task", metavar="TASK", choices=list(TASKS))
    parser.add_argument("--preset", help=f"one of {', '.join(task.presets)}" if task else None)
    parser.add_argument("--from", help="a run or imagenet:MODEL, whose weights it begins with (default: random ones)")
    parser.add_argument("--backbone", help=f"one of {', '.join(BACKBONES)} (with --from: the same as there)")
    parser.add_argument("--dataset", help="a data set's name or a folder (default: scenes)")
    parser.add_argument("--minutes", type=float, help="of learning, instead of --epochs: a trial at the start tells how many steps that is")
    parser.add_argument("--until-stopped", action="store_true", help="instead of --epochs: learns at a constant rate until 'stop RUN'")
    parser.add_argument("--steps", type=int, help="instead of --epochs; a stream needs one of --steps, --minutes, --until-stopped")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--title", help="its name in lists (default: the task and a number)")
    parser.add_argument("--seeds", type=int, default=1, help="so many runs, one after the other, which differ in the seed (default: 1)")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument("--precision", default="auto", help="auto, fp32 or bf16")
    parser.add_argument("--labels-from", default="dataset", help="dataset or store (labels clicked by hand)")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    recipe = {control.name: control for control in Recipe.controls()}
    add_flags(parser, "", [recipe[flag] for flag in RECIPE_FLAGS], "recipe/")
    if task:
        add_flags(parser, "", task.Options.controls(), "options/")
    for prefix, parts in (("backbone", BACKBONES), ("dataset", DATASETS)):
        for control in every_control(part.Options for part in parts.values()):
            add_flags(parser, f"{prefix}.", [control], f"{prefix}_options/")
    return parser


def _asked(arguments: argparse.Namespace) -> dict[str, Any]:
    """The flags as `training.request.new_run` takes them."""
    given, parts = vars(arguments), grouped(vars(arguments))
    lengths = {name: given[name] for name in ("steps", "minutes", "until_stopped")}
    only_one({**lengths, "epochs": parts.get("recipe", {}).get("epochs")})
    return {name: given[name] for name in PLAIN_FLAGS} | parts


def _work_run(name: str, as_json: bool) -> int:
    from ssl_core.jobs.worker import work

    status = work(folder_of(name), _echo)
    if status.warning and is_main():
        print(status.warning, file=sys.stderr)
    if status.state in ("failed", "interrupted"):
        print(status.reason, file=sys.stderr)
    found = _verdict(name)
    answer = {
        "run": name,
        "status": status.state,
        "seconds": round(status.seconds, 3),
        "wall": round(status.wall, 3),
        "metrics": status.metrics,
        "chance": status.chance,
        "verdict": found._asdict() if found else None,
    }
    numbers = ", ".join(f"{key} {value:.3f}" for key, value in status.metrics.items() if value is not None)
    verdict = f"{found.words} {found.next}" if found and status.state in ("done", "stopped") else ""
    say(answer, as_json, " ".join(filter(None, (f"{name}: {status.state}.", numbers and f"{numbers}.", verdict))).rstrip())
    return 1 if status.state in ("failed", "interrupted") else 0


def _verdict(name: str) -> CurveVerdict | None:
    """The verdict on a run; None where its folder was deleted meanwhile."""
    try:
        return verdict_of(run(name))
    except SettingsError:
        return None


def _echo(status: Status) -> None:
    speed = f", {status.speed:.0f} pictures a second" if status.speed else ""
    print(f"{status.state}: {far(status)}{speed}{slow_in_words(status)}", file=sys.stderr)


def _resume(arguments: argparse.Namespace) -> int:
    from ssl_core.training.request import prolong

    def make() -> str:
        prolong(arguments.run_name, arguments.epochs, arguments.steps)
        return str(arguments.run_name)

    return _work_run(_by_first(make), arguments.json)


def _go_on(arguments: argparse.Namespace) -> int:
    from ssl_core.training.onward import lengthen

    def make() -> str:
        given = vars(arguments)
        lengthen(arguments.run_name, **{name: given[name] for name in ("minutes", "epochs", "steps", "until_stopped")})
        print(run(arguments.run_name).continued_words, file=sys.stderr)
        return str(arguments.run_name)

    return _work_run(_by_first(make), arguments.json)


def _work(arguments: argparse.Namespace) -> int:
    from ssl_core.jobs.worker import work

    if str(arguments.folder) == SPARE:
        if (folder := wait_for_job()) is None:
            return 0
        become_worker(folder)
        arguments.folder = folder
    if not (arguments.folder / "spec.json").is_file():
        raise SettingsError(f"'{str(arguments.folder)[:200]}' holds no job: there is no spec.json in it.")
    if (kind := kind_of(arguments.folder)) and kind.niceness:
        os.nice(max(0, kind.niceness - os.nice(0)))
    status = work(arguments.folder)
    say({**status._asdict()}, arguments.json, f"{arguments.folder.name}: {status.state} {status.reason}")
    return 1 if status.state in ("failed", "interrupted") else 0


def _stop(arguments: argparse.Namespace) -> int:
    folder = folder_of(arguments.run_name)
    if not status_of(folder).active:
        raise SettingsError(f"The run '{arguments.run_name}' is not at work, so there is nothing to stop.")
    (start.stop_as_promised if arguments.as_promised else start.stop)(folder)
    when = " at the minutes that were asked for" if arguments.as_promised else ""
    say({"run": arguments.run_name, "asked": True}, arguments.json, f"{arguments.run_name} was asked to save and end{when}.")
    return 0
