"""What a run puts together among many pictures, in the core and on screen."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from ssl_core.parts.catalogues import TASKS
from ssl_core.predictions.groups import put_together
from ssl_core.system.disk import read_json, write_json
from ssl_core.tasks.base import PretextTask, groups_of
from tests.help.small import small_run
from tests.pages.conftest import open_page

SORTING = sorted(name for name in TASKS if TASKS[name].groups is not PretextTask.groups)
FEW = {"swav": {"bins": 4, "queue": 0}, "sela": {"clusters": 4, "heads": 1}, "fixmatch": {"sure": 0.0}}


def test_every_row_lies_in_the_sheet_of_its_answer_the_surest_first() -> None:
    said, sure = torch.tensor([2, 0, 2, 2]), torch.tensor([0.5, 0.9, 0.7, 0.6])
    found = groups_of(said, sure, lambda k: f"bin {k}")
    assert [(each.title, each.rows) for each in found] == [("bin 0", (1,)), ("bin 2", (2, 3, 0))]


def test_the_methods_that_sort_are_those_with_bins_labels_and_sentences() -> None:
    assert {"swav", "sela", "clip", "fixmatch"} <= set(SORTING)


@pytest.mark.parametrize("name", ["swav", "sela", "fixmatch"])
def test_what_is_put_together_is_each_picture_once_and_the_purest_first(name: str, clean_folders: Path) -> None:
    folder, _ = small_run(name, steps=2, options=FEW[name])
    found = put_together(folder.name, {})
    ids = [each for sheet in found.sheets for each in sheet.ids]
    assert found.asked == 32 and len(ids) == len(set(ids)) and set(ids) <= {f"test-{i}" for i in range(32)}
    shares = [sheet.share for sheet in found.sheets]
    assert shares == sorted(shares, reverse=True) and all(sheet.kind for sheet in found.sheets)
    assert put_together(folder.name, {"zoom": 0.3}) is found  # an edit stays with its own picture, and nothing is sorted again
    write_json(folder / "status.json", {**read_json(folder / "status.json"), "weights": "others"})
    assert put_together(folder.name, {}) is not found


def test_a_sentence_fetches_the_pictures_that_it_fits_best(clean_folders: Path) -> None:
    folder, _ = small_run("clip", steps=30)
    one, other = (put_together(folder.name, {"sentence": sentence}).sheets for sentence in ("a house", "a fish"))
    assert len(one) == len(other) == 1 and len(one[0].ids) == 9 and one[0].ids != other[0].ids


def test_a_method_that_sorts_nothing_has_no_sheets(clean_folders: Path) -> None:
    folder, _ = small_run("rotation", steps=2)
    assert put_together(folder.name, {}).sheets == []


def test_predictions_shows_the_sheets_of_a_run(clean_folders: Path) -> None:
    folder, _ = small_run("swav", steps=2, options=FEW["swav"])
    app = open_page("predictions", run=folder.name)
    assert not app.exception and any("What it puts together" in each.value for each in app.markdown)
