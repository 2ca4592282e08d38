"""Pictures of one's own as a data set: files, an archive, a whole folder or a path; the form inside the dialog of the pictures screen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import streamlit as st

import ssl_core as core
from pages._kit import frame, links

LOOPBACK = ("127.0.0.1", "localhost", "::1")
SMALL = 10 * 2**20  # bytes that are unpacked too fast for a bar
PICTURES = [*core.SUFFIXES, *core.TABLES]


def form() -> None:
    """Name, what to bring, and the one button. A path can be typed only where the app serves this machine alone."""
    st.markdown("Folders inside become classes, or a CSV with the columns file and label says them. Nothing leaves this computer.")
    name = st.text_input("Name", key="own-name", placeholder="my pictures")
    files = st.file_uploader(
        "Drop pictures, or one archive: zip, tar, npz", [*PICTURES, *core.ARCHIVES], accept_multiple_files=True, key="own-files"
    )
    folder = st.file_uploader("Or a whole folder", PICTURES, accept_multiple_files="directory", key="own-folder")
    path = ""
    if st.get_option("server.address") in LOOPBACK:
        path = st.text_input("Or the path of a folder or an archive, which is only read", key="own-path", placeholder="/home/me/pictures")
    st.caption(limit(bool(st.get_option("server.address") in LOOPBACK)))
    if st.button("Make it a data set", key="own-go", type="primary", disabled=not (path or files or folder)):
        _make(name, path, [(file.name, file.getvalue()) for file in (*files, *folder)])


def limit(local: bool) -> str:
    """How large an upload may be, and what to do with more."""
    rest = "what is larger is read where it lies, by its path" if local else "what is larger has to be brought where the app runs"
    return f"Up to {st.get_option('server.maxUploadSize')} MB a file; {rest}."


def _make(name: str, path: str, dropped: Sequence[tuple[str, bytes]]) -> None:
    try:
        if path and dropped:
            raise core.SettingsError("Either a path or dropped files become a data set, not both. Empty the one that isn't meant.")
        if path:
            made = core.add_folder(name, path, told("Unpacking"))
        else:
            made = core.add_files(name or called([file for file, _ in dropped]), dropped, told("Unpacking"))
    except core.SettingsError as error:
        frame.problem(error)
        return
    st.query_params[links.DATASET] = made
    st.rerun()


def called(names: Sequence[str]) -> str:
    """A name for what was dropped: the folder's, the archive's."""
    if all("/" in name for name in names):
        return names[0].split("/")[0]
    return names[0].split(".")[0] if len(names) == 1 and names[0].lower().endswith(core.ARCHIVES) else "my pictures"


def told(words: str) -> Callable[[int, int], None]:
    """A bar that appears with the first report and moves a percent at a time."""
    place, shown = st.empty(), [-1]

    def report(done: int, of: int) -> None:
        share = min(100, 100 * done // max(1, of))
        if of > SMALL and share > shown[0]:
            shown[0] = share
            place.progress(share, f"{words}: {done / 1e6:,.0f} of {of / 1e6:,.0f} MB")

    return report


def offer_unpacking(rows: Iterable[core.SetRow]) -> None:
    """A button for each set whose archives have to be unpacked first; leaving the screen stops it, and then nothing is kept."""
    for row in rows:
        words = f"Unpack {row.title}, {row.packed / 1e6:,.0f} MB"
        if row.packed and st.button(words, key=f"unpack-{row.name}", icon=":material/unarchive:", help="Once, into the cache."):
            try:
                core.unpack_set(row.name, told("Unpacking"))
            except core.SettingsError as error:
                frame.problem(error)
                continue
            st.query_params[links.DATASET] = row.name
            st.rerun()
