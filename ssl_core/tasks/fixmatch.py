"""A few labels, and many pictures without: what an easy copy is surely called, a hard copy must be called too.

Easy = weakly augmented, hard = strongly augmented. Axes: U picture of a batch whose label isn't used.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ssl_core.backbones.base import Backbone
from ssl_core.functional.modules.ema import ema_update
from ssl_core.functional.transforms import geometry
from ssl_core.functional.transforms.strong import OWN, RANDAUGMENT, strong
from ssl_core.functional.transforms.turns import all_turns
from ssl_core.settings import Recipe, Settings, SettingsError
from ssl_core.tasks.base import Fair, Group, MakeBackbone, Preset, PretextTask, Verdict, groups_of, ratio, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, Samples

FEW = Recipe(batch=128, epochs=14, optimiser="muon", rate=8e-3, schedule="sixteenth", warmup_share=0.05, decay=0.01, labels_per_class=4)


class FixMatch(PretextTask):
    """Learn from a few labels and many pictures without: when sure about an easy copy, teach that answer to a hard one (FixMatch)."""

    title = "Are you sure? Then teach it"
    learning = "Learning from a few labels and its own sure guesses"
    family = "semi"
    paper = "2001.07685"
    metric = "accuracy"
    also_plotted: ClassVar = {"kept": "sure", "kept_right": "right"}
    counts: ClassVar = {"accuracy": "accuracy known", "kept_right": "kept_right known"}
    headline = 2
    needs: ClassVar = frozenset({"pooled", "labels", "index"})  # index: `draw` takes labelled pictures more often

    class Options(Settings):
        """What a person may set of FixMatch."""

        sure: float = Field(
            0.95,
            ge=0,
            le=1,
            title="sure enough",
            description="How likely an answer must be to be taught.",
            json_schema_extra={"first": 4, "unless": {"unlabelled": [0]}},
        )
        ratio: int = Field(7, ge=1, le=15, title="without label for each labelled", description="Pictures of a batch.")
        unlabelled: float = Field(1.0, ge=0, le=100, title="weight of sure guesses", description="0 learns from the labels alone.")
        turns: float = Field(
            0.0, ge=0, le=100, title="weight of turns", description="Pictures are turned too, and their turn guessed (ReMixMatch)."
        )
        late: float = Field(
            0.0,
            ge=0,
            lt=1,
            title="turns alone until",
            description="Part of the run before which labels teach the last layer alone.",
            json_schema_extra={"unless": {"turns": [0]}},
        )
        hard: Literal["own", "randaugment"] = Field(
            "own",
            title="hard copies",
            description="Selfsight's own edits, which suit small networks and short runs, or those of the paper (RandAugment).",
            json_schema_extra={"subject": "augmentation", "names": ["our own edits", "RandAugment"]},
        )
        memory: float = Field(
            0.99,
            ge=0,
            lt=1,
            title="memory of the average",
            description="The network that is tested is a moving average.",
            json_schema_extra={"scale": "near 1"},
        )

    presets: ClassVar = {
        "cpu": Preset(Options(sure=0.8, turns=1.0, late=0.5), FEW),
        "gpu": Preset(
            Options(memory=0.999, hard="randaugment"),
            Recipe(
                backbone="resnet", batch=512, epochs=200, optimiser="sgd", rate=0.03, schedule="sixteenth", decay=5e-4, labels_per_class=4
            ),
        ),
        "randaugment": Preset(
            Options(sure=0.8, turns=1.0, late=0.5, hard="randaugment"), FEW, "hard copies by RandAugment, to compare with"
        ),
        "labels alone": Preset(Options(unlabelled=0.0), FEW, "the labels alone, to compare with"),
        "labels and turns": Preset(Options(unlabelled=0.0, turns=1.0, late=0.5), FEW, "labels and turns, no guesses: the fair comparison"),
    }
    # with the preset "cpu" most is learnt from the turns; `sure` has no say without guesses, and stands as the presets above have it
    fair: ClassVar = Fair({"unlabelled": 0.0, "sure": 0.95}, "the same without its guesses")

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        if options.late and not options.turns:
            raise SettingsError(f"'late' of fixmatch must be 0 where 'turns' is 0: nothing else is learnt until then. Got {options.late}.")
        if options.turns and "turn" in data.forbids:
            raise SettingsError(
                f"'turns' and 'late' of fixmatch must be 0 on a data set that forbids to turn its pictures. Got {options.turns:g}."
            )
        self.pool = RANDAUGMENT if options.hard == "randaugment" else OWN
        self.head = nn.Linear(self.backbone.width, len(data.classes))
        self.turn_head = nn.Linear(self.backbone.width, 4) if options.turns else None
        self.average = nn.ModuleList([copy.deepcopy(self.backbone), copy.deepcopy(self.head)]).requires_grad_(False)

    @classmethod
    def labelled_rows(cls, options: Options, batch_size: int) -> int:
        """1 in 1 + `ratio` pictures of a batch, at least 1."""
        return max(1, batch_size // (1 + options.ratio))

    @property
    def encoder(self) -> Backbone:
        """The backbone of the moving average, which is the network that is tested."""
        average = self.average[0]
        assert isinstance(average, Backbone)
        return average

    def draw(self, label_S: Tensor, batch_size: int, rng: torch.Generator) -> Tensor:
        """T B indices: labelled pictures at the start of each batch, repeated as often as needed, then any pictures without repeats.

        1 in 1 + `ratio` of a batch is labelled. Where no label is known, or a batch has no room for others, as `PretextTask.draw`.
        """
        known_S = (label_S >= 0).nonzero()[:, 0]
        first = self.labelled_rows(self.options, batch_size)
        if not len(known_S) or batch_size <= first:
            return super().draw(label_S, batch_size, rng)
        rest_TB = super().draw(label_S, batch_size - first, rng)
        turns = -(-len(rest_TB) * first // len(known_S))
        labelled = torch.cat([known_S[torch.randperm(len(known_S), generator=rng)] for _ in range(turns)])
        return torch.cat([labelled[: len(rest_TB) * first].view(-1, first), rest_TB], 1)

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """Easy copies (mirrored, shifted), hard ones (`strong`), labels (-1: unknown); with `turns` all turns of half the easy copies."""
        weak_BCHW = (self._easy(samples, rng) if self.training else samples).images_BCHW
        strong_BCHW = strong(geometry.moved(samples, *self._mirror(samples, rng)).images_BCHW, rng, self.pool, self.data.forbids)
        batch = {"weak_BCHW": weak_BCHW, "strong_BCHW": strong_BCHW, "label_B": samples.label_B}
        if self.options.turns and self.training:
            batch["turned_BCHW"] = all_turns(weak_BCHW[: -(-len(weak_BCHW) // 2)])
        return batch

    def _easy(self, samples: Samples, rng: torch.Generator) -> Samples:
        """Mirrored or not, then shifted by up to an eighth of the side; in comes black, with RandAugment the picture mirrored."""
        B, _, H, W = samples.images_BCHW.shape
        return geometry.moved(
            samples, *self._mirror(samples, rng), geometry.draw_shift(B, (H, W), rng, max(1, W // 8), self.pool is RANDAUGMENT)
        )

    def _mirror(self, samples: Samples, rng: torch.Generator) -> tuple[geometry.Geometry, ...]:
        return () if "mirror" in self.data.forbids else (geometry.draw_mirror(len(samples.images_BCHW), rng),)

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """CE on labels + λ · 1/(μB) Σ 1[max p ≥ τ] CE(argmax p, hard copy) (eqs. 3-4 of the paper) + turns · CE(turn) (1911.09785).

        p: probabilities of the easy copy; λ: `unlabelled`, μ: `ratio`, τ: `sure`. Before the part `late` of a run only CE(turn) reaches the
        backbone. In eval mode the moving average answers, and each picture counts both as labelled and as unlabelled.
        """
        weak_BCHW, strong_BCHW, label_B = batch["weak_BCHW"], batch["strong_BCHW"], batch["label_B"]
        backbone, head = (self.backbone, self.head) if self.training else self.average
        first = self.labelled_rows(self.options, len(weak_BCHW)) if self.training else 0
        early = self.training and self.clock.progress < self.options.late
        turned = [batch["turned_BCHW"]] if "turned_BCHW" in batch else []
        pooled_ND = backbone(torch.cat([weak_BCHW, strong_BCHW[first:], *turned])).pooled_BD
        told_ND, turned_ND = pooled_ND.tensor_split([len(weak_BCHW) + len(strong_BCHW) - first])
        logits_NK = head(told_ND.detach() if early else told_ND)
        weak_BK, strong_UK = logits_NK.tensor_split([len(weak_BCHW)])
        taught_B = label_B[:first] if self.training else label_B
        of_labels = _known(weak_BK[: len(taught_B)], taught_B)
        sure_U, said_U = weak_BK[first:].detach().softmax(1).max(1)
        kept_U = (sure_U >= self.options.sure).float() * (not early)
        of_guesses = (cross_entropy(strong_UK, said_U, reduction="none") * kept_U).mean() if len(said_U) else of_labels * 0
        of_turns = self._of_turns(turned_ND)
        truth_U = label_B[first:]
        shown = {"probability_BK": weak_BK.detach().float().softmax(1), "label_B": label_B}
        metrics = {
            "accuracy": _right(weak_BK.detach().argmax(1), label_B),
            "kept": kept_U.mean(),
            "kept_right": _right(said_U, torch.where(kept_U > 0, truth_U, -1)),
        }
        sums = {
            **_counts("accuracy", weak_BK.detach().argmax(1), label_B),
            **_counts("kept_right", said_U, torch.where(kept_U > 0, truth_U, -1)),
        }
        loss = of_labels + self.options.unlabelled * of_guesses + self.options.turns * of_turns
        return Output(loss, metrics, shown, answer_BK=weak_BK, sums=sums)

    def measures(self, sums: Mapping[str, Tensor]) -> dict[str, float | None]:
        """accuracy: right answers / known labels; kept_right: the same among answers at least τ likely."""
        return {name: ratio(sums[f"{name} right"], sums[f"{name} known"]) for name in ("accuracy", "kept_right")}

    def _of_turns(self, pooled_ND: Tensor) -> Tensor:
        """Mean CE of the turn (row k B + b: turn k of picture b); 0 where no picture was turned."""
        if self.turn_head is None or not len(pooled_ND):
            return pooled_ND.sum() * 0
        turn_N = torch.arange(4, device=pooled_ND.device).repeat_interleave(len(pooled_ND) // 4)
        return cross_entropy(self.turn_head(pooled_ND), turn_N)

    def after_step(self, batch: Batch, output: Output) -> None:
        """Moves the average towards the trained weights, batch norm's statistics included."""
        ema_update(self.average, [self.backbone, self.head], self.options.memory, statistics=True)

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: the easy copy with its likeliest name, the hard copy and whether it would be taught that name."""
        weak, hard = (to_uint8(batch[name]).numpy() for name in ("weak_BCHW", "strong_BCHW"))
        sure_B, said_B = output.shown["probability_BK"].max(1)
        rows = []
        for b, truth in enumerate(batch["label_B"].tolist()):
            name = self.data.classes[int(said_B[b])]
            taught = float(sure_B[b]) >= self.options.sure
            right = None if truth < 0 else int(said_B[b]) == truth
            words = f"is taught {name}" if taught else f"is taught nothing: below {100 * self.options.sure:.0f} %"
            words = words if self.options.unlabelled else "the hard copy, which teaches nothing here"
            rows.append([Panel(weak[b], f"says {name}, {100 * float(sure_B[b]):.0f} % sure", right=right), Panel(hard[b], words)])
        return rows

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """A row a picture: its easy and its hard copy."""
        weak, hard = (to_uint8(batch[name]).numpy() for name in ("weak_BCHW", "strong_BCHW"))
        return [[Panel(a, "easy copy"), Panel(b, "hard copy")] for a, b in zip(weak, hard, strict=True)]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: the five likeliest names."""
        found = []
        for probability_K in output.shown["probability_BK"]:
            top = probability_K.topk(min(5, len(probability_K)))
            bars = tuple((self.data.classes[k], p) for k, p in zip(top.indices.tolist(), top.values.tolist(), strict=True))
            sentence = f"“A {bars[0][0]}”, {100 * bars[0][1]:.0f} % sure{self._taught(bars[0][1])}."
            found.append(Verdict(sentence, bars, chance=1 / len(probability_K)))
        return found

    def _taught(self, sure: float) -> str:
        """Whether an answer is likely enough to be taught, after it; "" where the run teaches itself nothing."""
        if not self.options.unlabelled:
            return ""
        return ": sure enough to teach it" if sure >= self.options.sure else ": not sure enough to teach it"

    def groups(self, batch: Batch, output: Output) -> list[Group]:
        """Pictures whose likeliest name is at least τ likely, by name."""
        sure_B, said_B = output.shown["probability_BK"].max(1)
        words = "would be taught" if self.options.unlabelled else f"at least {100 * self.options.sure:.0f} % sure:"
        taught = groups_of(said_B, sure_B, lambda k: f"{words} {self.data.classes[k]}")
        kept = [Group(each.title, tuple(row for row in each.rows if sure_B[row] >= self.options.sure)) for each in taught]
        return [each for each in kept if each.rows]

    def chance(self) -> dict[str, float]:
        """1 / K right. No answer reaches τ at first, so the loss starts at ln K + turns · ln 4."""
        return {"accuracy": 1 / len(self.data.classes), "loss": math.log(len(self.data.classes)) + self.options.turns * math.log(4)}


def _known(logits_BK: Tensor, label_B: Tensor) -> Tensor:
    """Mean CE over pictures whose label is known; 0 where none is."""
    return cross_entropy(logits_BK, label_B, ignore_index=-1, reduction="sum") / (label_B >= 0).sum().clamp(min=1)


def _right(said_B: Tensor, label_B: Tensor) -> Tensor:
    """Right answers / known labels; NaN where no label is known."""
    right, known = _counts("", said_B, label_B).values()
    return right / known


def _counts(name: str, said_B: Tensor, label_B: Tensor) -> dict[str, Tensor]:
    """The numbers of right answers and of known labels, for `sums`."""
    known_B = label_B >= 0
    return {f"{name} right": ((said_B == label_B) & known_B).sum(), f"{name} known": known_B.sum()}
