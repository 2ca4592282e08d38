"""What every pretext task promises, on every task that is found. A fact that can't hold stands in the task's `excused`."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest
import torch

from ssl_core.backbones.base import Build
from ssl_core.controls import Control
from ssl_core.functional.rng import generator
from ssl_core.functional.words import word_ids
from ssl_core.library import sets
from ssl_core.parts.catalogues import BACKBONES, TASKS
from ssl_core.parts.fit import OF_DATA, build_backbone, first_fit
from ssl_core.settings import Recipe, Settings, SettingsError
from ssl_core.tasks.base import PretextTask
from ssl_core.training.steps import make_optimiser, param_groups, step
from ssl_core.types import Samples

SIZE = 32
SMALL: dict[str, dict[str, Any]] = {"convnet": {"width": 8}, "vit": {"width": 32, "depth": 2, "heads": 2}}
EVERY = sorted(TASKS)


def skip_excused(task: type[PretextTask], fact: str) -> None:
    if fact in task.excused:
        pytest.skip(f"{task.name} is excused from '{fact}': {task.excused[fact]}")


@cache
def pictures(count: int, split: str = "train") -> Samples:
    """Known scenes with their places, labels and captions."""
    data = sets.open_set("scenes", split, SIZE)
    block = data.read_many(range(count))
    words = torch.stack([torch.from_numpy(word_ids(data.caption(i) or "", data.info.words)) for i in range(count)])
    images_BCHW = torch.from_numpy(block.images_NCHW).float() / 255
    return Samples(images_BCHW, torch.arange(count), torch.from_numpy(block.label_N), words)


def backbone_name(task: type[PretextTask]) -> str:
    return first_fit(task, SIZE)


def build(name: str, options: Settings | None = None) -> PretextTask:
    """A small instance: the same weights every time."""
    task = TASKS[name]
    backbone = backbone_name(task)
    info = sets.open_set("scenes", "train", SIZE).info._replace(batch_size=8)

    def make(**overrides: Any) -> Any:
        return build_backbone(backbone, SMALL.get(backbone, {}), Build(SIZE)._replace(**overrides))

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        return task(options or task.Options(), make, info)


def last(task: PretextTask) -> str:
    return task.last_phase


@pytest.mark.parametrize("name", EVERY)
def test_every_task_builds_from_defaults_and_presets(name: str) -> None:
    for options in (TASKS[name].Options(), *(preset.options for preset in TASKS[name].presets.values())):
        assert build(name, options).encoder.width > 0


@pytest.mark.parametrize("name", EVERY)
def test_options_and_recipes_survive_json(name: str) -> None:
    task = TASKS[name]
    for preset in task.presets.values():
        assert task.Options.read(json.loads(json.dumps(preset.options.plain())), name) == preset.options
        assert Recipe.read(json.loads(json.dumps(preset.recipe.plain())), "the recipe") == preset.recipe
    assert task.Options.read(json.loads(json.dumps(task.Options().plain()))) == task.Options()


def wrong_values(control: Control) -> list[Any]:
    below = [] if control.low is None else [control.low - 1]
    above = [] if control.high is None else [control.high + 1]
    kind = {"choice": ["nothing of the kind"], "bool": ["perhaps"], "int": ["many"], "float": ["much"], "group": [3]}
    return [*below, *above, *kind.get(control.kind, [])]


@pytest.mark.parametrize("name", EVERY)
def test_each_wrong_option_is_refused_by_name(name: str) -> None:
    task = TASKS[name]
    for control in task.Options.controls():
        for value in wrong_values(control):
            with pytest.raises(SettingsError, match=f"'{control.name}' of {name} must be"):
                task.Options.read({control.name: value}, name)


@pytest.mark.parametrize("name", EVERY)
def test_no_option_bears_the_name_of_a_flag(name: str) -> None:
    flags = {*Recipe.model_fields, "preset", "dataset", "steps", "seed", "device", "precision", "labels_from", "json", "help", "task"}
    assert not flags & set(TASKS[name].Options.model_fields)


@pytest.mark.parametrize("name", EVERY)
def test_same_rng_gives_same_batch(name: str) -> None:
    task = build(name).train()
    one, two, other = (task.transform(pictures(8), generator(seed, "contract")) for seed in (1, 1, 2))
    assert flat(one).keys() == flat(two).keys()
    assert all(torch.equal(flat(one)[key], flat(two)[key]) for key in flat(one))
    if "chance" not in task.excused:
        assert any(flat(one)[key].shape != flat(other)[key].shape or not torch.equal(flat(one)[key], flat(other)[key]) for key in flat(one))


def flat(batch: dict[str, Any]) -> dict[str, torch.Tensor]:
    """Tensors of a batch by name, lists numbered."""
    found = {}
    for key, value in batch.items():
        for k, tensor in enumerate(value if isinstance(value, list | tuple) else [value]):
            found[f"{key}{k}"] = torch.as_tensor(tensor)
    return found


@pytest.mark.parametrize("name", EVERY)
def test_forward_in_eval_leaves_the_state_untouched(name: str) -> None:
    task = build(name).eval()
    before = {key: value.clone() for key, value in task.state_dict().items()}
    for phase in dict.fromkeys(task.phases):
        task(task.transform(pictures(8), generator(1, "contract")), phase)
    assert all(torch.equal(before[key], value) for key, value in task.state_dict().items())


@pytest.mark.parametrize("name", EVERY)
def test_a_gradient_reaches_every_trained_weight_of_the_backbone(name: str) -> None:
    task = build(name).train()
    skip_excused(type(task), "gradient")
    reached = set()
    for phase in dict.fromkeys(task.phases):
        task.zero_grad(set_to_none=True)
        task(task.transform(pictures(8), generator(1, "contract")), phase).loss.backward()
        reached |= {key for key, weight in task.backbone.named_parameters() if weight.grad is not None and weight.grad.any()}
    assert reached == {key for key, weight in task.backbone.named_parameters() if weight.requires_grad}


@pytest.mark.parametrize("name", EVERY)
def test_hidden_weights_are_trained_ones_of_the_network_that_is_learnt(name: str) -> None:
    """For Muon: of the backbone, and of a decoder where the task names it; never a teacher's, which isn't trained."""
    task = build(name)
    groups = [group for phase in dict.fromkeys(task.phases) for group in param_groups(task, phase)]
    hidden = {id(weight): weight for group in groups for weight in group.hidden}
    assert hidden and hidden.keys() <= {id(weight) for group in groups for weight in group.params}
    assert all(weight.ndim in (2, 4) for weight in hidden.values())
    assert hidden.keys() & {id(weight) for weight in task.backbone.parameters()}


PHASES = [(name, phase) for name in EVERY for phase in dict.fromkeys(TASKS[name].phases)]


@pytest.mark.parametrize(("name", "phase"), PHASES)
def test_loss_falls_on_eight_fixed_pictures(name: str, phase: str) -> None:
    task = build(name).train()
    skip_excused(type(task), "learns")
    batch = task.transform(pictures(8), generator(1, "contract"))
    optimiser = make_optimiser(task.parameters_of(phase), Recipe(optimiser="adamw", rate=1e-2))
    losses = [float(step(task, batch, phase, optimiser).loss.detach()) for _ in range(30)]
    assert losses[-1] < (0.9 * losses[0] if losses[0] > 0 else losses[0] - 0.1), losses


@pytest.mark.parametrize("name", EVERY)
def test_the_loss_starts_where_theory_says(name: str) -> None:
    task = build(name).train()
    expected = task.chance().get("loss")
    if expected is None:
        pytest.skip(f"no theory says where {name} starts")
    every = pictures(64)
    batches = [every.rows(slice(at, at + 8)) for at in range(0, 64, 8)]  # of the size that the task was told
    with torch.no_grad():
        losses = [float(task(task.transform(batch, generator(1, "contract", k)), last(task)).loss) for k, batch in enumerate(batches)]
    assert sum(losses) / len(losses) == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("name", EVERY)
def test_one_unseen_picture_goes_all_the_way(name: str) -> None:
    task, whole = build(name).eval(), pictures(1, "test")
    alone = Samples(whole.images_BCHW, torch.tensor([-1]), torch.tensor([-1]), whole.words_BL)
    with torch.no_grad():
        batch = task.transform(alone, generator(1, "contract"))
        output = task(batch, last(task))
    rows = task.render(batch, output)
    assert rows and rows[0] and all(panel.caption for panel in rows[0])
    assert all(isinstance(panel.image, int) or panel.image.dtype.name == "uint8" for panel in rows[0])
    assert len(task.preview(batch)) == 1


@pytest.mark.parametrize("name", EVERY)
def test_a_row_a_picture_is_drawn(name: str) -> None:
    task = build(name).eval()
    with torch.no_grad():
        batch = task.transform(pictures(8), generator(1, "contract"))
        output = task(batch, last(task))
    assert len(task.render(batch, output)) >= 8
    assert len(task.verdicts(batch, output)) in (0, 8)


@pytest.mark.parametrize("name", [name for name in EVERY if TASKS[name].Play])
def test_play_replaces_chance(name: str) -> None:
    task = build(name).eval()
    play = TASKS[name].Play()
    one, two = (task.transform(pictures(2), generator(seed, "contract"), play) for seed in (1, 2))
    assert all(torch.equal(flat(one)[key], flat(two)[key]) for key in flat(one))
    with torch.no_grad():
        assert len(task.render(one, task(one, last(task)))) >= 2


@pytest.mark.parametrize("name", EVERY)
def test_weights_outside_a_phase_stay_as_they_are(name: str) -> None:
    task = build(name).train()
    for phase in dict.fromkeys(task.phases):
        chosen = {id(p) for group in task.parameters_of(phase) for p in group["params"]}
        outside = {key: weight for key, weight in task.named_parameters() if id(weight) not in chosen}
        before = {key: weight.detach().clone() for key, weight in outside.items()}
        trained = {key: weight.requires_grad for key, weight in task.named_parameters()}
        optimiser = make_optimiser(task.parameters_of(phase), Recipe(rate=1e-2))
        step(task, task.transform(pictures(8), generator(1, "contract")), phase, optimiser)
        assert all(weight.grad is None and torch.equal(before[key], weight) for key, weight in outside.items())
        assert trained == {key: weight.requires_grad for key, weight in task.named_parameters()}


@pytest.mark.parametrize("name", EVERY)
def test_no_weight_is_in_two_phases(name: str) -> None:
    task = build(name)
    ids = [id(p) for phase in dict.fromkeys(task.phases) for group in task.parameters_of(phase) for p in group["params"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", EVERY)
def test_metrics_have_the_same_names_at_every_step(name: str) -> None:
    task = build(name)
    names = []
    for mode, seed in ((True, 1), (True, 2), (False, 1)):
        task.train(mode)
        with torch.no_grad():
            output = task(task.transform(pictures(8), generator(seed, "contract")), last(task))
        assert all(value.ndim == 0 and not value.requires_grad for value in output.metrics.values())
        names.append(list(output.metrics))
    assert names[0] == names[1] == names[2]
    assert set(task.chance()) <= {*names[0], "loss"}
    assert task.metric in {*names[0], "loss"} and set(task.rivals) <= set(names[0]) and set(task.also_plotted) <= set(names[0])


@pytest.mark.parametrize("name", EVERY)
def test_the_encoder_takes_rgb_of_two_sizes(name: str) -> None:
    encoder = build(name).eval().encoder
    for size in (SIZE, 2 * SIZE):
        with torch.no_grad():
            assert encoder(torch.rand(2, 3, size, size)).pooled_BD.shape == (2, encoder.width)


@pytest.mark.parametrize("name", EVERY)
def test_what_a_task_needs_is_known(name: str) -> None:
    given = frozenset().union(*(build_backbone(b, SMALL.get(b, {}), Build(64)).gives for b in BACKBONES if b in SMALL))
    assert TASKS[name].needs <= given | OF_DATA
    assert (TASKS[name].__doc__ or "").strip() and TASKS[name].title


NEXT_LOSS = """
import json, sys, torch
from safetensors.torch import load_file
from tests.tasks.test_contract import EVERY, build, last, pictures
from ssl_core.functional.rng import generator
for name in EVERY:
    task = build(name).train()
    task.load_state_dict(load_file(f"{sys.argv[1]}/{name}.safetensors"))
    torch.manual_seed(5)
    print(name, float(task(task.transform(pictures(8), generator(3, "contract")), last(task)).loss.detach()).hex())
"""


def test_the_state_brings_the_same_next_loss_in_another_process(tmp_path: Any, root: Any) -> None:
    from safetensors.torch import save_file

    from ssl_core.models.weights import plain_weights

    expected = []
    for name in EVERY:
        task = build(name).train()
        for phase in dict.fromkeys(task.phases):
            step(task, task.transform(pictures(8), generator(1, "contract")), phase, make_optimiser(task.parameters_of(phase), Recipe()))
        save_file(plain_weights(task.state_dict()), tmp_path / f"{name}.safetensors")
        torch.manual_seed(5)
        expected.append(f"{name} {float(task(task.transform(pictures(8), generator(3, 'contract')), last(task)).loss.detach()).hex()}")
    done = subprocess.run([sys.executable, "-c", NEXT_LOSS, str(tmp_path)], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:-1] == expected
