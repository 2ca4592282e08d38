"""A data set may forbid to mirror or turn its pictures: every task heeds that, or refuses."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ssl_core.backbones.base import Build
from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.strong import OWN, RANDAUGMENT, Pool, allowed, strong
from ssl_core.library import sets
from ssl_core.models.build import build_task
from ssl_core.parts.catalogues import DATASETS, TASKS
from ssl_core.parts.fit import build_backbone
from ssl_core.records.spec import RunSpec
from ssl_core.settings import SettingsError
from ssl_core.tasks.base import PretextTask
from ssl_core.training.preview import transformed
from ssl_core.training.request import make_spec
from ssl_core.types import Panel, Samples
from tests.help.small import SCENES, small_values
from tests.tasks.test_contract import SIZE, SMALL, backbone_name, pictures

FORBIDDEN = ("mirror", "turn")
GENTLE: dict[str, dict[str, Any]] = {"fixmatch": {"turns": 0.0, "late": 0.0}}  # what a person has to switch off
EVERY = sorted(TASKS)
HEEDING = [name for name in EVERY if not TASKS[name].requires]
Scenes = DATASETS["scenes"]


@pytest.fixture
def signs(monkeypatch: pytest.MonkeyPatch, clean_folders: Path) -> None:
    """A set whose pictures mean something else when they are mirrored or turned: `scenes`, for the time of a test."""
    monkeypatch.setattr(Scenes, "forbids", frozenset(FORBIDDEN))


def slopes(count: int) -> Samples:
    """Red grows to the right and green downward, in any part of any picture."""
    ramp = torch.linspace(0.1, 0.9, SIZE)
    image_CHW = torch.stack([ramp.expand(SIZE, SIZE), ramp[:, None].expand(SIZE, SIZE), torch.full((SIZE, SIZE), 0.5)])
    return pictures(count)._replace(images_BCHW=image_CHW.repeat(count, 1, 1, 1))


def built(name: str, forbids: tuple[str, ...]) -> PretextTask:
    """A small task whose copies keep their colours."""
    task, backbone = TASKS[name], backbone_name(TASKS[name])
    plain = {"colour": 0.0} if "colour" in task.Options.model_fields else {}
    info = sets.open_set("scenes", "train", SIZE).info._replace(batch_size=8, forbids=forbids)

    def make(**overrides: Any) -> Any:
        return build_backbone(backbone, SMALL.get(backbone, {}), Build(SIZE)._replace(**overrides))

    return task(task.Options.read({**plain, **GENTLE.get(name, {})}), make, info).train()


def upright(panel: Panel) -> bool:
    """Whether red grows to the right and green downward, as far as a picture shows them."""
    assert isinstance(panel.image, np.ndarray)
    image_HWC = panel.image.astype(float)
    seen_HW = np.ptp(image_HWC, 2) > 8 if np.ptp(image_HWC, 2).max() > 8 else np.abs(image_HWC[..., 0] - 127.5) > 1  # not what hides
    y, x = np.nonzero(seen_HW)
    red, green = image_HWC[y, x, 0], image_HWC[y, x, 1]
    return bool(np.corrcoef(x, red)[0, 1] > 0 and np.corrcoef(y, green)[0, 1] > 0)


def shown(task: PretextTask, play: Any = None) -> list[Panel]:
    """All pictures that the network would get, but for what is drawn from numbers and what changes colours as it likes."""
    rows = task.preview(task.transform(slopes(16), generator(1, "forbidden"), play))
    return [panel for row in rows for panel in row if "numbers" not in panel.caption and panel.caption != "hard copy"]


@pytest.mark.parametrize("name", HEEDING)
def test_no_picture_is_mirrored_or_turned_where_that_is_forbidden(name: str) -> None:
    assert all(upright(panel) for panel in shown(built(name, FORBIDDEN)))


def test_pictures_are_mirrored_where_that_is_allowed() -> None:
    mirroring = [name for name in HEEDING if not all(upright(panel) for panel in shown(built(name, ())))]
    assert mirroring == [name for name in HEEDING if name not in ("bigan", "clip")]


@pytest.mark.parametrize("name", [name for name in HEEDING if TASKS[name].Play])
def test_no_played_picture_is_mirrored_where_that_is_forbidden(name: str) -> None:
    play = TASKS[name].Play
    assert play is not None
    values = {"hue": 0.0} if "hue" in play.model_fields else {}
    assert all(upright(panel) for panel in shown(built(name, FORBIDDEN), play.read(values)))
    opening = built(name, FORBIDDEN).opening()
    assert opening is not None and not getattr(opening, "mirror", False)


@pytest.mark.parametrize("pool", [OWN, RANDAUGMENT])
def test_a_hard_copy_is_not_turned_where_that_is_forbidden(pool: Pool) -> None:
    left = {change.__name__ for change in pool.changes} - {change.__name__ for change in allowed(pool, FORBIDDEN)}
    assert left == {"_turned"} and len(allowed(pool, FORBIDDEN)) == len(pool.changes) - 1


@pytest.mark.parametrize("pool", [OWN, RANDAUGMENT])
def test_a_hard_copy_is_never_mirrored(pool: Pool) -> None:
    noise = torch.rand(64, 3, SIZE, SIZE, generator=generator(0, "noise"))
    noise[..., SIZE // 2 :] = 0.5
    rough_B, flat_B = (half.std((1, 2, 3)) for half in strong(noise, generator(0, "hard"), pool, FORBIDDEN).tensor_split(2, 3))
    assert float((rough_B > flat_B).float().mean()) > 0.9


def test_a_game_of_turns_refuses_in_a_sentence(signs: None) -> None:
    assert [name for name in EVERY if TASKS[name].requires] == ["rotation"]
    with pytest.raises(SettingsError, match="^rotation has to turn pictures, and this data set forbids it. Choose another"):
        make_spec(small_values("rotation"))


def test_fixmatch_refuses_to_guess_turns_and_says_what_to_switch_off(signs: None) -> None:
    with pytest.raises(SettingsError, match="'turns' and 'late' of fixmatch must be 0 on a data set that forbids to turn its pictures"):
        make_spec(small_values("fixmatch", options={"turns": 1.0}))


@pytest.mark.parametrize("name", ["supervised", "simclr"])
def test_a_run_knows_what_its_set_forbids(name: str, signs: None) -> None:
    spec = make_spec(small_values(name))
    plain = spec.plain()
    assert plain["data"]["forbids"] == ["mirror", "turn"] and plain["options"]["mirror"] is False
    assert build_task(RunSpec.read(plain, "run")).data.forbids == FORBIDDEN
    before = {**plain, "data": {key: value for key, value in plain["data"].items() if key != "forbids"}}  # as older versions wrote it
    assert RunSpec.read(before, "run").data.forbids == ()


def test_the_preview_heeds_what_is_forbidden(signs: None, monkeypatch: pytest.MonkeyPatch) -> None:
    image_CHW = (slopes(1).images_BCHW[0] * 255).to(torch.uint8)
    monkeypatch.setattr(Scenes, "__getitem__", lambda self, i: (image_CHW, 0))
    values = {"task": "supervised", "dataset_options": SCENES}
    rows = transformed(values, [f"train-{i}" for i in range(16)]).rows
    assert all(upright(panel) for row in rows for panel in row)


def test_no_shipped_set_forbids_anything() -> None:
    assert all(not data.forbids for data in DATASETS.values())
