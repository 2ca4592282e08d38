"""Tables print with aligned columns, escape what they show, and turn into pandas."""

from __future__ import annotations

import sys

import pytest

from ssl_core.notebook.table import MOST_ROWS, Table, measured, plain
from ssl_core.settings import SettingsError

ROWS = [
    {"target": "simclr-1", "accuracy": 0.531, "lo": 0.509, "hi": 0.553, "layer": None},
    {"target": "random:convnet", "accuracy": 0.2, "lo": 0.18, "hi": 0.22, "layer": "stage4"},
]
SCORES = Table(ROWS, (plain("target"), measured("accuracy", "right (95 % interval)", "{:.1%}".format), plain("layer")), "linear probe")


def test_columns_are_aligned_with_units_and_intervals() -> None:
    assert repr(SCORES).splitlines() == [
        "linear probe",
        "target           right (95 % interval)  layer",
        "simclr-1        53.1% (50.9% to 55.3%)",
        "random:convnet  20.0% (18.0% to 22.0%)  stage4",
    ]


def test_a_signed_share_shows_its_sign() -> None:
    pair = Table([{"d": 0.125, "lo": -0.01, "hi": 0.26}], [measured("d", "a minus b", "{:+.1%}".format)])
    assert "+12.5% (-1.0% to +26.0%)" in repr(pair)


def test_rows_and_fields_are_read_by_number_and_name() -> None:
    assert len(SCORES) == 2 and SCORES[1]["layer"] == "stage4" and SCORES["accuracy"] == [0.531, 0.2]
    assert [row["target"] for row in SCORES] == ["simclr-1", "random:convnet"]


def test_an_unknown_field_names_those_there_are() -> None:
    with pytest.raises(SettingsError, match="'field' of a table must be one of target, accuracy, lo, hi, layer. Got acuracy."):
        SCORES["acuracy"]


def test_a_notebook_shows_escaped_html() -> None:
    table = Table([{"name": "<b>&"}], [plain("name", "<i>")], "<u>")
    assert table._repr_html_().count("&lt;") == 3 and "<b>" not in table._repr_html_() and "&amp;" in table._repr_html_()


def test_the_middle_of_a_long_table_is_counted_in_place_of_printed() -> None:
    table = Table([{"step": step} for step in range(100)], [plain("step", number=True)])
    lines = repr(table).splitlines()
    assert len(lines) == 2 + MOST_ROWS and "… 60 more rows …" in lines and lines[-1] == "  99"
    assert "60 more rows" in table._repr_html_()


def test_a_long_text_is_cut_in_print_and_whole_in_html() -> None:
    table = Table([{"help": "word " * 40}], [plain("help")])
    assert max(map(len, repr(table).splitlines())) <= 60 and table._repr_html_().count("word") == 40


def test_an_empty_table_prints_its_headings() -> None:
    assert repr(Table([], [plain("name")], "Runs")).splitlines() == ["Runs", "name", "(no rows)"]


def test_pandas_gets_every_field_as_numbers() -> None:
    frame = pytest.importorskip("pandas").DataFrame(SCORES.to_pandas())
    assert list(frame.columns) == ["target", "accuracy", "lo", "hi", "layer"] and frame["accuracy"].mean() == pytest.approx(0.3655)


def test_without_pandas_a_sentence_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(SettingsError, match="needs pandas, which isn't installed. Run 'pip install pandas'"):
        SCORES.to_pandas()
