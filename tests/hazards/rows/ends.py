"""Something ends: hazards of tests/hazards/table.py."""

from __future__ import annotations

from tests.hazards.hazard import BROWSER, SCREEN, TERMINAL, Hazard

ENDS = (
    Hazard("a run that fails", TERMINAL, "'loss' is not finite (nan) at step <n>. Try a smaller learning rate.", "inpainting-1: failed"),
    Hazard("a run that fails", SCREEN, "'loss' is not finite (nan) at step 12. Try a smaller learning rate.", "button: Set up another"),
    Hazard("a killed worker", TERMINAL, "the worker ended without a word", "rotation-1: stopped."),
    Hazard("a killed worker", SCREEN, "Interrupted at step 37. Resume?", "button: Resume"),
    Hazard("a killed worker", BROWSER, "Interrupted at step <n>. Resume?", "Resume"),
    Hazard("a reload in the middle of training", BROWSER, "Learning which way is up", "Stop and keep it"),
    Hazard("two tabs", BROWSER, "Learning which way is up", "Stop and keep it"),
    Hazard("two servers on one folder of runs", BROWSER, "Learning which way is up", "Stop and keep it"),
    Hazard(
        "the server ended while a run trains",
        BROWSER,
        "This run goes on without the app, which finds them again at its next start. To stop and keep what is learnt:\n"
        "  <python> -m ssl_core stop <run>\n",
        "Stop and keep it",
    ),
)
