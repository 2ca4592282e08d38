"""What the screens share: forms, pictures, charts, numbers in words."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from pydantic import Field
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.figures import charts, gallery
from pages._kit.screen import form, frame, links


class Inner(core.Settings):
    """Two numbers inside a group."""

    left: float = Field(0.25, ge=0, le=1)
    top: float = Field(0.5, ge=0, le=1)


class Everything(core.Settings):
    """One control of every kind."""

    turns: int = Field(4, ge=2, le=8)
    hole: float = Field(0.25, ge=0.1, le=0.6)
    leak: bool = False
    shape: Literal["random_blocks", "centre"] = "centre"
    clip: float | None = Field(None, gt=0)
    betas: tuple[float, float] = (0.9, 0.999)
    words: str = "cup"
    box: Inner = Inner()


def control(name: str) -> core.Control:
    return next(each for each in Everything.controls() if each.name == name)


def test_form_without_a_touch_gives_the_defaults() -> None:
    def page() -> None:
        import streamlit as st

        from pages._kit.screen import form
        from tests.pages.test_kit import Everything

        said = form.ask(Everything.controls(), "k")
        st.json(Everything.read(said).plain())

    app = AppTest.from_function(page).run()
    assert not app.exception
    assert Everything.read(json.loads(app.json[0].value)) == Everything()


def test_form_leaves_at_most_three_controls_open() -> None:
    def page() -> None:
        from pages._kit.screen import form
        from tests.pages.test_kit import Everything

        form.ask(Everything.controls(), "k")

    app = AppTest.from_function(page).run()
    inside = {widget.key for widget in (*app.expander[0].number_input, *app.expander[0].text_input)}
    assert {"k-clip", "k-betas", "k-words"} <= inside
    assert len(app.main.children) == 4  # three controls and the fold


def test_form_names_a_prefilled_value_out_of_range_and_shows_the_default() -> None:
    def page() -> None:
        from pages._kit.screen import form
        from tests.pages.test_kit import Everything

        form.ask(Everything.controls(), "k", {"hole": "3", "turns": "6"}, "Inpainting")

    app = AppTest.from_function(page).run()
    assert app.warning[0].value == "'hole' of Inpainting must be between 0.1 and 0.6. Got 3. Shown is 0.25."
    assert app.slider(key="k-hole").value == 0.25 and app.slider(key="k-turns").value == 6


@pytest.mark.parametrize("text", ["nan", "inf", "-1", "0.61", "word", "1e999"])
def test_a_number_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(core.SettingsError, match=r"between 0.1 and 0.6"):
        form.read(control("hole"), text)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("turns", "3", 3),
        ("hole", "0.4", 0.4),
        ("leak", "true", True),
        ("shape", "random_blocks", "random_blocks"),
        ("clip", "", None),
        ("betas", "0.8, 0.9", [0.8, 0.9]),
        ("box", '{"left": 0.1}', {"left": 0.1}),
    ],
)
def test_text_from_an_address_becomes_the_controls_type(name: str, text: str, value: object) -> None:
    assert form.read(control(name), text) == value


def test_a_name_nobody_knows_is_said_with_what_there_is() -> None:
    good, faults = form.prefilled(Everything.controls(), {"hula": 1}, "Inpainting")
    assert good == {} and faults[0].startswith("Inpainting has no setting 'hula'. It has: turns, hole")


def test_alt_text_says_answer_caption_and_arrow() -> None:
    tile = gallery.Tile("x.png", "62 % sure", "left", False)
    assert tile.alt == "✗ Wrong, 62 % sure, arrow at the left edge"


def test_a_turned_picture_is_shown_from_its_address_and_turned_back_the_same_way() -> None:
    image = np.zeros((8, 8, 3), np.uint8)
    tile = gallery.tile(core.Panel(image, "83 % sure", "left", True, 1), "scenes", "test-7")
    assert tile.source.startswith("api/thumb/scenes/test-7.png?size=256&mark=")
    assert "rotate:-90deg" in gallery._figure(tile, True, False)  # counter-clockwise, as numpy.rot90 turns


def test_a_caption_cannot_become_markup() -> None:
    html = gallery._figure(gallery.Tile("x", '<img onerror="x">'), True, False)
    assert "<img onerror" not in html and "&lt;img onerror" in html


def test_numbers_carry_interval_and_unit() -> None:
    assert frame.percent(0.79, 0.77, 0.81) == "79.0 ± 2.0 %"
    assert frame.percent(0.991, 0.987, 0.994) == "99.1 ± 0.4 %"
    assert frame.points(0.09, 0.07, 0.11) == "+9.0 ± 2.0 points"
    assert (frame.percent(0.8760, 0.8616, 0.8904), frame.percent(0.8025, 0.7850, 0.8200)) == ("87.6 ± 1.4 %", "80.2 ± 1.7 %")
    assert frame.points(0.0735, 0.0545, 0.0925) == "+7.3 ± 1.9 points"  # as far apart as the two numbers shown
    assert frame.number(21.34, 20.94, 21.74, "dB") == "21.3 ± 0.4 dB"
    assert (frame.percent(0.75, 0.3, 0.95, of=4), frame.percent(1, 0.2, 1, True, of=1)) == ("3 of 4", "**1 of 1**")
    assert (frame.percent(2 / 3 / 4 * 3, of=4), frame.percent(0.75, 0.66, 0.82, of=100)) == ("2 of 4", "75 ± 9 %")  # ten and more in %
    empty = (frame.percent(0.5, 0.5, 0.5), frame.number(3.0, 3.0, 3.0, "dB"), frame.points(0.1, 0.1, 0.1))
    assert empty == ("50 %", "3.00 dB", "+10 points")
    assert frame.percent(0.5, 0.499999, 0.500001) == "50 %"  # never ± 0.000
    assert frame.percent(None) == frame.percent(float("nan")) == "not measured"
    assert [frame.percent(each) for each in (0.002, 0.00024, 0.0, -0.0, -1e-9)] == ["0.2 %", "0.02 %", "0 %", "0 %", "0.00 %"]


@pytest.mark.parametrize(
    ("right", "of", "said"),
    [
        (2000, 2000, "100 % (at least 99.8 %)"),
        (1994, 2000, "99.7 % (99.3 to 99.9 %)"),
        (255, 256, "99.6 % (at least 97 %)"),
        (20, 20, "100 % (at least 83 %)"),
        (0, 2000, "0 % (at most 0.2 %)"),
        (1, 2000, "0.05 % (at most 0.3 %)"),
        (1980, 2000, "99.0 ± 0.5 %"),
    ],
)
def test_no_proportion_reads_as_above_100_or_below_0(right: int, of: int, said: str) -> None:
    assert frame.percent(*core.wilson(right, of), of=of) == said


def test_a_long_answer_has_room_beside_its_bar() -> None:
    short, long = (charts.probabilities([(words, 0.5), ("no", 0.5)]).layout.margin.l for words in ("up", "your own sentence"))
    assert short == 96 and long >= 9 + 8 * len("your own sentence")


def test_the_line_of_chance_ends_below_the_words_of_its_bar_and_above_the_next() -> None:
    bars = [charts.Bar(f"target {k}", 0.5, 0.4, 0.6, "one line\nanother") for k in range(3)]
    figure = charts.bars(bars, 0.25)
    across = [(shape.y0, shape.y1) for shape in figure.layout.shapes]
    words = [note for note in figure.layout.annotations if note.yshift and note.text.startswith("<b>target")]
    for (low, high), note in zip(across[::2], words, strict=True):
        assert low < note.y < high and (high - note.y) * charts.ROW <= note.yshift
        assert (note.y - low) * charts.ROW <= charts.ROW - 60  # three lines of words above the bar below


def test_every_class_has_its_own_colour_and_shape() -> None:
    looks = [frame.look_of(place) for place in range(10)]
    assert len({look.colour for look in looks}) == len({look.shape for look in looks}) == len({look.symbol for look in looks}) == 10


def test_of_a_hundred_classes_no_two_look_alike_and_further_ones_carry_their_number() -> None:
    looks = [frame.look_of(place) for place in range(100)]
    assert len(set(looks)) == len({(look.colour, look.symbol) for look in looks}) == 100
    assert looks[:10] == list(frame.CLASS_LOOKS) and frame.look_of(101).shape == "102"


def test_a_chart_is_drawn_in_colours_that_turn_dark_with_the_page() -> None:
    line = charts.Line("this run", [(0, 0.25, 0.2, 0.3), (10, 0.8, 0.7, 0.9)])
    figures = charts.curves([line], chance=0.25), charts.bars([charts.Bar("raw pixels", 0.3, 0.2, 0.4)], chance=0.1)
    text = "".join(figure.update_layout(template=None).to_json() for figure in figures)
    assert set(re.findall(r"#[0-9a-f]{6}", text)) <= {core.light(role) for role in core.CHARTED}
    assert all(core.light(role) in text for role in ("run", "ink", "quiet", "random", "line"))


def test_names_at_line_ends_never_overlap() -> None:
    lines = [charts.Line(f"run {k}", [(0, 0.2, None, None), (10, 0.8 + k / 1000, None, None)]) for k in range(4)]
    figure = charts.curves(lines)
    places = sorted(note.y for note in figure.layout.annotations)
    assert min(np.diff(places)) >= 100 * charts.NAME_GAP - 1e-9
    long, short = charts.curves([charts.Line("one colour a square", [(0, 0.5, None, None)]), lines[0]]).layout.annotations
    assert long.text.count("<br>") == 1 and "<br>" not in short.text  # it would be cut off at the right
    name, chance = charts.curves([charts.Line("run", [(1, 0.1, None, None), (3, 0.1, None, None)])], chance=0.1).layout.annotations
    assert name.y - chance.y >= 100 * charts.NAME_GAP - 1e-9


def test_ranges_stay_while_a_curve_grows() -> None:
    short = charts.curves([charts.Line("", [(0, 2.3, None, None)])], percent=False, x_end=400)
    longer = charts.curves([charts.Line("", [(0, 2.3, None, None), (300, 0.4, None, None)])], percent=False, x_end=400)
    assert short.layout.yaxis.range == longer.layout.yaxis.range and short.layout.xaxis.range == longer.layout.xaxis.range


def test_what_prints_half_an_interval_takes_its_digits_from_the_frame() -> None:
    """So that no screen says ± 0.0, and the same number has the same digits in a title, a chart and a table."""
    pages = Path(frame.__file__).parents[2]
    printing = [path for path in pages.rglob("*.py") if "± {" in path.read_text(encoding="utf-8")]
    assert {path.name for path in printing} == {"frame.py", "charts.py", "live.py"}
    assert all("half_width(" in path.read_text(encoding="utf-8") for path in printing)


COUNTED = [
    (3, 4, "<b>3 of 4</b>"),
    (9, 10, "<b>90</b> % (59 to 99)"),
    (40, 50, "<b>80</b> ± 13 %"),
    (1999, 2000, "<b>99.95</b> % (≥ 99.7)"),
]


@pytest.mark.parametrize(("right", "of", "said"), COUNTED)
def test_a_bar_of_few_pictures_carries_a_count(right: int, of: int, said: str) -> None:
    value, lo, hi = core.wilson(right, of)
    bar = charts.Bar("run", value, lo, hi, of=of)
    assert said in [each.text for each in charts.bars([bar]).layout.annotations]


def test_a_map_sends_rows_as_whole_numbers_and_floats_of_32_bits() -> None:
    xy = np.random.default_rng(0).normal(size=(50, 2))
    figure = charts.scatter(xy, np.arange(50) % 5, ["a", "b", "c", "d", "e"])
    assert sorted(row for trace in figure.data for row in trace.customdata) == list(range(50))
    assert all(trace.x.dtype == np.float32 for trace in figure.data)


def test_thumb_addresses_are_quoted() -> None:
    assert links.thumb("my set/ü", "train-3", 128) == "api/thumb/my%20set%2F%C3%BC/train-3.png?size=128"


def test_the_kit_loads_without_torch() -> None:
    kit = "from pages._kit.figures import charts, gallery; from pages._kit.screen import form, readers"
    script = f"import sys; {kit}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], check=False, capture_output=True).returncode == 0
