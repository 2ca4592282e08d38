"""Folders shaped like published sets: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

FOLDERS = {
    # the held-out name is part of a longer one, and both folders hold the same classes
    "held_out_name_beside_a_plain_folder": Case(
        "NCT-CRC-HE/{ADI,BACK,DEB}/{0-5}.png CRC-VAL-HE/{ADI,BACK,DEB}/{6-7}.png",
        {},
        18,
        6,
        ("18 pictures to learn from, 3 classes from folders under `NCT-CRC-HE`; 6 to test from CRC-VAL-HE; pixels not looked at yet."),
        (("? `CRC-VAL-HE` sounds like a split and holds folders of the same names as `NCT-CRC-HE`, which is taken for training."),),
    ),
    # the folders below differ, so the name is no split in silence
    "held_out_name_with_other_folders": Case(
        "images_background/{greek,latin}/{0-3}.png images_evaluation/{angelic,tibetan}/{0-3}.png",
        {},
        12,
        4,
        (
            "12 pictures to learn from, 2 classes from folders; 4 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (
            (
                "? Classes are `images_background` and `images_evaluation`; the folders below them could be meant "
                "instead: `angelic`, `greek`, `latin` and `tibetan`."
            ),
            "? `images_evaluation` sounds like a split, but `images_background` beside it make each folder a class.",
        ),
    ),
    "second_test_without_classes": Case(
        "Training/{apple,banana}/{0-4}.png Test/{apple,banana}/{5-6}.png test-multiple_fruits/{7-9}.png",
        {},
        10,
        4,
        (
            "10 pictures to learn from, 2 classes from folders under `Training`; 4 to test from Test; 3 files lie "
            "beside `Training` and `Test`; pixels not looked at yet."
        ),
        (("`test-multiple_fruits` holds no folders, as others for the test do, so nothing says the classes there and it is left out."),),
    ),
    # synsets below corruptions, each below a kind, and severities: only the last level crosses all above
    "corruptions_and_severities": Case(
        (
            "noise/{gaussian,shot}/{1,3}/n01440764/val_00000{290-293}.png "
            "blur/{motion,zoom}/{1,3}/n01440764/val_00000{290-293}.png "
            "noise/{gaussian,shot}/{1,3}/n01443537/val_00000{294-297}.png "
            "blur/{motion,zoom}/{1,3}/n01443537/val_00000{294-297}.png "
            "noise/{gaussian,shot}/{1,3}/n01484850/val_00000{300-303}.png "
            "blur/{motion,zoom}/{1,3}/n01484850/val_00000{300-303}.png"
        ),
        {},
        72,
        24,
        (
            "72 pictures to learn from, 3 classes from folders at level 4; 24 to test, a fifth of each class, chosen "
            "by Selfsight; pixels not looked at yet."
        ),
        (
            (
                "? Classes are `n01440764`, `n01443537` and `n01484850` (`folders:4`). Other levels of folders could be "
                "meant: `blur` and `noise` (`folders:1`); `gaussian`, `motion`, `shot` and `zoom` (`folders:2`)."
            ),
            (
                "12 file names come in several folders (`blur/motion/1/n01440764/val_00000290.png` and "
                "`blur/motion/3/n01440764/val_00000290.png`): a split of Selfsight's own keeps the pictures of one "
                "together."
            ),
        ),
    ),
    "three_crossing_levels": Case(
        "{day,night}/{near,far,mid}/{cat,dog,cow,hen}/{0-2}.png",
        {},
        56,
        16,
        (
            "56 pictures to learn from, 4 classes from folders at level 3; 16 to test, a fifth of each class, chosen "
            "by Selfsight; pixels not looked at yet."
        ),
        (
            (
                "? Classes are `cat`, `cow`, `dog` and `hen` (`folders:3`). Other levels of folders could be meant: `day`"
                " and `night` (`folders:1`); `far`, `mid` and `near` (`folders:2`)."
            ),
        ),
    ),
    "folders_at_unlike_depths": Case(
        "a/{abbey,airport}/{0-4}.png c/church/{indoor,outdoor}/{5-9}.png",
        {},
        16,
        4,
        (
            "16 pictures to learn from, 3 classes from folders at level 2; 4 to test, a fifth of each class, chosen "
            "by Selfsight; pixels not looked at yet."
        ),
        (
            ("Classes are `abbey`, `airport` and `church`; the folders below them could be meant instead: `indoor` and `outdoor`."),
            ("? `church` holds folders of pictures, and `abbey` and `airport` hold pictures: each path of folders could be a class."),
        ),
    ),
    "paths_that_a_list_names": Case(
        "a/{abbey,airport}/{0-4}.png c/church/{indoor,outdoor}/{5-9}.png",
        {
            "ClassName.txt": (
                "/a/abbey",
                "/a/airport",
                "/c/church/indoor",
                "/c/church/outdoor",
            )
        },
        16,
        4,
        (
            "16 pictures to learn from, 4 classes from whole paths of folders; 4 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `ClassName.txt` lists the classes; nothing else is taken "
            "from it."
        ),
        ("Classes are whole paths of folders, as `ClassName.txt` lists them.",),
    ),
    "characters_numbered_anew": Case(
        "{Greek,Latin}/character0{1-3}/{0-4}.png",
        {},
        24,
        6,
        (
            "24 pictures to learn from, 2 classes from folders; 6 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (
            (
                "Classes are `Greek` and `Latin`; the folders below them could be meant instead: `character01`, "
                "`character02` and `character03`."
            ),
            (
                "? `character01`, `character02` and `character03` are numbered anew in several folders: each path of "
                "folders could be a class."
            ),
        ),
    ),
    "clutter": Case(
        "{001.ak47,056.dog,257.clutter}/{0-4}.png",
        {},
        12,
        3,
        (
            "12 pictures to learn from, 3 classes from folders; 3 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        ("The class `257.clutter` sounds like pictures of none of the others; its pictures count as a class.",),
    ),
    "numbers_that_folders_call_by_words": Case(
        "{clipart,quick,real,sketch}/{cup,fox,zebra}/{0-4}.png",
        {
            "clipart_train.txt": (
                "clipart/cup/0.png 0",
                "clipart/cup/1.png 0",
                "clipart/cup/2.png 0",
                "clipart/cup/3.png 0",
                "clipart/fox/0.png 1",
                "clipart/fox/1.png 1",
                "clipart/fox/2.png 1",
                "clipart/fox/3.png 1",
                "clipart/zebra/0.png 2",
                "clipart/zebra/1.png 2",
                "clipart/zebra/2.png 2",
                "clipart/zebra/3.png 2",
            ),
            "clipart_test.txt": (
                "clipart/cup/4.png 0",
                "clipart/fox/4.png 1",
                "clipart/zebra/4.png 2",
            ),
            "quick_train.txt": (
                "quick/cup/0.png 0",
                "quick/cup/1.png 0",
                "quick/cup/2.png 0",
                "quick/cup/3.png 0",
                "quick/fox/0.png 1",
                "quick/fox/1.png 1",
                "quick/fox/2.png 1",
                "quick/fox/3.png 1",
                "quick/zebra/0.png 2",
                "quick/zebra/1.png 2",
                "quick/zebra/2.png 2",
                "quick/zebra/3.png 2",
            ),
            "quick_test.txt": (
                "quick/cup/4.png 0",
                "quick/fox/4.png 1",
                "quick/zebra/4.png 2",
            ),
            "real_train.txt": (
                "real/cup/0.png 0",
                "real/cup/1.png 0",
                "real/cup/2.png 0",
                "real/cup/3.png 0",
                "real/fox/0.png 1",
                "real/fox/1.png 1",
                "real/fox/2.png 1",
                "real/fox/3.png 1",
                "real/zebra/0.png 2",
                "real/zebra/1.png 2",
                "real/zebra/2.png 2",
                "real/zebra/3.png 2",
            ),
            "real_test.txt": (
                "real/cup/4.png 0",
                "real/fox/4.png 1",
                "real/zebra/4.png 2",
            ),
            "sketch_train.txt": (
                "sketch/cup/0.png 0",
                "sketch/cup/1.png 0",
                "sketch/cup/2.png 0",
                "sketch/cup/3.png 0",
                "sketch/fox/0.png 1",
                "sketch/fox/1.png 1",
                "sketch/fox/2.png 1",
                "sketch/fox/3.png 1",
                "sketch/zebra/0.png 2",
                "sketch/zebra/1.png 2",
                "sketch/zebra/2.png 2",
                "sketch/zebra/3.png 2",
            ),
            "sketch_test.txt": (
                "sketch/cup/4.png 0",
                "sketch/fox/4.png 1",
                "sketch/zebra/4.png 2",
            ),
        },
        48,
        12,
        (
            "48 pictures to learn from, 3 classes from column 'column 2' of 'clipart_train.txt'; 12 to test; pixels not "
            "looked at yet. `clipart_test.txt` names classes in its column `column 2`: 3 rows about 3 pictures. Its name "
            "says that its pictures are for test. 3 more files say the same of other pictures. `clipart_train.txt` names "
            "classes in its column `column 2`: 12 rows about 12 pictures. Its name says that its pictures are for train. "
            "3 more files say the same of other pictures."
        ),
        (
            "Folders call the classes that tables number by words and part the pictures alike ('cup' for 0, 'fox' for 1, 'zebra' for 2).",
            "Classes come from column 'column 2' of 'clipart_train.txt'; folders name 4 others.",
        ),
    ),
    # the first column is the folders' classes, so that nothing is to be asked
    "a_column_that_says_the_folders_classes": Case(
        "train/{a,b}/{0-4}.png val/{a,b}/{5-6}.png",
        {
            "noisy.csv": (
                "path,noisy_labels_0,noisy_labels_5",
                "train/a/{0-4}.png,a,a",
                "train/b/{0-3}.png,b,b",
                "train/b/4.png,b,a",
                "val/a/{5-6}.png,a,a",
                "val/b/{5-6}.png,b,b",
            )
        },
        10,
        4,
        (
            "10 pictures to learn from, 2 classes from folders under `train`; 4 to test from val; pixels not looked "
            "at yet. `noisy.csv` colours maps by 2 columns: 14 rows about 14 pictures. No column names classes (its "
            "columns: path, noisy_labels_0, noisy_labels_5)."
        ),
        (
            (
                "No column of `noisy.csv` says by its header that it names classes; 'noisy_labels_0', 'noisy_labels_5' "
                "might: which names its classes is for you to say."
            ),
        ),
    ),
    "lists_settle_the_split_of_folders": Case(
        "data_64/{0-7}.png val_64/{8-9}.png test_64/{10-11}.png",
        {
            "train.txt": (
                "data_64/0.png a",
                "data_64/1.png b",
                "data_64/2.png a",
                "data_64/3.png b",
                "data_64/4.png a",
                "data_64/5.png b",
                "data_64/6.png a",
                "data_64/7.png b",
            ),
            "val.txt": (
                "val_64/8.png a",
                "val_64/9.png b",
            ),
            "test.txt": (
                "test_64/10.png",
                "test_64/11.png",
            ),
        },
        8,
        2,
        (
            "8 pictures to learn from, 2 classes from column 'column 2' of 'train.txt'; 2 to test; 2 pictures are for"
            " test, but no picture there has a class to measure with; pixels not looked at yet. `test.txt` lists 2 "
            "pictures. Its name says that its pictures are for test. `train.txt` names classes in its column `column "
            "2`: 8 rows about 8 pictures. Its name says that its pictures are for train. `val.txt` names classes in "
            "its column `column 2`: 2 rows about 2 pictures. Its name says that its pictures are for validation."
        ),
        (
            "`test_64` and `val_64` sound like a split, but `data_64` beside them make each folder a class.",
            "Classes come from column 'column 2' of 'train.txt'; folders name 3 others.",
        ),
    ),
    "a_split_of_which_tables_name_no_class": Case(
        "pictures_part_1/s{0-9}.png pictures_part_2/s{10-19}.png Test_pictures/t{0-4}.png",
        {
            "l.csv": (
                "image_id,dx",
                "s{0-6}.png,mel",
                "s{7-19}.png,nv",
            )
        },
        16,
        4,
        (
            "16 pictures to learn from, 2 classes from column 'dx' of 'l.csv'; 4 to test, a fifth of each class, chosen "
            "by Selfsight; 5 pictures are for test, but no picture there has a class to measure with; pixels not looked "
            "at yet. `l.csv` names classes in its column `dx`: 20 rows about 20 pictures."
        ),
        ("`Test_pictures` sounds like a split, and tables name no class of a picture there: these pictures are for that part.",),
    ),
    # no level of folders names classes, and none is said to
    "patients_and_their_studies": Case(
        "patient0000{1-4}/study{1,2}/{0-1}.png",
        {},
        13,
        3,
        ("13 pictures to learn from, no classes; 3 to test, a fifth, chosen by Selfsight; pixels not looked at yet."),
        (
            (
                "? The folders `patient00001`, `patient00002`, `patient00003` and `patient00004` look like numbered parts of "
                "one heap: they name no classes."
            ),
            "The folders `study1` and `study2` look like numbered parts of one heap: they name no classes.",
            (
                "? 4 folders (`patient00001`, `patient00002` and 2 more) may each hold pictures of one thing: whether a split "
                "of Selfsight's own keeps the pictures of one together is for you to say; it does not."
            ),
        ),
    ),
    # letters count the pictures of a class as numbers do
    "letters_behind_the_class": Case(
        "healthy/healthy_{a,b,c,d,e}.png rust/rust_{a,b,c,d,e}.png scab/scab_{a,b,c,d,e}.png",
        {},
        12,
        3,
        (
            "12 pictures to learn from, 3 classes from folders; 3 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (),
    ),
    "studies_of_patients_with_a_table": Case(
        "{train,valid}/patient{1-9}/study{1,2}/view.jpg",
        {
            "train.csv": (
                "Path,Sex,View,Fluid,Fracture",
                "train/patient{1-4}/study{1,2}/view.jpg,F,side,1,0",
                "train/patient{5-7}/study{1,2}/view.jpg,M,side,1,1",
                "train/patient{8-9}/study{1,2}/view.jpg,M,front,0,0",
            ),
            "valid.csv": (
                "Path,Sex,View,Fluid,Fracture",
                "valid/patient{1-4}/study{1,2}/view.jpg,F,side,1,0",
                "valid/patient{5-7}/study{1,2}/view.jpg,M,side,1,1",
                "valid/patient{8-9}/study{1,2}/view.jpg,M,front,0,0",
            ),
        },
        18,
        18,
        (
            "18 pictures to learn from in train, no classes; 18 to test from valid; pixels not looked at yet. `train.csv` "
            "colours maps by 4 columns: 18 rows about 18 pictures. Its name says that its pictures are for train. No "
            "column names classes (its columns: Path, Sex, View, Fluid, Fracture). `valid.csv` colours maps by 4 columns: "
            "18 rows about 18 pictures. Its name says that its pictures are for validation. No column names classes (its "
            "columns: Path, Sex, View, Fluid, Fracture)."
        ),
        (
            (
                "The folders `patient1`, `patient2`, `patient3`, `patient4` and 5 more look like numbered parts of one heap: "
                "they name no classes."
            ),
            "The folders `study1` and `study2` look like numbered parts of one heap: they name no classes.",
            (
                "? No column of `train.csv` says by its header that it names classes; 'Sex', 'View', 'Fluid', 'Fracture' "
                "might: which names its classes is for you to say."
            ),
            (
                "No column of `valid.csv` says by its header that it names classes; 'Sex', 'View', 'Fluid', 'Fracture' might: "
                "which names its classes is for you to say."
            ),
        ),
        {},
    ),
    "labelled_and_unlabelled": Case(
        "labeled-images/{cats,dogs}/{0-4}.png unlabeled-images/images/{10-15}.png",
        {},
        14,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; 6 in "
            "unlabeled-images have no class and are learnt from without; pixels not looked at yet."
        ),
        ("`unlabeled-images` is taken for pictures without a class, not for a class.",),
    ),
    "unlabelled_beside_classes": Case(
        "cats/{0-4}.png dogs/{5-9}.png unlabelled/{10-15}.png",
        {},
        14,
        2,
        (
            "8 pictures to learn from, 2 classes from folders; 2 to test, a fifth of each class, chosen by Selfsight; 6 in "
            "unlabelled have no class and are learnt from without; pixels not looked at yet."
        ),
        ("`unlabelled` is taken for pictures without a class, not for a class.",),
    ),
    "shelves_by_the_first_characters": Case(
        "images/010/0108775{015,044,051}.jpg images/011/0110065{101,202,811}.jpg images/012/0126589{006,107,711}.jpg",
        {},
        7,
        2,
        "7 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet.",
        ("? The folders `010`, `011` and `012` hold each file by the characters of its name, so they name no classes.",),
    ),
    "shelves_by_each_character": Case(
        "0/3/03{a1,b2,c3,d4}f.jpg 0/c/0c{a1,b2,c3,d4}f.jpg a/3/a3{a1,b2,c3,d4}f.jpg a/c/ac{a1,b2,c3,d4}f.jpg",
        {},
        13,
        3,
        "13 pictures to learn from, no classes; 3 to test, a fifth, chosen by Selfsight; pixels not looked at yet.",
        ("? The folders `0` and `a` hold each file by the characters of its name, so they name no classes.",),
    ),
    "shelves_by_the_last_digits": Case(
        "0000/{1000,2000,3000}.jpg 0001/{1001,2001,3001}.jpg 0002/{1002,2002,3002}.jpg",
        {},
        7,
        2,
        "7 pictures to learn from, no classes; 2 to test, a fifth, chosen by Selfsight; pixels not looked at yet.",
        ("? The folders `0000`, `0001` and `0002` hold each file by the characters of its name, so they name no classes.",),
    ),
    # a class's number and a counter behind it
    "numbers_and_counters_in_class_folders": Case(
        "001/001{01,02,03,04}.png 002/002{01,02,03,04}.png 003/003{01,02,03,04}.png",
        {},
        9,
        3,
        (
            "9 pictures to learn from, 3 classes from folders; 3 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
    ),
}
