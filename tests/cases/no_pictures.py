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
    "tags_and_boxes_of_cvat": Case(
        "images/f{0-9}.png",
        {
            "annotations.xml": (
                "<annotations><version>1.1</version>",
                *(f'<image id="{k}" name="f{k}.png"><tag label="{"ripe" if k < 4 else "unripe"}"></tag></image>' for k in range(8)),
                '<image id="8" name="f8.png"><box label="ripe" xtl="1"></box></image><image id="9" name="f9.png" />',
                "</annotations>",
            )
        },
        7,
        3,
        (
            "7 pictures to learn from, 2 classes from column 'tag' of 'annotations.xml' (1 of them without one); 3 to test, a "
            "fifth of each class, at least one, chosen by Selfsight (1 of them without a class); pixels not looked at yet. "
            "`annotations.xml` names classes in its column `tag`: 10 rows about 10 pictures."
        ),
    ),
    "objects_of_kitti_and_readings": Case(
        "image_2/{0-4}.png",
        {
            "label_2/1.txt": ("Car 0.00 0 -1.5 1 2 3 4 1 1 1 0 0 9 0.01", "DontCare -1 -1 -10 1 2 3 4 -1 -1 -1 -1000 -1000 -1000 -10"),
            "calib/1.txt": ("P0: 7.2 0.0", "R0: 9.9 0.1"),
            "readings/2.txt": ("Sex: F", "Age 20", "normal"),
        },
        4,
        1,
        (
            "4 pictures to learn from, no classes; 1 to test, a fifth, chosen by Selfsight; 1 file tells of objects in "
            "pictures, which isn't used yet; pixels not looked at yet. `label_2/1.txt` holds 1 object on pictures (KITTI); "
            "boxes and outlines aren't read yet. `readings/2.txt` is no list: its lines have different numbers of words. It "
            "is not used. `calib/1.txt` is not used: no column names pictures (its columns: column 1, column 2, column 3)."
        ),
        (("`label_2/1.txt` holds 1 object of 1 classes on 1 picture (KITTI); boxes and outlines aren't read yet."),),
    ),
    "numbered_names_below_image_sets": Case(
        "train/{a,b}/{0-3}.png val/{a,b}/{0-1}.png",
        {"ImageSets/val.txt": ("val/a/0 1", "val/a/1 2", "val/b/0 3", "val/b/1 4")},
        8,
        4,
        (
            "8 pictures to learn from, 2 classes from folders under `train`; 4 to test from val; pixels not looked at yet. "
            "`ImageSets/val.txt` lists 4 pictures. Its name says that its pictures are for validation. No column names "
            "classes (its columns: column 1, column 2)."
        ),
    ),
    "rows_about_files_of_several_channels": Case(
        "{0-5}x_{red,green,blue}.png",
        {"l.csv": ("Id,Target", "{0-2}x,a", "{3-5}x,b")},
        15,
        3,
        (
            "15 pictures to learn from, no classes; 3 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`l.csv` is not used: a row is about 3 files by its column `Id` ('0x': 0x_blue.png, 0x_green.png, …), and "
            "rows about one picture each are read."
        ),
        (
            (
                "6 things have 3 pictures each (names end in `_blue`, `_green` and `_red`): a split of Selfsight's own keeps "
                "the pictures of one together."
            ),
        ),
        {},
    ),
}
