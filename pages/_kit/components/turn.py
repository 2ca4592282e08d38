"""Photographs that a person turns, and a place for one of their own, from a file or a camera: our own component, assets/turn.js."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pages._kit.components import mount
from pages._kit.figures import gallery
from pages._kit.home.photographs import Photograph


def turn(
    key: str, photographs: Sequence[Photograph], own: Photograph | None, fault: str, asked: int, large: str
) -> Mapping[str, Any] | None:
    """Shows the photographs with their answers, then the visitor's own or a place to bring one.

    fault: why the photograph number `asked`, the last that the browser sent, can't be answered. large: the name by which a click on
    a photograph asks for it large. Returns a photograph that the browser sent just now: {name, data (base64), asked}.
    """
    shown = {
        "pictures": [plain(each) for each in photographs],
        "own": plain(own) if own else None,
        "fault": fault,
        "asked": asked,
        "large": large,
    }
    mounted = mount.component("turn", "turn", apart=False)  # the gallery's styles hold inside too
    sent: Mapping[str, Any] | None = mounted(key=key, data=shown, on_photo_change=mount.nothing).photo
    return sent


def plain(each: Photograph) -> dict[str, Any]:
    """A photograph as the script gets it; `turn` in quarters."""
    answers = [
        {
            "mark": answer["mark"],
            "at": gallery.AT.get(answer["mark"], ""),
            "right": answer["right"],
            "said": gallery.SAID[answer["right"]],
            "sure": gallery.brief(answer["caption"]),
        }
        for answer in each.answers
    ]
    return {"source": each.source, "name": each.name, "turn": each.turn // 90, "answers": answers, "note": each.note}
