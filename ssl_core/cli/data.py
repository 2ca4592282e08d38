"""The command data: the account of a data set, how a person chooses it to be read, and its pictures, decoded."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import TYPE_CHECKING, Any

from ssl_core.cli.base import add, say, worked
from ssl_core.settings import SettingsError

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands
    from ssl_core.library.accounts import Reading

FOLDERS = {
    "train": "folders to learn from, separated by commas",
    "validation": "folders for validation",
    "test": "folders to test with",
    "unlabelled": "folders to learn from without classes",
    "masks": "folders or endings (_mask) of masks",
}
COLUMNS = {
    "classes": ("folders|folders:LEVEL|folders:path|names|names:FIELD|none|TABLE:COLUMN", "what names classes"),
    "file": ("TABLE:COLUMN", "the column that names files"),
    "split": ("none|TABLE:COLUMN", "the column that says the split; none: a split of Selfsight's own"),
    "group": ("names|names:FIELD|folders:LEVEL|none|TABLE:COLUMN", "what must stay on one side of a split of Selfsight's own"),
}


def add_commands(commands: Commands) -> None:
    """Adds data."""
    data = add(commands, "data", "what a data set holds and how it is understood; decodes it", _data)
    data.add_argument("name", metavar="NAME|FOLDER")
    data.add_argument("--image-size", type=int, default=32)
    data.add_argument("--account", action="store_true", help="end after the account, before any picture is opened")
    data.add_argument(
        "--look", action="store_true", help="open every picture once: duplicates, sizes, colours, what leaks from test to training"
    )
    chosen = data.add_argument_group("how the folder is read", "kept under the runs, never in the folder; '--forget' takes it back")
    for name, words in FOLDERS.items():
        chosen.add_argument(f"--{name}", metavar="FOLDER,…", help=words)
    for name, (kind, words) in COLUMNS.items():
        chosen.add_argument(f"--{name}", metavar=kind, help=words)
    chosen.add_argument("--fix", metavar="FILE=CLASS", action="append", help="give one picture another class; FILE= leaves it unlabelled")
    chosen.add_argument("--merge", metavar="OLD=NEW", action="append", help="call a class by another's name; OLD= leaves it unlabelled")
    chosen.add_argument("--apart", action="store_true", help="leave out test pictures that leak from training, as --look found them")
    chosen.add_argument("--undo", action="store_true", help="take the last choice or answer back, one step")
    chosen.add_argument("--forget", action="store_true", help="read the folder as its files say")
    chosen.add_argument("--accept", action="store_true", help="give a set that was used before the reading with an account")
    chosen.add_argument("--first", action="store_true", help="go back to the reading from before folders had accounts")


def _data(arguments: argparse.Namespace) -> int:
    from ssl_core.library.browse import remarks
    from ssl_core.library.names import find
    from ssl_core.library.sets import PictureSet

    arguments.name = find(arguments.name).name
    answer: dict[str, Any] = {"name": arguments.name, "note": unpack_set_now(arguments.name)}
    answer |= _chosen(arguments)
    lines = _account_lines(answer)
    if arguments.account:
        say(answer, arguments.json, "\n".join(lines or [f"{arguments.name} is built in."]))
        return 0
    if lines:
        print("\n".join(lines), file=sys.stderr if arguments.json else sys.stdout, flush=True)
    for split in ("train", "test"):
        pictures = PictureSet(arguments.name, split, arguments.image_size)
        classes = pictures.open().info.classes
        decoded = pictures.decoded(_count)
        answer[split] = {"samples": len(decoded), "skipped": decoded.skipped}
        answer["classes"] = list(classes)
    answer["table"] = remarks(arguments.name)
    words = f"{arguments.name}: {answer['train']['samples']} + {answer['test']['samples']} pictures, {len(answer['classes'])} classes"
    words = f"{words}. {answer['note']}".removesuffix(". ")
    if arguments.look:
        answer["look"] = _looked(arguments.name)
        words = f"{words}. {answer['look']['words']}"
    amiss = [*answer["train"]["skipped"], *answer["test"]["skipped"], *answer["table"]]
    say(answer, arguments.json, "\n".join([words, *(f"  {file}: it {reason}" for file, reason in amiss)]))
    return 0


def _chosen(arguments: argparse.Namespace) -> dict[str, Any]:
    """Keeps what the flags say of the reading; the account as JSON, {} for a set that is built in."""
    from ssl_core.labels.readings import effect_of
    from ssl_core.library import accounts
    from ssl_core.library.names import find
    from ssl_core.reading.account import Choice

    said = _choice(arguments)
    _check_together(arguments, said)
    if find(arguments.name).path is None:
        if said or arguments.forget or arguments.accept or arguments.first or arguments.undo:
            accounts.set_path(arguments.name)  # raises
        return {}
    found = accounts.reading_of(arguments.name)
    if arguments.first:
        accounts.keep_first(arguments.name)
    elif arguments.undo:
        accounts.undo_choice(arguments.name)
    elif said or arguments.accept or (arguments.forget and found.account):
        choice = Choice.read({**({} if arguments.forget else found.choice.plain()), **said})
        print(f"{arguments.name}: {effect_of(arguments.name, choice).words()}", file=sys.stderr)
        accounts.choose(arguments.name, choice, answers=not arguments.forget)
    return _answer(accounts.reading_of(arguments.name))


def _check_together(arguments: argparse.Namespace, said: dict[str, Any]) -> None:
    """Refuses flags that contradict each other."""
    alone = [f"--{flag}" for flag in ("first", "undo", "accept", *(["forget"] if arguments.undo else [])) if getattr(arguments, flag)]
    if alone and alone[0] in ("--first", "--undo") and (said or len(alone) > 1):
        other = alone[1] if len(alone) > 1 else f"--{'merge' if 'merged' in said else next(iter(said))}"
        raise SettingsError(f"'{alone[0]}' must be the only flag on how '{arguments.name[:60]}' is read. Got {other} too: leave one out.")


def _choice(arguments: argparse.Namespace) -> dict[str, Any]:
    """The fields of a Choice that the flags say, as JSON."""
    said: dict[str, Any] = {
        name: [part for part in getattr(arguments, name).split(",") if part] for name in FOLDERS if getattr(arguments, name) is not None
    }
    said |= {name: getattr(arguments, name) for name in COLUMNS if getattr(arguments, name) is not None}
    for key, flag, form in (("merged", "merge", "OLD=NEW, two names of classes"), ("fixed", "fix", "FILE=CLASS")):
        if given := getattr(arguments, flag):
            pairs = [text.rpartition("=") if flag == "fix" else text.partition("=") for text in given]
            if wrong := next((text for text, (_, sign, _) in zip(given, pairs, strict=True) if not sign), None):
                raise SettingsError(f"'--{flag}' must be {form}. Got '{wrong[:60]}'.")
            said[key] = {old: new for old, _, new in pairs}
    return said | ({"apart": True} if arguments.apart else {})


def _answer(found: Reading) -> dict[str, Any]:
    account = found.account or found.offered
    said: dict[str, Any] = {"choice": found.choice.plain(), "reading": 2 if found.account else 1}
    if account is None:
        return said
    remarks = [{"words": remark.words, "asks": remark.asks, "other": remark.other} for remark in account.remarks]
    rows = [row._asdict() for row in account.rows]
    return {**said, "account": rows, "words": account.words, "understood": account.assumed, "remarks": remarks}


def _account_lines(answer: dict[str, Any]) -> list[str]:
    """The account for people: the paragraph, and each remark with the flags of the other reading."""
    if "words" not in answer:
        return []
    first = "It was used before and keeps its first reading; with --accept it would be read so: " if answer["reading"] == 1 else ""
    return [
        f"{answer['name']}: {first}{answer['words']}",
        *(f"  {remark['words']}{flags_of(remark['other'])}" for remark in answer["remarks"]),
    ]


def flags_of(other: dict[str, Any]) -> str:
    """The flags that choose the other reading of a remark, "" where there is none."""
    lists = {
        name: ",".join(value) if isinstance(value, list | tuple) else value
        for name, value in other.items()
        if name not in ("merged", "fixed")
    }
    flags = [f"--{name}" if value is True else f"--{name} {shlex.quote(str(value))}" for name, value in lists.items()]
    flags += [f"--merge {shlex.quote(f'{old}={new}')}" for old, new in other.get("merged", {}).items()]
    return f" Otherwise: {' '.join(flags)}" if flags else ""


def _looked(name: str) -> dict[str, Any]:
    """What the pixels of a set tell, by a job worked in this process where it isn't done yet."""
    from ssl_core.library import look

    status = worked(look.ask_look(name))
    seen, leaks = look.look(name), look.leaks(name)
    if seen is None or leaks is None:
        raise SettingsError(status.reason or f"Looking at the pictures of '{name[:60]}' was {status.state}. Ask for it again.")
    leaking = {"words": leaks.words(), "tested": leaks.tested, "found": [leak._asdict() for leak in leaks.found]}
    return {**seen._asdict(), "words": f"{seen.words()} {leaks.words()}", "leaks": leaking}


def unpack_set_now(name: str) -> str:
    """Unpacks a set's archives that aren't unpacked yet, with progress on stderr; a note on the set, "" where there is none."""
    from ssl_core.library.browse import unpack_set

    told = -1

    def report(done: int, of: int) -> None:
        nonlocal told
        if of > 10**7 and 10 * done // of > told:
            told = 10 * done // of
            print(f"unpacking {done / 1e6:,.0f} of {of / 1e6:,.0f} MB", file=sys.stderr)

    return unpack_set(name, report)


def _count(done: int, of: int) -> None:
    print(f"reading pictures {done} of {of}", file=sys.stderr)
