"""A researcher's own network as a target: `weights:FILE?backbone=NAME`, with further settings behind `&`.

NAME is one of torchvision's classifiers (resnet18) or a backbone of ours with its settings (resnet&depth=50, vit&patch=8&width=192).
Beside these: `prefix=`, what stands before the names in the file (found where it isn't given); `size=`, pixels a side that the network sees
(torchvision's: as for `imagenet:`; others: the run's); `mean=` and `std=`, by which pixels in [0, 1] are standardised (ImageNet's).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import torch

from ssl_core.backbones.base import Backbone, Build
from ssl_core.backbones.torchvision import MEAN, STD, names
from ssl_core.functional.rng import global_rng
from ssl_core.models.networks import file_digest
from ssl_core.models.own_files import read_own
from ssl_core.models.own_fit import build_fitting, nearest, where_unlike
from ssl_core.models.weight_names import Match
from ssl_core.parts.catalogues import BACKBONES
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept
from ssl_core.system.roots import typed

OWN = "weights:"
GRAMMAR = "weights:FILE?backbone=NAME"
ASKED = ("prefix", "size", "mean", "std")
SIZES = (8, 1024)  # pixels a side


class OwnNetwork(NamedTuple):
    """A file of weights, and the network that it is of."""

    path: Path
    named: str  # the backbone as the text names it
    part: str  # a backbone of this program: torchvision for one of torchvision's classifiers
    options: dict[str, Any]
    prefix: str | None = None
    size: int | None = None
    mean: tuple[float, ...] = MEAN
    std: tuple[float, ...] = STD

    @property
    def text(self) -> str:
        """The target's text: the same network, the same text."""
        options = {} if self.part == "torchvision" and self.named != "torchvision" else self.options
        said: dict[str, Any] = {"backbone": self.named, **dict(sorted(options.items())), "prefix": self.prefix, "size": self.size}
        if (self.mean, self.std) != (MEAN, STD):
            said |= {"mean": ",".join(f"{x:g}" for x in self.mean), "std": ",".join(f"{x:g}" for x in self.std)}
        words = {name: value if isinstance(value, str) else json.dumps(value) for name, value in said.items() if value is not None}
        return f"{OWN}{self.path}?" + "&".join(f"{name}={value}" for name, value in words.items())

    @property
    def digest(self) -> str:
        """Digest of the file, and how it is read."""
        return f"{file_digest(self.path)} {self.text.rpartition('?')[2]}"


def parse_own(text: str) -> OwnNetwork:
    """The network that the text behind `weights:` names; the file isn't read.

    Raises:
        SettingsError: there is no such file, no backbone is named, or a setting isn't allowed.
    """
    head, mark, query = text.rpartition("?")
    file, said = (head, dict(parse_qsl(query, keep_blank_values=True))) if mark and "=" in query else (text, {})
    path = typed(file).resolve()
    if not path.is_file():
        raise SettingsError(f"There is no file of weights '{str(path)[:200]}'. A target is {GRAMMAR}.")
    if not said.get("backbone"):
        raise SettingsError(f"Say which network '{path.name}' is of: {GRAMMAR}. {nearest(read_own(path), f'{OWN}{path}')}")
    named, asked = said.pop("backbone"), {name: said.pop(name, None) for name in ASKED}
    part, options = _network_named(named, {name: _plain(value) for name, value in said.items()})
    pixels = {name: _three(name, asked[name]) for name in ("mean", "std") if asked[name]}
    return OwnNetwork(path, named, part, options, asked["prefix"], _size(asked["size"]), **pixels)


def _network_named(named: str, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The backbone of this program, and its settings. Raises SettingsError where there is none of this name."""
    if named not in BACKBONES and named in names():
        BACKBONES["torchvision"].Options.read({"model": named, **options}, named)
        return "torchvision", {"model": named, **options}
    if named not in BACKBONES:
        ours = ", ".join(each for each in BACKBONES if each != "torchvision")
        raise SettingsError(f"'backbone' must be one of {ours}, or a classifier of torchvision such as resnet18. Got '{named[:60]}'.")
    BACKBONES[named].Options.read(options, f"backbone {named}")
    return named, options


def _plain(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _size(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isdigit() and SIZES[0] <= int(text) <= SIZES[1]):
        raise SettingsError(f"'size' of {GRAMMAR} must be between {SIZES[0]} and {SIZES[1]} pixels a side. Got '{text[:60]}'.")
    return int(text)


def _three(name: str, text: str | None) -> tuple[float, ...]:
    try:
        numbers = tuple(float(number) for number in str(text).split(","))
    except ValueError:
        numbers = ()
    if len(numbers) != 3 or (name == "std" and min(numbers) <= 0):
        raise SettingsError(
            f"'{name}' of {GRAMMAR} must be three numbers with commas between them, red, green, blue. Got '{str(text)[:60]}'."
        )
    return numbers


# The network


def own_backbone(own: OwnNetwork, size: int) -> Backbone:
    """The network with the file's weights, for pictures of `size` pixels a side. Weights that the file lacks keep the values of seed 0.

    Raises:
        SettingsError: the file can't be read, or is of another network; the sentence names the nearest that fits.
    """
    weights = read_own(own.path)
    with global_rng(0):
        backbone, found = build_fitting(own.part, own.options, Build(size, own.mean, own.std), weights, own.prefix)
    if not found.fits:
        raise SettingsError(f"'{own.path.name}' isn't of {own.named}: {where_unlike(found)}. {nearest(weights, f'{OWN}{own.path}')}")
    state = {name: weights[each] for name, each in found.taken.items()}
    state |= {name: weights[found.prefix + name] for name in ("mean_C", "std_C") if found.prefix + name in weights}
    bad = next((name for name, value in state.items() if not torch.isfinite(value).all()), "")
    if bad:
        raise SettingsError(f"'{own.path.name}' holds numbers that aren't finite, in {bad}: its training diverged, or it is damaged.")
    backbone.load_state_dict(state, strict=False)
    _said.put((own.text, own.digest), _sentence(own, found))
    return backbone


_said: Kept[tuple[str, str], str] = Kept(64)
SHOWN = 3  # names in a sentence


def own_note(own: OwnNetwork, size: int) -> str:
    """What of the file was used, in a sentence: weights found, missing and unexpected names, the prefix. Raises as `own_backbone`."""
    key = own.text, own.digest
    if (said := _said.known(key)) is None:
        own_backbone(own, size)
        said = _said.known(key)
    return said or ""


def _sentence(own: OwnNetwork, found: Match) -> str:
    of = len(found.taken) + len(found.missing)
    said = f"'{own.path.name}' as {own.named}: {len(found.taken)} of {of} weights found"
    said += f", behind the prefix '{found.prefix}'" if found.prefix else ""
    said += f"; missing, so as before training: {_listed(found.missing)}" if found.missing else ""
    said += f"; unexpected, not used: {_listed(found.unexpected)}" if found.unexpected else ""
    said += f"; {found.elsewhere} more names elsewhere in the file" if found.elsewhere else ""
    return f"{said}."


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{len(names)} ({', '.join(names[:SHOWN])}{more})"
