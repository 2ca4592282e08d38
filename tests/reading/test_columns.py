"""What a table's columns can say on a map: dates, and those that are named because they can say nothing there."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from ssl_core.reading import files
from ssl_core.reading.tables import columns
from ssl_core.reading.tables.columns import dated
from tests.help.folders import fill

DAY = ("days since 2023-05-30", [0.0, None, 1.0])


@pytest.mark.parametrize(
    "form", ["2023-05-{}", "2023/5/{}", "2023:05:{}", "{}.5.2023", "{}.05.2023", " 2023-05-{}", "2023-05-{}T00:00:00Z"]
)
def test_dates_are_read_as_people_and_cameras_write_them(form: str) -> None:
    assert dated([form.format(30), None, form.format(31)]) == DAY


@pytest.mark.parametrize("time", [" 12:00", "T12:00:00", " 12:00:00.25", "T12:00:00+02:00"])
def test_hours_are_part_of_a_day(time: str) -> None:
    assert dated(["2023:05:30", f"2023:05:30{time}"]) == ("days since 2023-05-30", [0.0, 0.5])


def test_what_lies_years_apart_is_counted_in_years() -> None:
    told = dated(["2000-01-01", "2012-12-31", "9999-12-31"])
    assert told is not None and told[0] == "year" and told[1] == [2000, pytest.approx(2013, abs=0.01), pytest.approx(10_000, abs=0.01)]


@pytest.mark.parametrize(
    "text",
    [
        *("2023-13-01", "2023-02-30", "0000-01-01", "yesterday", "05/06/2023", "2023-05/30", "1", "", "2023-05-30 at 5"),
        *("2023-05-30 24:00", "2023-05-30 12:60", "9999-12-31 24:00", "31.12.9999 99:99", "2023-00-00", "0000-00-00 00:00"),
    ],
)
def test_what_is_no_date_makes_the_column_text(text: str) -> None:
    assert dated(["2023-05-30", text]) is None


@pytest.mark.parametrize("form", ["{year}-{month}-{day} {time}", "{day}.{month}.{year}T{time}"])
def test_whatever_digits_stand_there_the_column_is_dates_or_text(form: str) -> None:
    years, months, days = ("0000", "0001", "2024", "9999"), ("00", "2", "12", "13"), ("0", "29", "31", "32")
    for year, month, day, time in itertools.product(years, months, days, ("00:00", "23:59", "24:00", "23:60")):
        told = dated(["2000-01-01", form.format(year=year, month=month, day=day, time=time)])
        last = {"2": 29 if year == "2024" else 28, "12": 31}.get(month, 0)
        right = year != "0000" and 0 < int(day) <= last and time in ("00:00", "23:59")
        assert (told is not None) == right, (year, month, day, time)


def test_a_last_day_that_never_ends_doesnt_hide_a_set(tmp_path: Path) -> None:
    pictures = [f"{half}/{k}.png" for half in ("train", "test") for k in range(60)]
    fill(tmp_path, pictures)
    rows = "".join(f"{name},{'2000-01-01' if k % 2 else '9999-12-31'} {k % 24}:{k // 24:02}\n" for k, name in enumerate(pictures))
    (tmp_path / "about.csv").write_text("file,until\n" + rows.replace("9999-12-31 22:04", "9999-12-31 24:00"))
    assert len(files.fresh_index(tmp_path).test) == 60


def test_nothing_known_is_no_date() -> None:
    assert dated([None, None]) is None and dated([]) is None and dated([3, 4]) is None


def test_columns_that_colour_no_map_are_named_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "TEXT", 5)
    pictures = [f"{half}/{k}.png" for half in ("train", "test") for k in range(20)]
    rows = "".join(
        f"{name},{k % 2},Berlin,{'yes' if k > 25 else ''},word {k},{k % 4}a,2023-05-{1 + k % 28}\n" for k, name in enumerate(pictures)
    )
    fill(tmp_path, pictures)
    (tmp_path / "about.csv").write_text("file,label,site,mark,note,coat,taken\n" + rows)
    assert files.fresh_index(tmp_path).remarks == [
        ("about.csv", "says 'Berlin' and nothing else in its column 'site' of 20 test pictures, so no map is coloured by it"),
        ("about.csv", "says 'yes' and nothing else in its column 'mark' of 14 test pictures, so no map is coloured by it"),
        (
            "about.csv",
            "has 20 different texts for 20 test pictures in its column 'note': "
            "a map shows the 9 most frequent and the others, and leaves it out where no two agree",
        ),
    ]
