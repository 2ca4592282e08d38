"""Rebuild the picture from a quarter of its squares: the network sees only those, and paints all others.

Axes: N square, n seen square, P = 3 p p values of a square, G square along a side of the grid.
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn

from ssl_core.backbones.base import Backbone
from ssl_core.backbones.vit import Block, positions
from ssl_core.functional.modules.muon import hidden_weights
from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.augment import flip, random_resized_crop
from ssl_core.functional.transforms.holes import hole_psnr
from ssl_core.functional.transforms.patches import Squares, hidden_cells, kept_at_random, kept_by_hand, neighbour_fill, patchify, unpatchify
from ssl_core.settings import Recipe, Settings, SettingsError
from ssl_core.tasks._closer import closer
from ssl_core.tasks.base import MakeBackbone, Measure, Preset, PretextTask, Verdict, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, Samples

# for a few minutes on a processor
MINUTES = Recipe(backbone="vit", batch=128, epochs=20, optimiser="muon", rate=6e-3, warmup_share=0.05, decay=0.05, betas=(0.9, 0.95))
EPSILON = 1e-6  # added to the variance of a square: a square of one colour has 0


class MAE(PretextTask):
    """Hide three quarters of a picture's squares and have the network paint them from the rest (masked autoencoder)."""

    title = "What was on the hidden squares?"
    learning = "Learning to paint hidden squares"
    family = "mask"
    paper = "2111.06377"
    crops = True
    metric = "psnr"
    measure = Measure(
        "How close the paint comes", "dB", False, 30, "Peak signal-to-noise ratio on the hidden squares of test pictures; more is better."
    )
    rivals: ClassVar = {"psnr_near": "one colour a square"}
    headline = 3
    needs: ClassVar = frozenset({"pooled", "tokens", "dropping"})

    class Options(Settings):
        """What a person may set of MAE."""

        hidden: float = Field(
            0.75,
            ge=0.1,
            le=0.95,
            title="part that is hidden",
            description="Share of the squares; the network never sees them.",
            json_schema_extra={"first": 4},
        )
        normalise: bool = Field(
            True,
            title="squares without brightness",
            description="Each square's own mean and contrast are taken out of what is asked for: better features, but no honest picture.",
        )
        smallest: float = Field(
            0.5,
            ge=0.05,
            le=1,
            title="smallest crop",
            description="Share of the picture that is used at least; no colours change.",
            json_schema_extra={"subject": "augmentation"},
        )
        mirror: bool = Field(
            True,
            title="mirror at random",
            description="Half of the pictures are shown mirrored.",
            json_schema_extra={"subject": "augmentation"},
        )
        decoder: int = Field(2, ge=1, le=12, title="depth of the painter", description="Blocks that paint; thrown away after training.")

    class Play(Settings):
        """What a person may hide by hand."""

        squares: Squares = Field(Squares(), title="hidden squares", description="Drawn by hand; the network never sees them.")

    presets: ClassVar = {
        "cpu": Preset(Options(), MINUTES),
        "gpu": Preset(Options(), Recipe(backbone="vit", batch=256, epochs=200, rate=6e-4, warmup_share=0.1, decay=0.05, betas=(0.9, 0.95))),
        "pixels": Preset(Options(normalise=False), MINUTES),
    }

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        self.patch, self.side = self.backbone.stride, data.image_size // self.backbone.stride
        if not 0 < round(self.side**2 * (1 - options.hidden)) < self.side**2:
            raise SettingsError(f"'hidden' of mae must hide a square of {self.side**2} and leave one to be seen. Got {options.hidden:g}.")
        self.painter = TokenDecoder(self.backbone.width, self.side, 3 * self.patch**2, options.decoder)

    def hidden_weights(self) -> list[Tensor]:
        """Of the backbone's blocks and the decoder's."""
        return super().hidden_weights() + hidden_weights(self.painter.blocks)

    def build(self, make_backbone: MakeBackbone) -> Backbone:
        """The backbone with its mask token frozen: MAE drops squares instead of replacing them by the mask token."""
        backbone = make_backbone()
        for name, weight in backbone.named_parameters():
            if name == "mask_D":
                weight.requires_grad_(False)
        return backbone

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """Pictures, cropped and mirrored while training, and the ids of the squares that stay."""
        images_BCHW, count = samples.images_BCHW, len(samples.images_BCHW)
        if play is not None:
            return {"images_BCHW": images_BCHW, "keep_BN": self._drawn(play.squares).to(images_BCHW.device).expand(count, -1)}
        if self.training:
            images_BCHW = random_resized_crop(images_BCHW, rng, self.data.image_size, (self.options.smallest, 1.0))
            images_BCHW = flip(images_BCHW, rng) if self.options.mirror else images_BCHW
        return {"images_BCHW": images_BCHW, "keep_BN": kept_at_random(count, self.side**2, self.options.hidden, rng)}

    def opening(self) -> Play:
        """A drawing with as many squares hidden as in training, at least one; random from a fixed seed, so always the same."""
        tokens = self.side**2
        keep_BN = kept_at_random(1, tokens, self.options.hidden, generator(0, "opening"))[:, : max(1, tokens - 1)]
        return self.Play(squares=Squares(hidden="".join(f"{int(cell)}" for cell in hidden_cells(keep_BN, tokens)[0])))

    def _drawn(self, squares: Squares) -> Tensor:
        """n ids of the squares that a drawing leaves to be seen; for an empty drawing those of `opening`."""
        drawn = squares if squares.hidden else self.opening().squares
        return kept_by_hand(drawn, self.side**2, self.name)

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """MSE on hidden squares alone; with `normalise` the target of a square is (x − mean) / √(var + ε) over its pixels (section 3)."""
        images_BCHW, keep_BN = batch["images_BCHW"], batch["keep_BN"]
        tokens_BND = self.backbone(images_BCHW, keep_BN=keep_BN).tokens_BND
        painted_BNP = self.painter(tokens_BND, keep_BN).float()
        target_BNP = patchify(self.backbone.standardise(images_BCHW), self.patch)
        mean_BN1, spread_BN1 = self._own(target_BNP)
        hidden_BN = hidden_cells(keep_BN, self.side**2)
        wrong_BN = (painted_BNP - (target_BNP - mean_BN1) / spread_BN1).square().mean(2)
        loss = (wrong_BN * hidden_BN).sum() / hidden_BN.sum().clamp(min=1)
        painted_BCHW = self._pasted(painted_BNP.detach() * spread_BN1 + mean_BN1, images_BCHW, hidden_BN)
        shown = {"painted_BCHW": painted_BCHW, "hidden_BN": hidden_BN}
        return Output(loss, self._metrics(painted_BCHW, images_BCHW, hidden_BN), shown)

    def _own(self, target_BNP: Tensor) -> tuple[Tensor, Tensor]:
        """B N 1 each: mean and standard deviation of each square with `normalise`, else 0 and 1."""
        if not self.options.normalise:
            zero = torch.zeros_like(target_BNP[..., :1])
            return zero, zero + 1
        variance_BN1 = target_BNP.var(2, correction=0, keepdim=True)
        return target_BNP.mean(2, keepdim=True), (variance_BN1 + EPSILON).sqrt()

    def _pasted(self, painted_BNP: Tensor, images_BCHW: Tensor, hidden_BN: Tensor) -> Tensor:
        """B 3 H W in [0, 1]: painted pixels on the hidden squares, the picture's own on the others."""
        back = self.backbone
        painted_BCHW = unpatchify(painted_BNP, self.patch, self.side) * back.std_C[:, None, None] + back.mean_C[:, None, None]
        mask_B1HW = self._mask(hidden_BN)
        return painted_BCHW.clamp(0, 1) * mask_B1HW + images_BCHW * (1 - mask_B1HW)

    def _mask(self, hidden_BN: Tensor) -> Tensor:
        grid_B1GG = hidden_BN.unflatten(1, (-1, self.side))[:, None]
        mask_B1HW: Tensor = grid_B1GG.repeat_interleave(self.patch, 2).repeat_interleave(self.patch, 3)
        return mask_B1HW

    def _metrics(self, painted_BCHW: Tensor, images_BCHW: Tensor, hidden_BN: Tensor) -> dict[str, Tensor]:
        mask_B1HW = self._mask(hidden_BN)
        own = hole_psnr(painted_BCHW, images_BCHW, mask_B1HW).mean()
        if self.training:  # the rival's cost would slow a step
            return {"psnr": own, "psnr_near": torch.full_like(own, torch.nan)}
        return {"psnr": own, "psnr_near": self._near(images_BCHW, hidden_BN).mean()}

    def _near(self, images_BCHW: Tensor, hidden_BN: Tensor) -> Tensor:
        """B, PSNR in dB of the rival: each hidden square in the mean colour of its neighbours; with `normalise` in its own mean colour.

        With `normalise` the network is given each square's mean too (`forward` adds it back), so the rival gets the same.
        """
        if not self.options.normalise:
            return hole_psnr(neighbour_fill(images_BCHW, hidden_BN, self.patch), images_BCHW, self._mask(hidden_BN))
        target_BNP = patchify(self.backbone.standardise(images_BCHW), self.patch)
        flat_BCHW = self._pasted(self._own(target_BNP)[0].expand_as(target_BNP), images_BCHW, hidden_BN)
        return hole_psnr(flat_BCHW, images_BCHW, self._mask(hidden_BN))

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: the seen squares, the painted picture, the true picture."""
        images_BCHW, hidden_BN, painted_BCHW = batch["images_BCHW"], output.shown["hidden_BN"], output.shown["painted_BCHW"]
        mask_B1HW = self._mask(hidden_BN)
        pictures = [to_uint8(x).numpy() for x in (images_BCHW * (1 - mask_B1HW) + 0.5 * mask_B1HW, painted_BCHW, images_BCHW)]
        own_B, near_B = hole_psnr(painted_BCHW, images_BCHW, mask_B1HW), self._near(images_BCHW, hidden_BN)
        given = ", brightness given" if self.options.normalise else ""
        return [
            [
                Panel(pictures[0][b], f"hides {100 * float(hidden_BN[b].mean()):.0f} % of it"),
                Panel(pictures[1][b], f"paints it at {float(own_B[b]):.1f} dB{given}", right=bool(own_B[b] > near_B[b])),
                Panel(pictures[2][b], f"was this; {self.rival} gets {float(near_B[b]):.1f} dB"),
            ]
            for b in range(len(images_BCHW))
        ]

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """A row a picture: the squares that the network sees."""
        mask_B1HW = self._mask(hidden_cells(batch["keep_BN"], self.side**2))
        seen = to_uint8(batch["images_BCHW"] * (1 - mask_B1HW) + 0.5 * mask_B1HW).numpy()
        return [[Panel(image, f"sees {batch['keep_BN'].shape[1]} of {self.side**2} squares")] for image in seen]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: PSNR on the hidden squares, beside that of the rival (`_near`)."""
        images_BCHW, hidden_BN = batch["images_BCHW"], output.shown["hidden_BN"]
        own_B = hole_psnr(output.shown["painted_BCHW"], images_BCHW, self._mask(hidden_BN)).tolist()
        near_B = self._near(images_BCHW, hidden_BN).tolist()
        return [self._verdict(own, near) for own, near in zip(own_B, near_B, strict=True)]

    def _verdict(self, own: float, near: float) -> Verdict:
        sentence = f"Its paint is {closer(own - near, 'dB')} {self.rival}."
        return Verdict(sentence, numbers=(("this network", own, "dB"), (self.rival, near, "dB")))

    @property
    def rival(self) -> str:
        """The name of the fill that the painted squares are compared with, as in `_near`."""
        return "each square's true mean" if self.options.normalise else "the mean of the squares around"

    def chance(self) -> dict[str, float]:
        """1 with `normalise`: the loss of painting each square in its own mean, as standardised pixels have variance 1."""
        return {"loss": 1.0} if self.options.normalise else {}


class TokenDecoder(nn.Module):
    """A small transformer over all squares: seen ones as encoded, hidden ones as one learned token, positions added (section 3)."""

    def __init__(self, width: int, side: int, pixels: int, depth: int, own: int = 96, heads: int = 3) -> None:
        super().__init__()
        self.side, self.own = side, own
        self.embed = nn.Linear(width, own)
        self.hidden_D = nn.Parameter(0.02 * torch.randn(own))
        self.blocks = nn.ModuleList(Block(own, heads) for _ in range(depth))
        self.norm, self.out = nn.LayerNorm(own), nn.Linear(own, pixels)
        nn.init.normal_(self.out.weight, std=0.02)
        nn.init.zeros_(self.out.bias)

    def forward(self, tokens_BND: Tensor, keep_BN: Tensor) -> Tensor:
        """B N P pixels of every square from the tokens of those in `keep_BN`."""
        seen_BnD = self.embed(tokens_BND)
        x_BND = self.hidden_D.to(seen_BnD.dtype).expand(len(keep_BN), self.side**2, -1)
        x_BND = x_BND.scatter(1, keep_BN[..., None].expand(-1, -1, self.own), seen_BnD)
        x_BND = x_BND + positions(self.side, self.side, self.own, self.side, x_BND.device)
        for block in self.blocks:
            x_BND, _ = block(x_BND, False)
        painted_BNP: Tensor = self.out(self.norm(x_BND))
        return painted_BNP
