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
            "already, and the first counts: a, a, b, c. `kinds.csv` names classes in its column `class`: 12 rows about 8 "
            "pictures. It has 4 rows about a picture that had one already, and the first counts: a, a, b, c."
        ),
        (),
        {"file": "boxes.csv:patient", "classes": "kinds.csv:class"},
    ),
}
