"""What jobs of each kind are asked, as spec.json holds it. Keys and values make the name of the job's folder: a key never changes."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict


class JobRequest(TypedDict):
    """What spec.json says of a job of any kind; not part of the folder's name."""

    kind: NotRequired[str]
    version: NotRequired[int]  # of the job folder
    created: NotRequired[float]  # seconds since 1970


class DataRequest(JobRequest):
    """To decode both splits of a set."""

    dataset: str
    image_size: NotRequired[int]  # pixels a side
    dataset_options: NotRequired[dict[str, Any]]
    data: NotRequired[list[str]]  # digests of the pictures of the two splits


class LookRequest(JobRequest):
    """To open every picture of a set once."""

    dataset: str
    data: str  # digest of the files, whichever part or class each is in
    method: int  # a later way to look asks anew


class FetchRequest(JobRequest):
    """To download a data set or weights."""

    name: str
    data: NotRequired[str]  # the folder that it is for


class TargetRequest(JobRequest):
    """What all jobs about a target's features say."""

    target: str
    knows: str  # digest of its weights
    dataset: str
    dataset_options: dict[str, Any]
    image_size: int  # pixels a side
    layer: str | None  # None: the deepest
    precision: str
    measure: NotRequired[int]  # version of what is measured, where it isn't the first: results of other versions are never found
    seen: NotRequired[int]  # pixels a side that the network sees, where `measure` is said


class EmbedRequest(TargetRequest):
    """To compute the features of a split's pictures."""

    split: str
    pictures: int  # at most so many, balanced over the classes
    data: str  # digest of the split's pictures


class MapRequest(EmbedRequest):
    """To draw the map of a target."""

    projector: str
    options: dict[str, Any]  # of the projector
    seed: int


class ProbeRequest(TargetRequest):
    """To score a target by a probe."""

    protocol: str  # the probe's name
    options: dict[str, Any]  # of the probe
    train: int  # pictures
    test: int
    labels_per_class: int | None  # None: all
    seeds: int  # draws of the labels
    auc: NotRequired[int]  # version of the scores that are kept for the area under the ROC curve, of sets with two classes
    networks: NotRequired[int]  # networks whose mean is measured, where it is more than one
    data: list[str]  # digests of the pictures of the two splits


class SimilarRequest(TargetRequest):
    """To compare two networks without labels."""

    other: str  # the second target
    other_knows: str  # digest of its weights
    other_size: int  # pixels a side
    pictures: int
    data: str  # digest of the test pictures
    method: int  # a later way to compare asks anew


class ShareRequest(JobRequest):
    """To measure which share of a target's attention falls on the object."""

    target: str
    knows: str  # digest of its weights; of a run before its first step, its seed
    dataset: str
    data: str  # digest of the test pictures
    image_size: int  # pixels a side
    pictures: int
    precision: str
    measure: NotRequired[int]  # version of what is measured, where it isn't the first: results of other versions are never found
    seen: NotRequired[int]  # pixels a side that the network sees, where `measure` is said
