"""What the long siege reckons with, at a size that takes no time."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from benchmarks.siege import __main__ as siege
from benchmarks.siege.folder import OTHERS, Files
from benchmarks.siege.garbage import READERS, besiege_readers, harmed
from benchmarks.siege.labels import CLASSES, SET, Expected, click, counted
from benchmarks.siege.load import slow
from benchmarks.siege.watch import ERRORS, GHOSTS, LOST, STRANGE, SUMS, Watch
from ssl_core.labels.exchange import read_actions
from ssl_core.settings import SettingsError


class Standing:
    """A server of which only its folder is asked."""

    def __init__(self, runs: Path) -> None:
        self.runs = runs


def clicked(store: Any, times: int) -> Expected:
    """Clicks stored, and what is to be expected of them."""
    chance, expected = random.Random(3), Expected()
    for _ in range(times):
        action = click(chance, 40)
        store.act(read_actions([action]))
        expected.take(action)
    return expected


def test_what_is_expected_of_clicks_and_undos_is_what_the_store_holds(store: Any) -> None:
    expected = clicked(store, 300)
    assert store.labels(SET) == expected.now and set(expected.now.values()) == set(CLASSES)
    kept = counted(Standing(store.path.parent), expected, 300, 0, 0)  # type: ignore[arg-type]
    assert kept.held and kept.undos == 100


def test_a_lost_label_a_ghost_and_a_click_stored_twice_are_counted(store: Any) -> None:
    expected = clicked(store, 60)
    lost, other = list(expected.now)[:2]
    store.act(
        read_actions(
            [{"set": SET, "id": name, "class": None, "action": f"00000000-0000-4000-8000-00000000000{k}"} for k, name in enumerate([lost])]
        )
    )
    store.act(read_actions([{"set": SET, "id": "test-1", "class": "house", "action": "00000000-0000-4000-8000-000000000009"}]))
    kept = counted(Standing(store.path.parent), expected, 60, 0, 0)  # type: ignore[arg-type]
    assert (kept.lost, kept.ghosts, kept.twice) == (1, 1, 2) and not kept.held and kept.wrong_undos and other


def test_a_reader_that_falls_and_a_reader_that_writes_outside_are_counted(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fall(_: random.Random) -> None:
        raise KeyError("x")

    def stray(_: random.Random) -> None:
        (clean_folders / "outside").write_bytes(b"12345")

    def refuse(_: random.Random) -> None:
        raise SettingsError("No.")

    monkeypatch.setattr("benchmarks.siege.garbage.small_run", lambda **_: None)
    monkeypatch.setattr("benchmarks.siege.garbage.READERS", {"falls": fall, "strays": stray, "refuses": refuse})
    found = besiege_readers(3, random.Random(0), clean_folders)
    assert found.tracebacks == ["falls: KeyError: 'x'"] and found.outside >= 5 and not found.held
    assert READERS


def test_harm_leaves_something_else() -> None:
    good = bytes(range(256))
    assert sum(harmed(good, random.Random(seed)) != good for seed in range(100)) > 95


def test_files_that_change_keep_their_tokens_and_bytes(tmp_path: Path) -> None:
    found = Files(tmp_path / "mine", random.Random(5))
    ways = {found.change() for _ in range(200)}
    assert ways == {"added", "removed", "restored", "renamed", "moved", "folder renamed", "table written"}
    assert all((found.root / name).read_bytes() == found.content[token] for name, token in found.token_of.items())
    assert found.count() == len(found.token_of) + len(OTHERS) + 1


class Saying:
    """A terminal that sees what it was given."""

    def __init__(self) -> None:
        self.state: dict[str, Any] = {}

    def order(self, do: str) -> dict[str, Any]:
        return {"done": self.state} if do == "state" else {"fault": "KeyError: 'x'"}


def test_what_doesnt_hold_of_a_folder_is_counted_by_its_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.siege.watch.Hand", Saying)
    watch = Watch(random.Random(7), tmp_path)
    file_of = {f"{'test' if k % 5 == 0 else 'train'}-{k}": name for k, name in enumerate(sorted(watch.files.token_of))}
    one, other = list(file_of)[:2]
    side = {
        split: {watch.files.token_of[name] for picture, name in file_of.items() if picture.startswith(split)} for split in ("train", "test")
    }
    twins = watch.files.twins(side["test"], side["train"])
    leaking = [picture for picture, name in file_of.items() if picture.startswith("test") and watch.files.token_of[name] in twins]
    good = {"file_of": file_of, "mark_of": {}, "labels": {}, "away": 0, "rows": watch.files.count(), "classes": {one: "cat"}}
    watch.hand.state = good | {"look": {"leaking": leaking}, "compared": {"classes": {one: "cat"}, "train": 0}}  # type: ignore[attr-defined]
    watch.check()
    assert not watch.faults and leaking and watch.seen == {"look": 1, "comparison": 1} and watch.wall == file_of
    watch.expected.take({"id": str(watch.files.token_of[file_of[one]]), "class": "far"})
    compared = {"classes": {one: "dog"}, "train": 0}
    watch.hand.state |= {"labels": {other: "far"}, "rows": 3, "look": {"leaking": []}, "compared": compared}  # type: ignore[attr-defined]
    watch.check()
    watch.asked("look")
    assert watch.faults == {LOST: 1, GHOSTS: 1, SUMS: 1, STRANGE: 2, ERRORS: 1}


def test_a_siege_goes_on_with_the_row_after_those_that_are_done(
    clean_folders: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    worked: list[str] = []

    def besieged(name: str, _: Any) -> tuple[str, bool]:
        worked.append(name)
        if len(worked) == 3:
            raise KeyboardInterrupt
        return f"| {name} |", True

    monkeypatch.setattr(siege, "besieged", besieged)
    with pytest.raises(KeyboardInterrupt):
        siege.main([])
    assert siege.main([]) == 0
    assert worked == ["worker", "labels", "readings", "readings", "files", "screens", "memory", "tabs"]
    siege.main(["--only", "tabs", "--tabs", "3"])
    assert worked[-1] == "tabs" and len(worked) == 9  # other sizes are another row
    assert "| worker |" in capsys.readouterr().out


def test_the_command_repeats_the_sizes_of_its_rows() -> None:
    asked = siege.parser().parse_args(["--only", "labels", "--labels", "40"])
    assert siege.command(asked) == "python -m benchmarks.siege --labels 40 --server-kills 50 --batch 20 --seed 0 --only labels"


def test_the_slow_end_of_times_is_what_five_of_a_hundred_exceed() -> None:
    assert slow([1.0] * 95 + [9.0] * 5) > 1.0 >= slow([1.0] * 97 + [9.0] * 3)
