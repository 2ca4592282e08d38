"""The app, `embed`, `load.py` and `classify.py` read every kind of file alike; the scripts need torch, numpy and Pillow alone."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from ssl_core.__main__ import main
from ssl_core.fewshot.classifier import export_classifier
from ssl_core.library import browse, sets
from ssl_core.models.targets import Target
from ssl_core.reading import files as files_of_set
from ssl_core.reading.images.ranges import Range
from ssl_core.reading.seen import SeenPixels, keep_seen_pixels
from tests.help.everyfile import every_file
from tests.help.small import small_run

ALONE = """
import runpy, sys
sys.modules |= dict.fromkeys(("ssl_core", "safetensors", "torchvision", "pydantic", "sklearn", "scipy"))  # an import of them fails
home, sys.path[0] = sys.argv[1], sys.argv[1]
for call in sys.argv[2:]:
    sys.argv = call.split("|")
    try:
        runpy.run_path(f"{home}/{sys.argv[0]}", run_name="__main__")
    except SystemExit as end:
        print("#", int(end.code))
"""


def alone(home: Path, *calls: str) -> tuple[list[str], str]:
    """Calls scripts of a folder in one process without our modules: what each prints, its exit code last, and stderr."""
    done = subprocess.run([sys.executable, "-c", ALONE, str(home), *calls], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines(), done.stderr


def test_all_four_see_every_kind_of_file_alike(clean_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = every_file()
    for k, (kind, data) in enumerate(files.items()):
        place = clean_folders / "kinds" / ("train", "test")[k % 2] / f"{kind}.png"  # what a file is, its bytes say
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (clean_folders / "kinds" / "train" / "torn.png").write_bytes(files["png RGB"][:-90])
    seen = SeenPixels(files_of_set.index((clean_folders / "kinds").resolve()).files_digest, Range(12, 9, 0), "")
    keep_seen_pixels((clean_folders / "kinds").resolve(), seen)
    files_of_set.forget()
    name = browse.add_folder("kinds", clean_folders / "kinds")
    folder, status = small_run(dataset=name, dataset_options={}, recipe={"batch": 4, "image_size": 32}, steps=2)
    assert status.state == "done", status.reason
    labels = {f"train-{i}": ("light", "dark")[i % 2] for i in range(12)}
    home = export_classifier(folder.name, name, labels, clean_folders / "home", ("light", "dark"))
    target, app, embedded = Target.parse(folder.name), dict[str, np.ndarray](), dict[str, np.ndarray]()
    for split in ("train", "test"):
        data, out = sets.open_set(name, split, 32), clean_folders / f"{split}.npz"
        for i in range(len(data)):
            if data.file(i) != "train/torn.png":
                app[data.file(i)] = target.features(data[i][0][None].float() / 255)[0].numpy()
        assert main(["embed", folder.name, "--split", split, "--images", "999", "--out", str(out)]) == 0
        with np.load(out) as arrays:
            ids = [data.file(int(each.partition("-")[2])) for each in arrays["ids"]]
            embedded |= dict(zip(ids, arrays["features"], strict=True))
    assert set(app) == set(embedded) and len(app) == len(files)
    root = clean_folders / "kinds"
    said, told = alone(home, f"load.py|{root}", f"classify.py|{root}", f"classify.py|{root}/train/ppm.png")
    ends = [k for k, line in enumerate(said) if line.startswith("#")]
    loaded, named = said[: ends[0]], said[ends[0] + 1 : ends[1]]
    assert [said[k] for k in ends] == ["# 1", "# 1", f"# {int(not (root / 'train/ppm.png').is_file())}"]
    assert told.count("torn.png' is left out: it ") >= 2
    few, classes = np.load(home / "prototypes.npz"), json.loads((home / "classes.json").read_text())
    for kind, features, line in zip(sorted(app), loaded, named, strict=True):
        np.testing.assert_allclose(embedded[kind], app[kind], atol=1e-5, err_msg=kind)
        np.testing.assert_allclose(json.loads(features), app[kind], atol=1e-5, err_msg=kind)
        away_D = app[kind] - few["centre_D"]
        cosine_K = few["prototypes_KD"] @ away_D / np.linalg.norm(away_D)
        file, word, sure = line.split("\t")
        assert file == str(root / kind) and word == classes[int(cosine_K.argmax())]
        assert float(sure) == pytest.approx(abs(cosine_K[0] - cosine_K[1]), abs=1e-3)
    assert json.loads((folder / "spec.json").read_text())["range"] == {"bits": 12, "pictures": 9, "beyond": 0}
    assert torch.isfinite(torch.from_numpy(np.stack(list(app.values())))).all()
