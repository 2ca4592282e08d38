"""A task, a probe, an explainer and a projector are one new file each: dropped into a copy of the tree, each is found wherever parts are.

The task is the example of CONTRIBUTING.md.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

from tests.help.copied import copy_tree, printed

NAME = "bright"
LONGEST = 30  # lines that say something
PROBE = '''
"""The nearest class mean."""
import numpy as np
from ssl_core.probes.base import Probe, ProbeTarget, Scores

class Nearest(Probe):
    """Names the class whose mean lies nearest (prototypes)."""

    title = "Nearest mean"
    asks = "does the nearest class mean name correctly"
    how = "means of"

    def score(self, target, rng):
        train, test = target.labelled("train"), target.labelled("test")
        classes = np.unique(train.label_S)
        means = np.stack([train.features_SD[train.label_S == k].mean(0) for k in classes])
        far = ((test.features_SD[:, None] - means[None]) ** 2).sum(2)
        guess = classes[far.argmin(1)]
        return Scores(guess == test.label_S, guess.astype(np.int64), {})
'''
EXPLAINER = '''
"""The place of the largest activation."""
import torch
from ssl_core.explainers.base import Explainer, HeatMap

class Peak(Explainer):
    """The strongest single channel at each place."""

    title = "Peak"
    label = "its strongest channel"

    def maps(self, backbone, images_BCHW, answer=None):
        name = backbone.layers[-1]
        with torch.no_grad():
            return [HeatMap("the peak", backbone.activations(images_BCHW, [name])[name].abs().amax(1))]
'''
PROJECTOR = '''
"""Two features as they are."""
import numpy as np
from ssl_core.projectors.base import Projector

class Plain(Projector):
    """The first two features, as they are."""

    title, label = "Two features", "Two"

    def project(self, features_SD, seed):
        return np.ascontiguousarray(features_SD[:, :2], np.float32)
'''
FILES = {"probes/nearmean.py": PROBE, "explainers/peak.py": EXPLAINER, "projectors/plain.py": PROJECTOR}
USED = """
import contextlib, io, json, sys
import numpy as np
import ssl_core as core
from ssl_core.__main__ import main
from streamlit.testing.v1 import AppTest
from tests.help.evaluation import run_with_weights

def said(*words):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main(list(words))
    return out.getvalue()

told = {"parts": said("parts", "--json")}
told |= {f"help of {command}": said(command, *name, "--help") for command, *name in (["probe"], ["project"], ["train", "bright"])}
tiny = "--backbone.width 4 --dataset.n-train 24 --dataset.n-test 12 --batch 8 --steps 3 --precision fp32 --reach 0.8 --json".split()
told["train"] = said("train", "bright", *tiny)
run = run_with_weights(dataset="digits")
small = ["--train-images", "200", "--test-images", "80"]
told["probe"] = said("probe", run, "--protocol", "nearmean", *small, "--json")
told["project"] = said("project", run, "--projector", "plain", "--out", sys.argv[1], "--json")

def screen(place, **query):
    app = AppTest.from_file(f"pages/{place}.py", default_timeout=300)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app

def words(app):
    return " ".join(str(each.value) for kind in (app.markdown, app.caption, app.title, app.subheader) for each in kind)

(row,) = core.attention([run], np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8))
attention, asked = screen("attention", run=run), screen("benchmark", run=run, protocol="nearmean")
told["maps"] = [each.name for each in row.maps if each.kind == "peak"]
told["attention"] = " ".join(str(each.proto) for each in attention.get("html")) + words(attention)
told["map"] = [option for group in screen("map", run=run).get("button_group") for option in group.options]
told["benchmark"] = words(asked)
asked.button(key="choose").click().run()
told["protocols"] = [option for each in asked.radio for option in each.options]
for place in ("train", "pretext"):
    app = screen(place, task="bright")
    game = next(box for box in app.selectbox if box.label == "Game")
    (reach,) = (each for each in app.select_slider if each.label == "Reach")
    told[f"screen {place}"] = {
        "warned": len(app.warning),
        "games": list(game.options),
        "game": game.value,
        "captions": [each.value for each in app.caption],
        "reach": [float(reach.options[0]), float(reach.options[-1]), reach.value],
    }
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def example(root: Path) -> str:
    """The task as CONTRIBUTING.md shows it."""
    (text,) = re.findall(r"^```python\n(.*?)^```", (root / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.S | re.M)
    return str(text)


@pytest.fixture(scope="module")
def tree(root: Path, example: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with four more files."""
    copy = copy_tree(root, tmp_path_factory.mktemp("tree"))
    for name, text in {**FILES, f"tasks/{NAME}.py": example}.items():
        (copy / "ssl_core" / name).write_text(text.lstrip(), encoding="utf-8")
    return copy


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a process with runs and caches of its own."""
    here = tmp_path_factory.mktemp("told")
    return {**os.environ, **{f"SSL_{name}": str(here / name.lower()) for name in ("RUNS", "CACHE", "DATA")}}


@pytest.fixture(scope="module")
def told(tree: Path, folders: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What command line, Python and screens say about the four, by what was asked: one process answers all."""
    said: dict[str, Any] = json.loads(
        printed(tree, "-c", USED, str(tmp_path_factory.mktemp("map") / "map.npz"), env=folders).splitlines()[-1]
    )
    return said


def last_line(said: str) -> Any:
    return json.loads(said.splitlines()[-1])


def test_the_example_is_thirty_lines(example: str) -> None:
    lines = [line for line in example.splitlines() if line.strip()]
    assert len(lines) <= LONGEST


def test_the_task_is_in_the_list_of_parts_with_its_options(told: dict[str, Any]) -> None:
    parts = last_line(told["parts"])
    (task,) = (task for task in parts["tasks"] if task["name"] == NAME)
    assert task["title"] == "How bright was it?" and parts["broken"] == []
    assert [(option["name"], option["allowed"]) for option in task["options"]] == [("reach", "between 0.1 and 1")]


def test_the_command_line_helps_with_the_task(told: dict[str, Any]) -> None:
    said = " ".join(told["help of train"].split())
    assert "have the network say by how much" in said and "--reach VALUE How far the light may change" in said


def test_the_task_is_trained_by_its_name(told: dict[str, Any]) -> None:
    said = last_line(told["train"])
    assert said["status"] == "done" and said["run"] == f"{NAME}-1" and said["metrics"]["loss"] > 0


@pytest.mark.parametrize("place", ["train", "pretext"])
def test_the_task_s_controls_are_in_the_menus_of_the_screens(told: dict[str, Any], place: str) -> None:
    shown = told[f"screen {place}"]
    assert shown["warned"] == 0 and "How bright was it?" in shown["games"] and shown["game"] == NAME
    assert any("have the network say by how much" in each for each in shown["captions"])
    assert shown["reach"] == [0.1, 1.0, 0.5]


def test_each_part_is_in_the_list_of_parts_and_in_the_help(told: dict[str, Any]) -> None:
    parts = last_line(told["parts"])
    for kind, name in (("probes", "nearmean"), ("explainers", "peak"), ("projectors", "plain")):
        assert name in [part["name"] for part in parts[kind]], kind
    assert "nearmean" in told["help of probe"] and "plain" in told["help of project"]


def test_probe_and_projector_are_used_by_name(told: dict[str, Any]) -> None:
    probed, drawn = last_line(told["probe"]), last_line(told["project"])
    assert probed["protocol"] == "nearmean" and probed["n_test"] == 80 and 0 <= probed["ci95"][0] <= probed["accuracy"]
    assert drawn["projector"] == "plain" and drawn["n"] > 2


def test_all_three_are_on_screen(told: dict[str, Any]) -> None:
    assert told["maps"] == ["the peak"] and "the peak" in told["attention"]
    assert "Two" in told["map"]
    assert "does the nearest class mean name correctly" in told["benchmark"] and "Nearest mean" in told["protocols"]


def test_each_keeps_the_contract_of_its_family(tree: Path, folders: dict[str, str]) -> None:
    families = ["tests/tasks/test_contract.py", *(f"tests/{name}" for name in ("probes", "explainers", "projectors"))]
    names = "nearmean or peak or plain or bright"
    said = printed(tree, "-m", "pytest", "-v", "-p", "no:cacheprovider", *families, "-k", names, env=folders)
    assert "failed" not in said
    assert all(re.search(rf"\[.*{name}.*\] PASSED", said) for name in ("nearmean", "peak", "plain", NAME))
    assert len(re.findall(rf"test_contract.py::\S*{NAME}\S* PASSED", said)) >= 10
