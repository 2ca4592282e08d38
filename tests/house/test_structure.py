"""The structure is counted rightly, on trees made up for it, and docs/architecture.md shows it as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.structure import __main__ as structure
from benchmarks.structure import code, drawn, plan


def checkout(root: Path, files: dict[str, str]) -> Path:
    """A checkout with these files, and an `__init__.py` in every folder of Python files."""
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        for folder in path.relative_to(root).parents:
            if folder.name:
                (root / folder / "__init__.py").touch()
    return root


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Five rooms: cli -> work -> store; work and parts import each other; `settings` is seen by type checkers alone."""
    return checkout(
        tmp_path,
        {
            "ssl_core/settings.py": "",
            "ssl_core/store/files.py": "import json\nfrom ssl_core.store import disk\n",
            "ssl_core/store/disk.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import ssl_core.settings\n",
            "ssl_core/work.py": "from ssl_core.store.files import read\nimport ssl_core.parts.menu\n",
            "ssl_core/parts/menu.py": "def late():\n    from ssl_core import work\n",
            "ssl_core/cli/main.py": "from ssl_core import work\nfrom ..store import disk, nothing\n",
        },
    )


def test_an_arrow_is_an_import_from_one_room_to_another_inside_functions_too(small: Path) -> None:
    graph = plan.rooms(plan.modules(small))
    assert graph == {
        "__init__": set(),
        "settings": set(),
        "store": set(),
        "work": {"store", "parts"},
        "parts": {"work"},
        "cli": {"work", "store"},
    }
    assert plan.arrows(graph) == 5


def test_modules_that_are_imported_are_named_in_full_and_names_in_them_are_not(small: Path) -> None:
    graph = plan.modules(small)
    assert graph["ssl_core.cli.main"] == {"ssl_core.work", "ssl_core.store.disk", "ssl_core.store"}
    assert graph["ssl_core.store.files"] == {"ssl_core.store.disk"} and graph["ssl_core.store.disk"] == set()


def test_rooms_that_import_each_other_are_one_circle_on_one_floor(small: Path) -> None:
    graph = plan.rooms(plan.modules(small))
    assert plan.circles(graph) == [["parts", "work"]]
    assert plan.floors(graph) == {"__init__": 1, "settings": 1, "store": 1, "work": 2, "parts": 2, "cli": 3}


def test_two_circles_with_a_common_room_are_one_and_apart_they_are_two() -> None:
    assert plan.circles({"a": {"b"}, "b": {"a", "c"}, "c": {"b"}}) == [["a", "b", "c"]]
    assert plan.circles({"a": {"b"}, "b": {"a", "c"}, "c": {"d"}, "d": {"c"}, "e": {"a"}}) == [["a", "b"], ["c", "d"]]
    assert plan.circles({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def counted(tmp_path: Path, **texts: str) -> list[code.Source]:
    """Files of a core with these texts."""
    return code.sources(checkout(tmp_path, {f"ssl_core/{name}.py": text for name, text in texts.items()}), "ssl_core")


def test_a_function_is_as_long_as_from_its_def_to_its_end_and_one_inside_counts_too(tmp_path: Path) -> None:
    text = (
        '@cache\ndef outer():\n    """Says.\n\n    More."""\n    def inner(): return 1\n    return inner\n\n\n'
        "class A:\n    async def m(self):\n        pass\n"
    )
    found = code.functions(counted(tmp_path, a=text))
    assert found == [(6, "outer", "ssl_core/a.py:2"), (2, "m", "ssl_core/a.py:11"), (1, "inner", "ssl_core/a.py:6")]


@pytest.mark.parametrize(("part", "length"), [(0.5, 5), (0.9, 9), (1.0, 10), (0.01, 1)])
def test_a_percentile_is_the_smallest_that_enough_do_not_exceed(part: float, length: int) -> None:
    assert code.percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], part) == length
    assert code.percentile([], part) == 0


def test_any_counts_where_it_stands_in_an_annotation_and_nowhere_else(tmp_path: Path) -> None:
    text = (
        "from typing import Any, cast\nimport typing\n"
        "x: dict[str, Any] = {}\n"
        "def f(a: Any, *b: typing.Any, c: 'list[Any]' = cast(Any, [])) -> tuple[Any, Any]:\n    y: int = 1\n    return a, b\n"
        "class Any2:\n    any: int\n    z: Any\n"
    )
    assert code.any_count(counted(tmp_path, a=text)) == 7


def test_a_public_name_has_two_homes_where_two_files_define_it_at_their_top(tmp_path: Path) -> None:
    files = counted(
        tmp_path,
        a="def draw(): ...\ndef _own(): ...\nclass Store:\n    def read(self): ...\nfrom ssl_core.b import taken\n",
        b="def draw(): ...\ndef _own(): ...\nclass Other:\n    def read(self): ...\ndef taken(): ...\nasync def once(): ...\n",
        _private="class Store: ...\nStore2 = 1\n",
    )
    assert code.two_homes(files) == {"Store": ["ssl_core/_private.py", "ssl_core/a.py"], "draw": ["ssl_core/a.py", "ssl_core/b.py"]}


def test_what_an_interface_asks_of_each_file_has_no_two_homes(tmp_path: Path) -> None:
    files = counted(tmp_path, a="def add_commands(): ...\n", b="def add_commands(): ...\n")
    assert code.two_homes(files) == {} and list(code.homes(files)) == ["add_commands"]
    assert structure.homes_in_words(files)[-1].endswith("add_commands in 2")


def test_docstrings_are_a_share_of_public_functions_and_classes(tmp_path: Path) -> None:
    files = counted(tmp_path, a='def f():\n    """Says."""\n\n\nclass A: ...\n\n\ndef _g(): ...\n')
    assert code.described(files) == (1, 2)


def test_a_file_is_long_from_251_lines_on(tmp_path: Path) -> None:
    files = counted(tmp_path, a="x = 1\n" * 250, b="x = 1\n" * 251)
    assert [file.path for file in code.long_files(files)] == ["ssl_core/b.py"]


def test_the_tree_gives_each_file_the_first_line_of_its_docstring_and_a_folder_that_of_its_init(small: Path) -> None:
    (small / "ssl_core" / "store" / "__init__.py").write_text('"""What is kept."""')
    (small / "ssl_core" / "work.py").write_text('"""Works.\n\nSlowly."""')
    lines = drawn.tree(small)
    assert lines[:2] == ["ssl_core/", "  settings.py"]
    assert "  work.py                   Works" in lines and "  store/                    What is kept" in lines and "    disk.py" in lines


TABLE = 'BANDS = ("settings", "store", "work parts jobs", "cli", "__init__")\nSTRANGERS = ("work parts",)\n'


def test_the_picture_has_the_bands_of_the_test_with_who_is_imported_by_whom(small: Path) -> None:
    checkout(small, {"tests/house/test_layers.py": TABLE})
    lines = drawn.layers(small)
    assert [line.split("│")[1:3] for line in lines if line.startswith("│ ")] == [
        [f" {floor:>2} ", f" {names:<{drawn.WIDTH - 1}}"]
        for floor, names in (("5", "__init__"), ("4", "cli"), ("3", "work ‖ parts"), ("", "jobs"), ("2", "store"), ("1", "settings"))
    ]
    assert lines[-5:] == [
        " 2  cli       ·  ╲  ●  ·  ●  ·",
        " 3  work      ·  ·  ╲  ●  ●  ·",
        " 4  parts     ·  ·  ●  ╲  ·  ·",
        " 5  store     ·  ·  ·  ·  ╲  ·",
        " 6  settings  ·  ·  ·  ·  ·  ╲",
    ]


def test_a_checkout_without_the_table_is_drawn_floor_by_floor(small: Path) -> None:
    assert drawn.bands(small, plan.rooms(plan.modules(small))) == [["cli"], ["parts", "work"], ["__init__", "settings", "store"]]


def test_a_page_keeps_what_stands_outside_its_marks_and_one_without_marks_is_refused() -> None:
    text = "a\n<!-- tree: begin -->\nold\n<!-- tree: end -->\nb\n"
    new = "a\n<!-- tree: begin -->\n```\n1\\1\n2\n```\n<!-- tree: end -->\nb\n"
    assert drawn.written(text, "tree", ["1\\1", "2"]) == new == drawn.written(new, "tree", ["1\\1", "2"])
    with pytest.raises(ValueError, match=r"must have one '<!-- layers: begin -->'"):
        drawn.written(text, "layers", [])


def test_the_command_tells_rooms_floors_circles_and_the_longest_function(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert structure.main([str(small)]) == 0
    said = capsys.readouterr().out
    assert "Rooms of ssl_core: 6 (3 packages, 3 modules beside them), 10 modules in all" in said
    assert "Circles: 1 (parts work) between rooms" in said and "Floors: 3\n" in said
    assert "Longest in ssl_core: late, ssl_core/parts/menu.py:1" in said


def test_a_folder_without_a_core_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        structure.main([str(tmp_path)])
    assert "ROOT must be a checkout with a folder ssl_core" in capsys.readouterr().err


def test_the_page_shows_tree_and_layers_as_they_are(root: Path) -> None:
    assert drawn.page(root) == (root / drawn.PAGE).read_text(encoding="utf-8"), "run `python -m benchmarks.structure --write`"


def test_every_public_function_and_class_of_the_core_has_one_home(root: Path) -> None:
    assert code.two_homes(code.sources(root, "ssl_core")) == {}


def test_no_function_of_training_is_longer_than_forty_lines(root: Path) -> None:
    assert [each for each in code.functions(code.sources(root, "ssl_core/training")) if each.lines > 40] == []


@pytest.mark.parametrize("folder", ["ssl_core/notebook", "ssl_core/training", "ssl_core/cli"])
def test_no_file_that_was_cut_has_grown_long_again(folder: str, root: Path) -> None:
    assert [each.path for each in code.long_files(code.sources(root, folder))] == []
