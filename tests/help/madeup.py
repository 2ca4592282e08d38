"""Tasks unlike the shipped ones, to test the contract with what such tasks need: masks, measures of a whole set, tiles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from ssl_core.functional.transforms import geometry
from ssl_core.functional.transforms.resize import resized
from ssl_core.settings import Settings
from ssl_core.tasks.base import MakeBackbone, PretextTask, ratio, to_uint8
from ssl_core.types import Batch, DataInfo, Output, Panel, Samples


class Segment(PretextTask):
    """Say of each cell of the map whether it is ground or object, and where the object's box begins."""

    name = "segment"
    title = "Where is it?"
    family = "predict"
    metric = "miou"
    needs: ClassVar = frozenset({"map", "masks", "boxes"})

    def __init__(self, options: Settings, make_backbone: MakeBackbone, data: DataInfo) -> None:
        super().__init__(options, make_backbone, data)
        self.head = nn.Conv2d(self.backbone.width, 2, 1)

    def transform(self, samples: Samples, rng: torch.Generator, play: Any = None) -> Batch:
        """Pictures with masks and boxes, cropped and mirrored alike while training."""
        if self.training:
            count, shape = len(samples.index_B), samples.images_BCHW.shape[2:]
            steps = geometry.draw_crop(count, (shape[0], shape[1]), rng), geometry.draw_mirror(count, rng)
            samples = geometry.moved(samples, *steps)
        return {"images_BCHW": samples.images_BCHW, "masks_BHW": samples.masks_BHW, "boxes_B4": samples.boxes_B4}

    def forward(self, batch: Batch, phase: str = "main") -> Output:
        """Cross entropy for each pixel; pixels with label -1 don't count."""
        map_BDHW = self.backbone(batch["images_BCHW"]).map_BDHW
        assert map_BDHW is not None
        logits_BKHW = resized(self.head(map_BDHW), batch["images_BCHW"].shape[-1])
        masks_BHW = batch["masks_BHW"]
        loss = cross_entropy(logits_BKHW, masks_BHW, ignore_index=-1)
        said_BHW = logits_BKHW.detach().argmax(1)
        known_BHW = masks_BHW >= 0
        pairs = torch.bincount((2 * masks_BHW + said_BHW)[known_BHW], minlength=4).view(2, 2)
        object_BHW = masks_BHW == 1
        hit = ((said_BHW == 1) & object_BHW).sum()
        sums = {"pairs": pairs, "rows": [batch["boxes_B4"][:, 0]], "hit": hit, "object": object_BHW.sum()}
        return Output(loss, {"recall": hit / object_BHW.sum(), "miou": torch.tensor(torch.nan)}, {"said_BHW": said_BHW}, sums=sums)

    def measures(self, sums: Mapping[str, Tensor]) -> dict[str, float | None]:
        """Mean IoU of ground and object, the object's recall, and the number of pictures."""
        pairs = sums["pairs"].double()
        iou = pairs.diag() / (pairs.sum(0) + pairs.sum(1) - pairs.diag())
        return {"miou": float(iou.mean()), "recall": ratio(sums["hit"], sums["object"]), "pictures": float(len(sums["rows"]))}

    def render(self, batch: Batch, output: Output) -> list[list[Panel]]:
        """A row for each picture."""
        return [[Panel(image, "says where")] for image in to_uint8(batch["images_BCHW"]).numpy()]
