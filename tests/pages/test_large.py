"""A picture large and whole: which pictures open, the dialog, and the addresses of its pictures."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

import ssl_core as core
from pages._kit.figures import choose, gallery, own
from pages._kit.large import dialog, opener
from tests.pages.conftest import words
from tests.pages.test_routes import Client


@pytest.fixture
def wide(tmp_path: Path) -> str:
    """A set of one's own with pictures four times as wide as high."""
    for kind in ("cats", "dogs"):
        (tmp_path / "wide" / kind).mkdir(parents=True)
        for place in range(4):
            Image.fromarray(np.full((100, 400, 3), 20 * place, np.uint8)).save(tmp_path / "wide" / kind / f"{place}.png")
    return core.add_folder("wide", tmp_path / "wide")


def page(dataset: str, ids: tuple[str, ...], said: tuple[str, ...]) -> None:
    """The dialog's body as a page: without a browser a dialog is closed by the next run."""
    from pages._kit.large import dialog

    dialog.body(dialog.Wall(dataset, ids, said))


def shown(*asked: object) -> AppTest:
    return AppTest.from_function(page, args=asked, default_timeout=120).run()


def test_a_wide_picture_is_whole_with_the_networks_square_outlined(wide: str) -> None:
    app = shown(wide, ("train-0", "train-1"), ("says *cat*",))
    assert not app.exception, app.exception
    text = words(app)
    assert "--ratio:4.0000" in text and "left:37.50%;top:0.00%;width:25.00%;height:100.00%" in text
    assert "gets the outlined middle, at 32\u00a0×\u00a032 pixels" in text and "400\u00a0×\u00a0100 pixels, enlarged here" in text
    assert "says \\*cat\\*" in text and "cats/" in text


def test_the_buttons_go_through_the_wall_and_end_with_it(wide: str) -> None:
    app = shown(wide, ("train-0", "train-2"), ())
    assert app.button(key="large-Before").disabled and f"large/{wide}/train-0" in words(app)
    app.button(key="large-Next").click().run()
    assert app.button(key="large-Next").disabled and f"large/{wide}/train-2" in words(app) and "2 of 2" in words(app)
    assert app.button(key="large-Next").proto.shortcut == "right"


def test_networks_are_asked_about_held_out_pictures_of_a_set_that_a_run_learnt(wide: str, make_run: Callable[..., str]) -> None:
    assert shown(wide, ("test-0",), ()).button(key="large-play").disabled
    assert not shown("scenes", ("test-3",), ()).button(key="large-play").disabled  # by a run that came with the program
    learnt = shown("scenes", ("train-3",), ())
    assert learnt.button(key="large-play").disabled and "learn from this picture" in learnt.button(key="large-play").help


def test_of_a_picture_to_learn_from_neighbours_are_shown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("pages._kit.map.neighbours.side_by_side", lambda *given: asked.append(given[2]))
    app = shown("scenes", ("train-3", "test-3"), ())
    app.button(key="large-alike").click().run()
    assert isinstance(asked[0], np.ndarray)
    app.button(key="large-Next").click().run()
    assert asked[1:] == ["test-3"]
    assert "No run has learnt" in dialog.no_neighbours(None)


def test_a_drawings_numbers_are_folded(wide: str) -> None:
    assert [each.label for each in shown("scenes", ("test-3",), ()).expander] == ["What it was drawn from"]
    assert not shown(wide, ("train-0",), ()).expander


def test_the_line_under_a_large_picture_leaves_out_what_can_be_seen() -> None:
    answered = gallery.tile(core.Panel(np.zeros((8, 8, 3), np.uint8), "says 90°, 83 % sure", "right", True, 1), "scenes", "test-3")
    html = gallery._frame(answered)
    assert 'data-said="✓ Right, says 90°, 83 % sure"' in html and "arrow at the right edge" in html.partition("<img")[2]
    assert "data-said" not in gallery._frame(gallery.picture("scenes", "test-3", "picture 3"))


def own_page() -> None:
    from pages._kit.large import loose

    loose.own()


def maps_page() -> None:
    import numpy as np

    from pages._kit.figures import gallery
    from pages._kit.large import loose

    loose.keep([gallery.Tile(gallery.source_of(np.zeros((8, 8, 3), np.uint8)), f"a map, stage {place}") for place in range(3)])
    loose.body()


def test_ones_own_picture_is_shown_whole_with_the_networks_square() -> None:
    app = AppTest.from_function(own_page)
    assert "Drop it again" in words(app.run())
    app.session_state[own.WHOLE] = choose.png(np.zeros((100, 400, 3), np.uint8))
    text = words(app.run())
    assert "--ratio:4.0000" in text and "left:37.50%" in text and "gets the outlined middle" in text


def test_maps_are_turned_over_one_by_one() -> None:
    app = AppTest.from_function(maps_page).run()
    assert "a map, stage 0" in words(app) and app.button(key="large-Before").disabled
    app.button(key="large-Next").click().run()
    assert "a map, stage 1" in words(app) and "2 of 3" in words(app)


def test_a_dropped_picture_keeps_all_of_it_for_that() -> None:
    def kept() -> None:
        import numpy as np

        from pages._kit.figures import choose

        choose.keep_own(np.zeros((600, 2400, 3), np.uint8))

    app = AppTest.from_function(kept).run()
    sizes = [Image.open(io.BytesIO(app.session_state[key])).size for key in (own.SQUARE, own.WHOLE)]
    assert sizes == [(512, 512), (1024, 256)]


def test_a_picture_that_is_gone_is_said_and_the_others_stay_in_reach(wide: str, tmp_path: Path) -> None:
    (tmp_path / "wide" / "cats" / "0.png").write_bytes(b"no picture any more")
    ids = tuple(core.PictureId.texts("train", range(len(core.open_set(wide, "train")))))
    place = next(k for k in range(len(ids)) if core.open_set(wide, "train").file(k).endswith("cats/0.png"))
    app = shown(wide, (ids[place], ids[place - 1]), ())
    assert "can't be shown" in words(app) and not app.button(key="large-Next").disabled


def test_pictures_of_a_set_say_what_a_click_opens_and_others_do_not(capsys: pytest.CaptureFixture[str]) -> None:
    pixels = np.zeros((8, 8, 3), np.uint8)
    painted = gallery.tile(core.Panel(pixels, "painted"), "scenes", "test-3")
    turned = gallery.tile(core.Panel(pixels, "says 90°", "left", True, 1), "scenes", "test-3")
    neighbour = gallery.tile(core.Panel(12, "its neighbour"), "scenes", "test-3")
    assert [(each.dataset, each.picture_id) for each in (painted, turned, neighbour)] == [
        ("scenes", "test-3"),
        ("scenes", "test-3"),
        ("scenes", "train-12"),
    ]
    assert gallery.Tile("data:,", "somebody's own").picture_id == ""


def test_a_browser_asks_for_a_wall_within_bounds() -> None:
    wall, place = opener.read({"dataset": "scenes", "ids": ["test-1", "test-2"], "said": ["a" * 999], "place": 7})
    assert wall == dialog.Wall("scenes", ("test-1", "test-2"), ("a" * 300,)) and place == 1
    for asked in ({}, {"ids": ["../../etc"]}):
        with pytest.raises(core.SettingsError):
            opener.read(asked)


def test_a_large_picture_has_an_address_and_so_has_what_the_network_gets(wide: str) -> None:
    client = Client()
    whole, seen = client.get(f"/api/large/{wide}/train-0"), client.get(f"/api/large/{wide}/train-0?size=16")
    assert Image.open(io.BytesIO(whole.content)).size == (400, 100) and whole.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(seen.content)).size == (16, 16) and seen.headers["content-type"] == "image/png"
    assert client.get(f"/api/large/{wide}/train-0", headers={"if-none-match": whole.headers["etag"]}).status_code == 304
    for address in ("wide/train-999", "wide/train", "nothing/train-0", "wide/train-0?size=9999", "wide/train-0?size=x"):
        assert client.get(f"/api/large/{address}").status_code == 404, address
