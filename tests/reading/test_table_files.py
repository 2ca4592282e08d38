"""Files about pictures: which kinds are read, how a text names a picture, and which column names pictures."""

from __future__ import annotations

import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ssl_core.reading.tables.formats import READ
from tests.help.telling import PICTURES, by_class, by_part, sentence, table, tell

ANIMALS = ["cat", "dog"] * 4
EVEN = {"cat": "000 002 004 006", "dog": "001 003 005 007"}
ROWS = list(zip(PICTURES, ANIMALS, strict=True))
CSV = table("file,label", PICTURES, ANIMALS)
OBJECTS = [{"file_name": picture, "label": animal} for picture, animal in ROWS]


def studio(picture: str, animal: str) -> dict[str, object]:
    return {
        "id": 7,
        "data": {"image": f"/data/upload/1/0a1b2c3d-{picture}"},
        "annotations": [{"result": [{"value": {"choices": [animal]}, "type": "choices"}]}],
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("labels.csv", CSV),
        ("labels.csv", CSV.replace(",", ";")),
        ("labels.csv", CSV.replace(",", "\t")),
        ("labels.csv", CSV.replace(",", "|")),
        ("labels.csv", CSV.replace(",", ", ")),
        ("labels.tsv", CSV.replace(",", "\t")),
        ("labels.csv", CSV.encode("utf-16")),
        ("labels.csv", CSV.replace(",", "\t").encode("utf-16-le")),
        ("labels.csv", CSV.encode("utf-16-be")),
        ("labels.csv", CSV.encode("utf-8-sig")),
        ("labels.csv", "sep=;\r\n" + CSV.replace(",", ";").replace("\n", "\r\n")),
        ("labels.csv", CSV.partition("\n")[2]),  # no first line
        ("labels.txt", CSV.partition("\n")[2].replace(",", " ")),
        ("labels.txt", CSV.partition("\n")[2].replace(",", "\t")),
        ("labels.txt", CSV.partition("\n")[2]),
        ("labels.txt", CSV.replace(",", " ")),
        ("labels.txt", "# two animals\n" + CSV.replace(",", "   ")),
        ("labels.txt", CSV.partition("\n")[2].replace(".png,", " ")),  # names without endings
        ("metadata.jsonl", "\n".join(map(json.dumps, OBJECTS))),
        ("labels.json", json.dumps(OBJECTS)),
        ("labels.json", json.dumps(dict(ROWS))),
        ("labels.json", json.dumps({"labels": dict(ROWS)})),
        ("dataset.json", json.dumps({"labels": ROWS})),
        ("labels.json", json.dumps({"file": PICTURES, "label": ANIMALS})),
        ("labels.json", json.dumps({"file": dict(enumerate(PICTURES)), "label": dict(enumerate(ANIMALS))})),
        ("labels.json", json.dumps({animal: [p for p, each in ROWS if each == animal] for animal in ("cat", "dog")})),
        ("labels.json", json.dumps({picture: {"label": animal, "age": 3} for picture, animal in ROWS})),
        ("project.json", json.dumps([studio(*row) for row in ROWS])),
        ("project-min.json", json.dumps([{"image": f"/data/upload/1/0a1b2c3d-{p}", "choice": animal} for p, animal in ROWS])),
    ],
)
def test_each_kind_of_file_names_the_same_classes(name: str, text: str | bytes) -> None:
    assert by_class(tell({name: text})) == EVEN and name.endswith(READ)


def test_latin_letters_are_read_and_two_ways_of_writing_an_accent_are_one() -> None:
    assert by_class(tell({"a.csv": table("file,label", PICTURES, ["Kätzchen", "Hund"] * 4).encode("latin-1")})) == {
        "Kätzchen": "000 002 004 006",
        "Hund": "001 003 005 007",
    }
    assert by_class(tell({"a.csv": table("file,label", PICTURES, ["Ka\u0308tzchen", "K\u00e4tzchen ", "Hund", "Hund"] * 2)})) == {
        "Kätzchen": "000 001 004 005",
        "Hund": "002 003 006 007",
    }


@pytest.mark.parametrize(
    ("written", "picture"),
    [
        ("001.png", "001.png"),
        ("001", "001.png"),
        ("1", "001.png"),
        ("1.0", "001.png"),
        ("1.png", "001.png"),
        ("001.PNG", "001.png"),
        ("001.jpg", "001.png"),
        ("./001.png", "001.png"),
        ("/home/me/pets/001.png", "001.png"),
        ("C:\\pets\\001.png", "001.png"),
        ("file:///home/me/pets/001.png", "001.png"),
        ("https://example.org/pets/001.png?w=3", "001.png"),
        ("/data/upload/1/0a1b2c3d-001.png", "001.png"),
        ("/data/local-files/?d=pets/001.png", "001.png"),
        ("s3://bucket/pets/001.png", "001.png"),
        ("file:///home/me/my%20cat.png", "my cat.png"),
        ("3f2a9c1e-my_cat.png", "my_cat.png"),
    ],
)
def test_a_picture_is_found_by_the_ways_tools_and_machines_write_its_name(written: str, picture: str) -> None:
    pictures = (*PICTURES, "my cat.png" if picture == "my cat.png" else "my_cat.png")
    assert tell({"a.csv": f"file,label\n{written},x\n005.png,y\n"}, pictures).labels == {picture: "x", "005.png": "y"}


@pytest.mark.parametrize("written", ["fox/001.png", "9.png", "01", "2.5", "-1", "..", "001.png/2"])
def test_a_name_of_no_picture_or_of_several_is_told(written: str) -> None:
    found = tell({"a.csv": f"file,label\n{written},x\ncat/003.png,y\ndog/001.png,y\n"}, ("cat/001.png", "dog/001.png", "cat/003.png"))
    assert "cat/001.png" not in found.labels
    assert f"has 1 row that may mean more than one picture, so they don't count (write the folders too): {written}." in sentence(
        found, "a.csv"
    ) or (f"It has 1 row whose picture isn't there: {written}." in sentence(found, "a.csv"))


def test_pictures_in_other_folders_are_found_by_their_file_names_and_it_is_said() -> None:
    pictures = [f"train_images/{each}" for each in PICTURES]
    found = tell({"a.csv": table("file,label", [f"images/{each}" for each in PICTURES], ANIMALS)}, pictures)
    assert by_class(found) == EVEN
    assert sentence(found, "a.csv").endswith(
        "It names 8 pictures in other folders, found by their file names: 'images/000.png' is 'train_images/000.png'."
    )


@pytest.mark.parametrize(
    ("header", "columns", "file"),
    [
        ("image_id,label", (PICTURES, ANIMALS), "image_id"),
        ("id_code,label", ([each[:3] for each in PICTURES], ANIMALS), "id_code"),
        ("n,img,label", (range(100, 108), PICTURES, ANIMALS), "img"),
        ("Width,Path,label", ([24] * 8, PICTURES, ANIMALS), "Path"),
        ("what,label", (PICTURES, ANIMALS), "what"),
        (",what,label", (range(8), PICTURES, ANIMALS), "what"),
        ("image,mask,label", (PICTURES, [f"m{each}" for each in PICTURES], ANIMALS), "image"),
        ("age,image_path,label", (range(8), PICTURES, ANIMALS), "image_path"),
        ("id,filename,label", (range(1, 9), PICTURES, ANIMALS), "filename"),
    ],
)
def test_the_column_that_names_pictures_is_found_by_its_content(header: str, columns: tuple[list[object], ...], file: str) -> None:
    found = tell({"a.csv": table(header, *columns)})
    assert found.assumed["file"] == f"a.csv:{file}" and by_class(found) == EVEN


def test_two_columns_that_name_different_pictures_are_asked_about() -> None:
    found = tell({"a.csv": table("left_image,right_image,label", PICTURES, PICTURES[::-1], ANIMALS)})
    (remark,) = found.remarks
    assert remark.words == "`a.csv` names other pictures in its column `right_image` than in `left_image`, by which its rows are read."
    assert remark.asks and remark.other == {"file": "a.csv:right_image"}
    assert by_class(
        tell({"a.csv": table("left_image,right_image,label", PICTURES, PICTURES[::-1], ANIMALS)}, file="a.csv:right_image")
    ) == {
        "cat": "001 003 005 007",
        "dog": "000 002 004 006",
    }


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (
            "file,label\n000.png,Felis catus, wild\n001.png,dog\n002.png,dog\n003.png,cat\n",
            "`a.csv` names classes in its column `label`: 3 rows about 3 pictures. "
            "It has 1 row with more cells than its first line, which are left out: line 2.",
        ),
        (
            "file,label,age\n" + "".join(f"{p},Felis catus, wild,3\n" for p in PICTURES),
            "`a.csv` has 8 rows with more cells than its first line, which are left out: lines 2, 3, 4, 5, 6 and 3 more. "
            "A comma inside a cell needs quotation marks around the cell. It is not used.",
        ),
        ("a,b\n1,2\n", "`a.csv` is not used: no column names pictures (its columns: a, b)."),
        ("", "`a.csv` holds nothing. It is not used."),
        ('file,label\n"000.png,cat\n', "`a.csv` is not used: no column names pictures (its columns: file, label)."),
        ("file,note\n000.png,\n", "`a.csv` is not used: no column names classes (its columns: file, note)."),
    ],
)
def test_what_is_wrong_with_a_table_is_said(text: str, role: str) -> None:
    assert sentence(tell({"a.csv": text}), "a.csv") == role


@pytest.mark.parametrize(
    "text",
    [
        '"file","label"\n' + "".join(f'"{8 - k}","{p}","{a}"\n' for k, (p, a) in enumerate(ROWS)),
        '"label"\n' + "".join(f'"{p}","{a}"\n' for p, a in ROWS),
        "label file\n".replace(" ", ",") + "".join(f"{k + 1},{a},{p}\n" for k, (p, a) in enumerate(ROWS)),
    ],
)
def test_row_names_as_r_writes_them_shift_the_first_line(text: str) -> None:
    found = tell({"a.csv": text})
    assert by_class(found) == EVEN and "row names before its first column" in sentence(found, "a.csv")


def test_a_spreadsheet_is_read_where_openpyxl_is_installed_else_named(tmp_path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for row in [("file", "label"), *ROWS]:
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    assert by_class(tell({"a.xlsx": (tmp_path / "a.xlsx").read_bytes()})) == EVEN


def test_a_spreadsheet_without_openpyxl_is_named_with_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    assert sentence(tell({"a.xlsx": b"PK"}), "a.xlsx") == (
        "`a.xlsx` is a spreadsheet, which isn't read without openpyxl. "
        "Save it as CSV, or install openpyxl (pip install 'selfsight[spreadsheets]'). It is not used."
    )


# published shapes


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
        ({"splits/trainlist.txt": "000.png\n", "splits/testing_list.txt": "003.png\n004.png\n"}, {"test": 2}),
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


# object annotations


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


SCRAPS = st.one_of(
    st.binary(max_size=60),
    st.lists(
        st.sampled_from(
            ["file", "label", ",", ";", "\t", "\n", "000.png", "001.png", "-1", "0", '"', "{", "}", "[", "]", ":", " ", "split"]
        ),
        max_size=40,
    ).map(lambda parts: "".join(parts).encode()),
    st.recursive(
        st.none() | st.integers(-2, 2) | st.sampled_from(["file", "000.png", "cat", ""]),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["file", "images", "annotations", "shapes", "001.png"]), inner, max_size=3)
        ),
        max_leaves=8,
    ).map(lambda value: json.dumps(value).encode()),
)


@given(data=SCRAPS, name=st.sampled_from([f"a{ending}" for ending in READ] + ["000.txt", "000.json", "000.xml"]))
@settings(max_examples=300, deadline=None)
def test_whatever_a_file_holds_it_is_read_or_named(data: bytes, name: str) -> None:
    found = tell({name: data})
    assert set(found.uses) == {name} and set(found.labels) <= set(PICTURES)


def test_faults_of_rows_say_their_lines_and_faults_of_files_what_of_them_does_not_count() -> None:
    rows = "x.png,cat\n000.png,cat\n000.png,cat\n001.png,cat,dog\n"
    found = tell({"a.csv": "file,label\n" + rows + table("", PICTURES[2:], ANIMALS[2:]).lstrip("\n"), "b.csv": "word,sense\nx,y\nz,y\n"})
    faults = [(fault.what, fault.table, fault.weight, fault.rows) for use in found.uses.values() for fault in use.faults]
    assert faults == [
        ("no pictures", "b.csv", "file", ()),
        ("long rows", "a.csv", "part", (5,)),
        ("absent", "a.csv", "part", (2,)),
        ("again", "a.csv", "part", (4,)),
    ]
