"""What is taken home from the screens: a run's files, a packed run, a report; and a network of one's own brought to a comparison."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from safetensors.torch import save_file
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.backbones._tracing import blank
from tests.pages.conftest import button, open_page, words
from tests.pages.test_benchmark import IMAGENET, scored
from tests.pages.test_exports import fetched

pytestmark = pytest.mark.usefixtures("no_starters")


def unpack(app: AppTest, file: Path) -> None:
    """Names a file in the dialog and presses its button; a whole rerun, as here, closes a dialog whose own button isn't pressed anew."""
    app.text_input(key="unpack-path").set_value(str(file))
    app.button(key="unpack").click()
    app.button(key="unpack-now").click().run()


def test_a_run_that_was_packed_comes_back_by_its_path_under_another_name(make_run: Callable[..., str], tmp_path: Path) -> None:
    run, packed = make_run(), tmp_path / "packed.zip"
    packed.write_bytes(fetched(f"/api/file/run.zip?run={run}").content)
    app = open_page("runs", run=run)
    assert f'href="api/file/run.zip?run={run}" download' in words(app)
    app.button(key="unpack").click().run()
    unpack(app, tmp_path / "none.zip")
    assert "'none.zip' can't be opened" in words(app)
    unpack(app, packed)
    assert not app.exception and [each.id for each in core.runs(False)] == ["rotation-2", run]
    assert "The run is here as 'rotation-2'" in words(app)


def test_a_network_of_ones_own_stands_in_the_comparison_and_a_file_that_is_gone_is_a_sentence(
    make_run: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, asked = make_run(data={"samples": 1000}, recipe={"image_size": 32}), list[list[str]]()
    save_file(blank("resnet18").state_dict(), tmp_path / "mine.safetensors")
    said = f"{tmp_path}/mine.safetensors?backbone=resnet18"
    found = scored(run, {run: 0.5, core.OWN + said: 0.7, IMAGENET: 0.6})
    monkeypatch.setattr("ssl_core.evaluation.compare.comparison", lambda texts, *_, **__: asked.append(list(texts)) or found)
    app = open_page("benchmark", run=run, weights=said)
    assert not app.exception and core.OWN + said in asked[-1]
    assert "mine 20 ± " in words(app).replace("\u00a0", " ") and 'href="api/file/report.html?' in words(app)
    button(app, "Compare something else").click().run()
    assert app.text_input(key="own-path").value == f"{tmp_path}/mine.safetensors"
    app.selectbox(key="own-backbone").set_value("resnet34")
    button(app, "Compare something else").click()  # a whole rerun, as here, closes a dialog whose button isn't pressed anew
    button(app, "Use these").click().run()
    assert "isn't of resnet34" in words(app) and "?backbone=resnet18" in words(app).replace("\\", "")
    (tmp_path / "mine.safetensors").unlink()
    assert "There is no file of weights" in words(open_page("benchmark", run=run, weights=said))
