"""Pictures: browse a data set with its classes, open a picture at full size, bring a folder of one's own."""

from __future__ import annotations

import streamlit as st

import ssl_core as core
from pages._kit.data import account, bring, clean, look, off_list, unreadable
from pages._kit.figures import gallery
from pages._kit.large import dialog
from pages._kit.screen import address, downloads, fragments, frame, links, readers, work

COLUMNS, PAGE = 8, 32
SPLITS = {"train": "to learn from", "test": "test pictures"}
PART, CLASS = "part", "class"  # query parameters
CHOSEN = "data-set"  # session: the set chosen by pills
START = "data_start"  # session: the first picture on the wall, by set, part and class


def choose_set(sets: dict[str, core.SetRow], away: dict[str, core.SetRow]) -> core.SetRow:
    """The data set chosen by pills, which is the one chosen in the sidebar."""
    asked = links.asked_pictures()
    shown = asked if asked in sets else work.chosen_set(sets)
    if asked and asked not in sets:
        why = not_here(away[asked]) if asked in away else f"There is no data set '{asked[:60]}' here."
        frame.problem(f"{why} Shown is '{shown}'.")
    words = {name: frame.escape(frame.set_title(row)) for name, row in sets.items()}
    if st.session_state.get(CHOSEN) != shown:
        st.session_state[CHOSEN] = shown
    st.pills(
        "Data set",
        list(sets),
        format_func=words.__getitem__,
        required=True,
        wrap=True,
        key=CHOSEN,
        on_change=links.take_pictures,
        args=(CHOSEN,),
        label_visibility="collapsed",
    )
    return sets[shown]


def not_here(row: core.SetRow) -> str:
    """Why a data set can't be shown, and what to do about it here."""
    return f"{row.title}: not on this machine yet. Download it below, {core.megabytes(row.download)}." if row.download else row.reason


def choose_part(row: core.SetRow) -> str:
    """The chosen part, "train" or "test"; the address names it too."""
    asked, base = links.asked(PART), f"split-{row.name}"
    totals = {"train": row.samples_train, "test": row.samples_test}
    split = st.segmented_control(
        "Part",
        list(SPLITS),
        default=asked if asked in SPLITS else "train",
        format_func=lambda split: f"{SPLITS[split]}, {frame.count(totals[split])}",
        required=True,
        key=address.key(base, [PART]),
        label_visibility="collapsed",
    )
    address.write(base, {PART: "" if split == "train" else split})
    return split


def choose_class(row: core.SetRow, split: str) -> str | None:
    """The chosen class, None for all; its pill tells how many pictures it has where classes differ in size. The address names it too."""
    counts = readers.class_counts(row.name, split)
    if not counts:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption("No classes: these pictures have no labels.", width="content")
            if st.button("Name a few of them", key="name-some", type="tertiary", icon=":material/new_label:"):
                links.go("fewshot", **{links.DATASET: row.name})
        return None
    looks = {name: frame.look_of(place).shape for place, name in enumerate(counts)}
    alike = same_for_all(counts) is not None
    asked, base = links.asked(CLASS), f"class-{row.name}-{split}"
    if asked and asked not in counts:
        frame.problem(f"There is no class '{asked[:60]}' in '{frame.set_title(row)}'. Shown are all.")
    label = st.pills(
        "Class",
        list(counts),
        default=asked if asked in counts else None,
        format_func=lambda name: f"{looks[name]} {frame.escape(name)}" + ("" if alike else f" {frame.count(counts[name])}"),
        wrap=True,
        key=address.key(base, [CLASS]),
        label_visibility="collapsed",
    )
    address.write(base, {CLASS: label or ""})
    return label


def same_for_all(counts: dict[str, int]) -> int | None:
    """How many pictures each class has; None where classes differ in size."""
    found = set(counts.values())
    return found.pop() if len(found) == 1 else None


def about(row: core.SetRow, counts: dict[str, int]) -> str:
    """How many classes, and how many pictures each has where classes are of one size."""
    if not row.classes:
        return "Pictures without classes"
    each = same_for_all(counts)
    return f"**{len(row.classes)}** classes" + (f", **{frame.count(each)}** pictures of each" if each is not None else "")


def wall(row: core.SetRow, split: str, label: str | None, start: int) -> None:
    """PAGE pictures from `start` on; a click opens one."""
    places = core.ids_of_class(row.name, split, label, start, PAGE)
    data = core.open_set(row.name, split)
    names = [label or named(data, place) for place in places]
    tiles = [
        gallery.picture(row.name, str(core.PictureId(split, place)), name or f"picture {place}", 128)
        for place, name in zip(places, names, strict=True)
    ]
    pressed = gallery.pick(tiles, "wall", COLUMNS)
    if pressed is not None:
        dialog.show(dialog.Wall(row.name, tuple(core.PictureId.texts(split, places))), pressed)


def turn_pages(total: int, of: str) -> int:
    """The buttons Before and Next. Returns the index of the first picture on the wall, kept for each set, part and class (`of`)."""
    start = min(st.session_state.get(f"{START}-{of}", 0), max(0, (total - 1) // PAGE * PAGE))
    with st.container(horizontal=True, horizontal_alignment="right", vertical_alignment="center", gap="small", wrap=False):
        st.caption(
            f"{frame.count(min(start + 1, total))} to {frame.count(min(start + PAGE, total))} of {frame.count(total)}", width="content"
        )
        for words, icon, to in (("Before", "arrow_back", start - PAGE), ("Next", "arrow_forward", start + PAGE)):
            if st.button("", key=words, icon=f":material/{icon}:", help=words, disabled=not 0 <= to < total):
                st.session_state[f"{START}-{of}"] = to
                st.rerun()
    return start


def named(data: core.ImageSet, place: int) -> str:
    """The name of a picture's class, "" where it has none."""
    label = data.label(place) if data.info.classes else -1
    return data.info.classes[label] if label >= 0 else ""


def noted(row: core.SetRow) -> None:
    """Faults of a data set's table of labels, each with its file and reason."""
    amiss = core.remarks(row.name)
    if amiss:
        with st.expander(f"What to know of '{frame.escape(amiss[0][0])}'"):
            for file, reason in amiss:
                st.markdown(f"- {frame.escape(file)}: it {frame.escape(reason)}")


def more(away: dict[str, core.SetRow]) -> None:
    """Data sets that can't be shown: those to download, those to unpack, and folders that are gone, with their reasons."""
    cards = [downloads.Card(row.name, row.title, row.help, row.download) for row in away.values() if row.download]
    if cards:
        wanted = downloads.coming(card.name for card in cards) or links.asked_pictures() in away
        with st.expander("More pictures to download", expanded=wanted):
            frame.quiet("Each comes from its authors' own address, once, into the data folder. Nothing is sent.")
            downloads.shelf(cards)
    bring.offer_unpacking(away.values())
    off_list.read_anew(away.values())
    off_list.bring_back()
    frame.quiet(" ".join(frame.escape(f"{row.title}: {row.reason}") for row in away.values() if not row.download and not row.packed))


def main() -> None:
    """Data set, class and wall of pictures."""
    title = st.empty()
    rows = core.list_sets()
    sets = {row.name: row for row in sorted(rows, key=lambda row: row.name != work.FIRST) if row.ready}
    with title.container():
        right = frame.header("Pictures to learn from")
    train = right.empty()
    if right.button("Use my own pictures", key="own", type="primary", icon=":material/add_photo_alternate:"):
        bring.begin()
        fragments.dialog("Use your own pictures", width="medium")(bring.form)()
    off_list.undo({row.name for row in rows})
    away = {row.name: row for row in rows if not row.ready}
    row = choose_set(sets, away)
    if train.button("Train on these", key="train-on", icon=links.PLACES["train"][2]):
        links.go("train", **{links.NEW: "1", links.DATASET: row.name})
    with st.container(key="parts"):
        part, words, pager = st.columns([4.4, 2.9, 2.7], vertical_alignment="center")
    with part:
        split = choose_part(row)
    counts = readers.class_counts(row.name, split)
    words.markdown(about(row, counts), help=frame.escape(row.help) or None)
    label = choose_class(row, split)
    total = row.samples_train if split == "train" else row.samples_test
    with pager:
        start = turn_pages(counts[label] if label else total, f"{row.name}-{split}-{label or ''}")
    account.show(row)
    fragments.fragment(wall)(row, split, label, start)
    unreadable.offer(row)
    look.offer(row)
    clean.offer(row)
    noted(row)
    off_list.take(row)
    more(away)


main()
