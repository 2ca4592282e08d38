"""The command report: a comparison as one HTML file, with its rows as CSV beside it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ssl_core.cli.base import add, say
from ssl_core.cli.evaluate import TARGET, targets_named
from ssl_core.cli.fetch import weights_of
from ssl_core.cli.protocol import protocol_flags, protocol_of
from ssl_core.cli.scores import scored_now
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words
from ssl_core.system.roots import typed

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands


def add_commands(commands: Commands) -> None:
    """Adds report."""
    parser = add(commands, "report", "a comparison as one HTML file that needs nothing else, with its rows as CSV", _report)
    parser.add_argument("target", metavar="TARGET", help=TARGET)
    parser.add_argument("--compare", metavar="TARGET", nargs="+", help="what stands beside it (default: ImageNet, untrained, pixels)")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.html", help="the report; its rows go into FILE.csv")
    protocol_flags(parser)


def _report(given: argparse.Namespace) -> int:
    from ssl_core.evaluation.report import report_of
    from ssl_core.models.targets import targets_for

    out, how = _place(given.out), protocol_of(given)
    texts = [given.target, *(given.compare or targets_for(given.target)[1:])]
    targets = targets_named(texts, given, how.image_size)
    missing = weights_of(target.text for target in targets)
    for target in (target for target in targets if target.text not in missing):
        try:
            result, reason = scored_now(target, how)
        except SettingsError as error:  # the report names it among those left out
            result, reason = None, str(error)
        if result is None:
            print(f"{target.text}: {reason}", file=sys.stderr)
    settings = {name: value for name, value in how._asdict().items() if name != "probe"}
    report = report_of(texts, targets[0].dataset if given.dataset else None, how.probe, **settings)
    with disk_in_words():
        out.write_text(report.html, encoding="utf-8")
        out.with_suffix(".csv").write_text(report.csv, encoding="utf-8", newline="")
    said = {"title": report.title, "out": str(out), "csv": str(out.with_suffix(".csv")), "bytes": out.stat().st_size}
    say(said, given.json, f"{report.title}. The report is {out}, its rows {out.with_suffix('.csv')}.")
    return 0


def _place(out: Path) -> Path:
    out = typed(out)
    if out.suffix.lower() not in (".html", ".htm") or not out.resolve().parent.is_dir():
        raise SettingsError(f"'out' must be a file that ends in .html, in a folder that is there. Got '{out}'.")
    return out
