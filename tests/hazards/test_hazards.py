"""Every hazard of the table, made to happen: the exact sentence is said, and what must still be there is."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import ssl_core as core
from tests.hazards import archives as hazards_archives  # noqa: F401
from tests.hazards import asked as hazards_asked  # noqa: F401
from tests.hazards import changed as hazards_changed  # noqa: F401
from tests.hazards import downloads as hazards_downloads  # noqa: F401
from tests.hazards import hostile as hazards_hostile  # noqa: F401
from tests.hazards import labels as hazards_labels  # noqa: F401
from tests.hazards import outside as hazards_outside  # noqa: F401
from tests.hazards import pictures as hazards_pictures  # noqa: F401
from tests.hazards import runs as hazards_runs  # noqa: F401
from tests.hazards.hazard import BROWSER, Hazard
from tests.hazards.table import HAZARDS, found
from tests.help.staging import STAGES, Stage
from tests.pages.conftest import DONE, PAGES, button, make_run, no_starters, open_page, words  # noqa: F401


@pytest.fixture
def here(
    clean_folders: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    make_run: Callable[..., str],  # noqa: F811
    no_starters: None,  # noqa: F811
) -> Iterator[Stage]:
    monkeypatch.setenv("SSL_DATA", str(clean_folders / "data"))
    monkeypatch.setattr("ssl_core.training.request.expect", lambda values: 41.0)
    monkeypatch.setattr(os, "nice", lambda by: 0)  # what is worked in this process would slow all tests after it
    yield Stage(clean_folders, monkeypatch, capsys, make_run)
    for run in core.runs(starters=False):
        if run.status.pid and run.status.pid != os.getpid() and run.status.active:
            os.kill(run.status.pid, signal.SIGKILL)


ROWS = [row for row in HAZARDS if row.place != BROWSER]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.hazard}, {row.place}")
def test_the_sentence_is_said_and_the_rest_goes_on(row: Hazard, here: Stage) -> None:
    told = STAGES[row.hazard, row.place](here)
    assert found(row.sentence, told.said), told.said
    assert found(row.remains, told.left), told.left


def test_every_row_of_the_table_is_made_to_happen() -> None:
    assert {(row.hazard, row.place) for row in ROWS} == set(STAGES)
    assert len({(row.hazard, row.place) for row in HAZARDS}) == len(HAZARDS)
