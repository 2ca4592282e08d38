"""Targets compared in pairs on the same test pictures.

Axes: S test picture.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import math
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Unpack

import numpy as np

from ssl_core.evaluation.probe import probe_asked
from ssl_core.evaluation.protocol import Protocol, ProtocolSettings
from ssl_core.evaluation.rivals import PLAIN, level_of
from ssl_core.evaluation.scored import ProbeRow, Scored
from ssl_core.evaluation.values import difference_of
from ssl_core.functional.metrics.classes import BaseRates, base_rates
from ssl_core.functional.metrics.intervals import Interval
from ssl_core.functional.metrics.pairs import enough_to_tell, mcnemar
from ssl_core.jobs.status import Status
from ssl_core.library.browse import pictures_stay
from ssl_core.library.meeting import check_classes_meet, named_classes
from ssl_core.models.meets import notes_on, strangers_on
from ssl_core.models.own import own_note
from ssl_core.models.targets import Target, parse_all
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import RIGHT
from ssl_core.records.asked import Unfinished
from ssl_core.records.runs import run
from ssl_core.settings import SettingsError
from ssl_core.system.origin import COMMAND
from ssl_core.types import Measure, PictureId


class PairRow(NamedTuple):
    """Mean of a's values minus that of b's, on the same pictures: for right or wrong, how much more often a is right than b."""

    a: str
    b: str
    difference: float  # in the unit of `measure`
    lo: float  # its interval at `level`
    hi: float
    measure: Measure = RIGHT
    level: float = PLAIN  # of the interval: 95 % for the main rival, for the others Bonferroni's (`evaluation/rivals.py`)
    ci95: tuple[float, float] = (-math.inf, math.inf)  # what the interval is at 95 %, for this pair alone
    mcnemar: float | None = None  # exact two-sided p of McNemar's test; None where values aren't right or wrong
    enough: int | None = None  # pictures that would tell the two apart, where these can't: `enough_to_tell`


class Comparison(NamedTuple):
    """The scores of several targets under one protocol, and their differences."""

    protocol: str  # in words
    measure: Measure  # of all values
    classes: tuple[str, ...]
    command: str  # the command line that repeats the comparison
    scored: list[Scored]  # in the order asked for, all on the same pictures in the same order
    pairs: list[PairRow]
    waiting: list[tuple[str, Status]]  # at work or in line
    missing: list[str]  # targets that nobody has asked for yet
    left_out: list[tuple[str, str]]  # target, the reason in a sentence
    notes: Sequence[str] = ()  # sentences that belong beside the figures: `notes_on`, `learnt_otherwise`
    n_whole: int = 0  # pictures of the test split, of which `n_test` are scored
    dataset: str = ""  # of the pictures
    outdated: Sequence[str] = ()  # of the missing targets, those that an earlier version measured otherwise
    series: str = ""  # of the protocol: what the points of `scored` are, "layers"; "": it has none

    @property
    def rows(self) -> list[ProbeRow]:
        """The score of each target."""
        return [each.row for each in self.scored]

    @property
    def n_train(self) -> int:
        """Pictures that probes were fitted on; 0 where nothing is scored yet."""
        return max((each.n_train for each in self.scored), default=0)

    @property
    def n_test(self) -> int:
        """Pictures scored; 0 where nothing is scored yet."""
        return max((each.n_test for each in self.scored), default=0)

    @property
    def ids(self) -> list[str]:
        """The test pictures, "test-12", in the order of the values."""
        return PictureId.texts("test", self.scored[0].id_S) if self.scored else []

    @property
    def label_S(self) -> np.ndarray:
        """int64: the class of each test picture."""
        return self.scored[0].label_S if self.scored else np.zeros(0, np.int64)

    @property
    def values(self) -> dict[str, np.ndarray]:
        """Target -> its value for each test picture, in the unit of `measure`."""
        return {each.row.target: each.value_S for each in self.scored}

    @property
    def right(self) -> dict[str, np.ndarray]:
        """Target -> whether each test picture was right, or the share of draws in which it was; {} where values are of another kind."""
        return self.values if self.measure.counted or any(each.unit_E is not None for each in self.scored) else {}

    @property
    def guess(self) -> dict[str, np.ndarray]:
        """Target -> the class named for each test picture; without targets whose probe names none."""
        return {each.row.target: each.guess_S for each in self.scored if each.guess_S is not None}

    @property
    def rates(self) -> BaseRates:
        """How often an answer is right that doesn't look: 1 / K, and always the largest class; 0 where no class is named."""
        if self.scored and self.scored[0].chance is not None:
            return BaseRates(self.scored[0].chance, self.scored[0].chance)
        return base_rates(self.label_S) if self.guess else BaseRates(0.0, 0.0)

    @property
    def chance(self) -> float:
        """1 / K, K classes among the test pictures; 0 where no class is named."""
        return self.rates.chance

    @property
    def majority(self) -> float:
        """Share right by always naming the largest class; 0 where no class is named."""
        return self.rates.majority


def request_comparison(
    texts: Sequence[str], dataset: str | None = None, protocol: str = "linear", **settings: Unpack[ProtocolSettings]
) -> list[Path]:
    """Hands the probe jobs that a comparison still misses to the warm worker; their folders. `settings` as in Protocol.

    Raises:
        SettingsError: a text names no target, no class is both in train and in test, or the disk refuses the job's folder.
    """
    how, started = Protocol(protocol, **settings), []
    targets = parse_all(texts, dataset, how.image_size)
    check_classes_meet(targets[0].dataset)
    for target in targets:
        try:
            asked = probe_asked(target, how)
        except SettingsError:  # `comparison` names the target among those left out
            continue
        if asked.finished() is None:
            started.append(asked.hand_over())  # a full disk is said
    return started


def stop_comparison(
    texts: Sequence[str], dataset: str | None = None, protocol: str = "linear", **settings: Unpack[ProtocolSettings]
) -> None:
    """Asks the probe jobs of a comparison that are running or queued to end; finished scores stay. `settings` as in Protocol."""
    how = Protocol(protocol, **settings)
    for target in parse_all(texts, dataset, how.image_size):
        try:
            asked = probe_asked(target, how)
        except SettingsError:  # a target that can't be scored has no job
            continue
        asked.withdraw()


def comparison(
    texts: Sequence[str], dataset: str | None = None, protocol: str = "linear", **settings: Unpack[ProtocolSettings]
) -> Comparison:
    """Targets side by side as far as their probe jobs are done; no job is started. `settings` as in Protocol.

    Raises:
        SettingsError: a text names no target, there is no such probe, or no class is both in train and in test.
    """
    how = Protocol(protocol, **settings)
    targets, measure = parse_all(texts, dataset, how.image_size), PROBES[protocol].measure
    check_classes_meet(targets[0].dataset)
    scored, outdated, unfinished = [], [], Unfinished.empty()
    for target in targets:
        try:
            job = probe_asked(target, how)
        except SettingsError as error:
            unfinished.leave_out(target.text, error)
            continue
        if (folder := job.finished()) is None:
            unfinished.add(job, "Scoring it", "Ask again.")
            outdated += [target.text] if target.text in unfinished.missing and job.measured_before() else []
        else:
            scored.append(Scored.read(target, folder, measure))
    gone = {text for text, _ in unfinished.left_out}
    asked = [target.text for target in targets if target.text not in gone]  # those at work count: a level doesn't change while they end
    size = next((target.image_size for target in targets if target.of_run), 0)
    scored = [each._replace(row=each.row._replace(run_size=size)) for each in scored]
    return Comparison(
        _in_words(how),
        measure,
        tuple(targets[0].pictures("test").info.classes),
        command([target.text for target in targets], targets[0].dataset, how),
        scored := _on_the_same_pictures(scored),
        pairs_of({each.row.target: each.values for each in scored}, measure, asked),
        *unfinished,
        notes=notes_beside(targets, how),
        n_whole=len(targets[0].pictures("test")),
        dataset=targets[0].dataset,
        outdated=outdated,
        series=PROBES[protocol].series,
    )


def notes_beside(targets: Sequence[Target], how: Protocol) -> list[str]:
    """The sentences that belong beside the scores of targets, all on one data set."""
    dataset, named = targets[0].dataset, [target.text for target in targets]
    return [
        *notes_on(dataset, named),
        *strangers_on(dataset, named),
        *learnt_otherwise(targets),
        *of_own(targets),
        *_with_these_labels(how),
    ]


def _with_these_labels(how: Protocol) -> list[str]:
    """A sentence on what an interval leaves out where the labels were drawn once; [] without few labels, or with several draws."""
    if how.labels_per_class is None or how.seeds > 1:
        return []
    return [
        f"Intervals are over test pictures, with these labels: another draw of {how.labels_per_class} a class gives another figure. "
        "Several draws (--seeds 5) count that too."
    ]


def learnt_otherwise(targets: Sequence[Target]) -> list[str]:
    """A sentence on the runs whose set has been read in another way, or has had other files, since they learnt from it; [] without any."""
    runs = [target for target in targets if target.kind == "run" and run(target.text).dataset == target.dataset]
    titles = named_classes(target.title for target in runs if not pictures_stay(target.text, "train"))
    said = "learnt from this set when it was read in another way or had other files"
    return [f"{titles} {said}: pictures to test with may be among those learnt from."] if titles else []


def of_own(targets: Sequence[Target]) -> list[str]:
    """A sentence for each researcher's own network on the names that its file has, lacks and has besides."""
    said = []
    for target in targets:
        if target.kind == "weights":
            with contextlib.suppress(SettingsError):  # it is left out, with the reason
                target.network()  # read once: the note is made on the way
                said.append(own_note(target.own, target.seen_size))
    return said


def _on_the_same_pictures(scored: list[Scored]) -> list[Scored]:
    """Every score on the test pictures that all targets could read, in the first score's order: which can be read depends on the size."""
    if not scored:
        return []
    first, *others = (each.id_S for each in scored)
    if all(np.array_equal(first, id_S) for id_S in others):
        return scored
    common = first[np.all([np.ones(len(first), bool), *(np.isin(first, id_S) for id_S in others)], axis=0)]
    return [each.on(common) for each in scored]


def pairs_of(values: Mapping[str, np.ndarray], measure: Measure = RIGHT, asked: Sequence[str] = ()) -> list[PairRow]:
    """The difference of every two targets, in order. values: target -> S, or T x S of draws, of the same test pictures; [] where S is 0.

    asked: all targets of the comparison, those without values too; the first is what it is about. Empty: those with values.
    """
    found = []
    for a, b in itertools.combinations(values, 2):
        if values[a].size:
            level = level_of(a, b, asked or list(values))
            alone, shown = (difference_of(values[a], values[b], measure, each) for each in (PLAIN, level))
            found.append(PairRow(a, b, *shown, measure, level, (alone.lo, alone.hi), *_tested(values[a], values[b], shown, level)))
    return found


def _tested(a: np.ndarray, b: np.ndarray, shown: Interval, level: float) -> tuple[float | None, int | None]:
    """McNemar's p of right or wrong; and where the interval holds zero how many pictures would tell. Neither of several draws."""
    p = mcnemar(a, b) if a.dtype == b.dtype == bool and a.ndim == 1 else None
    return p, enough_to_tell(a.astype(float) - b.astype(float), level) if a.ndim == 1 and shown.lo <= 0 <= shown.hi else None


def command(texts: Sequence[str], dataset: str, how: Protocol) -> str:
    """The command line that repeats a comparison, quoted for a shell."""
    flags = [("--dataset", dataset), ("--protocol", how.probe), ("--layer", how.layer), ("--labels-per-class", how.labels_per_class)]
    flags += [("--seeds", how.seeds if how.seeds > 1 else None), ("--train-images", how.train), ("--test-images", how.test)]
    flags += [
        ("--image-size", how.image_size),
        *((f"--protocol.{name.replace('_', '-')}", json.dumps(v)) for name, v in how.options.items()),
    ]
    words = [*texts, *(str(word) for flag in flags if flag[1] is not None for word in flag)]
    return f"{COMMAND} compare {shlex.join(words)}"


def _in_words(how: Protocol) -> str:
    words = PROBES[how.probe].said(how.options)
    layer = f" at layer {how.layer}" if how.layer else ""
    few = f", {how.labels_per_class} labels a class" if how.labels_per_class else ""
    draws = f", mean of {how.seeds} draws" if how.labels_per_class and how.seeds > 1 else ""
    if PROBES[how.probe].trains:
        return f"{words}{few}{draws}"
    return f"{words} on frozen features{layer}{few}{draws}"
