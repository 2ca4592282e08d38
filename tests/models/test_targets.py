"""Runs and baselines as evaluation sees them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from ssl_core.functional.transforms.resize import as_images
from ssl_core.library import browse
from ssl_core.library.sets import PictureSet
from ssl_core.models import loaded
from ssl_core.models.blocks import balanced_rows
from ssl_core.models.features import cached_features, embedded, how_many
from ssl_core.models.targets import Target, targets_for
from ssl_core.records.checkpoints import latest_checkpoint
from ssl_core.records.homes import home_of
from ssl_core.records.runs import folder_of
from ssl_core.settings import SettingsError
from tests.help.evaluation import SIZE, learn_on, run_with_weights


@pytest.fixture(scope="module")
def run_name() -> str:
    return run_with_weights()


@pytest.fixture
def no_networks_kept() -> Iterator[None]:
    loaded._kept.forget()
    yield
    loaded._kept.forget()


def digits(text: str) -> Target:
    return Target.parse(text, "digits", None, SIZE)


def pictures(number: int, size: int = SIZE) -> list[np.ndarray]:
    return [browse.picture("digits", "test", i, size) for i in range(number)]


def test_a_run_brings_its_own_data_and_picture_size(run_name: str) -> None:
    target = Target.parse(run_name)
    assert (target.kind, target.dataset, target.image_size) == ("run", "digits", SIZE)
    assert target.detail == "1 442 pictures, no labels"


def test_a_supervised_run_says_that_it_saw_labels() -> None:
    assert Target.parse(run_with_weights(task="supervised")).detail.endswith("with labels")


def test_baselines_stand_on_scenes_where_nothing_is_said() -> None:
    assert Target.parse("pixels").dataset == "scenes"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nothing", "There is no run 'nothing'"),
        ("random:nothing", "There is no backbone 'nothing'"),
        ("random:convnet@x", "seed of random:convnet@seed must be a whole number"),
        ("imagenet:nothing", "Got nothing"),
        ("untrained:nothing", "There is no run 'nothing'"),
        ("untrained:rotation-1@x", "seed of untrained:RUN@seed must be a whole number"),
        ("other:convnet", "A target is a run, RUN@STEP"),
        ("../../etc", "There is no run"),
    ],
)
def test_what_names_nothing_is_refused_in_words(text: str, words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        Target.parse(text)


def test_companions_are_imagenet_the_untrained_twin_and_pixels(run_name: str) -> None:
    assert targets_for(run_name) == [run_name, "imagenet:mobilenet_v2", f"untrained:{run_name}", "pixels"]


def test_a_run_without_weights_says_so() -> None:
    from ssl_core.training.request import new_run

    name = new_run({"task": "rotation", "dataset": "digits"})
    with pytest.raises(SettingsError, match="no weights yet"):
        _ = Target.parse(name).digest


def test_pixels_are_the_picture(run_name: str) -> None:
    (picture,) = pictures(1)
    np.testing.assert_allclose(digits("pixels").embed([picture])[0], picture.transpose(2, 0, 1).ravel() / 255, atol=1e-6)


def test_large_pictures_become_at_most_32_pixels_for_the_pixel_baseline() -> None:
    assert Target.parse("pixels", "digits", None, 96).embed([np.zeros((96, 96, 3), np.uint8)]).shape == (1, 3 * 32 * 32)


def test_the_middle_square_of_a_picture_is_seen() -> None:
    wide = np.zeros((20, 60, 3), np.uint8)
    wide[:, 20:40] = 255
    assert as_images([wide], 16).min() > 0.999 and as_images([wide], 16).shape == (1, 3, 16, 16)


def test_features_are_the_encoders_on_the_same_pixels(run_name: str) -> None:
    from ssl_core.models.build import load_task

    target = Target.parse(run_name)
    found = embedded(target, "test", 40)
    images = torch.stack([target.pictures("test")[int(i)][0] for i in found.id_S]).float() / 255
    with torch.no_grad():
        ours = load_task(folder_of(run_name)).encoder(images).pooled_BD.numpy()
    np.testing.assert_allclose(found.features_SD, ours, rtol=1e-4, atol=1e-5)


def test_embedding_leaves_weights_and_statistics_byte_identical(run_name: str) -> None:
    last = latest_checkpoint(folder_of(run_name))
    assert last is not None
    file, target = (last / "weights.safetensors").read_bytes(), Target.parse(run_name)
    before = {name: value.clone() for name, value in target.backbone().state_dict().items()}
    target.embed(pictures(30))
    embedded(target, "train", 200)
    after = target.backbone().state_dict()
    assert all(torch.equal(value, after[name]) for name, value in before.items())
    assert not target.backbone().training
    assert (last / "weights.safetensors").read_bytes() == file


def test_features_are_read_from_disk_the_second_time(run_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = Target.parse(run_name)
    first = embedded(target, "test", 30)
    monkeypatch.setattr(Target, "features", lambda *a: pytest.fail("computed again"))
    again = embedded(target, "test", 30)
    assert all((a == b).all() for a, b in zip(first, again, strict=True))


def test_new_weights_give_new_features_and_not_the_old_ones_from_disk() -> None:
    name = run_with_weights(seed=1)
    before = embedded(Target.parse(name), "test", 20).features_SD
    learn_on(folder_of(name), step=5, seed=2)
    assert cached_features(Target.parse(name), "test", 20) is None
    assert np.abs(embedded(Target.parse(name), "test", 20).features_SD - before).max() > 1e-3


def test_a_damaged_cache_is_computed_again(run_name: str) -> None:
    target = Target.parse(run_name)
    first = embedded(target, "test", 25)
    for file in (home_of(run_name) / "jobs").glob("embed-*/features.npz"):
        file.write_bytes(file.read_bytes()[:100])
    assert (embedded(target, "test", 25).features_SD == first.features_SD).all()


def test_a_named_layer_is_its_mean_over_places(run_name: str) -> None:
    target = Target.parse(run_name)
    features = target.embed(pictures(3), layer="stage2")
    maps = target.backbone().activations(as_images(pictures(3), SIZE), ["stage2"])["stage2"]
    np.testing.assert_allclose(features, maps.mean((2, 3)).numpy(), rtol=1e-5)


def test_a_layer_that_is_not_there_is_refused_with_those_that_are(run_name: str) -> None:
    with pytest.raises(SettingsError, match="one of stage1, stage2, stage3, stage4"):
        embedded(Target.parse(run_name), "test", 10, layer="stage9")


def test_untrained_networks_are_the_same_for_a_seed_and_differ_between_seeds(no_networks_kept: None) -> None:
    first = digits("random:convnet@3").embed(pictures(4))
    loaded._kept.forget()
    torch.manual_seed(99)
    assert (digits("random:convnet@3").embed(pictures(4)) == first).all()
    assert np.abs(digits("random:convnet@4").embed(pictures(4)) - first).max() > 1e-3


def test_untrained_networks_leave_torchs_chance_alone(no_networks_kept: None) -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    digits("random:convnet@8").backbone()
    assert torch.equal(torch.get_rng_state(), before)


def test_untrained_batch_norm_knows_the_training_pictures(no_networks_kept: None) -> None:
    """Channels that go into the last batch norm come out with mean 0 and deviation 1 over the pictures it was calibrated on."""
    target = digits("random:convnet")
    backbone = target.backbone()
    norm = [layer for layer in backbone.modules() if isinstance(layer, torch.nn.BatchNorm2d)][-1]
    seen: list[torch.Tensor] = []
    handle = norm.register_forward_hook(lambda layer, given, out: seen.append(out.clone()))  # the layer after it writes in place
    data = target.pictures("train")
    images = torch.from_numpy(data.read_many(range(640)).images_NCHW).float() / 255
    with torch.no_grad():
        backbone(images)
    handle.remove()
    assert seen[0].mean((0, 2, 3)).abs().max() < 0.3
    assert (seen[0].std((0, 2, 3)) - 1).abs().max() < 0.3


def test_calibration_is_the_same_from_decoded_arrays_and_from_files(no_networks_kept: None, clean_folders: Path) -> None:
    fresh = digits("random:convnet").embed(pictures(4))
    PictureSet("digits", "train", SIZE).decoded()
    loaded._kept.forget()
    assert (digits("random:convnet").embed(pictures(4)) == fresh).all()


def test_one_picture_is_answered_in_a_tenth_of_a_second(run_name: str) -> None:
    target = Target.parse(run_name)
    target.embed(pictures(1, 128))
    times = []
    for picture in pictures(9, 128):
        began = time.process_time()  # on one thread: what it takes on a machine left alone
        target.embed([picture])
        times.append(time.process_time() - began)
    assert sorted(times)[4] < 0.1


def test_networks_in_memory_are_bounded(run_name: str, no_networks_kept: None) -> None:
    for seed in range(loaded.MODELS + 3):
        digits(f"random:convnet@{seed}").backbone()
    assert len(loaded._kept) == loaded.MODELS


def test_two_threads_get_one_network_and_one_lock(run_name: str, no_networks_kept: None) -> None:
    found = []
    threads = [threading.Thread(target=lambda: found.append(Target.parse(run_name).network())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(network.backbone) for network in found}) == len({id(network.lock) for network in found}) == 1


def test_who_plays_with_a_run_and_who_compares_it_share_its_weights_and_its_lock(run_name: str, no_networks_kept: None) -> None:
    network, model = Target.parse(run_name).network(), loaded.model_of(run_name)
    assert network.backbone is model.task.encoder and network.lock is model.lock and len(loaded._kept) == 1


def test_a_run_before_its_first_step_is_another_model(run_name: str, no_networks_kept: None) -> None:
    assert loaded.model_of(run_name, trained=False).lock is not loaded.model_of(run_name).lock and len(loaded._kept) == 2


def test_networks_made_at_once_are_those_made_one_by_one(no_networks_kept: None) -> None:
    names = [f"random:convnet@{seed}" for seed in range(4)]
    alone = [digits(name).embed(pictures(2)) for name in names]
    loaded._kept.forget()
    with ThreadPoolExecutor(4) as hands:
        together = list(hands.map(lambda name: digits(name).embed(pictures(2)), names))
    assert all(np.array_equal(one, other) for one, other in zip(alone, together, strict=True))


def test_pixels_have_no_network_to_look_into() -> None:
    with pytest.raises(SettingsError, match="no network to look into"):
        digits("pixels").backbone()


def test_missing_imagenet_weights_say_which_file_goes_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_DATA", str(tmp_path))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    target = Target.parse("imagenet:mobilenet_v2", "digits", None, SIZE)
    with pytest.raises(SettingsError, match=rf"mobilenet_v2-.*\.pth.*{tmp_path}"):
        embedded(target, "test", 10)


def test_balanced_rows_give_every_class_its_share_and_are_the_same_every_time() -> None:
    label_N = np.array([0] * 500 + [1] * 300 + [2] * 20)
    rows = balanced_rows(label_N, np.arange(820), 120)
    assert np.bincount(label_N[rows]).tolist() == [50, 50, 20]
    assert (rows == balanced_rows(label_N, np.arange(820), 120)).all() and (np.diff(rows) > 0).all()
    assert len(balanced_rows(label_N, np.arange(820), 5000)) == 820


def test_balanced_rows_choose_by_place_not_by_row() -> None:
    """A set that skips a broken picture, or is decoded at another size, gives the same pictures all the same."""
    label_N, id_N = np.arange(400) % 4, np.arange(400)
    kept = id_N != 17
    whole = set(id_N[balanced_rows(label_N, id_N, 100)])
    fewer = set(id_N[kept][balanced_rows(label_N[kept], id_N[kept], 100)])
    assert len(whole - {17} - fewer) == 0


def test_how_many_pictures_are_taken_is_said_and_bounded() -> None:
    assert how_many(digits("pixels"), 100, 10**6) == (100, 355)
    with pytest.raises(SettingsError, match="'train-images' must be at least 1"):
        how_many(digits("pixels"), 0)
