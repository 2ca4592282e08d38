"""What every explainer promises: a map over the picture of where the network looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple

from torch import Tensor

from ssl_core.backbones.base import Backbone
from ssl_core.settings import Settings


class HeatMap(NamedTuple):
    """A named map a picture."""

    name: str  # in words: "stage 3", "its answer", "head 2 of block 4"
    map_BHW: Tensor  # >= 0, not normalised: several maps share one scale


class Explainer(ABC):
    """A way of seeing where a network looks."""

    name: str  # its file, set by the catalogue
    title: str
    needs: frozenset[str] = frozenset()  # of a backbone's `gives`; "answer" where it explains one

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Any) -> None:
        self.options = options

    @abstractmethod
    def maps(self, backbone: Backbone, images_BCHW: Tensor, answer: Any = None) -> list[HeatMap]:
        """Maps of a batch. `answer(images_BCHW, features) -> B K` logits with gradient, where the network has an answer."""
