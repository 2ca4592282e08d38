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
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, chosen"
            " by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows about 10 "
            "pictures."
        ),
        (),
    ),
    "one_row_a_box": Case(
        "{a0,b1,c2,d3,e4,f5}.png",
        {
            "boxes.csv": (
                "patientId,x,class",
                "{a0,b1,c2}.png,1,opacity",
                "{d3,e4,f5}.png,,normal",
                "{a0,b1}.png,2,opacity",
            )
        },
        4,
        2,
        (
            "4 pictures to learn from, 2 classes from column 'class' of 'boxes.csv'; 2 to test, a fifth of each class, at "
            "least one, chosen by Selfsight; pixels not looked at yet. `boxes.csv` names classes in its column `class` and "
            "colours maps by 1 column: 8 rows about 6 pictures. It has 2 rows about a picture that had one already, and the "
            "first counts: a0.png, b1.png."
        ),
    ),
    "pairs": Case(
        "{org,forg}/{0-9}.png",
        {"pairs.csv": ("real,other,genuine", "org/{0-3}.png,org/4.png,1", "org/{0-3}.png,forg/4.png,0")},
        16,
        4,
        (
            "16 pictures to learn from, 2 classes from folders; 4 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet. `pairs.csv` is not used: each of its rows is about a pair of pictures (its columns "
            "real, other)."
        ),
        (
            (
                "`forg` and `org` hold the same 10 file names: where one name is one thing, choose that a split of Selfsight's "
                "own keeps the same names together."
            ),
        ),
    ),
    "count_line_and_a_heading_without_the_file": Case(
        "img/{0-9}.jpg.png",
        {"list_attr.txt": ("10", "Bald Male Young", *(f"{k}.jpg.png {1 if k % 2 else -1} -1  {1 if k < 5 else -1}" for k in range(10)))},
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`list_attr.txt` colours maps by 3 columns: 10 rows about 10 pictures. No column names classes (its columns: "
            "file, Bald, Male, Young)."
        ),
        (
            (
                "? No column of `list_attr.txt` says by its header that it names classes; 'Bald', 'Young' might: which names its "
                "classes is for you to say."
            ),
        ),
    ),
    "heading_between_spaces": Case(
        "{chair,lamp}_final/{0-5}.JPG",
        {
            "shop_info.txt": (
                "image_id class_id super_class_id path",
                *(f"{k + 1} {1 + k // 2} 1 chair_final/{k}.JPG" for k in range(6)),
                *(f"{k + 7} {4 + k // 2} 2 lamp_final/{k}.JPG" for k in range(6)),
            )
        },
        6,
        6,
        (
            "6 pictures to learn from, 6 classes from column 'class_id' of 'shop_info.txt'; 6 to test, a fifth of each class, "
            "at least one, chosen by Selfsight; pixels not looked at yet. `shop_info.txt` names classes in its column "
            "`class_id` and colours maps by 2 columns: 12 rows about 12 pictures."
        ),
        (("Classes come from column 'class_id' of 'shop_info.txt'; folders name 2 others."),),
    ),
    "truth_of_groups_of_pictures": Case(
        "S1/{0-9}.png",
        {
            "annotations.csv": ("capture_id,question__species", "c{0-2},zebra", "c{3-4},impala"),
            "images.csv": ("capture_id,path", *(f"c{k // 2},S1/{k}.png" for k in range(10))),
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'question__species' of 'annotations.csv'; 2 to test, a fifth of "
            "each class, chosen by Selfsight; pixels not looked at yet. `annotations.csv` names classes in its column "
            "`question__species`: 5 rows about 10 pictures. `images.csv` colours maps by 1 column: 10 rows about 10 pictures. "
            "No column names classes (its columns: capture_id, path)."
        ),
        (
            (
                "? `annotations.csv` says in no header which column names classes; `question__species` is taken, whose values are "
                "few and repeat."
            ),
            (
                "? `images.csv` names 5 groups in its column `capture_id` for 10 pictures: whether a split of Selfsight's own "
                "keeps them together is for you to say; by this column it does not."
            ),
        ),
    ),
    "a_column_that_says_as_folders_do": Case(
        "{cat,dog}/{0-4}.png",
        {"l.csv": ("file,label", "cat/{0-4}.png,cat", "dog/{0-4}.png,dog")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders, as column 'label' of 'l.csv' says too; 2 to test, a fifth "
            "of each class, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: "
            "10 rows about 10 pictures."
        ),
        (),
        {},
    ),
    "rows_about_patients_folders": Case(
        "data/{P01,P02,P03,P04,P05,P06,P07,P08}/s{1-3}.png",
        {
            "patients.csv": (
                "patient_id;diagnosis;age",
                "P01;case;61",
                "P02;control;62",
                "P03;case;63",
                "P04;control;64",
                "P05;case;65",
                "P06;control;66",
                "P07;case;67",
                "P08;control;68",
            ),
        },
        18,
        6,
        (
            "18 pictures to learn from, 2 classes from column 'diagnosis' of 'patients.csv'; 6 to test, a fifth of each "
            "class, chosen by Selfsight; pixels not looked at yet. `patients.csv` names classes in its column `diagnosis`, "
            "names groups in `patient_id` and colours maps by 1 column: 8 rows about 24 pictures."
        ),
        (
            "Tables have rows about folders of pictures: a split of Selfsight's own keeps those of one together.",
            "Classes come from column 'diagnosis' of 'patients.csv'; folders name 8 others.",
        ),
    ),
    "ids_may_be_classes": Case(
        "p{10-25}x.jpg",
        {
            "train.csv": (
                "Image,Id",
                "p{10,11,12,13}x.jpg,w_1",
                "p{14,15,16,17}x.jpg,w_2",
                "p{18,19,20,21}x.jpg,w_3",
                "p{22,23,24,25}x.jpg,w_4",
            ),
        },
        13,
        3,
        (
            "13 pictures to learn from, no classes; 3 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`train.csv` colours maps by 1 column: 16 rows about 16 pictures. Its name says that its pictures are for "
            "train. No column names classes (its columns: Image, Id)."
        ),
        (
            (
                "? `train.csv` names 4 groups in its column `Id` for 16 pictures: whether a split of Selfsight's own keeps "
                "them together is for you to say; by this column it does not."
            ),
            "? `train.csv` names 4 ids in its column `Id`, of several pictures each: they are classes where you say so.",
        ),
    ),
    "rows_of_numbers_are_no_class": Case(
        "img/{0-9}.png",
        {
            "category.txt": ("image_name  category_label", "img/{0-4}.png  3", "img/{5-9}.png  11"),
            "attributes.txt": ("image_name  attribute_labels", "img/{0-2}.png  -1 1 -1", "img/{3-9}.png  1 -1 -1"),
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'category_label' of 'category.txt'; 2 to test, a fifth of each"
            " class, chosen by Selfsight; pixels not looked at yet. `attributes.txt` colours maps by 1 column: 10 rows "
            "about 10 pictures. No column names classes (its columns: image_name, attribute_labels). `category.txt` names "
            "classes in its column `category_label`: 10 rows about 10 pictures."
        ),
    ),
    "the_rest_of_a_line_is_no_class": Case(
        "mdb{100-109}.png",
        {
            "Info.txt": (
                "mdb100 D NORM",
                "mdb101 F CIRC B 535 450 197",
                "mdb102 G NORM",
                "mdb103 D CIRC B 535 450 197",
                "mdb104 F NORM",
                "mdb105 G CIRC B 535 451 197",
                "mdb106 D NORM",
                "mdb107 F CIRC B 535 451 197",
                "mdb108 G NORM",
                "mdb109 D CIRC B 535 452 197",
            ),
        },
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`Info.txt` has captions in `column 2`: 10 rows about 10 pictures. No column names classes (its columns: column"
            " 1, column 2)."
        ),
    ),
}
