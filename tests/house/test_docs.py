"""What the pages for readers say is true: links lead somewhere, commands are understood, figures stand where they were measured."""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import inspect
import json
import re
import shlex
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

import start
from ssl_core.library import own
from ssl_core.reading import sources
from ssl_core.reading.archives import npz, unpacked
from ssl_core.reading.images import pixels
from ssl_core.reading.tables import beside, cells, table
from ssl_core.system.addresses import PUBLISHED, megabytes

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
TEXT = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in PAGES}
README_LINES = 150
FILE = re.compile(r"`([\w.-]+/[\w./-]+)`")  # a file or folder in a folder: `ssl_core/tasks/`, `jobs/worker.py`
AROUND = ("", "ssl_core", "ssl_core/functional", "docs")  # a path in a page counts from one of these


def slug(heading: str) -> str:
    """The address of a heading on GitHub."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("name", TEXT)
def test_every_link_leads_to_a_file_or_heading_that_is_there(name: str) -> None:
    prose = re.sub(r"^```.*?^```", "", TEXT[name], flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", prose):
        if "://" in target:
            continue
        path, _, heading = target.partition("#")
        there = (ROOT / name).parent / path if path else ROOT / name
        assert there.exists(), f"{name} links to {target}"
        headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE) if heading else []
        assert not heading or heading in map(slug, headings), f"{name} links to {target}"


@pytest.mark.parametrize("name", [name for name in TEXT if name != "CHANGELOG.md"])
def test_every_path_that_a_page_names_is_there(name: str) -> None:
    """A change log names files that went."""
    named = [path for path in FILE.findall(TEXT[name]) if not path.startswith(("runs/", "cache/", "data/"))]
    assert [path for path in named if not any((ROOT / around / path).exists() for around in AROUND)] == []


# Commands


class Understood(Exception):
    """A command's flags were parsed; nothing of it is run."""


def commands(text: str) -> list[list[str]]:
    """Commands of a page, as words from `-m` or `start.py` on: lines of code blocks, and code in sentences."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    prose = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = [line for block in blocks for line in block.splitlines()] + re.findall(r"`([^`\n]+)`", prose)
    starts = re.compile(r"^(?:\w+=(?:<[^>]*>|\S+) )?(?:\.venv/bin/)?(?:python3? |torchrun .*?(?=-m ))((?:-m|start\.py)\b.*)$")
    return [shlex.split(found[1], comments=True) for found in map(starts.match, lines) if found]


ASKED = [(name, words) for name, text in TEXT.items() for words in commands(text)]


def test_commands_are_found_in_code_and_in_sentences() -> None:
    block = '```\nSSL_DATA=<a folder> python -m c "d e"  # why\ntorchrun --n 2 -m f g\npython3 start.py test\n```\n'
    text = f"Run `python -m a.b --flag`:\n{block}"
    assert commands(text) == [["-m", "c", "d e"], ["-m", "f", "g"], ["start.py", "test"], ["-m", "a.b", "--flag"]]
    assert len(ASKED) > 40


@pytest.mark.parametrize(("page", "words"), ASKED, ids=[" ".join(words) for _, words in ASKED])
def test_every_command_of_a_page_is_understood(page: str, words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    if words[0] == "start.py":
        assert words[1:2] == ["test"] or start.app_flags(words[1:])
        return
    module, given = words[1], words[2:]
    spec = importlib.util.find_spec(module)
    assert spec is not None, f"{page}: there is no module {module}"
    main = importlib.util.find_spec(f"{module}.__main__") if spec.submodule_search_locations else spec
    assert main is not None and main.origin is not None
    if given and "…" not in given and "parse_args(" in Path(main.origin).read_text(encoding="utf-8"):
        understand(main.name, given, monkeypatch)


def understand(module: str, given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Has a module's own parser read these words, and ends before it does anything."""

    def parse(self: argparse.ArgumentParser, words: Any = None, namespace: Any = None) -> None:
        _, unknown = self.parse_known_args(words, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(unknown)}")
        raise Understood

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", parse)
    monkeypatch.setattr(sys, "argv", [module, *given])
    main = importlib.import_module(module).main
    with pytest.raises(SystemExit if given[-1] in ("--help", "--version") else Understood):
        main(given) if inspect.signature(main).parameters else main()


@pytest.mark.parametrize("given", [["compare"], ["train", "nothing"], ["probe", "pixels", "--speed", "3"], ["dance"]])
def test_a_command_that_is_none_is_noticed(given: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(pytest.fail.Exception):
        understand("ssl_core.__main__", given, monkeypatch)


def test_the_newest_change_is_of_this_version(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert re.findall(r"^## (\d+\.\d+\.\d+) - \d{4}-\d\d-\d\d$", TEXT["CHANGELOG.md"], re.MULTILINE)[0] == project["version"]


def test_every_command_has_its_example() -> None:
    from ssl_core.__main__ import _parser

    (kinds,) = (action.choices for action in _parser()._actions if isinstance(action, argparse._SubParsersAction))
    shown = {words[2] for words in commands(TEXT["docs/command-line.md"]) if words[:2] == ["-m", "ssl_core"] and len(words) > 2}
    assert set(kinds) <= shown


# Figures


def numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+(?:\.\d+)?", text.replace("20 000", "20000")))


SOURCES = {
    "starter": "docs/measured.md",
    "results": "docs/results.md",
    "claims": "docs/claims.md",
    "siege": "docs/reliability.md",
    "": "docs/bench.md",
}
FIGURES = re.findall(r"^\| ([^|]+) \| ([^|]+) \| `python -m benchmarks\.?([a-z]*)( [^`]*)?` \|$", TEXT["README.md"], re.MULTILINE)


def test_the_readme_is_short_and_has_ten_figures() -> None:
    assert len(TEXT["README.md"].splitlines()) <= README_LINES and len(FIGURES) == 10


@pytest.mark.parametrize(("what", "figure", "command", "words"), FIGURES, ids=[row[0] for row in FIGURES])
def test_a_figure_of_the_readme_stands_on_the_page_that_its_command_writes(what: str, figure: str, command: str, words: str) -> None:
    lines = TEXT[SOURCES[command]].splitlines()
    row = words.strip().strip('"')
    own_lines = [line for line in lines if line.startswith(f"| {row} |")] if row and command in ("", "results") else lines
    told = "\n".join(own_lines)
    assert (numbers(f"{what} {figure}" if command == "siege" else figure) <= numbers(told)) if numbers(figure) else figure in told


def test_figures_of_the_runs_that_come_along_are_those_in_their_folders(root: Path) -> None:
    starter = root / "assets" / "starter"
    held = {path.parent.name: json.loads(path.read_text())["metrics"] for path in starter.glob("*/status.json")}
    scores = [json.loads(path.read_text()) for path in starter.rglob("jobs/probe-*/result.json")]
    said = TEXT["docs/measured.md"]
    for name in ("rotation-starter", "photos-starter", "transformer-starter"):
        assert f"{100 * held[name]['accuracy']:.1f} %" in said
    for metric in ("psnr", "psnr_mean", "psnr_border"):
        assert f"{held['inpainting-starter'][metric]:.1f} dB" in said
    told = [each for each in scores if each["protocol"] == "linear" and each["target"] != "inpainting-starter"]
    assert len(told) == 10  # of runs 3; untrained 4, two of them the same network; a backbone, ImageNet and pixels
    for each in told:
        lo, hi = (100 * end for end in each["ci95"])
        assert f"[{lo:.1f}, {hi:.1f}]" in said, each["target"]


def grouped(number: int) -> str:
    """20 000 as the pages write it."""
    return f"{number:,}".replace(",", " ")


BOUNDS = [
    f"up to {unpacked.MOST_UNPACKED >> 30} GB, {sources.RATIO} times its own size and {grouped(sources.MOST_FILES)} files",
    f"{pixels.LEAST} to {grouped(pixels.MOST)} pixels a side",
    f"up to {pixels.MEGAPIXELS} megapixels",
    f"at most {pixels.BYTES_A_PIXEL} bytes of memory a pixel",
    f"A table may have {table.MOST_BYTES >> 20} MB, {grouped(cells.MOST_COLUMNS)} columns and {grouped(cells.MOST_CELLS)} cells",
    f"name {grouped(table.MOST_CLASSES)} classes",
    f"at least {own.DAYS} days",
    "(up to eight)",
]


@pytest.mark.parametrize("bound", BOUNDS)
def test_a_bound_that_the_page_tells_is_the_one_of_the_code(bound: str) -> None:
    assert bound in " ".join(TEXT["docs/data.md"].split())


def test_the_page_tells_of_eight_tables_and_of_everything_that_an_npz_has() -> None:
    assert beside.MOST == 8
    assert all(f"`{name}`" in TEXT["docs/data.md"] for name in re.findall(r"\w+_\w+", npz.LAYOUT))


def test_every_column_that_means_something_is_named_on_the_page() -> None:
    rows = TEXT["docs/data.md"].split("| column |")[1].split("\n\n")[0]
    for names in (cells.FILE, table.LABEL, table.CAPTION, table.SPLIT):
        assert f"| `{names[0]}` |" in rows and all(f"`{name}`" in rows for name in names)


def test_every_published_set_is_on_the_page_with_its_size() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \| ([\d.]+ [MG]B) \|", TEXT["docs/data.md"], re.MULTILINE))
    assert rows == {name: megabytes(source.size) for name, source in PUBLISHED.items()}


# Python


def calls(text: str) -> list[tuple[str, list[str]]]:
    """Names of the interface that the Python of a page uses, each with the names of what it is given."""
    blocks = re.findall(r"^```python\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    nodes = [node for block in blocks for node in ast.walk(ast.parse(block))]
    given = {id(node.func): [str(keyword.arg) for keyword in node.keywords] for node in nodes if isinstance(node, ast.Call)}
    found = [node for node in nodes if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "core"]
    return [(node.attr, given.get(id(node), [])) for node in found]


CALLED = [(page, name, given) for page in ("README.md", "docs/python.md") for name, given in calls(TEXT[page])]


@pytest.mark.parametrize(("page", "name", "given"), CALLED, ids=[f"{page} {name}" for page, name, _ in CALLED])
def test_what_a_page_calls_is_there_and_takes_what_it_is_given(page: str, name: str, given: list[str]) -> None:
    import ssl_core as core

    assert name in core.__all__
    takes = inspect.signature(getattr(core, name)).parameters if callable(getattr(core, name)) else {}
    assert any(each.kind is each.VAR_KEYWORD for each in takes.values()) or set(given) <= set(takes)


def test_names_of_the_interface_that_stand_in_sentences_are_there() -> None:
    import ssl_core as core

    named = {name for page in TEXT for name in re.findall(r"`core\.(\w+)", TEXT[page])} - {"list_"}
    assert named <= set(core.__all__) and len(named) > 10
