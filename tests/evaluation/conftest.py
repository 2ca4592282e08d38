"""A run with weights, and its comparison with others."""

from __future__ import annotations

import pytest

from ssl_core.evaluation.compare import Comparison, comparison
from tests.help.comparing import SMALL, score
from tests.help.evaluation import SIZE, run_with_weights


@pytest.fixture(scope="module")
def run_name() -> str:
    return run_with_weights()


@pytest.fixture(scope="module")
def compared(run_name: str) -> Comparison:
    texts = [run_name, "random:convnet@1", "pixels"]
    for text in texts:
        score(text)
    return comparison(texts, image_size=SIZE, **SMALL)
