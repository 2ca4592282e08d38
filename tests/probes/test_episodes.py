"""Few-shot episodes against a slow loop; how they are drawn; how long they take."""

from __future__ import annotations

import time

import numpy as np
import pytest

from ssl_core.functional.episodes import drawn_episodes
from ssl_core.probes.base import Labelled, Scores
from ssl_core.probes.episodes import Episodes, episode_size, episodes_of
from ssl_core.settings import SettingsError
from tests.help.clouds import Clouds


def learnt(clouds: Clouds, seed: int = 0, **options: object) -> Scores:
    return Episodes(Episodes.Options.read(options)).score(clouds, np.random.default_rng(seed))


def slowly(clouds: Clouds, shots: int, options: Episodes.Options) -> np.ndarray:
    """The share that is right in each episode, one query after the other."""
    train, test = clouds.labelled("train"), clouds.labelled("test")
    away = test.features_SD - train.features_SD.mean(0)
    unit = away / np.linalg.norm(away, axis=1, keepdims=True)
    drawn = episodes_of(test.label_S, episode_size(test.label_S, options), np.random.default_rng(0))
    shares = []
    for class_N, support_NK, query_NQ in zip(*drawn, strict=True):
        right = []
        for place in range(len(class_N)):
            for query in query_NQ[place]:
                if options.classifier == "prototype":
                    far = [np.linalg.norm(unit[query] - unit[rows[:shots]].mean(0)) for rows in support_NK]
                else:
                    far = [min(np.linalg.norm(unit[query] - unit[row]) for row in rows[:shots]) for rows in support_NK]
                right.append(int(np.argmin(far)) == place)
        shares.append(np.mean(right))
    return np.array(shares)


@pytest.mark.parametrize("classifier", ["prototype", "neighbour"])
def test_shares_are_those_of_a_slow_loop(classifier: str) -> None:
    clouds, asked = Clouds(1.5), {"ways": 3, "shots": [1, 4], "queries": 6, "episodes": 30, "classifier": classifier}
    found = learnt(clouds, **asked)
    for point in found.points:
        assert point.unit_E is not None
        np.testing.assert_allclose(point.unit_E, slowly(clouds, int(point.at), Episodes.Options.read(asked)), atol=1e-12)
    assert found.unit_E is found.points[-1].unit_E and 0.4 < found.unit_E.mean() < 0.98


def test_an_episode_has_different_classes_and_no_picture_twice() -> None:
    label_S = np.repeat(np.arange(7), 30)
    drawn = drawn_episodes(label_S, 4, 3, 5, 250, np.random.default_rng(0))
    for class_N, support_NK, query_NQ in zip(*drawn, strict=True):
        rows = np.concatenate([support_NK, query_NQ], 1)
        assert len(set(class_N)) == 4 and len(set(rows.ravel())) == rows.size
        assert (label_S[rows] == class_N[:, None]).all()


def test_every_picture_is_support_and_query_about_equally_often() -> None:
    label_S = np.repeat(np.arange(5), 40)
    drawn = drawn_episodes(label_S, 5, 5, 5, 2000, np.random.default_rng(0))  # each picture 250 times on the average, sd 15
    for rows in (drawn.support_ENK, drawn.query_ENQ):
        times_S = np.bincount(rows.ravel(), minlength=200)
        assert times_S.min() > 250 - 5 * 15 and times_S.max() < 250 + 5 * 15


def test_every_network_gets_the_same_episodes_and_another_seed_others() -> None:
    clouds = Clouds(1.5)
    scaled = clouds.with_part("test", np.arange(300))
    scaled.parts = {split: Labelled(3 * part.features_SD[:, ::-1], part.label_S) for split, part in clouds.parts.items()}
    same, other = learnt(scaled), learnt(clouds, seed=1)
    np.testing.assert_allclose(same.unit_E, learnt(clouds).unit_E, atol=0.02)
    assert not np.allclose(other.unit_E, same.unit_E, atol=0.02)


def test_labels_at_random_end_at_one_of_the_ways() -> None:
    clouds = Clouds(8)
    test = clouds.labelled("test")
    shuffled = Labelled(test.features_SD, np.random.default_rng(1).permutation(test.label_S))
    clouds.parts["test"] = shuffled
    found = learnt(clouds, ways=4)
    assert found.chance == 0.25 and abs(found.unit_E.mean() - 0.25) < 0.04


def test_more_pictures_of_a_class_help_and_classes_that_lie_apart_are_told_apart() -> None:
    one, five = (point.unit_E.mean() for point in learnt(Clouds(2)).points)
    assert five > one + 0.05
    assert learnt(Clouds(8)).unit_E.mean() > 0.95


def test_a_picture_has_the_share_of_its_queries_and_none_where_it_never_was_one() -> None:
    found = learnt(Clouds(8, test=300), shots=[1], queries=1, episodes=20)
    asked = np.isfinite(found.value_S)
    assert 0 < asked.sum() <= 20 * 4 and found.value_S[asked].mean() > 0.8
    assert (found.guess_S[asked & (found.value_S == 1)] == Clouds(8).labelled("test").label_S[asked & (found.value_S == 1)]).all()


def test_fewer_classes_and_queries_are_taken_where_there_are_fewer() -> None:
    label_S = np.repeat([0, 1, 2, 3], [30, 12, 8, 3])
    assert episode_size(label_S, Episodes.Options())[:3] == (3, 5, 3)
    assert episode_size(label_S, Episodes.Options.read({"ways": 2}))[:3] == (2, 5, 7)


def test_a_class_too_small_is_said_with_what_to_do() -> None:
    with pytest.raises(SettingsError, match="need 2 classes with at least 6 test pictures each. Got 1. Set 'shots' lower"):
        episode_size(np.repeat([0, 1], [30, 5]), Episodes.Options())


@pytest.mark.parametrize("shots", [[], [0], [51]])
def test_shots_beyond_their_ends_are_refused(shots: list[int]) -> None:
    with pytest.raises(SettingsError, match="'shots' of episodes: must be numbers between 1 and 50"):
        Episodes.Options.read({"shots": shots}, "episodes")


@pytest.mark.timed
def test_six_hundred_episodes_take_less_than_a_second_of_a_processor() -> None:
    rng = np.random.default_rng(0)
    parts = {
        split: Labelled(rng.normal(size=(many, 512)).astype(np.float32), np.arange(many) % 10)
        for split, many in (("train", 10), ("test", 2000))
    }
    clouds = Clouds.__new__(Clouds)
    clouds.parts = parts
    began = time.process_time()
    learnt(clouds, shots=[5])
    assert time.process_time() - began < 1
