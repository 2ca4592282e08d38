"""Labels as a file, out of the app and into it, and the classifier as an archive."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.run import stranger
from pages._kit.screen import fragments, frame, links, readers
from pages._kit.server import api, exports

LARGEST = 20  # megabytes of a file of labels: 100 000 rows have fewer
FILE = "fewshot-file"  # session: the file of labels that was read last, and the result in words


def menu(dataset: str, classes: tuple[str, ...], state: core.Receipt) -> None:
    """Links to the labels and the classifier, and a place to drop a file of labels."""
    run_id, words = links.current_run(), "Take the classifier home"
    with st.popover("Files", icon=":material/folder_open:"):
        exports.link("Labels as CSV", "labels.csv", "download", dataset=dataset)
        asks = "Labels from CSV, with the columns id and class"
        result = st.container()
        pressed = st.file_uploader(
            asks, ["csv", "tsv", "txt", "json", "jsonl", "xlsx"], key=f"fewshot-csv-{dataset}", max_upload_size=LARGEST
        )
        if pressed is not None and st.session_state.get(FILE, ("",))[0] != pressed.file_id:
            st.session_state[FILE] = pressed.file_id, take_in(dataset, classes, pressed.getvalue(), pressed.name)
            fragments.again()
        if pressed is not None:
            result.markdown(st.session_state[FILE][1])
        missing = unready(run_id, len(set(state.now.values()) & set(classes)))
        if missing:
            st.button(words, key="fewshot-home", disabled=True, help=missing, icon=":material/home:")
        else:
            holds = "The network, your classes, and a short script that names a file."
            stranger.say(run_id, dataset, key="stranger-home")
            exports.link(words, "classifier.zip", "home", holds, run=run_id, dataset=dataset)


def unready(run_id: str, named: int) -> str:
    """What must be done before there is a classifier to download, "" for nothing."""
    if named < 2:
        return "Name pictures of two classes first."
    run = readers.chosen(run_id)
    return "" if run is not None and run.status.weights else "Choose a run whose network has learnt something: it goes along."


def take_in(dataset: str, classes: tuple[str, ...], data: bytes, called: str = "labels.csv") -> str:
    """Reads a file of labels into the store; the result in words."""
    try:
        sizes = {split: len(core.open_set(dataset, split)) for split in ("train", "test")}
        taken = core.csv_in(api.store(), dataset, data, classes, sizes, called)
    except core.SettingsError as error:
        return frame.escape(str(error))
    faults = "".join(f"\n- {frame.escape(fault)}" for fault in taken.faults)
    return f"{taken.added} added, {taken.changed} changed, {taken.same} as before." + (f" Left out:{faults}" if faults else "")
