"""Facts about how parts are found."""

from __future__ import annotations

import importlib
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from ssl_core.parts.collect import collect
from ssl_core.settings import SettingsError

BASE = "from abc import ABC, abstractmethod\nclass Toy(ABC):\n    @abstractmethod\n    def play(self): ...\n"
GOOD = "from {package}.base import Toy\nclass Ball(Toy):\n    def play(self): return 'bounce'\n"
Shelf = Callable[..., tuple[ModuleType, type]]


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[Shelf]:
    """Makes a package of parts from file names and texts; gives it and its base class."""
    package = f"toys_{abs(hash(request.node.name))}"
    monkeypatch.syspath_prepend(tmp_path)

    def fill(**files: str) -> tuple[ModuleType, type]:
        (tmp_path / package).mkdir()
        for name, text in {"__init__": "", "base": BASE, **files}.items():
            (tmp_path / package / f"{name}.py").write_text(text.replace("{package}", package))
        importlib.invalidate_caches()
        return importlib.import_module(package), importlib.import_module(f"{package}.base").Toy

    yield fill
    for name in [name for name in sys.modules if name.split(".")[0] == package]:
        del sys.modules[name]


def test_adding_a_file_is_the_registration(shelf: Shelf) -> None:
    found = collect(*shelf(ball=GOOD, drum=GOOD.replace("Ball", "Drum")), kind="toy")
    assert list(found) == ["ball", "drum"] and len(found) == 2 and found.broken == []
    assert found["ball"]().play() == "bounce"


def test_a_part_bears_the_name_of_its_file(shelf: Shelf) -> None:
    assert collect(*shelf(red_ball=GOOD), kind="toy")["red_ball"].name == "red_ball"


def test_the_base_and_files_with_an_underscore_are_no_parts(shelf: Shelf) -> None:
    assert list(collect(*shelf(ball=GOOD, _helper=GOOD), kind="toy")) == ["ball"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("def play(:", "SyntaxError: invalid syntax"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("", "TypeError: must define exactly one Toy without abstract methods left; found 0"),
        ("from {package}.base import Toy\nclass Half(Toy): ...", "found 0"),
        (GOOD + "class Second(Ball): ...", "found 2"),
        ("from {package}.ball import Ball", "found 0"),
    ],
)
def test_a_file_that_cannot_be_used_is_kept_with_its_reason_and_the_others_go_on(shelf: Shelf, text: str, reason: str) -> None:
    package, base = shelf(ball=GOOD, odd=text)
    found = collect(package, base, "toy")
    assert list(found) == ["ball"]
    (fault,) = found.broken
    assert fault.file == f"{package.__name__}/odd.py" and reason in fault.reason
    with pytest.raises(SettingsError, match="The toy 'odd' can't be loaded: "):
        found["odd"]


def test_an_unknown_name_is_answered_with_those_there_are(shelf: Shelf) -> None:
    found = collect(*shelf(ball=GOOD, drum=GOOD), kind="toy")
    with pytest.raises(SettingsError, match="^There is no toy 'kite'. There are: ball, drum.$"):
        found["kite"]
    assert "kite" not in found and "ball" in found


def test_a_long_name_is_not_echoed_whole(shelf: Shelf) -> None:
    found = collect(*shelf(ball=GOOD), kind="toy")
    with pytest.raises(SettingsError) as refused:
        found["x" * 5000]
    assert len(str(refused.value)) < 150


def test_an_abstract_class_of_another_module_does_not_count_as_a_part(shelf: Shelf) -> None:
    class Game(ABC):
        @abstractmethod
        def play(self) -> str: ...

    package, _ = shelf(ball=GOOD)
    found = collect(package, Game, "game")
    assert len(found) == 0 and "found 0" in found.broken[0].reason
