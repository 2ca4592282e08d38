"""The verdict on a run in words, beside its curve: what it learnt, and what to do next."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.run import live, shortcut
from pages._kit.screen import frame, readers

ICONS = {
    "early": ":material/hourglass_empty:",
    "nothing": ":material/hourglass_empty:",
    "below": ":material/trending_down:",
    "learning": ":material/trending_up:",
    "learnt": ":material/check_circle:",
    "flat": ":material/trending_flat:",
    "collapsed": ":material/warning:",
    "better": ":material/trophy:",
    "shortcut": ":material/warning:",
}


def of_run(run: core.Run) -> core.CurveVerdict:
    """The verdict on a run, at work or ended."""
    words, status = live.metric_of(run)[1], run.status
    done = status.state == "done"
    ahead = ahead_of(run.id, status.weights) if done and words.unit == "%" else None
    return core.verdict_of(run, readers.curve(run.folder), words, ahead, beyond(run.id, status.weights) if done else None)


@st.cache_data(max_entries=64, show_spinner=False, ttl=60)
def ahead_of(run_id: str, weights: str) -> tuple[float, float] | None:
    """The interval by which its features are ahead of ImageNet's, cached for a minute by the digest of its weights."""
    return core.ahead_of_imagenet(run_id)


@st.cache_data(max_entries=64, show_spinner=False, ttl=60)
def beyond(run_id: str, weights: str) -> tuple[float, float] | None:
    """The same against its own network untrained."""
    return core.ahead_of_untrained(run_id)


def unlearnt(run: core.Run) -> str:
    """That a finished run's features name classes no better than its network untrained, where that was measured; else ""."""
    found = beyond(run.id, run.status.weights) if run.status.state == "done" else None
    return core.UNLEARNT if found is not None and found[0] <= 0 else ""


def show(run: core.Run) -> None:
    """The verdict in a line or two."""
    found = of_run(run)
    with st.container(key="verdict"):
        st.markdown(f"{ICONS[found.kind]} {frame.escape(found.words)}")
        if found.next:
            frame.quiet(frame.escape(found.next))
        if found.kind == "shortcut":
            shortcut.offer(run)
        if told := run.continued_words:
            frame.quiet(frame.escape(told))
