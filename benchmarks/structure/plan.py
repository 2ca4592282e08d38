"""The plan of a package: its rooms, the arrows of imports between them, their floors and circles.

A room is a direct child of the package: a package in turn, or a module beside those. An arrow from one room to another stands for
any number of imports, also inside functions; an import that only type checkers see (`if TYPE_CHECKING:`) is no arrow.
"""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

Graph = dict[str, set[str]]  # name -> the names that it imports
DOOR = "__init__"  # the room of the package's own __init__.py


def name_of(path: Path, root: Path) -> str:
    """ssl_core/tasks/rotation.py -> ssl_core.tasks.rotation; ssl_core/tasks/__init__.py -> ssl_core.tasks."""
    return ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str:
    """ssl_core.tasks.rotation -> tasks; ssl_core itself -> __init__."""
    words = module.split(".")
    return words[1] if len(words) > 1 else DOOR


def only_for_types(node: ast.AST) -> bool:
    """Whether a statement is an `if TYPE_CHECKING:`."""
    return isinstance(node, ast.If) and ast.unparse(node.test).removeprefix("typing.") == "TYPE_CHECKING"


def statements(node: ast.AST) -> list[ast.AST]:
    """Every node below a node, without what only type checkers see."""
    below = [child for child in ast.iter_child_nodes(node) if not only_for_types(child)]
    return below + [found for child in below for found in statements(child)]


def imports(path: Path, root: Path) -> list[str]:
    """Full names of what a file imports; `from a.b import c` is a.b.c where that is a file or folder of the checkout, else a.b."""
    found: list[str] = []
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            module = absolute(node, path, root)
            full = [f"{module}.{alias.name}" for alias in node.names]
            found += [name if is_ours(name, root) else module for name in full]
    return found


def absolute(node: ast.ImportFrom, path: Path, root: Path) -> str:
    """The module of a `from … import`; one that is relative counts from the file's own package."""
    if node.level == 0:
        return str(node.module)
    package = path.relative_to(root).parent.parts
    return ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])


def is_ours(name: str, root: Path) -> bool:
    """Whether a full name is a file or folder of the checkout."""
    place = root.joinpath(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def modules(root: Path, package: str = "ssl_core") -> Graph:
    """Every module of a package with the modules of the same package that it imports."""
    graph: Graph = {}
    for path in sorted((root / package).rglob("*.py")):
        here = name_of(path, root)
        graph[here] = {name for name in imports(path, root) if name.split(".")[0] == package} - {here}
    return graph


def rooms(graph: Graph) -> Graph:
    """Rooms with the other rooms that their modules import."""
    known: Graph = {}
    for module, others in graph.items():
        here = room_of(module)
        known.setdefault(here, set()).update({room_of(other) for other in others} - {here})
    return known


def arrows(graph: Graph) -> int:
    """How many pairs import one from the other."""
    return sum(map(len, graph.values()))


def reached(graph: Graph, start: str) -> set[str]:
    """Names that a name imports, at whatever distance; itself only where a circle leads back."""
    seen: set[str] = set()
    rest = [start]
    while rest:
        new = graph.get(rest.pop(), set()) - seen
        seen |= new
        rest += new
    return seen


def circles(graph: Graph) -> list[list[str]]:
    """Groups of names in which every one imports every other, at whatever distance (strongly connected components of two or more)."""
    far = {name: reached(graph, name) for name in graph}
    found = {frozenset(other for other in far[name] if name in far.get(other, ())) for name in graph if name in far[name]}
    return sorted(sorted(circle) for circle in found)


def floors(graph: Graph) -> dict[str, int]:
    """The floor of each name: 1 where it imports none, else one above the highest that it imports. A circle lies on one floor."""
    circle_of = {name: frozenset(circle) for circle in circles(graph) for name in circle}

    @cache
    def floor(name: str) -> int:
        circle = circle_of.get(name, frozenset({name}))
        below = set().union(*(graph.get(member, set()) for member in circle)) - circle
        return 1 + max(map(floor, below), default=0)

    return {name: floor(name) for name in graph}
