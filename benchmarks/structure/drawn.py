"""The tree of a checkout with a line a file, its layers as a picture, and both as they stand in docs/architecture.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from benchmarks.structure.plan import Graph, floors, modules, rooms

PAGE = Path("docs") / "architecture.md"
TABLE = Path("tests") / "house" / "test_layers.py"
FILES, FOLDERS = ("start.py", "app.py", "setup.py"), ("ssl_core", "pages", "benchmarks")
COLUMN = 27  # where the first lines of docstrings begin
WIDTH = 80  # of the picture of the layers, between its borders
STRANGE = " ‖ "  # between packages that don't know each other


def first_line(path: Path) -> str:
    """The first line of a module's docstring, without its full stop; "" where it has none."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0].removesuffix(".")


def tree(root: Path) -> list[str]:
    """A line for each Python file and folder of the program. A folder's line says what its `__init__.py` says, which has no line itself."""
    lines = [entry(path.name, path, 0) for path in map(root.joinpath, FILES) if path.exists()]
    return lines + [line for name in FOLDERS if (root / name).is_dir() for line in branch(root / name, 0)]


def branch(folder: Path, depth: int) -> list[str]:
    """The lines of a folder: itself, its files, the folders below."""
    lines = [entry(f"{folder.name}/", folder / "__init__.py", depth)]
    lines += [entry(path.name, path, depth + 1) for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"]
    below = sorted(path for path in folder.iterdir() if path.is_dir() and next(path.rglob("*.py"), None))
    return lines + [line for path in below for line in branch(path, depth + 1)]


def entry(name: str, path: Path, depth: int) -> str:
    """A name at its depth, and the first line of the docstring of a file, if there is one."""
    said = first_line(path) if path.exists() else ""
    return f"{'  ' * depth + name:<{COLUMN}} {said}".rstrip()


def table(root: Path, name: str) -> list[list[str]]:
    """A tuple of texts in the test of the layers, each as its words: BANDS from the lowest layer up, STRANGERS group by group."""
    if not (root / TABLE).exists():
        return []
    for node in ast.parse((root / TABLE).read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and [ast.unparse(target) for target in node.targets] == [name]:
            return [text.split() for text in ast.literal_eval(node.value)]
    return []


def bands(root: Path, graph: Graph) -> list[list[str]]:
    """Rooms in layers, the highest first: as the test of the layers has them, or floor by floor in a checkout without that table."""
    known = table(root, "BANDS")
    if not known:
        floor_of = floors(graph)
        known = [sorted(name for name in graph if floor_of[name] == floor) for floor in range(1, max(floor_of.values(), default=0) + 1)]
    return known[::-1]


def layers(root: Path) -> list[str]:
    """The picture of the layers: the bands of the table one above the other, then which room really imports which."""
    graph = rooms(modules(root))
    order = bands(root, graph)
    strangers = table(root, "STRANGERS")
    lines = [f"┌────┬{'─' * WIDTH}┐"]
    for place, names in enumerate(order):
        lines += [f"├────┼{'─' * WIDTH}┤"] if place else []
        lines += [f"│ {len(order) - place if not row else '':>2} │ {text:<{WIDTH - 1}}│" for row, text in enumerate(rows(names, strangers))]
    return [*lines, f"└────┴{'─' * WIDTH}┘", "", *matrix(graph, [name for names in order for name in names if name in graph])]


def rows(names: list[str], strangers: list[list[str]]) -> list[str]:
    """The names of one layer: a line for each group that doesn't know each other, and one for all others."""
    groups = [[name for name in names if name in group] for group in strangers]
    alone = [name for name in names if not any(name in group for group in groups)]
    return [STRANGE.join(group) for group in groups if group] + ([" · ".join(alone)] if alone else [])


def matrix(graph: Graph, order: list[str]) -> list[str]:
    """A row for each importer, a column for each room imported, ● where there is an import; one below the diagonal would lead upward."""
    wide = max(map(len, order), default=0)
    lines = [" " * (wide + 4) + "".join(f"{column:>3}" for column in range(1, len(order) + 1))]
    for row, name in enumerate(order, 1):
        cells = ("╲" if other == name else "●" if other in graph[name] else "·" for other in order)
        lines.append(f"{row:>2}  {name:<{wide}}" + "".join(f"{cell:>3}" for cell in cells))
    return lines


def written(text: str, name: str, lines: Iterable[str]) -> str:
    """A page with lines as a code block between `<!-- name: begin -->` and `<!-- name: end -->`, in place of what stood there."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    block = "\n".join([begin, "```", *lines, "```", end])
    page, times = re.subn(f"{re.escape(begin)}.*?{re.escape(end)}", lambda _: block, text, flags=re.DOTALL)
    if times != 1:
        raise ValueError(f"{PAGE} must have one '{begin}' with its '{end}'. It has {times}.")
    return page


def page(root: Path) -> str:
    """docs/architecture.md with the tree and the layers as they are now."""
    text = (root / PAGE).read_text(encoding="utf-8")
    return written(written(text, "layers", layers(root)), "tree", tree(root))
