"""What is said where a network and pictures meet: ImageNet with its own classes, copies as JPEG, pictures of another set."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ssl_core.jobs.status import Status, write_status
from ssl_core.models import meets
from ssl_core.models.meets import TAUGHT, copy_note, notes_on, of_imagenette, stranger, strangers_on
from ssl_core.records.runs import folder_of
from ssl_core.system.processes import me
from tests.help.evaluation import run_with_weights

IMAGENET = "imagenet:mobilenet_v2"


@pytest.fixture(autouse=True)
def own(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_DATA", str(clean_folders / "data"))
    monkeypatch.setenv("TORCH_HOME", str(clean_folders / "torch"))


@pytest.fixture
def folder(clean_folders: Path) -> Callable[..., str]:
    def made(name: str, *classes: str, suffix: str = "jpg") -> str:
        rng = np.random.default_rng(0)
        for split in ("train", "test"):
            for each in classes:
                home = clean_folders / "data" / name / split / each
                home.mkdir(parents=True)
                for k in range(3):
                    Image.fromarray(rng.integers(0, 255, (40, 40, 3), np.uint8)).save(home / f"{k}.{suffix}")
        return name

    return made


def weights(name: str) -> str:
    write_status(folder_of(name), Status(state="done", weights="1", **me()))
    return name


def test_imagenet_has_learnt_imagenettes_classes_whatever_the_set_is_called(folder: Callable[..., str]) -> None:
    mine = folder("mine", "garbage_truck", "Tench", "church")
    assert of_imagenette(mine) and notes_on(mine, ["pixels", IMAGENET]) == [TAUGHT] and notes_on(mine, ["pixels"]) == []
    assert not of_imagenette(folder("pets", "tench", "cat")) and not of_imagenette("scenes") and notes_on("scenes", [IMAGENET]) == []


def test_a_copy_of_cifar_as_jpeg_says_that_its_figures_are_not_the_published_ones(folder: Callable[..., str]) -> None:
    assert "copy as JPEG here" in copy_note(folder("cifar10", "cat", "dog")) and "aren’t comparable with published" in copy_note("cifar10")
    assert notes_on("cifar10") == [copy_note("cifar10")]
    assert copy_note(folder("cifar100", "cat", "dog", suffix="png")) == copy_note(folder("pets", "cat", "dog")) == copy_note("scenes") == ""


def test_a_run_on_its_own_pictures_is_no_stranger(folder: Callable[..., str]) -> None:
    run = run_with_weights()
    assert stranger(run, "digits") is None and stranger(run, folder("pets", "cat", "dog")) is not None


def test_a_stranger_is_named_with_both_sets_and_the_better_run(folder: Callable[..., str]) -> None:
    pets, other = folder("pets", "cat", "dog"), folder("other", "cat", "dog")
    run = weights(run_with_weights())
    said = stranger(run, pets)
    assert said is not None and said.sentence.startswith("This network learnt from 'digits' and meets 'pets' here")
    assert "ImageNet" not in said.sentence  # its weights aren't here
    photographs = weights(run_with_weights(dataset=other, title="Photographs"))
    said = stranger(run, pets)
    assert said is not None and said.run in (photographs, "photos-starter") and "Likely better here: “" in said.sentence
    own = weights(run_with_weights(dataset=pets, title="Pets"))
    said = stranger(run, pets)
    assert said is not None and (said.run, said.title) == (own, "Pets") and "“Pets”, which learnt from 'pets'" in said.sentence
    back = stranger(own, "digits")
    assert back is not None and back.run == run


def test_imagenets_network_is_offered_for_photographs_where_it_is_here(folder: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meets, "offer", lambda name: type("Offer", (), {"here": True}))
    said = stranger(run_with_weights(), folder("pets", "cat", "dog"))
    assert said is not None and said.sentence.endswith("ImageNet’s network, which learnt from photographs.")
    drawn = stranger(run_with_weights(), "scenes")
    assert drawn is not None and "ImageNet" not in drawn.sentence


def test_every_run_of_a_comparison_that_learnt_from_another_set_is_named(folder: Callable[..., str]) -> None:
    pets, run = folder("pets", "cat", "dog"), run_with_weights(title="Digits")
    assert strangers_on(pets, [run, "pixels", IMAGENET]) == [
        "“Digits” learnt from 'digits' and meets 'pets' here: pictures unlike those it knows."
    ]
    assert strangers_on("digits", [run, "pixels"]) == []
