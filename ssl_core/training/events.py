"""The curve of a run as TensorBoard event files: each number of metrics.jsonl as a scalar by step, with its wall time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ssl_core.records.curve import PARTS, curve
from ssl_core.records.runs import run
from ssl_core.settings import SettingsError
from ssl_core.system.disk import disk_in_words
from ssl_core.system.roots import typed

SUFFIX = ".selfsight"  # of our event files: only these are replaced when a run is written again
MISSING = "Event files need the package tensorboard, which isn't installed. Run 'pip install tensorboard', or with the program's extra: "
MISSING += "pip install -e '.[tensorboard]'."
ALSO = ("rate", "speed")  # of a line, beside its metrics


def write_events(run_name: str, folder: str | Path) -> Path:
    """Writes the metrics of a run as TensorBoard event files into FOLDER/RUN; that folder, for `tensorboard --logdir FOLDER`.

    A metric's tags are `loss/train` and `loss/test`, so that both stand in one group; `rate` is the learning rate, `speed` pictures a
    second. Wall time is the run's start plus its seconds in the loop. Written again, a run's files are replaced.

    Raises:
        SettingsError: there is no such run, it has no metrics yet, or the package tensorboard isn't installed.
    """
    found = run(run_name)
    lines = curve(found.folder)
    if not lines:
        raise SettingsError(f"The run '{found.id}' has no metrics yet: it hasn't been trained long enough to log any.")
    writer_class, home = _writer_class(), typed(folder) / found.id
    with disk_in_words():
        home.mkdir(parents=True, exist_ok=True)
        for old in home.glob(f"events.out.tfevents.*{SUFFIX}"):
            old.unlink()
        writer = writer_class(log_dir=str(home), filename_suffix=SUFFIX)
        try:
            for line in lines:
                for tag, value in _scalars(line).items():
                    writer.add_scalar(tag, value, line["step"], walltime=_began(found.spec) + float(line.get("seconds") or 0.0))
        finally:
            writer.close()
    return home


def _scalars(line: dict[str, Any]) -> dict[str, float]:
    """The numbers of a line by their tags; what wasn't measured is left out."""
    found = {f"{name}/{part}": value for part in PARTS for name, value in (line[part] or {}).items()}
    found |= {f"health/{name}": value for name, value in (line.get("health") or {}).items()}
    found |= {name: line.get(name) for name in ALSO}
    return {tag: float(value) for tag, value in found.items() if isinstance(value, int | float)}


def _began(spec: dict[str, Any]) -> float:
    created = spec.get("created")
    return float(created) if isinstance(created, int | float) else 0.0


def _writer_class() -> Any:
    """torch's writer of event files.

    Raises:
        SettingsError: the package that it needs isn't installed.
    """
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError:
        raise SettingsError(MISSING) from None
    return SummaryWriter
