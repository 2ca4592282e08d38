"""A target made of given layers, as the protocol that reads them all gets it."""

from __future__ import annotations

from ssl_core.evaluation.layered import AtLayer
from ssl_core.probes.base import Labelled, Pool


class Stack:
    """Train and test features of each layer, input to output."""

    def __init__(self, parts: dict[str, tuple[Labelled, Labelled]]) -> None:
        self.parts = parts

    @property
    def layers(self) -> list[str]:
        return list(self.parts)

    def labelled(self, split: str) -> Labelled:
        return self.at(self.layers[-1], 0, "mean").labelled(split)

    def at(self, layer: str, numbers: int, pool: Pool) -> AtLayer:
        train, test = self.parts[layer]
        return AtLayer(1, {"train": train, "test": test}.__getitem__)
