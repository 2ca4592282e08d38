"""The suite in random order: `--shuffle` draws a seed and prints it, `--seed SEED` repeats that order."""

from __future__ import annotations

import random
from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shuffle", action="store_true", help="run files, and the tests of each file, in random order")
    parser.addoption("--seed", help="shuffle in the order of this seed")


def draw_seed(config: pytest.Config) -> None:
    """Draws a seed for `--shuffle` without `--seed`; a worker takes that of the process that started it."""
    if config.option.shuffle and config.option.seed is None:
        told = getattr(config, "workerinput", {})
        config.option.seed = told.get("seed") or str(random.SystemRandom().randrange(10**6))


def pytest_configure_node(node: Any) -> None:
    """Sends the seed to a worker."""
    node.workerinput["seed"] = node.config.option.seed


def pytest_report_header(config: pytest.Config) -> str:
    seed = config.option.seed
    return "" if seed is None else f"order: repeat it by --seed {seed}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Reorders the tests. Those of a file stay together, so that a server or a trained run that they share is set up once."""
    if config.option.seed is not None:
        place_of = {name: place for place, name in enumerate(shuffled([item.nodeid for item in items], config.option.seed))}
        items.sort(key=lambda item: place_of[item.nodeid])


def shuffled(names: list[str], seed: str) -> list[str]:
    """Names of tests in an order that follows from the seed and the names alone: files at random, tests at random within their file."""
    chance = random.Random(seed)
    files: dict[str, list[str]] = {}
    for name in sorted(names):
        files.setdefault(name.partition("::")[0], []).append(name)
    order = chance.sample(list(files), len(files))
    return [name for file in order for name in chance.sample(files[file], len(files[file]))]
