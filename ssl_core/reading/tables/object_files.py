"""Files of object annotations (COCO, VOC, YOLO, KITTI, LabelMe): recognised, counted, and the classes of objects by picture. No torch."""

from __future__ import annotations

import html
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from ssl_core.reading.account import Remark
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.tables import words
from ssl_core.reading.tables.sheets import Sheet, decoded_text, unique_titles
from ssl_core.reading.tables.table import count_of

OBJECTS = "objects"  # title of the column of classes that objects have
Facts = Mapping[str, Any]
NO_FACTS = frozenset({"id", "filename", "name", "width", "height", "license", "category"})  # keys that aren't kept as columns
VOC_NAME = re.compile(r"<object>.*?<name>\s*([^<]*?)\s*</name>", re.S)
VOC_FILE = re.compile(r"<filename>\s*([^<]*?)\s*</filename>")
YOLO_LINE = re.compile(r"\s*(\d+)((?:\s+-?\d*\.?\d+(?:e-?\d+)?){4,})\s*")
KITTI_LINE = re.compile(r"\s*([A-Za-z_]+)(?:\s+-?\d+(?:\.\d+)?){14,15}\s*")


class Objects(NamedTuple):
    """The objects of one file of annotations."""

    kind: str  # "COCO", "VOC", "YOLO", "KITTI", "CVAT" or "LabelMe"
    name: str  # of the file
    on: list[tuple[str, str]]  # the picture's name as the file has it, "" for the file's own, and the class of an object


def coco(name: str, value: Any) -> Objects | Sheet | None:
    """COCO's objects, or rows of pictures and classes where no annotation has a box or an outline; None for another kind of file."""
    if not isinstance(value, dict) or not isinstance(value.get("images"), list) or not isinstance(value.get("annotations", []), list):
        return None
    images, annotations, categories = (value.get(key) or [] for key in ("images", "annotations", "categories"))
    if images and not annotations:
        bare = all(isinstance(each, dict) and "file_name" in each for each in images)
        return Sheet(name, ["file_name"], [[str(each["file_name"]) for each in images]], range(1, len(images) + 1), True) if bare else None
    try:
        called = {each["id"]: str(each["name"]) for each in categories}
        files = {each["id"]: str(each["file_name"]) for each in images}
        on = [(files.get(each["image_id"], ""), each) for each in annotations]
        pairs = [(file, called.get(each.get("category_id"), "")) for file, each in on if file]
    except (KeyError, TypeError, AttributeError):
        raise Unreadable("looks like COCO's annotations, and lacks names of images or categories") from None
    if pairs and not any("bbox" in each or "segmentation" in each for each in annotations) and any(label for _, label in pairs):
        return _coco_rows(name, images, categories, pairs)
    return Objects("COCO", name, pairs)


def _coco_rows(name: str, images: Iterable[Facts], categories: Iterable[Facts], pairs: Iterable[tuple[str, str]]) -> Sheet:
    """A row a picture with its classes, and what the file says of the picture (place, sequence, date) and of its first class (genus)."""
    labels: dict[str, dict[str, None]] = defaultdict(dict)
    for file, label in pairs:
        labels[file][label] = None
    picture = {str(each["file_name"]): each for each in images}
    kind = {str(each["name"]): each for each in categories}
    of_picture, of_kind = _fact_keys(picture.values()), _fact_keys(kind.values())
    rows = [
        (
            file,
            "|".join(each),
            *(str(picture[file].get(key, "")) for key in of_picture),
            *(str(kind.get(next(iter(each)), {}).get(key, "")) for key in of_kind),
        )
        for file, each in labels.items()
    ]
    titles = unique_titles(["file_name", "category", *of_picture, *(f"category {key}" for key in of_kind)])
    return Sheet(name, titles, list(zip(*rows, strict=True)), range(1, len(rows) + 1), True)


def _fact_keys(objects: Iterable[Facts]) -> list[str]:
    """The keys under which objects say something in a word or number, but for numbers, names, sizes and addresses of the file's own."""
    keys = {key: None for each in objects for key, value in each.items() if isinstance(value, str | int | float)}
    return [key for key in keys if words.bare_header(key) not in NO_FACTS and not key.endswith("url")]


def labelme(name: str, value: Any) -> Objects | None:
    """LabelMe's shapes, None where the file is something else."""
    if not isinstance(value, dict) or not isinstance(value.get("shapes"), list) or "imagePath" not in value:
        return None
    shapes = [each for each in value["shapes"] if isinstance(each, dict)]
    return Objects("LabelMe", name, [(str(value["imagePath"]), str(each.get("label", ""))) for each in shapes])


def voc(name: str, data: bytes) -> Objects | None:
    """VOC's objects, None where the file is something else."""
    text = decoded_text(data)
    if not re.search(r"<annotation[\s>]", text[:2000]) or ("<object" not in text and "<filename" not in text):
        return None
    file = VOC_FILE.search(text)
    return Objects("VOC", name, [(html.unescape(file[1]) if file else "", html.unescape(each)) for each in VOC_NAME.findall(text)])


def yolo(name: str, data: bytes) -> Objects | None:
    """YOLO's objects: a class's number and at least four numbers from 0 to 1 a line; None where the file is something else."""
    lines = [line for line in decoded_text(data).split("\n") if line.strip()]
    matches = [YOLO_LINE.fullmatch(line) for line in lines]
    if not all(match and all(-0.01 <= float(each) <= 1.01 for each in match[2].split()) for match in matches):
        return None
    return Objects("YOLO", name, [("", match[1]) for match in matches if match])


def kitti(name: str, data: bytes) -> Objects | None:
    """KITTI's objects: a word and 14 or 15 numbers a line; regions of no interest aren't counted; None where the file is something else."""
    matches = [KITTI_LINE.fullmatch(line) for line in decoded_text(data).split("\n") if line.strip()]
    if not matches or not all(matches):
        return None
    return Objects("KITTI", name, [("", match[1]) for match in matches if match and match[1] != "DontCare"])


def boxes(sheet: Sheet) -> bool:
    """Whether a list without headers ends in corners of boxes: four numbers, of which the last two aren't smaller than the first two."""
    if sheet.titled or len(sheet.columns) < 5:
        return False
    corners = [[words.number(text) for text in column] for column in sheet.columns[-4:]]
    return all(None not in row and row[0] <= row[2] and row[1] <= row[3] for row in zip(*corners, strict=True))


def sheets_of(found: Sequence[Objects], pictures: Mapping[str, str]) -> tuple[list[Sheet], list[Remark]]:
    """Pictures and the classes of their objects, a table for each kind of files, and a sentence on each.

    pictures: the picture that a file is about, by the file's name, where each picture has a file of its own.
    """
    sheets, remarks = [], []
    for name, files in _heaps(found).items():
        on: dict[str, list[str]] = defaultdict(list)
        for each in files:
            for file, label in each.on:
                on[pictures.get(each.name) or file].append(label)
        one = {file: labels[0] for file, labels in on.items() if len(set(labels)) == 1}
        count = sum(len(each.on) for each in files)
        kinds = Counter(label for labels in on.values() for label in labels)
        who = f"`{name}` holds" if len(files) == 1 else f"{len(files):,} {files[0].kind} files hold"
        text = f"{who} {count_of(count, 'object')} of {len(kinds):,} classes on {count_of(len(on), 'picture')}"
        text += f" ({files[0].kind}); boxes and outlines aren't read yet." if len(files) == 1 else "; boxes and outlines aren't read yet."
        if len(one) == len(on) and len(set(one.values())) > 1:
            text += " Each picture has objects of one class only, which may name its class."
            sheets.append(Sheet(name, ["file", OBJECTS], list(zip(*one.items(), strict=True)), range(1, len(one) + 1), True))
            remarks.append(Remark(text, True, {"classes": f"{name}:{OBJECTS}"}))
        else:
            remarks.append(Remark(text))
    return sheets, remarks


def _heaps(found: Iterable[Objects]) -> dict[str, list[Objects]]:
    """Files of one kind together; each of COCO's files by itself."""
    heaps: dict[str, list[Objects]] = defaultdict(list)
    for each in found:
        heaps[each.name if each.kind == "COCO" else each.kind].append(each)
    return {files[0].name if len(files) == 1 else name: files for name, files in heaps.items()}
