"""Export of a few-shot classifier: a backbone, prototypes of the labelled classes, and a short script that classifies a picture."""

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

SCRIPT = '''"""Names pictures: `python classify.py picture.png …`. Needs torch, safetensors and Pillow."""
import json, sys
from pathlib import Path
import numpy as np, torch
from PIL import Image, ImageOps
from safetensors.torch import load_file
home, size = Path(__file__).parent, {size}
backbone, few = torch.export.load(home / "backbone.pt2").module(), load_file(home / "prototypes.safetensors")
for file in sys.argv[1:]:
    picture = ImageOps.fit(ImageOps.exif_transpose(Image.open(file)).convert("RGB"), (size, size), Image.Resampling.BICUBIC)
    feature = backbone(torch.from_numpy(np.array(picture)).permute(2, 0, 1)[None] / 255) - few["centre_D"]
    near = (torch.nn.functional.normalize(feature) @ few["prototypes_KD"].T)[0]
    print(json.loads((home / "classes.json").read_text())[int(near.argmax())])
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
    save_file({"prototypes_KD": found_KD.astype(np.float32), "centre_D": centre_D.astype(np.float32)}, out / "prototypes.safetensors")
    (out / "classes.json").write_text(json.dumps([classes[k] for k in used], ensure_ascii=True))
    (out / "classify.py").write_text(SCRIPT.format(size=target.image_size))
    return out


def classifier_zip(run_name: str, dataset: str, labels: Mapping[str, str], own_classes: Sequence[str] = ()) -> bytes:
    """The same folder as the bytes of a ZIP file. Raises SettingsError as `export_classifier`."""
    with tempfile.TemporaryDirectory() as place:
        home = export_classifier(run_name, dataset, labels, Path(place) / "classifier", own_classes)
        return Path(shutil.make_archive(str(home), "zip", place, "classifier")).read_bytes()
