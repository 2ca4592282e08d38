"""Pictures of every screen, light and dark: `python -m benchmarks.screens --out docs/screens`.

Starts the app on a free port (or looks at the one at --address), opens each address at 1280 x 720 and saves <screen>_<mode>.png.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.suite import present

ROOT = Path(__file__).resolve().parent.parent
PLACES = ("", "data", "pretext", "train", "runs", "predictions", "attention", "map", "benchmark", "fewshot")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]  # no screen of ours draws by WebGL
READY = "[data-testid=stApp][data-test-script-state=notRunning]"
PATIENCE = 90.0  # seconds that the app may take to answer
WHOLE = "() => !document.querySelector('[data-testid=stSkeleton]') && [...document.images].every(image => image.complete)"
STILL = 1500  # milliseconds for charts, after everything has arrived


def main() -> None:
    """Takes the pictures that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "screens")
    parser.add_argument("--address", help="of an app that runs already")
    parser.add_argument("--only", nargs="*", default=list(PLACES), help="names of screens; home is ''")
    parser.add_argument("--query", default="", help="added to each address: run=rotation-1")
    parser.add_argument("--modes", nargs="*", default=["light", "dark"])
    parser.add_argument("--size", default="1280x720")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    with contextlib.nullcontext(asked.address) if asked.address else app() as address, sync_playwright() as player:
        browser = player.chromium.launch(executable_path=present(), args=FLAGS)
        width, height = (int(side) for side in asked.size.split("x"))
        for mode in asked.modes:
            page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=mode).new_page()
            for place in asked.only:
                shoot(page, f"{address}/{place}?{asked.query}", asked.out / f"{place or 'home'}_{mode}.png")
        browser.close()


def shoot(page: Page, address: str, file: Path) -> None:
    """Opens one address, waits until no request is open, saves its picture."""
    began = time.monotonic()
    page.goto(address, timeout=1000 * PATIENCE)
    page.locator("h1").first.wait_for(timeout=1000 * PATIENCE)
    with contextlib.suppress(Exception):  # a screen that refreshes itself never goes idle: its picture is taken after the time-out
        page.wait_for_selector(READY, timeout=20_000)
        page.wait_for_function(WHOLE, timeout=20_000)
    page.wait_for_timeout(STILL)
    page.screenshot(path=file)
    print(f"{file} after {time.monotonic() - began:.1f} s")


@contextlib.contextmanager
def app(root: Path = ROOT, environment: Mapping[str, str] = os.environ) -> Iterator[str]:
    """The app of a checkout on a free port, ended afterwards; its address."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    server = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(f"{address}/api/health")
        yield address
    finally:
        server.terminate()
        server.wait(20)


def wait_for(address: str) -> None:
    """Returns as soon as the address answers."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(address, timeout=5):
            return
        time.sleep(0.3)
    raise SystemExit(f"{address} didn't answer within {PATIENCE:.0f} s.")


if __name__ == "__main__":
    main()
