"""What single methods claim, measured: `python -m benchmarks.claims [mae clip fixmatch bigan] [--write]`.

mae: with 75 % hidden, nearer the truth than the mean of the squares around. clip: names things in pairs it was never taught, and nothing
with wrong sentences. fixmatch: four labels a class and many pictures beat the same without guesses. bigan: its judge stays within bounds,
and its forgeries come nearer to pictures between a third of the run and its end. All on our own scenes, so nothing is downloaded;
minutes each.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import torch
from scipy.linalg import sqrtm

from benchmarks.__main__ import machine
from ssl_core.functional.metrics.intervals import paired_difference, wilson
from ssl_core.functional.rng import generator
from ssl_core.jobs.report import StatusReporter
from ssl_core.jobs.status import Status
from ssl_core.library.sets import PictureSet
from ssl_core.models.build import load_task
from ssl_core.records.curve import curve
from ssl_core.records.runs import folder_of
from ssl_core.records.spec import spec_of
from ssl_core.tasks.clip import CLIP
from ssl_core.training import engine
from ssl_core.training.request import new_run
from ssl_core.training.run import Training
from ssl_core.types import Samples

PAGE = Path(__file__).resolve().parent.parent / "docs" / "claims.md"
TESTED, FORGED = 2_000, 1_000
JUDGE = "supervised-starter"  # the run whose features the Fréchet distance is computed in
STEPS = {"mae": 900, "clip": 1400, "fixmatch": 1250, "bigan": 900}
BOUNDS = 0.5, 0.9  # of a judge's share of right answers
Line = tuple[str, str, bool]  # what is claimed, what was measured, whether it holds


def trained(task: str, preset: str = "cpu", steps: int | None = None, training: type[Training] = Training) -> tuple[Path, Status]:
    """Trains a run to its end in this process."""
    folder = folder_of(new_run({"task": task, "preset": preset, "device": "cpu", "steps": steps or STEPS[task]}))
    with patch.object(engine, "Training", training):
        status = engine.work_train(folder, spec_of(folder), StatusReporter(folder))
    assert status.state == "done", status.reason
    return folder, status


def held_out(status: Status, metric: str) -> float:
    """A metric on pictures that the run never trained on."""
    value = status.metrics[metric]
    assert value is not None, f"nothing counted for '{metric}'"
    return value


def mae() -> list[Line]:
    """MAE's painted squares beside one colour a square: the mean of the squares around; and, where MAE is given it too, the true mean."""
    lines = []
    for preset, rival in (("pixels", "the mean of the squares around"), ("cpu", "each square's true mean, where both are given it")):
        _, status = trained("mae", preset)
        own, near = held_out(status, "psnr"), held_out(status, "psnr_near")
        lines.append((f"MAE, 75 % hidden, is nearer the truth than {rival}", f"{own:.2f} dB, {near:.2f} dB", own > near))
    return lines


def clip() -> list[Line]:
    """Zero-shot on pairs kept apart; and the same with wrong sentences, beside its answers dealt out at random."""
    folder, status = trained("clip")
    said_B, true_B = named(folder)
    right, chance = wilson(int((said_B == true_B).sum()), len(said_B)), status.chance["zero_shot"]
    lines = [
        (
            "CLIP names things in pairs it was never taught, at 3 × chance or more",
            f"{shared(right)} of {len(said_B)} pictures (chance {100 * chance:.0f} %)",
            right.value >= 3 * chance,
        )
    ]
    folder, _ = trained("clip", "swapped")
    said_B, true_B = named(folder)
    right, dealt = wilson(int((said_B == true_B).sum()), len(said_B)), dealt_out(said_B, true_B)
    words = f"{shared(right)}, dealt out {100 * dealt:.1f} %"
    lines.append(("…with wrong sentences no better than its answers dealt out at random", words, right.lo <= dealt))
    return lines


def shared(part: Any) -> str:
    """A share of pictures in %, with its 95 % interval."""
    return f"{100 * part.value:.1f} % [{100 * part.lo:.1f}, {100 * part.hi:.1f}]"


@torch.no_grad()
def named(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """What a CLIP run says that pictures of the pairs kept apart show, and what they show."""
    task, decoded = load_task(folder), PictureSet("scenes", "test").decoded()
    words, rows = decoded.column("words"), np.arange(len(decoded))
    assert isinstance(task, CLIP) and words is not None
    images_BCHW = torch.from_numpy(decoded.images(rows)).float() / 255
    words_BL = torch.from_numpy(words[rows])
    output = task({"images_BCHW": images_BCHW, "words_BL": words_BL, "played": torch.tensor(False)})
    thing_B, apart_B = task._things(words_BL)
    return output.shown["said_BK"].argmax(1)[apart_B].numpy(), thing_B[apart_B].numpy()


def dealt_out(said_B: np.ndarray, true_B: np.ndarray) -> float:
    """Σ over classes of P(said) · P(true): how often these answers would be right if dealt out to the pictures at random."""
    kinds = int(max(said_B.max(), true_B.max())) + 1
    return float((np.bincount(said_B, minlength=kinds) / len(said_B)) @ (np.bincount(true_B, minlength=kinds) / len(true_B)))


def fixmatch() -> list[Line]:
    """FixMatch with four labels a class, beside the same without its guesses, the labels alone, and RandAugment's copies."""
    right = answered("cpu")
    return [
        ahead("FixMatch with four labels a class beats the same without guesses (labels and turns)", right, answered("labels and turns")),
        ahead("…and the same network taught by the labels alone", right, answered("labels alone")),
        ahead("…and one whose hard copies are RandAugment's, on this small network", right, answered("randaugment")),
    ]


def ahead(claim: str, own: np.ndarray, other: np.ndarray) -> Line:
    """Two shares of right answers on the same pictures, and their paired difference in points, with 95 % intervals."""
    both, gain = [wilson(int(each.sum()), TESTED) for each in (own, other)], paired_difference(own, other)
    told = " and ".join(map(shared, both))
    words = f"{told}; ahead by {100 * gain.value:.1f} [{100 * gain.lo:.1f}, {100 * gain.hi:.1f}] points"
    return claim, words, gain.lo > 0


def answered(preset: str) -> np.ndarray:
    """Right or wrong for each of 2 000 test pictures, as a FixMatch run names them."""
    folder, _ = trained("fixmatch", preset)
    task, images_BCHW, label_B = load_task(folder), *pictures()
    unknown_B = torch.full_like(label_B, -1)
    with torch.no_grad():
        batch = task.transform(Samples(images_BCHW, unknown_B, label_B), generator(0, "claims"))
        answer_BK = task(batch).answer_BK
    assert answer_BK is not None
    return (answer_BK.argmax(1) == label_B).numpy()


def bigan() -> list[Line]:
    """The judge's share of right answers over the run, and the distance of forgeries from pictures on the way and at the end."""
    Forging.distances = []
    folder, _ = trained("bigan", training=Forging)
    third, end = Forging.distances
    judge = [line["train"]["judge/judge"] for line in curve(folder) if line["train"]]
    later = tenths(judge[len(judge) // 3 :])
    return [
        (
            "BiGAN's judge is neither blind nor perfect from a third of the run on",
            f"right {100 * min(later):.0f} to {100 * max(later):.0f} % of the time, in tenths of what is left",
            min(later) >= BOUNDS[0] and max(later) <= BOUNDS[1],
        ),
        (
            f"Its forgeries come nearer to pictures (Fréchet distance in the features of {JUDGE})",
            f"{third:.1f} at a third, {end:.1f} at the end",
            end < third,
        ),
    ]


def tenths(values: list[float]) -> list[float]:
    """Means over ten equal parts of the values, since single batches vary too much."""
    return [float(part.mean()) for part in np.array_split(np.array(values), 10)]


class Forging(Training):
    """A BiGAN run; the Fréchet distance of its forgeries from pictures after a third of its steps and at its end."""

    distances: list[float]

    def one_step(self) -> None:
        super().one_step()
        if self.step in (self.total // 3, self.total):
            Forging.distances.append(frechet(features(forged(self.task)), features(pictures()[0])))


@torch.no_grad()
def forged(task: Any) -> torch.Tensor:
    """1 000 pictures that the generator makes with its current weights."""
    task.eval()
    code_BZ = torch.randn(FORGED, task.options.codes, generator=generator(0, "forged"))
    return (task.forger(code_BZ) + 1) / 2


@torch.no_grad()
def features(images_BCHW: torch.Tensor) -> np.ndarray:
    """Pooled features (B D) of the network JUDGE."""
    encoder = load_task(folder_of(JUDGE)).encoder
    return torch.cat([encoder(part).pooled_BD for part in images_BCHW.split(250)]).double().numpy()


def frechet(one_BD: np.ndarray, two_BD: np.ndarray) -> float:
    """|μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₁ Σ₂)^½) of two sets of features (Heusel 2017, 1706.08500)."""
    first, second = np.cov(one_BD, rowvar=False), np.cov(two_BD, rowvar=False)
    root = sqrtm(first @ second).real
    return float(((one_BD.mean(0) - two_BD.mean(0)) ** 2).sum() + np.trace(first + second - 2 * root))


def pictures() -> tuple[torch.Tensor, torch.Tensor]:
    """2 000 test pictures and their classes."""
    decoded = PictureSet("scenes", "test").decoded()
    rows = np.arange(min(TESTED, len(decoded)))
    return torch.from_numpy(decoded.images(rows)).float() / 255, torch.from_numpy(decoded.label_N[rows])


HEAD = ("| claim | measured | |", "|---|---|---|")
CLAIMS: dict[str, Callable[[], list[Line]]] = {"mae": mae, "clip": clip, "fixmatch": fixmatch, "bigan": bigan}


def main(argv: list[str] | None = None) -> int:
    """Trains in folders of its own; ends with 1 where a claim doesn't hold."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.claims", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("claims", nargs="*", metavar="CLAIM", help=f"any of {', '.join(CLAIMS)} (default: all)")
    parser.add_argument("--write", action="store_true", help="put the table into docs/claims.md")
    asked = parser.parse_args(argv)
    unknown = sorted(set(asked.claims) - set(CLAIMS))
    if unknown:
        parser.error(f"CLAIM must be one of {', '.join(CLAIMS)}. Got {unknown[0]}.")
    rows, fine = {}, True
    print(f"Machine: {machine()}.", "", *HEAD, sep="\n", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache", SSL_NO_MAPS="1")
        for name in asked.claims or CLAIMS:
            for claim, measured, holds in CLAIMS[name]():
                rows[claim] = f"| {claim} | {measured} | {'holds' if holds else '**misses**'} |"
                print(rows[claim], flush=True)
                fine = fine and holds
    if asked.write:
        told = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
        PAGE.write_text(page(told, rows), encoding="utf-8")
    return 0 if fine else 1


def page(told: str, rows: dict[str, str]) -> str:
    """The page with these rows in place of those about the same claims; other rows stay."""
    kept = {line.split(" | ")[0].removeprefix("| "): line for line in told.splitlines() if line.startswith("| ") and line != HEAD[0]}
    lines = ["# What single methods claim", "", "`python -m benchmarks.claims --write`; single ones by their names", ""]
    return "\n".join([*lines, f"Machine: {machine()}.", "", *HEAD, *(kept | rows).values(), ""])


if __name__ == "__main__":
    sys.exit(main())
