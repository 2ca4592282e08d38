"""Which pictures are masks of others: by endings (x_mask.png beside x.png) and by folders (masks/x.png for images/x.jpg)."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import NamedTuple

from ssl_core.reading.account import Remark, Role
from ssl_core.reading.layout.mask_names import (
    SPEAK,
    canonical,
    certain,
    mask_ending,
    mask_word,
    masks_of_something,
    shared_ending,
    stem_of_name,
    stems_of_mask,
    stems_of_picture,
)
from ssl_core.reading.layout.tree import Folder, FolderTree, path
from ssl_core.reading.layout.words import counted, is_are, is_wrapper, part_named, phrase
from ssl_core.settings import SettingsError


class Masks(NamedTuple):
    """Masks with their pictures, as they would be said in a Choice, and remarks."""

    roles: dict[str, Role]
    said: list[str]
    remarks: list[Remark]


def found_masks(tree: FolderTree, said: Sequence[str] | None) -> Masks:
    """The masks among pictures; `said` are the folders and endings of a choice, None where they are to be found.

    Raises:
        SettingsError: there is no such folder or ending.
    """
    if said is not None:
        folders, endings = _named(tree, said)
        return Masks(_roles(tree, folders, endings), list(said), [])
    folders, remarks = _by_folder(tree)
    endings = _by_ending(tree, folders)
    return Masks(_roles(tree, folders, endings), [*_as_said(tree, folders), *sorted(endings)], remarks)


def _named(tree: FolderTree, said: Sequence[str]) -> tuple[set[Folder], set[str]]:
    """Folders and endings that a person named; a bare name stands for all folders of that name, "./masks" for the uppermost alone."""
    folders: set[Folder] = set()
    endings: set[str] = set()
    for each in said:
        whole = tuple(word for word in each.replace("\\", "/").split("/") if word not in ("", "."))
        called = {
            folder
            for folder in tree.pictures
            if folder == whole or (len(whole) == 1 and not each.startswith("./") and folder[-1:] == whole)
        } - {()}
        if called:
            folders |= called
        elif each and any(_ends(file, each.lower()) for names in tree.files.values() for file in names):
            endings.add(each.lower())
        else:
            raise SettingsError(f"'masks' names folders that hold pictures, or endings of names ('_mask'). Got '{each[:60]}'.")
    return folders, endings


def _ends(file: str, ending: str) -> bool:
    return mask_ending(file) == ending or stem_of_name(file).endswith(ending)


def _roots(tree: FolderTree) -> dict[Folder, list[Folder]]:
    """Folders whose name says masks and that don't hold the pictures too, each with the folders of files in it."""
    roots: dict[Folder, list[Folder]] = {}
    for folder in tree.files:
        for cut in range(len(folder), 0, -1):
            root = folder[:cut]
            said = mask_word(folder[cut - 1]) or (masks_of_something(folder[cut - 1]) and _beside_pictures(tree, root))
            if said and tree.pictures[root] < tree.pictures[()] and not _both(tree, root):
                roots.setdefault(root, []).append(folder)
                break
    return roots


def _beside_pictures(tree: FolderTree, root: Folder) -> bool:
    """Whether a folder beside says that pictures lie in it: images beside lung masks."""
    return any(child != root and is_wrapper(child[-1]) for child in tree.children[root[:-1]])


def _both(tree: FolderTree, root: Folder) -> bool:
    """Whether a folder holds pictures and masks apart: segmentation/images and segmentation/masks."""
    inner = [child[-1] for child in tree.children[root]]
    return any(map(is_wrapper, inner)) and any(map(mask_word, inner))


class _Pictures:
    """The pictures that are no masks, by where a mask meets them."""

    def __init__(self, tree: FolderTree, folders: set[Folder], endings: set[str]) -> None:
        self.exact: dict[tuple[Folder, str], str] = {}
        self.apart: dict[tuple[Folder, str], str] = {}  # without splits: ground_truth/crack/1 for test/crack/1
        self.under: dict[tuple[Folder, str], list[str]] = {}  # anywhere in the folder that a mask folder lies in
        self.shared: dict[Folder, str] = {}  # by folder of masks: what all names in it end in
        above = {folder[:-1] for folder in folders}
        for folder, names in tree.files.items():
            if _root(folder, folders) is not None:
                self.shared[folder] = shared_ending(names)
                continue
            same, apart = canonical(folder), canonical(folder, False)
            tops = [folder[:cut] for cut in range(len(folder) + 1) if folder[:cut] in above]
            for file in names:
                if endings and _masked(file, endings):
                    continue
                name = "/".join((*folder, file))
                for each in stems_of_picture(file):
                    self.exact.setdefault((same, each), name)
                    first = self.apart.setdefault((apart, each), name)
                    if "test" in same and first != name:
                        self.apart[apart, each] = name
                    for top in tops:
                        self.under.setdefault((top, each), []).append(name)

    def of(self, folder: Folder, file: str, ending: str = "") -> str:
        """The picture of a mask by folders that say the same, "" for none. ending: by which the mask was told."""
        same, apart = canonical(folder), canonical(folder, False)
        for each in stems_of_mask(file, self.shared.get(folder, ending)):
            if name := self.exact.get((same, each)) or self.apart.get((apart, each)):
                return name
        return ""

    def by_ending(self, folder: Folder, file: str) -> bool:
        """Whether a mask has its picture's name but for an ending that says nothing by itself."""
        name = self.of(folder, file)
        return bool(name) and not set(stems_of_mask(file)).intersection(stems_of_picture(name.rpartition("/")[2]))

    def alone(self, root: Folder, folder: Folder, file: str) -> str:
        """The one picture of a mask's stem beside the folder of masks, "" for none or several."""
        for each in stems_of_mask(file, self.shared.get(folder, "")):
            if len(found := self.under.get((root[:-1], each)) or []) == 1:
                return found[0]
        return ""


def _masked(file: str, endings: set[str]) -> bool:
    return any(_ends(file, ending) for ending in endings)


def _by_folder(tree: FolderTree) -> tuple[set[Folder], list[Remark]]:
    """Folders of masks, and remarks on those that may be."""
    roots = _roots(tree)
    if not roots:
        return set(), []
    pictures = _Pictures(tree, set(roots), set())
    taken: set[Folder] = set()
    doubtful: list[Folder] = []
    classes: list[Folder] = []
    unusual: list[Folder] = []
    for root, folders in roots.items():
        files = [(folder, file) for folder in folders for file in tree.files[folder]]
        met = sum(bool(pictures.of(folder, file)) for folder, file in files)
        if 2 * met >= len(files) or (mask_word(root[-1]) and (certain(root[-1]) or _of_one(tree, root, roots))):
            taken.add(root)
            unusual += [root] if not mask_word(root[-1]) or any(pictures.by_ending(*each) for each in files[:1]) else []
        elif not mask_word(root[-1]):
            continue
        elif not _speaks(tree, root) and 2 * sum(bool(pictures.alone(root, *each)) for each in files) >= len(files):
            taken.add(root)
            doubtful.append(root)
        elif not _speaks(tree, root) and part_named(root[-1]) is None and not _beside_unlabelled(tree, root):  # seg_train is a split
            classes.append(root)
    return taken, _said(tree, doubtful, classes, unusual)


def _speaks(tree: FolderTree, root: Folder) -> bool:
    """Whether folders beside one called `mask` make it a class: no_mask, without_mask."""
    return any(
        child != root and SPEAK.search(child[-1].replace("_", " ")) for child in tree.children[root[:-1]] if not mask_word(child[-1])
    )


def _beside_unlabelled(tree: FolderTree, root: Folder) -> bool:
    """Whether a folder beside is called unlabelled: then labelled pictures are pictures with classes."""
    return any(part_named(child[-1]) == "unlabelled" for child in tree.children[root[:-1]])


def _of_one(tree: FolderTree, root: Folder, roots: Container[Folder]) -> bool:
    """Whether one picture alone lies beside a folder of masks: id/images/id.png and id/masks/*.png."""
    beside = [child for child in tree.children[root[:-1]] if child not in roots]
    return tree.own(root[:-1]) + sum(tree.pictures[child] for child in beside) == 1 and all(is_wrapper(child[-1]) for child in beside)


def _said(tree: FolderTree, doubtful: list[Folder], classes: list[Folder], unusual: list[Folder]) -> list[Remark]:
    remarks = []
    if unusual:
        names = phrase(sorted({root[-1] for root in unusual}))
        words = f"Folders called {names} are taken for masks, because their files are called as the pictures beside."
        remarks.append(Remark(words, False, {"masks": []}))
    if doubtful:
        words = f"{phrase(map(path, doubtful))} {is_are(doubtful)} taken for masks, because file names repeat beside."
        remarks.append(Remark(words, True, {"masks": []}))
    if classes:
        number = counted(sum(tree.pictures[root] for root in classes), "picture")
        words = f"{phrase(map(path, classes))} ({number}) sounds like masks, but no pictures have the same names, so these are pictures."
        remarks.append(Remark(words, True, {"masks": [path(root) for root in classes]}))
    return remarks


def _by_ending(tree: FolderTree, folders: set[Folder]) -> set[str]:
    """Endings of names that say masks, where at least half of the files that have them lie beside their picture."""
    having: dict[str, list[bool]] = {}
    said = {file: end for file in set().union(*tree.files.values()) if (end := mask_ending(file))}
    for folder, names in tree.files.items() if said else ():
        if _root(folder, folders) is not None:
            continue
        ends = {file: said[file] for file in names if file in said}
        if ends:
            plain = {each for file in names for each in (stems_of_picture(file) if file not in ends else [stem_of_name(file)])}
            for file, end in ends.items():
                having.setdefault(end, []).append(any(each in plain for each in stems_of_mask(file)[1:]))
    return {end for end, beside in having.items() if 2 * sum(beside) >= len(beside)}


def _roles(tree: FolderTree, folders: set[Folder], endings: set[str]) -> dict[str, Role]:
    """The masks with their pictures."""
    if not folders and not endings:
        return {}
    pictures = _Pictures(tree, folders, endings)
    roles: dict[str, Role] = {}
    for folder, names in tree.files.items():
        root = _root(folder, folders)
        for file in names:
            if root is not None or (endings and _masked(file, endings)):
                ending = next((each for each in endings if _ends(file, each)), "")
                of = pictures.of(folder, file, ending) or (pictures.alone(root, folder, file) or _one(tree, root, folders) if root else "")
                roles["/".join((*folder, file))] = Role("mask", of=of)
    return {name: role._replace(of="") if role.of in roles else role for name, role in roles.items()}


def _one(tree: FolderTree, root: Folder, folders: set[Folder]) -> str:
    """The only picture beside a folder of masks, "" for none or several."""
    if not _of_one(tree, root, folders):
        return ""
    places = [root[:-1], *(child for child in tree.children[root[:-1]] if child not in folders)]
    inside = [each for place in places[1:] for each in tree.below(place)] + places[:1] * bool(tree.own(places[0]))
    return next(("/".join((*each, file)) for each in inside if _root(each, folders) is None for file in tree.files[each]), "")


def _root(folder: Folder, folders: set[Folder]) -> Folder | None:
    """The folder of masks that a folder is or lies in."""
    return next((folder[:cut] for cut in range(1, len(folder) + 1) if folder[:cut] in folders), None) if folders else None


def _as_said(tree: FolderTree, folders: set[Folder]) -> list[str]:
    """Folders as a choice has them: one bare name for all folders of that name."""
    names = {folder[-1] for folder in folders}
    bare = {name for name in names if {each for each in tree.pictures if each[-1:] == (name,)} <= folders}
    return sorted(bare | {path(folder) if len(folder) > 1 else f"./{folder[0]}" for folder in folders if folder[-1] not in bare})
