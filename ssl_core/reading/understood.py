"""The second reading: what names of folders and tables say together, with an account of every file. No torch, no picture is opened."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ssl_core.reading.account import Choice, Part, Remark, Role
from ssl_core.reading.archives.opened import source_of
from ssl_core.reading.archives.unpacked import Report, Unpacked, silent
from ssl_core.reading.chosen import Apart
from ssl_core.reading.images.formats import HEAD, format_of
from ssl_core.reading.images.unreadable import Unreadable
from ssl_core.reading.index import Index, digest_of_sides, few, read_entry
from ssl_core.reading.layout.file_names import in_file_names
from ssl_core.reading.layout.understood import FolderLayout, laid_out
from ssl_core.reading.layout.words import part_named
from ssl_core.reading.sentences import AccountFacts, account_of
from ssl_core.reading.sources import PICTURES, FileSource, LeftOut, shown, unlike
from ssl_core.reading.splits import Entry, archives_on_top, stem
from ssl_core.reading.stratified import held_out
from ssl_core.reading.table_sentences import faults_in_words, use_in_words
from ssl_core.reading.tables.beside import Candidate, ordered_classes
from ssl_core.reading.tables.columns import hardly_seen
from ssl_core.reading.tables.table import PictureTable
from ssl_core.reading.tables.told import Told, told

MOST_SNIFFED = 2_000  # files without an ending whose first bytes are read
LEAKS = "is for test and can be found in training too"  # why a picture is left out by choice
CORRECTS = 0.5  # share of a table's classes that are folders' classes too for the table to be a correction of the folders


def understood(path: Path, report: Report = silent, choice: Choice | None = None, apart: Apart | None = None) -> Index:
    """The index by all that folders and tables say, and by what a person chose. apart: the test pictures that leak, where these are chosen.

    Raises:
        OSError, SettingsError: a folder or an archive can't be opened, or the choice names what isn't there.
    """
    found = listed_files(path, report)
    choice = choice or Choice()
    layout = laid_out([*found.entries, *found.others], choice, found.pictures.__contains__)
    said = told(tables_beside(found, layout), [name for name in found.entries if layout.roles[name].kind == "picture"], choice)
    return _Joined(path, found, layout, said, choice, apart).index()


@dataclass
class FoundFiles:
    """Every file of a set, under a name that is its own."""

    sources: list[FileSource] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)  # files that can be read
    others: list[str] = field(default_factory=list)
    refused: LeftOut = field(default_factory=list)
    pictures: set[str] = field(default_factory=set)  # of the entries, those that are pictures by their names or first bytes
    note: str = ""

    def read(self, entry: Entry) -> bytes:
        """A file's bytes. Raises Unreadable."""
        return read_entry(self.sources, entry)

    @property
    def fingerprint(self) -> int:
        """Changes where a file comes, goes or is written; of the same process only."""
        return hash((frozenset(self.entries.values()), frozenset(self.others), frozenset(self.refused)))


def files_below(path: Path, report: Report = silent) -> FoundFiles:
    """Opens a folder, and the archives in it that belong to the set, or one archive; which files are pictures isn't said yet."""
    found = FoundFiles()
    opened = archives_on_top(path, lambda name: part_named(name) is not None)
    for place, start in ((path, ""), *((each, stem(each) + "/" if len(opened) > 1 else "") for each in opened)):
        _add(found, source_of(place, report), start, {each.name for each in opened} if place == path else set())
    return found


def listed_files(path: Path, report: Report = silent) -> FoundFiles:
    """Every file of a folder or an archive, and which of them are pictures by their names, or by their first bytes without an ending."""
    found, sniffed = files_below(path, report), 0
    for name, entry in found.entries.items():
        if name.lower().endswith(PICTURES):
            found.pictures.add(name)
        elif "." not in name.rpartition("/")[2] and sniffed < MOST_SNIFFED:
            sniffed += 1
            found.pictures |= {name} if _is_picture(found, entry) else set()
    found.note = "".join(source.facts.get("note", "") for source in found.sources if isinstance(source, Unpacked))
    return found


def _add(found: FoundFiles, source: FileSource, start: str, without: set[str]) -> None:
    found.sources.append(source)
    place = len(found.sources) - 1
    for each in source.entries():
        name = unlike(start + shown(each.name), found.entries)
        found.entries[name] = Entry(name, each.name, place, each.size, each.stamp)
    found.others += [start + shown(name) for name in source.others if name not in without]
    found.refused += [(shown(start + name), reason) for name, reason in source.left_out]


def _is_picture(found: FoundFiles, entry: Entry) -> bool:
    try:
        return format_of(found.read(entry)[:HEAD]) != ""
    except Unreadable:
        return False


def tables_beside(found: FoundFiles, layout: FolderLayout) -> list[Candidate]:
    """Files that may say something of the pictures, those nearest to the root first."""
    names = [name for name, role in layout.roles.items() if role.kind in ("table", "annotations") and name in found.entries]
    names.sort(key=lambda name: (name.count("/"), name))

    def reader(entry: Entry) -> Callable[[], bytes]:
        return lambda: found.read(entry)

    return [Candidate(name, found.entries[name].size, reader(found.entries[name])) for name in names]


class _Joined:
    """What folders and tables say, joined: tables before folders, and a person's choice before both."""

    def __init__(self, path: Path, found: FoundFiles, layout: FolderLayout, said: Told, choice: Choice, apart: Apart | None) -> None:
        self.path, self.found, self.layout, self.said, self.choice = path, found, layout, said, choice
        self.remarks: list[Remark] = [*layout.remarks, *said.remarks]
        self.roles = dict(layout.roles)
        self.pictures = sorted(name for name, role in self.roles.items() if role.kind == "picture")
        self.assumed: dict[str, Any] = {**layout.assumed, **said.assumed, **choice.plain()}
        self.label_of, self.where = self._classes()
        self.own_split, self.measured = False, ""
        self.apart, self.unsettled = apart, ""
        self._split()

    def index(self) -> Index:
        """The index with its account."""
        parts = {
            part: [name for name in self.pictures if self.roles[name][:2] == ("picture", part)] for part in ("train", "test", "unlabelled")
        }
        learnt, tested = sorted(parts["train"] + parts["unlabelled"]), parts["test"]
        classes = ordered_classes(self.label_of.get(name, "") for name in (*parts["train"], *tested) if self.label_of.get(name))
        number = {name: k for k, name in enumerate(classes)}
        labels = {name: number.get(self.label_of.get(name, ""), -1) for name in self.pictures}
        aside = self._aside(learnt, tested) if self.choice.apart else []
        tested = [name for name in tested if name not in set(aside)] if aside else tested
        self._check_classes(parts["train"], tested, labels, classes)
        table = self._table()
        masks = {role.of: self.found.entries[name] for name, role in self.roles.items() if role.kind == "mask" and role.of}
        said_of_tables = {name: use_in_words(use) for name, use in self.said.uses.items()}
        facts = AccountFacts(
            self.roles, self.found.refused, self.where if classes else "", classes, labels, said_of_tables, self.own_split, self.measured
        )
        account = account_of(facts, self.remarks, self.assumed)
        return Index(
            path=self.path,
            version=2,
            sources=self.found.sources,
            train=[self.found.entries[name] for name in learnt],
            test=[self.found.entries[name] for name in tested],
            classes=classes,
            labels=labels,
            given=not self.own_split,
            left_out={"train": few(self.found.refused), "test": []},
            note=self.found.note,
            table=table,
            remarks=[*faults_in_words(self.said.uses.values()), *(hardly_seen(table, tested) if table else [])],
            unnamed=faults_in_words(self.said.uses.values(), ("file", "classes")),
            account=account,
            masks=masks,
            mask_sources=self.found.sources,
            groups=self.said.groups,
            aside=[self.found.entries[name] for name in aside],
            unsettled=self.unsettled,
            fingerprint=self.found.fingerprint,
        )

    def _classes(self) -> tuple[dict[str, str], str]:
        """The class of each picture in words, "" where unknown, and where classes come from."""
        folders = {name: _one_line(self.roles[name].label) for name in self.pictures if self.roles[name].label}
        tables, said = self.said.labels, self.choice.classes or ""
        if said == "none":
            return {}, ""
        if said.partition(":")[0] in ("folders", "names") or not tables:
            found, where = folders, self.layout.where
        elif folders and len(known := set(tables.values()) & set(folders.values())) >= CORRECTS * len(set(tables.values())) and known:
            joint = "corrected by" if folders.keys() & tables.keys() else "and from"
            found, where = folders | tables, f"{self.layout.where}, {joint} {_column(self.said.assumed.get('classes'))}"
            self.assumed["classes"] = self.said.assumed.get("classes", self.layout.assumed["classes"])
        else:
            found, where = tables, _column(self.said.assumed.get("classes"))
            self._settle_folders()
            if len(set(folders.values())) > 1 and not said:
                words = f"Classes come from {where}; folders name {len(set(folders.values())):,} others."
                self.remarks.append(Remark(words, False, {"classes": self.layout.assumed["classes"]}))
        if found is tables and not said and (spoken := in_file_names(found)):
            where = f"the words before the number in file names, which part the pictures as {where} does"
            self.assumed["classes"], found = "names", found | spoken
            self.remarks = [remark for remark in self.remarks if remark.other.get("classes") != "names"]
        merged = self.choice.merged
        return {name: merged.get(label, label) for name, label in found.items()}, where

    def _settle_folders(self) -> None:
        """Whether folders name classes is no question any more: a table does."""
        doubts = [each for each in self.layout.remarks if each.other.keys() == {"classes"}]
        self.remarks = [each._replace(asks=False) if each in doubts else each for each in self.remarks]

    def _split(self) -> None:
        """Puts every picture into the part that it is for: tables say it before folders; what measures is decided by labels."""
        parts: dict[str, Part | None] = {name: self.roles[name].part for name in self.pictures}
        if self.choice.split == "none":
            parts = {name: "train" if part != "unlabelled" else part for name, part in parts.items()}
        else:
            parts |= self.said.parts
        for name, why in self.said.aside.items():
            self._leave_out(name, why, parts)
        measures = self._measuring(parts)
        if measures is None:
            self._split_anew(parts)
        else:
            self._take_parts(parts, measures)

    def _measuring(self, parts: dict[str, Part | None]) -> Part | None:
        """The part that measures: of test and validation the first with labels; None where there is none to trust."""
        apart: tuple[Part, ...] = ("test", "validation")
        there = [part for part in apart if part in parts.values()]
        labelled = {part for name, part in parts.items() if part and self.label_of.get(name)}
        if not labelled:
            return there[0] if there else None
        return next((part for part in there if part in labelled), None)

    def _split_anew(self, parts: dict[str, Part | None]) -> None:
        """Selfsight's own split of what is there to learn from; a part without labels stays aside where the others have some."""
        for name in [name for name, part in parts.items() if part in ("test", "validation")]:
            self._leave_out(name, f"is for {parts[name]}, but no picture there has a class to measure with", parts)
        heap = [name for name, part in parts.items() if part in (None, "train")]
        learnt = sum(part == "train" for part in parts.values())
        if 0 < learnt < len(heap):
            words = (
                f"{learnt:,} of {len(heap):,} pictures are said to be for training and nothing is said of the others: all are split anew."
            )
            self.remarks.append(Remark(words, True))
        tested = held_out(heap, self.label_of, self.said.groups if self.choice.group != "none" else {})
        for name, part in parts.items():
            self.roles[name] = Role("picture", part if part == "unlabelled" else "test" if name in tested else "train")
        self.own_split = bool(heap)

    def _take_parts(self, parts: dict[str, Part | None], measures: Part) -> None:
        self.measured = measures
        for name, part in parts.items():
            if part is None:
                self.roles[name] = Role("left out", reason="is in no part that the set names")
            elif part == measures:
                self.roles[name] = Role("picture", "test")
            else:
                self.roles[name] = Role("picture", part if part != "test" else "validation")
        if measures == "validation" and "test" in parts.values():
            for name, part in parts.items():
                if part == "test":
                    self.roles[name] = Role("left out", reason="is for test, but no picture there has a class to measure with")
        if "train" not in parts.values():
            self.remarks.append(Remark("Nothing says which pictures are to learn from.", True))
        self._check_groups(parts, measures)

    def _check_groups(self, parts: dict[str, Part | None], measures: Part) -> None:
        """A remark where the same group is learnt from and measured with."""
        groups = self.said.groups
        tested = {groups[name] for name, part in parts.items() if part == measures and name in groups}
        leaking = tested & {groups[name] for name, part in parts.items() if part == "train" and name in groups}
        if leaking:
            column = _column(self.said.assumed.get("group"))
            self.remarks.append(
                Remark(f"{len(leaking):,} of {len(tested):,} groups ({column}) that are measured with are learnt from too.")
            )

    def _aside(self, learnt: Sequence[str], tested: Sequence[str]) -> list[str]:
        """Takes the pictures that leak out of the test, where the known ones are of these files and this split; else says that it can't."""
        sides = digest_of_sides(*([self.found.entries[name] for name in names] for names in (learnt, tested)))
        if self.apart is None or self.apart.of != sides:
            self.unsettled = (
                "Test pictures that leak are to be left out, and the files or their split have changed since they were looked at. "
                "Look at the pictures again, then choose anew that those which leak are left out."
            )
            self.remarks.append(Remark(self.unsettled, True, {"apart": False}))
            return []
        aside = [name for name in tested if name in set(self.apart.files)]
        for name in aside:
            self.roles[name] = Role("left out", reason=LEAKS)
        return aside

    def _leave_out(self, name: str, why: str, parts: dict[str, Part | None]) -> None:
        self.roles[name] = Role("left out", reason=why)
        parts.pop(name, None)

    def _check_classes(self, learnt: Sequence[str], tested: Sequence[str], labels: dict[str, int], classes: tuple[str, ...]) -> None:
        """Remarks on classes that are in one split only."""
        of_train, of_test = {labels[name] for name in learnt} - {-1}, {labels[name] for name in tested} - {-1}
        if classes and of_test and of_train and not of_train & of_test:
            words = "No class is both learnt from and measured with, so nothing can be compared on these pictures."
            self.remarks.append(Remark(words, True))
            return
        for places, words in ((of_test - of_train, "never learnt from"), (of_train - of_test, "never measured with")):
            if classes and places and of_train and of_test:
                names = ", ".join(f"'{classes[k]}'" for k in sorted(places)[:5]) + (
                    f" and {len(places) - 5:,} more" if len(places) > 5 else ""
                )
                self.remarks.append(Remark(f"{names} {'is' if len(places) == 1 else 'are'} {words}."))

    def _table(self) -> PictureTable | None:
        said = self.said
        if not said.digest:
            return None
        names = [name for name, use in said.uses.items() if use.used]
        return PictureTable(" and ".join(names[:3]) or "table", said.digest, said.labels, said.captions, {}, said.factors, said.columns, [])


def _column(assumed: object) -> str:
    """ "column 'dx' of 'labels.csv'" for "labels.csv:dx"."""
    table, _, column = str(assumed or "").partition(":")
    return f"column '{column}' of '{table}'" if column else f"'{table}'"


def _one_line(label: str) -> str:
    return unicodedata.normalize("NFC", " ".join(label.split()))


def same_reading(one: Index, other: Index) -> bool:
    """Whether two indices hold the same pictures in the same splits with the same classes, captions and columns."""
    return one.classes == other.classes and _facts(one) == _facts(other) and _told(one) == _told(other)


def _facts(index: Index) -> list[Counter[tuple[str, int, int, int]]]:
    """Each split's pictures by what doesn't depend on the folders around them: name, size, time of change, class."""
    return [
        Counter((entry.name.rpartition("/")[2], entry.size, entry.stamp, index.labels[entry.name]) for entry in index.entries(split))
        for split in ("train", "test")
    ]


def _told(index: Index) -> list[Counter[tuple[str, str]]]:
    """Captions and columns of the pictures, by the names of their files."""
    table = index.table
    if table is None:
        return [Counter(), Counter()]
    captions = Counter((name.rpartition("/")[2], text) for name, text in table.captions.items())
    rows = Counter((name.rpartition("/")[2], repr(sorted(row.items()))) for name, row in table.factors.items() if row)
    return [captions, rows]
