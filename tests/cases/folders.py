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
}
