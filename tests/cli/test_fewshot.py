"""On the command line: what few labels are worth, and what can be said where there are none."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

import ssl_core as core
from ssl_core.evaluation.labelfree import spreads
from ssl_core.fewshot.curve import few_shot
from ssl_core.library import browse, sets
from tests.cli.test_cli import said
from tests.help.evaluation import SIZE, run_with_weights
from tests.help.folders import fill

UNTRAINED, IMAGENET = "random:convnet", "imagenet:mobilenet_v2"


@pytest.fixture
def run(clean_folders: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    monkeypatch.setenv("SSL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    return run_with_weights()


def give(dataset: str, labels: dict[str, str]) -> None:
    actions = [core.Action(dataset, picture, name, str(uuid.uuid4())) for picture, name in labels.items()]
    core.label_store(core.runs_root()).act(actions)


def test_fewshot_says_the_curve_of_each_network_as_the_screen_does(run: str, capsys: Any) -> None:
    data = sets.open_set("digits", "train")
    labels = {f"train-{i}": data.info.classes[data.label(i)] for i in range(30)}
    give("digits", labels)
    code, answer, err = said(capsys, "fewshot", run, UNTRAINED, "pixels", "--json")
    assert code == 0 and set(answer) == {
        "run",
        "dataset",
        "classes",
        "labels",
        "given",
        "n_test",
        "hidden",
        "chance",
        "majority",
        "targets",
        "left_out",
        "notes",
    }
    assert "no sample of the set" in answer["notes"][-1]
    assert (answer["run"], answer["dataset"], answer["labels"], answer["given"], answer["hidden"]) == (run, "digits", 30, 30, True)
    assert [row["target"] for row in answer["targets"]] == [run, UNTRAINED, "pixels"] and "looking" in err
    found = few_shot("digits", [run, UNTRAINED, "pixels"], labels)
    assert found.n_test == answer["n_test"] and (found.chance, found.majority) == (answer["chance"], answer["majority"])
    for row, line in zip(answer["targets"], found.lines, strict=True):
        assert row["points"] == [{"labels": p.labels, "accuracy": p.accuracy, "ci95": [p.lo, p.hi]} for p in line.points]


def test_fewshot_stands_beside_the_usual_networks_and_fetches_none_unasked(run: str, capsys: Any) -> None:
    give("digits", {"train-1": "1", "train-2": "2"})
    code, answer, _ = said(capsys, "fewshot", run, "--json")
    assert code == 0 and [row["target"] for row in answer["targets"]] == [run, f"untrained:{run}"]
    assert answer["targets"][1]["points"][-1]["spread"] >= 0 and "spread" not in answer["targets"][0]["points"][-1]
    assert [row["target"] for row in answer["left_out"]] == [IMAGENET]


def test_fewshot_in_words_has_a_line_for_each_network(run: str, capsys: pytest.CaptureFixture[str]) -> None:
    from ssl_core.__main__ import main

    give("digits", {"train-1": "1", "train-2": "2"})
    capsys.readouterr()
    assert main(["fewshot", run, "pixels"]) == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.startswith("2 labels of digits; nearest prototype on 355 test pictures, 95 % intervals with these labels; chance 1")
    assert [row.split()[0] for row in rows[:2]] == [run, "pixels"] and "no sample of the set" in rows[2]


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["RUN"], "'digits' must have labels of yours for that. It has none yet: give some on the screen “Few labels”."),
        (["RUN", "--dataset", "cows"], "There is no data set 'cows'."),
        (["nobody"], "There is no run 'nobody'"),
        ([], "The following arguments are required: RUN"),
    ],
)
def test_a_wrong_request_is_one_sentence_and_status_2(run: str, argv: list[str], sentence: str, capsys: Any) -> None:
    code, answer, err = said(capsys, "fewshot", *(run if word == "RUN" else word for word in argv))
    assert code == 2 and answer is None and sentence in err and len(err.strip().splitlines()) == 1


def test_compare_counts_directions_where_there_are_no_labels(run: str, clean_folders: Path, capsys: Any) -> None:
    flat = browse.add_folder("flat", fill(clean_folders / "flat", [f"{k}.png" for k in range(30)]))
    code, answer, _ = said(capsys, "compare", run, UNTRAINED, "nobody:4", "--dataset", flat, "--json")
    assert code == 2 and answer is None
    code, answer, _ = said(capsys, "compare", run, UNTRAINED, "pixels", "--dataset", flat, "--json")
    assert code == 0 and set(answer) == {"protocol", "n_train", "n_test", "targets", "pairs", "left_out"}
    assert (answer["protocol"], answer["n_train"], answer["pairs"], answer["left_out"]) == ("directions", 0, [], [])
    rows = spreads([run, UNTRAINED, "pixels"], flat).rows
    assert [(row["target"], row["directions"], row["most"], row["n_test"]) for row in answer["targets"]] == [
        (row.target, row.rank, row.most, row.pictures) for row in rows
    ]
    assert len(rows) == 3 and json.dumps(answer)


def test_compare_without_labels_leaves_out_what_has_no_weights(run: str, clean_folders: Path, capsys: Any) -> None:
    from ssl_core.training.request import new_run

    flat = browse.add_folder("flat", fill(clean_folders / "flat", [f"{k}.png" for k in range(30)]))
    bare = new_run({"task": "rotation", "dataset": "digits", "recipe": {"image_size": 8, "batch": 64}})
    code, answer, _ = said(capsys, "compare", UNTRAINED, bare, "--dataset", flat, "--json")
    assert code == 0 and [row["target"] for row in answer["targets"]] == [UNTRAINED]
    assert answer["left_out"][0]["target"] == bare and "no weights" in answer["left_out"][0]["reason"]


def sizes_asked() -> set[int]:
    """Pixels a side of all pictures that were looked at."""
    return {json.loads(spec.read_text())["image_size"] for spec in core.runs_root().parent.rglob("embed-*/spec.json")}


@pytest.mark.parametrize(("asked", "size"), [([], SIZE), (["--image-size", "16"], 16)])
def test_compare_without_labels_shows_all_the_same_size(run: str, clean_folders: Path, asked: list[str], size: int, capsys: Any) -> None:
    flat = browse.add_folder("flat", fill(clean_folders / "flat", [f"{k}.png" for k in range(30)]))
    mine = run_with_weights(dataset=flat)
    code, answer, _ = said(capsys, "compare", UNTRAINED, mine, "pixels", *asked, "--json")
    shown = [(row["target"], row["image_size"]) for row in answer["targets"]]
    assert code == 0 and shown == [(UNTRAINED, size), (mine, size), ("pixels", size)]
    assert sizes_asked() == {size}


@pytest.mark.parametrize(
    ("flags", "named"),
    [
        (["--layer", "stage1"], "--layer"),
        (["--protocol", "linear"], "--protocol"),
        (["--labels-per-class", "all", "--seeds", "1"], "--labels-per-class, --seeds"),
        (["--train-images", "9", "--test-images", "9", "--image-size", "16"], "--train-images, --test-images"),
    ],
)
def test_compare_without_labels_refuses_what_is_said_of_labels(
    run: str, clean_folders: Path, flags: list[str], named: str, capsys: Any
) -> None:
    flat = browse.add_folder("flat", fill(clean_folders / "flat", [f"{k}.png" for k in range(30)]))
    code, answer, err = said(capsys, "compare", run, UNTRAINED, "--dataset", flat, *flags, "--json")
    assert code == 2 and answer is None and len(err.strip().splitlines()) == 1
    assert f"compare on '{flat}', which has no labels, takes only --dataset, --image-size and --json. Got {named}: leave" in err
    assert not sizes_asked()
