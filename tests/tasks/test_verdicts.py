"""A sentence about a picture never says more than its numbers and pixels: each task's verdict beside what it speaks of."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from torch.nn.functional import softmax

from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.holes import hole_psnr, laplace_fill, mean_fill
from ssl_core.parts.catalogues import TASKS
from ssl_core.tasks._closer import closer
from ssl_core.types import Samples
from tests.tasks.test_contract import build, pictures


def played(name: str, options: Any = None, samples: Samples | None = None) -> tuple[Any, Any, Any]:
    """A task, a batch edited by hand with the settings it opens with, and the answer."""
    task = build(name, options).eval()
    with torch.no_grad():
        batch = task.transform(samples or pictures(8), generator(0, "said"), task.opening())
        return task, batch, task(batch, task.last_phase)


@pytest.mark.parametrize(
    ("ahead", "said"),
    [
        (0.4, "0.4 dB closer to the truth than"),
        (-2.26, "2.3 dB further from the truth than"),
        (0.04, "as close to the truth as"),
        (-0.0, "as close to the truth as"),
        (math.nan, "as close to the truth as"),
        (math.inf, "closer to the truth than"),
        (-math.inf, "further from the truth than"),
    ],
)
def test_a_painter_is_ahead_only_by_what_can_be_seen(ahead: float, said: str) -> None:
    assert closer(ahead, "dB") == said


def test_what_inpainting_says_is_what_its_pixels_give() -> None:
    task, batch, output = played("inpainting")
    truth, hidden = batch["truth_BCHW"], batch["hidden_B1HW"]
    own_B = hole_psnr(output.shown["filled_BCHW"], truth, hidden)
    best_B = torch.maximum(*(hole_psnr(fill(truth, hidden), truth, hidden) for fill in (mean_fill, laplace_fill)))
    for own, best, row in zip(own_B.tolist(), best_B.tolist(), task.verdicts(batch, output), strict=True):
        assert closer(own - best, "dB") in row.sentence


def test_a_picture_of_one_colour_is_filled_exactly_by_its_mean_and_no_network_is_closer() -> None:
    samples = pictures(2)
    task, batch, output = played("inpainting", samples=samples._replace(images_BCHW=torch.full_like(samples.images_BCHW, 0.5)))
    for row in task.verdicts(batch, output):
        assert "closer to the truth" not in row.sentence and "inf" not in row.sentence and "nan" not in row.sentence


@pytest.mark.parametrize(
    ("forged", "real", "said"),
    [
        (0.7, 0.9, "falls for the forgery"),
        (0.2, 0.9, "sees through the forgery"),
        (0.3, 0.1, "doubts your picture more than the forgery"),
        (0.499, 0.501, "can't tell the forgery from your picture"),
        (0.8, 0.8, "can't tell the forgery from your picture"),
    ],
)
def test_the_judge_tells_apart_only_what_it_rates_apart(forged: float, real: float, said: str) -> None:
    from ssl_core.tasks.bigan import _judged

    assert _judged(forged, real) == said


def test_clips_shares_are_among_all_names_on_the_panel_and_in_the_sentence() -> None:
    task, batch, output = played("clip")
    for b, row in enumerate(task.verdicts(batch, output)):
        logits = torch.cat([output.shown["typed_B1"][b], output.shown["said_BK"][b]])
        share = softmax(logits, 0)
        assert row.chance == 1 / len(share) and dict(row.bars)["your sentence"] == pytest.approx(float(share[0]), abs=1e-5)
        assert sum(value for _, value in row.bars) < 1 and f"{100 * float(share.max()):.0f} %" in row.sentence
    unplayed = task.transform(pictures(8), generator(0, "said"))
    answer = task(unplayed)
    for row, panels in zip(task.verdicts(unplayed, answer), task.render(unplayed, answer), strict=False):
        assert panels[0].caption.split(", ")[1].removesuffix(" sure") in row.sentence


@pytest.mark.parametrize(("unlabelled", "taught"), [(1.0, True), (0.0, False)])
def test_fixmatch_speaks_of_teaching_only_where_it_teaches_itself(unlabelled: float, taught: bool) -> None:
    task, batch, output = played("fixmatch", TASKS["fixmatch"].Options.read({"unlabelled": unlabelled, "sure": 0.0}))
    rows = task.render(batch, output)
    said = [each.sentence for each in task.verdicts(batch, output)] + [row[1].caption for row in rows]
    said += [group.title for group in task.groups(batch, output)]
    words = ("sure enough to teach", "is taught", "would be taught")
    assert len(said) > 16 and all(any(each in text for each in words) == taught for text in said)


def test_selas_copy_has_the_label_of_the_picture_itself_where_both_are_the_same_pixels() -> None:
    task = build("sela").eval()
    plain = pictures(8)
    batch = {"images_BCHW": plain.images_BCHW, "other_BCHW": plain.images_BCHW, "index_B": plain.index_B}
    with torch.no_grad():
        rows = task.verdicts(batch, task(batch))
    assert all("the same label as the picture itself" in row.sentence for row in rows)


@pytest.mark.parametrize("name", ["rotation", "supervised"])
def test_an_answer_is_called_right_where_it_is(name: str) -> None:
    task, batch, output = (
        played(name) if name == "rotation" else (task := build(name).eval(), b := task.transform(pictures(8), generator(0, "s")), task(b))
    )
    truth = batch["turn_B"] if name == "rotation" else batch["label_B"]
    for p, label, row in zip(output.shown["probability_BK"], truth.tolist(), task.verdicts(batch, output), strict=True):
        right, wrong = (": true", ": not true") if name == "rotation" else (": right", ": wrong")  # a turn has a direction called right
        assert (right in row.sentence) == (int(p.argmax()) == label) != (wrong in row.sentence)
        assert f"{float(p.max()):.0%}".replace("%", " %") in row.sentence
