"""A job that several processes work together: the first one writes its folder, the others hear from it what to work."""

from __future__ import annotations

import os
from typing import Any, NamedTuple

from ssl_core.jobs.kinds import KINDS


class Job(NamedTuple):
    """A job that was read from its folder."""

    kind: str
    request: Any  # what the kind's `read` made of spec.json; without one, its JSON


class JobBroadcast:
    """Sends the job from the first process to those that were launched beside it, once; None: nothing for them to work."""

    def __init__(self) -> None:
        self.sent = int(os.environ.get("WORLD_SIZE", 1)) == 1

    def __call__(self, job: Job | None) -> Job | None:
        """Sends it (first process) or receives it (the others); nothing happens where there are no others, or a second time."""
        if self.sent:
            return None
        from ssl_core.functional import distributed

        self.sent = True
        distributed.join()
        return distributed.broadcast(job if job and KINDS[job.kind].parallel else None)
