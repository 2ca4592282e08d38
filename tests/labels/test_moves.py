"""Labels go with their pictures: files come, go, and change halves, and every label stays with its own."""

import os
import sqlite3

import pytest

import ssl_core as core
from ssl_core.labels import log
from ssl_core.labels.exchange import csv_in, csv_out
from ssl_core.labels.log import StoreError
from ssl_core.labels.store import Store
from ssl_core.library import listing as sets_listing
from ssl_core.library.listing import Listing
from ssl_core.reading import files
from tests.help.folders import fill
from tests.help.labelling import click

LETTERS = "abcdefgh"


def listing(names: str, marks: str = "") -> Listing:
    """Files called by the letters of `names`; each has the letter of `marks` at its place for a mark, or none where that is a space."""
    mark_of = {f"train-{i}": mark for i, mark in enumerate(marks) if mark != " "}
    return Listing(f"{names} {marks}", {f"train-{i}": f"{name}.png" for i, name in enumerate(names)}, mark_of)


class Folder:
    """A store, and a set "mine" whose files are the letters of `names`."""

    def __init__(self, path):
        self.names, self.marks = LETTERS, ""
        self.store = Store(path, lambda name: listing(self.names, self.marks) if name == "mine" else None)

    def name(self, *letters, as_=None):
        return self.store.act([click(f"train-{self.names.index(each)}", as_ or each.upper(), "mine") for each in letters])

    def said(self):
        """Class by file, as anybody reads it."""
        of = listing(self.names).file_of
        return {of[picture][0]: name for picture, name in self.store.labels("mine").items()}


@pytest.fixture
def folder(tmp_path):
    made = Folder(tmp_path / "runs" / "labels.sqlite")
    yield made
    made.store.close()


@pytest.mark.parametrize("names", ["Aabcdefgh", "hgfedcba", "bcdefgha", "ab0cdefgh"])
def test_a_label_stays_with_its_file_where_files_come_or_change_places(folder, names):
    folder.name(*"bdf")
    before = folder.store.state("mine")
    folder.names = names
    assert folder.said() == {"b": "B", "d": "D", "f": "F"} and list(folder.said()) == list("bdf")
    after = folder.store.state("mine")
    assert (after.total, after.away) == (3, 0) and after.seq > before.seq  # a browser sees that its own word is old


@pytest.mark.parametrize(
    ("names", "marks", "said"),
    [
        ("aXcdefgh", "ABCDEFGH", {"X": "bee"}),  # renamed since the wall was drawn
        ("Xacdefgh", "BACDEFGH", {"X": "bee"}),  # so that it has another id
        ("acbdefgh", "ABCDEFGH", {"c": "bee"}),  # another file took its name
        ("abcdefgh", "AXCDEFGH", {"b": "bee"}),  # edited: another mark under the same name
    ],
)
def test_a_click_on_a_wall_drawn_earlier_is_about_the_file_that_was_seen(folder, names, marks, said):
    folder.names, folder.marks = names, marks
    folder.store.act([click("train-1", "bee", "mine")._replace(file="b.png", mark="B")])
    assert folder.said() == said


def test_a_click_on_a_file_that_is_gone_waits_for_it_under_any_name(folder):
    folder.names, folder.marks = "acdefgh", "ACDEFGH"
    folder.store.act([click("train-1", "bee", "mine")._replace(file="b.png", mark="B")])
    assert folder.said() == {} and folder.store.state("mine").away == 1
    folder.names, folder.marks = "acdefghy", "ACDEFGHB"
    assert folder.said() == {"y": "bee"}


def test_labels_of_files_that_are_gone_sleep_and_come_back(folder):
    folder.name(*"bdf")
    folder.names = "acefgh"
    state = folder.store.state("mine")
    assert folder.said() == {"f": "F"} and (state.total, state.away) == (1, 2) and list(state.now.values()) == ["F"]
    folder.name("c")
    folder.names = LETTERS
    assert folder.said() == {"b": "B", "d": "D", "f": "F", "c": "C"} and folder.store.state("mine").away == 0


@pytest.mark.parametrize(
    ("names", "marks", "said"),
    [
        ("xacdefgh", "BACDEFGH", {"x": "B", "d": "D", "f": "F"}),  # renamed
        ("adcbefgh", "ABCDEFGH", {"d": "B", "b": "D", "f": "F"}),  # two have changed names
        ("abcdefgh", "AbCDEFGH", {"b": "B", "d": "D", "f": "F"}),  # turned where it stands
        ("abcdefgh", "AxCBEFGH", {"d": "B", "f": "F"}),  # one onto another's name: the other is gone
        ("abcdefgh", "A CDEFGH", {"b": "B", "d": "D", "f": "F"}),  # a copy came, which has the same mark
        ("xacdefgh", " ACDEFGH", {"d": "D", "f": "F"}),  # renamed, and a copy came: nobody knows which it is
    ],
)
def test_a_label_stays_with_its_file_where_it_is_called_otherwise(folder, names, marks, said):
    folder.marks = LETTERS.upper()
    folder.name(*"bdf")
    folder.names, folder.marks = names, marks
    assert folder.said() == said and folder.store.state("mine").away == 3 - len(said)


def test_a_file_that_went_is_known_again_under_another_name(folder):
    folder.marks = LETTERS.upper()
    folder.name("b")
    folder.names, folder.marks = "acdefgh", "ACDEFGH"
    assert folder.store.state("mine").away == 1
    folder.names, folder.marks = "acdefghx", "ACDEFGHB"
    assert folder.said() == {"x": "B"} and folder.store.state("mine").away == 0


def test_two_files_of_one_name_that_went_one_after_the_other_both_sleep(folder):
    folder.marks = LETTERS.upper()
    folder.name("b", "d")
    folder.names, folder.marks = "abcefgh", "ADCEFGH"  # d took the name of b
    assert folder.said() == {"b": "D"}
    folder.names, folder.marks = "acefgh", "ACEFGH"
    assert folder.said() == {} and folder.store.state("mine").away == 2
    folder.names, folder.marks = "acefghxy", "ACEFGHDB"
    assert folder.said() == {"x": "D", "y": "B"}


def test_names_given_while_a_set_can_not_be_listed_stay_with_what_was_seen(folder):
    folder.name("d")
    store, known = folder.store, folder.store._listing
    store._listing = lambda name: None
    store.act([click("train-1", "B", "mine")._replace(file="b.png"), click("train-2", "C", "mine")])
    store._listing = known
    assert folder.said() == {"b": "B", "c": "C", "d": "D"}
    folder.names = "bdacefgh"  # others come to where those stood
    said = folder.said()
    assert (said["b"], said["d"]) == ("B", "D") and len(said) + folder.store.state("mine").away == 3


def test_labels_of_an_earlier_version_learn_their_marks(folder, monkeypatch):
    monkeypatch.setattr(log, "MIGRATIONS", log.MIGRATIONS[:2])
    folder.store.path.parent.mkdir()
    db = sqlite3.connect(folder.store.path, isolation_level=None)
    log.prepare(db, folder.store.path)
    db.executescript(
        """INSERT INTO labels VALUES ('mine', 'train-1', 'B', 1);
        INSERT INTO actions (action, batch, set_name, picture, class, at) VALUES ('1', '1', 'mine', 'train-1', 'B', 0);
        INSERT INTO files VALUES ('mine', 'train-1', 'b.png'); INSERT INTO listings VALUES ('mine', 'before');"""
    )
    db.close()
    monkeypatch.undo()
    folder.marks = LETTERS.upper()
    assert folder.said() == {"b": "B"}
    folder.names, folder.marks = "xacdefgh", "BACDEFGH"
    assert folder.said() == {"x": "B"}


def test_undo_takes_back_what_was_done_to_the_same_file(folder):
    folder.name("b")
    folder.name("d")
    folder.name("b", as_="X")
    folder.names = "Aabcdefgh"
    assert folder.store.undo("mine").now == {"train-2": "B"}
    assert folder.store.undo("mine").undone == "D" and folder.said() == {"b": "B"}
    folder.names = "acd"
    assert folder.store.undo("mine").now == {}  # of a picture that isn't there
    folder.names = LETTERS
    assert folder.said() == {}


def test_a_click_on_a_wall_from_before_a_move_names_what_was_seen(folder):
    seen = [click("train-1", "B", "mine")._replace(file="b.png"), click("train-3", "D", "mine")._replace(file="d.png")]
    folder.names = "Aabcefgh"
    receipt = folder.store.act(seen)
    assert receipt.now == {"train-2": "B"} and (receipt.saved, receipt.total, receipt.away) == (2, 1, 1)
    assert folder.store.act(seen) == receipt  # sent again
    folder.names = LETTERS
    assert folder.said() == {"b": "B", "d": "D"}


def test_a_click_sent_again_after_a_move_counts_once(folder):
    action = click("train-1", "B", "mine")
    folder.store.act([action])
    folder.names = "Aabcdefgh"
    assert folder.store.act([action]).total == 1 and folder.said() == {"b": "B"}


def test_labels_from_before_files_were_noted_are_taken_as_they_stand(folder):
    folder.name(*"bd")
    with sqlite3.connect(folder.store.path) as db:
        db.executescript("DELETE FROM files; DELETE FROM listings")
    db.close()
    assert folder.said() == {"b": "B", "d": "D"}
    folder.names = "Aabcdefgh"
    assert folder.said() == {"b": "B", "d": "D"}


def test_a_move_that_breaks_off_changes_nothing(folder, monkeypatch):
    folder.name(*"bdf")
    folder.names = "Aabcdefgh"
    monkeypatch.setattr("ssl_core.labels.moves.uuid.uuid4", lambda: 1 / 0)  # the last line of a move
    with pytest.raises(ZeroDivisionError):
        folder.store.labels("mine")
    monkeypatch.undo()
    folder.names = LETTERS
    assert folder.said() == {"b": "B", "d": "D", "f": "F"}


def test_where_nothing_can_be_written_moved_labels_are_refused_in_words(folder, monkeypatch):
    folder.name("b")
    folder.store.close()
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert folder.said() == {"b": "B"}
    folder.names = "Aabcdefgh"
    with pytest.raises(StoreError, match="pictures of 'mine' have changed, and labels can't follow"):
        folder.store.labels("mine")


def test_five_thousand_labels_move_at_once(tmp_path):
    names = [f"{i:04}.png" for i in range(5000)]
    held = {"now": names}
    store = Store(tmp_path / "l.sqlite", lambda name: Listing(held["now"][0], {f"train-{i}": each for i, each in enumerate(held["now"])}))
    store.act([click(f"train-{i}", names[i], "mine") for i in range(5000)], together=True)
    held["now"] = ["0.png", *names]
    assert store.labels("mine") == {f"train-{i + 1}": name for i, name in enumerate(names)}
    store.close()


def test_a_folder_of_ones_own_keeps_its_labels_when_a_picture_comes(own_folders):
    photos = fill(own_folders / "photos", [f"pets/{letter}.png" for letter in "bcdefg"])
    mine = core.add_folder("mine", photos)
    data, store = core.open_set(mine, "train"), core.label_store(core.runs_root())
    store.act([click(f"train-{i}", data.file(i), mine) for i in range(len(data))])
    fill(photos, ["AAA.png"])  # beside the only folder: the split is drawn anew
    (photos / data.file(1)).unlink()
    now, state = store.labels(mine), store.state(mine)
    sets = {split: core.open_set(mine, split) for split in ("train", "test")}
    found = {sets[picture.split("-")[0]].file(int(picture.split("-")[1])): name for picture, name in now.items()}
    assert found == {name: name for name in now.values()}
    assert (len(now), state.away) == (len(data) - 1, 1)
    store.close()


def test_files_of_one_time_are_known_by_name(own_folders):
    """As a script unpacks them: their sizes alone would make others of them."""
    photos = fill(own_folders / "photos", [f"{k:02}.png" for k in range(30)])
    for path in photos.iterdir():
        os.utime(path, (0, 0))
    assert sets_listing.listing(core.add_folder("mine", photos)).mark_of == {}
    for k, path in enumerate(sorted(photos.iterdir())):
        os.utime(path, (k, k))
    files.forget()
    assert len(sets_listing.listing("mine").mark_of) == 30


def test_pictures_sorted_into_folders_keep_their_labels(own_folders):
    photos = fill(own_folders / "photos", [f"{letter}.png" for letter in "bcdefg"])
    mine, store = core.add_folder("mine", photos), core.label_store(core.runs_root())
    ids = [(split, i, data.file(i)) for split in ("train", "test") for data in [core.open_set(mine, split)] for i in range(len(data))]
    store.act([click(f"{split}-{i}", file, mine)._replace(file=file) for split, i, file in ids])
    for letter in "bcdefg":
        place = photos / ("early" if letter < "e" else "late") / f"picture {letter}.png"
        place.parent.mkdir(exist_ok=True)
        (photos / f"{letter}.png").rename(place)
    files.forget()
    sets = {split: core.open_set(mine, split) for split in ("train", "test")}
    found = {sets[picture.split("-")[0]].file(int(picture.split("-")[1])): name for picture, name in store.labels(mine).items()}
    assert found == {f"{'early' if name < 'e' else 'late'}/picture {name}": name for name in found.values()} and len(found) == len(ids)
    store.close()


def test_a_table_of_labels_names_files_and_finds_them_again(folder):
    folder.name(*"bd")
    text = csv_out(folder.store, "mine")
    assert text == "id,class,file\ntrain-1,B,b.png\ntrain-3,D,d.png\n"
    folder.store.act([click("train-1", None, "mine"), click("train-3", None, "mine")])
    folder.names = "Aabcefgh"
    taken = csv_in(folder.store, "mine", text)
    assert folder.said() == {"b": "B"} and taken.faults == ["Line 3: there is no file 'd.png' here."]
    assert csv_in(folder.store, "scenes", text).added == 2  # a set without files goes by ids


def test_labels_stay_as_they_are_while_their_folder_is_away(own_folders):
    photos = fill(own_folders / "photos", [f"{letter}.png" for letter in "bcdefg"])
    mine, store = core.add_folder("mine", photos), core.label_store(core.runs_root())
    store.act([click("train-1", "cat", mine)])
    photos.rename(own_folders / "unplugged")
    assert store.labels(mine) == {"train-1": "cat"} and store.state(mine).away == 0
    store.close()


def test_sets_without_files_are_left_as_they_are():
    from ssl_core.library.listing import listing

    assert listing("scenes") is None and listing("digits") is None and listing("nobody") is None and listing("/") is None
