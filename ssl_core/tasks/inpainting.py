"""Fill the hole: a part of every picture is hidden, and the network paints what was there from what is around it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Literal

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.nn.utils.parametrizations import spectral_norm

from ssl_core.functional import distributed
from ssl_core.functional.modules.heads import halving
from ssl_core.functional.transforms.augment import flip
from ssl_core.functional.transforms.holes import Hole, border_mask, box_hole, hole_psnr, laplace_fill, mean_fill, mean_seen, random_blocks
from ssl_core.settings import Recipe, Settings
from ssl_core.tasks._closer import closer
from ssl_core.tasks.base import MakeBackbone, Measure, Preset, PretextTask, Verdict, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, ParamGroup, Samples

MINUTES = Recipe(batch=32, epochs=20, optimiser="muon", rate=3e-3, warmup_share=0.05)  # for a few minutes on a processor
SEAM = 2.0  # weight in the loss of a pixel in the seam around a hole; a pixel in the hole weighs 1


class Inpainting(PretextTask):
    """Hide a part of a picture and have the network paint what was there (context encoder)."""

    title = "What is behind the hole?"
    learning = "Learning to fill holes"
    family = "predict"
    paper = "1604.07379"
    metric = "psnr"
    measure = Measure(
        "How close the filling comes", "dB", False, 30, "Peak signal-to-noise ratio inside the hole, on test pictures; more is better."
    )
    rivals: ClassVar = {"psnr_mean": "mean colour", "psnr_border": "border fill"}
    headline = 3
    needs: ClassVar = frozenset({"map"})

    class Options(Settings):
        """What a person may set of inpainting."""

        holes: Literal["blocks", "centre"] = Field(
            "blocks",
            title="where the holes are",
            description="Blocks anywhere teach better features; one hole in the middle is the published demonstration.",
            json_schema_extra={"names": ["blocks anywhere", "one in the middle"]},
        )
        area: float = Field(
            0.25,
            ge=0.05,
            le=0.6,
            title="part that is hidden",
            description="Share of the picture under the holes.",
            json_schema_extra={"first": 4},
        )
        blocks: int = Field(
            1,
            ge=1,
            le=8,
            title="number of blocks",
            description="Holes a picture, where they are anywhere; many small ones are filled well from their borders alone.",
            json_schema_extra={"when": {"holes": ["blocks"]}},
        )
        seam: int = Field(
            2,
            ge=0,
            le=16,
            title="width of the seam",
            description="Pixels around a hole that are painted too and count double, so that the paint meets what it borders on.",
        )
        mirror: bool = Field(
            True,
            title="mirror at random",
            description="Half of the pictures are shown mirrored.",
            json_schema_extra={"subject": "augmentation"},
        )
        adversarial: float = Field(
            0.0,
            ge=0,
            le=0.5,
            title="weight of a judge",
            description="Above 0, a judge learns to tell paint from truth, and so much of the loss is to fool it (as published: 0.001).",
            json_schema_extra={"scale": "log", "reach": [1e-4, 0.5]},
        )

    class Play(Settings):
        """What a person may cut out by hand."""

        hole: Hole = Field(Hole(), title="the hole", description="Where the picture is hidden.")

    presets: ClassVar = {
        "cpu": Preset(Options(), MINUTES),
        "gpu": Preset(Options(), Recipe(backbone="resnet", batch=128, epochs=50, optimiser="adam", rate=1e-3)),
        "demo": Preset(Options(holes="centre"), MINUTES, "one hole in the middle"),
        "judged": Preset(Options(adversarial=0.01), MINUTES, "with a judge of what is painted"),
    }

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        self.painter = HoleDecoder(self.backbone.width, data.image_size, self.backbone.stride)
        self.judge = HoleDiscriminator(data.image_size) if options.adversarial else None
        self.phases = ("judge", "main") if self.judge else ("main",)

    def parameters_of(self, phase: str) -> list[ParamGroup]:
        """The discriminator's weights at a tenth of the rate in the phase "judge", all others in "main"."""
        judges = list(self.judge.parameters()) if self.judge else []
        if phase == "judge":
            return [ParamGroup(judges, rate=0.1, decay=False)]
        kept = {id(p) for p in judges}
        groups = super().parameters_of(phase)
        return [replace(group, params=[p for p in group.params if id(p) not in kept]) for group in groups]

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """The picture with holes in the mean colour of the training pictures, the whole picture, and the holes (1 = hidden)."""
        images_BCHW = samples.images_BCHW
        if play is None and self.options.mirror and self.training:
            images_BCHW = flip(images_BCHW, rng)
        hidden_B1HW = self._hidden(len(images_BCHW), images_BCHW.shape[-1], rng, play)
        colour_C11 = self.backbone.mean_C[:, None, None]
        return {
            "seen_BCHW": images_BCHW * (1 - hidden_B1HW) + colour_C11 * hidden_B1HW,
            "truth_BCHW": images_BCHW,
            "hidden_B1HW": hidden_B1HW,
        }

    def _hidden(self, count: int, size: int, rng: torch.Generator, play: Any) -> Tensor:
        if play is not None:
            return box_hole(count, size, play.hole.left, play.hole.top, play.hole.width, play.hole.height, rng.device)
        if self.options.holes == "blocks":
            return random_blocks(count, size, self.options.blocks, self.options.area, rng)
        side = self.options.area**0.5
        return box_hole(count, size, (1 - side) / 2, (1 - side) / 2, side, side, rng.device)

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """Σ M (x − F(x̃))² / (3 ΣM) in standardised pixels (eq. 1 of the paper); M = 1 in the hole, SEAM in its seam.

        With a discriminator D, λ = `adversarial`: (1 − λ) of that − λ log D(F(x̃)) (eqs. 2-3, non-saturating); in the phase of D itself
        −log D(x) − log(1 − D(F(x̃))).
        F(x̃) is the mean colour of the seen pixels plus the decoder's output: an untrained network starts close to the mean fill.
        """
        hidden_B1HW, truth_BCHW = batch["hidden_B1HW"], batch["truth_BCHW"]
        ground_BC11 = self.backbone.standardise(mean_seen(batch["seen_BCHW"], hidden_B1HW))
        painted_BCHW = ground_BC11 + self.painter(self.backbone(batch["seen_BCHW"]).map_BDHW)
        counts_B1HW = hidden_B1HW + SEAM * border_mask(hidden_B1HW, self.options.seam)
        wrong = (painted_BCHW - self.backbone.standardise(truth_BCHW)).square() * counts_B1HW
        each = distributed.mean(counts_B1HW.sum())  # so that the mean over processes is the mean over all holes
        loss = wrong.sum() / (each * truth_BCHW.shape[1])
        if self.judge and phase == "judge":
            return self._judged(self.judge, painted_BCHW.detach(), batch)
        if self.judge:
            fooled = softplus(-self.judge(painted_BCHW, hidden_B1HW)).mean()
            loss = (1 - self.options.adversarial) * loss + self.options.adversarial * fooled
        filled_BCHW = self._paste(painted_BCHW.detach().float(), batch)
        return Output(loss, self._metrics(filled_BCHW, batch), {"filled_BCHW": filled_BCHW})

    def _judged(self, judge: HoleDiscriminator, painted_BCHW: Tensor, batch: Batch) -> Output:
        """The discriminator's loss, and the share of true and painted holes that the discriminator judges rightly."""
        truth_BCHW, hidden_B1HW = self.backbone.standardise(batch["truth_BCHW"]), batch["hidden_B1HW"]
        true_B, painted_B = judge(truth_BCHW, hidden_B1HW), judge(painted_BCHW, hidden_B1HW)
        right = 0.5 * ((true_B > 0).float().mean() + (painted_B < 0).float().mean())
        return Output(softplus(-true_B).mean() + softplus(painted_B).mean(), {"told apart": right.detach()}, {})

    def _paste(self, painted_BCHW: Tensor, batch: Batch) -> Tensor:
        """B 3 H W in [0, 1]: painted pixels in the hole, true pixels around the hole."""
        back = self.backbone
        colours_BCHW = (painted_BCHW * back.std_C[:, None, None] + back.mean_C[:, None, None]).clamp(0, 1)
        filled_BCHW: Tensor = colours_BCHW * batch["hidden_B1HW"] + batch["truth_BCHW"] * (1 - batch["hidden_B1HW"])
        return filled_BCHW

    def _metrics(self, filled_BCHW: Tensor, batch: Batch) -> dict[str, Tensor]:
        """Mean PSNR in the hole in dB; of the two simple rivals in eval mode alone (else NaN): they would slow a training step."""
        psnr = hole_psnr(filled_BCHW, batch["truth_BCHW"], batch["hidden_B1HW"]).mean()
        rivals = {"psnr_mean": mean_fill, "psnr_border": laplace_fill}
        if self.training:
            return {"psnr": psnr, **{name: torch.full_like(psnr, torch.nan) for name in rivals}}
        return {"psnr": psnr, **{name: self._rival(fill, batch).mean() for name, fill in rivals.items()}}

    @staticmethod
    def _rival(fill: Any, batch: Batch) -> Tensor:
        truth_BCHW, hidden_B1HW = batch["truth_BCHW"], batch["hidden_B1HW"]
        return hole_psnr(fill(truth_BCHW, hidden_B1HW), truth_BCHW, hidden_B1HW)

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """A row a picture: the picture with its holes, and the hidden pixels."""
        seen, asked = (to_uint8(images).numpy() for images in (batch["seen_BCHW"], batch["truth_BCHW"] * batch["hidden_B1HW"]))
        hidden_B = batch["hidden_B1HW"].mean((1, 2, 3)).tolist()
        words = [f"hides {part:.0%} of it".replace("%", " %") for part in hidden_B]
        return [[Panel(seen[b], words[b]), Panel(asked[b], "asks for this")] for b in range(len(seen))]

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: with the hole, with the hole filled, and whole."""
        filled_BCHW = output.shown["filled_BCHW"]
        psnr_B = hole_psnr(filled_BCHW, batch["truth_BCHW"], batch["hidden_B1HW"])
        border_B = self._rival(laplace_fill, batch)
        gray_BCHW = batch["truth_BCHW"] * (1 - batch["hidden_B1HW"]) + 0.5 * batch["hidden_B1HW"]  # gray is seen as a hole
        pictures = [to_uint8(images).numpy() for images in (gray_BCHW, filled_BCHW, batch["truth_BCHW"])]
        hidden_B = batch["hidden_B1HW"].mean((1, 2, 3))
        return [
            [
                Panel(pictures[0][b], f"hides {float(hidden_B[b]):.0%} of it".replace("%", " %")),
                Panel(pictures[1][b], f"fills it at {float(psnr_B[b]):.1f} dB", right=bool(psnr_B[b] > border_B[b])),
                Panel(pictures[2][b], f"was this; border fill gets {float(border_B[b]):.1f} dB", turns=None if self.training else 0),
            ]
            for b in range(len(psnr_B))
        ]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: PSNR in the hole, beside two fills that need no network."""
        own_B = hole_psnr(output.shown["filled_BCHW"], batch["truth_BCHW"], batch["hidden_B1HW"]).tolist()
        mean_B, border_B = (self._rival(fill, batch).tolist() for fill in (mean_fill, laplace_fill))
        return [self._verdict(*three) for three in zip(own_B, mean_B, border_B, strict=True)]

    @staticmethod
    def _verdict(own: float, mean: float, border: float) -> Verdict:
        sentence = f"Its paint is {closer(own - max(mean, border), 'dB')} the better of two simple fills."
        return Verdict(sentence, numbers=(("this network", own, "dB"), ("border fill", border, "dB"), ("mean colour", mean, "dB")))


JUDGE = 32  # channels of the discriminator's first convolution, at half the resolution
WIDEST = 128  # channels of the decoder's first layer; halved at each doubling of the resolution, down to 24


class HoleDecoder(nn.Module):
    """From the feature map to pixels: channel-wise fully connected over cells, 1×1 convolution, up-convolutions (section 3.1)."""

    def __init__(self, width: int, image_size: int, stride: int) -> None:
        super().__init__()
        self.cells = -(-image_size // stride)
        self.image_size = image_size
        self.places_DNN = nn.Parameter(torch.randn(width, self.cells**2, self.cells**2) / self.cells)
        self.mix = nn.Conv2d(width, WIDEST, 1)
        layers: list[nn.Module] = []
        width = WIDEST
        while stride > 2:
            after = max(width // 2, 24)
            layers += [nn.Upsample(scale_factor=2), nn.Conv2d(width, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
            width, stride = after, stride // 2
        self.up = nn.Sequential(*layers)
        # the last doubling is a pixel shuffle: a convolution at full size would cost as much as all the others together
        self.out = nn.Sequential(nn.Conv2d(width, 3 * stride**2, 3, padding=1), nn.PixelShuffle(stride))

    def forward(self, map_BDHW: Tensor) -> Tensor:
        """B 3 H W, H = W = `image_size`, in standardised pixels."""
        B, D, H, W = map_BDHW.shape
        assert H == W == self.cells, f"painted for maps of {self.cells} x {self.cells}, got {H} x {W}"
        told_BDN = torch.einsum("bdn,dnm->bdm", map_BDHW.flatten(2), self.places_DNN)
        painted = self.out(self.up(self.mix(told_BDN.view(B, D, H, W)).relu()))
        cut_BCHW: Tensor = painted[..., : self.image_size, : self.image_size]
        return cut_BCHW


class HoleDiscriminator(nn.Module):
    """The discriminator: one logit for the pixels in a hole; the pixels around the hole are set to 0."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.look, seen = halving(size, 4, JUDGE)
        self.decide = spectral_norm(nn.Linear(seen, 1))

    def forward(self, images_BCHW: Tensor, hidden_B1HW: Tensor) -> Tensor:
        """B logits: above 0, the pixels in the hole are taken for true."""
        logit_B: Tensor = self.decide(self.look(images_BCHW * hidden_B1HW))[:, 0]
        return logit_B
