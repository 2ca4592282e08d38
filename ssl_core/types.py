"""Records that parts of the program exchange.

Axes: B batch, C channel, H W pixel, N token, D feature, S sample, V view, K class, L word, T time or batch of an epoch.
Images are RGB in [0, 1] unless said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ssl_core.settings import SettingsError

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor


# What `transform` makes: tensors, or lists of tensors (multi-crop), by name. The end of a name says the axes ("views_VBCHW"): by their B a
# batch in parts is put together again, and a preview finds the images of a sample. Copies below each other stand in rows k B + b.
Batch = dict[str, Any]


def axes_of(name: str) -> str:
    """The axes in the name of a tensor: "views_VBCHW" -> "VBCHW", "pair_2BD" -> "2BD"; "" where the name tells none."""
    axes = name.rpartition("_")[2]
    return axes if "_" in name and axes.isalnum() and axes.isupper() else ""


class Features(NamedTuple):
    """A backbone's output for a batch."""

    pooled_BD: Tensor
    map_BDHW: Tensor | None = None  # convolutional backbones
    tokens_BND: Tensor | None = None  # transformers: row-major grid, class token left out
    attention: tuple[Tensor, ...] = ()  # per block, B heads T T, T = N or 1 + N with the class token first; only when asked for


class DataInfo(NamedTuple):
    """Sizes of a training set, not its pixels; written into spec.json, so that a run loads without its data."""

    samples: int  # 0 for a stream, whose length nobody knows
    classes: tuple[str, ...]  # () where there are no labels
    image_size: int
    colour: bool  # False: gray only (images are still stored with three channels)
    words: tuple[str, ...] = ()  # vocabulary of the captions, () without captions
    batch_size: int = 0  # global; filled in by the engine
    targets: tuple[str, ...] = ()  # what else the set says of a picture, of "masks", "boxes"
    forbids: tuple[str, ...] = ()  # what changes what a picture means and must not be done to it, of "mirror", "turn"
    streamed: bool = False  # learnt from as a stream: pictures come in order, without a length and without an index

    @property
    def gives(self) -> frozenset[str]:
        """What the set's pictures come with, of {"index", "labels", "captions", "colour", "masks", "boxes"}: see parts/fit.py."""
        has = {"index": not self.streamed, "labels": bool(self.classes), "captions": bool(self.words), "colour": self.colour}
        return frozenset(name for name, there in has.items() if there) | frozenset(self.targets)


class Samples(NamedTuple):
    """Pictures of a batch with what is known of them: the input of a task's `transform`."""

    images_BCHW: Tensor  # float in [0, 1] on the device; neither augmented nor standardised
    index_B: Tensor  # place in the training set; -1: not in it (test, dropped in): a bank neither reads nor writes it
    label_B: Tensor  # -1 where unknown or hidden from this run
    words_BL: Tensor | None = None  # token ids, 0 = padding; all 0 where a task needs captions and there are none
    targets: Mapping[str, Tensor] = MappingProxyType({})  # by name, B ...: "masks", "boxes", where the task needs them and the set has them

    @property
    def masks_BHW(self) -> Tensor:
        """int64: 0 ground, 1 and above the object or class of a pixel, -1 unknown."""
        B, _, H, W = self.images_BCHW.shape
        return self.targets["masks"] if "masks" in self.targets else self.index_B.new_full((B, H, W), -1)

    @property
    def boxes_B4(self) -> Tensor:
        """Left, top, width, height in parts of the picture's side; NaN where unknown, or where no part of the box is in the picture."""
        return self.targets["boxes"] if "boxes" in self.targets else self.images_BCHW.new_full((len(self.index_B), 4), math.nan)

    def rows(self, chosen: Tensor | slice) -> Samples:
        """Some rows, with words and targets."""
        words_BL = None if self.words_BL is None else self.words_BL[chosen]
        targets = {name: value[chosen] for name, value in self.targets.items()}
        return Samples(self.images_BCHW[chosen], self.index_B[chosen], self.label_B[chosen], words_BL, targets)


class Clock(NamedTuple):
    """Where training stands: plain numbers, so that reading them never waits for the device."""

    step: int = 0
    epoch: float = 0.0
    progress: float = 0.0  # 0 at the start, 1 at the end


class Output(NamedTuple):
    """A task's output for a transformed batch."""

    loss: Tensor
    metrics: dict[str, Tensor]  # 0-d, detached, on the device, the same keys at every step of a phase; NaN = no denominator here
    shown: dict[str, Tensor]  # detached by-products for `render`
    answer_BK: Tensor | None = None  # logits by row of the batch, with gradient: Grad-CAM of the pretext answer
    embedding_VBD: Tensor | None = None  # the views that the loss compares
    # read in eval mode alone: tensors are added up over batches for `measures`, rows of a list are kept
    sums: Mapping[str, Tensor | list[Tensor]] = MappingProxyType({})
    # metric or "loss" -> its value under guessing among the rivals of this very batch, where their number depends on the batch
    chance: Mapping[str, float | Tensor] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class ParamGroup(Mapping[str, Any]):
    """Weights that one optimiser moves in the same way. `group["params"]` and `{**group}` read the group as a plain dict."""

    params: Sequence[Tensor]
    rate: float = 1.0  # factor on the recipe's learning rate
    schedule: bool = True  # False: the recipe's rate at the start, for the whole run
    decay: bool = True  # False: no weight decay
    frozen_epochs: float = 0  # the weights don't move before this epoch
    frozen_share: float = 0  # nor before this part of the run, in [0, 1]
    hidden: Sequence[Tensor] = ()  # those of `params` that lie between layers of the network, for an optimiser of matrices (Muon)

    def __getitem__(self, name: str) -> Any:
        if name not in PARAM_GROUP_FIELDS:
            raise KeyError(name)
        return getattr(self, name)

    def __iter__(self) -> Iterator[str]:
        return iter(PARAM_GROUP_FIELDS)

    def __len__(self) -> int:
        return len(PARAM_GROUP_FIELDS)


PARAM_GROUP_FIELDS = tuple(field.name for field in fields(ParamGroup))


FEW = 10  # pictures; a share of fewer is said as a count


def in_counts(share: float, pictures: float) -> str:
    """A share of fewer than FEW pictures as "3 of 4", "" for more: a percentage of so few says more than was counted."""
    if not 0 < pictures < FEW or math.isnan(share):
        return ""
    right = share * pictures
    return f"{right:.0f} of {pictures:.0f}" if abs(right - round(right)) < 0.05 else f"{right:.1f} of {pictures:.0f}"


class Measure(NamedTuple):
    """What a number of pictures is called and counted in: a task's held-out metric, a probe's value a picture."""

    title: str
    unit: str = "%"  # "%": values lie in [0, 1] and are shown as parts of a hundred
    counted: bool = True  # a share of pictures, so that their number gives an interval
    top: float | None = None  # of the chart; None: whatever the values need
    help: str = "Measured on pictures the network never trained on (held-out test set)."
    lower_is_better: bool = False  # an error, where the smaller value is ahead

    def text(self, value: float, sign: str = "") -> str:
        """A value with its unit: "83.1%", "21.4 dB". sign "+": with a sign, as differences have."""
        return f"{value:{sign}.1%}" if self.unit == "%" else f"{value:{sign}.1f} {self.unit}".rstrip()

    def of(self, value: float, pictures: float) -> str:
        """A value of so many pictures: as `text`, a share of few pictures as a count ("3 of 4")."""
        return (in_counts(value, pictures) if self.counted and self.unit == "%" else "") or self.text(value)


class Panel(NamedTuple):
    """A picture with its caption."""

    image: np.ndarray | int  # uint8 HWC, or the index of a training picture, which the caller fetches
    caption: str  # a verb and a number: "says 90°, 83 % sure"
    mark: str = ""  # what is painted over it: "up", "right", "down" or "left" puts the arrow disc on that edge
    right: bool | None = None  # whether the answer is right; None where there is no right or wrong
    turns: int | None = None  # the picture itself after so many counter-clockwise quarter turns: a caller may show it finer


def by_index(panels: list[Panel], place_S: np.ndarray | None) -> list[Panel]:
    """Replaces array rows of the training set by indices in the data set; drops such panels where the indices are unknown."""
    if place_S is None:
        return [panel for panel in panels if not isinstance(panel.image, int)]
    return [panel._replace(image=int(place_S[panel.image])) if isinstance(panel.image, int) else panel for panel in panels]


class Box(NamedTuple):
    """A rectangle in parts of the picture's side: left, top, width, height in [0, 1]."""

    left: float
    top: float
    width: float
    height: float


_ID = re.compile(r"(train|test)-([0-9]{1,9})")


@dataclass(frozen=True, order=True, slots=True)
class PictureId:
    """A picture of a data set: its split and its index in that split; as text "train-12"."""

    split: str  # "train" or "test"
    index: int

    @classmethod
    def parse(cls, text: str) -> PictureId:
        """The picture that a text names. Raises SettingsError where the text isn't an id."""
        found = cls.find(text)
        if found is None:
            raise SettingsError(f"'id' must be 'train-' or 'test-' and a number. Got '{text[:60]}'.")
        return found

    @classmethod
    def find(cls, text: str) -> PictureId | None:
        """The same; None where the text isn't an id."""
        match = _ID.fullmatch(text)
        return None if match is None else cls(match[1], int(match[2]))

    @classmethod
    def texts(cls, split: str, indices: Iterable[int]) -> list[str]:
        """The ids of many pictures of one split, as text."""
        return [str(cls(split, int(i))) for i in indices]

    def __str__(self) -> str:
        return f"{self.split}-{self.index}"
