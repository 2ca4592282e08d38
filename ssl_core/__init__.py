"""Selfsight from Python: train networks without labels, and measure, map and explain what they learnt.

    import ssl_core as core

    core.list_tasks()                                     # what there is, as tables that print
    run = core.train("simclr", dataset="scenes", steps=300)
    run.wait()                                            # a progress bar; Ctrl-C leaves the run at work
    run.metrics                                           # the curve: .to_pandas() where pandas is installed
    core.compare([run, f"untrained:{run.name}", "pixels"])  # accuracies in pairs on the same pictures, with 95 % intervals
    network = core.load(run)                              # a torch.nn.Module: RGB in [0, 1] in, network(images).pooled_BD out

FINDING   list_tasks, list_backbones, list_datasets, list_probes, list_explainers, list_projectors; list_settings(task) says what
          train takes by name; list_runs, and handle(name) for a run that is there already.
FOLDERS   account(name) says what was understood of a folder, choose_reading(name, ...) has it read in another way, forget_reading(name)
          undoes that; accept_reading(name) gives a set from before folders had accounts the reading with one.
TRAINING  train(task, ...) starts a run in a process of its own and gives a Handle: wait, stop, resume, go_on, status, metrics.
NETWORKS  load(target) gives the backbone; embed its features as arrays; probe and compare how much they know; project a flat map of
          them; attend where it looks. export(run, folder) takes the weights along; tensorboard(run, folder) the metrics;
          film(run, file) how the answers changed; fetch(name) downloads data sets and ImageNet's weights.

A TARGET is a run (its handle or name), "untrained:RUN[@seed]" (that run's network before its first step; without a seed scores are
the mean of three), "random:BACKBONE[@seed]" (a backbone untrained), "imagenet:MODEL" (taught with labels) or "pixels" (no network).
A DATASET is a name of list_datasets(), or the path of a folder or archive. Pictures are named by split and place: "test-12". ANSWERS
(Embedding, Probed, Compared, Projection, Attended) print as a few lines and hold numpy arrays; letters at the end of a name are its
axes: features_SD has a row a picture (S) and a column a feature (D).

RUNS lie in the folder SSL_RUNS (else ./runs), caches in SSL_CACHE (./cache), data in SSL_DATA (./data); those of a program installed by
pip lie in folders of your own, which `selfsight doctor` names. They are the folders of the screens and of the command line, so that what
one of them trained or measured the others find. Work is done by processes of its own: a restart of the kernel loses nothing, and
handle("simclr-1") goes on where the last one left off.

A request that can't be granted is a SettingsError: one sentence with what is allowed, what was given, and what to do.

Names load at first use (PEP 562): what only reads folders never waits for torch. `ssl_core.__all__` has what screens use besides.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ssl_core.models.export import export as export
    from ssl_core.notebook.answers import Attended as Attended
    from ssl_core.notebook.answers import Compared as Compared
    from ssl_core.notebook.answers import Embedding as Embedding
    from ssl_core.notebook.answers import Probed as Probed
    from ssl_core.notebook.answers import Projection as Projection
    from ssl_core.notebook.lists import list_backbones as list_backbones
    from ssl_core.notebook.lists import list_datasets as list_datasets
    from ssl_core.notebook.lists import list_explainers as list_explainers
    from ssl_core.notebook.lists import list_probes as list_probes
    from ssl_core.notebook.lists import list_projectors as list_projectors
    from ssl_core.notebook.lists import list_runs as list_runs
    from ssl_core.notebook.lists import list_settings as list_settings
    from ssl_core.notebook.lists import list_tasks as list_tasks
    from ssl_core.notebook.questions import attend as attend
    from ssl_core.notebook.questions import embed as embed
    from ssl_core.notebook.questions import fetch as fetch
    from ssl_core.notebook.questions import load as load
    from ssl_core.notebook.questions import project as project
    from ssl_core.notebook.readings import accept_reading as accept_reading
    from ssl_core.notebook.readings import account as account
    from ssl_core.notebook.readings import choose_reading as choose_reading
    from ssl_core.notebook.readings import forget_reading as forget_reading
    from ssl_core.notebook.scores import compare as compare
    from ssl_core.notebook.scores import probe as probe
    from ssl_core.notebook.table import Table as Table
    from ssl_core.notebook.training import Handle as Handle
    from ssl_core.notebook.training import film as film
    from ssl_core.notebook.training import handle as handle
    from ssl_core.notebook.training import tensorboard as tensorboard
    from ssl_core.notebook.training import train as train
    from ssl_core.settings import SettingsError as SettingsError
    from ssl_core.system.version import __version__ as __version__

_ROOMS = {
    "controls": ("Control", "SUBJECTS"),
    "palette": ("CHARTED", "CLASS_COLOURS", "COLOURS", "HEAT", "light", "rgb", "SHADES"),
    "settings": ("Recipe", "Settings", "SettingsError"),
    "reading.sources": ("ARCHIVES", "SUFFIXES", "TABLES"),
    "functional.metrics.intervals": ("difference_of_shares", "Interval", "wilson"),
    "types": ("Box", "DataInfo", "FEW", "in_counts", "Measure", "Panel", "PictureId"),
    "jobs.folder": ("ask",),
    "jobs.start": ("promise_asked", "reap", "start", "stop", "stop_as_promised"),
    "jobs.status": ("SLOW", "Status", "status_of"),
    "system.origin": ("COMMAND", "START"),
    "system.disk": ("disk_use", "read_json", "write_json"),
    "system.roots": ("cache_root", "runs_root"),
    "records.runs": ("reconcile", "Run", "run", "runs"),
    "records.bin": ("clear_caches", "delete", "rebuildable", "rename", "undelete"),
    "records.curve": ("curve",),
    "records.shortcut": ("shortcut_of",),
    "records.verdict": ("CurveVerdict", "verdict_of"),
    "records.homes": ("home_of",),
    "labels.store": ("label_store", "Store"),
    "labels.log": ("Action", "Past", "Receipt", "StoreError"),
    "labels.exchange": ("csv_in", "csv_out", "read_actions", "Taken"),
    "parts.menu": ("broken", "menu", "PartInfo", "recipe_controls"),
    "training.request": ("default_preset", "expect", "resume", "start_training"),
    "training.onward": ("go_on",),
    "training.estimate": ("Estimate", "estimate", "estimate_further"),
    "predictions.play": ("Answer", "opening", "play", "untrained"),
    "library.accounts": (
        "accept",
        "answer_as_is",
        "change",
        "choose",
        "is_chosen",
        "keep_first",
        "Reading",
        "reading_of",
        "undo_choice",
    ),
    "library.changes": ("Change",),
    "library.previews": ("Preview", "preview_of", "PreviewClass", "PreviewPicture", "ways_of"),
    "labels.readings": ("Effect", "effect_of"),
    "reading.ways": ("Ways",),
    "reading.account": ("Account", "Choice", "Remark", "Row"),
    "library.browse": (
        "add_files",
        "add_folder",
        "addressed",
        "class_counts",
        "fixed_ids",
        "ids_of_class",
        "list_sets",
        "picture",
        "pictures_stay",
        "png",
        "png_mark",
        "remarks",
        "remove_set",
        "removed_sets",
        "restore_set",
        "sample_pictures",
        "SetRow",
        "unpack_set",
        "range_of_run",
        "upload_picture",
    ),
    "library.large": ("large_picture", "middle_square", "about_picture", "PictureFacts", "seen_picture"),
    "training.preview": ("transformed",),
    "predictions.film": ("Film", "film_of"),
    "predictions.groups": ("put_together", "Together"),
    "records.checkpoints": ("damage",),
    "records.snapshots": ("pictures", "Shown"),
    "models.export": ("export",),
    "system.addresses": ("megabytes",),
    "library.fetch": ("fetch_status", "Offer", "offer", "request_fetch", "stop_fetch"),
    "models.targets": ("Target", "targets_for"),
    "models.meets": ("copy_note", "notes_on", "of_imagenette", "Stranger", "stranger"),
    "evaluation.compare": ("Comparison", "comparison", "PairRow", "request_comparison", "stop_comparison"),
    "evaluation.ahead": ("ahead_of_imagenet",),
    "evaluation.rivals": ("main_rival",),
    "evaluation.scored": ("ProbeRow", "Scored", "ScoredPoint"),
    "evaluation.forecast": ("expect_comparison", "expect_looking"),
    "maps.layout": ("expect_map", "Layout", "layout", "layout_status", "request_features", "request_layout"),
    "maps.neighbours": ("Alike", "alike", "class_shares", "ClassShare", "request_alike"),
    "maps.colour": ("coloured", "Factor", "factors"),
    "jobs.warm_worker": ("dismiss",),
    "jobs.spare": ("dismiss_spare", "keep_spare", "renew_spare"),
    "explanations.attention": ("attention", "companions", "Look", "LookRow"),
    "explanations.shares": ("outdated_shares", "request_shares", "share_set", "ShareRow", "Shares", "shares"),
    "fewshot.curve": ("few_shot", "few_shot_targets", "FewLine", "FewPoint", "FewShot", "request_few_shot"),
    "fewshot.suggest": ("best_next", "chosen_in_words"),
    "fewshot.wall": ("captions_of", "classes_of", "readable", "wall_ids", "wall_page", "walls"),
    "evaluation.labelfree": ("request_spreads", "Spread", "Spreads", "spreads"),
    "fewshot.classifier": ("classifier_zip", "export_classifier"),
    "datasets.base": ("ImageSet",),
    "library.unreadable": ("Check", "check", "left_out_of", "request_check", "stop_check"),
    "library.look": ("leaks", "look", "look_status", "picture_ids", "request_look", "stop_look"),
    "library.meeting": ("apart_note", "class_notes", "meeting", "Meeting", "unmet_classes"),
    "library.looked": ("Leak", "Leaks", "Looked"),
    "library.sets": ("open_set", "PictureSet", "skipped"),
    "notebook.answers": ("Attended", "Compared", "Embedding", "Probed", "Projection"),
    "notebook.lists": (
        "list_backbones",
        "list_datasets",
        "list_explainers",
        "list_probes",
        "list_projectors",
        "list_runs",
        "list_settings",
        "list_tasks",
    ),
    "notebook.questions": ("attend", "embed", "fetch", "load", "project"),
    "notebook.readings": ("accept_reading", "account", "choose_reading", "forget_reading"),
    "notebook.scores": ("compare", "probe"),
    "notebook.table": ("Table",),
    "notebook.training": ("film", "Handle", "handle", "tensorboard", "train"),
    "system.version": ("__version__",),
}
_HOME = {name: room for room, names in _ROOMS.items() for name in names}
__all__ = sorted(_HOME)
_BESIDE = ("add_folder", "export", "picture", "sample_pictures")  # of what screens use too: what a notebook needs


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    """The names for notebooks and scripts, as `help` and completion list them; `__all__` has those of the screens too."""
    own = [name for room, names in _ROOMS.items() if room.startswith("notebook.") and room != "notebook.answers" for name in names]
    return sorted([*own, *_BESIDE, "__doc__", "__version__"])
