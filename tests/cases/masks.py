"""Folders of masks: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

MASKS = {
    "masks_of_one_kind": Case(
        (
            "Train/{covid,normal}/images/{0-4}.png Train/{covid,normal}/{lung,infection}_masks/{0-4}.png "
            "Test/{covid,normal}/images/{5-6}.png Test/{covid,normal}/lung_masks/{5-6}.png"
        ),
        {},
        10,
        4,
        (
            "10 pictures to learn from, 2 classes from folders under `Train`; 4 to test from Test; 24 masks are kept "
            "as masks, those of one picture joined (10 pictures with several); pixels not looked at yet."
        ),
        (
            (
                "Folders called `infection_masks` and `lung_masks` are taken for masks, because their files are called as"
                " the pictures beside."
            ),
        ),
    ),
    # an ending that all masks have, here _L
    "labels_beside_each_part": Case(
        ("train/0001TP_{10-15}.png train_labels/0001TP_{10-15}_L.png val/0006R0_{10-11}.png val_labels/0006R0_{10-11}_L.png"),
        {},
        6,
        2,
        ("6 pictures to learn from in train, no classes; 2 to test from val; 8 masks are kept as masks; pixels not looked at yet."),
        (("Folders called `train_labels` and `val_labels` are taken for masks, because their files are called as the pictures beside."),),
    ),
    "masks_that_a_list_pairs": Case(
        "train/f{10-15}.png trainannot/f{10-15}.png test/f{10-12}.png testannot/f{10-12}.png",
        {
            "train.txt": (
                "/data/train/f10.png /data/trainannot/f10.png",
                "/data/train/f11.png /data/trainannot/f11.png",
                "/data/train/f12.png /data/trainannot/f12.png",
                "/data/train/f13.png /data/trainannot/f13.png",
                "/data/train/f14.png /data/trainannot/f14.png",
                "/data/train/f15.png /data/trainannot/f15.png",
            ),
            "test.txt": (
                "/data/test/f10.png /data/testannot/f10.png",
                "/data/test/f11.png /data/testannot/f11.png",
                "/data/test/f12.png /data/testannot/f12.png",
            ),
        },
        6,
        3,
        (
            "6 pictures to learn from in train, no classes; 3 to test from test; 9 masks are kept as masks; pixels not "
            "looked at yet. `test.txt` colours maps by 1 column: 3 rows about 3 pictures. Its name says that its pictures "
            "are for test. No column names classes (its columns: column 1, column 2). `train.txt` colours maps by 1 column:"
            " 6 rows about 6 pictures. Its name says that its pictures are for train. No column names classes (its columns:"
            " column 1, column 2)."
        ),
    ),
    "pairs_of_one_ending": Case(
        "a/a14337{0-5}-001.bmp a/a14337{0-5}-001-d.bmp b/b14337{0-5}-001.bmp b/b14337{0-5}-001-d.bmp",
        {},
        20,
        4,
        (
            "20 pictures to learn from, 2 classes from folders; 4 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            (
                "? The names of 12 pictures are another picture's name with more behind it (`a/a143370-001.bmp` and "
                "`a/a143370-001-d.bmp`), as of crops or masks of it: a split of Selfsight's own keeps the pictures of one "
                "together."
            ),
            "One picture of each pair ends in `-d`: where these are masks, they are no pictures to learn from.",
        ),
    ),
    "pairs_of_which_one_is_a_mask": Case(
        "a/a14337{0-5}-001.bmp a/a14337{0-5}-001-d.bmp b/b14337{0-5}-001.bmp b/b14337{0-5}-001-d.bmp",
        {},
        10,
        2,
        (
            "10 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; 12 "
            "masks are kept as masks; pixels not looked at yet."
        ),
        (),
        {"masks": ("-d",)},
    ),
}
