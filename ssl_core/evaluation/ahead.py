"""Whether a run's features are ahead of ImageNet's, where a person compared them."""

from __future__ import annotations

from ssl_core.records.homes import homes_of
from ssl_core.settings import SettingsError


def ahead_of_imagenet(run_name: str) -> tuple[float, float] | None:
    """The 95 % interval of how much more often the run's features are right than ImageNet's; None where they weren't compared.

    By a linear probe, as the screen Benchmark asks at first. Nothing is measured, and torch isn't loaded where nothing was.
    """
    if not any(path.exists() for home in homes_of(run_name) for path in home.glob("jobs/probe-*/result.json")):
        return None
    from ssl_core.evaluation.compare import comparison
    from ssl_core.models.targets import targets_for

    own, imagenet = targets_for(run_name)[:2]
    try:
        found = comparison([own, imagenet]).pairs
    except SettingsError:
        return None
    return (found[0].lo, found[0].hi) if found and found[0].measure.counted else None
