"""The steps of a run at which something is written: a line of the curve, a snapshot, an encoder that is kept."""

from __future__ import annotations

from ssl_core.records.budget import NEVER, WARM_STEPS
from ssl_core.records.encoders import thinned

LOOKS = (0.01, 0.025, *(k / 20 for k in range(1, 21)))  # shares of the run after which a snapshot and held-out metrics are taken
EARLY = (3, 10, 30)  # steps with a snapshot before those: whoever has clicked on Train sees pictures change at once
LOOK_EVERY = 20.0  # seconds at most between two snapshots
KEPT_AT = (0.01, 0.025, 0.05, 0.1, 0.2, 0.4, 0.7)  # shares of the run, among LOOKS, after which its encoder is kept; so it is after EARLY
SAVE_EVERY = 30.0  # seconds at most between two checkpoints
LINES = 200  # lines of the curve
PER_DOUBLING = 100  # lines of the curve between n and 2 n steps, where no end is known


class Marks:
    """Which steps are marked, of a run of `total` steps; NEVER: without an end, marked by doublings. A function of the step alone."""

    def __init__(self, total: int, looks: int | None = None) -> None:
        """looks: snapshots, evenly spread, where there is less time for them than for the shares LOOKS."""
        self.total = total
        self.every = max(1, total // LINES)
        shares = LOOKS if looks is None else [k / looks for k in range(1, looks + 1)]
        self.looks = {max(1, round(total * share)) for share in shares}
        if looks is None:
            self.looks |= {step for step in EARLY if step < min(self.looks)}
        self.keeps = self._keeps(looks is None)

    @property
    def endless(self) -> bool:
        return self.total >= NEVER

    def line(self, step: int) -> bool:
        """Whether a line with training means is written after a step: a resumed run writes the same ones."""
        return step % (interval(step) if self.endless else self.every) == 0

    def look(self, step: int) -> bool:
        """Whether a snapshot is taken after a step."""
        return doubling(step) or step in (1, 10, 30) if self.endless else step in self.looks

    def kept(self, step: int) -> bool:
        """Whether the encoder of a step is kept: at each doubling where no end is known, else at looks, each about twice the one before."""
        return doubling(step) if self.endless else step in self.keeps

    def _keeps(self, at_shares: bool) -> set[int]:
        """The looks at which the encoder is kept. The last step isn't one: the last checkpoint holds that encoder."""
        wanted = {max(1, round(self.total * share)) for share in KEPT_AT} | set(EARLY) if at_shares else self.looks
        return set(thinned(sorted(step for step in wanted & self.looks if step < self.total)))


def interval(step: int) -> int:
    """Steps between two lines of the curve where no end is known: 1 up to 2 PER_DOUBLING, then twice as many at each doubling."""
    return 1 << max(0, (step // PER_DOUBLING).bit_length() - 1)


def doubling(step: int) -> bool:
    """Whether a step is WARM_STEPS × 1, 2, 4, 8, …"""
    times, rest = divmod(step, WARM_STEPS)
    return rest == 0 and times > 0 and times & (times - 1) == 0
