"""One question about a data set of which two readings fit: asked before anything is measured or drawn, answered by one of two buttons."""

from __future__ import annotations

import streamlit as st

from pages._kit.data import otherwise
from pages._kit.data.reading import answer, effect, other_choice, plain, reading, short, take
from pages._kit.screen import frame


def comes_first(name: str, title: str) -> bool:
    """Whether a question about a set is open: then it stands under the screen's title in place of all else that the screen shows."""
    found = reading(name)
    if found is None or not found.questions:
        return False
    frame.header(title)
    return ask(name)


def ask(name: str) -> bool:
    """The open question about a set. Returns whether there is one."""
    found = reading(name)
    if found is None or not found.questions:
        return False
    (remark,) = found.questions
    with st.container(border=True, key="question"):
        asked = f"Two readings fit the pictures of '{frame.escape(name)}': which is meant?"
        st.markdown(f"**{asked}** One answer, before anything is measured.")
        st.markdown(plain(remark.words))
        other = other_choice(found, remark) if remark.other else None
        with st.container(horizontal=True, vertical_alignment="center"):
            if st.button("As it is", key="as-it-is", icon=":material/check:"):
                answer(name, remark)
            if other is not None:
                if st.button("The other way", key="other-way", icon=":material/swap_horiz:"):
                    take(name, other)
            elif st.button("Read it differently", key="question-differently", icon=":material/tune:"):
                otherwise.open_for(name)
        if found.account is not None:
            frame.quiet(f"As it is: {plain(short(found.account))}")
        if other is not None and (words := effect(name, other)):
            frame.quiet(f"The other way: {words}")
    return True
