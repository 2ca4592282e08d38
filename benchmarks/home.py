"""Answers Home's photographs anew by the starter run that ships: `python -m benchmarks.home`, a second. `benchmarks.starter` ends with it.

Which photographs and turns are shown follows from the answers: two right ones, of two photographs where that goes, and one that is wrong.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
from PIL import Image

from ssl_core.library.browse import sample_pictures
from ssl_core.predictions.play import play
from ssl_core.system import disk
from ssl_core.system.origin import STARTER

RUN = "photos-starter"  # visitors bring photographs, and this run learnt from photographs
PHOTO_OF = {"temple": "china", "roofs": "china", "flower": "flower", "petals": "flower"}  # square -> scikit-learn's photograph


class Turned(NamedTuple):
    """A square photograph as Home shows it."""

    name: str
    degrees: int  # clockwise
    answers: list[dict[str, Any]]  # caption, mark and right after 0, 90, 180 and 270 degrees


def squares_for_home() -> dict[str, np.ndarray]:
    """Square crops of scikit-learn's two photographs by name: those among which Home's three are chosen."""
    photos = dict(sample_pictures())
    wide, flower = photos["china"], photos["flower"]
    high = wide.shape[0]
    return {
        "temple": wide[:, 60 : 60 + high],
        "roofs": wide[:, -high:],
        "flower": flower[:, 150 : 150 + high],
        "petals": flower[:, :high],
    }


def chosen_for_home(answers: dict[str, list[dict[str, Any]]], photo_of: Mapping[str, str] = PHOTO_OF) -> list[Turned]:
    """Two squares that are answered right and, last, one that is answered wrong.

    answers: by square, after 0, 90, 180 and 270 degrees, each with `right` and `sure`. The wrong one is the square with the surest wrong
    answer. The right ones are turned differently, and are, in this order, of two photographs, not upright, and the surest such pair.
    """
    asked = [(name, k, each) for name, four in answers.items() for k, each in enumerate(four)]
    wrong = max((row for row in asked if not row[2]["right"]), key=lambda row: row[2]["sure"], default=None)
    assert wrong is not None, "every answer is right: add a photograph to squares_for_home"
    right = [row for row in asked if row[2]["right"] and row[0] != wrong[0]]
    pairs = [(a, b) for a, b in itertools.combinations(right, 2) if a[0] != b[0] and a[1] != b[1]]
    assert pairs, "fewer than two photographs are answered right: add some to squares_for_home"

    def worth(pair: Iterable[tuple[str, int, dict[str, Any]]]) -> tuple[bool, int, float]:
        pair = tuple(pair)
        photos = {photo_of.get(name, name) for name, _, _ in pair}
        return len(photos) == 2, sum(k > 0 for _, k, _ in pair), sum(each["sure"] for _, _, each in pair)

    two = sorted(max(pairs, key=worth), key=lambda row: -row[2]["sure"])
    return [Turned(name, 90 * k, answers[name]) for name, k, _ in (*two, wrong)]


def answers_for_home(run: str, square_HWC: np.ndarray) -> list[dict[str, Any]]:
    """The run's answers to a square photograph after 0, 90, 180 and 270 degrees."""
    told = []
    for degrees in (0, 90, 180, 270):
        answer = play(run, square_HWC, {"turn": degrees})
        panel, verdict = answer.panels[0], answer.verdict
        assert verdict is not None
        sure = max(share for _, share in verdict.bars)
        told.append({"caption": panel.caption, "mark": panel.mark, "right": panel.right, "sure": round(sure, 4)})
    return told


def pictures_for_home(run: str = RUN) -> None:
    """Three photographs with ready-made answers to all their turns. The answers are about the files as they ship."""
    home = STARTER / "home"
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    answers = {}
    for name, square in squares_for_home().items():
        Image.fromarray(np.ascontiguousarray(square)).save(home / f"{name}.jpg", quality=88)
        answers[name] = answers_for_home(run, np.array(Image.open(home / f"{name}.jpg")))
    chosen = chosen_for_home(answers)
    for name in answers.keys() - {each.name for each in chosen}:
        (home / f"{name}.jpg").unlink()
    told = [{"file": f"{each.name}.jpg", "name": each.name, "turn": each.degrees, "answers": each.answers} for each in chosen]
    sentence = "It played one game, *where is the top?* Nobody told it what is in a picture. Turn these: where is its arrow wrong?"
    credit = "Crops of scikit-learn's sample images: china.jpg by danielbuechele, flower.jpg by dany13, both CC BY 2.0."
    disk.write_json(home / "home.json", {"run": run, "sentence": sentence, "pictures": told, "credit": credit})


if __name__ == "__main__":
    pictures_for_home()
