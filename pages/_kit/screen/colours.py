"""The colours of `ssl_core/palette.py` as style rules: a custom property for each role, and charts that follow light and dark.

Streamlit swaps its placeholders in a chart once, when the chart is first drawn, so that words stay black when the page turns dark.
Here a chart is drawn in the light colours, and rules of style give each of them, where it stands in an SVG, its role's property.
"""

from __future__ import annotations

import ssl_core as core


def properties() -> str:
    """`--ink: light-dark(#14171a, #eceae4)` and so on; light-dark() follows the color-scheme of the element that uses the property."""
    return ":root { " + " ".join(f"--{role}: {_both(*pair)};" for role, pair in core.COLOURS.items()) + " }"


def charts() -> str:
    """Rules that replace each colour of `core.CHARTED` in a chart by its role's property."""
    return "\n".join(_swap(role, part) for role in core.CHARTED for part in ("fill", "stroke"))


def style() -> str:
    """All rules, for a <style> of the page."""
    return f"{properties()}\n{charts()}\n"


def _both(light: str, dark: str) -> str:
    return light if light == dark else f"light-dark({light}, {dark})"


def _swap(role: str, part: str) -> str:
    found = "rgb({}, {}, {})".format(*core.rgb(core.light(role)))  # as a browser writes a colour of an element's own style
    return f'.js-plotly-plot [style*="{part}: {found}"] {{ {part}: var(--{role}) !important; }}'
