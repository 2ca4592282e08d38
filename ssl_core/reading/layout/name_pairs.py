"""Files that are pairs by their names: one name in two folders (input and target), or with two endings in one folder."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping

from ssl_core.reading.layout.same_thing import MANY, SHARE, Related
from ssl_core.reading.layout.words import counted, phrase, word_set, words_in

# words of folders whose files of one name are two views of one thing
COUNTERPARTS = word_set(
    """input output target source src tgt gt reference real fake clean noisy hazy clear rainy blur blurred sharp lr hr lq hq low high
    degraded restored before after raw retouched sketch photo edge edges depth label labels rgb vis visible ir infrared thermal optical sar
    genuine forged forgery"""
)
MOST = 4  # folders that hold counterparts of one picture


def twins(stems: Mapping[str, str]) -> Related | None:
    """Files of one folder that differ in their ending alone: house.jpg and house.png."""
    if len(set(stems.values())) == len(stems):
        return None
    group_of = {name: f"{name.rpartition('/')[0]}/{stem}" for name, stem in stems.items()}
    several = {thing: n for thing, n in Counter(group_of.values()).items() if n > 1}
    if sum(several.values()) < SHARE * len(stems) or not several:
        return None
    first = next(iter(sorted(several)))
    shown = phrase(sorted(name for name, thing in group_of.items() if thing == first))
    return Related(group_of, f"{counted(len(several), 'file name')} come with several endings ({shown})", "said")


def counterparts(stems: Mapping[str, str], label_of: Mapping[str, str]) -> Related | None:
    """Folders of classes that hold the same names each: asked about where they are called as counterparts, else remarked on.

    cat/1.jpg and dog/1.jpg have the same names too, since each class is numbered by itself.
    """
    kinds = sorted({label_of.get(name, "") for name in stems})
    if not 2 <= len(kinds) <= MOST:
        return None
    names_of: dict[str, list[str]] = defaultdict(list)
    for name, stem in stems.items():
        names_of[label_of.get(name, "")].append(stem)
    called = kinds == ["A", "B"] or all(words and COUNTERPARTS.issuperset(words) for words in map(words_in, kinds))
    every = set().union(*names_of.values())
    unlike = any(len(each) != len(set(each)) or len(each) < 0.9 * len(every) for each in names_of.values())
    if unlike or len(every) < MANY or (len(kinds) > 2 and not called):
        return None
    words = f"{phrase(kinds)} hold the same {counted(len(every), 'file name')}{', as input and target of one thing do' if called else ''}"
    return Related(dict(stems), words, "offered" if called else "remarked")
