"""Maps of attention over a picture: one colour scale for every map on every screen."""

from __future__ import annotations

import numpy as np
import streamlit as st
from PIL import Image

import ssl_core as core

SIDE = 224  # pixels of a map as drawn
TOP = 3.0  # the end of the scale, in multiples of the picture's average
STOPS = np.array([core.rgb(colour) for colour in core.HEAT], np.float32)
TICKS = ((0, "none"), (1, "1 ×"), (2, "2 ×"), (TOP, f"{TOP:g} × or more"))  # labels of the scale, by multiples of the average
BAR = 200  # height of the scale in pixels
COVER = 0.62  # opacity of the colour over the gray picture


def colours(times: np.ndarray) -> np.ndarray:
    """Multiples of the average as colours: float32 in [0, 255], a last axis of 3."""
    place = np.clip(np.asarray(times, np.float32) / TOP, 0, 1) * (len(STOPS) - 1)
    below = np.minimum(place.astype(int), len(STOPS) - 2)
    part = (place - below)[..., None]
    return STOPS[below] * (1 - part) + STOPS[below + 1] * part


def overlay(image_HWC: np.ndarray, times_HW: np.ndarray, late: float = 0.0) -> np.ndarray:
    """A square picture in gray under its map in colour: uint8, SIDE × SIDE × 3.

    late: parts of the side by which the map is moved up and left, to where its cells look; what comes in repeats the edge.
    """
    gray = np.asarray(Image.fromarray(image_HWC).convert("L").resize((SIDE, SIDE)), np.float32)
    smooth = np.asarray(Image.fromarray(times_HW.astype(np.float32)).resize((SIDE, SIDE), Image.Resampling.BICUBIC))
    place = np.clip(np.arange(SIDE) + round(late * SIDE), 0, SIDE - 1)
    smooth = smooth[np.ix_(place, place)]
    mixed = COVER * colours(np.maximum(smooth, 0)) + (1 - COVER) * gray[..., None]
    return mixed.round().astype(np.uint8)


def scale_bar() -> None:
    """The colour scale, upright, with its title and labels."""
    stops = ", ".join(core.HEAT)
    ramp = f"position:relative;height:{BAR}px;width:12px;border-radius:6px;background:linear-gradient(0deg, {stops})"
    at = "position:absolute;left:18px;transform:translateY(50%);white-space:nowrap;font-size:0.875rem;line-height:1;bottom"
    ticks = "".join(f'<span style="{at}:{100 * times / TOP:.1f}%">{word}</span>' for times, word in TICKS)
    st.html(f'<p style="font-size:0.875rem;line-height:1.3;margin:0 0 14px">Attention, times the picture’s average</p>'
            f'<div role="img" aria-label="Colour scale: dark is none, pale is {TOP:g} times the average or more" style="{ramp}">'
            f'<span aria-hidden="true">{ticks}</span></div>')  # fmt: skip
