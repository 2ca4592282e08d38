"""Find the partner: two edited copies of each picture must be found again among all copies in the batch."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor
from torch.nn.functional import cross_entropy, normalize

from ssl_core.functional import distributed
from ssl_core.functional.modules.heads import mlp
from ssl_core.functional.pairs import (
    WALL,
    Edit,
    edited,
    equal_pictures,
    pair_verdicts,
    partner_words,
    product_matrix,
    rivals,
    similarity_picture,
)
from ssl_core.functional.transforms.views import Edits, two_views
from ssl_core.settings import Recipe
from ssl_core.tasks.base import MakeBackbone, Measure, Preset, PretextTask, Verdict, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, Samples


def nt_xent(embedding_VBD: Tensor, temperature: float, negatives: bool = True) -> Tensor:
    """NT-Xent (eq. 1 of the paper): each of the 2 B unit vectors picks its partner among the 2 B - 1 others, over all processes.

    Without negatives the mean of -cosine / τ of the partners alone: all embeddings collapse onto one point.
    """
    one_BD, two_BD = embedding_VBD
    if not negatives:
        pull: Tensor = -(one_BD * two_BD).sum(1).mean() / temperature
        return pull
    return cross_entropy(*line_up(embedding_VBD, temperature))


def line_up(embedding_VBD: Tensor, temperature: float) -> tuple[Tensor, Tensor]:
    """M N logits, cosine / τ, of this process's M = 2 B copies and the N copies of all (a copy with itself: -inf); M partners' indices."""
    copies_MD = embedding_VBD.float().flatten(0, 1)
    everyone_ND = distributed.gather_with_grad(copies_MD)
    N = len(everyone_ND)
    logits_MN = product_matrix(copies_MD, everyone_ND) / temperature
    own_M = distributed.shard(torch.arange(N, device=logits_MN.device))
    return logits_MN.scatter(1, own_M[:, None], -math.inf), (own_M + N // 2) % N


class SimCLR(PretextTask):
    """Edit each picture twice and have the network find the two copies of one picture among all others (SimCLR)."""

    title = "Which two are the same?"
    learning = "Learning to find the partner"
    family = "contrast"
    paper = "2002.05709"
    crops = True
    metric = "found"
    measure = Measure("Partners found among test pictures")
    headline = 2
    remedy = "Switch 'push others apart' on: without it the same answer for every picture is the easiest way to agree."
    compares = True

    class Options(Edits):
        """What a person may set of SimCLR."""

        temperature: float = Field(0.5, gt=0, le=10, description="Smaller: the most similar of the others count more.")
        negatives: bool = Field(
            True, title="push others apart", description="Off, copies of one picture only attract each other, and the network collapses."
        )

    Play: ClassVar = Edit
    fill_batch = 7

    presets: ClassVar = {
        "cpu": Preset(Options(temperature=0.2), Recipe(batch=256, epochs=30, optimiser="muon", rate=8e-3, warmup_share=0.05, decay=1e-4)),
        "gpu": Preset(
            Options(), Recipe(backbone="resnet", batch=512, epochs=200, optimiser="sgd", rate=0.24, warmup_share=0.05, decay=5e-4)
        ),
        # appendix B.9, CIFAR-10: colours by half the strength, no blur, temperature 0.5, LARS at 1.0 · batch / 256
        "paper": Preset(
            Options(smallest=0.08, colour=0.5, temperature=0.5),
            Recipe(backbone="resnet", batch=1024, epochs=1000, optimiser="lars", rate=4.0, warmup_share=0.01, decay=1e-6),
        ),
        "collapse": Preset(
            Options(negatives=False), Recipe(batch=256, epochs=5, rate=2e-3, decay=1e-4), "a collapse on purpose, to be mended"
        ),
    }

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        self.head = mlp(self.backbone.width, self.backbone.width, 128)

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """Two edited copies of each picture; played: the picture itself, and one edited by hand."""
        images_BCHW = samples.images_BCHW
        if self.training:
            return {"views_VBCHW": two_views(images_BCHW, rng, self.options, self.data.image_size)}
        own = play is not None
        views_VBCHW = torch.stack([images_BCHW, edited(images_BCHW, self.heed(play))]) if own else two_views(images_BCHW, rng, self.options)
        return {"views_VBCHW": views_VBCHW, "picture_B": equal_pictures(images_BCHW)}

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """NT-Xent between the two copies of each picture, over the whole batch of all processes (eq. 1)."""
        views_VBCHW = batch["views_VBCHW"]
        head_ND = self.head(self.backbone(views_VBCHW.flatten(0, 1)).pooled_BD)
        embedding_VBD = normalize(head_ND.float(), dim=1).view(*views_VBCHW.shape[:2], -1)
        loss = nt_xent(embedding_VBD, self.options.temperature, self.options.negatives)
        with torch.no_grad():
            logits, partner = line_up(embedding_VBD, 1.0)
            found = (logits.argmax(1) == partner).float().mean()
        shown = {"embedding_VBD": embedding_VBD.detach()}
        return Output(loss, {"found": found}, shown, embedding_VBD=embedding_VBD, chance=self._guess(logits.shape[1] - 1))

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: its two copies, the most similar other copy; last, the cosines of all first and second copies."""
        embedding_VBD = output.shown["embedding_VBD"]
        one, two = (to_uint8(view_BCHW).numpy() for view_BCHW in batch["views_VBCHW"])
        places, others = partner_words(embedding_VBD), rivals(embedding_VBD, two, batch.get("picture_B"))
        rows = [[Panel(one[b], "one copy"), Panel(two[b], words, right=right), *others[b]] for b, (words, right) in enumerate(places)]
        return [*rows, [Panel(similarity_picture(embedding_VBD), WALL)]] if len(rows) > 1 else rows

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: the cosine of its two copies."""
        return [Verdict(*each) for each in pair_verdicts(output.shown["embedding_VBD"], batch.get("picture_B"))]

    def chance(self) -> dict[str, float]:
        """1 / (2 B - 1) for the partner; ln(2 B - 1) is the loss where all embeddings are equal. {} where the batch size is unknown."""
        return self._guess(2 * self.data.batch_size - 1)

    def _guess(self, others: int) -> dict[str, float]:
        """Found and loss of a guess among so many other copies."""
        if others < 1:
            return {}
        return {"found": 1 / others, **({"loss": math.log(others)} if self.options.negatives else {})}
