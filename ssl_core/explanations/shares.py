"""Share of a saliency map that falls into the object's box, over many test pictures, beside a box of that size in the middle.

Axes: B picture of a batch, S picture, H W cell of a map.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from ssl_core.explanations.explained import Explained, explained_of, maps_of, shared_kinds, title_of
from ssl_core.functional.metrics.intervals import Interval, mean_interval
from ssl_core.functional.transforms.resize import resized
from ssl_core.jobs.report import Reporter
from ssl_core.jobs.status import Status
from ssl_core.library.sets import PictureSet, open_set
from ssl_core.models.targets import Target
from ssl_core.models.untrained import UNTRAINED
from ssl_core.records.asked import Asked
from ssl_core.records.requests import ShareRequest
from ssl_core.records.runs import run
from ssl_core.settings import SettingsError
from ssl_core.system.disk import write_json

PICTURES, BATCH = 200, 25  # test pictures with boxes that shares are measured on
MEASURE = 3  # version of shares; 2: ImageNet's at the size at which its maps are shown; 3: cells where they look, and other places


class ShareRow(NamedTuple):
    """The mean share of a network's maps that lies in a box, in [0, 1]."""

    target: str
    title: str
    kind: str  # of the explainer whose last map is measured: "stages", "answer"
    share: Interval  # inside the object's box
    centre: Interval  # inside a box of the same size in the middle of the picture
    over: Interval  # mean of share minus centre, picture by picture
    other: Interval  # inside a box of the same size at the place of another picture's object
    over_other: Interval  # mean of share minus other, picture by picture
    n: int  # pictures whose map isn't 0 everywhere


class Shares(NamedTuple):
    """Shares of several networks on the same pictures."""

    rows: list[ShareRow]
    area: float  # mean area of the boxes as a share of the picture: the `share` of a map that is the same everywhere
    n: int
    left_out: list[tuple[str, str]]  # target, sentence
    waiting: list[tuple[str, Status]]


def share_set(run_name: str) -> str:
    """The data set on which a run's shares are measured: the run's own where it has boxes, else scenes."""
    found = run(run_name)
    try:
        return found.dataset if open_set(found.dataset, "test").box(0) is not None else "scenes"
    except SettingsError:
        return "scenes"


def share_request(text: str, dataset: str) -> ShareRequest:
    """Everything that a target's shares depend on: the spec of the job, whose digest names the folder. `knows`: the digest of the weights.

    Raises:
        SettingsError: the data set has no boxes, or the target no network.
    """
    target = Target.parse(text, dataset, {})
    data = target.pictures("test")
    if not len(data) or data.box(0) is None:
        raise SettingsError(f"'{dataset}' doesn't say where the object is in its pictures. Choose scenes.")
    if target.kind == "pixels":
        target.network()  # raises SettingsError: pixels have no network
    knows = f"seed {run(text.removeprefix(UNTRAINED)).seed}" if text.startswith(UNTRAINED) and "@" not in text else target.digest
    request: ShareRequest = {
        "target": text,
        "knows": knows,
        "dataset": dataset,
        "data": data.digest(),
        "image_size": target.read_size,
        "pictures": min(PICTURES, len(data)),
        "precision": "fp32",
        "measure": MEASURE,
    }
    if target.kind == "imagenet":
        request["seen"] = target.seen_size
    return request


def shares_asked(text: str, dataset: str) -> Asked:
    """The job that measures a target's shares. Raises SettingsError as `share_request`."""
    return Asked.of("explain", share_request(text, dataset))


def request_shares(targets: Sequence[str], dataset: str) -> list[Path]:
    """Hands a job to the warm worker for each target whose shares aren't measured yet; the folders."""
    folders = []
    for text in targets:
        try:
            asked = shares_asked(text, dataset)
        except SettingsError:  # `shares` gives the reason
            continue
        if asked.result() is None:
            folders.append(asked.hand_over())
    return folders


def shares(targets: Sequence[str], dataset: str) -> Shares:
    """The shares measured so far; nothing is started."""
    rows, area, n, left_out, waiting = [], 0.0, 0, [], []
    for text in targets:
        try:
            asked = shares_asked(text, dataset)
        except SettingsError as error:
            left_out.append((text, str(error)))
            continue
        found = asked.result()
        if found is not None:
            area, n = found["area"], found["n"]
            rows += [_row(text, kind, each, n) for kind, each in found["kinds"].items()]
            left_out += [] if found["kinds"] else [(text, "nothing stands out in its maps, so that they have no shares.")]
        elif (status := asked.status()) is not None:
            waiting.append((text, status))
    return Shares(rows, area, n, left_out, waiting)


def outdated_shares(targets: Sequence[str], dataset: str) -> list[str]:
    """The targets whose shares an earlier version measured otherwise, as long as they aren't measured anew."""
    found = []
    for text in targets:
        with contextlib.suppress(SettingsError):  # `shares` gives the reason
            asked = shares_asked(text, dataset)
            found += [text] if asked.result() is None and asked.status() is None and asked.measured_before() else []
    return found


def _row(text: str, kind: str, found: dict[str, Any], n: int) -> ShareRow:
    share, centre, over, other, over_other = (Interval(*found[name]) for name in ("share", "centre", "over", "other", "over_other"))
    return ShareRow(text, title_of(text), kind, share, centre, over, other, over_other, found.get("n", n))


def work_explain(folder: Path, spec: ShareRequest, report: Reporter) -> None:
    """Works a job of kind `explain`: shares inside the object's box and inside one of its size in the middle, into result.json.

    Raises:
        SettingsError: the target has other weights now or no network, or the set other pictures.
    """
    text = spec["target"]
    Asked.of("explain", spec).check_unchanged(share_request(text, spec["dataset"])["knows"], title_of(text))
    seer = explained_of(text, spec["dataset"])
    data = PictureSet(spec["dataset"], "test", spec["image_size"], pinned=spec["data"]).open()
    found: dict[str, list[Tensor]] = {}  # kind -> a batch's shares, as `_batch_shares` gives them
    areas: list[Tensor] = []
    for at in range(0, spec["pictures"], BATCH):
        report.progress("looking at pictures", at, spec["pictures"])
        read = data.read_many(range(at, min(at + BATCH, spec["pictures"])))
        box_B4 = torch.tensor([box for i in read.id_N if (box := data.box(int(i))) is not None])
        areas.append(box_B4[:, 2] * box_B4[:, 3])
        for kind, share in _batch_shares(seer, resized(torch.from_numpy(read.images_NCHW).float() / 255, seer.size), box_B4).items():
            found.setdefault(kind, []).append(share)
    data.close()
    kinds = {kind: row for kind, batches in found.items() if (row := _summary(batches))}
    write_json(folder / "result.json", {"n": spec["pictures"], "area": float(torch.cat(areas).mean()), "kinds": kinds})


def _batch_shares(seer: Explained, images_BCHW: Tensor, box_B4: Tensor) -> dict[str, Tensor]:
    """Kind -> 3 B shares of its last map: inside the boxes, inside boxes of their size in the middle, and at other pictures' places."""
    with seer.lock:
        maps, _ = maps_of(seer, images_BCHW)
    last = {kind: each for kind, each in maps if kind in shared_kinds()}
    boxes = (box_B4, in_the_middle(box_B4), elsewhere(box_B4))
    return {kind: torch.stack([share_inside(each.map_BHW, box, each.late) for box in boxes]) for kind, each in last.items()}


def _summary(batches: list[Tensor]) -> dict[str, Any]:
    """Means with intervals over all pictures; differences are paired, since all shares are of the same pictures. {}: fewer than 2 maps."""
    share_S, centre_S, other_S = torch.cat(batches, 1).numpy()
    count = int(np.isfinite(share_S).sum())
    if count < 2:
        return {}
    means = {"share": share_S, "centre": centre_S, "over": share_S - centre_S, "other": other_S, "over_other": share_S - other_S}
    return {**{name: list(mean_interval(values_S)) for name, values_S in means.items()}, "n": count}


def in_the_middle(box_B4: Tensor) -> Tensor:
    """B 4: boxes of the same sizes, centred in the picture; left, top, width, height as shares of the picture's side."""
    return torch.cat([(1 - box_B4[:, 2:]) / 2, box_B4[:, 2:]], 1)


def elsewhere(box_B4: Tensor) -> Tensor:
    """B 4: boxes of the same sizes at the places of the next picture's, which says where objects lie; moved into the picture."""
    size_B2, next_B4 = box_B4[:, 2:], box_B4.roll(-1, 0)
    corner_B2 = next_B4[:, :2] + (next_B4[:, 2:] - size_B2) / 2
    return torch.cat([torch.minimum(corner_B2.clamp(min=0), 1 - size_B2), size_B2], 1)


def share_inside(map_BHW: Tensor, box_B4: Tensor, late: float = 0.0) -> Tensor:
    """B: Σ m·c / Σ m over the cells of a map, c the part of a cell inside left, top, width, height. NaN where the map is 0 everywhere.

    late: as `HeatMap.late`: the cells lie so much farther up and left than a grid over the picture has them.
    """
    down_BH = _covered(map_BHW.shape[1], box_B4[:, 1] + late, box_B4[:, 3])
    across_BW = _covered(map_BHW.shape[2], box_B4[:, 0] + late, box_B4[:, 2])
    map_BHW = map_BHW.double()
    return (map_BHW * down_BH[:, :, None] * across_BW[:, None, :]).sum((1, 2)) / map_BHW.sum((1, 2))


def _covered(cells: int, start_B: Tensor, length_B: Tensor) -> Tensor:
    """B x cells: the part of each of `cells` equal cells of [0, 1] that lies between start and start + length."""
    edge_N = torch.arange(cells + 1, dtype=torch.float64) / cells
    end_B1, start_B1 = (start_B + length_B).double()[:, None], start_B.double()[:, None]
    return (torch.minimum(edge_N[1:], end_B1) - torch.maximum(edge_N[:-1], start_B1)).clamp(min=0) * cells
