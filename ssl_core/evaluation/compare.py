"""Targets compared in pairs on the same test pictures.

Axes: S test picture.
"""

from __future__ import annotations

import itertools
import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Unpack

import numpy as np

from ssl_core.evaluation.probe import Protocol, ProtocolSettings, difference_of, probe_asked, read_arrays, read_result
from ssl_core.jobs.status import Status
from ssl_core.library.browse import pictures_stay
from ssl_core.library.meeting import check_classes_meet, named_classes
from ssl_core.models.meets import notes_on, strangers_on
from ssl_core.models.sizes import sizes_in_words
from ssl_core.models.targets import Target, parse_all
from ssl_core.parts.catalogues import PROBES
from ssl_core.probes.base import RIGHT
from ssl_core.records.asked import Unfinished
from ssl_core.records.runs import run
from ssl_core.settings import SettingsError
from ssl_core.types import Measure, PictureId


class ProbeRow(NamedTuple):
    """A target and its score."""

    target: str
    title: str
    detail: str
    accuracy: float  # mean of the values, in the unit of `measure`: for right or wrong the share that is right
    lo: float  # its 95 % interval
    hi: float
    layer: str
    image_size: int  # pixels a side that the network saw
    seconds: float
    measure: Measure = RIGHT
    by_network: tuple[float, ...] = ()  # the value of each, where `accuracy` is the mean of several networks (untrained, by seed)
    run_size: int = 0  # pixels a side of the run that the comparison is about; 0 where no run is among the targets

    @property
    def spread(self) -> float:
        """Standard deviation between the networks (n - 1); 0 of a single one."""
        return float(np.std(self.by_network, ddof=1)) if len(self.by_network) > 1 else 0.0

    @property
    def sizes(self) -> str:
        """The pictures that the network saw, in words: "32 px"; where the run's are others "run 32 px, ImageNet 224 px"."""
        return sizes_in_words({"run": self.run_size or self.image_size, self.title: self.image_size})


class PairRow(NamedTuple):
    """Mean of a's values minus that of b's, on the same pictures: for right or wrong, how much more often a is right than b."""

    a: str
    b: str
    difference: float  # in the unit of `measure`
    lo: float  # its 95 % interval
    hi: float
    measure: Measure = RIGHT


class Scored(NamedTuple):
    """One target's score, picture by picture."""

    row: ProbeRow
    n_train: int  # pictures that the probe was fitted on
    n_test: int  # pictures scored, those included that another of the compared targets couldn't read
    id_S: np.ndarray  # int64: positions in the test split
    value_S: np.ndarray  # bool: right or wrong; else float: another value, or the share of several draws of the labels that was right
    guess_S: np.ndarray | None  # int64: the class named for each picture; None where the probe names none
    label_S: np.ndarray  # int64: the true class of each picture

    @staticmethod
    def read(target: Target, folder: Path, measure: Measure) -> Scored:
        """The score in the folder of a finished probe job."""
        result, arrays = read_result(folder), read_arrays(folder)
        (lo, hi), facts = result["ci95"], (result["layer"], result["image_size"], result["seconds"])
        by_network = tuple(result.get("by_network", ()))
        row = ProbeRow(target.text, target.title, target.detail, result["accuracy"], lo, hi, *facts, measure, by_network)
        by_picture = (arrays["places"], arrays["right"], arrays.get("guess"), arrays["labels"])
        return Scored(row, result["n_train"], result["n_test"], *by_picture)

    def on(self, id_S: np.ndarray) -> Scored:
        """This score on some of its pictures only, in the order given; id_S: int64, each of them in `self.id_S`."""
        order = np.argsort(self.id_S)
        rows = order[np.searchsorted(self.id_S, id_S, sorter=order)]
        guess_S = None if self.guess_S is None else self.guess_S[rows]
        return self._replace(id_S=id_S, value_S=self.value_S[rows], guess_S=guess_S, label_S=self.label_S[rows])


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
    outdated: Sequence[str] = ()  # of the missing targets, those that an earlier version measured otherwise

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
        return self.values if self.measure.counted else {}

    @property
    def guess(self) -> dict[str, np.ndarray]:
        """Target -> the class named for each test picture; without targets whose probe names none."""
        return {each.row.target: each.guess_S for each in self.scored if each.guess_S is not None}

    @property
    def chance(self) -> float:
        """Share right by always naming the most frequent class; 0 where no class is named."""
        if not self.guess:
            return 0.0
        counts = np.bincount(self.label_S, minlength=1)
        return float(counts.max() / max(1, counts.sum()))


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
            asked = probe_asked(target, how)
        except SettingsError as error:
            unfinished.leave_out(target.text, error)
            continue
        if (folder := asked.finished()) is None:
            unfinished.add(asked, "Scoring it", "Ask again.")
            outdated += [target.text] if target.text in unfinished.missing and asked.measured_before() else []
        else:
            scored.append(Scored.read(target, folder, measure))
    named = [target.text for target in targets]
    size = next((target.image_size for target in targets if target.of_run), 0)
    scored = [each._replace(row=each.row._replace(run_size=size)) for each in scored]
    return Comparison(
        _in_words(how),
        measure,
        tuple(targets[0].pictures("test").info.classes),
        command([target.text for target in targets], targets[0].dataset, how),
        scored := _on_the_same_pictures(scored),
        pairs_of({each.row.target: each.value_S for each in scored}, measure),
        *unfinished,
        notes=[*notes_on(targets[0].dataset, named), *strangers_on(targets[0].dataset, named), *learnt_otherwise(targets)],
        n_whole=len(targets[0].pictures("test")),
        outdated=outdated,
    )


def learnt_otherwise(targets: Sequence[Target]) -> list[str]:
    """A sentence on the runs whose set has been read in another way, or has had other files, since they learnt from it; [] without any."""
    runs = [target for target in targets if target.kind == "run" and run(target.text).dataset == target.dataset]
    titles = named_classes(target.title for target in runs if not pictures_stay(target.text, "train"))
    said = "learnt from this set when it was read in another way or had other files"
    return [f"{titles} {said}: pictures to test with may be among those learnt from."] if titles else []


def _on_the_same_pictures(scored: list[Scored]) -> list[Scored]:
    """Every score on the test pictures that all targets could read, in the first score's order: which can be read depends on the size."""
    if not scored:
        return []
    first, *others = (each.id_S for each in scored)
    common = first[np.all([np.ones(len(first), bool), *(np.isin(first, id_S) for id_S in others)], axis=0)]
    return [each.on(common) for each in scored]


def pairs_of(values: Mapping[str, np.ndarray], measure: Measure = RIGHT) -> list[PairRow]:
    """The difference of every two targets, in order. values: target -> S, of the same test pictures; [] where S is 0."""
    pairs = itertools.combinations(values, 2)
    return [PairRow(a, b, *difference_of(values[a], values[b], measure), measure) for a, b in pairs if len(values[a])]


def command(texts: Sequence[str], dataset: str, how: Protocol) -> str:
    """The command line that repeats a comparison, quoted for a shell."""
    flags = [("--dataset", dataset), ("--protocol", how.probe), ("--layer", how.layer), ("--labels-per-class", how.labels_per_class)]
    flags += [("--seeds", how.seeds if how.seeds > 1 else None), ("--train-images", how.train), ("--test-images", how.test)]
    flags += [
        ("--image-size", how.image_size),
        *((f"--protocol.{name.replace('_', '-')}", json.dumps(v)) for name, v in how.options.items()),
    ]
    words = [*texts, *(str(word) for flag in flags if flag[1] is not None for word in flag)]
    return f"python -m ssl_core compare {shlex.join(words)}"


def _in_words(how: Protocol) -> str:
    words = PROBES[how.probe].title.lower().replace("knn", "kNN")
    layer = f" at layer {how.layer}" if how.layer else ""
    few = f", {how.labels_per_class} labels a class" if how.labels_per_class else ""
    draws = f", mean of {how.seeds} draws" if how.labels_per_class and how.seeds > 1 else ""
    options = "".join(f", {name} {value}" for name, value in how.options.items())
    return f"{words} on frozen features{layer}{few}{draws}{options}"
