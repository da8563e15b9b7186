"""The head network: is the head in picture and depth alive?"""

import torch
from torch import nn
from torch.nn import functional

from training.network import convolution


class Residual(nn.Module):
    """Two plain 3x3 convolutions whose result is added to what came in (He and others, 2016).

    Begins by adding nothing, so that a network can be trained on that had none.
    """

    def __init__(self, channels):
        super().__init__()
        self.first = convolution(channels, channels, 1)
        self.second = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(channels)
        nn.init.zeros_(self.norm.weight)

    def forward(self, x):
        return functional.relu(x + self.norm(self.second(self.first(x))))


class HeadNetwork(nn.Module):
    """[N,4,128,128] (see `main/vision/head-network.ts`) to log-odds [N] of a living head."""

    def __init__(self, dropout=0.0):
        super().__init__()
        self.layers = nn.Sequential(
            convolution(4, 16, 2),
            convolution(16, 32, 2),
            convolution(32, 32, 1),
            Residual(32),
            convolution(32, 64, 2),
            convolution(64, 64, 1),
            Residual(64),
            convolution(64, 96, 2),
            convolution(96, 96, 1),
            Residual(96),
            convolution(96, 128, 2),
            Residual(128),
        )
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(256, 1)

    def forward(self, x):
        return self.answer(self.layers(x))

    def answer(self, maps):
        """Log-odds [N] of the last maps [N,128,h,w]."""
        # The mean says what the head is like, the maximum whether anything of it gives it away.
        pooled = torch.cat([maps.mean((2, 3)), maps.amax((2, 3))], 1)
        return self.head(self.dropout(pooled))[:, 0]
