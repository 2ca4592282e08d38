"""Random forest on frozen features (Breiman 2001).

Axes: S picture, D feature, T tree.
"""

from __future__ import annotations

import numpy as np
from pydantic import Field

from ssl_core.probes.base import Probe, ProbeTarget, Scores, prepared, seed_of
from ssl_core.settings import Settings


class Forest(Probe):
    """Asks many small decision trees to vote (random forest): it finds what single features know, whatever border that takes.

    Each tree splits on the best of √D features drawn anew at every node, and learns from a bootstrap sample of the train pictures.
    Splits are parallel to the axes, so that features are turned to their principal directions first.
    """

    title = "Random forest"
    asks = "does a vote of decision trees name correctly, reading only each network’s features"
    how = "a random forest on"

    class Options(Settings):
        """How large the forest is."""

        trees: int = Field(300, ge=50, le=2000, description="How many trees vote.")
        components: int = Field(
            64, ge=0, le=512, title="principal directions", description="Features are cut to so many principal directions; 0: as they are."
        )

    options: Options

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """The class with the most votes for each test picture; `facts["out_of_bag"]`: accuracy on train pictures by trees that lack them.

        Raises:
            SettingsError: the train pictures are of fewer than 2 classes.
        """
        from sklearn.decomposition import PCA
        from sklearn.ensemble import RandomForestClassifier

        X_train, label_S, X_test, true_S = prepared("A random forest", target)
        cut = min(self.options.components, *X_train.shape)
        if self.options.components and cut < X_train.shape[1]:
            turned = PCA(cut, svd_solver="randomized", random_state=seed_of(rng)).fit(X_train)
            X_train, X_test = turned.transform(X_train), turned.transform(X_test)
        model = RandomForestClassifier(self.options.trees, oob_score=True, n_jobs=-1, random_state=seed_of(rng)).fit(X_train, label_S)
        share_SK = model.predict_proba(X_test)
        guess_S = model.classes_[share_SK.argmax(1)].astype(np.int64)
        facts = {"trees": self.options.trees, "components": X_train.shape[1], "out_of_bag": float(model.oob_score_)}
        return Scores(guess_S == true_S, guess_S, facts, share_SK[:, 1] if share_SK.shape[1] == 2 else None)
