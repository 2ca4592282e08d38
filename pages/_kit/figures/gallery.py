"""Rows of Panel → images with captions; a caption is its picture's alt text too.

Pictures are our own HTML: fixed grids and square frames keep the page still while a run improves them. A data set's picture is given
by its address, so that a browser fetches it once, however often the network's answer beside it changes.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from contextlib import nullcontext
from typing import Literal, NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

import ssl_core as core
from pages._kit.screen import links
from pages._kit.screen.frame import NBSP, escape, plain_html

SMALL = 64  # pixels; a picture of the network's input is drawn with hard edges up to this side
PHOTO = 160  # pixels; from this side on a picture is sent as WebP, a tenth of the bytes of PNG
EDGES = ("up", "right", "down", "left")
AT = {"up": "arrow at the top", "right": "arrow at the right edge", "down": "arrow at the bottom", "left": "arrow at the left edge"}
SAID = {True: "✓ Right", False: "✗ Wrong", None: ""}


class Tile(NamedTuple):
    """One picture on a screen."""

    source: str  # an address or a data: URI
    caption: str  # also the alt text
    mark: str = ""  # "up", "right", "down", "left": the edge with the arrow
    right: bool | None = None
    turns: int = 0  # quarter turns counter-clockwise of the picture at the address
    hard: bool = False  # shown with hard pixel edges
    whole: bool = False  # shown whole rather than cropped to a square
    soft: str = ""  # a second, quieter part of the caption: "at first 24 %"
    dataset: str = ""  # with `picture_id`: the picture of a set that a click opens large; "*…" for those of no set (large/loose.py)
    picture_id: str = ""
    wall: tuple[str, ...] = ()  # ids among which the large picture goes on; (): those of the tiles beside it

    @property
    def alt(self) -> str:
        """Everything that the picture, its marks and its captions say, in words."""
        arrow = AT.get(self.mark, "")
        return ", ".join(part for part in (self.said, arrow) if part)

    @property
    def said(self) -> str:
        """The same without what can only be seen: a line for who sees the picture."""
        return ", ".join(part for part in (SAID[self.right], self.caption, self.soft) if part)


def source_of(image_HWC: np.ndarray) -> str:
    """Pixels as a data: URI, for pictures that no address names."""
    image = Image.fromarray(np.ascontiguousarray(image_HWC))
    kind = "png" if max(image.size) < PHOTO else "webp"
    file = io.BytesIO()
    image.save(file, kind, **({} if kind == "png" else {"quality": 90}))
    return f"data:image/{kind};base64,{base64.b64encode(file.getvalue()).decode()}"


def tile(panel: core.Panel, dataset: str = "", picture_id: str = "", size: int = 256, soft: str = "", hard: bool = False) -> Tile:
    """A panel as a tile. A data set's picture, turned or not, is given by its address, which has more pixels than the panel.

    picture_id: the picture that the panel was made from; a panel that only turned this picture says so in `turns`.
    """
    if isinstance(panel.image, int | np.integer):
        found = str(core.PictureId("train", int(panel.image)))
        return picture(dataset, found, panel.caption, size)._replace(mark=panel.mark, right=panel.right, soft=soft)
    if panel.turns is not None and dataset and picture_id:
        shown = picture(dataset, picture_id, panel.caption, size)
        return shown._replace(mark=panel.mark, right=panel.right, turns=panel.turns, soft=soft)
    shown = Tile(source_of(panel.image), panel.caption, panel.mark, panel.right, soft=soft, hard=hard)
    return shown._replace(dataset=dataset, picture_id=picture_id) if dataset else shown


def picture(dataset: str, picture_id: str, caption: str, size: int = 256) -> Tile:
    """A data set's picture as a tile, which a click opens large."""
    return Tile(links.thumb(dataset, picture_id, size), caption, dataset=dataset, picture_id=picture_id)


def show(
    tiles: Sequence[Tile],
    columns: int = 4,
    gap: int = 16,
    captions: bool = True,
    folds: bool = True,
    aspect: float = 1.0,
    wrap: bool = False,
    width: int | Literal["stretch", "content"] = "stretch",
    edge: bool = False,
) -> None:
    """Tiles in a fixed grid; `wrap` lets a caption take more than one line, `edge` draws the arrow half outside its picture."""
    style = f"--columns:{columns};--gap:{gap}px;--aspect:{aspect:g};--caption:{'1rem' if gap > 8 else '0.875rem'}"
    body = "".join(_figure(each, captions, wrap) for each in tiles)
    st.html(f'<div class="gallery{" folds" if folds else ""}{" edge" if edge else ""}" style="{style}">{body}</div>', width=width)


def show_groups(groups: Sequence[Sequence[Tile]], says: Sequence[int], columns: int = 2, gap: int = 16) -> None:
    """Groups of tiles side by side, each group with one caption: that of its tile number `says`."""
    body = "".join(
        f'<figure><div class="group">{"".join(_frame(tile) for tile in group)}</div>'
        f'<figcaption aria-hidden="true">{_words(group[place])}</figcaption></figure>'
        for group, place in zip(groups, says, strict=True)
    )
    style = f"--columns:{columns};--gap:8px {gap}px;--caption:0.875rem"
    st.html(f'<div class="gallery inline" style="{style}">{body}</div>')


def show_beside(rows: Sequence[Sequence[Tile]], heads: Sequence[str] = ()) -> None:
    """Rows of tiles, with a gap between the first, an original, and those made from it. `heads`, one for each column, replace captions."""
    cells = [[f'<b class="head">{plain_html(head)}</b>' for head in heads]] if heads else []
    cells += [[_figure(each, not heads, True) for each in row] for row in rows]
    body = "".join(f"{row[0]}<span></span>{''.join(row[1:])}" for row in cells)
    style = f"--gap:8px;--caption:0.875rem;grid-template-columns:minmax(0,1fr) 12px repeat({len(cells[0]) - 1},minmax(0,1fr))"
    st.html(f'<div class="gallery" style="{style}">{body}</div>')


def big(one: Tile, caption: bool = False, most: int = 640, edge: bool = False, frame: int | None = None) -> None:
    """One large picture, at most `most` pixels wide; `frame`: the picture's own width where its caption needs more. `edge`: see `show`."""
    style = f"--columns:1;max-width:{most}px" + (f";--frame:{frame}px;--caption:0.875rem" if frame else "")
    st.html(f'<div class="gallery{" edge" if edge else ""}" style="{style}">{_figure(one, caption, wrap=True)}</div>')


def whole(source: str, alt: str, size: tuple[int, int], hard: bool = False, ahead: str = "", outlined: bool = True) -> None:
    """A picture of this width and height, whole and as large as there is room; `outlined`: with the square that a network gets.

    ahead: the address of a picture that is likely wanted next, which the browser fetches meanwhile.
    """
    box, ratio = core.middle_square(*size), size[0] / size[1]
    part = f"left:{100 * box.left:.2f}%;top:{100 * box.top:.2f}%;width:{100 * box.width:.2f}%;height:{100 * box.height:.2f}%"
    image = f'<img src="{plain_html(source)}" alt="{plain_html(alt)}" decoding="sync"{" class=hard" if hard else ""}>'
    outline = f'<span class="part" style="{part}" aria-hidden="true"></span>' if outlined else ""
    fetched = f'<img src="{plain_html(ahead)}" alt="" hidden>' if ahead else ""
    st.html(f'<div class="whole" style="--ratio:{ratio:.4f}">{image}{outline}{fetched}</div>')


def pick(tiles: Sequence[Tile], key: str, columns: int = 8, chosen: int | None = None, captions: bool = False) -> int | None:
    """Tiles as buttons, for mouse and keyboard. Returns the index of the one pressed just now; the tile `chosen` has a ring."""
    pressed = None
    with st.container(key=f"pick{columns}-{key}"):
        for place, each in enumerate(tiles):
            with st.container(gap=None) if captions else nullcontext():
                label = f"![{escape(each.alt)}]({each.source})"
                if st.button(label, key=f"{key}-{place}", type="primary" if place == chosen else "secondary"):
                    pressed = place
                if captions:
                    st.html(f'<div class="gallery said" aria-hidden="true">{_words(each)}</div>')
    return pressed


def _figure(each: Tile, caption: bool, wrap: bool) -> str:
    words = f'<figcaption class="{"folds" if wrap else ""}" aria-hidden="true">{_words(each)}</figcaption>' if caption else ""
    return f"<figure>{_frame(each)}{words}</figure>"


def _frame(each: Tile) -> str:
    classes = " ".join(["frame", *(["small"] if each.hard else []), *(["contain", "plain"] if each.whole else [])])
    turned = f' style="rotate:{-90 * each.turns}deg"' if each.turns % 4 else ""
    image = f'<img src="{plain_html(each.source)}" alt="{plain_html(each.alt)}" title="{plain_html(each.alt)}" decoding="sync"{turned}>'
    return f'<div class="{classes}"{_opens(each)}>{image}{_disc(each)}</div>'


def _opens(each: Tile) -> str:
    """Attributes of a frame that assets/large.js opens by a click or Enter."""
    if not each.picture_id:
        return ""
    wall = f' data-wall="{plain_html(" ".join(each.wall))}"' if each.wall else ""
    said = f' data-said="{plain_html(each.said)}"' if each.said != each.alt else ""
    named = f'data-set="{plain_html(each.dataset)}" data-picture="{plain_html(each.picture_id)}"{wall}{said}'
    label = plain_html(each.alt or each.picture_id.replace("-", " picture "))
    return f' {named} role="button" tabindex="0" aria-haspopup="dialog" aria-label="{label}"'


def _disc(each: Tile) -> str:
    if each.mark not in EDGES:
        return ""
    wrong = " wrong" if each.right is False else ""
    return f'<span class="disc {each.mark}{wrong}" aria-hidden="true"><span class="arrow"></span></span>'


def brief(caption: str) -> str:
    """A caption beside an arrow, without the part that the arrow shows ("says 90°, 83 % sure" → "83 % sure")."""
    return caption.partition(", ")[2] or caption


def _words(each: Tile) -> str:
    arrow = each.mark in EDGES
    said = SAID[each.right] if arrow else SAID[each.right][:1]
    lead = f'<b class="{"yes" if each.right else "no"}">{said}</b>{", " if arrow else " "}' if said else ""
    soft = f'<span class="soft">{_kept(each.soft)}</span>' if each.soft else ""
    return lead + _kept(brief(each.caption) if arrow else each.caption) + soft


def _kept(words: str) -> str:
    """Words safe inside HTML, with every % on the line of its number."""
    return plain_html(words).replace(" %", f"{NBSP}%")
