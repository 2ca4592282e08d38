"""A backbone's weights under torchvision's names, where the network is one of torchvision's: checked by loading them there."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn

from ssl_core.backbones._tracing import blank
from ssl_core.backbones.base import Backbone
from ssl_core.models.weight_names import torchvision_names

CLOSE = 1e-4  # difference of features below which two programs count as one network


class Theirs(NamedTuple):
    """Weights for one of torchvision's networks."""

    model: str  # its name in torchvision
    weights: dict[str, Tensor]  # by torchvision's names
    small: bool  # whether the first convolution is 3 x 3 without pooling after it, as for small pictures
    cut: tuple[str, ...]  # modules that came after the features: identities in the network that takes these weights
    same: bool  # whether torchvision's code then gives the backbone's features

    def example(self) -> str:
        """Lines of Python that load the weights from torchvision.safetensors."""
        lines = [f'network = torchvision.models.get_model("{self.model}", weights=None)']
        if self.small:
            lines += [
                "network.conv1 = torch.nn.Conv2d(3, 64, 3, 1, 1, bias=False)  # the first layers for small pictures",
                "network.maxpool = torch.nn.Identity()",
            ]
        lines += [f'network.set_submodule("{name}", torch.nn.Identity())' for name in self.cut]
        return "\n".join([*lines, 'network.load_state_dict(load_file("torchvision.safetensors"), strict=True)', "network.eval()"])


def theirs_of(backbone: Backbone, size: int) -> Theirs | None:
    """The weights under torchvision's names; None where the network isn't torchvision's, or a task built it otherwise."""
    named, state = torchvision_names(backbone), backbone.state_dict()
    if not named:
        return None
    model = str(getattr(backbone, "model", "")) or f"resnet{backbone.options.plain()['depth']}"
    weights = {theirs: state[own] for own, theirs in named.items()}
    small = backbone.name == "resnet" and weights["conv1.weight"].shape[-1] == 3
    network = blank(model).eval()
    if small:
        network.conv1, network.maxpool = nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.Identity()
    cut = tuple(dict.fromkeys(name.rpartition(".")[0] for name in network.state_dict() if name not in weights))
    for name in cut:
        if not name:  # a weight of the network itself
            return None
        network.set_submodule(name, nn.Identity())
    try:
        network.load_state_dict(weights, strict=True)
    except RuntimeError:  # other widths, norms or layers than torchvision's
        return None
    return Theirs(model, weights, small, cut, _same(backbone, network, size))


@torch.no_grad()
def _same(backbone: Backbone, network: nn.Module, size: int) -> bool:
    images_BCHW = torch.rand(2, 3, size, size, generator=torch.Generator().manual_seed(0))
    ours_BD, theirs_BD = backbone.eval()(images_BCHW).pooled_BD, network(backbone.standardise(images_BCHW))
    return ours_BD.shape == theirs_BD.shape and bool((ours_BD - theirs_BD).abs().max() <= CLOSE * ours_BD.abs().max().clamp_min(1))
