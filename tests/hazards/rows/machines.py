"""Broken machines: hazards of tests/hazards/table.py."""

from __future__ import annotations

from tests.hazards.hazard import FULL, SCREEN, TERMINAL, Hazard

SHUT = "'<folder>' can't be written. Choose another folder with SSL_RUNS or SSL_CACHE."
NO_MEMORY = "Memory ran out. Try a smaller batch"
CROOKED = "ssl_core/tasks/crooked.py"

MACHINES = (
    Hazard("a broken task file", TERMINAL, f"broken: {CROOKED}: NameError: name 'nobody' is not defined", " rotation, "),
    Hazard("a broken task file", SCREEN, f"'{CROOKED}' can't be used: NameError: name 'nobody' is not defined", "button: Train"),
    Hazard("a full disk", TERMINAL, FULL, "rotation-1: done"),
    Hazard("a full disk", SCREEN, FULL, "button: Train"),
    Hazard("a full disk while pictures are decoded", TERMINAL, FULL, "scenes, nothing half made"),
    Hazard("a full disk while training", TERMINAL, FULL, "rotation-1: done"),
    Hazard("a full disk while training", SCREEN, FULL, "button: Set up another"),
    Hazard("a runs folder that can't be written", TERMINAL, SHUT, "No runs yet."),
    Hazard("a runs folder that can't be written", SCREEN, SHUT, "button: Train"),
    Hazard("a disk too full for the last word", TERMINAL, FULL, f"rotation-1: failed, step 0, scenes. {FULL}"),
    Hazard("a disk too full for the last word", SCREEN, FULL, "button: Set up another"),
    Hazard("memory runs out", TERMINAL, f"{NO_MEMORY} (now 8) or smaller pictures (now 32).", "rotation-1: failed"),
    Hazard("memory runs out", SCREEN, f"{NO_MEMORY} (now 8) or smaller pictures (now 32).", "button: Set up another"),
    Hazard("a clock set back", TERMINAL, "rotation-1: running, step 37", "rotation-1 was asked to save and end."),
    Hazard("a clock set back", SCREEN, "Step 37 of 100", "button: Stop and keep it"),
    Hazard(
        "a pid that another process has by now",
        TERMINAL,
        "rotation-1: interrupted, step 37",
        "The run 'rotation-1' is not at work, so there is nothing to stop.",
    ),
    Hazard("a pid that another process has by now", SCREEN, "Interrupted at step 37. Resume?", "button: Resume"),
    Hazard("a thousand runs", TERMINAL, "rotation-1: done", "rotation-1000: done"),
    Hazard("a thousand runs", SCREEN, "1<space>000 runs of yours", "button: Show 20 more of 980"),
)
