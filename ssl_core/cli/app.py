"""The command app, which `selfsight` alone stands for: starts the server of the screens."""

from __future__ import annotations

import os
import runpy
import sys
from typing import TYPE_CHECKING

from ssl_core.system.origin import CHECKOUT, COMMAND, TREE

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands

ABOUT = "open the app: prints its address for a browser"


def add_commands(commands: Commands) -> None:
    """Adds app, for the list of commands; `app_command` reads its flags."""
    commands.add_parser("app", help=ABOUT, add_help=False)


def app_command(argv: list[str]) -> int:
    """Replaces this process by the app's, so that Ctrl+C and signals reach it. Flags are those of start.py, which lies beside app.py."""
    launcher = runpy.run_path(str(TREE / "start.py"))  # a file of no package, since it also runs where nothing is installed yet
    if not (refused := launcher["refusal"]()):
        flags = launcher["app_flags"](argv, f"{COMMAND} app" if CHECKOUT else COMMAND, f"{ABOUT[:1].upper()}{ABOUT[1:]}.")
        # -P: no code of the working folder. Streamlit puts the folder of app.py first, where `pages` lies
        os.execv(sys.executable, [sys.executable, "-P", "-m", "streamlit", "run", str(TREE / "app.py"), *flags])
    print(refused, file=sys.stderr)
    return 1
