"""What a person says of folders goes before what they say by themselves, and every layout can be said."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest

from ssl_core.reading.account import Choice
from ssl_core.reading.layout.understood import laid_out
from ssl_core.reading.layout.words import word_set
from ssl_core.settings import SettingsError
from tests.help.named import laid, picture, seen

FOLDERS = sorted(
    word_set(
        """train val test images masks labels cats dogs Cat cat 0 1 2021 part_1 part_2 unlabeled @eaDir .hidden thumbs trainA testA
        train2017 seg_train seg_test ground_truth mask no_mask annotations data dev Train"""
    )
)
FILES = sorted(
    word_set("a.jpg a_mask.png a.png b.jpg b_gt.png cat.0.jpg dog.1.jpg a.txt a.xml README.md Thumbs.db .x.jpg none a.csv 1.jpg z.zip")
)
ODD = [" ", "\u00e9", "e\u0301", "x.jpg", "..", "\ufffd", "a:b", "train "]


def tree(seed: int) -> list[str]:
    """Names of a tree from a few words, of which every second has four words for folders alone, so that they meet."""
    rng = random.Random(seed)
    words = rng.sample(FOLDERS, 4) if seed % 2 else [*FOLDERS, *ODD]
    depths = rng.choice([(1, 2), (0, 1, 2, 3), (1, 2, 2, 3, 4)])
    names = {"/".join([*rng.choices(words, k=rng.choice(depths)), rng.choice(FILES)]) for _ in range(rng.choice([1, 3, 10, 40, 80]))}
    return sorted(names)


@pytest.mark.parametrize("start", range(0, 300, 60))
def test_every_file_of_a_random_tree_has_one_role_in_any_order_and_said_again(start: int) -> None:
    for seed in range(start, start + 60):
        names = tree(seed)
        layout = laid_out(names, Choice(), picture)
        assert list(layout.roles) == names, seed
        assert all(picture(name) for name, role in layout.roles.items() if role.kind in ("picture", "mask")), seed
        assert all(layout.roles[role.of].kind != "mask" for role in layout.roles.values() if role.of), seed
        assert all(role.reason for role in layout.roles.values() if role.kind == "left out"), seed
        shuffled = laid_out(random.Random(seed).sample(names, len(names)), Choice(), picture)
        assert shuffled == layout, seed  # dicts are equal in any order
        again = laid_out(names, Choice.read(layout.assumed), picture)
        assert again[:3] == layout[:3], seed


def test_the_other_reading_of_every_remark_can_be_said() -> None:
    for seed in range(300, 500):
        names = tree(seed)
        for remark in laid_out(names, Choice(), picture).remarks:
            laid_out(names, Choice.read(remark.other), picture)


@pytest.mark.parametrize(
    ("short", "choice", "expected"),
    [
        ("berlin/a*2 berlin/b*2 rome/a*1 rome/b*1", {"train": ["berlin"], "test": ["rome"]}, "train: a 2, b 2; test: a 1, b 1"),
        ("berlin/a*2 berlin/b*2 rome/a*1 rome/b*1", {"test": ["rome"]}, "train: a 2, b 2; test: a 1, b 1"),
        (
            "d/berlin/a*2 d/berlin/b*2 d/rome/a*1 x*1",
            {"train": ["./d/berlin/"], "test": ["d\\rome"]},
            "train: a 2, b 2; test: a 1; left out 1",
        ),
        ("train/a*2 train/b*2 test/a*1 more*3", {"unlabelled": ["more"]}, "train: a 2, b 2; test: a 1; unlabelled: - 3"),
        ("train/a*2 train/b*2 test/a*1 more/a*3", {"train": ["train", "more"]}, "train: a 5, b 2; test: a 1"),
        ("train/a*2 test/b*1", {"train": [], "validation": [], "test": [], "unlabelled": []}, "all: test 1, train 2"),
        ("train/a*2 train/b*2 test/a*1", {"classes": "none"}, "train: - 4; test: - 1"),
        ("a/x*2 a/y*2 b/x*1 b/y*1", {"classes": "folders:2"}, "all: x 3, y 3"),
        ("a*2 b*2", {"classes": "folders"}, "all: a 2, b 2"),
        ("a/{x_1,y_1}.png", {"classes": "names"}, "all: x 1, y 1"),
        ("a*2 b*2", {"classes": "labels.csv:label"}, "all: a 2, b 2"),
        ("c/A*2 c/B*2 c/c/A*2 c/c/B*2", {"train": ["c/c"]}, "train: A 2, B 2; left out 4"),
    ],
)
def test_a_choice_goes_before_names(short: str, choice: dict[str, Any], expected: str) -> None:
    assert seen(laid(short, **choice)) == expected


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (
            {"train": ["sed_train"]},
            r"'train' names a folder below the set's root that holds pictures. Got 'sed_train'. There are: seg_train",
        ),
        ({"test": ["seg_test", "seg_train/b"], "train": ["seg_test"]}, "'seg_test' can be in one part only. Got train and test"),
        ({"classes": "folders:3"}, r"There is 1 level of folders that could name classes \(folders:1 is the uppermost\). Got 'folders:3'"),
        ({"classes": "folders:x"}, "Got 'folders:x'"),
    ],
)
def test_what_is_not_there_is_refused_with_names_near_by(choice: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        laid("seg_train/a*2 seg_train/b*2 seg_test/a*1", **choice)


def test_what_was_assumed_is_a_choice() -> None:
    layout = laid("d/train/a*2 d/train/b*2 d/val/a*1 d/test/b*1 d/unlabeled*2")
    assert layout.where == "folders under `d/train`" and layout.assumed == {
        "train": ["d/train"],
        "validation": ["d/val"],
        "test": ["d/test"],
        "unlabelled": ["d/unlabeled"],
        "classes": "folders:1",
        "masks": [],
    }


@pytest.mark.timed
def test_names_of_100_000_files_are_understood_in_a_second_and_a_half() -> None:
    names = [f"{part}/images/c{k % 500}/{k}.jpg" for part in ("train", "test") for k in range(40_000)]
    names += [f"train/masks/c{k % 500}/{k}.png" for k in range(20_000)]
    start = time.perf_counter()
    laid_out(names, Choice(), picture)
    assert time.perf_counter() - start < 1.5
