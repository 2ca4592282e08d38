"""What a choice can name is listed from the names of files and the headers of tables, and each of it can be chosen."""

from __future__ import annotations

from pathlib import Path

from ssl_core.reading.account import Choice
from ssl_core.reading.understood import understood
from ssl_core.reading.ways import ways
from tests.help.folders import fill


def test_folders_levels_and_columns_are_offered_and_can_all_be_chosen(tmp_path: Path) -> None:
    names = [f"{place}/{kind}/{k}.png" for place in ("north", "south") for kind in ("sea", "wood") for k in range(4)]
    fill(tmp_path, [*names, "north/@eaDir/thumb.png"])
    rows = "".join(f"{name},{'ab'[k % 2]},{k % 5}\n" for k, name in enumerate(names))
    (tmp_path / "about.csv").write_text(f"file,label,patient\n{rows}")
    found = ways(tmp_path)
    assert list(found.folders) == ["north", "south", "north/sea", "north/wood", "south/sea", "south/wood"]
    assert found.folders["north"] == 8 and found.levels == {"folders:1": "north, south", "folders:2": "sea, wood"}
    assert found.columns == ("about.csv:file", "about.csv:label", "about.csv:patient")
    assert [understood(tmp_path, choice=Choice(classes=level)).classes for level in found.levels] == [("north", "south"), ("sea", "wood")]
    assert understood(tmp_path, choice=Choice(test=("south",), classes="about.csv:label")).classes == ("a", "b")


def test_fields_of_names_that_repeat_are_offered_and_can_be_chosen(tmp_path: Path) -> None:
    fill(tmp_path, [f"{age}_{sex}_{date}.jpg" for age in (26, 31, 40) for sex in (0, 1) for date in range(9 * age, 9 * age + 4)])
    found = ways(tmp_path)
    assert found.fields == {"names:1": "26, 31, 40", "names:2": "0, 1", "names:3": "234, 235, 236 and 9 more"}
    assert understood(tmp_path, choice=Choice(classes="names:2")).classes == ("0", "1")
