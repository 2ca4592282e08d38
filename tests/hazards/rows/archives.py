"""Archives: hazards of tests/hazards/table.py."""

from __future__ import annotations

from tests.hazards.hazard import SCREEN, TERMINAL, VALUES, Hazard

ARCHIVES = (
    Hazard(
        "an archive that is a bomb", TERMINAL, "'boom.tar.gz' would unpack to more than 100 times its size.", '"classes": ["cat", "dog"]'
    ),
    Hazard(
        "an archive that is a bomb",
        SCREEN,
        "'boom.tar.gz' would unpack to more than 100 times its size. Unpack it yourself and name the folder.",
        "button: Make it a data set",
    ),
    Hazard(
        "a bomb among good pictures",
        TERMINAL,
        '["cat/boom.png", "would unpack to 40 MB, <n> times its size; up to 100 times is read"]',
        '"classes": ["cat", "dog"]',
    ),
    Hazard(
        "a bomb among good pictures",
        SCREEN,
        "cat/boom.png: it would unpack to 40 MB, <n> times its size; up to 100 times is read",
        "api/thumb/mine/train-0.png",
    ),
    Hazard(
        "an archive that leads out of its folder",
        TERMINAL,
        '"skipped": [["../../evil.png", "leads out of the archive"]]',
        '"classes": ["cat", "dog"]',
    ),
    Hazard("an archive that leads out of its folder", SCREEN, "../../evil.png: it leads out of the archive", "api/thumb/mine/train-0.png"),
    Hazard(
        "an archive with links",
        TERMINAL,
        '"skipped": [["cat/link.png", "is a link, which is not followed"]]',
        '"classes": ["cat", "dog"]',
    ),
    Hazard("an archive with links", SCREEN, "cat/link.png: it is a link, which is not followed", "api/thumb/mine/train-0.png"),
    Hazard(
        "an encrypted archive",
        TERMINAL,
        "No picture in '<folder>secret.zip' can be used: cat/0.png is encrypted, and 9 more.",
        '"classes": ["cat", "dog"]',
    ),
    Hazard(
        "an encrypted archive",
        SCREEN,
        "No picture in 'secret.zip' can be used: cat/0.png is encrypted, and 9 more.",
        "button: Make it a data set",
    ),
    Hazard(
        "an archive that ends too early",
        TERMINAL,
        "'half.tar.xz' can't be opened as a tar: it ends too early (truncated); copy or download it again.",
        '"classes": ["cat", "dog"]',
    ),
    Hazard(
        "an archive that ends too early",
        SCREEN,
        "'half.zip' can't be opened as a zip: it ends too early (truncated); copy or download it again.",
        "button: Make it a data set",
    ),
    Hazard("an archive without pictures", TERMINAL, "There is no picture in '<folder>empty.zip'", "scenes: 24 + 12"),
    Hazard("an archive without pictures", SCREEN, "There is no picture in 'empty.tar'", "button: Make it a data set"),
    Hazard(
        "a device in an archive", TERMINAL, '"skipped": [["cat/device.png", "is a device, not a picture"]]', '"classes": ["cat", "dog"]'
    ),
    Hazard("a device in an archive", SCREEN, "cat/device.png: it is a device, not a picture", "api/thumb/mine/train-0.png"),
    Hazard(
        "a path from the root in an archive",
        TERMINAL,
        '"skipped": [["/etc/evil.png", "is named by an absolute path"]]',
        '"classes": ["cat", "dog"]',
    ),
    Hazard("a path from the root in an archive", SCREEN, "/etc/evil.png: it is named by an absolute path", "api/thumb/mine/train-0.png"),
    Hazard("a name in an archive that is no UTF-8", TERMINAL, '"test": {"samples": 2, "skipped": []}', '"classes": ["cat", "dog"]'),
    Hazard("a name in an archive that is no UTF-8", SCREEN, "**2** classes", "api/thumb/mine/train-0.png"),
    Hazard(
        "an archive of too many files", TERMINAL, "'crowd.zip' holds more than 8 files: make several archives of it.", "scenes: 24 + 12"
    ),
    Hazard(
        "an archive of too many files",
        SCREEN,
        "'crowd.zip' holds more than 8 files: make several archives of it.",
        "button: Make it a data set",
    ),
    Hazard("a dropped file whose name leads elsewhere", VALUES, "evil0.png", "api/thumb/mine/train-0.png"),
)
