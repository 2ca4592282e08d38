"""Labels and requests: hazards of tests/hazards/table.py."""

from __future__ import annotations

from tests.hazards.hazard import SCREEN, VALUES, Hazard

LATER_LABELS = "The labels in <file> were written by a newer version of this program."

LABELS = (
    Hazard(
        "named pictures in a folder that changes",
        SCREEN,
        "1 label belongs to a picture that 'mine' no longer holds. It comes back with its file.",
        "3 labels",
    ),
    Hazard("named pictures that are sorted into other folders", SCREEN, "The curves start in a moment.", "sorted/renamed.png"),
    Hazard("labels of a newer version", SCREEN, f"{LATER_LABELS} Update it, or move the file away.", "503"),
    Hazard("labels of an older version", VALUES, '200 {"count":2', "labels.sqlite labels.version1.sqlite"),
    Hazard("labels of an older version", SCREEN, "The curves start in a moment.", "labels.sqlite labels.version1.sqlite"),
    Hazard(
        "labels in a file that can't be written", VALUES, '503 {"reason":"Labels can\'t be saved: the file is read-only. ', '200 {"count":2'
    ),
    Hazard(
        "another program's file where labels are kept",
        SCREEN,
        "is another program's file, not a store of labels. Move it away, and a new one is made.",
        "[('recipes',)]",
    ),
    Hazard("two tabs that name one picture", VALUES, "undone: fish instead of bird", "{'train-1': 'bird'}"),
    Hazard(
        "labels for pictures without classes",
        SCREEN,
        "button: Use these names",
        "each label is left out once and named by the others (leave-one-out)",
    ),
    Hazard("a path in the name of a picture", VALUES, '404 {"reason":"There is no such picture."}', "200 a picture"),
    Hazard("another name for this machine", VALUES, "400 Selfsight does not know itself by the name rebound.example.", "200 a picture"),
    Hazard(
        "labels on a full disk", VALUES, '503 {"reason":"Labels can\'t be saved: the disk is full. Free some space and try again.', "200"
    ),
    Hazard("a label from another site's page", VALUES, "403 This address answers Selfsight's own pages only.", '"count":1'),
    Hazard(
        "a request of 50 MB", VALUES, '413 {"reason":"A request may have 65536 bytes at most. Send fewer labels at a time.', '"count":1'
    ),
)
