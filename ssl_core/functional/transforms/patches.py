"""Pictures as grids of squares (patches), row by row: a token a square.

Axes: B batch, C channel, H W pixel, N square, P value of a square, G square along a side of the grid.
"""

from __future__ import annotations

import torch
from pydantic import Field, field_validator
from torch import Tensor
from torch.nn.functional import conv2d, pixel_shuffle, pixel_unshuffle

from ssl_core.settings import Settings, SettingsError

MOST = 65536  # squares that a person may draw: 256 a side


class Squares(Settings):
    """Which squares of a picture are hidden, drawn by hand."""

    hidden: str = Field("", description="A 1 for each hidden square and a 0 for each seen one, row by row. Empty: a drawing by chance.")

    @field_validator("hidden")
    @classmethod
    def _drawn(cls, hidden: str) -> str:
        if len(hidden) > MOST or set(hidden) - set("01"):
            raise ValueError(f"must be a 1 for each hidden square and a 0 for each seen one, row by row, at most {MOST} of them")
        return hidden


def patchify(images_BCHW: Tensor, patch: int) -> Tensor:
    """B N P, P = C p p: each square's pixels, channel by channel; squares row by row."""
    return pixel_unshuffle(images_BCHW, patch).flatten(2).transpose(1, 2)


def unpatchify(patches_BNP: Tensor, patch: int, side: int) -> Tensor:
    """B C H W from the squares of a picture `side` squares wide."""
    return pixel_shuffle(patches_BNP.transpose(1, 2).unflatten(2, (-1, side)), patch)


def kept_at_random(count: int, tokens: int, hidden: float, rng: torch.Generator) -> Tensor:
    """B n ids of the squares that stay, drawn for each picture, n = max(1, round(tokens · (1 - hidden))) (MAE, section 3)."""
    keep = max(1, round(tokens * (1 - hidden)))
    return torch.rand(count, tokens, generator=rng, device=rng.device).argsort(1)[:, :keep]


def kept_by_hand(squares: Squares, tokens: int, owner: str) -> Tensor:
    """n ids of the squares that a drawing of `tokens` squares leaves to be seen.

    Raises:
        SettingsError: the drawing has another number of squares, or hides all of them or none.
    """
    drawn = squares.hidden
    if len(drawn) != tokens:
        raise SettingsError(f"'squares' of {owner} must say of each of {tokens} squares whether it is hidden. Got {len(drawn)}: draw anew.")
    if len(set(drawn)) < 2:
        given = "all hidden" if "1" in drawn else "none hidden"
        raise SettingsError(f"'squares' of {owner} must hide at least one of {tokens} squares and show at least one. Got {given}.")
    return torch.tensor([place for place, sign in enumerate(drawn) if sign == "0"])


def hidden_cells(keep_BN: Tensor, tokens: int) -> Tensor:
    """B N: 1 where a square is hidden."""
    hidden_BN = torch.ones(len(keep_BN), tokens, device=keep_BN.device)
    return hidden_BN.scatter(1, keep_BN, 0.0)


def neighbour_fill(images_BCHW: Tensor, hidden_BN: Tensor, patch: int) -> Tensor:
    """B C H W: each hidden square in the mean colour of the seen ones among its eight neighbours; without any, of all seen squares."""
    side = images_BCHW.shape[3] // patch
    C = images_BCHW.shape[1]
    seen_B1GG = (1 - hidden_BN).unflatten(1, (-1, side))[:, None]
    mean_BCGG = torch.nn.functional.avg_pool2d(images_BCHW, patch) * seen_B1GG
    around = torch.ones(C, 1, 3, 3, device=images_BCHW.device)
    count_B1GG = conv2d(seen_B1GG, around[:1], padding=1)
    near_BCGG = conv2d(mean_BCGG, around, padding=1, groups=C) / count_B1GG.clamp(min=1)
    all_BC11 = mean_BCGG.sum((2, 3), keepdim=True) / seen_B1GG.sum((2, 3), keepdim=True).clamp(min=1)
    colour_BCGG = torch.where(count_B1GG > 0, near_BCGG, all_BC11)
    hidden_B1GG = hidden_BN.unflatten(1, (-1, side))[:, None]
    grown, mask = (value.repeat_interleave(patch, 2).repeat_interleave(patch, 3) for value in (colour_BCGG, hidden_B1GG))
    return images_BCHW * (1 - mask) + grown * mask
