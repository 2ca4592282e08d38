"""The command line: `python -m ssl_core --help`. Flags come from the parts' own settings."""

from __future__ import annotations

import sys

from ssl_core.cli import data, evaluate, fetch, fewshot, show, train
from ssl_core.cli.base import Parser
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words
from ssl_core.system.processes import is_main
from ssl_core.system.version import __version__


def main(argv: list[str] | None = None) -> int:
    """Exit status 0 done, 1 failed, 2 the request was wrong (one sentence on stderr)."""
    argv = sys.argv[1:] if argv is None else argv
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
    parser = Parser(prog="python -m ssl_core", description="Selfsight's core: train pretext tasks, show, compare.")
    parser.add_argument("--version", action="version", version=f"selfsight {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, parser_class=Parser, metavar="COMMAND")
    for kind in (train, show, data, evaluate, fewshot, fetch):
        kind.add_commands(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
