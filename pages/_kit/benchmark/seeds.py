"""A run that was repeated with other seeds: the mean over them with its interval, as a sentence beside the bars."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.benchmark.words import Asked
from pages._kit.screen import frame


def show(asked: Asked) -> None:
    """The sentence, and the button that scores the seeds that are missing; nothing of a run that was never repeated."""
    found = core.seeds_found(asked.run.id, asked.protocol)
    if found is None:
        return
    if found.over is not None:
        each = ", ".join(found.measure.text(score) for score in found.over.scores)
        mean, lo, hi = found.over.mean
        ends = f"{found.measure.text(mean)} ({found.measure.text(lo)} to {found.measure.text(hi)})"
        count = len(found.over.members)
        st.markdown(f"Over {count} seeds of this run: mean {ends}, 95 % interval over seeds (Student’s t). Each: {each}.")
    if found.unscored:
        count = len(found.unscored)
        if st.button(f"Score {count} more {'seed' if count == 1 else 'seeds'}", key="seeds", icon=":material/replay:"):
            core.request_comparison(found.unscored, asked.run.dataset, asked.protocol)
            frame.quiet("They are being scored.")
