"""Which positions of a picture raise the logit of an answer (Grad-CAM, Selvaraju et al., 1610.02391)."""

from __future__ import annotations

import torch
from pydantic import Field
from torch import Tensor

from ssl_core.backbones.base import Backbone
from ssl_core.explainers.base import Answer, Explainer, HeatMap, lateness
from ssl_core.settings import Settings, SettingsError
from ssl_core.types import Features


class GradCAM(Explainer):
    """What spoke for the network's answer: places where more of what was found would raise it.

    A map holds ReLU(Σ_c a_c F_c) at each position (equations 1 and 2), a_c the mean over positions of ∂logit / ∂F_c. The unit is logits a
    position: behind average pooling and a linear layer, the values before ReLU sum to the logit without its bias.
    """

    title = "What spoke for its answer"
    label, kind = "what spoke for its answer", "answer"
    needs = frozenset({"answer"})

    class Options(Settings):
        """What is shown."""

        answer: int | None = Field(None, ge=0, le=10**6, description="Number of the answer to explain, from 0. Empty: the likeliest.")

    def maps(self, backbone: Backbone, images_BCHW: Tensor, answer: Answer | None = None) -> list[HeatMap]:
        """One map, B H W in strides of the backbone: of each picture's likeliest answer, or of `Options.answer`.

        Raises:
            SettingsError: the network gives no answer or no map of the picture, its answer doesn't depend on that map, or has no class
                `Options.answer`.
        """
        assert not backbone.training, "explain a network in eval mode"
        if answer is None:
            raise SettingsError("Grad-CAM explains an answer; this network gives none. Try activation.")
        with torch.enable_grad():
            images_BCHW = images_BCHW.detach().requires_grad_()  # so that a frozen network has gradients too
            features = backbone(images_BCHW)
            found = _places(backbone, features)
            logit_B = self._chosen(answer(images_BCHW, features))
            # pictures don't mix in eval mode: the sum's gradient holds each picture's own
            (slope,) = torch.autograd.grad(logit_B.sum(), found, allow_unused=True)
        if slope is None:
            raise SettingsError(f"Grad-CAM needs an answer that comes from the map; {backbone.title} answers past it. Try heads.")
        found_BDHW, slope_BDHW = (_grid(value.detach().float(), images_BCHW, backbone.stride) for value in (found, slope))
        map_BHW = (slope_BDHW.mean((2, 3), keepdim=True) * found_BDHW).sum(1).relu()
        late = lateness(backbone, backbone.layers[-1], images_BCHW, map_BHW.shape[-1])
        return [HeatMap("its answer" if self.options.answer is None else f"answer {self.options.answer}", map_BHW, late)]

    def _chosen(self, logits_BK: Tensor) -> Tensor:
        index = self.options.answer
        if index is None:
            return logits_BK.max(1).values
        if index >= logits_BK.shape[1]:
            raise SettingsError(f"'answer' of GradCAM must be between 0 and {logits_BK.shape[1] - 1}. Got {index}.")
        return logits_BK[:, index]


def _places(backbone: Backbone, features: Features) -> Tensor:
    for found in (features.map_BDHW, features.tokens_BND):
        if found is not None:
            return found
    raise SettingsError(f"Grad-CAM needs a map of the picture; {backbone.title} gives none here.")


def _grid(value: Tensor, images_BCHW: Tensor, stride: int) -> Tensor:
    """B D H W: a map as it is, tokens B N D laid out as a grid."""
    return value if value.ndim == 4 else value.transpose(1, 2).unflatten(2, (images_BCHW.shape[2] // stride, -1))
