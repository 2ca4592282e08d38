"""Match each picture with its own sentence: pictures and sentences meet in one space."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import normalize

from ssl_core.functional import distributed
from ssl_core.functional.pairs import product_matrix, similarity_picture
from ssl_core.functional.transforms.augment import random_resized_crop
from ssl_core.functional.words import WORDS_PER_CAPTION, word_ids
from ssl_core.settings import Recipe, Settings
from ssl_core.tasks.base import Group, MakeBackbone, Measure, Preset, PretextTask, Verdict, ratio, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, Samples

DIMS = 128
SHARPEST = 100.0  # bound on the learned factor on cosines, 1 / τ
FETCHED = 9  # pictures shown as the best fits of a sentence
GRID = "how well they fit: each picture (rows) beside each sentence; a bright diagonal means that it finds the right one"
MINUTES = Recipe(batch=128, epochs=20, optimiser="muon", rate=4e-3, warmup_share=0.05, decay=0.01)  # for a few minutes on a processor
APART = 7  # one in APART pairs (word, thing after the word) is held out of training


def matching(image_BD: Tensor, text_BD: Tensor, words_BL: Tensor, scale: Tensor, taught_B: Tensor | None = None) -> Tensor:
    """½ (CE over pictures + CE over sentences), over all processes; equal sentences share the target (Radford 2021, figure 3).

    image_BD, text_BD: unit vectors. words_BL: word ids, 0 = padding. scale: 1 / τ. taught_B: the pairs in the loss (None: all), not
    necessarily equally many on each process.
    """
    taught_B = torch.ones_like(words_BL[:, 0], dtype=torch.bool) if taught_B is None else taught_B
    taught_N = distributed.gather(taught_B)
    words_NL = distributed.gather(words_BL)[taught_N]
    everyone_ND, sentences_ND = (distributed.gather_with_grad(rows_BD)[taught_N] for rows_BD in (image_BD, text_BD))
    same_BN = (words_BL[taught_B][:, None] == words_NL[None]).all(2).float()
    target_BN = same_BN / same_BN.sum(1, keepdim=True)
    sides = (product_matrix(image_BD[taught_B], sentences_ND), product_matrix(text_BD[taught_B], everyone_ND))
    each = taught_N.sum() / distributed.world()  # so that the mean over processes is the mean over all pairs
    return torch.stack([-(target_BN * (scale * logits_BN).log_softmax(1)).sum(1).sum() / each for logits_BN in sides]).mean()


class CLIP(PretextTask):
    """Have a network and a reader of sentences agree which sentence belongs to which picture (CLIP; sentences are a kind of label)."""

    title = "Which sentence belongs to it?"
    learning = "Learning which sentence belongs to which picture"
    family = "text"
    paper = "2103.00020"
    crops = True
    metric = "zero_shot"
    measure = Measure("Named rightly without being taught names", help="New pictures whose pair of words was never trained on.")
    counts: ClassVar = {"zero_shot": "named"}
    needs: ClassVar = frozenset({"pooled", "captions"})
    compares = True

    class Options(Settings):
        """What a person may set of CLIP."""

        hold_out: bool = Field(
            True,
            title="keep some pairs unseen",
            description="A seventh of the pairs of a thing and the word before it is kept to test with.",
        )
        swapped: bool = Field(
            False, title="wrong sentences", description="Each picture gets another one's sentence: nothing can be learnt."
        )
        smallest: float = Field(
            0.8,
            ge=0.05,
            le=1,
            title="smallest crop",
            description="Share of the picture that is used at least.",
            json_schema_extra={"subject": "augmentation", "first": 4},
        )

    class Play(Settings):
        """What a person may type."""

        sentence: str = Field("a red car", max_length=200, description="Words that the captions use; others are passed over.")

    presets: ClassVar = {
        "cpu": Preset(Options(), MINUTES),
        "gpu": Preset(Options(), Recipe(backbone="resnet", batch=256, epochs=50, rate=5e-4, warmup_share=0.04, decay=0.1)),
        "swapped": Preset(Options(swapped=True), MINUTES.model_copy(update={"epochs": 5}), "wrong sentences, to compare with"),
    }

    names_KL: Tensor
    thing_K: Tensor

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        self.project = nn.Linear(self.backbone.width, DIMS, bias=False)
        self.read = Reader(len(data.words) + 1)
        self.scale = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        names = [word_ids(f"a {name}", data.words) for name in data.classes]
        self.register_buffer(
            "names_KL", torch.tensor([list(ids) for ids in names], dtype=torch.int64).view(-1, WORDS_PER_CAPTION), persistent=False
        )
        things = [int(word_ids(name, data.words)[0]) or -1 for name in data.classes]  # -1: not in the captions' vocabulary
        self.register_buffer("thing_K", torch.tensor(things, dtype=torch.int64), persistent=False)

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """Pictures, a little cropped but never mirrored ("left" would become wrong), and word ids; played: those of the sentence typed."""
        images_BCHW, B = samples.images_BCHW, len(samples.images_BCHW)
        words_BL = samples.words_BL
        if words_BL is None:
            words_BL = torch.zeros(B, WORDS_PER_CAPTION, dtype=torch.int64, device=images_BCHW.device)
        if play is not None:
            typed_L = torch.from_numpy(word_ids(play.sentence, self.data.words)).to(images_BCHW.device)
            return {"images_BCHW": images_BCHW, "words_BL": typed_L.expand(B, -1), "played": torch.tensor(True)}
        if self.training:
            images_BCHW = random_resized_crop(images_BCHW, rng, self.data.image_size, (self.options.smallest, 1.0))
        if self.options.swapped and self.training:
            words_BL = words_BL[torch.randperm(B, generator=rng, device=rng.device)]
        return {"images_BCHW": images_BCHW, "words_BL": words_BL, "played": torch.tensor(False)}

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """Symmetric cross-entropy of pictures and sentences (`matching`); held-out pairs are neither positives nor negatives."""
        words_BL = batch["words_BL"]
        image_BD = normalize(self.project(self.backbone(batch["images_BCHW"]).pooled_BD).float(), dim=1)
        text_BD = normalize(self.read(words_BL).float(), dim=1)
        scale = self.scale.exp()
        thing_B, apart_B = self._things(words_BL)
        taught_B = ~apart_B if self.training and self.options.hold_out else torch.ones_like(apart_B)
        untaught = ~distributed.gather(taught_B).any()  # all pairs are held out: the loss is 0, and finite
        loss = matching(image_BD, text_BD, words_BL, scale, taught_B | untaught) * ~untaught
        with torch.no_grad():
            sentences_ND = distributed.gather(text_BD)
            names_KD = normalize(self.read(self.names_KL).float(), dim=1)
            said_BK = scale * product_matrix(image_BD, names_KD)
            words_NL = distributed.gather(words_BL)
            # equal sentences count as one
            found = (words_NL[product_matrix(image_BD, sentences_ND).argmax(1)] == words_BL).all(1).float().mean()
            guess = (words_NL[None] == words_BL[:, None]).all(2).float().mean()  # the share of a batch's sentences that are one's own
        right, named = self._named(said_BK, thing_B, apart_B)
        metrics = {"zero_shot": right / named, "found": found}
        sums = {"right": right, "named": named}
        typed_B1 = (scale * (image_BD * text_BD).sum(1, keepdim=True)).detach()
        pairs_2BD = torch.stack([image_BD, text_BD]).detach()
        shown = {"said_BK": said_BK, "typed_B1": typed_B1, "thing_B": thing_B, "pairs_2BD": pairs_2BD}
        return Output(loss, metrics, shown, sums=sums, chance={"found": guess})

    def measures(self, sums: Mapping[str, Tensor]) -> dict[str, float | None]:
        """zero_shot: pictures named rightly / pictures that count, as in `_named`."""
        return {"zero_shot": ratio(sums["right"], sums["named"])}

    def after_step(self, batch: Batch, output: Output) -> None:
        """Bounds the factor on cosines by SHARPEST; a bound inside `forward` would leave a larger factor without gradient."""
        with torch.no_grad():
            self.scale.clamp_(max=math.log(SHARPEST))

    def _things(self, words_BL: Tensor) -> tuple[Tensor, Tensor]:
        """B each: the class that a sentence names (-1: none), and whether its pair (word before, class) is held out of training."""
        if not len(self.thing_K):
            return torch.full_like(words_BL[:, 0], -1), torch.zeros_like(words_BL[:, 0], dtype=torch.bool)
        is_BLK = words_BL[..., None] == self.thing_K
        place_B = is_BLK.any(2).float().argmax(1)
        row_B = torch.arange(len(words_BL), device=words_BL.device)
        thing_B = torch.where(is_BLK.any(2).any(1), is_BLK[row_B, place_B].float().argmax(1), -1)
        before_B = words_BL[row_B, (place_B - 1).clamp(min=0)]
        return thing_B, (thing_B >= 0) & ((before_B + 3 * thing_B) % APART == 0)

    def _named(self, said_BK: Tensor, thing_B: Tensor, apart_B: Tensor) -> tuple[Tensor, Tensor]:
        """Pictures whose class is named rightly, and pictures that count, over all processes: with `hold_out` the held-out pairs alone."""
        counts_B = (apart_B if self.options.hold_out else torch.ones_like(apart_B)) & (thing_B >= 0)
        if said_BK.shape[1] == 0:
            return counts_B.sum() * 0, counts_B.sum() * 0
        right_B = (said_BK.argmax(1) == thing_B) & counts_B
        return distributed.total(right_B.sum()), distributed.total(counts_B.sum())

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture with the class name that fits best (zero-shot); last, the cosine of each picture with each sentence."""
        images, turns = to_uint8(batch["images_BCHW"]).numpy(), None if self.training else 0
        rows = [[Panel(images[b], said, right=right, turns=turns)] for b, (said, right) in enumerate(self._said(output))]
        alone = len(rows) == 1 or bool(batch["played"])
        return rows if alone else [*rows, [Panel(similarity_picture(output.shown["pairs_2BD"]), GRID)]]

    def _said(self, output: Output) -> list[tuple[str, bool | None]]:
        """The caption of each picture's panel, and whether the name is right; None where the class is unknown."""
        if not self.data.classes:
            return [(f"fits its sentence, {float(typed):.1f}", None) for typed in output.shown["typed_B1"]]
        sure_B, said_B = output.shown["said_BK"].softmax(1).max(1)
        rows = zip(said_B.tolist(), sure_B.tolist(), output.shown["thing_B"].tolist(), strict=True)
        return [
            (f"says a {self.data.classes[said]}, {100 * sure:.0f} % sure", None if thing < 0 else said == thing)
            for said, sure, thing in rows
        ]

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """A row a picture, with its sentence."""
        images, words = to_uint8(batch["images_BCHW"]).numpy(), ("", *self.data.words)
        said = [" ".join(words[int(w)] for w in row if w) for row in batch["words_BL"]]
        return [[Panel(image, f"“{sentence}”")] for image, sentence in zip(images, said, strict=True)]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: the likeliest class names, beside them the sentence typed; [] for a set without classes."""
        if not self.data.classes:
            return []
        return [self._verdict(bool(batch["played"]), *row) for row in zip(output.shown["said_BK"], output.shown["typed_B1"], strict=True)]

    def _verdict(self, played: bool, said_K: Tensor, typed_1: Tensor) -> Verdict:
        """The four likeliest of all names, with the sentence typed before them; the shares are among all of these, as the panel's is."""
        names = (["your sentence"] if played else []) + [f"a {name}" for name in self.data.classes]
        share_N = (torch.cat([typed_1, said_K]) if played else said_K).float().softmax(0)
        first = [0] if played else []
        shown = first + [k for k in share_N.argsort(descending=True).tolist() if k not in first][:4]
        best = max(shown, key=share_N.tolist().__getitem__)
        sentence = f"Fits best: {names[best]}, {100 * float(share_N[best]):.0f} %."
        return Verdict(sentence, tuple((names[k], float(share_N[k])) for k in shown), chance=1 / len(names))

    def groups(self, batch: Batch, output: Output) -> list[Group]:
        """The pictures that a typed sentence fits best."""
        if not bool(batch["played"]):
            return []
        return [
            Group(
                "fit your sentence best", tuple(output.shown["typed_B1"][:, 0].topk(min(FETCHED, len(batch["words_BL"]))).indices.tolist())
            )
        ]

    def chance(self) -> dict[str, float]:
        """1 / K for a name, 1 / B for the own sentence; no loss: theory gives ln B only roughly."""
        B = self.data.batch_size
        named = {"zero_shot": 1 / len(self.data.classes)} if self.data.classes else {}
        return {**named, **({"found": 1 / B} if B else {})}


class Reader(nn.Module):
    """The text encoder: an embedding and a gated recurrent unit (GRU), read at the last word."""

    def __init__(self, words: int, width: int = DIMS) -> None:
        super().__init__()
        self.embed = nn.Embedding(words, width, padding_idx=0)
        self.follow = nn.GRU(width, width, batch_first=True)

    def forward(self, words_BL: Tensor) -> Tensor:
        """B D: the state after the last known word; after one padding token for a sentence without any."""
        last_B = ((words_BL > 0).sum(1) - 1).clamp(min=0)
        longest = max(1, int(last_B.max()) + 1) if len(last_B) else 1
        states_BLD, _ = self.follow(self.embed(words_BL[:, :longest]))
        last_BD: Tensor = states_BLD[torch.arange(len(words_BL), device=words_BL.device), last_B]
        return last_BD
