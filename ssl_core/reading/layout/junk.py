"""Files that are no pictures to learn from, by their names: what systems leave behind, thumbnails, and endings that aren't read."""

from __future__ import annotations

from ssl_core.reading.account import Role
from ssl_core.reading.layout.tree import Folder

SYSTEM = {
    "@eadir": "thumbnails of a network drive",
    "#recycle": "a recycle bin",
    "@recycle": "a recycle bin",
    "$recycle.bin": "a recycle bin",
    "recycler": "a recycle bin",
    "recycled": "a recycle bin",
    "#snapshot": "snapshots of a network drive",
    "__macosx": "a system's own files",
    "system volume information": "a system's own files",
    "lost+found": "a system's own files",
    "__pycache__": "a program's cache",
}
SMALL = {
    **dict.fromkeys(("thumbnails", "thumbnail", "thumbs", "thumb"), "thumbnails"),
    **dict.fromkeys(("previews", "preview"), "previews"),
    **dict.fromkeys(("cache", "caches"), "a cache"),
}  # where pictures lie elsewhere too
FILES = ("thumbs.db", "desktop.ini", "ehthumbs.db", "picasa.ini")
ARCHIVED = (".zip", ".tar", ".gz", ".tgz", ".xz", ".bz2", ".7z", ".rar", ".tbz2", ".tbz", ".txz", ".npz")
TABLED = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".jsonl", ".ndjson", ".json", ".txt", ".lst", ".parquet", ".data", ".names")
DOCUMENTS = ("readme", "license", "licence", "copying", "changelog", "citation", "requirements", "notice", "authors")


def junk_folder(folder: Folder) -> str:
    """Why nothing in a folder is read, as the rest of a sentence; "" where it may be read."""
    for name in folder:
        if name.startswith(".") and name not in (".", ".."):
            return "lies in a hidden folder"
        if what := SYSTEM.get(name.lower()):
            return f"lies in `{name}`, {what}"
    return ""


def small_folder(folder: Folder) -> Folder | None:
    """The folder of thumbnails, previews or a cache that this one is or lies in."""
    return next((folder[: k + 1] for k, name in enumerate(folder) if name.lower() in SMALL), None)


def junk_file(name: str) -> str:
    """Why a file is not read whatever it holds, as the rest of a sentence."""
    if name.startswith("."):
        return "is a hidden file"
    return "is a system's own file" if name.lower() in FILES else ""


def ending(name: str) -> str:
    """The ending of a file's name in lower case, "" without one."""
    stem, dot, end = name.rpartition(".")
    return f".{end.lower()}" if dot and stem and 0 < len(end) <= 8 and not any(map(str.isspace, end)) else ""


def no_picture(name: str, beside: bool) -> Role:
    """The role of a file that isn't a picture; `beside`: a picture of the same stem exists, so that it may be about that picture."""
    end = ending(name)
    if end == ".xml" or (beside and end in (".txt", ".json")):
        return Role("annotations", reason=f"is a {end} file beside pictures" if beside else f"is a {end} file")
    if end in TABLED and name.lower().split(".")[0] not in DOCUMENTS:
        return Role("table", reason=f"is a {end} file")
    if end in TABLED:
        return Role("left out", reason="is a document by its name")
    if end in ARCHIVED:
        return Role("left out", reason=f"is an archive in the folder ({end}), which isn't opened")
    return Role("left out", reason=f"is a {end} file, which isn't read" if end else "has no ending that is read")
