"""Fine-tuning as a protocol: a copy of the whole network is taught the names, then names the test pictures."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from pydantic import Field

from ssl_core.probes.base import Probe, ProbeTarget, Scores, check_two_classes, seed_of
from ssl_core.settings import Settings


class FineTuning(Probe):
    """Teaches a copy of the whole network the names for some minutes (fine-tuning): what it is worth as a start, not as it stands.

    The copy is a run like any other: it stands among the runs, can be stopped, and is kept. An untrained target is taught from its random
    weights for the same minutes, all layers at the full rate from the first step.
    """

    title = "Fine-tuning"
    asks = "does the network name correctly after all of it was taught the names"
    how = "all of each network taught on"
    trains: ClassVar = True

    class Options(Settings):
        """For how long."""

        minutes: float = Field(2.0, ge=0.05, le=240, description="Minutes of learning for each target.")

    options: Options

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """Whether the taught copy names each test picture.

        Raises:
            SettingsError: the train pictures are of fewer than 2 classes, the target has no network, or its run failed.
        """
        train, test = target.labelled("train"), target.labelled("test")
        check_two_classes("Fine-tuning", train)
        tuned = target.tuned(self.options.minutes, seed_of(rng))
        score_S = tuned.logit_SK[:, 1] - tuned.logit_SK[:, 0] if tuned.logit_SK.shape[1] == 2 else None
        guess_S = tuned.logit_SK.argmax(1).astype(np.int64)
        facts = {"minutes": self.options.minutes, "run": tuned.run, "n_train": tuned.n_train or len(train.label_S)}
        return Scores(guess_S == test.label_S, guess_S, facts, score_S)
