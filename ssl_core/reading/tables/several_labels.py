"""Cells that name several labels of one picture (multi-label). No torch."""

from __future__ import annotations

from collections import Counter

from ssl_core.reading.account import Remark
from ssl_core.reading.naming import quoted
from ssl_core.reading.tables.bound import Bound
from ssl_core.reading.tables.classes import Classes
from ssl_core.reading.tables.kinds import Kinds
from ssl_core.reading.tables.table import count_of

MOST_LABELS = 200  # labels of cells with several that become columns


def several_labels(known: Bound, k: int, kinds: Kinds) -> Classes | None:
    """Cells that name several labels, known by labels that stand alone elsewhere; they name no classes."""
    for mark in ("|", ";", ",", " "):
        split = {value: tuple(part for text in value.split(mark) if (part := text.strip())) for value in kinds.counts}
        many = {value: parts for value, parts in split.items() if len(parts) > 1}
        part_column = Counter(part for parts in split.values() for part in set(parts))
        alone = {value for value, parts in split.items() if len(parts) == 1}
        if not many or len(part_column) > MOST_LABELS or not alone & {part for parts in many.values() for part in parts}:
            continue
        if any(all(part in alone or (mark != " " and part_column[part] > 1) for part in parts) for parts in many.values()):
            title = known.sheet.titles[k]
            rows = sum(kinds.counts[value] for value in many)
            text = (
                f"`{known.sheet.name}` names several labels of {count_of(rows, 'picture')} in its column `{title}` "
                f"({quoted(sorted(many), 3)}), so it names no classes; each of its {len(part_column):,} labels colours the map."
            )
            remark = Remark(text, True, {"classes": f"{known.sheet.name}:{title}"})
            return Classes("", [], frozenset((k,)), (remark,), (k, [split.get(value, ()) for value in kinds.values]))
    return None
