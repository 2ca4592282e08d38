"""Metrics as TensorBoard event files: read back by TensorBoard itself where it is installed, else as a writer in its place hears them."""

from __future__ import annotations

import json
import sys
import types
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import ssl_core as core
from ssl_core.__main__ import main
from ssl_core.records.runs import folder_of
from ssl_core.training.events import SUFFIX, write_events
from ssl_core.training.request import new_run

LINES = [
    {"step": 0, "seconds": 0.0, "train": None, "test": {"loss": 1.5, "accuracy": None}, "rate": 0.001, "speed": None},
    {
        "step": 5,
        "seconds": 2.5,
        "train": {"loss": 1.25},
        "test": None,
        "rate": 0.002,
        "speed": 500.0,
        "health": {"spread": 0.75, "spectrum": [1.0, 0.5]},
    },
]
EXPECTED = {
    ("loss/test", 0, 1.5),
    ("rate", 0, 0.001),
    ("loss/train", 5, 1.25),
    ("rate", 5, 0.002),
    ("speed", 5, 500.0),
    ("health/spread", 5, 0.75),
}


@pytest.fixture
def run_name(clean_folders: Path) -> str:
    """A run with two lines of metrics."""
    name = new_run({"task": "rotation"})
    (folder_of(name) / "metrics.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in LINES))
    return name


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int, float, float]]:
    """What a writer in the place of torch's is told."""
    told: list[tuple[str, int, float, float]] = []

    class SummaryWriter:
        def __init__(self, log_dir: str, filename_suffix: str) -> None:
            self.path = Path(log_dir) / f"events.out.tfevents.{len(told)}{filename_suffix}"

        def add_scalar(self, tag: str, value: float, step: int, walltime: float) -> None:
            told.append((tag, step, value, walltime))

        def close(self) -> None:
            self.path.touch()

    module: Any = types.ModuleType("torch.utils.tensorboard")
    module.SummaryWriter = SummaryWriter
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    return told


def test_every_number_is_a_scalar_by_step_and_wall_time(run_name: str, heard: list[Any], tmp_path: Path) -> None:
    assert write_events(run_name, tmp_path / "out") == tmp_path / "out" / run_name
    assert {(tag, step, value) for tag, step, value, _ in heard} == EXPECTED
    began = core.run(run_name).spec["created"]
    assert {(step, round(wall - began, 3)) for _, step, _, wall in heard} == {(0, 0.0), (5, 2.5)}


def test_writing_again_replaces_our_files_and_no_other(run_name: str, heard: list[Any], tmp_path: Path) -> None:
    home = write_events(run_name, tmp_path)
    (home / "events.out.tfevents.theirs").touch()
    write_events(run_name, tmp_path)
    assert len(list(home.glob(f"*{SUFFIX}"))) == 1 and (home / "events.out.tfevents.theirs").exists()


def test_the_command_line_and_the_door_write_the_same(run_name: str, heard: list[Any], tmp_path: Path, capsys: Any) -> None:
    assert main(["export", run_name, "--tensorboard", str(tmp_path), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"run": run_name, "tensorboard": str(tmp_path / run_name)}
    by_command = list(heard)
    heard.clear()
    assert core.tensorboard(core.handle(run_name), tmp_path) == tmp_path / run_name and heard == by_command


def test_without_the_package_a_sentence_says_how_to_get_it(run_name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(core.SettingsError, match="Event files need the package tensorboard, .* Run 'pip install tensorboard'"):
        write_events(run_name, tmp_path)


def test_a_run_without_metrics_says_so(clean_folders: Path, tmp_path: Path) -> None:
    with pytest.raises(core.SettingsError, match="The run 'rotation-1' has no metrics yet"):
        write_events(new_run({"task": "rotation"}), tmp_path)


def test_export_asks_for_a_folder(run_name: str, capsys: Any) -> None:
    assert main(["export", run_name]) == 2
    assert "The following arguments are required: --out or --tensorboard." in capsys.readouterr().err


@pytest.mark.skipif(find_spec("tensorboard") is None, reason="the extra 'tensorboard' isn't installed")
@pytest.mark.filterwarnings("ignore")  # of what TensorBoard imports
def test_tensorboard_itself_reads_the_files(run_name: str, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    read = EventAccumulator(str(write_events(run_name, tmp_path))).Reload()
    found = {(tag, event.step, round(event.value, 6)) for tag in read.Tags()["scalars"] for event in read.Scalars(tag)}
    assert found == EXPECTED
