"""The tree of the program, a line a file, from the first line of each docstring: `python -m benchmarks.structure`."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("pages", "ssl_core", "benchmarks")
COLUMN = 27  # where the words begin


def first_line(path: Path) -> str:
    """The first line of a module's docstring, without its full stop; "" where it has none."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0].removesuffix(".")


def tree(folder: Path, depth: int = 0) -> list[str]:
    """Lines of a folder: its name, its Python files, then the folders below it."""
    lead = "  " * depth
    door = folder / "__init__.py"
    lines = [f"{lead}{folder.name + '/':<{COLUMN - 2 * depth}} {first_line(door) if door.exists() else ''}".rstrip()]
    files = sorted(folder.glob("*.py"))
    lines += [f"{lead}  {path.name:<{COLUMN - 2 * depth - 2}} {first_line(path)}".rstrip() for path in files]
    for below in sorted(path for path in folder.iterdir() if path.is_dir() and next(path.rglob("*.py"), None)):
        lines += tree(below, depth + 1)
    return lines


def main() -> None:
    """Prints the tree."""
    print("\n".join(line for folder in FOLDERS for line in tree(ROOT / folder)))


if __name__ == "__main__":
    main()
