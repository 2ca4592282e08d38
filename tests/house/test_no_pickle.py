"""Nothing that somebody else made is ever run: no pickle, no `eval`, weights by safetensors or `weights_only=True`."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APP = sorted(path for folder in ("ssl_core", "pages") for path in (ROOT / folder).rglob("*.py")) + [ROOT / "app.py", ROOT / "start.py"]
RUNS = {"pickle": ("load", "loads"), "marshal": ("load", "loads"), "shelve": ("open",), "joblib": ("load",), "dill": ("load", "loads")}
RUNS |= {
    "yaml": ("load", "unsafe_load"),
    "torch.jit": ("load",),
    "torch.export": ("load",),
    "torch.hub": ("load", "load_state_dict_from_url"),
}
BARE = ("eval", "exec", "__import__")
LIMITED = ROOT / "ssl_core" / "system" / "pickles.py"  # may read pickles, by a reader that lets in numbers and words alone


def faults(source: str) -> list[str]:
    """Calls in a source that run what a file holds."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return [
        ast.unparse(call) for call in calls if _runs(ast.unparse(call.func), {each.arg: ast.unparse(each.value) for each in call.keywords})
    ]


def _runs(name: str, named: dict[str, str]) -> bool:
    owner, _, function = name.rpartition(".")
    if name == "torch.load":
        return named.get("weights_only") != "True"
    if function == "load" and owner in ("np", "numpy"):
        return named.get("allow_pickle", "False") != "False"
    return function in RUNS.get(owner, ()) or name in BARE or function == "Unpickler"


@pytest.mark.parametrize("path", APP, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_file_of_the_app_runs_what_it_reads(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


def test_the_one_reader_of_pickles_lets_in_a_list_of_names_alone() -> None:
    (reader,) = (node for node in ast.parse(LIMITED.read_text(encoding="utf-8")).body if isinstance(node, ast.ClassDef))
    (lookup,) = (node for node in reader.body if isinstance(node, ast.FunctionDef))
    assert ast.unparse(reader.bases[0]) == "pickle.Unpickler" and lookup.name == "find_class"
    assert (
        "not in ALLOWED" in ast.unparse(lookup.body[0])
        and isinstance(lookup.body[0], ast.If)
        and isinstance(lookup.body[0].body[0], ast.Raise)
    )


@pytest.mark.parametrize(
    "line",
    [
        "torch.load(p)",
        "torch.load(p, weights_only=False)",
        "pickle.load(f)",
        "np.load(p, allow_pickle=True)",
        "torch.jit.load(p)",
        "eval(text)",
    ],
)
def test_what_would_run_a_file_is_found(line: str) -> None:
    assert faults(line) == [line]
    assert faults("torch.load(p, weights_only=True); np.load(p); json.loads(text); model.eval()") == []
