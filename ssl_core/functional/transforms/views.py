"""Two or more differently edited copies of each picture (views), on the device, random for each picture.

No blur (unlike SimCLR): at 32 pixels a side blurred pictures couldn't be recognised.
"""

from __future__ import annotations

from typing import Literal

import torch
from pydantic import Field
from torch import Tensor

from ssl_core.functional.transforms import augment
from ssl_core.settings import Settings

GRAY, JITTERED = 0.2, 0.8  # probability that a copy is made gray, and that its colours are changed (SimCLR, appendix A)


class Edits(Settings):
    """How far a copy may depart from its picture."""

    smallest: float = Field(
        0.2,
        ge=0.05,
        le=1,
        title="smallest crop",
        description="Share of the picture that a copy shows at least; 1 shows all of it.",
        json_schema_extra={"subject": "augmentation", "first": 4},
    )
    colour: float = Field(
        0.5,
        ge=0,
        le=1,
        title="change of colours",
        description="Strength of the changes in brightness, contrast, saturation and hue.",
        json_schema_extra={"subject": "augmentation"},
    )
    jitter: Literal["mostly", "always"] = Field(
        "mostly",
        title="how colours change",
        description="SimCLR: 8 copies in 10, the hue a quarter as far as the rest. MoCo v1: every copy, the hue as far as the rest.",
        json_schema_extra={"subject": "augmentation", "unless": {"colour": [0]}, "names": ["as in SimCLR", "as in MoCo v1"]},
    )
    mirror: bool = Field(
        True, title="mirror at random", description="Half of the copies are mirrored.", json_schema_extra={"subject": "augmentation"}
    )


def view(
    images_BCHW: Tensor, rng: torch.Generator, edits: Edits, size: int | None = None, scale: tuple[float, float] | None = None
) -> Tensor:
    """One edited copy of each picture, B 3 size size: cropped (`scale`: share of its area), mirrored, colours jittered, or gray."""
    copies = augment.random_resized_crop(images_BCHW, rng, size, scale or (edits.smallest, 1.0))
    if edits.mirror:
        copies = augment.flip(copies, rng)
    if edits.colour:
        if edits.jitter == "always":  # MoCo v1's ColorJitter(s, s, s, s); its hue ends at half a turn
            copies = augment.colour_jitter(copies, rng, *(edits.colour,) * 3, min(edits.colour, 0.5), 1.0)
        else:  # SimCLR, appendix A: 0.8 of the strength for all but the hue, 0.2 for the hue
            s = 0.8 * edits.colour
            copies = augment.colour_jitter(copies, rng, s, s, s, s / 4, JITTERED)
        copies = augment.gray(copies, rng, GRAY)
    return copies


def two_views(images_BCHW: Tensor, rng: torch.Generator, edits: Edits, size: int | None = None) -> Tensor:
    """2 B 3 size size: two independent copies of each picture; `size` None: as high as the picture."""
    B = len(images_BCHW)
    both = view(images_BCHW.repeat(2, 1, 1, 1), rng, edits, size)
    return both.view(2, B, *both.shape[1:])


def multi_crop(
    images_BCHW: Tensor, rng: torch.Generator, edits: Edits, size: int, small: int, small_size: int, split: float = 0.4
) -> list[Tensor]:
    """Two large crops of each picture, B 3 size size, and `small` small ones, B 3 small_size small_size (SwAV, section 3.3).

    Large crops show at least `split` of the picture, small ones between `edits.smallest` and `split`.
    """
    split = max(split, edits.smallest)
    large = [view(images_BCHW, rng, edits, size, (split, 1.0)) for _ in range(2)]
    return large + [view(images_BCHW, rng, edits, small_size, (min(edits.smallest, split), split)) for _ in range(small)]
