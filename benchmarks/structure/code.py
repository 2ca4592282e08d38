"""What the source of a checkout counts: lengths of functions and files, `Any` in annotations, public names, docstrings."""

from __future__ import annotations

import ast
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

LONG_FILE = 250  # lines
INTERFACES = frozenset(
    {"add_commands"}
)  # functions that a caller looks up by this name in every module of a list, as methods are in classes
Defined = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Function(NamedTuple):
    """A function or method, and where it begins."""

    lines: int  # from `def` to its end, docstring included, decorators not
    name: str
    where: str  # path:line


class Source(NamedTuple):
    """A file, its lines and what it says."""

    path: str  # relative to the checkout
    lines: int
    tree: ast.Module


def sources(root: Path, folder: str) -> list[Source]:
    """Every Python file below a folder of a checkout."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted((root / folder).rglob("*.py"))}
    return [Source(path.relative_to(root).as_posix(), len(text.splitlines()), ast.parse(text)) for path, text in texts.items()]


def functions(files: Iterable[Source]) -> list[Function]:
    """All functions and methods, the longest first; one inside another counts by itself too."""
    found = [
        Function((node.end_lineno or node.lineno) - node.lineno + 1, node.name, f"{file.path}:{node.lineno}")
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return sorted(found, key=lambda function: (-function.lines, function.where))


def percentile(lengths: list[int], part: float) -> int:
    """The smallest length that at least this part of all lengths doesn't exceed; 0 where there are none."""
    return sorted(lengths)[max(0, math.ceil(part * len(lengths)) - 1)] if lengths else 0


def types_said(tree: ast.Module) -> Iterator[ast.expr]:
    """Types as parameters, results, fields and variables are annotated with; texts are read as what they spell."""
    for node in ast.walk(tree):
        given = node.returns if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else getattr(node, "annotation", None)
        if isinstance(given, ast.Constant) and isinstance(given.value, str):
            yield ast.parse(given.value, mode="eval").body
        elif isinstance(given, ast.expr):
            yield given


def any_count(files: Iterable[Source]) -> int:
    """How often `Any` stands in annotations: `dict[str, Any]` is one."""
    found = (node for file in files for annotation in types_said(file.tree) for node in ast.walk(annotation))
    return sum(isinstance(node, ast.Name) and node.id == "Any" or isinstance(node, ast.Attribute) and node.attr == "Any" for node in found)


def public(file: Source) -> list[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Functions and classes at the top of a file whose names have no underscore before them."""
    return [node for node in file.tree.body if isinstance(node, Defined) and not node.name.startswith("_")]


def homes(files: Iterable[Source]) -> dict[str, list[str]]:
    """Public names that two or more files define -> those files.

    Files in packages under an underscore count too: the reader of a name looks for one definition, wherever it lies.
    """
    found = defaultdict(set)
    for file in files:
        for node in public(file):
            found[node.name].add(file.path)
    return {name: sorted(paths) for name, paths in sorted(found.items()) if len(paths) > 1}


def two_homes(files: Iterable[Source]) -> dict[str, list[str]]:
    """Public names that mean different things in different files: `homes` without those that one interface asks of several files."""
    return {name: paths for name, paths in homes(files).items() if name not in INTERFACES}


def described(files: Iterable[Source]) -> tuple[int, int]:
    """How many public functions and classes have a docstring, and how many there are."""
    nodes = [node for file in files for node in public(file)]
    return sum(ast.get_docstring(node) is not None for node in nodes), len(nodes)


def long_files(files: Iterable[Source]) -> list[Source]:
    """Files of more than 250 lines, the longest first."""
    return sorted((file for file in files if file.lines > LONG_FILE), key=lambda file: -file.lines)
