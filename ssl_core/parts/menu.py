"""Parts as menus, help and the command line show them."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from ssl_core.controls import Control
from ssl_core.parts.collect import Broken
from ssl_core.settings import Recipe


class PartInfo(NamedTuple):
    """A part as menus and help show it."""

    name: str
    title: str
    help: str
    learning: str
    family: str
    paper: str
    metric: str
    needs: tuple[str, ...]
    presets: dict[str, dict[str, Any]]
    controls: list[Control]
    play: list[Control]
    fits: dict[str, str]  # for a task: backbone -> why it can't serve, "" where it can
    label: str  # a short name, for a button or inside a sentence
    kind: str  # of an explainer: the key of its maps
    slow: bool  # of a projector: drawn by a job only
    asks: str  # of a probe, after "How many of these pictures": "does a straight-line classifier name correctly"
    fair: tuple[dict[str, Any], str] | None  # of a task: options of the run that its runs are fairly compared with, and its name in words
    abilities: frozenset[str]  # of a task, as `Control.needs` names them: what it `needs`, "crops", "parts"
    how: str  # of a probe, before "5 000 training pictures": "logistic regression, C chosen on a fifth of"
    trains: bool  # of a probe: whether the whole network is trained
    series: str  # of a probe: what its points are, "layers"; "": it has none


@lru_cache(8)
def menu(kind: str) -> list[PartInfo]:
    """The parts of a kind (tasks, backbones, datasets, probes, explainers, projectors) that can be used."""
    from ssl_core.parts import catalogues

    return [_info(kind, name, part) for name, part in catalogues.ALL[kind].items()]


def _info(kind: str, name: str, part: Any) -> PartInfo:
    presets = {
        key: {
            **p._asdict(),
            "options": p.options.plain(),
            "recipe": p.recipe.plain(),
            "backbone_options": dict(p.backbone_options),
        }
        for key, p in getattr(part, "presets", {}).items()
    }
    learning, family, paper, metric = (str(getattr(part, field, "")) for field in ("learning", "family", "paper", "metric"))
    return PartInfo(
        name=name,
        title=getattr(part, "title", name),
        help=_first_line(part),
        learning=learning,
        family=family,
        paper=paper,
        metric=metric,
        needs=tuple(sorted(getattr(part, "needs", ()))),
        presets=presets,
        controls=part.Options.controls(),
        play=part.Play.controls() if getattr(part, "Play", None) else [],
        fits=_fits(part) if kind == "tasks" else {},
        label=getattr(part, "label", "") or getattr(part, "title", name),
        kind=getattr(part, "kind", "") or name,
        slow=getattr(part, "slow", False),
        asks=getattr(part, "asks", ""),
        fair=(dict(part.fair.options), part.fair.words) if getattr(part, "fair", None) else None,
        abilities=_abilities(part),
        how=getattr(part, "how", ""),
        trains=getattr(part, "trains", False),
        series=getattr(part, "series", ""),
    )


def _abilities(part: Any) -> frozenset[str]:
    crops, parts = getattr(part, "crops", False), not getattr(part, "compares", False)
    return frozenset(getattr(part, "needs", ())) | ({"crops"} if crops else set()) | ({"parts"} if parts else set())


def _first_line(part: Any) -> str:
    lines = (part.__doc__ or "").strip().splitlines()
    return lines[0] if lines else ""


def _fits(task: Any) -> dict[str, str]:
    from ssl_core.parts.catalogues import BACKBONES
    from ssl_core.parts.fit import misfit

    size = next((preset.recipe.image_size for preset in task.presets.values()), 32)
    return {name: misfit(task, name, {}, size) for name in BACKBONES}


def broken() -> list[Broken]:
    """Files that should hold a part and can't be used, with the reason."""
    from ssl_core.parts import catalogues

    return [fault for catalogue in catalogues.ALL.values() for fault in catalogue.broken]


def recipe_controls() -> list[Control]:
    """The settings of how to train."""
    return Recipe.controls()
