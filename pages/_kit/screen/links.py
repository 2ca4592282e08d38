"""Names of query parameters and session keys, and the functions that open another screen."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import streamlit as st

import ssl_core as core

RUN = "run"  # query parameter: which run the screens are about
TASK, BACKBONE, DATASET, PRESET = ("task", "backbone", "dataset", "preset")  # query parameters of pretext and train
LEAK = "leak"
MINUTES = "minutes"  # query parameter of train: how long it learns, a number or "until stopped"
NEW = "new"  # query parameter of train: set up another run, whatever run is chosen
WITH = "with"  # query parameter of benchmark: other runs to compare, with commas between

PICKER = "run_picker"  # session: the sidebar's run picker
WRITTEN = "run_written"  # session: the run that the router last wrote into the address
UNKNOWN = "run_unknown"  # session: a run that the address names and that doesn't exist
UNKNOWN_AT = "run_unknown_at"  # session: the screen and the run at which UNKNOWN was first shown
DELETED = "runs_deleted"  # session: the run that was deleted last, which can be brought back
TOUCHED = "form_values"  # session: what was chosen on pretext, for train

PLACES = {  # name -> file, label, icon, group
    "": ("home.py", "Home", ":material/home:", ""),
    "data": ("data.py", "Pictures", ":material/photo_library:", "Pictures"),
    "pretext": ("pretext.py", "The game", ":material/extension:", "Pictures"),
    "train": ("train.py", "Train", ":material/model_training:", "Learning"),
    "runs": ("runs.py", "Runs", ":material/list_alt:", "Learning"),
    "predictions": ("predictions.py", "Predictions", ":material/rotate_right:", "Looking"),
    "attention": ("attention.py", "Attention", ":material/visibility:", "Looking"),
    "map": ("map.py", "Map", ":material/bubble_chart:", "Looking"),
    "benchmark": ("benchmark.py", "Benchmark", ":material/bar_chart:", "Proof"),
    "fewshot": ("fewshot.py", "Few labels", ":material/new_label:", "Proof"),
}


def asked(name: str) -> str:
    """A query parameter as text, "" where the address lacks it."""
    return str(st.query_params.get(name, ""))


def current_run() -> str:
    """The run that the screens are about, "" where there is none."""
    return str(st.session_state.get(PICKER) or asked(RUN))


def show_run(run_id: str) -> None:
    """Writes the run into the address; the router makes it the chosen one at the next rerun."""
    st.query_params[RUN] = run_id


def go(place: str, **parameters: str) -> None:
    """Opens another screen with these parameters; the chosen run stays chosen."""
    carried = {RUN: current_run()} | parameters
    st.switch_page(PLACES[place][0], query_params={name: value for name, value in carried.items() if value})


def own(*route: str, **asked: str | int) -> str:
    """The address of one of our routes below /api, as every page writes it: relative, so that a browser keeps whatever prefix it came by.

    All screens lie side by side: "api/health" leads from /data to /api/health, from /lab/proxy/8501/data to /lab/proxy/8501/api/health.
    In scripts, `own` of assets/mount.js does the same.
    """
    return "/".join(["api", *(quote(part, safe="") for part in route)]) + (f"?{urlencode(asked)}" if asked else "")


def thumb(dataset: str, picture_id: str, size: int = 256) -> str:
    """The address of a data set's picture. It changes when the set's pictures do, so that no browser shows an old one from its cache."""
    return own("thumb", dataset, f"{picture_id}.png", size=size, **_mark(dataset, picture_id))


def large(dataset: str, picture_id: str, seen: int = 0) -> str:
    """The address of a data set's picture whole; seen: of the square that a network of so many pixels a side gets."""
    return own("large", dataset, picture_id, **({"size": seen} if seen else {}), **_mark(dataset, picture_id))


def _mark(dataset: str, picture_id: str) -> dict[str, str]:
    try:
        return {"mark": core.png_mark(dataset, core.PictureId.parse(picture_id).split)}
    except core.SettingsError:  # no picture, so no cache to avoid
        return {}
