"""A researcher's own network as a target: weights:FILE?backbone=NAME."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from ssl_core.backbones._tracing import blank
from ssl_core.backbones.torchvision import MEAN, STD
from ssl_core.evaluation.compare import of_own
from ssl_core.models.export import export
from ssl_core.models.own import own_note, parse_own
from ssl_core.models.targets import Target, parse_all
from ssl_core.settings import SettingsError
from tests.help.small import small_run


@pytest.fixture(scope="module")
def resnet18() -> nn.Module:
    torch.manual_seed(3)
    return blank("resnet18").eval()


@pytest.fixture(scope="module")
def images_BCHW() -> torch.Tensor:
    return torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(1))


def theirs(network: nn.Module, images_BCHW: torch.Tensor) -> np.ndarray:
    """The pooled features by torchvision's own code."""
    shown = (images_BCHW - torch.tensor(MEAN)[:, None, None]) / torch.tensor(STD)[:, None, None]
    body = nn.Sequential(*list(network.children())[:-1])
    with torch.no_grad():
        return body(shown).flatten(1).numpy()


def digits(text: str) -> Target:
    return Target.parse(text, "digits", None, 64)


def test_weights_of_torchvision_give_torchvision_s_features(tmp_path: Path, resnet18: nn.Module, images_BCHW: torch.Tensor) -> None:
    save_file(resnet18.state_dict(), tmp_path / "net.safetensors")
    for backbone in ("resnet18", "resnet&depth=18"):
        found = digits(f"weights:{tmp_path}/net.safetensors?backbone={backbone}").features(images_BCHW).numpy()
        np.testing.assert_allclose(found, theirs(resnet18, images_BCHW), rtol=1e-4, atol=1e-5)


def test_the_trained_one_of_two_networks_in_a_checkpoint_is_taken(tmp_path: Path, resnet18: nn.Module, images_BCHW: torch.Tensor) -> None:
    state = {f"module.encoder_k.{name}": torch.zeros_like(value) for name, value in resnet18.state_dict().items()}
    state |= {f"module.encoder_q.{name}": value for name, value in resnet18.state_dict().items() if not name.startswith("fc.")}
    state["module.encoder_q.fc.0.weight"] = torch.zeros(4, 4)
    torch.save({"epoch": 7, "state_dict": state, "optimizer": {"lr": 0.1}}, tmp_path / "moco.pth")
    target = digits(f"weights:{tmp_path}/moco.pth?backbone=resnet18")
    np.testing.assert_allclose(target.features(images_BCHW).numpy(), theirs(resnet18, images_BCHW), rtol=1e-4, atol=1e-5)
    (note,) = of_own([target])
    assert "100 of 100 weights found, behind the prefix 'state_dict.module.encoder_q.'" in note
    assert "unexpected, not used: 1 (fc.0.weight); 122 more names elsewhere" in note


def test_an_exported_run_is_the_same_network_again(clean_folders: Path, tmp_path: Path) -> None:
    folder, _ = small_run(steps=2)
    export(folder.name, tmp_path / "out")
    mine, again = parse_all([folder.name, f"weights:{tmp_path}/out/weights.safetensors?backbone=convnet&width=4"])
    assert (again.dataset, again.seen_size) == (mine.dataset, mine.seen_size)
    images = torch.rand(3, 3, mine.seen_size, mine.seen_size)
    assert torch.equal(mine.features(images), again.features(images))


def test_a_network_for_small_pictures_keeps_its_first_layers_and_a_stated_size_is_seen(tmp_path: Path) -> None:
    small = blank("resnet18")
    small.conv1 = nn.Conv2d(3, 64, 3, 1, 1, bias=False)
    save_file(small.state_dict(), tmp_path / "cifar.safetensors")
    target = Target.parse(f"weights:{tmp_path}/cifar.safetensors?backbone=resnet&size=40", "digits")
    assert target.seen_size == target.read_size == 40
    assert target.features(torch.rand(2, 3, 40, 40)).shape == (2, 512)
    assert Target.parse(target.text, "digits").text == target.text


def test_missing_weights_are_listed(tmp_path: Path, resnet18: nn.Module) -> None:
    state = {name: value for name, value in resnet18.state_dict().items() if name != "bn1.bias"}
    save_file(state, tmp_path / "net.safetensors")
    said = own_note(parse_own(f"{tmp_path}/net.safetensors?backbone=resnet18"), 64)
    assert "99 of 100 weights found; missing, so as before training: 1 (net.bn1.bias); unexpected, not used: 2 (fc." in said


def test_another_architecture_is_refused_with_the_nearest_that_fits(tmp_path: Path, resnet18: nn.Module) -> None:
    save_file(resnet18.state_dict(), tmp_path / "net.safetensors")
    with pytest.raises(SettingsError, match=r"isn't of resnet34: 100 of 180 .* Nearest is 'weights:.*\?backbone=resnet18', .* 100%"):
        digits(f"weights:{tmp_path}/net.safetensors?backbone=resnet34").features(torch.rand(1, 3, 64, 64))
    with pytest.raises(SettingsError, match=r"Say which network .* Nearest is 'weights:.*\?backbone=resnet18'"):
        digits(f"weights:{tmp_path}/net.safetensors")


class Stranger:
    """A class that no loader of weights knows."""


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\3\4 and no more", "can't be read as safetensors or as a file of torch.save"),
        (b"{}", "can't be read as safetensors"),
        (b"", "can't be read as safetensors"),
        (pickle.dumps({"net": Stranger()}), "holds more than weights, which is never run here"),
    ],
)
def test_a_file_without_weights_is_a_sentence(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "net.pth").write_bytes(content)
    with pytest.raises(SettingsError, match=words):
        digits(f"weights:{tmp_path}/net.pth?backbone=resnet18").network()


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ("backbone=resnet19", "or a classifier of torchvision such as resnet18. Got 'resnet19'"),
        ("backbone=resnet&depth=19", "depth"),
        ("backbone=resnet18&size=4", "'size' of weights:FILE.* between 8 and 1024"),
        ("backbone=resnet18&mean=1,2", "'mean' of weights:FILE.* three numbers"),
    ],
)
def test_a_setting_that_is_not_allowed_is_named(tmp_path: Path, asked: str, words: str) -> None:
    (tmp_path / "net.pth").touch()
    with pytest.raises(SettingsError, match=words):
        parse_own(f"{tmp_path}/net.pth?{asked}")


def test_another_file_under_the_same_name_is_another_network(tmp_path: Path, resnet18: nn.Module) -> None:
    text = f"weights:{tmp_path}/net.safetensors?backbone=resnet18"
    save_file(resnet18.state_dict(), tmp_path / "net.safetensors")
    before = digits(text).digest
    save_file({name: value + 1 for name, value in resnet18.state_dict().items()}, tmp_path / "net.safetensors")
    assert digits(text).digest != before
