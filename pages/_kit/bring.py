"""A folder by its path, or dropped files, as a data set: the form inside the dialog of the pictures screen."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

import ssl_core as core
from pages._kit import frame, links

LOOPBACK = ("127.0.0.1", "localhost", "::1")


def form() -> None:
    """Name, path or files, and the one button. A path can be typed only where the app serves this machine alone."""
    st.markdown("Folders inside become classes; without any there are none. A folder is only read, and nothing leaves this computer.")
    name = st.text_input("Name", key="own-name", placeholder="my pictures")
    local = st.get_option("server.address") in LOOPBACK
    path = st.text_input("Path of a folder", key="own-path", placeholder="/home/me/pictures") if local else ""
    files = st.file_uploader("Or drop picture files", core.SUFFIXES, accept_multiple_files=True, key="own-files")
    if not st.button("Make it a data set", key="own-go", type="primary", disabled=not (path or files)):
        return
    try:
        if path:
            made = core.add_folder(name or Path(path).name, path)
        else:
            made = core.add_files(name or "my pictures", [(file.name, file.getvalue()) for file in files])
    except core.SettingsError as error:
        frame.problem(error, key="own-problem")
        return
    st.query_params[links.DATASET] = made
    st.rerun()
