"""A vision transformer (Dosovitskiy et al., 2010.11929), pre-norm, whose tokens can be dropped or masked and whose attention can be read.

Beside the letters of `ssl_core.types`: T tokens with the class token first where there is one, A attention heads.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import torch
from pydantic import Field, ValidationInfo, field_validator
from torch import Tensor, nn

from ssl_core.backbones.base import Backbone, Build
from ssl_core.settings import Settings, SettingsError
from ssl_core.types import Features


class ViT(Backbone):
    """A transformer that reads the picture as a grid of small squares (tokens) and lets each look at all others."""

    title = "Vision transformer"
    gives = frozenset({"pooled", "tokens", "masking", "dropping", "attention"})

    class Options(Settings):
        """Size of the network."""

        patch: int = Field(4, ge=1, le=64, title="patch size", description="Pixels a side of a token; the picture size must be a multiple.")
        width: int = Field(128, ge=8, le=2048, description="Numbers a token holds.")
        depth: int = Field(4, ge=1, le=48, description="Blocks of attention.")
        heads: int = Field(4, ge=1, le=32, description="Attention patterns a block; four times as many must divide the width.")
        # masking tasks (MAE, SimMIM) train the tokens and leave a class token untrained: the mean suits every task
        pool: Literal["mean", "class"] = Field("mean", title="pooling", description="Sum up by the tokens' mean or by a class token.")

        @field_validator("heads")
        @classmethod
        def _fits(cls, heads: int, info: ValidationInfo) -> int:
            width = info.data.get("width")
            if width is not None and width % (4 * heads):
                raise ValueError(f"four times as many must divide the width {width}")
            return heads

    def __init__(self, options: Options, build: Build) -> None:
        super().__init__(options, build)
        if build.image_size % options.patch:
            raise SettingsError(f"'patch' of ViT must divide the picture size {build.image_size}. Got {options.patch}.")
        part = 4 * options.heads  # divides the width: sine and cosine of row and column (4), heads of equal width
        self.width = D = max(1, round(options.width * build.width / part)) * part
        self.stride, self.side = options.patch, build.image_size // options.patch
        names = tuple(f"block{k + 1}" for k in range(options.depth))
        self.layers = names[: names.index(build.upto) + 1] if build.upto else names
        self.embed = nn.Conv2d(build.channels, D, options.patch, options.patch)
        self.mask_D = nn.Parameter(torch.zeros(D))
        self.class_D = nn.Parameter(torch.zeros(D)) if options.pool == "class" else None
        for name in self.layers:
            self.add_module(name, Block(D, options.heads))
        self.norm = nn.LayerNorm(D)  # whatever `build.norm` says: batch statistics don't suit tokens
        self.apply(_initialise)
        for token_D in (self.mask_D, self.class_D):
            if token_D is not None:
                nn.init.normal_(token_D, std=0.02)

    def forward(
        self, images_BCHW: Tensor, *, keep_BN: Tensor | None = None, mask_BN: Tensor | None = None, attention: bool = False
    ) -> Features:
        """Tokens after the final norm, in the order of `keep_BN` where given; their mean or the class token as pooled_BD."""
        x_BTD = self._embed(images_BCHW, keep_BN, mask_BN)
        seen = []
        for name in self.layers:
            x_BTD, look_BATT = self.get_submodule(name)(x_BTD, attention)
            seen.append(look_BATT)
        x_BTD = self.norm(x_BTD)
        tokens_BND = self._tokens(x_BTD)
        pooled_BD = tokens_BND.mean(1) if self.class_D is None else x_BTD[:, 0]
        return Features(pooled_BD, tokens_BND=tokens_BND, attention=tuple(seen) if attention else ())

    def stages(self, images_BCHW: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Block by block, its tokens as a grid B D H W, before the final norm, which would make all tokens equally long."""
        x_BTD = self._embed(images_BCHW)
        for name in self.layers:
            x_BTD, _ = self.get_submodule(name)(x_BTD, False)
            yield name, self._tokens(x_BTD).transpose(1, 2).unflatten(2, (images_BCHW.shape[2] // self.stride, -1))

    def first_centre(self, layer: str) -> float:
        """Half a patch: tokens are cut from the picture without padding."""
        return self.stride / 2

    def _tokens(self, x_BTD: Tensor) -> Tensor:
        return x_BTD if self.class_D is None else x_BTD[:, 1:]

    def _embed(self, images_BCHW: Tensor, keep_BN: Tensor | None = None, mask_BN: Tensor | None = None) -> Tensor:
        B, _, H, W = images_BCHW.shape
        assert H % self.stride == 0 and W % self.stride == 0, f"{H} x {W} pixels don't divide into tokens of {self.stride}"
        x_BND = self.embed(self.standardise(images_BCHW)).flatten(2).transpose(1, 2)
        if mask_BN is not None:
            x_BND = torch.where(mask_BN.bool()[..., None], self.mask_D.to(x_BND.dtype), x_BND)
        place_ND = positions(H // self.stride, W // self.stride, self.width, self.side, x_BND.device)
        # 0 · mask token: DDP needs a gradient for every weight at every step
        x_BND = x_BND + place_ND + 0 * self.mask_D
        if keep_BN is not None:
            x_BND = x_BND.gather(1, keep_BN[..., None].expand(-1, -1, self.width))
        return x_BND if self.class_D is None else torch.cat([self.class_D.expand(B, 1, -1), x_BND], 1)


class Block(nn.Module):
    """A pre-norm block: x ← x + attention(norm(x)), then x ← x + MLP(norm(x)) token by token, the MLP 4 D wide."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.ask_key_value, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 4 * width), nn.Linear(4 * width, width)

    def forward(self, x_BTD: Tensor, attention: bool) -> tuple[Tensor, Tensor | None]:
        """Tokens B T D and, where asked for, attention weights B A T T: row = query, column = key, rows sum to 1."""
        split = self.ask_key_value(self.norm1(x_BTD)).unflatten(2, (3, self.heads, -1))
        q_BATE, k_BATE, v_BATE = split.permute(2, 0, 3, 1, 4)  # E: the part of D that one head sees
        look_BATT = None
        if attention:  # the fused kernel is faster but doesn't show its weights
            look_BATT = (q_BATE @ k_BATE.transpose(2, 3) * q_BATE.shape[3] ** -0.5).softmax(3)
            mixed_BATE = look_BATT @ v_BATE
        else:
            mixed_BATE = nn.functional.scaled_dot_product_attention(q_BATE, k_BATE, v_BATE)
        x_BTD = x_BTD + self.out(mixed_BATE.transpose(1, 2).flatten(2))
        return x_BTD + self.narrow(nn.functional.gelu(self.wide(self.norm2(x_BTD)))), look_BATT


def positions(high: int, wide: int, width: int, side: int, device: torch.device | None = None) -> Tensor:
    """N D: sines and cosines of row and column (MAE, 2111.06377), a high x wide grid scaled to the side x side grid trained on."""
    rate_E = 10000 ** -(torch.arange(width // 4, device=device) / (width // 4))
    row_HE = (torch.arange(high, device=device) + 0.5)[:, None] * (side / high) * rate_E
    column_WE = (torch.arange(wide, device=device) + 0.5)[:, None] * (side / wide) * rate_E
    row_HWE, column_HWE = row_HE[:, None].expand(-1, wide, -1), column_WE[None].expand(high, -1, -1)
    return torch.cat([row_HWE.sin(), row_HWE.cos(), column_HWE.sin(), column_HWE.cos()], 2).flatten(0, 1)


def _initialise(module: nn.Module) -> None:
    if isinstance(module, nn.Linear):
        nn.init.trunc_normal_(module.weight, std=0.02)
        nn.init.zeros_(module.bias)
    elif isinstance(module, nn.Conv2d):  # the patch embedding is a linear layer on a patch's pixels, and starts as one
        nn.init.xavier_uniform_(module.weight.flatten(1))
        assert module.bias is not None
        nn.init.zeros_(module.bias)
