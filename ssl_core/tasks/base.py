"""The interface of pretext tasks: transform → forward → render."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, TypeVar

import torch
from torch import Tensor, nn

from ssl_core.backbones.base import Backbone
from ssl_core.functional.modules.muon import hidden_weights
from ssl_core.settings import Recipe, Settings, SettingsError
from ssl_core.tasks._preview import preview_rows
from ssl_core.tasks._preview import to_uint8 as to_uint8  # task files import `to_uint8` from this module
from ssl_core.types import Batch, Clock, DataInfo, Output, Panel, ParamGroup, Samples
from ssl_core.types import Measure as Measure  # a task file finds all that it names in this module

MakeBackbone = Callable[..., Backbone]  # overrides: channels, width (factor), norm, upto
AnySettings = TypeVar("AnySettings", bound=Settings)
Embed = Callable[..., Tensor]  # embed(function, first=None): rows of function(images) in index order, in eval mode, without gradient


class Preset(NamedTuple):
    """Options and recipe that go together, under a name such as "cpu", "gpu", "paper"."""

    options: Settings
    recipe: Recipe
    words: str = ""  # its purpose, where the train screen offers it beside the default
    backbone_options: Mapping[str, Any] = MappingProxyType({})  # of the recipe's backbone: pooling, width, depth, …


class Fair(NamedTuple):
    """What a run of a task is fairly compared with: a run of the same settings but for these options."""

    options: Mapping[str, Any]  # option -> its value in the rival, where what the method adds is switched off
    words: str  # the rival, inside a sentence: "the same without its guesses"


class Verdict(NamedTuple):
    """The network's answer about one picture, in words and numbers for the screen."""

    sentence: str  # “Its top points down”: true, and 92 % sure.
    bars: tuple[tuple[str, float], ...] = ()  # answer in words, its probability
    chance: float | None = None  # probability of each bar where the network guesses
    truth: int | None = None  # index of the right bar
    numbers: tuple[tuple[str, float, str], ...] = ()  # name, value, unit; compared side by side


class Group(NamedTuple):
    """Pictures of a batch that a network assigns to one cluster, class or query."""

    title: str  # "bin 12"
    rows: tuple[int, ...]  # indices in the batch, the surest first


class PretextTask(nn.Module, ABC):
    """A game played on pictures without labels. The first docstring line of a task is its help text."""

    name: str  # its file, set by the catalogue
    title: str  # a question or a call that a person understands: "Which way is up?"
    learning: str = ""  # "Learning which way is up", over the screen while it trains
    family: str  # autoencode | predict | generate | mask | contrast | cluster | distil | text | semi | baseline
    paper: str = ""  # arXiv number
    metric: str = "loss"  # the held-out metric that the curve shows; higher is better unless it is a loss
    measure: ClassVar[Measure] = Measure("Right answers on test pictures")
    rivals: ClassVar[dict[str, str]] = {}  # metric that is a simple rival of `metric` -> its name in words: a line beside the curve
    also_plotted: ClassVar[dict[str, str]] = {}  # other held-out metric, a part of 1 -> its name in a word: curves below that of `metric`
    counts: ClassVar[dict[str, str]] = {}  # held-out metric, a share of some pictures alone -> which of `Output.sums` counts these
    headline: int = 1  # panels at the start of a row that are enough for a summary
    # of a backbone's `gives`, or "labels", "captions", "colour", "masks", "boxes"; "index": the task keeps something of each picture, or
    # draws its batches itself, so that it can't learn from a stream
    needs: ClassVar[frozenset[str]] = frozenset({"pooled"})
    requires: ClassVar[frozenset[str]] = frozenset()  # edits that the task can't do without, of "mirror", "turn"
    remedy: str = ""  # what to try when a run of the task collapses
    excused: ClassVar[dict[str, str]] = {}  # name of a contract fact -> why it can't hold here; printed
    crops: ClassVar[bool] = (
        False  # whether training cuts crops of `data.image_size` from pictures of any size: a recipe's `room` needs that
    )
    compares: ClassVar[bool] = False  # whether the loss compares the pictures of a batch: no gradient accumulation then
    from_nothing: ClassVar[Mapping[str, Any]] = {}  # options in place of the preset's where a run begins from random weights
    ranges: bool = False  # whether a range test finds the learning rate before the first step
    phases: tuple[str, ...] = ("main",)  # a training step: one transform, forward, backward, update for each; () = nothing to train
    presets: ClassVar[dict[str, Preset]] = {}
    fair: ClassVar[Fair | None] = None  # for a task whose number owes much to something else than its method; chance alone flatters it

    class Options(Settings):
        """Nothing to set."""

    Play: ClassVar[type[Settings] | None] = None  # random choices that a person may fix
    fill_batch: int = 0  # how many held-out pictures fill the batch of a played one, for losses that compare

    def __init__(self, options: Any, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__()
        barred = sorted(self.requires & set(data.forbids))
        if barred:
            raise SettingsError(f"{self.name} has to {barred[0]} pictures, and this data set forbids it. Choose another task or data set.")
        self.data = data
        self.options = self.heed(options)
        self.clock = Clock()
        self.backbone = self.build(make_backbone)

    def heed(self, settings: AnySettings) -> AnySettings:
        """The settings (options, play), with `mirror` off where the data set forbids mirrored pictures."""
        if "mirror" in self.data.forbids and getattr(settings, "mirror", False):
            return settings.model_copy(update={"mirror": False})
        return settings

    def build(self, make_backbone: MakeBackbone) -> Backbone:
        """The backbone that the task trains."""
        return make_backbone()

    @classmethod
    def labelled_rows(cls, options: Any, batch_size: int) -> int:
        """How many pictures of a batch teach with their label; a batch isn't divided into more parts and processes than that.

        Default: all of them, for a task that treats the pictures of a batch alike.
        """
        return batch_size

    @property
    def encoder(self) -> Backbone:
        """The backbone that is evaluated, mapped, explained and exported; its input is RGB."""
        return self.backbone

    @property
    def last_phase(self) -> str:
        """The phase whose output is measured and drawn; "main" for a task with nothing to train."""
        return self.phases[-1] if self.phases else "main"

    def draw(self, label_S: Tensor, batch_size: int, rng: torch.Generator) -> Tensor:
        """T B indices: an epoch's batches. A permutation of S pictures, repeated where S < B; a last partial batch is dropped."""
        order_S = torch.randperm(len(label_S), generator=rng)
        if len(order_S) < batch_size:
            order_S = order_S.repeat(-(-batch_size // len(order_S)))
        return order_S[: len(order_S) // batch_size * batch_size].view(-1, batch_size)

    @abstractmethod
    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """The pretext transformation: no weights, no gradient; same rng, same batch. The fields of `play` replace random choices."""

    @abstractmethod
    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """Loss, metrics and by-products of a batch in a phase; no other method gives gradients."""

    def parameters_of(self, phase: str) -> list[ParamGroup]:
        """The weights that a phase trains. Default: all with `requires_grad`, one-dimensional ones (gains, biases) without decay.

        No weight may stand in two phases. A plain dict with the fields of `ParamGroup` counts as a group too.
        """
        trained = [p for p in self.parameters() if p.requires_grad]
        matrices = ParamGroup([p for p in trained if p.ndim > 1], hidden=self.hidden_weights())
        return [matrices, ParamGroup([p for p in trained if p.ndim <= 1], decay=False)]

    def hidden_weights(self) -> list[Tensor]:
        """The weights that Muon is for, where a recipe asks for Muon: of the backbone's hidden layers. AdamW moves all others."""
        return hidden_weights(self.backbone)

    @abstractmethod
    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """Panels, one row a SAMPLE in the order of the samples; then, if any, rows about the whole batch."""

    def opening(self) -> Settings | None:
        """The settings of `Play` at first: the defaults, or others that fit this network (a drawing on its grid); None without `Play`."""
        return self.heed(self.Play()) if self.Play is not None else None

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """One row a SAMPLE: the network's input, shown before any training: all RGB images of the sample in the batch, side by side."""
        return preview_rows(batch)

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a sample, in the order of the samples; [] where there is nothing to say beside the pictures."""
        return []

    def groups(self, batch: Batch, output: Output) -> list[Group]:
        """The pictures of the batch by assigned cluster, class or query; [] where the task assigns none."""
        return []

    def measures(self, sums: Mapping[str, Tensor]) -> dict[str, float | None]:
        """Held-out metrics of a whole set from the `sums` of `forward`: tensors added up over batches, rows of lists kept in order.

        For metrics that aren't a mean over all pictures: a ratio, mean IoU, AUC, recall at k. None where no picture counts. A metric here
        replaces the one of the same name in `Output.metrics`, which is a mean of batches.
        """
        return {}

    def chance(self) -> dict[str, float]:
        """metric -> its value under guessing; "loss" -> the loss of a network that has learnt nothing, only where theory gives one."""
        return {}

    def after_step(self, batch: Batch, output: Output) -> None:
        """Called after the update of the last phase: moves teacher, queue, bank, centre."""
        return

    def refresh(self, embed: Embed, rng: torch.Generator) -> None:
        """Called before epoch 0 and between epochs: clustering, data-dependent initialisation."""
        return


def ratio(part: Tensor, whole: Tensor) -> float | None:
    """part / whole of two sums; None where the whole is 0."""
    return float(part / whole) if float(whole) else None


def groups_of(said_B: Tensor, sure_B: Tensor, words: Callable[[int], str]) -> list[Group]:
    """One Group per answer that occurs, its rows by falling confidence; `words` gives an answer's title."""
    order = sure_B.argsort(descending=True).tolist()
    rows: dict[int, list[int]] = {}
    for row in order:
        rows.setdefault(int(said_B[row]), []).append(row)
    return [Group(words(answer), tuple(rows[answer])) for answer in sorted(rows)]
