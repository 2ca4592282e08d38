"""Chance with a key: the same words, the same draw, in any process, at any time."""

from __future__ import annotations

import hashlib

import torch


def key(seed: int, *words: object) -> int:
    """A 63-bit number from the SHA-256 of (seed, words): equal arguments give equal numbers, others unrelated ones."""
    text = "/".join(map(str, (seed, *words)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, *words: object, device: torch.device | str = "cpu") -> torch.Generator:
    """A generator on `device` that starts at `key(seed, *words)`."""
    return torch.Generator(device=device).manual_seed(key(seed, *words))
