"""The parts there are: each catalogue is read from its folder at first use."""

from __future__ import annotations

from typing import Any

from ssl_core import backbones, datasets, explainers, probes, projectors, tasks
from ssl_core.backbones.base import Backbone
from ssl_core.datasets.base import ImageSet
from ssl_core.explainers.base import Explainer
from ssl_core.parts.collect import Catalogue, collect
from ssl_core.probes.base import Probe
from ssl_core.projectors.base import Projector
from ssl_core.tasks.base import PretextTask

TASKS: Catalogue[PretextTask] = collect(tasks, PretextTask, "pretext task")
BACKBONES: Catalogue[Backbone] = collect(backbones, Backbone, "backbone")
DATASETS: Catalogue[ImageSet] = collect(datasets, ImageSet, "data set")
PROBES: Catalogue[Probe] = collect(probes, Probe, "probe")
EXPLAINERS: Catalogue[Explainer] = collect(explainers, Explainer, "explainer")
PROJECTORS: Catalogue[Projector] = collect(projectors, Projector, "projector")
ALL: dict[str, Catalogue[Any]] = {
    "tasks": TASKS,
    "backbones": BACKBONES,
    "datasets": DATASETS,
    "probes": PROBES,
    "explainers": EXPLAINERS,
    "projectors": PROJECTORS,
}
