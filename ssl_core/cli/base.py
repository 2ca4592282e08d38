"""What every command shares: adding it to the parser, errors as one sentence, the answer as the last line."""

from __future__ import annotations

import argparse
import json
import re
import shlex
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from ssl_core.jobs.status import Status, far
from ssl_core.settings import SettingsError
from ssl_core.system.processes import is_main


class Parser(argparse.ArgumentParser):
    """Raises what is wrong as a SettingsError of one sentence, instead of printing the usage."""

    late: Callable[[Parser], None] | None = None  # adds flags once this command is the one asked for: those of parts, which load torch

    def parse_known_args(self, *args: Any, **kwargs: Any) -> Any:
        """As argparse's, with the late flags."""
        if self.late is not None:
            late, self.late = self.late, None
            late(self)
        return super().parse_known_args(*args, **kwargs)

    def error(self, message: str) -> NoReturn:
        message = re.sub(r"(\S{60})\S+", r"\1…", message)  # a very long argument, repeated whole, would hide the sentence
        raise SettingsError(f"{message[:1].upper()}{message[1:]}. See '{self.prog} --help'.")


if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[Parser]  # argparse has no public name for the type


def add(commands: Commands, name: str, help_text: str, function: Callable[[argparse.Namespace], int]) -> Parser:
    """Adds a command with the flag --json; `function` takes the parsed arguments and returns the exit status."""
    parser: Parser = commands.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=function)
    return parser


def say(answer: object, as_json: bool, words: str) -> None:
    """The answer as the last line: JSON for programs, words for people."""
    if is_main():
        print(json.dumps(answer) if as_json else words, flush=True)


def worked(folder: Path) -> Status:
    """Works a job in this process, with progress on stderr; its status at the end. A finished job isn't worked again."""
    from ssl_core.jobs.worker import work

    return work(folder, lambda status: print(f"{status.state}: {far(status)}", file=sys.stderr))


def dataset_named(dataset: str | None) -> str | None:
    """The name of a data set that was given by name or as a folder."""
    from ssl_core.library import browse

    if dataset is None:
        return None
    say_doubts(dataset)
    return browse.known_as(dataset)


def say_doubts(name: str) -> None:
    """Says in one line on stderr which of two readings of a folder was taken, where both fit."""
    from ssl_core.library.names import find
    from ssl_core.reading import files

    path = find(name).path
    account = files.index(path).account if path else None
    doubts = [remark.words for remark in account.remarks if remark.asks] if account else []
    if doubts and is_main():
        print(f"{name}: {' '.join(doubts)} ('data {shlex.quote(name)} --account' says the flags for another reading.)", file=sys.stderr)
