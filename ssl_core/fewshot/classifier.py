"""Export of a few-shot classifier: a backbone, prototypes of the labelled classes, and a short script that classifies pictures."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from ssl_core.fewshot.support import centre, counted_labels, features_of, rows
from ssl_core.fewshot.wall import classes_of
from ssl_core.functional.metrics.prototypes import prototypes, unit_directions
from ssl_core.models.export import export
from ssl_core.models.targets import Target
from ssl_core.settings import SettingsError

SCRIPT = '''"""Names pictures: `python classify.py picture.png folder …` prints file, class and sureness: its cosine less the second's."""
import json, sys
from pathlib import Path
import numpy as np, torch
from picturefiles.given import Given
home, given = Path(__file__).parent, Given(sys.argv[1:], {size}, {range_})
backbone, classes = torch.export.load(home / "backbone.pt2").module(), json.loads((home / "classes.json").read_text())
few = dict(np.load(home / "prototypes.npz"))
for file, image_HW3 in given:
    feature_D = backbone(torch.from_numpy(image_HW3).permute(2, 0, 1)[None] / 255).numpy()[0] - few["centre_D"]
    cosine_K = few["prototypes_KD"] @ feature_D / max(np.linalg.norm(feature_D), 1e-12)
    second, first = np.argsort(cosine_K)[-2:]
    print(file, classes[first], f"{{cosine_K[first] - cosine_K[second]:.3f}}", sep="\\t", flush=True)
sys.exit(given.failed > 0)
'''


def export_classifier(run_name: str, dataset: str, labels: Mapping[str, str], out: Path, own_classes: Sequence[str] = ()) -> Path:
    """Writes a classifier into the folder `out`: backbone, prototypes, class names, and classify.py; the folder. labels: picture -> class.

    Raises:
        SettingsError: there are fewer than two classes with labels.
    """
    classes, target = classes_of(dataset) or tuple(own_classes), Target.parse(run_name, dataset, {})
    pictures, label_N = counted_labels(labels, classes)
    known, centre_D = features_of(target, pictures), centre(target)
    mine_ND, label_N = rows(known, pictures, label_N)
    used = np.unique(label_N)
    if len(used) < 2:
        raise SettingsError(f"A classifier needs labels of at least 2 classes. There are labels of {len(used)}.")
    out = export(run_name, out)
    found_KD = prototypes(unit_directions(mine_ND, centre_D), label_N, len(classes))[used]
    few = {"prototypes_KD": found_KD.astype(np.float32), "centre_D": centre_D.astype(np.float32)}
    save_file(few, out / "prototypes.safetensors")
    np.savez(out / "prototypes.npz", **few)
    (out / "classes.json").write_text(json.dumps([classes[k] for k in used], ensure_ascii=True))
    range_ = target.pictures("train").range
    (out / "classify.py").write_text(SCRIPT.format(size=target.image_size, range_=range_.plain() if range_ else None))
    return out


def classifier_zip(run_name: str, dataset: str, labels: Mapping[str, str], own_classes: Sequence[str] = ()) -> bytes:
    """The same folder as the bytes of a ZIP file. Raises SettingsError as `export_classifier`."""
    with tempfile.TemporaryDirectory() as place:
        home = export_classifier(run_name, dataset, labels, Path(place) / "classifier", own_classes)
        return Path(shutil.make_archive(str(home), "zip", place, "classifier")).read_bytes()
