"""What a method can't be trained with: a sentence before training, from its own checks, in the command line and on the screen alike."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from ssl_core.__main__ import main
from ssl_core.labels.log import Action
from ssl_core.labels.store import Store
from ssl_core.settings import SettingsError
from ssl_core.training.request import make_spec
from tests.pages.conftest import open_page, words

FEW = ("--dataset", "scenes", "--dataset.n_train", "40", "--dataset.n_test", "20")

CASES = {
    "no map to paint on": ("inpainting --backbone vit", "inpainting needs a network that gives map."),
    "no tokens to drop": ("mae --backbone convnet", "mae needs a network that gives dropping and tokens."),
    "no two halves": ("splitbrain --backbone vit", "splitbrain needs a network that gives map."),
    "a size that has no patches": ("mae --image-size 10", "'patch' of ViT must divide the picture size 10. Got 4."),
    "a mask that leaves nothing": (
        "mae --image-size 8 --hidden 0.95",
        "'hidden' of mae must hide a square of 4 and leave one to be seen. Got 0.95.",
    ),
    "a mask of everything": ("mae --hidden 1", "'hidden' of mae must be between 0.1 and 0.95. Got 1."),
    "a size that a forger can't double to": ("bigan --image-size 20", "bigan needs pictures of 8, 16, 32, 64 … pixels a side"),
    "a batch of one": ("simclr --batch 1", "'batch' of the recipe must be between 2 and 16384. Got 1."),
    "a queue that the batch doesn't divide": (
        "moco --batch 3",
        "'queue' of moco must be a multiple of the batch size, 3. Got 4096. Try 4095.",
    ),
    "fewer pictures than bins": ("swav --bins 60", "'bins' of swav must be at most the number of pictures, 40. Got 60."),
    "fewer pictures than labels": ("sela --clusters 60", "'clusters' of sela must be at most the number of pictures, 40. Got 60."),
    "no captions": ("clip --dataset digits", "clip needs pictures with captions, and 'digits' has none."),
    "no colour": ("splitbrain --dataset digits", "splitbrain needs pictures with colour, and 'digits' has none."),
    "no label of one's own": (
        "fixmatch --labels-from store",
        "fixmatch needs pictures of 2 classes or more that you named, and 'scenes' has 0.",
    ),
    "no label at all": ("fixmatch --labels-per-class 0", "'labels_per_class' of the recipe must be between 1 and 1e+07. Got 0."),
    "a judge that pulls the wrong way": ("inpainting --adversarial -1", "'adversarial' of inpainting must be between 0 and 0.5. Got -1."),
}


@pytest.mark.parametrize("case", CASES)
def test_the_command_line_refuses_it_in_a_sentence(case: str, clean_folders: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked, sentence = CASES[case]
    few = () if "--dataset" in asked else FEW
    assert main(["train", *asked.split(), *few, "--json"]) == 2
    said = capsys.readouterr()
    assert sentence in said.err and "Traceback" not in said.err and said.out == ""
    assert not list((clean_folders / "runs").glob("*/spec.json"))


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"task": "mae", "hidden": "1"}, "must be between 0.1 and 0.95. Got 1. Shown is 0.75."),
        ({"task": "clip", "dataset": "digits"}, "clip needs pictures with captions, and 'digits' has none."),
        ({"task": "fixmatch", "labels_from": "store"}, "fixmatch needs pictures of 2 classes or more that you named, and 'scenes' has 0."),
    ],
)
def test_the_screen_says_the_same(asked: dict[str, str], sentence: str, clean_folders: Path) -> None:
    app = open_page("train", **asked)
    assert not app.exception and sentence in words(app)


def noise(folder: Path) -> Path:
    """A flat folder of pictures."""
    folder.mkdir()
    rng = np.random.default_rng(0)
    for k in range(40):
        Image.fromarray(rng.integers(0, 255, (16, 16, 3), np.uint8)).save(folder / f"{k:02}.png")
    return folder


@pytest.fixture
def unlabelled(clean_folders: Path) -> tuple[str, Callable[[dict[str, str]], None]]:
    """A set without classes, and a way to name its pictures."""
    from ssl_core.library import browse

    name = browse.add_folder("flat", noise(clean_folders / "flat"))

    def label(said: dict[str, str]) -> None:
        store = Store(clean_folders / "runs" / "labels.sqlite")
        store.act([Action(name, picture, kind, f"{kind}-{picture}") for picture, kind in said.items()])

    return name, label


def test_a_set_without_classes_is_taught_by_the_labels_that_were_given(unlabelled: tuple[str, Any]) -> None:
    from ssl_core.training.taught import own_names
    from tests.help.small import small_run

    name, label = unlabelled
    with pytest.raises(SettingsError, match="fixmatch needs pictures with labels"):
        make_spec({"task": "fixmatch", "dataset": name})
    label({"train-0": "cat", "train-3": "dog", "test-1": "dog", "test-2": "bird"})
    spec = make_spec({"task": "fixmatch", "dataset": name, "labels_from": "store"})
    assert sorted(spec.data.classes) == ["cat", "dog"] and own_names(spec)
    _, status = small_run("fixmatch", dataset=name, labels_from="store", dataset_options={}, recipe={"image_size": 16})
    assert status.state == "done", status.reason
    assert status.metrics["accuracy"] in (0.0, 1.0)  # one test picture has a name that it was taught
