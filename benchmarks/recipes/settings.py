"""The settings tried for each method: the preset as it was, and what was put in place of some of its values."""

from __future__ import annotations

from typing import Any, NamedTuple

AS_IT_WAS = "as it was"


class Setting(NamedTuple):
    """One way to train a method: what is put in place of the values of AS_IT_WAS."""

    name: str
    recipe: dict[str, Any] = {}
    options: dict[str, Any] = {}


class Searched(NamedTuple):
    """A method, the values it was trained with before, and the settings tried."""

    task: str
    recipe: dict[str, Any]
    tried: tuple[Setting, ...]
    options: dict[str, Any] = {}
    dataset: str = "photographs"

    @property
    def settings(self) -> tuple[Setting, ...]:
        """All settings, the one before first."""
        return (Setting(AS_IT_WAS), *self.tried)

    def setting(self, name: str) -> Setting:
        """The setting of that name."""
        return next(each for each in self.settings if each.name == name)

    def values(self, setting: Setting) -> dict[str, Any]:
        """A run's request with a setting; its length is still missing."""
        recipe, options = {**self.recipe, **setting.recipe}, {**self.options, **setting.options}
        return {"task": self.task, "preset": "cpu", "recipe": recipe, "options": options, "dataset": self.dataset, "device": "cpu"}


def adamw(rate: float, **more: Any) -> dict[str, Any]:
    """A recipe with AdamW and a short warm-up."""
    return {"optimiser": "adamw", "rate": rate, "warmup": 0, "warmup_share": 0.05, **more}


def muon(rate: float, **more: Any) -> dict[str, Any]:
    """A recipe with Muon and a short warm-up."""
    return {**adamw(rate, **more), "optimiser": "muon"}


def usual(rate: float, warmup: float, batch: int, decay: float, epochs: float, **more: Any) -> dict[str, Any]:
    """A recipe as presets were: AdamW, warm-up in epochs."""
    return {**adamw(rate), "warmup_share": 0, "warmup": warmup, "batch": batch, "decay": decay, "epochs": epochs, **more}


CLOSER = {"temperature": 0.2}
SEARCHED = (
    Searched(
        "rotation",
        usual(8e-3, 0.25, 64, 0.01, 3),
        (
            Setting("AdamW 8e-3, batch 32", adamw(8e-3, batch=32)),
            Setting("Muon 4e-3", muon(4e-3)),
            Setting("Muon 8e-3", muon(8e-3)),
            Setting("Muon 4e-3, batch 32", muon(4e-3, batch=32)),
            Setting("Muon 8e-3, batch 32", muon(8e-3, batch=32)),
        ),
    ),
    Searched(
        "inpainting",
        usual(3e-3, 0.25, 32, 0, 20),
        (Setting("AdamW 6e-3", adamw(6e-3)), Setting("Muon 3e-3", muon(3e-3)), Setting("Muon 6e-3", muon(6e-3))),
    ),
    Searched(
        "splitbrain",
        usual(2e-3, 0.25, 64, 0.01, 8),
        (Setting("AdamW 6e-3", adamw(6e-3)), Setting("Muon 2e-3", muon(2e-3)), Setting("Muon 5e-3", muon(5e-3))),
    ),
    Searched(
        "mae",
        usual(1.5e-3, 2, 128, 0.05, 20),
        (Setting("AdamW 3e-3", adamw(3e-3)), Setting("Muon 3e-3", muon(3e-3)), Setting("Muon 6e-3", muon(6e-3))),
    ),
    Searched(
        "simclr",
        usual(2e-3, 1, 256, 1e-4, 30),
        (
            Setting("AdamW 8e-3, τ 0.2", adamw(8e-3), CLOSER),
            Setting("Muon 4e-3, τ 0.2", muon(4e-3), CLOSER),
            Setting("Muon 8e-3, τ 0.2", muon(8e-3), CLOSER),
            Setting("Muon 8e-3, τ 0.2, batch 128", muon(8e-3, batch=128), CLOSER),
        ),
    ),
    Searched(
        "moco",
        usual(2e-3, 1, 256, 1e-4, 30),
        (
            Setting("AdamW 6e-3", adamw(6e-3)),
            Setting("Muon 4e-3", muon(4e-3)),
            Setting("Muon 8e-3", muon(8e-3)),
            Setting("Muon 8e-3, batch 128", muon(8e-3, batch=128)),
        ),
    ),
    Searched(
        "swav",
        usual(2e-3, 0.5, 128, 1e-4, 12),
        (Setting("AdamW 6e-3", adamw(6e-3)), Setting("Muon 3e-3", muon(3e-3)), Setting("Muon 6e-3", muon(6e-3))),
    ),
    Searched(
        "sela",
        usual(2e-3, 0.5, 128, 1e-4, 16),
        (Setting("AdamW 6e-3", adamw(6e-3)), Setting("Muon 3e-3", muon(3e-3)), Setting("Muon 6e-3", muon(6e-3))),
    ),
    Searched(
        "bigan",
        {**usual(4e-4, 0, 64, 0, 12), "optimiser": "adam", "rate_end": 1e-4},
        (
            Setting("Adam 8e-4", {"rate": 8e-4, "rate_end": 2e-4}),
            Setting("Adam 8e-4, batch 32", {"rate": 8e-4, "rate_end": 2e-4, "batch": 32}),
            Setting("Muon 4e-4", {"optimiser": "muon"}),
        ),
    ),
    Searched(
        "clip",
        usual(2e-3, 1, 256, 0.01, 20),
        (Setting("AdamW 6e-3", adamw(6e-3)), Setting("Muon 4e-3", muon(4e-3)), Setting("Muon 4e-3, batch 128", muon(4e-3, batch=128))),
        dataset="scenes",
    ),
    Searched(
        "fixmatch",
        {**usual(4e-3, 0.5, 128, 0.01, 14), "schedule": "sixteenth", "labels_per_class": 4},
        (Setting("AdamW 8e-3", adamw(8e-3)), Setting("Muon 4e-3", muon(4e-3)), Setting("Muon 8e-3", muon(8e-3))),
        dataset="scenes",
    ),
    Searched(
        "supervised",
        usual(4e-3, 0.25, 128, 0.01, 12),
        (Setting("Muon 4e-3", muon(4e-3)), Setting("Muon 4e-3, batch 64", muon(4e-3, batch=64))),
    ),
)

CHOSEN: dict[str, str] = {
    "rotation": "Muon 8e-3, batch 32",
    "inpainting": "Muon 3e-3",
    "mae": "Muon 6e-3",
    "simclr": "Muon 8e-3, τ 0.2",
    "moco": "Muon 8e-3",
    "splitbrain": "Muon 5e-3",
    "swav": "Muon 6e-3",
    "sela": "Muon 6e-3",
    "clip": "Muon 4e-3, batch 128",
    "fixmatch": "Muon 8e-3",
    "supervised": "Muon 4e-3",
}  # method -> the setting that its preset for a processor has now; the others keep AS_IT_WAS

FIRST = Searched(  # the run that a first visitor starts: rotation on scenes, as long as its preset says; the last one as long as before
    "rotation",
    usual(8e-3, 0.25, 64, 0.01, 3),
    (
        Setting("Muon 4e-3, batch 32, 1.5 epochs", muon(4e-3, batch=32, epochs=1.5)),
        Setting("Muon 8e-3, batch 32, 1 epoch", muon(8e-3, batch=32, epochs=1)),
        Setting("Muon 8e-3, batch 32, 1.25 epochs", muon(8e-3, batch=32, epochs=1.25)),
        Setting("Muon 8e-3, batch 32, 2.7 epochs", muon(8e-3, batch=32, epochs=2.7)),
    ),
    dataset="scenes",
)
ONE_EPOCH = {"rate": 8e-3, "batch": 32, "epochs": 1}
VARIED = Searched(  # one thing at a time put in place of another in "Muon 8e-3, batch 32, 1 epoch", each with as many turned pictures
    "rotation",
    muon(**ONE_EPOCH),
    (
        Setting("warm-up 1 % for 5 %", {"warmup_share": 0.01}),
        Setting("rate 1.2e-2", {"rate": 1.2e-2}),
        Setting("batch 24", {"batch": 24}),
        Setting("batch 48", {"batch": 48}),
        Setting("betas .9 and .95 for .999", {"betas": [0.9, 0.95]}),
        Setting("never mirrored", {}, {"mirror": False}),
        Setting("one turn of 128 pictures for four of 32", {"batch": 128, "epochs": 4}, {"copies": "one"}),
    ),
    dataset="scenes",
)
