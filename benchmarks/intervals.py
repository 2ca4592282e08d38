"""How often the 95 % intervals of comparisons hold the true value, in 2 000 simulations each: `python -m benchmarks.intervals [--write]`.

Ends with 1 where a mean over p = .1 to .9 leaves 94 to 96 %, or a single p falls below 92 %. --write puts the table into docs/intervals.md.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch

from ssl_core.functional.episodes import DrawnEpisodes, drawn_episodes, named_by_prototype
from ssl_core.functional.metrics.draws import difference_over_draws, share_over_draws
from ssl_core.functional.metrics.intervals import Interval, mean_interval, paired_difference, wilson
from ssl_core.functional.metrics.neighbours import unit

PAGE = Path(__file__).resolve().parent.parent / "docs" / "intervals.md"
SHARES = tuple(round(0.1 * tenth, 1) for tenth in range(1, 10))
SIMULATIONS = 2000  # of each p: a coverage of 95 % is measured to ± 0.5 points (standard error), the mean over nine p to ± 0.16
MEAN, LEAST = (94.0, 96.0), 92.0  # limits in %
FEW = 10  # disagreeing pictures below which an interval may hold more than 96 %, and no less than 95
Cover = Callable[[float, np.random.Generator, int], float]  # p, its chance, number of simulations -> the share that holds the truth


class Case(NamedTuple):
    """A kind of interval with a number of pictures."""

    what: str
    pictures: int
    cover: Cover
    few: bool = False  # fewer than FEW pictures disagree

    def holds(self, covered: list[float]) -> bool:
        """Whether coverages in %, one a p, are within the limits."""
        mean = round(float(np.mean(covered)), 1)  # as it is shown: its standard error is 0.16
        return min(covered) >= LEAST and (mean >= 95 if self.few else MEAN[0] <= mean <= MEAN[1])


def held(intervals: Iterator[Interval], truth: float) -> float:
    """The share of intervals that hold the truth."""
    return float(np.mean([each.lo <= truth <= each.hi for each in intervals]))


def single(pictures: int) -> Cover:
    """The share of pictures that is right: Wilson's interval."""
    return lambda p, rng, many: held((wilson(int(right), pictures) for right in rng.binomial(pictures, p, many)), p)


def paired(pictures: int, apart: float) -> Cover:
    """Two networks that disagree on `apart` of the pictures, of which the first has p right: Bonett and Price's interval."""

    def cover(p: float, rng: np.random.Generator, many: int) -> float:
        counts = rng.multinomial(pictures, (apart * p, apart * (1 - p), 1 - apart), many)
        rows = (np.repeat([(True, False), (False, True), (True, True)], count, axis=0) for count in counts)
        return held((paired_difference(row_N2[:, 0], row_N2[:, 1]) for row_N2 in rows), apart * (2 * p - 1))

    return cover


class FewLabels(NamedTuple):
    """Answers after several draws of the labels: draws differ, pictures differ, and each answer has its own chance."""

    draws: int
    pictures: int
    between: float  # standard deviation between draws, in logits; between pictures 1.5, of a picture between draws 0.8

    @property
    def spread(self) -> float:
        return float(np.sqrt(1.5**2 + 0.8**2 + self.between**2))

    def middle(self, p: float) -> float:
        """The logit around which the share over all draws and pictures is p: bisection on the mean of the logistic function."""
        node_N, weight_N = np.polynomial.hermite_e.hermegauss(80)
        low, high = -12.0, 12.0
        for _ in range(60):
            middle = (low + high) / 2
            share = float(weight_N @ (1 / (1 + np.exp(-middle - self.spread * node_N))) / weight_N.sum())
            low, high = (middle, high) if share < p else (low, middle)
        return middle

    def sample(self, middle: float, rng: np.random.Generator) -> np.ndarray:
        """Right or wrong, T x S."""
        of_draw_T1 = self.between * rng.normal(size=(self.draws, 1))
        logit_TS = middle + of_draw_T1 + 1.5 * rng.normal(size=self.pictures) + 0.8 * rng.normal(size=(self.draws, self.pictures))
        right_TS: np.ndarray = rng.random(logit_TS.shape) < 1 / (1 + np.exp(-logit_TS))
        return right_TS

    def share(self, p: float, rng: np.random.Generator, many: int) -> float:
        """How often `share_over_draws` holds p."""
        middle = self.middle(p)
        return held((share_over_draws(self.sample(middle, rng)) for _ in range(many)), p)

    def difference(self, p: float, rng: np.random.Generator, many: int) -> float:
        """How often `difference_over_draws` holds the difference of two networks of shares p and .5."""
        mine, other = self.middle(p), self.middle(0.5)
        both = ((self.sample(mine, rng), self.sample(other, rng)) for _ in range(many))
        return held((difference_over_draws(*each) for each in both), p - 0.5)


ALL, ASKED = 20_000, 600  # episodes that stand for all there are, and those of a measurement
WAYS, SHOTS, QUERIES, CLASSES = 5, 5, 5, 6
APART = (0.25, 0.35, 0.42, 0.5, 0.56, 0.65, 0.75, 0.85, 0.95)  # deviation of class centres, over that of a class: shares from .25 to .9


def episodes(pictures: int) -> tuple[Cover, Cover]:
    """Episodes of test pictures that stay the same: the mean over 600 of them, and the difference of two networks on the same ones.

    p counts places in APART: .1 is the first. The truth is the mean over ALL episodes, from which those of a measurement are drawn.
    """
    label_S = np.arange(pictures) % CLASSES
    drawn = drawn_episodes(label_S, WAYS, SHOTS, QUERIES, ALL, np.random.default_rng(1))
    known: dict[float, tuple[np.ndarray, np.ndarray]] = {}

    def both(p: float) -> tuple[np.ndarray, np.ndarray]:
        if p not in known:
            known[p] = tuple(_right(label_S, drawn, APART[round(10 * p) - 1] * weight, seed) for seed, weight in ((2, 1.0), (3, 0.8)))  # type: ignore[assignment]
        return known[p]

    def mean(p: float, rng: np.random.Generator, many: int) -> float:
        right_E, _ = both(p)
        return held((mean_interval(right_E[rng.integers(0, ALL, ASKED)]) for _ in range(many)), float(right_E.mean()))

    def difference(p: float, rng: np.random.Generator, many: int) -> float:
        apart_E = np.subtract(*both(p))
        return held((mean_interval(apart_E[rng.integers(0, ALL, ASKED)]) for _ in range(many)), float(apart_E.mean()))

    return mean, difference


def _right(label_S: np.ndarray, drawn: DrawnEpisodes, apart: float, seed: int) -> np.ndarray:
    """The share of right queries of each episode, for features of 16 numbers as clouds."""
    rng = np.random.default_rng(seed)
    features_SD = apart * rng.normal(size=(CLASSES, 16))[label_S] + rng.normal(size=(len(label_S), 16))
    place_ENQ = named_by_prototype(unit(features_SD), drawn, SHOTS)
    right_E: np.ndarray = (place_ENQ == np.arange(WAYS)[:, None]).mean((1, 2))
    return right_E


def cases() -> Iterator[Case]:
    """Everything that is simulated."""
    for pictures in (60, 2000):
        yield Case("a share of right answers", pictures, single(pictures))
        for apart in (0.2, 0.4):
            yield Case(f"two networks that disagree on {apart:.0%}", pictures, paired(pictures, apart))
        few = paired(pictures, 6 / pictures)
        yield Case("two networks that disagree on 6 pictures on the average", pictures, few, few=True)
        for draws in (3, 5, 10):
            labels = FewLabels(draws, pictures, 0.3)
            yield Case(f"a share over {draws} draws of the labels", pictures, labels.share)
            yield Case(f"two networks over {draws} draws of the labels", pictures, labels.difference)
        mean, difference = episodes(pictures)
        yield Case(f"the mean over {ASKED} episodes, for all episodes of these pictures", pictures, mean)
        yield Case(f"two networks on the same {ASKED} episodes", pictures, difference)


def line(case: Case, many: int = SIMULATIONS) -> tuple[str, bool]:
    """A case as a line of a table, and whether it holds."""
    rng = np.random.default_rng(0)
    covered = [100 * case.cover(p, rng, many) for p in SHARES]
    good, limit = case.holds(covered), "≥ 95 %" if case.few else "94 to 96 %"
    pictures = f"{case.pictures:,}".replace(",", " ")
    return f"| {case.what} | {pictures} | {np.mean(covered):.1f} % | {min(covered):.1f} % | {limit} | {said_of(good, covered)} |", good


def said_of(good: bool, covered: list[float]) -> str:
    """Whether a case holds; where it misses, to which side."""
    wider = "**misses**, to the safe side: wider than need be"
    return "holds" if good else wider if min(covered) >= LEAST and np.mean(covered) > MEAN[1] else "**misses**"


HEAD = """# How often intervals hold the truth

`python -m benchmarks.intervals --write`: {many} simulations of each p = .1, .2, … .9. Asked for: a mean over these p of 94 to 96 %, no p
below 92 %, rounded as shown (standard errors 0.16 and 0.5 points); where fewer than ten pictures disagree at least 95 %, not at most 96.

p is the true share; of two networks that disagree, the part of these pictures that the first has right; of two networks over draws the
first one's share, the other's being .5. Draws of the labels differ by 0.3 in logits, pictures by 1.5. Episodes (5-way, 5-shot, 5 queries of
a class) are drawn from {all} episodes of the same test pictures, whose mean is the truth; in place of p nine networks, whose shares lie
between .25 and .9. "These pictures" means that another set of test pictures has another mean.

| interval of | pictures | mean | least p | limit | |
|---|---|---|---|---|---|
"""


def main(argv: list[str] | None = None) -> int:
    """Simulates every case, prints a line each, and writes the page where asked."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.intervals", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--write", action="store_true", help="put the table into docs/intervals.md")
    parser.add_argument("--simulations", type=int, default=SIMULATIONS, metavar="N", help=f"of each p (default: {SIMULATIONS})")
    asked = parser.parse_args(argv)
    torch.set_num_threads(1)
    lines, fine = [], True
    for case in cases():
        said, good = line(case, asked.simulations)
        print(said, flush=True)
        lines.append(said)
        fine = fine and good
    if asked.write:
        head = HEAD.format(many=f"{asked.simulations:,}".replace(",", " "), all=f"{ALL:,}".replace(",", " "))
        PAGE.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
