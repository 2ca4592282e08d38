"""RunSpec: what a training run was asked to do, as spec.json keeps it: fields, defaults, older versions, JSON. Nothing here loads torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from ssl_core.jobs.folder import newer
from ssl_core.records.budget import are_stretches
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system.disk import read_json
from ssl_core.types import DataInfo, Measure


@dataclass(frozen=True, kw_only=True)
class RunSpec:
    """Everything that determines a training run; the fields stand in the order of spec.json.

    A field without a default must be in the file. A default stands for what the version that wrote the file didn't know yet.
    """

    kind: str = "train"  # of job
    version: int = 0  # of the job folder
    created: float = 0.0  # seconds since 1970
    task: str
    options: dict[str, Any] = field(default_factory=dict)  # of the task
    backbone: str
    backbone_options: dict[str, Any] = field(default_factory=dict)
    dataset: str
    dataset_options: dict[str, Any] = field(default_factory=dict)
    recipe: Recipe
    steps: int | None = None  # None: as many as the recipe's epochs need, or as `minutes` allow, until the worker has measured that
    minutes: float | None = None  # of learning that were asked for; the worker turns them into `steps` before the first step
    until_stopped: bool = False  # without an end: `steps` is `budget.NEVER`
    began: dict[str, Any] = field(default_factory=dict)  # whose weights it began with: `from`, `digest`, `title`; {}: random ones
    continued: tuple[dict[str, Any], ...] = ()  # stretches by which a finished run went on (`budget.continuation`)
    seed: int = 0
    device: str = "auto"  # auto, cpu, cuda, mps
    precision: str = "auto"  # auto, fp32, bf16
    labels_from: str = "dataset"  # dataset, store (the person's own)
    data: DataInfo
    mean: tuple[float, ...]  # of the training pictures, by channel, in [0, 1]
    std: tuple[float, ...]
    digest: str = ""  # of the training pictures; "" where nobody noted it
    held_out: str = ""  # digest of the held-out pictures; "" where nobody noted it
    range: dict[str, Any] | None = None  # bits that the camera of pictures of 16 bits fills, by which they were read (`images/ranges.py`)
    fixed: tuple[int, ...] = ()  # held-out pictures that are drawn again and again, by their index in the test split
    metric: str = "loss"  # the held-out metric that the run is judged by
    measure: Measure | None = None  # that metric in words
    glance: int = 1  # panels of a row that are enough at a glance
    reference: dict[str, str] = field(default_factory=dict)  # metric that is a simple rival -> its name in words
    watched: dict[str, str] = field(default_factory=dict)  # other metric whose curve is drawn -> its name in a word
    learning: str = ""  # the title while the run trains
    title: str = ""
    group: str = ""  # the first of the runs that differ in their seed alone; "" of a run that was never repeated
    versions: dict[str, str] = field(default_factory=dict)  # of Python and the libraries
    facts: dict[str, Any] = field(default_factory=dict)  # precision and memory format as measured before the first step; {} until then
    other: dict[str, Any] = field(default_factory=dict)  # keys of spec.json that no field is named by: written back as they are

    @classmethod
    def read(cls, plain: dict[str, Any], name: str) -> RunSpec:
        """The spec that the JSON of the run `name` holds.

        Raises:
            SettingsError: a newer version wrote it, a value is of another kind or out of range, or a field without a default is missing.
        """
        if fault := fault_of(plain, name):
            raise SettingsError(fault)
        lacking = [each for each in NEEDED if each not in plain] or [f"data: {each}" for each in SIZES if each not in plain["data"]]
        if lacking:
            raise SettingsError(f"The spec.json of '{name}' lacks '{lacking[0]}': an older version made it, or it is damaged. {REMEDY}")
        said: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in plain.items() if key in JSON_KINDS
        }
        said |= {"recipe": Recipe.read(plain["recipe"], "the recipe"), "data": _data_info(plain["data"], name)}
        said |= {
            "measure": read_measure(plain.get("measure")),
            "versions": dict(plain["versions"]) if isinstance(plain.get("versions"), dict) else {},
        }
        return cls(**said, other={key: value for key, value in plain.items() if key not in JSON_KINDS})

    def plain(self) -> dict[str, Any]:
        """The spec as spec.json holds it."""
        rare = {name: getattr(self, name) for name in RARE}
        said = {each.name: getattr(self, each.name) for each in fields(self) if each.name not in ("other", *rare)}
        said |= {key: list(value) for key, value in said.items() if type(value) is tuple}
        said |= {
            "recipe": _plain_recipe(self.recipe),
            "data": _plain_record(self.data, DATA),
            "measure": _plain_record(self.measure, MEASURE),
        }
        return {**said, **{key: list(value) if key == "continued" else value for key, value in rare.items() if value}, **self.other}


def _json_kind(hint: object) -> tuple[type, ...]:
    """The types that a field's value may have in JSON; for `X | None` those of X, and None."""
    if optional := [each for each in get_args(hint) if each is not NoneType] if NoneType in get_args(hint) else []:
        return (*_json_kind(optional[0]), NoneType)
    return KINDS_OF[get_origin(hint) or hint]


KINDS_OF: dict[object, tuple[type, ...]] = {str: (str,), bool: (bool,), int: (int, float), float: (int, float), tuple: (list,)}
KINDS_OF |= {dict: (dict,), Recipe: (dict,), DataInfo: (dict,), Measure: (dict,)}
JSON_KINDS = {name: _json_kind(hint) for name, hint in get_type_hints(RunSpec).items() if name != "other"}
RARE = ("facts", "range", "held_out", "minutes", "until_stopped", "continued", "began", "group")  # written only where they say something
UNCHECKED = ("kind", "version", "measure", "versions")  # `newer` reads the version; a measure or versions of another kind count as not said
NEEDED = ("task", "backbone", "dataset", "recipe", "data", "mean", "std")  # nothing can stand for these
NAMES = ("task", "backbone", "dataset")  # of them, what a list shows of a run that can't be read
SIZES = ("samples", "classes", "image_size", "colour")  # fields of DataInfo that nothing can stand for
DATA = (*SIZES, "words", "batch_size")  # fields of DataInfo that are always written; newer ones only where they aren't the default
MEASURE = ("title", "unit", "counted", "top", "help")  # the same of Measure
NEWER = ("accumulate", "drop", "nesterov", "room", "warmup_share")  # settings of the recipe that version 1 began without
WORDS = {str: "a text", bool: "true or false", dict: "an object", list: "a list", int: "a number"}
REMEDY = "Train it anew, or delete it."


def fault_of(spec: Mapping[str, object], name: str) -> str:
    """Why this version can do no more with a spec than list it, in a sentence; "" where nothing speaks against it."""
    if told := newer(spec, name):
        return told
    for key, kinds in JSON_KINDS.items():
        if key in spec and key not in UNCHECKED and not isinstance(spec[key], kinds):
            return _damaged(name, key, kinds[0], spec[key])
    if not are_stretches(spec.get("continued", [])):
        return _damaged(name, "continued", list, spec["continued"])
    return ""


def _damaged(name: str, key: str, kind: type, value: object) -> str:
    return f"The spec.json of '{name}' is damaged: '{key}' must be {WORDS[kind]}. Got {str(value)[:60]}. {REMEDY}"


def read_measure(plain: object) -> Measure | None:
    """The measure that a spec's JSON says, None where it isn't there or a field of it is missing."""
    if not isinstance(plain, dict) or not plain.keys() >= set(MEASURE):
        return None
    return Measure(**{key: plain[key] for key in Measure._fields if key in plain})


def _plain_recipe(recipe: Recipe) -> dict[str, object]:
    """A recipe as JSON; newer settings only where they aren't the default, so that earlier programs of version 1 read the spec."""
    usual = Recipe()
    return {key: value for key, value in recipe.plain().items() if key not in NEWER or value != getattr(usual, key)}


def _plain_record(record: DataInfo | Measure | None, always: tuple[str, ...]) -> dict[str, object] | None:
    """A record as JSON: the fields in `always`, and the others where they aren't the default."""
    if record is None:
        return None
    said = {key: list(value) if isinstance(value, tuple) else value for key, value in record._asdict().items()}
    return {key: value for key, value in said.items() if key in always or getattr(record, key) != record._field_defaults[key]}


def _data_info(plain: dict[str, Any], name: str) -> DataInfo:
    known: dict[str, Any] = {key: plain[key] for key in DataInfo._fields if key in plain}
    for key in ("classes", "words", "targets", "forbids"):
        if not isinstance(listed := known.get(key, []), list):
            raise SettingsError(_damaged(name, f"data: {key}", list, listed))
        known[key] = tuple(listed)
    return DataInfo(**known)


def listed_spec(spec: dict[str, Any], name: str) -> tuple[dict[str, Any], str]:
    """The JSON of a spec as lists and pages may read it, and why they can do no more than list it ("" where they can)."""
    fault = fault_of(spec, name)
    if fault:
        nothing = RunSpec(task="", backbone="", dataset="", recipe=Recipe(), data=DataInfo(0, (), 0, True), mean=(), std=()).plain()
        known = {key: spec[key] for key in (*NAMES, "title") if isinstance(spec.get(key), str)}
        return {key: value for key, value in nothing.items() if key not in NEEDED} | {"recipe": {}, "data": {}} | known, fault
    whole = "measure" not in spec or read_measure(spec["measure"])
    return (spec if whole else {**spec, "measure": None}), ""


def less_memory(spec: object) -> str:
    """What to try where memory ran out, with the numbers of the spec's JSON where it says them."""
    recipe = spec.get("recipe") if isinstance(spec, dict) else None
    now = {name: f" (now {recipe[name]})" if isinstance(recipe, dict) and name in recipe else "" for name in ("batch", "image_size")}
    return f"Try a smaller batch{now['batch']} or smaller pictures{now['image_size']}."


def spec_of(folder: Path) -> RunSpec:
    """The spec of a run.

    Raises:
        SettingsError: it is missing, broken, of a newer version, or lacks what nothing can stand for.
    """
    plain = read_json(folder / "spec.json")
    if not isinstance(plain, dict):
        raise SettingsError(f"The run '{folder.name}' can't be read: its spec.json is missing or broken.")
    return RunSpec.read(plain, folder.name)
