"""Pictures and sentences about pairs of copies (views): how screens show what a contrastive method does."""

from __future__ import annotations

import numpy as np
import torch
from pydantic import Field
from torch import Tensor

from ssl_core.functional.transforms import augment
from ssl_core.settings import Settings
from ssl_core.types import Panel

WALL = "how alike: each first copy (rows) beside each second one; a bright diagonal means that partners are found"
CELL = 8  # pixels a side of a pair's square in the similarity picture


class Edit(Settings):
    """A copy edited by hand."""

    zoom: float = Field(0.6, ge=0.2, le=1, description="Share of the side that the copy shows, from the middle.")
    hue: float = Field(0.2, ge=-0.5, le=0.5, title="turn of the colours", description="In turns round the colour circle.")
    gray: bool = Field(False, title="take the colours away", description="The copy in shades of gray.")
    mirror: bool = Field(True, title="mirror it", description="Left and right exchanged.")


def edited(images_BCHW: Tensor, edit: Edit) -> Tensor:
    """B C H W: every picture edited as `edit` says, at its own size (H = W)."""
    B, _, H, W = images_BCHW.shape
    device = images_BCHW.device
    high, wide = round(edit.zoom * H), round(edit.zoom * W)
    box_B4 = torch.tensor([[(H - high) / 2, (W - wide) / 2, high, wide]], device=device).expand(B, 4)
    copies = augment.resized_crop(images_BCHW, box_B4, H)
    copies = augment.adjust_hue(copies, torch.full((B,), float(edit.hue), device=device))
    copies = copies.flip(3) if edit.mirror else copies
    return augment.luma(copies).expand_as(copies) if edit.gray else copies


def product_matrix(one_ND: Tensor, two_MD: Tensor) -> Tensor:
    """N M dot products of rows, in float32 also under autocast: dividing by a small τ or epsilon would magnify rounding errors."""
    with torch.autocast(one_ND.device.type, enabled=False):
        return one_ND.float() @ two_MD.float().T


def partner_words(embedding_VBD: Tensor) -> list[tuple[str, bool | None]]:
    """For each picture the rank of its first copy among the 2 B - 1 copies other than the second, by cosine to the second.

    embedding_VBD: V = 2 copies as unit vectors. Right is rank 1. With B = 1 the cosine of the two copies instead, neither right nor wrong.
    """
    one_BD, two_BD = embedding_VBD.float()
    alike_NN = product_matrix(torch.cat([one_BD, two_BD]), torch.cat([one_BD, two_BD]))
    B = len(one_BD)
    if B == 1:
        return [(f"finds them {percent(alike_NN[0, 1])} alike", None)]
    alike_NN.fill_diagonal_(-torch.inf)
    own_B = alike_NN[B:].gather(1, torch.arange(B, device=alike_NN.device)[:, None])
    place_B = (alike_NN[B:] > own_B).sum(1).tolist()
    return [(f"partner at place {place + 1} of {2 * B - 1}", place == 0) for place in place_B]


def pair_verdicts(embedding_VBD: Tensor, picture_B: Tensor | None = None) -> list[tuple[str, tuple[tuple[str, float], ...]]]:
    """For each picture a sentence and bars: the cosine of its two copies (unit vectors), beside that of the most similar other picture.

    picture_B: equal numbers for equal pictures, which aren't each other's "other picture"; None: all differ.
    """
    own_B = (embedding_VBD[0].float() * embedding_VBD[1].float()).sum(1)
    other_BB = others(len(own_B), picture_B, own_B.device)
    among_B, (closest_B, _) = other_BB.sum(1), closest_other(embedding_VBD, picture_B)
    return [
        _told_among(own, closest, among, "other pictures" if among > 1 else "other picture", "another picture") if among else _told(own)
        for own, closest, among in zip(own_B.tolist(), closest_B.tolist(), among_B.tolist(), strict=True)
    ]


def queue_verdicts(embedding_VBD: Tensor, closest_B: Tensor, keys: int) -> list[tuple[str, tuple[tuple[str, float], ...]]]:
    """As `pair_verdicts`, beside the cosine of the most similar of a queue's keys; a key may be of the same picture."""
    own_B = (embedding_VBD[0].float() * embedding_VBD[1].float()).sum(1)
    pairs = zip(own_B.tolist(), closest_B.tolist(), strict=True)
    return [_told_among(own, closest, keys, "keys of the queue", "a key of the queue") for own, closest in pairs]


def equal_pictures(images_BCHW: Tensor) -> Tensor:
    """B: a number for each picture, the same for pictures that are equal to the pixel."""
    number_B: Tensor = torch.unique(images_BCHW.flatten(1), dim=0, return_inverse=True)[1]
    return number_B


def others(count: int, picture_B: Tensor | None, device: torch.device) -> Tensor:
    """B B: whether the second copy of the column is of another picture than the first copy of the row."""
    number_B = torch.arange(count, device=device) if picture_B is None else picture_B.to(device)
    return number_B[:, None] != number_B[None]


def closest_other(embedding_VBD: Tensor, picture_B: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """For each first copy the cosine of the most similar second copy of another picture, and its row: B each; -inf where there is none."""
    alike_BB = embedding_VBD[0].float() @ embedding_VBD[1].float().T
    found = alike_BB.masked_fill(~others(len(alike_BB), picture_B, alike_BB.device), -torch.inf).max(1)
    return found.values, found.indices


def rivals(embedding_VBD: Tensor, images: np.ndarray, picture_B: Tensor | None = None) -> list[list[Panel]]:
    """For each picture a panel of the second copy of another picture that is most similar to its first copy; none where there is none."""
    alike_B, other_B = closest_other(embedding_VBD, picture_B)
    return [
        [Panel(images[k], f"the closest other copy: {percent(alike)} alike")] if alike > -1.5 else []
        for k, alike in zip(other_B.tolist(), alike_B.tolist(), strict=True)
    ]


def _told(alike: float) -> tuple[str, tuple[tuple[str, float], ...]]:
    word = "the same picture" if alike > 0.8 else "related" if alike > 0.4 else "two different pictures"
    return f"It takes the two copies for {word}: {percent(alike)} alike.", (("alike", max(0.0, alike)),)


def _told_among(alike: float, closest: float, among: int, rivals: str, one: str) -> tuple[str, tuple[tuple[str, float], ...]]:
    if alike > closest:
        sentence = f"It finds the copy again: {percent(alike)} alike, the closest of {among} {rivals} {percent(closest)}."
    else:
        sentence = f"It takes {one} for the copy: that one is {percent(closest)} alike, its own copy {percent(alike)}."
    return sentence, (("its own copy", max(0.0, alike)), (f"closest of {among} others", max(0.0, closest)))


def percent(alike: Tensor | float) -> str:
    """A cosine as text in per cent: 1 is "100 %"."""
    return f"{100 * float(alike):.0f} %"


def similarity_picture(embedding_VBD: Tensor) -> np.ndarray:
    """uint8 H W 3, H = W = CELL · B: the cosine of each first copy (row) and second copy (column), black at 0 and below, white at 1."""
    alike_BB = (embedding_VBD[0].float() @ embedding_VBD[1].float().T).clamp(0, 1)
    gray = (alike_BB * 255).round().to(torch.uint8).cpu().numpy().repeat(CELL, 0).repeat(CELL, 1)
    return np.repeat(gray[:, :, None], 3, 2)
