"""The first ten losses of each task, with the options and the recipe that gave them: a preset may change without them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
STEPS = 10


def asked(task: str) -> dict[str, Any]:
    """The stored options and recipe of a task, as `small_run` takes them; {} for a task that has none yet."""
    path = FOLDER / f"{task}.json"
    if not path.exists():
        return {}
    stored = json.loads(path.read_text(encoding="utf-8"))
    return {"options": stored["options"], "recipe": stored["recipe"]}


def losses(task: str) -> list[float]:
    """The stored losses of a task, step by step."""
    stored: list[float] = json.loads((FOLDER / f"{task}.json").read_text(encoding="utf-8"))["losses"]
    return stored


def write(task: str, options: dict[str, Any], recipe: dict[str, Any], found: list[float]) -> None:
    """Stores what was asked for and the losses it gave, a line each."""
    lines = {"options": options, "recipe": recipe, "losses": [round(loss, 6) for loss in found]}
    text = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in lines.items())
    (FOLDER / f"{task}.json").write_text(f"{{\n{text}\n}}\n", encoding="utf-8")
