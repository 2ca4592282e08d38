"""Maps, neighbours, and the process that stays warm. No test here draws a UMAP: tests/project does, once."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from ssl_core.__main__ import main
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.jobs.folder import ask
from ssl_core.jobs.report import StatusReporter
from ssl_core.jobs.worker import work
from ssl_core.library import browse, sets
from ssl_core.maps.layout import layout, layout_status, map_request, request_layout, work_project
from ssl_core.models.features import embedded
from ssl_core.models.targets import Target
from ssl_core.records.homes import home_of
from ssl_core.records.runs import folder_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json
from tests.help.evaluation import learn_on, run_with_weights


@pytest.fixture(scope="module")
def run_name() -> str:
    name = run_with_weights()
    embedded(Target.parse(name), "test", 355)
    return name


def job(name: str, projector: str = "pca") -> Path:
    target = Target.parse(name)
    return ask("project", map_request(target, projector), home_of(name))


def test_a_quick_map_is_there_at_once_where_features_are(run_name: str) -> None:
    found = layout(run_name, projector="pca")
    assert found is not None and found.xy_S2.shape == (355, 2) and found.xy_S2.dtype == np.float32
    assert found.n == len(found.ids) == len(found.label_S) == 355 and found.classes == tuple("0123456789")
    assert not (job(run_name) / "result.npz").exists()


def test_dots_carry_the_labels_of_the_pictures_they_name(run_name: str) -> None:
    found = layout(run_name, projector="pca")
    assert found is not None
    data = sets.open_set("digits", "test", 8)
    assert [data.label(int(name.removeprefix("test-"))) for name in found.ids] == found.label_S.tolist()


def test_without_features_a_map_waits_for_its_job() -> None:
    name = run_with_weights(seed=1)
    assert layout(name, projector="pca") is None and layout(name, projector="umap") is None and layout_status(name) is None
    folder = job(name)
    assert work(folder).state == "done"
    drawn = layout(name, projector="pca")
    assert drawn is not None
    (folder / "result.json").unlink()
    at_once = layout(name, projector="pca")
    assert at_once is not None and (drawn.xy_S2 == at_once.xy_S2).all() and drawn.ids == at_once.ids
    assert drawn.agreement_plane == pytest.approx(at_once.agreement_plane)


def test_agreement_in_the_plane_lies_between_chance_and_that_of_the_features(run_name: str) -> None:
    found = layout(run_name, projector="pca")
    assert found is not None and isinstance(found.agreement_plane, Interval) and isinstance(found.agreement_features, Interval)
    assert found.chance == pytest.approx(0.1, abs=0.01)
    assert found.chance < found.agreement_plane.lo <= found.agreement_plane.value < found.agreement_features.value < 1


def test_agreement_is_a_slow_loops(run_name: str) -> None:
    found = layout(run_name, projector="pca")
    assert found is not None and found.agreement_plane is not None
    distance = np.linalg.norm(found.xy_S2[:, None].astype(float) - found.xy_S2[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    near = np.argsort(distance, 1)[:, :10]
    assert found.agreement_plane.value == pytest.approx((found.label_S[near] == found.label_S[:, None]).mean(), abs=2e-3)


def test_a_map_is_drawn_anew_when_the_run_learns_on() -> None:
    name = run_with_weights(seed=2)
    embedded(Target.parse(name), "test", 355)
    assert layout(name, projector="pca") is not None
    learn_on(folder_of(name), step=4, seed=3)
    assert layout(name, projector="pca") is None


def test_a_stopped_map_leaves_nothing_half_done() -> None:
    name = run_with_weights(seed=4)
    folder = job(name)
    (folder / "stop").touch()
    assert work(folder).state == "stopped" and layout(name, projector="pca") is None
    assert work(folder).state == "done"


def test_unlabelled_pictures_have_a_map_without_agreement(tmp_path: Path) -> None:
    from PIL import Image

    rng = np.random.default_rng(0)
    for k in range(60):
        Image.fromarray(rng.integers(0, 255, (8, 8, 3), np.uint8)).save(tmp_path / f"{k}.png")
    name = browse.add_folder("loose", tmp_path)
    sets.PictureSet(name, "test").decoded()
    found = layout("pixels", name, "pca")
    assert found is not None and found.n > 3 and found.classes == ()
    assert (found.agreement_plane, found.agreement_features, found.chance) == (None, None, None)


def test_an_unknown_projector_is_refused_in_words(run_name: str) -> None:
    with pytest.raises(SettingsError, match="There is no projector 'globe'"):
        request_layout(run_name, projector="globe")


def test_project_writes_the_plane_labels_and_ids(run_name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "map.npz"
    assert main(["project", run_name, "--projector", "pca", "--out", str(out), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    with np.load(out) as arrays:
        assert arrays["xy"].shape == (355, 2) and arrays["labels"].shape == (355,) and arrays["ids"][0].startswith("test-")
    assert answer["n"] == 355 and answer["chance"] < answer["agreement_plane"] < answer["agreement_features"]


# The process that stays warm


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A cache of its own, so that no other test's process serves it."""
    monkeypatch.setenv("SSL_CACHE", str(tmp_path))
    return tmp_path


def test_a_map_reports_its_stages_in_words(idle: Path) -> None:
    name = run_with_weights(seed=10)
    folder, said = job(name), []
    reporter = StatusReporter(folder, lambda status: said.append(status.stage))
    work_project(folder, read_json(folder / "spec.json"), reporter)
    assert "drawing the map" in said and "looking at pictures" in said
