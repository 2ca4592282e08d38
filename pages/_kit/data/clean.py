"""Pictures to look at again by a network's features, each beside its neighbours; a label is kept or changed by one click, and undone."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.data import opening
from pages._kit.data.reading import reading, take
from pages._kit.figures import gallery
from pages._kit.screen import fragments, frame, links, readers

KEPT = "clean_found"  # session: what was found, by set and run: a fixed label makes new features necessary, which nobody should wait for
BUSY = "clean_busy"  # session: whether features are being computed
SHOWN = 6  # pictures of a kind that are shown
ABOUT = (
    "By the features of the chosen run: labels that the nearest pictures contradict, near duplicates, and pictures that resemble no other. "
    "A change is written into how this set is read, and can be undone above. No file is touched."
)


def offer(row: core.SetRow) -> None:
    """The section for the chosen run; nothing where none is chosen, or it has no weights yet. Refreshed while features are computed."""
    run = links.current_run()
    if any(each.id == run and each.status.weights and not each.status.active for each in readers.runs()):
        fragments.fragment(body, run_every=1 if st.session_state.get(BUSY) else None)(row.name, run)


def body(name: str, run: str) -> None:
    """The button, or what was found."""
    kept: dict[tuple[str, str], core.Cleaned] = st.session_state.setdefault(KEPT, {})
    status, busy = None, False
    if (found := kept.get((name, run))) is None and (status := core.clean_status(run, name)) is not None and status.active:
        busy = True
        opening.at_work(status, status.stage.capitalize(), "clean", lambda: core.stop_clean(run, name))
    elif found is None and st.session_state.get(BUSY) and (found := core.cleaned(run, name)) is not None:
        kept.clear()
        kept[name, run] = found
    if found is not None:
        walls(name, found)
    elif not busy and st.button("Find pictures to look at again", key="clean", icon=":material/fact_check:", help=ABOUT):
        core.request_clean(run, name)
        busy = True
    if busy != st.session_state.get(BUSY, False):
        st.session_state[BUSY] = busy
        st.rerun()


def walls(name: str, found: core.Cleaned) -> None:
    """A wall a kind: the picture, its nearest, and for doubtful labels the two buttons."""
    pairs = f"{frame.count(len(found.twins))} {'pair' if len(found.twins) == 1 else 'pairs'} of near duplicates"
    labels = f"{frame.count(len(found.labels))} labels that neighbours contradict"
    frame.quiet(f"Of {frame.count(found.pictures)} pictures: {labels}, {pairs}, {frame.count(len(found.odd))} odd ones out. {ABOUT}")
    account = reading(name)
    settled = set(account.choice.fixed) if account else set()
    doubted = [each for each in found.labels if not settled or core.file_of(name, each.id) not in settled]
    for kind, suspects in (("Labels", doubted), ("Near duplicates", found.twins), ("Odd ones out", found.odd)):
        if suspects:
            with st.expander(f"{kind}: {frame.count(len(suspects))}", expanded=kind == "Labels"):
                for each in suspects[:SHOWN]:
                    one(name, each, account)
                if len(suspects) > SHOWN:
                    frame.quiet(
                        f"{SHOWN} of {frame.count(len(suspects))}. `{core.COMMAND} clean {found.target} --dataset {name}` names them all."
                    )


def one(name: str, suspect: core.Suspect, account: core.Reading | None) -> None:
    """One picture with its nearest, and what can be done about it."""
    first = [suspect.id, suspect.other] if suspect.kind == "twin" else [suspect.id]
    ids = list(dict.fromkeys([*first, *suspect.near]))[:6]
    words = {"label": f"{suspect.label}?", "twin": "these two"}.get(suspect.kind, suspect.label or "?")
    tiles = [gallery.picture(name, each, words if k == 0 else "", 128) for k, each in enumerate(ids)]
    gallery.show(tiles, columns=6, gap=8)
    if suspect.kind != "label":
        return
    if account is None or account.account is None:
        said = f"Labelled {frame.escape(suspect.label)}; its neighbours are {frame.escape(suspect.other)}."
        frame.quiet(f"{said} Labels of this set can’t be changed here.")
        return
    file = core.file_of(name, suspect.id)
    with st.container(horizontal=True, vertical_alignment="center", key=f"clean-{suspect.id}"):
        if st.button(f"It is {suspect.other}", key=f"fix-{suspect.id}", icon=":material/edit:"):
            take(name, account.choice.with_(fixed={**account.choice.fixed, file: suspect.other}))
        if st.button(f"Keep {suspect.label}", key=f"keep-{suspect.id}", icon=":material/check:"):
            take(name, account.choice.with_(fixed={**account.choice.fixed, file: suspect.label}))
