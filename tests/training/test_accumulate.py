"""A batch in parts: the step of the whole batch, with the memory of a part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from ssl_core.backbones.base import Build
from ssl_core.functional.rng import generator
from ssl_core.models.build import load_task
from ssl_core.parts.catalogues import TASKS
from ssl_core.parts.fit import build_backbone
from ssl_core.records.spec import spec_of
from ssl_core.settings import Recipe, SettingsError
from ssl_core.system.disk import read_json
from ssl_core.tasks.base import PretextTask
from ssl_core.training.accumulate import check_parts, part_of, whole_batch
from ssl_core.training.request import make_spec
from ssl_core.training.steps import make_optimiser, step, step_in_parts
from ssl_core.types import DataInfo, Samples
from tests.help.small import small_run, small_values
from tests.tasks.test_contract import build, pictures

PARTS = 4
ALONE = sorted(name for name, task in TASKS.items() if not task.compares)
TOGETHER = sorted(name for name, task in TASKS.items() if task.compares)


def turning() -> PretextTask:
    """Rotation without chance and without batch norm, in float64."""
    task = TASKS["rotation"]

    def make(**overrides: Any) -> Any:
        return build_backbone("convnet", {"width": 4}, Build(16, norm="group")._replace(**overrides))

    torch.manual_seed(0)
    return task(task.Options(mirror=False), make, DataInfo(64, (), 16, True, batch_size=8)).double().train()


def samples() -> Samples:
    rows = torch.rand(8, 3, 16, 16, generator=generator(0, "pictures"), dtype=torch.float64)
    return Samples(rows, torch.arange(8), torch.full((8,), -1))


def test_the_step_in_parts_is_that_of_the_whole_batch() -> None:
    whole, parted = turning(), turning()
    recipe = Recipe(optimiser="sgd", rate=0.5)
    rng = generator(0, "no chance")
    output = step(whole, whole.transform(samples(), rng), "main", make_optimiser(whole.parameters_of("main"), recipe), clip=0.1)
    batches = (parted.transform(part_of(samples(), part, PARTS), rng) for part in range(PARTS))
    optimiser = make_optimiser(parted.parameters_of("main"), recipe)
    batch, found = step_in_parts(parted, batches, PARTS, "main", optimiser, clip=0.1)
    for (name, one), two in zip(whole.state_dict().items(), parted.state_dict().values(), strict=True):
        assert torch.allclose(one, two, rtol=0, atol=1e-12), name
    assert torch.allclose(output.loss, found.loss) and torch.allclose(output.metrics["accuracy"].float(), found.metrics["accuracy"])
    undivided = whole.transform(samples(), rng)
    assert all(torch.equal(batch[name], undivided[name]) for name in undivided)
    assert torch.allclose(found.shown["probability_BK"], output.shown["probability_BK"])


def test_a_batch_is_put_together_in_its_own_order() -> None:
    rows_B = torch.arange(12)
    whole = {
        "rows_B": rows_B,
        "views_VB": torch.stack([rows_B, rows_B + 100]),
        "turned_B": torch.cat([rows_B, rows_B + 100, rows_B + 200]),
        "crops_VB": [rows_B, rows_B + 100],
        "pair_2B": torch.stack([rows_B, rows_B + 100]),
        "tiles_BTD": torch.stack([10 * rows_B, 10 * rows_B + 1, 10 * rows_B + 2], 1).view(36, 1),
        "copies_VBD": torch.cat([rows_B, rows_B + 100]).view(24, 1),
        "sizes_BN": [[int(row)] * int(row) for row in rows_B],
        "played": torch.tensor(True),
    }
    batches = [
        {
            "rows_B": rows_B[part::3],
            "views_VB": whole["views_VB"][:, part::3],
            "turned_B": torch.cat([rows_B[part::3] + 100 * k for k in range(3)]),
            "crops_VB": [crop[part::3] for crop in whole["crops_VB"]],
            "pair_2B": whole["pair_2B"][:, part::3],
            "tiles_BTD": whole["tiles_BTD"].view(12, 3, 1)[part::3].flatten(0, 1),
            "copies_VBD": whole["copies_VBD"].view(2, 12, 1)[:, part::3].flatten(0, 1),
            "sizes_BN": whole["sizes_BN"][part::3],
            "played": torch.tensor(True),
        }
        for part in range(3)
    ]
    found = whole_batch(batches)
    for name, value in whole.items():
        for one, two in zip(value, found[name], strict=True) if isinstance(value, list) else [(value, found[name])]:
            assert one == two if name == "sizes_BN" else torch.equal(one, two), name


@pytest.mark.parametrize(
    ("batch", "shape"),
    [({"tiles_BTD": torch.zeros(6, 2)}, "6 x 2"), ({"tiles_BTD": torch.zeros(7, 2), "label_B": torch.zeros(2)}, "7 x 2")],
)
def test_rows_that_no_name_tells_apart_are_refused(batch: dict[str, Any], shape: str) -> None:
    said = f"'accumulate' needs tensors with the axes of their names. 'tiles_BTD' names 3, and has the shape {shape}. Rename it"
    with pytest.raises(SettingsError, match=said):
        whole_batch([batch, batch])


def test_what_follows_a_step_sees_the_whole_batch(clean_folders: Path) -> None:
    folder, status = small_run("moco", steps=1, options={"queue": 16}, recipe={"accumulate": 2})
    assert status.state == "done", status.reason
    task = load_task(folder)
    drawn_B = task.draw(torch.full((64,), -1), 8, generator(0, 0, "draw"))[0]
    assert task.picture_K[:8].tolist() == drawn_B.tolist() and int(task.place) == 8


@pytest.mark.parametrize("name", ALONE)
def test_a_task_that_compares_nothing_learns_in_parts(name: str) -> None:
    task = build(name).train()
    for phase in task.phases:
        batches = (task.transform(part_of(pictures(8), part, PARTS), generator(part, "part")) for part in range(PARTS))
        before = [p.detach().clone() for p in task.parameters()]
        batch, output = step_in_parts(task, batches, PARTS, phase, make_optimiser(task.parameters_of(phase), Recipe()))
        assert any(not torch.equal(one, two) for one, two in zip(before, task.parameters(), strict=True))
        assert output.loss.isfinite() and not output.loss.requires_grad
    task.after_step(batch, output)
    assert len(task.preview(batch)) == 8


@pytest.mark.parametrize("name", TOGETHER)
def test_a_task_that_compares_refuses_parts(name: str) -> None:
    with pytest.raises(SettingsError, match=f"'accumulate' of the recipe must be 1 for {name}: it compares the pictures of a batch"):
        make_spec(small_values(name, recipe={"accumulate": 2}))


def test_the_tasks_that_compare_are_these() -> None:
    assert TOGETHER == ["clip", "simclr", "swav"]


@pytest.mark.parametrize(("batch", "parts", "instead"), [(8, 3, 6), (8, 8, 16)])
def test_parts_are_equal_and_have_two_pictures(batch: int, parts: int, instead: int) -> None:
    with pytest.raises(SettingsError, match=f"'accumulate' must cut the batch of {batch} .* Got {parts}. Try a batch of {instead}."):
        make_spec(small_values(recipe={"batch": batch, "accumulate": parts}))
    assert make_spec(small_values(recipe={"batch": instead, "accumulate": parts})).recipe.accumulate == parts


def test_each_part_of_a_batch_has_a_labelled_picture() -> None:
    few = {"recipe": {"batch": 16, "accumulate": 4}, "options": {"ratio": 7}}
    with pytest.raises(SettingsError) as refused:
        make_spec(small_values("fixmatch", **few))
    assert str(refused.value) == (
        "'accumulate' of the recipe must be at most 2 for fixmatch with 2 labelled pictures in a batch of 16: each part needs one. "
        "Got 4. Take fewer parts or a larger batch."
    )
    assert make_spec(small_values("fixmatch", recipe={"batch": 16, "accumulate": 2})).recipe.accumulate == 2
    assert make_spec(small_values("fixmatch", recipe={"batch": 16, "accumulate": 4}, options={"ratio": 3})).recipe.accumulate == 4


@pytest.mark.parametrize(
    ("parts", "processes", "said"),
    [
        (2, 2, "'accumulate' of the recipe must be at most 1 for fixmatch .*: each part for each of 2 processes needs one. Got 2."),
        (1, 4, "The number of processes must be at most 2 for fixmatch .*: each needs one. Got 4. Take a larger batch."),
    ],
)
def test_each_process_has_a_labelled_picture(parts: int, processes: int, said: str) -> None:
    task = TASKS["fixmatch"]
    with pytest.raises(SettingsError, match=said):
        check_parts(task, task.Options(), Recipe(batch=16, accumulate=parts), processes)


@pytest.mark.parametrize("parts", [1, 2, 4])
def test_labelled_pictures_of_fixmatch_teach_the_same_in_parts(parts: int) -> None:
    options = TASKS["fixmatch"].Options(ratio=1)
    task = build("fixmatch", options).train()
    label_B = torch.where(torch.arange(8) < 4, pictures(8).label_B, -1)  # as `draw` puts them: labelled pictures first
    batches = [task.transform(part_of(pictures(8)._replace(label_B=label_B), part, parts), generator(part)) for part in range(parts)]
    taught = [batch["label_B"][: task.labelled_rows(options, 8 // parts)] for batch in batches]
    assert sorted(torch.cat(taught).tolist()) == sorted(label_B[:4].tolist())


def test_a_run_of_before_isnt_divided(clean_folders: Path) -> None:
    folder, _ = small_run(steps=1)
    assert "accumulate" not in read_json(folder / "spec.json")["recipe"]  # so an earlier program reads the spec too
    assert spec_of(folder).recipe.accumulate == 1
