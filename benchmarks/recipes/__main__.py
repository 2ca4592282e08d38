"""Settings side by side: `SSL_DATA=<folder with cifar10> python -m benchmarks.recipes PHASE [--only METHOD …] [--place A]`.

search tries each setting once; seeds, the chosen one and the one before with three seeds; first, the first minute on scenes; varied, what
else was tried there; page writes docs/recipes.csv and docs/recipes.md. Several processes may work at once, each with a place of its own:
each takes the next trial that nobody has. What is done stays done.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator

from benchmarks.recipes.page import SEEDS, SHORT, write
from benchmarks.recipes.settings import AS_IT_WAS, CHOSEN, FIRST, SEARCHED, VARIED, Searched
from benchmarks.recipes.trial import BUILD, Trial, prepare, time_together, tried
from ssl_core.system.disk import write_json


def search(methods: Iterable[Searched]) -> Iterator[Trial]:
    """Each setting once."""
    for method in methods:
        yield from (Trial(method, setting) for setting in method.settings)


def seeds(methods: Iterable[Searched]) -> Iterator[Trial]:
    """The chosen setting and the one before with each seed; with the first seed the chosen one for the short budget too."""
    for method in methods:
        if method.task in CHOSEN:
            chosen = method.setting(CHOSEN[method.task])
            yield Trial(method, chosen, 0, SHORT)
            yield from (Trial(method, setting, seed) for seed in SEEDS for setting in (method.setting(AS_IT_WAS), chosen))


def first(methods: Iterable[Searched]) -> Iterator[Trial]:
    """Rotation's settings on scenes with five seeds, each as long as its recipe says."""
    time_together([Trial(FIRST, setting, 0, 0) for setting in FIRST.settings])
    yield from (Trial(FIRST, setting, seed, 0) for seed in range(5) for setting in FIRST.settings)


def varied(methods: Iterable[Searched]) -> Iterator[Trial]:
    """One thing at a time changed in rotation's short run on scenes."""
    time_together([Trial(VARIED, setting, 0, 0) for setting in VARIED.tried])
    yield from (Trial(VARIED, setting, 0, 0) for setting in VARIED.tried)


PHASES = {"search": search, "seeds": seeds, "first": first, "varied": varied}


def work_all(trials: Iterable[Trial]) -> None:
    """Works the trials that nobody works and that aren't done."""
    home = BUILD / "trials"
    home.mkdir(parents=True, exist_ok=True)
    for trial in trials:
        path = home / f"{trial.key}.json"
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            continue
        try:
            record = tried(trial)
        except BaseException:
            path.unlink()
            raise
        write_json(path, record)
        print(json.dumps(record), flush=True)


def main(arguments: list[str]) -> int:
    """Works a phase, or writes the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recipes", description=__doc__)
    parser.add_argument("phase", choices=(*PHASES, "page"))
    parser.add_argument("--only", nargs="*", default=[], metavar="METHOD")
    parser.add_argument("--place", default="a", help="a name for this process's folders")
    asked = parser.parse_args(arguments)
    if asked.phase == "page":
        write()
        return 0
    prepare(asked.place)
    work_all(PHASES[asked.phase](method for method in SEARCHED if not asked.only or method.task in asked.only))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
