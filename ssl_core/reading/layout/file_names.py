"""Classes in the names of files (cat.0.jpg), offered and never taken by themselves, and parts (train_0.jpg), taken where all say one."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from ssl_core.reading.account import Part, Remark, Role
from ssl_core.reading.layout.name_fields import cut_name, offered_fields
from ssl_core.reading.layout.splits import Parts, part_folder
from ssl_core.reading.layout.tree import FolderTree
from ssl_core.reading.layout.words import PARTS, SAY_NOTHING, counted, folded, phrase, words_in

WORD = re.compile(r"(?P<word>.*?[^\W\d_].*?)[\s._-]*[(\[]?\d+[)\]]?$", re.DOTALL)
MOST_PARTS = 3  # words for parts in the names of all files
LONGEST = 80  # letters of a file's name that may hold a class


def name_word(file: str) -> str:
    """The words before the last number of a file's name: "cat" of cat.0.jpg, "" without a number or words before it."""
    found = WORD.match(folded(file.rpartition(".")[0])[:LONGEST])
    return found["word"].strip() if found else ""


def offered_names(tree: FolderTree, parts: Parts) -> list[Remark]:
    """A remark where every file for training has words before a number, at least two differ, and they repeat; else on fields of names."""
    splits = {folder: part_folder(parts, folder) for folder in tree.files}
    train = [folder for folder, split in splits.items() if not parts or (split is not None and parts[split] == "train")]
    said = Counter(name_word(file) for folder in train for file in tree.files[folder])
    words = [word for word in said if not _says_nothing(word)]
    files = [file for folder in tree.files for file in tree.files[folder] if not parts or splits[folder] is not None]
    if "" in said or len(words) < 2 or len(words) < len(said) or 2 * len(said) > said.total() or _of_fields(words):
        return offered_fields(files)
    names = phrase(sorted(said, key=lambda word: (-said[word], word)), 4)
    return [Remark(f"File names begin with {counted(len(said), 'word')} that could be classes ({names}).", True, {"classes": "names"})]


def _of_fields(words: Iterable[str]) -> bool:
    """Whether what stands before the number is made of several fields, numbers among them: 0001_c001_00016450."""
    return all(len(cut_name(f"{word}.")) > 1 and any(map(str.isdigit, word)) for word in words)


def in_file_names(labels: Mapping[str, str]) -> dict[str, str]:
    """Classes that are numbers as the words in the names of their files, where both part the pictures alike; {} where they don't."""
    if not all(label.isdigit() for label in labels.values()):
        return {}
    spoken = {name: name_word(name.rpartition("/")[2]) for name in labels}
    pairs = {(labels[name], word) for name, word in spoken.items()}
    kinds = set(spoken.values())
    alike = len(pairs) == len(kinds) == len(set(labels.values())) > 1
    return spoken if alike and not any(map(_says_nothing, kinds)) else {}


def parts_in_names(roles: Mapping[str, Role], labels: Mapping[str, str]) -> tuple[dict[str, Part], list[Remark]]:
    """The part of each picture by a word at the same place of every picture's name, and a question; nothing where a class is called so.

    "train_station_1" and "test_tube_1" name things: the words beside a part's have to be on both sides.
    """
    names: dict[str, tuple[str, ...]] = {}
    for name in (name for name, role in roles.items() if role.kind == "picture"):
        names[name] = words_in(name.rpartition("/")[2].rpartition(".")[0])
        if not any(word in PARTS for word in names[name]):
            return {}, []
    for k in range(min(map(len, names.values()), default=0)):
        said = Counter(words[k] for words in names.values())
        if not 2 <= len(said) <= MOST_PARTS or not all(word in PARTS for word in said):
            continue
        beside: dict[Part, set[tuple[str, ...]]] = defaultdict(set)
        for words in names.values():
            beside[PARTS[words[k]]].add((*words[:k], *words[k + 1 :]))
        held_out = beside["test"] | beside["validation"]
        if beside["train"] & held_out and not said.keys() & {label.lower() for label in labels.values()}:
            counts = ", ".join(f"'{word}' of {counted(count, 'picture')}" for word, count in said.most_common())
            remark = Remark(f"Names of all pictures say a part ({counts}): these parts are taken for the split.", True, {"split": "none"})
            return {name: PARTS[words[k]] for name, words in names.items()}, [remark]
    return {}, []


def _says_nothing(word: str) -> bool:
    return SAY_NOTHING.issuperset(words_in(word))
