"""A comparison as a report: one file that asks no address for anything, and its rows."""

from __future__ import annotations

import csv
import json
import re
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest

from ssl_core.__main__ import main
from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.report import report_of
from ssl_core.evaluation.report_page import Barred, Figure, bars
from ssl_core.settings import SettingsError
from tests.help.evaluation import run_with_weights


def test_a_report_is_one_file_with_figures_pictures_versions_and_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    name = run_with_weights()
    with pytest.raises(SettingsError, match="Nothing is scored yet that a report could be about"):
        report_of([name, "random:convnet@77"], "digits", train=60, test=41)
    flags = ["--train-images", "100", "--test-images", "60", "--out", str(tmp_path / "mine.html"), "--json"]
    assert main(["report", name, "--compare", f"untrained:{name}@3", "pixels", *flags]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    text = (tmp_path / "mine.html").read_text(encoding="utf-8")
    plain = unescape(re.sub(r"<[^>]+>", " ", text))
    found = comparison([name, f"untrained:{name}@3", "pixels"], train=100, test=60)
    assert said["title"] in plain and said["bytes"] == len(text.encode()) < 2 * 2**20
    assert not re.search(r"(src|href|url|xlink)\s*[=(]\s*['\"]?(?!data:|')[a-z/]", text) and "default-src 'none'" in text
    assert all(f"{row.accuracy:.1%}" in plain or f"of {found.n_test}" in plain for row in found.rows)
    assert f"python -m ssl_core report {name} --compare" in plain and "torch 2" in plain and "'digits' comes with the program." in plain
    assert text.count("<img src='data:image/webp;base64,") > 0 and text.count("<rect") == 3
    svg = report_of([name, f"untrained:{name}@3", "pixels"], train=100, test=60).svg
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    with open(tmp_path / "mine.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["target"], float(row["value"])) for row in rows] == [(row.target, row.accuracy) for row in found.rows]


def test_a_report_needs_a_place() -> None:
    assert main(["report", "rotation-starter", "--out", "/nowhere/mine.html"]) == 2


def test_bars_are_as_long_as_their_values_and_titles_are_text() -> None:
    drawn = bars(Figure("Accuracy", "%", [Barred("<b>", "run", 0.5, 0.4, 0.6, "50%", "32 px")], 0.1, "chance"))
    assert "<b>" not in drawn and "width='240.0'" in drawn
