"""Published figures by layer: ImageNet's 1000 classes from an AlexNet's frozen features. Not the same task as any measured here."""

from __future__ import annotations

from typing import NamedTuple

SOURCE = "RotNet (Gidaris et al., 1803.07728), its table of linear classifiers on ImageNet"
ABOUT = "AlexNet, ImageNet 1000 classes: not the same task"
LAYERS = ("conv1", "conv2", "conv3", "conv4", "conv5")


class Published(NamedTuple):
    """A row of the table: accuracy in % by layer, and the paper of the method; most were measured by later papers."""

    method: str
    percent: tuple[float, ...]
    paper: str


ROWS = (
    Published("ImageNet labels", (19.3, 36.3, 44.2, 48.3, 50.5), "1611.09842"),
    Published("Random", (11.6, 17.1, 16.9, 16.3, 14.1), "1611.09842"),
    Published("Random rescaled", (17.5, 23.0, 24.5, 23.2, 20.6), "1511.06856"),
    Published("Context", (16.2, 23.3, 30.2, 31.7, 29.6), "1505.05192"),
    Published("Context Encoders", (14.1, 20.7, 21.0, 19.8, 15.5), "1604.07379"),
    Published("Colorization", (12.5, 24.5, 30.4, 31.5, 30.3), "1603.08511"),
    Published("Jigsaw Puzzles", (18.2, 28.8, 34.0, 33.9, 27.1), "1603.09246"),
    Published("BiGAN", (17.7, 24.5, 31.0, 29.9, 28.0), "1605.09782"),
    Published("Split-Brain", (17.7, 29.3, 35.4, 35.2, 32.8), "1611.09842"),
    Published("Counting", (18.0, 30.6, 34.3, 32.5, 25.7), "1708.06734"),
    Published("RotNet", (18.8, 31.7, 38.7, 38.2, 36.5), "1803.07728"),
)
