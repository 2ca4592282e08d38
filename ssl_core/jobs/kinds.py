"""Kinds of jobs: the function that works each kind, who reads its request, and which kinds wait for each other."""

from __future__ import annotations

ROOMS = {  # kind -> where its function lives; each is imported only when its turn has come
    "train": "ssl_core.training.engine:work_train",
    "data": "ssl_core.library.sets:work_data",
    "fetch": "ssl_core.library.fetch:work_fetch",
    "probe": "ssl_core.evaluation.probe:work_probe",
    "embed": "ssl_core.evaluation.probe:work_embed",
    "project": "ssl_core.maps.layout:work_project",
    "explain": "ssl_core.explanations.shares:work_explain",
}
OPENED = {"train": "ssl_core.training.engine:open_spec"}  # kind -> who reads its spec.json, where that is more than reading JSON

SLOTS = {"train": "train", "fetch": "fetch"}  # who waits for whom: a download keeps nobody waiting who wants to look
