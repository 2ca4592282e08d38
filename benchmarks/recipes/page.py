"""docs/recipes.csv and docs/recipes.md from the trials that are done.

Axes: T seed, S picture kept aside.
"""

from __future__ import annotations

import csv
import statistics
from collections.abc import Iterable
from typing import Any

import numpy as np

from benchmarks.__main__ import machine
from benchmarks.recipes.settings import AS_IT_WAS, CHOSEN, FIRST, SEARCHED, VARIED, Searched, Setting
from benchmarks.recipes.trial import ASIDE, BUDGET, BUILD, FIT, GOOD, PROBES, ROOT, Trial
from ssl_core.functional.metrics.draws import difference_over_draws
from ssl_core.functional.metrics.intervals import paired_difference
from ssl_core.parts.catalogues import TASKS
from ssl_core.system.disk import read_json

TABLE, PAGE = ROOT / "docs" / "recipes.csv", ROOT / "docs" / "recipes.md"
COLUMNS = ("method", "dataset", "setting", "seed", "share", "step_ms", "steps", "state", "metric", "held_out", "good_at", *PROBES, "commit")
SEEDS, SHORT = (0, 1, 2), 0.6  # of a comparison; the short one's share of the budget
SHORTEST = "Muon 8e-3, batch 32, 1 epoch"  # the setting of FIRST that VARIED changes
HEADING = 4  # lines of a table without rows, its title included
HEAD = f"""# Recipes: what the same minute gives

`SSL_DATA=<folder with cifar10> python -m benchmarks.recipes search`, then `seeds`, `first` and `page`.

Presets for a processor are chosen by what their features are worth after {BUDGET:.0f} s of processor time on one core. The time of a
step is measured first (a low quantile over 4 s of steps, so that other programs' work doesn't count) and sets the number of steps, over
which warm-up and schedule stretch. Photographs are CIFAR-10's train part as JPEG: 45 000 to learn from, {ASIDE:,} kept aside to measure on;
the test part is never read. Scenes are an album of their own. Linear probe and 200 neighbours on the deepest pooled layer, fitted on
{FIT:,} pictures that were learnt from; one figure's standard error is about 0.7 points. Muon moves hidden weights only, AdamW the others.
""".replace(",000", " 000")


def record_of(trial: Trial) -> dict[str, Any] | None:
    """The record of a trial; None until it is done."""
    found: dict[str, Any] | None = read_json(BUILD / "trials" / f"{trial.key}.json", None)
    return None if found is None else {"dataset": trial.method.dataset, **found}


def right_of(trials: Iterable[Trial], probe: str) -> np.ndarray | None:
    """bool T x S: whether each picture kept aside was right, by seed; None until all are done."""
    paths = [BUILD / "right" / f"{trial.key}.npz" for trial in trials]
    if not all(path.exists() for path in paths):
        return None
    return np.stack([np.load(path)[probe] for path in paths])


def write() -> None:
    """Writes the table of all trials and the page."""
    kept = [record for path in sorted((BUILD / "trials").glob("*.json")) if (record := read_json(path, None))]
    with open(TABLE, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(kept)
    parts = [HEAD, *first_minute(), *compared(), "## Settings tried\n", *(line for method in SEARCHED for line in searched(method))]
    PAGE.write_text("\n".join([*parts, f"Machine: {machine()}.", ""]), encoding="utf-8")


def points(value: float | None) -> str:
    """A share in points of 100."""
    return "" if value is None else f"{100 * value:.1f}"


def held_out(record: dict[str, Any]) -> str:
    """A method's own measure on held-out pictures, in its unit."""
    value, unit = record["held_out"], TASKS[record["method"]].measure.unit
    return "" if value is None else f"{points(value)} %" if unit == "%" else f"{value:.1f} {unit}"


def searched(method: Searched) -> list[str]:
    """The table of a method's settings, each tried once with seed 0."""
    lines = [f"### {TASKS[method.task].name}, on {method.dataset}", "", "| setting | step | steps | held out | linear | 200 neighbours |"]
    lines.append("|" + "---|" * 6)
    for setting in method.settings:
        if (record := record_of(Trial(method, setting))) is None:
            continue
        mark = "**" if CHOSEN.get(method.task, AS_IT_WAS) == setting.name else ""
        cells = [f"{mark}{setting.name}{mark}", f"{record['step_ms']:.0f} ms", str(record["steps"])]
        cells += [held_out(record), *(points(record.get(probe)) for probe in PROBES)]
        lines.append("| " + " | ".join(cells if record["state"] == "done" else [*cells[:3], record["reason"], "", ""]) + " |")
    return (
        [*lines, ""]
        if len(lines) > HEADING
        else [f"{TASKS[method.task].name}: not searched yet; its preset is as it was, but for the warm-up.", ""]
    )


def compared() -> list[str]:
    """The chosen settings beside those before, with three seeds."""
    head = "| method | setting | linear | difference | neighbours | difference | with 60 % of the time, seed 0: linear; neighbours |"
    lines = [
        "## Chosen, with three seeds",
        "",
        "Before → now. Differences are paired, over pictures and seeds, with 95 % intervals, in points.",
        "",
    ]
    rows = [row for method in SEARCHED if (row := compared_row(method))]
    return [*lines, head, "|" + "---|" * 7, *rows, ""]


def compared_row(method: Searched) -> str:
    """A method's row, "" where its trials aren't done or nothing was chosen."""
    if method.task not in CHOSEN:
        return ""
    before, now = ([Trial(method, method.setting(name), seed) for seed in SEEDS] for name in (AS_IT_WAS, CHOSEN[method.task]))
    short = [Trial(method, method.setting(CHOSEN[method.task]), SEEDS[0], SHORT)]
    cells, shorter = [method.task, CHOSEN[method.task]], []
    for probe in PROBES:
        old_TS, new_TS, short_TS = (right_of(trials, probe) for trials in (before, now, short))
        if old_TS is None or new_TS is None or short_TS is None:
            return ""
        cells += [f"{points(old_TS.mean())} → {points(new_TS.mean())}", difference(new_TS, old_TS)]
        shorter.append(difference(short_TS, old_TS[:1]))
    return "| " + " | ".join([*cells, "; ".join(shorter)]) + " |"


def difference(one_TS: np.ndarray, other_TS: np.ndarray) -> str:
    """A paired difference with its interval, in points; of a single seed over pictures alone."""
    found = difference_over_draws(one_TS, other_TS) if len(one_TS) > 1 else paired_difference(one_TS[0], other_TS[0])
    return f"{100 * found.value:+.1f} [{100 * found.lo:+.1f}, {100 * found.hi:+.1f}]"


def first_minute() -> list[str]:
    """Rotation's settings on scenes: when held-out turns are good, and how good at the end; medians of five seeds."""
    found = {each.name: [record for seed in range(5) if (record := record_of(Trial(FIRST, each, seed, 0)))] for each in FIRST.settings}
    if not all(found.values()):
        return []
    lines = ["## The first minute: rotation on scenes", ""]
    lines += [
        f"Medians of five seeds, on one core: when {points(GOOD)} % of held-out turns are right (256 pictures), and at the end (2 000).",
        "Steps of all settings were timed in turn, by this version: what it computes faster, it does for the recipe of before too.",
        "Rotation's preset (Muon 8e-3, 1.25 epochs) was chosen by this table; after 60 s on photographs half of its rate is worth more",
        "(below). The last row takes as long as the run of before.",
        "",
    ]
    lines += ["| setting | step | steps | good after | beside before | at the end | time of all steps |", "|" + "---|" * 7]
    before = good_seconds(found[AS_IT_WAS])
    for name, records in found.items():
        step, steps = records[0]["step_ms"] / 1000, records[0]["steps"]
        cells = [name, f"{1000 * step:.0f} ms", str(steps), f"{good_seconds(records):.1f} s", f"{good_seconds(records) / before:.2f}"]
        cells += [f"{points(statistics.median(record['held_out'] for record in records))} %", f"{step * steps:.0f} s"]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, "", *varied()]


def varied() -> list[str]:
    """What else was tried in the short run, one thing at a time."""
    first = FIRST.setting(SHORTEST)
    found = [(first._replace(name="nothing"), record_of(Trial(FIRST, first, 0, 0)))]
    found += [(each, record_of(Trial(VARIED, each, 0, 0))) for each in VARIED.tried]
    if not all(record for _, record in found):
        return []
    told = f"One thing changed at a time in “{SHORTEST}”, as many turned pictures each, seed 0 (`python -m benchmarks.recipes varied`)."
    lines = [told, "", "| changed | steps | good after | turned pictures until then | at the end |", "|" + "---|" * 5]
    return [*lines, *(varied_row(setting, record) for setting, record in found if record), ""]


def varied_row(setting: Setting, record: dict[str, Any]) -> str:
    """A row of what was changed; "never" where the run ended before it was good."""
    step, batch = record["good_at"], setting.recipe.get("batch", VARIED.recipe["batch"])
    turns = 1 if setting.options.get("copies") == "one" else 4
    good = ["never", ""] if step is None else [f"step {step}", f"{step * batch * turns:,}".replace(",", " ")]
    return "| " + " | ".join([setting.name, str(record["steps"]), *good, f"{points(record['held_out'])} %"]) + " |"


def good_seconds(records: list[dict[str, Any]]) -> float:
    """Seconds of one core until GOOD, the median over seeds; a seed that never gets there counts as infinite."""
    return statistics.median(
        float("inf") if record["good_at"] is None else record["good_at"] * record["step_ms"] / 1000 for record in records
    )
