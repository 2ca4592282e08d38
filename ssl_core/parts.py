"""The parts there are: each catalogue is read from its folder at first use."""

from __future__ import annotations

from typing import Any

from ssl_core import backbones, data, explain, probes, project, tasks
from ssl_core.backbones.base import Backbone
from ssl_core.catalogue import Catalogue, collect
from ssl_core.data.base import ImageSet
from ssl_core.explain.base import Explainer
from ssl_core.probes.base import Probe
from ssl_core.project.base import Projector
from ssl_core.tasks.base import PretextTask

TASKS: Catalogue[PretextTask] = collect(tasks, PretextTask, "pretext task")
BACKBONES: Catalogue[Backbone] = collect(backbones, Backbone, "backbone")
DATASETS: Catalogue[ImageSet] = collect(data, ImageSet, "data set")
PROBES: Catalogue[Probe] = collect(probes, Probe, "probe")
EXPLAINERS: Catalogue[Explainer] = collect(explain, Explainer, "explainer")
PROJECTORS: Catalogue[Projector] = collect(project, Projector, "projector")
ALL: dict[str, Catalogue[Any]] = {
    "tasks": TASKS,
    "backbones": BACKBONES,
    "datasets": DATASETS,
    "probes": PROBES,
    "explainers": EXPLAINERS,
    "projectors": PROJECTORS,
}
