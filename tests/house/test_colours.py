"""Every colour has one home, `ssl_core/palette.py`, and contrasts with what it stands on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from pages._kit.screen import colours
from ssl_core.palette import CHARTED, CLASS_COLOURS, COLOURS, HEAT, SHADES, rgb

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"#(?:[0-9a-f]{8}|[0-9a-f]{6}|[0-9a-f]{3})\b|rgba?\((?!0 0 0 |255 255 255 |128 128 128 |0,0,0,0\))[\d, ]+", re.IGNORECASE)
GROUNDS = ("paper", "raised", "sidebar", "sidebar-raised")
BESIDE = {".streamlit/config.toml", "assets/logo.svg"}  # read by Streamlit and as a picture: no style rule reaches them
SOURCES = [
    path
    for pattern in ("pages/**/*.py", "ssl_core/**/*.py", "assets/*.css", "assets/*.js", "assets/*.svg", ".streamlit/*.toml")
    for path in sorted(ROOT.glob(pattern))
]
ALL = {code for pair in COLOURS.values() for code in pair} | {*CLASS_COLOURS, *HEAT, *SHADES}


def contrast(one: str, other: str) -> float:
    """WCAG's contrast of two colours, 1 to 21."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = [part / 255 for part in rgb(colour)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def codes(path: Path) -> set[str]:
    return {code.lower() for code in CODE.findall(path.read_text(encoding="utf-8"))}


def test_a_code_of_a_colour_stands_in_the_palette_alone() -> None:
    found = {str(path.relative_to(ROOT)): codes(path) for path in SOURCES}
    own = {name for name, inside in found.items() if inside}
    assert own == BESIDE | {"ssl_core/palette.py", "pages/_kit/screen/colours.py"}, own
    assert all(found[name] <= ALL for name in BESIDE | {"pages/_kit/screen/colours.py"})  # the last: an example in a docstring
    assert CODE.findall("color: #FFF; fill: rgb(1 2 3)") == ["#FFF", "rgb(1 2 3"] and not CODE.findall("rgb(0 0 0 / 35%), {#id}, #12")


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_streamlits_theme_is_the_palette(mode: str) -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][mode]
    said = {"primary": theme["primaryColor"], "paper": theme["backgroundColor"], "raised": theme["secondaryBackgroundColor"]}
    said |= {"ink": theme["textColor"], "line": theme["borderColor"], "link": theme["linkColor"]}
    said |= {"sidebar": theme["sidebar"]["backgroundColor"], "sidebar-raised": theme["sidebar"]["secondaryBackgroundColor"]}
    wanted = {role: getattr(COLOURS["accent" if role == "primary" else role], mode) for role in said}
    assert {role: code.lower() for role, code in said.items()} == wanted


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_words_and_edges_contrast_with_every_ground(mode: str) -> None:
    """WCAG: 4.5 for words, 3 for the edges of what is pressed."""
    shown = {role: getattr(pair, mode) for role, pair in COLOURS.items()}
    least = {
        role: min(contrast(shown[role], shown[ground]) for ground in GROUNDS) for role in ("ink", "quiet", "link", "right", "wrong", "edge")
    }
    assert least.pop("edge") >= 3 and min(least.values()) >= 4.5, least
    named = {role: contrast(shown[role], shown["paper"]) for role in ("run", "imagenet", "random", "pixels")}
    assert min(named.values()) >= 4.5, named  # a chart writes the names of lines in these
    assert contrast("#ffffff", shown["accent"]) >= 4.5 and contrast("#000000", "#ffffff") == 21


def test_no_class_is_drawn_in_a_colour_that_turns_with_the_page() -> None:
    turning = [rgb(COLOURS[role].light) for role in CHARTED]
    assert len(set(turning)) == len(turning) and not set(turning) & {rgb(code) for code in (*CLASS_COLOURS, *SHADES)}
    assert all(f"--{role}:" in colours.properties() for role in COLOURS)


def test_every_property_that_a_style_uses_is_in_the_palette() -> None:
    own = {"columns", "gap", "frame", "aspect", "caption", "in", "ratio", "rows", "part"}  # of pictures and cells, not colours
    text = "".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "assets").glob("*.css")))
    assert {name for name in re.findall(r"var\(--([\w-]+)", text) if not name.startswith("st-")} - own <= set(COLOURS)
