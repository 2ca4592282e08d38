"""Reading a folder in another way: what a person says of folders, levels, columns and classes, and at once what comes of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

import ssl_core as core
from pages._kit.data.reading import plain, reading, short, take
from pages._kit.figures import gallery
from pages._kit.screen import fragments, frame, readers

PARTS = {
    "train": "To learn from",
    "test": "To test",
    "validation": "For validation, left aside",
    "unlabelled": "To learn from, without classes",
}
COLUMNS = {"split": "What says the parts", "group": "What must stay on one side", "file": "What names files"}
FIXED = {
    "classes": {"names": "Words before the number in file names", "none": "Nothing: no classes"},
    "split": {"none": "Nothing: a fifth of each class, chosen by Selfsight"},
    "group": {"names": "What names of files share", "none": "Nothing"},
    "file": {},
}
OTHERWISE = "data_otherwise"  # session: classes as found -> as they are to be, while the dialog is open


def open_for(name: str) -> None:
    """Opens the dialog for a set."""
    found = reading(name)
    st.session_state[OTHERWISE] = dict(found.choice.merged) if found else {}
    fragments.dialog("Read it differently", width="large")(form)(name)


def form(name: str) -> None:
    """Controls at the left, what comes of them at the right."""
    found = reading(name)
    if found is None or found.account is None:
        return
    said, shown = st.columns([360, 640], gap="large")
    with said:
        ways = core.ways_of(name)
        choice = _choice(found, ways)
    try:
        then = _preview(name, choice)
    except core.SettingsError as error:
        with shown:
            frame.problem(error)
        return
    with said:
        _merging(then)
    with shown:
        _result(name, choice, then, choice == found.choice)


def _choice(found: core.Reading, ways: core.Ways) -> core.Choice:
    """What the controls say, on top of what was chosen before."""
    assumed = found.account.assumed if found.account else {}
    plainly = {key: value for key, value in found.choice.plain().items() if key not in ("classes", "merged", *COLUMNS)}
    plainly |= _folders(assumed, ways.folders)
    plainly |= _named_by("classes", "What names classes", found.choice, assumed, ways)
    with st.expander("Tables, groups and masks"):
        for key, words in COLUMNS.items():
            plainly |= _named_by(key, words, found.choice, assumed, ways)
        plainly |= _masks(assumed, ways.folders)
    merged = st.session_state.get(OTHERWISE, {})
    return core.Choice.read(plainly | ({"merged": merged} if merged else {}))


def _folders(assumed: Mapping[str, Any], folders: Mapping[str, int]) -> dict[str, list[str]]:
    """The folders of each part; where one was changed, all parts that have folders are said."""
    if not folders:
        frame.quiet("All files lie in one folder, so a table or Selfsight parts them.")
        return {}
    usual = {part: [each for each in assumed.get(part) or [] if each in folders] for part in PARTS}
    for part, words in PARTS.items():
        st.session_state.setdefault(_key(part), usual[part])
        st.multiselect(
            words,
            list(folders),
            format_func=lambda folder: f"{folder} ({frame.count(folders[folder])})",
            key=_key(part),
            on_change=_in_one_part,
            args=(part,),
            placeholder="Folders",
        )
    chosen = {part: list(st.session_state[_key(part)]) for part in PARTS}
    return {part: chosen[part] for part in PARTS if chosen[part] or usual[part]} if chosen != usual else {}


def _in_one_part(part: str) -> None:
    """Takes a folder out of the part that it was in before."""
    mine = set(st.session_state[_key(part)])
    for other in set(PARTS) - {part}:
        st.session_state[_key(other)] = [folder for folder in st.session_state.get(_key(other), []) if folder not in mine]


def _key(part: str) -> str:
    return f"otherwise-{part}"


def _named_by(key: str, words: str, choice: core.Choice, assumed: Mapping[str, Any], ways: core.Ways) -> dict[str, str]:
    """What names classes, parts, groups or files: a level of folders, a column, or nothing; {} where it is understood by itself."""
    levels = {level: f"Folders: {names}" for level, names in ways.levels.items()} if key in ("classes", "group") else {}
    levels = {level: words for level, words in levels.items() if key == "classes" or level != "folders:path"}
    if key in ("classes", "group"):
        levels |= {field: f"Field {field.partition(':')[2]} of file names: {values}" for field, values in ways.fields.items()}
    columns = {column: "Column '{1}' of {0}".format(*column.rsplit(":", 1)) for column in ways.columns}
    said = getattr(choice, key)
    others = {**levels, **columns, **FIXED[key]}
    offered = {"": _understood(assumed.get(key), others), **others}
    offered |= {said: said} if said and said not in offered else {}
    chosen = st.selectbox(
        words,
        list(offered),
        index=list(offered).index(said) if said else 0,
        format_func=offered.__getitem__,
        key=_key(key),
    )
    return {key: chosen} if chosen else {}


def _understood(assumed: object, others: Mapping[str, str]) -> str:
    """What is understood where a person says nothing."""
    if not assumed or assumed == "none":
        return "As the files say"
    words = others.get(str(assumed), str(assumed))
    return f"As the files say; now {words[:1].lower()}{words[1:]}"


def _masks(assumed: Mapping[str, Any], folders: Mapping[str, int]) -> dict[str, list[str]]:
    """Folders and endings of masks."""
    usual = list(map(str, assumed.get("masks") or []))
    chosen = st.multiselect(
        "Masks: folders, or endings as _mask",
        [*dict.fromkeys([*usual, *folders])],
        default=usual,
        key=_key("masks"),
        accept_new_options=True,
        placeholder="None",
    )
    return {"masks": list(chosen)} if list(chosen) != usual else {}


# Classes merged and renamed


def _merging(then: core.Preview) -> None:
    """Several classes become one, or one gets another name; without a name its pictures have no class."""
    merged: dict[str, str] = st.session_state.setdefault(OTHERWISE, {})
    if not then.counts and not merged:
        return
    with st.expander("Rename or merge classes", expanded=bool(merged)):
        several = st.multiselect("Classes", list(then.counts), key=_key("several"), placeholder="One or more")
        name = st.text_input("Their name", key=_key("name"), placeholder="empty: their pictures have no class", max_chars=60)
        st.button("Take them as one", key="merge", disabled=not several, on_click=_merge, args=(several, name.strip()))
        for old, new in merged.items():
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"{frame.escape(old)} → {frame.escape(new) if new else 'no class'}", width="stretch")
                key = f"unmerge-{old}"
                st.button("", key=key, type="tertiary", icon=":material/close:", help="As found", on_click=_as_found, args=(old,))


def _as_found(old: str) -> None:
    st.session_state[OTHERWISE].pop(old, None)


def _merge(several: Sequence[str], name: str) -> None:
    merged: dict[str, str] = st.session_state[OTHERWISE]
    fresh = {old: name if new in several else new for old, new in merged.items()} | dict.fromkeys(several, name)
    st.session_state[OTHERWISE] = {old: new for old, new in fresh.items() if old != new}
    st.session_state[_key("several")], st.session_state[_key("name")] = [], ""


# What comes of it


def _preview(name: str, choice: core.Choice) -> core.Preview:
    marks = tuple(readers.mark(name, split) for split in ("train", "test"))
    return _previewed(name, json.dumps(choice.plain(), sort_keys=True), marks)


@st.cache_data(max_entries=8, show_spinner="Reading the files in this way", ttl=600)
def _previewed(name: str, choice: str, marks: tuple[str, ...]) -> core.Preview:
    return core.preview_of(name, core.Choice.read(json.loads(choice)))


def _result(name: str, choice: core.Choice, then: core.Preview, same: bool) -> None:
    """The account that the choice gives, the button that takes it, and four pictures a class."""
    words, button = st.columns([450, 190], vertical_alignment="center")
    words.markdown(f"**{plain(short(then.account))}**")
    with button:
        taken = st.button(
            "Read it like this", key="read-like-this", type="primary", icon=":material/check:", disabled=same, width="stretch"
        )
    frame.quiet(plain("This is how the set is read now." if same else then.change.words()))
    for remark in then.account.remarks[:3]:
        frame.quiet(plain(remark.words))
    if taken:
        take(name, choice)
    places = st.columns(2, gap="medium")
    for place, each in enumerate(then.classes):
        with places[place % 2]:
            _class(name, each, frame.look_of(place).shape)
    if then.more:
        frame.quiet(f"{frame.count(then.more)} more classes.")


def _class(name: str, each: core.PreviewClass, shape: str) -> None:
    counts = f"{frame.count(each.train)} to learn from, {frame.count(each.test)} to test"
    title = f"{shape} **{frame.escape(each.name)}**" if each.name else "**No class**"
    st.markdown(f"{title} {counts}")
    gallery.show(
        [
            gallery.picture(name, one.id, one.file, 128) if one.small is None else gallery.Tile(gallery.source_of(one.small), one.file)
            for one in each.pictures
        ],
        columns=4,
        gap=8,
        captions=False,
        folds=False,
    )
