"""The command doctor: what it reports, which faults it tells, and that it runs where packages are missing."""

from __future__ import annotations

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import ssl_core as core
from ssl_core.__main__ import main
from ssl_core.cli import doctor
from ssl_core.system import reach

TORCH = {"version": "2.15.0", "device": "cuda", "name": "Card", "weights": ["mobilenet_v2"]}
Asked = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def asked(clean_folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Asked:
    """Asks the doctor for JSON; exit status and answer. Neither torch nor a port is asked."""
    there = reach.Reached("http://127.0.0.1:8501", "nobody", "", True, [])
    monkeypatch.setattr(doctor, "probed", lambda: (TORCH, ""))
    monkeypatch.setattr(doctor, "reach", lambda port: there)

    def ask(*argv: str) -> tuple[int, dict[str, Any]]:
        code = main(["doctor", "--json", *argv])
        return code, json.loads(capsys.readouterr().out.splitlines()[-1])

    return ask


def test_where_all_is_there_no_fault_is_told(asked: Asked, clean_folders: Path) -> None:
    code, told = asked()
    assert code == 0 and told["faults"] == []
    assert told["selfsight"]["version"] == core.__version__ and told["python"]["executable"] == sys.executable
    assert told["torch"] == {"version": "2.15.0", "device": "cuda", "name": "Card"} and told["weights"] == ["mobilenet_v2"]
    assert told["runs"]["folder"] == str(clean_folders / "runs") and told["runs"]["writable"] and not told["runs"]["there"]
    assert told["machine"]["cores"] >= 1 and told["machine"]["memory_gib"] > 0 and told["packages"]["missing"] == []


def test_people_read_a_line_a_finding(asked: Asked, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "PyTorch 2.15.0, trains on cuda Card\n" in said and said.endswith("Nothing is missing.\n") and "SSL_RUNS" in said


def test_a_missing_package_is_a_fault_with_its_remedy(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    there = doctor.installed
    monkeypatch.setattr(doctor, "installed", lambda name: "" if name == "h5py" else there(name))
    code, told = asked()
    assert code == 1 and told["packages"]["missing"] == ["h5py"]
    assert told["faults"] == ["h5py is not installed. Start python3 start.py, which installs what is missing."]


def test_a_folder_that_cant_be_written_is_a_fault(asked: Asked, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("SSL_RUNS", str(tmp_path / "file" / "runs"))
    code, told = asked()
    assert code == 1 and told["faults"] == [f"'{tmp_path}/file/runs' can't be written. Choose another folder with SSL_RUNS."]


def test_a_full_disk_is_a_fault_but_not_that_of_the_data(asked: Asked, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: SimpleNamespace(free=10**8))
    code, told = asked()
    assert code == 1 and [fault.partition(" has ")[2][:11] for fault in told["faults"]] == ["0.1 GB free"] * 2


def test_the_doctor_finds_torch_its_device_and_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the doctor has another process run, run in this one, which has torch already."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(doctor.TORCH, {})
    first, second = map(json.loads, said.getvalue().splitlines())
    assert first["version"] and second["device"] in ("cpu", "cuda", "mps") and isinstance(second["weights"], list)


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        ("raise OSError('libcudart.so is missing')", "can't be loaded (OSError: libcudart.so is missing)."),
        ("import os; os._exit(132)", "can't be loaded (exit status 132)."),
        ('print(\'{"version": "2"}\'); import nothing', "Selfsight can't be loaded (ModuleNotFoundError: No module named 'nothing')."),
    ],
)
def test_a_torch_that_ends_the_process_that_loads_it_is_a_fault(program: str, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "TORCH", program)
    assert fault in doctor.probed()[1]


def test_the_doctor_needs_no_package_at_all(root: Path, tmp_path: Path) -> None:
    """-S: this Python without its site-packages."""
    command = [sys.executable, "-S", "-m", "ssl_core", "doctor", "--json"]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(root), "HOME": str(tmp_path)}, capture_output=True, text=True)
    told = json.loads(done.stdout)
    assert done.returncode == 1 and told["torch"]["version"] == ""
    assert {"torch", "streamlit", "pydantic"} <= set(told["packages"]["missing"])
