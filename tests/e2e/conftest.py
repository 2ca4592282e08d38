"""What browser tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.help.visiting import fresh


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A visitor who was never here."""
    with fresh(browser) as opened:
        yield opened
