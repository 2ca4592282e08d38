"""Builds the wheel: beside `ssl_core` a folder `selfsight` with the app's files. What else there is to say stands in pyproject.toml."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

CARRIED = ("start.py", "app.py", "pages", "assets", "docs/results.csv", ".streamlit/config.toml")
INTO = "selfsight"  # not an importable package: app.py finds `pages` beside itself, and no other program meets it


def carried() -> list[Path]:
    """The app's files, as paths in the checkout."""
    found = [file for name in CARRIED for file in (Path(name), *sorted(Path(name).rglob("*")))]
    return [file for file in found if file.is_file() and "__pycache__" not in file.parts and file.name != ".DS_Store"]


class WithApp(build_py):
    """Copies the app's files too. A checkout installed in place (`pip install -e .`) has them already."""

    def run(self) -> None:
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)  # an earlier build may have left files that are gone since
        super().run()
        for file in [] if self.editable_mode else carried():
            target = Path(self.build_lib, INTO, file)
            self.mkpath(str(target.parent))
            self.copy_file(str(file), str(target))

    def get_source_files(self) -> list[str]:
        """What a source distribution must hold."""
        return [*super().get_source_files(), *map(str, carried())]


setup(cmdclass={"build_py": WithApp})
