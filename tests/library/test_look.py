"""A look at every picture of a set: what it counts, which pictures are there twice, what leaks, and how the job ends."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ssl_core.__main__ import main
from ssl_core.jobs import start
from ssl_core.jobs.report import Stopped
from ssl_core.jobs.worker import work
from ssl_core.library import browse, look, look_job
from ssl_core.library.look import apart, ask_look, leaks, look_status, request_look, stop_look
from ssl_core.library.looked import Leak, Looked
from ssl_core.library.sets import open_set
from ssl_core.reading import files as listings
from ssl_core.system.disk import read_json, write_json
from tests.help.folders import encoded
from tests.help.photographs import photograph

pytestmark = pytest.mark.usefixtures("own_folders")
Make = Callable[[dict[str, bytes]], str]


def png(seed: int, side: int = 64) -> bytes:
    return encoded(photograph(seed, side))


def recompressed(seed: int) -> bytes:
    return encoded(photograph(seed), "JPEG", quality=40)


def other_file(seed: int) -> bytes:
    """The same pixels in another file."""
    return encoded(photograph(seed), "BMP")


def pages(count: int) -> bytes:
    stream = io.BytesIO()
    photograph(90).save(stream, "TIFF", save_all=True, append_images=[photograph(91 + k) for k in range(count - 1)])
    return stream.getvalue()


PLAIN = {f"{part}/{kind}/{k}.png": png(10 * j + k) for j, part in enumerate(("train", "test")) for kind, k in (("cat", 1), ("dog", 2))}


@pytest.fixture
def made(own_folders: Path) -> Make:
    """Makes a set of these files beside four that are unlike each other; its name."""

    def make(files: dict[str, bytes]) -> str:
        for name, data in {**PLAIN, **files}.items():
            (own_folders / "mine" / name).parent.mkdir(parents=True, exist_ok=True)
            (own_folders / "mine" / name).write_bytes(data)
        return browse.add_folder("mine", own_folders / "mine")

    return make


def looked(name: str) -> Looked:
    status = work(ask_look(name))
    assert status.state == "done", status
    found = look.look(name)
    assert found is not None
    return found


CUT = png(50)[:-400]
COUNTED: dict[str, tuple[dict[str, bytes], dict[str, Any]]] = {
    "sizes": (
        {"train/cat/s.png": png(50, 20), "train/cat/l.png": png(51, 90)},
        {"sizes": [(64, 64, 4), (90, 90, 1), (20, 20, 1)], "smallest": (20, 20), "largest": (90, 90)},
    ),
    "gray by its mode": ({"test/cat/g.png": encoded(photograph(50).convert("L"))}, {"gray": 1, "colour": 4, "modes": {"RGB": 4, "L": 1}}),
    "gray kept as colour": ({"test/cat/g.png": encoded(photograph(50).convert("L").convert("RGB"))}, {"gray": 1, "colour": 4}),
    "sixteen bits": ({"train/cat/i.png": encoded(Image.new("I;16", (30, 30), 900))}, {"modes": {"RGB": 4, "I;16": 1}, "plain": 1}),
    "pages of a stack": ({"train/cat/stack.tif": pages(3)}, {"pages": [("train/cat/stack.tif", 3)]}),
    "cut short": ({"train/cat/c.png": CUT}, {"pictures": 4, "unreadable": [("train/cat/c.png", "ends too early (truncated)")]}),
    "empty": ({"test/dog/e.png": b""}, {"pictures": 4, "unreadable": [("test/dog/e.png", "is empty")]}),
    "equal files": (
        {"train/cat/9.png": png(1), "test/cat/9.png": png(1)},
        {"same_bytes": [["train/cat/1.png", "train/cat/9.png", "test/cat/9.png"]], "same_pixels": [], "near": []},
    ),
    "equal pixels": (
        {"test/dog/b.bmp": other_file(1)},
        {"same_bytes": [], "same_pixels": [["train/cat/1.png", "test/dog/b.bmp"]], "near": []},
    ),
    "near duplicates": (
        {"test/cat/n.jpg": recompressed(1), "train/dog/n.jpg": recompressed(12)},
        {"near": [("train/cat/1.png", "test/cat/n.jpg"), ("train/dog/n.jpg", "test/dog/2.png")], "near_pairs": 2},
    ),
    "blank pictures with equal pixels": (
        {"train/cat/b.png": encoded(Image.new("RGB", (30, 30))), "train/cat/b.bmp": encoded(Image.new("RGB", (30, 30)), "BMP")},
        {"same_pixels": [["train/cat/b.bmp", "train/cat/b.png"]], "near": [], "plain": 1},
    ),
}


@pytest.mark.parametrize("case", COUNTED)
def test_a_look_counts(made: Make, case: str) -> None:
    files, right = COUNTED[case]
    found = looked(made(files))._asdict()
    assert {key: found[key] for key in right} == right


LEAKING: dict[str, tuple[dict[str, bytes], list[Leak]]] = {
    "nothing": ({}, []),
    "within a part": ({"train/dog/9.png": png(1), "test/dog/n.jpg": recompressed(11)}, []),
    "a file": ({"test/dog/x.png": png(2)}, [Leak("test/dog/x.png", "train/dog/2.png", "the same file")]),
    "pixels": ({"test/dog/x.bmp": other_file(2)}, [Leak("test/dog/x.bmp", "train/dog/2.png", "the same pixels")]),
    "a near duplicate": ({"test/dog/x.jpg": recompressed(2)}, [Leak("test/dog/x.jpg", "train/dog/2.png", "a near duplicate")]),
    "a copy of a near duplicate": (
        {"train/dog/a.jpg": recompressed(12), "train/dog/b.jpg": recompressed(12), "test/dog/c.png": png(12)},
        [Leak("test/dog/2.png", "train/dog/a.jpg", "a near duplicate"), Leak("test/dog/c.png", "train/dog/a.jpg", "a near duplicate")],
    ),
    "the strictest counts": (
        {"train/cat/a.jpg": recompressed(2), "test/dog/x.png": png(2)},
        [Leak("test/dog/x.png", "train/dog/2.png", "the same file")],
    ),
}


@pytest.mark.parametrize("case", LEAKING)
def test_a_test_picture_leaks_by(made: Make, case: str) -> None:
    files, right = LEAKING[case]
    name = made(files)
    looked(name)
    found = leaks(name)
    assert found is not None and found.found == right
    assert apart(name) == [leak.test for leak in right]


def test_a_group_on_both_sides_leaks(made: Make) -> None:
    name = made({})
    looked(name)
    found = leaks(name, {"train/cat/1.png": "Anna", "test/cat/1.png": "Anna", "test/dog/2.png": "Bo", "train/dog/2.png": "Cleo"})
    assert found is not None and found.found == [Leak("test/cat/1.png", "train/cat/1.png", "the same group")]
    assert found.words() == "Of 2 test pictures 1 can be found in training: 1 as the same group."


def test_before_a_look_nothing_is_known(made: Make) -> None:
    name = made({})
    assert (look.look(name), look_status(name), leaks(name), apart(name)) == (None, None, None, [])


def test_the_figures_are_told_in_sentences(made: Make) -> None:
    name = made({"test/dog/x.png": png(2), "train/cat/c.png": CUT, "test/cat/n.jpg": recompressed(1)})
    assert looked(name).words() == (
        "6 pictures were opened. 1 file can't be read. All are 64 × 64 pixels. All in colour. 1 file repeats another byte for byte. "
        "1 pair of near duplicates: recompressed, resized or slightly cut."
    )


def test_one_look_serves_everybody(made: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    name = made({})
    looked(name)
    monkeypatch.setattr(start, "open_child", lambda *given, **named: pytest.fail("a second process was started"))
    assert request_look(name) == ask_look(name) and look.look(name) is not None


def test_a_set_that_is_classed_and_split_anew_keeps_its_look(made: Make, own_folders: Path) -> None:
    """Its files are the same: a table that says otherwise what they are changes no picture."""
    name = made({})
    before = ask_look(name)
    table = "file,label,split\ntrain/cat/1.png,a,test\ntrain/dog/2.png,b,train\ntest/cat/1.png,a,train\ntest/dog/2.png,b,test\n"
    (own_folders / "mine" / "labels.csv").write_text(table)
    listings.forget()
    assert [open_set(name).file(i) for i in range(2)] == ["test/cat/1.png", "train/dog/2.png"]
    assert ask_look(name) == before


def test_files_that_changed_are_looked_at_anew(made: Make, own_folders: Path) -> None:
    name = made({})
    looked(name)
    (own_folders / "mine" / "train" / "cat" / "1.png").write_bytes(png(77))
    listings.forget()
    assert look.look(name) is None and look_status(name) is None


def test_files_that_change_before_the_job_begins_end_it(made: Make, own_folders: Path) -> None:
    folder = ask_look(made({}))
    (own_folders / "mine" / "train" / "cat" / "1.png").write_bytes(png(77))
    listings.forget()
    status = work(folder)
    assert status.state == "failed" and status.reason == "The files of 'mine' have changed since they were to be looked at. Look again."
    assert look.look("mine") is None


def test_a_look_can_be_stopped_and_asked_for_again(made: Make) -> None:
    name = made({})
    stop_look(name)  # nobody asked for one: nothing happens
    folder = ask_look(name)
    stop_look(name)
    assert work(folder).state == "stopped" and look.look(name) is None
    assert looked(name).pictures == 4


class StoppedAt:
    """A reporter that ends the job at a stage."""

    note = ""

    def __init__(self, stage: str) -> None:
        self.stage = stage

    def progress(self, stage: str, done: int = 0, of: int = 0) -> None:
        if stage == self.stage:
            raise Stopped


@pytest.mark.parametrize("stage", ["looking at pictures", "comparing equal pictures", "comparing pictures"])
def test_a_stop_is_heard_in_every_stage(made: Make, stage: str) -> None:
    folder = ask_look(made({"test/dog/b.bmp": other_file(1)}))
    with pytest.raises(Stopped):
        look_job.work_look(folder, read_json(folder / "spec.json"), StoppedAt(stage))  # type: ignore[arg-type]
    assert not (folder / "result.json").exists()


def test_a_look_whose_worker_was_killed_begins_again(made: Make) -> None:
    name = made({})
    folder = ask_look(name)
    write_json(folder / "status.json", {"state": "running", "stage": "looking at pictures", "pid": 2**22 + 1, "born": 1.0})
    status = look_status(name)
    assert status is not None and status.state == "interrupted" and look.look(name) is None
    assert looked(name).pictures == 4


def test_a_look_whose_result_was_deleted_begins_again(made: Make) -> None:
    name = made({})
    looked(name)
    (ask_look(name) / "result.json").unlink()
    assert look.look(name) is None
    assert looked(name).pictures == 4


def test_pictures_without_files_are_named_by_part_and_place(monkeypatch: pytest.MonkeyPatch) -> None:
    digits = open_set("digits")
    assert digits.stamps() == [] and digits.file_bytes(0) is None
    assert look_job.names_of(digits)[:2] == ["train-0", "train-1"]
    facts = look_job._facts(digits, 0)
    assert not isinstance(facts, str) and facts.gray and facts.width == 0


def test_the_command_line_looks_too(made: Make, capsys: pytest.CaptureFixture[str]) -> None:
    name = made({"test/dog/x.jpg": recompressed(2)})
    assert main(["data", name, "--look", "--json"]) == 0
    told = capsys.readouterr()
    answer = json.loads(told.out.splitlines()[-1])["look"]
    assert answer["near"] == [["train/dog/2.png", "test/dog/x.jpg"]]
    assert answer["leaks"]["found"] == [{"test": "test/dog/x.jpg", "train": "train/dog/2.png", "why": "a near duplicate"}]
    assert "running: looking at pictures 0 of 5" in told.err


def test_leaks_are_known_by_their_places_in_the_test(made: Make) -> None:
    name = made({"test/cat/copy.png": PLAIN["train/cat/1.png"]})
    assert look.leaking_places(name) is None
    looked(name)
    names = [open_set(name, "test", 8).file(i) for i in range(3)]
    found = look.leaking_places(name)
    assert found is not None and [names[place] for place in found] == ["test/cat/copy.png"]
