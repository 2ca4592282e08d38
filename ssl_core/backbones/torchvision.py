"""Any of torchvision's image classifiers as a backbone, with ImageNet's weights where they can be had."""

from __future__ import annotations

import pickle
from collections.abc import Iterator
from copy import deepcopy
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import torch
from pydantic import Field, field_validator
from torch import Tensor, nn

from ssl_core.backbones._tracing import SIDE, blank, first_centres, hollow, steps, survey, traced_alone
from ssl_core.backbones.base import Backbone, Build
from ssl_core.functional.modules.norms import SplitBatchNorm, norm_layer
from ssl_core.settings import Settings, SettingsError
from ssl_core.system.addresses import File, megabytes
from ssl_core.system.download import download as fetched
from ssl_core.system.origin import COMMAND
from ssl_core.system.roots import data_root
from ssl_core.types import Features

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # ImageNet's, as torchvision's classifiers were trained


# torchvision is imported where it is used: it takes a second, and most runs train another backbone.


@lru_cache(1)
def names() -> tuple[str, ...]:
    """Every classifier that torchvision knows."""
    from torchvision import models

    return tuple(sorted(models.list_models(module=models)))


class Torchvision(Backbone):
    """A known network by name, untrained or as it left ImageNet; used for comparison and as a start."""

    title = "Known network (torchvision)"
    gives = frozenset({"pooled", "map"})  # an instance without a map gives {"pooled"}

    class Options(Settings):
        """Which network, with which weights."""

        model: str = Field("mobilenet_v2", title="network", description="Its name in torchvision, such as resnet18 or convnext_tiny.")
        weights: Literal["none", "imagenet"] = Field("none", description="Start untrained, or from a million labelled photographs.")
        download: bool = Field(False, description="Fetch the weights where they aren't on this machine.")

        @field_validator("model")
        @classmethod
        def _known(cls, model: str) -> str:
            if model not in names():
                near = get_close_matches(model, names(), cutoff=0.3) or names()[:3]
                raise ValueError(f"no classifier of torchvision has this name; near it are {', '.join(near)}")
            return model

    def __init__(self, options: Options, build: Build) -> None:
        trained = options.weights == "imagenet"
        super().__init__(options, build._replace(mean=MEAN, std=STD) if trained else build)
        _check(options.model, trained, build)
        self.model, plan = options.model, survey(options.model)
        self.layers, self.width, self.stride = _cut(options.model, build.upto)
        self.gives = frozenset({"pooled", "map"} if self.layers else {"pooled"})
        self.least = plan.least
        self.summed = plan.pooled if build.upto is None else ""  # step whose output is pooled_BD; "": the mean of the map is
        model = _fit(_trained(options.model, options.download) if trained else blank(options.model), build)
        nodes = {plan.layers[name].node: name for name in self.layers} | ({self.summed: "pooled"} if self.summed else {})
        whole = {"leaf_modules": [SplitBatchNorm]}  # one step of the trace: its branches depend on the batch size
        from torchvision.models.feature_extraction import create_feature_extractor

        with traced_alone():
            self.net = create_feature_extractor(model, nodes, tracer_kwargs=whole, suppress_diff_warning=True)
        answers = trained and build.upto is None and plan.head  # whether ImageNet's classifier is kept; no task trains it
        self.head = nn.Sequential(*steps(model, plan.head)).requires_grad_(False) if answers else None

    def stages(self, images_BCHW: Tensor) -> Iterator[tuple[str, Tensor]]:
        """Layer by layer, B D H W, input to output."""
        found = self._run(images_BCHW)
        yield from ((name, found[name]) for name in self.layers)

    def first_centre(self, layer: str) -> float:
        """Added up along the network's steps: a kernel of k pixels, padded by p on each side, moves the centre by (k - 1) / 2 - p."""
        return first_centres(self.net)[layer]

    def forward(
        self, images_BCHW: Tensor, *, keep_BN: Tensor | None = None, mask_BN: Tensor | None = None, attention: bool = False
    ) -> Features:
        """pooled_BD: the input of the classifier's last layers; map_BDHW: the deepest map, where there is one."""
        assert keep_BN is None and mask_BN is None and not attention, "a torchvision network shows no tokens"
        found = self._run(images_BCHW)
        if not self.layers:
            return Features(found["pooled"])
        map_BDHW = found[self.layers[-1]]
        return Features(found["pooled"] if self.summed else map_BDHW.mean((2, 3)), map_BDHW)

    def classify(self, images_BCHW: Tensor, features: Features | None = None) -> Tensor:
        """Logits B K of the ImageNet classifier, in the order of `class_names`.

        features: those of the same images, where already computed; None: computed here.

        Raises:
            SettingsError: the network has no ImageNet weights, or its last layers can't be cut off.
        """
        if self.head is None:
            raise SettingsError(f"{self.model} has no answer of its own here: build it whole, with 'weights' imagenet.")
        features = features or self(images_BCHW)
        logits_BK: Tensor = self.head(features.pooled_BD if self.summed else features.map_BDHW)
        return logits_BK

    def __deepcopy__(self, memo: dict[int, Any]) -> Torchvision:
        """A copy in the same mode: copying torchvision's traced network alone would set it to training."""
        fresh = self.__class__.__new__(self.__class__)
        memo[id(self)] = fresh
        fresh.__dict__ = deepcopy(self.__dict__, memo)
        return fresh.train(self.training)

    @property
    def class_names(self) -> tuple[str, ...]:
        """The names of the K classes of `classify`."""
        return tuple(_entry(self.model).meta["categories"])

    def _run(self, images_BCHW: Tensor) -> dict[str, Tensor]:
        images_BCHW = self.standardise(images_BCHW)
        if self.least == SIDE or min(images_BCHW.shape[2:]) < self.least:
            size = (SIDE, SIDE) if self.least == SIDE else tuple(max(self.least, side) for side in images_BCHW.shape[2:])
            images_BCHW = nn.functional.interpolate(images_BCHW, size, mode="bilinear", antialias=True)
        found: dict[str, Tensor] = self.net(images_BCHW)
        return found


def _cut(name: str, upto: str | None) -> tuple[tuple[str, ...], int, int]:
    """The layers up to `upto` (None: all), D of the last one, and its stride in pixels; no layers: D of the pooled features."""
    plan = survey(name)
    if upto is not None and upto not in plan.layers:
        raise SettingsError(f"'upto' of Torchvision must be one of {', '.join(plan.layers) or 'no layer'} for {name}. Got {upto}.")
    names = list(plan.layers)
    names = names[: names.index(upto) + 1] if upto else names
    if not names:
        return (), plan.width, SIDE
    last = plan.layers[names[-1]]
    return tuple(names), last.width, round(SIDE / last.side)


def _check(name: str, trained: bool, build: Build) -> None:
    """Raises a SettingsError where a task asks for a width, channels or a norm that this network can't have."""
    if build.width != 1:
        raise SettingsError(f"The width of {name} is fixed; this task wants {build.width:g} times as much. Choose convnet, vit or resnet.")
    if trained and (build.channels != 3 or build.norm in ("group", "none")):
        asked = f"{build.channels} channels" if build.channels != 3 else f"norm '{build.norm}'"
        raise SettingsError(f"ImageNet's weights of {name} need RGB and batch norm; this task wants {asked}. Set 'weights' to none.")


def _fit(model: nn.Module, build: Build) -> nn.Module:
    """The network with the channels (first convolution) and the normalisation (every batch norm) that a task asked for."""
    if build.channels != 3:
        path, first = next((path, part) for path, part in model.named_modules() if isinstance(part, nn.Conv2d))
        same: Any = {key: getattr(first, key) for key in ("out_channels", "kernel_size", "stride", "padding")}
        model.set_submodule(path, nn.Conv2d(build.channels, **same, bias=first.bias is not None))
    if build.norm != "batch":
        for path, part in [pair for pair in model.named_modules() if isinstance(pair[1], nn.BatchNorm2d)]:
            fresh = norm_layer(build.norm, part.num_features)
            if build.norm == "split":
                fresh.load_state_dict(part.state_dict())
            model.set_submodule(path, fresh)
    return model


def _trained(name: str, download: bool) -> nn.Module:
    path = find_weights(name, download)
    shift = {"transform_input": True} if name in ("googlenet", "inception_v3") else {}  # their weights expect (x - 0.5) / 0.5
    model = hollow(name, **shift)
    try:
        weights = torch.load(path, map_location="cpu", weights_only=True)
        kept = {key: value for key, value in weights.items() if not key.lower().startswith("aux")}
        model.load_state_dict(kept, assign=True)
    except (RuntimeError, OSError, EOFError, AttributeError, pickle.UnpicklingError):
        raise SettingsError(f"'{path}' doesn't hold the weights of {name}: replace it, or take it away.") from None
    return model


@lru_cache(64)
def native_size(name: str) -> int:
    """Pixels a side of the pictures on which a network's ImageNet weights are evaluated: 224 of most, 299 of inception_v3."""
    return int(_entry(name).transforms().crop_size[0])


def weights_folder() -> Path:
    """Where a person puts weights: weights/ in SSL_DATA, else in data/."""
    return data_root() / "weights"


def weights_here(name: str) -> Path | None:
    """The file of a network's ImageNet weights, in `weights_folder()`, else in torch hub's folder; None where neither has it."""
    return next((file for place in _places() for file in sorted(place.glob(f"{name}-*.pth"))), None)


def weights_found() -> list[str]:
    """The networks whose ImageNet weights are on this machine."""
    from torchvision import models

    named = {file.name.rpartition("-")[0] for place in _places() for file in place.glob("*-*.pth")}
    return sorted(named & set(models.list_models()))


def _places() -> tuple[Path, Path]:
    return weights_folder(), Path(torch.hub.get_dir()) / "checkpoints"


def weights_file(name: str) -> File:
    """Address, size in bytes and checksum of a network's ImageNet weights; a file's name ends with the first digits of its SHA-256."""
    entry = _entry(name)
    digits = entry.url.removesuffix(".pth").rpartition("-")[2]
    return File(entry.url, round(entry.meta["_file_size"] * 2**20), f"sha256:{digits}", "weights")


def find_weights(name: str, download: bool = False) -> Path:
    """The file of a network's ImageNet weights: as `weights_here`, else downloaded into `weights_folder()` where `download` is set.

    Raises:
        SettingsError: the file isn't on this machine, and wasn't or couldn't be downloaded; the message says which file to put where.
    """
    if found := weights_here(name):
        return found
    file = weights_file(name)
    put = f"put '{file.name}' into '{weights_folder()}'"
    if not download:
        command = f"'{COMMAND} fetch imagenet:{name}'"
        raise SettingsError(
            f"ImageNet's weights of {name} aren't on this machine: {put}, or download them, {megabytes(file.size)}, by {command}."
        )
    try:
        return fetched(file, weights_folder(), lambda *_: None)
    except SettingsError as error:
        raise SettingsError(f"{error} Or {put} by hand.") from None
    except OSError as error:
        raise SettingsError(f"'{weights_folder()}' can't be written ({error.strerror}). Choose another folder with SSL_DATA.") from None


def _entry(name: str) -> Any:
    """torchvision's record of a network's first ImageNet weights: address, size, class names."""
    from torchvision import models

    known = models.get_model_weights(name)
    return getattr(known, "IMAGENET1K_V1", None) or known.DEFAULT
