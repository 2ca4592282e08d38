"""Downloads against a server on this machine: taken up where they broke off, checked, refused where they lead elsewhere."""

from __future__ import annotations

import errno
import re
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest

from ssl_core.settings import SettingsError
from ssl_core.system import download as room
from ssl_core.system.addresses import PUBLISHED, File
from ssl_core.system.download import check_address, download, right
from tests.help.nearby import Nearby, nearby

DATA = bytes(range(256)) * 100


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Nearby]:
    monkeypatch.setattr(room, "WAITS", (0.0, 0.0, 0.0))
    monkeypatch.setattr(room, "PIECE", 4000)
    with nearby() as told:
        yield told


class Stop(Exception):
    """What `tell` raises where a person wants an end."""


def silent(*_: Any) -> None:
    """Nobody wants to know."""


def test_a_file_comes_whole_and_progress_grows_to_its_end(server: Nearby, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    path = download(server.file("a.bin", DATA), tmp_path, lambda *said: told.append(said))
    assert path == tmp_path / "a.bin" and path.read_bytes() == DATA
    done = [done for stage, done, _ in told if stage == "downloading"]
    assert done == sorted(done) and done[-1] == len(DATA) and {of for *_, of in told} == {len(DATA)}
    assert told[-1][0] == "checking" and list(tmp_path.iterdir()) == [path]


def test_what_is_there_is_not_asked_for_again(server: Nearby, tmp_path: Path) -> None:
    file = server.file("a.bin", DATA)
    download(file, tmp_path, silent)
    download(file, tmp_path, silent)
    assert len(server.asked) == 1


def test_a_break_is_taken_up_where_it_was(server: Nearby, tmp_path: Path) -> None:
    server.breaks = [9000, 7000]
    assert download(server.file("a.bin", DATA), tmp_path, silent).read_bytes() == DATA
    assert server.asked == [("/a.bin", ""), ("/a.bin", "bytes=9000-"), ("/a.bin", "bytes=16000-")]


FAULTS = [OSError(errno.EHOSTUNREACH, "No route to host"), OSError(errno.ENETDOWN, "Network is down"), ssl.SSLError("[SSL] bad record mac")]


class Shaky:
    """An answer that a network fault ends."""

    def __init__(self, answer: Any, fault: OSError) -> None:
        self.answer, self.fault, self.pieces = answer, fault, 2

    def __getattr__(self, name: str) -> Any:
        return getattr(self.answer, name)

    def __enter__(self) -> Shaky:
        return self

    def __exit__(self, *_: Any) -> None:
        self.answer.close()

    def read1(self, size: int) -> bytes:
        self.pieces -= 1
        if self.pieces < 0:
            raise self.fault
        return self.answer.read1(size)


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_network_that_goes_is_tried_again(server: Nearby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: OSError) -> None:
    answers, ask = [fault, "shaky"], room.OPENER.open

    def opened(*asked: Any, **how: Any) -> Any:
        next_ = answers.pop(0) if answers else None
        if isinstance(next_, OSError):
            raise next_
        return Shaky(ask(*asked, **how), fault) if next_ else ask(*asked, **how)

    monkeypatch.setattr(room.OPENER, "open", opened)
    assert download(server.file("a.bin", DATA), tmp_path, silent).read_bytes() == DATA
    assert [re.sub(r"[1-9]\d*", "n", part) for _, part in server.asked] == ["", "bytes=n-"]


def test_a_network_that_stays_away_is_said(server: Nearby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room.OPENER, "open", Mock(side_effect=FAULTS[0]))
    with pytest.raises(SettingsError, match=r"can't be reached \(no route to host\). Is there a network"):
        download(server.file("a.bin", DATA), tmp_path, silent)


def test_as_long_as_each_try_brings_something_it_goes_on(server: Nearby, tmp_path: Path) -> None:
    server.breaks = [2000] * 12  # more breaks than tries in a row are allowed
    assert download(server.file("a.bin", DATA), tmp_path, silent).read_bytes() == DATA


def test_a_download_that_broke_off_for_good_is_kept_and_goes_on_later(server: Nearby, tmp_path: Path) -> None:
    server.breaks = [9000] + [0] * 4
    file = server.file("a.bin", DATA)
    with pytest.raises(SettingsError, match=r"'a.bin' broke off after 0 MB of 0 MB \(the connection ended early\). What came is kept"):
        download(file, tmp_path, silent)
    assert (tmp_path / "a.bin.part").read_bytes() == DATA[:9000]
    assert download(file, tmp_path, silent).read_bytes() == DATA
    assert server.asked[-1] == ("/a.bin", "bytes=9000-")


def test_a_stop_keeps_what_came(server: Nearby, tmp_path: Path) -> None:
    file = server.file("a.bin", DATA)

    def until_half(stage: str, done: int, of: int) -> None:
        if done > of / 2:
            raise Stop

    with pytest.raises(Stop):
        download(file, tmp_path, until_half)
    kept = (tmp_path / "a.bin.part").stat().st_size
    assert len(DATA) / 2 < kept < len(DATA)
    assert download(file, tmp_path, silent).read_bytes() == DATA and server.asked[-1] == ("/a.bin", f"bytes={kept}-")


def test_a_server_that_knows_no_parts_starts_again(server: Nearby, tmp_path: Path) -> None:
    server.breaks, server.ranges = [9000], False
    assert download(server.file("a.bin", DATA), tmp_path, silent).read_bytes() == DATA


def test_what_was_all_there_before_the_check_is_not_asked_for_again(server: Nearby, tmp_path: Path) -> None:
    (tmp_path / "a.bin.part").write_bytes(DATA)
    assert download(server.file("a.bin", DATA), tmp_path, silent).read_bytes() == DATA and server.asked == []


def test_a_part_longer_than_the_file_is_thrown_away(server: Nearby, tmp_path: Path) -> None:
    (tmp_path / "a.bin.part").write_bytes(DATA + b"more")
    assert download(server.file("a.bin", DATA), tmp_path, silent).read_bytes() == DATA


def test_a_wrong_sum_is_said_and_nothing_is_left(server: Nearby, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="/a.bin' sent is not what was published: its checksum is wrong, so it was deleted"):
        download(server.file("a.bin", DATA, wrong=True), tmp_path, silent)
    assert list(tmp_path.iterdir()) == []


def test_a_part_of_another_file_is_found_out_by_the_sum(server: Nearby, tmp_path: Path) -> None:
    (tmp_path / "a.bin.part").write_bytes(b"x" * 5000)
    file = server.file("a.bin", DATA)
    with pytest.raises(SettingsError, match="checksum is wrong"):
        download(file, tmp_path, silent)
    assert download(file, tmp_path, silent).read_bytes() == DATA


@pytest.mark.parametrize("code", [500, 503, 429])
def test_a_server_in_trouble_is_asked_again(code: int, server: Nearby, tmp_path: Path) -> None:
    server.codes = [code]
    assert download(server.file("a.bin", DATA), tmp_path, silent).read_bytes() == DATA


def test_a_file_that_is_gone_is_asked_for_once(server: Nearby, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="/b.bin' answers 404 Not Found: it isn't there any more"):
        download(File(f"{server.address}/b.bin", 10, "md5:0"), tmp_path, silent)
    assert len(server.asked) == 1


def test_without_a_network_that_is_said(tmp_path: Path, server: Nearby) -> None:
    with pytest.raises(SettingsError, match=r"'https://example.org/a.bin' can't be reached \(.*\). Is there a network\?"):
        download(File("https://example.org/a.bin", 10, "md5:0"), tmp_path, silent)


def test_a_server_that_falls_silent_is_asked_again(server: Nearby, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "PATIENCE", 0.05)
    server.pause = 0.2
    assert download(server.file("a.bin", DATA[:5000]), tmp_path, silent).read_bytes() == DATA[:5000]
    assert [asked for _, asked in server.asked] == ["", "bytes=2000-", "bytes=4000-"]


def test_a_server_that_never_ends_is_cut_off(server: Nearby, tmp_path: Path) -> None:
    file = server.file("a.bin", DATA)
    with pytest.raises(SettingsError, match="sends more than 2 times the 0 MB that were published"):
        download(file._replace(size=1000), tmp_path, silent)


def test_a_full_disk_keeps_what_came(server: Nearby, tmp_path: Path) -> None:
    def full(stage: str, done: int, of: int) -> None:
        if done > 8000:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        download(server.file("a.bin", DATA), tmp_path, full)
    assert (tmp_path / "a.bin.part").stat().st_size > 8000


def test_a_disk_too_small_is_said_before_anything_is_asked(server: Nearby, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"'a.bin' still needs \d+.\d GB, and '.*' has .* free. Make room, or choose another folder"):
        download(server.file("a.bin", DATA)._replace(size=10**15), tmp_path, silent)
    assert server.asked == []


def test_a_redirect_is_followed_with_its_range(server: Nearby, tmp_path: Path) -> None:
    server.leads["/old.bin"] = "/a.bin"
    file = server.file("a.bin", DATA)._replace(address=f"{server.address}/old.bin")
    server.breaks = [9000]
    assert download(file, tmp_path, silent).read_bytes() == DATA
    assert server.asked[-1] == ("/a.bin", "bytes=9000-")


@pytest.mark.parametrize("there", ["http://example.org/a", "ftp://example.org/a", "file:///etc/passwd", "https://10.0.0.1/a"])
def test_a_redirect_to_what_is_no_https_is_refused(there: str, server: Nearby, tmp_path: Path) -> None:
    server.leads["/a.bin"] = there
    with pytest.raises(SettingsError):
        download(File(f"{server.address}/a.bin", 10, "md5:0"), tmp_path, silent)


def test_a_circle_of_redirects_ends(server: Nearby, tmp_path: Path) -> None:
    server.leads["/a.bin"] = "/a.bin"
    with pytest.raises(SettingsError):
        download(File(f"{server.address}/a.bin", 10, "md5:0"), tmp_path, silent)


@pytest.mark.parametrize(
    ("asked", "address", "allowed"),
    [
        ("https://a.org/x", "https://b.org/y", True),
        ("https://a.org/x", "http://a.org/x", False),
        ("https://a.org/x", "https://127.0.0.1/x", False),
        ("https://a.org/x", "https://192.168.0.1/x", False),
        ("https://a.org/x", "https://[::1]/x", False),
        ("https://a.org/x", "https://localhost/x", False),
        ("https://a.org/x", "https:///x", False),
        ("http://a.org/x", "http://a.org/x", False),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:8/y", True),
        ("http://127.0.0.1:9/x", "http://127.0.0.1.evil.org/y", False),
    ],
)
def test_only_https_to_public_addresses_is_followed(asked: str, address: str, allowed: bool) -> None:
    if allowed:
        check_address(address, asked)
    else:
        with pytest.raises(SettingsError, match="Only https to a public address is followed"):
            check_address(address, asked)


def test_no_other_file_of_the_app_can_ask_the_net(root: Path) -> None:
    asking = re.compile(r"^\s*(?:import|from) (?:urllib\.request|http\.client|requests|httpx|aiohttp|gdown|torch\.hub)\b", re.MULTILINE)
    asking_too = re.compile(r"\b(?:get_state_dict|load_state_dict_from_url|download_url|urlopen)\(|download=True")
    files = [path for folder in ("ssl_core", "pages") for path in (root / folder).rglob("*.py")]
    found = [path.name for path in files if asking.search(text := path.read_text(encoding="utf-8")) or asking_too.search(text)]
    assert found == ["download.py"]


def test_every_address_of_the_table_is_allowed_and_has_a_sum_and_a_size() -> None:
    for file in (file for source in PUBLISHED.values() for file in source.files):
        check_address(file.address, file.address)
        assert len(file.sum.removeprefix("md5:")) == 32 and file.size > 0 and "/" not in file.name


def test_the_sums_are_those_that_torchvision_records() -> None:
    from torchvision import datasets as theirs

    known = {
        *(theirs.CIFAR10.tgz_md5, theirs.CIFAR100.tgz_md5, theirs.STL10.tgz_md5, "c8fa014336c82ac7804f0398fcb19387"),
        *(digits for _, digits in theirs.FashionMNIST.resources),
        *(digits for _, digits in theirs.Flowers102._file_dict.values()),
        *(digits for _, digits in theirs.OxfordIIITPet._RESOURCES),
        *(digits for _, digits in theirs.Imagenette._ARCHIVES.values()),
        *(digits for half in theirs.PCAM._FILES.values() for *_, digits in half.values()),
    }
    assert {file.sum.removeprefix("md5:") for source in PUBLISHED.values() for file in source.files} <= known


@pytest.mark.parametrize(
    ("wanted", "is_right"), [("sha256:2cf24dba", True), ("md5:5d41402abc4b2a76b9719d911017c592", True), ("md5:6", False)]
)
def test_a_sum_is_compared_by_its_beginning(wanted: str, is_right: bool, tmp_path: Path) -> None:
    (tmp_path / "hello").write_bytes(b"hello")
    assert right(tmp_path / "hello", wanted) is is_right
