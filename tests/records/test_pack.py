"""A run packed into a file, and taken up again where the runs are others."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from ssl_core.evaluation.compare import comparison
from ssl_core.evaluation.probe import probe_asked
from ssl_core.evaluation.protocol import Protocol
from ssl_core.jobs.worker import work
from ssl_core.models.targets import parse_all
from ssl_core.records.pack import pack_run
from ssl_core.records.runs import run, runs
from ssl_core.records.unpack import unpack_run
from ssl_core.settings import SettingsError
from tests.help.small import keep_scenes, small_run, small_values


def elsewhere(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """From here on the machine is another one, on which nothing was trained."""
    for name in ("RUNS", "CACHE"):
        monkeypatch.setenv(f"SSL_{name}", str(folder / name.lower()))
    keep_scenes(small_values())


def scored(name: str) -> dict[str, float]:
    return {row.target: row.accuracy for row in comparison([name, f"untrained:{name}", "pixels"]).rows}


@pytest.fixture
def packed(clean_folders: Path, tmp_path: Path) -> Path:
    """A run with the scores of itself, its untrained network and raw pixels."""
    name = small_run(steps=2)[0].name
    for target in parse_all([name, f"untrained:{name}", "pixels"]):
        assert work(probe_asked(target, Protocol()).ask()).state == "done"
    (run(name).folder / "title.json").write_text('"Mine"')
    (run(name).folder / ".hidden").touch()
    return pack_run(name, tmp_path / "mine.zip").path


def test_a_run_comes_with_its_scores_under_its_name_and_beside_one_of_that_name_under_another(
    packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, (name,) = scored("rotation-1"), [each.id for each in runs(False)]
    elsewhere(monkeypatch, tmp_path / "there")
    assert runs(False) == []
    first, second = unpack_run(packed), unpack_run(packed)
    assert (first.run, first.packed_as, first.jobs) == (name, name, 3 + len(list((run(name).folder / "jobs").glob("[!p]*"))))
    assert second.run == "rotation-2" and "It was 'rotation-1' where it was packed; that name is taken here." in second.words
    assert run("rotation-2").title == "Mine" and run("rotation-2").status.state == "done"
    assert scored("rotation-1") == before
    assert list(scored("rotation-2").values()) == list(before.values())
    assert not list((tmp_path / "there").rglob(".hidden")) and not list((tmp_path / "there").rglob(".unpacking*"))


def changed(packed: Path, names: dict[str, bytes], **head: object) -> Path:
    """A copy of a packed run with other files or another list."""
    out = packed.with_name("changed.zip")
    with zipfile.ZipFile(packed) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        listed = json.loads(old.read("pack.json"))
        files = {name: old.read(name) for name in old.namelist() if name != "pack.json"} | names
        listed["files"] |= {name: [len(data), "0" * 64] for name, data in names.items()}
        for name, data in files.items():
            new.writestr(name, data)
        new.writestr("pack.json", json.dumps({**listed, **head}))
    return out


def test_what_is_no_packed_run_is_a_sentence_and_leaves_nothing(packed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "short.zip").write_bytes(packed.read_bytes()[:-100])
    (tmp_path / "empty.zip").write_bytes(b"")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as other:
        other.writestr("cat.png", b"cat")
    bad = {
        tmp_path / "short.zip": "is no packed run, or is damaged",
        tmp_path / "empty.zip": "can't be opened as a zip",
        tmp_path / "other.zip": "is no packed run",
        tmp_path / "none.zip": "can't be opened",
    }
    with pytest.raises(SettingsError, match="'out' must be a file in a folder that is there"):
        pack_run("rotation-1", tmp_path / "none" / "mine.zip")
    elsewhere(monkeypatch, tmp_path / "there")
    for file, words in bad.items():
        with pytest.raises(SettingsError, match=words):
            unpack_run(file)
    cases: list[tuple[dict[str, bytes], dict[str, object], str]] = [
        ({"../../evil": b"x"}, {}, "leads out of the archive"),
        ({"run/.ssh/keys": b"x"}, {}, "is no file of a run"),
        ({"elsewhere/x": b"x"}, {}, "is no file of a run"),
        ({"run/status.json": b"{}"}, {}, "its checksum is another"),
        ({"run/zeros": bytes(2**25)}, {}, "times its size"),
        ({}, {"format": 2, "version": "9.0"}, "packed by a newer version"),
        ({}, {"run": "../x"}, "is no packed run"),
        ({}, {"files": {}}, "its files aren't those of its list"),
    ]
    for names, head, words in cases:
        with pytest.raises(SettingsError, match=words):
            unpack_run(changed(packed, names, **head))
    assert runs(False) == [] and not [path for path in (tmp_path / "there").rglob("*") if path.is_file() and "cache" not in path.parts]
