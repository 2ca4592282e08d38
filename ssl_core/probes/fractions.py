"""Label fractions: a linear probe taught by few labels of each class, by more, and by all.

Axes: S picture, D feature, T draw of the labels.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from pydantic import Field, field_validator

from ssl_core.functional.logistic import LogisticRegression
from ssl_core.functional.penalty import FULL, chosen_penalty, folds, held_out_fifth, places_in_class
from ssl_core.probes.base import Probe, ProbeTarget, Scores, SeriesPoint, check_two_classes, standardised
from ssl_core.settings import Settings

FOLDED = 500  # labelled pictures up to which C is chosen by five folds: a fifth of fewer tells little
MOST = 12  # points of the curve


class LabelPart(NamedTuple):
    """Which labels a point of the curve uses: so many of each class, or a share of each."""

    number: int = 0
    share: float = 0.0

    @staticmethod
    def read(text: str) -> LabelPart:
        """From "25" or "10%". Raises ValueError where it is neither a whole number from 1 on nor a share above 0 % and up to 100 %."""
        number, percent, rest = text.strip().partition("%")
        part = LabelPart(share=float(number) / 100) if percent else LabelPart(number=int(number))
        if rest.strip() or not (0 < part.share <= 1 if percent else part.number >= 1):
            raise ValueError(text)
        return part

    def of(self, size_K: np.ndarray) -> np.ndarray:
        """K: how many labels of each class are used, where a class has so many pictures; at least one, at most all."""
        asked_K = np.full(len(size_K), self.number) if self.number else np.maximum(1, np.round(self.share * size_K).astype(np.int64))
        some_K: np.ndarray = np.minimum(asked_K, size_K)
        return some_K


class LabelledTask(NamedTuple):
    """What is learnt: standardised features, and the classes of the train pictures as 0 … K - 1."""

    X_train: torch.Tensor
    rank_S: np.ndarray
    X_test: torch.Tensor

    def taught(self, rows_S: np.ndarray, rng: np.random.Generator, folded: int = FOLDED) -> Taught:
        """The probe fitted on some train pictures; rows_S: bool, each class among them. `rng` draws those that C is chosen on.

        folded: up to how many pictures C is chosen by five folds; of more on one held-out fifth.
        """
        rank_S = self.rank_S[rows_S]
        X_train, X_test = _spanned(self.X_train[torch.from_numpy(rows_S)], self.X_test)
        aside = folds(rank_S, rng) if len(rank_S) <= folded else [held_out_fifth(rank_S, rng)]
        C, _ = chosen_penalty(X_train, rank_S, aside)
        fit = LogisticRegression(X_train, torch.from_numpy(rank_S), int(rank_S.max()) + 1).fit(C, most=FULL)
        return Taught(fit.scores(X_test).numpy(), C)


class Taught(NamedTuple):
    """A fitted probe's answers."""

    scores_SK: np.ndarray  # logits of the test pictures
    C: float


def _spanned(X_train: torch.Tensor, X_test: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Features in coordinates of the space that fewer train pictures than features span: the penalised weights lie in it."""
    if len(X_train) >= X_train.shape[1]:
        return X_train, X_test
    basis, _ = torch.linalg.qr(X_train.T)
    return X_train @ basis, X_test @ basis


class Fractions(Probe):
    """Takes the labels of few pictures, of more, of all (label fractions): how far do few labels go on these features?

    At each number of labels a straight-line classifier learns from several draws of the labelled pictures, the same ones for every
    network. C is chosen on the labelled part alone; features are standardised by all train pictures, which takes no label. With all
    labels this is the linear probe.
    """

    title = "Label fractions"
    asks = "does a straight-line classifier name correctly once it has all labels, and with how few"
    how = "logistic regression, C chosen on the labelled ones alone, on up to"
    series = "points"
    draws_labels = True

    class Options(Settings):
        """How many labels, how often drawn."""

        labels: str = Field(
            "4, 25, 1%, 10%",
            title="labels of a class",
            description="Numbers of labels of each class, or shares of its pictures, with commas between. All labels always come last.",
        )
        draws: int = Field(5, ge=2, le=10, description="How often the labelled pictures are drawn anew.")

        @field_validator("labels")
        @classmethod
        def _read(cls, labels: str) -> str:
            try:
                parts = [LabelPart.read(text) for text in labels.split(",")]
            except ValueError:
                parts = []
            if not 1 <= len(parts) <= MOST:
                raise ValueError(f"must be 1 to {MOST} numbers of labels or shares, such as '4, 25, 1%, 10%'")
            return labels

    options: Options

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """A point for each number of labels; `value_S` is with all of them. `rng` draws the labelled pictures.

        Raises:
            SettingsError: the train pictures are of fewer than 2 classes.
        """
        train, test = target.labelled("train"), target.labelled("test")
        check_two_classes("A curve over numbers of labels", train)
        X_train, X_test = (torch.from_numpy(part) for part in standardised(train.features_SD, test.features_SD))
        known, rank_S = np.unique(train.label_S, return_inverse=True)
        task, size_K = LabelledTask(X_train, rank_S, X_test), np.bincount(rank_S)
        whole = task.taught(np.ones(len(rank_S), bool), rng, folded=0)  # first: so `rng` gives it the fifth that the linear probe gets
        place_TS = [places_in_class(rank_S, rng) for _ in range(self.options.draws)]
        points = {}
        for wanted_K in (LabelPart.read(text).of(size_K) for text in self.options.labels.split(",")):
            at = round(float(wanted_K.mean()))
            if at not in points and (wanted_K < size_K).any():
                tries = [task.taught(place_S < wanted_K[rank_S], rng) for place_S in place_TS]
                right_TS = np.stack([known[each.scores_SK.argmax(1)] == test.label_S for each in tries])
                points[at] = SeriesPoint(at, right_TS, _facts(wanted_K, [each.C for each in tries]))
        guess_S = known[whole.scores_SK.argmax(1)].astype(np.int64)
        right_S = guess_S == test.label_S
        at = round(float(size_K.mean()))
        points[at] = SeriesPoint(at, np.tile(right_S, (self.options.draws, 1)), _facts(size_K, [whole.C]))
        score_S = whole.scores_SK[:, 1] - whole.scores_SK[:, 0] if len(known) == 2 else None
        facts: dict[str, object] = {"C": whole.C, "draws": self.options.draws}
        return Scores(right_S, guess_S, facts, score_S, [points[at] for at in sorted(points)])


def _facts(wanted_K: np.ndarray, C: list[float]) -> dict[str, object]:
    """What a point's JSON says beside its accuracy: labels in all, those of the class with the fewest, C of each draw."""
    return {"labels": int(wanted_K.sum()), "fewest": int(wanted_K.min()), "C": C}
