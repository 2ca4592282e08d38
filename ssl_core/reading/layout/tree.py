"""The folders that hold pictures, themselves or below, with counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

Folder = tuple[str, ...]  # names from the set's root down; () is the root


class FolderTree:
    """Folders with the names of the pictures directly in them, and who lies in whom."""

    def __init__(self, files: Mapping[Folder, Sequence[str]]) -> None:
        self.files = {folder: files[folder] for folder in sorted(files) if files[folder]}
        self.children: dict[Folder, list[Folder]] = {(): []}
        self.pictures: dict[Folder, int] = {(): 0}  # in the folder and below
        for folder, names in self.files.items():
            for depth in range(len(folder) + 1):
                above = folder[:depth]
                if above not in self.pictures:
                    self.pictures[above] = 0
                    self.children[above] = []
                    self.children[above[:-1]].append(above)
                self.pictures[above] += len(names)

    def without(self, names: Mapping[str, object], folders: Sequence[Folder] = ()) -> FolderTree:
        """The tree without some pictures and some folders."""
        if not names and not folders:
            return self
        kept = {folder: files for folder, files in self.files.items() if not any(folder[: len(each)] == each for each in folders)}
        return FolderTree({folder: [each for each in files if "/".join((*folder, each)) not in names] for folder, files in kept.items()})

    def own(self, folder: Folder) -> int:
        """How many pictures lie directly in a folder."""
        return len(self.files.get(folder, ()))

    def alone(self, folder: Folder) -> bool:
        """Whether everything in the folder above lies in this one."""
        return bool(folder) and self.pictures[folder] == self.pictures[folder[:-1]]

    def only(self, folder: Folder) -> bool:
        """Whether no other folder lies beside this one; pictures may."""
        return bool(folder) and len(self.children[folder[:-1]]) == 1

    def below(self, folder: Folder) -> Iterator[Folder]:
        """Folders with pictures directly in them, from this one down."""
        if self.own(folder):
            yield folder
        heap = list(reversed(self.children.get(folder, [])))
        while heap:
            each = heap.pop()
            if self.own(each):
                yield each
            heap += reversed(self.children[each])

    def shape(self, folder: Folder) -> frozenset[tuple[Folder, str]]:
        """The names of all pictures below, from this folder on."""
        cut = len(folder)
        return frozenset((each[cut:], name) for each in self.below(folder) for name in self.files[each])


def path(folder: Folder) -> str:
    """A folder as a person writes it; the set's root is "."."""
    return "/".join(folder) or "."
