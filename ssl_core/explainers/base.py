"""The interface of explainers: maps over a picture of where a network looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from torch import Tensor

from ssl_core.backbones.base import Backbone
from ssl_core.settings import Settings
from ssl_core.types import Features

Answer = Callable[[Tensor, Features], Tensor]  # (images_BCHW, features) -> B K logits, with gradient


class HeatMap(NamedTuple):
    """A saliency map of each picture of a batch, with a name."""

    name: str  # in words: "stage 3", "its answer", "head 2 of block 4"
    map_BHW: Tensor  # >= 0, not normalised: several maps share one scale
    late: float = 0.0  # parts of the side by which a grid of equal cells over the picture puts each cell too far down and right


def lateness(backbone: Backbone, layer: str, images_BCHW: Tensor, cells: int) -> float:
    """`HeatMap.late` of a layer's map of `cells` cells a side: half a cell, less the centre of the layer's first cell."""
    return 0.5 / cells - backbone.first_centre(layer) / images_BCHW.shape[-1]


class Explainer(ABC):
    """A way of seeing where a network looks; its file is its registration, on the screen Attention too."""

    name: str  # its file, set by the catalogue
    title: str
    label: ClassVar[str] = ""  # its last map inside a sentence: "its last stage"; the title where empty
    kind: ClassVar[str] = ""  # the key of its maps in results and on screen; its file's name where empty
    shared: ClassVar[bool] = True  # whether the share of its last map inside objects' boxes is measured
    needs: ClassVar[frozenset[str]] = frozenset()  # of a backbone's `gives`; "answer" where it explains one

    class Options(Settings):
        """Nothing to set."""

    def __init__(self, options: Any) -> None:
        self.options = options

    @abstractmethod
    def maps(self, backbone: Backbone, images_BCHW: Tensor, answer: Answer | None = None) -> list[HeatMap]:
        """Maps of a batch, each B H W at a resolution of its own; the map that sums the explanation up comes last.

        images_BCHW: as the backbone takes them. answer: (images_BCHW, features) → B K logits with gradient; None: the network has none.

        Raises:
            SettingsError: this explainer doesn't apply to the network or its answer.
        """
