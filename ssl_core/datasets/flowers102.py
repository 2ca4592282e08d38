"""Oxford's 102 flowers as their authors publish them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from pydantic import Field

from ssl_core.datasets._published import Files, Published, Rows
from ssl_core.datasets.base import Split
from ssl_core.settings import Settings

NAMES = """
pink primrose, hard-leaved pocket orchid, canterbury bells, sweet pea, english marigold, tiger lily, moon orchid, bird of paradise,
monkshood, globe thistle, snapdragon, colt's foot, king protea, spear thistle, yellow iris, globe-flower, purple coneflower, peruvian
lily, balloon flower, giant white arum lily, fire lily, pincushion flower, fritillary, red ginger, grape hyacinth, corn poppy, prince of
wales feathers, stemless gentian, artichoke, sweet william, carnation, garden phlox, love in the mist, mexican aster, alpine sea holly,
ruby-lipped cattleya, cape flower, great masterwort, siam tulip, lenten rose, barbeton daisy, daffodil, sword lily, poinsettia, bolero
deep blue, wallflower, marigold, buttercup, oxeye daisy, common dandelion, petunia, wild pansy, primula, sunflower, pelargonium, bishop of
llandaff, gaura, geranium, orange dahlia, pink-yellow dahlia?, cautleya spicata, japanese anemone, black-eyed susan, silverbush,
californian poppy, osteospermum, spring crocus, bearded iris, windflower, tree poppy, gazania, azalea, water lily, rose, thorn apple,
morning glory, passion flower, lotus, toad lily, anthurium, frangipani, clematis, hibiscus, columbine, desert-rose, tree mallow, magnolia,
cyclamen, watercress, canna lily, hippeastrum, bee balm, ball moss, foxglove, bougainvillea, camellia, mallow, mexican petunia, bromelia,
blanket flower, trumpet creeper, blackberry lily
"""
CLASSES = tuple(name.strip() for name in NAMES.replace("\n", " ").split(","))


class Flowers102(Published):
    """Photographs of 102 kinds of flowers: ten of each to learn from, ten more to check with, 6 149 for testing."""

    title = "Oxford's 102 flowers"

    class Options(Published.Options):
        """Which pictures are for learning."""

        with_validation: bool = Field(
            False, title="twice as many to learn from", description="Learn from the authors' validation pictures too: 20 of each kind."
        )

    @staticmethod
    def read(root: Path, mark: str, split: Split, options: Settings) -> Rows:
        """The authors' splits and labels from two Matlab files, in which pictures and classes count from 1."""
        from scipy.io import loadmat  # imported here because the import takes a moment

        home = root / mark.split("/")[0]
        parts, label_N = loadmat(home / "setid.mat", squeeze_me=True), loadmat(home / "imagelabels.mat", squeeze_me=True)["labels"]
        assert isinstance(options, Flowers102.Options)
        keys = ["tstid"] if split == "test" else ["trnid", "valid"] if options.with_validation else ["trnid"]
        numbers = np.concatenate([np.atleast_1d(parts[key]) for key in keys])
        return Files(root, [f"{mark}/image_{n:05d}.jpg" for n in numbers], label_N[numbers - 1].astype(np.int64) - 1, CLASSES)
