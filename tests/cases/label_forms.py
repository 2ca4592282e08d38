"""Labels in other forms than one a row: several, one-hot, votes, boxes, markup, identities; rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

LABEL_FORMS = {
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
            "columns: file, finding label, bbox [x, y, w and 1 more)."
        ),
        (
            (
                "? `all.csv` names several labels of 2 pictures in its column `finding labels` ('mass|edema'), so it names no "
                "classes; each of its 3 labels colours the map."
            ),
            ("`boxes.csv` names classes of boxes in its column `finding label`, on 4 of 10 pictures, and so of no whole picture."),
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
                "Selfsight's own keeps the pictures of one together is for you to say; by this column it does not."
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
    "objects_that_say_as_folders_do": Case(
        "{cat,dog}/{0-1}.png",
        {
            "coco.json": (
                '{"images":[{"id":1,"file_name":"cat/0.png"},{"id":2,"file_name":"dog/0.png"}],"categories":[{"id":1,"name":"cat"},{"id":2,"name":"dog"}],"annotations":[{"image_id":1,"category_id":1,"bbox":[0,0,1,1]},{"image_id":2,"category_id":2,"bbox":[0,0,1,1]}]}',
            )
        },
        2,
        2,
        (
            "2 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, at least one, chosen by "
            "Selfsight; pixels not looked at yet. `coco.json` holds 2 objects on pictures (COCO); boxes and outlines "
            "aren't read yet."
        ),
        (
            (
                "`coco.json` holds 2 objects of 2 classes on 2 pictures (COCO); boxes and outlines aren't read yet. Each "
                "picture has objects of one class only, which may name its class."
            ),
        ),
        {},
    ),
    "one_value_everywhere": Case(
        "{0-9}.png",
        {
            "fold.csv": (
                "file,age,tilt,yaw,score",
                "{0-4}.png,20,0,0,1",
                "{5-9}.png,30,0,0,1",
            )
        },
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`fold.csv` colours maps by 4 columns: 10 rows about 10 pictures. No column names classes (its columns: file, "
            "age, tilt, yaw, score)."
        ),
        (("? No column of `fold.csv` says by its header that it names classes; 'age' might: which names its classes is for you to say."),),
        {},
    ),
    "landmarks": Case(
        "{0-9}.png",
        {
            "eyes.csv": (
                "file,left_eye_x,left_eye_y,right_eye_x,right_eye_y",
                "{0-4}.png,60,100,80,100",
                "{5-9}.png,61,102,80,102",
            )
        },
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`eyes.csv` colours maps by 4 columns: 10 rows about 10 pictures. No column names classes (its columns: file, "
            "left_eye_x, left_eye_y, right_eye_x, right_eye_y)."
        ),
        (),
        {},
    ),
    "attributes_and_identities": Case(
        "{0-9}.png",
        {
            "identity.txt": (
                "0.png 3",
                "{1-2}.png 3",
                "{3-5}.png 5",
                "{6-9}.png 8",
            ),
            "attr.csv": (
                "file,Male,Smiling",
                "{0-3}.png,1,-1",
                "{4-5}.png,-1,-1",
                "{6-9}.png,-1,1",
            ),
            "eyes.csv": (
                "file,left_x,left_y",
                "{0-4}.png,60,100",
                "{5-9}.png,61,102",
            ),
        },
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`attr.csv` colours maps by 2 columns: 10 rows about 10 pictures. No column names classes (its columns: file, "
            "Male, Smiling). `eyes.csv` colours maps by 2 columns: 10 rows about 10 pictures. No column names classes (its "
            "columns: file, left_x, left_y). `identity.txt` colours maps by 1 column: 10 rows about 10 pictures. No column "
            "names classes (its columns: column 1, column 2)."
        ),
        (
            (
                "? No column of `attr.csv` says by its header that it names classes; 'Male', 'Smiling' might: which names its "
                "classes is for you to say."
            ),
            (
                "? `identity.txt` identifies 3 beings in its column `column 2` for 10 pictures: whether a split of Selfsight's "
                "own keeps the pictures of one together is for you to say; by this column it does not."
            ),
            ("`identity.txt` says by its name who is on each picture (3 in `column 2`): these are classes where you say so."),
        ),
        {},
    ),
}
