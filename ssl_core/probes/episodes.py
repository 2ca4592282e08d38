"""Few-shot episodes on the test pictures: new classes learnt from a handful of pictures, hundreds of times.

Axes: S picture, D feature, E episode, N class of an episode, Q query of a class.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from pydantic import Field, field_validator

from ssl_core.functional.episodes import DrawnEpisodes, drawn_episodes, named_by_neighbour, named_by_prototype
from ssl_core.functional.metrics.neighbours import unit
from ssl_core.probes.base import Probe, ProbeTarget, Scores, SeriesPoint
from ssl_core.settings import Settings, SettingsError
from ssl_core.types import Measure

MOST_SHOTS = 50


class Episodes(Probe):
    """Learns a few classes from a handful of pictures each, hundreds of times (few-shot episodes): N-way, K-shot, from the test pictures.

    An episode draws classes, K labelled pictures of each (support) and others to name (queries); every network gets the same episodes.
    Features less the train pictures' mean, at length 1 (SimpleShot, 1911.04623); the nearest class mean, or the nearest picture, names.
    """

    title = "Few-shot episodes"
    measure = Measure("Queries named correctly", counted=False, top=1.0)
    how = "episodes drawn from the test pictures; their features less the mean of"
    series = "episodes"
    draws_labels = True

    class Options(Settings):
        """How an episode is drawn, and how many are."""

        ways: int = Field(5, ge=2, le=100, title="classes", description="Classes of an episode (ways), at most as many as there are.")
        shots: tuple[int, ...] = Field(
            (1, 5), title="pictures of a class", description="Labelled pictures of each class (shots): a point each."
        )
        queries: int = Field(15, ge=1, le=100, description="Pictures to name of each class, fewer where a class has too few.")
        episodes: int = Field(600, ge=20, le=10_000, description="How many episodes are drawn.")
        classifier: Literal["prototype", "neighbour"] = Field(
            "prototype",
            description="What names a query.",
            json_schema_extra={"names": ["the class whose mean is nearest", "the nearest labelled picture"]},
        )

        @field_validator("shots")
        @classmethod
        def _some(cls, shots: tuple[int, ...]) -> tuple[int, ...]:
            if not shots or not all(1 <= each <= MOST_SHOTS for each in shots):
                raise ValueError(f"must be numbers between 1 and {MOST_SHOTS}")
            return tuple(sorted(set(shots)))

    options: Options

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """The share of queries that is right in each episode, a point a number of shots; the largest number stands for the target.

        `value_S` is the share right of each test picture's queries, NaN where it never was one. `rng` draws the episodes.

        Raises:
            SettingsError: fewer than 2 classes have enough test pictures.
        """
        train, test = target.labelled("train"), target.labelled("test")
        size = episode_size(test.label_S, self.options)
        drawn = episodes_of(test.label_S, size, rng)
        unit_SD = unit(test.features_SD - train.features_SD.mean(0))
        naming = named_by_prototype if self.options.classifier == "prototype" else named_by_neighbour
        answers = [_answers(naming(unit_SD, drawn, shots), drawn, test.label_S) for shots in self.options.shots]
        facts: dict[str, object] = {"ways": size.ways, "queries": size.queries, "episodes": size.episodes}
        points = [SeriesPoint(k, each.share_S, {}, unit_E=each.unit_E) for k, each in zip(self.options.shots, answers, strict=True)]
        last = answers[-1]
        return Scores(last.share_S, last.guess_S, facts, None, points, last.unit_E, 1 / size.ways)


class EpisodeSize(NamedTuple):
    """How large an episode can be on these pictures."""

    ways: int
    shots: int  # the most
    queries: int
    episodes: int


def episode_size(label_S: np.ndarray, options: Episodes.Options) -> EpisodeSize:
    """The episodes asked for, with fewer classes and queries where the pictures don't suffice.

    Raises:
        SettingsError: fewer than 2 classes have a query beside the support.
    """
    shots, counts = options.shots[-1], np.sort(np.unique(label_S, return_counts=True)[1])[::-1]
    ways = min(options.ways, int((counts > shots).sum()))
    if ways < 2:
        raise SettingsError(
            f"Few-shot episodes with {shots} pictures of a class need 2 classes with at least {shots + 1} test pictures each. "
            f"Got {ways}. Set 'shots' lower, or take more test pictures."
        )
    return EpisodeSize(ways, shots, min(options.queries, int(counts[ways - 1]) - shots), options.episodes)


def episodes_of(label_S: np.ndarray, size: EpisodeSize, rng: np.random.Generator) -> DrawnEpisodes:
    """Episodes of the classes that have enough pictures."""
    known, counts = np.unique(label_S, return_counts=True)
    rows = np.flatnonzero(np.isin(label_S, known[counts >= size.shots + size.queries]))
    drawn = drawn_episodes(label_S[rows], size.ways, size.shots, size.queries, size.episodes, rng)
    return DrawnEpisodes(drawn.class_EN, rows[drawn.support_ENK], rows[drawn.query_ENQ])


class EpisodeAnswers(NamedTuple):
    """What was answered with one number of shots."""

    unit_E: np.ndarray  # the share of an episode's queries that is right
    share_S: np.ndarray  # the share of a picture's queries that is right, NaN without any
    guess_S: np.ndarray  # its class where at least half is right, else the class that it was named most often


def _answers(place_ENQ: np.ndarray, drawn: DrawnEpisodes, label_S: np.ndarray) -> EpisodeAnswers:
    """Right and wrong by episode and by picture. place_ENQ: which of the episode's N classes each query was named."""
    named_ENQ = np.take_along_axis(drawn.class_EN, place_ENQ.reshape(len(place_ENQ), -1), 1).reshape(place_ENQ.shape)
    right_ENQ = named_ENQ == drawn.class_EN[..., None]
    row, classes = drawn.query_ENQ.ravel(), int(label_S.max()) + 1
    asked_S = np.bincount(row, minlength=len(label_S))
    times_SC = np.bincount(row * classes + named_ENQ.ravel(), minlength=len(label_S) * classes).reshape(len(label_S), classes)
    right_S = times_SC[np.arange(len(label_S)), label_S]
    with np.errstate(invalid="ignore"):
        share_S = (right_S / asked_S).astype(np.float32)  # 0 / 0: never asked
    times_SC[np.arange(len(label_S)), label_S] = 0
    guess_S = np.where((2 * right_S >= asked_S), label_S, times_SC.argmax(1)).astype(np.int64)
    return EpisodeAnswers(right_ENQ.mean((1, 2)), share_S, guess_S)
