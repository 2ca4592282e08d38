"""Facts about torchvision's classifiers as backbones, and about finding ImageNet's weights."""

from __future__ import annotations

import re
import threading
import zipfile
from pathlib import Path

import pytest
import torch
import torchvision
from PIL import Image
from torchvision.transforms.functional import to_tensor

from ssl_core.backbones._tracing import survey
from ssl_core.backbones.base import Build
from ssl_core.backbones.torchvision import Torchvision, find_weights, names, weights_file
from ssl_core.settings import SettingsError


def made(model: str, weights: str = "none", **build: object) -> Torchvision:
    torch.manual_seed(0)
    return Torchvision(Torchvision.Options.read({"model": model, "weights": weights}), Build(**build)).eval()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An SSL_DATA of the test's own, its weights folder given; torch hub's is empty."""
    monkeypatch.setenv("SSL_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "hub"))
    (tmp_path / "data" / "weights").mkdir(parents=True)
    return tmp_path / "data" / "weights"


@pytest.fixture
def squeezed(place: Path) -> torchvision.models.SqueezeNet:
    """A network whose weights lie in the weights folder, as if they were ImageNet's."""
    torch.manual_seed(3)
    network = torchvision.models.squeezenet1_1().eval()
    torch.save(network.state_dict(), place / "squeezenet1_1-00000000.pth")
    return network


@pytest.mark.parametrize("model", ["mobilenet_v2", "resnet18", "efficientnet_b0", "convnext_tiny"])
def test_a_classifier_becomes_maps_at_falling_resolution_and_what_its_last_layer_reads(model: str) -> None:
    backbone = made(model)
    assert backbone.gives == {"pooled", "map"} and backbone.stride == 32
    with torch.no_grad():
        found, features = backbone.activations(torch.rand(1, 3, 64, 64), backbone.layers), backbone(torch.rand(2, 3, 64, 96))
    assert [value.shape[2] for value in found.values()] == sorted({value.shape[2] for value in found.values()}, reverse=True)
    assert len(found) >= 4
    assert features.map_BDHW.shape == (2, backbone.width, 2, 3)
    assert features.pooled_BD.shape == (2, backbone.width)


def test_a_transformer_of_one_size_gives_pooled_features_alone_and_sees_pictures_scaled_to_it() -> None:
    backbone = made("vit_b_16")
    assert backbone.gives == {"pooled"} and backbone.layers == ()
    with torch.no_grad():
        features = backbone(torch.rand(1, 3, 32, 32))
    assert features.pooled_BD.shape == (1, 768) and features.map_BDHW is None


def test_features_and_answer_are_exactly_torchvisions(squeezed: torchvision.models.SqueezeNet) -> None:
    backbone, images = made("squeezenet1_1", "imagenet"), torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        features, theirs_BK = backbone(images), squeezed(backbone.standardise(images))
        assert torch.equal(features.map_BDHW, squeezed.features(backbone.standardise(images)))
        assert torch.equal(backbone.classify(images), theirs_BK)
        assert torch.equal(backbone.classify(images, features), theirs_BK)
    assert theirs_BK.shape[1] == len(backbone.class_names) == 1000


def test_imagenets_weights_come_with_imagenets_mean_and_deviation(squeezed: torchvision.models.SqueezeNet) -> None:
    backbone = made("squeezenet1_1", "imagenet", mean=(0.1, 0.1, 0.1))
    assert backbone.mean_C.tolist() == pytest.approx([0.485, 0.456, 0.406])
    assert backbone.std_C.tolist() == pytest.approx([0.229, 0.224, 0.225])


def test_no_task_trains_imagenets_answer(squeezed: torchvision.models.SqueezeNet) -> None:
    backbone = made("squeezenet1_1", "imagenet")
    assert not any(p.requires_grad for p in backbone.head.parameters())
    assert all(p.requires_grad for p in backbone.net.parameters())


def test_weights_that_are_not_there_are_asked_for_in_one_sentence(place: Path) -> None:
    with pytest.raises(SettingsError) as refused:
        made("resnet18", "imagenet")
    words = "ImageNet's weights of resnet18 aren't on this machine: put 'resnet18-f37072fd.pth' into "
    assert str(refused.value) == f"{words}'{place}', or download them, 47 MB, by 'python -m ssl_core fetch imagenet:resnet18'."


def test_weights_are_looked_for_in_ours_then_in_torch_hubs(place: Path) -> None:
    hub = place.parents[1] / "hub" / "hub" / "checkpoints"
    hub.mkdir(parents=True)
    (hub / "resnet18-f37072fd.pth").touch()
    assert find_weights("resnet18") == hub / "resnet18-f37072fd.pth"
    (place / "resnet18-own.pth").touch()
    assert find_weights("resnet18") == place / "resnet18-own.pth"


def test_every_networks_weights_have_a_sum_in_their_name() -> None:
    files = [weights_file(name) for name in names()]
    assert all(re.fullmatch("sha256:[0-9a-f]{8,10}", file.sum) and file.size > 10**6 for file in files)


def test_a_download_without_network_says_what_to_put_where(place: Path) -> None:
    with pytest.raises(SettingsError, match=r"can't be reached \(.*\)\. .* Or put 'resnet18-f37072fd.pth' into '.*' by hand"):
        find_weights("resnet18", download=True)


@pytest.mark.parametrize("content", [b"", b"not weights at all"])
def test_a_damaged_file_is_named(place: Path, content: bytes) -> None:
    (place / "squeezenet1_1-x.pth").write_bytes(content)
    with pytest.raises(SettingsError, match="squeezenet1_1-x.pth' doesn't hold the weights of squeezenet1_1: replace it"):
        made("squeezenet1_1", "imagenet")


def test_weights_of_another_network_are_refused(place: Path) -> None:
    torch.save(torchvision.models.squeezenet1_0().state_dict(), place / "squeezenet1_1-x.pth")
    with pytest.raises(SettingsError, match="doesn't hold the weights of squeezenet1_1"):
        made("squeezenet1_1", "imagenet")


@pytest.mark.parametrize(
    ("weights", "build", "words"),
    [
        ("none", {"width": 0.5}, "The width of squeezenet1_1 is fixed; this task wants 0.5 times as much. Choose convnet, vit or resnet."),
        (
            "imagenet",
            {"channels": 2},
            "ImageNet's weights of squeezenet1_1 need RGB and batch norm; this task wants 2 channels. Set 'weights' to none.",
        ),
        (
            "none",
            {"upto": "layer9"},
            "'upto' of Torchvision must be one of features.1, features.4, features.7, features.12 for squeezenet1_1. Got layer9.",
        ),
    ],
)
def test_what_a_task_asks_for_and_the_network_cannot_give_is_refused(weights: str, build: dict[str, object], words: str) -> None:
    with pytest.raises(SettingsError) as refused:
        made("squeezenet1_1", weights, **build)
    assert str(refused.value) == words


def test_an_untrained_network_has_no_answer() -> None:
    with pytest.raises(SettingsError, match="squeezenet1_1 has no answer of its own here"):
        made("squeezenet1_1").classify(torch.rand(1, 3, 32, 32))


def test_mobilenets_real_weights_name_real_photographs(real_data: Path) -> None:
    """Of 30 photographs of ten classes most get their own name out of a thousand; by chance none would."""
    backbone, photographs = made("mobilenet_v2", "imagenet"), zipfile.ZipFile(real_data / "imagenette" / "test.zip")
    files = sorted(name for name in photographs.namelist() if name.endswith(".JPEG"))
    files = files[:: len(files) // 30][:30]
    images_BCHW = torch.stack([to_tensor(Image.open(photographs.open(file)).convert("RGB").resize((224, 224))) for file in files])
    with torch.no_grad():
        said = [backbone.class_names[k] for k in backbone.classify(images_BCHW).argmax(1).tolist()]
    right = sum(name.lower() == file.split("/")[-2].replace("_", " ") for name, file in zip(said, files, strict=True))
    assert right >= 12


def test_other_threads_compute_on_while_a_network_is_traced() -> None:
    """torch.fx replaces the call of every module in the process; what other threads ask meanwhile must not become part of the trace."""
    layer, over, faults = torch.nn.Linear(4, 4), threading.Event(), []

    def compute() -> None:
        while not over.is_set():
            try:
                layer(torch.ones(1, 4))
            except Exception as fault:
                faults.append(fault)

    other = threading.Thread(target=compute)
    other.start()
    try:
        for name in ("squeezenet1_1", "resnet18"):
            survey.__wrapped__(name)
            made(name)
    finally:
        over.set()
        other.join()
    assert not faults, faults[0]
