"""Processor seconds of a folder of 100,000 files: its account, the screen Pictures, and the dialog that reads it in another way.

`python -m benchmarks.reread` prints a line for each step, without a server and without a browser.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from unittest.mock import patch

from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

import ssl_core as core
from ssl_core.reading import files, found_files, splits
from tests.help.trees import PNG

ROOT = Path(__file__).resolve().parent.parent
CLASSES, TRAIN, TEST = 100, 900, 100  # folders of classes, and files in each for either part
NAME = "large"
DIALOG = f"from pages._kit.data import otherwise\notherwise.form({NAME!r})"  # a page of its own: without a browser a dialog closes
LATER = 2.5  # seconds after which a listing is looked at again


class Clock:
    """The clock of cached listings, put forward in place of a pause."""

    def __init__(self) -> None:
        self.ahead = 0.0  # seconds

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead

    def time(self) -> float:
        return time.time() + self.ahead


def steps(part: float = 1.0) -> dict[str, float]:
    """Processor seconds of each step, in the order in which a visitor takes them."""
    taken: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder, _own(Path(folder)) as clock:
        place = plant(Path(folder) / "data" / NAME, part)
        taken["the account, listed anew"] = _cpu(lambda: files.fresh_index(place))
        page = AppTest.from_file(ROOT / "pages" / "data.py", default_timeout=300)
        page.query_params["dataset"] = NAME
        taken["the screen, first"] = _cpu(page.run)
        taken["the screen again"] = _cpu(page.run)
        clock.ahead += LATER
        taken["the screen again, a while later"] = _cpu(page.run)
        dialog = AppTest.from_string(DIALOG, default_timeout=300)
        taken["the dialog opens"] = _cpu(dialog.run)
        taken["the dialog again"] = _cpu(dialog.run)
        clock.ahead += LATER
        taken["the dialog again, a while later"] = _cpu(dialog.run)
        taken["a choice"] = _cpu(dialog.selectbox(key="otherwise-classes").set_value("none").run)
        taken["another choice"] = _cpu(dialog.multiselect(key="otherwise-test").set_value(["train"]).run)
        taken["back to the first choice"] = _cpu(dialog.multiselect(key="otherwise-test").set_value(["test"]).run)
        taken["read it like this"] = _cpu(dialog.button(key="read-like-this").click().run)
        taken["the screen after that"] = _cpu(page.run)
        taken["the screen after that again"] = _cpu(page.run)
        assert not page.exception and not dialog.exception and core.reading_of(NAME).choice != core.Choice()
    return taken


def slowest_in_the_dialog(part: float = 1.0) -> float:
    """Processor seconds of the slowest step from the dialog's opening to the screen that shows the choice."""
    taken = steps(part)
    return max(taken[step] for step in [*taken][4:])


def plant(root: Path, part: float = 1.0) -> Path:
    """A folder of train and test with CLASSES folders each: links to one picture, at `part` of the size."""
    for split, count in (("train", TRAIN), ("test", TEST)):
        for k in range(CLASSES):
            folder = root / split / f"c{k}"
            folder.mkdir(parents=True)
            first = folder / "0.png"
            first.write_bytes(PNG)
            for n in range(1, max(2, round(count * part))):
                os.link(first, folder / f"{n}.png")
    return root


@contextmanager
def _own(home: Path) -> Iterator[Clock]:
    """Folders of this measurement alone, and the clock of their listings; Streamlit looks for components once, as a server does."""
    clock = Clock()
    folders = {f"SSL_{name}": str(home / name.lower()) for name in ("RUNS", "CACHE", "DATA")}
    scan = cache(manifest_scanner.scan_component_manifests)
    with ExitStack() as patched:
        patched.enter_context(patch.dict(os.environ, folders))
        patched.enter_context(patch.object(manifest_scanner, "scan_component_manifests", scan))
        for module in (files, found_files, splits):
            patched.enter_context(patch.object(module, "time", clock))
        yield clock


def _cpu(work: Callable[[], object]) -> float:
    """Processor seconds of this process, all threads together."""
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> None:
    """Prints each step; an argument is the share of the 100,000 files."""
    for what, seconds in steps(float(sys.argv[1]) if len(sys.argv) > 1 else 1.0).items():
        print(f"{seconds:6.2f} s  {what}")


if __name__ == "__main__":
    main()
