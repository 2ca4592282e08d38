"""Pictures of one's own as a data set, from files, an archive, a folder or a path: the form in the dialog of the pictures screen."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx
from streamlit.runtime.uploaded_file_manager import UploadedFile

import ssl_core as core
from pages._kit.data import account
from pages._kit.screen import fragments, frame, links
from pages._kit.server import guard

EXAMPLE = "/home/me/pictures"
SMALL = 10 * 2**20  # bytes that are unpacked too fast for a progress bar
PICTURES = [*core.SUFFIXES, *core.TABLES]
EMPTIED, REFUSED = "own-emptied", "own-refused"  # session: how often too much was dropped, and the sentence about it


def form() -> None:
    """Name, pictures, and the one button. A path can be typed only where the app serves this machine alone."""
    st.markdown("Folders inside become classes, or a CSV with the columns file and label says them. Nothing leaves this computer.")
    name = st.text_input("Name", key="own-name", placeholder="my pictures")
    above = st.container()  # where files were dropped, so that why they are refused is in sight
    dropped = uploaders()
    local = guard.is_local(guard.listens_on())
    path = st.text_input("Or the path of a folder or an archive, which is only read", key="own-path", placeholder=EXAMPLE) if local else ""
    st.caption(limit(local))
    with above:
        refuse(dropped, local)
    reason = st.container()
    if st.button("Make it a data set", key="own-go", type="primary", disabled=not (path or dropped)):
        with reason:
            _make(name, path, dropped)


def begin() -> None:
    """Forgets the refusal of the last time that the form was open."""
    st.session_state.pop(REFUSED, None)


def uploaders() -> list[UploadedFile]:
    """Places to drop files or a whole folder. Returns what was dropped."""
    emptied = st.session_state.get(EMPTIED, 0)
    files_key, folder_key = (f"{key}-{emptied}" if emptied else key for key in ("own-files", "own-folder"))
    kinds = [*PICTURES, *core.ARCHIVES]
    files = st.file_uploader("Drop pictures, or one archive: zip, tar, npz", kinds, accept_multiple_files=True, key=files_key)
    folder = st.file_uploader("Or a whole folder", [*PICTURES, *core.BESIDE], accept_multiple_files="directory", key=folder_key)
    return [*files, *folder]


def limit(local: bool) -> str:
    """How much can be dropped, and how to bring more, as a sentence."""
    rest = "what is larger is read where it lies, by its path" if local else "what is larger has to be brought where the app runs"
    return f"Up to {most()} MB in all; {rest}."


def most() -> int:
    """Megabytes that can be dropped at once: dropped files are in memory until they become a data set."""
    return int(st.get_option("server.maxUploadSize"))


def refuse(dropped: Sequence[UploadedFile], local: bool) -> None:
    """Where too much was dropped, says so and frees its memory at once."""
    size = sum(file.size for file in dropped)
    if dropped:
        st.session_state.pop(REFUSED, None)
    if size > most() * 2**20:
        way = "Type the path of their folder instead" if local else "Bring them where the app runs instead, into its data folder"
        got = f"{frame.count(math.ceil(size / 2**20))} MB in {frame.count(len(dropped))} files"
        st.session_state[REFUSED] = f"Dropped files may have {most()} MB in all. Got {got}. {way}."
        st.session_state[EMPTIED] = st.session_state.get(EMPTIED, 0) + 1
        forget(dropped)
        fragments.again()
    if told := st.session_state.get(REFUSED):
        frame.problem(told)


def forget(dropped: Iterable[UploadedFile]) -> None:
    """Frees the memory of dropped files."""
    context: Any = get_script_run_ctx()
    for file in dropped:
        context.uploaded_file_mgr.remove_file(context.session_id, file.file_id)


def _make(name: str, path: str, dropped: Sequence[UploadedFile]) -> None:
    try:
        if path and dropped:
            raise core.SettingsError("Either a path or dropped files become a data set, not both. Empty the one that isn't meant.")
        if path:
            made = core.add_folder(name, path, told("Unpacking"))
        else:
            files = [(file.name, file.getvalue()) for file in dropped]
            made = core.add_files(name or called([file.name for file in dropped]), files, told("Unpacking"))
    except core.SettingsError as error:
        frame.problem(error)
        return
    forget(dropped)
    st.session_state.pop(REFUSED, None)
    st.session_state[account.BROUGHT] = made
    links.show_pictures(made)
    st.rerun()


def called(names: Sequence[str]) -> str:
    """A name for what was dropped: that of the folder or the archive."""
    if all("/" in name for name in names):
        return names[0].split("/")[0]
    return names[0].split(".")[0] if len(names) == 1 and names[0].lower().endswith(core.ARCHIVES) else "my pictures"


def told(words: str) -> Callable[[int, int], None]:
    """A progress callback: its bar appears with the first report above SMALL and moves by at least one percent."""
    place, shown = st.empty(), [-1]

    def report(done: int, of: int) -> None:
        share = min(100, 100 * done // max(1, of))
        if of > SMALL and share > shown[0]:
            shown[0] = share
            place.progress(share, f"{words}: {done / 1e6:,.0f} of {of / 1e6:,.0f} MB")

    return report


def offer_unpacking(rows: Iterable[core.SetRow]) -> None:
    """A button for each set whose archives must be unpacked first. Leaving the screen stops the work, and then nothing of it is kept."""
    for row in rows:
        words = f"Unpack {frame.escape(row.title)}, {row.packed / 1e6:,.0f} MB"
        if row.packed and st.button(words, key=f"unpack-{row.name}", icon=":material/unarchive:", help="Once, into the cache."):
            try:
                core.unpack_set(row.name, told("Unpacking"))
            except core.SettingsError as error:
                frame.problem(error)
                continue
            links.show_pictures(row.name)
            st.rerun()
