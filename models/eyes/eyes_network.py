"""The network of shut eyes: are the lids of the eye in the window down?"""

import torch
from torch import nn

from training.network import convolution

# Squared contrast below which a window is not brightened further: about 18 of 255 levels.
LEAST_VARIANCE = 0.02


class EyesNetwork(nn.Module):
    """[N,3,32,48] (see `main/vision/eyes-network.ts`) to log-odds [N] of a shut eye."""

    def __init__(self, dropout=0.0):
        super().__init__()
        self.layers = nn.Sequential(
            convolution(3, 16, 2),
            convolution(16, 32, 1),
            convolution(32, 32, 2),
            convolution(32, 48, 1),
            convolution(48, 48, 2),
        )
        self.dropout = nn.Dropout(dropout)
        # Where something is counts: an edge in the middle may be a lid, one around it a rim.
        self.head = nn.Linear(48 * 4 * 6, 1)

    def forward(self, x):
        # Light and exposure are taken out of each window before anything is looked for.
        x = x - x.mean((1, 2, 3), keepdim=True)
        x = x / torch.sqrt((x * x).mean((1, 2, 3), keepdim=True) + LEAST_VARIANCE)
        return self.head(self.dropout(self.layers(x).flatten(1)))[:, 0]
