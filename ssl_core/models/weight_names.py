"""Names of weights: a backbone's under torchvision's names, and a file's names matched with a backbone's whatever stands before them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from torch import Size, Tensor

from ssl_core.backbones.base import Backbone

SECOND = re.compile(r"(^|[._])(k|key|teacher|ema|momentum|target)([._]|$)")  # a network that follows another one, as MoCo's encoder_k
COUNTS = "num_batches_tracked"  # counts steps of batch norm; no answer depends on it
PIXELS = ("mean_C", "std_C")  # by which a backbone standardises pixels
PRESENT = 0.9  # share of a network's weights that a file must have to count as that network's

Shapes = Mapping[str, Size]  # of weights, by name


class Match(NamedTuple):
    """A file's weights beside those of a network."""

    prefix: str  # what stands before the network's names in the file
    taken: dict[str, str]  # the network's name -> the file's, where the shapes are equal too
    missing: list[str]  # the network's names that the file lacks
    unlike: list[str]  # the network's names that have another shape in the file
    unexpected: list[str]  # names in the file behind the prefix that the network lacks
    elsewhere: int  # names in the file without the prefix

    @property
    def share(self) -> float:
        """The share of the network's weights that the file has."""
        return len(self.taken) / max(1, len(self.taken) + len(self.missing) + len(self.unlike))

    @property
    def fits(self) -> bool:
        """Whether the file counts as this network's: no weight of another shape, and nearly all there."""
        return not self.unlike and self.share >= PRESENT


def torchvision_names(backbone: Backbone) -> dict[str, str]:
    """A backbone's own name -> torchvision's of the same weight; {} where the network is none of torchvision's."""
    names = [name for name in backbone.state_dict() if name not in PIXELS]
    if backbone.name == "torchvision":
        return {name: name.removeprefix("net.") for name in names if name.startswith("net.")}
    if backbone.name == "resnet":
        return {name: re.sub(r"^stem\.1\.", "bn1.", re.sub(r"^stem\.0\.", "conv1.", name)) for name in names}
    return {}


def match(file: Shapes, network: Shapes, aliases: Mapping[str, str], prefix: str | None = None) -> Match:
    """The weights of a file that are a network's. aliases: the network's name -> another name that the file may have for it.

    prefix: what stands before the names; None: what stands before most of them, of networks that come twice the one that was trained.
    """
    found = [_by_names(file, network, {name: name for name in network}, prefix)]
    if aliases:
        found.append(_by_names(file, network, {alias: name for name, alias in aliases.items() if name in network}, prefix))
    return max(found, key=lambda each: len(each.taken))


def _by_names(file: Shapes, network: Shapes, known: Mapping[str, str], prefix: str | None) -> Match:
    """As `match`, by one set of names. known: the name in the file, without prefix -> the network's name."""
    before = _likeliest(file, network, known) if prefix is None else prefix
    inside = {name.removeprefix(before): name for name in file if name.startswith(before)}
    there = {name: inside[short] for short, name in known.items() if short in inside}
    needed = [name for name in network if _counts(name)]
    return Match(
        before,
        {name: there[name] for name in needed if name in there and file[there[name]] == network[name]},
        [name for name in needed if name not in there],
        [name for name in needed if name in there and file[there[name]] != network[name]],
        [short for short in inside if short not in known and _counts(short)],
        len(file) - len(inside),
    )


def _counts(name: str) -> bool:
    return not name.endswith(COUNTS) and name not in PIXELS


def _likeliest(file: Shapes, network: Shapes, known: Mapping[str, str]) -> str:
    """What stands before most of the names that have the network's shapes."""
    votes: Counter[str] = Counter()
    for name, shape in file.items():
        starts = [0, *(at.end() for at in re.finditer(r"\.", name))]
        votes.update(name[:at] for at in starts if name[at:] in known and network.get(known[name[at:]]) == shape)
    if not votes:
        return ""
    most = max(votes.values())
    best = [before for before, count in votes.items() if count == most]
    return min(best, key=lambda before: SECOND.search(before) is not None)


def shapes_of(weights: Mapping[str, Tensor]) -> dict[str, Size]:
    """The shape of each weight."""
    return {name: value.shape for name, value in weights.items()}
