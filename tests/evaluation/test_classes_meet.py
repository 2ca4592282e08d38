"""Classes that never meet in train and test, and pictures without a class among labelled ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from ssl_core.__main__ import main
from ssl_core.evaluation.compare import comparison, request_comparison
from ssl_core.evaluation.forecast import expect_comparison
from ssl_core.evaluation.probe import probe_request
from ssl_core.evaluation.protocol import Protocol
from ssl_core.evaluation.view import View
from ssl_core.fewshot.curve import few_shot
from ssl_core.jobs.folder import ask
from ssl_core.jobs.worker import work
from ssl_core.library.browse import add_folder
from ssl_core.library.meeting import class_notes, meeting, unmet_classes
from ssl_core.models.build import build_task
from ssl_core.models.targets import parse_all
from ssl_core.notebook import scores
from ssl_core.records.homes import home_of
from ssl_core.settings import SettingsError
from ssl_core.system.disk import read_json
from ssl_core.training.held_out import evaluate
from ssl_core.training.request import make_spec
from ssl_core.training.source import open_source

SIZE, EACH = 8, 6  # pixels a side; pictures of a folder
SMALL = {"image_size": SIZE, "batch": 4}


@pytest.fixture
def tree(tmp_path: Path, clean_folders: Path) -> Callable[..., str]:
    """Makes a data set of folders, each with EACH different pictures; its name."""

    def made(*folders: str) -> str:
        rng = np.random.default_rng(0)
        for folder in folders:
            (tmp_path / "set" / folder).mkdir(parents=True)
            for k in range(EACH):
                pixels = rng.integers(0, 255, (SIZE, SIZE, 3), np.uint8)
                Image.fromarray(pixels).save(tmp_path / "set" / folder / f"{k}.png")
        return add_folder("tree", tmp_path / "set")

    return made


@pytest.fixture
def disjoint(tree: Callable[..., str]) -> str:
    return tree("train/cat", "train/dog", "test/car", "test/boat")


def test_where_no_class_is_in_both_splits_nothing_is_measured(disjoint: str) -> None:
    (target,) = parse_all(["pixels"], disjoint, SIZE)
    asks = (comparison, request_comparison, expect_comparison)
    for refused in (
        *((lambda measure=measure: measure(["pixels"], disjoint, image_size=SIZE)) for measure in asks),
        lambda: probe_request(target, Protocol()),
        lambda: View(target, 10, 10, None, None),
        lambda: scores.probe("pixels", dataset=disjoint, progress=False),
        lambda: scores.compare(["pixels"], dataset=disjoint, progress=False),
    ):
        with pytest.raises(
            SettingsError, match="The classes of 'tree' must meet.*Got 'cat' and 'dog' in train and 'boat' and 'car' in test"
        ):
            refused()


@pytest.mark.parametrize("command", ["probe", "compare"])
def test_the_command_line_refuses_in_one_sentence(command: str, disjoint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([command, "pixels", "--dataset", disjoint, "--json"]) == 2
    out, err = capsys.readouterr()
    assert not out and "must meet" in err and "--classes" in err


@pytest.mark.parametrize("task", ["supervised", "fixmatch"])
def test_a_task_that_learns_classes_is_refused_and_one_that_learns_none_is_not(task: str, disjoint: str) -> None:
    with pytest.raises(SettingsError, match="must meet"):
        make_spec({"task": task, "dataset": disjoint, "recipe": SMALL})
    assert make_spec({"task": "simclr", "dataset": disjoint, "recipe": SMALL}).data.samples == 2 * EACH


def test_a_curve_of_labels_is_left_out_until_a_class_of_the_test_is_named(disjoint: str) -> None:
    apart = few_shot(disjoint, ["pixels"], {"train-0": "cat", "train-7": "dog"})
    assert not apart.lines and "must be among the test pictures: 'boat', 'car'. Got 'cat', 'dog'" in apart.left_out[0][1]
    named = few_shot(disjoint, ["pixels"], {"train-0": "cat", "train-7": "boat"})
    assert len(named.lines) == 1 and not named.left_out


def test_a_class_in_one_split_only_is_named_beside_the_number(tree: Callable[..., str], capsys: pytest.CaptureFixture[str]) -> None:
    name = tree("train/cat", "train/dog", "train/owl", "test/cat", "test/dog", "test/car")
    notes = [
        "'car' is in test only: never learnt from (6 pictures, which count as wrong).",
        "'owl' is in train only: never measured with.",
    ]
    assert class_notes(name) == notes and not unmet_classes(name)
    for command in ("probe", "compare"):
        assert main([command, "pixels", "--dataset", name, "--protocol", "knn", "--image-size", str(SIZE), "--json"]) == 0
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["notes"] == notes
        assert main([command, "pixels", "--dataset", name, "--protocol", "knn", "--image-size", str(SIZE)]) == 0
        assert all(note in capsys.readouterr().out for note in notes[:1])
    assert list(comparison(["pixels"], name, image_size=SIZE).notes) == notes
    assert notes[0] in repr(scores.probe("pixels", "knn", dataset=name, image_size=SIZE, progress=False))
    guess_S = read_json(_scored(name, "knn") / "result.json")["accuracy"]
    assert guess_S <= 2 / 3  # no picture of 'car' can be right


def test_sets_whose_classes_all_meet_have_no_note(tree: Callable[..., str]) -> None:
    assert class_notes(tree("train/cat", "train/dog", "test/cat", "test/dog")) == []
    assert class_notes("digits") == [] and not meeting("digits").apart


# Pictures without a class


@pytest.fixture
def partly(tree: Callable[..., str]) -> str:
    return tree("train/cat", "train/dog", "test/cat", "test/dog", "unlabelled")


@pytest.mark.parametrize("probe", ["knn", "linear"])
def test_probes_fit_on_labelled_pictures_alone_and_say_so(probe: str, partly: str) -> None:
    (target,) = parse_all(["pixels"], partly, SIZE)
    assert len(target.pictures("train")) == 3 * EACH  # the unlabelled ones are learnt from where no label is needed
    result = read_json(_scored(partly, probe) / "result.json")
    assert (result["n_train"], result["n_test"]) == (2 * EACH, 2 * EACH)
    assert set(View(target, 100, 100, None, 2).labelled("train").label_S.tolist()) == {0, 1}


def test_few_labels_count_labelled_test_pictures(partly: str) -> None:
    found = few_shot(partly, ["pixels"], {"train-0": "cat"})
    assert found.n_test == 2 * EACH == few_shot(partly, ["random:convnet"], {}).n_test


@pytest.mark.parametrize("task", ["supervised", "fixmatch", "simclr"])
def test_what_has_no_class_teaches_none_and_is_not_counted_in_held_out_accuracy(task: str, partly: str) -> None:
    spec = make_spec({"task": task, "dataset": partly, "recipe": SMALL})
    source = open_source(spec, torch.device("cpu"), lambda done, of: None)
    taught = source.label_S >= 0
    assert (
        len(taught) == 3 * EACH and int(taught.sum()) == {"simclr": 0, "fixmatch": 8, "supervised": 2 * EACH}[task]
    )  # fixmatch: 4 a class
    built = build_task(spec)
    if task == "fixmatch":
        rows_TB = built.draw(source.label_S, 4, torch.Generator().manual_seed(0))
        assert bool((source.label_S[rows_TB[:, : built.labelled_rows(built.options, 4)]] >= 0).all())
    if task == "supervised":
        source.test_label_S[::2] = -1  # as if half of the test pictures had no class
        rows_S = torch.arange(2 * EACH)
        held_out = evaluate(built, source, rows_S, 0, "main", 5).metrics
        said_S = built.head(built.backbone(source.test(rows_S).images_BCHW).pooled_BD).argmax(1)
        assert held_out["accuracy"] == pytest.approx(float((said_S == source.test_label_S)[1::2].float().mean()))


def _scored(name: str, probe: str) -> Path:
    (target,) = parse_all(["pixels"], name, SIZE)
    folder = ask("probe", probe_request(target, Protocol(probe)), home_of("pixels"))
    assert work(folder).state == "done"
    return folder
