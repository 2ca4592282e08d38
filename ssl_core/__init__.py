"""Selfsight's science, through one door: the names below are all that pages, notebooks and scripts may use.

They load at first use (PEP 562), so that a page that only reads folders never waits for torch.
"""

from __future__ import annotations

import importlib
from typing import Any

_ROOMS = {
    "settings": ("Control", "Recipe", "Settings", "SettingsError"),
    "reading.sources": ("ARCHIVES", "SUFFIXES", "TABLES"),
    "types": ("Box", "DataInfo", "Measure", "Panel", "PictureId"),
    "jobs.folder": ("ask",),
    "jobs.start": ("reap", "start", "stop"),
    "jobs.status": ("Status", "status_of"),
    "system.disk": ("disk_use", "read_json", "write_json"),
    "system.roots": ("cache_root", "runs_root"),
    "records.runs": ("reconcile", "Run", "run", "runs"),
    "records.bin": ("clear_caches", "delete", "rebuildable", "rename", "undelete"),
    "records.curve": ("curve",),
    "records.homes": ("home_of",),
    "labels.store": ("label_store", "Store"),
    "labels.log": ("Action", "Past", "Receipt", "StoreError"),
    "labels.exchange": ("csv_in", "csv_out", "read_actions", "Taken"),
    "parts.menu": ("broken", "menu", "PartInfo", "recipe_controls"),
    "training.request": ("default_preset", "expect", "resume", "start_training"),
    "predictions.play": ("Answer", "opening", "play", "untrained"),
    "library.browse": (
        "add_files",
        "add_folder",
        "class_counts",
        "fixed_ids",
        "ids_of_class",
        "list_sets",
        "picture",
        "png",
        "png_mark",
        "remarks",
        "remove_set",
        "restore_set",
        "sample_pictures",
        "SetRow",
        "unpack_set",
        "upload_picture",
    ),
    "training.preview": ("transformed",),
    "predictions.groups": ("put_together", "Together"),
    "records.checkpoints": ("damage",),
    "records.snapshots": ("pictures", "Shown"),
    "models.export": ("export",),
    "system.addresses": ("megabytes",),
    "library.fetch": ("fetch_status", "Offer", "offer", "request_fetch", "stop_fetch"),
    "models.targets": ("Target", "targets_for"),
    "evaluation.compare": ("Comparison", "comparison", "PairRow", "ProbeRow", "request_comparison", "Scored", "stop_comparison"),
    "evaluation.forecast": ("expect_comparison",),
    "maps.layout": ("expect_map", "Layout", "layout", "layout_status", "request_features", "request_layout"),
    "maps.neighbours": ("Alike", "alike", "class_shares", "ClassShare", "request_alike"),
    "maps.colour": ("coloured", "Factor", "factors"),
    "jobs.warm_worker": ("dismiss",),
    "explanations.attention": ("attention", "companions", "Look", "LookRow"),
    "explanations.shares": ("request_shares", "share_set", "ShareRow", "Shares", "shares"),
    "fewshot.curve": ("few_shot", "few_shot_targets", "FewLine", "FewShot", "Point", "request_few_shot"),
    "fewshot.suggest": ("best_next",),
    "fewshot.wall": ("captions_of", "classes_of", "readable", "wall_ids", "wall_page", "walls"),
    "evaluation.labelfree": ("request_spreads", "Spread", "Spreads", "spreads"),
    "fewshot.classifier": ("classifier_zip", "export_classifier"),
    "datasets.base": ("ImageSet",),
    "library.unreadable": ("Check", "check", "left_out_of", "request_check", "stop_check"),
    "library.sets": ("open_set", "PictureSet", "skipped"),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return __all__
