"""What there is, as tables: tasks, backbones, data sets, probes, explainers, projectors, settings, runs."""

from __future__ import annotations

from typing import Any

from ssl_core.controls import Control
from ssl_core.library import accounts, browse
from ssl_core.notebook.table import Table, TableColumn, plain
from ssl_core.parts.menu import PartInfo, menu
from ssl_core.reading import files
from ssl_core.records.runs import Run, runs
from ssl_core.settings import Recipe, SettingsError

PART = (plain("name"), plain("title"), plain("help"))
SET = (plain("name"), plain("title"), plain("samples_train", "train pictures", True), plain("samples_test", "test pictures", True))
RUN = (plain("name"), plain("task"), plain("dataset", "data set"), plain("backbone"), plain("state"), plain("step", number=True))


def list_tasks() -> Table:
    """Pretext tasks that `core.train` takes: name, what each does, what it needs of network and data, its presets."""
    columns = (plain("name"), plain("title"), plain("needs"), plain("presets"), plain("help"))
    return Table([{**_part(info), "presets": tuple(info.presets), "paper": info.paper} for info in menu("tasks")], columns, "Pretext tasks")


def list_backbones() -> Table:
    """Networks that `core.train(…, backbone=…)` takes, and `core.load("random:NAME")`."""
    return _parts("backbones", "Backbones")


def list_probes() -> Table:
    """Protocols that `core.probe` and `core.compare` take."""
    return _parts("probes", "Probes")


def list_explainers() -> Table:
    """Ways of saying where a network looks; `core.attend` draws all that fit the network."""
    return _parts("explainers", "Explainers")


def list_projectors() -> Table:
    """Ways of drawing features in the plane, as `core.project` takes them."""
    return _parts("projectors", "Projectors")


def list_datasets() -> Table:
    """Data sets by name: built in, in the data folder, your own; of a folder its `account`; where one isn't ready, why not."""
    unknown = {"samples_train": None, "samples_test": None, "n_classes": None}
    rows = [{**row._asdict(), "n_classes": len(row.classes), **({} if row.ready else unknown)} for row in browse.list_sets()]
    ready = TableColumn("ready", lambda row: "yes" if row["ready"] else row["reason"])
    rows = [{**row, "account": _account_words(row)} for row in rows]
    return Table(rows, (*SET, plain("n_classes", "classes", True), plain("source"), ready), "Data sets")


def _account_words(row: dict[str, Any]) -> str:
    """The account of a folder as a paragraph; "" for a built-in set, and where a folder isn't ready."""
    if row["source"] == "built in" or not row["ready"]:
        return ""
    found = files.index(accounts.set_path(row["name"])).account
    return found.words if found else ""


def list_runs() -> Table:
    """Training runs, the newest first, then those that came with the program; `core.handle(name)` follows one."""
    return Table([_run(run) for run in runs()], (*RUN, plain("metric"), plain("value", "held out", True), plain("reason")), "Runs")


def list_settings(task: str) -> Table:
    """What `core.train(task, …)` takes by name beside its own arguments: the task's settings and the recipe's, with their defaults.

    Raises:
        SettingsError: there is no such task.
    """
    from ssl_core.training.request import default_preset

    found = next((info for info in menu("tasks") if info.name == task), None)
    if found is None:
        raise SettingsError(f"'task' must be one of {', '.join(info.name for info in menu('tasks'))}. Got {str(task)[:60]}.")
    preset = found.presets.get(default_preset(task), {"options": {}, "recipe": {}})
    rows = [_setting(control, task, preset["options"]) for control in found.controls]
    rows += [_setting(control, "recipe", preset["recipe"]) for control in Recipe.controls() if control.name != "backbone"]
    columns = (plain("name"), plain("of"), plain("default"), plain("allowed"), plain("help"))
    return Table(rows, columns, f"Settings of {task}; defaults are those of the preset '{default_preset(task)}'")


def _parts(kind: str, title: str) -> Table:
    return Table([_part(info) for info in menu(kind)], PART, title)


def _part(info: PartInfo) -> dict[str, Any]:
    return {"name": info.name, "title": info.title, "needs": info.needs, "help": info.help}


def _setting(control: Control, owner: str, preset: dict[str, Any]) -> dict[str, Any]:
    default = preset.get(control.name, control.default)
    return {"name": control.name, "of": owner, "default": default, "allowed": control.allowed, "help": control.help}


def _run(run: Run) -> dict[str, Any]:
    status, metric = run.status, str(run.spec.get("metric", "loss"))
    about: dict[str, Any] = {"name": run.id, "title": run.title, "task": run.task, "dataset": run.dataset, "backbone": run.backbone}
    about |= {"state": status.state, "step": status.step, "seconds": status.seconds, "reason": status.reason}
    return {**about, "metric": metric, "value": status.metrics.get(metric), "starter": run.starter}
