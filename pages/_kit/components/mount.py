"""Our own components on a page, each a script and a style sheet from assets/."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from pages._kit.screen import links
from pages._kit.server import api


@cache
def component(name: str, export: str, styles: tuple[str, ...] | None = None, apart: bool = True) -> Any:
    """A component of assets/NAME.js with its style sheet, or with those of `styles`; Streamlit sends only the lines that import NAME.js.

    apart: the component has a tree of its own (shadow DOM), which the page's styles don't reach.
    """
    _, mark = api.script(f"{name}.js")
    address = links.own("asset", f"{name}.js", v=mark)
    js = f"const all = await import(new URL('{address}', document.baseURI));\nexport default all.{export};\n"
    assets = Path(api.__file__).parents[3] / "assets"
    css = "".join((assets / f"{style}.css").read_text(encoding="utf-8") for style in ((name,) if styles is None else styles))
    return st.components.v2.component(f"selfsight_{export}", js=js, css=css or None, isolate_styles=apart)


def nothing() -> None:
    """The callback of a component's changes: empty, since a rerun is all that they need."""
