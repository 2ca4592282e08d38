"""Masks beside pictures are no pictures to learn from; classes that are called mask are."""

from __future__ import annotations

import pytest

from ssl_core.settings import SettingsError
from tests.help.named import laid, seen

CASES = {
    "ending": ("a/{1,2,1_mask,2_mask}.png b/{1,1_mask}.png", "all: a 2, b 1; mask 3"),
    "several of one": ("a/{x%(1),x%(1)_mask,x%(1)_mask_1}.png b/{1,2}.png", "all: a 1, b 2; mask 2"),
    "other endings": ("{1,1_seg,2,2_gt,3,3_labelIds,4,4_segmentation}.png", "all: - 4; mask 4"),
    "satellite": ("train/{1_sat.jpg,1_mask.png,2_sat.jpg,2_mask.png}", "train: - 2; mask 2"),
    "img and mask": ("train/img/{1,2}.png train/mask/{1,2}.png test/img/1.png test/mask/1.png", "train: - 2; test: - 1; mask 3"),
    "VOC": (
        "JPEGImages/{1,2,3}.jpg SegmentationClass/{1,2}.png SegmentationObject/1.png Annotations/1.xml",
        "all: - 3; annotations 1; mask 3",
    ),
    "pets": ("images/{pug_1,pug_2}.jpg annotations/trimaps/{pug_1,pug_2}.png annotations/list.txt", "all: - 2; mask 2; table 1"),
    "MVTec": (
        "b/train/good*2 b/test/crack/{0,1}.png b/ground_truth/crack/{0_mask,1_mask}.png "
        "c/train/good*2 c/test/cut/0.png c/ground_truth/cut/0_mask.png",
        "train: b 2, c 2; test: b 2, c 1; mask 3",
    ),
    "CUB": (
        "images/001.A/{a,b}.jpg images/002.B/c.jpg segmentations/001.A/{a,b}.png segmentations/002.B/c.png",
        "all: 001.A 2, 002.B 1; mask 3",
    ),
    "Cityscapes": (
        "leftImg8bit/train/ulm/ulm_1_leftImg8bit.png leftImg8bit/val/bonn/bonn_1_leftImg8bit.png "
        "gtFine/train/ulm/{ulm_1_gtFine_labelIds,ulm_1_gtFine_color}.png gtFine/val/bonn/bonn_1_gtFine_labelIds.png",
        "train: - 1; validation: - 1; mask 3",
    ),
    "ADE20K": (
        "images/training/{1,2}.jpg images/validation/3.jpg annotations/training/{1,2}.png annotations/validation/3.png",
        "train: - 2; validation: - 1; mask 3",
    ),
    "Kvasir-SEG": ("Kvasir-SEG/images/{a,b}.jpg Kvasir-SEG/masks/{a,b}.jpg Kvasir-SEG/boxes.json", "all: - 2; mask 2; table 1"),
    "ISIC": (
        "ISIC2018_Task1-2_Training_Input/{I_1,I_2}.jpg ISIC2018_Task1_Training_GroundTruth/{I_1_segmentation,I_2_segmentation}.png "
        "ISIC2018_Task1-2_Test_Input/{I_8,I_9}.jpg",
        "train: - 2; test: - 2; mask 2",
    ),
    "vessels": (
        "D/training/images/21_training.tif D/training/1st_manual/21_manual1.gif D/test/images/01_test.tif D/test/mask/01_test_mask.gif",
        "train: - 1; test: - 1; mask 2",
    ),
    "cars": ("train/{x_1,x_2}.jpg train_masks/{x_1_mask,x_2_mask}.gif test/{x_7,x_8}.jpg", "train: - 2; test: - 2; mask 2"),
    "annot": ("train/{a,b}.png trainannot/{a,b}.png val/c.png valannot/c.png", "train: - 2; validation: - 1; mask 3"),
    "a folder of masks for each picture": (
        "s/1/images/1.png s/1/masks/{x,y}.png s/2/images/2.png s/2/masks/z.png",
        "all: 1 1, 2 1; mask 3",
    ),
    "faces with a mask": ("with_mask*2 without_mask*2", "all: with_mask 2, without_mask 2"),
    "faces, one called mask": ("train/mask*2 train/nomask*2 test/mask*1 test/nomask*1", "train: mask 2, nomask 2; test: mask 1, nomask 1"),
    "splits that begin with seg": ("seg_train/a*2 seg_train/b*2 seg_test/a*2", "train: a 2, b 2; test: a 2"),
    "endings that nothing lies beside": ("a/{x_label,y_label}.jpg b/z_label.jpg", "all: a 2, b 1"),
}


@pytest.mark.parametrize(("short", "expected"), CASES.values(), ids=CASES)
def test_masks_are_kept_apart_with_their_pictures(short: str, expected: str) -> None:
    assert seen(laid(short)) == expected


def test_a_mask_names_its_picture_and_is_in_its_part() -> None:
    roles = laid("b/train/good/0.png b/test/crack/0.png b/test/good/1.png b/ground_truth/crack/0_mask.png").roles
    assert (
        roles["b/ground_truth/crack/0_mask.png"][:2] == ("mask", "test")
        and roles["b/ground_truth/crack/0_mask.png"].of == "b/test/crack/0.png"
    )


@pytest.mark.parametrize(
    ("short", "remedy", "expected"),
    [
        ("xray/{1,2}.png mask/{1,2}.png", {"masks": []}, "all: mask 2, xray 2"),
        ("photo/{1,2}.png mask/{7,8}.png", {"masks": ["mask"]}, "all: - 2; mask of none 2"),
        ("cats*2 dogs*2 labels/{x,y}.png", {"masks": ["labels"]}, "all: cats 2, dogs 2; mask of none 2"),
    ],
)
def test_doubtful_masks_are_asked_about(short: str, remedy: dict[str, list[str]], expected: str) -> None:
    layout = laid(short)
    assert [each.other for each in layout.remarks if each.asks and "masks" in each.other] == [remedy]
    assert seen(laid(short, **remedy)) == expected != seen(layout)


def test_masks_are_as_they_were_chosen() -> None:
    short = "a/{1,1_mask,2,2_mask}.png b/{3,3_cut}.png"
    assert seen(laid(short, masks=[])) == "all: a 4, b 2"
    assert seen(laid(short, masks=["_cut"])) == "all: a 4, b 1; mask 1"
    assert seen(laid(short, masks=["b", "_mask"])) == "all: - 2; mask 2; mask of none 2"


def test_masks_that_are_not_there_are_refused() -> None:
    with pytest.raises(SettingsError, match=r"'masks' names folders that hold pictures, or endings of names .*Got 'nowhere'"):
        laid("a*2 b*2", masks=["nowhere"])
