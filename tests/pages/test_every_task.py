"""Whatever a task shows, the screens about a run can show it: no page knows one task by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from ssl_core.parts.catalogues import TASKS
from tests.help.small import small_run
from tests.pages.conftest import open_page


@pytest.mark.parametrize("name", sorted(TASKS))
def test_the_screens_of_a_run_open_for_every_task(name: str, clean_folders: Path) -> None:
    folder, status = small_run(name, steps=2)
    assert status.state == "done"
    for screen in ("predictions", "train", "runs"):
        app = open_page(screen, run=folder.name)
        assert not app.exception and app.title[0].value, (screen, [each.value for each in app.exception])
