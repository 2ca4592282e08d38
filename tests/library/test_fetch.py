"""Downloads as a person asks for them: from an address to a set that opens, stopped and gone on with, refused in words."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import json
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ssl_core.__main__ import main
from ssl_core.datasets import _published
from ssl_core.jobs import start
from ssl_core.jobs import status as jobs_status
from ssl_core.jobs.worker import work
from ssl_core.library import browse, fetch, sets
from ssl_core.library.fetch import fetch_status, offer, request_fetch, stop_fetch
from ssl_core.settings import SettingsError
from ssl_core.system import download
from ssl_core.system.addresses import PUBLISHED, File
from tests.help.layouts import LAYOUTS
from tests.help.nearby import Nearby, nearby

INSIDE = {"102flowers.tgz": "jpg", "annotations.tar.gz": "annotations", "images.tar.gz": "images", "EuroSAT.zip": "2750"}


@pytest.fixture
def server(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Nearby]:
    monkeypatch.setattr(download, "WAITS", (0.0, 0.0))
    monkeypatch.setattr(download, "PIECE", 4000)
    _published.forget_layouts()
    with nearby() as told:
        yield told
    _published.forget_layouts()


@pytest.fixture
def served(server: Nearby, own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """A set packed as its authors pack it, on a server of this machine that the table leads to; where it was packed from."""

    def serve(name: str) -> Path:
        origin, source = own_folders / "origin", PUBLISHED[name]
        LAYOUTS[name](origin, monkeypatch)
        files = [server.file(file.name, packed(origin / file.into, file, source.folder), file.into) for file in source.files]
        monkeypatch.setitem(PUBLISHED, name, source._replace(files=tuple(files)))
        return origin

    return serve


def packed(home: Path, file: File, folder: str) -> bytes:
    """What a file of the table holds."""
    inside, stream = INSIDE.get(file.name, folder), io.BytesIO()
    if file.name.endswith(".zip"):
        with zipfile.ZipFile(stream, "w") as archive:
            for path in sorted((home / inside).rglob("*")):
                archive.write(path, str(path.relative_to(home)))
    elif file.name.endswith((".tar.gz", ".tgz")):
        with tarfile.open(fileobj=stream, mode="w:gz") as tar:
            tar.add(home / inside, inside)
    elif file.name.endswith(".gz"):
        return gzip.compress((home / file.name.removesuffix(".gz")).read_bytes())
    else:
        return (home / file.name).read_bytes()
    return stream.getvalue()


def said(capsys: Any, *argv: str) -> tuple[int, dict[str, Any], str]:
    code = main(list(argv))
    out, err = capsys.readouterr()
    return code, json.loads(out.splitlines()[-1]) if out else {}, err


@pytest.mark.parametrize("name", sorted(PUBLISHED))
def test_a_set_is_downloaded_unpacked_and_opens(name: str, served: Any, own_folders: Path, monkeypatch: Any, capsys: Any) -> None:
    origin = served(name)
    code, answer, err = said(capsys, "fetch", name, "--json")
    assert (code, answer["status"], answer["name"], answer["reason"]) == (0, "done", name, "")
    assert err.startswith(f"{PUBLISHED[name].title}: 0 MB to download\n") and "downloading 0 MB of 0 MB" in err
    fetched = [sets.open_set(name, split) for split in ("train", "test")]
    monkeypatch.setenv("SSL_DATA", str(origin))
    for ours, theirs in zip(fetched, [sets.open_set(name, split) for split in ("train", "test")], strict=True):
        assert len(ours) == len(theirs) and ours.digest() == theirs.digest()
        assert all((ours[i][0] == theirs[i][0]).all() and ours.label(i) == theirs.label(i) for i in range(len(ours)))
    left = {path.relative_to(own_folders / "data").parts[0] for path in (own_folders / "data").rglob("*") if path.is_file()}
    assert left == {PUBLISHED[name].folder, ".fetch"} and [p.name for p in (own_folders / "data" / ".fetch").iterdir()] == [f"{name}.lock"]


def test_what_is_here_is_not_downloaded_again(served: Any, server: Nearby, capsys: Any) -> None:
    served("cifar100")
    assert said(capsys, "fetch", "cifar100", "--json")[0] == 0
    asked = len(server.asked)
    assert said(capsys, "fetch", "cifar100", "--json")[1]["status"] == "done" and len(server.asked) == asked


def test_a_stopped_download_keeps_what_came_and_goes_on(served: Any, server: Nearby, own_folders: Path, monkeypatch: Any) -> None:
    served("stl10")
    monkeypatch.setattr(start, "start", lambda folder: None)
    folder, told = request_fetch("stl10"), []

    def halfway(status: jobs_status.Status) -> None:
        told.append(status)
        if status.step > 10_000:
            stop_fetch("stl10")

    monkeypatch.setattr("ssl_core.jobs.report.RARELY", 0.0)
    assert work(folder, halfway).state == "stopped"
    (part,) = (own_folders / "data" / ".fetch" / "stl10").glob("*.part")
    kept = part.stat().st_size
    assert 10_000 < kept < PUBLISHED["stl10"].size and fetch_status("stl10").state == "stopped" and not offer("stl10").here
    assert told[-2].steps == PUBLISHED["stl10"].size and told[-2].stage == "downloading"
    assert request_fetch("stl10") == folder and work(folder).state == "done"
    assert server.asked[-1][1] == f"bytes={kept}-" and offer("stl10").here and len(sets.open_set("stl10")) == 3


def test_a_set_taken_away_can_be_downloaded_again(served: Any, own_folders: Path, capsys: Any) -> None:
    served("eurosat")
    assert said(capsys, "fetch", "eurosat", "--json")[0] == 0
    assert {row.name: row for row in browse.list_sets()}["eurosat"].ready
    shutil.rmtree(own_folders / "data" / "eurosat")
    assert not {row.name: row for row in browse.list_sets()}["eurosat"].ready
    assert said(capsys, "fetch", "eurosat", "--json")[0] == 0 and offer("eurosat").here


def test_a_damaged_archive_leaves_nothing_in_the_data_folder(served: Any, server: Nearby, own_folders: Path, monkeypatch: Any) -> None:
    served("cifar100")
    bad = server.file("cifar-100-python.tar.gz", b"no archive at all")
    monkeypatch.setitem(PUBLISHED, "cifar100", PUBLISHED["cifar100"]._replace(files=(bad,)))
    with pytest.raises(SettingsError, match="is damaged"):
        fetch.bring("cifar100", lambda *_: None)
    assert not offer("cifar100").here
    served_again = server.file("cifar-100-python.tar.gz", packed(own_folders / "origin", bad, "cifar-100-python"))
    monkeypatch.setitem(PUBLISHED, "cifar100", PUBLISHED["cifar100"]._replace(files=(served_again,)))
    fetch.bring("cifar100", lambda *_: None)
    assert len(sets.open_set("cifar100")) == 6


def test_a_disk_that_fills_while_unpacking_is_given_back(served: Any, server: Nearby, own_folders: Path) -> None:
    served("eurosat")

    def full(stage: str, done: int, of: int) -> None:
        if stage == "unpacking" and done > of / 2:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fetch.bring("eurosat", full)
    assert [path.name for path in (own_folders / "data" / ".fetch" / "eurosat").iterdir()] == ["EuroSAT.zip"]
    fetch.bring("eurosat", lambda *_: None)
    assert offer("eurosat").here and len(server.asked) == 1


def test_a_second_writer_is_sent_away(served: Any) -> None:
    served("cifar100")
    words = []

    def another(*_: Any) -> None:
        with pytest.raises(SettingsError) as refused:
            fetch.bring("cifar100", lambda *_: None)
        words.append(str(refused.value))

    fetch.bring("cifar100", another)
    assert set(words) == {"CIFAR-100: a download is at work already. Wait for its end, or stop it."}


def test_a_data_folder_that_can_not_be_written_is_said(served: Any, own_folders: Path, monkeypatch: Any) -> None:
    served("cifar100")
    (own_folders / "file").touch()
    monkeypatch.setenv("SSL_DATA", str(own_folders / "file" / "data"))
    with pytest.raises(SettingsError, match="file/data' can't be written. Choose another folder with SSL_DATA"):
        fetch.bring("cifar100", lambda *_: None)


def test_weights_come_into_the_weights_folder_by_the_sum_in_their_name(
    server: Nearby, own_folders: Path, monkeypatch: Any, capsys: Any
) -> None:
    data = b"numbers" * 900
    name = f"resnet18-{hashlib.sha256(data).hexdigest()[:8]}.pth"
    file = server.file(name, data)._replace(sum=f"sha256:{name[9:17]}", into="weights")
    monkeypatch.setattr("ssl_core.backbones.torchvision.weights_file", lambda model: file)
    monkeypatch.setenv("TORCH_HOME", str(own_folders / "hub"))
    assert offer("imagenet:resnet18") == fetch.Offer("imagenet:resnet18", "ImageNet's weights of resnet18", len(data), False)
    assert said(capsys, "fetch", "imagenet:resnet18", "--json")[0] == 0
    assert (own_folders / "data" / "weights" / name).read_bytes() == data and offer("imagenet:resnet18").here


def test_without_a_network_weights_can_be_brought_by_hand(server: Nearby, own_folders: Path, monkeypatch: Any, capsys: Any) -> None:
    monkeypatch.setenv("TORCH_HOME", str(own_folders / "hub"))
    code, answer, err = said(capsys, "fetch", "imagenet:resnet18", "--json")
    assert code == 1 and answer["status"] == "failed" and answer["reason"] in err
    assert "can't be reached" in err and f"Or put 'resnet18-f37072fd.pth' into '{own_folders / 'data' / 'weights'}' by hand." in err


@pytest.mark.parametrize(
    ("name", "words"),
    [("scenes", "'scenes' is nothing to download. There are: cifar10, "), ("imagenet:no", "no classifier of torchvision has this name")],
)
def test_a_name_that_is_nothing_to_download_is_refused(name: str, words: str, own_folders: Path, capsys: Any) -> None:
    code, _, err = said(capsys, "fetch", name)
    assert code == 2 and words in err and len(err.strip().splitlines()) == 1


def test_seconds_left_are_reckoned_from_what_came() -> None:
    told: dict[str, Any] = {}

    class Report:
        def __call__(self, **changes: Any) -> None:
            told.update(changes)

        def progress(self, *_: Any) -> None:
            pass

    clock = iter([10.0, 10.0, 14.0, 14.0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fetch.time, "monotonic", lambda: next(clock))
        tell = fetch._timed(Report())
        tell("downloading", 1000, 9000)
        assert told == {"speed": 0.0, "left": None}
        tell("downloading", 5000, 9000)
    assert told == {"speed": 1000.0, "left": 4.0}
