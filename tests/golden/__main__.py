"""Writes the first ten losses of each task anew: `python -m tests.golden`. A change needs its own sentence in the commit."""

import os
import tempfile

import torch

from ssl_core.parts.catalogues import TASKS
from ssl_core.records.curve import curve
from ssl_core.records.spec import spec_of
from tests.golden import STEPS, asked, write
from tests.help.small import small_run

if __name__ == "__main__":
    torch.set_num_threads(1)
    for name in TASKS:
        with tempfile.TemporaryDirectory() as folder:
            os.environ.update(SSL_RUNS=f"{folder}/runs", SSL_CACHE=f"{folder}/cache")
            run, _ = small_run(name, steps=STEPS, **asked(name))
            spec = spec_of(run)
            write(name, spec.options, spec.recipe.plain(), [line["train"]["loss"] for line in curve(run) if line["train"]])
