"""A run taken home: its network as files with a model card, or the whole run packed for another machine; and unpacked there."""

from __future__ import annotations

import tempfile
from pathlib import Path

import streamlit as st

import ssl_core as core
from pages._kit.screen import fragments, frame
from pages._kit.screen import links as addresses
from pages._kit.server import exports

TAKEN = "runs_unpacked"  # session: what happened to the run that was unpacked last, in a sentence


def links(run: core.Run) -> None:
    """The links of a run's menu: its network to load elsewhere, with or without ONNX, and the whole run for another machine."""
    note = "Weights, a program that runs on torch alone, a script that reads pictures, and a model card that says how to load them."
    exports.link("Take home: weights and a model card", "weights.zip", help=note, width="stretch", run=run.id)
    if core.onnx_here():
        note = "The same, and the network as ONNX, for onnxruntime."
        exports.link("Take home, with ONNX", "onnx.zip", help=note, width="stretch", run=run.id)
    else:
        frame.quiet("With ONNX too once the package onnx is installed: pip install onnx.")
    if not run.status.active:
        note = "The run with its pictures, weights and scores, as one file that “Unpack a run” takes on another machine."
        exports.link("Pack: the whole run for another machine", "run.zip", help=note, width="stretch", run=run.id)


def unpack() -> None:
    """The button that takes up a packed run, and what became of the last one."""
    if st.button("Unpack a run", key="unpack", icon=":material/unarchive:", help="A run that was packed on another machine."):
        st.session_state.pop(TAKEN, None)
        bring()
    if told := st.session_state.get(TAKEN):
        frame.quiet(f":material/check: {frame.escape(told)}")


@fragments.dialog("Unpack a run", width="medium")
def bring() -> None:
    """A packed run dropped, or named by its path: large ones need not go through the browser."""
    st.markdown("“Pack” in a run’s menu makes the file. A run of the same name that is here already stays as it is.")
    dropped = st.file_uploader("Drop the packed run", ["zip"], key="unpack-file")
    path = st.text_input("Or the path of the file on the machine where the app runs", key="unpack-path").strip()
    if not st.button("Unpack", key="unpack-now", type="primary"):
        return
    if not (dropped or path):
        frame.problem("Drop the packed run here, or type the path of its file.")
        return
    try:
        with st.spinner("Checking every file"):
            taken = core.unpack_run(path) if path else _dropped(dropped.getvalue() if dropped else b"")
    except core.SettingsError as error:
        frame.problem(error)
        return
    st.session_state[TAKEN] = taken.words
    addresses.show_run(taken.run)
    st.rerun()


def _dropped(data: bytes) -> core.UnpackedRun:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "run.zip"
        file.write_bytes(data)
        return core.unpack_run(file)
