"""Which folders are for training, validation and test, by every usual word, depth and neighbour."""

from __future__ import annotations

import pytest

from ssl_core.reading.layout.words import part_named
from tests.help.named import laid, seen

CASES = {
    "train and test": ("train/a*2 train/b*2 test/a*1 test/b*1", "train: a 2, b 2; test: a 1, b 1"),
    "prefix": ("seg_train/a*2 seg_train/b*2 seg_test/a*1 seg_test/b*1", "train: a 2, b 2; test: a 1, b 1"),
    "suffix": ("training_set/a*2 training_set/b*2 test_set/a*1", "train: a 2, b 2; test: a 1"),
    "year": ("train2017*3 val2017*2", "train: - 3; validation: - 2"),
    "capitals": ("TrainImages*3 TestImages*2", "train: - 3; test: - 2"),
    "dev": ("train/a*2 train/b*2 dev/a*1 dev/b*1", "train: a 2, b 2; validation: a 1, b 1"),
    "holdout and learn": ("learn/a*2 learn/b*2 holdout/b*1", "train: a 2, b 2; test: b 1"),
    "eval": ("training/a*2 training/b*2 evaluation/b*1", "train: a 2, b 2; test: b 1"),
    "cars": ("cars_train*3 cars_test*2 devkit/cars_meta.mat", "train: - 3; test: - 2; left out 1"),
    "three": ("x/train/a*2 x/train/b*2 x/val/a*1 x/test/b*1", "train: a 2, b 2; validation: a 1; test: b 1"),
    "doubled": ("train/train/a*2 train/train/b*2 test/test/a*1", "train: a 2, b 2; test: a 1"),
    "doubled with pictures": (
        "seg_train/seg_train/a*2 seg_train/seg_train/b*2 seg_test/seg_test/a*1 seg_pred/seg_pred*3",
        "train: a 2, b 2; test: a 1; unlabelled: - 3",
    ),
    "wrapper below": ("train/images/a*2 train/images/b*2 test/images/a*1", "train: a 2, b 2; test: a 1"),
    "wrapper below the class": (
        "train/a/images*2 train/b/images*2 val/images*3 test/images*2",
        "train: a 2, b 2; validation: - 3; test: - 2",
    ),
    "wrapper above": ("data/images/train/a*2 data/images/train/b*2 data/images/test/a*1", "train: a 2, b 2; test: a 1"),
    "class first": ("cats/train*3 cats/test*1 dogs/train*3 dogs/test*2", "train: cats 3, dogs 3; test: cats 1, dogs 2"),
    "class first with a validation": (
        "a/train*2 a/val*1 a/test*1 b/train*2 b/val*1 b/test*1",
        "train: a 2, b 2; validation: a 1, b 1; test: a 1, b 1",
    ),
    "domain, split, class": (
        "amazon/train/bike*2 amazon/train/mug*2 amazon/test/mug*1 dslr/train/bike*2 dslr/train/mug*1 dslr/test/mug*1",
        "train: bike 4, mug 3; test: mug 2",
    ),
    "unlabelled beside": ("train/a*2 train/b*2 unlabeled*4", "train: a 2, b 2; unlabelled: - 4"),
    "unlabelled images": ("train_images*2 test_images*1 unlabeled_images*4", "train: - 2; test: - 1; unlabelled: - 4"),
    "others beside": ("train/a*2 train/b*2 test/a*1 figures*3 logo.png", "train: a 2, b 2; test: a 1; left out 4"),
    "two tests": ("train/a*2 train/b*2 test_stg1*1 test_stg2*2", "train: a 2, b 2; test: - 3"),
    "train alone": ("train/a*2 train/b*2 README.md", "train: a 2, b 2; left out 1"),
    "letters behind": ("trainA*3 trainB*3 testA*1 testB*2", "train: A 3, B 3; test: A 1, B 2"),
    "words before": ("cats_train*3 dogs_train*3 cats_test*1 dogs_test*1", "train: cats 3, dogs 3; test: cats 1, dogs 1"),
    "a class called train": ("bus*2 car*2 train*2", "all: bus 2, car 2, train 2"),
    "a class called train, with splits": (
        "train/bus*2 train/train*2 test/bus*1 test/train*1",
        "train: bus 2, train 2; test: bus 1, train 1",
    ),
    "stations and tubes": ("train_station*2 test_tube*2 beach*2", "all: beach 2, test_tube 2, train_station 2"),
    "training and validation in one name": ("train_val_images/Aves*2 train_val_images/Fungi*2", "all: Aves 2, Fungi 2"),
    "validation alone": ("val/{ILSVRC2012_val_1,ILSVRC2012_val_2}.JPEG", "all: - 2"),
    "test repeats the classes beside": ("cats*3 dogs*3 test/cats*1 test/dogs*1", "train: cats 3, dogs 3; test: cats 1, dogs 1"),
    "the same twice in another case": ("Train/0*2 Train/1*2 Test*2 train/0*2 train/1*2 test*2", "train: 0 2, 1 2; test: - 2; left out 6"),
    "one round another": ("train/a/fold/{1,2}.png train/b/{1,2}.png test/a/1.png", "train: a 2, b 2; test: a 1"),
}
DOUBTED = {
    "a class called test": ("cats*3 dogs*3 test*2", {"train": ["."], "test": ["test"]}),
    "a small experiment": ("cats*9 dogs*9 old/train/cats*2 old/test/cats*2", {"train": ["old/train"], "test": ["old/test"]}),
    "pictures beside train": ("train/a*2 train/b*2 1.png 2.png", {"train": ["train"]}),
    "folders beside train that has classes": ("train/a*2 train/b*2 samples*3", {}),
    "test without training": ("cats*2 dogs*2 holdout/cats*1 holdout/dogs*1", {}),
}


@pytest.mark.parametrize(("short", "expected"), CASES.values(), ids=CASES)
def test_folders_say_parts(short: str, expected: str) -> None:
    assert seen(laid(short)) == expected


@pytest.mark.parametrize(("short", "other"), DOUBTED.values(), ids=DOUBTED)
def test_doubtful_splits_are_asked_about_with_the_other_reading(short: str, other: dict[str, list[str]]) -> None:
    layout = laid(short)
    remark = next(each for each in layout.remarks if each.asks and {"train", "test"} & set(each.other))
    assert {key: folders for key, folders in remark.other.items() if folders} == other
    assert laid(short, **remark.other).roles != layout.roles


def test_a_class_called_train_is_remarked_on() -> None:
    (remark,) = laid("bus*2 car*2 train*2").remarks
    assert remark.words == "`train` sounds like a split, but `bus` and `car` beside it make each folder a class."
    assert seen(laid("bus*2 car*2 train*2", **remark.other)) == "train: - 2; left out 4"


@pytest.mark.parametrize(
    ("name", "part"),
    [
        *((name, "train") for name in ("train", "Training", "seg_train", "train2017", "trainA", "TrainData", "ISIC_2019_Training_Input")),
        *((name, "validation") for name in ("val", "valid", "validation", "DEV", "val2017", "images-val")),
        *((name, "test") for name in ("test", "test_stg1", "testing", "eval", "evaluation", "holdout", "hold.out.test")),
        *((name, "unlabelled") for name in ("unlabeled", "unlabelled", "unsup", "train_unlabelled", "seg_pred", "extra")),
        *((name, None) for name in ("trains", "contest", "detrain", "value", "device", "train_val_images", "testimony", "", "2017")),
    ],
)
def test_split_words_are_whole_words(name: str, part: str | None) -> None:
    assert part_named(name) == part
