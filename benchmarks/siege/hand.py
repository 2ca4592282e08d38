"""A process that changes readings as a terminal or a notebook does: `python -m benchmarks.siege.hand` takes an order a line, and answers.

An order is JSON with `do`, the name of a function of ORDERS, and its arguments. The answer is {"done": …}, {"refused": the sentence of a
SettingsError} or {"fault": any other exception}.
"""

from __future__ import annotations

import json
import sys
import threading
import traceback
from collections.abc import Callable
from typing import Any

import ssl_core as core
from ssl_core.jobs.start import reap
from ssl_core.library.accounts import set_path
from ssl_core.library.sets import labels
from ssl_core.reading import chosen, files
from ssl_core.records.runs import folder_of
from tests.help.small import NARROW

SET, COMPARED, PROTOCOL = "mine", ["pixels"], "knn"
STEPS = 12  # of a run
SPLITS = ("train", "test")


def add(path: str) -> str:
    """Makes a folder a data set."""
    return core.add_folder(SET, path)


def choose(choice: dict[str, Any]) -> dict[str, Any]:
    """Keeps a choice; the one before."""
    return core.choose(SET, core.Choice.read(choice)).plain()


def choose_two(choices: list[dict[str, Any]]) -> list[str]:
    """Two people choose at the same moment; what each was told that went wrong."""
    told: list[str] = []

    def one(choice: dict[str, Any]) -> None:
        try:
            choose(choice)
        except core.SettingsError:
            told.append("refused")
        except Exception as error:  # a fault of the product: counted by the siege
            told.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=one, args=(choice,)) for choice in choices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def accept() -> None:
    """The reading with an account."""
    core.accept(SET)


def first() -> None:
    """The reading from before."""
    core.keep_first(SET)


def answer() -> str:
    """Answers the first open question by "as it is"; the question, "" where none is open."""
    questions = core.reading_of(SET).questions
    if questions:
        core.answer_as_is(SET, questions[0].words)
    return questions[0].words if questions else ""


def look() -> None:
    """Starts a look at the pixels."""
    core.request_look(SET)


def looking() -> bool:
    """Whether a look is at work or waits."""
    reap()
    status = core.look_status(SET)
    return status is not None and status.active


def comparing() -> bool:
    """Whether a comparison is at work or waits."""
    return bool(core.comparison(COMPARED, SET, PROTOCOL).waiting)


def stop_look() -> None:
    """Stops it."""
    core.stop_look(SET)


def compare() -> None:
    """Asks for a comparison."""
    core.request_comparison(COMPARED, SET, PROTOCOL)


def train() -> str:
    """Starts a run on the set; its name."""
    small: dict[str, Any] = {"backbone": "convnet", "backbone_options": NARROW["convnet"], "precision": "fp32", "device": "cpu"}
    recipe = {"batch": 8, "image_size": 16}
    return core.start_training({"task": "rotation", "dataset": SET, "steps": STEPS, "recipe": recipe, **small})


def resume(name: str) -> str:
    """Has a run go on."""
    return core.resume(name)


def run(name: str) -> dict[str, Any]:
    """How a run stands, and whether the pictures are those it began with."""
    reap()
    spec, status = core.read_json(folder_of(name) / "spec.json"), core.run(name).status
    now = core.open_set(SET, "train", 16).digest()
    return {"state": status.state, "step": status.step, "reason": status.reason, "pid": status.pid, "same": spec["digest"] == now}


def kept() -> dict[str, Any]:
    """What is kept of the reading."""
    found = chosen.chosen(set_path(SET))
    return {"version": found.version, "choice": found.choice.plain(), "answered": list(found.answered)}


def state() -> dict[str, Any]:
    """Everything that can be seen of the set at this moment: reading, account, files, labels, and finished results."""
    reap()
    files.forget()
    reading = core.reading_of(SET)
    account = reading.account or reading.offered
    store = core.label_store(core.runs_root())
    data = {split: core.open_set(SET, split) for split in SPLITS}
    names = {split: [data[split].info.classes[k] if k >= 0 else "" for k in labels(data[split])] for split in SPLITS}
    return {
        "version": 2 if reading.account else 1,
        "rows": sum(row.files for row in account.rows) if account else -1,
        "file_of": store.files(SET),
        "mark_of": store.marks(SET),
        "labels": store.labels(SET),
        "away": store.state(SET).away,
        "classes": {str(core.PictureId(split, i)): name for split in SPLITS for i, name in enumerate(names[split])},
        "look": _looked(),
        "compared": _compared(),
    }


def _looked() -> dict[str, Any] | None:
    """What a finished look says of the files as they are now."""
    seen = core.look(SET)
    if seen is None:
        return None
    found = core.leaks(SET)
    ids = core.picture_ids(SET)
    twins = [[str(ids[name]) for name in group if name in ids] for group in seen.same_bytes]
    leaking = [str(ids[leak.test]) for leak in found.found] if found else []
    return {"pictures": seen.pictures, "unreadable": len(seen.unreadable), "twins": twins, "leaking": leaking}


def _compared() -> dict[str, Any] | None:
    """A finished comparison on the pictures as they are now: the class by name of each scored picture."""
    try:
        found = core.comparison(COMPARED, SET, PROTOCOL)
    except core.SettingsError as error:
        return {"refused": str(error)}
    if not found.scored:
        return None
    return {"classes": dict(zip(found.ids, (found.classes[k] for k in found.label_S.tolist()), strict=True)), "train": found.n_train}


ORDERS: dict[str, Callable[..., Any]] = {
    each.__name__: each
    for each in (
        add,
        choose,
        choose_two,
        accept,
        first,
        answer,
        look,
        looking,
        stop_look,
        compare,
        comparing,
        train,
        resume,
        run,
        kept,
        state,
    )
}


def obey(line: str) -> dict[str, Any]:
    """The answer to an order."""
    order = json.loads(line)
    try:
        return {"done": ORDERS[order.pop("do")](**order)}
    except core.SettingsError as error:
        return {"refused": str(error)}
    except Exception as error:  # a fault of the product: counted by the siege
        return {"fault": f"{type(error).__name__}: {error}", "where": traceback.format_exc()}


def main() -> None:
    """Obeys until its input ends."""
    for line in sys.stdin:
        print(json.dumps(obey(line)), flush=True)


if __name__ == "__main__":
    main()
