"""Layer by layer: one classifier on each layer of the network (Zhang et al., 1611.09842; Gidaris et al., 1803.07728).

Axes: S picture, D feature, K class.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast

import numpy as np
import torch
from pydantic import Field

from ssl_core.functional.penalty import held_out_fifth
from ssl_core.probes._heads import HEADS
from ssl_core.probes.base import Pool, Probe, ProbeTarget, Scores, SeriesPoint, prepared, seed_of
from ssl_core.settings import Settings

POOLS: dict[str, tuple[Pool, ...]] = {"grid": ("grid",), "mean": ("mean",), "both": ("grid", "mean")}


class Layers(Probe):
    """Reads every layer by itself: it shows where in the network the useful features lie, which is often not its end.

    A layer's map of C channels is cut to the largest s x s grid with C s² ≤ `numbers` by adaptive max pooling (s at most the map's side),
    flattened and standardised; on it stands a logistic regression, its C chosen on a held-out fifth of the train pictures. The target
    stands for the layer with the highest accuracy on that fifth, so no test picture chooses it.
    """

    title = "Layer by layer"
    asks = "does a straight-line classifier name correctly, reading each network’s best layer"
    how = "logistic regression on each layer, C and the best layer chosen on a fifth of"
    series = "layers"
    picked = True
    layered = True

    class Options(Settings):
        """What of each layer is read, and by what."""

        pool: Literal["grid", "mean", "both"] = Field(
            "grid",
            title="read as",
            description="A grid of the layer's map keeps where things are; the mean over the map forgets it.",
            json_schema_extra={"names": ["grid", "mean", "both"]},
        )
        head: Literal["linear", "mlp"] = Field(
            "linear",
            title="classifier",
            description="A hidden layer (MLP) reads what lies folded up: tasks that predict have their best features in the middle.",
            json_schema_extra={"names": ["straight-line", "hidden layer"]},
        )
        numbers: int = Field(9600, ge=16, le=50_000, title="numbers a layer", description="Features of a layer at most, as a grid.")

    options: Options

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """A point a layer, input to output, and the values at the layer that is best on the held-out fifth, drawn by `rng`.

        Raises:
            SettingsError: the train pictures are of fewer than 2 classes.
        """
        seed = seed_of(rng)
        asked = [(layer, pool) for layer in target.layers for pool in POOLS[self.options.pool]]
        return _standing([self._point(target, layer, pool, seed) for layer, pool in asked])

    def agreed(self, tries: Sequence[Scores]) -> list[Scores]:
        """Each at the layer whose held-out accuracy is highest on the mean over all networks and draws."""
        means = np.mean([[_held_out(point) for point in each.points] for each in tries], 0)
        points = [[p._replace(facts={**p.facts, "held_out": float(m)}) for p, m in zip(t.points, means, strict=True)] for t in tries]
        return [_standing(each) for each in points]

    def _point(self, target: ProbeTarget, layer: str, pool: Pool, seed: int) -> SeriesPoint:
        """A classifier on one layer; the pictures held out are the same at each."""
        there = target.at(layer, self.options.numbers, pool)
        train_SD, label_S, test_SD, true_S = prepared("A classifier on a layer", there)
        known, rank_S = np.unique(label_S, return_inverse=True)
        held = held_out_fifth(rank_S, np.random.default_rng(seed))
        fitted = HEADS[self.options.head](torch.from_numpy(train_SD), rank_S, held, torch.from_numpy(test_SD), seed)
        guess_S = known[fitted.scores_SK.argmax(1).numpy()].astype(np.int64)
        score_S = (fitted.scores_SK[:, 1] - fitted.scores_SK[:, 0]).numpy() if len(known) == 2 else None
        facts = {"numbers": train_SD.shape[1], "grid": there.side, "pool": pool, "held_out": fitted.held_out, **fitted.facts}
        return SeriesPoint(layer, guess_S == true_S, facts, guess_S, score_S)


def _held_out(point: SeriesPoint) -> float:
    return cast("float", point.facts["held_out"])


def _standing(points: Sequence[SeriesPoint]) -> Scores:
    """The scores of points, at the first of those with the highest held-out accuracy; `chosen` among a point's facts says which it is."""
    best = max(range(len(points)), key=lambda place: (_held_out(points[place]), -place))
    points = [point._replace(facts={**point.facts, "chosen": place == best}) for place, point in enumerate(points)]
    chosen = points[best]
    return Scores(chosen.values, chosen.guess_S, {"layer": chosen.at, **chosen.facts}, chosen.score_S, points)
