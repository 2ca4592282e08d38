"""What can go wrong: hazard → the exact sentence that is said → what must still be there. `test_hazards.py` and `e2e` make each happen.

In a sentence, words in <angle brackets> stand for what differs from one time to the next.
"""

from __future__ import annotations

import re

from tests.hazards.hazard import Hazard
from tests.hazards.rows.archives import ARCHIVES
from tests.hazards.rows.downloads import DOWNLOADS
from tests.hazards.rows.ends import ENDS
from tests.hazards.rows.labels import LABELS
from tests.hazards.rows.left_of_runs import LEFT_OF_RUNS
from tests.hazards.rows.machines import MACHINES
from tests.hazards.rows.nothing_there import NOTHING_THERE
from tests.hazards.rows.pictures import PICTURES
from tests.hazards.rows.requests import REQUESTS

HAZARDS = (*NOTHING_THERE, *DOWNLOADS, *ENDS, *PICTURES, *ARCHIVES, *REQUESTS, *MACHINES, *LEFT_OF_RUNS, *LABELS)


def found(words: str, text: str) -> bool:
    """Whether a text holds these words, whatever stands for the words in angle brackets."""
    pattern = "".join("[^\n]+?" if part.startswith("<") else re.escape(part) for part in re.split(r"(<\w+>)", words))
    return re.search(pattern, text) is not None


def hazard(name: str, place: str) -> Hazard:
    """A row of the table."""
    return next(row for row in HAZARDS if (row.hazard, row.place) == (name, place))
