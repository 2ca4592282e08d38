"""Wrong requests: hazards of tests/hazards/table.py."""

from __future__ import annotations

from tests.hazards.hazard import SCREEN, TERMINAL, VALUES, Hazard

REQUESTS = (
    Hazard("an option out of range", TERMINAL, "'area' of inpainting must be between 0.05 and 0.6. Got 3.", '"status": "done"'),
    Hazard("an option out of range", VALUES, "'area' of inpainting must be between 0.05 and 0.6. Got 3.", "inpainting-1"),
    Hazard(
        "an option out of range in the address",
        SCREEN,
        "'area' of What is behind the hole? must be between 0.05 and 0.6. Got 3. Shown is 0.25.",
        "button: Train",
    ),
    Hazard("an option out of range in the form", SCREEN, "Gradient clipping must be above 0 and at most 1e+06. Got 0.", "button: Train"),
    Hazard("an option that isn't there", VALUES, "inpainting has no setting 'aera'. It has: <names>.", "inpainting-1"),
    Hazard("a setting that is no number", TERMINAL, "'rate' of the recipe must be above 0 and at most 1000. Got nan.", '"status": "done"'),
    Hazard(
        "a setting that is no number",
        SCREEN,
        "'area' of What is behind the hole? must be between 0.05 and 0.6. Got nan. Shown is 0.25.",
        "button: Train",
    ),
    Hazard("a setting that is no number", VALUES, "'area' of inpainting must be between 0.05 and 0.6. Got nan.", "inpainting-1"),
    Hazard("a name of ten thousand letters", TERMINAL, "There is no data set '<letters>'. There are: ", "scenes: 24 + 12"),
    Hazard(
        "a name of ten thousand letters",
        SCREEN,
        "There is no data set '<letters>' here. Shown is 'scenes'.",
        "api/thumb/scenes/train-0.png",
    ),
    Hazard("HTML in the name of a class", TERMINAL, '"classes": ["<img src=x onerror=alert(1)>", "dog"]', '"skipped": []'),
    Hazard("HTML in the name of a class", SCREEN, "**2** classes", "button: ![dog]"),
    Hazard(
        "weights that are a program",
        TERMINAL,
        "imagenet:mobilenet_v2: '<file>' doesn't hold the weights of mobilenet_v2: replace it, or take it away.",
        "  pixels",
    ),
    Hazard(
        "weights that are a program",
        SCREEN,
        "ImageNet is left out. '<file>' doesn't hold the weights of mobilenet_v2: replace it, or take it away.",
        "button: ",
    ),
    Hazard("a wrong run", TERMINAL, "There is no run 'nobody-7'. There are: rotation-1.", "rotation-1: done"),
    Hazard("a wrong run", SCREEN, "There is no run 'nobody-7' here. Shown is 'rotation-1'.", "Title of rotation-1"),
)
