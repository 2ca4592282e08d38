"""Whether a run's features are ahead of ImageNet's and of the same network's untrained, where a person compared them."""

from __future__ import annotations

from ssl_core.records.homes import homes_of
from ssl_core.settings import SettingsError


def ahead_of_imagenet(run_name: str) -> tuple[float, float] | None:
    """The 95 % interval of how much more often the run's features are right than ImageNet's; None where they weren't compared.

    By a linear probe, as the screen Benchmark asks at first. Nothing is measured, and torch isn't loaded where nothing was.
    """
    return _ahead(run_name, 1)


def ahead_of_untrained(run_name: str) -> tuple[float, float] | None:
    """The same against its own network untrained, at the level that the screen Benchmark shows; None where they weren't compared."""
    return _ahead(run_name, 2)


def _ahead(run_name: str, rival: int) -> tuple[float, float] | None:
    """The interval of the difference from the rival at this place of `targets_for`."""
    if not any(path.exists() for home in homes_of(run_name) for path in home.glob("jobs/probe-*/result.json")):
        return None
    from ssl_core.evaluation.compare import comparison
    from ssl_core.models.targets import targets_for

    targets = targets_for(run_name)
    try:
        found = comparison(targets)
    except SettingsError:
        return None
    pair = next((each for each in found.pairs if (each.a, each.b) == (targets[0], targets[rival])), None)
    return (pair.lo, pair.hi) if pair is not None and pair.measure.counted else None
