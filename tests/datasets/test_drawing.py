"""Scenes: what is drawn is what is said, at any size, and only the thing knows which way is up."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from ssl_core.datasets._drawing import caption as words
from ssl_core.datasets._drawing import scene as art
from ssl_core.datasets._drawing.chance import Chance
from ssl_core.datasets._drawing.draw import Shape, cover
from ssl_core.datasets._drawing.outline import ellipse
from ssl_core.datasets._drawing.palette import GROUNDS, PAINTS, distance

MANY = [art.scene(3, i) for i in range(400)]
FEW = MANY[:30]


def quarter_turned(scene: art.Scene) -> art.Scene:
    """The same world a quarter turn further; what is drawn of it without the thing must be the picture turned."""
    x, y = art.quarter(scene.x, scene.y, 1)
    pieces = tuple(art._seen(piece, 1) for piece in scene.pieces)
    return replace(scene, turn=(scene.turn + 1) % 4, light=scene.light - np.pi / 2, pieces=pieces, x=x, y=y)


def test_chance_falls_alike_on_every_machine() -> None:
    falls = [(Chance(*name).below(1_000_000), Chance(*name).order(5)) for name in ((0, 0, 0, 7), (5, 1, 0, 7))]
    assert falls == [(323_832, [3, 1, 0, 4, 2]), (903_189, [1, 4, 3, 2, 0])]


def test_same_number_gives_same_scene_and_pixels() -> None:
    for i in (0, 7, 4_321):
        assert art.scene(5, i) == art.scene(5, i)
        for size in (32, 96):
            assert np.array_equal(art.draw_scene(art.scene(5, i), size), art.draw_scene(art.scene(5, i), size))


def test_order_of_drawing_changes_nothing() -> None:
    forth = [art.draw_scene(art.scene(1, i), 32) for i in range(12)]
    back = [art.draw_scene(art.scene(1, i), 32) for i in reversed(range(12))]
    assert all(np.array_equal(a, b) for a, b in zip(forth, reversed(back), strict=True))


@pytest.mark.parametrize("size", [32, 50, 224])
def test_picture_has_the_same_pixels_alone_and_in_any_block(size: int) -> None:
    alone = np.stack([art.draw_scene(scene, size) for scene in FEW]).transpose(0, 3, 1, 2)
    assert np.array_equal(art.drawn(FEW, size), alone)
    assert np.array_equal(art.drawn(FEW[11:24], size), alone[11:24])


def test_number_seed_and_split_each_change_the_scene() -> None:
    base = art.scene(0, 0)
    assert base != art.scene(0, 1) and base != art.scene(1, 0) and base != art.scene(0, 0, "test")


@pytest.mark.parametrize("i", range(10))
def test_small_picture_is_the_large_one_seen_from_afar(i: int) -> None:
    large, small = art.draw_scene(FEW[i], 256).astype(float), art.draw_scene(FEW[i], 32).astype(float)
    shrunk = large.reshape(32, 8, 32, 8, 3).mean((1, 3))
    assert np.abs(shrunk - small).mean() < 5
    assert np.corrcoef(shrunk.ravel(), small.ravel())[0, 1] > 0.97


@pytest.mark.parametrize("size", [32, 100, 256])
def test_box_is_the_extent_of_the_mask(size: int) -> None:
    for scene in FEW:
        rows, columns = np.nonzero(art.mask(scene, size) > 0.02)
        seen = columns.min() / size, rows.min() / size, (columns.max() + 1) / size, (rows.max() + 1) / size
        assert np.allclose(seen, art.bounds(scene), atol=1.6 / size)


def test_mask_covers_what_the_thing_changes_most() -> None:
    for scene in FEW:
        change = np.abs(art.draw_scene(scene, 64).astype(float) - art.draw_scene(scene, 64, with_thing=False)).sum(-1)
        inside = art.mask(scene, 64) > 0.5
        assert change[inside].mean() > 3 * change[~inside].mean()


def test_thing_lies_within_the_picture() -> None:
    for scene in MANY:
        left, top, right, bottom = art.bounds(scene)
        assert 0 <= left < right <= 1 and 0 <= top < bottom <= 1
        assert max(right - left, bottom - top) == pytest.approx(2 * scene.radius)


def test_each_ten_pictures_hold_each_class_once() -> None:
    labels = [art.label_of(0, "train", i) for i in range(200)]
    assert all(sorted(labels[k : k + 10]) == list(range(10)) for k in range(0, 200, 10))
    assert len({tuple(labels[k : k + 10]) for k in range(0, 200, 10)}) > 10


def test_colour_and_class_are_independent() -> None:
    counts = Counter((scene.label, scene.colour) for scene in (art.scene(0, i, clutter=0) for i in range(2_000)))
    expected = 2_000 / (10 * len(PAINTS))
    chi2 = sum((counts[label, colour] - expected) ** 2 / expected for label in range(10) for colour in PAINTS)
    assert chi2 < 132  # 79 degrees of freedom: 124 is passed by chance once in a thousand


def test_thing_stands_out_from_its_ground() -> None:
    for scene in MANY:
        assert min(distance(scene.rgb, tone) for tone in GROUNDS[scene.ground.colour]) >= 0.17


def test_thing_shows_the_colour_that_is_named() -> None:
    for scene in FEW:
        picture, inside = art.draw_scene(scene, 128).astype(float), art.mask(scene, 128) > 0.9
        near = np.abs(picture - scene.rgb).max(-1) < 45
        assert near[inside].mean() > 0.1, words.caption(scene)


def test_caption_says_what_the_factors_say() -> None:
    for scene in MANY:
        known, said = words.factors_of(scene), words.caption(scene).split()
        assert said[:4] == ["a", known["size"], known["colour"], known["class"]]
        assert said[-4:] == ["a", *str(known["background"]).split(), "background"]
        assert set(said) <= set(words.WORDS)


def test_relation_in_the_caption_is_true_of_the_box() -> None:
    related = [(scene, words.reference(scene)) for scene in MANY]
    for scene, known in related:
        if known is None:
            continue
        relation, piece = known
        left, top, right, bottom = art.bounds(scene)
        truth = {"left of": right < piece.x, "right of": left > piece.x, "above": bottom < piece.y, "below": top > piece.y}
        assert truth[relation] and relation in words.caption(scene)
    assert sum(known is not None for _, known in related) > 200


def test_piece_in_the_caption_is_seen_in_its_colour() -> None:
    for scene in FEW:
        known = words.reference(scene)
        if known and known[1].form != "ring":
            piece = known[1]
            seen = art.draw_scene(scene, 256)[int(piece.y * 256), int(piece.x * 256)].astype(float)
            assert np.abs(seen - piece.rgb).max() < 45, words.caption(scene)


@pytest.mark.parametrize("size", [32, 64])
def test_world_turned_is_the_picture_turned(size: int) -> None:
    for scene in FEW:
        turned = art.draw_scene(quarter_turned(scene), size, with_thing=False).astype(int)
        assert np.abs(turned - np.rot90(art.draw_scene(scene, size, with_thing=False)).astype(int)).max() <= 1


def test_each_turn_of_the_world_is_as_likely() -> None:
    counts = Counter(art.scene(0, i, clutter=0).turn for i in range(2_000))
    assert sum((counts[turn] - 500) ** 2 / 500 for turn in range(4)) < 16.3  # 3 degrees of freedom, once in a thousand


def test_mean_world_looks_the_same_from_all_sides() -> None:
    worlds = np.stack([art.draw_scene(scene, 16, with_thing=False).mean(-1) for scene in MANY])
    error = np.sqrt(2 / len(worlds)) * worlds.std(0).mean()
    mean = worlds.mean(0)
    assert max(np.abs(mean - np.rot90(mean, k)).mean() for k in (1, 2, 3)) < 2 * error


def test_places_and_tilts_are_symmetric() -> None:
    x, y, tilt = np.array([(scene.x, scene.y, scene.tilt) for scene in MANY]).T
    assert abs(x.mean() - 0.5) < 0.02 and abs(y.mean() - 0.5) < 0.02 and abs(x.std() - y.std()) < 0.015
    assert abs(tilt.mean()) < 1.5 and np.abs(tilt).max() <= 15


def test_leak_is_a_bright_strip_on_top_and_nothing_else() -> None:
    for i in range(10):
        plain, leaking = (art.draw_scene(art.scene(0, i, leak=leak), 64).astype(float) for leak in (False, True))
        assert np.array_equal(plain[5:], leaking[5:])
        assert leaking[:4].mean() > 185 and np.abs(leaking[:4] - plain[:4]).mean() > 3


def test_clutter_is_at_most_what_was_asked_for() -> None:
    assert all(not art.scene(0, i, clutter=0).pieces for i in range(20))
    assert max(len(scene.pieces) for scene in MANY) <= 6


def test_cover_of_a_disc_is_its_area() -> None:
    for size in (32, 128):
        assert cover([Shape(ellipse(0.5, 0.5, 0.3), (0, 0, 0))], size).mean() == pytest.approx(np.pi * 0.09, rel=0.03)


def test_cover_of_a_centred_disc_looks_the_same_from_all_sides() -> None:
    disc = cover([Shape(ellipse(0.5, 0.5, 0.3), (0, 0, 0))], 32)
    assert all(np.abs(disc - np.rot90(disc, k)).max() < 0.2 for k in (1, 2, 3))
