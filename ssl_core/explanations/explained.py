"""Networks to explain, each with its lock and input size; their answers as functions that can be differentiated; their maps."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import Any, NamedTuple

import torch
from torch import Tensor

from ssl_core.backbones.base import Backbone
from ssl_core.explainers.base import Answer, HeatMap
from ssl_core.functional.rng import generator
from ssl_core.models.targets import Target
from ssl_core.models.untrained import UNTRAINED
from ssl_core.parts.catalogues import EXPLAINERS
from ssl_core.parts.fit import network_lacks
from ssl_core.settings import SettingsError
from ssl_core.tasks.base import PretextTask
from ssl_core.types import Features, Samples


class Explained(NamedTuple):
    """A network to explain; hold its lock while it runs, since other threads share it."""

    title: str
    backbone: Backbone
    lock: threading.Lock
    size: int  # pixels a side of its input
    task: PretextTask | None = None


def explained_of(text: str, dataset: str | None = None) -> Explained:
    """The network that a target names: trained or untrained, a run's network comes with the task's own head.

    Raises:
        SettingsError: there is no such target, the target has no network, or its weights can't be had.
    """
    target = Target.parse(text, dataset)
    if target.of_run:
        task, lock = target.model()
        return Explained(title_of(text), task.encoder, lock, task.data.image_size, task)
    backbone, lock = target.network()
    return Explained(target.title, backbone, lock, target.seen_size)


def title_of(text: str) -> str:
    """A target's title, its text where it has none."""
    if text.startswith(UNTRAINED):
        return "Before training"
    try:
        return Target.parse(text).title
    except SettingsError:
        return text


class Question(NamedTuple):
    """An answer that can be explained."""

    seen_BCHW: Tensor  # the network's input
    answer: Answer
    word: str  # the answer of the first picture


def maps_of(explained: Explained, images_BCHW: Tensor) -> tuple[list[tuple[str, HeatMap]], str]:
    """Maps of every explainer that fits the network, as (kind, map), and the first picture's answer in words. images_BCHW: in [0, 1]."""
    question, note = _question(explained, images_BCHW)
    maps: list[tuple[str, HeatMap]] = []
    for name, part in EXPLAINERS.items():
        if network_lacks(name, part.needs, explained.title, explained.backbone.gives) or ("answer" in part.needs and question is None):
            continue
        seen_BCHW, answer = (question.seen_BCHW, question.answer) if question and "answer" in part.needs else (images_BCHW, None)
        try:
            found = part(part.Options()).maps(explained.backbone, seen_BCHW, answer)
        except SettingsError as error:  # an answer that doesn't come from the map is passed over: the stages are shown without it
            note = note if "answer" in part.needs else f"{note}. {error}".removeprefix(". ")
            continue
        maps += [(part.kind or name, _named(each, question)) for each in found]
    return maps, note


def _named(found: HeatMap, question: Question | None) -> HeatMap:
    """A map of the network's answer bears the answer's word."""
    return found._replace(name=f"for “{question.word}”") if question and found.name == "its answer" else found


def shared_kinds() -> list[str]:
    """Kinds of maps whose share inside objects' boxes is measured."""
    return [part.kind or name for name, part in EXPLAINERS.items() if part.shared]


def _question(explained: Explained, images_BCHW: Tensor) -> tuple[Question | None, str]:
    """The network's answer as a function of its features, None where it has none; then the first picture's answer in words."""
    if explained.task is not None:
        return _question_of_task(explained.task, images_BCHW)
    names = getattr(explained.backbone, "class_names", None)
    if names is None or getattr(explained.backbone, "head", None) is None:
        return None, "gives no answer"
    answer: Answer = lambda images, features: explained.backbone.classify(images, features)  # type: ignore[operator]  # noqa: E731
    with torch.no_grad():
        sure_K = answer(images_BCHW[:1], explained.backbone(images_BCHW[:1]))[0].softmax(0)
    word = names[int(sure_K.argmax())]
    return Question(images_BCHW, answer, word), _says(word, float(sure_K.max()))


def _question_of_task(task: PretextTask, images_BCHW: Tensor) -> tuple[Question | None, str]:
    count = len(images_BCHW)
    nowhere_B = torch.full((count,), -1)
    play = task.Play() if task.Play is not None else None
    batch = task.transform(Samples(images_BCHW, nowhere_B, nowhere_B), generator(0, "look"), play)
    phase = task.last_phase
    seen: list[Tensor] = []
    with torch.no_grad(), _hooked(task.encoder, lambda _, given, __: seen.append(given[0])):
        output = task(batch, phase)
    rows = [] if output.answer_BK is None else [len(output.answer_BK)]
    if [len(each) for each in seen] + rows != [count, count]:  # no answer, or one computed from several forward passes
        return None, "gives no answer of its own: its task has none"

    def answer(_: Tensor, features: Features) -> Tensor:
        with _hooked(task.encoder, lambda *_: features):
            logits_BK: Tensor = task(batch, phase).answer_BK
        return logits_BK

    verdicts = task.verdicts(batch, output)
    bars = verdicts[0].bars if verdicts else ()
    word, sure = max(bars, key=lambda bar: bar[1]) if bars else (f"answer {int(output.answer_BK[0].argmax())}", 0.0)
    return Question(seen[0], answer, word), _says(word, sure)


def _says(word: str, sure: float) -> str:
    return f"says “{word}”" + (f", {100 * sure:.0f} % sure" if sure else "")


@contextmanager
def _hooked(module: torch.nn.Module, hook: Any) -> Any:
    """Registers a forward hook for the length of the block, so that none stays on a shared network."""
    handle = module.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()
