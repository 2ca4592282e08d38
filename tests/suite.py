"""Runs the suite with a browser at hand: first on two workers, then, alone, the tests that measure time.

Called by `python3 start.py test`, which has installed what it needs. Arguments go on to pytest; `-m survey` runs what visits every screen.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_CHROME = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
OWN = "from playwright.sync_api import sync_playwright as start\nwith start() as p: print(p.chromium.executable_path)"
MISSING = """No browser for the tests. Install Chromium (on Debian: apt install chromium) or Google Chrome, or run
  {python} -m playwright install --with-deps chromium
and start again. A Chromium in another place can be named by the variable SSL_CHROMIUM."""
APT = ["apt-get", "install", "-y", "-q", "--no-install-recommends"]
NO_TESTS = 5  # pytest's exit status where no test matched


def answers(path: str | None) -> bool:
    """Whether a browser is there and runs: a name on the PATH can be a stub that only says where to get one."""
    try:
        return bool(path) and subprocess.run([str(path), "--version"], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def playwrights_own() -> str:
    """The path of Playwright's own Chromium, installed or not."""
    return subprocess.run([sys.executable, "-c", OWN], capture_output=True, text=True).stdout.strip()


def present() -> str | None:
    """The first browser that runs: named by SSL_CHROMIUM, on the PATH, Chrome on a Mac, Playwright's own."""
    first = [os.environ.get("SSL_CHROMIUM"), *map(shutil.which, NAMES), MAC_CHROME]
    return next((path for path in first if answers(path)), None) or next(filter(answers, [playwrights_own()]), None)


def ways() -> list[list[list[str]]]:
    """Ways to get a browser, each a list of commands: Playwright's download, then apt where this process may install.

    Debian's headless shell has no window to draw, so that a visit of a page takes three quarters of the time.
    """
    found = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        found.append([["apt-get", "update", "-q"], [*APT, NAMES[0]]])
        found.append([[*APT, NAMES[1]]])
    return found


def find_browser() -> str | None:
    """A browser that runs, fetched if necessary; None where none can be had."""
    browser = present()
    for commands in [] if browser else ways():
        for command in commands:
            print("No browser yet, trying:", " ".join(command), flush=True)
            subprocess.run(command, stdin=subprocess.DEVNULL, timeout=900)
        browser = present()
        if browser:
            break
    return browser


def parts(arguments: list[str]) -> list[list[str]]:
    """The calls of pytest: all but the tests that measure time, then these alone; one call where the caller gives `-m`."""
    pytest = [sys.executable, "-m", "pytest"]
    main = [*pytest, "-n", "2", "--durations=15", "-m", "not timed and not survey", *arguments]
    return [main] if "-m" in arguments else [main, [*pytest, "-n", "0", *arguments, "-m", "timed"]]


def verdict(codes: list[int]) -> int:
    """The exit status of all calls: the highest, where a call without tests counts only if all had none."""
    return max((code for code in codes if code != NO_TESTS), default=NO_TESTS)


def main(arguments: list[str]) -> int:
    """Finds a browser, then runs the suite."""
    browser = find_browser()
    if browser is None:
        print(MISSING.format(python=sys.executable), file=sys.stderr)
        return 1
    environment = {**os.environ, "SSL_CHROMIUM": browser, "OMP_NUM_THREADS": "1", "PYTHONFAULTHANDLER": "1"}
    root = Path(__file__).resolve().parent.parent
    codes = [subprocess.run(part, cwd=root, env=environment, stdin=subprocess.DEVNULL).returncode for part in parts(arguments)]
    return verdict(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
