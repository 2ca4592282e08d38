"""Nothing there: hazards of tests/hazards/table.py."""

from __future__ import annotations

from tests.hazards.hazard import NO_NETWORK, SCREEN, TERMINAL, Hazard

NO_WEIGHTS = (
    "ImageNet's weights of mobilenet_v2 aren't on this machine: put 'mobilenet_v2-<digest>.pth' into '<folder>', or download them, 14 MB, "
)

NOTHING_THERE = (
    Hazard(
        "no data set",
        TERMINAL,
        "There is no data set 'elephants'. There are: <names>; or name a folder or an archive by its path.",
        "scenes: 24 + 12",
    ),
    Hazard("no data set", SCREEN, "There is no data set 'elephants' here. Shown is 'scenes'.", "api/thumb/scenes/train-0.png"),
    Hazard("no run", TERMINAL, "No runs yet.", " rotation, "),
    Hazard("no run", SCREEN, "There is no run yet, so nobody can answer. Train one, it takes a minute.", "button: Train"),
    Hazard("no GPU", TERMINAL, "'device' must be auto or one this machine has (cpu). Got cuda.", '"status": "done"'),
    Hazard("no GPU", SCREEN, "'device' must be auto or one this machine has (cpu). Got cuda.", "button: Set up another"),
    Hazard(
        "no network",
        TERMINAL,
        f"'https://<address>.pth' {NO_NETWORK} Or put 'mobilenet_v2-<digest>.pth' into '<folder>' by hand.",
        "  pixels",
    ),
    Hazard("no network", SCREEN, f"ImageNet is left out. {NO_WEIGHTS}", "button: Download, 14 MB"),
)
