"""Tables and lists as published sets have them."""

from __future__ import annotations

import json

import pytest

from tests.help.animals import ANIMALS, ROWS
from tests.help.telling import PICTURES, by_class, by_part, sentence, table, tell


def test_cub_is_read_by_the_numbers_of_its_pictures() -> None:
    pictures = [f"images/00{1 + k // 4}.Bird_{k // 4}/b_{k}.jpg" for k in range(8)]
    found = tell(
        {
            "classes.txt": "1 001.Bird_0\n2 002.Bird_1\n",
            "image_class_labels.txt": "".join(f"{k + 1} {1 + k // 4}\n" for k in range(8)),
            "images.txt": "".join(f"{k + 1} {p.partition('/')[2]}\n" for k, p in enumerate(pictures)),
            "bounding_boxes.txt": "".join(f"{k + 1} 60.0 27.5 325.0 304.0\n" for k in range(8)),
            "train_test_split.txt": "".join(f"{k + 1} {int(k % 4 < 3)}\n" for k in range(8)),
        },
        pictures,
    )
    assert by_class(found) == {"001.Bird_0": "b_0 b_1 b_2 b_3", "002.Bird_1": "b_4 b_5 b_6 b_7"}
    assert {p for p, part in found.parts.items() if part == "test"} == {pictures[3], pictures[7]} and len(found.parts) == 8


def test_pets_lists_are_read_and_the_other_numbers_asked_about() -> None:
    pictures = [f"images/pet_{k}.jpg" for k in range(12)]
    rows = [f"pet_{k} {1 + k % 4} {1 + k % 2} {1 + k // 2 % 2}\n" for k in range(12)]
    found = tell({"annotations/trainval.txt": "".join(rows[:8]), "annotations/test.txt": "".join(rows[8:])}, pictures)
    assert by_class(found) == {str(1 + c): " ".join(sorted(f"pet_{k}" for k in range(12) if k % 4 == c)) for c in range(4)}
    assert by_part(found) == {"test": 4, "train": 8} and found.assumed["classes"] == "annotations/trainval.txt:column 2"
    assert {"classes": "annotations/trainval.txt:column 3"} in [remark.other for remark in found.remarks if remark.asks]


def test_tiny_imagenets_list_and_boxes() -> None:
    ids = ("n01443537", "n01629819")
    pictures = [f"val/images/val_{k}.JPEG" for k in range(8)] + [f"train/{each}/images/{each}_{k}.JPEG" for each in ids for k in range(2)]
    tables = {
        "wnids.txt": "".join(f"{each}\n" for each in ids),
        "words.txt": "n01443537\tgoldfish, Carassius auratus\nn01629819\tEuropean fire salamander\nn02085620\tChihuahua\n",
        "val/val_annotations.txt": "".join(f"val_{k}.JPEG\t{ids[k % 2]}\t0\t0\t10\t{k + 20}\n" for k in range(8)),
        **{f"train/{each}/{each}_boxes.txt": f"{each}_0.JPEG\t0\t0\t10\t10\n{each}_1.JPEG\t0\t0\t10\t12\n" for each in ids},
    }
    found = tell(tables, pictures)
    assert by_class(found) == {
        "goldfish, Carassius auratus": "val_0 val_2 val_4 val_6",
        "European fire salamander": "val_1 val_3 val_5 val_7",
    }
    assert found.names == {"n01443537": "goldfish, Carassius auratus", "n01629819": "European fire salamander"}
    assert by_part(found) == {"validation": 8} and set(found.annotations.values()) == {"boxes"}
    assert sentence(found, "words.txt") == "`words.txt` names the classes in words."


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("synset_words.txt", "n01 tench, Tinca tinca\nn02 goldfish\n"),
        ("LOC_synset_mapping.txt", "n01 tench, Tinca tinca\nn02 goldfish, Carassius auratus\nn03 great white shark\n"),
        ("map.json", '{"n01": "tench, Tinca tinca", "n02": "goldfish"}'),
        ("names.csv", 'wnid,name\nn01,"tench, Tinca tinca"\nn02,goldfish\n'),
        ("classes.tsv", "class\tname\nn01\ttench, Tinca tinca\nn02\tgoldfish\n"),
    ],
)
def test_a_file_that_names_the_classes_in_words_is_used(name: str, text: str) -> None:
    found = tell({"labels.csv": table("file,label", PICTURES, ["n01", "n02"] * 4), name: text})
    assert tell({"labels.csv": table("file,label", PICTURES, ANIMALS), "map.json": '{"cat": 0, "dog": 1}'}).names == {}
    assert found.names["n01"] == "tench, Tinca tinca" and found.labels["000.png"] == "tench, Tinca tinca"


@pytest.mark.parametrize(
    ("tables", "parts"),
    [
        ({"train.txt": "000\n001\n002\n", "test.txt": "003\n004\n"}, {"test": 2, "train": 3}),
        ({"train.txt": "000.png\n001.png\n", "val.txt": "003.png\n"}, {"train": 2, "validation": 1}),
        ({"splits/trainlist.txt": "000.png\n", "splits/testing_list.txt": "003.png\n004.png\n"}, {"test": 2, "train": 1}),
        ({"train_list.csv": "000.png\n001.png\n", "test_list.csv": "003.png\n"}, {"test": 1, "train": 2}),
        ({"split.json": json.dumps({"train": ["000", "001"], "val": ["002"], "test": ["003"]})}, {"test": 1, "train": 2, "validation": 1}),
        (
            {"split.json": json.dumps({"train": [["000.png", 0, "cat"], ["001.png", 1, "dog"]], "test": [["003.png", 0, "cat"]]})},
            {"test": 1, "train": 2},
        ),
    ],
)
def test_plain_lists_say_parts_by_their_names(tables: dict[str, str], parts: dict[str, int]) -> None:
    assert by_part(tell(tables)) == parts


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("captions.txt", "image,caption\n" + "".join(f'{p},"a {a}, number {j}"\n' for p, a in ROWS for j in range(3))),
        ("token.txt", "".join(f"{p}#{j}\ta small {a} of {p}, number {j}\n" for p, a in ROWS for j in range(3))),
        ("captions.csv", "image,caption\n" + "".join(f'{p},"a {a}, number 0"\n' for p, a in ROWS)),
        ("metadata.jsonl", "\n".join(json.dumps({"file_name": p, "text": f"a small {a}"}) for p, a in ROWS)),
        ("captions.json", json.dumps([{"image": p, "caption": f"a small {a}, number 0"} for p, a in ROWS])),
    ],
)
def test_captions_are_no_classes(name: str, text: str) -> None:
    found = tell({name: text})
    assert found.labels == {} and len(found.captions) == 8 and found.captions["002.png"].startswith(("a cat", "a small cat"))
