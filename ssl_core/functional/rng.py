"""Chance with a key: the same words, the same draw, in any process, at any time."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import torch

_global = threading.RLock()  # torch has one global generator for all threads: a draw of another thread would change the weights


def key(seed: int, *words: object) -> int:
    """A 63-bit number from the SHA-256 of (seed, words): equal arguments give equal numbers, others unrelated ones."""
    text = "/".join(map(str, (seed, *words)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *words: object, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator on `device` that starts at `key(seed, *words)`."""
    return torch.Generator(device=device).manual_seed(key(seed, *words))


@contextmanager
def global_rng(start: int) -> Iterator[None]:
    """Inside, torch's global generator, from which layers take their initial weights, starts at `start`; afterwards it is as before.

    One thread at a time: every network of this process is built inside. Reading pictures or weights belongs outside.
    """
    with _global, torch.random.fork_rng(devices=[]):
        torch.manual_seed(start)
        yield


def seed_layers(seed: int, device: torch.device) -> None:
    """Seeds what layers draw by themselves (dropout), so that no state has to be saved; on a CPU without a look at each accelerator."""
    (torch.default_generator if device.type == "cpu" else torch).manual_seed(seed)
