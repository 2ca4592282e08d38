"""MAE, split-brain, BiGAN, FixMatch, CLIP: what each card warns of."""

from __future__ import annotations

import math

import pytest
import torch
from torch.nn.functional import cross_entropy

from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.patches import MOST
from ssl_core.functional.transforms.strong import OWN, RANDAUGMENT, Pool, strong
from ssl_core.parts.catalogues import TASKS
from ssl_core.settings import SettingsError
from ssl_core.tasks.clip import matching
from ssl_core.types import Clock, Samples
from tests.tasks.test_contract import build, pictures


def test_mae_never_sees_what_is_hidden() -> None:
    task = build("mae").eval()
    images = pictures(4).images_BCHW.clone().requires_grad_(True)
    batch = task.transform(Samples(images, torch.arange(4), torch.full((4,), -1)), generator(0, "t"))
    tokens = task.backbone(batch["images_BCHW"], keep_BN=batch["keep_BN"]).tokens_BND
    (slope,) = torch.autograd.grad(tokens.square().sum(), images)
    hidden = task._mask(task(batch).shown["hidden_BN"])
    assert (slope * hidden).abs().max() == 0 and slope.abs().max() > 0


def test_maes_painter_puts_every_token_back_in_its_place() -> None:
    task = build("mae").eval()
    orders = [torch.arange(64)[None], torch.randperm(64, generator=generator(0, "o"))[None]]
    tokens = torch.randn(1, 64, task.backbone.width, generator=generator(1, "o"))
    straight, shuffled = (task.painter(tokens.gather(1, order[..., None].expand_as(tokens)), order) for order in orders)
    assert torch.allclose(straight, shuffled, atol=1e-5)


def test_mae_hides_exactly_what_is_drawn() -> None:
    task = build("mae").eval()
    play = task.Play.read({"squares": {"hidden": "11110000" * 8}}, "mae")
    batch = task.transform(pictures(2), generator(0, "t"), play)
    assert batch["keep_BN"].shape == (2, 32) and set((batch["keep_BN"] % 8).flatten().tolist()) == {4, 5, 6, 7}
    images, painted = batch["images_BCHW"], task(batch).shown["painted_BCHW"]
    assert torch.equal(images[..., 16:], painted[..., 16:]) and (images != painted)[..., :16].float().mean() > 0.9


@pytest.mark.parametrize(("hidden", "cells"), [(0.75, 48), (0.1, 6), (0.95, 61)])
def test_maes_first_drawing_hides_as_much_as_while_it_learns(hidden: float, cells: int) -> None:
    task = build("mae", TASKS["mae"].Options(hidden=hidden)).eval()
    drawn = task.opening().squares.hidden
    assert drawn == task.opening().squares.hidden and drawn.count("1") == cells and len(drawn) == 64
    keep = task.transform(pictures(1), generator(0, "t"), task.Play())["keep_BN"][0].tolist()
    assert [place for place, sign in enumerate(drawn) if sign == "0"] == sorted(keep)


@pytest.mark.parametrize(
    ("drawn", "told"),
    [
        (
            "0120",
            "'squares.hidden' of mae: must be a 1 for each hidden square and a 0 for each seen one, row by row, at most 65536 of them.",
        ),
        ("01" * MOST, "at most 65536 of them. Got 0101"),
        ("0110", "'squares' of mae must say of each of 64 squares whether it is hidden. Got 4: draw anew."),
        ("1" * 64, "'squares' of mae must hide at least one of 64 squares and show at least one. Got all hidden."),
        ("0" * 64, "'squares' of mae must hide at least one of 64 squares and show at least one. Got none hidden."),
        (64, "'hidden' of squares of mae must be a text. Got 64."),
    ],
)
def test_a_drawing_that_cannot_be_is_told(drawn: object, told: str) -> None:
    task = build("mae").eval()
    with pytest.raises(SettingsError) as fault:
        task.transform(pictures(1), generator(0, "t"), task.Play.read({"squares": {"hidden": drawn}}, "mae"))
    assert told in str(fault.value) and len(str(fault.value)) < 250


def test_a_mask_that_leaves_nothing_is_refused() -> None:
    task = TASKS["mae"]
    with pytest.raises(SettingsError, match="'hidden' of mae must be between"):
        task.Options.read({"hidden": 1.0}, "mae")


def test_the_halves_of_a_split_brain_never_meet() -> None:
    task = build("splitbrain").eval()
    batch = task.transform(pictures(4), generator(0, "t"))
    lab = batch["lab_BCHW"].clone().requires_grad_(True)
    light, colour = task.halves.maps(lab)
    (of_light,) = torch.autograd.grad(task.guess_colour(light).square().sum(), lab)
    (of_colour,) = torch.autograd.grad(task.guess_light(colour).square().sum(), lab)
    assert of_light[:, 1:].abs().max() == 0 and of_light[:, :1].abs().max() > 0
    assert of_colour[:, :1].abs().max() == 0 and of_colour[:, 1:].abs().max() > 0


def test_a_split_brain_starts_at_the_two_logarithms() -> None:
    task = build("splitbrain").train()
    metrics = task(task.transform(pictures(8), generator(0, "t"))).metrics
    assert float(metrics["loss_colour"]) == pytest.approx(math.log(len(task.bins_Q2)), rel=0.05)
    assert float(metrics["loss_light"]) == pytest.approx(math.log(50), rel=0.05)


def test_the_judge_learns_from_neither_player_and_they_not_from_its_weights() -> None:
    task = build("bigan").train()
    judges = {id(p) for p in task.judge.parameters()}
    for phase in ("judge", "players"):
        task.zero_grad(set_to_none=True)
        chosen = {id(p) for group in task.parameters_of(phase) for p in group["params"]}
        assert all((key in judges) == (phase == "judge") for key in chosen)
        task(task.transform(pictures(8), generator(0, "t")), phase).loss.backward()
        touched = {id(p) for p in task.parameters() if p.grad is not None}
        assert chosen <= touched and (phase == "players" or touched <= judges)


def test_bigans_turns_are_its_phases() -> None:
    assert build("bigan", TASKS["bigan"].Options(turns=3)).phases == ("judge", "judge", "judge", "players")


def test_a_forgery_has_a_number() -> None:
    task = build("bigan").eval()
    play = TASKS["bigan"].Play
    one, same, other = (task.transform(pictures(2), generator(k, "t"), play(number=n)) for k, n in enumerate((5, 5, 6)))
    assert torch.equal(one["code_BZ"], same["code_BZ"]) and not torch.equal(one["code_BZ"], other["code_BZ"])


def test_fixmatch_draws_labelled_pictures_first_and_all_others_once() -> None:
    task = build("fixmatch", TASKS["fixmatch"].Options(ratio=3))
    label_S = torch.full((80,), -1)
    label_S[:6] = torch.arange(6)
    batches = task.draw(label_S, 8, generator(0, "d"))
    assert batches.shape == (13, 8) and (label_S[batches[:, :2]] >= 0).all()
    assert len(batches[:, 2:].flatten().unique()) == 78  # 13 batches of 6, none twice


def test_fixmatch_teaches_only_what_it_is_sure_of() -> None:
    task = build("fixmatch").train()
    batch = task.transform(pictures(8), generator(0, "t"))
    timid = build("fixmatch", TASKS["fixmatch"].Options(sure=1.0)).train()
    bold = build("fixmatch", TASKS["fixmatch"].Options(sure=0.0)).train()
    assert float(task(batch).metrics["kept"]) == 0 == float(timid(batch).metrics["kept"])
    assert float(bold(batch).metrics["kept"]) == 1 and bool(bold(batch).loss > timid(batch).loss)


def test_until_late_labels_teach_fixmatchs_last_layer_alone_and_nothing_is_guessed() -> None:
    task = build("fixmatch", TASKS["fixmatch"].Options(turns=1.0, late=0.5, sure=0.0)).train()
    batch = task.transform(pictures(8), generator(0, "t"))
    assert len(batch["turned_BCHW"]) == 4 * 4
    slopes = {}
    for progress in (0.0, 0.6):
        task.clock = Clock(progress=progress)
        task.zero_grad()
        output = task({name: value for name, value in batch.items() if name != "turned_BCHW"})  # labels and guesses alone
        output.loss.backward()
        slopes[progress] = {name: 0.0 if p.grad is None else float(p.grad.abs().sum()) for name, p in task.named_parameters()}
        assert float(output.metrics["kept"]) == (progress > 0.5)
    assert slopes[0.0]["head.weight"] > 0 and not sum(v for name, v in slopes[0.0].items() if name.startswith("backbone"))
    assert sum(v for name, v in slopes[0.6].items() if name.startswith("backbone")) > 0


def test_fixmatchs_turns_add_their_own_loss() -> None:
    task = build("fixmatch", TASKS["fixmatch"].Options(turns=2.0)).train().requires_grad_(False)
    batch = task.transform(pictures(8), generator(0, "t"))
    plain = {name: value for name, value in batch.items() if name != "turned_BCHW"}
    copies = task.turn_head(task.backbone(torch.cat([batch["weak_BCHW"], batch["strong_BCHW"][1:], batch["turned_BCHW"]])).pooled_BD[-16:])
    own = cross_entropy(copies, torch.arange(4).repeat_interleave(4))
    assert float(task(batch).loss) > float(task(plain).loss) and float(own) == pytest.approx(math.log(4), abs=0.3)
    with pytest.raises(SettingsError, match="'late' of fixmatch must be 0 where 'turns' is 0"):
        build("fixmatch", TASKS["fixmatch"].Options(late=0.5))


@pytest.mark.parametrize("pool", [OWN, RANDAUGMENT])
def test_hard_copies_are_pictures_and_differ_from_one_another(pool: Pool) -> None:
    images = pictures(8).images_BCHW
    one, two = (strong(images, generator(seed, "s"), pool) for seed in (1, 2))
    assert one.shape == images.shape and one.min() >= 0 and one.max() <= 1 and not torch.equal(one, two)
    assert torch.equal(one, strong(images, generator(1, "s"), pool))


def test_equal_sentences_share_the_target() -> None:
    image, text = torch.eye(3), torch.eye(3)[[0, 0, 2]]
    words = torch.tensor([[1, 2], [1, 2], [3, 0]])
    alone = matching(image[[0, 2]], text[[0, 2]], words[[0, 2]], torch.tensor(100.0))
    assert float(alone) == pytest.approx(0, abs=1e-6)
    shared = matching(image, text, words, torch.tensor(1.0))
    logits = image @ text.T
    target = torch.tensor([[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0, 1]])
    slow = torch.stack([-(target * side.log_softmax(1)).sum(1).mean() for side in (logits, logits.T)]).mean()
    assert float(shared) == pytest.approx(float(slow), rel=1e-6)


def test_clip_keeps_some_pairs_apart_from_training() -> None:
    task = build("clip").train()
    _, apart = task._things(pictures(400).words_BL)
    assert 0.05 < float(apart.float().mean()) < 0.3
    batch = task.transform(pictures(64), generator(0, "t"))
    _, apart_B = task._things(batch["words_BL"])
    images = batch["images_BCHW"].clone()
    task.backbone.eval()
    before = task(batch).loss
    images[apart_B] = 0
    assert torch.allclose(before, task({**batch, "images_BCHW": images}).loss, atol=1e-5)


def test_swapped_sentences_belong_to_other_pictures() -> None:
    task = build("clip", TASKS["clip"].Options(swapped=True)).train()
    words = task.transform(pictures(64), generator(0, "t"))["words_BL"]
    own = pictures(64).words_BL
    assert torch.equal(words.sort(0).values, own.sort(0).values) and (words == own).all(1).float().mean() < 0.2


def test_sentences_are_swapped_to_learn_from_and_never_to_test_with() -> None:
    task = build("clip", TASKS["clip"].Options(swapped=True)).eval()
    assert torch.equal(task.transform(pictures(64), generator(0, "t"))["words_BL"], pictures(64).words_BL)


def test_a_batch_of_pairs_kept_apart_teaches_nothing() -> None:
    task = build("clip").train()
    samples = pictures(400)
    _, apart_B = task._things(samples.words_BL)
    batch = task.transform(samples.rows(apart_B), generator(0, "t"))
    loss = task(batch).loss
    loss.backward()
    assert float(loss.detach()) == 0 and all(float(p.grad.abs().max()) == 0 for p in task.parameters() if p.grad is not None)


def test_equal_sentences_count_as_found() -> None:
    task = build("clip").eval()
    samples = pictures(8)
    same = samples.words_BL[:1].expand(8, -1)
    assert float(task({"images_BCHW": samples.images_BCHW, "words_BL": same, "played": torch.tensor(False)}).metrics["found"]) == 1


def test_clips_factor_is_held_where_its_gradient_lives() -> None:
    task = build("clip").train()
    with torch.no_grad():
        task.scale.fill_(9.0)
    batch = task.transform(pictures(16), generator(0, "t"))
    output = task(batch)
    output.loss.backward()
    assert float(task.scale.grad.abs()) > 0
    task.after_step(batch, output)
    assert float(task.scale.detach().exp()) == pytest.approx(100, rel=1e-4)


def test_what_squares_are_given_their_rival_is_given_too() -> None:
    """A painter that says nothing is no better than one colour a square, where each square's brightness is given."""
    task = build("mae").eval()
    assert task.options.normalise
    torch.nn.init.zeros_(task.painter.out.weight)
    metrics = task(task.transform(pictures(16), generator(0, "t"))).metrics
    assert float(metrics["psnr"]) == pytest.approx(float(metrics["psnr_near"]), abs=1e-3)


@pytest.mark.parametrize("size", [20, 28, 32, 36, 50])
def test_a_split_brain_takes_pictures_of_any_size(size: int) -> None:
    task = build("splitbrain").train()
    samples = pictures(4)
    images = torch.nn.functional.interpolate(samples.images_BCHW, (size, size))
    output = task(task.transform(samples._replace(images_BCHW=images), generator(0, "t")))
    assert torch.isfinite(output.loss) and output.shown["ab_BCHW"].shape[2:] == (-(-size // 2),) * 2


def test_a_split_brain_says_small_differences_too() -> None:
    assert TASKS["splitbrain"]._verdict(10.0, 10.4).sentence == "Its colours are 0.4 steps closer to the truth than no colours."
    assert TASKS["splitbrain"]._verdict(10.4, 10.0).sentence == "Its colours are 0.4 steps further from the truth than no colours."


@pytest.mark.parametrize("name", sorted(TASKS))
def test_what_is_said_at_a_glance_is_short(name: str) -> None:
    task = build(name).eval()
    with torch.no_grad():
        batch = task.transform(pictures(8), generator(1, "glance"))
        rows = task.render(batch, task(batch, task.last_phase))
    assert max(len(row[0].caption) for row in rows[:8]) <= (24 if task.headline == 1 else 44), rows[0][0].caption
