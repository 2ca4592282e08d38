"""Who may import whom, proved from the source and by fresh interpreters."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FAMILIES = ("data", "backbones", "tasks", "probes", "explain", "project")
LAYERS = {
    0: "addresses download unpack pickles settings types catalogue places reading",
    1: "functional",
    2: "data backbones published",
    3: "tasks probes explain project",
    4: "parts label_log label_moves",
    5: "fetch jobs queue runs targets networks features library decoding sets shelf source build checkpoint saved specs processes "
    "labels label_files snapshots machine steps pace",
    6: "engine work request answers sheets compare forecast likeness probing mapping warm seeing looking shading labelfree fewshot "
    "support takehome export exports checking",
    7: "__init__ __main__ terminal",
}
LAYER_OF = {name: layer for layer, names in LAYERS.items() for name in names.split()}
SOURCES = sorted((ROOT / "ssl_core").rglob("*.py"))
SCREENS = sorted((ROOT / "pages").rglob("*.py"))
EVERYTHING = [*SOURCES, *SCREENS, ROOT / "app.py"]


def name_of(path: Path) -> str:
    """ssl_core/tasks/rotation.py -> ssl_core.tasks.rotation; a package's __init__ keeps that word."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def only_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).removeprefix("typing.") == "TYPE_CHECKING"


def statements(node: ast.AST) -> list[ast.AST]:
    """Every node below, in functions too; what only type checkers see is left out."""
    below = [child for child in ast.iter_child_nodes(node) if not only_for_types(child)]
    return below + [found for child in below for found in statements(child)]


def imports(path: Path) -> list[str]:
    """Full names of what a file imports; `from a.b import c` is a.b.c where that is a file or folder of ours, else a.b."""
    found: list[str] = []
    for node in statements(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)} imports relatively; say the full name"
            module = str(node.module)
            found += [f"{module}.{alias.name}" if is_ours(f"{module}.{alias.name}") else module for alias in node.names]
    return found


def is_ours(name: str) -> bool:
    place = ROOT.joinpath(*name.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def part_of(name: str) -> str:
    """ssl_core.tasks.rotation -> tasks; the door itself is __init__."""
    words = name.split(".")
    return words[1] if len(words) > 1 else "__init__"


def fault(importer: str, imported: str) -> str:
    """Why one file of the core may not import another; nothing where it may."""
    here, there = part_of(importer), part_of(imported)
    if there == "__init__":
        return "" if here == "__main__" else "the door is for pages, notebooks and scripts; name the module"
    if here in FAMILIES and here == there:
        allowed = imported in (f"ssl_core.{here}", f"ssl_core.{here}.base")
        return "" if allowed else "a part knows no sibling except base; what two share moves to functional/"
    if here == there:
        return ""
    if here in FAMILIES and there in FAMILIES and LAYER_OF[here] == LAYER_OF[there]:
        return "families of one layer don't know each other"
    return "" if LAYER_OF[there] <= LAYER_OF[here] else "only downward"


def circle(graph: dict[str, set[str]]) -> list[str]:
    """A circle of imports, as names; empty where there is none."""
    done: set[str] = set()

    def walk(name: str, trail: list[str]) -> list[str]:
        if name in trail:
            return trail[trail.index(name) :] + [name]
        if name in done:
            return []
        found = next(filter(None, (walk(other, [*trail, name]) for other in sorted(graph.get(name, ())))), [])
        done.add(name)
        return found

    return next(filter(None, (walk(name, []) for name in graph)), [])


def test_every_module_of_the_core_has_a_layer() -> None:
    homeless = {part_of(name_of(path)) for path in SOURCES} - set(LAYER_OF)
    assert not homeless, f"give {sorted(homeless)} a layer in tests/test_layers.py"


def test_the_core_imports_only_downward() -> None:
    pairs = [(name_of(path), name) for path in SOURCES for name in imports(path) if name.split(".")[0] == "ssl_core"]
    faults = [f"{importer} imports {name}: {fault(importer, name)}" for importer, name in pairs if fault(importer, name)]
    assert not faults, "\n".join(faults)


def test_the_core_has_no_circles() -> None:
    graph = {name_of(path).removesuffix(".__init__"): {n for n in imports(path) if n.startswith("ssl_core.")} for path in SOURCES}
    assert not circle(graph), " -> ".join(circle(graph))


def test_the_core_knows_no_streamlit_and_no_plotly() -> None:
    faults = [f"{name_of(path)}: {n}" for path in SOURCES for n in imports(path) if n.split(".")[0] in ("streamlit", "plotly", "pages")]
    assert not faults, "\n".join(faults)


def test_screens_use_the_door_alone() -> None:
    faults = [f"{name_of(path)}: {n}" for path in SCREENS for n in imports(path) if n.startswith("ssl_core.")]
    assert not faults, "\n".join(faults)


def test_screens_use_only_names_that_the_door_lists() -> None:
    import ssl_core

    faults = []
    for path in SCREENS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "ssl_core":
                faults += [f"{name_of(path)}: {alias.name}" for alias in node.names if alias.name not in ssl_core.__all__]
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("core", "ssl_core") and node.attr not in ssl_core.__all__:
                faults.append(f"{name_of(path)}: {node.attr}")
    assert not faults, "\n".join(faults)


def test_screens_hold_no_torch_and_draw_no_charts_by_hand() -> None:
    allowed = {"pages._kit.charts": {"plotly"}}
    faults = [
        f"{name_of(path)}: {n}"
        for path in SCREENS
        for n in imports(path)
        if n.split(".")[0] in {"torch", "torchvision", "plotly"} - allowed.get(name_of(path), set())
    ]
    assert not faults, "\n".join(faults)


def test_screens_guard_their_fragments_and_dialogs() -> None:
    """An error inside one never reaches an `except` around it."""
    bare = {
        f"{name_of(path)}: st.{node.attr}"
        for path in SCREENS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr in ("fragment", "dialog") and ast.unparse(node.value) == "st"
    }
    assert bare == {"pages._kit.guarded: st.fragment", "pages._kit.guarded: st.dialog"}


def test_screens_share_through_the_kit_by_its_full_name() -> None:
    """`_kit.x` beside `pages._kit.x` would be two modules with two caches; a screen never imports a screen."""
    screens = {path.stem for path in SCREENS if path.parent.name == "pages"}
    faults = [
        f"{name_of(path)}: {n}"
        for path in EVERYTHING
        for n in imports(path)
        if n.split(".")[0] in {"_kit"} | screens - {"data"} or (n.startswith("pages.") and not n.startswith("pages._kit"))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize(
    ("importer", "imported", "right"),
    [
        ("ssl_core.tasks.a", "ssl_core.tasks.base", True),
        ("ssl_core.tasks.a", "ssl_core.tasks.b", False),
        ("ssl_core.tasks.a", "ssl_core.probes.base", False),
        ("ssl_core.tasks.a", "ssl_core.functional.masks", True),
        ("ssl_core.functional.masks", "ssl_core.functional.patchify", True),
        ("ssl_core.functional.masks", "ssl_core.backbones.base", False),
        ("ssl_core.backbones.vit", "ssl_core.data.base", False),
        ("ssl_core.engine", "ssl_core.jobs", True),
        ("ssl_core.jobs", "ssl_core.engine", False),
        ("ssl_core.jobs", "ssl_core", False),
        ("ssl_core.__main__", "ssl_core.work", True),
        ("ssl_core.__main__", "ssl_core", True),
    ],
)
def test_the_rule_tells_right_from_wrong(importer: str, imported: str, right: bool) -> None:
    assert (fault(importer, imported) == "") is right


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def in_a_fresh_interpreter(code: str) -> str:
    asked = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert asked.returncode == 0, asked.stderr
    return asked.stdout.strip().splitlines()[-1]


LIGHT = [name for name in ("settings", "types", "catalogue", "jobs", "runs", "labels") if is_ours(f"ssl_core.{name}")]


@pytest.mark.parametrize("module", ["", *(f".{name}" for name in LIGHT)])
def test_reading_folders_never_loads_torch(module: str) -> None:
    assert in_a_fresh_interpreter(f"import sys, ssl_core{module}; print('torch' in sys.modules)") == "False"


def test_home_never_loads_torch() -> None:
    code = (
        "import sys; from streamlit.testing.v1 import AppTest\n"
        f"page = AppTest.from_file({str(ROOT / 'pages' / 'main.py')!r}, default_timeout=180).run()\n"
        "assert not page.exception, page.exception\n"
        "assert page.title or page.markdown, 'nothing on home'\n"
        "print('torch' in sys.modules)"
    )
    assert in_a_fresh_interpreter(code) == "False"
