"""The picture sizes that ImageNet's networks see: their own where the files have as much."""

from __future__ import annotations

from ssl_core.backbones.torchvision import native_size
from ssl_core.library.sets import PictureSet
from ssl_core.system.memory import Kept

LEAST = 128  # pixels a side, however small the files are (CIFAR-10 by a linear probe: 53.0 % at 64, 62.5 at 96, 65.3 at 128, 65.5 at 224)
SETS = 64  # whose sides are kept in memory

_sides: Kept[str, int | None] = Kept(SETS)


def imagenet_size(model: str, pictures: PictureSet) -> int:
    """Pixels a side: min(native, max(LEAST, side)), `native` of the network, `side` of the files; drawn pictures are drawn at native."""
    return size_for(model, side_of(pictures))


def size_for(model: str, side: int | None) -> int:
    """The same of pictures whose shorter side has so many pixels; None: they are drawn at any size."""
    native = native_size(model)
    return native if side is None else min(native, max(LEAST, side))


def side_of(pictures: PictureSet) -> int | None:
    """The shorter side of a set's pictures as stored, by a few of them; None where they are drawn, or none can be read."""

    def found() -> int | None:
        data = pictures.open()
        side = data.side() if len(data) else None
        data.close()
        return side

    return _sides.get(pictures.digest(), found)


def sizes_in_words(sizes: dict[str, int]) -> str:
    """Name -> pixels a side, as "run 32 px, ImageNet 224 px"; one size alone where all are equal: "32 px"."""
    if len(set(sizes.values())) == 1:
        return f"{next(iter(sizes.values()))} px"
    return ", ".join(f"{name} {size} px" for name, size in sizes.items())
