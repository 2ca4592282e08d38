"""The account of a data set, how a person chose it to be read, and what another reading would change. No torch."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from ssl_core.library.changes import Change
from ssl_core.library.look import leaks_of_index
from ssl_core.library.names import find
from ssl_core.reading import chosen, files
from ssl_core.reading.account import Account, Choice, Remark
from ssl_core.reading.chosen import Apart
from ssl_core.reading.index import Index
from ssl_core.settings import SettingsError
from ssl_core.system.memory import Kept

ANSWERED = 50  # answers that are kept of a set
ASKED = ({"classes"}, {"train", "validation", "test", "unlabelled"}, {"split", "file"}, {"group"}, {"masks"}, {"merged"})

_offered: Kept[str, Account] = Kept(16)


class Reading(NamedTuple):
    """How the pictures of a folder or an archive are read."""

    account: Account | None  # None: the first reading, from before folders had accounts
    choice: Choice  # only what a person said
    offered: Account | None  # the account that a set with the first reading would get, None where it has one
    answered: tuple[str, ...] = ()  # questions that were answered, or stood beside one that was
    files: str = ""  # digest of the files that are read
    pictures: int = 0  # that are learnt from or measured with
    aside: int = 0  # test pictures that are left out since they leak
    undoable: bool = False  # whether `undo_choice` brings an earlier choice or answer back

    @property
    def questions(self) -> tuple[Remark, ...]:
        """The question on two readings that fit, as long as nobody said which is meant: to be answered before anything is measured.

        There is one at most, on classes before parts, groups and masks: the others are remarks, each with its other reading. A remark that
        offers no other reading is asked alone: beside others it says only what they ask about.
        """
        remarks = [remark for remark in self.account.remarks if remark.asks] if self.account else []
        offering = [remark for remark in remarks if remark.other]
        asked = [each for each in offering or remarks if each.words not in self.answered and not self._said(each)]
        return tuple(sorted(asked, key=_first_asked)[:1])

    def _said(self, remark: Remark) -> bool:
        """Whether a person's choice decides already what a remark asks about."""
        said = self.choice.plain()
        keys = {f"merged {name}" for name in remark.other.get("merged", {})} | (remark.other.keys() - {"merged"})
        return bool(keys) and keys <= said.keys() | {f"merged {name}" for name in self.choice.merged}


def _first_asked(remark: Remark) -> int:
    """The place of a question among others, by what its other reading changes most."""
    places = [place for place, keys in enumerate(ASKED) if remark.other.keys() & keys]
    return min(places, default=len(ASKED))


def reading_of(name: str) -> Reading:
    """How a data set is read, by its name or the path of a folder.

    Raises:
        SettingsError: there is no such set, it can't be opened, or it is built in and has no folder.
    """
    path = set_path(name)
    index, kept = files.index(path), chosen.chosen(path)
    offered = None if index.account else _offered.get(f"{path} {index.digests} {kept.choice}", lambda: _account(path, kept.choice))
    pictures, undoable = len(index.train) + len(index.test), kept.before is not None
    return Reading(index.account, kept.choice, offered, kept.answered, index.files_digest, pictures, len(index.aside), undoable)


def _account(path: Path, choice: Choice) -> Account:
    account = files.previewed(path, choice).account
    assert account is not None  # the second reading always has one
    return account


def choose(name: str, choice: Choice, answers: bool = True) -> Choice:
    """Keeps how a data set is to be read, after trying it. Returns the choice before, with which `choose` undoes this one.

    answers: whether questions that were answered by "as it is" stay answered.

    Raises:
        SettingsError: the choice names a folder or a column that isn't there, or leaves no picture; or test pictures that leak are to be
            left out, and the pictures weren't looked at.
    """
    path = set_path(name)
    index, apart = _tried(name, path, choice)
    if not index.train and not index.test:
        raise SettingsError(f"This choice leaves no picture of '{name[:60]}' to learn from or to test. {_words(index)}")
    if not index.test and index.aside:
        raise SettingsError(f"Every test picture of '{name[:60]}' can be found in training too, so none is left to measure with.")
    before = chosen.keep_choice(path, choice, apart=apart, answered=_answered_by(path, choice) if answers else ())
    if choice == Choice():  # read as its files say, which may be as in the first reading
        files.forget()
    else:
        files.adopt(path, index)
    return before.choice


def answer_as_is(name: str, question: str) -> None:
    """Keeps that a question about a data set was answered by "as it is": the set is read as before, and the question isn't asked again."""
    path = set_path(name)
    kept = chosen.chosen(path)
    chosen.keep_choice(path, kept.choice, apart=kept.apart, answered=_answered(path, question))
    files.forget()


def _answered_by(path: Path, choice: Choice) -> tuple[str, ...]:
    """The answers about a set once a choice is kept; to leave out what leaks answers no question."""
    known = chosen.chosen(path)
    return known.answered if known.choice.with_(apart=choice.apart) == choice else _answered(path)


def _answered(path: Path, *questions: str) -> tuple[str, ...]:
    """The answers about a set, with those just given; what stood beside the question as a remark is no question afterwards."""
    try:
        account = files.index(path).account
    except SettingsError:  # the kept choice doesn't fit any more
        account = None
    beside = [remark.words for remark in account.remarks if remark.asks and remark.other] if account else []
    return tuple(dict.fromkeys([*chosen.chosen(path).answered, *questions, *beside]))[-ANSWERED:]


def accept(name: str) -> None:
    """Gives a set with the first reading the reading that has an account."""
    path = set_path(name)
    kept = chosen.chosen(path)
    chosen.keep_choice(path, kept.choice, apart=kept.apart, answered=kept.answered)
    files.forget()


def keep_first(name: str) -> None:
    """Gives a set the first reading, as folders were read before they had accounts: the way back from `accept`."""
    path = set_path(name)
    chosen.keep_choice(path, Choice(), version=1)
    files.forget()


def undo_choice(name: str) -> None:
    """Takes the last choice or answer about a data set back, after a restart too: one step. Without one nothing happens.

    Raises:
        SettingsError: what was chosen before names a folder or a column that isn't there any more.
    """
    path = set_path(name)
    before = chosen.chosen(path).before
    if before is not None and before.version != 1:
        files.previewed(path, before.choice, apart=before.apart)
    chosen.undo(path)
    files.forget()


def is_chosen(name: str) -> bool:
    """Whether a person chose how a data set is read; the set itself isn't opened, which the choice may prevent."""
    path = find(name).path
    try:
        return path is not None and chosen.chosen(path).choice != Choice()
    except SettingsError:  # a choice that nobody understands
        return True


def change(name: str, choice: Choice) -> Change:
    """What a choice would change; nothing is kept. Raises SettingsError as `choose`."""
    return Change.between(files.index(set_path(name)), tried(name, choice))


def tried(name: str, choice: Choice) -> Index:
    """The index that a choice would give; nothing is kept. Raises SettingsError as `choose`."""
    return _tried(name, set_path(name), choice)[0]


def _tried(name: str, path: Path, choice: Choice) -> tuple[Index, Apart | None]:
    """The index that a choice would give, and the test pictures that it leaves out since they leak."""
    if not choice.apart:
        return _as_it_is(path, choice) or files.previewed(path, choice), None
    whole = files.previewed(path, choice.with_(apart=False))
    apart = Apart(whole.sides_digest, tuple(whole.wrapping + leak.test for leak in leaks_of_index(name, whole).found))
    return files.previewed(path, choice, apart=apart), apart


def _as_it_is(path: Path, choice: Choice) -> Index | None:
    """The index of today, where that is what a choice gives."""
    try:
        index = files.index(path) if chosen.chosen(path).choice == choice else None
    except SettingsError:  # the kept choice doesn't fit any more
        return None
    return index if index is not None and index.account is not None else None


def set_path(name: str) -> Path:
    """The folder or archive of a data set. Raises SettingsError for a built-in set."""
    found = find(name)
    if found.path is None:
        raise SettingsError(f"'{name[:60]}' is built in: only folders and archives can be read in another way.")
    return found.path


def _words(index: Index) -> str:
    return index.account.words if index.account else ""
