"""The wall of pictures that a person names: our own component, assets/wall.js, which saves labels by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ssl_core as core
from pages._kit.components import mount
from pages._kit.screen.frame import look_of

SIZE = 192  # pixels of a picture: sharp at 98 CSS pixels on a screen of two pixels each


def wall(
    key: str,
    dataset: str,
    ids: Sequence[str],
    classes: Sequence[str],
    state: core.Receipt,
    captions: Mapping[str, str] | None = None,
    suggested: str = "",
    mark: str = "",
    files: Mapping[str, str] | None = None,
    marks: Mapping[str, str] | None = None,
) -> int:
    """Shows pictures with their labels; a person gives labels by mouse or keyboard.

    state: what the store knows about the set, with its labels in `now`; suggested: the picture with a dashed ring;
    mark: changes when the pictures behind these ids change; files: the file of each picture, for sets of files;
    marks: what each file keeps when it is renamed.
    Returns the number of the last action that the browser knows to be on disk; each burst of clicks is followed by one rerun.
    """
    looks = [look_of(place) for place in range(len(classes))]
    shown = {
        "ids": list(ids),
        "captions": {picture: (captions or {}).get(picture) or f"picture {picture.rpartition('-')[2]}" for picture in ids},
        "classes": [{"name": name, "colour": look.colour, "shape": look.shape} for name, look in zip(classes, looks, strict=True)],
        "labels": {picture: state.now[picture] for picture in ids if picture in state.now},
        "suggested": suggested,
        "size": SIZE,
        "mark": mark,
        "files": {picture: files[picture] for picture in ids if files and picture in files},
        "marks": {picture: marks[picture] for picture in ids if marks and picture in marks},
    }
    found = mount.component("wall", "wall")(key=key, data=_told(dataset, state) | shown, on_rev_change=mount.nothing)
    return int(found.rev or 0)


def saved(key: str, dataset: str, state: core.Receipt) -> None:
    """Says how many labels are on disk, with a button that undoes the last action."""
    mount.component("wall", "saved")(key=key, data=_told(dataset, state), width="content")


def _told(dataset: str, state: core.Receipt) -> dict[str, Any]:
    return {"set": dataset, "seq": state.seq, "count": state.total, "undo": state.next_undo}
