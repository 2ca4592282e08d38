"""What every question of a notebook shares: targets, data sets and sizes as people name them, and waiting for jobs.

What takes long is a job in the folder that the command line and the screens use too, worked by the worker process that stays warm
for them: a result that is there is taken as it is, Ctrl-C ends the waiting only, and nothing here minds a running event loop.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ssl_core.library.browse import known_as, unpack_set
from ssl_core.library.fetch import WEIGHTS, offer
from ssl_core.models.targets import KINDS
from ssl_core.notebook.progress import Bar, until_ended
from ssl_core.notebook.training import Handle
from ssl_core.settings import SettingsError
from ssl_core.system.addresses import megabytes


def wait_for(folders: Sequence[Path], title: str, progress: bool, must: bool = True) -> None:
    """Waits for jobs; what Ctrl-C did is said.

    Raises:
        SettingsError: `must`, and a job didn't get done; its reason.
    """
    for folder in folders:
        bar = Bar(title, progress)
        try:
            status = until_ended(folder, bar)
        except KeyboardInterrupt:
            bar.say(f"{title} goes on in its worker. The same call finds the result.")
            raise
        bar.say(f"{title}: {status.state}")
        if must and status.state != "done":
            raise SettingsError(status.reason or f"'{title}' was {status.state}. Ask again.")


def target_text(target: str | Handle) -> str:
    """A target as the core parses it. Raises SettingsError where it is neither a text nor a handle."""
    if not isinstance(target, str | Handle):
        raise SettingsError(f"A target is {KINDS}. Got {str(target)[:60]}.")
    return target.name if isinstance(target, Handle) else target


def known_dataset(dataset: str | Path | None) -> str | None:
    """A data set's name; archives are unpacked where nobody did."""
    if dataset is None:
        return None
    unpack_set(str(dataset), lambda done, of: None)
    return known_as(str(dataset))


def checked_size(image_size: int | None) -> int | None:
    """A picture size between 8 and 512, or None. Raises SettingsError else."""
    if image_size is not None and not 8 <= image_size <= 512:
        raise SettingsError(f"'image_size' must be between 8 and 512. Got {image_size}.")
    return image_size


def need_weights(texts: Sequence[str]) -> None:
    """ImageNet's weights are downloaded by `core.fetch` alone, never by the way."""
    for text in texts:
        if text.startswith(WEIGHTS) and not (what := offer(text)).here:
            raise SettingsError(f"{what.title} aren't here yet ({megabytes(what.size)}). core.fetch('{text}') downloads them.")
