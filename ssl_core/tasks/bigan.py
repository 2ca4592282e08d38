"""A forger invents pictures from codes, an analyst turns pictures into codes, and a judge must tell the two kinds of pairs apart.

In the terms of BiGAN (1605.09782): forger = generator G, analyst = encoder E (the backbone and a linear layer), judge = discriminator D
of pairs (picture, code). Axes: Z number of a code.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.nn.functional import softplus
from torch.nn.utils.parametrizations import spectral_norm

from ssl_core.functional.modules.heads import halving
from ssl_core.functional.rng import generator
from ssl_core.settings import Recipe, Settings, SettingsError
from ssl_core.tasks.base import MakeBackbone, Measure, Preset, PretextTask, Verdict, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, ParamGroup, Samples

START = 4  # pixels a side of the generator's first map


class BiGAN(PretextTask):
    """A forger makes pictures from numbers, an analyst makes numbers from pictures, a judge tries to tell who made a pair (BiGAN)."""

    title = "Forged or real?"
    learning = "Forging pictures, and learning to read them"
    family = "generate"
    paper = "1605.09782"
    metric = "judge"
    measure = Measure("Pairs that the judge tells apart", help="New pictures and fresh forgeries; 100 % means that the forger has lost.")
    phases: tuple[str, ...] = ("judge", "players")
    headline = 2
    remedy = "If the judge is right all the time, give it fewer turns or a smaller rate; if it is never right, more turns."

    class Options(Settings):
        """What a person may set of BiGAN."""

        codes: int = Field(
            64,
            ge=2,
            le=1024,
            title="length of a code",
            description="Numbers that a picture is made from and read into.",
            json_schema_extra={"first": 4},
        )
        turns: int = Field(1, ge=1, le=8, title="turns of the judge", description="Steps of the judge for one of the two players.")
        width: int = Field(32, ge=4, le=256, title="width of forger and judge", description="Channels at full resolution.")

    class Play(Settings):
        """What a person may ask the forger for."""

        number: int = Field(1, ge=0, le=9999, title="forgery number", description="Each number is another code, and so another picture.")

    presets: ClassVar = {
        "cpu": Preset(Options(), Recipe(batch=64, epochs=12, optimiser="adam", rate=4e-4, rate_end=1e-4, betas=(0.5, 0.999))),
        "gpu": Preset(
            Options(codes=100, width=64),
            Recipe(backbone="resnet", batch=128, epochs=100, optimiser="adam", rate=2e-4, rate_end=2e-5, betas=(0.5, 0.999)),
        ),
    }

    def __init__(self, options: Options, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        size = data.image_size
        if size < 2 * START or size & (size - 1):
            raise SettingsError(f"bigan needs pictures of 8, 16, 32, 64 … pixels a side: its forger doubles them. Got {size}.")
        self.phases = ("judge",) * options.turns + ("players",)
        self.forger = Forger(options.codes, options.width, size)
        self.analyst = nn.Linear(self.backbone.width, options.codes)
        self.judge = PairDiscriminator(options.codes, options.width, size)

    def parameters_of(self, phase: str) -> list[ParamGroup]:
        """The discriminator's weights in the phase "judge", those of generator and encoder in "players"; no weight decay."""
        judges = {id(p) for p in self.judge.parameters()}
        mine = [p for p in self.parameters() if p.requires_grad and (id(p) in judges) == (phase == "judge")]
        return [ParamGroup(mine, decay=False, hidden=self.hidden_weights())]

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """Pictures and a code for each, B Z standard normal; played: one code for all, drawn from `play.number`."""
        images_BCHW, B = samples.images_BCHW, len(samples.images_BCHW)
        if play is not None:
            code_1Z = torch.randn(1, self.options.codes, generator=generator(play.number, "forgery"))
            return {"images_BCHW": images_BCHW, "code_BZ": code_1Z.expand(B, -1).to(images_BCHW.device)}
        return {"images_BCHW": images_BCHW, "code_BZ": torch.randn(B, self.options.codes, generator=rng, device=rng.device)}

    def forward(self, batch: Batch, phase: str = "players") -> Output:
        """−log D(x, E(x)) − log(1 − D(G(z), z)) for D; both labels flipped for G and E (eq. 2 of the paper, non-saturating)."""
        images_BCHW, code_BZ = batch["images_BCHW"], batch["code_BZ"]
        real_BCHW = 2 * images_BCHW - 1
        read_BZ = self.analyst(self.backbone(images_BCHW).pooled_BD)
        forged_BCHW = self.forger(code_BZ)
        if phase == "judge":
            read_BZ, forged_BCHW = read_BZ.detach(), forged_BCHW.detach()
        real_B, forged_B = self.judge(real_BCHW, read_BZ), self.judge(forged_BCHW, code_BZ)
        sign = 1 if phase == "judge" else -1
        loss = softplus(-sign * real_B).mean() + softplus(sign * forged_B).mean()
        right = 0.5 * ((real_B > 0).float().mean() + (forged_B < 0).float().mean())
        shown = {"forged_BCHW": forged_BCHW.detach(), "read_BZ": read_BZ.detach(), "real_B": real_B.detach(), "forged_B": forged_B.detach()}
        spread = read_BZ.detach().float().std() if read_BZ.numel() > 1 else torch.zeros((), device=read_BZ.device)
        return Output(loss, {"judge": right.detach(), "spread": spread}, shown)

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row a picture: a forgery and the judge's word, the picture, and the picture forged again from its own code."""
        again_BCHW = self.forger(output.shown["read_BZ"])
        forged, again = (to_uint8((x + 1) / 2).numpy() for x in (output.shown["forged_BCHW"], again_BCHW))
        real = to_uint8(batch["images_BCHW"]).numpy()
        says_real_B, says_forged_B = output.shown["real_B"].sigmoid().tolist(), output.shown["forged_B"].sigmoid().tolist()
        return [
            [
                Panel(forged[b], f"forged, judged {100 * says_forged_B[b]:.0f} % real", right=says_forged_B[b] > 0.5),
                Panel(real[b], f"real, judged {100 * says_real_B[b]:.0f} % real"),
                Panel(again[b], "forged again from what it read in the real one"),
            ]
            for b in range(len(real))
        ]

    def preview(self, batch: Batch) -> list[list[Panel]]:
        """A row a picture: the encoder's input, and the generator's code as a square of gray values."""
        code_BZ = batch["code_BZ"]
        side = math.isqrt(code_BZ.shape[1] - 1) + 1
        padded = torch.nn.functional.pad(code_BZ, (0, side**2 - code_BZ.shape[1])).view(-1, 1, side, side).expand(-1, 3, -1, -1)
        pictures, codes = to_uint8(batch["images_BCHW"]).numpy(), to_uint8(0.5 + padded / 5).numpy()
        return [
            [Panel(a, "for the analyst"), Panel(b, f"{code_BZ.shape[1]} numbers, for the forger")]
            for a, b in zip(pictures, codes, strict=True)
        ]

    def verdicts(self, batch: Batch, output: Output) -> list[Verdict]:
        """One a picture: what the judge thinks of the forgery and of the picture."""
        pairs = zip(output.shown["forged_B"].sigmoid().tolist(), output.shown["real_B"].sigmoid().tolist(), strict=True)
        return [
            Verdict(
                f"The judge {_judged(forged, real)}: {100 * forged:.0f} % real.",
                (("the forgery", forged), ("your picture", real)),
                chance=0.5,
            )
            for forged, real in pairs
        ]

    def chance(self) -> dict[str, float]:
        """A judge that knows nothing is right half the time and costs 2 ln 2."""
        return {"judge": 0.5, "loss": 2 * math.log(2)}


class Forger(nn.Module):
    """The generator: codes B Z to pictures in [-1, 1], START pixels a side doubled up to `size` (DCGAN, 1511.06434, with upsampling)."""

    def __init__(self, codes: int, width: int, size: int) -> None:
        super().__init__()
        doublings = int(math.log2(size // START))
        widths = [min(width * 2**k, 8 * width) for k in reversed(range(doublings + 1))]
        self.start = nn.Sequential(nn.Linear(codes, widths[0] * START**2), nn.Unflatten(1, (widths[0], START, START)))
        layers: list[nn.Module] = [nn.BatchNorm2d(widths[0]), nn.ReLU()]
        for before, after in zip(widths, widths[1:], strict=False):
            layers += [nn.Upsample(scale_factor=2), nn.Conv2d(before, after, 3, padding=1, bias=False), nn.BatchNorm2d(after), nn.ReLU()]
        self.grow = nn.Sequential(*layers, nn.Conv2d(widths[-1], 3, 3, padding=1), nn.Tanh())

    def forward(self, code_BZ: Tensor) -> Tensor:
        """B 3 size size."""
        forged_BCHW: Tensor = self.grow(self.start(code_BZ))
        return forged_BCHW


class PairDiscriminator(nn.Module):
    """The discriminator: one logit for a pair (picture, code); spectral norm bounds each layer's Lipschitz constant (1802.05957)."""

    def __init__(self, codes: int, width: int, size: int) -> None:
        super().__init__()
        self.look, seen = halving(size, START, width)
        self.read = nn.Sequential(spectral_norm(nn.Linear(codes, 4 * width)), nn.LeakyReLU(0.2))
        self.decide = nn.Sequential(
            spectral_norm(nn.Linear(seen + 4 * width, 8 * width)), nn.LeakyReLU(0.2), spectral_norm(nn.Linear(8 * width, 1))
        )

    def forward(self, images_BCHW: Tensor, code_BZ: Tensor) -> Tensor:
        """B logits: above 0, the pair is taken for a picture x and its code E(x). Pictures in [-1, 1]."""
        logit_B: Tensor = self.decide(torch.cat([self.look(images_BCHW), self.read(code_BZ)], 1))[:, 0]
        return logit_B


def _judged(forged: float, real: float) -> str:
    """The judge's answer as a verb; in the last case the picture counts as less real than the forgery.

    Where both would be shown with the same per cent, it can't tell them apart.
    """
    if f"{forged:.0%}" == f"{real:.0%}":
        return "can't tell the forgery from your picture"
    if forged > 0.5:
        return "falls for the forgery"
    return "sees through the forgery" if forged < real else "doubts your picture more than the forgery"
