"""Where a network and pictures meet that shouldn't be compared without a word: said in a sentence beside the figures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ssl_core.datasets.imagenette import CLASSES
from ssl_core.library.fetch import WEIGHTS, offer
from ssl_core.library.meeting import apart_note, class_notes
from ssl_core.library.names import find
from ssl_core.library.sets import open_set
from ssl_core.models.targets import BASELINES
from ssl_core.parts.catalogues import DATASETS
from ssl_core.records.encoders import kept_at
from ssl_core.records.runs import Run, run, runs
from ssl_core.settings import SettingsError

DRAWN = ("scenes", "digits")  # sets that are no photographs
IMAGENETTE = {name.lower() for name in CLASSES.values()} | set(CLASSES)
TAUGHT = (
    "ImageNet’s network has learnt the classes of Imagenette with labels, since they are a part of ImageNet: its figures here say nothing "
    "of kinds that are new to it."
)


def notes_on(dataset: str, targets: Iterable[str] = ()) -> list[str]:
    """Sentences beside figures on a data set: classes that don't meet, leaks left out, classes known to ImageNet, a JPEG copy."""
    imagenet = any(text.startswith(WEIGHTS) for text in targets)
    taught = [TAUGHT] if imagenet and of_imagenette(dataset) else []
    return [*class_notes(dataset), *filter(None, [apart_note(dataset)]), *taught, *filter(None, [copy_note(dataset)])]


def strangers_on(dataset: str, targets: Iterable[str]) -> list[str]:
    """A sentence for each run among the targets that learnt from another set than this one."""
    named = [text for text in targets if ":" not in text and text != "pixels"]
    found = [own for own in map(run, dict.fromkeys(kept_at(text)[0] for text in named)) if not same_set(own.dataset, dataset)]
    return [f"“{own.title}” learnt from '{own.dataset}' and meets '{dataset}' here: pictures unlike those it knows." for own in found]


def of_imagenette(dataset: str) -> bool:
    """Whether all classes of a data set are Imagenette's, whatever its name; False where it can't be opened."""
    try:
        classes = open_set(dataset).info.classes
    except SettingsError:
        return False
    return bool(classes) and all(name.lower().replace("_", " ") in IMAGENETTE for name in classes)


def copy_note(dataset: str) -> str:
    """A sentence where a folder with the name of a published set holds JPEG files in place of its authors' pixels; else ""."""
    found = find(dataset)
    if found.path is None or found.name not in DATASETS:
        return ""
    data = open_set(dataset)
    if not len(data) or not data.file(0).lower().endswith((".jpg", ".jpeg")) or found.name == "imagenette":
        return ""
    return f"'{found.name}' is a copy as JPEG here, {DATASETS[found.name].title} (JPEG): its figures aren’t comparable with published ones."


class Stranger(NamedTuple):
    """A network that meets pictures of another set than the one it learnt from."""

    sentence: str  # both sets' names, and the better network that is there
    run: str  # the better run; "" where there is none
    title: str  # its title


def stranger(run_name: str, dataset: str, met: str = "") -> Stranger | None:
    """What to say where a run meets pictures of another set than its own; None where it learnt from this set.

    met: pictures of no set in words, "your picture", where `dataset` is ""; a run of photographs meets those as its like.
    The better network: a run that learnt from this very set; of photographs, for a run that has seen none, ImageNet's where it is on
    this machine, and a run of photographs.
    """
    own = run(run_name)
    if same_set(own.dataset, dataset) if dataset else own.dataset not in DRAWN:
        return None
    better = better_run(own, dataset)
    offers = [f"“{better.title}”, which learnt from '{better.dataset}'"] if better else []
    if dataset not in DRAWN and offer(BASELINES[0]).here:
        offers.append("ImageNet’s network, which learnt from photographs")
    more = f" Likely better here: {' or '.join(offers)}." if offers else ""
    words = f"This network learnt from '{own.dataset}' and meets {met or repr(dataset)} here: pictures unlike those it knows.{more}"
    return Stranger(words, better.id if better else "", better.title if better else "")


def same_set(a: str, b: str) -> bool:
    """Whether two names mean one data set: equal, or of the same folder."""
    if a == b:
        return True
    try:
        one, other = find(a), find(b)
    except SettingsError:
        return False
    return one.path is not None and one.path == other.path


def better_run(own: Run, dataset: str) -> Run | None:
    """A run with weights that suits pictures of this set better: of the same task first; it learnt from the set, or from photographs."""
    ready = [each for each in runs() if each.id != own.id and each.status.weights and not each.status.active]
    of_set = [each for each in ready if same_set(each.dataset, dataset)]
    of_photographs = [each for each in ready if each.dataset not in DRAWN] if own.dataset in DRAWN and dataset not in DRAWN else []
    found = sorted(of_set or of_photographs, key=lambda each: each.task != own.task)
    return found[0] if found else None
