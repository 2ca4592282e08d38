"""Selfsight's science, through one door: the names below are all that pages, notebooks and scripts may use.

They load at first use (PEP 562), so that a page that only reads folders never waits for torch.
"""

from __future__ import annotations

import importlib
from typing import Any

from ssl_core.runs import runs  # a room bears the name of what is in it: imported now, or the room would hide it later

_ROOMS = {
    "settings": ("Control", "Recipe", "Settings", "SettingsError"),
    "reading.sources": ("ARCHIVES", "SUFFIXES", "TABLES"),
    "types": ("Box", "DataInfo", "Panel"),
    "jobs": ("ask", "start", "status_of", "stop", "read_json", "write_json", "cache_root", "runs_root", "reap", "disk_use", "Status"),
    "runs": ("Run", "clear_caches", "curve", "delete", "home_of", "rebuildable", "reconcile", "rename", "run", "runs", "undelete"),
    "labels": ("Store", "label_store"),
    "label_log": ("Action", "Past", "Receipt", "StoreError"),
    "label_files": ("Taken", "csv_in", "csv_out", "read_actions"),
    "request": ("PartInfo", "broken", "default_preset", "expect", "menu", "recipe_controls", "resume", "start_training"),
    "answers": ("Answer", "opening", "play", "sample_pictures", "transformed", "untrained"),
    "sheets": ("Together", "put_together"),
    "saved": ("damage",),
    "snapshots": ("Shown", "pictures"),
    "exports": ("export",),
    "addresses": ("megabytes",),
    "fetch": ("Offer", "fetch_status", "offer", "request_fetch", "stop_fetch"),
    "targets": ("Target", "targets_for"),
    "compare": ("Comparison", "PairRow", "ProbeRow", "comparison", "request_comparison", "stop_comparison"),
    "forecast": ("expect_comparison", "expect_map"),
    "likeness": ("Alike", "ClassShare", "alike", "class_shares", "request_alike"),
    "shading": ("Factor", "coloured", "factors"),
    "warm": ("dismiss",),
    "mapping": ("Layout", "layout", "layout_status", "request_features", "request_layout"),
    "looking": ("Look", "LookRow", "ShareRow", "Shares", "attention", "companions", "request_shares", "share_set", "shares"),
    "fewshot": ("FewLine", "FewShot", "Point", "best_next", "few_shot", "few_shot_targets", "request_few_shot"),
    "support": ("captions_of", "classes_of", "readable", "wall_ids", "wall_page", "walls"),
    "labelfree": ("Spread", "Spreads", "request_spreads", "spreads"),
    "takehome": ("classifier_zip", "export_classifier"),
    "data.base": ("ImageSet",),
    "decoding": ("skipped",),
    "checking": ("Check", "check", "left_out_of", "request_check", "stop_check"),
    "library": (
        "SetRow",
        "add_files",
        "add_folder",
        "class_counts",
        "fixed_ids",
        "ids_of_class",
        "list_sets",
        "open_set",
        "picture",
        "png",
        "png_mark",
        "remarks",
        "remove_set",
        "restore_set",
        "unpack_set",
        "upload_picture",
    ),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = sorted({*_HOME, runs.__name__})


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
