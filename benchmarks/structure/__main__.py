"""The structure of a checkout in figures: `python -m benchmarks.structure [ROOT] [--tree | --layers | --write]`.

Nothing of the checkout is imported: its files are parsed, so that any commit can be counted, also one that doesn't run here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from benchmarks.structure import code, drawn, plan

ROOT = Path(__file__).resolve().parents[2]
CORE = "ssl_core"


def plan_in_words(root: Path) -> list[str]:
    """Rooms, floors, circles and arrows of the core."""
    known = plan.modules(root)
    graph = plan.rooms(known)
    packages = sum((root / CORE / name).is_dir() for name in graph)
    floor_of = plan.floors(graph)
    lines = [
        f"Rooms of {CORE}: {len(graph)} ({packages} packages, {len(graph) - packages} modules beside them), {len(known)} modules in all",
        f"Arrows: {plan.arrows(graph)} between rooms, {plan.arrows(known)} between modules",
        f"Circles: {circles_in_words(graph)} between rooms, {circles_in_words(known)} between modules",
        f"Floors: {max(floor_of.values(), default=0)}",
    ]
    for floor in range(max(floor_of.values(), default=0), 0, -1):
        lines.append(f"{floor:>4}  {' '.join(sorted(name for name in graph if floor_of[name] == floor))}")
    return lines


def circles_in_words(graph: plan.Graph) -> str:
    """How many circles, and who is in them."""
    found = plan.circles(graph)
    return f"{len(found)} ({'; '.join(' '.join(circle) for circle in found)})" if found else "0"


COLUMNS = {
    "": -11,
    "files": 6,
    "lines": 8,
    "functions": 11,
    "median": 8,
    "90 %": 6,
    "longest": 9,
    "Any": 6,
    "docstrings": 17,
    "files > 250": 13,
}


def code_in_words(root: Path) -> list[str]:
    """Functions, `Any`, docstrings and long files, folder by folder, then the core's public names with two homes."""
    files_of = {folder: code.sources(root, folder) for folder in drawn.FOLDERS}
    lines = [row(COLUMNS), *(row([folder, *figures(files)]) for folder, files in files_of.items()), ""]
    for folder, files in files_of.items():
        lines += [f"Longest in {folder}: {function.name}, {function.where}" for function in code.functions(files)[:1]]
        lines += [f"Longer than {code.LONG_FILE} lines: {file.path} {file.lines}" for file in code.long_files(files)]
    return [*lines, "", *homes_in_words(files_of[CORE])]


def row(cells: Iterable[object]) -> str:
    """Cells at the widths of their columns; the first to the left, figures to the right."""
    widths = COLUMNS.values()
    return "".join(f"{cell!s:{'<' if width < 0 else '>'}{abs(width)}}" for cell, width in zip(cells, widths, strict=True))


def figures(files: list[code.Source]) -> list[object]:
    """The figures of a folder, in the order of the columns after its name."""
    lengths = [function.lines for function in code.functions(files)]
    told, names = code.described(files)
    share = f"{told} of {names}" + (f" {100 * told / names:.0f} %" if names else "")
    middle, high = code.percentile(lengths, 0.5), code.percentile(lengths, 0.9)
    sizes = [len(files), sum(file.lines for file in files), len(lengths), middle, high, max(lengths, default=0)]
    return [*sizes, code.any_count(files), share, len(code.long_files(files))]


def homes_in_words(files: list[code.Source]) -> list[str]:
    """Public names of the core with two homes or more, each with its files; then interfaces, which are meant to have several."""
    found, shared = code.two_homes(files), code.homes(files)
    lines = [f"Public names of {CORE} with two homes or more: {len(found)}"]
    lines += [f"      {name}: {' '.join(paths)}" for name, paths in found.items()]
    asked = {name: len(paths) for name, paths in shared.items() if name not in found}
    return [*lines, *(f"Not among them, since an interface asks it of each file: {name} in {times}" for name, times in asked.items())]


def main(argv: list[str] | None = None) -> int:
    """Prints the figures, the tree or the layers; or puts the latter two into docs/architecture.md."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.structure", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("root", nargs="?", type=Path, default=ROOT, metavar="ROOT", help="a checkout (default: this one)")
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--tree", action="store_true", help="a line a file, from the first lines of docstrings")
    ways.add_argument("--layers", action="store_true", help=f"the layers as {drawn.TABLE} has them, with the imports that there are")
    ways.add_argument("--write", action="store_true", help=f"put both into {drawn.PAGE}")
    asked = parser.parse_args(argv)
    if not (asked.root / CORE).is_dir():
        parser.error(f"ROOT must be a checkout with a folder {CORE}. Got {asked.root}.")
    if asked.write:
        (asked.root / drawn.PAGE).write_text(drawn.page(asked.root), encoding="utf-8")
    elif asked.tree or asked.layers:
        print("\n".join(drawn.tree(asked.root) if asked.tree else drawn.layers(asked.root)))
    else:
        print("\n".join([*plan_in_words(asked.root), "", *code_in_words(asked.root)]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
