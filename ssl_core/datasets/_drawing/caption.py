"""Captions of scenes, and the factors that scenes were drawn from. Every statement of a caption is true of the picture."""

from __future__ import annotations

import numpy as np

from ssl_core.datasets._drawing.ground import KINDS
from ssl_core.datasets._drawing.palette import CONFETTI, GROUNDS
from ssl_core.datasets._drawing.scene import CLASSES, FORMS, SIZES, Piece, Scene, bounds, drawn, scene

RELATIONS = ("left of", "right of", "above", "below")
WORDS = tuple(
    sorted(
        {
            *["a", "an", "of", "on", "at", "in", "the", "and", "background", "left", "right", "above", "below", "top", "bottom", "centre"],
            *SIZES,
            *CONFETTI,
            *GROUNDS,
            *CLASSES,
            *FORMS,
            *KINDS,
        }
    )
)


def reference(scene: Scene) -> tuple[str, Piece] | None:
    """The largest whole piece of confetti to one side of the thing, after the relation of the thing to the piece ("left of")."""
    left, top, right, bottom = bounds(scene)
    for piece in sorted(scene.pieces, key=lambda piece: -piece.radius):
        x, y, r = piece.x, piece.y, 1.2 * piece.radius
        gaps = (x - r - right, left - x - r, y - r - bottom, top - y - r)
        best = gaps.index(max(gaps))
        if gaps[best] >= 0 and r < x < 1 - r and r < y < 1 - r:
            return RELATIONS[best], piece
    return None


def caption(scene: Scene) -> str:
    """The picture in words, as in "a small red car left of a green square on a striped sky background"."""
    known = reference(scene)
    where = "in the centre" if scene.place == "centre" else f"at the {scene.place}"
    if known:
        relation, piece = known
        where = f"{relation} {'an' if piece.colour[0] in 'aeiou' else 'a'} {piece.colour} {piece.form}"
    return f"a {scene.size} {scene.colour} {scene.name} {where} on a {scene.ground.kind} {scene.ground.colour} background"


def drawn_and_told(seed: int, split: str, clutter: int, leak: bool, size: int, ids: list[int]) -> tuple[np.ndarray, list[str]]:
    """Pictures by index, uint8 N×3×H×W, and their captions; all arguments are plain, so that a helper process can be sent the call."""
    scenes = [scene(seed, i, split, clutter, leak) for i in ids]
    return drawn(scenes, size), [caption(each) for each in scenes]


def factors_of(scene: Scene) -> dict[str, str | float | int | bool]:
    """What varies from picture to picture, by name."""
    return {
        "class": scene.name,
        "colour": scene.colour,
        "size": scene.size,
        "place": scene.place,
        "background": f"{scene.ground.kind} {scene.ground.colour}",
        "x": scene.x,
        "y": scene.y,
        "radius": scene.radius,
        "tilt": scene.tilt,
        "flip": scene.flip,
        "light": float(np.rad2deg(scene.light)),
        "pieces": len(scene.pieces),
    }
