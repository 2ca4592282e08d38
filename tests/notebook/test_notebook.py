"""Training and measuring from a notebook: handles, Ctrl-C, a restarted kernel, a running event loop, and jobs shared with the others."""

from __future__ import annotations

import _thread
import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

import ssl_core as core
from ssl_core.__main__ import main
from ssl_core.jobs import start, warm_worker
from ssl_core.jobs.status import Status, status_of, write_status
from ssl_core.jobs.warm_worker import dismiss
from ssl_core.records.runs import folder_of
from ssl_core.system.processes import alive, me
from ssl_core.training.request import new_run

# an interrupt may come between the opening of a file, such as /proc/<pid>/stat, and the block that closes it
BETWEEN = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")

SMALL: dict[str, Any] = {"backbone": "convnet", "backbone_options": {"width": 4}, "batch": 8, "device": "cpu", "precision": "fp32"}
SMALL["dataset_options"] = {"n_train": 64, "n_test": 32}
FEW: dict[str, Any] = {"train_images": 64, "test_images": 32, "progress": False}
LONG = 1_000_000  # steps: a run that ends only where it is asked to


@pytest.fixture(scope="module")
def run(root: Path) -> Iterator[core.Handle]:
    """A run of 20 steps, started in a process that was killed at once, as a kernel is that gets restarted, and found again by its name."""
    code = f"import os, signal, ssl_core as core; print(core.train('simclr', steps=20, **{SMALL!r}).name, flush=True); "
    code += "os.kill(os.getpid(), signal.SIGKILL)"
    told = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=root, capture_output=True, text=True, timeout=120)
    assert told.returncode == -9, told.stderr
    yield core.handle(told.stdout.strip()).wait(progress=False)
    server = warm_worker._server()
    dismiss()
    if server is not None:  # it leaves by itself, and is taken note of: a child that nobody waits for is a warning
        wait_for(lambda: [start.reap(), alive(server["pid"], server["born"])][1] is False)


@pytest.fixture(scope="module")
def long(run: core.Handle) -> Iterator[core.Handle]:
    """A run without end, started inside a running event loop, once the other is done: it would wait in line behind this one."""

    async def cell() -> core.Handle:
        return core.train("rotation", steps=LONG, **SMALL)

    handle = asyncio.run(cell())
    yield handle
    handle.stop().wait(progress=False)


def wait_for(true: Callable[[], bool], seconds: float = 300.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never came true"
        time.sleep(0.05)


def learning(handle: core.Handle) -> bool:
    return handle.status.step > 0


@pytest.fixture
def ctrl_c() -> Iterator[None]:
    """Ctrl-C raises KeyboardInterrupt, as in a kernel; a test session that a shell started in the background ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def interrupted(handle: core.Handle) -> threading.Thread:
    """A thread that presses Ctrl-C once the run learns and this thread waits for it."""
    here = threading.get_ident()

    def waiting() -> bool:
        return any(frame.f_code.co_name == "until_ended" for frame, _ in traceback.walk_stack(sys._current_frames()[here]))

    def press() -> None:
        wait_for(lambda: learning(handle) and waiting())
        _thread.interrupt_main()

    thread = threading.Thread(target=press)
    thread.start()
    return thread


# training


def test_a_run_is_found_again_after_the_kernel_was_killed(run: core.Handle) -> None:
    assert run.status.state == "done" and core.handle(run.name).metrics["step"][-1] == 20
    assert core.load(run.name).layers == core.load(run).layers


def test_a_handle_knows_its_run_its_status_and_its_curve(run: core.Handle) -> None:
    assert run.name.startswith("simclr-") and run.status.state == "done" and run.status.step == 20 and run.run.task == "simclr"
    assert run.metrics["step"][0] == 0 and run.metrics["step"][-1] == 20
    last = run.metrics[len(run.metrics) - 1]
    assert last["test_loss"] == pytest.approx(run.status.metrics["loss"]) and last["seconds"] > 0
    assert "train_loss" in {column.title.replace(" ", "_") for column in run.metrics.columns}
    assert repr(run).startswith(f"{run.name}: done, step 20 of 20; held out: loss ")


def test_health_is_a_field_of_the_curve_that_is_not_printed(run: core.Handle) -> None:
    measured = [row for row in run.metrics if row.get("health_spread") is not None]
    assert measured and "health" not in repr(run.metrics)


def test_a_run_of_the_notebook_draws_no_map_by_itself(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, str]] = []
    monkeypatch.setattr(start, "open_child", lambda command, log, **variables: told.append(variables))
    core.train("rotation", steps=20, **SMALL)
    assert told == [{"SSL_NO_MAPS": "1"}]


def test_settings_go_to_the_task_and_to_the_recipe_by_name(run: core.Handle) -> None:
    spec = json.loads((run.run.folder / "spec.json").read_text())
    assert spec["recipe"]["batch"] == 8 and spec["steps"] == 20 and spec["seed"] == 0 and spec["backbone_options"] == {"width": 4}


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: core.train("magic"), "There is no pretext task 'magic'. There are: "),
        (lambda: core.train("simclr", temprature=1), "simclr has no setting 'temprature'. Did you mean 'temperature'? It has: smallest"),
        (lambda: core.train("simclr", temperature=99), "'temperature' of simclr must be above 0 and at most 10. Got 99."),
        (lambda: core.train("simclr", rate=-1.0), "'rate' of the recipe must be above 0 and at most 1000. Got -1.0."),
        (lambda: core.train("simclr", steps=2, epochs=1), "'steps' and 'epochs' say the same thing. Give one of them. Got 2 and 1."),
        (lambda: core.train("simclr", dataset="nowhere"), "There is no data set 'nowhere'."),
        (lambda: core.handle("nothing"), "There is no run 'nothing'. There are: "),
        (lambda: core.load("pixels"), "'pixels' is the picture itself"),
        (lambda: core.load("what:ever"), "A target is a run, RUN@STEP"),
        (lambda: core.embed("pixels", "val"), "'split' of embed must be one of train, test. Got val."),
        (lambda: core.embed("pixels", image_size=4), "'image_size' must be between 8 and 512. Got 4."),
        (lambda: core.probe("pixels", "magic"), "There is no probe 'magic'. There are: "),
        (lambda: core.probe("pixels", seeds=0), "'seeds' must be between 1 and 20. Got 0."),
        (lambda: core.compare("pixels"), "'targets' of compare must be a list of runs and baselines. Got pixels."),
        (lambda: core.project("pixels", "magic"), "There is no projector 'magic'. There are: "),
        (lambda: core.attend("random:convnet", np.zeros((8, 8))), "'picture' must have the shape H x W x 3. Got 8 x 8."),
        (lambda: core.attend("random:convnet", "no.png"), "'picture' must be an array or the path of a file. 'no.png' can't be read"),
    ],
)
def test_a_wrong_request_is_one_sentence(call: Callable[[], Any], sentence: str) -> None:
    with pytest.raises(core.SettingsError) as error:
        call()
    assert sentence in str(error.value)


@BETWEEN
def test_an_interrupt_leaves_the_run_at_work_and_says_so(long: core.Handle, ctrl_c: None, capsys: pytest.CaptureFixture[str]) -> None:
    thread = interrupted(long)
    with pytest.raises(KeyboardInterrupt):
        long.wait()
    thread.join()
    assert long.status.active
    assert f"{long.name} goes on in its own process. core.handle('{long.name}').wait()" in capsys.readouterr().err


@BETWEEN
def test_an_interrupt_stops_the_run_where_asked_and_it_can_be_resumed(
    long: core.Handle, ctrl_c: None, capsys: pytest.CaptureFixture[str]
) -> None:
    thread = interrupted(long)
    assert long.wait(on_interrupt="stop") is long
    thread.join()
    reached = long.status
    assert reached.state == "stopped" and 0 < reached.step < LONG and "was asked to save and end" in capsys.readouterr().err
    assert core.load(long.name).layers
    assert long.resume().status.active
    wait_for(lambda: long.status.step > reached.step)


def test_a_run_at_work_is_not_resumed(long: core.Handle) -> None:
    wait_for(lambda: learning(long))
    with pytest.raises(core.SettingsError, match=f"The run '{long.name}' is at work already."):
        long.resume()


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        ("failed", "The run '{}' failed at step 7: The loss isn't finite."),
        ("interrupted", "The run '{}' was interrupted at step 7: The loss isn't finite. '.resume()' goes on from its last checkpoint"),
    ],
)
def test_waiting_for_a_run_that_ended_badly_says_why(clean_folders: Path, state: str, sentence: str) -> None:
    name = new_run({"task": "rotation", "dataset_options": SMALL["dataset_options"]})
    write_status(folder_of(name), Status(state=state, step=7, reason="The loss isn't finite.", **me()))
    with pytest.raises(core.SettingsError) as error:
        core.handle(name).wait(progress=False)
    assert str(error.value).startswith(sentence.format(name))


# measuring


def test_a_loaded_network_is_ones_own_and_takes_pictures(run: core.Handle) -> None:
    network = core.load(run)
    assert isinstance(network, torch.nn.Module) and not network.training and network is not core.load(run)
    images_BCHW = torch.rand(2, 3, 32, 32)
    assert network(images_BCHW).pooled_BD.shape == (2, network.width)
    assert network.activations(images_BCHW, [network.layers[0]])[network.layers[0]].ndim == 4


def test_embeddings_are_the_network_s_own_features(run: core.Handle) -> None:
    found = core.embed(run, progress=False)
    assert found.features_SD.dtype == np.float32 and len(found.features_SD) == len(found.label_S) == len(found.ids) == 32
    spec = json.loads((run.run.folder / "spec.json").read_text())
    split, _, place = found.ids[5].partition("-")
    image = core.open_set("scenes", split, 32, spec["dataset_options"])[int(place)][0]
    own_BD = core.load(run)(image[None].float() / 255).pooled_BD
    assert np.allclose(found.features_SD[5], own_BD[0].numpy(), atol=1e-5)
    assert "32 test pictures of scenes" in repr(found) and f"float32 (32, {found.features_SD.shape[1]})" in repr(found)


def test_a_probe_measured_on_the_command_line_is_found_by_the_notebook(run: core.Handle, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", run.name, "--protocol", "knn", "--train-images", "64", "--test-images", "32", "--json"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    before = sorted(path.name for path in (run.run.folder / "jobs").iterdir())
    found = core.probe(run, "knn", **FEW)
    assert (found.accuracy, list(found.ci95), found.seconds) == (said["accuracy"], said["ci95"], said["seconds"])
    assert sorted(path.name for path in (run.run.folder / "jobs").iterdir()) == before


def test_what_the_notebook_measured_is_found_by_the_command_line(run: core.Handle, tmp_path: Path) -> None:
    core.probe(run, **FEW)
    core.embed(run, "train", images=64, progress=False)
    core.project(run, "pca", progress=False)
    before = sorted(path.name for path in (run.run.folder / "jobs").iterdir())
    assert main(["probe", run.name, "--train-images", "64", "--test-images", "32"]) == 0
    assert main(["embed", run.name, "--split", "train", "--images", "64", "--out", str(tmp_path / "a.npz")]) == 0
    assert main(["project", run.name, "--projector", "pca", "--out", str(tmp_path / "b.npz")]) == 0
    assert sorted(path.name for path in (run.run.folder / "jobs").iterdir()) == before


def test_a_probe_is_a_record_with_its_interval(run: core.Handle) -> None:
    found = core.probe(run, **FEW)
    lo, hi = found.ci95
    assert 0 <= lo < found.accuracy < hi <= 1 and found.value_S.mean() == pytest.approx(found.accuracy)
    assert (found.guess_S == found.label_S).mean() == pytest.approx(found.accuracy) and len(found.ids) == found.n_test == 32


def test_a_comparison_is_a_table_with_pairs(run: core.Handle) -> None:
    found = core.compare([run, "random:convnet", "pixels"], **FEW)
    assert found.table["target"] == [run.name, "random:convnet", "pixels"]
    assert [(row["a"], row["b"]) for row in found.pairs] == [
        (run.name, "random:convnet"),
        (run.name, "pixels"),
        ("random:convnet", "pixels"),
    ]
    difference = found.values[run.name].mean() - found.values["pixels"].mean()
    assert found.pairs[1]["difference"] == pytest.approx(difference) and found.left_out == {}
    assert "a minus b (interval)" in repr(found) and "97.5 %" in repr(found.pairs) and found._repr_html_().count("<table>") == 2


def test_a_map_has_a_place_for_every_picture(run: core.Handle) -> None:
    found = core.project(run, "pca", progress=False)
    assert found.xy_S2.shape == (32, 2) and len(found.ids) == len(found.label_S) == 32
    assert found.agreement_plane is not None and 0 <= found.agreement_plane <= 1


def test_attention_gives_maps_with_mean_one(run: core.Handle) -> None:
    found = core.attend(run, core.picture("scenes", "test", 3))
    assert any(name.startswith("stages: ") for name in found.maps)
    assert all(map_HW.mean() == pytest.approx(1, abs=1e-3) or not map_HW.any() for map_HW in found.maps.values())


def test_everything_works_inside_a_running_event_loop(run: core.Handle) -> None:
    async def cell() -> tuple[Any, ...]:
        assert asyncio.get_running_loop().is_running()
        found = core.probe(run, layer=core.load(run).layers[0], **FEW)
        embedded = core.embed(run, layer=core.load(run).layers[0], progress=False)
        waited = core.handle(run.name).wait(progress=False)
        return found.layer, embedded.layer, waited.status.state, core.project(run, "pca", progress=False).projector

    first = core.load(run).layers[0]
    assert asyncio.run(cell()) == (first, first, "done", "pca")


def test_a_job_that_was_interrupted_goes_on_and_the_same_call_finds_it(
    run: core.Handle, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from ssl_core.notebook import asking

    asked: list[Path] = []

    def press(folder: Path, bar: Any) -> Any:
        asked.append(folder)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(asking, "until_ended", press)
        core.probe(run, labels_per_class=2, **{**FEW, "progress": True})
    assert "goes on in its worker. The same call finds the result." in capsys.readouterr().err
    wait_for(lambda: status_of(asked[0]).state == "done")
    assert core.probe(run, labels_per_class=2, **FEW).n_test == 32
