"""Numbered tar files as a data set: pictures kept aside with an index, all others as a stream that can be opened anywhere."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from ssl_core.datasets.base import BadPicture, PictureStream, StreamPicture
from ssl_core.library import accounts, browse
from ssl_core.library.browse import known_as
from ssl_core.library.sets import PictureSet, labels
from ssl_core.notebook.lists import list_datasets
from ssl_core.reading import files, sharded
from ssl_core.reading.account import Choice
from ssl_core.reading.archives import shards
from ssl_core.reading.archives.shards import samples, shards_in
from ssl_core.settings import SettingsError
from tests.help.shards import is_aside, write_shard, write_shards

ASIDE = [number for number in range(60) if is_aside(number)]  # of three shards of 20
REST = 60 - len(ASIDE)


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch, clean_folders: Path) -> None:
    """Of each of three shards the first 20 pictures may be kept aside."""
    monkeypatch.setattr(sharded, "TESTED", 6)


def stream_of(folder: Path, seed: int = 0) -> PictureStream:
    found = PictureSet(str(folder), "train", 8).stream(seed)
    assert found is not None
    return found


def red(picture: StreamPicture) -> int:
    """The number that a picture was drawn from."""
    return int(picture.read()[0, 4, 4])


def test_a_sample_is_the_files_of_one_name(tmp_path: Path) -> None:
    extra = {"a/7.seg.png": b"mask", "a/7.jpg": b"picture", "a/7.CLS": b"9 ", "b/8.png": b"picture", "._c.jpg": b"", "d.txt": b"words"}
    found = list(samples(write_shard(tmp_path / "x-000.tar", range(1), extra=extra)))
    assert [(each.name, each.label) for each in found] == [("000000.jpg", "0"), ("a/7.jpg", "9"), ("b/8.png", "b")]
    assert found[1].read() == b"picture" and found[1].shown == "x-000/a/7.jpg"


@pytest.mark.parametrize(
    ("names", "are"),
    [(["a-000.tar", "a-001.tar"], True), (["a-000.tar"], False), (["a-000.tar", "b.zip"], False), (["train.tar", "test.tar"], False)],
)
def test_shards_are_numbered_tar_files_alone(names: list[str], are: bool, tmp_path: Path) -> None:
    for name in names:
        write_shard(tmp_path / name, range(2))
    assert bool(shards_in(tmp_path)) == are
    (tmp_path / "pictures").mkdir()
    assert not shards_in(tmp_path)


def test_shards_stand_by_their_number(tmp_path: Path) -> None:
    for number in (1000, 999):
        write_shard(tmp_path / f"a-{number}.tar", range(1))
    assert [each.name for each in shards_in(tmp_path)] == ["a-999.tar", "a-1000.tar"]


def test_about_one_picture_in_ten_is_kept_aside_by_its_name_and_never_streamed(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "pets")
    test, train = PictureSet(str(folder), "test", 8).open(), PictureSet(str(folder), "train", 8).open()
    assert [test.file(i) for i in range(len(test))] == [f"pets-00000{k // 20}/{k:06d}.jpg" for k in ASIDE]
    one_pass = list(islice(stream_of(folder).pictures(0), REST))
    assert sorted(map(red, one_pass)) == [k for k in range(60) if k not in ASIDE]
    assert {train.file(i) for i in range(len(train))} == {picture.name for picture in one_pass}
    assert [picture.label for picture in one_pass] == [red(picture) % 2 for picture in one_pass]
    assert (
        labels(test).tolist() == [k % 2 for k in ASIDE]
        and train.info.classes == ("0", "1")
        and train.info.streamed
        and not test.info.streamed
    )


def test_shards_named_for_testing_are_tested_with(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "pets", 2, start="pets-train")
    write_shards(folder, 2, 4, start="pets-val")
    assert len(PictureSet(str(folder), "test", 8).open()) == 6
    names = [picture.name for picture in islice(stream_of(folder).pictures(0), 80)]
    assert len(set(names)) == 40 and all(name.startswith("pets-train") for name in names)


def test_a_stream_can_be_opened_at_any_position(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_shards(tmp_path / "pets")
    whole = [picture.name for picture in islice(stream_of(folder).pictures(0), 170)]  # three passes and a bit
    for start in (0, 1, 18, 19, REST - 1, REST, 2 * REST + 1, 160):
        assert [picture.name for picture in islice(stream_of(folder).pictures(start), 10)] == whole[start : start + 10]
    again = stream_of(folder)
    assert [next(again.pictures(start)).name for start in (160, 3)] == [whole[160], whole[3]]  # by counts that are known now
    opened: list[str] = []
    monkeypatch.setattr(shards, "samples", lambda shard: opened.append(shard.name) or samples(shard))  # type: ignore[func-returns-value]
    assert next(stream_of(folder).pictures(160)).name == whole[160] and len(opened) == 1  # another process finds the counts in the cache
    orders = {tuple(dict.fromkeys(name[:11] for name in whole[k * REST : (k + 1) * REST])) for k in range(3)}
    assert all(len(order) == 3 for order in orders) and whole[:REST] != [p.name for p in islice(stream_of(folder, 5).pictures(0), REST)]


def test_a_damaged_shard_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "pets")
    broken = folder / "pets-000001.tar"
    broken.write_bytes(broken.read_bytes()[: 512 * 30])
    one_pass = list(islice(stream_of(folder).pictures(0), 42))
    bad = [picture for picture in one_pass if picture.name == "pets-000001.tar"]
    assert len(bad) == 1 and sum(picture.name.startswith("pets-000001/") for picture in one_pass) < 18
    with pytest.raises(BadPicture, match="ends too early .* the rest of it is not read"):
        bad[0].read()
    assert files.index(folder).left_out["train"][0][0] == "pets-000001.tar"


def test_a_class_that_no_indexed_picture_has_is_not_taken_for_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharded, "SAMPLED", 3)
    folder = write_shards(tmp_path / "pets", labelled=False)
    for shard in (0, 1, 2):
        write_shard(
            folder / f"pets-00000{shard}.tar",
            range(20),
            False,
            {f"zebra/{k}.jpg": b"" for k in range(3)} | {"a/x.jpg": b"", "b/x.jpg": b""},
        )
    monkeypatch.setattr(sharded, "_classes", lambda labels: ("a", "b"))
    files.forget()
    strange = [picture for picture in islice(stream_of(folder).pictures(0), 60) if "zebra" in picture.name]
    with pytest.raises(BadPicture, match="has the class 'zebra', which no indexed picture of the set has"):
        strange[0].read()


def test_a_set_of_shards_is_listed_with_its_account(tmp_path: Path) -> None:
    name = known_as(str(write_shards(tmp_path / "pets")))
    row = next(row for row in browse.list_sets() if row.name == name)
    assert row.title.endswith("(stream)") and (row.samples_train, row.samples_test) == (REST, len(ASIDE))
    listed = next(row for row in list_datasets() if row["name"] == name)
    assert (
        "Read as a stream: 3 tar files" in listed["account"] and f"{len(ASIDE)} pictures kept aside, about one in 10" in listed["account"]
    )
    assert accounts.reading_of(name).account is not None
    with pytest.raises(SettingsError, match="is a stream of numbered tar files, which are read in one way"):
        accounts.choose(name, Choice(classes="none"))


def test_a_changed_shard_changes_the_digest_of_what_is_learnt_alone(tmp_path: Path) -> None:
    folder = write_shards(tmp_path / "pets", each=200)
    before = [PictureSet(str(folder), split, 8).digest() for split in ("train", "test")]
    write_shard(folder / "pets-000002.tar", range(400, 620))
    files.forget()
    after = [PictureSet(str(folder), split, 8).digest() for split in ("train", "test")]
    assert before[0] != after[0] and before[1] == after[1]
