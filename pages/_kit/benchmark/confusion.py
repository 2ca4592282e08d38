"""Class by class: the confusion matrix of one target, whose cells open their pictures, and how many of each class are right."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

import ssl_core as core
from pages._kit.benchmark import behind
from pages._kit.benchmark.words import Asked
from pages._kit.screen import frame

MOST = 30  # classes of a matrix that can be read; of more, those with the most mistakes
OPENED = "benchmark_cell"  # session: the cell opened last
ROW = 35  # pixels of a table's row


def show(asked: Asked, found: core.Comparison) -> None:
    """The matrix of the chosen target and its classes; nothing where no target names classes yet."""
    named = [each.row.target for each in found.scored if each.guess_S is not None and each.unit_E is None]
    if not named:
        return
    with st.expander("Class by class: what is taken for what"):
        first = named.index(asked.run.id) if asked.run.id in named else 0
        key = f"classes-of-{asked.run.id}"
        target = st.selectbox("Answers of", named, first, format_func=asked.name, key=key) if named[1:] else named[0]
        scored = next(each for each in found.scored if each.row.target == target)
        table = core.by_class(scored, found.classes)
        assert table is not None
        _matrix(asked, found, target, table)
        _rows(table, f"classes-{target}")


def _matrix(asked: Asked, found: core.Comparison, target: str, table: core.ByClass) -> None:
    """The counts as a table: a class a row, an answer a column, the darker the larger its share of the row."""
    places = _shown(table.count_KK)
    names = [table.classes[k] for k in places]
    count_KK = table.count_KK[np.ix_(places, places)]
    share_KK = count_KK / np.maximum(1, table.count_KK[places].sum(1, keepdims=True))
    few = (
        f" Shown are the {len(places)} of {len(table.classes)} classes with the most mistakes." if len(places) < len(table.classes) else ""
    )
    frame.quiet(f"Rows: the true class. Columns: the answer of {frame.escape(asked.name(target))}. Press a number for its pictures.{few}")
    cells = pd.DataFrame(count_KK, index=pd.Index(names, name="true class"), columns=pd.Index(_apart(names)))
    painted = cells.style.apply(lambda _: _colours(share_KK), axis=None).format(lambda number: str(number) if number else "·")
    event: Any = st.dataframe(
        painted, height=ROW * (len(names) + 1) + 3, key=f"matrix-{target}", on_select="rerun", selection_mode="single-cell"
    )
    cell = next(iter(event.selection.cells), None)
    if cell != st.session_state.get(OPENED):
        st.session_state[OPENED] = cell
        if cell is not None:
            row, column = cell[0], list(cells.columns).index(cell[1])
            _open(asked, found, target, int(table.label_K[places[row]]), int(table.label_K[places[column]]))


def _shown(count_KK: np.ndarray) -> np.ndarray:
    """The classes of the matrix: all, or the MOST with the most mistakes, in the set's order."""
    wrong_K = count_KK.sum(0) + count_KK.sum(1) - 2 * np.diag(count_KK)
    return np.sort(np.argsort(-wrong_K, kind="stable")[:MOST])


def _apart(names: list[str]) -> list[str]:
    """Names as a table's columns, which must differ: two equal ones by a number."""
    return [name if names.index(name) == place else f"{name} ({place + 1})" for place, name in enumerate(names)]


def _colours(share_KK: np.ndarray) -> np.ndarray:
    """The ground of each cell: in the colour of right answers or of wrong ones, as strong as the cell's share of its row."""
    right, wrong = (", ".join(map(str, core.rgb(core.light(role)))) for role in ("right", "wrong"))
    return np.array(
        [
            [f"background-color: rgba({right if row == column else wrong}, {0.75 * share:.2f})" for column, share in enumerate(shares)]
            for row, shares in enumerate(share_KK)
        ]
    )


def _open(asked: Asked, found: core.Comparison, target: str, label: int, guess: int) -> None:
    """The pictures of a cell."""
    (guess_S,) = (each.guess_S for each in found.scored if each.row.target == target)
    places = np.flatnonzero((found.label_S == label) & (guess_S == guess)).tolist()
    true, said = (frame.escape(found.classes[k]) for k in (label, guess))
    words = f"{true}, named correctly" if label == guess else f"{true}, taken for {said}"
    behind.open_wall(asked, found, words, places, target)


def _rows(table: core.ByClass, key: str) -> None:
    """A row a class, the one with the fewest right first."""
    rows = sorted(table.rows, key=lambda row: row.right.value)
    st.dataframe(
        pd.DataFrame(
            {
                "class": [row.name for row in rows],
                "test pictures": [row.n for row in rows],
                "right": [100 * row.right.value for row in rows],
                "95 % interval": [f"{100 * row.right.lo:.0f} to {100 * row.right.hi:.0f} %" for row in rows],
                "mostly taken for": [f"{row.taken_for} ({row.taken})" if row.taken else "" for row in rows],
            }
        ),
        hide_index=True,
        key=key,
        column_config={"right": st.column_config.ProgressColumn(format="%.0f %%", min_value=0, max_value=100)},
    )
    frame.quiet("Intervals are over the test pictures of each class alone: a class of few pictures has a wide one.")
