"""Folders that say splits: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

SPLITS = {
    "prefix_and_doubled": Case(
        "seg_train/seg_train/{a,b}/{0-4}.png seg_test/seg_test/{a,b}/{5-6}.png seg_pred/seg_pred/{7-9}.png",
        {},
        13,
        4,
        (
            "10 pictures to learn from, 2 classes from folders under `seg_train`; 4 to test from seg_test; 3 in "
            "seg_pred have no class and are learnt from without; pixels not looked at yet."
        ),
    ),
    "suffix": Case(
        "training_set/{a,b}/{0-4}.png test_set/{a,b}/{5-6}.png",
        {},
        10,
        4,
        ("10 pictures to learn from, 2 classes from folders under `training_set`; 4 to test from test_set; pixels not looked at yet."),
    ),
    "year": Case(
        "train2017/{0-4}.png val2017/{5-6}.png",
        {},
        5,
        2,
        "5 pictures to learn from in train2017, no classes; 2 to test from val2017; pixels not looked at yet.",
    ),
    "no_classes": Case(
        "cars_train/{0-4}.png cars_test/{5-6}.png",
        {},
        5,
        2,
        "5 pictures to learn from in cars_train, no classes; 2 to test from cars_test; pixels not looked at yet.",
    ),
    "rare_words": Case(
        "learn/{a,b}/{0-4}.png holdout/{a,b}/{5-6}.png",
        {},
        10,
        4,
        ("10 pictures to learn from, 2 classes from folders under `learn`; 4 to test from holdout; pixels not looked at yet."),
    ),
    "images_between": Case(
        "train/images/{a,b}/{0-4}.png test/images/{a,b}/{5-6}.png",
        {},
        10,
        4,
        ("10 pictures to learn from, 2 classes from folders under `train`; 4 to test from test; pixels not looked at yet."),
    ),
    "below_classes": Case(
        "{a,b}/train/{0-4}.png {a,b}/test/{5-6}.png",
        {},
        10,
        4,
        (
            "10 pictures to learn from in a/train, b/train, 2 classes from folders above the splits; 4 to test from "
            "a/test, b/test; pixels not looked at yet."
        ),
    ),
    "three_parts": Case(
        "train/{a,b}/{0-4}.png val/{a,b}/{5-6}.png test/{a,b}/{7-9}.png",
        {},
        10,
        6,
        (
            "10 pictures to learn from, 2 classes from folders under `train`; 6 to test from test; 4 for validation "
            "from val, left aside; pixels not looked at yet."
        ),
    ),
    "test_without_labels": Case(
        "train/{a,b}/{0-4}.png val/{a,b}/{5-6}.png test/{7-9}.png",
        {},
        10,
        4,
        (
            "10 pictures to learn from, 2 classes from folders under `train`; 4 to test from val; 3 pictures are for "
            "test, but no picture there has a class to measure with; pixels not looked at yet."
        ),
    ),
    "nothing_labelled_to_measure": Case(
        "train/{a,b}/{0-4}.png test/{7-9}.png",
        {},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders under `train`; 2 to test, a fifth of each class, chosen "
            "by Selfsight; 3 pictures are for test, but no picture there has a class to measure with; pixels not "
            "looked at yet."
        ),
    ),
    "unlabelled": Case(
        "train/{a,b}/{0-4}.png unlabeled/{5-9}.png",
        {},
        13,
        2,
        (
            "8 pictures to learn from, 2 classes from folders under `train`; 2 to test, a fifth of each class, chosen "
            "by Selfsight; 5 in unlabeled have no class and are learnt from without; pixels not looked at yet."
        ),
    ),
    # a picture of trainval that train or val has too is for what train or val says
    "training_and_validation_together": Case(
        "{train,trainval}/{a,b}/{0-4}.png {val,trainval}/{a,b}/{5-6}.png",
        {},
        10,
        4,
        (
            "10 pictures to learn from, 2 classes from folders under `train`; 4 to test from val; 14 files are named "
            "again in a folder for training or validation; pixels not looked at yet."
        ),
        (
            (
                "All 14 pictures in `trainval` have the same names as pictures in `train` and `val`, which say one part: "
                "they are taken for copies and left out."
            ),
        ),
    ),
    "some_in_training_and_validation_together_alone": Case(
        "{trainval,train}/{a,b}/{0-4}.png trainval/{a,b}/{5-9}.png val/{a,b}/{5-6}.png",
        {},
        16,
        4,
        (
            "16 pictures to learn from, 2 classes from folders under `train` and `trainval`; 4 to test from val; 14 files"
            " are named again in a folder for training or validation; pixels not looked at yet."
        ),
        (
            (
                "14 of 20 pictures in `trainval` have the same names as pictures in `train` and `val`, which say one "
                "part: they are taken for copies and left out."
            ),
        ),
    ),
}
