"""Any classifier of scikit-learn on frozen features, by the name of its class.

Axes: S picture, D feature.
"""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np
from pydantic import Field

from ssl_core.probes.base import Probe, ProbeTarget, Scores, prepared, seed_of
from ssl_core.settings import Settings, SettingsError


class Sklearn(Probe):
    """Takes any classifier of scikit-learn by name, with its default settings, on standardised features.

    Features have mean 0 and deviation 1 over the train pictures. A classifier that draws at random gets a seed from the probe.
    """

    title = "A classifier of scikit-learn"
    asks = "does {classifier} of scikit-learn name correctly, reading only each network’s features"
    how = "{classifier} of scikit-learn on"

    class Options(Settings):
        """Which classifier."""

        classifier: str = Field("LinearSVC", description="The name of a class of scikit-learn, such as SVC or GaussianNB.")

    options: Options

    @classmethod
    def said(cls, options: Mapping[str, object]) -> str:
        """The classifier's name: "LinearSVC of scikit-learn"."""
        return f"{options.get('classifier', cls.Options().classifier)} of scikit-learn"

    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """The class that the fitted classifier predicts for each test picture.

        Raises:
            SettingsError: there is no such classifier, it needs settings of its own, or it refuses these features or labels.
        """
        X_train, label_S, X_test, true_S = prepared("A classifier", target)
        model = built(self.options.classifier, seed_of(rng))
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of convergence: the train accuracy among the facts shows how far it came
                model.fit(X_train, label_S)
                guess_S = model.predict(X_test).astype(np.int64)
                reached = float(model.score(X_train, label_S))
        except (ValueError, TypeError, MemoryError) as error:
            told = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise SettingsError(
                f"'{self.options.classifier}' can't learn from these features: {told[:160]} Take another classifier."
            ) from error
        facts = {"classifier": self.options.classifier, "train_accuracy": reached}
        return Scores(guess_S == true_S, guess_S, facts, _of_two(model, X_test))


def built(name: str, seed: int) -> Any:
    """The classifier of that name with default settings. Raises SettingsError where scikit-learn has none that stands by itself."""
    from sklearn.utils import all_estimators

    found = dict(all_estimators("classifier"))
    if name not in found:
        near = difflib.get_close_matches(name, found, 3, 0.5) or ["LinearSVC", "SVC", "GaussianNB"]
        raise SettingsError(f"'classifier' must be the name of a classifier of scikit-learn, such as {', '.join(near)}. Got {name[:60]}.")
    try:
        model = found[name]()
    except TypeError as error:
        raise SettingsError(
            f"'{name}' is made from other classifiers, which can't be named here. Take one that stands by itself."
        ) from error
    return model.set_params(random_state=seed) if "random_state" in model.get_params() else model


def _of_two(model: Any, X_SD: np.ndarray) -> np.ndarray | None:
    """S: how likely the second of two classes is; None of more classes, and where the classifier doesn't say."""
    if len(model.classes_) != 2:
        return None
    if hasattr(model, "decision_function"):
        return np.asarray(model.decision_function(X_SD))
    return np.asarray(model.predict_proba(X_SD)[:, 1]) if hasattr(model, "predict_proba") else None
