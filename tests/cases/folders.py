"""Folders shaped like published sets: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

FOLDERS = {
    # the held-out name is part of a longer one, and both folders hold the same classes
    "held_out_name_beside_a_plain_folder": Case(
        "NCT-CRC-HE/{ADI,BACK,DEB}/{0-5}.png CRC-VAL-HE/{ADI,BACK,DEB}/{6-7}.png",
        {},
        18,
        6,
        ("18 pictures to learn from, 3 classes from folders under `NCT-CRC-HE`; 6 to test from CRC-VAL-HE; pixels not looked at yet."),
        (("? `CRC-VAL-HE` sounds like a split and holds folders of the same names as `NCT-CRC-HE`, which is taken for training."),),
    ),
    # the folders below differ, so the name is no split in silence
    "held_out_name_with_other_folders": Case(
        "images_background/{greek,latin}/{0-3}.png images_evaluation/{angelic,tibetan}/{0-3}.png",
        {},
        12,
        4,
        (
            "12 pictures to learn from, 2 classes from folders; 4 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (
            (
                "? Classes are `images_background` and `images_evaluation`; the folders below them could be meant "
                "instead: `angelic`, `greek`, `latin` and `tibetan`."
            ),
            "? `images_evaluation` sounds like a split, but `images_background` beside it make each folder a class.",
        ),
    ),
    "second_test_without_classes": Case(
        "Training/{apple,banana}/{0-4}.png Test/{apple,banana}/{5-6}.png test-multiple_fruits/{7-9}.png",
        {},
        10,
        4,
        (
            "10 pictures to learn from, 2 classes from folders under `Training`; 4 to test from Test; 3 files lie "
            "beside `Training` and `Test`; pixels not looked at yet."
        ),
        (("`test-multiple_fruits` holds no folders, as others for the test do, so nothing says the classes there and it is left out."),),
    ),
}
