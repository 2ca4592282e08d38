"""Readings that a person chose: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

CHOSEN: dict[str, Case] = {
    "split_of_the_second_table": Case(
        "{0-9}.png",
        {
            "a.csv": ("file,label,split", "{0-4}.png,a,train", "{5-9}.png,b,test"),
            "b.csv": ("file,split", "{0-2}.png,train", "{3-4}.png,test", "{5-9}.png,train"),
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'a.csv'; 2 to test; pixels not looked at yet. "
            "`a.csv` names classes in its column `label` and says the split in `split`: 10 rows about 10 pictures. `b.csv` "
            "says the split in `split`: 10 rows about 10 pictures. No column names classes (its columns: file, split)."
        ),
        (("'b' is never measured with."),),
        {"split": "b.csv:split"},
    ),
    "groups_of_the_second_table": Case(
        "{0-9}.png",
        {
            "a.csv": ("file,label,patient", "{0,5}.png,a,p0", "{1,6}.png,b,p1", "{2,7}.png,a,p2", "{3,8}.png,b,p3", "{4,9}.png,a,p4"),
            "b.csv": ("file,patient", "{0-4}.png,q0", "{5-9}.png,q1"),
        },
        5,
        5,
        (
            "5 pictures to learn from, 2 classes from column 'label' of 'a.csv'; 5 to test, a fifth of each class, at "
            "least one, chosen by Selfsight; pixels not looked at yet. `a.csv` names classes in its column `label` and "
            "names groups in `patient`: 10 rows about 10 pictures. `b.csv` names groups in `patient`: 10 rows about 10 "
            "pictures. No column names classes (its columns: file, patient)."
        ),
        (),
        {"group": "b.csv:patient"},
    ),
    "names_of_files_by_a_column_of_two_tables": Case(
        "{a,b,c,d,e,f,g,h}.png",
        {
            "boxes.csv": ("patient,x,y", "{a,a,a,b,b,c,c,d,e,f,g,h},1,2"),
            "kinds.csv": ("patient,class", "{a,a,a,b,b,c,c,d},sick", "{e,f,g,h},well"),
        },
        6,
        2,
        (
            "6 pictures to learn from, 2 classes from column 'class' of 'kinds.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `boxes.csv` colours maps by 2 columns: 12 rows about 8 "
            "pictures. No column names classes (its columns: patient, x, y). It has 4 rows about a picture that had one "
            "already, and the first counts: a, b, c. `kinds.csv` names classes in its column `class`: 12 rows about 8 "
            "pictures. It has 4 rows about a picture that had one already, and the first counts: a, b, c."
        ),
        (),
        {"file": "boxes.csv:patient", "classes": "kinds.csv:class"},
    ),
    "classes_of_one_kind": Case(
        "{0-11}.png",
        {
            "family_test.csv": ("file,label", "{8-9}.png,Boeing", "{10-11}.png,Airbus"),
            "family_train.csv": ("file,label", "{0-3}.png,Boeing", "{4-7}.png,Airbus"),
            "variant_test.csv": ("file,label", "8.png,707", "9.png,727", "10.png,A300", "11.png,A310"),
            "variant_train.csv": ("file,label", "{0-1}.png,707", "{2-3}.png,727", "{4-5}.png,A300", "{6-7}.png,A310"),
        },
        8,
        4,
        (
            "8 pictures to learn from, 4 classes from column 'label' of 'variant_train.csv'; 4 to test; pixels not looked "
            "at yet. `family_test.csv` lists 4 pictures. Its name says that its pictures are for test. Its column `label` "
            "names classes of another kind than `variant_train.csv`, whose classes count. `family_train.csv` lists 8 "
            "pictures. Its name says that its pictures are for train. Its column `label` names classes of another kind "
            "than `variant_train.csv`, whose classes count. `variant_test.csv` names classes in its column `label`: 4 rows "
            "about 4 pictures. Its name says that its pictures are for test. `variant_train.csv` names classes in its "
            "column `label`: 8 rows about 8 pictures. Its name says that its pictures are for train."
        ),
        (("`family_test.csv` says another class than `variant_train.csv` of 4 pictures; `variant_train.csv` counts."),),
        {"classes": "variant_train.csv:label"},
    ),
    # nothing says the variants of the test pictures: they aren't called by families
    "classes_of_another_kind_complete_nothing": Case(
        "{0-11}.png",
        {
            "family.csv": ("file,label", "{0-3}.png,Boeing", "{4-11}.png,Airbus"),
            "variant.csv": ("file,label", "{0-1}.png,707", "{2-3}.png,727", "{4-5}.png,A300", "{6-7}.png,A310"),
        },
        7,
        5,
        (
            "7 pictures to learn from, 4 classes from column 'label' of 'variant.csv' (3 of them without one); 5 to test, "
            "a fifth of each class, at least one, chosen by Selfsight (1 of them without a class); pixels not looked at "
            "yet. `family.csv` is not used: its column `label` names classes of another kind than `variant.csv`, whose "
            "classes count. `variant.csv` names classes in its column `label`: 8 rows about 8 pictures."
        ),
        (("`family.csv` says another class than `variant.csv` of 8 pictures; `variant.csv` counts."),),
        {"classes": "variant.csv:label"},
    ),
    "the_largest_of_votes": Case(
        "{0-9}.png",
        {"l.csv": ("file,happy,sad,calm", "{0-3}.png,7,2,1", "{4-6}.png,1,6,3", "{7-8}.png,2,0,8", "9.png,5,5,0")},
        7,
        3,
        (
            "7 pictures to learn from, 3 classes from column 'happy to calm' of 'l.csv' (1 of them without one); 3 to "
            "test, a fifth of each class, at least one, chosen by Selfsight; pixels not looked at yet. `l.csv` names "
            "classes in its columns `happy to calm`: 10 rows about 10 pictures."
        ),
        (("`l.csv` names the class of a picture by the largest of its columns `happy` to `calm`; 1 picture with two largest has none."),),
        {"classes": "l.csv:happy to calm"},
    ),
    "rows_of_several_classes": Case(
        "{0-9}.png",
        {"train.csv": ("ImageId,ClassId", "{0-4}.png,1", "{5-9}.png,2", "{0-3}.png,2")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'ClassId' of 'train.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `train.csv` names classes in its column `ClassId`: 14 rows "
            "about 10 pictures. Its name says that its pictures are for train. It has 4 rows about a picture that had one "
            "already, and the first counts: 0.png, 1.png, 2.png, 3.png."
        ),
        (("`train.csv` has rows of different classes about 4 pictures in its column `ClassId`; the first row counts."),),
        {"classes": "train.csv:ClassId"},
    ),
    "a_partition_is_no_class_without_a_split": Case(
        "{0-9}.png",
        {"list_eval_partition.txt": ("0.png 0", "{1-5}.png 0", "{6-7}.png 1", "{8-9}.png 2")},
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`list_eval_partition.txt` is not used: no column names classes (its columns: column 1, partition)."
        ),
        (),
        {"split": "none"},
    ),
    "lists_of_parts_without_a_split": Case(
        "{a,b}/{0-4}.png",
        {
            "train1.txt": ("a/0.png", "a/{1-3}.png", "b/{0-3}.png"),
            "test1.txt": ("a/4.png", "b/4.png"),
            "train2.txt": ("a/1.png", "a/{2-4}.png", "b/{1-4}.png"),
            "test2.txt": ("a/0.png", "b/0.png"),
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet. `test1.txt` is not used: no column names classes (its columns: column 1). 3 more "
            "files say the same of other pictures."
        ),
        (),
        {"split": "none"},
    ),
}
