"""Which positions a transformer attends to: attention heads, and attention rollout (Abnar and Zuidema, 2005.00928)."""

from __future__ import annotations

from functools import reduce

import torch
from pydantic import Field
from torch import Tensor

from ssl_core.backbones.base import Backbone
from ssl_core.explainers.base import Answer, Explainer, HeatMap
from ssl_core.settings import Settings, SettingsError


class Heads(Explainer):
    """What each attention head of a transformer looks at, and what all blocks together take from each place (rollout).

    A map holds shares of attention; the positions sum to 1 without a class token, and to less with one, which takes a share itself.
    The map is the class token's row where there is one, else the mean of all tokens' rows, as the features are the tokens' mean.
    """

    title = "What its heads look at"
    label, kind = "what all heads of its last block look at", "heads"
    shared = False  # a row of maps, none of which sums the others up
    needs = frozenset({"attention"})

    class Options(Settings):
        """What is shown."""

        block: int | None = Field(None, ge=1, le=48, description="Whose heads, counted from the picture. Empty: the last block's.")

    def maps(self, backbone: Backbone, images_BCHW: Tensor, answer: Answer | None = None) -> list[HeatMap]:
        """The rollout, then a map of each head of the block; each B H W, H and W in patches. `answer` isn't used.

        Raises:
            SettingsError: the network gives no attention, or has no such block.
        """
        assert not backbone.training, "explain a network in eval mode"
        if "attention" not in backbone.gives:
            raise SettingsError(f"{backbone.title} has no attention heads to show. Choose vit, or try activation.")
        with torch.no_grad():
            features = backbone(images_BCHW, attention=True)
        looks, block = [look_BATT.float() for look_BATT in features.attention], self.options.block or len(features.attention)
        if block > len(looks):
            raise SettingsError(f"'block' of Heads must be between 1 and {len(looks)}. Got {block}.")
        high, places = images_BCHW.shape[2] // backbone.stride, features.tokens_BND.shape[1]
        rows_BAN = _rows(looks[block - 1], places)
        maps = [HeatMap("all blocks together", _rows(rollout(looks)[:, None], places)[:, 0].unflatten(1, (high, -1)))]
        heads = range(rows_BAN.shape[1])
        return maps + [HeatMap(f"head {k + 1} of block {block}", rows_BAN[:, k].unflatten(1, (high, -1))) for k in heads]


def rollout(looks: list[Tensor]) -> Tensor:
    """Attention rollout, A_L … A_1 with A_l = (mean over heads of block l's attention + I) / 2 (equation 1): B T T, rows sum to 1.

    Entry i, j: the share of output token i that comes from input token j. looks: B A T T of each block, first to last.
    """
    steps = [look_BATT.mean(1) for look_BATT in looks]
    # half of what leaves a block came in through it (attention), half past it (the residual)
    steps = [(step_BTT + torch.eye(step_BTT.shape[1], device=step_BTT.device)) / 2 for step_BTT in steps]
    return reduce(lambda so_far, step_BTT: step_BTT @ so_far, steps)


def _rows(look_BATT: Tensor, places: int) -> Tensor:
    """The features' attention to each position: B A N, the class token's row without its own column, else the mean of all rows."""
    return look_BATT[:, :, 0, 1:] if look_BATT.shape[3] == places + 1 else look_BATT.mean(2)
