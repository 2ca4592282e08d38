"""What can go wrong: hazard → the exact sentence that is said → what must still be there. `test_hazards.py` and `e2e` make each happen.

In a sentence, words in <angle brackets> stand for what differs from one time to the next.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ssl_core.reading.images.opening import READ

TERMINAL, SCREEN, VALUES, BROWSER = "command line", "screen", "values", "browser"


class Hazard(NamedTuple):
    """One hazard as it is met in one place."""

    hazard: str
    place: str
    sentence: str
    remains: str  # found in what the same place says afterwards


FULL = "The disk is full. Make room (Runs → Clear caches helps), then resume or start again."
SHUT = "'<folder>' can't be written. Choose another folder with SSL_RUNS or SSL_CACHE."
NO_PICTURE = f"is no picture in a format that is read here ({READ})"
NO_HEIC = "is HEIC, which is read once pillow-heif is installed: .venv/bin/python -m pip install pillow-heif, then start again"
NO_TABLE = "weather.csv: it is not used: no column names pictures (its columns: day, rain)"
TILE = "has tiles of 151 megapixels; up to 100 are read, the picture counted too"
AGAIN = "`more.csv` says another class than `about.csv` of 1 picture; `about.csv` counts."
NO_MEMORY = "Memory ran out. Try a smaller batch"
ONE_BEFORE = "The newest checkpoint of 'rotation-1' (step 10) can't be read. The one before (step 8) is used."
NO_CHECKPOINT = "No checkpoint of 'rotation-1' can be read any more: its files are damaged. Train it anew, or delete it."
NEWER = "'rotation-1' was made by a newer version (2) than this one (1). Update Selfsight to work it."
OLDER = "The spec.json of 'rotation-1' lacks 'data': an older version made it, or it is damaged. Train it anew, or delete it."
LATER_LABELS = "The labels in <file> were written by a newer version of this program."
CROOKED = "ssl_core/tasks/crooked.py"
NO_NETWORK = "can't be reached (<reason>). Is there a network? Try again later."
NO_WEIGHTS = (
    "ImageNet's weights of mobilenet_v2 aren't on this machine: put 'mobilenet_v2-<digest>.pth' into '<folder>', or download them, 14 MB, "
)
BROKE_OFF = (
    "'cifar-100-python.tar.gz' broke off after 0 MB of 0 MB (the connection ended early). "
    "What came is kept: fetch it again, and it goes on from there."
)
WRONG_SUM = (
    "What '<address>' sent is not what was published: its checksum is wrong, so it was deleted. "
    "Fetch it again; if that stays so, the file has changed there."
)

HAZARDS = (
    # Nothing there
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
    # Downloads
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
    # Something ends
    Hazard(
        "a run that fails", TERMINAL, "The weight '<name>' is not finite at step <n>. Try a smaller learning rate.", "inpainting-1: failed"
    ),
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
    # Pictures
    Hazard(
        "a corrupt picture among good ones",
        TERMINAL,
        '"skipped": [["cats/broken.png", "begins like a PNG but is cut short or damaged"]]',
        '"classes": ["cats", "dogs"]',
    ),
    Hazard(
        "a corrupt picture among good ones",
        SCREEN,
        "cats/broken.png: it begins like a PNG but is cut short or damaged",
        "api/thumb/mine/train-0.png",
    ),
    Hazard(
        "an upload that isn't a picture",
        SCREEN,
        f"This picture can't be read: it {NO_PICTURE}. Choose another one.",
        "button: Guess before it does",
    ),
    Hazard(
        "dropped files that aren't pictures",
        SCREEN,
        f"No picture in the dropped files can be read: notes.jpg {NO_PICTURE}.",
        "button: Make it a data set",
    ),
    Hazard("a picture cut short", TERMINAL, "cats/cut.webp: it ends too early (truncated)", '"status": "done"'),
    Hazard("a picture cut short", SCREEN, "cats/cut.webp: it ends too early (truncated)", "api/thumb/mine/train-0.png"),
    Hazard("a picture too large to unpack", TERMINAL, "cats/huge.png: it has 3600 megapixels; up to 100 are read", '"status": "done"'),
    Hazard(
        "a picture too large to unpack",
        SCREEN,
        "This picture can't be read: it has 3600 megapixels; up to 100 are read. Choose another one.",
        "button: Guess before it does",
    ),
    Hazard("HEIC without its decoder", TERMINAL, f"cats/phone.heic: it {NO_HEIC}", '"status": "done"'),
    Hazard("HEIC without its decoder", SCREEN, f"cats/phone.heic: it {NO_HEIC}", "api/thumb/mine/train-0.png"),
    Hazard("a tile much larger than its picture", TERMINAL, f"cats/tile.tif: it {TILE}", '"status": "done"'),
    Hazard("a tile much larger than its picture", SCREEN, f"cats/tile.tif: it {TILE}", "api/thumb/mine/train-0.png"),
    Hazard("two tables about one picture", TERMINAL, AGAIN, '"status": "done"'),
    Hazard("two tables about one picture", SCREEN, AGAIN.replace("`", "'"), "api/thumb/mine/train-0.png"),
    Hazard("a table with wrong file names", TERMINAL, "about.csv: it has 1 row whose picture isn't there: nobody.png", '"status": "done"'),
    Hazard(
        "a table with wrong file names",
        SCREEN,
        "about.csv: it has 1 row that may mean more than one picture, so they don't count (write the folders too): 0.png",
        "of them without one)",
    ),
    Hazard("a table about something else", TERMINAL, NO_TABLE, '"status": "done"'),
    Hazard("a table about something else", SCREEN, NO_TABLE, "button: ![dogs]"),
    Hazard(
        "pictures without labels",
        TERMINAL,
        "'mine' has no labels to compare by: the directions that features use on 1 held-out pictures",
        '"status": "done"',
    ),
    Hazard("pictures without labels", SCREEN, "These pictures have no labels to compare by", "button: Label 20 to compare"),
    Hazard("a folder without pictures", TERMINAL, "There is no picture in '<folder>'", "scenes: 24 + 12"),
    # Archives
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
    # Wrong requests
    Hazard("an option out of range", TERMINAL, "'area' of inpainting must be between 0.05 and 0.6. Got 3.", '"status": "done"'),
    Hazard("an option out of range", VALUES, "'area' of inpainting must be between 0.05 and 0.6. Got 3.", "inpainting-1"),
    Hazard(
        "an option out of range in the address",
        SCREEN,
        "'area' of What is behind the hole? must be between 0.05 and 0.6. Got 3. Shown is 0.25.",
        "button: Train",
    ),
    Hazard(
        "an option out of range in the form", SCREEN, "'clip' of the recipe must be above 0 and at most 1e+06. Got 0.0.", "button: Train"
    ),
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
    # Broken machines
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
    # What is left of a run
    Hazard("a checkpoint cut short", TERMINAL, ONE_BEFORE, ONE_BEFORE),
    Hazard("a checkpoint cut short", SCREEN, ONE_BEFORE, "button: Resume"),
    Hazard("no checkpoint can be read", TERMINAL, NO_CHECKPOINT, f"rotation-1: interrupted, step 10, scenes. {NO_CHECKPOINT}"),
    Hazard("no checkpoint can be read", SCREEN, NO_CHECKPOINT, "Which way is up? You choose, it answers"),
    Hazard("a run of a newer version", TERMINAL, NEWER, f"rotation-1: failed, step 0, scenes. {NEWER}"),
    Hazard("a run of a newer version", SCREEN, NEWER, "button: Delete"),
    Hazard("a run of an older version", TERMINAL, OLDER, "rotation-1: done, step 60"),
    Hazard("a run of an older version", SCREEN, OLDER, "button: Set up another"),
    Hazard(
        "a run copied from another machine",
        TERMINAL,
        "rotation-1 (copy): interrupted, step 37, scenes. the worker ended without a word",
        "The run 'rotation-1 (copy)' is not at work, so there is nothing to stop.",
    ),
    Hazard("a run copied from another machine", SCREEN, "Interrupted at step 37. Resume?", "button: Resume"),
    Hazard(
        "a run deleted while it is at work",
        TERMINAL,
        "Its folder was deleted while it was at work. Nothing of it is left.",
        "No runs yet.",
    ),
    Hazard(
        "a run deleted while its screen is open",
        SCREEN,
        "There is no run 'rotation-1' here. Shown is 'rotation-2'.",
        "Right 79 % of the time",
    ),
    # Labels and requests
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


def found(words: str, text: str) -> bool:
    """Whether a text holds these words, whatever stands for the words in angle brackets."""
    pattern = "".join("[^\n]+?" if part.startswith("<") else re.escape(part) for part in re.split(r"(<\w+>)", words))
    return re.search(pattern, text) is not None


def hazard(name: str, place: str) -> Hazard:
    """A row of the table."""
    return next(row for row in HAZARDS if (row.hazard, row.place) == (name, place))
