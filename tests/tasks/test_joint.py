"""Methods that compare copies or sort them: losses against slow loops, and what each card warns of."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import normalize

from ssl_core.functional.losses.sinkhorn import rounded, sinkhorn
from ssl_core.functional.modules.ema import ema_update
from ssl_core.functional.pairs import pair_verdicts, product_matrix, queue_verdicts
from ssl_core.functional.rng import generator
from ssl_core.parts.catalogues import TASKS
from ssl_core.settings import Recipe, SettingsError
from ssl_core.tasks.base import to_uint8
from ssl_core.tasks.moco import contrast
from ssl_core.tasks.simclr import line_up, nt_xent
from ssl_core.tasks.swav import swapped_prediction
from ssl_core.training.steps import make_optimiser, step
from ssl_core.types import Clock, Samples
from tests.tasks.test_contract import build, pictures


def units(*shape: int, seed: int = 0) -> torch.Tensor:
    return normalize(torch.randn(*shape, generator=generator(seed, "units"), dtype=torch.float64), dim=-1).float()


def slow_nt_xent(one: torch.Tensor, two: torch.Tensor, temperature: float) -> float:
    """Equation 1 of SimCLR, pair by pair."""
    rows = [*one.double(), *two.double()]
    count, total = len(one), 0.0
    for i, row in enumerate(rows):
        partner = (i + count) % len(rows)
        sims = [math.exp(float(row @ other) / temperature) for k, other in enumerate(rows) if k != i]
        total -= math.log(math.exp(float(row @ rows[partner]) / temperature) / sum(sims))
    return total / len(rows)


@pytest.mark.parametrize("temperature", [0.1, 0.5])
def test_nt_xent_is_the_papers_sum(temperature: float) -> None:
    views = units(2, 6, 8)
    assert float(nt_xent(views, temperature)) == pytest.approx(slow_nt_xent(*views, temperature), rel=1e-5)


def test_nt_xents_gradient_is_that_of_the_slow_sum() -> None:
    views = units(2, 4, 5).double().requires_grad_(True)
    (slope,) = torch.autograd.grad(nt_xent(views, 0.5), views)
    nudge, place = 1e-5, (1, 2, 3)
    ends = []
    for sign in (1, -1):
        moved = views.detach().clone()
        moved[place] += sign * nudge
        ends.append(slow_nt_xent(*moved, 0.5))
    assert float(slope[place]) == pytest.approx((ends[0] - ends[1]) / (2 * nudge), rel=1e-3)


def test_nobody_is_in_the_line_up_for_itself() -> None:
    logits, partner = line_up(units(2, 3, 4), 1.0)
    assert torch.isinf(logits.diagonal()).all() and partner.tolist() == [3, 4, 5, 0, 1, 2]


def test_mocos_own_key_comes_first() -> None:
    query, key, queue = units(3, 8, seed=1), units(3, 8, seed=2), units(5, 8, seed=3)
    logits = contrast(query, key, queue, 0.2)
    assert logits.shape == (3, 6)
    assert torch.allclose(logits[:, 0] * 0.2, (query * key).sum(1)) and torch.allclose(logits[:, 1:] * 0.2, query @ queue.T)


def test_mocos_queue_takes_the_keys_and_the_teacher_follows() -> None:
    task = build("moco", TASKS["moco"].Options(queue=16)).train()
    before = [p.clone() for p in task.teacher.parameters()]
    with torch.no_grad():
        for weight in task.backbone.parameters():
            weight += 0.1
    batch = task.transform(pictures(8), generator(1, "t"))
    output = task(batch)
    task.after_step(batch, output)
    assert torch.equal(task.queue_KD[:8], output.shown["embedding_VBD"][1]) and int(task.place) == 8
    students = [*task.backbone.parameters(), *task.head.parameters()]
    for kept, old, new in zip(task.teacher.parameters(), before, students, strict=True):
        assert torch.allclose(kept, 0.99 * old + 0.01 * new, atol=1e-6)
    assert not any(p.requires_grad for p in task.teacher.parameters())


def test_moco_gives_each_picture_its_own_key_though_the_teacher_gets_them_shuffled() -> None:
    task = build("moco").eval()
    batch = task.transform(pictures(8), generator(1, "t"))
    straight = {**batch, "shuffle_N": torch.arange(8)}
    assert torch.allclose(task(batch).shown["embedding_VBD"], task(straight).shown["embedding_VBD"], atol=1e-5)


def test_moco_shows_the_pictures_of_its_queue_that_are_hardest_to_tell_apart() -> None:
    task = build("moco", TASKS["moco"].Options(queue=16)).eval()
    samples = pictures(8)
    batch = task.transform(samples, generator(1, "t"))
    output = task(batch)
    assert all(len(row) == 2 for row in task.render(batch, output)[:8])  # noise is no picture
    task.after_step(batch, output)
    assert task.picture_K.tolist() == [*samples.index_B.tolist(), *[-1] * 8]
    (alike_BH, picture_BH), own = task._hardest(output.shown["embedding_VBD"][0]), output.shown["embedding_VBD"]
    every_BK = own[0] @ task.queue_KD.T
    assert alike_BH[:, 0].tolist() == pytest.approx(every_BK.max(1).values.tolist())
    assert torch.equal(picture_BH[:, 0], task.picture_K[every_BK.argmax(1)])
    shown = [panel.image for panel in task.render(batch, output)[3][2:]]
    assert shown and len(set(shown)) == len(shown) and set(shown) <= set(samples.index_B.tolist())


def test_a_copy_is_judged_beside_the_closest_other() -> None:
    views = normalize(torch.tensor([[[1.0, 0, 0], [0, 1, 0]], [[1, 0.5, 0], [1, 0, 0]]]), dim=2)
    (first, bars), (second, _) = pair_verdicts(views)
    assert first == "It takes another picture for the copy: that one is 100 % alike, its own copy 89 %."
    assert [name for name, _ in bars] == ["its own copy", "closest of 1 others"] and second.startswith("It takes another picture")
    of_queue = queue_verdicts(views, torch.tensor([0.2, 0.95]), 64)
    assert of_queue[0][0] == "It finds the copy again: 89 % alike, the closest of 64 keys of the queue 20 %."
    assert of_queue[1][0].startswith("It takes a key of the queue for the copy: that one is 95 % alike")
    assert pair_verdicts(views[:, :1])[0][0] == "It takes the two copies for the same picture: 89 % alike."


@pytest.mark.parametrize("name", ["simclr", "swav"])
def test_the_same_picture_twice_is_no_other_picture(name: str) -> None:
    """Each verdict beside the pixels it speaks of: three times one picture and another one."""
    task = build(name).eval()
    one, two = pictures(2).images_BCHW
    images = torch.stack([one, one, two, one])
    batch = task.transform(Samples(images, torch.arange(4), torch.full((4,), -1)), generator(0, "t"), task.Play())
    output = task(batch)
    assert all(f"closest of {1 if k != 2 else 3} others" in dict(row.bars) for k, row in enumerate(task.verdicts(batch, output)))
    shown = task.render(batch, output)[:4]
    second = to_uint8(batch["views_VBCHW"][1] if name == "simclr" else batch["crops_VBCHW"][1]).numpy()
    assert all((shown[k][2].image == second[2]).all() for k in (0, 1, 3))
    alone = task.transform(Samples(images[:2], torch.arange(2), torch.full((2,), -1)), generator(0, "t"), task.Play())
    assert all("takes the two copies for" in row.sentence for row in task.verdicts(alone, task(alone)))
    assert all(len(row) == 2 for row in task.render(alone, task(alone))[:2])


def test_a_queue_that_the_batch_does_not_divide_is_refused_with_one_that_it_does() -> None:
    with pytest.raises(SettingsError, match=r"'queue' of moco must be a multiple of the batch size, 8. Got 20. Try 16."):
        build("moco", TASKS["moco"].Options(queue=20))


def test_sinkhorn_uses_all_clusters_alike_and_gives_every_row_one() -> None:
    scores = torch.randn(60, 6, generator=generator(0, "s"))
    shares = sinkhorn(scores, 0.5, 200)
    assert torch.allclose(shares.sum(1), torch.ones(60), atol=1e-5) and torch.allclose(shares.sum(0), torch.full((6,), 10.0), atol=1e-3)


def test_three_rounds_of_sinkhorn_are_the_papers() -> None:
    scores = units(12, 5, seed=4)
    plan = torch.exp(scores.double() / 0.05).T
    plan /= plan.sum()
    for _ in range(3):
        plan /= plan.sum(1, keepdim=True) * len(plan)
        plan /= plan.sum(0, keepdim=True) * plan.shape[1]
    assert torch.allclose(sinkhorn(scores, 0.05), (plan * plan.shape[1]).T.float(), atol=1e-5)


def test_sinkhorn_survives_sharp_scores() -> None:
    assert torch.isfinite(sinkhorn(100 * units(8, 4), 0.01)).all()


def test_each_crop_predicts_the_codes_of_the_others() -> None:
    scores = [units(4, 3, seed=s) for s in range(3)]
    codes = [sinkhorn(s, 0.05) for s in scores[:2]]
    terms = [-(codes[t][b] * (scores[s][b] / 0.1).log_softmax(0)).sum() for t in range(2) for s in range(3) if s != t for b in range(4)]
    assert float(swapped_prediction(scores, codes, 0.1)) == pytest.approx(float(torch.stack(terms).mean()), rel=1e-5)


def test_swavs_bins_stand_still_for_an_epoch_and_stay_of_length_one() -> None:
    task = build("swav").train()
    assert task.parameters_of("main")[-1]["frozen_epochs"] == 1
    optimiser = make_optimiser(task.parameters_of("main"), Recipe(rate=0.1))
    batch = task.transform(pictures(8), generator(1, "t"))
    task.after_step(batch, step(task, batch, "main", optimiser))
    assert torch.allclose(task.bins.weight.norm(dim=1), torch.ones(len(task.bins.weight)), atol=1e-5)


def test_swavs_queue_counts_once_it_is_full_and_late_enough() -> None:
    task = build("swav", TASKS["swav"].Options(queue=16, queue_from=2)).train()
    told = []
    for epoch in (0, 1, 2, 3):
        task.clock = Clock(epoch, epoch, 0)
        told.append(task._queue_counts())
        batch = task.transform(pictures(8), generator(epoch, "t"))
        task.after_step(batch, task(batch))
    assert told == [False, False, False, True]


@pytest.mark.parametrize(("samples", "clusters"), [(40, 10), (43, 10), (7, 1)])
def test_a_rounded_plan_uses_each_cluster_equally_and_leaves_the_surest_where_they_are(samples: int, clusters: int) -> None:
    plan = sinkhorn(3 * torch.randn(samples, clusters, generator=generator(5, "plan")), 1.0, 60)
    label = rounded(plan)
    counts = torch.bincount(label, minlength=clusters)
    assert int(counts.sum()) == samples and int(counts.max() - counts.min()) <= 1
    surest = int(plan.max(1).values.argmax())
    assert label[surest] == plan[surest].argmax() and (label == plan.argmax(1)).float().mean() >= 0.6


def test_rounding_gives_a_full_clusters_least_sure_rows_away() -> None:
    plan = torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])
    assert rounded(plan).tolist() == [0, 0, 1, 1]


def test_similarities_stay_exact_inside_half_precision() -> None:
    one, two = units(4, 128, seed=1), units(6, 128, seed=2)
    with torch.autocast("cpu", torch.bfloat16):
        inside = product_matrix(one, two)
    assert inside.dtype == torch.float32 and torch.allclose(inside, one @ two.T, atol=1e-6)


def test_selas_labels_begin_balanced_and_stay_so() -> None:
    task = build("sela", TASKS["sela"].Options(clusters=10, heads=2)).train()
    samples = task.label_TS.shape[1]
    task.refresh(lambda function, first=None: None, generator(0, "r"))
    assert all(torch.bincount(row, minlength=10).unique().tolist() == [samples // 10] for row in task.label_TS)
    task.clock = Clock(1, 1.0, 0.1)
    scores = torch.randn(samples, 2, 10, generator=generator(1, "r")).log_softmax(2)
    task.refresh(lambda function, first=None: scores, generator(1, "r"))
    counts = torch.bincount(task.label_TS[0], minlength=10)
    assert counts.max() - counts.min() <= 1  # flat after rounding, whatever the scores
    task.sortings.fill_(1)
    task.refresh(lambda function, first=None: scores[:-3], generator(1, "r"))  # three pictures can't be read
    counts = torch.bincount(task.label_TS[0, :-3], minlength=10)
    assert counts.max() - counts.min() <= 1


def test_sela_without_equal_use_takes_the_likeliest() -> None:
    task = build("sela", TASKS["sela"].Options(clusters=10, equal=False)).train()
    scores = torch.randn(20, 10, generator=generator(1, "r"))
    assert torch.equal(task._sorted(scores), scores.argmax(1))


def test_more_clusters_than_pictures_are_refused() -> None:
    with pytest.raises(SettingsError, match="'clusters' of sela must be at most the number of pictures"):
        build("sela", TASKS["sela"].Options(clusters=65536))


def test_a_teacher_that_remembers_nothing_is_its_student() -> None:
    teacher, student = torch.nn.BatchNorm1d(3), torch.nn.BatchNorm1d(3)
    torch.nn.init.normal_(student.weight)
    student(torch.randn(8, 3))
    ema_update(torch.nn.ModuleList([teacher]), [student], 0.0, statistics=True)
    assert torch.equal(teacher.weight, student.weight) and torch.equal(teacher.running_mean, student.running_mean)
    assert torch.equal(teacher.num_batches_tracked, student.num_batches_tracked)


def test_without_others_to_push_away_everything_becomes_alike() -> None:
    spreads = {}
    for negatives in (True, False):
        task = build("simclr", TASKS["simclr"].Options(negatives=negatives)).train()
        optimiser = make_optimiser(task.parameters_of("main"), Recipe(rate=1e-2))
        for k in range(40):
            output = step(task, task.transform(pictures(8), generator(k, "t")), "main", optimiser)
        first = output.shown["embedding_VBD"][0]
        spreads[negatives] = float(first.std(0, correction=0).mean() * math.sqrt(first.shape[1]))
    assert spreads[False] < 0.5 * spreads[True], spreads
