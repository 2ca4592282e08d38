"""The account of a folder in rows and in words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from ssl_core.reading.account import EXAMPLES, Account, Kind, Part, Remark, Role, Row
from ssl_core.reading.images.formats import ending_of
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.naming import several_names
from ssl_core.reading.sources import LeftOut

ORDER: tuple[Kind, ...] = ("picture", "mask", "table", "annotations", "left out")
PARTS: tuple[Part | None, ...] = ("train", "test", "validation", "unlabelled", None)
PICTURE = ("is for ", "is in no part")  # beginnings of reasons that are about pictures
UNSEEN = "pixels not looked at yet"
FOLDED = 3  # tables of which the account says the same, but for numbers: the first stands for all
MUCH = 0.25  # share of test pictures above which small classes have given more than a fifth
SENTENCES = 6  # on tables, in the paragraph
PLURAL = {"is": "are", "lies": "lie", "has": "have", "was": "were"}  # first words of reasons


class AccountFacts(NamedTuple):
    """What an account is made of."""

    roles: Mapping[str, Role]  # of every file that was found
    refused: LeftOut  # files that were found and can't be opened, and the reason
    where: str  # where classes come from, in words; "" without classes
    classes: tuple[str, ...]
    labels: Mapping[str, int]  # of pictures, -1 where unknown
    tables: Mapping[str, str]  # by table: a sentence on what it is used for
    own_split: bool  # Selfsight chose the pictures for testing
    measured: str  # the part that measures, "" with a split of Selfsight's own


def account_of(facts: AccountFacts, remarks: Iterable[Remark], assumed: dict[str, Any]) -> Account:
    """The account: rows in which every file is counted once, a paragraph, and remarks, each once."""
    rows = _rows(facts)
    return Account(rows, _paragraph(facts, rows, assumed), tuple({remark.words: remark for remark in remarks}.values()), assumed)


def _rows(facts: AccountFacts) -> tuple[Row, ...]:
    found: dict[tuple[Kind, Part | None, str], list[str]] = defaultdict(list)
    for name, role in facts.roles.items():
        reason = "" if role.kind in ("picture", "mask") else role.reason
        found[role.kind, role.part if role.kind in ("picture", "mask") else None, reason].append(name)
    for name, reason in facts.refused:
        found["left out", None, reason].append(name)
    rows = [Row(*key, len(names), tuple(sorted(names)[:EXAMPLES])) for key, names in found.items()]
    return tuple(sorted(rows, key=lambda row: (ORDER.index(row.kind), PARTS.index(row.part), -row.files, row.reason)))


def _paragraph(facts: AccountFacts, rows: tuple[Row, ...], assumed: Mapping[str, Any]) -> str:
    count = Counter({(row.kind, row.part): 0 for row in rows})
    for row in rows:
        count[row.kind, row.part] += row.files
    said = [_learnt(facts, count["picture", "train"], assumed)]
    tested = _from(assumed.get(facts.measured))
    few = count["picture", "test"] > MUCH * (count["picture", "train"] + count["picture", "test"])
    how = f", a fifth of each class{', at least one' if few else ''}, chosen by Selfsight" if facts.own_split and facts.classes else ""
    how = ", a fifth, chosen by Selfsight" if facts.own_split and not facts.classes else how
    unnamed = _without(facts, "test").replace("one)", "a class)")
    said.append(f"{count['picture', 'test']:,} to test{how or tested}{unnamed}" if count["picture", "test"] else "none to test")
    if n := count["picture", "validation"]:
        said.append(f"{n:,} for validation{_from(assumed.get('validation'))}, left aside")
    if n := count["picture", "unlabelled"]:
        said.append(f"{n:,}{_in(assumed.get('unlabelled'))} have no class and are learnt from without")
    if n := sum(row.files for row in rows if row.kind == "mask"):
        said.append(f"{_count(n, 'mask')} {'is' if n == 1 else 'are'} kept as {'a mask' if n == 1 else 'masks'}{_joined_masks(facts)}")
    said += [_annotations(rows)] if count["annotations", None] else []
    said += _left_out(facts)
    said.append(UNSEEN)
    words = "; ".join(filter(None, said)) + "."
    return " ".join([words, *_tables(facts.tables)])


def seen_in_words(account: Account, range_: Range | None, deep: bool, words: str) -> Account:
    """The account once its pixels were looked at. deep: there are pictures of 16 bits; range_: by which these are read."""
    by = "16 bits, each picture read by itself, as when the set was first used"
    if range_ is not None:
        white = f" ({range_.beyond:,} with brighter parts, which are white)" if range_.beyond else ""
        by = f"{range_.bits} bits in 16, read by the camera's range over the whole set{white}"
    said = "; ".join(filter(None, [by if deep else "", words]))
    return account._replace(words=account.words.replace(UNSEEN, said, 1))


def _tables(said: Mapping[str, str]) -> list[str]:
    """What tables are used for: sentences on the first few, the others as a number."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name, sentence in said.items():
        alike[re.sub(r"\d[\d,]*", "#", sentence.replace(name, "")).replace("pictures", "picture")] += [sentence] if sentence else []
    sentences = []
    for same in filter(None, alike.values()):
        sentences += same if len(same) < FOLDED else [same[0], f"{len(same) - 1:,} more files say the same of other pictures."]
    more = len(sentences) - SENTENCES
    return sentences if more <= 0 else [*sentences[:SENTENCES], f"{more:,} more tables and lists are in the account's rows."]


def _learnt(facts: AccountFacts, n: int, assumed: Mapping[str, Any]) -> str:
    classes = f"{len(facts.classes):,} classes from {facts.where}" if facts.classes else "no classes"
    without = _without(facts, "train")
    train = "" if facts.where and "under" in facts.where else _in(assumed.get("train"))
    return f"{_count(n, 'picture')} to learn from{train}, {classes}{without}"


def _without(facts: AccountFacts, part: Part) -> str:
    """How many pictures of a part have no class, in a set that has classes."""
    n = sum(facts.labels.get(name, -1) < 0 for name, role in facts.roles.items() if role[:2] == ("picture", part))
    return f" ({n:,} of them without one)" if facts.classes and n else ""


def _joined_masks(facts: AccountFacts) -> str:
    """How many pictures have several masks, "" where none has."""
    several = [n for n in Counter(role.of for role in facts.roles.values() if role.kind == "mask" and role.of).values() if n > 1]
    return f", those of one picture joined ({_count(len(several), 'picture')} with several)" if several else ""


def _annotations(rows: Iterable[Row]) -> str:
    files = Counter({row.reason: row.files for row in rows if row.kind == "annotations"})
    n = files.total()
    return f"{_count(n, 'file')} {'tells' if n == 1 else 'tell'} of objects in pictures, which isn't used yet"


def _left_out(facts: AccountFacts) -> list[str]:
    """Files that are left out: those of other kinds by their endings, the others by their reasons."""
    endings: Counter[str] = Counter()
    reasons: Counter[tuple[str, str]] = Counter()
    for name, reason in [*((name, role.reason) for name, role in facts.roles.items() if role.kind == "left out"), *facts.refused]:
        if "isn't read" in reason or "no ending" in reason:
            endings[ending_of(name) or "without an ending"] += 1
        else:
            reasons[("picture" if reason.startswith(PICTURE) else "file"), reason] += 1
    said = [f"{_count(n, noun)} {_plural(reason, n)}" for (noun, reason), n in reasons.most_common()]
    if endings:
        n = endings.total()
        kinds = several_names(f"{n:,} {ending}" for ending, n in endings.most_common())
        said.append(f"{_count(n, 'file')} {'is' if n == 1 else 'are'}n't read: {kinds}")
    return said


def _plural(reason: str, n: int) -> str:
    first, _, rest = reason.partition(" ")
    return reason if n == 1 or first not in PLURAL else f"{PLURAL[first]} {rest}"


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" + ("" if n == 1 else "s")


def _from(folders: object) -> str:
    return f" from {', '.join(map(str, folders[:3]))}" if isinstance(folders, list | tuple) and folders and folders[0] != "." else ""


def _in(folders: object) -> str:
    return _from(folders).replace(" from ", " in ", 1)
