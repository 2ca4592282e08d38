"""Fields in names of files (0002_c1s1_000451_03.jpg has four): offered as classes and groups, and taken only where a person says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ssl_core.reading.account import Remark
from ssl_core.reading.layout.numbered import DATE
from ssl_core.reading.layout.same_thing import CHANNELS, MANY, SHARE, SIDES, Related
from ssl_core.reading.layout.words import SAY_NOTHING, counted, folded, phrase, words_in
from ssl_core.reading.sources import shown
from ssl_core.settings import SettingsError

SIGNS = "_- ."  # between fields: the first of these that a name has
SAMPLE = 200  # names that are looked at before all are
OFFERED = 3  # fields that sentences offer
FEWEST = 4  # values of a field that may each be one thing, where classes are known otherwise


class NameField(NamedTuple):
    """A field of names of files."""

    number: int  # from 1
    values: Counter[str]

    @property
    def repeats(self) -> bool:
        """Whether there are two values or more, each of two pictures on average."""
        return len(self.values) >= 2 and 2 * len(self.values) <= self.values.total()


def cut_name(file: str) -> list[str]:
    """The fields of a file's name: between underscores, else between hyphens, spaces or dots."""
    stem = folded(file.rpartition(".")[0] or file)
    for sign in SIGNS:
        if sign in stem and sign in stem.strip(sign):
            fields = stem.split(sign)
            return fields if all(fields) else [field for field in fields if field]
    return [stem.strip("_")]


def field_in(file: str, said: str) -> str:
    """The text of the field that a choice says ("names:2"), "" where a name has fewer."""
    fields, number = cut_name(file), int(said.partition(":")[2])
    return fields[number - 1] if number <= len(fields) else ""


def check_field(said: str, key: str) -> None:
    """Raises SettingsError where a choice of classes or groups names no field."""
    number = said.partition(":")[2]
    if not number.isdecimal() or int(number) < 1:
        raise SettingsError(f"'{key}' can be names:1, names:2, …: a field of the files' names, counted from 1. Got '{said[:60]}'.")


def name_fields(files: Sequence[str]) -> list[NameField]:
    """The fields of names that have as many as most; [] where too few names have."""
    some = files[:: max(1, len(files) // SAMPLE)]
    if 2 * sum(len(cut_name(file)) > 1 for file in some) < len(some):  # most have no fields: nothing to count
        return []
    cut = [cut_name(file) for file in files]
    lengths = Counter(map(len, cut))
    usual, most = lengths.most_common(1)[0] if cut else (0, 0)
    if usual < 2 or most < SHARE * len(cut):
        return []
    columns = zip(*cut, strict=True) if len(lengths) == 1 else ([f[k] for f in cut if k < len(f)] for k in range(usual))
    return [NameField(k + 1, Counter(column)) for k, column in enumerate(columns)]


def repeated_fields(fields: Sequence[NameField]) -> list[NameField]:
    """Those whose values repeat and may name something, without a last one that counts the pictures of the others."""
    found = [field for field in fields if field.repeats and field.values.total() >= MANY and not _says_nothing(field.values)]
    if len(found) > 1 and found[-1].number == len(fields) and _counts(found[-1].values):
        found.pop()
    return found


def _says_nothing(values: Iterable[str]) -> bool:
    """Whether values are dates, sides, channels, or words that cameras and parts of a set are called by."""
    every = [value.lower() for value in values]
    nothing = SIDES | CHANNELS | SAY_NOTHING
    return all(map(DATE.fullmatch, every)) or all((words := words_in(each)) and nothing.issuperset(words) for each in every)


def _counts(values: Counter[str]) -> bool:
    """Whether values are the numbers from 0 or 1 on."""
    if len(values) < 3 or not all(map(str.isdecimal, values)):
        return False
    numbers = sorted(map(int, values))
    return numbers[0] <= 1 and numbers[-1] - numbers[0] == len(numbers) - 1


def offered_fields(files: Sequence[str]) -> list[Remark]:
    """A remark a field that may name classes, the first OFFERED; none where a field says sides or channels, so that others name things."""
    fields = name_fields([*dict(zip((file.rpartition(".")[0] for file in files), files, strict=True)).values()])
    if any((SIDES | CHANNELS).issuperset(value.lower() for value in field.values) for field in fields):
        return []
    may = "it may name classes, or what is seen on several pictures."
    return [
        Remark(f"{_in_words(field, files[0])}: {may}", False, {"classes": f"names:{field.number}"})
        for field in repeated_fields(fields)[:OFFERED]
    ]


def first_values(field: NameField) -> list[str]:
    """The values of a field, numbers in their order."""
    return sorted(field.values, key=lambda text: (not text.isdecimal(), int(text) if text.isdecimal() else 0, text))


def _in_words(field: NameField, file: str) -> str:
    values = f"{counted(len(field.values), 'value')} ({phrase(first_values(field))})"
    return f"Field {field.number} of names of files (`{shown(file)}`) has {values}"


def fielded(names: Sequence[str], label_of: Mapping[str, str]) -> Related | None:
    """Pictures by a field of their names that may say one thing each, as the writer of original_7_2 and forgeries_7_2.

    No other field may tell each picture by itself: then fields are labels of pictures (an age, a sex) rather than things.
    """
    files = [name.rpartition("/")[2] for name in names]
    sign = next((sign for sign in SIGNS if files and sign in files[0].rpartition(".")[0]), "_")
    if len({file.rpartition(".")[0].rpartition(sign)[2] for file in files}) > SHARE * len(files):  # the last field tells pictures apart
        return None
    fields = name_fields(files)
    if any(len(field.values) > 1 and not field.repeats for field in fields):
        return None
    kinds = len({label_of.get(name, "") for name in names})
    fewest = max(FEWEST, 2 * kinds) if kinds > 1 else MANY
    last = max((field.number for field in fields if len(field.values) > 1), default=0)  # behind it all names end alike
    likely = [field for field in repeated_fields(fields[:last]) if len(field.values) >= fewest and field.number < last]
    if not likely:
        return None
    field = max(likely, key=lambda field: len(field.values))
    said = f"names:{field.number}"
    group_of = {name: value for name, file in zip(names, files, strict=True) if (value := field_in(file, said))}
    words = f"{_in_words(field, files[0])}, each of which may be one person or thing"
    return Related(group_of, words, "offered", choice=said)
