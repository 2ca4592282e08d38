"""Layers, strides and shapes of a torchvision network, traced with torch.fx on meta tensors: no weights, no computation."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NamedTuple
from unittest.mock import patch

import torch
from torch import Tensor, nn

from ssl_core.settings import SettingsError

SIDE = 224  # pixels a side: of the trace, and of the input where a network takes a single size
HEADS = ("avgpool", "classifier", "fc", "head", "heads")  # torchvision's names for pooling and classification layers
SMALLER = (8, 32, 96)  # pixels a side, tried in this order to find the smallest input that a network takes


# torchvision is imported where it is used: it takes a second, and most runs train another network.


class Layer(NamedTuple):
    """A stage of a network: the name of its last step in the traced graph, and the shape of that step's output at SIDE pixels."""

    node: str
    width: int  # channels
    side: int  # cells


class Survey(NamedTuple):
    """The traced structure of a network; a step is a node of the traced graph."""

    layers: dict[str, Layer]  # by name, input to output: the last at each resolution; {} where no output is a map
    pooled: str  # step whose output is the pooled features, as wide as the map; "": none, the mean of the map is taken
    width: int  # D of the pooled features and of the last map
    head: tuple[str, ...]  # steps from pooled (or the map) to the logits; () where they can't be cut off as modules
    least: int  # pixels a side of the smallest input; SIDE: the network takes no other size


@lru_cache(maxsize=8)
def survey(name: str) -> Survey:
    """Traces a network on meta tensors: no weights, no computation.

    Raises:
        SettingsError: torch.fx can't trace the network, or the network has neither a map nor a flat feature vector.
    """
    try:
        model, shapes, least = _shapes(name)
    except (RuntimeError, TypeError, ValueError, AssertionError) as error:
        reason = type(error).__name__
        raise SettingsError(f"'model' of Torchvision: the steps of {name} can't be followed ({reason}). Try resnet18.") from None
    nodes = list(shapes)
    layers = _layers(model, shapes)
    # pooled features: after the last map the first flat value (B D) of the map's width; without maps the last one before the logits
    flat = [node for node in nodes[:-1] if len(shapes[node]) == 2]
    cut, width = 0, shapes[flat[-1]][1] if flat else 0
    if layers:
        *_, last = layers.values()
        cut, width = nodes.index(last.node), last.width
        flat = [node for node in flat if nodes.index(node) > cut and shapes[node][1] == width][:1]
    elif not flat:
        raise SettingsError(f"'model' of Torchvision: {name} has no features to take. Try resnet18.")
    pooled = flat[-1] if flat else ""
    head = nodes[(nodes.index(pooled) if pooled else cut) + 1 :]
    return Survey(layers, pooled, width, tuple(head) if steps(model, head) else (), least)


def _shapes(name: str) -> tuple[nn.Module, dict[str, tuple[int, ...]], int]:
    """The network on meta tensors, the output shape of each step at SIDE pixels in order, the smallest input in pixels a side."""
    from torchvision.models.feature_extraction import create_feature_extractor, get_graph_node_names

    model = hollow(name).eval()
    with traced_alone(), torch.device("meta"):
        train, test = get_graph_node_names(model, suppress_diff_warning=True)
        every = create_feature_extractor(model, [node for node in test if node in set(train)], suppress_diff_warning=True).eval()
        values = every(torch.empty(2, 3, SIDE, SIDE))
        least = next((side for side in SMALLER if _takes(every, side)), SIDE)
    return model, {node: tuple(value.shape) for node, value in values.items() if isinstance(value, Tensor)}, least


_one_trace = threading.RLock()


@contextmanager
def traced_alone() -> Iterator[None]:
    """Inside the context no other trace runs, and modules that other threads call stay out of this one.

    torch.fx replaces the call of every module in the process for as long as it traces, whichever thread calls.
    """
    from torchvision.models.feature_extraction import NodePathTracer

    here, follow = threading.get_ident(), NodePathTracer.call_module

    def call_module(tracer: Any, module: nn.Module, forward: Callable[..., Any], args: Any, kwargs: Any) -> Any:
        mine = threading.get_ident() == here
        return follow(tracer, module, forward, args, kwargs) if mine else forward(*args, **kwargs)

    with _one_trace, patch.object(NodePathTracer, "call_module", call_module):
        yield


def _takes(network: nn.Module, side: int) -> bool:
    try:
        network(torch.empty(2, 3, side, side))
    except (RuntimeError, AssertionError):
        return False
    return True


def _layers(model: nn.Module, shapes: dict[str, tuple[int, ...]]) -> dict[str, Layer]:
    """The last part of the network at each resolution, by name; {} where tokens (B N D) follow the maps."""
    body = {name: sum(p.numel() for p in child.parameters()) for name, child in model.named_children() if name not in HEADS}
    # a child with more than 90 % of the weights is the trunk: its own children are the stages
    trunk = next((name for name in body if body[name] > 0.9 * sum(body.values())), None)
    parts: dict[str, str] = {}
    for node in list(shapes)[1:]:  # the first step is the input
        words = node.split(".")
        parts[".".join(words[: 2 if words[0] == trunk else 1])] = node
    maps = {part: shapes[node] for part, node in parts.items() if part.split(".")[0] not in HEADS and _is_map(shapes[node])}
    last = {shape[2]: part for part, shape in maps.items()}  # side of the map in cells -> part
    nodes = list(shapes)
    tokens = max((nodes.index(node) for node in nodes if len(shapes[node]) == 3), default=0)
    if not last or tokens > max(nodes.index(parts[part]) for part in last.values()):
        return {}
    return {part: Layer(parts[part], maps[part][1], maps[part][2]) for part in last.values()}


def _is_map(shape: tuple[int, ...]) -> bool:
    return len(shape) == 4 and shape[0] == 2 and shape[2] == shape[3] > 1


def steps(model: nn.Module, nodes: list[str] | tuple[str, ...]) -> list[nn.Module]:
    """The named steps as modules; [] where one of them is a function other than flatten, which can't be cut off as a module."""
    known = {"flatten": nn.Flatten(), **dict(model.named_modules())}
    return [known[node] for node in nodes] if all(node in known for node in nodes) else []


def blank(name: str, **changes: Any) -> nn.Module:
    """The network with random weights, without auxiliary classifiers (googlenet, inception_v3), which only its own training uses."""
    from torchvision import models

    plain = {"init_weights": False, "aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    net: nn.Module = models.get_model(name, weights=None, **{**plain, **changes})
    return net


def hollow(name: str, **changes: Any) -> nn.Module:
    """The network on meta tensors: shapes alone, no weights in memory."""
    try:
        with torch.device("meta"):
            return blank(name, **changes)
    except NotImplementedError:  # regnet computes its widths with tensors, which need values
        return blank(name, **changes).to("meta")


def first_centres(network: torch.fx.GraphModule) -> dict[str, float]:
    """For each output of a traced network the centre of its first cell, in pixels from the picture's edge.

    A window of k cells of the step before, padded by p, moves the centre by ((k - 1) d / 2 - p) strides, d its dilation. Steps of several
    branches take the first, since branches that are joined lie alike; functions other than pooling move nothing.
    """
    modules = dict(network.named_modules())
    places: dict[str, tuple[float, float]] = {}  # node -> centre of the first cell, stride; in pixels
    centres: dict[str, float] = {}
    for node in network.graph.nodes:
        before = next((places[each.name] for each in node.all_input_nodes), (0.5, 1.0))
        module = modules.get(str(node.target)) if node.op == "call_module" else None
        window = _window(module) if module is not None else None
        if window is None:
            places[node.name] = before
        else:
            moved, stride = window
            places[node.name] = before[0] + moved * before[1], before[1] * stride
        if node.op == "output":
            centres = {name: places[value.name][0] for name, value in node.args[0].items()}
    return centres


def _window(module: nn.Module) -> tuple[float, float] | None:
    """By how many cells of its input a layer's first centre lies behind its input's, and its stride; None where it has no window."""
    if not isinstance(module, nn.Conv2d | nn.MaxPool2d | nn.AvgPool2d):
        return None
    said = (module.kernel_size, module.stride, module.padding, getattr(module, "dilation", 1))
    kernel, stride, padding, spread = (int(value[0] if isinstance(value, tuple) else value) for value in said)
    return (kernel - 1) * spread / 2 - padding, float(stride or kernel)
