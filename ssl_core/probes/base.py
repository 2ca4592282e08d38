"""What every probe promises: frozen features in, right or wrong a test picture out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from ssl_core.settings import Settings


class Labelled(NamedTuple):
    """Features of pictures with their classes."""

    features_SD: np.ndarray  # float32
    label_S: np.ndarray  # int64


class ProbeTarget(Protocol):
    """What is scored: it gives its features of each split."""

    def labelled(self, split: str) -> Labelled: ...


class Scores(NamedTuple):
    """How a probe did."""

    right_S: np.ndarray  # bool a test picture, so that two targets are compared in pairs
    guess_S: np.ndarray  # int64: the class it said
    facts: dict[str, Any]  # what was chosen on the way: C, k, training accuracy


class Probe(ABC):
    """A way of reading what frozen features know."""

    name: str  # its file, set by the catalogue
    title: str
    asks: ClassVar[str] = ""  # on screen, after "How many of these pictures": "does a straight-line classifier name correctly"
    how: ClassVar[str] = ""  # on screen, before "5 000 training pictures": "logistic regression, C chosen on a fifth of"

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Any) -> None:
        self.options = options

    @abstractmethod
    def score(self, target: ProbeTarget, rng: np.random.Generator) -> Scores:
        """Fits on the target's train features, answers for each of its test pictures."""
