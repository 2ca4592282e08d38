"""Probe jobs worked in this process, and what their commands print."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ssl_core.__main__ import main
from ssl_core.evaluation.probe import probe_request
from ssl_core.evaluation.protocol import Protocol
from ssl_core.jobs.folder import ask
from ssl_core.jobs.worker import work
from ssl_core.models.targets import parse_all
from ssl_core.records.homes import home_of
from tests.help.evaluation import SIZE

SMALL = {"train": 300, "test": 150}
PLAIN = Protocol(**SMALL, image_size=SIZE)


def score(text: str, dataset: str = "digits", protocol: Protocol = PLAIN) -> Path:
    """A probe job, worked here; its folder."""
    (target,) = parse_all([text], dataset, protocol.image_size)
    folder = ask("probe", probe_request(target, protocol), home_of(target.text))
    status = work(folder)
    assert status.state == "done", status.reason
    return folder


FLAGS = ["--dataset", "digits", "--train-images", "300", "--test-images", "150", "--image-size", str(SIZE)]


def said(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, Any, str]:
    """Exit status, the JSON of the last line, what went to stderr."""
    status = main([*arguments, "--json"])
    out, err = capsys.readouterr()
    return status, json.loads(out.splitlines()[-1]) if out else None, err
