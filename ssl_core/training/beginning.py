"""What a run begins from: the weights of another network, taken by name, in place of random ones (`from` of a request)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

from torch import Tensor

from ssl_core.backbones.base import Backbone
from ssl_core.models.targets import Target
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.settings import SettingsError

NAMED = 3  # weights that a sentence names
KINDS = "a run, untrained:RUN or imagenet:MODEL"


def beginning_of(values: Mapping[str, Any]) -> Target | None:
    """The target that a request wants to begin from; None where it wants random weights.

    Raises:
        SettingsError: there is no such target, it has no network, or another backbone than its own was asked for.
    """
    text = values.get("from")
    if text in (None, ""):
        return None
    target = Target.parse(str(text))
    if target.kind not in ("run", "untrained", "imagenet"):
        raise SettingsError(f"'from' must be {KINDS}. Got {str(text)[:60]}.")
    own, _ = network_of(target)
    if values.get("backbone") not in (None, "", own):
        raise SettingsError(
            f"{target.text} is the backbone {own}: a run from its weights can't have '{values['backbone']}'. Leave that out."
        )
    return target


def network_of(target: Target) -> tuple[str, dict[str, Any]]:
    """Name and options of the backbone whose weights fit a target's."""
    if target.kind == "imagenet":
        return "torchvision", {"model": target.text.partition(":")[2]}
    name = target.text.partition(":")[2].partition("@")[0] if target.kind == "untrained" else target.text
    spec = spec_of(folder_of(name))
    return spec.backbone, spec.backbone_options


def backbone_named(text: str) -> str:
    """The name of the backbone that a run from a target's weights has. Raises SettingsError where there is no such target."""
    return network_of(Target.parse(text))[0]


def noted(target: Target) -> dict[str, str]:
    """What a spec keeps of its beginning: the target, the digest of its weights, and its title while that can still be known."""
    return {"from": target.text, "digest": target.digest, "title": target.title}


def held_weights(began: Mapping[str, str]) -> dict[str, Tensor]:
    """The weights of the network that a spec begins from, by name.

    Raises:
        SettingsError: the target is gone, or has other weights than when the run was asked for.
    """
    text, digest = str(began["from"]), began["digest"]
    try:
        target = Target.parse(text)
        found = target.digest
    except SettingsError as error:
        raise SettingsError(f"This run begins from the weights of '{text[:60]}', which are gone: {error}") from error
    if found != digest:
        raise SettingsError(f"'{text[:60]}' has learnt further since this run was asked for. Ask for it again.")
    network = target.network()
    with network.lock:
        return {name: value.clone() for name, value in network.backbone.state_dict().items()}


def taking(began: Mapping[str, str]) -> Callable[[Backbone], Backbone] | None:
    """What gives a network the weights that a spec begins from, as `build_task` takes it; None for random ones."""
    return functools.partial(take, held_weights(began)) if began else None


def misfit_of(weights: Mapping[str, Tensor], backbone: Backbone) -> tuple[list[str], list[str]]:
    """Names that the network has and the weights lack or hold in another shape; and names that the weights hold for nothing."""
    own = backbone.state_dict()
    lacking = [name for name, value in own.items() if name not in weights or weights[name].shape != value.shape]
    return lacking, [name for name in weights if name not in own]


def take(weights: Mapping[str, Tensor], backbone: Backbone) -> Backbone:
    """The network with these weights in place of its own. Names that it doesn't have, such as ImageNet's classifier, are left out.

    Raises:
        SettingsError: a weight is missing or has another shape.
    """
    lacking, _ = misfit_of(weights, backbone)
    if lacking:
        many = f", and {len(lacking) - NAMED} more" if len(lacking) > NAMED else ""
        raise SettingsError(
            f"The weights to begin from don't fit this network: {', '.join(lacking[:NAMED])}{many} are missing or of another shape. "
            "Leave the network's settings as they are there, or begin from another."
        )
    backbone.load_state_dict({name: value for name, value in weights.items() if name in backbone.state_dict()})
    return backbone
