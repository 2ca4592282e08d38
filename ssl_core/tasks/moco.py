"""Find your own second copy among thousands of others that were seen a moment ago, kept in a queue.

Axes: K key of the queue, N picture of the batch of all processes, H one of the most similar keys.
"""

from __future__ import annotations

import copy
from typing import Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from ssl_core.backbones.base import Backbone
from ssl_core.functional import distributed
from ssl_core.functional.modules.ema import ema_update
from ssl_core.functional.modules.heads import mlp
from ssl_core.functional.pairs import WALL, Edit, edited, percent, product_matrix, queue_verdicts, similarity_picture
from ssl_core.functional.transforms.views import Edits, two_views
from ssl_core.settings import Recipe, SettingsError
from ssl_core.tasks.base import MakeBackbone, Measure, Preset, PretextTask, Verdict, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, Samples

DIMS = 128  # of the embeddings
HARDEST, NEIGHBOURS = 12, 4  # keys looked up in the queue, pictures shown: a picture can be in the queue twice


def contrast(query_BD: Tensor, key_BD: Tensor, queue_KD: Tensor, temperature: float) -> Tensor:
    """B (1 + K) InfoNCE logits, cosine / τ: the own key first, then the queue (algorithm 1 of the paper). All are unit vectors."""
    own_B1 = (query_BD * key_BD).sum(1, keepdim=True)
    return torch.cat([own_B1, product_matrix(query_BD, queue_KD)], 1) / temperature


class MoCo(PretextTask):
    """Keep a queue of recently seen pictures, and have the network recognise its own second copy among them (MoCo)."""

    title = "Which one is my copy?"
    learning = "Learning to recognise its own copy"
    family = "contrast"
    paper = "1911.05722"
    crops = True
    metric = "found"
    measure = Measure("Own copies found among test pictures")
    headline = 2
    remedy = "Let the teacher follow slowly (0.99): a teacher that changes at once makes the queue useless."

    class Options(Edits):
        """What a person may set of MoCo."""

        temperature: float = Field(0.1, gt=0, le=10, description="Smaller: the most similar of the queue count more.")
        queue: int = Field(4096, ge=2, le=262144, title="length of the queue", description="Others to be told apart from: n × the batch.")
        follow: float = Field(
            0.99,
            ge=0,
            lt=1,
            title="memory of the teacher",
            description="How much of itself the second network keeps at a step.",
            json_schema_extra={"scale": "near 1"},
        )
        head: Literal["linear", "mlp"] = Field("mlp", description="What stands between features and comparison: v1 one layer, v2 two.")
        negatives: bool = Field(
            True, title="push the queue away", description="Off, copies of one picture only attract each other, and the network collapses."
        )

    Play: ClassVar = Edit

    presets: ClassVar = {
        "cpu": Preset(Options(), Recipe(batch=256, epochs=30, optimiser="muon", rate=8e-3, warmup_share=0.05, decay=1e-4)),
        "gpu": Preset(Options(), Recipe(backbone="resnet", batch=512, epochs=200, optimiser="sgd", rate=0.06, decay=5e-4)),
        # main_moco.py: rates drop at 120 and 160 of 200 epochs, here of 30; ColorJitter(0.4, 0.4, 0.4, 0.4); SGD without Nesterov
        "v1": Preset(
            Options(temperature=0.07, head="linear", colour=0.4, jitter="always"),
            Recipe(
                batch=256,
                epochs=30,
                optimiser="sgd",
                rate=0.03,
                nesterov=False,
                schedule="steps",
                milestones=(18, 24),
                decay=1e-4,
            ),
            "the first version’s head, edits and rates (v1)",
        ),
        # 2003.04297, table 1: head of two layers, stronger edits (here without blur), cosine; main_moco.py's SGD
        "v2": Preset(
            Options(temperature=0.2),
            Recipe(batch=256, epochs=30, optimiser="sgd", rate=0.03, decay=1e-4, nesterov=False),
            "the second version’s head and rates (v2)",
        ),
        "collapse": Preset(
            Options(negatives=False), Recipe(batch=256, epochs=5, rate=2e-3, decay=1e-4), "a collapse on purpose, to be mended"
        ),
    }

    queue_KD: Tensor
    picture_K: Tensor  # index in the training set of the picture of each key; -1: still the noise of the start
    place: Tensor  # keys that have ever entered; modulo K the row that is replaced next

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        if data.batch_size and options.queue % data.batch_size:
            raise SettingsError(
                f"'queue' of moco must be a multiple of the batch size, {data.batch_size}. Got {options.queue}. "
                f"Try {max(1, round(options.queue / data.batch_size)) * data.batch_size}."
            )
        width = self.backbone.width
        self.head: nn.Module = nn.Linear(width, DIMS) if options.head == "linear" else mlp(width, width, DIMS, norm=False)
        self.teacher = nn.ModuleList([copy.deepcopy(self.backbone), copy.deepcopy(self.head)]).requires_grad_(False)
        rng = torch.Generator().manual_seed(0)
        self.register_buffer("queue_KD", normalize(torch.randn(options.queue, DIMS, generator=rng), dim=1))
        self.register_buffer("picture_K", torch.full((options.queue,), -1))
        self.register_buffer("place", torch.zeros((), dtype=torch.int64))

    def build(self, make_backbone: MakeBackbone) -> Backbone:
        """With split batch norm: were query and key normalised by the same statistics, these would give the partner away (section 3.3)."""
        return make_backbone(norm="split")

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """Two edited copies of each picture, and the order N in which the teacher takes the second ones (shuffling BN, section 3.3)."""
        images_BCHW = samples.images_BCHW
        shuffle_N = torch.randperm(len(images_BCHW) * distributed.world(), generator=rng, device=rng.device)
        if play is not None:
            views_VBCHW = torch.stack([images_BCHW, edited(images_BCHW, self.heed(play))])
            return {"views_VBCHW": views_VBCHW, "shuffle_N": shuffle_N.sort().values, "index_B": samples.index_B}
        views_VBCHW = two_views(images_BCHW, rng, self.options, self.data.image_size)
        return {"views_VBCHW": views_VBCHW, "shuffle_N": shuffle_N, "index_B": samples.index_B}

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """CE of [q·k, q·queue] / τ against the own key (eq. 1 of the paper); without `negatives` the mean of -q·k / τ."""
        query_BD = normalize(self.head(self.backbone(batch["views_VBCHW"][0]).pooled_BD).float(), dim=1)
        key_BD = self._keys(batch["views_VBCHW"][1], batch["shuffle_N"])
        logits = contrast(query_BD, key_BD, self.queue_KD, self.options.temperature)
        loss = cross_entropy(logits, torch.zeros(len(logits), dtype=torch.int64, device=logits.device))
        if not self.options.negatives:
            loss = -logits[:, 0].mean()
        found = (logits.detach().argmax(1) == 0).float().mean()
        shown = {"embedding_VBD": torch.stack([query_BD.detach(), key_BD])}
        return Output(loss, {"found": found}, shown, embedding_VBD=torch.stack([query_BD, key_BD]))

    @torch.no_grad()
    def _keys(self, images_BCHW: Tensor, shuffle_N: Tensor) -> Tensor:
        """The teacher's keys, B D unit vectors; its groups of batch norm hold other pictures than the student's (section 3.3)."""
        backbone, head = self.teacher
        order_N = distributed.broadcast_tensor(shuffle_N)
        mixed_BCHW = distributed.shard(distributed.gather(images_BCHW)[order_N])
        key_BD = normalize(head(backbone(mixed_BCHW).pooled_BD).float(), dim=1)
        return distributed.shard(distributed.gather(key_BD)[order_N.argsort()])

    def after_step(self, batch: Batch, output: Output) -> None:
        """The keys of all processes replace the oldest of the queue; then the teacher moves towards the student (EMA, eq. 2)."""
        key_BD = distributed.gather(output.shown["embedding_VBD"][1])
        place_B = (self.place + torch.arange(len(key_BD), device=key_BD.device)) % len(self.queue_KD)
        self.queue_KD[place_B] = key_BD
        self.picture_K[place_B] = distributed.gather(batch["index_B"]).to(place_B.device)
        self.place += len(key_BD)
        ema_update(self.teacher, [self.backbone, self.head], self.options.follow)

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: its two copies, then the most similar pictures of the queue; last, the cosines of all copies."""
        embedding_VBD = output.shown["embedding_VBD"]
        one, two = (to_uint8(view_BCHW).numpy() for view_BCHW in batch["views_VBCHW"])
        own_B, (alike_BH, picture_BH) = (embedding_VBD[0] * embedding_VBD[1]).sum(1), self._hardest(embedding_VBD[0])
        rows = [
            [
                Panel(one[b], f"the closest in the queue is {percent(alike_BH[b, 0])} alike"),
                Panel(two[b], f"its own copy is {percent(own_B[b])} alike", right=bool(own_B[b] > alike_BH[b, 0])),
                *_pictures(alike_BH[b], picture_BH[b]),
            ]
            for b in range(len(one))
        ]
        return [*rows, [Panel(similarity_picture(embedding_VBD), WALL)]] if len(rows) > 1 else rows

    def _hardest(self, query_BD: Tensor) -> tuple[Tensor, Tensor]:
        """The queue's keys most similar to each query, the most similar first: B H cosines, B H picture indices (-1: noise)."""
        found = (query_BD @ self.queue_KD.T).topk(min(HARDEST, len(self.queue_KD)), 1)
        return found.values, self.picture_K[found.indices]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: the cosine of its two copies, beside that of the most similar key of the queue."""
        embedding_VBD = output.shown["embedding_VBD"]
        closest_B = self._hardest(embedding_VBD[0])[0][:, 0]
        return [Verdict(*each) for each in queue_verdicts(embedding_VBD, closest_B, self.options.queue)]

    def chance(self) -> dict[str, float]:
        """1 / (1 + K). No loss: theory gives no start; while the queue holds noise the loss is below ln(1 + K), then for a while above."""
        return {"found": 1 / (1 + self.options.queue)}


def _pictures(alike_H: Tensor, picture_H: Tensor) -> list[Panel]:
    """The queue's pictures, each once, the most similar first."""
    found: dict[int, float] = {}
    for near, picture in zip(alike_H.tolist(), picture_H.tolist(), strict=True):
        found.setdefault(picture, near)
    found.pop(-1, None)
    return [Panel(picture, f"from the queue: {percent(alike)} alike") for picture, alike in list(found.items())[:NEIGHBOURS]]
