"""Labels out and in as a file, and the classifier to take home."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit import frame, guarded, links, served

FILE = "fewshot-file"  # session: the file of labels that was read last, and what became of it


def files(dataset: str, classes: tuple[str, ...], state: core.Receipt) -> None:
    """Labels out and in, and the classifier to take home."""
    run_id, store = links.current_run(), served.store()
    with st.popover("Files", icon=":material/folder_open:"):
        st.download_button(
            "Labels as CSV", lambda: core.csv_out(store, dataset), f"{dataset}-labels.csv", "text/csv", icon=":material/download:"
        )
        pressed = st.file_uploader("Labels from CSV, with the columns id and class", ["csv"], key=f"fewshot-csv-{dataset}")
        if pressed is not None and st.session_state.get(FILE, ("",))[0] != pressed.file_id:
            st.session_state[FILE] = pressed.file_id, take_in(dataset, classes, pressed.getvalue())
            guarded.again()
        if pressed is not None:
            st.markdown(st.session_state[FILE][1])
        few = len(set(state.now.values()) & set(classes)) < 2
        st.download_button(
            "Take the classifier home",
            lambda: core.classifier_zip(run_id, dataset, store.labels(dataset), classes),
            f"{dataset}-classifier.zip",
            "application/zip",
            disabled=few or not run_id,
            help="Name pictures of two classes first." if few else "The network, your classes, and a short script that names a file.",
            icon=":material/home:",
        )


def take_in(dataset: str, classes: tuple[str, ...], data: bytes) -> str:
    """Reads a file of labels; what became of it, in words."""
    try:
        sizes = {split: len(core.open_set(dataset, split)) for split in ("train", "test")}
        taken = core.csv_in(served.store(), dataset, data.decode("utf-8"), classes, sizes)
    except (core.SettingsError, UnicodeDecodeError) as error:
        return frame.escape(str(error) if isinstance(error, core.SettingsError) else "The file isn't text in UTF-8. Save it as such.")
    faults = "".join(f"\n- {frame.escape(fault)}" for fault in taken.faults)
    return f"{taken.added} added, {taken.changed} changed, {taken.same} as before." + (f" Left out:{faults}" if faults else "")
