"""Finds the parts in a package: adding a file is the registration; a file that can't load is kept with its reason."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Generic, NamedTuple, TypeVar

from ssl_core.settings import SettingsError

Part = TypeVar("Part")


class Broken(NamedTuple):
    """A file that should hold a part and can't be used."""

    file: str
    reason: str


class Catalogue(Mapping[str, type[Part]], Generic[Part]):
    """The parts of one kind, by the name of their file."""

    def __init__(self, kind: str, parts: dict[str, type[Part]], broken: list[Broken]) -> None:
        self.kind, self.parts, self.broken = kind, parts, broken

    def __getitem__(self, name: str) -> type[Part]:
        if name in self.parts:
            return self.parts[name]
        for fault in self.broken:
            if fault.file.endswith(f"/{name}.py"):
                raise SettingsError(f"The {self.kind} '{name}' can't be loaded: {fault.reason}")
        raise SettingsError(f"There is no {self.kind} '{str(name)[:60]}'. There are: {', '.join(self.parts)}.")

    def __contains__(self, name: object) -> bool:
        return name in self.parts

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)


def names_in(package: ModuleType) -> list[str]:
    """The names of a package's parts, by its files alone: nothing is imported."""
    found = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    return [name for name in found if name != "base" and not name.startswith("_")]


def collect(package: ModuleType, base: type[Part], kind: str) -> Catalogue[Part]:
    """Every concrete subclass of `base` that a module of `package` defines, one a file; files that fail keep their reason."""
    parts: dict[str, type[Part]] = {}
    broken: list[Broken] = []
    for name in names_in(package):
        file = f"{package.__name__.replace('.', '/')}/{name}.py"
        try:
            parts[name] = _only_part(importlib.import_module(f"{package.__name__}.{name}"), base)
        except Exception as error:  # a part's file may raise anything at import: the other parts load, and the reason is shown
            broken.append(Broken(file, f"{type(error).__name__}: {error}"))
    return Catalogue(kind, parts, broken)


def _only_part(module: ModuleType, base: type[Part]) -> type[Part]:
    found = [value for value in vars(module).values() if inspect.isclass(value) and issubclass(value, base) and value is not base]
    found = [value for value in found if value.__module__ == module.__name__ and not inspect.isabstract(value)]
    if len(found) != 1:
        raise TypeError(f"must define exactly one {base.__name__} without abstract methods left; found {len(found)}")
    part: type = found[0]
    part.name = module.__name__.rpartition(".")[2]  # type: ignore[attr-defined]
    return part
