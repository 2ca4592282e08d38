"""Who may import whom, proved from the source and by fresh interpreters.

`BANDS` is the table of the core: packages in layers, from the bottom up. A package imports lower layers; inside a layer, members of a
`STRANGERS` group don't know each other, and a part knows no sibling except `base` and what lies in its package under an underscore.
"""

from __future__ import annotations

import ast
import functools
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.structure import plan
from benchmarks.structure.plan import circles, floors, room_of

ROOT = Path(__file__).resolve().parents[2]
BANDS = (
    "controls palette settings types",
    "functional system",
    "backbones probes projectors jobs reading",
    "datasets tasks explainers records",
    "parts",
    "library",
    "models labels",
    "training predictions explanations maps evaluation fewshot",
    "cli notebook",
    "__init__ __main__",
)
LAYER_OF = {name: layer for layer, names in enumerate(BANDS) for name in names.split()}
FAMILIES = ("datasets", "backbones", "tasks", "probes", "explainers", "projectors")
STRANGERS = (
    "backbones probes projectors",
    "datasets tasks explainers",
    "models labels",
    "training predictions explanations maps evaluation fewshot",
    "cli notebook",
)
GROUP_OF = {name: group for group in STRANGERS for name in group.split()}
MOST_FLOORS = 12
SOURCES = sorted((ROOT / "ssl_core").rglob("*.py"))
SCREENS = sorted((ROOT / "pages").rglob("*.py"))
EVERYTHING = [*SOURCES, *SCREENS, ROOT / "app.py"]


def name_of(path: Path) -> str:
    """ssl_core/tasks/rotation.py -> ssl_core.tasks.rotation; a package's `__init__.py` is the package."""
    return plan.name_of(path, ROOT)


@functools.cache
def imports(path: Path) -> list[str]:
    """Full names of what a file imports, as `benchmarks/structure/plan.py` reads them."""
    return plan.imports(path, ROOT)


def nodes_of(path: Path) -> list[ast.AST]:
    """All nodes of a file's syntax tree."""
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def fault(importer: str, imported: str) -> str:
    """Why one file of the core may not import another, and what to do instead; nothing where it may."""
    here, there = room_of(importer), room_of(imported)
    if there == "__init__":
        return "" if here == "__main__" else "the door is for pages, notebooks and scripts: import the module that the name lives in"
    if here == there:
        return "" if here not in FAMILIES or is_shared(imported) else "a part knows no sibling: move what two parts share to functional/"
    if GROUP_OF.get(here, here) == GROUP_OF.get(there, there) and here in GROUP_OF:
        return f"{here} and {there} don't know each other: move what both need to a lower layer ({below(here)})"
    if LAYER_OF[there] > LAYER_OF[here]:
        return f"{there} lies above {here}: pass the value in as an argument, or move the definition to {here} or below ({below(here)})"
    return ""


def is_shared(module: str) -> bool:
    """Whether a module of a family is there for its siblings: the package, its base, or what lies under an underscore."""
    words = module.split(".")[2:]
    return not words or words[0] == "base" or words[0].startswith("_")


def below(package: str) -> str:
    """The packages of the layer under a package, in words."""
    return ", ".join(BANDS[max(0, LAYER_OF[package] - 1)].split())


def test_no_file_imports_relatively() -> None:
    """A full name is found by searching for it."""
    nodes = [(path, node) for path in EVERYTHING for node in nodes_of(path)]
    assert [name_of(path) for path, node in nodes if isinstance(node, ast.ImportFrom) and node.level] == []


def test_every_package_of_the_core_has_a_layer() -> None:
    homeless = {room_of(name_of(path)) for path in SOURCES} - set(LAYER_OF)
    assert not homeless, f"give {sorted(homeless)} a layer in tests/house/test_layers.py"


def test_the_core_imports_only_downward() -> None:
    pairs = [(name_of(path), name) for path in SOURCES for name in imports(path) if name.split(".")[0] == "ssl_core"]
    faults = [f"{importer} imports {name}: {fault(importer, name)}" for importer, name in pairs if fault(importer, name)]
    assert not faults, "\n".join(faults)


def test_the_core_has_no_circles() -> None:
    assert circles(plan.modules(ROOT)) == []


def test_packages_have_no_circles_and_few_floors() -> None:
    graph = plan.rooms(plan.modules(ROOT))
    assert circles(graph) == []
    assert max(floors(graph).values()) <= MOST_FLOORS


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
        for node in nodes_of(path):
            if isinstance(node, ast.ImportFrom) and node.module == "ssl_core":
                faults += [f"{name_of(path)}: {alias.name}" for alias in node.names if alias.name not in ssl_core.__all__]
            if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("core", "ssl_core") and node.attr not in ssl_core.__all__:
                faults.append(f"{name_of(path)}: {node.attr}")
    assert not faults, "\n".join(faults)


def test_screens_hold_no_torch_and_draw_no_charts_by_hand() -> None:
    allowed = {"pages._kit.figures.charts": {"plotly"}}
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
        for node in nodes_of(path)
        if isinstance(node, ast.Attribute) and node.attr in ("fragment", "dialog") and ast.unparse(node.value) == "st"
    }
    assert bare == {"pages._kit.screen.fragments: st.fragment", "pages._kit.screen.fragments: st.dialog"}


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
        ("ssl_core.datasets.a", "ssl_core.datasets._drawing.scene", True),
        ("ssl_core.tasks.a", "ssl_core.datasets._drawing.scene", False),
        ("ssl_core.tasks.a", "ssl_core.datasets.base", False),
        ("ssl_core.tasks.a", "ssl_core.probes.base", True),
        ("ssl_core.probes.a", "ssl_core.tasks.base", False),
        ("ssl_core.tasks.a", "ssl_core.functional.losses.sinkhorn", True),
        ("ssl_core.functional.losses.a", "ssl_core.functional.distributed", True),
        ("ssl_core.functional.modules.a", "ssl_core.backbones.base", False),
        ("ssl_core.backbones.vit", "ssl_core.probes.base", False),
        ("ssl_core.maps.layout", "ssl_core.evaluation.compare", False),
        ("ssl_core.models.targets", "ssl_core.labels.store", False),
        ("ssl_core.training.engine", "ssl_core.jobs.start", True),
        ("ssl_core.jobs.start", "ssl_core.training.engine", False),
        ("ssl_core.jobs.start", "ssl_core", False),
        ("ssl_core.__main__", "ssl_core.jobs.worker", True),
        ("ssl_core.__main__", "ssl_core", True),
    ],
)
def test_the_rule_tells_right_from_wrong(importer: str, imported: str, right: bool) -> None:
    assert (fault(importer, imported) == "") is right


def test_a_fault_names_what_to_do_instead() -> None:
    assert fault("ssl_core.tasks.a", "ssl_core.tasks.b").endswith("move what two parts share to functional/")
    assert "or move the definition to jobs or below (functional, system)" in fault("ssl_core.jobs.start", "ssl_core.training.engine")
    assert "move what both need to a lower layer (models, labels)" in fault("ssl_core.maps.layout", "ssl_core.fewshot.curve")


def test_floors_are_counted_from_below() -> None:
    assert floors({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == {"a": 3, "b": 2, "c": 1}


def test_a_circle_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == [["b", "c"]]
    assert circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def in_a_fresh_interpreter(code: str) -> str:
    asked = subprocess.run([sys.executable, "-W", "ignore", "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert asked.returncode == 0, asked.stderr
    return asked.stdout.strip().splitlines()[-1]


LIGHT = ("settings", "types", "jobs", "jobs.worker", "records", "records.runs", "labels", "labels.store", "parts.collect")


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
