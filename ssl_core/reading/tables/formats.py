"""Which reader takes a file about pictures: by its ending, then by its content. No torch."""

from __future__ import annotations

from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.tables import object_files
from ssl_core.reading.tables.cvat import cvat
from ssl_core.reading.tables.lists import listed
from ssl_core.reading.tables.object_files import Objects
from ssl_core.reading.tables.objects import lines_of_json, of_json, parsed
from ssl_core.reading.tables.sheets import Names, Sheet, separated
from ssl_core.reading.tables.spreadsheets import spreadsheet

READ = (".csv", ".tsv", ".txt", ".json", ".jsonl", ".ndjson", ".xml", ".xlsx")  # endings of files that are read here


def sheet_of(name: str, data: bytes, names: Names, own: bool = False) -> Sheet | Objects:
    """A file's rows, or its objects. own: whether the file is called as one picture is. Raises Unreadable."""
    ending = name.lower().rpartition(".")[2]
    if ending in ("csv", "tsv"):
        return separated(name, data, names)
    if ending == "txt":
        return (object_files.yolo(name, data) or object_files.kitti(name, data) if own else None) or listed(name, data, names)
    if ending in ("jsonl", "ndjson"):
        return lines_of_json(name, data)
    if ending == "json":
        value = parsed(data)
        return object_files.coco(name, value) or object_files.labelme(name, value) or of_json(name, value, names)
    if ending == "xlsx":
        return spreadsheet(name, data, names)
    if ending == "xml" and (found := object_files.voc(name, data) or cvat(name, data)):
        return found
    raise Unreadable("is of a kind that isn't read")
