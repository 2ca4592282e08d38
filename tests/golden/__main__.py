"""Writes the first ten losses of each task anew: `python -m tests.golden`. A change needs its own sentence in the commit."""

import json
import os
import tempfile
from pathlib import Path

import torch

from ssl_core.parts.catalogues import TASKS
from ssl_core.records.curve import curve
from tests.help.small import small_run

if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in TASKS:
        with tempfile.TemporaryDirectory() as folder:
            os.environ.update(SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache")
            run, _ = small_run(name, steps=10)
            losses = [line["train"]["loss"] for line in curve(run) if line["train"]]
        (Path(__file__).parent / f"{name}.json").write_text(json.dumps([round(loss, 6) for loss in losses]) + "\n")
