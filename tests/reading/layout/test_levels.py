"""Which level of folders names classes, in layouts of published sets among others."""

from __future__ import annotations

import pytest

from tests.help.named import laid, seen

DOMAINS = " ".join(f"{style}/{thing}*1" for style in ("art", "photo") for thing in ("dog", "horse", "person"))
BREAST = " ".join(
    f"breast/{kind}/SOB/{tumour}/SOB_{tumour}_{slide}/{zoom}*1"
    for kind, tumour in (("benign", "adenosis"), ("malignant", "ductal"))
    for slide in ("14-1A", "14-2B")
    for zoom in ("40X", "100X")
)
PATIENTS = " ".join(f"{patient}/{truth}*2" for patient in (10253, 10254, 10255) for truth in (0, 1))
CASES = {
    "EuroSAT": ("2750/AnnualCrop*2 2750/Forest*2", "all: AnnualCrop 2, Forest 2"),
    "Food-101": ("food/images/apple_pie*2 food/images/ribs*2 food/meta/train.txt", "all: apple_pie 2, ribs 2; table 1"),
    "Caltech-101": ("101_ObjectCategories/BACKGROUND_Google*2 101_ObjectCategories/ant*2", "all: BACKGROUND_Google 2, ant 2"),
    "CUB-200": ("CUB/images/001.Albatross*2 CUB/images/002.Auklet*2 CUB/classes.txt", "all: 001.Albatross 2, 002.Auklet 2; table 1"),
    "Stanford dogs": ("Images/n02085620-Chihuahua*2 Images/n02085782-spaniel*2", "all: n02085620-Chihuahua 2, n02085782-spaniel 2"),
    "DTD": ("dtd/images/banded/{banded_1,banded_2}.jpg dtd/images/lined/lined_1.jpg", "all: banded 2, lined 1"),
    "SUN397": ("SUN397/a/abbey*2 SUN397/a/alley*2 SUN397/c/church/indoor*1 SUN397/c/church/outdoor*1", "all: abbey 2, alley 2, church 2"),
    "iNaturalist": ("train_val_images/Aves/Anas*2 train_val_images/Aves/Bubo*2 train_val_images/Fungi/Amanita*2", "all: Aves 4, Fungi 2"),
    "chest X-ray": ("chest/train/NORMAL*2 chest/train/PNEUMONIA*2 chest/test/NORMAL*1", "train: NORMAL 2, PNEUMONIA 2; test: NORMAL 1"),
    "Tiny ImageNet": (
        "train/n01/images*2 train/n02/images*2 val/images*2 val/val_annotations.txt",
        "train: n01 2, n02 2; validation: - 2; table 1",
    ),
    "ImageNet": (
        "ILSVRC/Data/CLS-LOC/train/n01*2 ILSVRC/Data/CLS-LOC/train/n02*2 ILSVRC/Data/CLS-LOC/val*2 ILSVRC/Data/CLS-LOC/test*1",
        "train: n01 2, n02 2; validation: - 2; test: - 1",
    ),
    "PatchCamelyon": ("train*2 test*2 train_labels.csv", "train: - 2; test: - 2; table 1"),
    "GTSRB": (
        "GTSRB/Final_Training/Images/00000*2 GTSRB/Final_Training/Images/00001*2 GTSRB/Final_Test/Images*2",
        "train: 00000 2, 00001 2; test: - 2",
    ),
    "CelebA": ("img_align_celeba/img_align_celeba*3 list_attr_celeba.csv", "all: - 3; table 1"),
    "malaria": ("c/Parasitized*2 c/Uninfected*2 c/c/Parasitized*2 c/c/Uninfected*2", "all: Parasitized 2, Uninfected 2; left out 4"),
    "digits": ("mnist/training/0*2 mnist/training/1*2 mnist/testing/0*1 mnist/testing/1*1", "train: 0 2, 1 2; test: 0 1, 1 1"),
    "Office-31": (
        "amazon/images/bike*1 amazon/images/mug*1 amazon/images/pen*1 dslr/images/bike*1 dslr/images/mug*1 dslr/images/pen*1",
        "all: bike 2, mug 2, pen 2",
    ),
    "PACS": (DOMAINS, "all: dog 2, horse 2, person 2"),
    "breast tumours": (BREAST, "all: benign 4, malignant 4"),
    "patients above classes": (PATIENTS, "all: 0 6, 1 6"),
    "subjects below classes": ("walk/subject_01*2 walk/subject_02*2 run/subject_01*2 run/subject_02*2", "all: run 4, walk 4"),
    "one folder is no class": ("cats*3", "all: - 3"),
    "one folder below the splits": ("train/cats*3 test/cats*1", "train: - 3; test: - 1"),
    "spaces and composed letters": ("cafe\u0301*1 train-tracks*2 caf\u00e9%*1", "all: caf\u00e9 2, train-tracks 2"),
    "MVTec": (
        "bottle/train/good*2 bottle/test/good*1 bottle/test/crack*1 cable/train/good*2 cable/test/crack*1",
        "train: bottle 2, cable 2; test: bottle 2, cable 1",
    ),
    "one MVTec category": ("bottle/train/good*3 bottle/test/good*1 bottle/test/crack*1", "train: good 3; test: crack 1, good 1"),
}
HEAPS = {
    "skin": ("HAM10000_images_part_1*2 HAM10000_images_part_2*2", "numbered parts of one heap"),
    "chest": ("images_001/images*2 images_002/images*2", "numbered parts of one heap"),
    "batches": ("batch1*2 batch2*2 batch3*2", "numbered parts of one heap"),
    "letters": ("part_A*2 part_B*2", "numbered parts of one heap"),
    "camera": ("100CANON*2 101CANON*2", "a camera's folders"),
    "months": ("2021/05*2 2021/06*2 2022/05*2", "dates"),
    "days": ("2021-05-03*2 2021-05-04*2", "dates"),
    "years": ("VOC2007/JPEGImages*2 VOC2012/JPEGImages*2", "years of one heap"),
    "patients": ("patient_1*3 patient_2*3", "numbered parts of one heap"),
}


@pytest.mark.parametrize(("short", "expected"), CASES.values(), ids=CASES)
def test_folders_name_classes(short: str, expected: str) -> None:
    assert seen(laid(short)) == expected


@pytest.mark.parametrize(("short", "words"), HEAPS.values(), ids=HEAPS)
def test_parts_of_one_heap_are_asked_about_and_name_no_classes(short: str, words: str) -> None:
    layout = laid(short)
    assert not any(role.label for role in layout.roles.values())
    (remark,) = layout.remarks
    assert remark.asks and words in remark.words
    assert all(role.label for role in laid(short, **remark.other).roles.values())


def test_numbered_parts_round_class_folders_leave_the_classes() -> None:
    layout = laid("batch1/cat*2 batch1/dog*2 batch2/cat*2 batch2/dog*2")
    assert seen(layout) == "all: cat 4, dog 4" and layout.remarks[0].asks


@pytest.mark.parametrize(
    "short", ["0*2 1*2 2*2", "00000*2 00001*2", "c0*2 c1*2", "Type_1*2 Type_2*2", "class1*2 class2*2", "n01443537*2 n02085620*2"]
)
def test_numbers_that_name_classes_are_taken_without_a_question(short: str) -> None:
    layout = laid(short)
    assert len({role.label for role in layout.roles.values()}) > 1 and layout.remarks == []


@pytest.mark.parametrize(
    ("short", "level", "expected"),
    [
        ("Aves/Anas*2 Aves/Bubo*2 Fungi/Amanita*2", "folders:2", "all: Amanita 2, Anas 2, Bubo 2"),
        ("amazon/bike*1 amazon/mug*1 amazon/pen*1 dslr/bike*1 dslr/mug*1 dslr/pen*1", "folders:1", "all: amazon 3, dslr 3"),
        ("a/train/good*2 a/test/good*1 a/test/crack*1 b/train/good*1 b/test/crack*1", "folders:2", "train: good 3; test: crack 2, good 1"),
        ("a/train/x*2 a/train/y*2 a/test/x*1 b/train/x*1 b/train/y*1 b/test/y*1", "folders:1", "train: a 4, b 2; test: a 1, b 1"),
        ("cat/0*3 cat/1*3 dog/0*3 dog/1*3", "folders:2", "all: 0 6, 1 6"),
    ],
)
def test_the_other_level_is_asked_about(short: str, level: str, expected: str) -> None:
    (remark,) = [each for each in laid(short).remarks if "classes" in each.other]
    assert remark.asks and remark.other == {"classes": level}
    assert seen(laid(short, **remark.other)) == expected


def test_a_folder_for_each_picture_names_no_classes() -> None:
    layout = laid(" ".join(f"person{name}*1" for name in "abcdefghijk"))
    assert seen(layout) == "all: - 11" and layout.remarks[0].asks and layout.remarks[0].other == {"classes": "folders:1"}


@pytest.mark.parametrize(
    ("short", "merged"),
    [
        ("Cat*3 cat*2 dog*2", {"cat": "Cat"}),
        ("hot_dog*2 hot%dog*3 x*1", {"hot_dog": "hot dog"}),
        ("train/0*2 train/1*2 test/00*1 test/1*1", {"00": "0"}),
    ],
)
def test_names_that_may_be_one_class_are_asked_about(short: str, merged: dict[str, str]) -> None:
    (remark,) = [each for each in laid(short).remarks if "merged" in each.other]
    assert remark.asks and remark.other == {"merged": merged}


def test_classes_that_never_meet_are_remarked_on() -> None:
    (remark,) = laid("train/a*2 train/b*2 test/c*1 test/d*1").remarks
    assert remark.asks and remark.words.startswith("No folder is both in training (`a` and `b`) and held out (`c` and `d`)")


@pytest.mark.parametrize(
    ("short", "expected"),
    [
        ("{cat.0,cat.1,dog.0,dog.1}.jpg", "all: cat 2, dog 2"),
        ("images/{Abyssinian_1,Abyssinian_2,beagle_1,beagle_12}.jpg", "all: Abyssinian 2, beagle 2"),
        ("train/{cat.0,cat.1,dog.0,dog.1}.jpg test1/{1,2}.jpg", "train: cat 2, dog 2; test: - 2"),
        ("{american_pit_bull_1,american_pit_bull_2,pug_1,pug_2}.jpg", "all: american_pit_bull 2, pug 2"),
        ("{benign%(1),benign%(2),normal%(1),normal%(2)}.png", "all: benign 2, normal 2"),
    ],
)
def test_words_before_a_number_are_offered_and_not_taken(short: str, expected: str) -> None:
    layout = laid(short)
    assert not any(role.label for role in layout.roles.values())
    (remark,) = layout.remarks
    assert remark.asks and remark.other == {"classes": "names"}
    assert seen(laid(short, **remark.other)) == expected


@pytest.mark.parametrize(
    "short",
    [
        "{IMG_1,IMG_2,DSC_1,DSC_2}.jpg",
        "{1,2,3}.jpg",
        "{cat_1,cat_2}.jpg",
        "{cat_1,dog_1}.jpg",
        "{cat_1,cat_2,dog_1,dog_2,x}.jpg",
        "train/{train_1,train_2}.png test/{test_1,test_2}.png",
    ],
)
def test_names_of_files_that_say_no_classes_are_not_offered(short: str) -> None:
    assert laid(short).remarks == []


def test_a_level_that_joins_folders_of_several_others_says_so() -> None:
    short = "Greek/character01*2 Greek/character02*2 Latin/character01*2 Latin/character02*2"
    layout = laid(short, classes="folders:2")
    assert seen(layout) == "all: character01 4, character02 4" and [remark.other for remark in layout.remarks] == [
        {"classes": "folders:path"}
    ]
    assert seen(laid(short, classes="folders:path")).count("/character0") == 4
