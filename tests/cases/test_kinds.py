"""One row a kind of folder: what is understood of it, word for word. A remark that asks begins with "? "."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from ssl_core.reading.understood import understood
from tests.help.trees import planted, table


class Case(NamedTuple):
    """A folder and its account."""

    pictures: str
    tables: dict[str, tuple[str, ...]]
    learnt: int
    tested: int
    words: str
    remarks: tuple[str, ...] = ()


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
}

WRITTEN_SPLITS = {
    "column_split": Case(
        "{0-9}.png",
        {
            "l.csv": (
                "file,label,split",
                "{0-2}.png,a,train",
                "{3-5}.png,b,train",
                "6.png,a,val",
                "7.png,b,val",
                "8.png,a,test",
                "9.png,b,test",
            )
        },
        6,
        2,
        (
            "6 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test; 2 for validation, left "
            "aside; pixels not looked at yet. `l.csv` names classes in its column `label` and says the split in "
            "`split`: 10 rows about 10 pictures."
        ),
    ),
    "column_set_holdout": Case(
        "{0-9}.png",
        {"l.csv": ("file,label,set", "{0-3}.png,a,train", "{4-7}.png,b,train", "8.png,a,holdout", "9.png,b,holdout")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test; pixels not looked at yet. "
            "`l.csv` names classes in its column `label` and says the split in `set`: 10 rows about 10 pictures."
        ),
    ),
    "is_test": Case(
        "{0-9}.png",
        {"l.csv": ("file,label,is_test", "{0-3}.png,a,0", "{4-7}.png,b,0", "8.png,a,1", "9.png,b,1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test; pixels not looked at yet. "
            "`l.csv` names classes in its column `label` and says the split in `is_test`: 10 rows about 10 pictures."
        ),
    ),
    "zero_and_one": Case(
        "{0-9}.png",
        {"l.csv": ("file,label,split", "{0-3}.png,a,1", "{4-7}.png,b,1", "8.png,a,0", "9.png,b,0")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows "
            "about 10 pictures."
        ),
        (
            (
                "? `l.csv` says 1 of 8 pictures and 0 of 2 in its column `split`: which of them test isn't said, so the "
                "column isn't used. If it is, the 2 test."
            ),
        ),
    ),
    "folds": Case(
        "{0-9}.png",
        {"l.csv": ("file,label,fold", "{0-4}.png,a,1", "{5-9}.png,b,2")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows "
            "about 10 pictures."
        ),
        (("? `l.csv` names 2 folds in its column `fold`, which isn't used. If it is, fold 2 tests (5 pictures) and the others train."),),
    ),
    "lists_by_name": Case(
        "images/{0-9}.png",
        {"train.txt": ("0.png a", "{1-3}.png a", "{4-7}.png b"), "test.txt": ("8.png a", "9.png b")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'column 2' of 'train.txt'; 2 to test; pixels not looked "
            "at yet. `test.txt` names classes in its column `column 2`: 2 rows about 2 pictures. Its name says that "
            "its pictures are for test. `train.txt` names classes in its column `column 2`: 8 rows about 8 pictures. "
            "Its name says that its pictures are for train."
        ),
    ),
    "annotations_of_validation": Case(
        "train/{a,b}/images/{0-3}.png val/images/{8-9}.png test/images/{10-12}.png",
        {"val/val_annotations.txt": ("8.png\ta\t0\t0\t1\t1", "9.png\tb\t0\t0\t1\t1")},
        6,
        2,
        (
            "6 pictures to learn from, 2 classes from folders under `train`; 2 to test, a fifth of each class, chosen "
            "by Selfsight; 3 pictures are for test, but no picture there has a class to measure with; 2 pictures are "
            "for validation, but no picture there has a class to measure with; pixels not looked at yet. "
            "`val/val_annotations.txt` colours maps by 5 columns: 2 rows about 2 pictures. Its name says that its "
            "pictures are for validation. No column names classes (its columns: column 1, column 2, column 3, column "
            "4, column 5, column 6)."
        ),
        (
            (
                "? `val/val_annotations.txt` has several of its columns 'column 3', 'column 4', 'column 5', 'column 6' at "
                "1 for some pictures, so they name no classes; each colours the map."
            ),
        ),
    ),
    "one_list_of_two": Case(
        "{0-9}.png",
        {"train.txt": ("0.png", "{1-7}.png")},
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`train.txt` lists 8 pictures. Its name says that its pictures are for train."
        ),
        ("? 8 of 10 pictures are said to be for training and nothing is said of the others: all are split anew.",),
    ),
}

LABELS = {
    "target": Case(
        "{0-9}.png",
        {"l.csv": ("image_id,target", "{0-4},a", "{5-9},b")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'target' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `target`: 10 rows "
            "about 10 pictures."
        ),
    ),
    "numbers_and_words": Case(
        "{0-9}.png",
        {"l.csv": ("path,class_id,class_name", "img/{0-4}.png,0,a", "img/{5-9}.png,1,b")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'class_name' of 'l.csv'; 2 to test, a fifth of each "
            "class, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `class_name`: "
            "10 rows about 10 pictures."
        ),
    ),
    "one_hot": Case(
        "{0-9}.png",
        {"l.csv": ("image,cat,dog", "{0-4}.png,1,0", "{5-9}.png,0,1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'cat to dog' of 'l.csv'; 2 to test, a fifth of each "
            "class, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its columns `cat to dog`: "
            "10 rows about 10 pictures."
        ),
        ("`l.csv` names 2 classes by a column each: 'cat', 'dog'.",),
    ),
    "quantity": Case(
        "{0-39}.png",
        {
            "l.csv": (
                "file,label",
                "0.png,0.0",
                "1.png,1.5",
                "2.png,3.0",
                "3.png,4.5",
                "4.png,6.0",
                "5.png,7.5",
                "6.png,9.0",
                "7.png,10.5",
                "8.png,12.0",
                "9.png,13.5",
                "10.png,15.0",
                "11.png,16.5",
                "12.png,18.0",
                "13.png,19.5",
                "14.png,21.0",
                "15.png,22.5",
                "16.png,24.0",
                "17.png,25.5",
                "18.png,27.0",
                "19.png,28.5",
                "20.png,30.0",
                "21.png,31.5",
                "22.png,33.0",
                "23.png,34.5",
                "24.png,36.0",
                "25.png,37.5",
                "26.png,39.0",
                "27.png,40.5",
                "28.png,42.0",
                "29.png,43.5",
                "30.png,45.0",
                "31.png,46.5",
                "32.png,48.0",
                "33.png,49.5",
                "34.png,51.0",
                "35.png,52.5",
                "36.png,54.0",
                "37.png,55.5",
                "38.png,57.0",
                "39.png,58.5",
            )
        },
        32,
        8,
        (
            "32 pictures to learn from, no classes; 8 to test, a fifth, chosen by Selfsight; pixels not looked at "
            "yet. `l.csv` colours maps by 1 column: 40 rows about 40 pictures. No column names classes (its columns: "
            "file, label)."
        ),
        (("? `l.csv` has 40 different numbers in its column `label`: a quantity, which colours the map, and no classes."),),
    ),
    "no_label": Case(
        "{0-9}.png",
        {"l.csv": ("file,label", "{0-3}.png,a", "{4-7}.png,b", "8.png,NA", "9.png,unknown")},
        7,
        3,
        (
            "7 pictures to learn from, 2 classes from column 'label' of 'l.csv' (1 of them without one); 3 to test, a "
            "fifth of each class, at least one, chosen by Selfsight (1 of them without a "
            "class); pixels not looked at yet. `l.csv` names classes in its column "
            "`label`: 10 rows about 10 pictures."
        ),
        ("`l.csv` says 'NA', 'unknown' of 2 pictures in its column `label`, which is no label.",),
    ),
    "minus_one_and_one": Case(
        "{0-9}.png",
        {"l.csv": ("file,label", "{0-4}.png,-1", "{5-9}.png,1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows "
            "about 10 pictures."
        ),
    ),
    "submission": Case(
        "train/{0-9}.png test/{10-12}.png",
        {"train.csv": ("file,label", "{0-4}.png,a", "{5-9}.png,b"), "sample_submission.csv": ("file,label", "{10-12}.png,a")},
        8,
        2,
        (
            "8 pictures to learn from in train, 2 classes from column 'label' of 'train.csv'; 2 to test, a fifth of "
            "each class, chosen by Selfsight; 3 pictures are for test, but no picture there has a class to measure "
            "with; pixels not looked at yet. `sample_submission.csv` is not used: a submission holds answers to be "
            "filled in, no truth. `train.csv` names classes in its column `label`: 10 rows about 10 pictures. Its "
            "name says that its pictures are for train."
        ),
    ),
    "too_many_cells": Case(
        "{0-9}.png",
        {"l.csv": ("file,label", "{0-3}.png,a", "{4-7}.png,b", "8.png,a,c", "9.png,b,c")},
        7,
        3,
        (
            "7 pictures to learn from, 2 classes from column 'label' of 'l.csv' (1 of them without one); 3 to test, a "
            "fifth of each class, at least one, chosen by Selfsight (1 of them without a "
            "class); pixels not looked at yet. `l.csv` names classes in its column "
            "`label`: 8 rows about 8 pictures. It has 2 rows with more cells than its first line, which are left out: "
            "lines 10, 11."
        ),
    ),
    "correction": Case(
        "{a,b}/{0-4}.png",
        {"corrections.csv": ("file,label", "a/0.png,b")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders, corrected by column 'label' of 'corrections.csv'; 2 to "
            "test, a fifth of each class, chosen by Selfsight; pixels not looked at yet. `corrections.csv` names "
            "classes in its column `label`: 1 row about 1 picture."
        ),
    ),
    "paths_of_a_tool": Case(
        "cat{0-9}.png",
        {"l.csv": ("image,choice", "/data/upload/1/0a1b2c3d-cat{0-4}.png,a", "/data/upload/1/0a1b2c3d-cat{5-9}.png,b")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'choice' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `choice`: 10 rows "
            "about 10 pictures."
        ),
    ),
    "semicolons": Case(
        "{0-9}.png",
        {"l.csv": ("file;label", "{0-4}.png;a", "{5-9}.png;b")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows "
            "about 10 pictures."
        ),
    ),
    "lost_zeros": Case(
        "0000{0-9}.png",
        {"l.csv": ("id,label", "{0-4},a", "{5-9},b")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows "
            "about 10 pictures."
        ),
    ),
    "signs_beside": Case(
        "Train/{0,1}/0000{0-4}.png Test/0000{5-8}.png Meta/{0,1}.png",
        {
            "Test.csv": ("Path,ClassId", "Test/0000{5-6}.png,0", "Test/0000{7-8}.png,1"),
            "Meta.csv": ("Path,ClassId", "Meta/0.png,0", "Meta/1.png,1"),
        },
        10,
        4,
        (
            "10 pictures to learn from, 2 classes from folders under `Train`, and from column 'ClassId' of "
            "'Test.csv'; 4 to test from Test; 2 files lie beside `Train` and `Test`; pixels not looked at yet. "
            "`Meta.csv` lists the classes; nothing else is taken from it. `Test.csv` names classes in its column "
            "`ClassId`: 4 rows about 4 pictures. Its name says that its pictures are for test."
        ),
    ),
    "numbers_of_breeds": Case(
        "images/{beagle,boxer}_{0-4}.png",
        {"trainval.txt": ("beagle_0 1", "beagle_{1-3} 1", "boxer_{0-3} 2"), "test.txt": ("beagle_4 1", "boxer_4 2")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from the words before the number in file names, which part the "
            "pictures as column 'column 2' of 'trainval.txt' does; 2 to test; pixels not looked at yet. `test.txt` "
            "names classes in its column `column 2`: 2 rows about 2 pictures. Its name says that its pictures are for "
            "test. `trainval.txt` names classes in its column `column 2`: 8 rows about 8 pictures. Its name says that "
            "its pictures are for train."
        ),
    ),
}

NAMES = {
    "composed": Case(
        "{0-9}.png",
        {"l.csv": ("file,label", "{0-2}.png,é", "{3-4}.png,é", "{5-9}.png, x ")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows "
            "about 10 pictures."
        ),
    ),
    "numbers_written_alike": Case(
        "{0-9}.png",
        {"l.csv": ("file,label", "{0-2}.png,0", "{3-4}.png,0.0", "{5-9}.png,1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows "
            "about 10 pictures."
        ),
    ),
    "capitals": Case(
        "{0-9}.png",
        {"l.csv": ("file,label", "{0-3}.png,Cat", "{4-5}.png,cat", "{6-9}.png,dog")},
        7,
        3,
        (
            "7 pictures to learn from, 3 classes from column 'label' of 'l.csv'; 3 to test, a fifth of each class, at "
            "least one, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: "
            "10 rows about 10 pictures."
        ),
        (("? Classes differ in capitals alone: 'Cat' (4) and 'cat' (2). They stay apart until you say that they are one."),),
    ),
    "never_meet": Case(
        "train/{a,b}/{0-4}.png test/{c,d}/{5-6}.png",
        {},
        10,
        4,
        ("10 pictures to learn from, 4 classes from folders under `train`; 4 to test from test; pixels not looked at yet."),
        (
            ("? No folder is both in training (`a` and `b`) and held out (`c` and `d`), so no class that is learnt is measured."),
            "? No class is both learnt from and measured with, so nothing can be compared on these pictures.",
        ),
    ),
    "in_one_split_only": Case(
        "train/{a,b}/{0-4}.png test/{a,c}/{5-6}.png",
        {},
        10,
        4,
        ("10 pictures to learn from, 3 classes from folders under `train`; 4 to test from test; pixels not looked at yet."),
        (
            "'c' is never learnt from.",
            "'b' is never measured with.",
        ),
    ),
    "signs_in_names": Case(
        "train/{a#1,b&c}/{0-4}.png test/{a#1,b&c}/{5-6}.png",
        {},
        10,
        4,
        ("10 pictures to learn from, 2 classes from folders under `train`; 4 to test from test; pixels not looked at yet."),
    ),
    "words_in_file_names": Case(
        "{cat,dog}.{0-4}.png",
        {},
        8,
        2,
        "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet.",
        ("? File names begin with 2 words that could be classes (`cat` and `dog`).",),
    ),
}

NO_PICTURES = {
    "masks_beside": Case(
        "{a,b}/{0-4}.png {a,b}/{0-4}_mask.png",
        {},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; "
            "10 masks are kept as masks; pixels not looked at yet."
        ),
    ),
    "folders_of_masks": Case(
        "train/{img,mask}/{0-4}.png test/{img,mask}/{5-6}.png",
        {},
        5,
        2,
        ("5 pictures to learn from in train, no classes; 2 to test from test; 7 masks are kept as masks; pixels not looked at yet."),
    ),
    "thumbnails": Case(
        "{a,b}/{0-4}.png {a,b}/@eaDir/{0-4}.png/SYNOPHOTO_THUMB_M.png",
        {},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; "
            "10 files lie in `@eaDir`, thumbnails of a network drive; pixels not looked at yet."
        ),
    ),
    "recycle_bin": Case(
        "{a,b}/{0-4}.png #recycle/{5-6}.png",
        {},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; "
            "2 files lie in `#recycle`, a recycle bin; pixels not looked at yet."
        ),
    ),
    "other_kinds": Case(
        "{a,b}/{0-4}.png",
        {"a/5.svg": ("x",), "a/6.svg": ("x",), "b.pdf": ("x",)},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; "
            "3 files aren't read: 2 .svg, 1 .pdf; pixels not looked at yet."
        ),
    ),
    "without_ending": Case(
        "{a,b}/{0-4}",
        {},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
    ),
    "ground_truth": Case(
        "{x,y}/train/good/{0-3}.png {x,y}/test/crack/{4-5}.png {x,y}/ground_truth/crack/{4-5}_mask.png",
        {},
        8,
        4,
        (
            "8 pictures to learn from in x/train, y/train, 2 classes from folders above the splits; 4 to test from "
            "x/test, y/test; 4 masks are kept as masks; pixels not looked at yet."
        ),
        (
            (
                "? Classes are the folders above the splits (`x` and `y`): of the folders below them (`crack` and `good`) "
                "training has `good` alone."
            ),
        ),
    ),
    "trimaps": Case(
        "images/x{0-9}.png annotations/trimaps/x{0-9}.png",
        {},
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; 10 masks are kept as "
            "masks; pixels not looked at yet."
        ),
    ),
}

OWN_SPLIT_AND_GROUPS = {
    "each_class": Case(
        "{a,b,c,d}/{0-7}.png",
        {},
        24,
        8,
        (
            "24 pictures to learn from, 4 classes from folders; 8 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
    ),
    "groups": Case(
        "{0-19}.png",
        {
            "l.csv": (
                "file,label,patient_id",
                "0.png,a,P0",
                "1.png,a,P0",
                "2.png,b,P1",
                "3.png,b,P1",
                "4.png,a,P2",
                "5.png,a,P2",
                "6.png,b,P3",
                "7.png,b,P3",
                "8.png,a,P4",
                "9.png,a,P4",
                "10.png,b,P5",
                "11.png,b,P5",
                "12.png,a,P6",
                "13.png,a,P6",
                "14.png,b,P7",
                "15.png,b,P7",
                "16.png,a,P8",
                "17.png,a,P8",
                "18.png,b,P9",
                "19.png,b,P9",
            )
        },
        16,
        4,
        (
            "16 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 4 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label` and names "
            "groups in `patient_id`: 20 rows about 20 pictures."
        ),
        (
            (
                "? `l.csv` names 10 groups in its column `patient_id` for 20 pictures: a split of Selfsight's own keeps "
                "the pictures of a group together."
            ),
        ),
    ),
    "group_on_both_sides": Case(
        "{0-9}.png",
        {
            "l.csv": (
                "file,label,split,patient_id",
                "0.png,a,train,P0",
                "1.png,b,train,P0",
                "2.png,a,train,P1",
                "3.png,b,train,P1",
                "4.png,a,train,P2",
                "5.png,b,train,P2",
                "6.png,a,train,P3",
                "7.png,b,test,P3",
                "8.png,a,test,P4",
                "9.png,b,test,P4",
            )
        },
        7,
        3,
        (
            "7 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 3 to test; pixels not looked at yet. "
            "`l.csv` names classes in its column `label`, says the split in `split` and names groups in `patient_id`: "
            "10 rows about 10 pictures."
        ),
        (
            (
                "? `l.csv` names 5 groups in its column `patient_id` for 10 pictures: a split of Selfsight's own keeps "
                "the pictures of a group together."
            ),
            "1 of 2 groups (column 'patient_id' of 'l.csv') that are measured with are learnt from too.",
        ),
    ),
    "rooms_are_asked_about": Case(
        "{0-9}.png",
        {
            "l.csv": (
                "file,label,session",
                "0.png,a,S0",
                "1.png,b,S0",
                "2.png,a,S0",
                "3.png,b,S0",
                "4.png,a,S1",
                "5.png,b,S1",
                "6.png,a,S1",
                "7.png,b,S1",
                "8.png,a,S2",
                "9.png,b,S2",
            )
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label` and colours "
            "maps by 1 column: 10 rows about 10 pictures."
        ),
        (
            (
                "? `l.csv` names 3 groups in its column `session` for 10 pictures: whether a split of Selfsight's own "
                "keeps them together is for you to say; it does not."
            ),
        ),
    ),
    "two_pictures_a_class": Case(
        "{a,b,c}/{0-1}.png",
        {},
        3,
        3,
        (
            "3 pictures to learn from, 3 classes from folders; 3 to test, a fifth of each class, at least one, chosen "
            "by Selfsight; pixels not looked at yet."
        ),
    ),
    "no_class": Case(
        "{0-9}.png",
        {},
        8,
        2,
        "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet.",
    ),
}


EVERY = {
    f"{kind}-{name}": case
    for kind, cases in {
        "splits": SPLITS,
        "written_splits": WRITTEN_SPLITS,
        "labels": LABELS,
        "names": NAMES,
        "no_pictures": NO_PICTURES,
        "own_split_and_groups": OWN_SPLIT_AND_GROUPS,
    }.items()
    for name, case in cases.items()
}


@pytest.mark.parametrize("name", EVERY)
def test_a_folder_is_understood_as_a_person_expects_it(name: str, tmp_path: Path) -> None:
    case = EVERY[name]
    found = understood(planted(tmp_path / "set", case.pictures, {file: table(*lines) for file, lines in case.tables.items()}))
    assert found.account is not None
    remarks = tuple(("? " if remark.asks else "") + remark.words for remark in found.account.remarks)
    assert (len(found.train), len(found.test), found.account.words, remarks) == (case.learnt, case.tested, case.words, case.remarks)
