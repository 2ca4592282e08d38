"""What this version says of a folder that an earlier one wrote: asked through the door and the command line alone, as plain JSON."""

from __future__ import annotations

import contextlib
import io
import json
import platform
from pathlib import Path
from typing import Any

import torch

import ssl_core as core
from ssl_core.__main__ import main

DONE, STOPPED = "rotation-1", "moco-1"
BASELINE = "random:convnet"
PACKED, LOOSE = "packed", "loose"  # own sets: an archive, and single files
STARTERS = ("rotation-starter", "inpainting-starter")
HIDDEN = "transformer-starter"
UNTRAINED = "untrained:"


def command(*argv: str) -> Any:
    """What a command answers as JSON; its last line."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()) as err:
        code = main([*argv, "--json"])
    assert code == 0, f"{argv} ended with {code}: {out.getvalue()} {err.getvalue()}"
    return json.loads(out.getvalue().splitlines()[-1])


def seen(out: Path) -> dict[str, Any]:
    """Every answer that files of runs and caches hold already. `out`: a folder for the files that commands write."""
    told = {**of_runs(), **of_labels(), **of_jobs(out), **of_starters()}
    plain: dict[str, Any] = json.loads(json.dumps(told, default=_plain))
    return plain


def of_runs() -> dict[str, Any]:
    """Runs as a list, with curve, pictures and the answer of the trained network."""
    own = core.runs(starters=False)
    _, picture = core.sample_pictures()[0]
    answer = core.play(DONE, picture, {"turn": 90})
    assert answer.verdict is not None
    return {
        "runs": command("runs"),
        "titles": {run.id: run.title for run in own},
        "curves": {run.id: [len(curve := core.curve(run.folder)), curve[0], curve[-1]] for run in own},
        "pictures": {run.id: _shown(run.folder) for run in own},
        "damage": {run.id: core.damage(run.folder) for run in own},
        "answer": [panel.caption for panel in answer.panels],
    }


def of_labels() -> dict[str, Any]:
    """Labels and classes by set, what was done and what an undo would take back; own sets with their pictures."""
    store, sets = core.label_store(core.runs_root()), ("scenes", PACKED, LOOSE)
    rows = [row._replace(help="") for row in core.list_sets() if row.source == "yours"]  # the help names the folder
    return {
        "labels": {name: [store.labels(name), store.classes(name), store.state(name).next_undo] for name in sets},
        "history": {name: [past._replace(at=0.0) for past in store.history(name)] for name in sets},
        "sets": rows,
        "squares": {row.name: [core.picture(row.name, "train", i, 12).tolist() for i in range(2)] for row in rows},
    }


def of_jobs(out: Path) -> dict[str, Any]:
    """What was measured: probe, comparison, features, map, shares, few labels."""
    found = core.comparison([DONE, BASELINE])
    drawn = core.layout(DONE, "scenes", "pca")
    answers = {
        "probe": command("probe", DONE),
        "compare": command("compare", DONE, BASELINE),
        "embed": command("embed", DONE, "--layer", "stage2", "--out", str(out / "features.npz")),
        "project": command("project", DONE, "--out", str(out / "map.npz")),
        "shares": core.shares([DONE, UNTRAINED + DONE], "scenes"),
        "few": command("fewshot", DONE, BASELINE, "--dataset", PACKED),
    }
    for name in ("embed", "project"):
        del answers[name]["out"]
    return {**answers, "right": {text: right.tolist() for text, right in found.right.items()}, "map": drawn}


def of_starters() -> dict[str, Any]:
    """What came with the program: runs, their comparison with baselines, maps and shares."""
    found = core.comparison([*STARTERS, BASELINE, "pixels"])
    assert not found.missing and not found.waiting and not found.left_out, found
    maps = {f"{name} {projector}": core.layout(name, None, projector) for name in STARTERS for projector in ("pca", "umap")}
    return {
        "starters": [(run.id, run.title, run.status.metrics) for run in core.runs() if run.starter],
        "starters compared": [row[:1] + row[3:9] for row in found.rows],  # target, and accuracy to seconds
        "starters' maps": {name: [drawn.n, drawn.agreement_plane] for name, drawn in maps.items() if drawn is not None},
        "starters' shares": core.shares([*STARTERS, UNTRAINED + STARTERS[0]], "scenes"),
    }


def losses(folder: Path) -> list[float]:
    """The loss at each step of a run that logs every one."""
    return [line["train"]["loss"] for line in core.curve(folder) if line["train"]]


def machine() -> list[str]:
    """On what losses depend to their last bit, besides the code."""
    processor = Path("/proc/cpuinfo")
    lines = processor.read_text().splitlines() if processor.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())
    return [torch.__version__, torch.backends.cpu.get_cpu_capability(), platform.machine(), model]


def _shown(folder: Path) -> list[Any]:
    shown = core.pictures(folder.name)
    return [shown.step, shown.steps, shown.ids, [[panel.caption for panel in row] for row in shown.rows]]


def _plain(value: Any) -> Any:
    return value.tolist()
