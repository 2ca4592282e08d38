"""Flags of a protocol: the probe with its settings, layer, labels, pictures. The settings' flags come from the probes' own options."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ssl_core import probes
from ssl_core.cli.base import Parser
from ssl_core.cli.flags import add_flags, every_control, grouped
from ssl_core.parts.collect import names_in
from ssl_core.settings import SettingsError

if TYPE_CHECKING:
    from ssl_core.evaluation.protocol import Protocol

SCORING = ("protocol", "layer", "labels_per_class", "seeds", "train_images", "test_images")  # flags that need labels


def picture_flags(parser: argparse.ArgumentParser) -> None:
    """The flags that say on which pictures, at which size."""
    parser.add_argument("--dataset", help="a data set's name or a folder (default: that of the first run named, else scenes)")
    parser.add_argument("--image-size", type=int, help="pixels a side (default: the run's; ImageNet's networks: their own)")


def protocol_flags(parser: Parser) -> None:
    """The flags that say how targets are scored; the settings of probes come once the command is the one asked for."""
    parser.add_argument("--protocol", help=f"how features are scored: {', '.join(names_in(probes))} (default: linear)")
    parser.add_argument("--layer", help="a layer of the network (default: the deepest)")
    parser.add_argument("--labels-per-class", help="labels the probe may use, or all (default: all)")
    parser.add_argument("--seeds", type=int, help="draws of the labels, averaged (default: 1)")
    parser.add_argument("--train-images", type=int, help="pictures to fit on (default on a CPU: 10000, balanced)")
    parser.add_argument("--test-images", type=int, help="pictures to score on (default on a CPU: 2000, balanced)")
    picture_flags(parser)
    parser.late = _probe_flags


def _probe_flags(parser: Parser) -> None:
    from ssl_core.parts.catalogues import PROBES

    place = "protocol_options/"
    add_flags(parser, "protocol.", every_control(probe.Options for probe in PROBES.values()), place)
    short = "a class of scikit-learn, for --protocol sklearn"
    parser.add_argument("--classifier", dest=f"{place}classifier", metavar="NAME", help=short, default=argparse.SUPPRESS)


def protocol_of(given: argparse.Namespace) -> Protocol:
    """The protocol that flags ask for. Raises SettingsError where a value isn't allowed."""
    from ssl_core.evaluation.protocol import Protocol, check_protocol

    few = "all" if given.labels_per_class is None else given.labels_per_class
    if few != "all" and not few.isdigit():
        raise SettingsError(f"'labels-per-class' must be a whole number or all. Got {few[:60]}.")
    how = Protocol(
        probe="linear" if given.protocol is None else given.protocol,
        options=grouped(vars(given)).get("protocol_options", {}),
        layer=given.layer,
        labels_per_class=None if few == "all" else int(few),
        seeds=1 if given.seeds is None else given.seeds,
        train=given.train_images,
        test=given.test_images,
        image_size=size_of(given),
    )
    check_protocol(how)
    return how


def size_of(given: argparse.Namespace) -> int | None:
    """The picture size asked for; None: the run's own."""
    size: int | None = given.image_size
    if size is not None and not 8 <= size <= 512:
        raise SettingsError(f"'image-size' must be between 8 and 512. Got {size}.")
    return size


def refuse_scoring_flags(given: argparse.Namespace, dataset: str) -> None:
    """Refuses flags about labels on a data set without labels."""
    said = [f"--{flag.replace('_', '-')}" for flag in SCORING if getattr(given, flag) is not None]
    said += [f"--protocol.{name.replace('_', '-')}" for name in grouped(vars(given)).get("protocol_options", {})]
    if said:
        raise SettingsError(
            f"compare on '{dataset}', which has no labels, takes only --dataset, --image-size and --json. "
            f"Got {', '.join(said)}: leave that out, or name a data set with labels."
        )
