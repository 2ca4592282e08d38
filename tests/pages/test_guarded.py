"""A fault inside a fragment or a dialog is a sentence on the screen."""

import pytest
from streamlit.testing.v1 import AppTest

import ssl_core as core
from tests.help.labelling import click
from tests.pages.conftest import open_page

NEW = {"state": "interrupted", "step": 0, "steps": 60}


def drawn() -> None:
    import ssl_core as core
    from pages._kit.screen import fragments

    def part(fault: str) -> None:
        raise core.SettingsError(fault)

    fragments.fragment(part)("'lr' must be above 0. Got 0.")
    fragments.dialog("A window", "small")(part)("Something *else*.")


def test_a_fault_in_a_part_of_a_screen_is_said() -> None:
    screen = AppTest.from_function(drawn).run()
    said = [each.value for each in screen.markdown]
    assert any("'lr' must be above 0. Got 0." in each for each in said) and any("Something \\*else\\*" in each for each in said)
    assert not screen.exception


@pytest.mark.parametrize("place", ["predictions", "attention"])
def test_a_run_that_is_deleted_between_drawing_and_a_click_is_no_fault(place, make_run, monkeypatch):
    import pages._kit.screen.readers as loaders

    name = make_run(steps=(0, 60), seed=0)
    screen = open_page(place, run=name)
    assert not screen.exception
    core.delete(name)
    screen.run()
    assert not screen.exception and loaders.chosen(name) is None


def test_help_comes_from_a_network_that_has_weights(make_run, monkeypatch):
    name = make_run(status=NEW)
    monkeypatch.setattr("ssl_core.jobs.warm_worker.hand_over", lambda folder: None)
    core.label_store(core.runs_root()).act([click("train-1", "fish", "scenes"), click("train-2", "bird", "scenes")])
    screen = open_page("fewshot", run=name)
    next(each for each in screen.button if each.label.startswith("Show me the picture")).click().run()
    assert not screen.exception
