"""Pictures of one thing stay on one side of a split of Selfsight's own: what a choice of groups gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.reading.account import Choice
from ssl_core.reading.index import Index
from ssl_core.reading.understood import understood
from ssl_core.settings import SettingsError
from tests.cases.related import RELATED
from tests.help.trees import planted, table

SLIDES = "a/s{1-4}/{0-3}.png b/s{5-8}/{0-3}.png"
WORDS = "{ant,bee,cow,doe,elk,fox,gnu,hen,ibex,jay}_{1-3}.png"


def on_both_sides(found: Index) -> int:
    """How many groups are learnt from and measured with."""
    learnt, tested = ({found.groups.get(entry.name) for entry in side} - {None} for side in (found.train, found.test))
    return len(learnt & tested)


@pytest.mark.parametrize("name", RELATED)
def test_no_thing_is_on_both_sides_unless_it_is_asked_about(name: str, tmp_path: Path) -> None:
    case = RELATED[name]
    found = understood(planted(tmp_path, case.pictures, {file: table(*lines) for file, lines in case.tables.items()}))
    assert found.account is not None and on_both_sides(found) == 0
    offered = [remark.other["group"] for remark in found.account.remarks if remark.other.get("group", "none") != "none"]
    for group in offered:
        chosen = understood(tmp_path, choice=Choice(group=group))
        assert len(set(chosen.groups.values())) > 1 and on_both_sides(chosen) == 0
    assert found.groups or offered or name in ("front_and_side_of_each_object", "wide_counters_in_class_folders")


CHOSEN = [
    (SLIDES, "folders:2", 8),
    (WORDS, "names", 10),
    (SLIDES, "none", 0),
    ("full_org/original_{1-9}_{1-4}.png full_forg/forgeries_{1-9}_{1-4}.png", "names:2", 9),
    ("{A,B}/{1-20}.png", "names", 20),
]


@pytest.mark.parametrize(("pictures", "group", "things"), CHOSEN)
def test_a_chosen_group_stays_on_one_side(pictures: str, group: str, things: int, tmp_path: Path) -> None:
    found = understood(planted(tmp_path, pictures), choice=Choice(group=group))
    assert len(set(found.groups.values())) == things and on_both_sides(found) == 0 and len(found.test) >= 4


@pytest.mark.parametrize(
    ("group", "words"), [("folders:3", "folders:1 to folders:2"), ("names", "none do"), ("names:0", "names:1"), ("names:2", "none do")]
)
def test_a_group_that_is_not_there_is_refused(group: str, words: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=words):
        understood(planted(tmp_path, "a/s{1-4}/{0-3}.png b/s{5-8}/{0-3}.png"), choice=Choice(group=group))


def test_a_split_of_ones_own_in_place_of_the_folders_keeps_things_together(tmp_path: Path) -> None:
    pictures = (
        "train/a/{10-19}_{left,right}.png train/b/{20-29}_{left,right}.png test/a/{30-32}_{left,right}.png test/b/{33-35}_{left,right}.png"
    )
    found = understood(planted(tmp_path, pictures), choice=Choice(split="none"))
    assert not found.given and len(set(found.groups.values())) == 26 and on_both_sides(found) == 0
