"""Fields in names of files, and files that are pairs by their names: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

MARKET = (
    "bounding_box_train/{0002,0007,0010}_{c1s1,c2s1}_{000451,000976}_{01,02}.jpg "
    "bounding_box_test/{0001,0003}_{c1s1,c2s1}_{000151,000376}_{01,02}.jpg"
)

FIELDS: dict[str, Case] = {
    "identities_and_cameras": Case(
        MARKET,
        {},
        24,
        16,
        ("24 pictures to learn from in bounding_box_train, no classes; 16 to test from bounding_box_test; pixels not looked at yet."),
        (
            (
                "Field 1 of names of files (`0001_c1s1_000151_01.jpg`) has 5 values (`0001`, `0002`, `0003`, `0007` and "
                "`0010`): it may name classes, or what is seen on several pictures."
            ),
            (
                "Field 2 of names of files (`0001_c1s1_000151_01.jpg`) has 2 values (`c1s1` and `c2s1`): it may name classes, "
                "or what is seen on several pictures."
            ),
            (
                "Field 3 of names of files (`0001_c1s1_000151_01.jpg`) has 4 values (`000151`, `000376`, `000451` and "
                "`000976`): it may name classes, or what is seen on several pictures."
            ),
        ),
        {},
    ),
    "identities_as_classes": Case(
        MARKET,
        {},
        24,
        16,
        (
            "24 pictures to learn from in bounding_box_train, 5 classes from field 1 of file names; 16 to test from "
            "bounding_box_test; pixels not looked at yet."
        ),
        ("? No class is both learnt from and measured with, so nothing can be compared on these pictures.",),
        {"classes": "names:1"},
    ),
    "a_last_digit": Case(
        "CXR_png/MCUCXR_{0001,0002,0003,0004,0005,0006,0007,0008}_0.png CXR_png/MCUCXR_{0009,0010,0011,0012}_1.png",
        {},
        10,
        2,
        ("10 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet."),
        (
            (
                "Field 3 of names of files (`MCUCXR_0001_0.png`) has 2 values (`0` and `1`): it may name classes, or what is "
                "seen on several pictures."
            ),
        ),
        {},
    ),
    "a_last_digit_as_classes": Case(
        "CXR_png/MCUCXR_{0001,0002,0003,0004,0005,0006,0007,0008}_0.png CXR_png/MCUCXR_{0009,0010,0011,0012}_1.png",
        {},
        9,
        3,
        (
            "9 pictures to learn from, 2 classes from field 3 of file names; 3 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (),
        {"classes": "names:3"},
    ),
    "age_sex_and_date": Case(
        "{26,31}_{0,1}_0_2017011618{3021,4024}.jpg.chip.jpg {26,31}_{0,1}_{1,2}_201701170{1021,2024}.jpg.chip.jpg",
        {},
        19,
        5,
        ("19 pictures to learn from, no classes; 5 to test, a fifth, chosen by Selfsight; pixels not looked at yet."),
        (
            (
                "Field 1 of names of files (`26_0_0_20170116183021.jpg.chip.jpg`) has 2 values (`26` and `31`): it may name "
                "classes, or what is seen on several pictures."
            ),
            (
                "Field 2 of names of files (`26_0_0_20170116183021.jpg.chip.jpg`) has 2 values (`0` and `1`): it may name "
                "classes, or what is seen on several pictures."
            ),
            (
                "Field 3 of names of files (`26_0_0_20170116183021.jpg.chip.jpg`) has 3 values (`0`, `1` and `2`): it may name "
                "classes, or what is seen on several pictures."
            ),
        ),
        {},
    ),
    "classes_of_one_picture": Case(
        "0001_c1_{11,12}.jpg 0002_c1_11.jpg 0003_c2_11.jpg 0004_c2_12.jpg 0005_c1_13.jpg",
        {},
        5,
        1,
        (
            "5 pictures to learn from, 5 classes from words before the number in file names; 1 to test, a fifth of each "
            "class, chosen by Selfsight; pixels not looked at yet."
        ),
        (
            ("Of the 5 classes that were chosen 4 have one picture each, which names pictures rather than classes."),
            "'0002_c1', '0003_c2', '0004_c2', '0005_c1' are never measured with.",
        ),
        {"classes": "names"},
    ),
    "writers": Case(
        "full_org/original_{1-5}_{1-3}.png full_forg/forgeries_{1-5}_{1-4}.png",
        {},
        28,
        7,
        (
            "28 pictures to learn from, 2 classes from folders; 7 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            (
                "? Field 2 of names of files (`forgeries_1_1.png`) has 5 values (`1`, `2`, `3`, `4` and `5`), each of which "
                "may be one person or thing: whether a split of Selfsight's own keeps the pictures of one together is for you "
                "to say; it does not."
            ),
        ),
        {},
    ),
    "writers_kept_together": Case(
        "full_org/original_{1-5}_{1-3}.png full_forg/forgeries_{1-5}_{1-4}.png",
        {},
        28,
        7,
        (
            "28 pictures to learn from, 2 classes from folders; 7 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (),
        {"group": "names:2"},
    ),
    "input_and_target": Case(
        "{A,B}/{1-12}.jpg",
        {},
        20,
        4,
        (
            "20 pictures to learn from, 2 classes from folders; 4 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            (
                "? `A` and `B` hold the same 12 file names, as input and target of one thing do: whether a split of "
                "Selfsight's own keeps the pictures of one together is for you to say; it does not."
            ),
        ),
        {},
    ),
    "input_and_target_kept_together": Case(
        "{input,target}/{1-12}.jpg",
        {},
        18,
        6,
        (
            "18 pictures to learn from, 2 classes from folders; 6 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (),
        {"group": "names"},
    ),
    "two_classes_numbered_each": Case(
        "{cat,dog}/{1-12}.jpg",
        {},
        20,
        4,
        (
            "20 pictures to learn from, 2 classes from folders; 4 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            (
                "`cat` and `dog` hold the same 12 file names: where one name is one thing, choose that a split of Selfsight's "
                "own keeps the same names together."
            ),
        ),
        {},
    ),
    "two_endings": Case(
        "base/cmp_{1-6}.jpg base/cmp_{1-6}.png",
        {},
        10,
        2,
        ("10 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet."),
        (
            (
                "6 file names come with several endings (`base/cmp_1.jpg` and `base/cmp_1.png`): a split of Selfsight's own "
                "keeps the pictures of one together."
            ),
        ),
        {},
    ),
}
