"""Splits that are written down in tables and lists: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

WRITTEN_SPLITS = {
    "column_split": Case(
        "{0-9}.png",
        {
            "l.csv": (
                "file,label,split",
                "{0-2}.png,a,train",
                "{3-5}.png,b,train",
                "6.png,a,val",
                "7.png,b,val",
                "8.png,a,test",
                "9.png,b,test",
            )
        },
        6,
        2,
        (
            "6 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test; 2 for validation, left "
            "aside; pixels not looked at yet. `l.csv` names classes in its column `label` and says the split in "
            "`split`: 10 rows about 10 pictures."
        ),
    ),
    "column_set_holdout": Case(
        "{0-9}.png",
        {"l.csv": ("file,label,set", "{0-3}.png,a,train", "{4-7}.png,b,train", "8.png,a,holdout", "9.png,b,holdout")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test; pixels not looked at yet. "
            "`l.csv` names classes in its column `label` and says the split in `set`: 10 rows about 10 pictures."
        ),
    ),
    "is_test": Case(
        "{0-9}.png",
        {"l.csv": ("file,label,is_test", "{0-3}.png,a,0", "{4-7}.png,b,0", "8.png,a,1", "9.png,b,1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test; pixels not looked at yet. "
            "`l.csv` names classes in its column `label` and says the split in `is_test`: 10 rows about 10 pictures."
        ),
    ),
    "zero_and_one": Case(
        "{0-9}.png",
        {"l.csv": ("file,label,split", "{0-3}.png,a,1", "{4-7}.png,b,1", "8.png,a,0", "9.png,b,0")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows "
            "about 10 pictures."
        ),
        (
            (
                "? `l.csv` says 1 of 8 pictures and 0 of 2 in its column `split`: which of them test isn't said, so the "
                "column isn't used. If it is, the 2 test."
            ),
        ),
    ),
    "folds": Case(
        "{0-9}.png",
        {"l.csv": ("file,label,fold", "{0-4}.png,a,1", "{5-9}.png,b,2")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label`: 10 rows "
            "about 10 pictures."
        ),
        (("? `l.csv` names 2 folds in its column `fold`, which isn't used. If it is, fold 2 tests (5 pictures) and the others train."),),
    ),
    "lists_by_name": Case(
        "images/{0-9}.png",
        {"train.txt": ("0.png a", "{1-3}.png a", "{4-7}.png b"), "test.txt": ("8.png a", "9.png b")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'column 2' of 'train.txt'; 2 to test; pixels not looked "
            "at yet. `test.txt` names classes in its column `column 2`: 2 rows about 2 pictures. Its name says that "
            "its pictures are for test. `train.txt` names classes in its column `column 2`: 8 rows about 8 pictures. "
            "Its name says that its pictures are for train."
        ),
    ),
    # Tiny ImageNet's list of validation is one of those to be understood: its second column names classes, four corners of boxes do not,
    # so that validation has labels and measures
    "annotations_of_validation": Case(
        "train/{a,b}/images/{0-3}.png val/images/{8-9}.png test/images/{10-12}.png",
        {"val/val_annotations.txt": ("8.png\ta\t0\t0\t1\t1", "9.png\tb\t0\t0\t1\t1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders under `train`, and from column 'column 2' of "
            "'val/val_annotations.txt'; 2 to test from val; 3 pictures are for test, but no picture there has a class to measure "
            "with; pixels not looked at yet. `val/val_annotations.txt` names classes in its column `column 2` and colours maps by 4 "
            "columns: 2 rows about 2 pictures. Its name says that its pictures are for validation."
        ),
    ),
    "one_list_of_two": Case(
        "{0-9}.png",
        {"train.txt": ("0.png", "{1-7}.png")},
        8,
        2,
        (
            "8 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet. "
            "`train.txt` lists 8 pictures. Its name says that its pictures are for train."
        ),
        ("? 8 of 10 pictures are said to be for training and nothing is said of the others: all are split anew.",),
    ),
    "trainval_beside_train_and_val": Case(
        "{a,b}/{0-5}.png",
        {
            "trainval.txt": ("a/0", "a/{1-5}", "b/{0-5}"),
            "train.txt": ("a/0", "a/{1-2}", "b/{0-2}"),
            "val.txt": ("a/3", "a/{4-5}", "b/{3-5}"),
        },
        6,
        6,
        (
            "6 pictures to learn from, 2 classes from folders; 6 to test; pixels not looked at yet. `train.txt` lists 6 "
            "pictures. Its name says that its pictures are for train. `trainval.txt` lists 12 pictures. Its name says that "
            "its pictures are for train. `val.txt` lists 6 pictures. Its name says that its pictures are for validation."
        ),
    ),
    "train_names_val_too": Case(
        "{a,b}/{0-5}.png",
        {"train.txt": ("a/0", "a/{1-5}", "b/{0-5}"), "val.txt": ("a/4", "a/5", "b/{4-5}")},
        8,
        4,
        (
            "8 pictures to learn from, 2 classes from folders; 4 to test; pixels not looked at yet. `train.txt` lists 12 "
            "pictures. Its name says that its pictures are for train. `val.txt` lists 4 pictures. Its name says that its "
            "pictures are for validation."
        ),
        (
            (
                "? Lists say both training and validation of 4 pictures ('train.txt', 'val.txt'): they are for validation and not "
                "learnt from."
            ),
        ),
    ),
    "two_tables_of_other_splits": Case(
        "{a,b}/{0-5}.png",
        {
            "1cls.csv": ("image,split", "a/{0-3}.png,train", "b/{0-3}.png,train", "a/4.png,test", "a/5.png,test", "b/{4-5}.png,test"),
            "2cls.csv": ("image,split", "a/{0-2}.png,train", "b/{0-2}.png,train", "a/{3-5}.png,test", "b/{3-5}.png,test"),
        },
        8,
        4,
        (
            "8 pictures to learn from, 2 classes from folders; 4 to test; pixels not looked at yet. `1cls.csv` says the split "
            "in `split`: 12 rows about 12 pictures. No column names classes (its columns: image, split). `2cls.csv` says the "
            "split in `split`: 12 rows about 12 pictures. No column names classes (its columns: image, split)."
        ),
        (("? `2cls.csv` says another part than `1cls.csv` of 2 pictures in its column `split`; `1cls.csv` counts."),),
    ),
    "rows_of_several_folds": Case(
        "{a,b}/{0-4}.png",
        {
            "Folds.csv": (
                "fold,grp,filename",
                "1,train,a/{0-3}.png",
                "1,train,b/{0-3}.png",
                "1,test,a/4.png",
                "1,test,b/4.png",
                "2,test,a/0.png",
                "2,test,b/0.png",
                "2,train,a/{1-4}.png",
                "2,train,b/{1-4}.png",
            )
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test; pixels not looked at yet. `Folds.csv` says the "
            "split in `grp` and colours maps by 1 column: 20 rows about 10 pictures. No column names classes (its columns: "
            "fold, grp, filename). It has 10 rows about a picture that had one already, and the first counts: a/0.png, "
            "b/0.png, a/1.png, a/2.png, a/3.png and 5 more."
        ),
        (
            (
                "? `Folds.csv` has rows of different parts about 4 pictures in its column `grp`; of its 2 values in `fold` the "
                "rows with '1' count."
            ),
        ),
    ),
    "codes_for_numbers": Case(
        "images/{1,2}/{0-5}.png",
        {
            "images.txt": tuple(f"a1-{c}-{k} {c}/{k}.png" for c in (1, 2) for k in range(6)),
            "image_class_labels.txt": ("a1-1-0 1", "a1-1-{1-5} 1", "a1-2-{0-5} 2"),
            "train_test_split.txt": ("a1-1-0 1", "a1-{1,2}-{1-3} 1", "a1-2-0 1", "a1-{1,2}-{4,5} 0"),
            "sizes.txt": ("a1-1-0 83 59", "a1-1-{1-5} 83 59", "a1-2-{0-5} 83 59"),
            "classes.txt": ("0 Birds", "1 Common Eider (Adult male)", "2 Oak Titmouse"),
        },
        8,
        4,
        (
            "8 pictures to learn from, 2 classes from column 'column 2' of 'image_class_labels.txt'; 4 to test; pixels not "
            "looked at yet. `classes.txt` names the classes in words. `image_class_labels.txt` names classes in its column "
            "`column 2`: 12 rows about 12 pictures. `images.txt` is not used: no column names classes (its columns: column 1, "
            "column 2). `sizes.txt` colours maps by 1 column: 12 rows about 12 pictures. Its column `column 2` says '83' of "
            "every picture, which tells no pictures apart. `train_test_split.txt` says the split in `train_test_split`: 12 "
            "rows about 12 pictures. No column names classes (its columns: column 1, train_test_split)."
        ),
        (),
    ),
    "numbers_as_names_of_a_third": Case(
        "images/{10,20}{2-3}{0-9}.png",
        {
            "images_test.txt": ("1020 A", "102{1-4} A", "203{0-4} B"),
            "images_trainval.txt": ("1030 A", "103{1-9} A", "102{5-9} A", "202{0-9} B", "203{5-9} B"),
        },
        30,
        10,
        (
            "30 pictures to learn from, 2 classes from column 'column 2' of 'images_trainval.txt'; 10 to test; pixels not "
            "looked at yet. `images_test.txt` names classes in its column `column 2`: 10 rows about 10 pictures. Its name "
            "says that its pictures are for test. `images_trainval.txt` names classes in its column `column 2`: 30 rows about "
            "30 pictures. Its name says that its pictures are for train."
        ),
    ),
    "a_split_that_binds_nothing": Case(
        "{a,b}/{0-4}.png",
        {"train_test_split.txt": ("x-0 1", "x-{1-7} 1", "x-{8-9} 0")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; pixels "
            "not looked at yet. `train_test_split.txt` is not used: no column names pictures (its columns: column 1, "
            "train_test_split)."
        ),
        (
            (
                "? `train_test_split.txt` sounds like the set's own split (its column `train_test_split`), and no column of it "
                "names pictures: it is not used."
            ),
        ),
    ),
    "a_line_for_each_picture": Case(
        "train/{a,b}/{0-4}.png val/v{0-5}.png",
        {"devkit/val_ground_truth.txt": ("1", "1", "2", "2", "2", "1")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders under `train`; 2 to test, a fifth of each class, chosen by "
            "Selfsight; 6 pictures are for validation, but no picture there has a class to measure with; pixels not looked at "
            "yet. `devkit/val_ground_truth.txt` is not used: no column names pictures (its columns: column 1)."
        ),
        (
            (
                "`devkit/val_ground_truth.txt` holds as many values as `val` has pictures (6 pictures) and names none of them: "
                "which value is about which picture isn't said, so it is not used."
            ),
        ),
    ),
    "german": Case(
        "Bilder/{0-9}.png",
        {
            "Befunde.csv": (
                "Bilddatei;Diagnose;Größe (mm);Datensatz",
                "{0-3}.png;gesund;3,5;Training",
                "{4-7}.png;Pilzbefall;2,5;Training",
                "8.png;gesund;1,5;Prüfung",
                "9.png;Pilzbefall;7,5;Prüfung",
            )
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'Diagnose' of 'Befunde.csv'; 2 to test; pixels not looked at "
            "yet. `Befunde.csv` names classes in its column `Diagnose`, says the split in `Datensatz` and colours maps by 1 "
            "column: 10 rows about 10 pictures."
        ),
    ),
    "french": Case(
        "photos/{0-9}.png",
        {
            "étiquettes.csv": (
                "fichier;espèce;ensemble",
                "photos\\{0-2}.png;chêne;apprentissage",
                "photos\\{4-6}.png;hêtre;apprentissage",
                "3.png;chêne;validation",
                "7.png;hêtre;validation",
                "8.png;chêne;essai",
                "9.png;hêtre;essai",
            )
        },
        6,
        2,
        (
            "6 pictures to learn from, 2 classes from column 'espèce' of 'étiquettes.csv'; 2 to test; 2 for validation, left "
            "aside; pixels not looked at yet. `étiquettes.csv` names classes in its column `espèce` and says the split in "
            "`ensemble`: 10 rows about 10 pictures."
        ),
    ),
    "spanish_folders": Case(
        "entrenamiento/{gato,perro}/{0-3}.png prueba/{gato,perro}/{0-1}.png",
        {},
        8,
        4,
        ("8 pictures to learn from, 2 classes from folders under `entrenamiento`; 4 to test from prueba; pixels not looked at yet."),
    ),
    "one_value_of_a_column_is_a_part": Case(
        "{a,b}/{0-4}.png",
        {"l.csv": ("file,Zweck", "a/{0-3}.png,Anlernen", "b/{0-3}.png,Anlernen", "a/4.png,Test", "b/4.png,Test")},
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; pixels "
            "not looked at yet. `l.csv` is not used: no column names classes (its columns: file, Zweck)."
        ),
        (("? `l.csv` says 'Anlernen', 'Test' in its column `Zweck`, and 'Test' may name a part: the column isn't used."),),
    ),
    "a_list_against_a_column": Case(
        "{a,b}/{0-4}.png",
        {
            "meta.csv": ("file,split", "a/{0-3}.png,train", "b/{0-3}.png,train", "a/4.png,test", "b/4.png,test"),
            "test.txt": ("a/3.png", "b/3.png"),
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test; pixels not looked at yet. `meta.csv` says the split "
            "in `split`: 10 rows about 10 pictures. No column names classes (its columns: file, split). `test.txt` lists 2 "
            "pictures. Its name says that its pictures are for test."
        ),
        (("? A column of a table says another part of 2 pictures than lists do by their names ('test.txt'): the column counts."),),
    ),
    "lists_of_crossval_in_a_folder_of_several_parts": Case(
        "{a,b}/{0-5}.png",
        {
            "Train val splits and more/x_train.txt": ("a/0.png 1", "a/{1-3}.png 1", "b/{0-3}.png 2"),
            "Train val splits and more/x_crossval.txt": ("a/4.png 1", "b/4.png 2"),
            "Train val splits and more/x_test.txt": ("a/5.png 1", "b/5.png 2"),
            "Train val splits and more/x_names.txt": ("a/0.png 1", "b/0.png 2"),
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from folders, as column 'column 2' of 'Train val splits and "
            "more/x_train.txt' says too; 2 to test; 2 for validation, left aside; pixels not looked at yet. `Train val splits and "
            "more/x_crossval.txt` names classes in its column `column 2`: 2 rows about 2 pictures. Its name says that its "
            "pictures are for validation. `Train val splits and more/x_names.txt` names classes in its column `column 2`: "
            "2 rows about 2 pictures. `Train val splits and more/x_test.txt` names classes in its column `column 2`: 2 "
            "rows about 2 pictures. Its name says that its pictures are for test. `Train val splits and more/x_train.txt` "
            "names classes in its column `column 2`: 8 rows about 8 pictures. Its name says that its pictures are for "
            "train."
        ),
        (("Folders call the classes that tables number by words and part the pictures alike ('a' for 1, 'b' for 2)."),),
        {},
    ),
    "lists_of_videos_whose_frames_are_folders": Case(
        "frames/jump/v_jump_g0{1-4}/f{1-3}.jpg frames/swim/v_swim_g0{1-4}/f{1-3}.jpg",
        {
            "lists/trainlist01.txt": ("jump/v_jump_g01.avi 1", "jump/v_jump_g0{2-3}.avi 1", "swim/v_swim_g0{1-3}.avi 2"),
            "lists/testlist01.txt": ("jump/v_jump_g04.avi", "swim/v_swim_g04.avi"),
            "lists/classInd.txt": ("1 jump", "2 swim"),
        },
        18,
        6,
        (
            "18 pictures to learn from, 2 classes from folders, as column 'column 2' of 'lists/trainlist01.txt' says too; 6"
            " to test; pixels not looked at yet. `lists/classInd.txt` names the classes in words. `lists/testlist01.txt` "
            "names groups in `column 1`: 2 rows about 6 pictures. Its name says that its pictures are for test. "
            "`lists/trainlist01.txt` names classes in its column `column 2` and names groups in `column 1`: 6 rows about 18"
            " pictures. Its name says that its pictures are for train."
        ),
        (
            (
                "? Classes are `jump` and `swim`; the folders below them could be meant instead: `v_jump_g01`, "
                "`v_jump_g02`, `v_jump_g03` and 5 more."
            ),
        ),
    ),
}
