"""Encoders that a run kept on its way: as targets, and scored beside the pretext loss."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from ssl_core.evaluation.overtime import losses_at, over_time, request_over_time
from ssl_core.jobs import warm_worker
from ssl_core.jobs.worker import work
from ssl_core.models.build import build_task, read_weights
from ssl_core.models.targets import Target
from ssl_core.records.encoders import drop_encoders, keep_encoder, kept_at, kept_encoders, thin_encoders
from ssl_core.records.homes import home_of
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError
from ssl_core.training.marks import Marks
from tests.help.comparing import FLAGS, SMALL, said
from tests.help.evaluation import SIZE, learn_on, run_with_weights
from tests.help.small import small_run

STEPS = 10, 20, 40


@pytest.fixture(scope="module")
def run_name() -> str:
    """A run that kept encoders at STEPS, each with weights of its own, and ended at 80; its loss halves from one to the next."""
    name = run_with_weights()
    folder = folder_of(name)
    for step in STEPS:
        torch.manual_seed(step)
        state = build_task(spec_of(folder)).encoder.state_dict()
        keep_encoder(folder, step, {key: value + 0.01 * step * torch.rand_like(value.float()) for key, value in state.items()})
    learn_on(folder, step=80, seed=1)
    lines = [{"step": step, "train": {"loss": 1.0}, "test": {"loss": 10 / step}} for step in (*STEPS, 80)]
    (folder / "metrics.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return name


def test_a_run_keeps_its_encoder_at_steps_each_about_twice_the_one_before() -> None:
    marks = Marks(10_000)
    kept = [step for step in range(10_001) if marks.kept(step)]
    assert kept == [3, 10, 30, 100, 250, 500, 1000, 2000, 4000, 7000] and all(map(marks.look, kept))
    assert sorted(Marks(100, looks=4).keeps) == [25, 50, 75] and Marks(1).keeps == set()


def test_a_trained_run_has_the_encoders_of_its_marks() -> None:
    folder, _ = small_run()
    assert set(kept_encoders(folder)) == Marks(20).keeps and len(kept_encoders(folder)) >= 5
    first = read_weights(next(iter(kept_encoders(folder).values())))
    assert first.keys() == build_task(spec_of(folder)).encoder.state_dict().keys()


def test_a_kept_encoder_is_a_target_with_the_digest_of_its_file(run_name: str) -> None:
    earlier, now = Target.parse(f"{run_name}@20"), Target.parse(run_name)
    assert (earlier.kind, earlier.dataset, earlier.image_size) == ("kept", "digits", SIZE) and home_of(earlier.text) == folder_of(run_name)
    assert len({earlier.digest, now.digest, Target.parse(f"{run_name}@40").digest}) == 3
    encoder = build_task(spec_of(folder_of(run_name))).encoder.eval()
    encoder.load_state_dict(read_weights(kept_encoders(folder_of(run_name))[20]))
    images_BCHW = torch.rand(4, 3, SIZE, SIZE)
    assert torch.allclose(earlier.features(images_BCHW), encoder(images_BCHW).pooled_BD)
    assert kept_at("rotation-1@x") == ("rotation-1@x", None) and kept_at("untrained:rotation-1@3")[1] is None


def test_a_step_without_an_encoder_is_refused_with_those_there_are(run_name: str) -> None:
    with pytest.raises(SettingsError, match=f"'{run_name}' kept no encoder at step 21. It kept those of: 10, 20, 40"):
        Target.parse(f"{run_name}@21")
    with pytest.raises(SettingsError, match="encoder alone was kept"):
        Target.parse(f"{run_name}@20").model()


def test_a_damaged_encoder_is_named(run_name: str) -> None:
    keep_encoder(folder_of(run_name), 79, {"else": torch.zeros(3)})
    with pytest.raises(SettingsError, match=r"kept at step 79 can't be read. Delete '.*79.safetensors'"):
        Target.parse(f"{run_name}@79").network()
    drop_encoders(folder_of(run_name), after=40)
    assert tuple(kept_encoders(folder_of(run_name))) == STEPS


def test_large_encoders_are_thinned_to_what_the_disk_is_granted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for step in (1, 2, 4, 8, 16, 32):
        keep_encoder(tmp_path, step, {"weight": torch.zeros(1000)})
    monkeypatch.setattr("ssl_core.records.encoders.MOST_BYTES", 13_000)
    thin_encoders(tmp_path)
    assert len(kept_encoders(tmp_path)) == 3 and {1, 32} <= set(kept_encoders(tmp_path))


def test_each_step_has_its_held_out_loss_where_all_have_one(run_name: str) -> None:
    assert losses_at(run_name, [0, 10, 80]) == ("held-out", {10: 1.0, 80: 0.125})
    assert losses_at(run_name, [10, 79]) == ("training", {10: 1.0, 79: 1.0})


def test_the_command_scores_each_encoder_and_says_how_the_loss_went_with_it(run_name: str, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer, _ = said(["overtime", run_name, "--protocol", "knn", *FLAGS], capsys)
    assert status == 0 and [moment["step"] for moment in answer["moments"]] == [*STEPS, 80] and answer["loss_of"] == "held-out"
    rho = answer["spearman"]["loss"]
    order = np.argsort(np.argsort([moment["accuracy"] for moment in answer["moments"]]))
    assert rho["n"] == 4 and rho["rho"] == pytest.approx(np.corrcoef([3, 2, 1, 0], order)[0, 1], abs=1e-6)
    assert "Encoders of one run follow each other" in answer["conclusion"] and answer["untrained"]["step"] == 0
    assert all(1 <= moment["rank"] <= 150 and moment["ci95"][0] <= moment["accuracy"] for moment in answer["moments"])


def test_jobs_are_asked_for_once_and_found_again(run_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Path] = []
    monkeypatch.setattr(warm_worker, "hand_over", started.append)
    how = {**SMALL, "image_size": SIZE, "options": {"k": 3}}
    request_over_time(run_name, "digits", "knn", **how)  # type: ignore[arg-type]
    assert len(started) == 5 == len(over_time(run_name, "digits", "knn", **how).waiting)  # type: ignore[arg-type]
    work(started[0])
    found = over_time(run_name, "digits", "knn", **how)  # type: ignore[arg-type]
    assert [moment.step for moment in found.moments] == [10] and not found.missing and found.loss_and_score is None and not found.words
