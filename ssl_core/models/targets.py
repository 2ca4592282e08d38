"""Targets: models under evaluation (not labels), each named by a text.

A run's name; `RUN@STEP`, the encoder that it kept at that step; `untrained:RUN[@seed]`, that run's network before its first step;
`random:BACKBONE[@seed]`, a backbone with its default options before training; `pixels`, no network; `imagenet:MODEL`, trained with labels;
`weights:FILE?backbone=NAME`, a researcher's own (`ssl_core/models/own.py` has its grammar).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor

from ssl_core.backbones.base import Backbone
from ssl_core.datasets.base import ImageSet
from ssl_core.functional.transforms.resize import as_images, resized
from ssl_core.library.browse import to_measure
from ssl_core.library.sets import PictureSet
from ssl_core.models.loaded import (
    Model,
    Network,
    imagenet_network,
    kept_network,
    model_of,
    own_network,
    untrained_model,
    untrained_network,
)
from ssl_core.models.networks import checkpoint_digest, file_digest, pooled
from ssl_core.models.own import GRAMMAR, OWN, OwnNetwork, parse_own
from ssl_core.models.sizes import imagenet_size
from ssl_core.models.untrained import UNTRAINED, parse_random, parse_untrained, untrained_digest
from ssl_core.parts.catalogues import BACKBONES, TASKS
from ssl_core.records.encoders import kept_at, kept_encoder
from ssl_core.records.runs import folder_of, run
from ssl_core.records.spec import RunSpec, spec_of
from ssl_core.settings import SettingsError


def parse_all(texts: Sequence[str], dataset: str | None = None, image_size: int | None = None) -> list[Target]:
    """Targets evaluated on the same pictures; data set and picture size, where not given, are those of the first run among them.

    Raises:
        SettingsError: a text names no target, or no text is given.
    """
    if not texts:
        raise SettingsError(f"Name at least one target: {KINDS}.")
    own = [Target.parse(text) for text in dict.fromkeys(texts)]
    first = next((target for target in own if target.of_run and dataset in (None, target.dataset)), None)
    dataset = dataset or (first.dataset if first else own[0].dataset)
    options = first.dataset_options if first else {}
    sizes = [image_size or (t.image_size if t.of_run or first is None else first.image_size) for t in own]
    found = [t._replace(dataset=dataset, dataset_options=options, image_size=size) for t, size in zip(own, sizes, strict=True)]
    return [t._replace(asked=image_size is not None) for t in found]


IMAGE_SIZE = 32  # pixels a side, where no run has another size
PIXELS_AT_MOST = 32  # pixels a side of the "no network" baseline: 3 072 numbers a picture
SMALL = 64  # pixels a side above which batches are smaller
KINDS = f"a run, RUN@STEP (an encoder that it kept), random:BACKBONE[@seed], untrained:RUN[@seed], pixels, imagenet:MODEL or {GRAMMAR}"
MEASURES = {"imagenet": 2, "untrained": 2}  # version of what is measured of a kind of target, where it isn't the first
SEEDS = 3  # networks whose mean stands for "the same network, never trained"
BASELINES = "imagenet:mobilenet_v2", "pixels"
Answer = TypeVar("Answer")


class Target(NamedTuple):
    """A model under evaluation (a run or a baseline, not a label), and the pictures on which it is evaluated."""

    text: str
    kind: str  # run, kept, untrained, random, pixels, imagenet, weights
    title: str
    detail: str  # what it was trained on: "10 000 pictures, no labels"
    dataset: str
    dataset_options: dict[str, Any]
    image_size: int  # pixels a side; networks that read the files anew see another size instead, unless this one was asked for
    asked: bool = False  # whether `image_size` was asked for, for all targets
    pinned: Mapping[str, str] = {}  # split -> the digest that its pictures must have; opening others raises SettingsError

    @staticmethod
    def parse(
        text: str, dataset: str | None = None, dataset_options: dict[str, Any] | None = None, image_size: int | None = None
    ) -> Target:
        """The target that a text names; the data set, where not given, is the run's own, else scenes. image_size: asked for, of any kind.

        Raises:
            SettingsError: there is no such run, backbone or kind of baseline.
        """
        kind, _, name = text.partition(":")
        if text == "pixels":
            return _baseline(text, "pixels", "Raw pixels", "no network at all", dataset, dataset_options, image_size)
        if kind == "random" and name:
            backbone, seed = parse_random(name)
            canonical = f"random:{backbone}" + (f"@{seed}" if seed else "")
            title = BACKBONES[backbone].title
            detail = f"{title[:1].lower()}{title[1:]}, nothing learnt"
            return _baseline(canonical, "random", "Untrained network", detail, dataset, dataset_options, image_size)
        if kind == "imagenet" and name:
            BACKBONES["torchvision"].Options.read({"model": name}, text[:60])  # raises SettingsError for an unknown model
            words = ("ImageNet", f"{name}, 1.28 million photographs with labels")
            return _baseline(text, "imagenet", *words, dataset, dataset_options, image_size)
        if kind == "weights" and name:
            own = parse_own(name)
            words = (own.path.stem, f"{own.named}, weights of {own.path.name}")
            return _baseline(own.text, "weights", *words, dataset, dataset_options, image_size)
        if kind == "untrained" and name:
            return _of_untrained(name, dataset, dataset_options, image_size)
        if ":" in text:
            raise SettingsError(f"A target is {KINDS}. Got '{text[:60]}'.")
        return _of_run(text, dataset, dataset_options, image_size)

    @property
    def of_run(self) -> bool:
        """Whether the target is a run's network, trained, on its way or untrained: it brings its data set and picture size."""
        return self.kind in ("run", "kept", "untrained")

    @property
    def networks(self) -> list[Target]:
        """The networks whose mean is measured: SEEDS of `untrained:RUN` where no seed is named, the run's own first; else this one."""
        if self.kind != "untrained" or "@" in self.text:
            return [self]
        _, first = self._spec_and_seed()
        return [self, *(self._replace(text=f"{self.text}@{first + k}") for k in range(1, SEEDS))]

    @property
    def measure(self) -> int:
        """Version of what is measured of this kind of target."""
        return MEASURES.get(self.kind, 1)

    @property
    def precision(self) -> str:
        """Numbers that the network computes with: bf16 of ImageNet's on an accelerator that has it, else fp32."""
        half = self.kind == "imagenet" and torch.cuda.is_available() and torch.cuda.is_bf16_supported()
        return "bf16" if half else "fp32"

    @property
    def digest(self) -> str:
        """Digest of the weights: targets with equal digests give equal features of equal pictures.

        Raises:
            SettingsError: the run has no weights yet.
        """
        if self.kind == "run":
            return checkpoint_digest(folder_of(self.text))
        if self.kind == "kept":
            run_name, step = kept_at(self.text)
            return file_digest(kept_encoder(folder_of(run_name), step or 0))
        if self.kind == "untrained":
            return untrained_digest(*self._spec_and_seed())
        if self.kind == "random":  # its batch norm was calibrated on the training pictures
            return f"{self.text} {self.pictures('train').digest()}"
        return self.own.digest if self.kind == "weights" else self.text

    @property
    def own(self) -> OwnNetwork:
        """The file and the network of a target `weights:`."""
        return parse_own(self.text.removeprefix(OWN))

    @property
    def reads_files(self) -> bool:
        """Whether the network's pictures are read anew from the files, at the size that it sees: not a run's small ones."""
        return self.kind in ("imagenet", "weights")

    @property
    def seen_size(self) -> int:
        """Pixels a side of the network's input."""
        if self.kind == "pixels":
            return min(self.image_size, PIXELS_AT_MOST)
        if not self.reads_files or self.asked:
            return self.image_size
        own = self.own if self.kind == "weights" else None
        if own is not None and (own.size is not None or own.part != "torchvision"):
            return own.size or self.image_size
        model = self.text.partition(":")[2] if own is None else own.options["model"]
        return imagenet_size(model, PictureSet(self.dataset, "train", self.image_size, self.dataset_options))

    @property
    def read_size(self) -> int:
        """Pixels a side at which pictures are read for the target."""
        return self.seen_size if self.reads_files else self.image_size

    def picture_set(self, split: str) -> PictureSet:
        """The pictures of a split on which the target is evaluated."""
        return PictureSet(self.dataset, split, self.read_size, self.dataset_options, self.pinned.get(split, ""))

    def pictures(self, split: str) -> ImageSet:
        """The same pictures, opened."""
        return self.picture_set(split).open()

    def backbone(self) -> Backbone:
        """The network in eval mode on the CPU. Call it only while holding `network().lock`."""
        return self.network().backbone

    def network(self) -> Network:
        """The network and its lock.

        Raises:
            SettingsError: the target is `pixels`, without a network; its run has no weights yet; or ImageNet weights can't be had.
        """
        if self.kind == "pixels":
            raise SettingsError("'pixels' is the picture itself: it has no network to look into. Choose a run or another baseline.")
        name = self.text.partition(":")[2]
        if self.kind == "kept":
            run_name, step = kept_at(self.text)
            return kept_network(run_name, step or 0)
        if self.of_run:
            task, lock = self.model()
            return Network(task.encoder, lock)
        if self.kind == "imagenet":
            return imagenet_network(name, self.seen_size)
        if self.kind == "weights":
            return own_network(self.own, self.seen_size)
        return untrained_network(*parse_random(name), self.picture_set("train"))

    def model(self) -> Model:
        """The whole task of a run, trained or untrained, and its lock.

        Raises:
            SettingsError: the run has no weights yet, or the target is an encoder kept on its way, without the rest of the task.
        """
        if self.kind == "kept":
            raise SettingsError(f"Of '{self.text}' the encoder alone was kept, which plays no game. Name the run without '@'.")
        if self.kind == "run":
            return model_of(self.text)
        return untrained_model(parse_untrained(self.text.partition(":")[2])[0], self._spec_and_seed()[1])

    def embed(self, pictures: Sequence[np.ndarray], layer: str | None = None) -> np.ndarray:
        """B x D float32: features of the central square of each uint8 H W 3 picture, of any size."""
        return self.features(as_images(pictures, self.read_size), layer).numpy()

    @torch.no_grad()
    def features(self, images_BCHW: Tensor, layer: str | None = None, on: Backbone | None = None) -> Tensor:
        """B x D on the CPU: features of a batch in [0, 1]. `on`: a copy of the network, on any device, that no other thread calls."""
        if self.kind == "pixels":
            return resized(images_BCHW, self.seen_size).flatten(1)
        return self.ask(lambda backbone, seen_BCHW: pooled(backbone, seen_BCHW, layer), images_BCHW, on).float().cpu()

    def ask(self, question: Callable[[Backbone, Tensor], Answer], images_BCHW: Tensor, on: Backbone | None = None) -> Answer:
        """What the network answers to a batch in [0, 1], resized to what it sees, with nobody else calling it meanwhile; `on` as above."""
        if on is not None:
            seen_BCHW = resized(images_BCHW.to(on.mean_C.device), self.seen_size)
            with torch.autocast(seen_BCHW.device.type, torch.bfloat16, enabled=self.precision == "bf16"):
                return question(on, seen_BCHW)
        backbone, lock = self.network()
        seen_BCHW = resized(images_BCHW, self.seen_size)
        if self.kind == "imagenet":
            seen_BCHW = seen_BCHW.contiguous(memory_format=torch.channels_last)
        with lock:
            return question(backbone, seen_BCHW)

    def _spec_and_seed(self) -> tuple[RunSpec, int]:
        """The run of an untrained target, and the seed of its network: the run's own where none is named."""
        run_name, seed = parse_untrained(self.text.partition(":")[2])
        spec = spec_of(folder_of(run_name))
        return spec, spec.seed if seed is None else seed

    def layer_named(self, layer: str | None) -> str:
        """Name of the layer whose features are read: the deepest where none was given.

        Raises:
            SettingsError: the network has no such layer.
        """
        if self.kind == "pixels":
            return "pixels"
        layers = self.backbone().layers
        if layer is not None and layer not in layers:
            raise SettingsError(f"'layer' of {self.text} must be one of {', '.join(layers)}. Got {layer[:60]}.")
        return layer or layers[-1]


def targets_for(run_name: str) -> list[str]:
    """A run and its default comparisons: ImageNet, its own network untrained, raw pixels."""
    imagenet, pixels = BASELINES
    return [run(run_name).id, imagenet, UNTRAINED + run_name, pixels]


def _baseline(
    text: str, kind: str, title: str, detail: str, dataset: str | None, options: dict[str, Any] | None, size: int | None
) -> Target:
    return Target(text, kind, title, detail, dataset or "scenes", options or {}, size or IMAGE_SIZE, size is not None)


def _of_untrained(name: str, dataset: str | None, options: dict[str, Any] | None, size: int | None) -> Target:
    run_name, seed = parse_untrained(name)
    found = _of_run(run_name, dataset, options, size)
    which = f"mean of {SEEDS} seeds" if seed is None else f"seed {seed}"
    text = f"{UNTRAINED}{run_name}" + ("" if seed is None else f"@{seed}")
    return found._replace(text=text, kind="untrained", title="Untrained network", detail=f"the same network, never trained, {which}")


def _of_run(text: str, dataset: str | None, options: dict[str, Any] | None, size: int | None) -> Target:
    name, step = kept_at(text)
    found, spec = run(name), spec_of(folder_of(name))
    dataset = dataset or spec.dataset
    if options is None and dataset == spec.dataset:
        options = to_measure(dataset, spec.dataset_options)
    taught = spec.task in TASKS and "labels" in TASKS[spec.task].needs
    many = "a stream" if spec.data.streamed else f"{spec.data.samples:,} pictures".replace(",", " ", 1)
    detail = f"{many}, {'with' if taught else 'no'} labels"
    kind, title = ("run", found.title) if step is None else ("kept", f"{found.title}, step {step}")
    if step is not None:
        kept_encoder(folder_of(name), step)
        text, detail = f"{name}@{step}", f"{detail}, after {step} steps"
    return Target(text, kind, title, detail, dataset, options or {}, size or spec.recipe.image_size, size is not None)
