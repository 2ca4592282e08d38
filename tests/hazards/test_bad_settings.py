"""Whatever is given by form, flag, JSON or address is taken, or refused in one sentence: never a traceback.

What is tried comes from the parts' own settings: their names, with values that no person means.
"""

from __future__ import annotations

import contextlib
import io
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from streamlit.testing.v1 import AppTest

from pages._kit.screen import form
from pages._kit.screen.links import PLACES
from ssl_core.__main__ import main
from ssl_core.cli.train import RECIPE_FLAGS
from ssl_core.labels import exchange
from ssl_core.parts import catalogues
from ssl_core.settings import Recipe, Settings, SettingsError
from ssl_core.training.request import ASKED, make_spec

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 1500  # characters of a sentence: it may list what there is, and repeats no more than the beginning of what was given
LONG = "x" * 10_000
NUMBERS = [math.nan, math.inf, -math.inf, 1e308, -1e308, 5e-324, -1, 0, 10**400, 2**63, 0.5]
WORDS = [
    "",
    " ",
    "nan",
    "1e308",
    "-1",
    "0",
    "None",
    "null",
    "\x00",
    "\u202e",
    "ü€😀",
    "<img src=x onerror=alert(1)>",
    "../../etc/passwd",
    LONG,
]
ODD = (
    some.sampled_from([*NUMBERS, *WORDS, None, True, [], {}, [[]], [None], {"a": 1}, [math.nan] * 3, [LONG]])
    | some.integers()
    | some.floats()
)
TEXT = some.sampled_from([*WORDS, "1e400", "[", "[1, 2", "{}", "true", "--", "0x10"]) | some.text(max_size=12)
PARTS = {f"{kind} {name}": part for kind, found in catalogues.ALL.items() for name, part in found.items()}
SCHEMAS: dict[str, type[Settings]] = {name: part.Options for name, part in PARTS.items()} | {"the recipe": Recipe}
SCHEMAS |= {f"play of {name}": part.Play for name, part in PARTS.items() if getattr(part, "Play", None)}
FLAGS = {
    "probe": ("protocol", "layer", "labels-per-class", "seeds", "train-images", "test-images", "image-size", "dataset"),
    "compare": ("protocol", "layer", "labels-per-class", "seeds", "train-images", "test-images", "image-size", "dataset"),
    "embed": ("split", "images", "layer", "image-size", "dataset", "out"),
    "project": ("projector", "layer", "image-size", "dataset", "out"),
    "data": ("image-size",),
    "export": ("out",),
    "resume": ("epochs",),
    "stop": ("json",),
    "work": ("json",),
}


def tried(times: int) -> Any:
    """So many examples, the same ones each time."""
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    return settings(max_examples=times, deadline=None, database=None, derandomize=True, suppress_health_check=checks)


class ReachedError(Exception):
    """The request was granted: now it would be worked."""


@pytest.fixture(scope="module", autouse=True)
def nothing_is_worked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Folders of this module's own, in which no job ever starts."""
    home = tmp_path_factory.mktemp("fuzz")

    def refuse(*_: Any, **__: Any) -> None:
        raise ReachedError

    streamlit.get_option("server.address")  # read once a process, from where it stands: not from the place that we go to
    with pytest.MonkeyPatch.context() as patch:
        for name in ("RUNS", "CACHE", "DATA"):
            patch.setenv(f"SSL_{name}", str(home / name.lower()))
        patch.chdir(home)
        patch.setattr("ssl_core.jobs.worker.work", refuse)
        patch.setattr("ssl_core.library.arrays.decoded", refuse)
        yield


def is_sentence(told: str) -> None:
    assert told.strip() and "\n" not in told.strip() and len(told) < LONGEST and told.rstrip().endswith((".", "…")), told


def values_for(schema: type[Settings]) -> some.SearchStrategy[dict[str, Any]]:
    """Settings by name, and some that aren't there, with odd values."""
    names = [control.name for control in schema.controls()]
    return some.dictionaries(some.sampled_from([*names, *WORDS]) if names else some.sampled_from(WORDS), ODD, max_size=4)


@tried(400)
@given(some.data())
def test_every_parts_settings_take_or_refuse_what_json_may_hold(data: Any) -> None:
    name = data.draw(some.sampled_from(sorted(SCHEMAS)))
    values = data.draw(values_for(SCHEMAS[name]))
    try:
        SCHEMAS[name].read(values, name)
    except SettingsError as refused:
        is_sentence(str(refused))


@tried(400)
@given(some.data())
def test_every_form_takes_or_refuses_what_an_address_may_say(data: Any) -> None:
    controls = SCHEMAS[data.draw(some.sampled_from(sorted(SCHEMAS)))].controls()
    names = [control.name for control in controls]
    values = data.draw(some.dictionaries(some.sampled_from([*names, *WORDS]), TEXT | ODD, max_size=4))
    good, faults = form.prefilled(controls, values, "this")
    assert len(good) + len(faults) == len(values)
    for fault in faults:
        is_sentence(fault)


@tried(60)
@given(some.data())
def test_a_request_is_a_spec_or_a_sentence(data: Any) -> None:
    task = data.draw(some.sampled_from(sorted(catalogues.TASKS)))
    backbone = data.draw(some.sampled_from([None, *sorted(catalogues.BACKBONES)]))
    values = data.draw(some.dictionaries(some.sampled_from(sorted(ASKED)), ODD, max_size=2))
    inner = {
        "options": catalogues.TASKS[task].Options,
        "recipe": Recipe,
        "backbone_options": catalogues.BACKBONES[backbone or "convnet"].Options,
    }
    inner["dataset_options"] = catalogues.DATASETS["scenes"].Options
    asked = {name: data.draw(values_for(schema)) for name, schema in inner.items() if data.draw(some.booleans())}
    try:
        make_spec({"task": task, "backbone": backbone, **asked, **values})
    except SettingsError as refused:
        is_sentence(str(refused))


def command(*argv: str) -> None:
    """The command line grants it, or ends with 2 and one sentence."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.suppress(ReachedError):
        code = main([part.replace("\0", "") for part in argv])  # no system hands a NUL on
        assert code in (0, 2), (argv, code, err.getvalue())
        if code == 2:
            is_sentence(err.getvalue())
    assert "Traceback" not in out.getvalue() + err.getvalue()


@tried(150)
@given(some.data())
def test_training_flags_are_granted_or_refused_in_a_sentence(data: Any) -> None:
    task = data.draw(some.sampled_from(sorted(catalogues.TASKS)))
    names = [control.name for control in catalogues.TASKS[task].Options.controls()] + [
        *RECIPE_FLAGS,
        "preset",
        "backbone",
        "dataset",
        "steps",
    ]
    names += ["seed", "device", "precision", "labels_from", "backbone.width", "dataset.n-train", "dataset.n-test", "nonsense"]
    flags = data.draw(some.dictionaries(some.sampled_from(names), TEXT, min_size=1, max_size=3))
    command("train", data.draw(some.sampled_from([task] * 30 + WORDS)), *(part for flag in flags.items() for part in _flag(*flag)))


def _flag(name: str, value: str) -> list[str]:
    return [f"--{name}={value}"] if value.startswith("-") else [f"--{name}", value]


@tried(200)
@given(some.data())
def test_other_commands_are_granted_or_refused_in_a_sentence(data: Any) -> None:
    name = data.draw(some.sampled_from(sorted(FLAGS)))
    flags = {"out": "x.npz"} if "out" in FLAGS[name] else {}
    flags |= data.draw(some.dictionaries(some.sampled_from(FLAGS[name]), TEXT, max_size=2))
    who = data.draw(
        some.sampled_from(["pixels", "random:convnet", "random:convnet@9" + "9" * 20, "imagenet:nothing", "random:", ":"]) | TEXT
    )
    command(name, *(part for flag in flags.items() for part in _flag(*flag)), "--", who)


JSON = some.recursive(ODD, lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from(WORDS), inner, max_size=3))
ACTION = some.fixed_dictionaries({}, optional=dict.fromkeys(("set", "id", "class", "action", "undo", "more"), ODD))


@tried(300)
@given(JSON | some.lists(ACTION | JSON, max_size=3))
def test_a_request_to_label_is_read_or_refused_in_a_sentence(body: Any) -> None:
    try:
        exchange.read_actions(body)
    except SettingsError as refused:
        is_sentence(str(refused))


ADDRESS = (
    "run",
    "task",
    "backbone",
    "dataset",
    "preset",
    "with",
    "leak",
    "picture",
    "pictures",
    "protocol",
    "beside",
    "new",
    "area",
    "n_train",
)


@pytest.mark.parametrize(("screen", "word"), [(file, WORDS[k % len(WORDS)]) for k, (file, *_) in enumerate(PLACES.values())])
def test_every_screen_opens_whatever_its_address_says(screen: str, word: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # AppTest leaves its own
    app = AppTest.from_file(str(ROOT / "pages" / "main.py"), default_timeout=180)
    if screen != "home.py":
        app.switch_page(screen)
    for name in ADDRESS:
        app.query_params[name] = word or LONG
    app.run()
    assert not app.exception and app.title[0].value
