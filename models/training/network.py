"""The RGB-D identity network: SqueezeNet's Fire modules (Iandola and others, 2016), pooled, 128.

And the plain layer that the small networks of liveness and of eyes are made of.
"""

import torch
from torch import nn
from torch.nn import functional


# Layers of the trunk up to the last map of 14x14 places, and the channels of that and of the last.
MIDDLE = 8
MAP_CHANNELS = {"middle": 256, "last": 512}


def convolution(incoming, outgoing, stride):
    """A plain 3x3 convolution, normalised."""
    return nn.Sequential(
        nn.Conv2d(incoming, outgoing, 3, stride=stride, padding=1, bias=False),
        nn.BatchNorm2d(outgoing),
        nn.ReLU(),
    )


class Fire(nn.Module):
    """Squeeze to few channels, expand with 1x1 and 3x3; a short cut where the widths agree."""

    def __init__(self, incoming, squeeze, expand):
        super().__init__()
        self.squeeze = nn.Conv2d(incoming, squeeze, 1, bias=False)
        self.squeeze_norm = nn.BatchNorm2d(squeeze)
        self.narrow = nn.Conv2d(squeeze, expand, 1, bias=False)
        self.wide = nn.Conv2d(squeeze, expand, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(2 * expand)
        self.short_cut = incoming == 2 * expand

    def forward(self, x):
        squeezed = functional.relu(self.squeeze_norm(self.squeeze(x)))
        y = self.norm(torch.cat([self.narrow(squeezed), self.wide(squeezed)], 1))
        return functional.relu(x + y if self.short_cut else y)


def mean_of_sides(one_side, x):
    """Unit vectors [N,128] between those that `one_side` makes of faces [N,4,112,112] and of their mirror images."""
    sides = one_side(torch.cat([x, x.flip(3)]))
    return functional.normalize(sides.view(2, -1, 128).sum(0), dim=1)


class RgbdEmbedder(nn.Module):
    """[N,4,112,112] to unit vectors [N,128]: the mean of a face's and its mirror image's.

    The last map is pooled with weights of its own for each place and channel group, so that where
    a feature lies still counts; SqueezeNet's plain mean loses that.
    """

    def __init__(self, dropout=0.0):
        super().__init__()
        self.stem = nn.Sequential(
            nn.Conv2d(4, 48, 3, stride=2, padding=1, bias=False), nn.BatchNorm2d(48), nn.ReLU()
        )
        pool = lambda: nn.MaxPool2d(3, 2, 1)
        self.trunk = nn.Sequential(
            pool(),
            Fire(48, 24, 48),
            Fire(96, 24, 48),
            Fire(96, 32, 64),
            pool(),
            Fire(128, 48, 128),
            Fire(256, 48, 128),
            Fire(256, 64, 128),
            pool(),
            Fire(256, 96, 192),
            Fire(384, 96, 192),
            Fire(384, 112, 256),
            Fire(512, 112, 256),
        )
        self.place = nn.Conv2d(512, 512, 7, groups=512, bias=False)
        self.place_norm = nn.BatchNorm2d(512)
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(512, 128)
        nn.init.constant_(self.place.weight, 1 / 49)

    def maps(self, x):
        """The maps that hints are given for: middle [N,256,14,14] and last [N,512,7,7]."""
        middle = self.trunk[:MIDDLE](self.stem(x))
        return {"middle": middle, "last": self.trunk[MIDDLE:](middle)}

    def pooled(self, last):
        """Unit vectors [N,128] of the last map."""
        x = self.place_norm(self.place(last)).flatten(1)
        return functional.normalize(self.head(self.dropout(x)).float(), dim=1)

    def one_side(self, x):
        """Unit vectors [N,128] of faces as they are, which is what training teaches."""
        return self.pooled(self.maps(x)["last"])

    def forward(self, x):
        return mean_of_sides(self.one_side, x)
