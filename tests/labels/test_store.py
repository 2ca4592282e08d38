"""The label store: what was acknowledged is there, once, in order, whatever happens."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import uuid
from pathlib import Path

import pytest

from ssl_core.labels import log
from ssl_core.labels import store as labels
from ssl_core.labels.log import Action, StoreError
from ssl_core.settings import SettingsError
from tests.help.labelling import click


def test_a_label_is_there_for_another_reader(store, opened):
    receipt = store.act([click("train-3", "bird")])
    assert (receipt.saved, receipt.total, receipt.now) == (1, 1, {"train-3": "bird"})
    assert opened(store.path).labels("scenes") == {"train-3": "bird"}


def test_the_same_action_counts_once(store):
    action = click("train-3", "bird")
    first = store.act([action])
    store.act([click("train-3", "boat")])
    again = store.act([action])
    assert store.labels("scenes") == {"train-3": "boat"}  # a late repeat doesn't bring the old label back
    assert (again.saved, again.total) == (first.saved, first.total)
    assert len(store.history("scenes")) == 2


def test_labels_come_in_the_order_given_and_a_correction_keeps_its_place(store):
    store.act([click("train-9", "bird"), click("train-1", "boat"), click("train-5", "cup")])
    store.act([click("train-9", "fish")])
    assert list(store.labels("scenes").items()) == [("train-9", "fish"), ("train-1", "boat"), ("train-5", "cup")]


def test_null_takes_a_label_away(store):
    store.act([click("train-9", "bird")])
    assert store.act([click("train-9", None)]).total == 0


def test_sets_do_not_mix(store):
    store.act([click("train-1", "bird", "scenes"), click("train-1", "cat", "own")])
    assert store.labels("own") == {"train-1": "cat"}
    assert store.undo("own").total == 0
    assert store.count("scenes") == 1


def test_undo_goes_back_step_by_step_to_nothing(store):
    store.act([click("train-1", "bird")])
    store.act([click("train-2", "cup"), click("train-1", "boat")])
    store.act([click("train-1", None)])
    words = [store.undo("scenes").undone for _ in range(5)]
    assert words == ["clearing boat", "boat instead of bird", "cup", "bird", ""]
    assert store.labels("scenes") == {}


def test_undo_restores_class_and_place(store):
    store.act([click("train-1", "bird"), click("train-2", "cup")])
    store.act([click("train-1", None)])
    store.undo("scenes")
    assert list(store.labels("scenes").items()) == [("train-1", "bird"), ("train-2", "cup")]


def test_an_undo_sent_twice_undoes_once(store):
    store.act([click("train-1", "bird"), click("train-2", "cup")])
    action = str(uuid.uuid4())
    first, again = store.undo("scenes", action), store.undo("scenes", action)
    assert store.labels("scenes") == {"train-1": "bird"}
    assert first.now == again.now == {"train-2": None}


def test_undo_after_undo_and_a_new_label_takes_the_new_one(store):
    store.act([click("train-1", "bird"), click("train-2", "cup")])
    store.undo("scenes")
    store.act([click("train-3", "fish")])
    assert store.state("scenes").next_undo == "fish"
    store.undo("scenes")
    assert store.labels("scenes") == {"train-1": "bird"}


def test_naming_a_picture_the_same_again_needs_no_undo_of_its_own(store):
    store.act([click("train-1", "bird"), click("train-1", "bird")])
    assert store.undo("scenes").total == 0


def test_a_call_is_stored_whole_or_not_at_all(store):
    store.act([click("train-1", "bird")])
    broken = Action("scenes", "train-3", "cup", None)  # no id: the database refuses it
    with pytest.raises(StoreError):
        store.act([click("train-2", "boat"), broken])
    assert store.labels("scenes") == {"train-1": "bird"}


def test_two_hundred_clicks_from_eight_threads_are_two_hundred_labels(store, opened):
    def work(k):
        for i in range(25):
            action = click(f"train-{25 * k + i}", "bird")
            store.act([action])
            store.act([action])

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.count("scenes") == len(store.history("scenes")) == 200


WRITER = """
import sys, uuid
from pathlib import Path
from ssl_core.labels.log import Action
from ssl_core.labels.store import Store
store = Store(Path(sys.argv[1]))
for i in range(100_000):
    store.act([Action("scenes", f"train-{i}", "bird", str(uuid.uuid4()))])
    print(i, flush=True)
"""


def test_a_killed_writer_loses_nothing_it_acknowledged(store):
    command = [sys.executable, "-c", WRITER, str(store.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_here()) as writer:
        for line in writer.stdout:
            if int(line) == 40:
                break
        writer.send_signal(signal.SIGKILL)
        said = [40, *map(int, writer.stdout.read().split())]
    kept = store.labels("scenes")
    assert len(kept) - 1 <= said[-1] + 1  # one more may be on disk than was said
    assert all(f"train-{i}" in kept for i in range(said[-1] + 1))


def _here():
    return {**os.environ, "PYTHONPATH": str(Path(labels.__file__).parents[2])}


def test_every_commit_waits_for_the_disk(store):
    store.act([click("train-1", "bird")])
    assert store._connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    assert store._connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_the_store_loads_no_torch():
    code = "import sys, ssl_core.labels.store, ssl_core.labels.exchange; print('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=_here(), check=True).stdout.strip() == "False"


def test_reading_where_nothing_was_labelled_makes_no_file(store):
    assert store.labels("scenes") == {} and store.count("scenes") == 0 and store.state("scenes").next_undo == ""
    assert not store.path.exists()


def test_a_deleted_file_is_made_anew_and_not_written_into_the_void(store, opened):
    store.act([click("train-1", "bird")])
    for path in store.path.parent.iterdir():
        path.unlink()
    store.act([click("train-2", "cup")])
    assert opened(store.path).labels("scenes") == {"train-2": "cup"}


# What it says where it can't


def test_a_newer_file_is_refused_in_words(store, opened):
    store.act([click("train-1", "bird")])
    store._connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError, match="newer version"):
        opened(store.path).labels("scenes")


def test_an_older_file_is_brought_up_to_date_with_a_copy_beside_it(store, tmp_path, monkeypatch, opened):
    newest = log.MIGRATIONS
    monkeypatch.setattr(log, "MIGRATIONS", newest[:1])
    db = sqlite3.connect(tmp_path / "labels.sqlite", isolation_level=None)
    log.prepare(db, store.path)
    db.execute("INSERT INTO labels VALUES ('scenes', 'train-1', 'bird', 1)")
    db.close()
    monkeypatch.setattr(log, "MIGRATIONS", [*newest, "ALTER TABLE labels ADD COLUMN sure REAL; "])
    store = opened(tmp_path / "labels.sqlite")
    assert store.labels("scenes") == {"train-1": "bird"}
    store.close()
    copy = sqlite3.connect(store.path.with_name("labels.version1.sqlite"))
    assert copy.execute("SELECT picture, class FROM labels").fetchall() == [("train-1", "bird")]
    assert copy.execute("PRAGMA user_version").fetchone() == (1,)
    copy.close()


def test_another_programs_database_is_left_alone(tmp_path, opened):
    path = tmp_path / "labels.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE cakes (name TEXT)")
    other.close()
    with pytest.raises(StoreError, match="another program's file"):
        opened(path).act([click("train-1", "bird")])
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("cakes",)]
    other.close()


def test_a_file_of_rubbish_is_named(tmp_path, opened):
    path = tmp_path / "labels.sqlite"
    path.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="isn't one"):
        opened(path).labels("scenes")


@pytest.mark.parametrize("part", [b"bird", b"set_name", b"CREATE"])
def test_bytes_that_are_no_text_in_the_file_are_said(store, opened, part):
    store.act([click("train-1", "bird")])
    store.close()
    store.path.write_bytes(store.path.read_bytes().replace(part, b"\xe8\xff" * (len(part) // 2)))
    with pytest.raises(StoreError, match="The file of labels|The labels are in|another program's"):
        opened(store.path).labels("scenes")


def test_a_full_disk_is_said_and_keeps_what_was_there(store):
    store.act([click("train-1", "bird")])
    pages = store._connection.execute("PRAGMA page_count").fetchone()[0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="the disk is full"):
        store.act([click(f"train-{i}", "bird" * 10) for i in range(2000)])
    assert store.labels("scenes") == {"train-1": "bird"}


def test_a_file_that_may_only_be_read_is_said(store):
    store.act([click("train-1", "bird")])
    store._connection.execute("PRAGMA query_only = 1")
    with pytest.raises(StoreError, match="read-only"):
        store.act([click("train-2", "bird")])


def test_labels_are_read_where_nothing_can_be_written(store, opened, monkeypatch):
    store.act([click("train-1", "bird")])
    store.close()
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    before = sorted(path.name for path in store.path.parent.iterdir())
    assert opened(store.path).labels("scenes") == {"train-1": "bird"}
    assert sorted(path.name for path in store.path.parent.iterdir()) == before
    monkeypatch.setattr(log, "MIGRATIONS", [*log.MIGRATIONS, "ALTER TABLE labels ADD COLUMN sure REAL; "])
    with pytest.raises(StoreError, match="an earlier version's, and the folder can't be written"):
        opened(store.path).labels("scenes")


def test_an_undo_in_one_tab_takes_back_what_the_other_did_last_and_says_it(store, opened):
    other = opened(store.path)
    store.act([click("train-1", "bird")])
    other.act([click("train-1", "boat"), click("train-2", "cup")])
    assert [store.undo("scenes").undone, other.undo("scenes").undone, store.undo("scenes").undone] == [
        "cup",
        "boat instead of bird",
        "bird",
    ]
    assert store.labels("scenes") == other.labels("scenes") == {}


def test_a_place_that_is_no_folder_is_said(tmp_path, opened):
    (tmp_path / "runs").write_text("a file")
    with pytest.raises(StoreError, match="Labels can't be kept in .*runs"):
        opened(tmp_path / "runs" / "labels.sqlite").act([click("train-1", "bird")])


# Own classes


def test_own_classes_are_kept_in_order(store, opened):
    store.set_classes("own", ["  cat ", "sea\tlion"])
    assert opened(store.path).classes("own") == ("cat", "sea lion")


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (["cat"], "2 to 10"),
        ([str(k) for k in range(11)], "2 to 10"),
        (["cat", "cat"], "Two classes"),
        (["cat", " "], "1 to 40"),
        (["cat", "x" * 41], "1 to 40"),
        (["cat", "a\x00b"], "1 to 40"),
    ],
)
def test_classes_that_can_not_be_are_refused_in_words(store, names, words):
    with pytest.raises(SettingsError, match=words):
        store.set_classes("own", names)
    assert store.classes("own") == ()


def test_a_class_with_labels_does_not_go(store):
    store.set_classes("own", ["cat", "dog"])
    store.act([click("train-1", "cat", "own")])
    with pytest.raises(SettingsError, match="'cat' still has labels"):
        store.set_classes("own", ["dog", "fish"])
    assert store.set_classes("own", ["fish", "cat"]) == ("fish", "cat")
