"""A comparison in words: which target is ahead, by how much, and whether these pictures can tell."""

from __future__ import annotations

from typing import Any, NamedTuple

import ssl_core as core
from pages._kit.screen import frame, readers

NAMES = {"imagenet": "ImageNet", "untrained": "Untrained network", "random": "Untrained network", "pixels": "Raw pixels"}
DETAILS = {
    "imagenet": "1.28 million labelled photos",
    "untrained": "same network, never trained",
    "random": "a network, never trained",
    "pixels": "no network at all",
}
PLAIN = 0.95  # level of an interval without correction
UNTRAINED = ("untrained", "random")  # kinds of targets that learnt nothing


class Asked(NamedTuple):
    """What the screen is about; all of it is in the address."""

    run: core.Run
    targets: list[str]
    protocol: str
    titles: dict[str, str]
    settings: dict[str, Any] = {}  # of the protocol, those that aren't the usual ones

    @property
    def how(self) -> dict[str, Any]:
        """What the core is asked beside targets and protocol."""
        return {"options": self.settings} if self.settings else {}

    def found(self) -> core.Comparison:
        return core.comparison(self.targets, None, self.protocol, **self.how)

    def name(self, target: str) -> str:
        return name_of(target, self.run.id, self.titles)


class Pair(NamedTuple):
    """The difference between this run and a rival, on the same pictures."""

    rival: str
    difference: float  # this run minus the rival
    lo: float
    hi: float
    measure: core.Measure
    level: float  # of the interval

    @property
    def ahead(self) -> bool:
        """Whether this run's value is the better one."""
        return self.difference < 0 if self.measure.lower_is_better else self.difference > 0


def lower(words: str) -> str:
    """A title with its first letter in lower case, for use inside a sentence."""
    return words[:1].lower() + words[1:]


def name_of(target: str, run_id: str, titles: dict[str, str]) -> str:
    """A target's name on the screen."""
    kind = target.partition(":")[0]
    if kind == "weights":
        return own_name(target)
    return "This run" if target == run_id else NAMES.get(kind) or titles.get(target, target)


def own_name(target: str) -> str:
    """The name of a network of the person's own: that of its file, without ending."""
    return target.rpartition("?")[0].rpartition("/")[2].rpartition(".")[0] or target


def detail_of(row: core.ProbeRow) -> str:
    """What a target learnt from, in a few words; of ImageNet both sizes, of an untrained network how far its seeds lie apart."""
    kind = row.target.partition(":")[0]
    words = row.detail.partition(",")[0] if kind == "weights" else DETAILS.get(kind) or f"features learnt from\n{row.detail}"
    if row.by_network:
        return f"{words}\nmean of {len(row.by_network)} seeds, {spread(row)}"
    return f"{words}\n{row.sizes}" if row.run_size not in (0, row.image_size) and not row.target.startswith("pixels") else words


def spread(row: core.ProbeRow) -> str:
    """The standard deviation between the networks of a mean, in words."""
    scale, unit = (100, "points") if row.measure.unit == "%" else (1, row.measure.unit)
    return f"sd {scale * row.spread:.1f} {unit}".rstrip()


def pair_of(found: core.Comparison, run_id: str, rival: str) -> Pair | None:
    """This run minus a rival; None where either isn't scored."""
    for pair in found.pairs:
        if (pair.a, pair.b) == (run_id, rival):
            return Pair(rival, pair.difference, pair.lo, pair.hi, pair.measure, pair.level)
        if (pair.b, pair.a) == (run_id, rival):
            return Pair(rival, -pair.difference, -pair.hi, -pair.lo, pair.measure, pair.level)
    return None


def main_rival(found: core.Comparison, run_id: str) -> str:
    """The title's target: ImageNet where scored, else the untrained network, raw pixels, another run; "" where this run isn't scored."""
    scored = [row.target for row in found.rows]
    return core.main_rival([run_id, *scored]) if run_id in scored else ""


def title(found: core.Comparison, run_id: str, titles: dict[str, str]) -> str:
    """The screen's title: the conclusion, or a question before there is one."""
    rival = main_rival(found, run_id)
    pair = pair_of(found, run_id, rival)
    if pair is None:
        return "What are its features worth?" if not found.waiting else "Comparing, picture by picture"
    name = frame.escape(name_of(rival, run_id, titles))
    if told := unlearnt(found, run_id):
        return told
    if pair.lo <= 0 <= pair.hi:
        return f"No difference that {frame.count(found.n_test)} pictures could show"
    by = _size(pair)
    if not pair.ahead:
        return f"Raw pixels are ahead by {by}" if rival == "pixels" else f"{_whose(name, rival, 'The')} features are ahead by {by}"
    return f"This run’s features are ahead of {'raw pixels' if rival == 'pixels' else _whose(name, rival, 'the')} by {by}"


def unlearnt(found: core.Comparison, run_id: str) -> str:
    """That this run is no better than an untrained network, as a title; "" where it is better, or isn't compared with one."""
    pairs = [pair for row in found.rows if row.target.startswith(UNTRAINED) and (pair := pair_of(found, run_id, row.target)) is not None]
    if not found.measure.counted or not pairs or pairs[0].lo > 0:
        return ""
    return core.UNLEARNT.rstrip(".")


def _whose(name: str, rival: str, article: str) -> str:
    """A target's name in the genitive, before "features"."""
    return f"{article} {name.lower()}’s" if rival.startswith(UNTRAINED) else f"{name}’s"


def _size(pair: Pair) -> str:
    """The size of a difference with its interval, without its sign."""
    low, high = sorted((abs(pair.lo), abs(pair.hi)))
    if pair.measure.unit == "%":
        return frame.points(abs(pair.difference), low, high, sign=False)
    return frame.number(abs(pair.difference), low, high, pair.measure.unit)


def question(found: core.Comparison, protocol: str, settings: dict[str, Any] | None = None) -> str:
    """What is measured, as a question."""
    count = f"**{frame.part(found.n_test, found.n_whole, 'test pictures')}**" if found.n_test else "test pictures"
    if not found.measure.counted:
        return f"{frame.escape(found.measure.title)}, on these {count}: {'less' if found.measure.lower_is_better else 'more'} is better."
    asks = with_settings(probe_of(protocol).asks, protocol, settings or {}) or f"does {protocol} name correctly from the features"
    return f"How many of these {count} {asks}?"


def probe_of(protocol: str) -> core.PartInfo:
    """The probe that a protocol names, as the menu knows it."""
    return next(part for part in readers.menu("probes") if part.name == protocol)


def with_settings(words: str, protocol: str, settings: dict[str, Any]) -> str:
    """A probe's words with the values of the settings that they name, as in "{classifier} on"."""
    return words.format_map({control.name: settings.get(control.name, control.default) for control in probe_of(protocol).controls})


def other_settings(protocol: str, settings: dict[str, Any]) -> str:
    """The settings that aren't the usual ones, in a sentence; "" without any, and for those that the protocol's own words name."""
    part = probe_of(protocol)
    said = [
        f"{control.label} {settings[control.name]}"
        for control in part.controls
        if control.name in settings and f"{{{control.name}}}" not in part.how
    ]
    return f" Set by hand: {frame.escape(', '.join(said))}." if said else ""


def sentence(found: core.Comparison, run_id: str, titles: dict[str, str]) -> str:
    """The result in one sentence, valid for these pictures only; "" while there is none."""
    mine = next((row for row in found.rows if row.target == run_id), None)
    if mine is None:
        return ""
    others = [(row.target, pair_of(found, run_id, row.target)) for row in found.rows]
    said = [f"{frame.escape(inside(target, run_id, titles))} {_by(pair)}" for target, pair in others if pair is not None]
    if not found.measure.counted:
        ends, unit = (mine.accuracy, mine.lo, mine.hi), found.measure.unit
        value = frame.percent(*ends) if unit == "%" else frame.number(*ends, unit)
        about = f"{frame.escape(lower(found.measure.title))} is {value} for this run"
        return f"On these {frame.count(found.n_test)} pictures {about}{'; ' if said else ''}{', '.join(said)}."
    number, (rate, called) = frame.percent(mine.accuracy, mine.lo, mine.hi, of=found.n_test), found.rates.reference
    named = f"this run names {number} correctly, {called} {frame.percent(rate)}"
    return f"On these {frame.count(found.n_test)} pictures {named}{'; ' if said else ''}{', '.join(said)}."


def uneven(found: core.Comparison, asked: Asked) -> str:
    """What stands beside accuracy where the largest class has over 1.5 / K: balanced accuracy, of two classes AUC; else ""."""
    said = []
    for each in found.scored:
        if (balanced := each.balanced) is not None:
            auc = f", AUC {frame.number(*each.auc)}" if each.auc else ""
            said.append(f"{frame.escape(asked.name(each.row.target))} {frame.percent(*balanced)}{auc}")
    if not said:
        return ""
    return (
        f"Classes are uneven: always naming the largest is right for {frame.percent(found.majority)}. Balanced accuracy, the mean over "
        f"classes, chance {frame.percent(found.chance)}: {'; '.join(said)} (± 95 %)."
    )


def inside(target: str, run_id: str, titles: dict[str, str]) -> str:
    """A name inside a sentence."""
    words = {**dict.fromkeys(UNTRAINED, "an untrained network"), "untrained": "the same network untrained", "pixels": "raw pixels"}
    return words.get(target.partition(":")[0], name_of(target, run_id, titles))


def _by(pair: Pair) -> str:
    """How many a rival has right, against this run: about as many, so many more, or so many fewer."""
    many, fewer = ("many", "fewer") if pair.measure.counted else ("much", "less")
    if pair.lo <= 0 <= pair.hi:
        return f"about as {many}"
    return f"{_size(pair)} {'more' if pair.difference < 0 else fewer}"


def levels(found: core.Comparison, asked: Asked) -> str:
    """At which level the intervals of differences are, where there are several rivals; "" where all are at 95 %."""
    pairs = [pair for row in found.rows if (pair := pair_of(found, asked.run.id, row.target)) is not None]
    if not (others := [pair for pair in pairs if pair.level != PLAIN]):
        return ""
    first = next((frame.escape(inside(pair.rival, asked.run.id, asked.titles)) for pair in pairs if pair.level == PLAIN), "")
    many = "The other differences have" if first else f"{len(others)} differences are looked at together and have"
    told = f"{many} wider ranges, since one of several may differ by luck (Bonferroni: {100 * others[0].level:.1f} % each)."
    return (f"The difference from {first} was asked about beforehand. " if first else "") + told


def tested(found: core.Comparison, asked: Asked) -> str:
    """McNemar's exact p of this run beside each rival that is right or wrong; and how many pictures would tell where these can't."""
    own = [pair for pair in found.pairs if asked.run.id in (pair.a, pair.b)]
    named = [(frame.escape(inside(pair.a if pair.b == asked.run.id else pair.b, asked.run.id, asked.titles)), pair) for pair in own]
    chances = [
        f"{name} {'below .001' if pair.mcnemar < 0.001 else f'{pair.mcnemar:.3f}'}" for name, pair in named if pair.mcnemar is not None
    ]
    what = "episodes" if any(each.unit_E is not None for each in found.scored) else "pictures"
    untold = [
        f"These {what} can’t tell this run from {name}; about {frame.count(pair.enough)} would, if the difference is what it seems."
        for name, pair in named
        if pair.enough is not None
    ]
    return " ".join([*([f"McNemar’s exact p of no difference: {', '.join(chances)}."] if chances else []), *untold])


def protocol_line(found: core.Comparison, protocol: str, settings: dict[str, Any] | None = None) -> str:
    """The protocol in a sentence: how the numbers were measured."""
    how = frame.escape(with_settings(probe_of(protocol).how, protocol, settings or {})) or f"{found.protocol}, fitted on"
    if not found.rows:
        if found.series:
            return "Ranges will be 95 % intervals; the same pictures for all."
        return "The thin line on a bar will be its range (95 % interval); the same pictures for all."
    ranges = "A cell’s note has its range" if found.series == "layers" else "The thin line on a bar is its range"
    small, *larger = sorted({row.image_size for row in found.rows})
    who = ", ".join(frame.escape(row.title) for row in found.rows if larger and row.image_size == larger[-1])
    size = f"{small} pixels a side" + (f", for {who} {larger[-1]}" if larger else "")
    frozen = "" if probe_of(protocol).trains else "No network learns further (frozen features): "
    return (
        f"{ranges} (95 % interval). {frozen}{how if frozen else how.capitalize()} {frame.count(found.n_train)} training pictures. "
        f"All {'name' if found.measure.counted else 'are measured on'} the same pictures; their size is {size}."
        f"{other_settings(protocol, settings or {})}"
    )
