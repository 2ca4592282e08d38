"""Sort copies into bins: each copy of a picture must predict the bin of the others, and all bins are used equally.

Bin = prototype, K of them. Axes: L picture of the queue, beside V view (crop).
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import normalize

from ssl_core.functional import distributed
from ssl_core.functional.losses.sinkhorn import sinkhorn
from ssl_core.functional.metrics.collapse import in_use
from ssl_core.functional.modules.heads import mlp
from ssl_core.functional.pairs import Edit, edited, equal_pictures, pair_verdicts, product_matrix, rivals
from ssl_core.functional.transforms.views import Edits, multi_crop
from ssl_core.settings import Recipe, SettingsError
from ssl_core.tasks.base import Group, MakeBackbone, Measure, Preset, PretextTask, Verdict, groups_of, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, ParamGroup, Samples

DIMS = 128  # of the embeddings
SMALLEST = 8  # pixels a side of a crop


def swapped_prediction(scores_VBK: list[Tensor], codes_VBK: list[Tensor], temperature: float) -> Tensor:
    """Mean over codes t and other crops s != t of -Σ_k q_t log softmax(scores_s / τ) (eq. 2 of the paper, with multi-crop).

    scores: cosines with the prototypes, B K a crop. codes: assignments of the first crops, rows sum to 1.
    """
    log_VBK = [(scores_BK.float() / temperature).log_softmax(1) for scores_BK in scores_VBK]
    terms = [-(code_BK * log_BK).sum(1).mean() for t, code_BK in enumerate(codes_VBK) for s, log_BK in enumerate(log_VBK) if s != t]
    return torch.stack(terms).mean()


class SwAV(PretextTask):
    """Sort edited copies of pictures into bins, and have each copy predict the bin of the others (SwAV)."""

    title = "Which bin did my copy go to?"
    learning = "Learning to sort copies into the same bin"
    family = "cluster"
    paper = "2006.09882"
    crops = True
    metric = "agree"
    measure = Measure("New copies sorted alike")
    headline = 2
    remedy = "Switch 'use all bins equally' on; if it is, sharpen the sorting (0.03) or take fewer bins."
    compares = True

    class Options(Edits):
        """What a person may set of SwAV."""

        bins: int = Field(300, ge=2, le=65536, title="number of bins", description="Prototypes that pictures are sorted to.")
        temperature: float = Field(0.1, gt=0, le=10, description="Smaller: the predicted bin must be clearer.")
        epsilon: float = Field(0.05, gt=0, le=10, title="softness of the sorting", description="Smaller: each picture in one bin.")
        large: float = Field(
            0.4,
            ge=0.05,
            le=1,
            title="large crops show at least",
            description="Share of the picture; small crops show less than this.",
            json_schema_extra={"subject": "augmentation"},
        )
        small: int = Field(
            4,
            ge=0,
            le=12,
            title="small crops",
            description="Extra copies that show little; they only predict.",
            json_schema_extra={"subject": "augmentation"},
        )
        queue: int = Field(1024, ge=0, le=65536, title="length of the queue", description="Earlier pictures sorted along with a batch.")
        queue_from: float = Field(
            5,
            ge=0,
            le=10000,
            title="queue from epoch",
            description="When the features are good enough for a queue.",
            json_schema_extra={"unless": {"queue": [0]}},
        )
        equal: bool = Field(True, title="use all bins equally", description="Off, all fall into one bin: collapse.")

    Play: ClassVar = Edit
    fill_batch = 7

    presets: ClassVar = {
        "cpu": Preset(Options(), Recipe(batch=128, epochs=12, optimiser="muon", rate=6e-3, warmup_share=0.05, decay=1e-4)),
        "gpu": Preset(
            Options(bins=512, queue=3840, queue_from=15),
            Recipe(backbone="resnet", batch=256, epochs=200, optimiser="adam", rate=1e-3, warmup_share=0.005),
        ),
        # main_swav.py's recipe at a batch of 256 (LARS 0.6, 0.05-0.14 and 0.14-1, queue 3840 from epoch 15), on smaller pictures
        "paper": Preset(
            Options(bins=3000, smallest=0.05, large=0.14, colour=1.0, small=6, queue=3840, queue_from=15),
            Recipe(backbone="resnet", batch=256, epochs=800, optimiser="lars", rate=0.6, rate_end=6e-4, warmup_share=0.0125, decay=1e-6),
        ),
        "collapse": Preset(
            Options(equal=False, queue=0), Recipe(batch=128, epochs=3, rate=2e-3, decay=1e-4), "a collapse on purpose, to be mended"
        ),
    }

    queue_VLD: Tensor  # embeddings of the large crops of earlier pictures, the latest first
    queued: Tensor

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        if not data.streamed and data.samples < options.bins:
            raise SettingsError(f"'bins' of swav must be at most the number of pictures, {data.samples}. Got {options.bins}.")
        cell = self.backbone.stride if "tokens" in self.backbone.gives else 1
        self.small_size = max(-(-SMALLEST // cell), data.image_size * 5 // 8 // cell) * cell  # a multiple of a token's side
        self.head = mlp(self.backbone.width, self.backbone.width, DIMS)
        self.bins = nn.Linear(DIMS, options.bins, bias=False)
        with torch.no_grad():
            self.bins.weight.copy_(normalize(self.bins.weight, dim=1))
        self.register_buffer("queue_VLD", torch.zeros(2, options.queue, DIMS))
        self.register_buffer("queued", torch.zeros((), dtype=torch.int64))  # pictures that have ever entered the queue

    def parameters_of(self, phase: str) -> list[ParamGroup]:
        """The prototypes are frozen for the first epoch, else all would move to where untrained embeddings lie (appendix, section 4)."""
        own = [p for p in self.parameters() if p is not self.bins.weight]
        return [
            ParamGroup([p for p in own if p.ndim > 1], hidden=self.hidden_weights()),
            ParamGroup([p for p in own if p.ndim <= 1], decay=False),
            ParamGroup([self.bins.weight], decay=False, frozen_epochs=1),
        ]

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """Two large and some small edited crops of each picture; played: the picture itself and one edited by hand."""
        images_BCHW = samples.images_BCHW
        if play is not None:
            return {"crops_VBCHW": [images_BCHW, edited(images_BCHW, self.heed(play))], "picture_B": equal_pictures(images_BCHW)}
        small = self.options.small if self.training else 0
        crops = multi_crop(images_BCHW, rng, self.options, self.data.image_size, small, self.small_size, self.options.large)
        return {"crops_VBCHW": crops} if self.training else {"crops_VBCHW": crops, "picture_B": equal_pictures(images_BCHW)}

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """`swapped_prediction` of the codes of two large crops from all other crops (eq. 2)."""
        crops_VBCHW, B = batch["crops_VBCHW"], len(batch["crops_VBCHW"][0])
        groups = [torch.cat(crops_VBCHW[:2]), *([torch.cat(crops_VBCHW[2:])] if len(crops_VBCHW) > 2 else [])]
        pooled_ND = torch.cat([self.backbone(images_BCHW).pooled_BD for images_BCHW in groups])
        embedding_VBD = normalize(self.head(pooled_ND).float(), dim=1).view(len(crops_VBCHW), B, -1)
        scores_VBK = [product_matrix(embedding_BD, normalize(self.bins.weight.float(), dim=1)) for embedding_BD in embedding_VBD]
        codes_VBK = [self._code(view, scores_VBK[view].detach()) for view in range(2)]
        loss = swapped_prediction(scores_VBK, codes_VBK, self.options.temperature)
        said_VB = [scores_BK.detach().argmax(1) for scores_BK in scores_VBK[:2]]
        agree = (said_VB[0] == said_VB[1]).float().mean()
        shown = {
            "embedding_VBD": embedding_VBD[:2].detach(),
            "code_VBK": torch.stack(codes_VBK),
            "score_VBK": torch.stack(scores_VBK[:2]).detach(),
        }
        return Output(loss, {"agree": agree, "used": in_use(torch.cat(said_VB), self.options.bins)}, shown, embedding_VBD=embedding_VBD[:2])

    def _code(self, view: int, scores_BK: Tensor) -> Tensor:
        """B K code of a view's large crops: Sinkhorn over the crops and the queue, rows sum to 1; without `equal` a softmax."""
        if not self.options.equal:
            code_BK: Tensor = (scores_BK / self.options.epsilon).softmax(1)
            return code_BK
        if not self.training or not self._queue_counts():
            return sinkhorn(scores_BK, self.options.epsilon)
        with torch.no_grad():
            earlier_LK = product_matrix(distributed.shard(self.queue_VLD[view]), normalize(self.bins.weight.float(), dim=1))
        return sinkhorn(torch.cat([scores_BK, earlier_LK]), self.options.epsilon)[: len(scores_BK)]

    def _queue_counts(self) -> bool:
        """Whether the queue takes part: from epoch `queue_from` on, once the queue is full."""
        late = self.clock.epoch >= self.options.queue_from
        counts: bool = self.options.queue > 0 and late and int(self.queued) >= self.options.queue
        return counts

    def after_step(self, batch: Batch, output: Output) -> None:
        """Prototypes back to length 1; embeddings of the large crops of all processes into the queue, from an epoch before its use."""
        with torch.no_grad():
            self.bins.weight.copy_(normalize(self.bins.weight, dim=1))
        if self.options.queue and self.clock.epoch >= self.options.queue_from - 1:
            large_VND = torch.stack([distributed.gather(rows_BD) for rows_BD in output.shown["embedding_VBD"]])
            self.queue_VLD.copy_(torch.cat([large_VND, self.queue_VLD], 1)[:, : self.options.queue])
            self.queued += large_VND.shape[1]

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: its two large copies and the bins of highest cosine; Sinkhorn's code of a single picture would be uniform."""
        one, two = (to_uint8(batch["crops_VBCHW"][view]).numpy() for view in range(2))
        sure_VB, said_VB = (output.shown["score_VBK"] / self.options.temperature).softmax(2).max(2)
        rows, others = [], rivals(output.shown["embedding_VBD"], two, batch.get("picture_B"))
        for b in range(len(one)):
            words = [f"bin {int(said_VB[v, b]) + 1}, {100 * float(sure_VB[v, b]):.0f} % sure" for v in range(2)]
            rows.append([Panel(one[b], words[0]), Panel(two[b], words[1], right=bool(said_VB[0, b] == said_VB[1, b])), *others[b]])
        return rows

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """A row a picture: all its crops."""
        crops = [to_uint8(images_BCHW).numpy() for images_BCHW in batch["crops_VBCHW"]]
        words = ["sorted, and predicts", "sorted, and predicts", *["only predicts"] * (len(crops) - 2)]
        return [[Panel(images[b], word) for images, word in zip(crops, words, strict=True)] for b in range(len(crops[0]))]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: the cosine of its two copies."""
        return [Verdict(*each) for each in pair_verdicts(output.shown["embedding_VBD"], batch.get("picture_B"))]

    def groups(self, batch: Batch, output: Output) -> list[Group]:
        """The pictures by the bin of their first copy."""
        sure_B, said_B = output.shown["code_VBK"][0].max(1)
        return groups_of(said_B, sure_B, lambda k: f"bin {k + 1}")

    def chance(self) -> dict[str, float]:
        """1 / K for the bin; a uniform prediction costs ln K, and a loss that stays there is collapse."""
        return {"agree": 1 / self.options.bins, "loss": math.log(self.options.bins)}
