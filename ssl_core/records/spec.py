"""What a run's spec.json says, whatever version or hand wrote it: filled in, or refused in a sentence. Nothing here loads torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ssl_core.jobs.folder import newer
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system.disk import read_json

NEEDED = {"task": str, "backbone": str, "dataset": str, "recipe": dict, "data": dict, "mean": list, "std": list}  # nothing stands for these
USUAL = {  # what stands for a setting that the version didn't know yet
    "created": 0.0,
    "title": "",
    "learning": "",
    "metric": "loss",
    "glance": 1,
    "fixed": [],
    "reference": {},
    "watched": {},
    "digest": "",
    "options": {},
    "backbone_options": {},
    "dataset_options": {},
    "seed": 0,
    "device": "auto",
    "precision": "auto",
    "labels_from": "dataset",
}
DATA = ("samples", "classes", "image_size", "colour")
MEASURE = {"title", "unit", "counted", "top", "help"}
WORDS = {str: "a text", dict: "an object", list: "a list", int: "a number", float: "a number"}
REMEDY = "Train it anew, or delete it."


def fault_of(spec: dict[str, Any], name: str) -> str:
    """Why this version can do no more with a spec than list it, in a sentence; "" where nothing speaks against it."""
    if told := newer(spec, name):
        return told
    kinds_of: dict[str, type] = {**NEEDED, **{field: type(value) for field, value in USUAL.items()}}
    for field, kind in kinds_of.items():
        kinds: tuple[type, ...] = (int, float) if kind in (int, float) else (kind,)
        if field in spec and not isinstance(spec[field], kinds):
            return f"The spec.json of '{name}' is damaged: '{field}' must be {WORDS[kind]}. Got {str(spec[field])[:60]}. {REMEDY}"
    return ""


def listed_spec(spec: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    """A spec as lists and pages may read it, and why they can do no more than list it ("" where they can)."""
    fault = fault_of(spec, name)
    if fault:
        kept = {field: spec[field] for field, kind in NEEDED.items() if isinstance(spec.get(field), kind) and kind is str}
        title = spec.get("title")
        return {"kind": "train", **USUAL, "data": {}, "recipe": {}, **kept, "title": title if isinstance(title, str) else ""}, fault
    measure = spec.get("measure")
    whole = isinstance(measure, dict) and measure.keys() >= MEASURE
    return (spec if whole or "measure" not in spec else {**spec, "measure": None}), ""


def spec_of(folder: Path) -> dict[str, Any]:
    """The spec of a run, with what an older version didn't say filled in.

    Raises:
        SettingsError: it is missing, broken, of a newer version, or lacks what nothing can stand for.
    """
    spec = read_json(folder / "spec.json")
    if not isinstance(spec, dict):
        raise SettingsError(f"The run '{folder.name}' can't be read: its spec.json is missing or broken.")
    if fault := fault_of(spec, folder.name):
        raise SettingsError(fault)
    lacking = [name for name in NEEDED if name not in spec] or [f"data: {name}" for name in DATA if name not in spec["data"]]
    if lacking:
        raise SettingsError(f"The spec.json of '{folder.name}' lacks '{lacking[0]}': an older version made it, or it is damaged. {REMEDY}")
    return {**USUAL, "steps": None, **spec, "recipe": {**Recipe().plain(), **spec["recipe"]}}
