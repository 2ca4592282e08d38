"""A probe, an explainer and a projector are one new file each: dropped into a copy of the tree, each is found wherever parts are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.help.copied import copy_tree, printed

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
LISTED = """
import contextlib, io, json
from ssl_core.__main__ import main

def said(*words):
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main(list(words))
    return out.getvalue()

print(json.dumps([said(*words) for words in (("parts", "--json"), ("probe", "--help"), ("project", "--help"))]))
"""
USED = """
import sys
import numpy as np
import ssl_core as core
from ssl_core.__main__ import main
from streamlit.testing.v1 import AppTest
from tests.help.evaluation import run_with_weights
run = run_with_weights(dataset="digits")
small = ["--train-images", "200", "--test-images", "80"]
assert main(["probe", run, "--protocol", "nearmean", *small, "--json"]) == 0
assert main(["project", run, "--projector", "plain", "--out", sys.argv[1], "--json"]) == 0

def screen(place, **query):
    app = AppTest.from_file(f"pages/{place}.py", default_timeout=300)
    app.query_params["run"] = run
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception, app.exception
    return app

def words(app):
    return " ".join(str(each.value) for kind in (app.markdown, app.caption, app.title, app.subheader) for each in kind)

(row,) = core.attention([run], np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8))
assert [each.name for each in row.maps if each.kind == "peak"] == ["the peak"]
assert "the peak" in " ".join(str(each.proto) for each in screen("attention").get("html")) + words(screen("attention"))
choices = [option for group in screen("map").get("button_group") for option in group.options]
assert "Two" in choices, choices
asked = screen("benchmark", protocol="nearmean")
assert "does the nearest class mean name correctly" in words(asked), words(asked)
asked.button(key="choose").click().run()
assert any("Nearest mean" in each.options for each in asked.radio), asked.radio
"""


@pytest.fixture(scope="module")
def tree(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with three more files."""
    copy = copy_tree(root, tmp_path_factory.mktemp("tree"))
    for name, text in FILES.items():
        (copy / "ssl_core" / name).write_text(text.lstrip(), encoding="utf-8")
    return copy


@pytest.fixture
def run(tree: Path, clean_folders: Path) -> Callable[..., str]:
    """Runs Python in the copy; what it prints."""
    return lambda *argv: printed(tree, *argv)


def test_each_is_in_the_list_of_parts_and_in_the_help(run: Callable[..., str]) -> None:
    listed, probe_help, project_help = json.loads(run("-c", LISTED).splitlines()[-1])
    parts = json.loads(listed.splitlines()[-1])
    assert parts["broken"] == []
    for kind, name in (("probes", "nearmean"), ("explainers", "peak"), ("projectors", "plain")):
        assert name in [part["name"] for part in parts[kind]], kind
    assert "nearmean" in probe_help and "plain" in project_help


def test_probe_and_projector_are_used_by_name_and_all_three_on_screen(run: Callable[..., str], tmp_path: Path) -> None:
    probed, drawn = (json.loads(line) for line in run("-c", USED, str(tmp_path / "map.npz")).splitlines() if line.startswith("{"))
    assert probed["protocol"] == "nearmean" and probed["n_test"] == 80 and 0 <= probed["ci95"][0] <= probed["accuracy"]
    assert drawn["projector"] == "plain" and drawn["n"] > 2


def test_each_keeps_the_contract_of_its_family(run: Callable[..., str]) -> None:
    families = [f"tests/{name}" for name in ("probes", "explainers", "projectors")]
    said = run("-m", "pytest", "-v", "-p", "no:cacheprovider", *families, "-k", "nearmean or peak or plain")
    assert "failed" not in said
    assert all(re.search(rf"\[.*{name}.*\] PASSED", said) for name in ("nearmean", "peak", "plain"))
