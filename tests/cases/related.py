"""Pictures of one thing by the names of their files: rows of tests/cases/test_kinds.py."""

from __future__ import annotations

from tests.help.trees import Case

RELATED = {
    # one leaf in three renderings: its file name comes in several folders of its class, and in no other class
    "renderings": Case(
        (
            "{color,grayscale}/scab/{0b31,1f52,2c73,3a94,4de5}___RS_HL.jpg "
            "{color,grayscale}/rust/{5b16,6c27,7d38,8e49,9f50}___RS_HL.jpg "
            "segmented/scab/{0b31,1f52,2c73,3a94,4de5}___RS_HL_final_masked.jpg "
            "segmented/rust/{5b16,6c27,7d38,8e49,9f50}___RS_HL_final_masked.jpg "
            "{color,grayscale}/blight/{a1b2,b2c3,c3d4,d4e5,e5f6}___RS_HL.jpg "
            "{color,grayscale}/healthy/{f6a1,a7b8,b8c9,c9d0,d0e1}___RS_HL.jpg "
            "segmented/blight/{a1b2,b2c3,c3d4,d4e5,e5f6}___RS_HL_final_masked.jpg "
            "segmented/healthy/{f6a1,a7b8,b8c9,c9d0,d0e1}___RS_HL_final_masked.jpg"
        ),
        {},
        48,
        12,
        (
            "48 pictures to learn from, 4 classes from folders at level 2; 12 to test, a fifth of each class, chosen "
            "by Selfsight; pixels not looked at yet."
        ),
        (
            ("? Classes are `blight`, `healthy`, `rust` and `scab`, the same in each of `color`, `grayscale` and `segmented`."),
            (
                "20 file names come in several folders (`color/blight/a1b2___RS_HL.jpg` and "
                "`grayscale/blight/a1b2___RS_HL.jpg`): a split of Selfsight's own keeps the pictures of one together."
            ),
        ),
    ),
    # each class is numbered anew in each domain, so that a name is no thing by itself: remarked on alone
    "counters_in_crossing_folders": Case(
        "{art,photo}/{cat,dog,cup}/{0-11}.png",
        {},
        57,
        15,
        (
            "57 pictures to learn from, 3 classes from folders at level 2; 15 to test, a fifth of each class, chosen "
            "by Selfsight; pixels not looked at yet."
        ),
        (
            "? Classes are `cat`, `cup` and `dog`, the same in each of `art` and `photo`.",
            (
                "36 file names come in several folders (`art/cat/0.png` and `photo/cat/0.png`), and other classes have "
                "the same names: where one name is one thing, choose that a split of Selfsight's own keeps the same names"
                " together."
            ),
        ),
    ),
    "both_eyes": Case(
        "train/{10-19}_{left,right}.jpeg",
        {
            "l.csv": (
                "image,level",
                "10_left,0",
                "11_left,1",
                "12_left,0",
                "13_left,1",
                "14_left,0",
                "15_left,1",
                "16_left,0",
                "17_left,1",
                "18_left,0",
                "19_left,1",
                "10_right,0",
                "11_right,1",
                "12_right,0",
                "13_right,1",
                "14_right,0",
                "15_right,1",
                "16_right,0",
                "17_right,1",
                "18_right,0",
                "19_right,1",
            )
        },
        16,
        4,
        (
            "16 pictures to learn from in train, 2 classes from column 'level' of 'l.csv'; 4 to test, a fifth of each"
            " class, chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `level`: 20 "
            "rows about 20 pictures."
        ),
        (
            (
                "? 10 things have 2 pictures each (names end in `_left` and `_right`): a split of Selfsight's own keeps "
                "the pictures of one together."
            ),
        ),
    ),
    "channels_of_cells": Case(
        "{b4a1,c5b2,d6c3,e7d4}_{red,green,blue}.png",
        {},
        9,
        3,
        "9 pictures to learn from, no classes; 3 to test, a fifth, chosen by Selfsight; pixels not looked at yet.",
        (
            (
                "4 things have 3 pictures each (names end in `_blue`, `_green` and `_red`): a split of Selfsight's own "
                "keeps the pictures of one together."
            ),
        ),
    ),
    # a folder is one thing, whatever its name has beside numbers
    "bands_in_folders": Case(
        "S2A_2017/S2A_2017_B{01,02,8A}.tif S2B_2018/S2B_2018_B{01,02,8A}.tif S2A_2019/S2A_2019_B{01,02,8A}.tif",
        {},
        6,
        3,
        "6 pictures to learn from, no classes; 3 to test, a fifth, chosen by Selfsight; pixels not looked at yet.",
        (
            (
                "? 3 folders hold 3 files each, called as their folder and `_b01`, `_b02` and `_b8a`: each is one thing, "
                "so they name no classes."
            ),
            (
                "3 things have 3 pictures each (names end in `_b01`, `_b02` and `_b8a`): a split of Selfsight's own keeps"
                " the pictures of one together."
            ),
        ),
    ),
    "augmented_copies": Case(
        "cat/IMG_{10-13}_JPG.rf.{0c1d2e3f,1a2b3c4d}.jpg dog/IMG_{20-23}_JPG.rf.{0c1d2e3f,1a2b3c4d}.jpg",
        {},
        12,
        4,
        (
            "12 pictures to learn from, 2 classes from folders; 4 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (("Of 8 pictures there are 16 copies (`.rf.` in their names): a split of Selfsight's own keeps the pictures of one together."),),
    ),
    "views_with_long_numbers": Case(
        "cup/1110858{10-19}_{0-2}.png mug/1110858{20-29}_{0-2}.png",
        {},
        48,
        12,
        (
            "48 pictures to learn from, 2 classes from folders; 12 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (
            (
                "? The names of 60 pictures begin in 20 ways (`111085810` and `111085811`): whether a split of "
                "Selfsight's own keeps the pictures of one together is for you to say; it does not."
            ),
        ),
    ),
    # words that every folder has name no thing
    "front_and_side_of_each_object": Case(
        "{cup,mug,pan}/{front,side,top}.png",
        {},
        6,
        3,
        (
            "6 pictures to learn from, 3 classes from folders; 3 to test, a fifth of each class, at least one, chosen"
            " by Selfsight; pixels not looked at yet."
        ),
        (),
    ),
    "slides_below_classes": Case(
        (
            "benign/{SOB_14A,SOB_15B,SOB_16C,SOB_17D,SOB_18E,SOB_19F}/{40X}/{0-1}.png "
            "malignant/{SOB_24A,SOB_25B,SOB_26C,SOB_27D,SOB_28E}/40X/{0-1}.png"
        ),
        {},
        18,
        4,
        (
            "18 pictures to learn from, 2 classes from folders; 4 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (
            (
                "? Classes are `benign` and `malignant`; the folders below them could be meant instead: `SOB_14A`, "
                "`SOB_15B`, `SOB_16C` and 8 more."
            ),
            (
                "? 11 folders (`SOB_14A`, `SOB_15B` and 9 more) may each hold pictures of one thing: whether a split of "
                "Selfsight's own keeps the pictures of one together is for you to say; it does not."
            ),
        ),
    ),
    # numbers that begin anew in each class folder name no thing, however many zeros they have
    "wide_counters_in_class_folders": Case(
        "{cat,dog,cow}/img_000000{10-16}.png",
        {},
        18,
        3,
        (
            "18 pictures to learn from, 3 classes from folders; 3 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (),
    ),
    "patients_below_classes": Case(
        "benign/patient_{1-3}/{0-2}.png malignant/patient_{4-6}/{0-2}.png",
        {},
        14,
        4,
        (
            "14 pictures to learn from, 2 classes from folders; 4 to test, a fifth of each class, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (
            (
                "Classes are `benign` and `malignant`; the folders below them could be meant instead: `patient_1`, "
                "`patient_2`, `patient_3` and 3 more."
            ),
            (
                "? 6 folders (`patient_1`, `patient_2` and 4 more) may each hold pictures of one thing: whether a split "
                "of Selfsight's own keeps the pictures of one together is for you to say; it does not."
            ),
        ),
    ),
    # names that were chosen to be kept together are so across classes: 2 of 12 names are tested, each with its 6 pictures
    "same_names_of_several_classes": Case(
        "{blur,noise,snow}/{1,2}/{0-11}.png",
        {},
        60,
        12,
        (
            "60 pictures to learn from, 3 classes from folders; 12 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (),
        {"classes": "folders:1", "group": "names"},
    ),
    # scans are cut to patients: OAS1_0010_MR1_mpr-1_100 is of OAS1_0010
    "scans_of_patients": Case(
        "well/OAS1_00{10-16}_MR1_mpr-{1,2}_{100-101}.jpg ill/OAS1_00{20-26}_MR{1,2}_mpr-1_{100-101}.jpg",
        {},
        44,
        12,
        (
            "44 pictures to learn from, 2 classes from folders; 12 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            (
                "? The names of 56 pictures begin in 14 ways (`oas1_0010` and `oas1_0011`): whether a split of Selfsight's "
                "own keeps the pictures of one together is for you to say; it does not."
            ),
        ),
    ),
    "scans_of_patients_kept_together": Case(
        "well/OAS1_00{10-16}_MR1_mpr-{1,2}_{100-101}.jpg ill/OAS1_00{20-26}_MR{1,2}_mpr-1_{100-101}.jpg",
        {},
        40,
        16,
        (
            "40 pictures to learn from, 2 classes from folders; 16 to test, a fifth of each class, at least one, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (),
        {"group": "names"},
    ),
    # samples of each material are no classes and no paths of classes, but asked about
    "samples_that_cross_classes": Case(
        "{foil,bread,cork}/sample_{a,b,c,d}/{0-2}.png",
        {},
        30,
        6,
        (
            "30 pictures to learn from, 3 classes from folders; 6 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            (
                "? Classes are `bread`, `cork` and `foil`; the folders below them could be meant instead: `sample_a`, "
                "`sample_b`, `sample_c` and `sample_d`."
            ),
            (
                "? 4 folders (`sample_a`, `sample_b` and 2 more) may each hold pictures of one thing: whether a split of "
                "Selfsight's own keeps the pictures of one together is for you to say; it does not."
            ),
        ),
    ),
    "trees_in_a_column": Case(
        "{0-11}.png",
        {"l.csv": ("file,label,tree", "{0-2}.png,oak,t0", "{3-5}.png,oak,t1", "{6-8}.png,elm,t2", "{9-11}.png,elm,t3")},
        10,
        2,
        (
            "10 pictures to learn from, 2 classes from column 'label' of 'l.csv'; 2 to test, a fifth of each class, "
            "chosen by Selfsight; pixels not looked at yet. `l.csv` names classes in its column `label` and colours maps "
            "by 1 column: 12 rows about 12 pictures."
        ),
        (
            (
                "? `l.csv` names 4 groups in its column `tree` for 12 pictures: whether a split of Selfsight's own keeps "
                "them together is for you to say; by this column it does not."
            ),
        ),
    ),
    "crops_below_their_picture": Case(
        "{a,b,c}/00{1-4}.bmp {a,b,c}/CROPPED/00{1-4}_0{1-3}.bmp",
        {},
        36,
        12,
        (
            "36 pictures to learn from, 3 classes from folders; 12 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            (
                "? The names of 36 pictures are another picture's name with more behind it (`a/001.bmp` and "
                "`a/CROPPED/001_01.bmp`), as of crops or masks of it: a split of Selfsight's own keeps the pictures of one "
                "together."
            ),
        ),
    ),
    "pieces_beside_pictures_whose_names_repeat": Case(
        "a/x/{0-3}.png a/x/{0-3}_b.png a/y/{0-3}.png a/y/{0-3}_b.png b/x/{0-3}.png b/x/{0-3}_b.png",
        {},
        18,
        6,
        (
            "18 pictures to learn from, 2 classes from folders; 6 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            "? Classes are `a` and `b`; the folders below them could be meant instead: `x` and `y`.",
            (
                "? The names of 12 pictures are another picture's name with more behind it (`a/x/0.png` and `a/x/0_b.png`),"
                " as of crops or masks of it: a split of Selfsight's own keeps the pictures of one together."
            ),
            "One picture of each pair ends in `_b`: where these are masks, they are no pictures to learn from.",
        ),
    ),
    "series_counted_twice": Case(
        "0000{0,1,2}/0000{0,1,2}_0000{0,1,2,3}.ppm",
        {},
        30,
        6,
        (
            "30 pictures to learn from, 3 classes from folders; 6 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            (
                "? Names count twice (`00000/00000_00000.ppm` and `00000/00000_00001.ppm`), as 9 series of pictures, each "
                "of which may be of one thing: whether a split of Selfsight's own keeps the pictures of one together is for"
                " you to say; it does not."
            ),
        ),
    ),
    "series_counted_twice_kept_together": Case(
        "0000{0,1,2}/0000{0,1,2}_0000{0,1,2,3}.ppm",
        {},
        24,
        12,
        (
            "24 pictures to learn from, 3 classes from folders; 12 to test, a fifth of each class, at least one, chosen by "
            "Selfsight; pixels not looked at yet."
        ),
        (),
        {"group": "names"},
    ),
    "sketches_of_a_photograph": Case(
        (
            "photo/plane/n0_{11,12,13}.jpg sketch/plane/n0_{11,12,13}-{1,2}.png photo/ant/n1_{21,22,23}.jpg "
            "sketch/ant/n1_{21,22,23}-{1,2}.png"
        ),
        {},
        15,
        3,
        (
            "15 pictures to learn from, 2 classes from folders; 3 to test, a fifth of each class, chosen by Selfsight; "
            "pixels not looked at yet."
        ),
        (
            "? Classes are `photo` and `sketch`; the folders below them could be meant instead: `ant` and `plane`.",
            (
                "? The names of 12 pictures are another picture's name with more behind it (`photo/ant/n1_21.jpg` and "
                "`sketch/ant/n1_21-1.png`), as of crops or masks of it: a split of Selfsight's own keeps the pictures of "
                "one together."
            ),
        ),
    ),
}
