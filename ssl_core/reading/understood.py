"""The second reading: what names of folders and tables say together, with an account of every file. No torch, no picture is opened."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ssl_core.reading.account import Account, Choice, Remark, Role
from ssl_core.reading.archives.unpacked import Report, silent
from ssl_core.reading.chosen import Apart
from ssl_core.reading.found_files import FoundFiles, listed_files, tables_beside
from ssl_core.reading.index import Index, digest_of_sides, few
from ssl_core.reading.joined_classes import joined_classes
from ssl_core.reading.joined_groups import JoinedGroups, joined_groups
from ssl_core.reading.joined_parts import LEARNT_TOO, take_parts, without_groups
from ssl_core.reading.layout.crossing import PATHS, list_of_paths
from ssl_core.reading.layout.file_names import parts_in_names
from ssl_core.reading.layout.understood import FolderLayout, laid_out
from ssl_core.reading.naming import quoted, several_names
from ssl_core.reading.sentences import AccountFacts, account_of
from ssl_core.reading.settled import (
    called_as_folders,
    folders_of_ids,
    one_about_classes,
    settled,
    split_without_classes,
    without_answered,
    without_equal,
)
from ssl_core.reading.splits import Entry
from ssl_core.reading.table_sentences import faults_in_words, use_in_words
from ssl_core.reading.tables.beside import ordered_classes
from ssl_core.reading.tables.columns import hardly_seen
from ssl_core.reading.tables.table import PictureTable
from ssl_core.reading.tables.told import Told, told
from ssl_core.reading.tables.uses import TableUse

LEAKS = "is for test, found in training too, and left out by choice"  # why a picture is left out by choice


def understood(path: Path, report: Report = silent, choice: Choice | None = None, apart: Apart | None = None) -> Index:
    """The index by all that folders and tables say, and by what a person chose. apart: the test pictures that leak, where these are chosen.

    Raises:
        OSError, SettingsError: a folder or an archive can't be opened, or the choice names what isn't there.
    """
    return understood_files(path, listed_files(path, report), choice or Choice(), apart)


def understood_files(path: Path, found: FoundFiles, choice: Choice, apart: Apart | None) -> Index:
    """The same, of files that were listed. Raises SettingsError where the choice names what isn't there."""
    layout = laid_out([*found.entries, *found.others], choice, found.pictures.__contains__)
    pictures = [name for name in found.entries if layout.roles[name].kind == "picture"]
    said = told(tables_beside(found, layout), pictures, choice, found.fingerprint)
    layout, remarks = _by_tables(found, layout, said, choice)
    said = said._replace(remarks=[*said.remarks, *remarks, *folders_of_ids(layout, said, choice)])
    layout = _with_parts_of_names(layout, said, choice)
    return _Joined(path, found, layout, said, choice, apart).index()


def _by_tables(found: FoundFiles, layout: FolderLayout, said: Told, choice: Choice) -> tuple[FolderLayout, list[Remark]]:
    """The folders once more, where tables settle what folders leave open: a split without classes, or paths that a list names."""
    again, remarks = choice, list[Remark]()
    if (split := split_without_classes(layout, said, choice)) is not None:
        again, remarks = split[0], [split[1]]
    elif not choice.classes and any(remark.other.get("classes") == PATHS for remark in layout.remarks):
        folders = {tuple(name.split("/")[:-1]) for name, role in layout.roles.items() if role.kind == "picture"}
        if listed := list_of_paths(said.lists, folders):
            said.uses[listed] = TableUse(listed, names="list")
            words = f"Classes are whole paths of folders, as `{listed}` lists them."
            again, remarks = choice.with_(classes=PATHS), [Remark(words, False, {"classes": layout.assumed["classes"]})]
    if not remarks:
        return layout, []
    return laid_out([*found.entries, *found.others], again, found.pictures.__contains__), remarks


def _with_parts_of_names(layout: FolderLayout, said: Told, choice: Choice) -> FolderLayout:
    """The same with the parts that names of files say, where neither a folder nor a table nor a person says any."""
    if choice.split or said.parts or said.aside or any(role.part for role in layout.roles.values()):
        return layout
    parts, remarks = parts_in_names(layout.roles, said.labels or {name: role.label for name, role in layout.roles.items()})
    roles = {name: role._replace(part=parts.get(name)) for name, role in layout.roles.items()} if parts else layout.roles
    return layout._replace(roles=roles, remarks=[*layout.remarks, *remarks])


class _Joined:
    """What folders and tables say, joined: tables before folders, and a person's choice before both."""

    def __init__(self, path: Path, found: FoundFiles, layout: FolderLayout, said: Told, choice: Choice, apart: Apart | None) -> None:
        self.path, self.found, self.layout, self.said, self.choice = path, found, layout, said, choice
        self.roles = {name: _as_read(name, role, said) for name, role in layout.roles.items()}
        self.pictures = sorted(name for name, role in self.roles.items() if role.kind == "picture")
        self.assumed: dict[str, Any] = {**layout.assumed, **said.assumed, **choice.plain()}
        folders = {name: _one_line(self.roles[name].label) for name in self.pictures if self.roles[name].label}
        if not choice.classes and (called := called_as_folders(said.labels, layout)):
            pairs = several_names(f"'{word}' for {number}" for number, word in sorted(called.items()))
            words = f"Folders call the classes that tables number by words and part the pictures alike ({pairs})."
            said = self.said = said._replace(
                remarks=[*said.remarks, Remark(words)], labels={name: called[label] for name, label in said.labels.items()}
            )
        self.label_of, self.where, self.assumed["classes"], self.remarks = joined_classes(
            folders, layout, said, choice, self.assumed["classes"]
        )
        self.groups = self._groups()
        self.measured, self.own_split, remarks = take_parts(self.roles, self.label_of, said, choice, self.groups)
        split = not self.own_split and all(name in said.parts or name in said.aside for name in self.pictures)
        self.remarks = settled(self.remarks, self.label_of, said, split)
        self.remarks = [*(self.remarks if self.own_split else without_groups(self.remarks, remarks)), *remarks]
        self.apart, self.unsettled = apart, ""

    def _groups(self) -> JoinedGroups:
        """Pictures that belong together, of all those that a split of Selfsight's own may be made of."""
        parts = (None, "train") if self.choice.split != "none" else (None, "train", "validation", "test")
        heap = [name for name in self.pictures if self.roles[name].part in parts]
        found = joined_groups(heap, self.label_of, self.layout, self.said, self.choice)
        if found.assumed:
            self.assumed["group"] = found.assumed
        return found

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
        masks: dict[str, tuple[Entry, ...]] = {}
        for name, role in self.roles.items():
            if role.kind == "mask" and role.of:
                masks[role.of] = (*masks.get(role.of, ()), self.found.entries[name])
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
            account=self._account(classes, labels),
            masks=masks,
            mask_sources=self.found.sources,
            groups=self.groups.groups,
            aside=[self.found.entries[name] for name in aside],
            unsettled=self.unsettled,
            fingerprint=self.found.fingerprint,
        )

    def _account(self, classes: tuple[str, ...], labels: dict[str, int]) -> Account:
        tables, where = {name: use_in_words(use) for name, use in self.said.uses.items()}, self.where if classes else ""
        facts = AccountFacts(self.roles, self.found.refused, where, classes, labels, tables, self.own_split, self.measured)
        return account_of(facts, self._asked(), self.assumed)

    def _asked(self) -> list[Remark]:
        """The remarks; what a person chose already, what would change nothing and what another question settles is no question."""
        return one_about_classes(without_equal(without_answered(self.remarks, self.choice), self.assumed), self.assumed)

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
        self.remarks = [remark for remark in self.remarks if not remark.words.endswith(LEARNT_TOO)]
        return aside

    def _check_classes(self, learnt: Sequence[str], tested: Sequence[str], labels: dict[str, int], classes: tuple[str, ...]) -> None:
        """Remarks on classes that are in one split only."""
        of_train, of_test = {labels[name] for name in learnt} - {-1}, {labels[name] for name in tested} - {-1}
        if classes and of_test and of_train and not of_train & of_test:
            words = "No class is both learnt from and measured with, so nothing can be compared on these pictures."
            self.remarks.append(Remark(words, True))
            return
        for places, words in ((of_test - of_train, "never learnt from"), (of_train - of_test, "never measured with")):
            if classes and places and of_train and of_test:
                names = quoted(classes[k] for k in sorted(places))
                self.remarks.append(Remark(f"{names} {'is' if len(places) == 1 else 'are'} {words}."))

    def _table(self) -> PictureTable | None:
        said = self.said
        if not said.digest:
            return None
        names = [name for name, use in said.uses.items() if use.used]
        return PictureTable(" and ".join(names[:3]) or "table", said.digest, said.labels, said.captions, {}, said.factors, said.columns, [])


def _as_read(name: str, role: Role, said: Told) -> Role:
    """The role of a file; one that was taken for annotations by its name and tells of no objects is a table."""
    return role._replace(kind="table") if role.kind == "annotations" and name in said.without_objects else role


def _one_line(label: str) -> str:
    return unicodedata.normalize("NFC", " ".join(label.split()))
