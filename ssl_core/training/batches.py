"""The batches that a run learns from: rows of a set with a length, drawn epoch by epoch, or a stream's pictures in order."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice

import numpy as np
import torch
from torch import Tensor

from ssl_core.datasets.base import BadPicture, PictureStream, StreamPicture
from ssl_core.functional import distributed
from ssl_core.functional.rng import generator
from ssl_core.library.sets import PictureSet
from ssl_core.library.shuffled import shuffled
from ssl_core.records.budget import first_steps, without_end
from ssl_core.records.spec import RunSpec
from ssl_core.settings import SettingsError
from ssl_core.tasks.base import PretextTask
from ssl_core.training.ahead import ReadAhead
from ssl_core.training.source import BatchSource, with_room
from ssl_core.types import Samples

# Batches of rows that a thread reads in advance; 0: the loop reads each itself. Reading from arrays in memory takes 1 % of a step at
# most, and a thread gained nothing: 0.93 times as many steps a second at 32 pixels, 1.03 at 96 (measured in alternating blocks, on two
# busy cores).
AHEAD = 0
AHEAD_OF_STREAM = 2  # batches of a stream, whose pictures are decoded for each batch
HANDS = min(8, os.cpu_count() or 1)  # threads that decode the pictures of a batch
ROUNDS = 20  # checkpoints and measurements that a run over a stream makes at least, evenly spread
ROUND = 8  # steps of a round at least: of few pictures an epoch is one or two, and a checkpoint takes as long
STREAM_EPOCH = 1000  # steps that stand for an epoch of a stream in a run until it is stopped
NAMED = 1000  # unreadable pictures that are counted by name


class Batches(ABC):
    """What a training run learns from, batch by batch; this process gets its own rows of each."""

    per_epoch: int  # steps of an epoch, in which a recipe says warm-up and milestones
    round: int  # steps after which a checkpoint is written and the features' rank is measured

    @property
    def warning(self) -> str:
        """What to say of pictures that can't be read; "" while all can."""
        return ""

    @abstractmethod
    def at(self, step: int) -> Samples:
        """This process's rows of the batch of a step; steps follow each other."""

    @abstractmethod
    def seek(self, step: int, state: dict[str, int]) -> None:
        """Continues before `step`, from what `state` gave there."""

    @abstractmethod
    def state(self) -> dict[str, int]:
        """What a checkpoint keeps, so that `seek` goes on with the same batches."""

    @abstractmethod
    def close(self) -> None:
        """Ends the threads that read, where there are any."""


class RowBatches(Batches):
    """Rows of a set with a length: at the start of each epoch the task draws the rows of all its batches, T B."""

    def __init__(self, task: PretextTask, source: BatchSource, spec: RunSpec) -> None:
        self.task, self.source, self.spec = task, source, spec
        self.reader: ReadAhead[Tensor] | None = None
        self.epoch_TB = self._draw(0)
        self.per_epoch = len(self.epoch_TB)
        self.round = self.per_epoch * -(-ROUND // self.per_epoch)

    def _draw(self, epoch: int) -> Tensor:
        return self.task.draw(self.source.label_S, self.spec.recipe.batch, generator(self.spec.seed, epoch, "draw"))

    def at(self, step: int) -> Samples:
        """Where a thread reads ahead, it reads the rest of the epoch from here."""
        epoch, at = divmod(step, self.per_epoch)
        if at == 0 and step:
            self.epoch_TB = self._draw(epoch)
        if not AHEAD:
            return self.source.train(distributed.shard(self.epoch_TB[at]))
        if at == 0 or self.reader is None:
            self.close()
            rows = [distributed.shard(rows_B) for rows_B in self.epoch_TB[at:]]
            self.reader = ReadAhead(self.source.train, rows, AHEAD)
        return next(self.reader)

    def seek(self, step: int, state: dict[str, int]) -> None:
        """Draws the rows of the step's epoch again."""
        self.epoch_TB = self._draw((step - (step % self.per_epoch == 0)) // self.per_epoch if step else 0)

    def state(self) -> dict[str, int]:
        """Nothing: rows follow from the step."""
        return {}

    def close(self) -> None:
        """Ends the thread that reads ahead, where there is one."""
        if self.reader is not None:
            self.reader.close()
            self.reader = None


class StreamBatches(Batches):
    """The pictures of a stream, shuffled among `window` (`library/shuffled.py`): a batch takes the next B, without labels but its own.

    A picture that can't be read has its row taken by the readable one before it in this process's rows of the batch, so that the
    position after t batches is B t for every process. Its index is -1: no memory bank reads or writes it.
    """

    def __init__(self, stream: PictureStream, spec: RunSpec, device: torch.device, labelled: bool) -> None:
        self.stream, self.spec, self.device, self.labelled = stream, spec, device, labelled
        self.position = 0  # pictures given so far, over all processes
        self.per_epoch = steps_per_epoch(spec)
        self.round = STREAM_EPOCH if without_end(spec.recipe) else max(1, (spec.steps or 1) // ROUNDS)
        self.reader: ReadAhead[list[StreamPicture]] | None = None
        self.hands: ThreadPoolExecutor | None = None
        self.unreadable: dict[str, str] = {}  # name -> reason, of the first NAMED

    def at(self, step: int) -> Samples:
        """A thread reads the stream from here on, AHEAD_OF_STREAM batches in advance."""
        if self.reader is None:
            self.hands = ThreadPoolExecutor(HANDS, thread_name_prefix="decode")
            self.reader = ReadAhead(partial(self._read, self.hands), self._rows(), AHEAD_OF_STREAM)
        samples = next(self.reader)
        self.position += self.spec.recipe.batch
        return samples

    def _rows(self) -> Iterator[list[StreamPicture]]:
        """This process's pictures of each batch from `position` on."""
        pictures = shuffled(self.stream, self.spec.seed, self.position)
        while batch := list(islice(pictures, self.spec.recipe.batch)):
            yield batch[distributed.rank() :: distributed.world()]

    def _read(self, hands: ThreadPoolExecutor, rows: list[StreamPicture]) -> Samples:
        """Decoded pictures on the device. Raises SettingsError where none of them can be read."""
        decoded = list(hands.map(self._decoded, rows))
        good = [row for row, image in enumerate(decoded) if image is not None]
        if not good:
            name, reason = next(iter(self.unreadable.items()))
            raise SettingsError(f"No picture of a whole batch of the stream '{self.spec.dataset}' can be read: {name} {reason}.")
        taken = [
            row if decoded[row] is not None else max((each for each in good if each < row), default=good[-1]) for row in range(len(rows))
        ]
        images = torch.from_numpy(np.stack([image for row in taken if (image := decoded[row]) is not None]))
        label_B = torch.tensor([rows[row].label if self.labelled else -1 for row in taken], device=self.device)
        index_B = torch.full((len(rows),), -1, device=self.device)
        return Samples(images.to(self.device, non_blocking=True).float() / 255, index_B, label_B)

    def _decoded(self, picture: StreamPicture) -> np.ndarray | None:
        try:
            return picture.read()
        except BadPicture as bad:
            if len(self.unreadable) < NAMED:
                self.unreadable[bad.file] = bad.reason
            return None

    @property
    def warning(self) -> str:
        """How many pictures this process couldn't read so far, and the first of them with its reason."""
        if not self.unreadable:
            return ""
        (name, reason), count = next(iter(self.unreadable.items())), len(self.unreadable)
        many = f"{count:,} pictures or more" if count == NAMED else f"{count:,} pictures" if count > 1 else "1 picture"
        by = " by the first process" if distributed.world() > 1 else ""
        return f"{many} of the stream couldn't be read{by}, and others of the batch were taken twice: {name} {reason}."

    def seek(self, step: int, state: dict[str, int]) -> None:
        """Opens the stream at the position that the checkpoint keeps, at its next batch."""
        self.close()
        self.position = state.get("position", 0)

    def state(self) -> dict[str, int]:
        """The position: pictures given so far, those that were read ahead left out."""
        return {"position": self.position}

    def close(self) -> None:
        """Ends the threads that read and decode."""
        if self.reader is not None:
            self.reader.close()
            self.reader = None
        if self.hands is not None:
            self.hands.shutdown()
            self.hands = None


def steps_per_epoch(spec: RunSpec) -> int:
    """What stands for an epoch of a stream: `steps` / `epochs` of the recipe, at least 1; STREAM_EPOCH where the run has no end.

    A stream has no epochs; the recipe's number stays the scale in which it says warm-up, milestones and frozen layers, so that its schedule
    keeps its shape over the steps of the run.
    """
    return STREAM_EPOCH if without_end(spec.recipe) else max(1, round((first_steps(spec) or 1) / spec.recipe.epochs))


def open_batches(task: PretextTask, source: BatchSource, spec: RunSpec) -> Batches:
    """The batches of a run: rows of its decoded pictures, or its stream."""
    if not spec.data.streamed:
        return RowBatches(task, source, spec)
    stream = with_room(PictureSet.of_spec(spec, "train"), spec.recipe).stream(spec.seed)
    assert stream is not None, f"'{spec.dataset}' says that it is streamed and gives no stream"
    return StreamBatches(stream, spec, source.device, "labels" in source.needs)
