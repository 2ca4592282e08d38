"""What a look at all pictures of a set found, and which test pictures leak, with both in sentences. No torch."""

from __future__ import annotations

from typing import Any, NamedTuple, Self

WHY = ("the same file", "the same pixels", "a near duplicate", "the same group")  # why a test picture leaks, the strictest first


class Looked(NamedTuple):
    """What was seen of a set. Pictures are named by their files; those of sets without files by split and index, "test-12"."""

    pictures: int  # that can be read
    unreadable: list[tuple[str, str]]  # file, and the reason as the rest of a sentence
    sizes: list[tuple[int, int, int]]  # width and height in pixels as stored, how many pictures; the most frequent first
    smallest: tuple[int, int] | None  # by area; None for sets without files
    largest: tuple[int, int] | None
    gray: int
    colour: int
    modes: dict[str, int]  # Pillow's name of the pixels' kind (L, RGB, I;16) -> pictures
    pages: list[tuple[str, int]]  # files with several pages, of which the first is read
    same_bytes: list[list[str]]  # groups of equal files
    same_pixels: list[list[str]]  # groups of equal pixels in files that differ
    near: list[tuple[str, str]]  # pairs; of equal files and pixels only the first takes part
    near_pairs: int  # how many there are; more than are named in `near` where a set is full of them
    plain: int  # pictures of nearly one colour: compared by bytes and pixels alone
    crowded: int  # pictures that were compared with some of those that have their hash, not with all

    @classmethod
    def read(cls, plain: dict[str, Any]) -> Self:
        """From result.json."""
        pairs = {key: [tuple(each) for each in plain[key]] for key in ("unreadable", "sizes", "pages", "near")}
        ends = {key: tuple(plain[key][0]) if plain[key] else None for key in ("smallest", "largest")}
        return cls(**{**plain, **pairs, **ends})

    def words(self) -> str:
        """The figures in a few sentences."""
        opened = f"{_counted(self.pictures, 'picture was', 'pictures were')} opened."
        lost = f"{_counted(len(self.unreadable), 'file', 'files')} can't be read." if self.unreadable else ""
        return " ".join(filter(None, [opened, lost, self._sizes(), self._colours(), self._pages(), *self._twins()]))

    def _sizes(self) -> str:
        if not self.sizes or self.smallest is None or self.largest is None:
            return ""
        if self.smallest == self.largest:
            return f"All are {_sides(self.smallest)} pixels."
        w, h, count = self.sizes[0]
        return f"{_sides(self.smallest)} to {_sides(self.largest)} pixels, most often {_sides((w, h))} ({count:,})."

    def _colours(self) -> str:
        if self.gray and self.colour:
            return f"{self.gray:,} in gray, {self.colour:,} in colour."
        return f"All in {'gray' if self.gray else 'colour'}." if self.pictures else ""

    def _pages(self) -> str:
        return f"{_counted(len(self.pages), 'file has', 'files have')} several pages, of which the first is read." if self.pages else ""

    def _twins(self) -> list[str]:
        again, told = sum(len(group) - 1 for group in self.same_bytes), []
        if again:
            told.append(f"{_counted(again, 'file repeats', 'files repeat')} another byte for byte.")
        if self.same_pixels:
            told.append(f"{_counted(len(self.same_pixels), 'group', 'groups')} of different files with the same pixels.")
        if self.near_pairs:
            told.append(f"{_counted(self.near_pairs, 'pair', 'pairs')} of near duplicates: recompressed, resized or slightly cut.")
        if self.crowded:
            told.append(f"{self.crowded:,} pictures look like so many others that they may have more near duplicates.")
        return told or ["No picture comes twice."]


class Leak(NamedTuple):
    """A test picture that training sees too, or nearly."""

    test: str  # file
    train: str  # the file that it resembles; the first, where there are several
    why: str  # one of WHY: the strictest that holds


class Leaks(NamedTuple):
    """The test pictures of a set that training sees too, each once, by the strictest reason."""

    found: list[Leak]
    tested: int  # test pictures that can be read

    def count(self, why: str) -> int:
        """How many leak for one reason."""
        return sum(leak.why == why for leak in self.found)

    def words(self) -> str:
        """The counts in a sentence."""
        if not self.found:
            return f"None of {_counted(self.tested, 'test picture', 'test pictures')} is also in training."
        each = ", ".join(f"{self.count(why):,} as {why}" for why in WHY if self.count(why))
        return f"Of {_counted(self.tested, 'test picture', 'test pictures')} {len(self.found):,} can be found in training: {each}."


def _counted(count: int, one: str, many: str) -> str:
    return f"1 {one}" if count == 1 else f"{count:,} {many}"


def _sides(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]}"
