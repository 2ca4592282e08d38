"""Films of a run, as animated WebP or GIF: its eight pictures look by look, or its curve as it grew. At most 3 MB each."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from ssl_core.predictions.film_of_curve import frames_of_curve
from ssl_core.predictions.film_of_looks import frames_of_looks
from ssl_core.predictions.film_sheet import Frame
from ssl_core.records.runs import run as find_run
from ssl_core.settings import SettingsError

LARGEST = 3_000_000  # bytes of a film
KINDS = ("webp", "gif")
TRIES = (
    (1.0, 1),
    (0.75, 1),
    (0.75, 2),
    (0.5, 2),
    (0.5, 4),
)  # size of the frames, and of how many one is kept, until a film is small enough


class Film(NamedTuple):
    """A film as a file."""

    data: bytes
    frames: int
    width: int
    height: int
    seconds: float


def film_of(name: str, kind: str = "webp", curve: bool = False) -> Film:
    """The film of a run's eight pictures or, with `curve`, of its curve. kind: "webp" or "gif".

    Raises:
        SettingsError: there is no such run or kind, or the run has drawn and measured nothing yet.
    """
    if kind not in KINDS:
        raise SettingsError(f"The kind of a film must be one of {', '.join(KINDS)}. Got '{kind[:60]}'.")
    run = find_run(name)
    frames = frames_of_curve(run) if curve else frames_of_looks(run)
    for size, every in TRIES:
        film = _encoded(_fewer(frames, size, every), kind)
        if len(film.data) <= LARGEST:
            return film
    raise SettingsError(f"The film of '{name[:60]}' stays over {LARGEST // 1_000_000} MB. Ask for WebP, which needs less than GIF.")


def write_film(name: str, out: str | Path, curve: bool = False) -> Film:
    """Writes the film of a run into a file, whose name ends in .webp or .gif; the film.

    Raises:
        SettingsError: as `film_of`, or the file can't be written.
    """
    path = Path(out)
    if path.suffix.lower()[1:] not in KINDS:
        raise SettingsError(f"The name of a film must end in {' or '.join(f'.{kind}' for kind in KINDS)}. Got '{path.name[:60]}'.")
    film = film_of(name, path.suffix.lower()[1:], curve)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(film.data)
    except OSError as error:
        raise SettingsError(f"The film can't be written to '{path}': {error.strerror or error}.") from None
    return film


def _fewer(frames: Sequence[Frame], size: float, every: int) -> list[Frame]:
    """Smaller frames, one of each `every`; what stays takes the time of what goes, and the last frame stays."""
    groups = [frames[start : start + every] for start in range(0, len(frames), every)]
    kept = [Frame(group[-1].image, sum(each.milliseconds for each in group)) for group in groups]
    if size == 1:
        return kept
    width, height = (round(size * length) for length in frames[0].image.size)
    return [each._replace(image=each.image.resize((width, height), Image.Resampling.LANCZOS)) for each in kept]


def _encoded(frames: Sequence[Frame], kind: str) -> Film:
    """Frames as a file that repeats for ever."""
    stream, times = io.BytesIO(), [frame.milliseconds for frame in frames]
    images = [frame.image for frame in frames]
    if kind == "gif":
        images = [image.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE) for image in images]
    further = {"quality": 82, "method": 2} if kind == "webp" else {"optimize": False}
    images[0].save(stream, kind, save_all=True, append_images=images[1:], duration=times, loop=0, **further)
    return Film(stream.getvalue(), len(frames), *frames[0].image.size, sum(times) / 1000)
