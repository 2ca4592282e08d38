"""What is no picture to learn from: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

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
    "several_masks_of_a_picture": Case(
        "images/{0-9}.png masks/{0-9}.png masks2/{0-9}.png",
        {},
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; 20 masks are kept as masks, those of one "
            "picture joined (10 pictures with several); pixels not looked at yet."
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
