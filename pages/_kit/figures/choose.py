"""Which picture a screen asks a network about: one of six held-out ones, a photograph, or the visitor's own."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import streamlit as st
from PIL import Image

import ssl_core as core
from pages._kit.figures import gallery, own
from pages._kit.screen import address, links, readers
from pages._kit.screen.frame import count, problem

PICTURE = "picture"  # query parameter and session: which picture is on the screen
WRITTEN = "picture_written"  # session: the picture that was last written into the address
OWN, PHOTO = "own", "photo-"
OWN_FILE, OWN_FAULT = "own-file", "own-fault"  # session: the last dropped file: id, refusal
OWN_WALL = "*own"  # stands where a picture's data set does, for the visitor's own; no data set can have this name
FINE = 512  # pixels a side of the picture on the screen
WHOLE = 1024  # pixels along the longer side of the visitor's own picture, shown large
FEW = 6
NUMBER = 120  # pixels of the field for a picture's number
SMALL = 96
LARGEST = 100  # megabytes of a dropped picture at most


class Chosen(NamedTuple):
    """A picture that a network is asked about."""

    key: str  # "test-12", "photo-china" or "own"
    image_HWC: np.ndarray  # uint8, the middle square
    source: str  # its address or data URI
    words: str  # what it is, for its alt text


def current(run: core.Run) -> Chosen:
    """The chosen picture; the run's first fixed picture where none was chosen or the chosen one can't be shown.

    An address that changed wins over the last choice; the choice is written back, also after a switch of screens dropped it.
    """
    asked = links.asked(PICTURE) or (OWN if own.restore() else "")
    if address.went_back() and (asked or st.session_state.get(PICTURE) != OWN):  # an address from before one's own picture names none
        st.session_state.pop(PICTURE, None)
    if asked and (asked != st.session_state.get(WRITTEN) or PICTURE not in st.session_state):
        st.session_state[PICTURE] = asked
    picture = _first(run, [st.session_state.get(PICTURE, ""), *offered(run)])
    if PICTURE in st.session_state:
        _write(picture.key)
    return picture


def _first(run: core.Run, keys: list[str]) -> Chosen:
    """The first of these pictures that can be shown."""
    for key in filter(None, keys):
        try:
            return _opened(run, key)
        except (core.SettingsError, ValueError, KeyError):
            continue
    raise core.SettingsError("There is no picture to show. Drop one of your own.")


def _write(key: str) -> None:
    """Writes a picture into the address; a person's own by the name under which it is kept."""
    st.session_state[WRITTEN] = key
    own.write(key == OWN)
    if key == OWN:
        st.query_params.pop(PICTURE, None)
    elif key != links.asked(PICTURE):
        st.query_params[PICTURE] = key


def offered(run: core.Run) -> list[str]:
    """Six of the run's held-out pictures where these are on this machine, then the two photographs."""
    places = run.fixed[:FEW] if here(run) else []
    return [*core.PictureId.texts("test", places), *(PHOTO + name for name in photographs())]


def here(run: core.Run) -> bool:
    """Whether the pictures that the run was tested on are on this machine, and no others in their place."""
    return readers.here(run.dataset) and core.pictures_stay(run.id)


@st.cache_data(max_entries=1, show_spinner=False)
def photographs() -> dict[str, np.ndarray]:
    """The two photographs that ship with the program, as squares."""
    return {name: fine(image) for name, image in core.sample_pictures()}


def another(run: core.Run) -> str:
    """A random held-out picture other than the one shown; a random photograph where the held-out ones aren't here."""
    shown = st.session_state.get(PICTURE)
    if not here(run):
        return random.choice([PHOTO + name for name in photographs() if PHOTO + name != shown])
    count = len(core.open_set(run.dataset, "test"))
    return next(key for key in (str(core.PictureId("test", random.randrange(count))) for _ in range(100)) if key != shown or count == 1)


def take(key: str) -> None:
    """Makes this the picture on the screen and in the address."""
    st.session_state[PICTURE] = key
    _write(key)


def thumbs(run: core.Run, shown: Chosen, key: str, columns: int = 8) -> bool:
    """Pictures to choose from, and a place to drop one's own. Returns whether another was chosen just now."""
    keys = offered(run)
    tiles = [_tile(run, each) for each in keys]
    place = gallery.pick(tiles, key, columns, keys.index(shown.key) if shown.key in keys else None)
    if place is not None:
        take(keys[place])
    dropped = drop(run)
    numbered = any_of_all(run, shown, key) if here(run) else False
    return dropped or numbered or place is not None


def any_of_all(run: core.Run, shown: Chosen, key: str) -> bool:
    """A field for the number of any held-out picture, which says how many there are. Returns whether one was chosen just now."""
    whole = readers.how_many(run.dataset)
    if whole <= len(run.fixed[:FEW]):
        return False
    words = f"{len(run.fixed[:FEW])} of {count(whole)} test pictures. Any other by its number:"
    row = st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"{key}-any")
    row.caption(words)
    now = core.PictureId.parse(shown.key).index if shown.key.startswith("test-") else None
    # without limits of the widget, which would keep an old number in silence
    name, limits = f"{key}-number-{run.id}-{now}", f"0 to {whole - 1}"
    asked = row.number_input(words, value=None, step=1, key=name, placeholder=limits, label_visibility="collapsed", width=NUMBER)
    if asked is None or asked == now:
        return False
    if not 0 <= asked < whole:
        problem(f"Test pictures have the numbers 0 to {whole - 1}. Got {asked}.")
        return False
    take(str(core.PictureId("test", int(asked))))
    return True


def drop(run: core.Run) -> bool:
    """A place to drop one's own picture. Returns whether one was accepted or taken away just now; why one was refused stands above."""
    reason = st.container()  # above: the place to drop may stand at the window's lower edge
    taken = kept() if st.session_state.get(PICTURE) == OWN else False
    key = f"own-picture-{st.session_state.get(own.TURN, 0)}"
    file = st.file_uploader("Or drop your own picture; it stays on this computer", core.SUFFIXES, key=key, max_upload_size=LARGEST)
    fresh = file is not None and file.file_id != st.session_state.get(OWN_FILE)
    if file is not None and fresh:
        st.session_state[OWN_FILE] = file.file_id
        try:
            keep_own(core.upload_picture(file.getvalue(), core.range_of_run(run.id)))
            st.session_state[OWN_FAULT] = ""
            take(OWN)
        except core.SettingsError as error:
            st.session_state[OWN_FAULT] = str(error)
    fault = st.session_state.get(OWN_FAULT) if file is not None else ""
    if fault:
        with reason:
            problem(fault)
    return taken or (fresh and not fault)


def kept() -> bool:
    """Where the visitor's own picture is kept, and the button that takes it away. Returns whether it was pressed just now."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small", wrap=False):
        st.caption(own.privacy())
        pressed = st.button(own.AWAY, key="own-away", type="tertiary", icon=":material/delete:", help=own.AGAIN)
    if pressed:
        own.take_away()
        st.session_state.pop(PICTURE, None)
    return pressed


def keep_own(image_HWC: np.ndarray, answers: Mapping[str, Any] | None = None) -> None:
    """Keeps a picture as the visitor's own, which `take(OWN)` puts on the screen: its middle square, and all of it to be shown large.

    answers: what a run said of it on Home.
    """
    own.keep(png(fine(image_HWC)), png(within(image_HWC, WHOLE)), answers)


def within(image_HWC: np.ndarray, most: int) -> np.ndarray:
    """A picture with at most so many pixels along its longer side."""
    image = Image.fromarray(np.ascontiguousarray(image_HWC))
    image.thumbnail((most, most), Image.Resampling.LANCZOS)
    return np.array(image)


def fine(image_HWC: np.ndarray) -> np.ndarray:
    """The middle square of a picture, which is all that a network gets, at most FINE pixels a side."""
    side = min(image_HWC.shape[:2])
    top, left = ((length - side) // 2 for length in image_HWC.shape[:2])
    image = Image.fromarray(np.ascontiguousarray(image_HWC[top : top + side, left : left + side]))
    return np.array(image if side <= FINE else image.resize((FINE, FINE), Image.Resampling.LANCZOS))


def png(image_HWC: np.ndarray) -> bytes:
    """A picture as PNG, as the session keeps it."""
    file = io.BytesIO()
    Image.fromarray(image_HWC).save(file, "png")
    return file.getvalue()


@st.cache_data(max_entries=4, show_spinner=False)
def _own(data: bytes) -> tuple[np.ndarray, str]:
    image = np.array(Image.open(io.BytesIO(data)))
    return image, gallery.source_of(image)


@st.cache_data(max_entries=4, show_spinner=False)
def _whole(name: str) -> str:
    return gallery.source_of(photographs()[name])


@st.cache_data(max_entries=4, show_spinner=False)
def _small(name: str) -> str:
    return gallery.source_of(np.asarray(Image.fromarray(photographs()[name]).resize((SMALL, SMALL), Image.Resampling.LANCZOS)))


@st.cache_data(max_entries=32, show_spinner=False)
def _picture(dataset: str, place: int, mark: str) -> np.ndarray:
    return fine(core.picture(dataset, "test", place, FINE))


def _opened(run: core.Run, key: str) -> Chosen:
    if key == OWN:
        return Chosen(key, *_own(st.session_state[own.SQUARE]), "your picture")
    if key.startswith(PHOTO):
        name = key.removeprefix(PHOTO)
        return Chosen(key, photographs()[name], _whole(name), f"photograph {name}")
    asked = core.PictureId.parse(key)
    if asked.split != "test":
        raise core.SettingsError("Only test pictures are asked about.")
    image_HWC = _picture(run.dataset, asked.index, readers.mark(run.dataset))
    return Chosen(key, image_HWC, links.thumb(run.dataset, key, FINE), f"picture {asked.index}")


def tile(run: core.Run, shown: Chosen) -> gallery.Tile:
    """The chosen picture; one of the run's held-out pictures opens large, among those that are offered, and so does the visitor's own."""
    plain = gallery.Tile(shown.source, shown.words)
    if shown.key == OWN:
        return plain._replace(dataset=OWN_WALL, picture_id="0")
    if not shown.key.startswith("test-"):
        return plain
    wall = tuple(key for key in dict.fromkeys([*offered(run), shown.key]) if key.startswith("test-"))
    return plain._replace(dataset=run.dataset, picture_id=shown.key, wall=wall)


def _tile(run: core.Run, key: str) -> gallery.Tile:
    if key.startswith(PHOTO):
        name = key.removeprefix(PHOTO)
        return gallery.Tile(_small(name), f"photograph {name}")
    return gallery.picture(run.dataset, key, f"picture {key.removeprefix('test-')}", 2 * SMALL)
