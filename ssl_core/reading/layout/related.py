"""Pictures of one thing, told by the names of their files: both eyes of a patient, channels of a cell, one leaf in three renderings."""

from __future__ import annotations

import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from os.path import commonprefix

from ssl_core.reading.layout.file_names import name_word
from ssl_core.reading.layout.mask_names import stem_of_name
from ssl_core.reading.layout.name_fields import fielded
from ssl_core.reading.layout.name_pairs import counterparts, twins
from ssl_core.reading.layout.pieces import pieces_of_one, series
from ssl_core.reading.layout.same_thing import CHANNELS, FEW, MANY, SHARE, SIDES, Related
from ssl_core.reading.layout.words import counted, phrase

CUT = re.compile(r"(.*[^ _.-])[ _.-]+([^ _.-]+)$", re.DOTALL)  # the last part of a name
SCAN = re.compile(  # the end of a name that says which scan of a patient it is, not which patient
    r"(?<=[^ _.-])[ _.-]+(?:mpr|mri?|ct|pet|scans?|runs?|ses|sess|sessions?|visits?|series|acq|echo)[ _.-]?\d{0,3}$"
)
SHORT = re.compile(r"(?<=[^ _.-])[ _.-]+\d{1,2}$")  # a short number at the end of a name
COPY = re.compile(r"\.rf\.[0-9a-f]{8,}$", re.IGNORECASE)  # of Roboflow's augmented copies
LONG = 6  # digits that name one thing; fewer count
MOST_ENDINGS = 30  # endings that files of one thing may have
MOST_CUTS = 4  # ends of a name that may say scans and visits
MOST_VIEWS = 20  # pictures of one thing, on average


def related(names: Sequence[str], label_of: Mapping[str, str]) -> Related | None:
    """What names of pictures say of pictures that show one thing; None where they say nothing. label_of: classes by picture."""
    stems = _stems(names)
    sure = _renderings(stems, label_of) or _copies(stems) or twins(stems) or _endings(stems, label_of)
    sure = sure or pieces_of_one(stems, label_of) or _views(stems, label_of)
    if sure:
        return sure
    pairs = counterparts(stems, label_of)
    return pairs if pairs and pairs.sure == "offered" else fielded(names, label_of) or series(stems, label_of) or pairs


def parts_of_one(names: Sequence[str], label_of: Mapping[str, str]) -> Related | None:
    """Pictures that differ in one set of endings alone, None where none do: what is said of a set that gives its split by folders."""
    return _endings(_stems(names), label_of)


def offered_by_names(names: Sequence[str], label_of: Mapping[str, str]) -> Related | None:
    """Groups that names of pictures offer, however sure other names are; None where they offer none."""
    return _views(_stems(names), label_of) or fielded(names, label_of)


def grouped_by_names(names: Sequence[str], label_of: Mapping[str, str]) -> dict[str, str]:
    """Pictures of the same name together, whatever their class, else by what `related` finds, else by the words before a number."""
    stems = _stems(names)
    if _renderings(stems, label_of):
        return _without_folders_endings(stems)
    found = related(names, label_of)
    return (
        found.group_of
        if found and found.choice == "names"
        else _of_wholes(_grouped_by_words(names), len({label_of.get(name, "") for name in names}))
    )


def _grouped_by_words(names: Iterable[str]) -> dict[str, str]:
    """Pictures by the words before the last number of their files' names; {} where no words repeat."""
    said = {name: word for name in names if (word := name_word(_file(name)))}
    return said if len(set(said.values())) < len(said) else {}


def _stems(names: Sequence[str]) -> dict[str, str]:
    """The stem of each picture's name; classes that are numbered each have few names."""
    stem_of: dict[str, str] = {}
    stems: dict[str, str] = {}
    for name in names:
        file = _file(name)
        if file not in stem_of:
            stem_of[file] = stem_of_name(file)
        stems[name] = stem_of[file]
    return stems


def _file(name: str) -> str:
    return name.rpartition("/")[2]


def _renderings(stems: Mapping[str, str], label_of: Mapping[str, str]) -> Related | None:
    """One file name of one class in several folders: color/scab/leaf7.jpg and grayscale/scab/leaf7.jpg."""
    cores = _without_folders_endings(stems)
    if len(set(cores.values())) > 0.75 * len(stems):  # fewer than half can repeat
        return None
    places: dict[tuple[str, str], set[str]] = defaultdict(set)
    labels_of: dict[str, set[str]] = defaultdict(set)
    for name, core in cores.items():
        places[label_of.get(name, ""), core].add(name.rpartition("/")[0])
        labels_of[core].add(label_of.get(name, ""))
    counts = Counter(cores.values())
    distinct = sum(count for core, count in counts.items() if _distinct(core)) >= SHARE * len(stems)
    if distinct:
        folders_of: dict[str, set[str]] = defaultdict(set)
        for (_, core), folders in places.items():
            folders_of[core] |= folders
        again = [name for name, core in cores.items() if len(folders_of[core]) > 1]
    else:
        again = [name for name, core in cores.items() if len(places[label_of.get(name, ""), core]) > 1]
    if 2 * len(again) < len(stems) or len({cores[name] for name in again}) < FEW:
        return None
    kinds = {label_of.get(name, "") for name in stems}
    counts = Counter(cores[name] for name in again)
    of_one_class = sum(count for core, count in counts.items() if len(labels_of[core]) == 1 and _no_counter(core)) >= 0.9 * len(again)
    group_of = {name: core if distinct else f"{label_of.get(name, '')}/{core}" for name, core in cores.items()}
    things = Counter(group_of[name] for name in again)
    shown = phrase(heapq.nsmallest(2, again, key=lambda name: (group_of[name], name)))
    words = f"{counted(len(things), 'file name')} come in several folders ({shown})"
    if distinct or (of_one_class and len(kinds) > 1):
        return Related(group_of, words, "said")
    counters = len(things) >= MANY * len(kinds) and len(again) >= SHARE * len(stems)
    numbered = ", and other classes have the same names" if len(kinds) > 1 else ""
    return Related(group_of, words + numbered, "remarked") if counters else None


def _without_folders_endings(stem_of: Mapping[str, str]) -> dict[str, str]:
    """Stems by picture, without an ending of letters that all files of a folder have ("_final_masked")."""
    files: dict[str, list[str]] = defaultdict(list)
    for name in stem_of:
        files[name.rpartition("/")[0]].append(name)
    cores: dict[str, str] = {}
    for inside in files.values():
        stems = [stem_of[name] for name in inside]
        shared = commonprefix([stem[::-1] for stem in stems])[::-1] if len(stems) > 1 and stems[0][-1:] == stems[1][-1:] else ""
        found = re.search(r"[ _.-][^\W\d]*$|[ _.-][^\W\d][^\d]*$", shared)
        cut = len(found[0]) if found and len(found[0]) > 1 else 0
        cores.update(zip(inside, [stem[: len(stem) - cut] or stem for stem in stems], strict=True))
    return cores


def _distinct(stem: str) -> bool:
    """Whether a stem names one thing by itself: a long number that doesn't count from 0, or letters and digits that alternate."""
    runs = re.findall(r"\d+", stem)
    return sum(len(run.lstrip("0")) for run in runs) >= LONG or len(re.findall(r"[a-z]+|\d+", stem)) >= LONG


def _no_counter(stem: str) -> bool:
    """Whether a stem is more than a word and a short number."""
    runs = re.findall(r"\d+", stem)
    return len(runs) > 1 or any(len(run) >= LONG for run in runs)


def _copies(stems: Mapping[str, str]) -> Related | None:
    """Augmented copies of one picture: leaf_jpg.rf.0c1d….jpg."""
    bases = {name: COPY.sub("", stem) if ".rf." in stem else stem for name, stem in stems.items()}
    copied, things = sum(base != stems[name] for name, base in bases.items()), len(set(bases.values()))
    if copied < SHARE * len(stems) or things == len(stems):
        return None
    return Related(
        bases, f"Of {counted(things, 'picture')} there are {counted(len(stems), 'copy', 'copies')} (`.rf.` in their names)", "said"
    )


def _endings(stems: Mapping[str, str], label_of: Mapping[str, str]) -> Related | None:
    """Files that differ in one set of endings: 12_left and 12_right; cell_red, cell_green and cell_blue."""
    group_of: dict[str, str] = {}
    endings_of: dict[str, set[str]] = defaultdict(set)
    for name, stem in stems.items():
        if found := CUT.match(stem):
            group_of[name] = f"{name.rpartition('/')[0]}/{found[1]}"
            endings_of[group_of[name]].add(found[2])
    joined = {thing: frozenset(ends) for thing, ends in endings_of.items() if len(ends) > 1}
    if len(joined) < FEW or sum(map(len, joined.values())) < SHARE * len(stems):
        return None
    ends, most = Counter(joined.values()).most_common(1)[0]
    known = ends <= SIDES or ends <= CHANNELS
    numbered = sum(any(map(str.isdigit, thing.rpartition("/")[2])) for thing in joined) >= 0.9 * len(joined)
    if most < SHARE * len(joined) or any(end.isdecimal() for end in ends) or len(ends) > MOST_ENDINGS or not (known or numbered):
        return None
    if len(joined) <= len({label_of.get(name, "") for name in stems}):
        return None
    words = f"{counted(len(joined), 'thing')} have {len(ends)} pictures each (names end in {phrase(f'_{end}' for end in sorted(ends))})"
    return Related(group_of, words, "asked" if ends <= SIDES else "said", not ends <= SIDES)


def _views(stems: Mapping[str, str], label_of: Mapping[str, str]) -> Related | None:
    """Names that share a long number before a short one: 111085122871_0 and 111085122871_1."""
    group_of: dict[str, str] = {}
    for name, stem in stems.items():
        found = CUT.match(stem)
        if found and re.fullmatch(r"\d{1,4}|[a-z]", found[2]) and (_distinct(found[1]) or re.search(rf"\d{{{LONG}}}", found[1])):
            group_of[name] = found[1]
    kinds = len({label_of.get(name, "") for name in stems})
    wholes = _of_wholes(group_of, kinds)
    few = wholes != group_of or len(group_of) <= MOST_VIEWS * len(set(group_of.values()))  # slices of a scan may be many
    group_of, things = wholes, Counter(wholes.values())
    several = {thing: n for thing, n in things.items() if n > 1}
    if len(several) < max(MANY, 2 * kinds) or sum(several.values()) < SHARE * len(stems) or not few:
        return None
    shown = phrase(sorted(several)[:2])
    return Related(group_of, f"The names of {counted(len(group_of), 'picture')} begin in {len(things):,} ways ({shown})", "offered")


def _of_wholes(group_of: Mapping[str, str], kinds: int) -> dict[str, str]:
    """The same with names of scans and visits cut to those of what they are of, while that joins some and leaves two a class or more."""
    best = cut_of = {thing: thing for thing in group_of.values()}
    for _ in range(MOST_CUTS):
        cut_of = {thing: _shorter(cut) for thing, cut in cut_of.items()}
        left = len(set(cut_of.values()))
        if max(FEW, 2 * kinds) <= left < len(set(best.values())):
            best = cut_of
    return {name: best[thing] for name, thing in group_of.items()}


def _shorter(thing: str) -> str:
    """A name without the scan at its end, or without a short number where a name that says one thing is left."""
    if cut := SCAN.search(thing):
        return thing[: cut.start()]
    cut = SHORT.search(thing)
    return thing[: cut.start()] if cut and (_distinct(thing[: cut.start()]) or re.search(rf"\d{{{LONG}}}", thing[: cut.start()])) else thing
