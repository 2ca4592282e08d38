"""What every command shares: how it is added, how it says what is wrong, how it answers."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from ssl_core import jobs
from ssl_core.settings import SettingsError


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence, and ends with 2."""

    def error(self, message: str) -> NoReturn:
        message = re.sub(r"(\S{60})\S+", r"\1…", message)  # a word that was given whole would bury the sentence
        raise SettingsError(f"{message[:1].upper()}{message[1:]}. See '{self.prog} --help'.")


def add(commands: Any, name: str, help_text: str, function: Callable[[Any], int]) -> argparse.ArgumentParser:
    """A command with its flag --json."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    parser.set_defaults(run=function)
    return parser


def say(answer: Any, as_json: bool, words: str) -> None:
    """The answer as the last line: JSON for programs, words for people."""
    if jobs.leads():
        print(json.dumps(answer) if as_json else words, flush=True)
