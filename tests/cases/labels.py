"""Labels by content: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

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
    # words before a number in file names are offered as classes and not taken: the list's numbers are the classes, which the words may name
    "numbers_of_breeds": Case(
        "images/{beagle,boxer}_{0-4}.png",
        {"trainval.txt": ("beagle_0 1", "beagle_{1-3} 1", "boxer_{0-3} 2"), "test.txt": ("beagle_4 1", "boxer_4 2")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'column 2' of 'trainval.txt'; 2 to test; pixels not looked at yet. "
            "`test.txt` names classes in its column `column 2`: 2 rows about 2 pictures. Its name says that its pictures are for "
            "test. `trainval.txt` names classes in its column `column 2`: 8 rows about 8 pictures. Its name says that its pictures "
            "are for train."
        ),
        (
            (
                "The words before the number in file names part the pictures as column 'column 2' of 'trainval.txt' does "
                "('beagle' for 1, 'boxer' for 2): they may name the classes."
            ),
        ),
    ),
    "numbered_parts_beside_a_table": Case(
        "scans_part_1/{0-4}.png scans_part_2/{5-9}.png",
        {"l.csv": ("file,label", "{0-4}.png,a", "{5-9}.png,b")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each "
            "class, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: "
            "10 rows about 10 pictures."
        ),
        ("The folders `scans_part_1` and `scans_part_2` look like numbered parts of one heap: they name no classes.",),
    ),
    "several_labels_in_a_list": Case(
        "images/{banded,blotchy,braided}/{0-4}.png",
        {
            "joint.txt": (
                "images/banded/0.png banded",
                "images/banded/{1-3}.png banded",
                "images/banded/4.png banded braided",
                "images/blotchy/{0-3}.png blotchy",
                "images/blotchy/4.png blotchy braided",
                "images/braided/{0-4}.png braided",
            )
        },
        12,
        3,
        (
            "12 pictures to learn from, 3 classes from folders; 3 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet. `joint.txt` colours maps by 3 columns: 15 rows about 15 pictures. No column names "
            "classes (its columns: column 1, column 2)."
        ),
        (
            (
                "`joint.txt` names several labels of 2 pictures in its column `column 2` ('banded braided', 'blotchy "
                "braided'), so it names no classes; each of its 3 labels colours the map."
            ),
        ),
    ),
    "a_correction_that_joins_names_of_folders": Case(
        "images/{banded,blotchy}/{0-4}.png",
        {"fixed.csv": ("file,label", "images/banded/{0-1}.png,banded and blotchy", "images/blotchy/{0-1}.png,banded")},
        7,
        3,
        (
            "7 pictures to learn from, 3 classes from folders, corrected by column 'label' of 'fixed.csv'; 3 to test, a "
            "fifth of each class, at least one, chosen by Selfsight; pixels not looked at yet. `fixed.csv` names classes "
            "in its column `label`: 4 rows about 4 pictures."
        ),
        (("? Column 'label' of 'fixed.csv' adds 1 class whose names hold those of folders as words ('banded and blotchy')."),),
    ),
    # boxes on few pictures: a part of a picture is no class of the whole
    "boxes_on_some_pictures": Case(
        "{0-9}.png",
        {
            "all.csv": (
                "file,finding labels",
                "{0-2}.png,mass",
                "{3-5}.png,edema",
                "{6-7}.png,mass|edema",
                "{8-9}.png,none found",
            ),
            "boxes.csv": ("file,finding label,bbox [x,y,w,h]", "{0-1}.png,mass,1,2,3,4", "{3-4}.png,edema,1,2,3,4"),
        },
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`all.csv` colours maps by 3 columns: 10 rows about 10 pictures. No column names classes (its columns: file, "
            "finding labels). `boxes.csv` colours maps by 4 columns: 4 rows about 4 pictures. No column names classes (its "
            "columns: file, finding label, bbox [x, y, w, h])."
        ),
        (
            (
                "? `all.csv` names several labels of 2 pictures in its column `finding labels` ('mass|edema'), so it names no "
                "classes; each of its 3 labels colours the map."
            ),
            ("? `boxes.csv` names classes of boxes in its column `finding label`, on 4 of 10 pictures, and so of no whole picture."),
        ),
    ),
    "boxes_of_one_object_on_every_picture": Case(
        "{0-9}.png",
        {"signs.csv": ("file,width,height,x1,y1,x2,y2,class id", "{0-4}.png,40,40,1,2,30,31,0", "{5-9}.png,40,41,1,2,30,31,1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'class id' of 'signs.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `signs.csv` names classes in its column `class id` and colours "
            "maps by 6 columns: 10 rows about 10 pictures."
        ),
        (),
    ),
    "a_list_of_identities": Case(
        "{0-11}.png",
        {"identity_people.txt": ("0.png 2880", "{1-2}.png 2880", "{3-5}.png 2937", "{6-8}.png 8692", "{9-11}.png 5805")},
        10,
        2,
        (
            "10 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`identity_people.txt` colours maps by 1 column: 12 rows about 12 pictures. No column names classes (its "
            "columns: column 1, column 2)."
        ),
        (
            (
                "? `identity_people.txt` identifies 4 beings in its column `column 2` for 12 pictures: whether a split of "
                "Selfsight's own keeps the pictures of one together is for you to say; it does not."
            ),
            ("? `identity_people.txt` says by its name who is on each picture (4 in `column 2`): these are classes where you say so."),
        ),
    ),
    "flags_behind_one_hot_columns": Case(
        "{0-9}.png",
        {"l.csv": ("image,mel,nev,ker,scored,weighted", "{0-3},1,0,0,1,0", "{4-6},0,1,0,0,1", "{7-9},0,0,1,1,1")},
        7,
        3,
        (
            "7 pictures to learn from, 3 classes from column 'mel to ker' of 'l.csv'; 3 to test, a fifth of each class, at "
            "least one, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its columns `mel to ker` "
            "and colours maps by 2 columns: 10 rows about 10 pictures."
        ),
        (
            (
                "? `l.csv` names 3 classes by a column each: 'mel', 'nev', 'ker'. 'scored', 'weighted' beside hold 0 and 1 "
                "too, and may be meant as well."
            ),
        ),
    ),
    "flags_behind_the_block_of_another_table": Case(
        "{0-13}.png",
        {
            "test.csv": ("image,mel,nev,ker,scored,weighted", "{10-11},1,0,0,1,0", "12,0,1,0,0,1", "13,0,0,1,1,1"),
            "train.csv": ("image,mel,nev,ker", "{0-3},1,0,0", "{4-6},0,1,0", "{7-9},0,0,1"),
        },
        10,
        4,
        (
            "10 pictures to learn from, 3 classes from column 'mel to ker' of 'train.csv'; 4 to test; pixels not looked at "
            "yet. `test.csv` names classes in its columns `mel to ker` and colours maps by 2 columns: 4 rows about 4 "
            "pictures. Its name says that its pictures are for test. `train.csv` names classes in its columns `mel to "
            "ker`: 10 rows about 10 pictures. Its name says that its pictures are for train."
        ),
        (
            ("`test.csv` names 3 classes by a column each: 'mel', 'nev', 'ker'."),
            ("`train.csv` names 3 classes by a column each: 'mel', 'nev', 'ker'."),
        ),
    ),
    "two_statements": Case(
        "{0-9}.png",
        {"l.csv": ("image,is_indoor,has_people", "{0-4}.png,1,0", "{5-9}.png,0,1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'is_indoor to has_people' of 'l.csv'; 2 to test, a fifth of "
            "each class, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its columns `is_indoor to "
            "has_people`: 10 rows about 10 pictures."
        ),
        (
            (
                "? `l.csv` names 2 classes by a column each: 'is_indoor', 'has_people'. Each row has a single 1 in these two, "
                "which may be two statements about a picture as well."
            ),
        ),
    ),
    "a_statement_and_its_denial": Case(
        "{0-9}.png",
        {"l.csv": ("image,is_ripe,is_not_ripe", "{0-4}.png,1,0", "{5-9}.png,0,1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'is_ripe to is_not_ripe' of 'l.csv'; 2 to test, a fifth of "
            "each class, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its columns `is_ripe to "
            "is_not_ripe`: 10 rows about 10 pictures."
        ),
        (("`l.csv` names 2 classes by a column each: 'is_ripe', 'is_not_ripe'."),),
    ),
    "words_before_boxes": Case(
        "{0-9}.png",
        {
            "l.csv": (
                "ImageId,PredictionString",
                "{0,1},n01 1 2 20 21",
                "{2,3,4},n01 3 3 20 21",
                "5,n02 3 4 5 6 n02 1 2 9 9",
                "6,n02 2 7 9 9",
                "7,n02 7 8 9 9",
                "{8,9},n02 7 7 9 9",
            )
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'PredictionString' of 'l.csv'; 2 to test, a fifth of each "
            "class, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `PredictionString`: "
            "10 rows about 10 pictures."
        ),
        (("? `l.csv` says in no header which column names classes; `PredictionString` is taken, whose values are few and repeat."),),
    ),
    "lists_and_objects_of_one_text": Case(
        "{0-9}.png",
        {"l.csv": ("file,label", "{0-4}.png,['N']", '{5-9}.png,"[""D""]"')},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, chosen "
            "by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows about 10 "
            "pictures."
        ),
        (),
    ),
    "votes": Case(
        "{0-9}.png",
        {"l.csv": ("file,happy,sad,calm", "{0-3}.png,7,2,1", "{4-6}.png,1,6,3", "{7-8}.png,2,0,8", "9.png,5,5,0")},
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`l.csv` colours maps by 3 columns: 10 rows about 10 pictures. No column names classes (its columns: file, "
            "happy, sad, calm)."
        ),
        (
            (
                "? `l.csv` has numbers in its columns `happy to calm` that add up to the same for every picture, as votes do: "
                "the largest may name a picture's class, which is for you to say."
            ),
        ),
    ),
}
