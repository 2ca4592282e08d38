"""The command line and its JSON: what scripts rely on."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ssl_core.__main__ import _parser, main
from ssl_core.cli.protocol import protocol_of
from ssl_core.evaluation.compare import command
from ssl_core.evaluation.protocol import Protocol
from ssl_core.parts.catalogues import PROBES

SMALL = ["--backbone.width", "4", "--dataset.n-train", "64", "--dataset.n_test", "32", "--batch", "8"]
SMALL += ["--device", "cpu", "--precision", "fp32"]


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, Any, str]:
    """Exit status, the JSON of the last line, stderr."""
    capsys.readouterr()
    code = main(list(argv))
    out, err = capsys.readouterr()
    return code, json.loads(out.splitlines()[-1]) if out.strip() else None, err


def test_train_says_run_status_seconds_and_metrics(clean_folders: Path, capsys: Any) -> None:
    code, answer, err = said(capsys, "train", "rotation", *SMALL, "--steps", "6", "--json")
    assert code == 0 and set(answer) == {"run", "status", "seconds", "wall", "metrics", "chance", "verdict"}
    assert set(answer["verdict"]) == {"kind", "words", "next", "since"}
    assert answer["run"] == "rotation-1" and answer["status"] == "done" and 0 < answer["seconds"] <= answer["wall"]
    assert 0 <= answer["metrics"]["accuracy"] <= 1 and answer["chance"]["accuracy"] == 0.25
    assert "step" not in answer and "learning" in err
    code, rows, _ = said(capsys, "runs", "--json")
    assert code == 0 and set(rows[0]) == {"run", "task", "dataset", "status", "step", "seconds", "metrics", "reason"}
    code, answer, _ = said(capsys, "export", "rotation-1", "--out", str(clean_folders / "out"), "--json")
    assert code == 0 and (clean_folders / "out" / "load.py").exists()


def test_options_of_the_task_are_flags(clean_folders: Path, capsys: Any) -> None:
    code, answer, _ = said(capsys, "train", "inpainting", *SMALL, "--steps", "2", "--holes", "centre", "--area", "0.4", "--json")
    spec = json.loads((clean_folders / "runs" / answer["run"] / "spec.json").read_text())
    assert code == 0 and spec["options"]["holes"] == "centre" and spec["options"]["area"] == 0.4
    assert spec["backbone_options"] == {"width": 4} and spec["dataset_options"] == {"n_train": 64, "n_test": 32}


def test_parts_lists_everything_and_what_is_broken(capsys: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    code, answer, _ = said(capsys, "parts", "--json")
    kinds = {"tasks", "backbones", "datasets", "probes", "explainers", "projectors"}
    assert code == 0 and set(answer) == kinds | {"broken"} and answer["broken"] == []
    for part in (part for kind in kinds for part in answer[kind]):
        assert {"name", "title", "help", "options"} == set(part) - {"ready", "reason", "download"} and part["help"]
    sets = {part["name"]: part for part in answer["datasets"]}
    assert sets["scenes"]["ready"] and not sets["stl10"]["ready"] and sets["stl10"]["download"] == 2_640_397_119
    assert "fetch stl10" in sets["stl10"]["reason"]
    assert {"rotation", "inpainting", "supervised"} <= {part["name"] for part in answer["tasks"]}


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["train", "magic"], "There is no pretext task 'magic'"),
        (["train", "rotation", "--epochs", "-3"], "'epochs' of the recipe must be above 0 and at most 10000. Got -3."),
        (["train", "rotation", "--epochs", "nan"], "'epochs' of the recipe must be"),
        (["train", "rotation", "--rate", "1e308"], "'rate' of the recipe must be above 0 and at most 1000. Got 1e+308."),
        (["train", "rotation", "--copies", "ünïcode"], "'copies' of rotation must be one of all, one. Got ünïcode."),
        (["train", "rotation", "--hole", "3"], "Unrecognized arguments: --hole 3."),
        (["train", "rotation", "--steps", "x"], "Argument --steps: invalid int value: 'x'."),
        (["train", "rotation", "--backbone.width", "100000"], "'width' of backbone convnet must be between"),
        (["train"], "The following arguments are required: TASK."),
        (["resume", "nothing"], "There is no run 'nothing'"),
        (["stop", "../x"], "There is no run '../x'"),
        (["export", "nothing", "--out", "x"], "There is no run 'nothing'"),
        (["work"], "The following arguments are required: folder."),
        (["probe", "pixels", "--protocol.k", "20"], "linear has no setting 'k'"),
        (["probe", "pixels", "--protocol", "knn", "--protocol.k", "0"], "'k' of knn must be between 1 and 1000. Got 0."),
        (["embed", "pixels", "--out", "x", "--protocol.k", "20"], "Unrecognized arguments: --protocol.k 20."),
        (["dance"], "invalid choice: 'dance'"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_status_2(argv: list[str], sentence: str, clean_folders: Path, capsys: Any) -> None:
    code, answer, err = said(capsys, *argv)
    assert code == 2 and answer is None and sentence in err and len(err.strip().splitlines()) == 1


def test_a_failed_run_is_status_1(clean_folders: Path, capsys: Any) -> None:
    wild = ["--rate", "1000", "--optimiser", "sgd", "--steps", "20", "--json"]
    code, answer, err = said(capsys, "train", "inpainting", *SMALL, *wild)
    assert code == 1 and answer["status"] == "failed" and "not finite" in err


def test_help_names_every_option_of_a_task(capsys: Any) -> None:
    with pytest.raises(SystemExit) as end:
        main(["train", "rotation", "--help"])
    said = capsys.readouterr().out
    assert end.value.code == 0 and all(word in said for word in ("--copies", "--mirror", "--backbone.width", "--dataset.leak"))


def test_listing_runs_never_loads_torch(root: Path, clean_folders: Path) -> None:
    code = "import sys; from ssl_core.__main__ import main; main(['runs', '--json']); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True).returncode == 0


def test_help_of_probe_and_compare_names_every_setting_of_every_probe(capsys: Any) -> None:
    for name in ("probe", "compare"):
        with pytest.raises(SystemExit):
            main([name, "--help"])
        told = capsys.readouterr().out
        assert [
            f for each in PROBES.values() for control in each.Options.controls() if (f := f"--protocol.{control.name} VALUE") not in told
        ] == []


def test_settings_of_a_probe_are_flags(clean_folders: Path, capsys: Any) -> None:
    small = ("--protocol", "knn", "--train-images", "40", "--test-images", "20", "--dataset", "digits", "--image-size", "8", "--json")
    usual, few = (said(capsys, "probe", "pixels", *small, *more) for more in ((), ("--protocol.k", "1", "--protocol.temperature", "0.5")))
    assert usual[0] == few[0] == 0 and usual[1].keys() == few[1].keys()
    asked = [json.loads(path.read_text())["options"] for path in clean_folders.rglob("probe-*/spec.json")]
    assert sorted(each["k"] for each in asked) == [1, 200] and sorted(each["temperature"] for each in asked) == [0.07, 0.5]
    code, answer, _ = said(capsys, "compare", "pixels", "random:convnet", *small, "--protocol.k", "1", "--protocol.temperature", "0.5")
    assert code == 0 and {**answer["targets"][0], "notes": answer["notes"]} == few[1]  # the score that was there


def test_the_command_of_a_comparison_says_the_settings_of_its_probe() -> None:
    how = Protocol("knn", {"k": 20, "temperature": 0.5})
    argv = shlex.split(command(["pixels", "a run"], "digits", how))[3:]
    assert protocol_of(_parser().parse_args(argv)) == how
