"""The command line: `python -m ssl_core --help`, or `selfsight` where it is installed. Flags come from the parts' own settings."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from ssl_core.cli import app, doctor
from ssl_core.system.origin import COMMAND
from ssl_core.system.version import __version__

if TYPE_CHECKING:
    from ssl_core.cli.base import Parser

EARLY = {"app": app.app_command, "doctor": doctor.doctor_command}  # they load nothing else: doctor runs where packages are missing


def selfsight() -> int:
    """The command `selfsight` of an installed program: without a command, or with flags alone, it opens the app."""
    argv = sys.argv[1:]
    opens = not argv or (argv[0].startswith("-") and argv[0] not in ("-h", "--help", "--version"))
    return main(["app", *argv] if opens else argv)


def main(argv: list[str] | None = None) -> int:
    """Exit status 0 done, 1 failed, 2 the request was wrong (one sentence on stderr)."""
    argv = sys.argv[1:] if argv is None else argv
    if argv[:1] and argv[0] in EARLY:
        return EARLY[argv[0]](argv[1:])
    return _command(argv)


def _command(argv: list[str]) -> int:
    from ssl_core.cli import train
    from ssl_core.settings import SettingsError
    from ssl_core.system.disk import disk_in_words
    from ssl_core.system.processes import is_main

    try:
        for word in argv:
            if word.startswith("--") and word.endswith("=--"):  # argparse would make an empty list of it
                raise SettingsError(f"'{word[:-3][:60]}' needs a value. Got '--'.")
        if argv[:1] == ["train"]:
            return train.train_command(argv[1:])
        arguments = _parser().parse_args(argv)
        with disk_in_words():
            return int(arguments.run(arguments))
    except SettingsError as error:
        if is_main():
            print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 1


def _parser() -> Parser:
    from ssl_core.cli import data, evaluate, fetch, fewshot, report, show, train
    from ssl_core.cli.base import Parser

    parser = Parser(prog=COMMAND, description="Selfsight's core: train pretext tasks, show, compare.")
    parser.add_argument("--version", action="version", version=f"selfsight {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser, metavar="COMMAND")
    for kind in (app, train, show, data, evaluate, report, fewshot, fetch, doctor):
        kind.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
