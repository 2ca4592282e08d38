"""Names of query parameters and session keys, and the functions that open another screen."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import streamlit as st

import ssl_core as core

RUN = "run"  # query parameter: which run the screens are about
TASK, BACKBONE, DATASET, PRESET = ("task", "backbone", "dataset", "preset")  # query parameters of pretext and train
LEAK = "leak"
MINUTES = "minutes"  # query parameter of train: how long it learns, a number or "until stopped"
FROM = "from"  # query parameter of train: the run or baseline whose weights it begins with
NEW = "new"  # query parameter of train: set up another run, whatever run is chosen
WITH = "with"  # query parameter of benchmark: other runs to compare, with commas between

OF_PICTURES = ("class", "pictures")  # query parameters that mean something for one data set alone

PICKER = "run_picker"  # session: the sidebar's run picker
PICTURES = "pictures_picker"  # session: the sidebar's picker of pictures, a data set
ABSENT = "pictures_absent"  # session: a data set that the address names and that can't be shown, "" for none
UNKNOWN = "run_unknown"  # session: a run that the address names and that doesn't exist
UNKNOWN_AT = "run_unknown_at"  # session: the screen and the run at which UNKNOWN was first shown
DELETED = "runs_deleted"  # session: the run that was deleted last, which can be brought back; "" after it was, or is gone
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


def current_pictures() -> str:
    """The data set that the screens are about, "" where none was chosen yet."""
    return str(st.session_state.get(PICTURES) or asked(DATASET))


def asked_pictures() -> str:
    """The data set that was asked for, also where it can't be shown: then the address names it until another is chosen."""
    return str(st.session_state.get(ABSENT) or current_pictures())


def show_run(run_id: str) -> None:
    """Writes the run into the address; the router makes it the chosen one at the next rerun."""
    st.query_params[RUN] = run_id


def show_pictures(dataset: str) -> None:
    """Writes the data set into the address; the router makes it the chosen one at the next rerun."""
    forget_of_pictures()
    st.query_params[DATASET] = dataset


def take_pictures(key: str) -> None:
    """Makes the data set of the widget with this key the chosen one: a callback, since the sidebar's picker isn't drawn yet then."""
    forget_of_pictures()
    st.session_state[PICTURES] = st.session_state[key]


def forget_of_pictures() -> None:
    """Takes out of the address what means something for one data set alone."""
    for name in OF_PICTURES:
        st.query_params.pop(name, None)


def go(place: str, **parameters: str) -> None:
    """Opens another screen with these parameters. The chosen run and pictures stay chosen; another run brings its own pictures."""
    kept = {RUN: current_run(), DATASET: current_pictures()}
    if parameters.get(RUN, kept[RUN]) != kept[RUN]:
        kept.pop(DATASET)
    carried = kept | parameters
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
