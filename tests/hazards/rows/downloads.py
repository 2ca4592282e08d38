"""Downloads: hazards of tests/hazards/table.py."""

from __future__ import annotations

from tests.hazards.hazard import FULL, NO_NETWORK, SCREEN, TERMINAL, Hazard

BROKE_OFF = (
    "'cifar-100-python.tar.gz' broke off after 0 MB of 0 MB (the connection ended early). "
    "What came is kept: fetch it again, and it goes on from there."
)
WRONG_SUM = (
    "What '<address>' sent is not what was published: its checksum is wrong, so it was deleted. "
    "Fetch it again; if that stays so, the file has changed there."
)

DOWNLOADS = (
    Hazard(
        "a set that isn't here yet",
        TERMINAL,
        "STL-10 is not in '<folder>': put its folder 'stl10_binary' there, or download it, 2.6 GB, "
        "on the Pictures screen or by 'python -m ssl_core fetch stl10'.",
        "scenes: 24 + 12",
    ),
    Hazard(
        "a set that isn't here yet",
        SCREEN,
        "STL-10 photographs: not on this machine yet. Download it below, 2.6 GB. Shown is 'scenes'.",
        "button: Download, 2.6 GB",
    ),
    Hazard("a download that breaks off", TERMINAL, BROKE_OFF, '"status": "done"'),
    Hazard("a download that breaks off", SCREEN, BROKE_OFF, "button: Go on, 0 MB left"),
    Hazard("a download with a wrong checksum", TERMINAL, WRONG_SUM, "nothing is left of it"),
    Hazard("a download with a wrong checksum", SCREEN, WRONG_SUM, "button: Download, 0 MB"),
    Hazard(
        "a network that goes in the middle of a download",
        TERMINAL,
        BROKE_OFF.replace("the connection ended early", "no route to host"),
        '"status": "done"',
    ),
    Hazard("no network for a download", TERMINAL, f"'https://example.org/set.tar.gz' {NO_NETWORK}", "scenes: 24 + 12"),
    Hazard("no network for a download", SCREEN, f"'https://example.org/set.tar.gz' {NO_NETWORK}", "button: Download, 0 MB"),
    Hazard("a full disk while downloading", TERMINAL, FULL, '"status": "done"'),
    Hazard("a full disk while downloading", SCREEN, FULL, "api/thumb/scenes/train-0.png"),
)
