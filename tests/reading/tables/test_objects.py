"""Files of object annotations."""

from __future__ import annotations

import json

import pytest

from tests.help.animals import EVEN, ROWS
from tests.help.telling import PICTURES, by_class, tell


def coco(one: bool) -> str:
    images = [{"id": k, "file_name": p} for k, p in enumerate(PICTURES)]
    boxes = [{"image_id": k, "category_id": k % 2 + 1, "bbox": [0, 0, 3, 3]} for k in range(8)]
    more = [] if one else [{"image_id": 0, "category_id": 2, "bbox": [0, 0, 3, 3]}]
    categories = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}]
    return json.dumps({"images": images, "annotations": boxes + more, "categories": categories})


def voc(animal: str) -> str:
    return f"<annotation><filename>x.png</filename><object><name>{animal}</name><bndbox><xmin>1</xmin></bndbox></object></annotation>"


def labelme(picture: str, animal: str) -> str:
    return json.dumps({"imagePath": picture, "shapes": [{"label": animal, "points": [[0, 0], [3, 3]]}]})


@pytest.mark.parametrize(
    ("tables", "table_", "kind", "words"),
    [
        (
            {"a.json": coco(True)},
            "a.json",
            "COCO",
            "`a.json` holds 8 objects of 2 classes on 8 pictures (COCO); boxes and outlines aren't read yet.",
        ),
        (
            {f"xml/{p[:3]}.xml": voc(a) for p, a in ROWS},
            "VOC",
            "VOC",
            "8 VOC files hold 8 objects of 2 classes on 8 pictures; boxes and outlines aren't read yet.",
        ),
        (
            {f"{p[:3]}.json": labelme(p, a) for p, a in ROWS},
            "LabelMe",
            "LabelMe",
            "8 LabelMe files hold 8 objects of 2 classes on 8 pictures; boxes and outlines aren't read yet.",
        ),
    ],
)
def test_objects_are_counted_and_may_name_classes_where_each_picture_has_one(tables, table_, kind, words) -> None:
    found = tell(tables)
    assert found.labels == {} and set(found.annotations.values()) == {kind} and set(found.annotations) == set(tables) == set(found.uses)
    (remark,) = found.remarks
    assert remark.words == f"{words} Each picture has objects of one class only, which may name its class."
    assert remark.asks and remark.other == {"classes": f"{table_}:objects"}
    assert by_class(tell(tables, classes=f"{table_}:objects")) == EVEN


def test_yolo_files_beside_pictures_are_recognised_and_offered_by_number() -> None:
    pictures = [f"images/{p}" for p in PICTURES]
    tables = {f"labels/{p[:3]}.txt": f"{k % 2} 0.5 0.5 0.1 0.2\n" * (k + 1) for k, p in enumerate(PICTURES)}
    found = tell(tables, pictures)
    assert [remark.words for remark in found.remarks] == [
        "8 YOLO files hold 36 objects of 2 classes on 8 pictures; boxes and outlines aren't read yet. "
        "Each picture has objects of one class only, which may name its class."
    ]
    assert by_class(tell(tables, pictures, classes="YOLO:objects")) == {"0": EVEN["cat"], "1": EVEN["dog"]}


def test_pictures_with_objects_of_several_classes_get_no_class_of_them() -> None:
    (remark,) = tell({"a.json": coco(False)}).remarks
    assert (
        remark.words == "`a.json` holds 9 objects of 2 classes on 8 pictures (COCO); boxes and outlines aren't read yet."
        and not remark.asks
    )


def test_cocos_annotations_without_boxes_name_classes() -> None:
    images = [{"id": k, "file_name": p} for k, p in enumerate(PICTURES)]
    labels = [{"image_id": k, "category_id": k % 2} for k in range(8)]
    text = json.dumps({"images": images, "annotations": labels, "categories": [{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}]})
    assert by_class(tell({"train.json": text})) == EVEN
