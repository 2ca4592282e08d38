"""An inpainting run beside two fills that need no network: `python -m benchmarks.holes [RUN]`, by default the starter run.

Mean PSNR in the holes of 500 held-out pictures, and the paired differences with their 95 % intervals.
"""

from __future__ import annotations

import sys

import torch

from ssl_core.functional.metrics.intervals import mean_interval
from ssl_core.functional.rng import generator
from ssl_core.functional.transforms.holes import hole_psnr, laplace_fill, mean_fill
from ssl_core.library import sets
from ssl_core.models.build import load_task
from ssl_core.records.runs import folder_of, run
from ssl_core.types import Samples

PICTURES = 500


def psnr_of(name: str) -> dict[str, torch.Tensor]:
    """PSNR in dB of the run's fill, of border fill and of the mean colour, one value for each of 500 test pictures, with equal holes."""
    spec, task = run(name).spec, load_task(folder_of(name))
    data = sets.open_set(spec["dataset"], "test", spec["recipe"]["image_size"], spec["dataset_options"])
    images_BCHW = torch.from_numpy(data.read_many(range(PICTURES)).images_NCHW.copy()).float() / 255
    data.close()
    unknown = torch.full((len(images_BCHW),), -1)
    batch = task.transform(Samples(images_BCHW, unknown, unknown), generator(0, "holes"))
    truth, hidden = batch["truth_BCHW"], batch["hidden_B1HW"]
    with torch.no_grad():
        fills = {"this network": task(batch).shown["filled_BCHW"]}
    fills |= {"border fill": laplace_fill(truth, hidden), "mean colour": mean_fill(truth, hidden)}
    return {title: hole_psnr(filled, truth, hidden) for title, filled in fills.items()}


def main(names: list[str]) -> int:
    """Prints the three means, then the paired differences with their intervals."""
    found = psnr_of(names[0] if names else "inpainting-starter")
    own = found.pop("this network")
    print(f"this network: {float(own.mean()):.2f} dB on {len(own)} pictures")
    for title, psnr in found.items():
        gain = mean_interval((own - psnr).numpy())
        print(f"{title}: {float(psnr.mean()):.2f} dB; this network is ahead by {gain.value:+.2f} [{gain.lo:+.2f}, {gain.hi:+.2f}] dB")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
