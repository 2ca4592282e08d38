"""What opens pictures large: one small component a screen, assets/large.js, which hears a click or Enter on any picture of a set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ssl_core as core
from pages._kit.components import mount
from pages._kit.large import dialog, loose, photographs
from pages._kit.screen import fragments

MOST = 2000  # pictures of a wall that a browser may name


@fragments.fragment
def opener() -> None:
    """Mounts the component; a click reruns this part alone, which opens the dialog."""
    heard = mount.component("large", "large", ())(key="large", data={}, on_picture_change=mount.nothing)
    if heard.picture:
        dataset, ids = str(heard.picture.get("dataset", "")), list(heard.picture.get("ids") or ())
        if dataset == photographs.HOME:
            photographs.show(int(heard.picture.get("place") or 0))
            return
        if loose.is_loose(dataset):
            loose.show(dataset, int(ids[int(heard.picture.get("place") or 0)]))
            return
        wall, place = read(heard.picture)
        dialog.show(wall, place)


def read(asked: Mapping[str, Any]) -> tuple[dialog.Wall, int]:
    """What a browser asks for, checked. Raises SettingsError where it names no pictures."""
    ids = tuple(str(core.PictureId.parse(str(each))) for each in list(asked.get("ids") or ())[:MOST])
    if not ids:
        raise core.SettingsError("'ids' of a wall must name at least one picture. Got none.")
    said = tuple(str(each)[:300] for each in list(asked.get("said") or ())[: len(ids)])
    place = int(asked.get("place") or 0)
    return dialog.Wall(str(asked.get("dataset", "")), ids, said), min(max(place, 0), len(ids) - 1)
