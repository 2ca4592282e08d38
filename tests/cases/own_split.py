"""A split of Selfsight's own, and groups: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

import json

from tests.help.trees import Case

COCO = json.dumps(
    {
        "images": [{"id": k, "file_name": f"{k}.jpg.png", "width": 2, "height": 2, "seq_id": f"s{k // 3}"} for k in range(10)],
        "annotations": [{"id": k, "image_id": k, "category_id": k % 2} for k in range(10)],
        "categories": [{"id": 0, "name": "empty"}, {"id": 1, "name": "deer", "genus": "Cervus"}],
    }
)

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
    # the table says the split, so that nothing is to be asked of a split of Selfsight's own; the group on both sides is said
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
        ("1 of 2 groups (column 'patient_id' of 'l.csv') that are measured with are learnt from too.",),
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
                "keeps them together is for you to say; by this column it does not."
            ),
        ),
    ),
    # stratified: with two pictures a class, one of each is the only split in which every class is learnt from and measured with;
    # the account says "at least one", since that is more than a fifth
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
    "sequences_of_coco": Case(
        "{0-9}.jpg.png",
        {"train.json": (COCO,)},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'category' of 'train.json'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `train.json` names classes in its column `category` and colours "
            "maps by 2 columns: 10 rows about 10 pictures. Its name says that its pictures are for train."
        ),
        (
            (
                "? `train.json` names 4 groups in its column `seq_id` for 10 pictures: whether a split of Selfsight's own keeps "
                "them together is for you to say; by this column it does not."
            ),
        ),
    ),
    "an_id_of_several_pictures": Case(
        "{0-4}_{left,right}.png",
        {"full.csv": ("ID,labels,filename", *(f"{k + 7},{'NC'[k % 2]},{k}_{side}.png" for k in range(5) for side in ("left", "right")))},
        6,
        4,
        (
            "6 pictures to learn from, 2 classes from column 'labels' of 'full.csv'; 4 to test, a fifth of each class, at least one, "
            "chosen "
            "by Selfsight; pixels not looked at yet. `full.csv` names classes in its column `labels` and colours maps by 1 "
            "column: 10 rows about 10 pictures."
        ),
        (
            (
                "? `full.csv` names 5 groups in its column `ID` for 10 pictures: whether a split of Selfsight's own keeps them "
                "together is for you to say; by this column it does not."
            ),
            (
                "? 5 things have 2 pictures each (names end in `_left` and `_right`): a split of Selfsight's own keeps the pictures "
                "of one together."
            ),
        ),
    ),
    # a split of the set's own that has slides on both sides
    "slides_in_both_parts": Case(
        "{benign,malignant}/slide_{1-3}/{0-1}.png",
        {"l.csv": ("file,split", "{benign,malignant}/slide_{1-3}/0.png,train", "{benign,malignant}/slide_{2-3}/1.png,test")},
        6,
        4,
        (
            "6 pictures to learn from, 2 classes from folders; 4 to test; 2 pictures are in no part that the set names; "
            "pixels not looked at yet. `l.csv` says the split in `split`: 10 rows about 10 pictures. No column names "
            "classes (its columns: file, split)."
        ),
        (
            "? Classes are `benign` and `malignant`; the folders below them could be meant instead: `slide_1`, `slide_2` and `slide_3`.",
            (
                "Of 2 folders with pictures to test, each of which may be of one thing, 2 are learnt from too (`slide_2` and "
                "`slide_3`), with 4 of 4 test pictures. Where that is so, choose them as groups: a look for duplicates then leaves "
                "these pictures out of the test."
            ),
        ),
    ),
    "writers_in_both_parts": Case(
        "train/real/real_{1-6}_{1-3}.png train/forged/forged_{1-6}_{1-3}.png "
        "test/real/real_{5-9}_{4-5}.png test/forged/forged_{5-9}_{4-5}.png",
        {},
        36,
        20,
        "36 pictures to learn from, 2 classes from folders under `train`; 20 to test from test; pixels not looked at yet.",
        (
            (
                "Of 5 values of field 2 of names of files with pictures to test, each of which may be of one thing, 2 are learnt "
                "from too (`5` and `6`), with 8 of 20 test pictures. Where that is so, choose them as groups: a look for duplicates "
                "then leaves these pictures out of the test."
            ),
        ),
    ),
    "writers_in_both_parts_as_groups": Case(
        "train/real/real_{1-6}_{1-3}.png train/forged/forged_{1-6}_{1-3}.png "
        "test/real/real_{5-9}_{4-5}.png test/forged/forged_{5-9}_{4-5}.png",
        {},
        36,
        20,
        "36 pictures to learn from, 2 classes from folders under `train`; 20 to test from test; pixels not looked at yet.",
        ("2 of 5 groups (names of files) that are measured with are learnt from too.",),
        {"group": "names:2"},
    ),
    # a counter that begins anew in each part is no thing, though an ending stands behind it
    "counters_before_an_ending_in_both_parts": Case(
        "{train,test}/a/a_{0-5}_aligned.png {train,test}/b/b_{0-5}_aligned.png",
        {},
        12,
        12,
        "12 pictures to learn from, 2 classes from folders under `train`; 12 to test from test; pixels not looked at yet.",
    ),
    "slides_of_a_column_in_both_parts": Case(
        "train/a/{0-5}.png test/a/{6-7}.png train/b/{8-13}.png test/b/{14-15}.png",
        {"info.csv": ("file,label,slide", "{0-3}.png,a,S0", "{4-7}.png,a,S1", "{8-11}.png,b,S2", "{12-15}.png,b,S3")},
        12,
        4,
        (
            "12 pictures to learn from, 2 classes from folders under `train`, as column 'label' of 'info.csv' says too; 4 to test from "
            "test; pixels not looked at yet. `info.csv` names classes in its column `label` and colours maps by 1 column: 16 rows about "
            "16 pictures."
        ),
        (
            (
                "Of 2 groups in column 'slide' of 'info.csv' with pictures to test, each of which may be of one thing, 2 are learnt from "
                "too (`S1` and `S3`), with 4 of 4 test pictures. Where that is so, choose them as groups: a look for duplicates then "
                "leaves these pictures out of the test."
            ),
        ),
    ),
}
