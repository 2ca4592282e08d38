"""Names of classes and files: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

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
    "capitals_in_folders": Case(
        "Cat/{0-4}.png cat/{0-2}.png dog/{0-4}.png",
        {},
        10,
        3,
        (
            "10 pictures to learn from, 3 classes from folders; 3 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        ("? Names of classes that may be one: `Cat` and `cat`. They are kept apart.",),
    ),
    "capitals_of_folders_and_a_table": Case(
        "{Cat,dog}/{0-4}.png",
        {"corrections.csv": ("file,label", "Cat/{0-1}.png,cat", "dog/0.png,Cat")},
        7,
        3,
        (
            "7 pictures to learn from, 3 classes from folders, corrected by column 'label' of 'corrections.csv'; 3 to test, a fifth of "
            "each class, at least one, chosen by Selfsight; pixels not looked at yet. `corrections.csv` names classes in its column "
            "`label`: 3 rows about 3 pictures."
        ),
        ("? Classes differ in capitals alone: 'Cat' (4) and 'cat' (2). They stay apart until you say that they are one.",),
    ),
    "none_is_a_folder": Case(
        "{None,NA}/{0-4}.png",
        {},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; pixels not looked "
            "at yet."
        ),
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
    "an_ending_that_a_list_leaves_out": Case(
        "aligned/{train,test}_{0-4}_aligned.png",
        {"list.txt": ("train_0.png 1", "train_{1-2}.png 1", "train_{3-4}.png 2", "test_{0-2}.png 1", "test_{3-4}.png 2")},
        5,
        5,
        (
            "5 pictures to learn from, 2 classes from column 'column 2' of 'list.txt'; 5 to test; pixels not looked at "
            "yet. `list.txt` names classes in its column `column 2`: 10 rows about 10 pictures."
        ),
        (
            ("? Names of all pictures say a part ('test' of 5 pictures, 'train' of 5 pictures): these parts are taken for the split."),
            ("`list.txt` names 10 pictures without `_aligned`, the ending that names of pictures share."),
        ),
        {},
    ),
    "parts_in_names": Case(
        "{ok,defect}/train_{0-3}.png {ok,defect}/test_{0-1}.png",
        {},
        8,
        4,
        ("8 pictures to learn from, 2 classes from folders; 4 to test; pixels not looked at yet."),
        (("? Names of all pictures say a part ('train' of 8 pictures, 'test' of 4 pictures): these parts are taken for the split."),),
        {},
    ),
    "words_of_parts_that_name_things": Case(
        "train_station_{0-4}.png test_tube_{0-4}.png",
        {},
        8,
        2,
        ("8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet."),
        (("? File names begin with 2 words that could be classes (`test_tube` and `train_station`)."),),
        {},
    ),
    "ends_of_names_in_folders_of_ids": Case(
        "faces/{u1,u2,u3}/face.{1-4}.{10341,10342}_o.jpg",
        {
            "fold_0.csv": (
                "user_id,original_image,face_id,x,y,gender",
                "u1,10341_o.jpg,{1-4},0,0,m",
                "u1,10342_o.jpg,{1-4},0,0,f",
                "u2,10341_o.jpg,{1-4},0,0,m",
            ),
            "fold_1.csv": (
                "user_id,original_image,face_id,x,y,gender",
                "u2,10342_o.jpg,{1-4},0,0,f",
                "u3,10341_o.jpg,{1-4},0,0,m",
                "u3,10342_o.jpg,{1-4},0,0,f",
            ),
        },
        18,
        6,
        (
            "18 pictures to learn from, 2 classes from column 'gender' of 'fold_0.csv'; 6 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `fold_0.csv` names classes in its column `gender` and colours "
            "maps by 4 columns: 12 rows about 12 pictures. `fold_1.csv` names classes in its column `gender` and colours "
            "maps by 4 columns: 12 rows about 12 pictures."
        ),
        (
            (
                "`fold_0.csv` names 12 pictures by the ends of their file names in its column `original_image` and the "
                "folders in its column `user_id`."
            ),
            (
                "? `fold_0.csv` names 2 groups in its column `user_id` for 12 pictures: whether a split of Selfsight's own "
                "keeps them together is for you to say; by this column it does not."
            ),
            ("? `fold_0.csv` says in no header which column names classes; `gender` is taken, whose values are few and repeat."),
            (
                "`fold_1.csv` names 12 pictures by the ends of their file names in its column `original_image` and the "
                "folders in its column `user_id`."
            ),
            (
                "`fold_1.csv` names 2 groups in its column `user_id` for 12 pictures: whether a split of Selfsight's own "
                "keeps them together is for you to say; by this column it does not."
            ),
            ("`fold_1.csv` says in no header which column names classes; `gender` is taken, whose values are few and repeat."),
            ("Classes come from column 'gender' of 'fold_0.csv'; folders name 3 others."),
            (
                "8 file names come in several folders (`faces/u1/face.1.10341_o.jpg` and `faces/u2/face.1.10341_o.jpg`): a "
                "split of Selfsight's own keeps the pictures of one together."
            ),
        ),
        {},
    ),
    "folders_of_ids": Case(
        "{u1,u2,u3}/{0-3}.jpg",
        {"people.csv": ("user_id,age", "u1,20", "u2,30", "u3,40")},
        9,
        3,
        (
            "9 pictures to learn from, 3 classes from folders; 3 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet. `people.csv` is not used: no column names pictures (its columns: user_id, age)."
        ),
        (
            (
                "? Folders are called as the ids in the column `user_id` of `people.csv` (`u1`, `u2` and `u3`): they are "
                "taken for classes, and may each hold pictures of one thing."
            ),
        ),
        {},
    ),
}
