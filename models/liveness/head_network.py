"""The head network: is the head in picture and depth alive?"""

import torch
from torch import nn

from training.network import convolution


class HeadNetwork(nn.Module):
    """[N,4,128,128] (see `main/vision/head-network.ts`) to log-odds [N] of a living head."""

    def __init__(self, dropout=0.0):
        super().__init__()
        self.layers = nn.Sequential(
            convolution(4, 16, 2),
            convolution(16, 32, 2),
            convolution(32, 32, 1),
            convolution(32, 64, 2),
            convolution(64, 64, 1),
            convolution(64, 96, 2),
            convolution(96, 96, 1),
            convolution(96, 128, 2),
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
