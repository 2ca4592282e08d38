"""Films of a run: what they show, how large they are, what they refuse."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import ssl_core as core
from ssl_core.__main__ import main
from ssl_core.predictions import film, film_of_curve, film_of_looks, film_sheet
from ssl_core.records.snapshots import save_snapshot, snapshot_steps
from ssl_core.system.disk import write_json
from ssl_core.system.roots import runs_root

STARTER = "rotation-starter"


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


@pytest.mark.parametrize("kind", film.KINDS)
def test_a_film_holds_a_frame_for_each_look_and_repeats(kind: str) -> None:
    made = film.film_of(STARTER, kind)
    looks = len(snapshot_steps(core.run(STARTER).folder))
    read = opened(made.data)
    assert read.n_frames == made.frames == looks + film_of_looks.FADES * (looks - 1)  # type: ignore[attr-defined]
    assert read.info["loop"] == 0 and len(made.data) <= film.LARGEST
    first, last = np.asarray(read.convert("RGB"), int), np.asarray(_at(read, made.frames - 1), int)
    assert np.abs(first - last).mean() > 1  # the answers changed


def _at(film_read: Image.Image, place: int) -> Image.Image:
    film_read.seek(place)
    return film_read.convert("RGB")


def test_the_film_of_a_curve_grows() -> None:
    frames = film_of_curve.frames_of_curve(core.run(STARTER))
    blue = [int((np.abs(np.asarray(each.image, int) - (0x24, 0x56, 0xD6)).sum(-1) < 60).sum()) for each in frames]
    assert len(frames) == film_of_curve.MOVES and blue[0] < blue[len(blue) // 2] < blue[-1]


def test_the_curve_ends_at_the_test_on_all_pictures() -> None:
    run = core.run(STARTER)
    assert film_of_curve.points_of(run, run.metric)[-1] == (run.status.step, run.status.metrics[run.metric])


def test_a_curve_up_to_a_step_ends_between_its_neighbours() -> None:
    assert film_of_curve.until([(0, 0.2), (10, 0.4), (20, 0.5)], 15) == [(0, 0.2), (10, 0.4), (15, 0.45)]
    assert film_of_curve.until([(0, 0.2), (10, 0.4)], 10) == [(0, 0.2), (10, 0.4)]


def test_of_many_looks_those_at_even_distances_are_shown() -> None:
    assert film_of_looks.spread(range(100), 5) == [0, 25, 50, 74, 99]
    assert film_of_looks.spread([0, 7], 5) == [0, 7]


def test_a_film_that_is_too_large_is_made_smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = film.film_of(STARTER)
    monkeypatch.setattr(film, "LARGEST", len(whole.data) - 1)
    less = film.film_of(STARTER)
    assert len(less.data) < len(whole.data) and less.width < whole.width and less.seconds == pytest.approx(whole.seconds)


def test_a_class_in_any_script_is_drawn() -> None:
    page = film_sheet.FilmSheet(100, 40)
    assert page.words("Löwenzahn 猫 🐈", 4, 4, 14, most=60) <= 60
    assert np.asarray(page.done()).std() > 1


@pytest.fixture
def run_without(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A run whose data set isn't here, with neither looks nor a curve."""
    monkeypatch.setenv("SSL_RUNS", str(tmp_path))
    folder = runs_root() / "gone-1"
    folder.mkdir()
    said = {"kind": "train", "version": 1, "task": "rotation", "dataset": "nowhere", "metric": "accuracy", "glance": 2, "fixed": [0, 1]}
    write_json(folder / "spec.json", {**said, "title": "Gone", "recipe": {"image_size": 8}})
    return folder


def test_a_run_without_looks_or_curve_has_no_film(run_without: Path) -> None:
    for curve, reason in ((False, "has drawn no pictures yet"), (True, "has no curve yet")):
        with pytest.raises(core.SettingsError, match=reason):
            film.film_of(run_without.name, curve=curve)


def test_a_run_whose_pictures_are_gone_is_shown_from_its_stored_pixels(run_without: Path) -> None:
    image = np.full((8, 8, 3), (200, 30, 30), np.uint8)
    row = [core.Panel(image, "the picture", turns=1), core.Panel(4, "its neighbour"), core.Panel(image, "says cat", right=True)]
    save_snapshot(run_without, 0, [row, row])
    frame = np.asarray(film_of_looks.frames_of_looks(core.run(run_without.name))[0].image, int)
    assert (np.abs(frame - (200, 30, 30)).sum(-1) < 30).mean() > 0.1


@pytest.mark.parametrize("kind", film.KINDS)
def test_a_run_with_one_look_has_a_film_of_one_frame_and_a_damaged_look_is_left_out(kind: str, run_without: Path) -> None:
    row = [core.Panel(np.zeros((8, 8, 3), np.uint8), "says cat", right=True)]
    save_snapshot(run_without, 0, [row, row])
    save_snapshot(run_without, 5, [row, row])
    assert film.film_of(run_without.name, kind).frames == 2 + film_of_looks.FADES
    (run_without / "pictures" / "00000000.npz").write_bytes(b"PK")
    assert film.film_of(run_without.name, kind).frames == 1


def test_the_command_writes_a_film_and_refuses_other_endings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "new" / "curve.gif"
    assert main(["film", STARTER, "--out", str(out), "--curve", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["bytes"] == out.stat().st_size and opened(out.read_bytes()).format == "GIF"
    assert main(["film", STARTER, "--out", str(tmp_path / "x.mp4")]) == 2
    assert "must end in .webp or .gif. Got 'x.mp4'" in capsys.readouterr().err
    assert core.film(STARTER, tmp_path / "x.webp").stat().st_size <= film.LARGEST
